// A sheet of cells → the dates in it, whether it is a list (a row a release) or the year matrix (indicators down, months across).
// Not for what the dates mean together: assemble.ts.
import { dayNumber, isDate, weekdayOf } from '../plan/days.ts';
import { fieldOf, headOf } from './fields.ts';
import { looseCell, looseDate, looseTime } from './loose.ts';
import type { Field, Found, GridTrouble, Head, TextRow } from './types.ts';

/** Cells as text, row by row; `place` names a cell as people do. */
export interface Grid {
  readonly name: string;
  readonly cells: readonly (readonly string[])[];
  place(row: number, column: number): string;
}

export interface ReadGrid {
  readonly kind: 'list' | 'matrix' | 'none';
  readonly head: Readonly<Partial<Record<Head, string>>>;
  readonly found: readonly Found[];
  readonly troubles: readonly GridTrouble[];
}

/** Headings are looked for in so many rows. */
const SEARCHED = 30;
const NOTHING: ReadGrid = { kind: 'none', head: {}, found: [], troubles: [] };

/** @param year for a matrix, or for dates without a year, that do not say it themselves */
export function readGrid(grid: Grid, year: number | undefined): ReadGrid {
  const head = headOfGrid(grid);
  const list = grid.cells.slice(0, SEARCHED).findIndex((row) => isListHeading(row.map(fieldOf)));
  if (list >= 0) return { ...readList(grid, list, year ?? yearIn(grid, list), commonOf(grid, list)), head };
  const matrix = grid.cells.slice(0, SEARCHED).findIndex((row) => row.filter((cell) => monthOf(cell) !== undefined).length >= 6);
  if (matrix >= 0) return { ...readMatrix(grid, matrix, year ?? yearIn(grid, matrix)), head };
  return NOTHING;
}

function isListHeading(fields: readonly (Field | undefined)[]): boolean {
  const has = (field: Field): boolean => fields.includes(field);
  return (has('date') || has('time')) && (has('name') || has('indicator') || has('release'));
}

/** Longest name of something said. */
const NAME_LONGEST = 30;

