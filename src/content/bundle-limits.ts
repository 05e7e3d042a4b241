// How much a content bundle may hold, wherever it is read, saved or made.

/** Limits of a bundle: files and bytes in all, and characters of its texts. */
export const BUNDLE_LIMITS = {
  files: 100,
  bytes: 100_000_000,
  textBytes: 500_000,
  headCharacters: 10_000,
  weiboCharacters: 2000,
} as const;
/** No character takes more bytes than this in UTF-8. */
export const WIDEST = 4;

/** Texts of a bundle, and the most characters that each is kept with, right or wrong. */
const TEXTS: Readonly<Record<string, number>> = {
  'release.md': BUNDLE_LIMITS.textBytes,
  'weibo.txt': 50 * BUNDLE_LIMITS.weiboCharacters,
};

/** Whether a text is longer than it may be, looked at no further than needed. */
export function isTooLong(bytes: Buffer, characters: number): boolean {
  if (bytes.length <= characters) return false;
  return bytes.length > characters * WIDEST || bytes.toString('utf8').length > characters;
}

/** Whether files are more than a bundle may hold, in number, in bytes, or in one of its texts. */
export function isTooLarge(files: ReadonlyMap<string, Buffer>): boolean {
  const bytes = [...files.values()].reduce((sum, { length }) => sum + length, 0);
  if (files.size > BUNDLE_LIMITS.files || bytes > BUNDLE_LIMITS.bytes) return true;
  return Object.entries(TEXTS).some(([name, characters]) => {
    const text = files.get(name);
    return text !== undefined && isTooLong(text, characters);
  });
}
