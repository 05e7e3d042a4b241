// What staging, releasing and looking need of the rest of the app, as the few functions that they
// call. Not for making them: service/service.ts.
import type { Channel, ChannelItem } from '../channels/channel.ts';
import type { Bundle, ContentIssue, Loaded } from '../content/bundle.ts';
import type { PublicationNotes } from '../ledger/disk-notes.ts';
import type { Ledger, LedgerEntry } from '../ledger/ledger.ts';
import type { Fields, LedgerChange } from '../ledger/ledger-change.ts';
import type { ManualTasks } from '../ledger/manual-tasks.ts';
import type { Reason, Unsettled } from '../ledger/publication-facts.ts';
import type { State } from '../ledger/states.ts';
import type { Tombstones } from '../ledger/tombstones.ts';
import type { Clock } from '../lib/clock.ts';
import { type Instant, instant } from '../lib/instant.ts';
import type { LogEvent } from '../lib/log-events.ts';
import {
  type ApprovalRule,
  type Calendar,
  type PublicationId,
  parsePublicationId,
  publicationId,
  type Release,
  type ReleaseId,
} from '../plan/types.ts';

/** Which workers live: each keeps a sign of life in Redis. */
export interface Workers {
  /** This worker. */
  readonly id: string;
  /** False once this worker may be taken for dead by others: then it must not send. */
  fresh(): boolean;
  /**
   * Since when, without a break, nobody could have taken this worker for dead; steady ms, of no use
   * but to be compared.
   */
  freshSince(): number;
  alive(id: string): Promise<boolean>;
  /**
   * True as long as a call that this worker made may still have its effect: longer than it is taken
   * for alive, by the longest call.
   */
  mayBeCalling(id: string): Promise<boolean>;
}

/**
 * Asks for a job at a time. Losing it is harmless: whoever polls the ledger finds what no job took.
 */
export interface JobScheduler {
  stage(publication: PublicationId, at: Instant): Promise<void>;
  /**
   * The waves of publications that are due at one instant on one channel: shortly before it, or at
   * `notBefore` if that is later.
   */
  release(publications: readonly PublicationId[], due: Instant, notBefore: Instant): Promise<void>;
  verify(publication: PublicationId, look: number, at: Instant): Promise<void>;
}

/** One event with its fields, for the log. */
export type PublishLog = (
  event: Extract<
    LogEvent,
    | 'staged'
    | 'armed'
    | 'published'
    | 'held'
    | 'doubtful'
    | 'again'
    | 'verified'
    | 'given-back'
    | 'fell-out'
    | 'wall'
  >,
  fields: Record<string, unknown>,
) => void;

export interface PublishDeps {
  readonly ledger: Ledger;
  readonly channels: ReadonlyMap<string, Channel>;
  readonly calendar: () => Calendar;
  /**
   * The version of the plan that `calendar()` is of, and taking up the one in force if it is
   * another.
   */
  readonly plan: { version(): string; follow(): Promise<boolean> };
  readonly clock: Clock;
  readonly workers: Workers;
  /**
   * What this worker holds armed or is about to send. What the ledger gives it beyond that, it has
   * lost hold of.
   */
  readonly claimed: Set<PublicationId>;
  /**
   * What waves of this worker have let go of since it was last asked after. Where the ledger still
   * has it in this worker's hands, for the wave failed and could not even say so, no other worker
   * takes it as long as this one lives.
   */
  readonly letGo: Set<PublicationId>;
  readonly wake: JobScheduler;
  readonly log: PublishLog;
  /** Whether Redis may forget what it has acknowledged: a failover, a disk that lies. */
  readonly mayForget: boolean;
  /**
   * Notes somewhere that outlives Redis how many changes the ledger has made; before anything is
   * sent.
   */
  rememberLedger(): Promise<void>;
  load(release: Release): Promise<Loaded>;
  /**
   * False while the folder of all content is gone: a disk that is not there, and not a text that
   * somebody took away.
   */
  hasContentFolder(): boolean;
  itemOf(release: Release, bundle: Bundle, channel: string): ChannelItem;
  flawsFor(channel: Channel, item: ChannelItem, bundle: Bundle): ContentIssue[];
  /** How many different people, its author not among them, approved exactly this content. */
  approvals(release: ReleaseId, digest: string): Promise<number>;
  /** What was withdrawn: noted where the site lives, so that no rebuilt ledger brings it back. */
  readonly withdrawn: Pick<Tombstones, 'add' | 'all' | 'at' | 'has'>;
  /** What a person holds: no rebuilt ledger frees it. */
  readonly held: Pick<PublicationNotes, 'add' | 'all' | 'remove'>;
  /** What people still have to correct or take down by hand. */
  readonly byHand: ManualTasks;
  /**
   * What people do about what is public comes one after the other, in all processes: a withdrawal
   * and a correction of the same release may meet.
   */
  amending<T>(run: () => Promise<T>): Promise<T>;
  /** How far Redis's clock may be behind ours, ms: the later clock wins at T. */
  clockLag(): Promise<number>;
}

/** This worker is done with it, or has lost hold of it. */
export function letGoOf({ claimed, letGo }: PublishDeps, { publication }: LedgerEntry): void {
  claimed.delete(publication);
  letGo.add(publication);
}

