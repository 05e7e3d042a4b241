// The one place that reads the system's clock and sleeps. Everything else is handed a Clock. Not
// for time zones: plan/time.ts.
import { setImmediate as nextTick, setTimeout as sleep } from 'node:timers/promises';
import { type Instant, instant } from './instant.ts';

/** Time as an argument. */
export interface Clock {
  now(): Instant;
  /**
   * Resolves once `now()` has reached the instant, never before it; at once if it has passed.
   * Rejects with the signal's reason when aborted.
   */
  sleepUntil(at: Instant, signal?: AbortSignal): Promise<void>;
}

/** Timers are up to this late or early: the rest is waited out turn by turn. */
const SPIN_MS = 4;
/** setTimeout holds no more than 2^31 − 1 ms. */
const LONGEST_MS = 2_000_000_000;

/**
 * The system's clock. A wall clock that steps forward during a short wait is not believed: the
 * monotonic clock must have run as long as the wait was when it began.
 */
export const systemClock: Clock = {
  now: () => instant(Date.now()),
  async sleepUntil(at, signal) {
    signal?.throwIfAborted();
    const wanted = at - Date.now();
    const notBefore = performance.now() + Math.min(wanted, 60_000) - 1;
    const options = signal ? { signal } : {};
    for (let left = wanted; left > 0 || performance.now() < notBefore; left = at - Date.now()) {
      const coarse = Math.max(left, notBefore - performance.now()) - SPIN_MS;
      if (coarse > 0) await sleep(Math.min(coarse, LONGEST_MS), undefined, options);
      else await nextTick(undefined, options);
    }
  },
};
