// Editions: the whole public site as it must look from an instant on, rendered in private and made
// public by one rename of a symlink. Not for how one is put together: assemble-edition.ts; nor for
// what is public or lost: site/published/public-site.ts, repair.ts; nor for what pages say: pages/.
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ChannelItem } from '../../channels/channel.ts';
import { type LostPage, pageOf, type SitePress } from '../../channels/website.ts';
import type { Clock } from '../../lib/clock.ts';
import { syncFolder } from '../../lib/durable-files.ts';
import { messageOf, systemCode } from '../../lib/errors.ts';
import { type Instant, instant } from '../../lib/instant.ts';
import type { Calendar, Language, ReleaseId } from '../../plan/types.ts';
import { nextChangeOf, type View, viewOf } from '../calendar-view.ts';
import { changesOf, pathOf, readManifest, type ShownRelease, type SiteOptions } from '../model.ts';
import { relatedIn, releasePage, withoutSurroundings, withRelated } from '../pages/release.ts';
import { PublicSite } from '../published/public-site.ts';
import { type PublishedLine, PublishedStore } from '../published/published-store.ts';
import { LOST_PAGE, Recovery } from '../published/recovery.ts';
import { EditionFolders, type SiteStores } from './assemble-edition.ts';
import { draw, seriesIn } from './chart.ts';
import { Tidying } from './clean-up.ts';
import { Sums } from './edition-check.ts';
import { FileStore } from './file-store.ts';
import { PrebuiltEdition } from './prebuilt.ts';
import { PublicLink } from './public-link.ts';
import { StagedPages } from './release-pages.ts';
import { Mending } from './repair.ts';
import { type Showing, shownAs } from './what-to-show.ts';

/** Editions that this process may still make public: more than are ever armed at once. */
const REMEMBERED = 500;
/**
 * An edition that comes out so long after the instant it was rendered for is rendered again: it
 * says when things came out, ms.
 */
const LATE_MS = 10_000;

/** What an edition was rendered for, so that it can be rendered again on another base. */
interface Prepared {
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

export class SiteBuilder implements SitePress {
  readonly #folder: string;
  readonly #calendar: () => Calendar;
  readonly #options: SiteOptions;
  readonly #clock: Clock;
  readonly #prepared = new Map<string, Prepared>();
  #amending: Promise<void> = Promise.resolve();
  readonly #published: PublishedStore;
  readonly #link: PublicLink;
  readonly #stores: SiteStores;
  readonly #spare: PrebuiltEdition;
  readonly #tidying: Tidying;
  readonly #builder: EditionFolders;
  readonly #public: PublicSite;
  readonly #mending: Mending;
  /** What was public, by the site's own record and by copies of it elsewhere. */
  readonly record: Recovery;
  #flipping: Promise<unknown> = Promise.resolve();
  #next:
    | { readonly of: string; readonly calendar: Calendar; readonly at: Instant | undefined }
    | undefined;

