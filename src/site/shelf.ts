// Files of editions, each made once and kept by what it depends on; an edition holds hard links to them. Not for what they are: files.ts.
import { createHash, randomUUID } from 'node:crypto';
import { brotliCompressSync, constants } from 'node:zlib';
import { existsSync, linkSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
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

/** A file as brotli has it, where that is worth having. */
export function compressed(path: string, content: string | Buffer): Buffer | undefined {
  const bytes = Buffer.from(content);
  if (!COMPRESSIBLE.test(path) || bytes.length < WORTH) return undefined;
  return brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: bytes.length > LARGE ? QUALITY.large : QUALITY.usual,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
}

/** The file, and its small twin if it has one. */
function link(from: string, to: string): void {
  linkSync(from, to);
  try {
    linkSync(`${from}${SMALL}`, `${to}${SMALL}`);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  }
}

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

  /** Puts files into an edition: made where they are not on the shelf yet. */
  async fill(edition: string, files: readonly SiteFile[]): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const folders = new Set<string>();
    for (const file of files) {
      const name = createHash('sha256').update(`${file.path}\n${file.key}`).digest('hex').slice(0, 32);
      const path = join(this.#folder, name);
      if (!this.#known.has(name) && !existsSync(path)) await this.#make(path, file);
      this.#known.add(name);
      const to = join(edition, file.path);
      const folder = dirname(to);
      if (!folders.has(folder)) mkdirSync(folder, { recursive: true });
      folders.add(folder);
      try {
        link(path, to);
      } catch (error) {
        // Tidied away by another process just now.
        if (systemCode(error) !== 'ENOENT') throw error;
        await this.#make(path, file);
        link(path, to);
      }
    }
  }

  async #make(path: string, file: SiteFile): Promise<void> {
    const draft = `${path}.${randomUUID()}`;
    const made = await file.make();
    const small = this.#twins ? compressed(file.path, made) : undefined;
    if (small) {
      writeFileSync(`${draft}${SMALL}`, small);
      renameSync(`${draft}${SMALL}`, `${path}${SMALL}`);
    }
    writeFileSync(draft, made);
    renameSync(draft, path);
  }

  /** Forgets what no edition holds; now and then, since it asks the disk about every file, or at once where the disk is full. */
  async tidy(now: number, when: 'sometimes' | 'now' = 'sometimes'): Promise<void> {
    if (when === 'sometimes' && performance.now() - this.#tidied < TIDY_MS) return;
    this.#tidied = Number.NEGATIVE_INFINITY;
    for (const name of await readdir(this.#folder).catch(() => [])) {
      const path = join(this.#folder, name);
      const found = await stat(path).catch(() => undefined);
      if (!found || found.nlink > 1 || found.mtimeMs > now - UNUSED_MS) continue;
      this.#known.delete(name);
      await rm(path, { force: true });
    }
  }
}
