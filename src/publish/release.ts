// T: one wave is everything due at one instant on one channel. It is armed shortly before T, its intents are in the ledger
// before the calls, each call is made once, and the receipts follow. Not for finding out after a doubt: verify.ts.
import type { Call, Channel, ReleaseAnswer } from '../channels/channel.ts';
import type { Change, Entry, Fields } from '../ledger/ledger.ts';
import { instant, partsOf, publicationId } from '../plan/types.ts';
import type { Instant, PublicationId, Release } from '../plan/types.ts';
import { sliceOf } from '../schedule/wave.ts';
import { never } from '../words/error.ts';
import { backoff, change } from './parts.ts';
import type { Parts } from './parts.ts';

/** Intents are written this long before T, so that at T nothing is left but the call. */
const INTENT_MS = 300;
/** How long, and how often, a write is tried again that Redis refused. */
const INSIST_MS = 200;
const INSIST_TIMES = 50;
/** Calls of one wave under way at once to a channel that is reached over the network. */
const AT_ONCE = 32;
/** How long a wave waits at T for the website's receipt before it gives its publications back. */
const WEBSITE_MS = 10_000;
/** What was given back for another reason than a stop is tried again after this. */
const TRY_MS = 1000;

/** A publication of the wave, held by this worker. */
interface Held {
  readonly entry: Entry;
  readonly release: Release;
}

/** Releases a wave, or one part of it (schedule/wave.ts). Run again, it takes up only what is still staged. */
export async function releaseWave(parts: Parts, channelName: string, due: Instant, signal: AbortSignal, slice?: number): Promise<void> {
  const channel = parts.channels.get(channelName);
  if (!channel) return;
  const wave = await ripe(parts, channelName, due, slice);
  // Held from before the ledger says so: recovery would take for an orphan what is armed and not held. No other wave of this worker has it.
  let mine = wave.filter(({ entry }) => !parts.holding.has(entry.publication));
  for (const { entry } of mine) parts.holding.add(entry.publication);
  try {
    mine = await arm(parts, mine);
    if (mine.length > 0) await fire(parts, channel, due, mine, signal);
  } finally {
    for (const { entry } of mine) parts.holding.delete(entry.publication);
  }
}

/** Lets the channel prepare what is armed, and sends it at T. */
async function fire(parts: Parts, channel: Channel, due: Instant, armed: readonly Held[], signal: AbortSignal): Promise<void> {
  parts.log('armed', { channel: channel.name, due, publications: armed.length });
  try {
    await channel.arm?.(
      armed.map(({ entry }) => callOf(entry)),
      due,
      signal,
    );
    const dependent = armed.filter(({ release }) => channel.name !== 'website' && release.settings.channels.includes('website'));
    const free = armed.filter((one) => !dependent.includes(one));
    await Promise.all([fireAt(parts, channel, due, free, signal), fireAfterWebsite(parts, channel, due, dependent, signal)]);
  } catch (error) {
    await giveBack(parts, armed, channel.name, due, signal.aborted ? 'stopping' : 'failed');
    throw error;
  }
}

/** What of a wave is staged and may go out. An interpretation before its release, and what is too late, are dealt with here. */
async function ripe(parts: Parts, channel: string, due: Instant, slice: number | undefined): Promise<Held[]> {
  const mine = (id: PublicationId): boolean => partsOf(id).channel === channel && (slice === undefined || sliceOf(id) === slice);
  const ids = [...(await parts.ledger.open(due, due)).keys()].filter(mine);
  const calendar = parts.calendar();
  const now = parts.clock.now();
  const ready = [...(await parts.ledger.getAll(ids)).values()].flatMap((entry): Held[] => {
    const release = calendar.byId.get(partsOf(entry.publication).release);
    return entry.state === 'staged' && release && release.due === due && (entry.retryAt ?? 0) <= Math.max(now, due) ? [{ entry, release }] : [];
  });
  const parents = ready.some(({ release }) => release.follows) ? await parts.ledger.publicSince() : new Map();
  const [orphans, free] = split(ready, ({ release }) => release.follows !== undefined && !parents.has(publicationId(release.follows, channel)));
  // An interpretation waits for its release, longer each time.
  const later = (entry: Entry): Instant => instant(now + backoff(entry.tries));
  await parts.ledger.changeAll(
    orphans.map(({ entry }) =>
      change(parts, entry, 'planned', { retryAt: later(entry), tries: entry.tries + 1, reason: { code: 'parent-not-public' } }),
    ),
  );
  await Promise.all(orphans.map(({ entry }) => parts.wake.stage(entry.publication, later(entry))));
  const [late, timely] = split(free, ({ entry, release }) => now > due + release.settings.window && entry.reason?.code !== 'by-operator');
  await parts.ledger.changeAll(late.map(({ entry }) => change(parts, entry, 'held', { reason: { code: 'too-late' } })));
  return timely;
}

