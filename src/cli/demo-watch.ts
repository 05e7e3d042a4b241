// What the public sees during the demo, looked at from outside: the site over HTTP and its folder,
// the sandbox's channels. Counts only what it saw, never Banli's own word.
import { type FSWatcher, watch as watchFolder } from 'node:fs';
import type { Release } from '../plan/types.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';

/** One publication as a reader sees it; `since` in epoch ms, undefined until it is public. */
export interface SeenPublication {
  readonly release: Release;
  readonly channel: string;
  since: number | undefined;
  times: number;
  /**
   * When the last look ended that did not see it, epoch ms: a rename from before that may have been
   * another one.
   */
  absentAt: number;
}

/** How often the site is asked, and from how long before T so closely. */
const LOOK_MS = 10;
const CLOSE_MS = 1500;
const FAR_LOOKS = 25;

export class Watch {
  readonly seen: readonly SeenPublication[];
  readonly #site: string;
  readonly #siteFolder: string;
  readonly #sandbox: Sandbox;
  #timer: NodeJS.Timeout | undefined;
  #looking = false;
  #rounds = 0;
  #folder: FSWatcher | undefined;
  /**
   * When the public symlink was last renamed: the kernel's notice of it, taken on this process's
   * clock as it arrived.
   */
  #flippedAt: number | undefined;

  constructor(releases: readonly Release[], site: string, siteFolder: string, sandbox: Sandbox) {
    this.seen = releases.flatMap((release) =>
      release.settings.channels.map(
        (channel): SeenPublication => ({
          release,
          channel,
          since: undefined,
          times: 0,
          absentAt: 0,
        }),
      ),
    );
    this.#site = site;
    this.#siteFolder = siteFolder;
    this.#sandbox = sandbox;
  }

  /** @param siteFolder must exist */
  start(): void {
    this.#folder = watchFolder(this.#siteFolder, (_, name) => {
      if (name === 'current') this.#flippedAt = performance.timeOrigin + performance.now();
    });
    this.#timer = setInterval(() => void this.#look(), LOOK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#folder?.close();
  }

  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      for (const item of this.#sandbox.world.items) {
        const one = this.seen.find(
          (seen) => seen.channel === item.channel && seen.release.id === item.key,
        );
        if (one) [one.since, one.times] = [Date.parse(item.publicSince), item.times];
      }
      const far = this.#rounds++ % FAR_LOOKS === 0;
      const waiting = this.seen.filter(
        (one) =>
          one.channel === 'website' &&
          one.since === undefined &&
          (far || Date.now() > one.release.due - CLOSE_MS),
      );
      await Promise.all(waiting.map((one) => this.#lookAtSite(one)));
    } finally {
      this.#looking = false;
    }
  }

  /**
   * Seen over HTTP; the moment is that of the rename before it, which the folder's watcher noticed.
   * Its notice may come after the answer, and the last one noticed be another: then the moment is
   * that of the answer. It may seem later than it was, never earlier.
   */
  async #lookAtSite(one: SeenPublication): Promise<void> {
    try {
      const answer = await fetch(`${this.#site}releases/${one.release.id}/`, {
        signal: AbortSignal.timeout(2000),
      });
      await answer.arrayBuffer();
      const seenAt = performance.timeOrigin + performance.now();
      if (answer.status !== 200) {
        one.absentAt = seenAt;
        return;
      }
      one.since =
        this.#flippedAt !== undefined && this.#flippedAt > one.absentAt ? this.#flippedAt : seenAt;
      one.times = 1;
    } catch {
      // The service is down or starting: nobody sees anything.
    }
  }
}

/** Nearest-rank quantile. */
export function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? 0;
}
