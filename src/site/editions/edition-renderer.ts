// Renders editions: the whole public site as it must look from an instant on, in a private folder
// of its own. Not for the files in it (assemble-edition.ts) nor for making one public
// (flip-edition.ts).

import { randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../../lib/clock.ts';
import { messageOf, systemCode } from '../../lib/errors.ts';
import { type Instant, instant } from '../../lib/instant.ts';
import type { Calendar, ReleaseId } from '../../plan/types.ts';
import { type View, viewOf } from '../calendar-view.ts';
import type { ShownRelease, SiteOptions } from '../model.ts';
import type { PublicSite } from '../published/public-site.ts';
import type { PublishedStore } from '../published/published-store.ts';
import type { EditionFolders, SiteStores } from './assemble-edition.ts';
import type { SiteCleanUp } from './clean-up.ts';
import type { PublicLink } from './public-link.ts';
import type { SiteRepair } from './repair.ts';
import { type Showing, shownAs } from './what-to-show.ts';

/** Editions that this process may still make public: more than are ever armed at once. */
const REMEMBERED = 500;

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

/** What an edition is rendered with. */
interface RendererParts {
  readonly link: PublicLink;
  readonly published: PublishedStore;
  readonly public: PublicSite;
  readonly stores: SiteStores;
  readonly builder: EditionFolders;
  readonly cleanUp: SiteCleanUp;
  readonly repair: () => Pick<SiteRepair, 'begin' | 'secure'>;
}

export class EditionRenderer {
  readonly #of: RendererParts;
  readonly #calendar: () => Calendar;
  readonly #options: SiteOptions;
  readonly #clock: Clock;
  readonly #prepared = new LRUCache<string, Prepared>({ max: REMEMBERED });

  constructor(of: RendererParts, calendar: () => Calendar, options: SiteOptions, clock: Clock) {
    this.#of = of;
    this.#calendar = calendar;
    this.#options = options;
    this.#clock = clock;
  }

  /** One that this process has rendered; undefined where that was too long ago. */
  prepared(edition: string): Prepared | undefined {
    return this.#prepared.get(edition);
  }

  viewOf(shown: ReadonlyMap<ReleaseId, ShownRelease>, at: Instant): View {
    return viewOf({
      calendar: this.#calendar(),
      shown,
      at,
      options: this.#options,
      born: this.#of.published.born(),
    });
  }

  /** What is late is rendered when its turn comes, with all that waits by then. */
  renderLater(due: Instant, releases: readonly Showing[]): Prepared {
    const at = this.#clock.now();
    const nothingYet = { base: undefined, failed: new Map<ReleaseId, string>(), shown: [] };
    return this.#remember({ ...nothingYet, id: editionId(at), at, due, releases, noted: false });
  }

  #remember(prepared: Prepared): Prepared {
    this.#prepared.set(prepared.id, prepared);
    return prepared;
  }

  /**
   * Renders the site as it looks from `due` on, in private.
   * @param failed what could not be made before, with why
   */
  async render(
    due: Instant,
    releases: readonly Showing[],
    failed = new Map<ReleaseId, string>(),
    again = true,
  ): Promise<Prepared> {
    const base = this.#of.link.current();
    if (this.#of.published.born() === undefined)
      await this.#of.repair().begin(this.#of.public.manifest());
    const at = instant(Math.max(due, this.#clock.now()));
    const shown = this.#of.public.shownNow();
    for (const one of releases)
      try {
        await this.#of.stores.pages.staged.secure(one.release, one.digest);
        shown.set(
          one.release,
          shownAs(one, shown.get(one.release), at, {
            staged: this.#of.stores.pages.staged,
            calendar: this.#calendar(),
          }),
        );
      } catch (error) {
        failed.set(one.release, messageOf(error));
      }
    const wanted = releases.filter(({ release }) => !failed.has(release));
    const id = editionId(at);
    try {
      const view = this.viewOf(shown, at);
      const lost = await this.#of.builder.fill(
        id,
        { edition: id, releases: [...shown.values()] },
        view,
        new Set(wanted.map(({ release }) => release)),
      );
      if (lost.size > 0) {
        // Without what cannot be made, so that no list leads to it.
        for (const [release, why] of lost) failed.set(release, why);
        await this.#of.builder.discard(id);
        return this.render(due, wanted, failed, again);
      }
    } catch (error) {
      // What is half made is of no use to anybody, and a full disk needs the room.
      await this.#of.builder.discard(id);
      if (systemCode(error) === 'ENOSPC') await this.#of.cleanUp.stores(this.#clock.now());
      if (systemCode(error) !== 'ENOENT' || !again) throw error;
      // Somebody took away what this one meant to use: another process that tidied, or whoever
      // deleted a folder.
      for (const store of Object.values(this.#of.stores)) store.forget();
      await this.#of.repair().secure();
      return this.render(due, wanted, failed, false);
    }
    return this.#remember({
      id,
      base,
      at,
      due,
      releases: wanted,
      failed,
      shown: wanted.flatMap(({ release }) => shown.get(release) ?? []),
      noted: false,
    });
  }
}

const editionId = (at: Instant): string => `${at}-${randomUUID().slice(0, 8)}`;
