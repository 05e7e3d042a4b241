// Editions: the whole public site as it must look from an instant on, rendered into a private folder and made public by one
// rename of a symlink. A release's own pages are rendered once, when it is staged; an edition holds symlinks to them. Not for what pages say: pages/.
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { existsSync, linkSync, mkdirSync, readFileSync, readlinkSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Item } from '../channels/channel.ts';
import type { SitePress } from '../channels/website.ts';
import { instant, releaseId } from '../plan/types.ts';
import type { Calendar, Instant, Language, Release, ReleaseId } from '../plan/types.ts';
import type { Clock } from '../schedule/clock.ts';
import { systemCode } from '../words/error.ts';
import { DRAWING, draw, SERIES, seriesOf } from './chart.ts';
import { filesOf, VERSION } from './files.ts';
import { changesOf, LANGUAGES, readManifest, readMeta } from './model.ts';
import type { Manifest, Shown, SiteOptions } from './model.ts';
import { oldVersion, relatedIn, releasePage, tombstone, withRelated } from './pages/release.ts';
import type { Related } from './pages/release.ts';
import { compressed, Shelf } from './shelf.ts';
import { viewOf } from './view.ts';
import type { View } from './view.ts';

/** Editions kept for roll-back. */
const KEPT = 20;
/** An edition that is to come out has done so by then, whichever process rendered it; one that has not is rendered again. */
const FLIPPED_MS = 120_000;
/** Editions that this process may still make public: more than are ever armed at once. */
const REMEMBERED = 500;

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
  readonly base: string | undefined;
  readonly due: Instant;
  readonly releases: readonly Showing[];
}

/** What is made of a staged page. */
type MakePage = (page: string, language: Language) => string;

/** What a page depends on beside its release, and the code that makes it. */
function hashOf(parts: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify([VERSION, parts]))
    .digest('hex')
    .slice(0, 12);
}

export class Press implements SitePress {
  readonly #folder: string;
  readonly #calendar: () => Calendar;
  readonly #options: SiteOptions;
  readonly #clock: Clock;
  readonly #prepared = new Map<string, Prepared>();
  readonly #shelf: Shelf;
  /** Pages that are made, so that nobody asks the disk for each of thousands. */
  readonly #placed = new Set<string>();
  #flipping: Promise<unknown> = Promise.resolve();

  /** @param folder private root; the public one is its `current` symlink */
  constructor(folder: string, calendar: () => Calendar, options: SiteOptions, clock: Clock) {
    this.#folder = folder;
    this.#calendar = calendar;
    this.#options = options;
    this.#clock = clock;
    this.#shelf = new Shelf(join(folder, 'shelf'), options.unserved !== true);
  }

  urlOf(release: ReleaseId): string {
    return `${this.#options.publicUrl}releases/${release}/`;
  }

  async stage(item: Item): Promise<string> {
    const release = this.#calendar().byId.get(item.release);
    if (!release) throw new Error(`${item.release} is not in the calendar`);
    // The due instant is on the page, so it is part of what the digest names.
    const digest = `${item.digest.slice(0, 16)}-${item.due}`;
    const folder = this.#stagedFolder(item.release, digest);
    // What the public sees already is never touched again.
    const shown = await this.#public(item.release);
    if (shown?.digest === digest || shown?.corrections?.some(({ was }) => was === digest)) return digest;
    const draft = `${folder}.${randomUUID()}`;
    try {
      await this.#write(draft, digest, item, release);
    } catch (error) {
      await rm(draft, { recursive: true, force: true });
      throw error;
    }
    await rm(folder, { recursive: true, force: true });
    await rename(draft, folder);
    return digest;
  }

