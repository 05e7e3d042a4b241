// Makes an edition public by one rename of a symlink, one after the other in this process, and
// notes what it shows anew. For several processes that flip at once see public-link.ts.

import { existsSync } from 'node:fs';
import type { Clock } from '../../lib/clock.ts';
import { syncFolder } from '../../lib/durable-files.ts';
import { messageOf } from '../../lib/errors.ts';
import type { SiteOptions } from '../model.ts';
import type { PublishedStore } from '../published/published-store.ts';
import type { EditionRenderer, Prepared } from './edition-renderer.ts';
import type { PublicLink } from './public-link.ts';

/**
 * An edition that comes out so long after the instant it was rendered for is rendered again: it
 * says when things came out, ms.
 */
const LATE_MS = 10_000;

export class EditionFlipper {
  readonly #folder: string;
  readonly #link: PublicLink;
  readonly #published: PublishedStore;
  readonly #renderer: EditionRenderer;
  readonly #options: SiteOptions;
  readonly #clock: Clock;
  #flipping: Promise<unknown> = Promise.resolve();

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
   * Makes an edition public. If another one came out since it was rendered, it is rendered again on
   * top of that. What it shows anew is in the record when this resolves.
   */
  flip(edition: string, guard: () => boolean = () => true): Promise<'flipped' | 'stale'> {
    const turn = this.#flipping.then(() => this.#flip(edition, guard));
    this.#flipping = turn.catch(() => undefined);
    return turn;
  }

  /** Resolves once every flip that has begun is done. */
  async settled(): Promise<void> {
    await this.#flipping;
  }

  async #flip(wanted: string, guard: () => boolean): Promise<'flipped' | 'stale'> {
    let late = false;
    for (let edition = wanted; ; ) {
      const publicNow = this.#link.current();
      const prepared = this.#renderer.prepared(edition);
      if (publicNow !== edition) {
        if (!prepared) throw new Error(`edition ${edition} was rendered too long ago`);
        // Once: on a slow machine the next one would be late as well.
        const isLate: boolean = !late && this.#clock.now() - prepared.at > LATE_MS;
        if (isLate || prepared.base !== publicNow || !existsSync(this.#link.folderOf(edition))) {
          late ||= isLate;
          edition = (await this.#renderer.render(prepared.due, prepared.releases, prepared.failed))
            .id;
          continue;
        }
        const moved = this.#link.move(publicNow, edition, guard);
        if (moved === 'stale') return 'stale';
        if (moved === 'again') continue;
      }
      await this.#note(prepared);
      return 'flipped';
    }
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
