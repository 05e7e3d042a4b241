// What a person does about what is public: correct it with new content, or withdraw it, on every
// channel that can. Not for who may (cli/, desk/).
import type { Channel, WithdrawAnswer } from '../channels/channel.ts';
import type { Bundle } from '../content/bundle.ts';
import type { LedgerEntry } from '../ledger/ledger.ts';
import { type ManualTask, open } from '../ledger/manual-tasks.ts';
import { isUnderWay, PUBLIC } from '../ledger/states.ts';
import { instant } from '../lib/instant.ts';
import {
  type PublicationId,
  parsePublicationId,
  publicationId,
  type Release,
} from '../plan/types.ts';
import { type AuditContext, approvalLacking, laterBy, type PublishDeps, siteOf } from './deps.ts';
import { callOf } from './release.ts';

/** What came of it on one channel. */
export interface Amended {
  readonly publication: PublicationId;
  readonly channel: string;
  readonly answer:
    | WithdrawAnswer
    | { readonly class: 'not-public' }
    | { readonly class: 'called-off' };
  /** A person has to do it there, and that is noted. */
  readonly left: boolean;
}

const LIMIT_MS = 30_000;

/**
 * Puts new content in the place of what is public, where a channel can; for the others a person has
 * to. It needs the same approvals as the release did, of exactly this content.
 */
export function correctPublished(
  parts: PublishDeps,
  release: Release,
  bundle: Bundle,
  reason: string,
  hand: AuditContext,
): Promise<Amended[]> {
  return parts.amending(() => correctNow(parts, release, bundle, reason, hand));
}

async function correctNow(
  parts: PublishDeps,
  release: Release,
  bundle: Bundle,
  reason: string,
  { actor }: AuditContext,
): Promise<Amended[]> {
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
  const channels = await channelsWith(parts, release);
  const act = async (channel: Channel, { due, receipt }: LedgerEntry): Promise<WithdrawAnswer> => {
    if (!channel.correct) return { class: 'cannot', why: { code: 'correct-unsupported' } };
    return channel.correct(
      parts.itemOf(release, bundle, channel.name),
      reason,
      AbortSignal.timeout(LIMIT_MS),
      instant(receipt?.publicAt ?? due),
    );
  };
  return each(parts, release, channels, { what: 'correct', reason, by: actor, digest }, { act });
}

/**
 * Takes it down, where a channel can. Where it is out anywhere, what has not been sent on these
 * channels is called off: nothing of a release that was withdrawn comes out any more. In this
 * order, so that a death between any two steps leaves nothing out that nobody is asked about:
 * 1. What has not been sent is called off: its tombstone is asked for before every intent.
 * 2. What is out is noted as a person's to take down, and the site's gets its tombstone, which the
 * next round shows where this one dies.
 * 3. Channel by channel it is taken down, and the note with it.
 */
export function withdrawPublished(
  parts: PublishDeps,
  release: Release,
  channels: readonly string[],
  reason: string,
  hand: AuditContext,
): Promise<Amended[]> {
  return parts.amending(async () => {
    for (;;) {
      const isOut = await isAnywhereOut(parts, release);
      const calledOff = isOut
        ? await callOffUnsent(parts, release, channels, reason, hand)
        : new Set<PublicationId>();
      const done = await takeDown(parts, release, channels, calledOff, reason, hand);
      // It may have come out on one of them in between: then the others are called off as well.
      if (isOut || !(await isAnywhereOut(parts, release))) return done;
    }
  });
}

/** Public on some channel, or it was, or may be; what a worker only holds ready is not. */
async function isAnywhereOut(parts: PublishDeps, { id }: Release): Promise<boolean> {
  const entries = await parts.ledger.getAll(
    [...parts.channels.keys()].map((name) => publicationId(id, name)),
  );
  return [...entries.values()].some(
    (entry) =>
      PUBLIC.includes(entry.state) ||
      entry.state === 'withdrawn' ||
      (entry.state !== 'armed' && isUnderWay(entry)),
  );
}

