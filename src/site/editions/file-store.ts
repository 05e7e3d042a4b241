// Files of editions, each made once and kept by what it depends on; an edition holds hard links to
// them. Not for what they are: edition-files.ts.
import { createHash, randomUUID } from 'node:crypto';
import { linkSync, renameSync, rmSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { lstat, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { systemCode } from '../../lib/errors.ts';
import { THROUGH_MODE } from '../../lib/private-folders.ts';
import type { SiteFile } from './edition-files.ts';
import { type Size, Sizes } from './file-sizes.ts';

/** What no edition holds any more is removed after this. */
const UNUSED_MS = 120_000;

/**
 * Whether something has no second name in any edition, and is not so new that an edition may be
 * about to have one.
 */
export async function isUnused(path: string, now: number): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  return found !== undefined && found.nlink === 1 && found.mtimeMs <= now - UNUSED_MS;
}

/** Beside a file, the same for browsers that take brotli. */
const SMALL = '.br';
const COMPRESSIBLE = /\.(html|css|js|json|jsonld|xml|ics|csv|txt)$/;
/** Less than this is not worth a second file, bytes: it goes in two or three packets as it is. */
const WORTH = 4000;
/**
 * Brotli's quality for files from so many bytes on: nearly as small as the best in a twentieth of
 * the time; of what is large, in a hundredth.
 */
const QUALITY: readonly (readonly [from: number, quality: number])[] = [
  [1_500_000, 1],
  [300_000, 2],
  [0, 4],
];
/** What is made small comes in one piece, but in none smaller than this, bytes. */
const LEAST_CHUNK = 16_384;

/** A file as brotli has it, where that is worth having. */
export function compressed(path: string, content: string | Buffer): Buffer | undefined {
  const bytes = bytesOf(content);
  if (!COMPRESSIBLE.test(path) || bytes.length < WORTH) return undefined;
  return brotliCompressSync(bytes, {
    chunkSize: Math.max(LEAST_CHUNK, bytes.length),
    params: {
      [constants.BROTLI_PARAM_QUALITY]: QUALITY.find(([from]) => bytes.length >= from)?.[1] ?? 4,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
}

const bytesOf = (content: string | Buffer): Buffer =>
  typeof content === 'string' ? Buffer.from(content) : content;

/**
 * Makes one after the other fail alike: the disk is full or broken, and nothing is gained by going
 * on.
 */
const HOPELESS = new Set(['ENOSPC', 'EROFS', 'EIO', 'EDQUOT', 'EMFILE', 'ENFILE', 'EACCES']);

export class FileStore {
  readonly #folder: string;
  readonly #precompressed: boolean;
  readonly #sizes: Sizes;
  /** What lies there and is whole, as far as this process knows. */
  readonly #known = new Set<string>();
  /** The last name of each path. */
  readonly #last = new Map<string, string>();
  #fresh: string[] = [];

  /** @param precompressed whether files have a brotli file beside them */
  constructor(folder: string, precompressed: boolean) {
    this.#folder = folder;
    this.#precompressed = precompressed;
    this.#sizes = new Sizes(`${folder}.sizes`);
  }

  /**
   * Makes what is not on the shelf yet. A file that cannot be made is left as it was in the last
   * edition, and out of one that had none.
   * @returns the names on the shelf, by path in the edition
   */
  async names(
    files: readonly SiteFile[],
    failed: (path: string, error: unknown) => void,
  ): Promise<Map<string, string>> {
    await mkdir(this.#folder, { recursive: true, mode: THROUGH_MODE });
    const names = new Map<string, string>();
    for (const file of files) {
      const name = createHash('sha256')
        .update(`${file.path}\n${file.key}`)
        .digest('hex')
        .slice(0, 32);
      try {
        if (!this.#isWhole(name)) await this.#make(name, file);
        names.set(file.path, name);
        this.#last.set(file.path, name);
      } catch (error) {
        if (HOPELESS.has(systemCode(error) ?? '')) throw error;
        failed(file.path, error);
        const before = this.#last.get(file.path);
        if (before !== undefined && this.#isWhole(before)) names.set(file.path, before);
      }
    }
    return names;
  }

  #isWhole(name: string): boolean {
    if (this.#known.has(name)) return true;
    const size = this.#sizes.get(name);
    const path = join(this.#folder, name);
    if (
      size === undefined ||
      sizeOf(path) !== size[0] ||
      (size[1] > 0 && sizeOf(`${path}${SMALL}`) !== size[1])
    )
      return false;
    this.#known.add(name);
    return true;
  }

  /** Asks the disk again what there is. */
  forget(): void {
    this.#known.clear();
    this.#sizes.forget();
  }

  /** How large it is, for what was named before. */
  sizeOf(name: string): Size {
    return this.#sizes.get(name) ?? [0, 0];
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
   * The file, and its brotli copy if it has one, into an edition.
   * @throws Error ENOENT where it was tidied away
   */
  link(name: string, to: string): void {
    const from = join(this.#folder, name);
    linkSync(from, to);
    try {
      linkSync(`${from}${SMALL}`, `${to}${SMALL}`);
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
    }
  }

  /** Out of an edition again. */
  unlink(path: string): void {
    unlinkSync(path);
    rmSync(`${path}${SMALL}`, { force: true });
  }

  /**
   * Small and written in this thread: of thirty files a few milliseconds each, waiting for others
   * would take longer.
   */
  async #make(name: string, file: SiteFile): Promise<void> {
    const path = join(this.#folder, name);
    const draft = `${path}.${randomUUID()}`;
    const made = bytesOf(await file.make());
    const small = this.#precompressed ? compressed(file.path, made) : undefined;
    try {
      if (small) {
        writeFileSync(`${draft}${SMALL}`, small);
        renameSync(`${draft}${SMALL}`, `${path}${SMALL}`);
        this.#fresh.push(`${path}${SMALL}`);
      }
      writeFileSync(draft, made);
      renameSync(draft, path);
    } catch (error) {
      for (const half of [draft, `${draft}${SMALL}`]) rmSync(half, { force: true });
      throw error;
    }
    this.#fresh.push(path);
    this.#sizes.set(name, [made.length, small?.length ?? 0]);
    this.#known.add(name);
  }

  /** Removes what no edition holds. */
  async tidy(now: number): Promise<void> {
    const kept = new Set<string>();
    for (const name of await readdir(this.#folder).catch(() => [])) {
      const path = join(this.#folder, name);
      kept.add(name);
      if (!(await isUnused(path, now))) continue;
      kept.delete(name);
      this.#known.delete(name);
      await rm(path, { force: true });
    }
    await this.#sizes.keepOnly(kept);
  }
}

const sizeOf = (path: string): number | undefined =>
  statSync(path, { throwIfNoEntry: false })?.size;
