// A sheet of cells → the dates in it, whether it is a list (a row a release) or the year matrix
// (indicators down, months across). Not for what the dates mean together: assemble.ts.
import { toDay, weekdayOf } from '../plan/days.ts';
import type {
  FoundDate,
  GridTrouble,
  Head,
  Leftover,
  TableColumn,
  TextRow,
} from '../plan/table-columns.ts';
import { fieldOf, headOf } from './fields.ts';
import type { Grid, GridReading } from './grid-types.ts';
import { isBlank, Taken } from './leftovers.ts';
import { isUndated, lenientDate, lenientTime, lenientWeekday } from './lenient.ts';
import { isMatrixHeading, readMatrix } from './matrix-grid.ts';

export interface ReadGrid extends GridReading {
  readonly head: Readonly<Partial<Record<Head, string>>>;
  /** The line above it that says what it is. */
  readonly title: string | undefined;
  readonly leftovers: readonly Leftover[];
}

/** Headings are looked for in so many rows. */
const SEARCHED = 30;

/** @param year for a matrix, or for dates without a year, that do not say it themselves */
export function readGrid(grid: Grid, year: number | undefined): ReadGrid {
  const taken = new Taken(grid);
  const searched = grid.cells.slice(0, SEARCHED);
  const list = searched.findIndex((row) => isListHeading(row.map(fieldOf)));
  const heading = list >= 0 ? list : searched.findIndex(isMatrixHeading);
  const head = headOfGrid(grid, taken);
  const said = heading < 0 ? undefined : titleOf(grid, heading, taken);
  const title = said === undefined ? undefined : oneLine(said);
  const reading = ((): GridReading => {
    if (heading < 0) return { kind: 'none', found: [], troubles: [] };
    const asked =
      year ?? yearIn(`${title ?? ''} ${linesAbove(grid, heading)}`) ?? yearIn(grid.name);
    const near = asked ?? yearIn((grid.cells[heading] ?? []).join(' '));
    if (list < 0) return readMatrix(grid, heading, asked, near, taken);
    return readList(grid, heading, near, commonOf(grid, heading, taken), taken);
  })();
  return { ...reading, head, title, leftovers: taken.rest(heading < 0 ? undefined : heading) };
}

const TITLES = /日程|计划|安排|日历|时间表|预告|schedule|calendar/i;
const TITLE_LONGEST = 60;

/** The line above a table that names it; else the first that says a year. */
function titleOf(grid: Grid, heading: number, taken: Taken): string | undefined {
  const alone = grid.cells.slice(0, heading).flatMap((row, at) => {
    const filled = row.flatMap((text, column) => (isBlank(text) ? [] : [{ text, at, column }]));
    const [one] = filled;
    const isTitle =
      one &&
      filled.every(({ text }) => text === one.text) &&
      oneLine(one.text).length <= TITLE_LONGEST &&
      !saidOf(one.text);
    return isTitle ? [one] : [];
  });
  const found =
    alone.find(({ text }) => TITLES.test(text)) ??
    alone.find(({ text }) => yearIn(text) !== undefined);
  if (!found) return undefined;
  taken.takeRow(found.at);
  return found.text;
}

