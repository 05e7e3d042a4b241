// Files of editions, each made once and kept by what it depends on; an edition holds hard links to them. Not for what they are: files.ts.
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, linkSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, brotliCompressSync, constants } from 'node:zlib';
import type { BrotliOptions } from 'node:zlib';
import { systemCode } from '../words/error.ts';
import type { SiteFile } from './files.ts';

/** A file that no edition holds any more is forgotten after this. */
const UNUSED_MS = 120_000;
/** How often that is looked at; once when a process begins, however short it lives. */
const TIDY_MS = 300_000;

/** Beside a file, the same for browsers that take brotli. */
const SMALL = '.br';
const COMPRESSIBLE = /\.(html|css|js|json|jsonld|xml|ics|csv|txt)$/;
/** Less than this is not worth a second file, bytes: it goes in two or three packets as it is. */
const WORTH = 4000;
/** Nearly as small as the best, in a twentieth of the time; of what is large, in a hundredth. */
const QUALITY = { usual: 4, large: 2 };
const LARGE = 300_000;
/** So many are made small at once, in the background. */
const AT_ONCE = 8;

/** How a file is made small, where that is worth having. */
function brotliOf(path: string, bytes: Buffer): BrotliOptions | undefined {
  if (!COMPRESSIBLE.test(path) || bytes.length < WORTH) return undefined;
  return {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: bytes.length > LARGE ? QUALITY.large : QUALITY.usual,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  };
}

/** A file as brotli has it, where that is worth having. */
export function compressed(path: string, content: string): Buffer | undefined {
  const bytes = Buffer.from(content);
  const options = brotliOf(path, bytes);
  return options && brotliCompressSync(bytes, options);
}

const inBackground = promisify<Buffer, BrotliOptions, Buffer>(brotliCompress);

export class Shelf {
  readonly #folder: string;
  readonly #twins: boolean;
  /** What lies there, as far as this process knows. */
  readonly #known = new Set<string>();
  #tidied = Number.NEGATIVE_INFINITY;

  /** @param twins whether files have a brotli twin beside them */
  constructor(folder: string, twins: boolean) {
    this.#folder = folder;
    this.#twins = twins;
  }

  /** Makes what is not on the shelf yet. @returns the names on the shelf, by path in the edition */
  async names(files: readonly SiteFile[]): Promise<Map<string, string>> {
    await mkdir(this.#folder, { recursive: true });
    const names = new Map<string, string>();
    const making = new Set<Promise<void>>();
    const failed: unknown[] = [];
    for (const file of files) {
      const name = createHash('sha256').update(`${file.path}\n${file.key}`).digest('hex').slice(0, 32);
      names.set(file.path, name);
      if (this.#known.has(name)) continue;
      const made: Promise<void> = this.#make(name, file)
        .catch((error: unknown) => void failed.push(error))
        .finally(() => making.delete(made));
      making.add(made);
      if (making.size >= AT_ONCE) await Promise.race(making);
      if (failed.length > 0) break;
    }
    await Promise.all(making);
    if (failed.length > 0) throw failed[0];
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

  async #make(name: string, file: SiteFile): Promise<void> {
    const path = join(this.#folder, name);
    if (!existsSync(path)) {
      const draft = `${path}.${randomUUID()}`;
      const made = Buffer.from(await file.make());
      const options = this.#twins ? brotliOf(file.path, made) : undefined;
      if (options) {
        writeFileSync(`${draft}${SMALL}`, await inBackground(made, options));
        renameSync(`${draft}${SMALL}`, `${path}${SMALL}`);
      }
      writeFileSync(draft, made);
      renameSync(draft, path);
    }
    this.#known.add(name);
  }

  /** Forgets what no edition holds; now and then, since it asks the disk about every file, or at once where the disk is full. */
  async tidy(now: number, when: 'sometimes' | 'now' = 'sometimes'): Promise<void> {
    if (when === 'sometimes' && performance.now() - this.#tidied < TIDY_MS) return;
    this.#tidied = performance.now();
    for (const name of await readdir(this.#folder).catch(() => [])) {
      const path = join(this.#folder, name);
      const found = await stat(path).catch(() => undefined);
      if (!found || found.nlink > 1 || found.mtimeMs > now - UNUSED_MS) continue;
      this.#known.delete(name);
      await rm(path, { force: true });
    }
  }
}
