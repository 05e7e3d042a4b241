// Files of editions, each made once and kept by what it depends on; an edition holds hard links to them. Not for what they are: files.ts.
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, linkSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { lstat, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { systemCode } from '../words/error.ts';
import type { SiteFile } from './files.ts';

/** What no edition holds any more is removed after this. */
const UNUSED_MS = 120_000;

/** Whether something has no second name in any edition, and is not so new that an edition may be about to have one. */
export async function isUnused(path: string, now: number): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  return found !== undefined && found.nlink === 1 && found.mtimeMs <= now - UNUSED_MS;
}

/** Beside a file, the same for browsers that take brotli. */
const SMALL = '.br';
const COMPRESSIBLE = /\.(html|css|js|json|jsonld|xml|ics|csv|txt)$/;
/** Less than this is not worth a second file, bytes: it goes in two or three packets as it is. */
const WORTH = 4000;
/** Brotli's quality for files from so many bytes on: nearly as small as the best in a twentieth of the time; of what is large, in a hundredth. */
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

const bytesOf = (content: string | Buffer): Buffer => (typeof content === 'string' ? Buffer.from(content) : content);

export class Shelf {
  readonly #folder: string;
  readonly #twins: boolean;
  /** What lies there, as far as this process knows. */
  readonly #known = new Set<string>();

  /** @param twins whether files have a brotli twin beside them */
  constructor(folder: string, twins: boolean) {
    this.#folder = folder;
    this.#twins = twins;
  }

  /** Makes what is not on the shelf yet. @returns the names on the shelf, by path in the edition */
  async names(files: readonly SiteFile[]): Promise<Map<string, string>> {
    await mkdir(this.#folder, { recursive: true });
    const names = new Map<string, string>();
    for (const file of files) {
      const name = createHash('sha256').update(`${file.path}\n${file.key}`).digest('hex').slice(0, 32);
      names.set(file.path, name);
      if (this.#known.has(name)) continue;
      const path = join(this.#folder, name);
      if (!existsSync(path)) await this.#make(path, file);
      this.#known.add(name);
    }
    return names;
  }

  /** Asks the disk again what there is. */
  forget(): void {
    this.#known.clear();
  }

  /** The file, and its small twin if it has one, into an edition. @throws Error ENOENT where it was tidied away */
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

  /** Small and written in this thread: of thirty files a few milliseconds each, waiting for others would take longer. */
  async #make(path: string, file: SiteFile): Promise<void> {
    const draft = `${path}.${randomUUID()}`;
    const made = bytesOf(await file.make());
    const small = this.#twins ? compressed(file.path, made) : undefined;
    if (small) {
      writeFileSync(`${draft}${SMALL}`, small);
      renameSync(`${draft}${SMALL}`, `${path}${SMALL}`);
    }
    writeFileSync(draft, made);
    renameSync(draft, path);
  }

  /** Removes what no edition holds. */
  async tidy(now: number): Promise<void> {
    for (const name of await readdir(this.#folder).catch(() => [])) {
      const path = join(this.#folder, name);
      if (!(await isUnused(path, now))) continue;
      this.#known.delete(name);
      await rm(path, { force: true });
    }
  }
}
