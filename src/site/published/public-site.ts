// What is public now, by the public edition and by the record of what was published, and where the
// two differ. It only reads. Not for making them agree: site/editions/repair.ts; nor for how the
// record is kept: published-store.ts.

import type { Clock } from '../../lib/clock.ts';
import type { ReleaseId } from '../../plan/types.ts';
import type { PublicLink } from '../editions/public-link.ts';
import { type Manifest, readManifest, type ShownRelease } from '../model.ts';
import type { PublishedLine, PublishedStore } from './published-store.ts';

/** What was recorded this shortly ago may be about to be shown by whoever recorded it, ms. */
const UNDER_WAY_MS = 5000;

export class PublicSite {
  readonly #link: PublicLink;
  readonly #published: PublishedStore;
  readonly #clock: Clock;
  readonly #made: () => Manifest | undefined;
  #read: Manifest | undefined;

  /**
   * @param made the manifest of the edition that this process rendered last: it need not be read
   */
  constructor(
    link: PublicLink,
    published: PublishedStore,
    clock: Clock,
    made: () => Manifest | undefined,
  ) {
    this.#link = link;
    this.#published = published;
    this.#clock = clock;
    this.#made = made;
  }

  /** The manifest of the public edition; undefined where it has none that can be read. */
  manifest(): Manifest | undefined {
    const id = this.#link.current();
    if (id === undefined) return undefined;
    const made = this.#made();
    if (id === made?.edition) return made;
    if (id === this.#read?.edition) return this.#read;
    try {
      this.#read = readManifest(this.#link.folderOf(id));
      return this.#read;
    } catch {
      return undefined;
    }
  }

  find(release: ReleaseId): ShownRelease | undefined {
    return this.manifest()?.releases.find((one) => one.id === release);
  }

  /** What is public at this moment, by the edition and by the record. */
  shownNow(): Map<ReleaseId, ShownRelease> {
    const shown = new Map<ReleaseId, ShownRelease>(
      this.manifest()?.releases.map((one) => [one.id, one]),
    );
    const now = this.#clock.now();
    for (const { shown: one } of this.#published.entries().values()) {
      const there = shown.get(one.id);
      // Never early, whatever a record says that comes from elsewhere.
      if (one.due <= now && !(there && isAs(there, one))) shown.set(one.id, one);
    }
    return shown;
  }

  /** What the record says is public, and a manifest does not have so. */
  lacking({ releases }: Manifest): PublishedLine[] {
    const has = new Map(releases.map((one) => [one.id, one]));
    const now = this.#clock.now();
    return [...this.#published.entries().values()].filter(({ at, shown }) => {
      const there = has.get(shown.id);
      return (
        shown.due <= now && Math.abs(now - at) > UNDER_WAY_MS && !(there && isAs(there, shown))
      );
    });
  }

  /**
   * Whether something was recorded so shortly ago that whoever did may just be about to show it.
   */
  isUnderWay(): boolean {
    const now = this.#clock.now();
    return [...this.#published.entries().values()].some(
      ({ at }) => Math.abs(now - at) <= UNDER_WAY_MS,
    );
  }

  /** What a manifest says is public, and is not in the record. */
  unrecorded({ releases }: Manifest): ShownRelease[] {
    const now = this.#clock.now();
    const known = this.#published.entries();
    return releases.filter(
      ({ id, since }) => !known.has(id) && Math.abs(now - since) > UNDER_WAY_MS,
    );
  }

  /** What was read is not trusted any more. */
  forget(): void {
    this.#read = undefined;
  }
}

/** Whether two say the same of a release. */
function isAs(one: ShownRelease, other: ShownRelease): boolean {
  return (
    one === other ||
    (one.digest === other.digest &&
      one.since === other.since &&
      one.corrections?.length === other.corrections?.length &&
      one.withdrawn?.at === other.withdrawn?.at)
  );
}
