// How the publications of one instant on one channel are shared among workers. Not for releasing
// them: publish/release.ts.
import { type PublicationId, parsePublicationId } from '../plan/types.ts';

/**
 * A wave is released in at most so many parts, each by whichever worker takes its job. The
 * website's is one: it goes out as one edition.
 */
const SLICES = 4;

/** The part of its wave that a publication belongs to, always the same. */
export function sliceOf(publication: PublicationId): number {
  const { release, channel } = parsePublicationId(publication);
  if (channel === 'website') return 0;
  // FNV-1a: spreads ids that differ in one character.
  let hash = 0x811c9dc5;
  for (let index = 0; index < release.length; index++)
    hash = Math.imul(hash ^ release.charCodeAt(index), 0x01000193) >>> 0;
  return (hash >>> 8) % SLICES;
}
