// Chance by key: what is drawn for one thing does not depend on what was drawn for others before,
// so that a history from which acts are taken away keeps the rest of its luck. For the sequence of
// draws see chaos/random.ts.
import { Random } from '../chaos/random.ts';

/** FNV-1a over the parts, then mixed: neighbouring keys give unlike seeds. */
function hashOf(...parts: readonly (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const text of parts.map(String)) {
    for (let index = 0; index < text.length; index++)
      hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
    hash = Math.imul(hash ^ 0x7c, 0x01000193) >>> 0;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b) >>> 0;
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** A run of numbers that belongs to a key. */
export function chance(...parts: readonly (string | number)[]): Random {
  return new Random(hashOf(...parts));
}
