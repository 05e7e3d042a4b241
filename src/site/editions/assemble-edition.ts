// Puts an edition's folder together from its stores, in private and to the disk before anybody can
// see it. Not for what it shows: what-to-show.ts, site/calendar-view.ts; nor for when it comes out:
// edition-renderer.ts; nor for how a folder is laid out: sync-tree.ts.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncFiles, syncFolder } from '../../lib/durable-files.ts';
import { messageOf, systemCode } from '../../lib/errors.ts';
import { THROUGH_MODE } from '../../lib/private-folders.ts';
import type { ReleaseId } from '../../plan/types.ts';
import type { View } from '../calendar-view.ts';
import {
  type Manifest,
  manifestText,
  pathOf,
  type ShownRelease,
  type SiteOptions,
} from '../model.ts';
import { relatedIn } from '../pages/release.ts';
import type { Sums } from './edition-check.ts';
import { editionFiles } from './edition-files.ts';
import type { FileStore } from './file-store.ts';
import type { PrebuiltEdition } from './prebuilt.ts';
import type { PublicLink } from './public-link.ts';
import type { ReleasePageStore } from './release-page-store.ts';
import { type Contents, syncTree } from './sync-tree.ts';

/** Where these happen nothing else can be made either. */
const HOPELESS = ['ENOSPC', 'EDQUOT', 'EROFS', 'EMFILE', 'ENFILE'];

/** What editions hold second names of. */
export type SiteStores = { readonly files: FileStore; readonly pages: ReleasePageStore };

/** An edition that this process rendered last. */
interface Rendered {
  readonly manifest: Manifest;
  readonly contents: Contents;
}

export class EditionFolders {
  readonly #folder: string;
  readonly #stores: SiteStores;
  readonly #link: PublicLink;
  readonly #sums: Sums;
  readonly #prebuilt: PrebuiltEdition;
  readonly #options: SiteOptions;
  #last: Rendered | undefined;

  /** @param folder the site's private root */
  constructor(
    folder: string,
    of: {
      readonly link: PublicLink;
      readonly sums: Sums;
      readonly prebuilt: PrebuiltEdition;
      readonly stores: SiteStores;
    },
    options: SiteOptions,
  ) {
    this.#folder = folder;
    this.#stores = of.stores;
    this.#link = of.link;
    this.#sums = of.sums;
    this.#prebuilt = of.prebuilt;
    this.#options = options;
  }

  get last(): Rendered | undefined {
    return this.#last;
  }

  /**
   * Puts an edition's folder together.
   * @param own what this edition is made for
   * @returns of these, what cannot be made, and why
   */
  async fill(
    id: string,
    manifest: Manifest,
    view: View,
    own: ReadonlySet<ReleaseId>,
  ): Promise<Map<ReleaseId, string>> {
    const { files: shelf, pages: staged } = this.#stores;
    const { pages, lost } = this.#pagesOf(manifest, view, own);
    if (lost.size > 0) return lost;
    const files = await shelf.names(editionFiles(view), (path, error) =>
      this.#options.warn?.('site-page', `${path}: ${messageOf(error)}`),
    );
    const contents = { files, pages };
    const folder = this.#link.folderOf(id);
    await mkdir(join(this.#folder, 'editions'), { recursive: true, mode: THROUGH_MODE });
    const before = await this.#prebuilt.take(folder);
    if (!before) await mkdir(folder);
    for (const _ of syncTree(folder, this.#stores, contents, before));
    await writeFile(join(folder, 'releases.json'), manifestText(manifest));
    const sum = await this.#sums.note(id, contents, {
      files: (name) => shelf.sizeOf(name),
      pages: (name) => staged.sizeOf(name),
    });
    if (!this.#options.unserved) await this.#sync(folder, [join(folder, 'releases.json'), sum]);
    await this.#link.offer(id);
    this.#last = { manifest, contents };
    return lost;
  }

  async discard(edition: string): Promise<void> {
    await rm(this.#link.folderOf(edition), { recursive: true, force: true });
    await this.#sums.forget(edition);
  }

  /** Nothing is trusted any more that was made before. */
  forget(): void {
    for (const one of [...Object.values(this.#stores), this.#prebuilt]) one.forget();
    this.#last = undefined;
  }

  /** Everything that is new to the disk, before any rename makes it public. */
  async #sync(folder: string, more: readonly string[]): Promise<void> {
    const stores = Object.values(this.#stores);
    await syncFiles([...stores.flatMap((store) => store.takeFresh()), ...more]);
    await Promise.all([
      ...stores.map((store) => store.settle()),
      ...[folder, dirname(folder), join(this.#folder, 'shelf'), join(this.#folder, 'pages')].map(
        syncFolder,
      ),
    ]);
  }

  /**
   * The links to pages that an edition holds. What was public before and cannot be made stays as it
   * was.
   */
  #pagesOf(
    manifest: Manifest,
    view: View,
    own: ReadonlySet<ReleaseId>,
  ): { pages: Map<string, string>; lost: Map<ReleaseId, string> } {
    const related = relatedIn(view);
    const pages = new Map<string, string>();
    const lost = new Map<ReleaseId, string>();
    const { timezone } = view.calendar;
    for (const shown of manifest.releases)
      try {
        const around = {
          own: view.byId.get(shown.id),
          related: related.get(shown.id) ?? [],
          timezone,
          options: view.options,
        };
        for (const [path, name] of this.#stores.pages.linksOf(shown, around)) pages.set(path, name);
      } catch (error) {
        if (HOPELESS.includes(systemCode(error) ?? '')) throw error;
        if (own.has(shown.id)) lost.set(shown.id, messageOf(error));
        else this.#keepAsItWas(shown, pages, error);
      }
    return { pages, lost };
  }

  #keepAsItWas(shown: ShownRelease, pages: Map<string, string>, error: unknown): void {
    this.#options.warn?.('site-page', `${shown.id}: ${messageOf(error)}`);
    for (const path of [pathOf(shown).slice(0, -1), `en/${pathOf(shown).slice(0, -1)}`]) {
      const before = this.#last?.contents.pages.get(path);
      if (before !== undefined) pages.set(path, before);
    }
  }
}
