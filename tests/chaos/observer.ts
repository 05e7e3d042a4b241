// What an outsider sees during a chaos run: the public site as it changes, by the kernel's own time of each rename. Not for judging: verdict.ts.
import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

const LOOK_MS = 5;

export class SiteObserver {
  /** Since when each release is public, epoch ms. */
  readonly seen = new Map<string, number>();
  /** Releases that were public and then were not. */
  readonly vanished = new Set<string>();
  readonly #root: string;
  #edition = '';
  #timer: NodeJS.Timeout | undefined;

  constructor(root: string) {
    this.#root = root;
  }

  start(): void {
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#look();
  }

  #look(): void {
    try {
      const current = join(this.#root, 'current');
      const edition = readlinkSync(current);
      if (edition === this.#edition) return;
      // A rename sets the link's own change time.
      const since = lstatSync(current).ctimeMs;
      const { releases } = JSON.parse(readFileSync(join(current, 'releases.json'), 'utf8')) as { releases: { id: string }[] };
      this.#edition = edition;
      const shown = new Set(releases.map(({ id }) => id));
      for (const id of shown) if (!this.seen.has(id)) this.seen.set(id, since);
      for (const id of this.seen.keys()) {
        if (shown.has(id)) this.vanished.delete(id);
        else this.vanished.add(id);
      }
    } catch {
      // Not there yet, or changing under our eyes: the next look is in 5 ms.
    }
  }
}
