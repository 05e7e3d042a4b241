// Markdown → HTML for the website, HTML with inline styles for WeChat, text for Weibo. Not for pages around it: site/.
import juice from 'juice';
import MarkdownIt from 'markdown-it';
import sanitize from 'sanitize-html';

/** HTML in the text is taken as far as `CLEAN` lets it: tables with merged cells cannot be written otherwise. Links are http(s) or mailto only. */
const markdown = new MarkdownIt({ html: true, linkify: false, typographer: false });
const plainLink = markdown.validateLink.bind(markdown);
markdown.validateLink = (url) => plainLink(url) && !/^(?:data|file|vbscript):/i.test(url);

/** What may stand in a text: words, lists, tables. No script, style, form, frame or handler, and nothing that a reader's browser would fetch elsewhere. */
const CLEAN: sanitize.IOptions = {
  allowedTags: [
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'p', 'br', 'hr', 'blockquote', 'pre', 'code', 'ul', 'ol', 'li', 'a', 'img'],
    ...['strong', 'b', 'em', 'i', 'u', 's', 'del', 'sub', 'sup', 'small', 'span', 'div', 'section'],
    ...['table', 'caption', 'thead', 'tbody', 'tfoot', 'tr', 'th', 'td'],
  ],
  allowedAttributes: {
    a: ['href', 'title'],
    img: ['src', 'alt', 'title'],
    ol: ['start'],
    th: ['colspan', 'rowspan', 'style'],
    td: ['colspan', 'rowspan', 'style'],
  },
  allowedStyles: { '*': { 'text-align': [/^(left|right|center)$/] } },
  allowedSchemes: ['http', 'https', 'mailto'],
  allowProtocolRelative: false,
  // Never deeper than a table in a list in a quotation needs.
  nestingLimit: 40,
};

/** A picture that the text shows: its file name and the line in the text (from 1). */
export interface Shown {
  readonly name: string;
  readonly line: number;
}

/** Body as HTML; `pictureUrl` gives each picture its address. */
export function toHtml(body: string, pictureUrl: (name: string) => string): string {
  const tokens = markdown.parse(body, {});
  const own = new Set<string>();
  for (const token of tokens) {
    for (const child of token.children ?? []) {
      if (child.type !== 'image') continue;
      const url = pictureUrl(fileName(String(child.attrGet('src') ?? '')));
      own.add(url);
      child.attrSet('src', url);
    }
  }
  // A picture is one of the bundle's: an address from elsewhere is neither shown nor fetched by anybody.
  const foreign = ({ tag, attribs }: sanitize.IFrame): boolean => tag === 'img' && !own.has(attribs.src ?? '');
  return sanitize(markdown.renderer.render(tokens, markdown.options, {}), { ...CLEAN, exclusiveFilter: foreign });
}

/** Every picture that the text shows, in order. */
export function picturesIn(body: string): Shown[] {
  return markdown
    .parse(body, {})
    .flatMap((token) =>
      (token.children ?? [])
        .filter((child) => child.type === 'image')
        .map((child) => ({ name: fileName(String(child.attrGet('src') ?? '')), line: (token.map?.[0] ?? 0) + 1 })),
    );
}

function fileName(source: string): string {
  try {
    return decodeURI(source).replace(/^\.\//, '');
  } catch {
    return source;
  }
}

const WECHAT_STYLE = `
  section { font-size: 16px; line-height: 1.75; color: #222; letter-spacing: 0.02em; }
  h1, h2, h3 { font-size: 18px; line-height: 1.5; margin: 1.4em 0 0.6em; padding-left: 10px; border-left: 4px solid #0b4f8a; color: #0b3a63; }
  p { margin: 0 0 1em; }
  table { width: 100%; border-collapse: collapse; margin: 0 0 1em; font-size: 14px; }
  th { border: 1px solid #c8d3de; background: #eef3f8; padding: 6px; text-align: center; }
  td { border: 1px solid #c8d3de; padding: 6px; }
  img { max-width: 100%; display: block; margin: 0 auto 1em; }
  blockquote { margin: 0 0 1em; padding: 8px 12px; background: #f5f7fa; color: #555; }
  li { margin-bottom: 0.4em; }
`;

/** Body for WeChat, which drops classes and style sheets: every style is inline. */
export function toWechatHtml(body: string, source: string, pictureUrl: (name: string) => string): string {
  const foot = source ? `<p>${markdown.utils.escapeHtml(source)}</p>` : '';
  return juice.inlineContent(`<section>${toHtml(body, pictureUrl)}${foot}</section>`, WECHAT_STYLE);
}

/** The first sentences of the text as plain words, for a summary that nobody wrote. */
export function plainStart(body: string, longest: number): string {
  const words = markdown
    .parse(body, {})
    .flatMap((token, index, all) => (token.type === 'inline' && all[index - 1]?.type === 'paragraph_open' ? [inlineText(token)] : []));
  return shorten(words.join(''), longest);
}

function inlineText(token: { children: { type: string; content: string }[] | null }): string {
  return (token.children ?? [])
    .filter((child) => child.type === 'text' || child.type === 'code_inline')
    .map((child) => child.content)
    .join('');
}

/** Cuts to a number of characters, with an ellipsis where something was cut. */
export function shorten(text: string, longest: number): string {
  const characters = [...text.trim()];
  return characters.length <= longest ? characters.join('') : `${characters.slice(0, longest - 1).join('')}…`;
}

/** Weibo counts a Chinese character 1, an ASCII one ½, and any link as its short form, about 10. */
export function weiboLength(text: string): number {
  const links = text.match(/https?:\/\/[\x21-\x7e]+/g) ?? [];
  const rest = links.reduce((left, link) => left.replace(link, ''), text);
  return Math.ceil([...rest].reduce((sum, char) => sum + (char.charCodeAt(0) < 128 ? 0.5 : 1), 0)) + links.length * 10;
}

/** Kept below Weibo's 140. */
export const WEIBO_LONGEST = 130;

/** The post: the bureau's own text or title and summary, cut to length, with the link at the end. */
export function toWeibo(own: string | undefined, title: string, summary: string, url: string): string {
  const text = own ?? `【${title}】${summary}`;
  if (text.includes(url)) return text;
  let cut = [...text];
  while (cut.length > 1 && weiboLength(`${cut.join('')}… ${url}`) > WEIBO_LONGEST) cut = cut.slice(0, -1);
  return cut.length === [...text].length ? `${text} ${url}` : `${cut.join('')}… ${url}`;
}
