// The page that a Word file becomes → Markdown as markdown.ts takes it. What Markdown cannot say,
// merged cells above all, stands in it as the few tags that are let through there. Runs in a
// thread. Not for opening the file: word.ts.
import { parseDocument } from 'htmlparser2';

type Nodes = ReturnType<typeof parseDocument>['children'];
type Node = Nodes[number];
type Tag = Extract<Node, { name: string; attribs: object }>;

export interface WordBody {
  /** Undefined where nothing at its beginning looks like one. */
  readonly title: string | undefined;
  readonly body: string;
}

const HEADING = /^h([1-6])$/;
const BLOCKS: readonly string[] = ['p', 'ul', 'ol', 'table', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6'];
/** Those that mean the same here and there. */
const KEPT: readonly string[] = ['sup', 'sub', 's'];
/** A first paragraph up to so many characters that ends like no sentence is taken for the title. */
const TITLE_LONGEST = 80;
const SENTENCE_END = /[。；;：:，,、.]$/;
/** A heading of the text is below that of its page. */
const TOP_LEVEL = 2;

export function markdownOf(page: string): WordBody {
  const blocks = parseDocument(page).children.filter((node) => !isEmpty(node));
  const at = titleIn(blocks);
  const title = at === undefined ? undefined : plain([blocks[at] as Node]);
  const rest = blocks.filter((_, index) => index !== at);
  const levels = rest.flatMap((node) => levelOf(node) ?? []);
  const down = TOP_LEVEL - Math.min(TOP_LEVEL + 1, ...levels);
  return { title, body: `${blocksOf(rest, Math.max(down, -1)).join('\n\n')}\n` };
}

/** Marked as the title, or what stands first and reads like one. */
function titleIn(blocks: Nodes): number | undefined {
  const marked = blocks.findIndex((node) => tagOf(node)?.attribs.class === 'title');
  if (marked >= 0) return marked;
  const [first] = blocks;
  if (!first) return undefined;
  const text = plain([first]);
  const isLine =
    tagOf(first)?.name === 'p' &&
    text.length > 0 &&
    text.length <= TITLE_LONGEST &&
    !SENTENCE_END.test(text);
  return levelOf(first) !== undefined || isLine ? 0 : undefined;
}

const tagOf = (node: Node): Tag | undefined => ('attribs' in node ? (node as Tag) : undefined);
const inside = (node: Node): Nodes => ('children' in node ? node.children : []);
const isEmpty = (node: Node): boolean =>
  plain([node]) === '' && !holds(node, 'img') && !holds(node, 'table');
const holds = (node: Node, name: string): boolean =>
  tagOf(node)?.name === name || inside(node).some((one) => holds(one, name));

function levelOf(node: Node): number | undefined {
  const found = HEADING.exec(tagOf(node)?.name ?? '');
  return found ? Number(found[1]) : undefined;
}

/** Words without marks, on one line. */
function plain(nodes: Nodes): string {
  const text = (node: Node): string =>
    tagOf(node)?.name === 'br' ? ' ' : 'data' in node ? node.data : inside(node).map(text).join('');
  return nodes.map(text).join('').replace(/\s+/g, ' ').trim();
}

/** @param down by how many levels headings are lowered */
function blocksOf(nodes: Nodes, down: number): string[] {
  const found: string[] = [];
  let loose: Node[] = [];
  const endLoose = (): void => {
    const text = paragraph(loose);
    loose = [];
    if (text !== '') found.push(text);
  };
  for (const node of nodes) {
    const name = tagOf(node)?.name;
    if (name === undefined || !BLOCKS.includes(name)) {
      loose.push(node);
      continue;
    }
    endLoose();
    found.push(...blockOf(node as Tag, down).filter((text) => text !== ''));
  }
  endLoose();
  return found;
}

function blockOf(tag: Tag, down: number): string[] {
  const level = levelOf(tag);
  if (level !== undefined)
    return [
      `${'#'.repeat(Math.min(6, level + down))} ${paragraph(tag.children).replaceAll('\n', ' ')}`,
    ];
  switch (tag.name) {
    case 'ul':
    case 'ol':
      return [listOf(tag, down)];
    case 'table':
      return tableOf(tag, down);
    default:
      return [paragraph(tag.children)];
  }
}

function listOf(tag: Tag, down: number): string {
  const items = tag.children.filter((node) => tagOf(node)?.name === 'li');
  const lines = items.map((item, index) => {
    const mark = tag.name === 'ol' ? `${index + 1}. ` : '- ';
    const [first = '', ...more] = blocksOf(inside(item), down);
    // A list below a point goes on at once: a blank line would make a paragraph of each.
    const text = [
      first,
      ...more.map((block) => (/^(- |\d+\. )/.test(block) ? block : `\n${block}`)),
    ].join('\n');
    return mark + text.replace(/\n(?=[^\n])/g, `\n${' '.repeat(mark.length)}`);
  });
  return lines.join('\n');
}

/** A line break of the text is one here too. */
function paragraph(nodes: Nodes): string {
  return inline(nodes)
    .split('\n')
    .map((line) => guarded(line.trim()))
    .join('\n')
    .trim();
}

/** What would begin something else than a paragraph does not. */
function guarded(line: string): string {
  if (/^[\s|:=-]+$/.test(line)) return `\\${line}`;
  return line
    .replace(/^(\d{1,9})([.)])(?=\s|$)/, '$1\\$2')
    .replace(/^(?=#{1,6}(?:\s|$)|[-+](?:\s|$)|>|~~~|\|)/, '\\');
}

function inline(nodes: Nodes): string {
  return nodes.map(inlineOf).join('');
}

function inlineOf(node: Node): string {
  if ('data' in node) return escaped(node.data.replace(/[ \t\r\n]+/g, ' '));
  const tag = tagOf(node);
  if (!tag) return '';
  const text = inline(tag.children);
  switch (tag.name) {
    case 'br':
      return '\n';
    case 'strong':
      return marked(text, '**', 'strong');
    case 'em':
      return marked(text, '*', 'em');
    case 'img':
      return tag.attribs.src
        ? `![${escaped(tag.attribs.alt ?? '').replace(/\s+/g, ' ')}](${tag.attribs.src})`
        : '';
    case 'a':
      return linked(tag, text);
    default:
      return KEPT.includes(tag.name) && text.trim() !== ''
        ? `<${tag.name}>${text}</${tag.name}>`
        : text;
  }
}

/**
 * Marks beside punctuation are none (CommonMark 6.2): “**同比：**增长” would show its asterisks, so that
 * the tag stands there.
 */
function marked(text: string, mark: string, tag: string): string {
  const [, before = '', inner = '', after = ''] = /^(\s*)([\s\S]*?)(\s*)$/.exec(text) ?? [];
  if (inner === '') return text;
  const isClear = /^[\p{L}\p{N}]/u.test(inner) && /[\p{L}\p{N}]$/u.test(inner);
  return before + (isClear ? `${mark}${inner}${mark}` : `<${tag}>${inner}</${tag}>`) + after;
}

/** A link to elsewhere; what leads within the file, its notes too, is words. */
function linked({ attribs }: Tag, text: string): string {
  const { href = '' } = attribs;
  if (href.startsWith('#')) return text === '↑' ? '' : text;
  const isWeb = /^(https?:|mailto:)/i.test(href) && text.trim() !== '';
  return isWeb
    ? `[${text.replaceAll('\n', ' ')}](<${href.replace(/[<>\s]/g, encodeURIComponent)}>)`
    : text;
}

function escaped(text: string): string {
  return text.replace(/[\\`*_[\]<]|~(?=~)|&(?=#?\w+;)/g, '\\$&');
}

interface Cell {
  readonly nodes: Nodes;
  readonly across: number;
  readonly down: number;
}

function tableOf(table: Tag, down: number): string[] {
  const rows = rowsOf(table).map((row) =>
    row.children.flatMap((node): Cell[] => {
      const tag = tagOf(node);
      const isCell = tag && (tag.name === 'td' || tag.name === 'th');
      return isCell
        ? [
            {
              nodes: tag.children,
              across: Number(tag.attribs.colspan ?? 1),
              down: Number(tag.attribs.rowspan ?? 1),
            },
          ]
        : [];
    }),
  );
  const cells = rows.flat();
  const [only] = cells;
  // A frame around a piece of text, and tables within a table, are no figures.
  if (!only) return [];
  if (cells.length === 1 || cells.some(({ nodes }) => nodes.some((node) => holds(node, 'table'))))
    return cells.flatMap(({ nodes }) => blocksOf(nodes, down));
  if (cells.every((cell) => cell.across === 1 && cell.down === 1)) return [pipes(rows)];
  return [tagged(rows), ...picturesIn(cells)];
}

const rowsOf = (table: Tag): Tag[] =>
  table.children.flatMap((node) => {
    const tag = tagOf(node);
    return tag?.name === 'tr' ? [tag] : tag ? rowsOf(tag) : [];
  });

/** Paragraphs of a cell, each as it is made. */
function linesOf(nodes: Nodes, make: (nodes: Nodes) => string): string {
  const parts = nodes.flatMap((node) =>
    BLOCKS.includes(tagOf(node)?.name ?? '') ? [inside(node)] : [[node]],
  );
  return parts
    .map((part) => make(part).trim())
    .filter((text) => text !== '')
    .join('<br>');
}

/** So many cells of a table are written down though they are empty. */
const MOST_CELLS = 20_000;

function pipes(rows: readonly (readonly Cell[])[]): string {
  const [head = [], ...others] = rows;
  const wide = rows.reduce((most, row) => Math.max(most, row.length), 0);
  // A short row is as good in Markdown; filled up, a few that are very long make all of them so.
  const isFilled = wide * rows.length <= MOST_CELLS;
  const line = (row: readonly Cell[]): string => {
    const texts = row.map(({ nodes }) =>
      linesOf(nodes, inline).replaceAll('\n', '<br>').replaceAll('|', '\\|'),
    );
    const missing = isFilled || row === head ? wide - row.length : 0;
    return `| ${[...texts, ...Array<string>(missing).fill('')].join(' | ')} |`;
  };
  return [line(head), `|${' --- |'.repeat(wide)}`, ...others.map(line)].join('\n');
}

/** With merged cells: the rows that the first one reaches down into are its heading. */
function tagged(rows: readonly (readonly Cell[])[]): string {
  const heads = Math.min(rows.length - 1, Math.max(1, ...(rows[0] ?? []).map(({ down }) => down)));
  const span = (name: string, value: number): string => (value > 1 ? ` ${name}="${value}"` : '');
  const line = (row: readonly Cell[], name: string): string =>
    `<tr>${row.map(({ nodes, across, down }) => `<${name}${span('colspan', across)}${span('rowspan', down)}>${linesOf(nodes, asTags)}</${name}>`).join('')}</tr>`;
  const head = rows.slice(0, heads).map((row) => line(row, 'th'));
  const body = rows.slice(heads).map((row) => line(row, 'td'));
  return [
    '<table>',
    '<thead>',
    ...head,
    '</thead>',
    '<tbody>',
    ...body,
    '</tbody>',
    '</table>',
  ].join('\n');
}

/** Between tags nothing is Markdown. */
function asTags(nodes: Nodes): string {
  return nodes
    .map((node): string => {
      if ('data' in node)
        return node.data
          .replace(/\s+/g, ' ')
          .replaceAll('&', '&amp;')
          .replaceAll('<', '&lt;')
          .replaceAll('>', '&gt;');
      const { name = '' } = tagOf(node) ?? {};
      const text = asTags(inside(node));
      if (name === 'br') return '<br>';
      return [...KEPT, 'strong', 'em'].includes(name) && text !== ''
        ? `<${name}>${text}</${name}>`
        : text;
    })
    .join('');
}

/** Pictures are Markdown's alone: those of a table with merged cells stand below it. */
function picturesIn(cells: readonly Cell[]): string[] {
  const images = (node: Node): Node[] =>
    tagOf(node)?.name === 'img' ? [node] : inside(node).flatMap(images);
  return cells.flatMap(({ nodes }) => nodes.flatMap(images)).map(inlineOf);
}
