// Markdown → HTML for the website and, with inline styles, for WeChat. Runs in a thread (threads/):
// nobody can say how long a text will take. For pages around it see site/, for putting pieces
// together rendered.ts.
import { convert, type HtmlToTextOptions } from 'html-to-text';
import juice from 'juice';
import MarkdownIt from 'markdown-it';
import sanitize from 'sanitize-html';
import type { FileReference, Rendered, TextPiece } from './rendered.ts';
import { shorten } from './weibo-text.ts';

/**
 * A line break is one: people end the lines of a signature so. HTML in the text is taken as far as
 * `CLEAN` lets it: tables with merged cells cannot be written otherwise. Links are http(s) or
 * mailto only.
 */
const markdown = new MarkdownIt({ html: true, linkify: false, typographer: false, breaks: true });
// Paragraphs of official documents begin with blanks: these are no program's text.
markdown.disable('code');
const plainLink = markdown.validateLink.bind(markdown);
markdown.validateLink = (url) => plainLink(url) && !/^(?:data|file|vbscript):/i.test(url);

/**
 * What may stand in a text: words, lists, tables. No script, style, form, frame or handler, and
 * nothing that a reader's browser would fetch elsewhere.
 */
const CLEAN: sanitize.IOptions = {
  allowedTags: [
    ...[
      'h1',
      'h2',
      'h3',
      'h4',
      'h5',
      'h6',
      'p',
      'br',
      'hr',
      'blockquote',
      'pre',
      'code',
      'ul',
      'ol',
      'li',
      'a',
      'img',
    ],
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

type Token = ReturnType<typeof markdown.parse>[number];
/** A picture's token, its file name, and its line. */
type Image = FileReference & { readonly token: Token };

/** WeChat's longest summary. */
const START_LONGEST = 120;
/**
 * HTML longer than this is far over WeChat's 20,000 characters: it is refused, so its styles are
 * spared.
 */
const STYLED_LONGEST = 100_000;

/**
 * A text in every form.
 * @param mark letters that stand nowhere in the text, such as its digest: they keep the places of
 *   what is not known yet
 */
export function renderText(body: string, mark: string): Rendered {
  const tokens = markdown.parse(body, {});
  const images = imagesIn(tokens);
  const linked = new Set<string>();
  const html = toHtml(tokens, images, fileAddress, (name) => {
    linked.add(name);
    return { href: fileAddress(name) };
  });
  const places = [...new Set(images.map(({ name }) => name))];
  const placeOf = new Map(
    places.map((name, index) => [name, `https://picture.invalid/${mark}/${index}/`]),
  );
  // In WeChat no link leads out of the article: the words stay.
  const inner = toHtml(
    tokens,
    images,
    (name) => placeOf.get(name) ?? '',
    () => ({}),
  );
  const section = `<section>${inner}<p>${mark}</p></section>`;
  const whole =
    section.length > STYLED_LONGEST ? section : juice.inlineContent(section, WECHAT_STYLE);
  const pictures = images.map(({ name, line }) => ({ name, line }));
  const links = [...linked].map((name) => ({ name, line: lineOf(body, name) }));
  return {
    html,
    wechat: piecesOf(whole, mark, places),
    pictures,
    links,
    start: shorten(plainWords(tokens), START_LONGEST),
    plain: convert(html, PLAIN)
      .replace(/\n{3,}/g, '\n\n')
      .trim(),
  };
}

/** As a person copies it into a letter or a newspaper's form: tables in columns, no pictures. */
const PLAIN: HtmlToTextOptions = {
  wordwrap: false,
  selectors: [
    { selector: 'img', format: 'skip' },
    { selector: 'a', options: { ignoreHref: true } },
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({
      selector,
      options: { uppercase: false },
    })),
    { selector: 'table', format: 'dataTable', options: { uppercaseHeaderCells: false } },
  ],
};

const fileAddress = (name: string): string => `files/${encodeURIComponent(name)}`;

/** The first line (from 1) that has a name in it, however its address is written. */
function lineOf(body: string, name: string): number {
  const at = body
    .split('\n')
    .findIndex((line) =>
      [name, encodeURI(name), encodeURIComponent(name)].some((form) => line.includes(form)),
    );
  return Math.max(at, 0) + 1;
}

/** Cuts where a mark stands. */
function piecesOf(html: string, mark: string, places: readonly string[]): TextPiece[] {
  const pieces: TextPiece[] = [];
  let from = 0;
  for (const found of html.matchAll(
    new RegExp(`https://picture\\.invalid/${mark}/(\\d+)/|${mark}`, 'g'),
  )) {
    const picture = places[Number(found[1])];
    pieces.push(
      html.slice(from, found.index),
      picture === undefined ? { source: true } : { picture },
    );
    from = found.index + found[0].length;
  }
  return [...pieces, html.slice(from)];
}

/**
 * @param pictureUrl gives each picture its address
 * @param linkTo what a link to a file beside the text becomes
 */
function toHtml(
  tokens: Token[],
  images: readonly Image[],
  pictureUrl: (name: string) => string,
  linkTo: (name: string) => { href?: string },
): string {
  const own = new Set<string>();
  for (const { token, name } of images) {
    const url = pictureUrl(name);
    own.add(url);
    token.attrSet('src', url);
  }
  // A picture is one of the bundle's: an address from elsewhere is neither shown nor fetched by
  // anybody.
  const foreign = ({ tag, attribs }: sanitize.IFrame): boolean =>
    tag === 'img' && !own.has(attribs.src ?? '');
  const a: sanitize.Transformer = (tagName, { href, ...others }) => {
    const name = href === undefined ? undefined : ownFile(href);
    return {
      tagName,
      attribs: {
        ...others,
        ...(name === undefined ? (href === undefined ? {} : { href }) : linkTo(name)),
      },
    };
  };
  return sanitize(markdown.renderer.render(tokens, markdown.options, {}), {
    ...CLEAN,
    exclusiveFilter: foreign,
    transformTags: { a },
  });
}

/**
 * The file that a link names, if it is a file beside the text: a bare name, or one below `files/`,
 * where the page has it.
 */
function ownFile(href: string): string | undefined {
  const name = fileName(href).replace(/^files\//, '');
  return /^[^/:?#]+\.[^/:?#.]+$/.test(name) ? name : undefined;
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

/** Every picture that the text shows, in order. */
function imagesIn(tokens: readonly Token[]): Image[] {
  return tokens.flatMap((token) =>
    (token.children ?? [])
      .filter((child) => child.type === 'image')
      .map((child) => ({
        token: child,
        name: fileName(String(child.attrGet('src') ?? '')),
        line: (token.map?.[0] ?? 0) + 1,
      })),
  );
}

function fileName(source: string): string {
  try {
    return decodeURI(source).replace(/^\.\//, '');
  } catch {
    return source;
  }
}

/** The first paragraph without its marks. */
function plainWords(tokens: readonly Token[]): string {
  const paragraphs = tokens.flatMap((token, index) => {
    const before = tokens[index - 1];
    const isParagraph = token.type === 'inline' && before?.type === 'paragraph_open';
    const text = isParagraph ? inlineText(token).trim() : '';
    return text === '' ? [] : [{ text, level: before?.level ?? 0 }];
  });
  // The first that is no point of a list; what follows may be lists, a signature, a date.
  const first = paragraphs.find(({ level }) => level === 0) ?? paragraphs[0];
  return first?.text ?? '';
}

function inlineText(token: { children: { type: string; content: string }[] | null }): string {
  return (token.children ?? [])
    .filter((child) => child.type === 'text' || child.type === 'code_inline')
    .map((child) => child.content)
    .join('');
}