/** Of what nothing was sent, nothing will be. @returns what was called off */
async function callOffUnsent(
  parts: PublishDeps,
  release: Release,
  channels: readonly string[],
  reason: string,
  hand: AuditContext,
): Promise<Set<PublicationId>> {
  const calledOff = new Set<PublicationId>();
  const all = await parts.ledger.getAll(
    [...parts.channels.keys()].map((name) => publicationId(release.id, name)),
  );
  const others = [...all.values()].filter(
    ({ publication }) => !channels.includes(parsePublicationId(publication).channel),
  );
  // Where nothing of it stays public, a channel that the plan has dropped gets a tombstone too: put
  // back there, it does not come out.
  const dropped = others.some(({ state }) => PUBLIC.includes(state))
    ? []
    : others.filter(({ state }) => state === 'cancelled');
  for (const name of [
    ...channels,
    ...dropped.map(({ publication }) => parsePublicationId(publication).channel),
  ]) {
    const entry = await parts.ledger.get(publicationId(release.id, name));
    const isUnsent =
      entry &&
      !PUBLIC.includes(entry.state) &&
      entry.state !== 'withdrawn' &&
      entry.state !== 'historical';
    // What may have been sent is left to a person as well, and is not sent again.
    if (isUnsent && (await noteWithdrawn(parts, entry, reason, hand)))
      calledOff.add(entry.publication);
  }
  return calledOff;
}

async function takeDown(
  parts: PublishDeps,
  release: Release,
  channels: readonly string[],
  calledOff: ReadonlySet<PublicationId>,
  reason: string,
  hand: AuditContext,
): Promise<Amended[]> {
  const wanted = { what: 'withdraw', reason, by: hand.actor } as const;
  const tombstone = async (channel: Channel, entry: LedgerEntry): Promise<void> => {
    await parts.withdrawn.add(entry.publication, parts.clock.now(), reason);
    // It may have had another name when this came out.
    if (channel.kind === 'website')
      await parts.withdrawn.add(publicationId(release.id, channel.name), parts.clock.now(), reason);
  };
  const act = async (channel: Channel, entry: LedgerEntry): Promise<WithdrawAnswer> => {
    const answer = await channel.withdraw(callOf(entry), AbortSignal.timeout(LIMIT_MS), reason);
    if (answer.class !== 'done') return answer;
    await tombstone(channel, entry);
    await setWithdrawn(parts, entry, reason, hand, true);
    return answer;
  };
  const done = await each(parts, release, channels, wanted, { site: tombstone, act });
  return done.map((one) =>
    calledOff.has(one.publication) && !one.left ? { ...one, answer: { class: 'called-off' } } : one,
  );
}

async function noteTask(
  parts: PublishDeps,
  publication: PublicationId,
  wanted: Wanted,
): Promise<void> {
  const before = (await parts.byHand.all()).get(publication);
  await parts.byHand.put({
    ...wanted,
    publication,
    at: Math.max(parts.clock.now(), (before?.at ?? 0) + 1),
    done: false,
  });
}

/**
 * Those of the plan, and others where it is public or may be, although plan or configuration have
 * dropped them since.
 */
export async function channelsWith(
  parts: Pick<PublishDeps, 'ledger' | 'byHand'>,
  { id, settings }: Release,
): Promise<string[]> {
  const [shown, waiting, left] = await Promise.all([
    parts.ledger.publicSince(),
    parts.ledger.open(),
    parts.byHand.all(),
  ]);
  const known = [...shown.keys(), ...waiting.keys(), ...open(left).keys()]
    .map(parsePublicationId)
    .filter(({ release }) => release === id);
  return [...new Set([...settings.channels, ...known.map(({ channel }) => channel)])];
}

/**
 * The one that can do something about what is public: the site may have had another name when it
 * came out.
 */
function channelFor(
  parts: PublishDeps,
  { publication, receipt }: LedgerEntry,
): Channel | undefined {
  const named = parts.channels.get(parsePublicationId(publication).channel);
  const site = receipt?.ids.edition === undefined ? undefined : siteOf(parts);
  return named ?? (site === undefined ? undefined : parts.channels.get(site));
}

