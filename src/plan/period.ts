// Reference periods as SDMX writes them, and combined ones (`2026-01..02`). Not for when their
// figures come out.
import { type DayNumber, monthSpan } from './days.ts';
import type { Frequency } from './types.ts';

/** A reference period: its first and last month, counted as `year * 12 + month - 1`. */
export interface Period {
  readonly id: string;
  readonly frequency: Frequency;
  readonly first: number;
  readonly last: number;
}

/** Months in a period of each frequency. */
export const MONTHS: Readonly<Record<Frequency, number>> = { M: 1, Q: 3, S: 6, A: 12 };

/** The period of a frequency that contains a month (counted as `year * 12 + month - 1`). */
export function periodContaining(frequency: Frequency, month: number): Period {
  const size = MONTHS[frequency];
  const first = Math.floor(month / size) * size;
  return { id: write(frequency, first), frequency, first, last: first + size - 1 };
}

/**
 * Reads `2026-06`, `2026-Q2`, `2026-S1`, `2026`, or a combination `2026-01..02`,
 * `2025-12..2026-01`. Returns undefined for anything else.
 */
export function parsePeriod(text: string): Period | undefined {
  const [from, to, more] = text.split('..');
  if (from === undefined || more !== undefined) return undefined;
  const start = parseSingle(from);
  if (!start || to === undefined) return start;
  const end = parseSingle(/^\d{4}/.test(to) ? to : `${from.slice(0, 5)}${to}`);
  if (!end || end.frequency !== start.frequency || end.first <= start.first) return undefined;
  return { id: text, frequency: start.frequency, first: start.first, last: end.last };
}

function parseSingle(text: string): Period | undefined {
  const match = /^(\d{4})(?:-(?:(0[1-9]|1[0-2])|Q([1-4])|S([12])))?$/.exec(text);
  if (!match) return undefined;
  const [, year, month, quarter, half] = match;
  const base = Number(year) * 12;
  if (month) return periodContaining('M', base + Number(month) - 1);
  if (quarter) return periodContaining('Q', base + (Number(quarter) - 1) * 3);
  if (half) return periodContaining('S', base + (Number(half) - 1) * 6);
  return periodContaining('A', base);
}

function write(frequency: Frequency, first: number): string {
  const year = String(Math.floor(first / 12)).padStart(4, '0');
  const month = first % 12;
  switch (frequency) {
    case 'M':
      return `${year}-${String(month + 1).padStart(2, '0')}`;
    case 'Q':
      return `${year}-Q${month / 3 + 1}`;
    case 'S':
      return `${year}-S${month / 6 + 1}`;
    case 'A':
      return year;
  }
}

/** True when the outer period covers every month of the inner one. */
export function covers(outer: Period, inner: Period): boolean {
  return outer.first <= inner.first && inner.last <= outer.last;
}

/** The last day of a period. */
export function lastDay(period: Period): DayNumber {
  return monthSpan(period.last).last;
}

/**
 * Periods in order, those that follow one another as a run from the first to the last; runs of two
 * stay single.
 */
export function periodRuns(ids: readonly string[]): (readonly [from: string, to?: string])[] {
  const runs: string[][] = [];
  for (const id of [...ids].sort()) {
    const [run, period] = [runs.at(-1), parsePeriod(id)];
    const before = run && parsePeriod(run.at(-1) ?? '');
    const follows =
      before && period && before.frequency === period.frequency && before.last + 1 === period.first;
    if (run && follows) run.push(id);
    else runs.push([id]);
  }
  return runs.flatMap((run): (readonly [string, string?])[] =>
    run.length > 2 ? [[run[0] ?? '', run.at(-1)]] : run.map((id) => [id]),
  );
}
