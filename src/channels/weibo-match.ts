// Whether a post in Weibo's timeline is a given text of ours, though Weibo rewrote its links or cut
// it short. Not for fetching the timeline, nor for what follows: weibo.ts.

/** What of a post speaks for its being ours. */
interface Likeness {
  /** How many characters agree. */
  readonly size: number;
  /** False where another release's post, or one that people wrote, may look so too. */
  readonly sure: boolean;
}

/** Weibo makes a t.cn link of these; what it takes for the end of one may differ from ours. */
const LINK = /https?:\/\/[\x21-\x7e]+|(?:[a-z0-9-]+\.)+(?:cn|com|net|org)\b[\x21-\x7e]*/gi;
/** White space, and what is as invisible. */
const BLANK = /[\s\u200b\u2060]/g;
const CUT = /(?:…|\.{3})(?:全文|展开)?[:：]?$/;
/**
 * A cut post that shows less may be of a release whose title begins alike: a title has up to 64
 * characters.
 */
const CUT_LEAST = 60;
const ESCAPED: readonly [RegExp, string][] = [
  [/&lt;/g, '<'],
  [/&gt;/g, '>'],
  [/&quot;/g, '"'],
  [/&amp;/g, '&'],
];

/**
 * The post that is the text, or that none is, or that it cannot be told.
 * @param text as it was sent
 */
export function findPost<Post extends { readonly text?: string | undefined }>(
  text: string,
  posts: readonly Post[],
): Post | 'none' | 'ambiguous' {
  const rated = posts.flatMap((post) => {
    const likeness = likenessOf(text, post.text ?? '');
    return likeness ? [{ post, ...likeness }] : [];
  });
  const most = Math.max(...rated.map(({ size }) => size));
  const [first, second] = rated.filter(({ size }) => size === most);
  if (!first) return 'none';
  return first.sure && !second ? first.post : 'ambiguous';
}

function likenessOf(text: string, shown: string): Likeness | undefined {
  const [ours, theirs] = [plain(text), plain(shown)];
  if (theirs.whole === ours.whole) return { size: ours.whole.length + 1, sure: true };
  // Up to the link it is ours: Weibo or a person may have added what follows.
  if (theirs.head === ours.head) return { size: ours.head.length, sure: false };
  const start = CUT.test(theirs.whole) ? theirs.whole.replace(CUT, '') : '';
  if (start === '' || !ours.whole.startsWith(start)) return undefined;
  return { size: start.length, sure: start.length >= Math.min(CUT_LEAST, ours.whole.length) };
}

/** A text without its links and white space: all of it, and what is before the first link. */
function plain(text: string): { readonly whole: string; readonly head: string } {
  const raw = ESCAPED.reduce((left, [from, to]) => left.replace(from, to), text);
  const bare = (part: string): string => part.replace(LINK, '').replace(BLANK, '');
  const link = raw.search(LINK);
  return { whole: bare(raw), head: bare(link < 0 ? raw : raw.slice(0, link)) };
}
