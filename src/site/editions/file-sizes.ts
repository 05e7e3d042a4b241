// The sizes of what a store made, noted once it is on the disk: what has another size, or none, is
// not trusted and made again. Not for the things themselves: file-store.ts, release-page-store.ts.
import { appendFileSync, readFileSync, statSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Bytes of a thing, and of its brotli copy; 0 where it has none. */
export type Size = readonly [whole: number, small: number];

export class Sizes {
  readonly #path: string;
  readonly #known = new Map<string, Size>();
  #fresh = new Map<string, Size>();
  /** So much of the file has been read, bytes. */
  #read = 0;

  /** @param path a line each: name, size, size of the copy */
  constructor(path: string) {
    this.#path = path;
  }

  get(name: string): Size | undefined {
    const known = this.#fresh.get(name) ?? this.#known.get(name);
    if (known || !this.#readMore()) return known;
    return this.#known.get(name);
  }

  set(name: string, size: Size): void {
    this.#fresh.set(name, size);
  }

  /** Whether there was something new to read: other processes write too. */
  #readMore(): boolean {
    const size = statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0;
    if (size === this.#read) return false;
    // Written anew by another process.
    if (size < this.#read) this.#known.clear();
    for (const line of readFileSync(this.#path, 'utf8')
      .slice(size < this.#read ? 0 : this.#read)
      .split('\n')) {
      const [name, whole, small] = line.split(' ');
      if (name && small !== undefined) this.#known.set(name, [Number(whole), Number(small)]);
    }
    this.#read = size;
    return true;
  }

  /** Notes what was made since; only for what is on the disk by now. */
  async flush(): Promise<void> {
    const fresh = this.#fresh;
    if (fresh.size === 0) return;
    this.#fresh = new Map();
    for (const [name, size] of fresh) this.#known.set(name, size);
    await mkdir(dirname(this.#path), { recursive: true });
    appendFileSync(
      this.#path,
      [...fresh].map(([name, [whole, small]]) => `${name} ${whole} ${small}\n`).join(''),
    );
  }

  forget(): void {
    this.#known.clear();
    this.#read = 0;
  }

  /** Forgets what is not there any more. */
  async keepOnly(names: ReadonlySet<string>): Promise<void> {
    this.#readMore();
    if (this.#known.size < names.size * 2 + 1000) return;
    for (const name of this.#known.keys()) if (!names.has(name)) this.#known.delete(name);
    const draft = `${this.#path}.${process.pid}`;
    await writeFile(
      draft,
      [...this.#known].map(([name, [whole, small]]) => `${name} ${whole} ${small}\n`).join(''),
    );
    await rename(draft, this.#path);
    this.#read = statSync(this.#path).size;
  }
}
