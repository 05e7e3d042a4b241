// A file of any format → the table in it; a calendar → a file of any format. Not for plans:
// plan/infer/. What workbooks, Word files and pages need is loaded with the first of them: a
// process that has none to do with starts in half the time.
import { extname } from 'node:path';
import type { Messages } from '../i18n/index.ts';
import { messageOf } from '../lib/errors.ts';
import type { Instant } from '../lib/instant.ts';
import type { FileTrouble, FoundDate, Head, Leftover } from '../plan/table-columns.ts';
import type { Calendar } from '../plan/types.ts';
import { decode, readCsv, writeCsv } from './csv.ts';
import { textTable } from './fields.ts';
import { type ReadGrid, readGrid } from './grid.ts';
import type { Grid } from './grid-types.ts';
import { readIcs, writeIcs } from './ics.ts';
import { summedUp } from './leftovers.ts';
import { checkText, TABLE_LIMITS, withinLimits } from './limits.ts';
import { readMarkdown, writeMarkdown } from './markdown.ts';

/** Read back they give the same plan. */
export const FORMATS = ['csv', 'xlsx', 'ics', 'md'] as const;
/**
 * And the one that is only to be printed and read: its table has no second with everything in it.
 */
export type Format = (typeof FORMATS)[number] | 'docx';

/**
 * Every date that was found in a file, what it says of all of them, and what stands in it besides.
 * What they mean together: assemble.ts.
 */
export interface ReadFile {
  readonly head: Readonly<Partial<Record<Head, string>>>;
  readonly found: readonly FoundDate[];
  readonly leftovers: readonly Leftover[];
  readonly troubles: readonly FileTrouble[];
}

export interface ReadOptions {
  /** For dates without a year. */
  readonly year: number | undefined;
  /** For tables that name none. */
  readonly timezone: string;
}

const nothing = (trouble: FileTrouble): ReadFile => ({
  head: {},
  found: [],
  leftovers: [],
  troubles: [trouble],
});

/** Endings of files that can be read. */
const READ = ['.csv', '.tsv', '.txt', '.xlsx', '.docx', '.html', '.htm', '.ics', '.md'];
/**
 * Archives, and pages whose lines may be as long as they like: their limits are looked at where
 * they are read.
 */
const NO_LINES = ['.xlsx', '.docx', '.html', '.htm'];
/** Said of a file that its ending promises to be one. */
const BROKEN: Readonly<Record<string, 'not-a-workbook' | 'not-a-document'>> = {
  '.xlsx': 'not-a-workbook',
  '.docx': 'not-a-document',
};
/** A larger file is no release calendar. */
const LARGEST = 20_000_000;

/**
 * The releases due in a year, as a file.
 * @param now for formats that say when they were made
 * @param isPublic for readers, who get nothing that is the office's own
 */
export async function writeTable(
  format: Format,
  calendar: Calendar,
  year: number,
  now: Instant,
  words: Messages,
  isPublic = false,
): Promise<Buffer> {
  const table = textTable(calendar, year, isPublic);
  switch (format) {
    case 'csv':
      return Buffer.from(writeCsv(table));
    case 'xlsx':
      return (await import('./xlsx.ts')).writeXlsx(calendar, year, table, words);
    case 'docx':
      return (await import('./docx.ts')).writeDocx(calendar, year, words);
    case 'ics':
      return Buffer.from(writeIcs(calendar, table, now, words));
    case 'md':
      return Buffer.from(writeMarkdown(calendar, year, table, words));
  }
}

/**
 * What is in a file, by the ending of its name. Everything that can't be read is told at once, at
 * its place.
 */
export async function readDates(
  bytes: Buffer,
  name: string,
  options: ReadOptions,
): Promise<ReadFile> {
  if (!READ.includes(extname(name).toLowerCase()))
    return nothing({ what: 'unknown-format', place: name, text: '' });
  try {
    if (bytes.length > LARGEST) throw new Error(`> ${LARGEST / 1e6} MB`);
    if (!NO_LINES.includes(extname(name).toLowerCase())) checkText(bytes);
    if (extname(name).toLowerCase() === '.ics') {
      return { ...readIcs(bytes.toString('utf8'), options.timezone), leftovers: [], troubles: [] };
    }
    const grids = (await gridsOf(bytes, name)).map((grid) => ({
      ...grid,
      cells: withinLimits(grid.cells),
    }));
    return fromGrids(grids, name, options);
  } catch (error) {
    const what = BROKEN[extname(name).toLowerCase()] ?? 'unreadable';
    return nothing({ what, place: name, text: messageOf(error) });
  }
}

