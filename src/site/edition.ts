// Editions: the whole public site as it must look from an instant on, rendered into a private folder and made public by one
// rename of a symlink. Not for what lies in one: files.ts, staged.ts; nor for what pages say: pages/.
import { randomUUID } from 'node:crypto';
import { existsSync, readlinkSync, renameSync, symlinkSync } from 'node:fs';
import { mkdir, readdir, readlink, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as breath } from 'node:timers/promises';
import type { Item } from '../channels/channel.ts';
import type { SitePress } from '../channels/website.ts';
import { instant } from '../plan/types.ts';
import type { Calendar, Instant, Language, ReleaseId } from '../plan/types.ts';
import type { Clock } from '../schedule/clock.ts';
import { systemCode } from '../words/error.ts';
import { draw } from './chart.ts';
import { filesOf } from './files.ts';
import { changesOf, manifestText, readManifest } from './model.ts';
import type { Manifest, Shown, SiteOptions } from './model.ts';
import { relatedIn, releasePage, withRelated } from './pages/release.ts';
import { Shelf } from './shelf.ts';
import { seriesIn, StagedPages } from './staged.ts';
import { laying } from './tree.ts';
import type { Contents } from './tree.ts';
import { viewOf } from './view.ts';
import type { View } from './view.ts';

/** Editions kept for roll-back. */
const KEPT = 20;
/** An edition that is to come out has done so by then, whichever process rendered it; one that has not is rendered again. */
const FLIPPED_MS = 120_000;
/** How often it is looked for what no edition holds; once when a process begins, however short it lives. */
const TIDY_MS = 300_000;
/** A spare folder that nobody took in this time is some dead process's. */
const SPARE_MS = 86_400_000;
/** So long a spare is worked on before other work has its turn. */
const SLICE_MS = 1;
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
  readonly #stores: { readonly files: Shelf; readonly pages: StagedPages };
  #last: Rendered | undefined;
  /** A folder that looks like an edition, for the next one to start from. */
  #spare: { readonly folder: string; readonly contents: Contents } | undefined;
  #sparing: Promise<void> | undefined;
  /** What the last spare was made of, or failed to be: not tried again. */
  #spared: Contents | undefined;
  #closed = false;
  #tidied = Number.NEGATIVE_INFINITY;
  #flipping: Promise<unknown> = Promise.resolve();

  /** @param folder private root; the public one is its `current` symlink */
  constructor(folder: string, calendar: () => Calendar, options: SiteOptions, clock: Clock) {
    this.#folder = folder;
    this.#calendar = calendar;
    this.#options = options;
    this.#clock = clock;
    this.#stores = { files: new Shelf(join(folder, 'shelf'), options.unserved !== true), pages: new StagedPages(folder, options) };
  }

  urlOf(release: ReleaseId): string {
    return `${this.#options.publicUrl}releases/${release}/`;
  }

  async stage(item: Item): Promise<string> {
    const release = this.#calendar().byId.get(item.release);
    if (!release) throw new Error(`${item.release} is not in the calendar`);
    // The due instant is on the page, so it is part of what the digest names.
    const digest = `${item.digest.slice(0, 16)}-${item.due}`;
    // What the public sees already is never touched again.
    const shown = await this.#public(item.release);
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

  async #render(due: Instant, releases: Prepared['releases'], again = true): Promise<string> {
    const current = await this.#manifest();
    const at = instant(Math.max(due, this.#clock.now()));
    const shown = new Map<ReleaseId, Shown>(current?.releases.map((one) => [one.id, one]));
    for (const one of releases) shown.set(one.release, one.as ?? this.#shownAs(one, shown.get(one.release), at));
    const id = `${at}-${randomUUID().slice(0, 8)}`;
    const view = viewOf({ calendar: this.#calendar(), shown, at, options: this.#options });
    const folder = join(this.#folder, 'editions', id);
    try {
      await this.#fill(folder, { edition: id, releases: [...shown.values()] }, view);
    } catch (error) {
      // What is half made is of no use to anybody, and a full disk needs the room.
      await rm(folder, { recursive: true, force: true });
      if (systemCode(error) === 'ENOSPC') await this.#tidyStores();
      if (systemCode(error) !== 'ENOENT' || !again) throw error;
      // Another process tidied away just now what this one meant to use.
      for (const store of Object.values(this.#stores)) store.forget();
      return this.#render(due, releases, false);
    }
    await symlink(join('editions', id), join(this.#folder, `next.${id}`));
    this.#prepared.set(id, { base: current?.edition, due, releases });
    for (const old of this.#prepared.keys()) if (this.#prepared.size > REMEMBERED) this.#prepared.delete(old);
    return id;
  }

  async #fill(folder: string, manifest: Manifest, view: View): Promise<void> {
    await mkdir(join(this.#folder, 'claims'), { recursive: true });
    const files = await this.#stores.files.names(filesOf(view));
    const related = relatedIn(view);
    const pages = new Map<string, string>();
    const { timezone } = view.calendar;
    for (const shown of manifest.releases)
      for (const [path, name] of this.#stores.pages.linksOf(shown, { own: view.byId.get(shown.id), related: related.get(shown.id) ?? [], timezone }))
        pages.set(path, name);
    const contents = { files, pages };
    for (const _ of laying(folder, this.#stores, contents, await this.#takeSpare(folder)));
    await writeFile(join(folder, 'releases.json'), manifestText(manifest));
    this.#last = { manifest, contents };
  }

  #shownAs({ release, digest, corrected, withdrawn }: Showing, before: Shown | undefined, at: Instant): Shown {
    const meta = this.#stores.pages.meta(release, digest);
    if (!before || (before.digest !== digest && !corrected)) return { ...meta, since: at };
    const corrections =
      corrected && before.digest !== digest ? [...(before.corrections ?? []), { ...corrected, was: before.digest }] : before.corrections;
    return { ...before, ...meta, ...(corrections ? { corrections } : {}), ...(withdrawn ? { withdrawn, summary: '' } : {}) };
  }

  /** The spare folder in the place of a new edition. @returns what lies in it, or undefined where there is none */
  async #takeSpare(folder: string): Promise<Contents | undefined> {
    const spare = this.#spare;
    this.#spare = undefined;
    await mkdir(join(this.#folder, 'editions'), { recursive: true, mode: 0o755 });
    if (spare)
      try {
        await rename(spare.folder, folder);
        return spare.contents;
      } catch (error) {
        // Tidied away by another process.
        if (systemCode(error) !== 'ENOENT') throw error;
      }
    await mkdir(folder);
    return undefined;
  }

  /**
   * Lays out a copy of the last edition that this process rendered, so that the next one only needs what differs. For when there is time:
   * it goes on between other work, and does nothing where there was one of that edition. A failure only costs the next edition its head start.
   */
  makeSpare(): Promise<void> {
    const contents = this.#last?.contents;
    if (!this.#spare && contents && contents !== this.#spared) {
      this.#spared = contents;
      this.#sparing ??= this.#makeSpare(contents).finally(() => (this.#sparing = undefined));
    }
    return this.#sparing ?? Promise.resolve();
  }

  async #makeSpare(contents: Contents): Promise<void> {
    const folder = join(this.#folder, 'spares', randomUUID());
    try {
      await mkdir(folder, { recursive: true });
      let until = performance.now() + SLICE_MS;
      for (const _ of laying(folder, this.#stores, contents)) {
        if (performance.now() < until) continue;
        await breath();
        if (this.#closed) return;
        until = performance.now() + SLICE_MS;
      }
      this.#spare = { folder, contents };
    } catch {
      await rm(folder, { recursive: true, force: true }).catch(() => undefined);
    }
  }

  /** Nothing is written to the site's folder any more. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#sparing;
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
    if (id !== undefined && id === this.#last?.manifest.edition) return this.#last.manifest;
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
    await this.#tidySpares();
    if (performance.now() - this.#tidied > TIDY_MS) await this.#tidyStores();
  }

  /** What no edition holds any more. It asks the disk about every file. */
  async #tidyStores(): Promise<void> {
    this.#tidied = performance.now();
    for (const store of Object.values(this.#stores)) await store.tidy(this.#clock.now());
  }

  /** Removes spare folders of processes that have ended. Out of the way first: what is taken at this moment is whole. */
  async #tidySpares(): Promise<void> {
    for (const name of await readdir(join(this.#folder, 'spares')).catch(() => [])) {
      const path = join(this.#folder, 'spares', name);
      const made = (await stat(path).catch(() => undefined))?.mtimeMs ?? Number.POSITIVE_INFINITY;
      if (path === this.#spare?.folder || made > this.#clock.now() - SPARE_MS) continue;
      await rename(path, `${path}.old`).catch(() => undefined);
      await rm(`${path}.old`, { recursive: true, force: true });
    }
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
