// What of the public site is served, and how long it may be kept: which edition is public at this
// moment, its files in memory, its cache times. An edition never changes, so what was read of it
// once is right as long as it is the public one. Not for listening: server.ts.

import { readFileSync, readlinkSync, statSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { getMimeType } from 'hono/utils/mime';
import { LRUCache } from 'lru-cache';
import { systemClock } from '../../lib/clock.ts';

/**
 * What holds a text or quotes it: withdrawn or corrected, it is gone with the next look, which
 * costs whoever has it still an answer without a body.
 */
const TEXTS = /\/releases\/|\/(?:atom|rss)\.xml$|\/(?:feed|search)\.json$/;
/**
 * Nothing else is kept longer than this by browsers and proxies, and never beyond the next due
 * instant.
 */
const LONGEST_S = 60;
/** Files up to this size are kept in memory, and so much of an edition in all. */
const FILE_BYTES = 500_000;
const ALL_BYTES = 100_000_000;
/** Kinds of file that bureaus attach and the library's list lacks. */
const TYPES: Readonly<Record<string, string>> = {
  '.xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  '.xls': 'application/vnd.ms-excel',
  '.docx': 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  '.doc': 'application/msword',
  '.jsonld': 'application/ld+json',
};
/** Beside a file, the same as brotli has it. */
const SMALL = '.br';

/** A file as it is answered. */
export interface Served {
  readonly bytes: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

export class PublicNow {
  readonly #root: string;
  #edition = '';
  #dues: readonly number[] = [];
  readonly #files = new LRUCache<string, Served>({
    maxSize: ALL_BYTES,
    sizeCalculation: ({ bytes }, key) => bytes.length + key.length,
  });

  /** @param root the symlink to the public edition */
  constructor(root: string) {
    this.#root = root;
  }

  /** The public edition, below the site's folder. */
  edition(): string {
    try {
      const edition = readlinkSync(this.#root);
      if (edition !== this.#edition) this.#begin(edition);
    } catch {
      // The link is lost, or what it leads to: what was public last is shown until the site is
      // restored.
    }
    return this.#edition || 'none';
  }

  #begin(edition: string): void {
    const { releases } = JSON.parse(
      readFileSync(join(dirname(this.#root), edition, 'calendar.json'), 'utf8'),
    ) as { releases: { due: string }[] };
    this.#edition = edition;
    this.#files.clear();
    this.#dues = releases.map(({ due }) => Date.parse(due));
  }

  /**
   * A small file of the public edition, or undefined where it is none: only what is there is
   * remembered.
   * @param path as it was asked for
   */
  file(path: string, brotli: boolean): Served | undefined {
    const edition = this.edition();
    const key = `${brotli ? 'b' : ''} ${path}`;
    const known = this.#files.get(key);
    if (known) return known;
    const read = /(^|\/)\.{1,2}(\/|$)|\/\/|\\|%/.test(path)
      ? undefined
      : this.#read(edition, path, brotli);
    if (read) this.#files.set(key, read);
    return read;
  }

  /** How many answers are in memory. */
  get kept(): number {
    return this.#files.size;
  }

  #read(edition: string, path: string, brotli: boolean): Served | undefined {
    const whole = join(
      dirname(this.#root),
      edition,
      path.endsWith('/') ? `${path}index.html` : path,
    );
    const small = brotli ? statSync(`${whole}${SMALL}`, { throwIfNoEntry: false }) : undefined;
    const stats = small ?? statSync(whole, { throwIfNoEntry: false });
    if (!stats?.isFile() || stats.size > FILE_BYTES) return undefined;
    const bytes = readFileSync(small ? `${whole}${SMALL}` : whole);
    const headers = {
      'content-type': typeOf(whole) ?? 'application/octet-stream',
      etag: tagOf(stats),
      'last-modified': stats.mtime.toUTCString(),
      'accept-ranges': 'bytes',
      vary: 'Accept-Encoding',
      ...(small ? { 'content-encoding': 'br' } : {}),
    };
    return { bytes, headers };
  }

  isFolder(path: string): boolean {
    return (
      statSync(join(dirname(this.#root), this.edition(), path), {
        throwIfNoEntry: false,
      })?.isDirectory() ?? false
    );
  }

  /** @param path as it was asked for */
  cacheControl(path: string): string {
    if (TEXTS.test(path)) return 'no-cache';
    this.edition();
    const now = systemClock.now();
    const next = this.#dues.find((due) => due > now) ?? Number.POSITIVE_INFINITY;
    const seconds = Math.max(0, Math.min(LONGEST_S, Math.floor((next - now) / 1000)));
    return seconds === 0 ? 'no-cache' : `public, max-age=${seconds}, must-revalidate`;
  }
}

export function typeOf(path: string): string | undefined {
  return TYPES[extname(path).toLowerCase()] ?? getMimeType(path);
}

/** The same as long as the file is: a file of an edition is never written again. */
export function tagOf({
  ino,
  mtimeMs,
  size,
}: {
  ino: number;
  mtimeMs: number;
  size: number;
}): string {
  return `"${ino.toString(36)}-${Math.round(mtimeMs).toString(36)}-${size.toString(36)}"`;
}
