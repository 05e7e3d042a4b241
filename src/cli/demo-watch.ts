// What the public sees during the demo, looked at from outside: the site over HTTP and its folder, the sandbox's channels.
// Counts only what it saw, never Banli's own word.
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Release } from '../plan/types.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';

/** One publication as a reader sees it; `since` in epoch ms, undefined until it is public. */
export interface Seen {
  readonly release: Release;
  readonly channel: string;
  since: number | undefined;
  times: number;
}

const LOOK_MS = 10;

export class Watch {
  readonly seen: readonly Seen[];
  readonly #site: string;
  readonly #current: string;
  readonly #sandbox: Sandbox;
  #timer: NodeJS.Timeout | undefined;
  #looking = false;

  constructor(releases: readonly Release[], site: string, siteFolder: string, sandbox: Sandbox) {
    this.seen = releases.flatMap((release) => release.settings.channels.map((channel): Seen => ({ release, channel, since: undefined, times: 0 })));
    this.#site = site;
    this.#current = join(siteFolder, 'current');
    this.#sandbox = sandbox;
  }

  start(): void {
    this.#timer = setInterval(() => void this.#look(), LOOK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      for (const item of this.#sandbox.world.items) {
        const one = this.seen.find((seen) => seen.channel === item.channel && seen.release.id === item.key);
        if (one) [one.since, one.times] = [Date.parse(item.publicSince), item.times];
      }
      const waiting = this.seen.filter((one) => one.channel === 'website' && one.since === undefined);
      await Promise.all(waiting.map((one) => this.#lookAtSite(one)));
    } finally {
      this.#looking = false;
    }
  }

  /** The rename of the symlink is the moment; its change time is the kernel's word for it. */
  async #lookAtSite(one: Seen): Promise<void> {
    try {
      const answer = await fetch(`${this.#site}releases/${one.release.id}/`, { signal: AbortSignal.timeout(2000) });
      await answer.arrayBuffer();
      if (answer.status !== 200) return;
      one.since = Math.min(Date.now(), (await lstat(this.#current)).ctimeMs);
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
