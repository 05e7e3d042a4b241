// What an outsider sees of the public site during a chaos run, and when. Not for judging:
// verdict.ts.
//
// The instrument reads the public link, again and again, and brackets each change of it between two
// readings of its own clock: `after` read before the last look that still showed the edition
// before: the change came later than this; `by` read when the first look that showed the new one
// was over: the change came no later than this. So `by` errs in one direction only. Whatever delays
// the look, the clock or this thread, `by` grows: a release is called early only if somebody who
// had finished looking before T had seen it. Nothing is called early that was not; something early
// by less than the distance between two looks may go unseen, which is why the looks follow each
// other without a pause in the last milliseconds before a due instant, and why the distance is
// measured and printed. Lateness is judged by `after`, which errs towards earlier. (The kernel's
// own time of a rename is no such instrument: it is as coarse as a tick, and runs up to several
// milliseconds behind.) Date.now() floors to whole milliseconds: as every T is a whole one, "by <
// T" is not changed by that.
import { readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** One change of what is public. */
export interface Flip {
  readonly after: number;
  readonly by: number;
  /** Releases that the new edition holds. */
  readonly shown: readonly string[];
  /**
   * Which plan of the run it shows (plans.ts): undefined where the mark is gone from the calendar.
   */
  readonly mark: number | undefined;
}

/** Looks this often, and without a pause in the last so many milliseconds before a due instant. */
const LOOK_MS = 4;
const CLOSE_MS = 12;

export class SiteObserver {
  readonly #root: string;
  readonly #clock: () => number;
  readonly #flipped: (flip: Flip) => void;
  #edition: string | undefined;
  #began: number;
  #instants: number[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(root: string, flipped: (flip: Flip) => void, clock: () => number = Date.now) {
    this.#root = root;
    this.#flipped = flipped;
    this.#clock = clock;
    this.#began = clock();
  }

  start(): void {
    const round = (): void => {
      this.look();
      const now = this.#clock();
      while ((this.#instants[0] ?? Number.POSITIVE_INFINITY) <= now) this.#instants.shift();
      const next = this.#instants[0];
      if (next !== undefined && next - now <= CLOSE_MS) while (this.#clock() < next) this.look();
      this.#timer = setTimeout(round, LOOK_MS);
    };
    round();
  }

  /** @param instants around which to look closely, epoch ms */
  lookCloselyAt(instants: readonly number[]): void {
    const now = this.#clock();
    this.#instants = [...new Set([...this.#instants, ...instants])]
      .filter((one) => one > now)
      .sort((a, b) => a - b);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.look();
  }

  /** One look: is there another edition than before? */
  look(): void {
    const began = this.#clock();
    let edition: string | undefined;
    try {
      edition = readlinkSync(join(this.#root, 'current'));
    } catch {
      // Not there, yet or any more: nobody sees anything.
    }
    const by = this.#clock();
    const after = this.#began;
    if (edition === undefined || edition === this.#edition) {
      this.#began = began;
      return;
    }
    try {
      // An edition never changes once it is public, so that reading it may take its time.
      const [shown, mark] = [shownIn(join(this.#root, edition)), markIn(join(this.#root, edition))];
      this.#began = began;
      this.#edition = edition;
      this.#flipped({ after, by, shown, mark });
    } catch {
      // Gone under our eyes: the next look tells. `after` stays where it was.
    }
  }
}

function shownIn(folder: string): string[] {
  const { releases } = JSON.parse(readFileSync(join(folder, 'releases.json'), 'utf8')) as {
    releases: { id: string }[];
  };
  return releases.map(({ id }) => id);
}

/** The id of the notice whose name says which plan of the run this is. */
export const MARK = 'zz-mark';

function markIn(folder: string): number | undefined {
  const { releases } = JSON.parse(readFileSync(join(folder, 'calendar.json'), 'utf8')) as {
    releases: { id: string; name: { zh: string } }[];
  };
  const name = releases.find(({ id }) => id === MARK)?.name.zh;
  return name === undefined ? undefined : Number(/\d+/.exec(name)?.[0]);
}