  /** A release's page as it would come out next, and the drawing on it; nothing is written. */
  async preview(item: Item, language: Language): Promise<{ page: string; drawing: string | undefined }> {
    const release = this.#calendar().byId.get(item.release);
    if (!release) throw new Error(`${item.release} is not in the calendar`);
    const at = instant(Math.max(item.due, this.#clock.now()));
    const { digest, title, summary } = item;
    const as: Shown = { id: item.release, digest, title, summary, name: release.name, due: item.due, since: at };
    const shown = new Map([...((await this.#manifest())?.releases ?? []).map((one) => [one.id, one] as const), [item.release, as] as const]);
    const view = viewOf({ calendar: this.#calendar(), shown, at, options: this.#options });
    const own = view.byId.get(item.release);
    const series = await seriesIn(item);
    const page = releasePage(item, release, { changes: changesOf(release, this.#calendar()), series }, language, this.#options);
    return {
      page: own ? withRelated(page, own, relatedIn(view).get(item.release) ?? [], language) : page,
      drawing: series && (await draw(series, item.title)),
    };
  }

  /** A release's own pages and files. */
  async #write(draft: string, digest: string, item: Item, release: Release): Promise<void> {
    await mkdir(join(draft, 'files'), { recursive: true });
    const changes = changesOf(release, this.#calendar());
    const series = await seriesIn(item);
    if (series) await writeFile(join(draft, 'files', DRAWING), await draw(series, item.title));
    for (const language of LANGUAGES)
      await writeFile(join(draft, `${language}.html`), releasePage(item, release, { changes, series }, language, this.#options));
    for (const file of [...item.pictures, ...item.attachments]) await writeFile(join(draft, 'files', file.name), await file.read());
    const meta = { id: item.release, digest, title: item.title, summary: item.summary, name: release.name, due: item.due };
    await writeFile(join(draft, 'meta.json'), JSON.stringify(meta));
  }

  async prepare(due: Instant, releases: readonly { release: ReleaseId; digest: string }[]): Promise<string> {
    await this.#tidy();
    return this.#render(due, releases);
  }

  /**
   * Makes an edition public. If another one came out since it was rendered, it is rendered again on top of that.
   *
   * Several processes may do this at once. Each edition has exactly one successor: whoever makes the link `claims/<edition>` first.
   * The successor is whole by then and its time has come, so anybody may finish its rename, and whoever finds a claim does; the claimant,
   * woken late, finds its link gone. So nothing that was public is ever replaced by an edition that lacks it.
   */
  flip(edition: string, guard: () => boolean = () => true): Promise<'flipped' | 'stale'> {
    const turn = this.#flipping.then(() => this.#flip(edition, guard));
    this.#flipping = turn.catch(() => undefined);
    return turn;
  }

  async #flip(wanted: string, guard: () => boolean): Promise<'flipped' | 'stale'> {
    for (let edition = wanted; ; ) {
      const publicNow = await this.#currentId();
      if (publicNow === edition) return 'flipped';
      const prepared = this.#prepared.get(edition);
      if (!prepared) throw new Error(`edition ${edition} was rendered too long ago`);
      if (prepared.base !== publicNow || !existsSync(join(this.#folder, 'editions', edition))) {
        edition = await this.#render(prepared.due, prepared.releases);
        continue;
      }
      // From the question to the rename nothing else runs.
      if (!guard()) return 'stale';
      const claimed = claim(join(this.#folder, 'claims', publicNow ?? 'none'), edition);
      const moved = moveLink(join(this.#folder, `next.${claimed}`), join(this.#folder, 'current'));
      if (claimed === edition) return 'flipped';
      // Its link was tidied away while nobody finished it: it takes its turn with a new one.
      if (!moved && (await this.#currentId()) === publicNow)
        await symlink(join('editions', claimed), join(this.#folder, `next.${claimed}`)).catch(() => undefined);
    }
  }

  /** Renders and shows the site as the calendar has it now, with what is public already. */
  async refresh(): Promise<void> {
    await mkdir(join(this.#folder, 'editions'), { recursive: true, mode: 0o755 });
    await this.flip(await this.prepare(this.#clock.now(), []));
  }

  /** New content for what is public. The page says what was corrected and when, and the version before stays linked. @returns false where it is not public */
  async correct(release: ReleaseId, digest: string, reason: string): Promise<boolean> {
    const before = await this.#public(release);
    if (!before || before.digest === digest) return false;
    const showing = { release, digest, corrected: { at: this.#clock.now(), reason } };
    await this.flip(await this.#render(this.#clock.now(), [showing]));
    return true;
  }

  /** In its place stands from now on that it was withdrawn, when and why. @returns false where it is not public */
  async withdraw(release: ReleaseId, reason: string): Promise<boolean> {
    const before = await this.#public(release);
    if (!before || before.withdrawn) return false;
    const showing = { release, digest: before.digest, withdrawn: { at: this.#clock.now(), reason } };
    await this.flip(await this.#render(this.#clock.now(), [showing]));
    return true;
  }

  /** Editions that are kept, oldest first. */
  async editions(): Promise<string[]> {
    return (await readdir(join(this.#folder, 'editions')).catch(() => [])).sort();
  }

  /** Shows what an earlier edition showed as that had it. What has come out since stays: nothing that was public goes. */
  async rollBack(edition: string): Promise<void> {
    const { releases } = await readManifest(join(this.#folder, 'editions', edition));
    const showing = releases.map((as) => ({ release: as.id, digest: as.digest, as }));
    await this.flip(await this.#render(this.#clock.now(), showing));
  }

  async #public(release: ReleaseId): Promise<Shown | undefined> {
    return (await this.#manifest())?.releases.find((one) => one.id === release);
  }

  async current(): Promise<{ edition: string; releases: ReadonlyMap<string, { digest: string; since: number }> } | undefined> {
    const manifest = await this.#manifest();
    return manifest && { edition: manifest.edition, releases: new Map(manifest.releases.map((one) => [one.id, one])) };
  }

  async #render(due: Instant, releases: Prepared['releases']): Promise<string> {
    const current = await this.#manifest();
    const at = instant(Math.max(due, this.#clock.now()));
    const shown = new Map<ReleaseId, Shown>(current?.releases.map((one) => [one.id, one]));
    const fresh: Shown[] = [];
    for (const one of releases) fresh.push(one.as ?? this.#shownAs(one, shown.get(one.release), at));
    for (const one of fresh) shown.set(one.id, one);
    const id = `${at}-${randomUUID().slice(0, 8)}`;
    const folder = join(this.#folder, 'editions', id);
    const view = viewOf({ calendar: this.#calendar(), shown, at, options: this.#options });
    try {
      await this.#fill(folder, { edition: id, releases: [...shown.values()] }, view);
    } catch (error) {
      // What is half made is of no use to anybody, and a full disk needs the room.
      await rm(folder, { recursive: true, force: true });
      if (systemCode(error) === 'ENOSPC') await this.#shelf.tidy(this.#clock.now(), 'now');
      throw error;
    }
    await symlink(join('editions', id), join(this.#folder, `next.${id}`));
    this.#prepared.set(id, { base: current?.edition, due, releases });
    for (const old of this.#prepared.keys()) if (this.#prepared.size > REMEMBERED) this.#prepared.delete(old);
    return id;
  }

  async #fill(folder: string, manifest: Manifest, view: View): Promise<void> {
    await mkdir(join(folder, 'en', 'releases'), { recursive: true });
    await mkdir(join(folder, 'releases'));
    await mkdir(join(this.#folder, 'claims'), { recursive: true });
    await mkdir(join(this.#folder, 'links'), { recursive: true });
    await writeFile(join(folder, 'releases.json'), JSON.stringify(manifest));
    await this.#shelf.fill(folder, filesOf(view));
    const related = relatedIn(view);
    for (const one of manifest.releases) this.#place(one, folder, view, related.get(one.id) ?? []);
  }

  #shownAs({ release, digest, corrected, withdrawn }: Showing, before: Shown | undefined, at: Instant): Shown {
    const meta = readMeta(this.#stagedFolder(release, digest));
    if (!before || (before.digest !== digest && !corrected)) return { ...meta, since: at };
    const corrections =
      corrected && before.digest !== digest ? [...(before.corrections ?? []), { ...corrected, was: before.digest }] : before.corrections;
    return { ...before, ...meta, ...(corrections ? { corrections } : {}), ...(withdrawn ? { withdrawn, summary: '' } : {}) };
  }

  /** A release's pages into an edition, where `current` leads as well as the edition's own path. One link each: thousands are no wait. */
  #place(shown: Shown, edition: string, view: View, related: readonly Related[]): void {
    const { id, digest, corrections = [], withdrawn } = shown;
    const own = view.byId.get(id);
    const around = hashOf([own?.release.indicator, corrections, withdrawn, related.map(({ what, one }) => [what, one.release.id, one.shown?.title])]);
    const make: MakePage = (page, language) => {
      if (own?.shown?.withdrawn) return tombstone(own, language, this.#options);
      return own ? withRelated(page, own, related, language) : page;
    };
    this.#link(edition, id, this.#pages(id, digest, around, make, withdrawn === undefined));
    if (withdrawn || !own) return;
    corrections.forEach((correction, index) => {
      const version = index + 1;
      const old: MakePage = (page, language) => oldVersion(page, own, version, language);
      this.#link(edition, `${id}.v${version}`, this.#pages(id, correction.was, hashOf([id, version, corrections]), old, true));
    });
  }

  #link(edition: string, name: string, pages: string): void {
    const kept = `${this.#folder}/links/${createHash('sha256').update(pages).digest('hex').slice(0, 24)}`;
    linkTo(`${kept}.zh`, `../../../${pages}/zh`, join(edition, 'releases', name));
    linkTo(`${kept}.en`, `../../../../${pages}/en`, join(edition, 'en', 'releases', name));
  }

  /** The pages of a staged release with what is around it now, made whole or not at all. @returns where they are, from the site's folder */
  #pages(id: ReleaseId, digest: string, around: string, make: MakePage, withFiles: boolean): string {
    const staged = join('staged', id, digest);
    const pages = join(staged, 'pages', around);
    const folder = join(this.#folder, pages);
    if (this.#placed.has(pages) || existsSync(folder)) return pages;
    const draft = `${folder}.${randomUUID()}`;
    for (const language of LANGUAGES) {
      mkdirSync(join(draft, language), { recursive: true });
      const whole = make(readFileSync(join(this.#folder, staged, `${language}.html`), 'utf8'), language);
      writeFileSync(join(draft, language, 'index.html'), whole);
      const small = this.#options.unserved ? undefined : compressed('index.html', whole);
      if (small) writeFileSync(join(draft, language, 'index.html.br'), small);
    }
    if (withFiles) symlinkSync(join('..', '..', '..', 'files'), join(draft, 'zh', 'files'));
    try {
      renameSync(draft, folder);
    } catch (error) {
      // Another process was first.
      if (!existsSync(folder)) throw error;
      rmSync(draft, { recursive: true, force: true });
    }
    this.#placed.add(pages);
    return pages;
  }

  #stagedFolder(release: ReleaseId, digest: string): string {
    return join(this.#folder, 'staged', releaseId(release), digest);
  }

  async #currentId(): Promise<string | undefined> {
    try {
      return (await readlink(join(this.#folder, 'current'))).split('/').at(-1);
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  async #manifest(): Promise<Manifest | undefined> {
    const id = await this.#currentId();
    return id === undefined ? undefined : readManifest(join(this.#folder, 'editions', id));
  }

  /** Removes editions that are neither public, nor about to be, nor among the newest. */
  async #tidy(): Promise<void> {
    const current = await this.#currentId();
    const claimed = current === undefined ? undefined : await readlink(join(this.#folder, 'claims', current)).catch(() => undefined);
    const old = (await readdir(join(this.#folder, 'editions')).catch(() => []))
      .sort()
      .slice(0, -KEPT)
      .filter((id) => id !== current && id !== claimed && Number(id.split('-')[0]) < this.#clock.now() - FLIPPED_MS);
    for (const id of old) {
      await rm(join(this.#folder, `next.${id}`), { force: true });
      await rm(join(this.#folder, 'claims', id), { force: true });
      await rm(join(this.#folder, 'editions', id), { recursive: true, force: true });
    }
    await this.#shelf.tidy(this.#clock.now());
  }
}

/** The figures that a release's chart shows, if it has one. */
async function seriesIn(item: Item): Promise<ReturnType<typeof seriesOf>> {
  const file = item.attachments.find(({ name }) => name === SERIES);
  return file && seriesOf(await file.read());
}

/** A second name for a symlink takes a twentieth of the time of another symlink, and no room; all lie in one folder, which is quicker again. */
function linkTo(kept: string, target: string, to: string): void {
  try {
    linkSync(kept, to);
  } catch {
    // The first time, or a file system that has no second names for symlinks.
    symlinkSync(target, to);
    keep(to, kept);
  }
}

/** Keeps a second name of a symlink, where there can be one. */
function keep(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if (!['EEXIST', 'EPERM', 'ENOTSUP', 'EMLINK'].includes(systemCode(error) ?? '')) throw error;
  }
}

/** The successor of an edition: this one if nobody was first. Claims outlive whoever made them. */
function claim(path: string, edition: string): string {
  try {
    symlinkSync(edition, path);
    return edition;
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
    return readlinkSync(path);
  }
}

/** Done already where the link is not there any more: each is moved once, whoever moves it. */
function moveLink(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    return false;
  }
}
