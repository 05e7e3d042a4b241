// What a person does about what is public: correct it with new content, or withdraw it, on every channel that can. Not for who may (cli/, desk/).
import type { Channel, WithdrawAnswer } from '../channels/channel.ts';
import type { Bundle } from '../content/bundle.ts';
import { open } from '../ledger/by-hand.ts';
import type { ManualTask } from '../ledger/by-hand.ts';
import type { Entry } from '../ledger/ledger.ts';
import { isUnderWay, PUBLIC } from '../ledger/states.ts';
import { instant, partsOf, publicationId } from '../plan/types.ts';
import type { PublicationId, Release } from '../plan/types.ts';
import type { Hand } from './act.ts';
import { approvalLacking, soon } from './parts.ts';
import type { Parts } from './parts.ts';
import { callOf } from './release.ts';

/** What came of it on one channel. */
export interface Amended {
  readonly publication: PublicationId;
  readonly channel: string;
  readonly answer: WithdrawAnswer | { readonly class: 'not-public' } | { readonly class: 'called-off' };
  /** A person has to do it there, and that is noted. */
  readonly left: boolean;
}

const LIMIT_MS = 30_000;

/**
 * Puts new content in the place of what is public, where a channel can; for the others a person has to. It needs the same
 * approvals as the release did, of exactly this content.
 */
export function correct(parts: Parts, release: Release, bundle: Bundle, reason: string, hand: Hand): Promise<Amended[]> {
  return parts.amending(() => correctNow(parts, release, bundle, reason, hand));
}

async function correctNow(parts: Parts, release: Release, bundle: Bundle, reason: string, { actor }: Hand): Promise<Amended[]> {
  const { digest } = bundle;
  // The plan may have come to ask for approvals a moment ago.
  await parts.plan.follow();
  const lacking = await approvalLacking(parts, release, digest);
  if (lacking)
    return release.settings.channels.map((channel) => ({
      publication: publicationId(release.id, channel),
      channel,
      answer: { class: 'cannot', why: lacking },
      left: false,
    }));
  const channels = await channelsOf(parts, release, release.settings.channels);
  return each(parts, release, channels, { what: 'correct', reason, by: actor, digest }, async (channel, { due, receipt }) => {
    if (!channel.correct) return { class: 'cannot', why: { code: 'correct-unsupported' } };
    return channel.correct(parts.itemOf(release, bundle, channel.name), reason, AbortSignal.timeout(LIMIT_MS), instant(receipt?.publicAt ?? due));
  });
}

/**
 * Takes it down, the website first, where a channel can. Where it is out anywhere, what has not been sent on these channels is called off: nothing of
 * a release that was withdrawn comes out any more.
 */
export function withdraw(parts: Parts, release: Release, channels: readonly string[], reason: string, hand: Hand): Promise<Amended[]> {
  return parts.amending(async () => {
    const isOut = await isAnywhereOut(parts, release);
    const done = await takeDown(parts, release, channels, reason, hand);
    return isOut ? Promise.all(done.map((one) => callOff(parts, one, reason, hand))) : done;
  });
}

/** Public on some channel, or it was, or may be; what a worker only holds ready is not. */
async function isAnywhereOut(parts: Parts, { id }: Release): Promise<boolean> {
  const entries = await parts.ledger.getAll([...parts.channels.keys()].map((name) => publicationId(id, name)));
  return [...entries.values()].some(
    (entry) => PUBLIC.includes(entry.state) || entry.state === 'withdrawn' || (entry.state !== 'armed' && isUnderWay(entry)),
  );
}

/** What was not public there when it was withdrawn does not become so: the tombstone is asked for before every intent. */
async function callOff(parts: Parts, one: Amended, reason: string, hand: Hand): Promise<Amended> {
  const entry = one.answer.class === 'not-public' ? await parts.ledger.get(one.publication) : undefined;
  if (!entry || entry.state === 'withdrawn' || entry.state === 'bygone') return one;
  await noteWithdrawn(parts, entry, reason, hand);
  return one.left ? one : { ...one, answer: { class: 'called-off' } };
}

function takeDown(parts: Parts, release: Release, channels: readonly string[], reason: string, hand: Hand): Promise<Amended[]> {
  return each(parts, release, channels, { what: 'withdraw', reason, by: hand.actor }, async (channel, entry) => {
    const answer = await channel.withdraw(callOf(entry), AbortSignal.timeout(LIMIT_MS), reason);
    if (answer.class === 'done') await noteWithdrawn(parts, entry, reason, hand);
    return answer;
  });
}

/** Those of the plan, and others where it is public although the plan has dropped them since. */
async function channelsOf(parts: Parts, { id }: Release, planned: readonly string[]): Promise<string[]> {
  const states = await parts.ledger.statesOf([...parts.channels.keys()].map((name) => publicationId(id, name)));
  return [...new Set([...planned, ...[...states].flatMap(([publication, state]) => (PUBLIC.includes(state) ? [partsOf(publication).channel] : []))])];
}

