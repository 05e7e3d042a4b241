// T: one wave is everything due at one instant on one channel. Not for finding out after a doubt:
// verify.ts.
//
// 1. Select what is staged and may go out as the plan in force has it (`selectDue`). 2. Take it
// under this worker's fence (`arm`): from here on no other worker has it. 3. Let the channel
// prepare what it will release together, still in private. 4. Shortly before T read the plan again,
// and write the intents (`writeIntents`). The ledger marks each as unsettled and refuses where the
// floor, the plan or an earlier call stands against it: what falls out is not sent. 5. At T, by the
// later of two clocks, make each call once, as long as nobody can take this worker for dead. 6.
// Write what each came to. An answer that the ledger refuses leaves the publication unsettled: it
// is looked up.
import type { Call, Channel, ReleaseAnswer } from '../channels/channel.ts';
import type { LedgerEntry } from '../ledger/ledger.ts';
import type { Changed, Fields, LedgerChange } from '../ledger/ledger-change.ts';
import type { Unsettled } from '../ledger/publication-facts.ts';
import { nextCallFrom } from '../ledger/releasing-calls.ts';
import { PUBLIC, STANDING_STILL, type State } from '../ledger/states.ts';
import { messageOf } from '../lib/errors.ts';
import { type Instant, instant } from '../lib/instant.ts';
import { parsePublicationId, publicationId } from '../plan/types.ts';
import { type Held, type Outcome, outcome, WEBSITE_MS } from './call-outcome.ts';
import {
  change,
  doubtUnsettled,
  laterBy,
  letGoOf,
  markOf,
  type PublishDeps,
  siteOf,
  stagedContent,
} from './deps.ts';
import { retryWrite } from './retry-write.ts';
import { selectDue, split, withoutObjection } from './select-due.ts';

/**
 * Intents are written this long before T, so that at T nothing is left but the call; the ledger
 * allows no more.
 */
const INTENT_MS = 300;
/**
 * The ledger's clock may be a little behind what was measured: asked again so long after, and so
 * often.
 */
const EARLY = { ms: 5, times: 40 };
/** The plan may change between reading it and the intent, but not for ever. */
const PLAN_TIMES = 5;
/** Calls of one wave under way at once to a channel that is reached over the network. */
const AT_ONCE = 32;
/** What was given back for another reason than a stop is tried again after this. */
const TRY_MS = 1000;
/** Each time longer, up to this. Where it is the website that is late, its receipt wakes them. */
const LATEST_TRY_MS = 30_000;

/**
 * Releases a wave, or one part of it (queue/release-waves.ts). Run again, it takes up only what is
 * still staged.
 */
export async function releaseWave(
  parts: PublishDeps,
  channelName: string,
  due: Instant,
  signal: AbortSignal,
  slice?: number,
): Promise<void> {
  const channel = parts.channels.get(channelName);
  if (!channel) return;
  const wave = await selectDue(parts, channelName, due, slice);
  // Mark them as ours before writing `armed`: recovery takes for abandoned what is armed and held
  // by nobody.
  let mine = wave.filter(({ entry }) => !parts.claimed.has(entry.publication));
  for (const { entry } of mine) parts.claimed.add(entry.publication);
  try {
    mine = await arm(parts, mine);
    if (mine.length > 0) await prepareAndSend(parts, channel, due, mine, signal);
  } finally {
    for (const { entry } of mine) letGoOf(parts, entry);
  }
}

/** Lets the channel prepare what is armed, and sends it at T. */
async function prepareAndSend(
  parts: PublishDeps,
  channel: Channel,
  due: Instant,
  armed: readonly Held[],
  signal: AbortSignal,
): Promise<void> {
  parts.log('armed', { channel: channel.name, due, publications: armed.length });
  try {
    await channel.arm?.(
      armed.map((held) => armingOf(parts, held)),
      due,
      signal,
    );
    const site = siteOf(parts);
    const dependent = armed.filter(
      ({ release }) =>
        site !== undefined && channel.name !== site && release.settings.channels.includes(site),
    );
    const free = armed.filter((one) => !dependent.includes(one));
    // One part that fails must not let go of what the other is sending.
    const ended = await Promise.allSettled([
      fireAt(parts, channel, due, free, signal),
      fireAfterWebsite(parts, channel, due, dependent, signal),
    ]);
    for (const one of ended) if (one.status === 'rejected') throw one.reason;
  } catch (error) {
    await returnToStaged(
      parts,
      armed,
      channel.name,
      due,
      signal.aborted ? 'stopping' : 'failed',
      messageOf(error),
    );
    throw error;
  }
}

/**
 * Takes them under this worker's fence. What another worker was quicker to take falls out, and is
 * not held here.
 */
async function arm(parts: PublishDeps, wave: readonly Held[]): Promise<Held[]> {
  const changed = await parts.ledger.changeAll(
    wave.map(({ entry }) =>
      change(parts, entry, 'armed', { worker: parts.workers.id }, { take: true }),
    ),
  );
  return wave.flatMap(({ entry, release }, index): Held[] => {
    const answer = changed[index];
    if (answer?.ok) return [{ entry: { ...entry, state: 'armed', fence: answer.fence }, release }];
    parts.claimed.delete(entry.publication);
    return [];
  });
}

