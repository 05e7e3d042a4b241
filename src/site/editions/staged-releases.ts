// What a release's pages are made from: written once, in private, when it is staged, and kept
// beside what was published. Not for the pages as an edition holds them: release-page-store.ts.

import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ChannelItem } from '../../channels/channel.ts';
import { moveInto, syncFiles, syncFolder } from '../../lib/durable-files.ts';
import { THROUGH_MODE } from '../../lib/private-folders.ts';
import type { Release, ReleaseId } from '../../plan/types.ts';
import {
  folderNameOf,
  LANGUAGES,
  type Meta,
  type PublicChange,
  readMeta,
  type SiteOptions,
} from '../model.ts';
import { releasePage } from '../pages/release.ts';
import type { PublishedStore } from '../published/published-store.ts';
import { DRAWING, draw, seriesIn } from './chart.ts';

export class StagedReleases {
  readonly #folder: string;
  readonly #options: SiteOptions;
  readonly #published: PublishedStore;

  /** @param folder the site's private root @param published where what is staged is kept as well */
  constructor(folder: string, options: SiteOptions, published: PublishedStore) {
    this.#folder = folder;
    this.#options = options;
    this.#published = published;
  }

  /** A release's own pages and files, whole or not at all. */
  async write(
    digest: string,
    item: ChannelItem,
    release: Release,
    changes: readonly PublicChange[],
  ): Promise<void> {
    const folder = this.#stagedFolder(item.release, digest);
    const draft = `${folder}.${randomUUID()}`;
    await mkdir(dirname(folder), { recursive: true, mode: THROUGH_MODE });
    try {
      // The folders that its first edition fills: made now, since at T there may be thousands.
      for (const language of LANGUAGES) await mkdir(join(draft, language), { recursive: true });
      await this.#writeInto(draft, digest, item, release, changes);
    } catch (error) {
      await rm(draft, { recursive: true, force: true });
      throw error;
    }
    await moveInto(draft, folder);
    if (this.#options.unserved) return;
    await syncFolder(dirname(folder));
    await this.#published.keep(item.release, digest, folder);
  }

  async #writeInto(
    draft: string,
    digest: string,
    item: ChannelItem,
    release: Release,
    changes: readonly PublicChange[],
  ): Promise<void> {
    const series = await seriesIn(item);
    const files = [...item.pictures, ...item.attachments];
    const written: string[] = [];
    const put = async (name: string, content: string | Buffer): Promise<void> => {
      written.push(join(draft, name));
      await writeFile(join(draft, name), content);
    };
    if (files.length > 0) await mkdir(join(draft, 'files'));
    for (const file of files) await put(join('files', file.name), await file.read());
    if (series) await put(join('files', DRAWING), await draw(series, item.title));
    for (const language of LANGUAGES)
      await put(
        `${language}.html`,
        releasePage(item, release, { changes, series }, language, this.#options),
      );
    const meta: Meta = {
      id: item.release,
      digest,
      title: item.title,
      summary: item.summary,
      name: release.name,
      due: item.due,
    };
    await put('meta.json', JSON.stringify(meta));
    if (!this.#options.unserved) await syncFiles(written);
  }

  has(release: ReleaseId, digest: string): boolean {
    return existsSync(join(this.#stagedFolder(release, digest), 'meta.json'));
  }

  meta(release: ReleaseId, digest: string): Meta {
    return readMeta(this.#stagedFolder(release, digest));
  }

  /**
   * Brings what a release is made of back from where it is kept, where it is lost here; and keeps
   * it there, where it is lost there.
   * @returns whether it was lost here and is back
   */
  async secure(release: ReleaseId, digest: string): Promise<boolean> {
    const folder = this.#stagedFolder(release, digest);
    if (!this.has(release, digest)) return this.#published.restoreTo(release, digest, folder);
    if (!this.#options.unserved && !this.#published.has(release, digest))
      await this.#published.keep(release, digest, folder);
    return false;
  }

  /** Whether it is kept where a lost one is brought back from. */
  isKept(release: ReleaseId, digest: string): boolean {
    return this.#published.has(release, digest);
  }

  #stagedFolder(release: ReleaseId, digest: string): string {
    return join(this.#folder, 'staged', folderNameOf(release), digest);
  }
}
