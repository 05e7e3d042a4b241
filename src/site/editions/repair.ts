// Looks whether the public site is there, whole and as the record has it, and makes it so again
// where it is not. Not for telling what is public: site/published/public-site.ts; nor for
// rendering: edition-renderer.ts.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import type { Clock } from '../../lib/clock.ts';
import { messageOf } from '../../lib/errors.ts';
import { instant } from '../../lib/instant.ts';
import type { Manifest, ShownRelease, SiteOptions } from '../model.ts';
import type { PublicSite } from '../published/public-site.ts';
import { digestsOf, type PublishedStore } from '../published/published-store.ts';
import type { EditionFolders, SiteStores } from './assemble-edition.ts';
import type { Sums } from './edition-check.ts';
import type { PublicLink } from './public-link.ts';

/** How often every name of the public edition is looked at, ms. */
const LOOK_MS = 60_000;
/** So long is looked before other work has its turn, ms. */
const SLICE_MS = 1;

/** What it looks at. */
interface Parts {
  readonly link: PublicLink;
  readonly sums: Sums;
  readonly stores: SiteStores;
  readonly published: PublishedStore;
  readonly public: PublicSite;
  readonly builder: EditionFolders;
}

/** What it has done by whoever makes editions public. */
interface Acts {
  /** Renders and shows what is public already. */
  renew(): Promise<void>;
  /** Resolves once no edition is just coming out. */
  flipped(): Promise<unknown>;
}

export class SiteRepair {
  readonly #link: PublicLink;
  readonly #sums: Sums;
  readonly #stores: SiteStores;
  readonly #published: PublishedStore;
  readonly #public: PublicSite;
  readonly #builder: EditionFolders;
  readonly #acts: Acts;
  readonly #options: SiteOptions;
  readonly #clock: Clock;
  #ensuring: Promise<boolean> | undefined;
  /** The site was restored, and nobody has been told. */
  #restored = false;
  /** What was looked at last and found as it should be. */
  #sound = '';
  #looked = Number.NEGATIVE_INFINITY;
  /** Restored from, in vain: not tried again. */
  #hopeless = '';

  constructor(parts: Parts, acts: Acts, options: SiteOptions, clock: Clock) {
    this.#link = parts.link;
    this.#sums = parts.sums;
    this.#stores = parts.stores;
    this.#published = parts.published;
    this.#public = parts.public;
    this.#builder = parts.builder;
    this.#acts = acts;
    this.#options = options;
    this.#clock = clock;
  }

  /**
   * Looks that the site is there and whole and shows what was published, and restores it where it
   * does not. Cheap enough for once a second.
   * @returns `restored` once after each restoration, whoever noticed that it was needed
   */
  async ensure(): Promise<'sound' | 'restored'> {
    await this.mend(true);
    await this.#adopt();
    const restored = this.#restored;
    this.#restored = false;
    return restored ? 'restored' : 'sound';
  }

  /** @param whole whether every name is looked at, where that was not done for a while */
  async mend(whole = false): Promise<void> {
    const ours = !this.#ensuring;
    this.#ensuring ??= this.#isSound(whole);
    try {
      if ((await this.#ensuring) || !ours) return;
      await this.#restore();
    } finally {
      if (ours) this.#ensuring = undefined;
    }
  }

  async #isSound(whole: boolean): Promise<boolean> {
    const edition = this.#link.current();
    if (edition === undefined) return false;
    const folder = this.#link.folderOf(edition);
    const state = this.#stateOf(edition);
    if (state === this.#hopeless) return true;
    if (state !== this.#sound) {
      const shown = this.#public.manifest();
      const hasAll = ['releases.json', 'index.html'].every(
        (name) => statSync(join(folder, name), { throwIfNoEntry: false })?.size,
      );
      if (!hasAll || !shown || this.#public.lacking(shown).length > 0) return false;
      // Should whoever recorded it have died before showing it, that is found once its time for
      // that is over.
      if (!this.#public.isUnderWay()) this.#sound = state;
    }
    const now = this.#clock.now();
    if (!whole || (now - this.#looked < LOOK_MS && now >= this.#looked)) return true;
    this.#looked = now;
    if (await this.secure()) this.#restored = true;
    const isWhole = await this.#sums.isSound(edition, folder).catch(() => false);
    // Another one came out meanwhile, and this one may have been tidied away.
    return isWhole || this.#link.current() !== edition;
  }

  /**
   * Another one whenever the public edition or the record is another, or what an edition always has
   * is lost.
   */
  #stateOf(edition: string): string {
    const sizes = ['releases.json', 'index.html'].map((name) => {
      const found = statSync(join(this.#link.folderOf(edition), name), { throwIfNoEntry: false });
      return found ? `${found.size} ${found.mtimeMs}` : '-';
    });
    return [edition, ...sizes, this.#published.version()].join(' ');
  }

  /**
   * Makes the site again from what was published and what the calendar says, and trusts nothing of
   * what is there.
   */
  async #restore(): Promise<void> {
    const begun = this.#published.born() !== undefined;
    this.#builder.forget();
    this.#public.forget();
    if (this.#link.current() === undefined) this.#link.clear();
    await this.secure();
    await this.#acts.renew();
    this.#restored ||= begun;
    this.#looked = Number.NEGATIVE_INFINITY;
    const edition = this.#link.current();
    if (edition !== undefined && !(await this.#isSound(true)))
      this.#hopeless = this.#stateOf(edition);
  }

  /**
   * What is public, by the record or as an edition shows it, is there to make pages of, and kept.
   * @returns whether something was lost and is back
   */
  async secure(
    more: readonly ShownRelease[] = this.#public.manifest()?.releases ?? [],
  ): Promise<boolean> {
    let isBack = false;
    let until = performance.now() + SLICE_MS;
    for (const shown of [
      ...more,
      ...[...this.#published.entries().values()].map((one) => one.shown),
    ])
      for (const digest of digestsOf(shown)) {
        try {
          isBack = (await this.#stores.pages.staged.secure(shown.id, digest)) || isBack;
        } catch (error) {
          this.#options.warn?.('site-page', messageOf(error));
        }
        if (performance.now() < until) continue;
        await yieldToEventLoop();
        until = performance.now() + SLICE_MS;
      }
    return isBack;
  }

  /**
   * What is public and not in the record: from before there was one, or its process died right
   * after the rename.
   */
  async #adopt(): Promise<void> {
    await this.#acts.flipped();
    const manifest = this.#public.manifest();
    if (!manifest) return;
    const found = this.#public.unrecorded(manifest);
    try {
      if (this.#published.born() === undefined) await this.begin(manifest);
      if (found.length === 0) return;
      await this.secure(found);
      await this.#published.append(
        found.map((shown) => ({
          at: shown.since,
          what: 'found',
          edition: manifest.edition,
          shown,
        })),
      );
    } catch (error) {
      this.#options.warn?.('site-record', messageOf(error));
    }
  }

  /**
   * The record's first line. What was public before there was a record was not late for lack of
   * one.
   */
  async begin(manifest: Manifest | undefined): Promise<void> {
    const first = Math.min(
      this.#clock.now(),
      ...(manifest?.releases ?? []).map(({ since }) => since),
    );
    await this.#published
      .begin(instant(first))
      .catch((error: unknown) => this.#options.warn?.('site-record', messageOf(error)));
  }
}
