// A calendar as the bureaus print it: indicators down, the months of one year across. For every
// place that shows or exports it. Not for how a cell looks.
import { dateIn } from './time.ts';
import type { Calendar, Frequency, Release } from './types.ts';

/** One line of the matrix: an indicator, its interpretation, or a notice. */
export interface MatrixRow {
  /** Any release of the line, for its name and frequency. */
  readonly head: Release;
  /** By month, 1–12. */
  readonly cells: ReadonlyMap<number, readonly Release[]>;
}

const ORDER: Readonly<Record<Frequency, number>> = { M: 0, Q: 1, S: 2, A: 3 };

/** The lines of a year, by frequency and then in order of their first release; notices last. */
export function matrixOf(
  calendar: Pick<Calendar, 'releases' | 'timezone'>,
  year: number,
): MatrixRow[] {
  const rows = new Map<string, { head: Release; cells: Map<number, Release[]> }>();
  for (const release of calendar.releases) {
    const date = dateIn(release.due, calendar.timezone);
    if (Number(date.slice(0, 4)) !== year) continue;
    const key = release.follows
      ? `${release.indicator ?? release.follows}.interpretation`
      : (release.indicator ?? release.id);
    const row = rows.get(key) ?? { head: release, cells: new Map<number, Release[]>() };
    const month = Number(date.slice(5, 7));
    row.cells.set(month, [...(row.cells.get(month) ?? []), release]);
    rows.set(key, row);
  }
  const rank = ({ head }: MatrixRow): number => (head.frequency ? ORDER[head.frequency] : 9);
  return [...rows.values()].sort((a, b) => rank(a) - rank(b));
}
