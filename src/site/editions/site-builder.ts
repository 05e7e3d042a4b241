// The public site as the rest of the service knows it: what is staged for it, rendered, made
// public, corrected, withdrawn and put back. Not for rendering (edition-renderer.ts) nor flipping
// (flip-edition.ts); what is public or lost: published/public-site.ts, repair.ts; what pages say:
// pages/.

import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ChannelItem } from '../../channels/channel.ts';
import { type LostPage, pageOf, type SitePress } from '../../channels/website.ts';
import type { Clock } from '../../lib/clock.ts';
import { type Instant, instant } from '../../lib/instant.ts';
import type { Calendar, Language, ReleaseId } from '../../plan/types.ts';
import { nextChangeOf } from '../calendar-view.ts';
import { changesOf, pathOf, readManifest, type ShownRelease, type SiteOptions } from '../model.ts';
import { relatedIn, releasePage, withoutSurroundings, withRelated } from '../pages/release.ts';
import { PublicSite } from '../published/public-site.ts';
import { type PublishedLine, PublishedStore } from '../published/published-store.ts';
import { LOST_PAGE, Recovery } from '../published/recovery.ts';
import { EditionFolders, type SiteStores } from './assemble-edition.ts';
import { draw, seriesIn } from './chart.ts';
import { SiteCleanUp } from './clean-up.ts';
import { Sums } from './edition-check.ts';
import { EditionRenderer } from './edition-renderer.ts';
import { FileStore } from './file-store.ts';
import { EditionFlipper } from './flip-edition.ts';
import { PrebuiltEdition } from './prebuilt.ts';
import { PublicLink } from './public-link.ts';
import { ReleasePageStore } from './release-page-store.ts';
import { SiteRepair } from './repair.ts';
import { type Showing } from './what-to-show.ts';

export class SiteBuilder implements SitePress {
  readonly #folder: string;
  readonly #calendar: () => Calendar;
  readonly #options: SiteOptions;
  readonly #clock: Clock;
  #amending: Promise<void> = Promise.resolve();
  readonly #published: PublishedStore;
  readonly #link: PublicLink;
  readonly #stores: SiteStores;
  readonly #prebuilt: PrebuiltEdition;
  readonly #cleanUp: SiteCleanUp;
  readonly #builder: EditionFolders;
  readonly #public: PublicSite;
  readonly #repair: SiteRepair;
  /** What was public, by the site's own record and by copies of it elsewhere. */
  readonly record: Recovery;
  readonly #renderer: EditionRenderer;
  readonly #flipper: EditionFlipper;
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
      pages: new ReleasePageStore(folder, options, this.#published),
    };
    this.#prebuilt = new PrebuiltEdition(join(folder, 'spares'), this.#stores);
    const parts = {
      link: this.#link,
      sums,
      prebuilt: this.#prebuilt,
      stores: this.#stores,
      published: this.#published,
    };
    this.#cleanUp = new SiteCleanUp(folder, parts, (message) =>
      options.warn?.('site-tidy', message),
    );
    this.#builder = new EditionFolders(folder, parts, options);
    this.#public = new PublicSite(
      this.#link,
      this.#published,
      clock,
      () => this.#builder.last?.manifest,
    );
    this.#renderer = new EditionRenderer(
      {
        ...parts,
        public: this.#public,
        builder: this.#builder,
        cleanUp: this.#cleanUp,
        repair: () => this.#repair,
      },
      calendar,
      options,
      clock,
    );
    this.#flipper = new EditionFlipper(
      folder,
      { ...parts, renderer: this.#renderer },
      options,
      clock,
    );
    const acts = {
      renew: async () => {
        await this.flip((await this.#renderer.render(clock.now(), [])).id);
      },
      flipped: () => this.#flipper.settled(),
    };
    this.#repair = new SiteRepair(
      { ...parts, public: this.#public, builder: this.#builder },
      acts,
      options,
      clock,
    );
    this.record = new Recovery({
      staged: this.#stores.pages.staged,
      published: this.#published,
      calendar,
      clock,
      stage: (item) => this.stage(item),
      mend: () => this.#repair.mend(),
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
    await this.#stores.pages.staged.write(
      digest,
      item,
      release,
      changesOf(release, this.#calendar()),
    );
    return digest;
  }

  async hasStaged(release: ReleaseId, digest: string): Promise<boolean> {
    await this.#stores.pages.staged.secure(release, digest);
    return this.#stores.pages.staged.has(release, digest);
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
      // A correction changes nothing of when it came out.
      since: this.#public.shownNow().get(item.release)?.since ?? at,
    };
    const view = this.#renderer.viewOf(this.#public.shownNow().set(item.release, as), at);
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
    await this.#repair.mend();
    await this.#cleanUp.run(this.#clock.now());
    const { id, failed } =
      releases.length > 0 && due < this.#clock.now()
        ? this.#renderer.renderLater(due, releases)
        : await this.#renderer.render(due, releases);
    return { edition: id, failed };
  }

  /**
   * Makes an edition public. If another one came out since it was rendered, it is rendered again on
   * top of that. What it shows anew is in the record when this resolves.
   */
  flip(edition: string, guard: () => boolean = () => true): Promise<'flipped' | 'stale'> {
    return this.#flipper.flip(edition, guard);
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
    return this.#repair.ensure();
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
    await this.#repair.mend();
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
    await this.#repair.mend();
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
    const prepared = await this.#renderer.render(this.#clock.now(), releases);
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
    if (this.#published.born() !== undefined) await this.#repair.mend();
    const manifest = this.#public.manifest();
    return (
      manifest && {
        edition: manifest.edition,
        releases: new Map(manifest.releases.map((one) => [one.id, one])),
      }
    );
  }

  /**
   * Lays out a copy of the last edition that this process rendered, so that the next one only needs
   * what differs. For when there is time.
   */
  makePrebuilt(): Promise<void> {
    return this.#prebuilt.make(this.#builder.last?.contents);
  }

  /** Nothing is written to the site's folder any more. */
  close(): Promise<void> {
    return this.#prebuilt.close();
  }
}
