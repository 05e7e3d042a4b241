// What was public and the site's folder has lost, or has as it was before: shown again as ledger,
// journal or a copy of the record know it. Not for a folder that its own record restores:
// site/editions/repair.ts.
import type { ChannelItem } from '../../channels/channel.ts';
import type { LostPage } from '../../channels/website.ts';
import type { Clock } from '../../lib/clock.ts';
import { messageOf } from '../../lib/errors.ts';
import { type Instant, instant } from '../../lib/instant.ts';
import type { Calendar, ReleaseId } from '../../plan/types.ts';
import type { StagedReleases } from '../editions/staged-releases.ts';
import { againAs } from '../editions/what-to-show.ts';
import type { ShownRelease } from '../model.ts';
import type { PublishedLine, PublishedStore } from './published-store.ts';

/** Stands for a page that was public and is nowhere any more. */
export const LOST_PAGE = 'lost';

/** What it works with. */
interface Parts {
  readonly staged: StagedReleases;
  readonly published: PublishedStore;
  readonly calendar: () => Calendar;
  readonly clock: Clock;
  stage(item: ChannelItem): Promise<string>;
  mend(): Promise<void>;
  refresh(): Promise<void>;
  /** For the log. */
  warn(message: string): void;
}

export class Recovery {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Since when what comes out is recorded, epoch ms. */
  born(): number | undefined {
    return this.#parts.published.born();
  }

  /**
   * It was recorded before the present record began, which was lost: what was due since is late,
   * and not of before this site.
   */
  async begunBy(at: Instant): Promise<void> {
    if (await this.#parts.published.begunBy(at)) await this.#parts.refresh();
  }

  /** The record's newest line on each release. */
  lines(): ReadonlyMap<ReleaseId, string> {
    return this.#parts.published.lines();
  }

  /** Releases of which a copy of the record says more than the record. Asking changes nothing. */
  behind(copy: Iterable<string>): ReleaseId[] {
    return this.#parts.published.newerIn(copy).map(({ shown: { id } }) => id);
  }

  /**
   * The record begins no later than what was lost came out.
   * @returns how that is to be shown.
   * @throws Error where its page is nowhere
   */
  async begin(lost: LostPage): Promise<ShownRelease> {
    const { staged, published, calendar } = this.#parts;
    const digests = lost.contents.map(({ page }) => page);
    const as = againAs(lost, digests, { staged, calendar: calendar() });
    await published.begin(lost.since);
    return as;
  }

  /**
   * Since when it was public. Of a correction whose page before is lost only the words are left.
   * @returns what can be shown again
   */
  async putBack(lost: readonly LostPage[]): Promise<Set<ReleaseId>> {
    const { staged, published, calendar, clock } = this.#parts;
    const back: ShownRelease[] = [];
    for (const one of lost)
      try {
        const digests = one.contents.map(({ page }) => page);
        if (one.item) await this.#parts.stage(one.item);
        else await staged.secure(one.release, digests.at(-1) ?? '');
        back.push(againAs(one, digests, { staged, calendar: calendar() }));
      } catch (error) {
        this.#parts.warn(`${one.release}: ${messageOf(error)}`);
      }
    if (back.length === 0) return new Set();
    await published.begin(instant(Math.min(clock.now(), ...back.map(({ since }) => since))));
    await published.append(
      back.map((shown) => ({
        at: shown.withdrawn?.at ?? shown.since,
        what: 'found',
        edition: '',
        shown,
      })),
    );
    await this.#parts.mend();
    return new Set(back.map(({ id }) => id));
  }

  /**
   * Takes over what a copy of the record says that is newer.
   * @param itemOf what a page would be made of, where the content is still that which came out
   * @returns the releases of which that cannot be shown
   */
  async catchUp(
    copy: Iterable<string>,
    itemOf: (release: ReleaseId, page: string) => Promise<ChannelItem | undefined>,
  ): Promise<Set<ReleaseId>> {
    const { staged, published, clock } = this.#parts;
    const taken: PublishedLine[] = [];
    const left = new Set<ReleaseId>();
    for (const one of published.newerIn(copy)) {
      const { id, digest, withdrawn } = one.shown;
      try {
        const item = withdrawn || published.has(id, digest) ? undefined : await itemOf(id, digest);
        if (item) await this.#parts.stage(item);
        else if (!withdrawn) await staged.secure(id, digest);
        if (!withdrawn && !staged.has(id, digest)) throw new Error(`page ${digest} is nowhere`);
        taken.push(one);
      } catch (error) {
        left.add(id);
        this.#parts.warn(`${id}: ${messageOf(error)}`);
      }
    }
    if (taken.length === 0) return left;
    await published.begin(
      instant(Math.min(clock.now(), ...taken.map(({ shown: { since } }) => since))),
    );
    await published.append(taken);
    await this.#parts.mend();
    return left;
  }
}
