// How far what was inferred is what the table says: a release against its row, a rule against its
// dates, and what most of the rows have.

import { dateIn, minuteIn } from '../time.ts';
import type { Release } from '../types.ts';
import type { Choice } from './rule.ts';
import type { Certainty, TableRow } from './table.ts';

/** The release is the row, as far as the row says anything. */
export function isSame(release: Release, row: TableRow): boolean {
  const due = minuteIn(release.due, release.timezone);
  const [was, expected] = [release.was, release.expected].map((at) =>
    at === undefined ? undefined : minuteIn(at, release.timezone),
  );
  return (
    dateIn(release.due, release.timezone) === row.date &&
    due === `${row.date} ${row.time}` &&
    (row.status === undefined || release.status === row.status) &&
    (row.was === undefined || row.was === was) &&
    (row.expected === undefined || row.expected === expected)
  );
}

/** How sure a rule is by how many of its dates it gives. */
export function certaintyOf(
  counts: { dates: number; byRule: number; skipped: number },
  choice: Choice,
): Certainty {
  const share = counts.byRule / (counts.dates + counts.skipped);
  if (counts.dates >= 6 && share >= 0.75 && choice.rivals.length === 0) return 'sure';
  return counts.dates >= 3 && share >= 0.6 ? 'likely' : 'guess';
}

/** The value that most have; the first of them where there are several. */
export function mostCommon<T>(values: readonly (T | undefined)[]): T | undefined {
  const counts = new Map<string, { value: T | undefined; count: number }>();
  for (const value of values) {
    const key = JSON.stringify(value) ?? '';
    const one = counts.get(key) ?? { value, count: 0 };
    one.count++;
    counts.set(key, one);
  }
  return [...counts.values()].reduce<{ value: T | undefined; count: number }>(
    (best, one) => (one.count > best.count ? one : best),
    {
      value: undefined,
      count: 0,
    },
  ).value;
}
