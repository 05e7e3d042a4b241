// Makes an edition public by one rename of a symlink, one turn after the other in this process, and
// notes what it shows anew. For several processes that flip at once see public-link.ts.
//
// An edition that was rendered in time and on the public one comes out as it is. One that another
// went before is rendered again, and takes with it all that waits by then: everything here waits
// because its time has come, so that a process that is behind by a hundred waves renders once and
// not a hundred times. Without that, several processes that are behind could render in vain for
// each other for as long as they had anything left.

import { existsSync } from 'node:fs';
import { EditionNotMade } from '../../channels/website.ts';
import type { Clock } from '../../lib/clock.ts';
import { syncFolder } from '../../lib/durable-files.ts';
import { messageOf } from '../../lib/errors.ts';
import { instant } from '../../lib/instant.ts';
import type { SiteOptions } from '../model.ts';
import type { PublishedStore } from '../published/published-store.ts';
import type { EditionRenderer, Prepared } from './edition-renderer.ts';
import type { PublicLink } from './public-link.ts';

/**
 * An edition that comes out so long after the instant it was rendered for is rendered again: it
 * says when things came out, ms.
 */
const LATE_MS = 10_000;

type Flipped = 'flipped' | 'stale';

interface Waiting {
  readonly edition: string;
  readonly guard: () => boolean;
  readonly settle: (answer: Flipped) => void;
  readonly fail: (error: unknown) => void;
}

export class EditionFlipper {
  readonly #folder: string;
  readonly #link: PublicLink;
  readonly #published: PublishedStore;
  readonly #renderer: EditionRenderer;
  readonly #options: SiteOptions;
  readonly #clock: Clock;
  readonly #waiting: Waiting[] = [];
  #turn: Promise<void> = Promise.resolve();

  /** @param folder the site's private root */
  constructor(
    folder: string,
    of: {
      readonly link: PublicLink;
      readonly published: PublishedStore;
      readonly renderer: EditionRenderer;
    },
    options: SiteOptions,
    clock: Clock,
  ) {
    this.#folder = folder;
    this.#link = of.link;
    this.#published = of.published;
    this.#renderer = of.renderer;
    this.#options = options;
    this.#clock = clock;
  }

  /**
   * Makes an edition public when its turn comes.
   * @param guard asked right before the rename: false, and this one is not made public
   * @throws EditionNotMade where it could not be rendered again: nothing of it was made public
   */
  flip(edition: string, guard: () => boolean = () => true): Promise<Flipped> {
    const answer = new Promise<Flipped>((settle, fail) => {
      this.#waiting.push({ edition, guard, settle, fail });
    });
    this.#turn = this.#turn.then(() => this.#next());
    return answer;
  }

  /** Resolves once every flip asked for so far is over. */
  settled(): Promise<void> {
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
    const link = this.#link;
    let edition = together[0]?.edition ?? '';
    let prepared = this.#renderer.prepared(edition);
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
      const isLate: boolean = isThere && !late && this.#clock.now() - prepared.at > LATE_MS;
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
    await this.#note(prepared);
    for (const { settle } of together.splice(0)) settle('flipped');
  }

  /** Takes in whoever waits. What is in the record before it comes out has a turn of its own. */
  #join(together: Waiting[]): void {
    const mayJoin = ({ edition }: Waiting): boolean =>
      this.#renderer.prepared(edition)?.noted === false;
    if (!together.every(mayJoin)) return;
    const rest = this.#waiting.splice(0);
    together.push(...rest.filter(mayJoin));
    this.#waiting.push(...rest.filter((one) => !mayJoin(one)));
  }

  /** Renders all that comes out together, on what is public now. */
  async #render(together: readonly Waiting[]): Promise<Prepared> {
    const all = together.flatMap(({ edition }) => this.#renderer.prepared(edition) ?? []);
    const releases = new Map(
      all.flatMap((one) => one.releases).map((showing) => [showing.release, showing]),
    );
    const due = instant(Math.max(...all.map((one) => one.due)));
    let made: Prepared;
    try {
      made = await this.#renderer.render(due, [...releases.values()]);
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

  /**
   * The rename to the disk, and what it made public into the record. It is public whatever comes of
   * this: what is not noted now is found later.
   */
  async #note(prepared: Prepared | undefined): Promise<void> {
    const news = prepared && !prepared.noted ? prepared.shown : [];
    if (prepared) prepared.noted = true;
    const at = this.#clock.now();
    try {
      await Promise.all([
        this.#options.unserved ? undefined : syncFolder(this.#folder),
        this.#published.append(
          news.map((shown) => ({ at, what: 'published', edition: prepared?.id ?? '', shown })),
        ),
      ]);
    } catch (error) {
      this.#options.warn?.('site-record', messageOf(error));
    }
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
