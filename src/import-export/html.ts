// Tables of web pages and of Word files (.docx) as grids. A Word file becomes a page first. Not for
// what the cells mean: grid.ts.
import { Parser } from 'htmlparser2';
import mammoth from 'mammoth';
import { unpack } from '../lib/unzip.ts';
import type { Grid } from './grid-types.ts';
import { TABLE_LIMITS } from './limits.ts';

/** A Word file is an archive of some files, pictures among them. */
const ARCHIVE = { files: 2000, bytes: TABLE_LIMITS.unpackedBytes };
/**
 * So many lines before a table belong to it, and behind the last: its title, the unit, who issued
 * it, notes.
 */
const BEFORE = 20;
/** What ends a line. */
const BLOCKS: readonly string[] = [
  'p',
  'div',
  'li',
  'br',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'title',
  'caption',
  'tr',
];
/**
 * No page is nested deeper; the parser takes minutes for half a million tags that nobody closes.
 */
const DEEPEST = 5000;
const UNSEEN: readonly string[] = ['script', 'style', 'noscript'];

/** Every table of a Word file. @throws Error where it is none, or unpacks to too much */
export async function readDocx(bytes: Buffer, name: string): Promise<Grid[]> {
  if ((await unpack(bytes, ARCHIVE)) === 'too-large')
    throw new Error(`> ${TABLE_LIMITS.unpackedBytes / 1e6} MB`);
  const skipPictures = mammoth.images.imgElement(() => Promise.resolve({ src: '' }));
  const { value } = await mammoth.convertToHtml({ buffer: bytes }, { convertImage: skipPictures });
  return readHtml(value, name);
}

/**
 * Every table of a page that holds no other table: old pages are laid out with tables. In one pass,
 * however deep the page is nested.
 */
export function readHtml(text: string, name: string): Grid[] {
  const grids: Grid[] = [];
  /** The tables that are open, the innermost last. */
  const tables: PageTable[] = [];
  let unseen = 0;
  let depth = 0;
  let loose = '';
  let before: string[] = [];
  const endLoose = (): void => {
    before.push(...linesOf(loose));
    loose = '';
  };
  const close = (): void => {
    const table = tables.pop();
    if (!table) return;
    endLoose();
    // What a table of the page's layout has said besides belongs to the next one.
    if (table.holdsTables) return void before.push(...table.rest());
    const said = before.slice(-BEFORE);
    before = [];
    const cells = [...said.map((line) => [line]), ...table.end()];
    const number = grids.length + 1;
    grids.push({
      name,
      cells,
      place: (row, column) => `${name} ${number}:${row + 1 - said.length}:${column + 1}`,
    });
  };
  const parser = new Parser({
    onopentag(tag, attributes) {
      if (++depth > DEEPEST) throw new Error(`> ${DEEPEST} 层 / levels`);
      const table = tables.at(-1);
      if (UNSEEN.includes(tag)) unseen++;
      else if (tag === 'table') {
        endLoose();
        if (table) before.push(...table.hold());
        tables.push(new PageTable());
      } else if (table && tag === 'tr') table.openRow();
      else if (table && (tag === 'td' || tag === 'th'))
        table.openCell(spanOf(attributes.colspan), spanOf(attributes.rowspan));
      else if (tag === 'br') this.ontext?.('\n');
    },
    ontext(data) {
      if (unseen > 0) return;
      if (!tables.at(-1)?.add(data)) loose += data;
    },
    onclosetag(tag) {
      depth--;
      if (UNSEEN.includes(tag)) unseen--;
      else if (tag === 'table') close();
      else if (tag !== 'br' && BLOCKS.includes(tag)) this.ontext?.('\n');
    },
  });
  parser.end(text);
  while (tables.length > 0) close();
  endLoose();
  const after = before.slice(0, BEFORE);
  return grids.map((grid, index) => (index === grids.length - 1 ? { ...grid, after } : grid));
}

/**
 * A table that is being read: rows and columns as they are seen. What spans rows stands in each of
 * them, what spans columns in the first.
 */
class PageTable {
  /** It lays out others. */
  holdsTables = false;
  readonly #rows: string[][] = [];
  #row: string[] | undefined;
  #cell: { text: string; across: number; down: number } | undefined;
  /** What hangs down into rows below, by column. */
  readonly #hanging = new Map<number, { text: string; left: number }>();

  openRow(): void {
    this.#endRow();
    if (this.#rows.length >= TABLE_LIMITS.rows) throw new Error(`> ${TABLE_LIMITS.rows} 行 / rows`);
    this.#row = [];
  }

  openCell(across: number, down: number): void {
    this.#endCell();
    if (!this.#row) this.openRow();
    this.#cell = { text: '', across, down };
  }

  /** @returns false where the text is in no cell */
  add(text: string): boolean {
    if (this.#cell) this.#cell.text += text;
    return this.#cell !== undefined;
  }

  /** Another table begins in it. @returns what it has said before */
  hold(): string[] {
    this.holdsTables = true;
    return this.rest();
  }

  /** What it has said that was not asked for yet, line by line. */
  rest(): string[] {
    const said = this.end().flatMap((row) => row.flatMap(linesOf));
    this.#rows.length = 0;
    this.#hanging.clear();
    this.#cell = { text: '', across: 1, down: 1 };
    return said;
  }

  end(): string[][] {
    this.#endRow();
    return this.#rows;
  }

  #endRow(): void {
    this.#endCell();
    if (!this.#row) return;
    this.#fillDown(this.#row);
    this.#rows.push(this.#row);
    this.#row = undefined;
  }

  #endCell(): void {
    const [row, cell] = [this.#row, this.#cell];
    this.#cell = undefined;
    if (!cell) return;
    const text = linesOf(cell.text).join('\n');
    const own = row ?? [];
    if (!row) this.#row = own;
    this.#fillDown(own);
    for (let column = 0; column < cell.across; column++) {
      const shown = column === 0 ? text : '';
      if (cell.down > 1) this.#hanging.set(own.length, { text: shown, left: cell.down - 1 });
      own.push(shown);
    }
    if (own.length > TABLE_LIMITS.columns)
      throw new Error(`> ${TABLE_LIMITS.columns} 列 / columns`);
  }

  #fillDown(row: string[]): void {
    for (
      let from = this.#hanging.get(row.length);
      from && from.left > 0;
      from = this.#hanging.get(row.length)
    ) {
      from.left--;
      row.push(from.text);
    }
  }
}

/** As browsers take it: no number is 1; a table is no wider than it may be. */
function spanOf(attribute: string | undefined): number {
  const span = Number.parseInt(attribute ?? '1', 10);
  return Number.isNaN(span) || span < 1 ? 1 : Math.min(span, TABLE_LIMITS.columns + 1);
}

/** What a person sees: blanks once, no empty lines. */
function linesOf(text: string): string[] {
  return text
    .replaceAll('\u00a0', ' ')
    .split('\n')
    .map((line) => line.replace(/[ \t\r\u3000]+/g, ' ').trim())
    .filter((line) => line !== '');
}
