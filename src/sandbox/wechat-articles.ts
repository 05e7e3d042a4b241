// Articles as the stand-in for WeChat takes them: their fields, lengths and covers, and what of
// their text readers are shown. Not for drafts and what becomes of them: wechat.ts.
import { z } from 'zod';

export const article = z.object({
  title: z.string(),
  author: z.string().default(''),
  digest: z.string().default(''),
  content: z.string(),
  content_source_url: z.string().default(''),
  thumb_media_id: z.string(),
  need_open_comment: z.number().optional(),
});
const articles = z.object({ articles: z.array(article) });
export type Article = z.output<typeof article>;

/** What WeChat answers where it refuses. */
export const errors = (errcode: number, errmsg: string): { errcode: number; errmsg: string } => ({
  errcode,
  errmsg,
});

/** A fresh picture is unknown to the draft call for so long. */
const FRESH_MS = 3000;

/** What is wrong with one of them, in WeChat's own units. */
function flawOf(one: Article): object | undefined {
  if ([...one.title].length > 32) return errors(45003, 'title size out of limit');
  if ([...one.author].length > 16) return errors(45110, 'author size out of limit');
  if ([...one.digest].length > 120) return errors(45004, 'description size out of limit');
  if (Buffer.byteLength(one.content_source_url) > 1024)
    return errors(45005, 'url size out of limit');
  return one.content.length >= 20_000 || Buffer.byteLength(one.content) >= 1_000_000
    ? errors(45002, 'content size out of limit')
    : undefined;
}

/**
 * The articles of a draft, or the error that it is answered with.
 * @param thumbs covers that were uploaded, and when
 */
export function checkArticles(
  body: unknown,
  raw: string,
  thumbs: ReadonlyMap<string, number>,
  now: number,
): { articles: Article[] } | object {
  const read = articles.safeParse(body);
  if (!read.success) return errors(47001, 'data format error');
  if (read.data.articles.length === 0 || read.data.articles.length > 8)
    return errors(45008, 'article size out of limit');
  for (const one of read.data.articles) {
    const flaw = flawOf(one);
    if (flaw) return flaw;
    const uploadedAt = thumbs.get(one.thumb_media_id);
    if (uploadedAt === undefined || now - uploadedAt < FRESH_MS)
      return errors(40007, 'invalid media_id');
  }
  // An escaped character reaches the readers as its escape.
  const literal = /\\u[0-9a-f]{4}/i.test(raw);
  return {
    articles: read.data.articles.map((one) =>
      literal
        ? {
            ...one,
            title: JSON.stringify(one.title).replace(
              /[\u0080-\uffff]/g,
              (c) => `\\u${c.charCodeAt(0).toString(16)}`,
            ),
          }
        : one,
    ),
  };
}

/** WeChat removes what could run or load from elsewhere. */
export function stripped(content: string): string {
  return content
    .replace(/<(script|style|iframe|form)\b[\s\S]*?<\/\1>/gi, '')
    .replace(/<link\b[^>]*>/gi, '');
}
