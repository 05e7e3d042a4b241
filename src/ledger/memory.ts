// How many changes the ledger is known to have made, kept on disk: a Redis that was lost, set back or restored says that it
// made fewer, and is found out by that. Not for the changes themselves: ledger.ts.
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';

const file = z.object({ changes: z.number().int().min(0) });

export class LedgerMemory {
  readonly #path: string;
  #written = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  /** 0 where nothing is known: it is a bureau's first ledger, or the folder was lost too. */
  async read(): Promise<number> {
    const text = await readFile(this.#path, 'utf8').catch(() => '');
    try {
      this.#written = Math.max(this.#written, file.parse(JSON.parse(text)).changes);
    } catch {
      // Empty or broken, as a power cut leaves it: as good as not there.
    }
    return this.#written;
  }

  /** On disk when it resolves, or not at all: a disk that is full or gone stops nobody from publishing. */
  note(changes: number): Promise<void> {
    if (changes <= this.#written) return this.#writing;
    this.#written = changes;
    this.#writing = this.#writing.then(() => this.#write(changes)).catch(() => undefined);
    return this.#writing;
  }

  async #write(changes: number): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true });
    const draft = `${this.#path}.${process.pid}`;
    const handle = await open(draft, 'w');
    try {
      await handle.writeFile(JSON.stringify({ changes }));
      await handle.datasync();
    } finally {
      await handle.close();
    }
    await rename(draft, this.#path);
  }
}
