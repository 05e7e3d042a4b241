// A clock that is turned by hand.
import type { Clock } from '../../src/lib/clock.ts';
import { type Instant, instant } from '../../src/lib/instant.ts';

export class ManualClock implements Clock {
  #now: number;
  #sleepers: { at: number; wake: () => void }[] = [];

  constructor(iso: string) {
    this.#now = Date.parse(iso);
  }

  now(): Instant {
    return instant(this.#now);
  }

  sleepUntil(at: Instant, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason as Error);
    if (at <= this.#now) return Promise.resolve();
    return new Promise((done, failed) => {
      const ended = (): void => {
        this.#sleepers = this.#sleepers.filter((one) => one !== sleeper);
        failed(signal?.reason as Error);
      };
      const wake = (): void => {
        signal?.removeEventListener('abort', ended);
        done();
      };
      const sleeper = { at, wake };
      this.#sleepers.push(sleeper);
      signal?.addEventListener('abort', ended, { once: true });
    });
  }

  /** Turns the clock to an instant and wakes those who waited for it. */
  turnTo(iso: string | number): void {
    this.#now = typeof iso === 'number' ? iso : Date.parse(iso);
    const due = this.#sleepers.filter((one) => one.at <= this.#now).sort((a, b) => a.at - b.at);
    this.#sleepers = this.#sleepers.filter((one) => one.at > this.#now);
    for (const one of due) one.wake();
  }

  /** How many wait for an instant at or before this one. */
  waiting(until: string): number {
    return this.#sleepers.filter((one) => one.at <= Date.parse(until)).length;
  }
}

/**
 * Waits, a few milliseconds at a time, until something holds. The limit is no verdict: it ends what
 * would hang, on a busy machine too.
 */
export async function until(
  holds: () => boolean | Promise<boolean>,
  what: string,
  limitMs = 90_000,
): Promise<void> {
  for (
    const end = performance.now() + limitMs;
    performance.now() < end;
    await new Promise((done) => setTimeout(done, 15))
  ) {
    if (await holds()) return;
  }
  throw new Error(`did not happen: ${what}`);
}
