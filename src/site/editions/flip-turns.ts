// Whose turn it is to make an edition public. One flip at a time in a process: each starts from
// what the one before made public. Not for the rename: public-link.ts; nor for what an edition is:
// edition.ts.
//
// An edition that was rendered in time and on the public one comes out as it is. One that another
// went before is rendered again, and takes with it all that waits by then: everything here waits
// because its time has come, so that a process that is behind by a hundred waves renders once and
// not a hundred times. Without that, several processes that are behind could render in vain for
// each other for as long as they had anything left.
import { existsSync } from 'node:fs';
import { EditionNotMade } from '../../channels/website.ts';
import type { Clock } from '../../lib/clock.ts';
import { type Instant, instant } from '../../lib/instant.ts';
import type { ReleaseId } from '../../plan/types.ts';
import type { ShownRelease } from '../model.ts';
import type { PublicLink } from './public-link.ts';
import type { Showing } from './what-to-show.ts';

/**
 * An edition that comes out so long after the instant it was rendered for is rendered again: it
 * says when things came out, ms.
 */
const LATE_MS = 10_000;

/** What an edition was rendered for, so that it can be rendered again on another base. */
export interface Prepared {
  readonly id: string;
  readonly base: string | undefined;
  readonly at: Instant;
  readonly due: Instant;
  readonly releases: readonly Showing[];
  /** What could not be made and was left out, and why. Rendered again, it may be more. */
  readonly failed: Map<ReleaseId, string>;
  /** The releases as this edition shows them. */
  readonly shown: readonly ShownRelease[];
  /** What it shows anew is in the record. */
  noted: boolean;
}

/** What a turn needs of the editions. */
interface Editions {
  readonly link: PublicLink;
  readonly clock: Clock;
  prepared(edition: string): Prepared | undefined;
  render(
    due: Instant,
    releases: readonly Showing[],
    failed: Map<ReleaseId, string>,
  ): Promise<Prepared>;
  /** It is public. */
  note(prepared: Prepared | undefined): Promise<void>;
}

type Flipped = 'flipped' | 'stale';

interface Waiting {
  readonly edition: string;
  readonly guard: () => boolean;
  readonly settle: (answer: Flipped) => void;
  readonly fail: (error: unknown) => void;
}

export class FlipTurns {
  readonly #editions: Editions;
  readonly #waiting: Waiting[] = [];
  #turn: Promise<void> = Promise.resolve();

  constructor(editions: Editions) {
    this.#editions = editions;
  }

  /**
   * Makes an edition public when its turn comes.
   * @param guard asked right before the rename: false, and this one is not made public
   * @throws EditionNotMade where it could not be rendered again: nothing of it was made public
   */
  flip(edition: string, guard: () => boolean): Promise<Flipped> {
    const answer = new Promise<Flipped>((settle, fail) => {
      this.#waiting.push({ edition, guard, settle, fail });
    });
    this.#turn = this.#turn.then(() => this.#next());
    return answer;
  }

  /** Resolves once every flip asked for so far is over. */
  idle(): Promise<void> {
    return this.#turn;
  }

  async #next(): Promise<void> {
    const first = this.#waiting.shift();
    // It came out with an earlier one.
    if (!first) return;
    const together = [first];
    try {
      await this.#flip(together);
    } catch (error) {
      // What spoils it for all may be one of them.
      if (together.length > 1) for (const one of together) await this.#alone(one);
      else for (const one of together) one.fail(error);
    }
  }

  async #alone(one: Waiting): Promise<void> {
    try {
      await this.#flip([one], false);
    } catch (error) {
      one.fail(error);
    }
  }

  /**
   * @param together who comes out with it: whoever joins is added, whoever may not go is answered
   *   and taken out
   */
  async #flip(together: Waiting[], mayJoin = true): Promise<void> {
    const { link, clock, prepared: preparedOf, note } = this.#editions;
    let edition = together[0]?.edition ?? '';
    let prepared = preparedOf(edition);
    const renderAgain = async (): Promise<void> => {
      if (mayJoin) this.#join(together);
      prepared = await this.#render(together);
      edition = prepared.id;
    };
    for (let late = false; ; ) {
      const publicNow = link.current();
      if (publicNow === edition) break;
      if (!prepared) throw new Error(`edition ${edition} was rendered too long ago`);
      const isThere = existsSync(link.folderOf(edition));
      // Once: on a slow machine the next one would be late as well.
      const isLate: boolean = isThere && !late && clock.now() - prepared.at > LATE_MS;
      if (isLate || !isThere || prepared.base !== publicNow) {
        late ||= isLate;
        await renderAgain();
        continue;
      }
      const moved = link.move(publicNow, edition, () => together.every(({ guard }) => guard()));
      if (moved === 'flipped') break;
      if (moved === 'stale' && leaveOutStale(together)) {
        if (together.length === 0) return;
        await renderAgain();
      }
    }
    await note(prepared);
    for (const { settle } of together.splice(0)) settle('flipped');
  }

  /** Takes in whoever waits. What is in the record before it comes out has a turn of its own. */
  #join(together: Waiting[]): void {
    const mayJoin = ({ edition }: Waiting): boolean =>
      this.#editions.prepared(edition)?.noted === false;
    if (!together.every(mayJoin)) return;
    const rest = this.#waiting.splice(0);
    together.push(...rest.filter(mayJoin));
    this.#waiting.push(...rest.filter((one) => !mayJoin(one)));
  }

  /** Renders all that comes out together, on what is public now. */
  async #render(together: readonly Waiting[]): Promise<Prepared> {
    const all = together.flatMap(({ edition }) => this.#editions.prepared(edition) ?? []);
    const releases = new Map(
      all.flatMap((one) => one.releases).map((showing) => [showing.release, showing]),
    );
    const due = instant(Math.max(...all.map((one) => one.due)));
    let made: Prepared;
    try {
      made = await this.#editions.render(due, [...releases.values()], new Map());
    } catch (error) {
      throw new EditionNotMade(error);
    }
    for (const { releases: own, failed } of all)
      for (const { release } of own) {
        const why = made.failed.get(release);
        if (why !== undefined) failed.set(release, why);
      }
    return made;
  }
}

/** @returns whether anybody was left out */
function leaveOutStale(together: Waiting[]): boolean {
  const stale = together.filter(({ guard }) => !guard());
  for (const one of stale) {
    together.splice(together.indexOf(one), 1);
    one.settle('stale');
  }
  return stale.length > 0;
}