type Wanted = Pick<ManualTask, 'what' | 'reason' | 'by' | 'digest'>;

/**
 * What a person has to do on a channel after this answer. Undefined: nothing, or what was noted before stands.
 * Our own site is nobody's to do by hand: what fails there is tried again.
 */
function taskAfter(
  answer: Amended['answer'],
  entry: Entry | undefined,
  isSite: boolean,
  before: ManualTask | undefined,
  wanted: Wanted,
): Wanted | 'none-left' | undefined {
  if (!entry || isSite) return undefined;
  if (answer.class === 'done') return before && !before.done ? 'none-left' : undefined;
  // What the channel works on at this moment comes out as it was sent.
  if (answer.class === 'not-public' && !isUnderWay(entry)) return undefined;
  if (wanted.what === 'withdraw') return wanted;
  // What people want down is not to be corrected instead.
  if (before && !before.done && before.what === 'withdraw') return undefined;
  // It shows this text already, as it was sent or as somebody has corrected it by hand.
  const shown = before?.done && before.what === 'correct' ? before.digest : entry.digest;
  return wanted.digest === shown ? undefined : wanted;
}

async function noteWithdrawn(parts: Parts, entry: Entry, reason: string, hand: Hand): Promise<void> {
  // Where the site lives first: whatever becomes of the ledger, it stays withdrawn.
  await parts.withdrawn.add(entry.publication, parts.clock.now(), reason);
  await setWithdrawn(parts, entry, reason, hand);
}

/**
 * A person has done by hand on the channel what no program could: corrected it, or taken it down.
 * @param seen the task that they have seen, by its instant
 * @returns `changed` where it is another one by now; `nothing` where there is none, or somebody said so before
 */
export function doneByHand(parts: Parts, entry: Entry, seen: number, hand: Hand): Promise<'done' | 'changed' | 'nothing'> {
  return parts.amending(() => tickedOff(parts, entry, seen, hand));
}

async function tickedOff(parts: Parts, entry: Entry, seen: number, hand: Hand): Promise<'done' | 'changed' | 'nothing'> {
  const one = open(await parts.byHand.all()).get(entry.publication);
  if (!one) return 'nothing';
  if (one.at !== seen) return 'changed';
  // Ticked off last: whoever dies before is asked again.
  if (one.what === 'withdraw') await noteWithdrawn(parts, entry, one.reason, hand);
  await parts.byHand.put({ ...one, done: true });
  return 'done';
}

/** So often, and so far apart, ms, it is tried to write that something was withdrawn: the tombstone says so in any case. */
const WRITE = { times: 20, ms: 250 };

/**
 * A look may have verified it meanwhile, or a receipt have come: it is withdrawn all the same. What a worker holds armed is taken from it first;
 * what is being sent at this moment comes out as it was sent, and is a person's to take down.
 */
async function setWithdrawn(parts: Parts, entry: Entry, reason: string, hand: Hand): Promise<void> {
  let at: Entry | undefined = entry;
  for (let attempt = 1; at && at.state !== 'withdrawn' && at.state !== 'releasing' && attempt <= WRITE.times; attempt++) {
    const isArmed: boolean = at.state === 'armed';
    const { ok } = await parts.ledger.change({
      publication: at.publication,
      from: at,
      to: isArmed ? 'planned' : 'withdrawn',
      take: true,
      actor: hand.actor,
      at: parts.clock.now(),
      detail: { ...hand.detail, reason },
    });
    if (ok && !isArmed) return;
    if (attempt > 1) await parts.clock.sleepUntil(soon(parts, WRITE.ms));
    at = await parts.ledger.get(entry.publication);
  }
}

async function each(
  parts: Parts,
  release: Release,
  channels: readonly string[],
  wanted: Wanted,
  act: (channel: Channel, entry: Entry) => Promise<WithdrawAnswer>,
): Promise<Amended[]> {
  const done: Amended[] = [];
  for (const name of channels) {
    const publication = publicationId(release.id, name);
    const [entry, channel] = [await parts.ledger.get(publication), parts.channels.get(name)];
    const isPublic = entry && channel && PUBLIC.includes(entry.state);
    const answer = isPublic ? await act(channel, entry) : { class: 'not-public' as const };
    // At once, channel by channel: whoever dies in between leaves none out that it has passed, and is asked again for the others.
    const before = (await parts.byHand.all()).get(publication);
    const next = taskAfter(answer, entry, channel?.kind === 'website', before, wanted);
    if (next === 'none-left' && before) await parts.byHand.put({ ...before, done: true });
    else if (next && next !== 'none-left')
      await parts.byHand.put({ ...next, publication, at: Math.max(parts.clock.now(), (before?.at ?? 0) + 1), done: false });
    done.push({ publication, channel: name, answer, left: typeof next === 'object' });
  }
  return done;
}
