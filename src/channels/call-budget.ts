// How many calls a day a channel takes by its own published rules, and what is left of them today,
// in the order of what matters: what makes something public is always tried, looks leave room for
// it, and the looks that come first leave none of theirs to one that is repeated all day. Days are
// Beijing's. Not for where calls are counted: redis/call-counts.ts. Not for posts and sends, which
// the plan is checked against: limits.ts.
import { DateTime } from 'luxon';
import type { Clock } from '../lib/clock.ts';
import { type Instant, instant } from '../lib/instant.ts';

/** Calls by name and day, counted for all workers together. */
export interface CallCounts {
  /**
   * Counts one more.
   * @param most it is not counted beyond that
   * @returns whether it was counted
   */
  count(call: string, day: string, most: number): Promise<boolean>;
  /** The channel says that there are no more of these today. */
  useUp(call: string, day: string): Promise<void>;
}

/** What a call is for, the most important first. */
export type CallPurpose =
  /** It makes something public, or takes it down. */
  | 'release'
  /** It prepares that, in private. */
  | 'prepare'
  /** One of the first looks after a release or a doubt. */
  | 'look'
  /** One of many. */
  | 'look-again'
  /** Whether the channel is ready. */
  | 'check';

/** The part of a day's calls that each purpose may use up. */
const SHARE: Readonly<Record<CallPurpose, number>> = {
  release: Number.POSITIVE_INFINITY,
  prepare: Number.POSITIVE_INFINITY,
  look: 0.9,
  'look-again': 0.6,
  check: 0.5,
};
/** So many looks are the first ones. */
const FIRST_LOOKS = 3;

export const lookPurpose = (looks: number): CallPurpose =>
  looks < FIRST_LOOKS ? 'look' : 'look-again';

/** What one channel has of calls. */
export class CallBudget {
  readonly #counts: CallCounts;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #perDay: Readonly<Record<string, number>>;

  /** @param perDay by call; what is not named is not counted */
  constructor(
    counts: CallCounts,
    clock: Pick<Clock, 'now'>,
    perDay: Readonly<Record<string, number>>,
  ) {
    this.#counts = counts;
    this.#clock = clock;
    this.#perDay = perDay;
  }

  /**
   * Asks for one call, and counts it.
   * @returns undefined where it may be made; else when it may be asked for again
   */
  async spend(call: string, purpose: CallPurpose): Promise<Instant | undefined> {
    const most = this.#perDay[call];
    if (most === undefined) return undefined;
    const now = this.#clock.now();
    const share = Math.min(Math.floor(most * SHARE[purpose]), Number.MAX_SAFE_INTEGER);
    // Counting is no reason to keep back a call: should the counts be gone, the channel itself says.
    const may = await this.#counts.count(call, dayOf(now), share).catch(() => true);
    return may ? undefined : nextMidnight(now);
  }

  /** The channel says that today's calls are used up, whatever was counted here. */
  async useUp(call: string): Promise<void> {
    if (this.#perDay[call] === undefined) return;
    await this.#counts.useUp(call, dayOf(this.#clock.now())).catch(() => undefined);
  }
}

/** Of a process that shares its counts with nobody: the watchdog's, a test's. */
export function countsInMemory(): CallCounts {
  const counted = new Map<string, number>();
  return {
    count(call, day, most) {
      const key = `${day} ${call}`;
      const before = counted.get(key) ?? 0;
      if (before >= most) return Promise.resolve(false);
      counted.set(key, before + 1);
      return Promise.resolve(true);
    },
    useUp(call, day) {
      counted.set(`${day} ${call}`, Number.MAX_SAFE_INTEGER);
      return Promise.resolve();
    },
  };
}

const beijing = (now: Instant): DateTime => DateTime.fromMillis(now, { zone: 'Asia/Shanghai' });
const dayOf = (now: Instant): string => beijing(now).toFormat('yyyy-MM-dd');

/** WeChat and Weibo count by Beijing's days. */
export const nextMidnight = (now: Instant): Instant =>
  instant(beijing(now).endOf('day').toMillis() + 1);
/** Mass sends of a service account are counted by months. */
export const nextMonth = (now: Instant): Instant =>
  instant(beijing(now).endOf('month').toMillis() + 1);