function oneLine(text: string): string {
  return text
    .replace(/^[#\-*\s]+/, '')
    .replace(/\s*\n\s*/g, '')
    .trim();
}

function isListHeading(fields: readonly (TableColumn | undefined)[]): boolean {
  const has = (field: TableColumn): boolean => fields.includes(field);
  return (has('date') || has('time')) && (has('name') || has('indicator') || has('release'));
}

/** Longest name of something said. */
const NAME_LONGEST = 30;

/**
 * Lines such as `# timezone: Asia/Shanghai` or `- 时区：Asia/Shanghai`, before or beside the table. No
 * regular expression: one takes minutes for a cell of blanks.
 */
function saidOf(text: string): Said | undefined {
  const plain = text.replace(/^[#\-*\s]+/, '');
  const colon = plain.search(/[:：]/);
  if (colon < 0) return undefined;
  const [name, value] = [plain.slice(0, colon).trim(), plain.slice(colon + 1).trim()];
  return name !== '' && name.length <= NAME_LONGEST && value !== '' && !value.includes('\n')
    ? { name, value }
    : undefined;
}

interface Said {
  readonly name: string;
  readonly value: string;
}

function headOfGrid(grid: Grid, taken: Taken): Partial<Record<Head, string>> {
  const head: Partial<Record<Head, string>> = {};
  for (const { name, value, at } of saidIn(grid.cells)) {
    const key = headOf(name);
    if (!key || head[key] !== undefined) continue;
    head[key] = value;
    taken.takeRow(at);
  }
  return head;
}

function commonOf(grid: Grid, before: number, taken: Taken): TextRow {
  const common: Partial<Record<TableColumn, string>> = {};
  for (const { name, value, at } of saidIn(grid.cells.slice(0, before))) {
    const field = headOf(name) ? undefined : fieldOf(name);
    if (!field) continue;
    common[field] = value;
    taken.takeRow(at);
  }
  return common;
}

/** One cell alone in its row, or a name and a value in two. */
function* saidIn(rows: Grid['cells']): Generator<Said & { at: number }> {
  for (const [at, row] of rows.entries()) {
    const filled = row.filter((cell) => cell.trim() !== '');
    if (filled.length !== 1 && filled.length !== 2) continue;
    const said = saidOf(filled.join(':'));
    if (said) yield { ...said, at };
  }
}

function linesAbove(grid: Grid, heading: number): string {
  return grid.cells.slice(0, heading).flat().join(' ');
}

function yearIn(text: string): number | undefined {
  const year = /(?<!\d)((?:19|20|21)\d{2})(?=年|\s|$|[-_.])/.exec(text)?.[1];
  return year === undefined ? undefined : Number(year);
}

/** A list on its way: what its headings mean, and what each row gives. */
interface List {
  readonly grid: Grid;
  readonly columns: readonly (TableColumn | undefined)[];
  readonly year: number | undefined;
  readonly taken: Taken;
  readonly troubles: GridTrouble[];
}

/** A row's fields with their places, and the cells that they stand in. */
interface ListRow {
  readonly fields: Partial<Record<TableColumn, string>>;
  readonly places: Partial<Record<TableColumn, string>>;
  readonly cells: readonly [row: number, column: number][];
}

function readList(
  grid: Grid,
  heading: number,
  year: number | undefined,
  common: TextRow,
  taken: Taken,
): GridReading {
  const headings = grid.cells[heading] ?? [];
  const columns = headings.map(fieldOf);
  for (const [column, field] of columns.entries()) {
    if (field) taken.take(heading, column);
    else taken.leaveColumn(column, headings[column]?.trim() ?? '');
  }
  const list: List = { grid, columns, year, taken, troubles: [] };
  const found: FoundDate[] = [];
  let above: ListRow = { fields: {}, places: {}, cells: [] };
  for (let at = heading + 1; at < grid.cells.length; at++) {
    const row = grid.cells[at] ?? [];
    // The headings once more, at the top of another page.
    if (row.every((text, column) => text.trim() === headings[column]?.trim())) {
      taken.takeRow(at);
      continue;
    }
    const own = listRow(list, at, common);
    const isNamed = (['name', 'indicator', 'release'] as const).some(
      (field) => own.fields[field] !== undefined,
    );
    // A name that stands once for several rows below it.
    const whole = isNamed
      ? own
      : {
          ...own,
          fields: {
            ...own.fields,
            ...pick(above.fields, ['name', 'name_en', 'indicator', 'frequency', 'category']),
          },
          cells: [...own.cells, ...above.cells],
        };
    if (isNamed) above = own;
    const one = dateIn(list, at, whole);
    if (one) found.push(one);
  }
  return { kind: 'list', found, troubles: list.troubles };
}

function listRow({ grid, columns }: List, at: number, common: TextRow): ListRow {
  const fields: Partial<Record<TableColumn, string>> = { ...common };
  const places: Partial<Record<TableColumn, string>> = {};
  const cells: [row: number, column: number][] = [];
  for (const [column, field] of columns.entries()) {
    const text = grid.cells[at]?.[column]?.trim();
    if (!field || !text || places[field] !== undefined) continue;
    fields[field] = text;
    places[field] = grid.place(at, column);
    cells.push([at, column]);
  }
  return { fields, places, cells };
}

const calledIn = ({ name, indicator, release }: TextRow): string =>
  name ?? indicator ?? release ?? '';

/** The date of a row; undefined where it has none, or one that cannot be read, which is told. */
function dateIn(
  { columns, year, taken, troubles }: List,
  at: number,
  { fields, places, cells }: ListRow,
): FoundDate | undefined {
  const [first, second] = [fields.date, fields.time].filter((text) => text !== undefined);
  if (first === undefined) return undefined;
  // Words and no number are no mistyped date: 待定.
  if (isUndated(first)) {
    taken.leave(at, columns.indexOf(fields.date === undefined ? 'time' : 'date'), 'undated-cell', {
      name: calledIn(fields),
    });
    return undefined;
  }
  const place = places.date ?? places.time ?? '';
  const of = calledIn(fields);
  for (const [row, column] of cells) taken.take(row, column);
  const read = lenientDate(first, year);
  if (!read) {
    troubles.push({
      what: year === undefined && lenientDate(first, 2000) ? 'no-year' : 'bad-date',
      place,
      text: first,
      of,
    });
    return undefined;
  }
  const { weekday, rest } = lenientWeekday(read.rest);
  if (weekday !== undefined && weekdayOf(toDay(read.date)) !== weekday)
    troubles.push({ what: 'wrong-weekday', place, text: first, of });
  const timeText = second ?? (rest || undefined);
  const time = timeText === undefined ? undefined : lenientTime(timeText);
  if (timeText !== undefined && time === undefined)
    troubles.push({ what: 'bad-time', place: places.time ?? place, text: timeText, of });
  return { place, date: read.date, time, fields, places };
}

function pick(
  fields: TextRow,
  names: readonly TableColumn[],
): Partial<Record<TableColumn, string>> {
  return Object.fromEntries(
    names.filter((name) => fields[name] !== undefined).map((name) => [name, fields[name]]),
  );
}
