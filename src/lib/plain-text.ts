// Characters that no page, feed, calendar or mail can carry, and those that turn a line of text
// around: refused where text comes in, left out where it is shown all the same, since what was
// written before may have them.

/**
 * Control characters but tab and line ends, halves of surrogate pairs and non-characters: none of
 * them is a Char of XML 1.0 (section 2.2). And overrides of direction (Unicode TR36, section 2.3),
 * with which a name reads otherwise than it is written.
 */
const ODD =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufffe\uffff]|\p{Cs}/u;
const ALL_ODD = new RegExp(ODD.source, 'gu');

/** The first such character: where it stands, and its name as in `U+0008`. */
export function oddCharacter(
  text: string,
): { readonly at: number; readonly name: string } | undefined {
  const at = text.search(ODD);
  return at < 0
    ? undefined
    : { at, name: `U+${(text.codePointAt(at) ?? 0).toString(16).toUpperCase().padStart(4, '0')}` };
}

/** The text without them. */
export function plainText(text: string): string {
  return ODD.test(text) ? text.replace(ALL_ODD, '') : text;
}
