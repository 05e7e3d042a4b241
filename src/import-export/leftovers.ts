// What stands in a file and was not taken: every cell that has words in it and that nothing was
// made of, with the reason. Somebody who lays the calendar beside their table must not have to find
// it. For what was taken see grid.ts.

import type { Leftover } from '../plan/table-columns.ts';
import type { Grid } from './grid-types.ts';
import { lenientCell } from './lenient.ts';
import { saidPeriod } from './periods.ts';

/** More than so many are summed up. */
const MOST = 300;
const LONGEST = 80;
/** Two cells with the same few words, one below the other, are two. */
const SHORT = 12;
/** Words of the table's own frame, which say nothing. */
const FRAME = /^(序号|序|月份|月|no\.?|#)$/i;
/** A day, in any of the ways in which tables write one. */
const DATED =
  /\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}|\d{1,2}\s*[日号]|\d{1,2}月\d{1,2}|\d{1,2}\s*[/(（]\s*(周|星期)?[一二三四五六日天]/;
const SHORT_DATE = /^\d{1,2}\s*[-/.]\s*\d{1,2}(\s|$)/;

/** Nothing, or a mark for nothing. */
export function isBlank(text: string): boolean {
  return text.trim() === '' || lenientCell(text)?.length === 0;
}

function hasDate(text: string): boolean {
  return (DATED.test(text) || SHORT_DATE.test(text.trim())) && saidPeriod(text) === undefined;
}

/** Keeps book of a sheet's cells. */
export class Taken {
  readonly #grid: Grid;
  readonly #taken = new Set<string>();
  readonly #reasons = new Map<string, Pick<Leftover, 'why' | 'about' | 'name' | 'isDated'>>();
  /** Columns that were left out as a whole: why, and what they are called. */
  readonly #columns = new Map<number, string>();

  constructor(grid: Grid) {
    this.#grid = grid;
  }

  take(row: number, column: number): void {
    this.#taken.add(`${row} ${column}`);
  }

  takeRow(row: number): void {
    this.#grid.cells[row]?.forEach((_, column) => void this.take(row, column));
  }

  /** Of what it is known why; its place is that of a date, whatever its words. */
  leave(
    row: number,
    column: number,
    why: Leftover['why'],
    { about = '', name = '', isDated = true }: Partial<Leftover> = {},
  ): void {
    this.#reasons.set(`${row} ${column}`, { why, about, name, isDated });
  }

  /** What has no heading that Banli knows. */
  leaveColumn(column: number, heading: string): void {
    this.#columns.set(column, heading);
  }

  /** @param heading the row of headings; undefined where there is no table at all */
  rest(heading: number | undefined): Leftover[] {
    const { cells, after = [] } = this.#grid;
    const made: Leftover[] = [];
    const columns = new Map<number, Leftover>();
    let above: readonly number[] = [];
    for (const [at, row] of cells.entries()) {
      const left = row.flatMap((_, column) => (this.#isTaken(at, column, heading) ? [] : [column]));
      const isOne = (column: number): boolean =>
        !above.includes(column) || !this.#hangsDown(at, column);
      const words: Leftover[] = [];
      for (const column of left.filter(isOne)) {
        const one = this.#told(at, column, heading);
        if (one.isDated || this.#reasons.has(`${at} ${column}`)) made.push(one);
        else if (one.why !== 'column') words.push(one);
        else if (at === heading) columns.set(column, { ...one, text: '', count: 0 });
        else columns.set(column, withMore(columns.get(column), one));
      }
      above = left;
      // The words of a row are told in one.
      const [first] = words;
      if (first) made.push({ ...first, text: shortened(words.map(({ text }) => text).join(' ')) });
    }
    const summed = [...columns].filter(
      ([column, { count }]) => count > 0 && !isNumbers(this.#grid, column, heading ?? 0),
    );
    const below = after.map(
      (text): Leftover => ({
        place: '',
        text: shortened(text),
        why: 'below',
        about: '',
        name: '',
        isDated: hasDate(text),
        count: 1,
      }),
    );
    return [...made, ...summed.map(([, one]) => one), ...below];
  }

  #isTaken(at: number, column: number, heading: number | undefined): boolean {
    const text = this.#grid.cells[at]?.[column] ?? '';
    const isNumber =
      /^\d+$/.test(text) && heading !== undefined && isFrame(this.#grid.cells[heading]?.[column]);
    return this.#taken.has(`${at} ${column}`) || isBlank(text) || isFrame(text) || isNumber;
  }

  /** A cell over several rows stands in each of them. */
  #hangsDown(at: number, column: number): boolean {
    const text = this.#grid.cells[at]?.[column] ?? '';
    return text.length > SHORT && this.#grid.cells[at - 1]?.[column] === text;
  }

  #told(at: number, column: number, heading: number | undefined): Leftover {
    const text = this.#grid.cells[at]?.[column] ?? '';
    const reason = this.#reasons.get(`${at} ${column}`);
    const of =
      reason === undefined &&
      heading !== undefined &&
      at >= heading &&
      !isFrame(this.#columns.get(column))
        ? this.#columns.get(column)
        : undefined;
    const region =
      heading === undefined
        ? 'sheet'
        : at < heading
          ? 'above'
          : of === undefined
            ? 'no-date'
            : 'column';
    return {
      place: this.#grid.place(at, column),
      text: shortened(text),
      why: reason?.why ?? region,
      about: reason?.about || (of ?? ''),
      name: reason?.name ?? '',
      isDated: (reason?.isDated ?? false) || hasDate(text),
      count: 1,
    };
  }
}

const isFrame = (text = ''): boolean => FRAME.test(text.trim());

/** A column's words, each once, as far as there is room. */
function withMore(sum: Leftover | undefined, one: Leftover): Leftover {
  if (!sum) return one;
  const words = sum.text === '' ? [] : sum.text.split('、');
  const text =
    words.includes(one.text) || sum.text.length > LONGEST
      ? sum.text
      : shortened([...words, one.text].join('、'));
  return { ...sum, text, count: sum.count + 1 };
}

/** A column of running numbers says nothing. */
function isNumbers({ cells }: Grid, column: number, heading: number): boolean {
  return cells.slice(heading + 1).every((row) => /^\d*$/.test(row[column]?.trim() ?? ''));
}

function shortened(text: string): string {
  const plain = text.trim().replace(/\s+/g, ' ');
  return plain.length > LONGEST ? `${plain.slice(0, LONGEST)}…` : plain;
}

/** The first of them one by one, with dates before those without; the others as a number. */
export function summedUp(leftovers: readonly Leftover[]): Leftover[] {
  const sorted = [
    ...leftovers.filter(({ isDated }) => isDated),
    ...leftovers.filter(({ isDated }) => !isDated),
  ];
  const more = sorted.slice(MOST);
  const rest = [true, false].flatMap((isDated): Leftover[] => {
    const own = more.filter((one) => one.isDated === isDated);
    const count = own.reduce((sum, one) => sum + one.count, 0);
    return count === 0
      ? []
      : [{ place: '', text: '', why: 'more', about: '', name: '', isDated, count }];
  });
  return [...sorted.slice(0, MOST), ...rest];
}
