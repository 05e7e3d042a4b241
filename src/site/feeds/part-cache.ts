// Parts of large files, kept by what they are made from: a file that lists ten thousand releases is
// nearly the same as the one before. Not for whole files: site/editions/file-store.ts.

/** So much is kept, bytes; what was used longest ago goes first. */
const ROOM = 64_000_000;
const parts = new Map<string, Buffer>();
let held = 0;

/** A part as it was made before, or made now. @param key says all that it depends on */
export function cachedPart(key: string, make: () => string): Buffer {
  const known = parts.get(key);
  parts.delete(key);
  const part = known ?? Buffer.from(make());
  parts.set(key, part);
  if (!known) held += part.length;
  for (const [old, { length }] of parts) {
    if (held <= ROOM) break;
    parts.delete(old);
    held -= length;
  }
  return part;
}

const COMMA = Buffer.from(',\n');

/**
 * A file with a list in JSON, from parts of the list without its brackets; empty ones are left out.
 */
export function listed(head: string, items: readonly Buffer[], tail: string): Buffer {
  const full = items.filter(({ length }) => length > 0);
  return Buffer.concat([
    Buffer.from(head),
    ...full.flatMap((part, index) => (index === 0 ? [part] : [COMMA, part])),
    Buffer.from(tail),
  ]);
}
