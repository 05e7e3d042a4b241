// What the observer's thread has reported, gathered: since when each release is public, which plan
// was in force when, what vanished.

import { once } from 'node:events';
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { type Flip, MARK } from './observer.ts';

/** Between which two instants (epoch ms) something became public. */
export interface Sight {
  readonly after: number;
  readonly by: number;
}

/** How far behind the instrument is (never before: that would make it useless). Milliseconds. */
export interface Resolution {
  readonly flips: number;
  readonly before: number;
  readonly p50: number;
  readonly max: number;
}

export class SiteSight {
  /** Each release, when it became public. */
  readonly seen = new Map<string, Sight>();
  /** Each plan of the run, when it was first seen in force. */
  readonly inForce = new Map<number, number>();
  /** When the calendar was seen without the run's mark: its whole year is gone. */
  readonly unmarked: number[] = [];
  /** Releases that were public and then were not. */
  readonly vanished = new Set<string>();
  /** The plan that the public reads now. */
  mark: number | undefined;
  readonly #root: string;
  #thread: Worker | undefined;

  constructor(root: string) {
    this.#root = root;
  }

  start(): void {
    this.#thread = watch(this.#root, (flip) => this.note(flip));
  }

  lookCloselyAt(instants: readonly number[]): void {
    this.#thread?.postMessage({ instants });
  }

  async stop(): Promise<void> {
    if (!this.#thread) return;
    this.#thread.postMessage('stop');
    await once(this.#thread, 'exit');
  }

  note({ after, by, shown, mark }: Flip): void {
    const now = new Set(shown);
    for (const id of now) if (!this.seen.has(id)) this.seen.set(id, { after, by });
    for (const id of this.seen.keys()) {
      if (now.has(id)) this.vanished.delete(id);
      else this.vanished.add(id);
    }
    if (mark !== undefined && !this.inForce.has(mark)) this.inForce.set(mark, by);
    if (mark === undefined && this.mark !== undefined) this.unmarked.push(by);
    this.mark = mark;
  }
}

function watch(root: string, flipped: (flip: Flip) => void): Worker {
  const thread = new Worker(new URL('./observer-thread.js', import.meta.url), {
    workerData: { root },
  });
  thread.on('message', flipped);
  return thread;
}

/**
 * Flips a link of our own a hundred times, at instants that we know, and sees what the instrument
 * makes of it.
 */
export async function resolution(folder: string): Promise<Resolution> {
  const name = (n: number): string => `edition-${n}`;
  const flips: number[] = [];
  const lags: number[] = [];
  mkdirSync(folder, { recursive: true });
  const thread = watch(folder, ({ by, mark }) => lags.push(by - (flips[mark ?? 0] ?? 0)));
  await once(thread, 'online');
  for (let n = 0; n < 100; n++) {
    mkdirSync(join(folder, name(n)));
    writeFileSync(join(folder, name(n), 'releases.json'), '{"releases":[]}');
    writeFileSync(
      join(folder, name(n), 'calendar.json'),
      JSON.stringify({ releases: [{ id: MARK, name: { zh: String(n) } }] }),
    );
    symlinkSync(name(n), join(folder, 'next'));
    // Read before the rename: the change cannot have been seen sooner.
    flips[n] = Date.now();
    renameSync(join(folder, 'next'), join(folder, 'current'));
    await sleep(17);
  }
  thread.postMessage('stop');
  await once(thread, 'exit');
  rmSync(folder, { recursive: true });
  const sorted = lags.sort((a, b) => a - b);
  return {
    flips: sorted.length,
    before: sorted.filter((lag) => lag < 0).length,
    p50: sorted[sorted.length >> 1] ?? 0,
    max: sorted.at(-1) ?? 0,
  };
}
