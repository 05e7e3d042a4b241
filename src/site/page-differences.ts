// A release's page as lines of words, and what another page says otherwise: for people who have to
// see what a correction changes. Runs in a thread: a text may be long. Not for making pages:
// pages/release.ts.
import { diffArrays } from 'diff';
import { parseDocument } from 'htmlparser2';

type Node = ReturnType<typeof parseDocument>['children'][number];
type Tag = Extract<Node, { attribs: object }>;

/** What differs, as much of it as anybody reads, and of how many more places that is left out. */
export interface LineChanges {
  readonly changes: readonly LineChange[];
  readonly more: number;
}

/** What the public reads now, and what would stand in its place; either may be nothing. */
export interface LineChange {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/**
 * What stands around a text and changes by itself: dates, corrections, other releases, the way
 * back.
 */
const AROUND: readonly string[] = ['dl', 'nav', 'header', 'footer', 'script', 'style'];
const LINES: readonly string[] = [
  'p',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'li',
  'tr',
  'br',
  'pre',
  'hr',
  'summary',
  'caption',
  'blockquote',
  'div',
];
const CELLS: readonly string[] = ['td', 'th'];
/** Longer than this no difference is looked for, ms. */
const DIFF_MS = 1000;
/** Nobody reads more at once: places, lines of one place, characters of a line and of all. */
const MOST = { places: 300, lines: 40, line: 500, all: 60_000 };
/** So much stands before the first character that differs. */
const BEFORE = 80;

/**
 * What of one page differs on the other, in order.
 * @param facts of those beside the text, the ones that it says itself
 * @returns undefined where the two are too far apart to be compared
 */
export function changedLines(
  before: string,
  after: string,
  facts: readonly string[],
): LineChanges | undefined {
  const parts = diffArrays(linesOf(before, facts), linesOf(after, facts), { timeout: DIFF_MS });
  if (!parts) return undefined;
  const changes: { before: string[]; after: string[] }[] = [];
  let open: { before: string[]; after: string[] } | undefined;
  for (const { value, added, removed } of parts) {
    if (!added && !removed) open = undefined;
    else {
      if (!open) {
        open = { before: [], after: [] };
        changes.push(open);
      }
      open[added ? 'after' : 'before'].push(...value);
    }
  }
  const all = changes.flatMap(paired);
  const shown: LineChange[] = [];
  let left = MOST.all;
  for (const change of all.slice(0, MOST.places)) {
    const cut = cutToRead(change);
    left -= [...cut.before, ...cut.after].reduce((sum, { length }) => sum + length, 0);
    if (left < 0) break;
    shown.push(cut);
  }
  return { changes: shown, more: all.length - shown.length };
}

/** Long lines from shortly before what differs, and not more lines than anybody reads. */
function cutToRead({ before, after }: LineChange): LineChange {
  const [one = '', other = ''] =
    before.length === 1 && after.length === 1 ? [before[0], after[0]] : [];
  let same = 0;
  while (same < one.length && one[same] === other[same]) same++;
  const from = same > MOST.line - BEFORE ? same - BEFORE : 0;
  const cut = (lines: readonly string[]): string[] => [
    ...lines.slice(0, MOST.lines).map((line) => {
      const part = line.slice(from, from + MOST.line);
      return `${from > 0 ? '…' : ''}${part}${from + MOST.line < line.length ? '…' : ''}`;
    }),
    ...(lines.length > MOST.lines ? [`… + ${lines.length - MOST.lines}`] : []),
  ];
  return { before: cut(before), after: cut(after) };
}

/** As many lines as before: each stands for the one in its place. */
function paired({ before, after }: LineChange): LineChange[] {
  if (before.length !== after.length) return [{ before, after }];
  return before.map((line, index) => ({ before: [line], after: [after[index] ?? ''] }));
}

/**
 * The article's lines: a row of a table is one, a picture is its name, and a link says where it
 * leads.
 */
function linesOf(page: string, facts: readonly string[]): string[] {
  const lines: string[] = [''];
  const add = (text: string): void => void lines.push(`${lines.pop() ?? ''}${text}`);
  const read = (node: Node): void => {
    const tag = tagOf(node);
    if (!tag) {
      if (node.type === 'text' && 'data' in node) add(node.data.replace(/\s+/g, ' '));
      return;
    }
    const { name, attribs, children } = tag;
    if (name === 'dl') lines.push(...factsIn(tag, facts), '');
    if (AROUND.includes(name) || attribs.class === 'corrections') return;
    const end = LINES.includes(name) ? [''] : [];
    lines.push(...end);
    if (name === 'img') add(`[${fileIn(attribs.src ?? '')}]`);
    for (const child of children) read(child);
    if (name === 'a' && /^(?:https?|mailto):/.test(attribs.href ?? '')) add(` (${attribs.href})`);
    if (CELLS.includes(name)) add(' | ');
    lines.push(...end);
  };
  for (const node of articleIn(parseDocument(page).children)) read(node);
  return lines
    .map((line) =>
      line
        .replace(/(?:\s*\|\s*)+$/, '')
        .replace(/\s+/g, ' ')
        .trim(),
    )
    .filter((line) => line !== '');
}

/** Of what stands in a list of facts, those that the text itself says. */
function factsIn({ children }: Tag, names: readonly string[]): string[] {
  const said = children.map(wordsIn);
  return said.flatMap((name, index) =>
    names.includes(name) ? [`${name}：${said[index + 1] ?? ''}`] : [],
  );
}

const wordsIn = (node: Node): string =>
  'data' in node ? node.data : 'children' in node ? node.children.map(wordsIn).join('') : '';
const tagOf = (node: Node): Tag | undefined => ('attribs' in node ? (node as Tag) : undefined);

function articleIn(nodes: readonly Node[]): readonly Node[] {
  for (const node of nodes) {
    if (!('children' in node)) continue;
    if (tagOf(node)?.name === 'article') return node.children;
    const found = articleIn(node.children);
    if (found.length > 0) return found;
  }
  return [];
}

const fileIn = (address: string): string => {
  const name = address.split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
};

declare module '../lib/threads.ts' {
  interface ThreadTasks {
    compare: {
      input: { before: string; after: string; facts: readonly string[] };
      output: LineChanges | undefined;
    };
  }
}
