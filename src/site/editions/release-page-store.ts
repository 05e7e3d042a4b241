// The pages of releases as editions hold them: what was staged (staged-releases.ts) with what is
// around it now, earlier and later periods, its interpretation, corrections. Not for what they say:
// site/pages/release.ts; nor for the rest of an edition: assemble-edition.ts.
import { randomUUID } from 'node:crypto';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
} from 'node:fs';
import { lstat, readlink, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { messageOf, systemCode } from '../../lib/errors.ts';
import { THROUGH_MODE } from '../../lib/private-folders.ts';
import type { Language, ReleaseId } from '../../plan/types.ts';
import { type PublicRelease, shortDigest } from '../calendar-view.ts';
import { folderNameOf, LANGUAGES, pathOf, type ShownRelease, type SiteOptions } from '../model.ts';
import { reframed } from '../pages/layout.ts';
import {
  oldVersion,
  type Related,
  tombstone,
  withoutSurroundings,
  withRelated,
} from '../pages/release.ts';
import type { PublishedStore } from '../published/published-store.ts';
import { themeKey } from '../theme.ts';
import { version } from './code-version.ts';
import { type Size, Sizes } from './file-sizes.ts';
import { compressed, isUnused } from './file-store.ts';
import { claimFolder, countsNames, isToItsEnd, leadsTo, put } from './page-folders.ts';
import { StagedReleases } from './staged-releases.ts';

/** What is made of a staged page. */
type MakePage = (page: string, language: Language) => string;

/** A path in an edition, and the pages that a symlink there leads to. */
export type ReleaseLink = readonly [path: string, pages: string];

/** The symlink that leads to pages from an edition; what editions hold are second names of it. */
const LINK = '.link';
/** How far below the site's root an edition has each language's releases. */
const UP: Readonly<Record<Language, string>> = { zh: '../../../', en: '../../../../' };

/** What stands around a release's content. */
export interface ReleaseSurroundings {
  /** Undefined where the release is in no plan any more. */
  readonly own: PublicRelease | undefined;
  readonly related: readonly Related[];
  /** The calendar's. */
  readonly timezone: string;
  /** The view's: its plan may be an example. */
  readonly options: SiteOptions;
}

/** Pages of a release, and what they are made from. */
interface Placed {
  /** Of the folder in the edition. */
  readonly name: string;
  readonly id: ReleaseId;
  readonly digest: string;
  readonly around: unknown;
  readonly options: SiteOptions;
}

/** The links of a release, and what they were made from. */
interface Linked extends ReleaseSurroundings {
  readonly links: readonly ReleaseLink[];
}

export class ReleasePageStore {
  readonly #folder: string;
  readonly #options: SiteOptions;
  /** What releases are made from. */
  readonly staged: StagedReleases;
  /**
   * Names all that stands around every page: another theme or name makes pages anew that came out
   * long ago.
   */
  readonly #frame: string;
  readonly #sizes: Sizes;
  /** Pages that are on the disk, whole or not, so that nobody asks it for each of thousands. */
  #made: Set<string> | undefined;
  /** Of these, what is whole as far as this process knows. */
  readonly #whole = new Set<string>();
  #fresh: string[] = [];
  /** By what is public of a release: of thousands only a few change. */
  #linked = new WeakMap<ShownRelease, Linked>();

  /** @param folder the site's private root @param published where what is staged is kept as well */
  constructor(folder: string, options: SiteOptions, published: PublishedStore) {
    this.#folder = folder;
    this.#options = options;
    this.staged = new StagedReleases(folder, options, published);
    const { bureau, publicUrl, sample, theme } = options;
    this.#frame = shortDigest([JSON.stringify([bureau, publicUrl, sample]), themeKey(theme)]);
    this.#sizes = new Sizes(join(folder, 'pages.sizes'));
  }

  /**
   * The links that an edition holds for what is public of a release; its pages are made where they
   * are not yet.
   */
  linksOf(shown: ShownRelease, around: ReleaseSurroundings): readonly ReleaseLink[] {
    const known = this.#linked.get(shown);
    if (
      known &&
      known.own === around.own &&
      known.options.examples === around.options.examples &&
      same(known.related, around.related)
    )
      return known.links;
    const links = this.#linksOf(shown, around);
    this.#linked.set(shown, { ...around, links });
    return links;
  }

  #linksOf(
    shown: ShownRelease,
    { own, related, timezone, options }: ReleaseSurroundings,
  ): ReleaseLink[] {
    const { id, digest, corrections = [], withdrawn } = shown;
    const around = [
      own?.release.indicator,
      shown.since,
      shown.due,
      corrections,
      withdrawn,
      related.map(({ what, one }) => [what, one.release.id, one.shown?.title]),
    ];
    const place = (make: MakePage, withFiles = true): ReleaseLink[] =>
      this.#place({ name: folderNameOf(id), id, digest, around, options }, make, withFiles);
    if (withdrawn)
      return place(
        (_, language) => tombstone(shown, own?.release, timezone, language, options),
        false,
      );
    if (!own)
      return place((page, language) => withoutSurroundings(page, shown, timezone, language));
    return [
      ...place((page, language) => withRelated(page, own, related, language)),
      ...corrections.flatMap((correction, index) => {
        const number = index + 1;
        const old: MakePage = (page, language) => oldVersion(page, own, number, language);
        try {
          const of = [number, shown.since, shown.due, corrections];
          return this.#place(
            {
              name: `${folderNameOf(id)}.v${number}`,
              id,
              digest: correction.was,
              around: of,
              options,
            },
            old,
            true,
          );
        } catch (error) {
          if (systemCode(error) !== 'ENOENT' || this.staged.isKept(id, correction.was)) throw error;
          // A version of before that is lost must not take the present one with it.
          this.#options.warn?.('site-page', `${id}.v${number}: ${messageOf(error)}`);
          return [];
        }
      }),
    ];
  }

  /** The pages of a staged release with what is around it now. */
  #place(placed: Placed, make: MakePage, withFiles: boolean): ReleaseLink[] {
    const { name, id, digest, around, options } = placed;
    const hash = shortDigest([
      JSON.stringify([version(), this.#frame, id, digest, around, options.examples]),
    ]);
    return LANGUAGES.map((language): ReleaseLink => {
      const pages = `${hash}.${language}`;
      if (!this.#isWhole(pages)) this.#make(pages, placed, language, make, withFiles);
      return [`${language === 'en' ? 'en/' : ''}releases/${name}`, pages];
    });
  }

  /**
   * A folder of its own, and then the one symlink by which pages are found: whole or not at all,
   * whoever else makes the same. The way there is short: a symlink of 60 characters and more takes
   * a block of its own on ext4.
   */
  #make(
    pages: string,
    { id, digest, options }: Placed,
    language: Language,
    make: MakePage,
    withFiles: boolean,
  ): void {
    const from = join(folderNameOf(id), digest);
    const name = `${pages}.${randomUUID().slice(0, 8)}`;
    const folder = join(this.#folder, 'pages', name);
    const staged = join(this.#folder, 'staged', from);
    try {
      claimFolder(join(staged, language), folder);
      // A tombstone shows nothing of what was staged, and must stand though that be lost.
      const made = withFiles ? readFileSync(join(staged, `${language}.html`), 'utf8') : '';
      const whole = make(
        made && reframed(made, { language, path: pathOf({ id }), options }),
        language,
      );
      put(folder, 'index.html', whole);
      const small = this.#options.unserved ? undefined : compressed('index.html', whole);
      if (small) put(folder, 'index.html.br', small);
      if (withFiles && language === 'zh' && existsSync(join(staged, 'files')))
        symlinkSync(join('..', '..', 'staged', from, 'files'), join(folder, 'files'));
      this.#offer(`${UP[language]}pages/${name}`, pages);
      this.#sizes.set(pages, [Buffer.byteLength(whole), small?.length ?? 0]);
      this.#fresh.push(
        join(folder, 'index.html'),
        ...(small ? [join(folder, 'index.html.br')] : []),
      );
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      // Another process was first.
      if (systemCode(error) !== 'EEXIST') throw error;
    }
    this.#known().add(pages);
    this.#whole.add(pages);
  }

  /** The symlink to new pages; in the place of one that leads to pages which are not whole. */
  #offer(to: string, pages: string): void {
    const link = this.#linkTo(pages);
    if (!this.#known().has(pages)) {
      symlinkSync(to, link);
      return;
    }
    const draft = `${link}.${randomUUID()}`;
    symlinkSync(to, draft);
    renameSync(draft, link);
  }

  /**
   * Made, and of the size that it was made with; or to its end, where another process is about to
   * note the size.
   */
  #isWhole(pages: string): boolean {
    if (this.#whole.has(pages)) return true;
    if (!this.#known().has(pages)) return false;
    const page = join(this.#folder, 'pages', basename(leadsTo(this.#linkTo(pages))), 'index.html');
    const [size, found] = [
      this.#sizes.get(pages),
      statSync(page, { throwIfNoEntry: false })?.size ?? 0,
    ];
    if (size ? found !== size[0] : !isToItsEnd(page)) return false;
    if (size && size[1] > 0 && statSync(`${page}.br`, { throwIfNoEntry: false })?.size !== size[1])
      return false;
    if (!size) {
      const small = statSync(`${page}.br`, { throwIfNoEntry: false })?.size ?? 0;
      this.#sizes.set(pages, [found, small]);
      this.#fresh.push(page, ...(small > 0 ? [`${page}.br`] : []));
    }
    this.#whole.add(pages);
    return true;
  }

  sizeOf(pages: string): Size {
    return this.#sizes.get(pages) ?? [0, 0];
  }

  /** What was made since this was asked last, to be put on the disk. */
  takeFresh(): string[] {
    const fresh = this.#fresh;
    this.#fresh = [];
    return fresh;
  }

  /** What was made is on the disk by now. */
  settle(): Promise<void> {
    return this.#sizes.flush();
  }

  /**
   * Leads from a path in an edition to pages. By a second name of their symlink, where the file
   * system has that: it takes a tenth of the time of another symlink, and as little to remove.
   * @throws Error ENOENT where they were tidied away
   */
  link(pages: string, to: string): void {
    try {
      linkSync(this.#linkTo(pages), to);
    } catch (error) {
      if (!['EPERM', 'ENOTSUP', 'EMLINK'].includes(systemCode(error) ?? '')) throw error;
      symlinkSync(readlinkSync(this.#linkTo(pages)), to);
    }
  }

  unlink(path: string): void {
    unlinkSync(path);
  }

  /** Asks the disk again what there is. */
  forget(): void {
    this.#made = undefined;
    this.#whole.clear();
    this.#sizes.forget();
    this.#linked = new WeakMap();
  }

  /** Removes pages that no edition leads to. Where a file system can't tell, all are kept. */
  async tidy(now: number): Promise<void> {
    const folder = join(this.#folder, 'pages');
    if (!countsNames(folder)) return;
    for (const pages of this.#onDisk()) {
      const link = this.#linkTo(pages);
      if (!(await isUnused(link, now))) continue;
      // Nobody can link to it any more; whoever did meanwhile has it back.
      const gone = `${link}.${randomUUID()}`;
      await rename(link, gone).catch(() => undefined);
      const { nlink } = await lstat(gone).catch(() => ({ nlink: 0 }));
      if (nlink > 1) await rename(gone, link);
      if (nlink !== 1) continue;
      this.#made?.delete(pages);
      this.#whole.delete(pages);
      await rm(join(folder, basename(await readlink(gone))), { recursive: true, force: true });
      await rm(gone, { force: true });
    }
    await this.#sizes.keepOnly(new Set(this.#onDisk()));
  }

  #linkTo(pages: string): string {
    return join(this.#folder, 'pages', `${pages}${LINK}`);
  }

  #known(): Set<string> {
    this.#made ??= this.#onDisk();
    return this.#made;
  }

  #onDisk(): Set<string> {
    const folder = join(this.#folder, 'pages');
    mkdirSync(folder, { recursive: true, mode: THROUGH_MODE });
    return new Set(
      readdirSync(folder).flatMap((name) =>
        name.endsWith(LINK) ? [name.slice(0, -LINK.length)] : [],
      ),
    );
  }
}

function same(one: readonly Related[], other: readonly Related[]): boolean {
  return (
    one.length === other.length &&
    one.every(
      ({ what, one: release }, index) =>
        other[index]?.what === what && other[index].one === release,
    )
  );
}