/** Intents shortly before T, calls at T: neither this clock nor Redis's may be before it. */
async function fireAt(
  parts: PublishDeps,
  channel: Channel,
  due: Instant,
  armed: readonly Held[],
  signal: AbortSignal,
): Promise<void> {
  if (armed.length === 0) return;
  await parts.clock.sleepUntil(instant(due - INTENT_MS), signal);
  const lag = Math.max(0, await parts.clockLag());
  if (lag > 0) await parts.clock.sleepUntil(instant(due - INTENT_MS + lag), signal);
  const { intended, since } = await writeIntents(parts, channel, armed, signal);
  // Something was held, moved or cancelled since: what goes out together is prepared again without
  // it.
  if (intended.length > 0 && intended.length < armed.length)
    await channel.arm?.(
      intended.map((held) => armingOf(parts, held)),
      due,
      signal,
    );
  await parts.clock.sleepUntil(instant(due + lag), signal);
  await call(parts, channel, intended, since, signal);
}

/**
 * Everything links to the website, so it waits for the website's receipt; what is held there is
 * held everywhere.
 */
async function fireAfterWebsite(
  parts: PublishDeps,
  channel: Channel,
  due: Instant,
  armed: readonly Held[],
  signal: AbortSignal,
): Promise<void> {
  if (armed.length === 0) return;
  await parts.clock.sleepUntil(due, signal);
  const until = parts.clock.now() + WEBSITE_MS;
  const name = siteOf(parts) ?? '';
  let waiting = [...armed];
  for (let pause = 2; waiting.length > 0; pause = Math.min(pause * 2, 250)) {
    const site = await parts.ledger.getAll(
      waiting.map(({ release }) => publicationId(release.id, name)),
    );
    const isIn = (states: readonly State[], { release }: Held): boolean =>
      states.some((one) => one === site.get(publicationId(release.id, name))?.state);
    const [out, notOut] = split(waiting, (one) => isIn(PUBLIC, one));
    const [stuck, rest] = split(notOut, (one) => isIn(STANDING_STILL, one));
    if (out.length > 0) {
      const { intended, since } = await writeIntents(parts, channel, out, signal);
      await call(parts, channel, intended, since, signal);
    }
    await parts.ledger.changeAll(
      stuck.map(({ entry }) =>
        change(parts, entry, 'held', { reason: { code: 'website-held' }, worker: null }),
      ),
    );
    waiting = rest;
    if (waiting.length === 0) return;
    if (parts.clock.now() >= until)
      return returnToStaged(parts, waiting, channel.name, due, 'website-late');
    await parts.clock.sleepUntil(laterBy(parts, pause), signal);
  }
}

/**
 * Writes the intent of each, by the plan as it is in force at this moment. What somebody else has
 * changed meanwhile (moved, held, cancelled, taken off the channel, asked to be approved) falls out
 * here, and so does what the ledger refuses.
 * @returns what was intended, and since when this worker has lived without a break
 */
async function writeIntents(
  parts: PublishDeps,
  channel: Channel,
  armed: readonly Held[],
  signal: AbortSignal,
): Promise<{ intended: Held[]; since: number }> {
  const since = parts.workers.freshSince();
  const intended: Held[] = [];
  let waiting = [...armed];
  for (let attempt = 0; waiting.length > 0; attempt++) {
    await parts.plan.follow();
    const version = parts.plan.version();
    const still = await withoutObjection(
      parts,
      channel.name,
      waiting.map(({ entry }) => entry),
    );
    const answers = await parts.ledger.changeAll(
      still.map((held) => intentOf(parts, held, version)),
    );
    const refused = still
      .map((held, index) => ({ held, answer: answers[index] }))
      .filter(({ answer }) => !answer?.ok);
    intended.push(
      ...still.flatMap((held, index): Held[] => (answers[index]?.ok ? [calling(parts, held)] : [])),
    );
    waiting = [];
    for (const { held, answer } of refused) {
      const wall = answer && !answer.ok ? answer.wall : undefined;
      if (wall) parts.log('wall', { publication: held.entry.publication, wall });
      if (wall === 'unsettled') await doubtUnsettled(parts, held.entry);
      if ((wall === 'plan' && attempt < PLAN_TIMES) || (wall === 'early' && attempt < EARLY.times))
        waiting.push(held);
    }
    if (waiting.length === 0) break;
    await parts.clock.sleepUntil(laterBy(parts, EARLY.ms), signal);
  }
  if (intended.length > 0) await parts.rememberLedger();
  return { intended, since };
}

/**
 * With the intent goes what will be sent, so that it can be looked for whatever is staged later.
 */
function intentOf(parts: PublishDeps, held: Held, plan: string): LedgerChange {
  const { entry } = held;
  // The same call again: what is known of the first one stays.
  const mark = entry.repeatable ? {} : { unsettled: markOf(parts, entry, 'intent') };
  const set = { looks: null, callFrom: calling(parts, held).entry.callFrom ?? null };
  return change(parts, entry, 'releasing', set, { plan, ...mark });
}

