// Removes what the site needs no more: old editions, prebuilt folders of dead processes, what no
// edition holds. What cannot be removed stops nothing: it is told and tried again later. Not for
// what is new: edition-renderer.ts.
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../lib/errors.ts';
import type { Sums } from './edition-check.ts';
import type { PrebuiltEdition } from './prebuilt.ts';
import type { PublicLink } from './public-link.ts';

/** Editions kept for roll-back. */
const KEPT = 20;
/**
 * An edition that is to come out has done so by then, whichever process rendered it; one that has
 * not is rendered again.
 */
const FLIPPED_MS = 120_000;
/**
 * How often it is looked for what no edition holds, and tried again what could not be removed. The
 * first time when a process begins.
 */
const TIDY_MS = 300_000;

interface Store {
  tidy(now: number): Promise<void>;
}

export class SiteCleanUp {
  readonly #folder: string;
  readonly #of: {
    readonly link: PublicLink;
    readonly sums: Sums;
    readonly prebuilt: PrebuiltEdition;
    readonly stores: Readonly<Record<string, Store>>;
  };
  readonly #warn: (message: string) => void;
  /** When it was last tried in vain to remove an edition. */
  readonly #stuck = new Map<string, number>();
  #last = Number.NEGATIVE_INFINITY;

  constructor(
    folder: string,
    of: {
      readonly link: PublicLink;
      readonly sums: Sums;
      readonly prebuilt: PrebuiltEdition;
      readonly stores: Readonly<Record<string, Store>>;
    },
    warn: (message: string) => void,
  ) {
    this.#folder = folder;
    this.#of = of;
    this.#warn = warn;
  }

  /**
   * Removes editions that are neither public, nor about to be, nor among the newest; and the rest
   * when it is time. Never throws.
   */
  async run(now: number): Promise<void> {
    await this.#told(() => this.#editions(now));
    await this.#told(() => this.#of.prebuilt.tidy(now));
    if (performance.now() - this.#last > TIDY_MS) await this.stores(now);
  }

  /** What no edition holds any more. It asks the disk about every file. */
  async stores(now: number): Promise<void> {
    this.#last = performance.now();
    for (const store of Object.values(this.#of.stores)) await this.#told(() => store.tidy(now));
  }

  async #editions(now: number): Promise<void> {
    const { link, sums } = this.#of;
    const current = link.current();
    const claimed = current === undefined ? undefined : link.successorOf(current);
    const old = (await readdir(join(this.#folder, 'editions')).catch(() => []))
      .sort()
      .slice(0, -KEPT)
      .filter(
        (id) => id !== current && id !== claimed && Number(id.split('-')[0]) < now - FLIPPED_MS,
      );
    for (const id of old) {
      if (performance.now() - (this.#stuck.get(id) ?? Number.NEGATIVE_INFINITY) < TIDY_MS) continue;
      try {
        await link.forget(id);
        await sums.forget(id);
        await rm(join(this.#folder, 'editions', id), { recursive: true, force: true });
        this.#stuck.delete(id);
      } catch (error) {
        this.#stuck.set(id, performance.now());
        this.#warn(messageOf(error));
      }
    }
  }

  async #told(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.#warn(messageOf(error));
    }
  }
}
