// The prebuilt edition: a folder that looks like the last edition, laid out while there is time, so
// that the next one only needs what differs. Not for what lies in it: sync-tree.ts.
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { systemCode } from '../../lib/errors.ts';
import { THROUGH_MODE } from '../../lib/private-folders.ts';
import { type Contents, type Stores, syncTree } from './sync-tree.ts';

/** A prebuilt folder that nobody took in this time is some dead process's. */
const PREBUILT_MS = 86_400_000;
/** So long a prebuilt edition is worked on before other work has its turn. */
const SLICE_MS = 1;

export class PrebuiltEdition {
  readonly #folder: string;
  readonly #stores: Stores;
  #prebuilt: { readonly folder: string; readonly contents: Contents } | undefined;
  #making: Promise<void> | undefined;
  /** What the last one was made of, or failed to be: not tried again. */
  #made: Contents | undefined;
  #closed = false;

  /** @param folder of the spares */
  constructor(folder: string, stores: Stores) {
    this.#folder = folder;
    this.#stores = stores;
  }

  /**
   * The prebuilt folder in the place of a new edition.
   * @returns what lies in it, or undefined where there is none
   */
  async take(folder: string): Promise<Contents | undefined> {
    const made = this.#prebuilt;
    this.#prebuilt = undefined;
    if (!made) return undefined;
    try {
      await rename(made.folder, folder);
      return made.contents;
    } catch (error) {
      // Tidied away by another process.
      if (systemCode(error) !== 'ENOENT') throw error;
      return undefined;
    }
  }

  /**
   * Lays out a copy of the last edition. It goes on between other work, and does nothing where
   * there was one of that edition. A failure only costs the next edition its head start.
   */
  make(contents: Contents | undefined): Promise<void> {
    if (!this.#prebuilt && contents && contents !== this.#made) {
      this.#made = contents;
      this.#making ??= this.#make(contents).finally(() => {
        this.#making = undefined;
      });
    }
    return this.#making ?? Promise.resolve();
  }

  async #make(contents: Contents): Promise<void> {
    const folder = join(this.#folder, randomUUID());
    try {
      await mkdir(this.#folder, { recursive: true, mode: THROUGH_MODE });
      await mkdir(folder, { recursive: true });
      let until = performance.now() + SLICE_MS;
      for (const _ of syncTree(folder, this.#stores, contents)) {
        if (performance.now() < until) continue;
        await yieldToEventLoop();
        if (this.#closed) return;
        until = performance.now() + SLICE_MS;
      }
      this.#prebuilt = { folder, contents };
    } catch {
      await rm(folder, { recursive: true, force: true }).catch(() => undefined);
    }
  }

  /** Nothing is trusted any more that was laid out before. */
  forget(): void {
    this.#prebuilt = undefined;
    this.#made = undefined;
  }

  /**
   * Removes prebuilt folders of processes that have ended. Out of the way first: what is taken at this
   * moment is whole.
   */
  async tidy(now: number): Promise<void> {
    for (const name of await readdir(this.#folder).catch(() => [])) {
      const path = join(this.#folder, name);
      const made = (await stat(path).catch(() => undefined))?.mtimeMs ?? Number.POSITIVE_INFINITY;
      if (path === this.#prebuilt?.folder || made > now - PREBUILT_MS) continue;
      await rename(path, `${path}.old`).catch(() => undefined);
      await rm(`${path}.old`, { recursive: true, force: true });
    }
  }

  /** Nothing is laid out any more. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#making;
  }
}