type Wanted = Pick<ManualTask, 'what' | 'reason' | 'by' | 'digest'>;

/**
 * What a person has to do on a channel after this answer. Undefined: nothing, or what was noted
 * before stands. Our own site is nobody's to do by hand: what fails there is tried again.
 */
function taskAfter(
  answer: Amended['answer'],
  entry: LedgerEntry | undefined,
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
  // Corrected, and corrected back: what was asked for in between is nobody's to do any more.
  if (wanted.digest === shown) return before && !before.done ? 'none-left' : undefined;
  return wanted;
}

/**
 * What was not sent there will not be.
 * @returns false where it was public by then, or is being sent, or may have been
 */
async function noteWithdrawn(
  parts: PublishDeps,
  entry: LedgerEntry,
  reason: string,
  hand: AuditContext,
): Promise<boolean> {
  // Where the site lives first: whatever becomes of the ledger, it stays withdrawn.
  await parts.withdrawn.add(entry.publication, parts.clock.now(), reason);
  return setWithdrawn(parts, entry, reason, hand, false);
}

/**
 * A person has done by hand on the channel what no program could: corrected it, or taken it down.
 * @param seen the task that they have seen, by its instant
 * @returns `changed` where it is another one by now; `nothing` where there is none, or somebody
 *   said so before
 */
export function doneByHand(
  parts: PublishDeps,
  entry: LedgerEntry,
  seen: number,
  hand: AuditContext,
): Promise<'done' | 'changed' | 'nothing'> {
  return parts.amending(() => tickedOff(parts, entry, seen, hand));
}

async function tickedOff(
  parts: PublishDeps,
  entry: LedgerEntry,
  seen: number,
  hand: AuditContext,
): Promise<'done' | 'changed' | 'nothing'> {
  const one = open(await parts.byHand.all()).get(entry.publication);
  if (!one) return 'nothing';
  if (one.at !== seen) return 'changed';
  // Ticked off last: whoever dies before is asked again.
  if (one.what === 'withdraw') {
    await parts.withdrawn.add(entry.publication, parts.clock.now(), one.reason);
    await setWithdrawn(parts, entry, one.reason, hand, true);
  }
  await parts.byHand.put({ ...one, done: true });
  return 'done';
}

/**
 * Whether what the ledger calls public, and has a tombstone, was taken down. Where it came out only
 * afterwards, as what a channel works on does, nobody took it down: then that is a person's to do,
 * and it stays public.
 */
export async function isTakenDown(parts: PublishDeps, entry: LedgerEntry): Promise<boolean> {
  const task = (await parts.byHand.all()).get(entry.publication);
  const settledAt = Math.max(
    (await parts.withdrawn.at(entry.publication)) ?? 0,
    task?.done && task.what === 'withdraw' ? task.at : 0,
  );
  const publicAt = entry.receipt?.publicAt ?? entry.due;
  if (publicAt <= settledAt || channelFor(parts, entry)?.kind === 'website') return true;
  if (task && !task.done && task.what === 'withdraw') return false;
  const reason = (await parts.withdrawn.all()).get(entry.publication) ?? '';
  await noteTask(parts, entry.publication, {
    what: 'withdraw',
    reason,
    by: task?.by ?? parts.workers.id,
  });
  return false;
}

/**
 * It came out only after a person had said that it is corrected there: as it was sent, and not as
 * it should be.
 */
export async function askCorrectionAgain(
  parts: PublishDeps,
  { publication, digest }: LedgerEntry,
  publicAt: number,
): Promise<void> {
  const task = (await parts.byHand.all()).get(publication);
  if (!task?.done || task.what !== 'correct' || task.at >= publicAt || task.digest === digest)
    return;
  await noteTask(parts, publication, {
    what: 'correct',
    reason: task.reason,
    by: task.by,
    digest: task.digest,
  });
}

/**
 * So often, and so far apart, ms, it is tried to write that something was withdrawn: the tombstone
 * says so in any case.
 */
