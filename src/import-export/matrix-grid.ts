// The year matrix in a sheet, indicators down and months across → the dates in it. For lists see
// grid.ts.
import { dayNumber, isDate, weekdayOf } from '../plan/days.ts';
import type { FoundDate, GridTrouble, TableColumn, TextRow } from '../plan/table-columns.ts';
import { fieldOf } from './fields.ts';
import type { Grid, GridReading } from './grid-types.ts';
import { isBlank, type Taken } from './leftovers.ts';
import { isUndated, lenientCell } from './lenient.ts';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const CHINESE_MONTHS = ['一', '二', '三', '四', '五', '六', '七', '八', '九', '十', '十一', '十二'];
/**
 * So many months make a row the heading of a matrix; fewer do beside a heading that Banli knows.
 */
const ENOUGH = 6;
const FEW = 2;

interface Month {
  readonly month: number;
  /** Where the heading says it. */
  readonly year: number | undefined;
}

/**
 * The month that a heading names: `1月`, `一月`, `2027年1月`, `Jan`, `January`, or a spreadsheet's first
 * day of it.
 */
function monthOf(text: string): Month | undefined {
  const plain = text.normalize('NFKC').trim().toLowerCase();
  const [, said, rest = plain] = /^(\d{4})\s*年\s*(.+)$/s.exec(plain) ?? [];
  const year = said === undefined ? undefined : Number(said);
  const [, ofDay, day] = /^(\d{4})-(\d{2})-01$/.exec(plain) ?? [];
  if (ofDay !== undefined) return { month: Number(day), year: Number(ofDay) };
  const number = Number(/^(\d{1,2})\s*月份?$/.exec(rest)?.[1]);
  if (number >= 1 && number <= 12) return { month: number, year };
  const chinese = CHINESE_MONTHS.indexOf(rest.replace(/月份?$/, ''));
  if (chinese >= 0 && rest.includes('月')) return { month: chinese + 1, year };
  const english = /^[a-z]{3,9}\.?$/.test(rest)
    ? MONTHS.findIndex((month) => rest.startsWith(month))
    : -1;
  return english >= 0 ? { month: english + 1, year } : undefined;
}

export function isMatrixHeading(row: readonly string[]): boolean {
  const months = row.filter((cell) => monthOf(cell) !== undefined).length;
  return months >= ENOUGH || (months >= FEW && row.some((cell) => fieldOf(cell) === 'name'));
}

/** A matrix on its way. */
interface Matrix {
  readonly grid: Grid;
  readonly heading: number;
  readonly months: readonly (number | undefined)[];
  readonly years: readonly (number | undefined)[];
  /** The year that counts, where there are columns of it. */
  readonly only: number | undefined;
  readonly taken: Taken;
  readonly troubles: GridTrouble[];
}

/**
 * @param asked the year that the table or somebody says
 * @param near one that stands somewhere, for headings that say none
 */
export function readMatrix(
  grid: Grid,
  heading: number,
  asked: number | undefined,
  near: number | undefined,
  taken: Taken,
): GridReading {
  const headings = grid.cells[heading] ?? [];
  const months = headings.map(monthOf);
  const fields = headings.map(fieldOf);
  const firstMonth = months.findIndex((month) => month !== undefined);
  const years = months.map((month) => month && (month.year ?? asked ?? near));
  const matrix: Matrix = {
    grid,
    heading,
    months: months.map((month) => month?.month),
    years,
    // A year that no column is of was said of something else.
    only: asked !== undefined && years.includes(asked) ? asked : undefined,
    taken,
    troubles: [],
  };
  if (months.some((month, column) => month && years[column] === undefined))
    matrix.troubles.push({ what: 'no-year', place: grid.place(heading, 0), text: grid.name });
  for (const [column, text] of headings.entries()) {
    if (months[column] || (fields[column] && column < firstMonth)) taken.take(heading, column);
    else if (!isBlank(text) && column > firstMonth) taken.leaveColumn(column, text.trim());
  }
  const found: FoundDate[] = [];
  for (let at = heading + 1; at < grid.cells.length; at++) {
    const named = fields
      .slice(0, firstMonth)
      .map((field, column) => ({ field, column, text: grid.cells[at]?.[column]?.trim() ?? '' }));
    found.push(...rowOf(matrix, at, named));
  }
  return { kind: 'matrix', found, troubles: matrix.troubles };
}

interface NamedCell {
  readonly field: TableColumn | undefined;
  readonly column: number;
  readonly text: string;
}

/** The dates of a row, whose first cells say of what. */
function rowOf(matrix: Matrix, at: number, named: readonly NamedCell[]): FoundDate[] {
  const { grid, heading, months, taken } = matrix;
  const row = grid.cells[at] ?? [];
  const filled = row.flatMap((text, column) =>
    months[column] === undefined || isBlank(text) ? [] : [column],
  );
  const name =
    named.find(({ field, text }) => field === 'name' && text) ??
    named.find(({ text }) => text && !/^\d+$/.test(text));
  if (!name) {
    for (const column of filled) taken.leave(at, column, 'no-date');
    return [];
  }
  const frequency = named.find(({ field }) => field === 'frequency');
  const category = named.find(({ field }) => field === 'category');
  const own: TextRow = {
    name: name.text.split('\n')[0]?.trim(),
    ...(frequency?.text ? { frequency: frequency.text } : {}),
    ...(category?.text ? { category: category.text } : {}),
  };
  const found = filled.map((column) => datesIn(matrix, at, column, own));
  if (found.every((dates) => dates === undefined)) return [];
  for (const one of [name, frequency, category]) {
    if (!one) continue;
    taken.take(at, one.column);
    taken.take(heading, one.column);
  }
  for (const { column, text } of named) if (/^\d+$/.test(text)) taken.take(at, column);
  return found.flatMap((dates) => dates ?? []);
}

/** The dates of a cell; undefined where it was left out. */
function datesIn(
  { grid, heading, months, years, only, taken, troubles }: Matrix,
  at: number,
  column: number,
  own: TextRow,
): FoundDate[] | undefined {
  const text = grid.cells[at]?.[column] ?? '';
  const [month, year] = [months[column], years[column]];
  if (month === undefined || year === undefined) return undefined;
  if (only !== undefined && year !== only) {
    taken.leave(at, column, 'other-year', {
      about: grid.cells[heading]?.[column]?.trim() ?? '',
      name: own.name ?? '',
    });
    return undefined;
  }
  const place = grid.place(at, column);
  const of = `${own.name ?? ''} ${grid.cells[heading]?.[column]?.trim() ?? ''}`;
  const dates = lenientCell(text);
  // Words and no number are no mistyped date: 待定.
  if (!dates && isUndated(text)) {
    taken.leave(at, column, 'undated-cell', { name: own.name ?? '' });
    return undefined;
  }
  if (!dates) troubles.push({ what: 'bad-cell', place, text, of });
  taken.take(at, column);
  return (dates ?? []).flatMap(({ day, weekday, time, note }): FoundDate[] => {
    const date = `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
    if (!isDate(date)) {
      troubles.push({ what: 'no-such-day', place, text: date, of });
      return [];
    }
    if (weekday !== undefined && weekdayOf(dayNumber(year, month, day)) !== weekday) {
      troubles.push({ what: 'wrong-weekday', place, text: `${date} ${text.trim()}`, of });
      return [];
    }
    return [{ place, date, time, fields: note ? { ...own, status: note } : own }];
  });
}