  /**
   * @param folder private root; the public one is its `current` symlink. What was published is kept
   * beside it, in `published`
   */
  constructor(folder: string, calendar: () => Calendar, options: SiteOptions, clock: Clock) {
    this.#folder = folder;
    this.#calendar = calendar;
    this.#options = options;
    this.#clock = clock;
    this.#published = new PublishedStore(
      join(dirname(folder), 'published'),
      options.unserved !== true,
      options.recorded,
    );
    this.#link = new PublicLink(folder);
    const sums = new Sums(join(folder, 'sums'));
    this.#stores = {
      files: new FileStore(join(folder, 'shelf'), options.unserved !== true),
      pages: new StagedPages(folder, options, this.#published),
    };
    this.#spare = new PrebuiltEdition(join(folder, 'spares'), this.#stores);
    const parts = {
      link: this.#link,
      sums,
      spare: this.#spare,
      stores: this.#stores,
      published: this.#published,
    };
    this.#tidying = new Tidying(folder, parts, (message) => options.warn?.('site-tidy', message));
    this.#builder = new EditionFolders(folder, parts, options);
    this.#public = new PublicSite(
      this.#link,
      this.#published,
      clock,
      () => this.#builder.last?.manifest,
    );
    const acts = {
      renew: async () => {
        await this.flip((await this.#render(clock.now(), [])).id);
      },
      flipped: () => this.#flipping,
    };
    this.#mending = new Mending(
      { ...parts, public: this.#public, builder: this.#builder },
      acts,
      options,
      clock,
    );
    this.record = new Recovery({
      pages: this.#stores.pages,
      published: this.#published,
      calendar,
      clock,
      stage: (item) => this.stage(item),
      mend: () => this.#mending.mend(),
      refresh: () => this.refresh(),
      warn: (message) => options.warn?.('site-page', message),
    });
  }

  urlOf(release: ReleaseId): string {
    return `${this.#options.publicUrl}${pathOf({ id: release })}`;
  }

  async stage(item: ChannelItem): Promise<string> {
    const release = this.#calendar().byId.get(item.release);
    if (!release) throw new Error(`${item.release} is not in the calendar`);
    const digest = pageOf(item.digest, item.due);
    // What the public sees already is never touched again.
    const shown = this.#public.find(item.release);
    if (shown?.digest === digest || shown?.corrections?.some(({ was }) => was === digest))
      return digest;
    await this.#stores.pages.write(digest, item, release, changesOf(release, this.#calendar()));
    return digest;
  }

  async hasStaged(release: ReleaseId, digest: string): Promise<boolean> {
    await this.#stores.pages.secure(release, digest);
    return this.#stores.pages.has(release, digest);
  }

  /** A release's page as it would come out next, and the drawing on it; nothing is written. */
  async preview(
    item: ChannelItem,
    language: Language,
  ): Promise<{ page: string; drawing: string | undefined }> {
    const release = this.#calendar().byId.get(item.release);
    if (!release) throw new Error(`${item.release} is not in the calendar`);
    const at = instant(Math.max(item.due, this.#clock.now()));
    const { digest, title, summary } = item;
    const as: ShownRelease = {
      id: item.release,
      digest,
      title,
      summary,
      name: release.name,
      due: item.due,
      since: at,
    };
    const view = this.#viewOf(this.#public.shownNow().set(item.release, as), at);
    const own = view.byId.get(item.release);
    const series = await seriesIn(item);
    const page = releasePage(
      item,
      release,
      { changes: changesOf(release, this.#calendar()), series },
      language,
      view.options,
    );
    return {
      page: own
        ? withRelated(page, own, relatedIn(view).get(item.release) ?? [], language)
        : withoutSurroundings(page, as, release.timezone, language),
      drawing: series && (await draw(series, item.title)),
    };
  }

  async prepare(
    due: Instant,
    releases: readonly { release: ReleaseId; digest: string }[],
  ): Promise<{
    edition: string;
    failed: ReadonlyMap<ReleaseId, string>;
  }> {
    await this.#mending.mend();
    await this.#tidying.run(this.#clock.now());
    const { id, failed } = await this.#render(due, releases);
    return { edition: id, failed };
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

  async #flip(wanted: string, guard: () => boolean): Promise<'flipped' | 'stale'> {
    let late = false;
    for (let edition = wanted; ; ) {
      const publicNow = this.#link.current();
      const prepared = this.#prepared.get(edition);
      if (publicNow !== edition) {
        if (!prepared) throw new Error(`edition ${edition} was rendered too long ago`);
        // Once: on a slow machine the next one would be late as well.
        const isLate: boolean = !late && this.#clock.now() - prepared.at > LATE_MS;
        if (isLate || prepared.base !== publicNow || !existsSync(this.#link.folderOf(edition))) {
          late ||= isLate;
          edition = (await this.#render(prepared.due, prepared.releases, prepared.failed)).id;
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

  /** Renders and shows the site as the calendar has it now, with what is public already. */
  async refresh(): Promise<void> {
    await this.flip((await this.prepare(this.#clock.now(), [])).edition);
  }

  /**
   * When the public view changes by itself next: a plan's day of announcement, or something is
   * late. Past, where no edition shows it yet.
   */
  nextChange(): Instant | undefined {
    const edition = this.#link.current();
    const calendar = this.#calendar();
    const of = `${edition} ${this.#published.version()}`;
    if (this.#next?.of !== of || this.#next.calendar !== calendar) {
      const from = instant(
        edition === undefined ? this.#clock.now() : Number(edition.split('-')[0]),
      );
      const model = {
        calendar,
        shown: this.#public.shownNow(),
        at: from,
        options: this.#options,
        born: this.#published.born(),
      };
      this.#next = { of, calendar, at: nextChangeOf(model) };
    }
    return this.#next.at;
  }

  /**
   * Looks that the site is there and whole and shows what was published, and restores it where it
   * does not. Cheap enough for once a second.
   * @returns `restored` once after each restoration, whoever noticed that it was needed
   */
  ensure(): Promise<'sound' | 'restored'> {
    return this.#mending.ensure();
  }

  /**
   * New content for what is public. The page says what was corrected and when, and the version
   * before stays linked.
   * @param known of one that was public, should the site have lost it @returns false where it is
   *   not public
   */
  async correct(
    release: ReleaseId,
    digest: string,
    reason: string,
    known?: { readonly due: Instant; readonly since: Instant },
  ): Promise<boolean> {
    await this.#mending.mend();
    const before = this.#public.find(release);
    if (!before && known) {
      const contents = [
        { page: LOST_PAGE, at: known.since, reason: '' },
        { page: digest, at: this.#clock.now(), reason },
      ];
      await this.#amendLost('corrected', { ...known, release, contents, item: undefined });
      return true;
    }
    if (!before || before.digest === digest || before.withdrawn) return false;
    await this.#amend('corrected', [
      { release, digest, corrected: { at: this.#clock.now(), reason } },
    ]);
    return true;
  }

  /**
   * In its place stands from now on that it was withdrawn, when and why.
   * @param known of one that was public, should the site have lost it @returns false where it is
   *   not public
   */
  async withdraw(
    release: ReleaseId,
    reason: string,
    known?: { readonly due: Instant; readonly since: Instant },
  ): Promise<boolean> {
    await this.#mending.mend();
    const before = this.#public.find(release);
    if (before?.withdrawn) return false;
    const withdrawn = { at: this.#clock.now(), reason };
    if (before) {
      await this.#amend('withdrawn', [{ release, digest: before.digest, withdrawn }]);
      return true;
    }
    // Its page was lost: it must not come back by whoever puts back what was lost.
    if (!known) return false;
    await this.#amendLost('withdrawn', {
      ...known,
      release,
      contents: [],
      item: undefined,
      withdrawn,
    });
    return true;
  }

  /** What was public, and the site has lost: it is shown again as it is to be from now on. */
  async #amendLost(what: PublishedLine['what'], lost: LostPage): Promise<void> {
    const as = await this.record.begin(lost);
    await this.#amend(what, [{ release: lost.release, digest: as.digest, as }]);
  }

  /** Recorded once it can be shown, and then shown: whoever finds it recorded only shows it. */
  #amend(what: PublishedLine['what'], releases: readonly Showing[]): Promise<void> {
    // One after the other: each starts from what the one before made public.
    const turn = this.#amending.then(() => this.#amendNow(what, releases));
    this.#amending = turn.catch(() => undefined);
    return turn;
  }

  async #amendNow(what: PublishedLine['what'], releases: readonly Showing[]): Promise<void> {
    const prepared = await this.#render(this.#clock.now(), releases);
    const [failed] = prepared.failed.values();
    if (failed !== undefined) throw new Error(failed);
    const at = this.#clock.now();
    await this.#published.append(
      prepared.shown.map((shown) => ({ at, what, edition: prepared.id, shown })),
    );
    prepared.noted = true;
    await this.flip(prepared.id);
  }

  /**
   * Shows again what was public and neither an edition nor the record has any more, since when it
   * was.
   * @returns what can be shown again
   */
  putBack(lost: readonly LostPage[]): Promise<Set<ReleaseId>> {
    return this.record.putBack(lost);
  }

  /** Editions that are kept, oldest first. */
  async editions(): Promise<string[]> {
    return (await readdir(join(this.#folder, 'editions')).catch(() => [])).sort();
  }

  /**
   * Shows what an earlier edition showed as that had it. What has come out since stays, and what
   * was withdrawn stays so.
   */
  async rollBack(edition: string): Promise<void> {
    const { releases } = readManifest(this.#link.folderOf(edition));
    const now = this.#public.shownNow();
    const showing = releases
      .filter(({ id }) => !now.get(id)?.withdrawn)
      .map((as): Showing => ({ release: as.id, digest: as.digest, as }));
    await this.#amend('rolled-back', showing);
  }

  async current(): Promise<
    { edition: string; releases: ReadonlyMap<ReleaseId, ShownRelease> } | undefined
  > {
    if (this.#published.born() !== undefined) await this.#mending.mend();
    const manifest = this.#public.manifest();
    return (
      manifest && {
        edition: manifest.edition,
        releases: new Map(manifest.releases.map((one) => [one.id, one])),
      }
    );
  }

  #viewOf(shown: ReadonlyMap<ReleaseId, ShownRelease>, at: Instant): View {
    return viewOf({
      calendar: this.#calendar(),
      shown,
      at,
      options: this.#options,
      born: this.#published.born(),
    });
  }

  async #render(
    due: Instant,
    releases: readonly Showing[],
    failed = new Map<ReleaseId, string>(),
    again = true,
  ): Promise<Prepared> {
    const base = this.#link.current();
    if (this.#published.born() === undefined) await this.#mending.begin(this.#public.manifest());
    const at = instant(Math.max(due, this.#clock.now()));
    const shown = this.#public.shownNow();
    for (const one of releases)
      try {
        await this.#stores.pages.secure(one.release, one.digest);
        shown.set(
          one.release,
          shownAs(one, shown.get(one.release), at, {
            pages: this.#stores.pages,
            calendar: this.#calendar(),
          }),
        );
      } catch (error) {
        failed.set(one.release, messageOf(error));
      }
    const wanted = releases.filter(({ release }) => !failed.has(release));
    const id = `${at}-${randomUUID().slice(0, 8)}`;
    try {
      const view = this.#viewOf(shown, at);
      const lost = await this.#builder.fill(
        id,
        { edition: id, releases: [...shown.values()] },
        view,
        new Set(wanted.map(({ release }) => release)),
      );
      if (lost.size > 0) {
        // Without what cannot be made, so that no list leads to it.
        for (const [release, why] of lost) failed.set(release, why);
        await this.#builder.discard(id);
        return this.#render(due, wanted, failed, again);
      }
    } catch (error) {
      // What is half made is of no use to anybody, and a full disk needs the room.
      await this.#builder.discard(id);
      if (systemCode(error) === 'ENOSPC') await this.#tidying.stores(this.#clock.now());
      if (systemCode(error) !== 'ENOENT' || !again) throw error;
      // Somebody took away what this one meant to use: another process that tidied, or whoever
      // deleted a folder.
      for (const store of Object.values(this.#stores)) store.forget();
      await this.#mending.secure();
      return this.#render(due, wanted, failed, false);
    }
    const prepared: Prepared = {
      id,
      base,
      at,
      due,
      releases: wanted,
      failed,
      shown: wanted.flatMap(({ release }) => shown.get(release) ?? []),
      noted: false,
    };
    this.#prepared.set(id, prepared);
    for (const old of this.#prepared.keys())
      if (this.#prepared.size > REMEMBERED) this.#prepared.delete(old);
    return prepared;
  }

  /**
   * Lays out a copy of the last edition that this process rendered, so that the next one only needs
   * what differs. For when there is time.
   */
  makePrebuilt(): Promise<void> {
    return this.#spare.make(this.#builder.last?.contents);
  }

  /** Nothing is written to the site's folder any more. */
  close(): Promise<void> {
    return this.#spare.close();
  }
}