const WRITE = { times: 20, ms: 250 };

/**
 * A look may have verified it meanwhile, or a receipt have come: it is withdrawn all the same where
 * it was taken down. What a worker holds armed is taken from it first; what is being sent at this
 * moment comes out as it was sent, and is a person's to take down.
 * @returns whether the ledger has it as withdrawn
 */
async function setWithdrawn(
  parts: PublishDeps,
  entry: LedgerEntry,
  reason: string,
  hand: AuditContext,
  isDown: boolean,
): Promise<boolean> {
  let at: LedgerEntry | undefined = entry;
  const isSent = ({ state }: LedgerEntry): boolean =>
    state === 'releasing' || (!isDown && PUBLIC.includes(state));
  for (
    let attempt = 1;
    at && at.state !== 'withdrawn' && !isSent(at) && attempt <= WRITE.times;
    attempt++
  ) {
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
    if (ok && !isArmed) return true;
    if (attempt > 1) await parts.clock.sleepUntil(laterBy(parts, WRITE.ms));
    at = await parts.ledger.get(entry.publication);
  }
  return at?.state === 'withdrawn';
}

/** What is done on each channel, and what is written down of the site's before anything is done. */
interface Acts {
  readonly site?: (channel: Channel, entry: LedgerEntry) => Promise<void>;
  readonly act: (channel: Channel, entry: LedgerEntry) => Promise<WithdrawAnswer>;
}

/**
 * Channel by channel. What is public is noted as a person's to do before the first is touched:
 * whoever dies in between has left it to somebody.
 */
async function each(
  parts: PublishDeps,
  release: Release,
  channels: readonly string[],
  wanted: Wanted,
  { site, act }: Acts,
): Promise<Amended[]> {
  const found = [
    ...(
      await parts.ledger.getAll(channels.map((name) => publicationId(release.id, name)))
    ).values(),
  ];
  const shown = found
    .filter(({ state }) => PUBLIC.includes(state))
    .map((entry) => ({ entry, channel: channelFor(parts, entry) }));
  for (const { entry, channel } of shown)
    await noteNext(
      parts,
      entry,
      channel,
      { class: 'cannot', why: { code: 'not-done-yet' } },
      wanted,
    );
  // The site's last: from then on it says so to everybody, whatever becomes of us.
  for (const { entry, channel } of shown)
    if (channel?.kind === 'website') await site?.(channel, entry);
  const done: Amended[] = [];
  for (const name of channels) {
    const publication = publicationId(release.id, name);
    const entry = await parts.ledger.get(publication);
    const channel = entry && channelFor(parts, entry);
    const isPublic = entry && PUBLIC.includes(entry.state);
    const unconfigured = {
      class: 'cannot',
      why: { code: 'channel-unknown', detail: name },
    } as const;
    const answer = isPublic
      ? await (channel ? act(channel, entry) : unconfigured)
      : { class: 'not-public' as const };
    done.push({
      publication,
      channel: name,
      answer,
      left: entry !== undefined && (await noteNext(parts, entry, channel, answer, wanted)),
    });
  }
  return done;
}

/**
 * Writes down what a person has to do after this answer, or that there is nothing left.
 * @returns whether there is something
 */
async function noteNext(
  parts: PublishDeps,
  entry: LedgerEntry,
  channel: Channel | undefined,
  answer: Amended['answer'],
  wanted: Wanted,
): Promise<boolean> {
  const before = (await parts.byHand.all()).get(entry.publication);
  const next = taskAfter(answer, entry, channel?.kind === 'website', before, wanted);
  // With what it shows: the next correction is compared with that.
  if (next === 'none-left' && before)
    await parts.byHand.put({ ...before, ...wanted, at: before.at, done: true });
  if (next === undefined || next === 'none-left') return false;
  const isNoted =
    before &&
    !before.done &&
    before.what === next.what &&
    before.reason === next.reason &&
    before.digest === next.digest;
  if (!isNoted) await noteTask(parts, entry.publication, next);
  return true;
}
