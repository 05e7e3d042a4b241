// The text of a Weibo post, and how Weibo counts it. Light: nothing here parses Markdown or HTML.

/** Cuts to a number of characters, with an ellipsis where something was cut. */
export function shorten(text: string, longest: number): string {
  const characters = [...text.trim()];
  return characters.length <= longest
    ? characters.join('')
    : `${characters.slice(0, longest - 1).join('')}…`;
}

const LINK = /https?:\/\/[\x21-\x7e]+/g;

/** Weibo counts a Chinese character 1, an ASCII one ½, and any link as its short form, about 10. */
export function weiboLength(text: string): number {
  let links = 0;
  const rest = text.replace(LINK, () => {
    links++;
    return '';
  });
  let half = 0;
  for (const char of rest) half += char.charCodeAt(0) < 128 ? 1 : 2;
  return Math.ceil(half / 2) + links * 10;
}

/** Kept below Weibo's 140. */
export const WEIBO_LONGEST = 130;

/**
 * The post: the bureau's own text or title and summary, cut to length, with the link at the end.
 */
export function toWeibo(
  own: string | undefined,
  title: string,
  summary: string,
  url: string,
): string {
  const text = own ?? `【${title}】${summary}`;
  if (text.includes(url)) return text;
  if (weiboLength(`${text} ${url}`) <= WEIBO_LONGEST) return `${text} ${url}`;
  const characters = [...text];
  const cutAt = (length: number): string => `${characters.slice(0, length).join('')}… ${url}`;
  // A longer start never counts less, so the longest that fits is found by halving.
  // Going back character by character took a minute for 19 kB of links.
  let [fits, tooLong] = [1, characters.length];
  while (tooLong - fits > 1) {
    const middle = (fits + tooLong) >> 1;
    if (weiboLength(cutAt(middle)) <= WEIBO_LONGEST) fits = middle;
    else tooLong = middle;
  }
  return cutAt(fits);
}