/** Takes them under this worker's fence. What another worker was quicker to take falls out, and is not held here. */
async function arm(parts: Parts, wave: readonly Held[]): Promise<Held[]> {
  const changed = await parts.ledger.changeAll(wave.map(({ entry }) => change(parts, entry, 'armed', { worker: parts.workers.id }, { take: true })));
  return wave.flatMap(({ entry, release }, index): Held[] => {
    const answer = changed[index];
    if (answer?.ok) return [{ entry: { ...entry, state: 'armed', fence: answer.fence }, release }];
    parts.holding.delete(entry.publication);
    return [];
  });
}

/** Intents shortly before T, calls at T: neither this clock nor Redis's may be before it. */
async function fireAt(parts: Parts, channel: Channel, due: Instant, armed: readonly Held[], signal: AbortSignal): Promise<void> {
  if (armed.length === 0) return;
  await parts.clock.sleepUntil(instant(due - INTENT_MS), signal);
  const lag = await parts.clockLag();
  const intended = await intend(parts, armed);
  // Something was held, moved or cancelled since: what goes out together is prepared again without it.
  if (intended.length > 0 && intended.length < armed.length)
    await channel.arm?.(
      intended.map(({ entry }) => callOf(entry)),
      due,
      signal,
    );
  await parts.clock.sleepUntil(instant(due + Math.max(0, lag)), signal);
  await call(parts, channel, intended, signal);
}

/** Everything links to the website, so it waits for the website's receipt; what is held there is held everywhere. */
async function fireAfterWebsite(parts: Parts, channel: Channel, due: Instant, armed: readonly Held[], signal: AbortSignal): Promise<void> {
  if (armed.length === 0) return;
  await parts.clock.sleepUntil(due, signal);
  const until = parts.clock.now() + WEBSITE_MS;
  let waiting = [...armed];
  for (let pause = 2; waiting.length > 0; pause = Math.min(pause * 2, 250)) {
    const site = await parts.ledger.getAll(waiting.map(({ release }) => publicationId(release.id, 'website')));
    const state = ({ release }: Held): string | undefined => site.get(publicationId(release.id, 'website'))?.state;
    const [out, notOut] = split(waiting, (one) => ['public', 'verified'].includes(state(one) ?? ''));
    const [stuck, rest] = split(notOut, (one) => ['held', 'cancelled', 'withdrawn'].includes(state(one) ?? ''));
    if (out.length > 0) await call(parts, channel, await intend(parts, out), signal);
    await parts.ledger.changeAll(stuck.map(({ entry }) => change(parts, entry, 'held', { reason: { code: 'website-held' }, worker: null })));
    waiting = rest;
    if (waiting.length === 0) return;
    if (parts.clock.now() >= until) return giveBack(parts, waiting, channel.name, due, 'website-late');
    await parts.clock.sleepUntil(instant(parts.clock.now() + pause), signal);
  }
}

/** Writes the intent of each. What somebody else has changed meanwhile (moved, held, cancelled) falls out here. */
async function intend(parts: Parts, armed: readonly Held[]): Promise<Held[]> {
  const changed = await parts.ledger.changeAll(armed.map(({ entry }) => change(parts, entry, 'releasing')));
  return armed.flatMap(({ entry, release }, index): Held[] => (changed[index]?.ok ? [{ entry: { ...entry, state: 'releasing' }, release }] : []));
}

