// The year matrix in a sheet, indicators down and months across → the dates in it. For lists see grid.ts.
import { dayNumber, isDate, weekdayOf } from '../plan/days.ts';
import { fieldOf } from './fields.ts';
import type { Grid, Reading } from './grid.ts';
import { isBlank } from './leftovers.ts';
import type { Taken } from './leftovers.ts';
import { looseCell } from './loose.ts';
import type { Found, GridTrouble, TextRow } from './types.ts';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const CHINESE_MONTHS = ['一', '二', '三', '四', '五', '六', '七', '八', '九', '十', '十一', '十二'];
/** So many months make a row the heading of a matrix; fewer do beside a heading that Banli knows. */
const ENOUGH = 6;
const FEW = 2;

interface Month {
  readonly month: number;
  /** Where the heading says it. */
  readonly year: number | undefined;
}

/** The month that a heading names: `1月`, `一月`, `2027年1月`, `Jan`, `January`, or a spreadsheet's first day of it. */
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
  const english = /^[a-z]{3,9}\.?$/.test(rest) ? MONTHS.findIndex((month) => rest.startsWith(month)) : -1;
  return english >= 0 ? { month: english + 1, year } : undefined;
}

export function isMatrixHeading(row: readonly string[]): boolean {
  const months = row.filter((cell) => monthOf(cell) !== undefined).length;
  return months >= ENOUGH || (months >= FEW && row.some((cell) => fieldOf(cell) === 'name'));
}

/** @param asked the year that the table or somebody says @param near one that stands somewhere, for headings that say none */
export function readMatrix(grid: Grid, heading: number, asked: number | undefined, near: number | undefined, taken: Taken): Reading {
  const headings = grid.cells[heading] ?? [];
  const months = headings.map(monthOf);
  const fields = headings.map(fieldOf);
  const firstMonth = months.findIndex((month) => month !== undefined);
  const found: Found[] = [];
  const troubles: GridTrouble[] = [];
  const trouble = (what: GridTrouble['what'], at: number, column: number, text: string): void =>
    void troubles.push({ what, place: grid.place(at, column), text });
  const years = months.map((month) => month && (month.year ?? asked ?? near));
  // A year that no column is of was said of something else.
  const only = asked !== undefined && years.includes(asked) ? asked : undefined;
  if (years.some((year, column) => months[column] && year === undefined)) trouble('no-year', heading, 0, grid.name);
  headings.forEach((text, column) => {
    if (months[column] || (fields[column] && column < firstMonth)) taken.take(heading, column);
    else if (!isBlank(text) && column > firstMonth) taken.leaveColumn(column, text.trim());
  });
  grid.cells.slice(heading + 1).forEach((row, index) => {
    const at = heading + 1 + index;
    const named = fields.slice(0, firstMonth).map((field, column) => ({ field, column, text: row[column]?.trim() ?? '' }));
    const name = named.find(({ field, text }) => field === 'name' && text) ?? named.filter(({ text }) => text && !/^\d+$/.test(text)).at(0);
    if (!name) {
      row.forEach((text, column) => void (months[column] && !isBlank(text) && taken.leave(at, column, 'no-date', '', true)));
      return;
    }
    const frequency = named.find(({ field }) => field === 'frequency');
    const category = named.find(({ field }) => field === 'category');
    const own: TextRow = {
      name: name.text.split('\n')[0]?.trim(),
      ...(frequency?.text ? { frequency: frequency.text } : {}),
      ...(category?.text ? { category: category.text } : {}),
    };
    let dated = false;
    row.forEach((text, column) => {
      const { month } = months[column] ?? {};
      const year = years[column];
      if (month === undefined || year === undefined || isBlank(text)) return;
      if (only !== undefined && year !== only) return void taken.leave(at, column, 'other-year', headings[column]?.trim(), true);
      const dates = looseCell(text);
      if (!dates) {
        // Words and no number are no mistyped date: 待定.
        if (/\d/.test(text)) trouble('bad-cell', at, column, text);
        else taken.leave(at, column, 'undated-cell', `${month}`, true);
        return;
      }
      dated = true;
      taken.take(at, column);
      for (const { day, weekday, time, note } of dates) {
        const date = `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
        if (!isDate(date)) trouble('no-such-day', at, column, date);
        else if (weekday !== undefined && weekdayOf(dayNumber(year, month, day)) !== weekday)
          trouble('wrong-weekday', at, column, `${date} ${text.trim()}`);
        else found.push({ place: grid.place(at, column), date, time, fields: note ? { ...own, status: note } : own });
      }
    });
    if (!dated) return;
    for (const one of [name, frequency, category]) {
      if (!one) continue;
      taken.take(at, one.column);
      taken.take(heading, one.column);
    }
    for (const { column, text } of named) if (/^\d+$/.test(text)) taken.take(at, column);
  });
  return { kind: 'matrix', found, troubles };
}
