// Editions: the whole public site as it must look from an instant on, rendered into a private folder and made public by one
// rename of a symlink. Not for what lies in one: files.ts, staged.ts; nor for what pages say: pages/; nor for what outlives them: published.ts.
import { randomUUID } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setImmediate as breath } from 'node:timers/promises';
import type { Item } from '../channels/channel.ts';
import type { SitePress } from '../channels/website.ts';
import { instant } from '../plan/types.ts';
import type { Calendar, Instant, Language, ReleaseId } from '../plan/types.ts';
import type { Clock } from '../schedule/clock.ts';
import { messageOf, systemCode } from '../words/error.ts';
import { draw } from './chart.ts';
import { syncFiles, syncFolder } from './durable.ts';
import { filesOf } from './files.ts';
import { Sums } from './health.ts';
import { changesOf, manifestText, pathOf, readManifest } from './model.ts';
import type { Manifest, Shown, SiteOptions } from './model.ts';
import { alone, relatedIn, releasePage, withRelated } from './pages/release.ts';
import { PublicLink } from './public-link.ts';
import { digestsOf, Published } from './published.ts';
import type { Entry } from './published.ts';
import { Shelf } from './shelf.ts';
import { Spare } from './spare.ts';
import { seriesIn, StagedPages } from './staged.ts';
import { Tidying } from './tidying.ts';
import { laying } from './tree.ts';
import type { Contents } from './tree.ts';
import { announcedDue, nextChangeOf, viewOf } from './view.ts';
import type { View } from './view.ts';

/** Editions that this process may still make public: more than are ever armed at once. */
const REMEMBERED = 500;
/** An edition that comes out so long after the instant it was rendered for is rendered again: it says when things came out, ms. */
const LATE_MS = 10_000;
/** What was recorded this shortly ago may be about to be shown by whoever recorded it, ms. */
const UNDER_WAY_MS = 5000;
/** How often every name of the public edition is looked at, ms. */
const LOOK_MS = 60_000;
/** So long is looked before other work has its turn, ms. */
const SLICE_MS = 1;
/** Where these happen nothing else can be made either. */
const HOPELESS = ['ENOSPC', 'EDQUOT', 'EROFS', 'EMFILE', 'ENFILE'];

/** A release as an edition is to show it, and what has become of it where it was public. */
interface Showing {
  readonly release: ReleaseId;
  readonly digest: string;
  readonly corrected?: { readonly at: Instant; readonly reason: string };
  readonly withdrawn?: { readonly at: Instant; readonly reason: string };
  /** As an earlier edition had it. */
  readonly as?: Shown;
}

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
  readonly shown: readonly Shown[];
  /** What it shows anew is in the record. */
  noted: boolean;
}

/** An edition that this process rendered last. */
interface Rendered {
  readonly manifest: Manifest;
  readonly contents: Contents;
}

export class Press implements SitePress {
  readonly #folder: string;
  readonly #calendar: () => Calendar;
  readonly #options: SiteOptions;
  readonly #clock: Clock;
  readonly #prepared = new Map<string, Prepared>();
  readonly #published: Published;
  readonly #link: PublicLink;
  readonly #sums: Sums;
  readonly #stores: { readonly files: Shelf; readonly pages: StagedPages };
  readonly #spare: Spare;
  readonly #tidying: Tidying;
  #last: Rendered | undefined;
  #read: Manifest | undefined;
  #flipping: Promise<unknown> = Promise.resolve();
  #ensuring: Promise<boolean> | undefined;
  /** The site was restored, and nobody has been told. */
  #restored = false;
  /** What was looked at last and found as it should be. */
  #sound = '';
  #looked = Number.NEGATIVE_INFINITY;
  /** Restored from, in vain: not tried again. */
  #hopeless = '';
  #next: { readonly of: string; readonly calendar: Calendar; readonly at: Instant | undefined } | undefined;