async function gridsOf(bytes: Buffer, name: string): Promise<Grid[]> {
  switch (extname(name).toLowerCase()) {
    case '.xlsx':
      return (await import('./xlsx.ts')).readXlsx(bytes);
    case '.docx':
      return (await import('./html.ts')).readDocx(bytes, name);
    case '.html':
    case '.htm':
      if (bytes.length > TABLE_LIMITS.textBytes)
        throw new Error(`> ${TABLE_LIMITS.textBytes / 1e6} MB`);
      return (await import('./html.ts')).readHtml(decode(bytes), name);
    case '.md':
      return readMarkdown(bytes, name);
    default:
      return [readCsv(bytes, name)];
  }
}

/**
 * Lists say most, so they are taken where there are any; a matrix beside a list must say the same.
 */
function fromGrids(grids: readonly Grid[], name: string, options: ReadOptions): ReadFile {
  const first = grids.map((grid) => readGrid(grid, options.year));
  const lists = first.filter((one) => one.kind === 'list');
  // A matrix need not say its year where a list beside it does.
  const near = options.year === undefined ? yearOf(lists.flatMap((one) => one.found)) : undefined;
  const read = first.map((one, index) => {
    const grid = grids[index];
    const isOpen =
      near !== undefined &&
      grid &&
      one.kind === 'matrix' &&
      one.troubles.some(({ what }) => what === 'no-year');
    return isOpen ? readGrid(grid, near) : one;
  });
  const matrices = read.filter((one) => one.kind === 'matrix');
  const used = lists.length > 0 ? lists : matrices;
  if (used.length === 0)
    return nothing(headingsOf(grids) ?? { what: 'no-table', place: name, text: '' });
  const title = [...used, ...read].find((one) => one.title !== undefined)?.title;
  const head: Partial<Record<Head, string>> = Object.assign(
    {},
    title && { plan: title },
    ...used.map((one) => one.head).reverse(),
  );
  const troubles: FileTrouble[] = used.flatMap((one) => one.troubles);
  const found = used.flatMap((one) => one.found);
  if (lists.length > 0 && matrices.length > 0) troubles.push(...differences(found, matrices));
  return { head, found, leftovers: summedUp(read.flatMap((one) => one.leftovers)), troubles };
}

/** The first row of what looks like a table and has headings that Banli does not know. */
function headingsOf(grids: readonly Grid[]): FileTrouble | undefined {
  for (const grid of grids) {
    const filled = grid.cells.map((row) => row.filter((cell) => cell.trim() !== ''));
    const at = filled.findIndex(
      (row, index) => row.length > 1 && (filled[index + 1]?.length ?? 0) > 1,
    );
    if (at >= 0)
      return {
        what: 'unknown-headings',
        place: grid.place(at, 0),
        text: filled[at]?.slice(0, HEADINGS_TOLD).join('、') ?? '',
      };
  }
  return undefined;
}

const HEADINGS_TOLD = 12;

function yearOf(found: readonly FoundDate[]): number | undefined {
  const [one, ...more] = new Set(found.map(({ date }) => date.slice(0, 4)));
  return one === undefined || more.length > 0 ? undefined : Number(one);
}

/**
 * Somebody changed a date in one sheet and not in the other: which of them is meant, only a person
 * can say.
 */
function differences(list: readonly FoundDate[], matrices: readonly ReadGrid[]): FileTrouble[] {
  const key = ({ date, time }: FoundDate): string => `${date} ${time ?? ''}`.trim();
  const left = new Map<string, FoundDate[]>();
  for (const one of list) left.set(key(one), [...(left.get(key(one)) ?? []), one]);
  const alone: FileTrouble[] = [];
  const tell = (one: FoundDate): void =>
    void alone.push({
      what: 'sheets-differ',
      place: one.place,
      text: `${one.fields.name ?? ''} ${key(one)}`,
    });
  for (const one of matrices.flatMap((matrix) => matrix.found)) {
    if (left.get(key(one))?.pop() === undefined) tell(one);
  }
  for (const rest of left.values()) rest.forEach(tell);
  return alone;
}
