// Whether an edition still is as it was made: how many names it holds and how many bytes are behind
// them. Not for mending it: repair.ts.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { z } from 'zod';
import type { Size } from './file-sizes.ts';
import type { Contents } from './sync-tree.ts';

const sum = z.object({ names: z.number(), bytes: z.number() });
type Sum = z.output<typeof sum>;

/** So long is looked before other work has its turn, ms. */
const SLICE_MS = 1;

/** The sums of editions, beside them: what lies in one is public. */
export class Sums {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Notes what an edition holds.
   * @param sizes of what lies in its stores
   * @returns the file that it is noted in
   */
  async note(
    edition: string,
    { files, pages }: Contents,
    sizes: { readonly files: (name: string) => Size; readonly pages: (name: string) => Size },
  ): Promise<string> {
    const all: Sum = { names: 0, bytes: 0 };
    for (const name of files.values()) {
      const [whole, small] = sizes.files(name);
      all.names += small > 0 ? 2 : 1;
      all.bytes += whole + small;
    }
    for (const name of pages.values()) {
      all.names++;
      all.bytes += sizes.pages(name)[0];
    }
    await mkdir(this.#folder, { recursive: true });
    await writeFile(this.#path(edition), JSON.stringify(all));
    return this.#path(edition);
  }

  /**
   * Looks at every name of an edition, a little at a time.
   * @param folder the edition's
   * @returns true too where nothing was noted of it
   */
  async isSound(edition: string, folder: string): Promise<boolean> {
    const noted = this.#noted(edition);
    if (!noted) return true;
    const found: Sum = { names: 0, bytes: 0 };
    let until = performance.now() + SLICE_MS;
    for (const bytes of sizesIn(folder)) {
      found.names++;
      found.bytes += bytes;
      if (performance.now() < until) continue;
      await yieldToEventLoop();
      until = performance.now() + SLICE_MS;
    }
    return found.names === noted.names && found.bytes === noted.bytes;
  }

  #noted(edition: string): Sum | undefined {
    try {
      return sum.safeParse(JSON.parse(readFileSync(this.#path(edition), 'utf8'))).data;
    } catch {
      return undefined;
    }
  }

  forget(edition: string): Promise<void> {
    return rm(this.#path(edition), { force: true });
  }

  #path(edition: string): string {
    return join(this.#folder, `${edition}.json`);
  }
}

/**
 * The bytes behind every name below a folder but the manifest: of a symlink to pages, those of the
 * page.
 */
function* sizesIn(folder: string): Generator<number> {
  for (const one of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, one.name);
    if (one.isSymbolicLink())
      yield statSync(join(path, 'index.html'), { throwIfNoEntry: false })?.size ?? -1;
    else if (one.isDirectory()) yield* sizesIn(path);
    else if (one.name !== 'releases.json')
      yield statSync(path, { throwIfNoEntry: false })?.size ?? -1;
  }
}