  /** @param folder private root; the public one is its `current` symlink. What was published is kept beside it, in `published` */
  constructor(folder: string, calendar: () => Calendar, options: SiteOptions, clock: Clock) {
    this.#folder = folder;
    this.#calendar = calendar;
    this.#options = options;
    this.#clock = clock;
    this.#published = new Published(join(dirname(folder), 'published'), options.unserved !== true);
    this.#link = new PublicLink(folder);
    this.#sums = new Sums(join(folder, 'sums'));
    this.#stores = {
      files: new Shelf(join(folder, 'shelf'), options.unserved !== true),
      pages: new StagedPages(folder, options, this.#published),
    };
    this.#spare = new Spare(join(folder, 'spares'), this.#stores);
    this.#tidying = new Tidying(folder, { link: this.#link, sums: this.#sums, spare: this.#spare, stores: this.#stores }, (message) =>
      options.warn?.('site-tidy', message),
    );
  }

  urlOf(release: ReleaseId): string {
    return `${this.#options.publicUrl}${pathOf({ id: release })}`;
  }

  async stage(item: Item): Promise<string> {
    const release = this.#calendar().byId.get(item.release);
    if (!release) throw new Error(`${item.release} is not in the calendar`);
    // The due instant is on the page, so it is part of what the digest names.
    const digest = `${item.digest.slice(0, 16)}-${item.due}`;
    // What the public sees already is never touched again.
    const shown = this.#public(item.release);
    if (shown?.digest === digest || shown?.corrections?.some(({ was }) => was === digest)) return digest;
    await this.#stores.pages.write(digest, item, release, changesOf(release, this.#calendar()));
    return digest;
  }

  /** A release's page as it would come out next, and the drawing on it; nothing is written. */
  async preview(item: Item, language: Language): Promise<{ page: string; drawing: string | undefined }> {
    const release = this.#calendar().byId.get(item.release);
    if (!release) throw new Error(`${item.release} is not in the calendar`);
    const at = instant(Math.max(item.due, this.#clock.now()));
    const { digest, title, summary } = item;
    const as: Shown = { id: item.release, digest, title, summary, name: release.name, due: item.due, since: at };
    const view = this.#viewOf(this.#shownNow().set(item.release, as), at);
    const own = view.byId.get(item.release);
    const series = await seriesIn(item);
    const page = releasePage(item, release, { changes: changesOf(release, this.#calendar()), series }, language, this.#options);
    return {
      page: own ? withRelated(page, own, relatedIn(view).get(item.release) ?? [], language) : alone(page, as, release.timezone, language),
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
    await this.#mend();
    await this.#tidying.run(this.#clock.now());
    const { id, failed } = await this.#render(due, releases);
    return { edition: id, failed };
  }

  /**
   * Makes an edition public. If another one came out since it was rendered, it is rendered again on top of that.
   * What it shows anew is in the record when this resolves.
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
        if (isLate || prepared.base !== publicNow || !existsSync(this.#folderOf(edition))) {
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

  /** The rename to the disk, and what it made public into the record. It is public whatever comes of this: what is not noted now is found later. */
  async #note(prepared: Prepared | undefined): Promise<void> {
    const news = prepared && !prepared.noted ? prepared.shown : [];
    if (prepared) prepared.noted = true;
    const at = this.#clock.now();
    try {
      await Promise.all([
        this.#options.unserved ? undefined : syncFolder(this.#folder),
        this.#published.append(news.map((shown) => ({ at, what: 'published', edition: prepared?.id ?? '', shown }))),
      ]);
    } catch (error) {
      this.#options.warn?.('site-record', messageOf(error));
    }
  }

  /** Renders and shows the site as the calendar has it now, with what is public already. */
  async refresh(): Promise<void> {
    await this.flip((await this.prepare(this.#clock.now(), [])).edition);
  }

  /** When the public view changes by itself next: a plan's day of announcement, or something is late. Past, where no edition shows it yet. */
  nextChange(): Instant | undefined {
    const edition = this.#link.current();
    const calendar = this.#calendar();
    const of = `${edition} ${this.#published.version()}`;
    if (this.#next?.of !== of || this.#next.calendar !== calendar) {
      const from = instant(edition === undefined ? this.#clock.now() : Number(edition.split('-')[0]));
      const model = { calendar, shown: this.#shownNow(), at: from, options: this.#options, born: this.#published.born() };
      this.#next = { of, calendar, at: nextChangeOf(model) };
    }
    return this.#next.at;
  }

  /**
   * Looks that the site is there and whole and shows what was published, and restores it where it does not. Cheap enough for once a second.
   * @returns `restored` once after each restoration, whoever noticed that it was needed
   */
  async ensure(): Promise<'sound' | 'restored'> {
    await this.#mend(true);
    await this.#adopt();
    const restored = this.#restored;
    this.#restored = false;
    return restored ? 'restored' : 'sound';
  }

  /** @param whole whether every name is looked at, where that was not done for a while */
  async #mend(whole = false): Promise<void> {
    const ours = !this.#ensuring;
    this.#ensuring ??= this.#isSound(whole);
    try {
      if ((await this.#ensuring) || !ours) return;
      await this.#restore();
    } finally {
      if (ours) this.#ensuring = undefined;
    }
  }

  async #isSound(whole: boolean): Promise<boolean> {
    const edition = this.#link.current();
    if (edition === undefined) return false;
    const folder = this.#folderOf(edition);
    const state = this.#stateOf(edition);
    if (state === this.#hopeless) return true;
    if (state !== this.#sound) {
      const shown = this.#manifest();
      const hasAll = ['releases.json', 'index.html'].every((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.size);
      if (!hasAll || !shown || this.#lacking(shown).length > 0) return false;
      this.#sound = state;
    }
    const now = this.#clock.now();
    if (!whole || (now - this.#looked < LOOK_MS && now >= this.#looked)) return true;
    this.#looked = now;
    if (await this.#secure()) this.#restored = true;
    const isWhole = await this.#sums.isSound(edition, folder).catch(() => false);
    // Another one came out meanwhile, and this one may have been tidied away.
    return isWhole || this.#link.current() !== edition;
  }

  /** Another one whenever the public edition or the record is another, or what an edition always has is lost. */
  #stateOf(edition: string): string {
    const sizes = ['releases.json', 'index.html'].map((name) => {
      const found = statSync(join(this.#folderOf(edition), name), { throwIfNoEntry: false });
      return found ? `${found.size} ${found.mtimeMs}` : '-';
    });
    return [edition, ...sizes, this.#published.version()].join(' ');
  }

  /** What the record says is public, and a manifest does not have so. */
  #lacking({ releases }: Manifest): Entry[] {
    const has = new Map(releases.map((one) => [one.id, one]));
    const now = this.#clock.now();
    return [...this.#published.entries().values()].filter(({ at, shown }) => {
      const there = has.get(shown.id);
      return shown.due <= now && Math.abs(now - at) > UNDER_WAY_MS && !(there && isAs(there, shown));
    });
  }

  /** Makes the site again from what was published and what the calendar says, and trusts nothing of what is there. */
  async #restore(): Promise<void> {
    const begun = this.#published.born() !== undefined;
    for (const one of [...Object.values(this.#stores), this.#spare]) one.forget();
    this.#last = undefined;
    this.#read = undefined;
    if (this.#link.current() === undefined) this.#link.clear();
    await this.#secure();
    const { id } = await this.#render(this.#clock.now(), []);
    await this.flip(id);
    this.#restored ||= begun;
    this.#looked = Number.NEGATIVE_INFINITY;
    const edition = this.#link.current();
    if (edition !== undefined && !(await this.#isSound(true))) this.#hopeless = this.#stateOf(edition);
  }

  /** What is public, by the record or as an edition shows it, is there to make pages of, and kept. @returns whether something was lost and is back */
  async #secure(more: readonly Shown[] = this.#manifest()?.releases ?? []): Promise<boolean> {
    let isBack = false;
    let until = performance.now() + SLICE_MS;
    for (const shown of [...more, ...[...this.#published.entries().values()].map((one) => one.shown)])
      for (const digest of digestsOf(shown)) {
        try {
          isBack = (await this.#stores.pages.secure(shown.id, digest)) || isBack;
        } catch (error) {
          this.#options.warn?.('site-page', messageOf(error));
        }
        if (performance.now() < until) continue;
        await breath();
        until = performance.now() + SLICE_MS;
      }
    return isBack;
  }

  /** What is public and not in the record: from before there was one, or its process died right after the rename. */
  async #adopt(): Promise<void> {
    await this.#flipping;
    const manifest = this.#manifest();
    if (!manifest) return;
    const now = this.#clock.now();
    const known = this.#published.entries();
    const found = manifest.releases.filter(({ id, since }) => !known.has(id) && Math.abs(now - since) > UNDER_WAY_MS);
    try {
      if (this.#published.born() === undefined) await this.#begin(manifest);
      if (found.length === 0) return;
      await this.#secure(found);
      await this.#published.append(found.map((shown) => ({ at: shown.since, what: 'found', edition: manifest.edition, shown })));
    } catch (error) {
      this.#options.warn?.('site-record', messageOf(error));
    }
  }

  /** The record's first line. What was public before there was a record was not late for lack of one. */
  async #begin(manifest: Manifest | undefined): Promise<void> {
    const first = Math.min(this.#clock.now(), ...(manifest?.releases ?? []).map(({ since }) => since));
    await this.#published.begin(instant(first)).catch((error: unknown) => this.#options.warn?.('site-record', messageOf(error)));
  }

  /** New content for what is public. The page says what was corrected and when, and the version before stays linked. @returns false where it is not public */
  async correct(release: ReleaseId, digest: string, reason: string): Promise<boolean> {
    await this.#mend();
    const before = this.#public(release);
    if (!before || before.digest === digest || before.withdrawn) return false;
    await this.#amend('corrected', [{ release, digest, corrected: { at: this.#clock.now(), reason } }]);
    return true;
  }

  /** In its place stands from now on that it was withdrawn, when and why. @returns false where it is not public */
  async withdraw(release: ReleaseId, reason: string): Promise<boolean> {
    await this.#mend();
    const before = this.#public(release);
    if (!before || before.withdrawn) return false;
    await this.#amend('withdrawn', [{ release, digest: before.digest, withdrawn: { at: this.#clock.now(), reason } }]);
    return true;
  }

  /** Recorded once it can be shown, and then shown: whoever finds it recorded only shows it. */
  async #amend(what: Entry['what'], releases: readonly Showing[]): Promise<void> {
    const prepared = await this.#render(this.#clock.now(), releases);
    const [failed] = prepared.failed.values();
    if (failed !== undefined) throw new Error(failed);
    const at = this.#clock.now();
    await this.#published.append(prepared.shown.map((shown) => ({ at, what, edition: prepared.id, shown })));
    prepared.noted = true;
    await this.flip(prepared.id);
  }

  /** Editions that are kept, oldest first. */
  async editions(): Promise<string[]> {
    return (await readdir(join(this.#folder, 'editions')).catch(() => [])).sort();
  }

  /** Shows what an earlier edition showed as that had it. What has come out since stays, and what was withdrawn stays so. */
  async rollBack(edition: string): Promise<void> {
    const { releases } = readManifest(this.#folderOf(edition));
    const now = this.#shownNow();
    const showing = releases.filter(({ id }) => !now.get(id)?.withdrawn).map((as): Showing => ({ release: as.id, digest: as.digest, as }));
    await this.#amend('rolled-back', showing);
  }

  #public(release: ReleaseId): Shown | undefined {
    return this.#manifest()?.releases.find((one) => one.id === release);
  }

  async current(): Promise<{ edition: string; releases: ReadonlyMap<ReleaseId, Shown> } | undefined> {
    if (this.#published.born() !== undefined) await this.#mend();
    const manifest = this.#manifest();
    return manifest && { edition: manifest.edition, releases: new Map(manifest.releases.map((one) => [one.id, one])) };
  }

  /** What is public at this moment, by the edition and by the record. */
  #shownNow(): Map<ReleaseId, Shown> {
    const shown = new Map<ReleaseId, Shown>(this.#manifest()?.releases.map((one) => [one.id, one]));
    const now = this.#clock.now();
    for (const { shown: one } of this.#published.entries().values()) {
      const there = shown.get(one.id);
      // Never early, whatever a record says that comes from elsewhere.
      if (one.due <= now && !(there && isAs(there, one))) shown.set(one.id, one);
    }
    return shown;
  }

  #viewOf(shown: ReadonlyMap<ReleaseId, Shown>, at: Instant): View {
    return viewOf({ calendar: this.#calendar(), shown, at, options: this.#options, born: this.#published.born() });
  }

  async #render(due: Instant, releases: readonly Showing[], failed = new Map<ReleaseId, string>(), again = true): Promise<Prepared> {
    const base = this.#link.current();
    if (this.#published.born() === undefined) await this.#begin(this.#manifest());
    const at = instant(Math.max(due, this.#clock.now()));
    const shown = this.#shownNow();
    for (const one of releases)
      try {
        await this.#stores.pages.secure(one.release, one.digest);
        shown.set(one.release, one.as ?? this.#shownAs(one, shown.get(one.release), at));
      } catch (error) {
        failed.set(one.release, messageOf(error));
      }
    const wanted = releases.filter(({ release }) => !failed.has(release));
    const id = `${at}-${randomUUID().slice(0, 8)}`;
    try {
      const view = this.#viewOf(shown, at);
      const lost = await this.#fill(id, { edition: id, releases: [...shown.values()] }, view, new Set(wanted.map(({ release }) => release)));
      if (lost.size > 0) {
        // Without what cannot be made, so that no list leads to it.
        for (const [release, why] of lost) failed.set(release, why);
        await this.#discard(id);
        return this.#render(due, wanted, failed, again);
      }
    } catch (error) {
      // What is half made is of no use to anybody, and a full disk needs the room.
      await this.#discard(id);
      if (systemCode(error) === 'ENOSPC') await this.#tidying.stores(this.#clock.now());
      if (systemCode(error) !== 'ENOENT' || !again) throw error;
      // Somebody took away what this one meant to use: another process that tidied, or whoever deleted a folder.
      for (const store of Object.values(this.#stores)) store.forget();
      await this.#secure();
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
    for (const old of this.#prepared.keys()) if (this.#prepared.size > REMEMBERED) this.#prepared.delete(old);
    return prepared;
  }

  async #discard(edition: string): Promise<void> {
    await rm(this.#folderOf(edition), { recursive: true, force: true });
    await this.#sums.forget(edition);
  }

  /** @param own what this edition is made for @returns of these, what cannot be made, and why */
  async #fill(id: string, manifest: Manifest, view: View, own: ReadonlySet<ReleaseId>): Promise<Map<ReleaseId, string>> {
    const { files: shelf, pages: staged } = this.#stores;
    const { pages, lost } = this.#pagesOf(manifest, view, own);
    if (lost.size > 0) return lost;
    const files = await shelf.names(filesOf(view), (path, error) => this.#options.warn?.('site-page', `${path}: ${messageOf(error)}`));
    const contents = { files, pages };
    const folder = this.#folderOf(id);
    await mkdir(join(this.#folder, 'editions'), { recursive: true, mode: 0o755 });
    const spare = await this.#spare.take(folder);
    if (!spare) await mkdir(folder);
    for (const _ of laying(folder, this.#stores, contents, spare));
    await writeFile(join(folder, 'releases.json'), manifestText(manifest));
    const sum = await this.#sums.note(id, contents, { files: (name) => shelf.sizeOf(name), pages: (name) => staged.sizeOf(name) });
    if (!this.#options.unserved) await this.#sync(folder, [join(folder, 'releases.json'), sum]);
    await this.#link.offer(id);
    this.#last = { manifest, contents };
    return lost;
  }

  /** Everything that is new to the disk, before any rename makes it public. */
  async #sync(folder: string, more: readonly string[]): Promise<void> {
    const stores = Object.values(this.#stores);
    await syncFiles([...stores.flatMap((store) => store.takeFresh()), ...more]);
    await Promise.all([
      ...stores.map((store) => store.settle()),
      ...[folder, dirname(folder), join(this.#folder, 'shelf'), join(this.#folder, 'pages')].map(syncFolder),
    ]);
  }

  /** The links to pages that an edition holds. What was public before and cannot be made stays as it was. */
  #pagesOf(manifest: Manifest, view: View, own: ReadonlySet<ReleaseId>): { pages: Map<string, string>; lost: Map<ReleaseId, string> } {
    const related = relatedIn(view);
    const pages = new Map<string, string>();
    const lost = new Map<ReleaseId, string>();
    const { timezone } = view.calendar;
    for (const shown of manifest.releases)
      try {
        const around = { own: view.byId.get(shown.id), related: related.get(shown.id) ?? [], timezone };
        for (const [path, name] of this.#stores.pages.linksOf(shown, around)) pages.set(path, name);
      } catch (error) {
        if (HOPELESS.includes(systemCode(error) ?? '')) throw error;
        if (own.has(shown.id)) lost.set(shown.id, messageOf(error));
        else this.#keepAsItWas(shown, pages, error);
      }
    return { pages, lost };
  }

  #keepAsItWas(shown: Shown, pages: Map<string, string>, error: unknown): void {
    this.#options.warn?.('site-page', `${shown.id}: ${messageOf(error)}`);
    for (const path of [pathOf(shown).slice(0, -1), `en/${pathOf(shown).slice(0, -1)}`]) {
      const before = this.#last?.contents.pages.get(path);
      if (before !== undefined) pages.set(path, before);
    }
  }

  #shownAs({ release, digest, corrected, withdrawn }: Showing, before: Shown | undefined, at: Instant): Shown {
    // A tombstone needs nothing of what was withdrawn.
    if (before && withdrawn) return { ...before, withdrawn, summary: '' };
    const meta = this.#stores.pages.meta(release, digest);
    if (!before || (before.digest !== digest && !corrected)) return { ...meta, since: at, ...this.#plannedOf(release) };
    const corrections =
      corrected && before.digest !== digest ? [...(before.corrections ?? []), { ...corrected, was: before.digest }] : before.corrections;
    return { ...before, ...meta, ...(corrections ? { corrections } : {}) };
  }

  /** What the plan says of a release that it may not say for ever. */
  #plannedOf(id: ReleaseId): Pick<Shown, 'promised' | 'indicator'> {
    const release = this.#calendar().byId.get(id);
    if (!release) return {};
    const promised = announcedDue({ release, changes: changesOf(release, this.#calendar()) });
    return { ...(promised === release.due ? {} : { promised }), ...(release.indicator === undefined ? {} : { indicator: release.indicator }) };
  }

  /** Lays out a copy of the last edition that this process rendered, so that the next one only needs what differs. For when there is time. */
  makeSpare(): Promise<void> {
    return this.#spare.make(this.#last?.contents);
  }

  /** Nothing is written to the site's folder any more. */
  close(): Promise<void> {
    return this.#spare.close();
  }

  /** The manifest of the public edition; undefined where it has none that can be read. */
  #manifest(): Manifest | undefined {
    const id = this.#link.current();
    if (id === undefined) return undefined;
    if (id === this.#last?.manifest.edition) return this.#last.manifest;
    if (id === this.#read?.edition) return this.#read;
    try {
      this.#read = readManifest(this.#folderOf(id));
      return this.#read;
    } catch {
      return undefined;
    }
  }

  #folderOf(edition: string): string {
    return join(this.#folder, 'editions', edition);
  }
}

/** Whether two say the same of a release. */
function isAs(one: Shown, other: Shown): boolean {
  return (
    one === other ||
    (one.digest === other.digest &&
      one.since === other.since &&
      one.corrections?.length === other.corrections?.length &&
      one.withdrawn?.at === other.withdrawn?.at)
  );
}
