// When everything may be started anew: never while a release is due. Not for how processes are
// kept: cli/supervisor.ts.
import type { Clock } from '../../lib/clock.ts';
import { type Instant, instant } from '../../lib/instant.ts';

/**
 * From so long before a release is due, until so long after, nothing is restarted: its edition is
 * rendered, its answers are awaited, ms. The minute before is a minute and a bit: whoever asked is
 * answered before the processes end.
 */
const BEFORE_MS = 62_000;
const AFTER_MS = 30_000;

/**
 * Where a page that has waited for a restart goes then: it says when that was, and so does the page
 * to sign in, where that is needed.
 */
export const AFTER_RESTART = '/desk/settings/?restarted=yes';
export const isAfterRestart = (next: string): boolean => next === AFTER_RESTART;

/** The first instant from `now` on that is near no release's. @param dues in any order */
export function quietAfter(now: Instant, dues: Iterable<Instant>): Instant {
  let at = now;
  for (const due of [...new Set(dues)].sort((a, b) => a - b))
    if (due - BEFORE_MS <= at && at <= due + AFTER_MS) at = instant(due + AFTER_MS + 1);
  return at;
}

/** A restart that somebody has asked for. */
export class Restart {
  readonly #clock: Clock;
  readonly #dues: () => Iterable<Instant>;
  readonly #begin: () => boolean;
  #at: Instant | undefined;

  /**
   * @param dues when releases are due, as the plan is by then
   * @param begin the restart itself, or false where nothing comes of it
   */
  constructor(clock: Clock, dues: () => Iterable<Instant>, begin: () => boolean) {
    this.#clock = clock;
    this.#dues = dues;
    this.#begin = begin;
  }

  /** When it will be, as the plan is now; undefined where nobody has asked. */
  get at(): Instant | undefined {
    return this.#at;
  }

  /** Now, or by itself at the next quiet moment. @returns when */
  ask(): Instant {
    if (this.#at !== undefined) return this.#at;
    const at = quietAfter(this.#clock.now(), this.#dues());
    this.#at = at;
    void this.#wait(at);
    return at;
  }

  async #wait(first: Instant): Promise<void> {
    // A date may have moved meanwhile: it is asked anew each time.
    for (let at = first; at > this.#clock.now(); at = quietAfter(this.#clock.now(), this.#dues())) {
      this.#at = at;
      await this.#clock.sleepUntil(at);
    }
    if (!this.#begin()) this.#at = undefined;
  }
}