/** As the ledger has it once the intent is written. */
function calling(parts: PublishDeps, { entry, release }: Held): Held {
  const calls = entry.calls + 1;
  const now = instant(Math.max(parts.clock.now(), entry.due));
  const callFrom = nextCallFrom(now, calls, instant(entry.due + release.settings.window));
  return { entry: { ...entry, state: 'releasing', calls, callFrom }, release };
}

/** Makes the calls, and writes what each came to as soon as it is known. */
async function call(
  parts: PublishDeps,
  channel: Channel,
  intended: readonly Held[],
  since: number,
  signal: AbortSignal,
): Promise<void> {
  const queue = [...intended];
  const settled: Outcome[] = [];
  let writing: Promise<void> | undefined;
  let failed: unknown;
  const write = async (): Promise<void> => {
    while (settled.length > 0) {
      const batch = settled.splice(0, 1000);
      const written = await retryWrite(parts, signal, () =>
        parts.ledger.changeAll(batch.map((one) => one.change)),
      );
      await leaveUnsettled(parts, signal, batch, written);
      await Promise.all(batch.map((one) => one.after()));
    }
    writing = undefined;
  };
  const lane = async (): Promise<void> => {
    for (let held = queue.shift(); held; held = queue.shift()) {
      // A worker that was stopped for long may be taken for dead, or may have been since the
      // intent: it must not send.
      const guard = (): boolean => parts.workers.fresh() && parts.workers.freshSince() === since;
      const answer: ReleaseAnswer = guard()
        ? // What throws may have sent something before.
          await channel
            .release({ ...callOf(held.entry), guard }, signal)
            .catch((error: unknown) => ({
              class: 'doubtful' as const,
              why: { code: 'no-answer', detail: messageOf(error) },
            }))
        : { class: 'again', why: { code: 'worker-stale' }, sent: false };
      settled.push(outcome(parts, held, answer));
      // What can't be written is looked up on the channel later; the other calls go on.
      writing ??= write().catch((error: unknown) => {
        failed = error;
        writing = undefined;
      });
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, intended.length) }, lane));
  await writing;
  if (failed) throw failed;
}

/**
 * What somebody else did to the publication during the call: the answer has no place any more, but
 * it may be public.
 */
async function leaveUnsettled(
  parts: PublishDeps,
  signal: AbortSignal,
  batch: readonly Outcome[],
  written: readonly Changed[],
): Promise<void> {
  const lost = batch.filter((one, index) => one.sent !== undefined && !written[index]?.ok);
  if (lost.length === 0) return;
  for (const { change: tried } of lost)
    parts.log('wall', { publication: tried.publication, wall: 'answer-refused' });
  await retryWrite(parts, signal, () =>
    Promise.all(
      lost.map(({ change: { publication }, sent }) =>
        parts.ledger.unsettle([publication], sent as Unsettled, parts.workers.id),
      ),
    ),
  );
}

/** Gives back what this worker holds armed and has not sent. */
async function returnToStaged(
  parts: PublishDeps,
  armed: readonly Held[],
  channel: string,
  due: Instant,
  why: 'stopping' | 'failed' | 'website-late',
  detail?: string,
): Promise<void> {
  parts.log('given-back', { channel, due, publications: armed.length, why });
  const now = parts.clock.now();
  const later = ({ tries }: LedgerEntry): Instant =>
    instant(now + Math.min(TRY_MS * 2 ** tries, LATEST_TRY_MS));
  const reasons = {
    stopping: null,
    failed: { code: 'channel-failed', detail },
    'website-late': { code: 'website-late' },
  };
  const setOf = (entry: LedgerEntry): Fields => ({
    worker: null,
    retryAt: why === 'stopping' ? null : later(entry),
    reason: reasons[why],
    ...(why === 'stopping' ? {} : { tries: entry.tries + 1 }),
  });
  await parts.ledger.changeAll(
    armed.map(({ entry }) => change(parts, entry, 'staged', setOf(entry))),
  );
  if (why === 'stopping') return;
  await Promise.all(
    armed.map(({ entry }) => parts.wake.release([entry.publication], due, later(entry))),
  );
}

/** With the content that was staged, for what a channel cannot keep until T. */
function armingOf(parts: PublishDeps, { entry, release }: Held): Call {
  return { ...callOf(entry), content: () => stagedContent(parts, entry, release) };
}

/**
 * What a channel is handed of an entry. Where a call may have had its effect, it is what that one
 * sent.
 */
export function callOf(entry: LedgerEntry, looks = 0): Call {
  return {
    publication: entry.publication,
    release: parsePublicationId(entry.publication).release,
    due: entry.due,
    staged: entry.unsettled?.staged ?? entry.staged,
    receipt: entry.receipt,
    since: instant(
      Math.min(entry.due, entry.unsettled?.from ?? entry.due, entry.unsettled?.at ?? entry.due),
    ),
    calledAt: entry.unsettled && entry.unsettled.why !== 'birth' ? entry.unsettled.at : undefined,
    looks,
  };
}