/** A change by this worker, now. */
export function change(
  parts: PublishDeps,
  entry: LedgerEntry,
  to: State,
  set: Fields = {},
  extra: Partial<LedgerChange> = {},
): LedgerChange {
  return {
    publication: entry.publication,
    from: entry,
    to,
    set,
    actor: parts.workers.id,
    at: parts.clock.now(),
    ...(set.reason ? { detail: set.reason } : {}),
    ...extra,
  };
}

/** A publication is held for a person, who is told why. */
export async function holdWith(
  parts: PublishDeps,
  entry: LedgerEntry,
  reason: Reason,
  extra: Partial<LedgerChange> = {},
): Promise<void> {
  parts.log('held', { publication: entry.publication, ...reason });
  await parts.ledger.change(
    change(parts, entry, 'held', { reason, worker: null, digest: entry.digest ?? null }, extra),
  );
}

/** Doubling waits between tries: 5 s, 10 s, … at most 5 min. */
export function backoff(tries: number): number {
  return Math.min(5000 * 2 ** tries, 300_000);
}

/** The channel that everything else links to and waits for; undefined where none is configured. */
export function siteOf(parts: Pick<PublishDeps, 'channels'>): string | undefined {
  return [...parts.channels.values()].find(({ kind }) => kind === 'website')?.name;
}

/** How many different people have to approve a release's content. */
export const APPROVALS_NEEDED: Readonly<Record<ApprovalRule, number>> = {
  none: 0,
  one: 1,
  three: 3,
};

/** What of the needed approvals is missing for exactly this content; undefined where nothing is. */
export async function approvalLacking(
  parts: PublishDeps,
  release: Release,
  digest: string | undefined,
): Promise<Reason | undefined> {
  const needed = APPROVALS_NEEDED[release.settings.approval];
  if (needed === 0) return undefined;
  const given = digest === undefined ? 0 : await parts.approvals(release.id, digest);
  return given < needed ? { code: 'approval-missing', detail: `${given}/${needed}` } : undefined;
}

/**
 * Why a staged publication must not go out as the plan in force has it; undefined where it may.
 * Asked when a wave is taken up and again with the intent: the plan may have changed since it was
 * staged.
 */
export async function objectionTo(
  parts: PublishDeps,
  entry: LedgerEntry,
  release: Release | undefined,
  channel: string,
): Promise<Reason | undefined> {
  if (!release || release.status === 'cancelled' || release.due !== entry.due)
    return { code: 'plan-changed' };
  if (!release.settings.channels.includes(channel)) return { code: 'plan-changed' };
  if (await parts.withdrawn.has(entry.publication)) return { code: 'withdrawn' };
  return approvalLacking(parts, release, entry.digest);
}

/**
 * Found so late that a person has to decide: more than its window after its due instant, unless one
 * has decided already.
 */
export function isTooLate(
  parts: Pick<PublishDeps, 'clock'>,
  entry: LedgerEntry,
  release: Release | undefined,
): boolean {
  // What was decided before T was no decision about what is late. Written by an older Banli it says
  // no time, and counts.
  const { code, at } = entry.reason ?? {};
  if (code === 'by-operator' && (at === undefined || at >= entry.due)) return false;
  return parts.clock.now() - entry.due > (release?.settings.window ?? 0);
}

/**
 * Takes up at once what may be public although the ledger does not say so: from here on it is only
 * looked up.
 */
export async function doubtUnsettled(parts: PublishDeps, entry: LedgerEntry): Promise<boolean> {
  const changed = await parts.ledger.change(
    change(parts, entry, 'doubtful', { worker: null, looks: null, retryAt: null }, { take: true }),
  );
  if (!changed.ok) return false;
  parts.log('doubtful', { publication: entry.publication, why: entry.unsettled?.why });
  await parts.wake.verify(entry.publication, 0, parts.clock.now());
  return true;
}

/** The content that was staged, where it lies there as it was. */
export async function stagedContent(
  parts: PublishDeps,
  { publication, digest }: LedgerEntry,
  release: Release,
): Promise<ChannelItem | undefined> {
  const loaded = await parts.load(release);
  if (loaded.state !== 'ready' || loaded.bundle.digest !== digest) return undefined;
  return parts.itemOf(release, loaded.bundle, parsePublicationId(publication).channel);
}

/** Why it may be public from now on, and what of it. */
export function markOf(
  parts: Pick<PublishDeps, 'clock'>,
  { staged, digest }: Pick<LedgerEntry, 'staged' | 'digest'>,
  why: Unsettled['why'],
): Unsettled {
  return { why, at: parts.clock.now(), staged, digest };
}

/** The website is out: what of the release waits for that on other channels goes on at once. */
export async function wakeFollowers(
  parts: PublishDeps,
  publication: PublicationId,
  release: Release | undefined,
): Promise<void> {
  const { channel } = parsePublicationId(publication);
  if (!release || channel !== siteOf(parts)) return;
  const others = release.settings.channels
    .filter((one) => one !== channel)
    .map((one) => publicationId(release.id, one));
  await parts.wake.release(others, release.due, parts.clock.now());
}

/** Later than now by so many milliseconds. */
export const laterBy = (parts: Pick<PublishDeps, 'clock'>, ms: number): Instant =>
  instant(parts.clock.now() + ms);

/** Who does it, and how: both stand in the journal. */
export interface AuditContext {
  readonly actor: string;
  readonly detail: Readonly<Record<string, unknown>>;
}
