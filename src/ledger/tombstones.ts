// What was withdrawn, where the site lives: of one publication, and of a release as a whole, on
// whatever channel that joins it afterwards. Not for what readers see in its place: site/.
import {
  type PublicationId,
  parsePublicationId,
  publicationId,
  type ReleaseId,
} from '../plan/types.ts';
import { PublicationNotes } from './disk-notes.ts';

/** No channel has this name: they begin with a letter. */
const EVERY_CHANNEL = '_all';

/** The tombstone of a release that was withdrawn from every channel at once. */
export const wholeRelease = (id: ReleaseId): PublicationId => publicationId(id, EVERY_CHANNEL);

/** Notes of what was withdrawn. */
export class Tombstones extends PublicationNotes {
  /** Whether this publication was withdrawn, by itself or with its release. */
  override async has(publication: PublicationId): Promise<boolean> {
    const { release } = parsePublicationId(publication);
    return (await super.has(publication)) || super.has(wholeRelease(release));
  }
}

/**
 * Releases of which nothing is to come out any more, and why: withdrawn as a whole, or, as earlier
 * releases of Banli noted it, on one channel after the other until nothing was public.
 * @param all every tombstone
 * @param shown what is public
 */
export function releasesThatAreOver(
  all: ReadonlyMap<PublicationId, string>,
  shown: ReadonlyMap<PublicationId, unknown>,
): Map<ReleaseId, string> {
  const isShown = new Set([...shown.keys()].map((one) => parsePublicationId(one).release));
  const over = wholeReleasesIn(all);
  for (const [publication, reason] of all) {
    const { release } = parsePublicationId(publication);
    if (!isShown.has(release) && !over.has(release)) over.set(release, reason);
  }
  return over;
}

/** Releases that were withdrawn from every channel, and why. @param all every tombstone */
export function wholeReleasesIn(all: ReadonlyMap<PublicationId, string>): Map<ReleaseId, string> {
  return new Map(
    [...all].flatMap(([publication, reason]) => {
      const { release, channel } = parsePublicationId(publication);
      return channel === EVERY_CHANNEL ? [[release, reason] as const] : [];
    }),
  );
}
