// What staging, releasing and looking need of the rest of the house, as the few functions that they call. Not for making them: service.ts.
import type { Channel, Item } from '../channels/channel.ts';
import type { Bundle, Flaw, Loaded } from '../content/bundle.ts';
import type { Change, Entry, Fields, Ledger, Reason } from '../ledger/ledger.ts';
import type { State } from '../ledger/states.ts';
import type { Calendar, Instant, PublicationId, Release, ReleaseId } from '../plan/types.ts';
import type { Clock } from '../schedule/clock.ts';

/** Which workers live: each keeps a sign of life in Redis. */
export interface Workers {
  /** This worker. */
  readonly id: string;
  /** False once this worker may be taken for dead by others: then it must not send. */
  fresh(): boolean;
  alive(id: string): Promise<boolean>;
  /** True as long as a call that this worker made may still have its effect: longer than it is taken for alive, by the longest call. */
  mayBeCalling(id: string): Promise<boolean>;
}

/** Asks for a job at a time. Losing it is harmless: reconcile asks again. */
export interface Wake {
  stage(publication: PublicationId, at: Instant): Promise<void>;
  /** The waves of publications that are due at one instant on one channel: shortly before it, or at `notBefore` if that is later. */
  release(publications: readonly PublicationId[], due: Instant, notBefore: Instant): Promise<void>;
  verify(publication: PublicationId, look: number, at: Instant): Promise<void>;
}

/** One event with its fields, for the log. */
export type Log = (
  event: 'staged' | 'armed' | 'published' | 'held' | 'doubtful' | 'again' | 'verified' | 'given-back',
  fields: Record<string, unknown>,
) => void;

export interface Parts {
  readonly ledger: Ledger;
  readonly channels: ReadonlyMap<string, Channel>;
  readonly calendar: () => Calendar;
  readonly clock: Clock;
  readonly workers: Workers;
  /** What this worker holds armed or is about to send. What the ledger gives it beyond that, it has lost hold of. */
  readonly holding: Set<PublicationId>;
  readonly wake: Wake;
  readonly log: Log;
  load(release: Release): Promise<Loaded>;
  itemOf(release: Release, bundle: Bundle, channel: string): Item;
  flawsFor(channel: Channel, item: Item, bundle: Bundle): Flaw[];
  /** How many different people approved exactly this content. */
  approvals(release: ReleaseId, digest: string): Promise<number>;
  /** How far Redis's clock may be behind ours, ms: the later clock wins at T. */
  clockLag(): Promise<number>;
}

/** A change by this worker, now. */
export function change(parts: Parts, entry: Entry, to: State, set: Fields = {}, extra: Partial<Change> = {}): Change {
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
export async function hold(parts: Parts, entry: Entry, reason: Reason): Promise<void> {
  parts.log('held', { publication: entry.publication, ...reason });
  await parts.ledger.change(change(parts, entry, 'held', { reason, worker: null, digest: entry.digest ?? null }));
}

/** Doubling waits between tries: 5 s, 10 s, … at most 5 min. */
export function backoff(tries: number): number {
  return Math.min(5000 * 2 ** tries, 300_000);
}