/** Makes the calls, and writes what each came to as soon as it is known. */
async function call(parts: Parts, channel: Channel, intended: readonly Held[], signal: AbortSignal): Promise<void> {
  const queue = [...intended];
  const settled: { change: Change; after: () => Promise<void> }[] = [];
  let writing: Promise<void> | undefined;
  let failed: unknown;
  const write = async (): Promise<void> => {
    while (settled.length > 0) {
      const batch = settled.splice(0, 1000);
      await insist(parts, signal, () => parts.ledger.changeAll(batch.map((one) => one.change)));
      await Promise.all(batch.map((one) => one.after()));
    }
    writing = undefined;
  };
  const lane = async (): Promise<void> => {
    for (let held = queue.shift(); held; held = queue.shift()) {
      // A worker that was stopped for long may be taken for dead: it must not send.
      const guard = (): boolean => parts.workers.fresh();
      const answer: ReleaseAnswer = guard()
        ? await channel.release({ ...callOf(held.entry), guard }, signal)
        : { class: 'again', why: { code: 'worker-stale' } };
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

/** A Redis that refuses writes for a moment (full, read-only, starting) is asked again: what is known must not be lost to that. */
async function insist<T>(parts: Parts, signal: AbortSignal, act: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await act();
    } catch (error) {
      if (attempt === INSIST_TIMES || signal.aborted) throw error;
      await parts.clock.sleepUntil(instant(parts.clock.now() + INSIST_MS), signal);
    }
  }
}

/** What an answer means for the ledger, and what has to happen next. */
function outcome(parts: Parts, { entry, release }: Held, answer: ReleaseAnswer): { change: Change; after: () => Promise<void> } {
  const { publication, due } = entry;
  const now = parts.clock.now();
  const nothing = (): Promise<void> => Promise.resolve();
  const to = (state: Change['to'], set: Fields, after: () => Promise<void> = nothing, extra: Partial<Change> = {}) => ({
    change: change(parts, entry, state, { worker: null, ...set }, extra),
    after,
  });
  switch (answer.class) {
    case 'done':
      parts.log('published', { publication, due, lateMs: now - due });
      return to('public', { receipt: answer.receipt, reason: null, retryAt: null, tries: null }, () => parts.wake.verify(publication, 0, now), {
        publicAt: instant(answer.receipt.publicAt ?? now),
      });
    case 'accepted':
      return to('releasing', { receipt: answer.receipt }, () => parts.wake.verify(publication, 0, instant(now + 2000)));
    case 'again':
    case 'quota': {
      const retryAt = answer.class === 'quota' ? answer.until : instant(now + (answer.afterMs ?? backoff(entry.tries)));
      if (retryAt > due + release.settings.window) return to('held', { reason: answer.why });
      parts.log('again', { publication, ...answer.why, retryAt });
      return to('staged', { retryAt, reason: answer.why, tries: entry.tries + 1 }, () => parts.wake.release([publication], due, retryAt));
    }
    case 'refused':
      parts.log('held', { publication, ...answer.why });
      return to('held', { reason: answer.why });
    case 'doubtful':
      parts.log('doubtful', { publication, ...answer.why });
      return to('doubtful', { reason: answer.why }, () => parts.wake.verify(publication, 0, instant(now + 1000)));
    default:
      return never(answer);
  }
}

/** Gives back what this worker holds armed and has not sent. */
async function giveBack(
  parts: Parts,
  armed: readonly Held[],
  channel: string,
  due: Instant,
  why: 'stopping' | 'failed' | 'website-late',
): Promise<void> {
  const retryAt = why === 'stopping' ? null : instant(parts.clock.now() + TRY_MS);
  parts.log('given-back', { channel, due, publications: armed.length, why });
  const set: Fields = { worker: null, retryAt, reason: why === 'website-late' ? { code: 'website-late' } : null };
  await parts.ledger.changeAll(armed.map(({ entry }) => change(parts, entry, 'staged', set)));
  if (retryAt !== null)
    await parts.wake.release(
      armed.map(({ entry }) => entry.publication),
      due,
      retryAt,
    );
}

/** What a channel is handed of an entry. */
export function callOf(entry: Entry, looks = 0): Call {
  return {
    publication: entry.publication,
    release: partsOf(entry.publication).release,
    due: entry.due,
    staged: entry.staged,
    receipt: entry.receipt,
    looks,
  };
}

function split<T>(all: readonly T[], test: (one: T) => boolean): [T[], T[]] {
  return [all.filter(test), all.filter((one) => !test(one))];
}