/** Lines such as `# timezone: Asia/Shanghai` or `- 时区：Asia/Shanghai`, before or beside the table. No regular expression: one takes minutes for a cell of blanks. */
function saidOf(text: string): Said | undefined {
  const plain = text.replace(/^[#\-*\s]+/, '');
  const colon = plain.search(/[:：]/);
  if (colon < 0) return undefined;
  const [name, value] = [plain.slice(0, colon).trim(), plain.slice(colon + 1).trim()];
  return name !== '' && name.length <= NAME_LONGEST && value !== '' && !value.includes('\n') ? { name, value } : undefined;
}

interface Said {
  readonly name: string;
  readonly value: string;
}

function headOfGrid(grid: Grid): Partial<Record<Head, string>> {
  const head: Partial<Record<Head, string>> = {};
  for (const { name, value } of saidIn(grid.cells)) {
    const key = headOf(name);
    if (key && head[key] === undefined) head[key] = value;
  }
  return head;
}

function commonOf(grid: Grid, before: number): TextRow {
  const common: Partial<Record<Field, string>> = {};
  for (const { name, value } of saidIn(grid.cells.slice(0, before))) {
    const field = headOf(name) ? undefined : fieldOf(name);
    if (field) common[field] = value;
  }
  return common;
}

/** One cell alone in its row, or a name and a value in two. */
function* saidIn(rows: Grid['cells']): Generator<Said> {
  for (const row of rows) {
    const filled = row.filter((cell) => cell.trim() !== '');
    if (filled.length !== 1 && filled.length !== 2) continue;
    const said = saidOf(filled.join(':'));
    if (said) yield said;
  }
}

function yearIn(grid: Grid, before: number): number | undefined {
  const text = `${grid.name} ${grid.cells
    .slice(0, before + 1)
    .flat()
    .join(' ')}`;
  const years = [...text.matchAll(/(?<!\d)((?:19|20|21)\d{2})(?=年|\s|$|[-_.])/g)].map(([, year]) => Number(year));
  return years[0];
}

function readList(grid: Grid, heading: number, year: number | undefined, common: TextRow): Omit<ReadGrid, 'head'> {
  const columns = (grid.cells[heading] ?? []).map(fieldOf);
  const found: Found[] = [];
  const troubles: GridTrouble[] = [];
  let above: Partial<Record<Field, string>> = {};
  grid.cells.slice(heading + 1).forEach((row, index) => {
    const at = heading + 1 + index;
    const fields: Partial<Record<Field, string>> = { ...common };
    columns.forEach((field, column) => {
      const text = row[column]?.trim();
      if (field && text) fields[field] ??= text;
    });
    const texts = [fields.date, fields.time].filter((text) => text !== undefined);
    if (texts.length === 0) return;
    const column = Math.max(0, columns.indexOf(fields.date === undefined ? 'time' : 'date'));
    const place = grid.place(at, column);
    // A name that stands once for several rows below it.
    if (fields.name === undefined && fields.indicator === undefined && fields.release === undefined) Object.assign(fields, above);
    else above = pick(fields, ['name', 'name_en', 'indicator', 'frequency', 'category']);
    const [first = '', second] = texts;
    const read = looseDate(first, year);
    if (!read) {
      troubles.push({ what: year === undefined && looseDate(first, 2000) ? 'no-year' : 'bad-date', place, text: first });
      return;
    }
    const timeText = second ?? (read.rest || undefined);
    const time = timeText === undefined ? undefined : looseTime(timeText);
    if (timeText !== undefined && time === undefined)
      troubles.push({ what: 'bad-time', place: grid.place(at, Math.max(0, columns.indexOf('time'))), text: timeText });
    found.push({ place, date: read.date, time, fields });
  });
  return { kind: 'list', found, troubles };
}

function pick(fields: TextRow, names: readonly Field[]): Partial<Record<Field, string>> {
  return Object.fromEntries(names.filter((name) => fields[name] !== undefined).map((name) => [name, fields[name]]));
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const CHINESE_MONTHS = ['一', '二', '三', '四', '五', '六', '七', '八', '九', '十', '十一', '十二'];

/** The month that a heading names: `1月`, `一月`, `Jan`, `January`. */
function monthOf(text: string): number | undefined {
  const plain = text.trim().toLowerCase();
  const number = /^(\d{1,2})\s*月份?$/.exec(plain)?.[1];
  if (number && Number(number) >= 1 && Number(number) <= 12) return Number(number);
  const chinese = CHINESE_MONTHS.indexOf(plain.replace(/月份?$/, ''));
  if (chinese >= 0 && plain.includes('月')) return chinese + 1;
  const english = /^[a-z]{3,9}\.?$/.test(plain) ? MONTHS.findIndex((month) => plain.startsWith(month)) : -1;
  return english >= 0 ? english + 1 : undefined;
}

function readMatrix(grid: Grid, heading: number, year: number | undefined): Omit<ReadGrid, 'head'> {
  const months = (grid.cells[heading] ?? []).map(monthOf);
  const fields = (grid.cells[heading] ?? []).map(fieldOf);
  const firstMonth = months.findIndex((month) => month !== undefined);
  const found: Found[] = [];
  const troubles: GridTrouble[] = [];
  const trouble = (what: GridTrouble['what'], at: number, column: number, text: string): void =>
    void troubles.push({ what, place: grid.place(at, column), text });
  if (year === undefined) trouble('no-year', heading, 0, grid.name);
  grid.cells.slice(heading + 1).forEach((row, index) => {
    const at = heading + 1 + index;
    const named = fields.slice(0, firstMonth).map((field, column) => ({ field, text: row[column]?.trim() ?? '' }));
    const name = named.find(({ field, text }) => field === 'name' && text) ?? named.filter(({ text }) => text && !/^\d+$/.test(text)).at(0);
    if (!name || year === undefined) return;
    const frequency = named.find(({ field }) => field === 'frequency')?.text;
    const category = named.find(({ field }) => field === 'category')?.text;
    const own: TextRow = { name: name.text.split('\n')[0]?.trim(), ...(frequency ? { frequency } : {}), ...(category ? { category } : {}) };
    row.forEach((text, column) => {
      const month = months[column];
      if (month === undefined || text.trim() === '') return;
      const dates = looseCell(text);
      // A line without a single date is a note below the table, not a line of it.
      if (!dates) {
        trouble('bad-cell', at, column, text);
        return;
      }
      for (const { day, weekday, time, note } of dates) {
        const date = `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
        if (!isDate(date)) trouble('no-such-day', at, column, date);
        else if (weekday !== undefined && weekdayOf(dayNumber(year, month, day)) !== weekday)
          trouble('wrong-weekday', at, column, `${date} ${text.trim()}`);
        else found.push({ place: grid.place(at, column), date, time, fields: note ? { ...own, status: note } : own });
      }
    });
  });
  return { kind: 'matrix', found, troubles };
}
