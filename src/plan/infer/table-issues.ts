// What is wrong with a table of dates before any rhythm is looked for: rows that stand twice,
// periods that overlap. Not for reading tables: import-export/.

import { covers, type Period, parsePeriod } from '../period.ts';
import { idOf, type Table, type TableIssue, type TableRow } from './table.ts';

/** Everything at once; nothing where a plan can be inferred. */
export function issuesOf(table: Table): TableIssue[] {
  if (table.rows.length === 0) return [{ what: 'empty' }];
  const troubles: TableIssue[] = [];
  const seen = new Map<string, TableRow>();
  const periods = new Map<string, Period[]>();
  for (const row of table.rows) {
    const release = idOf(row);
    const before = seen.get(release);
    if (before)
      troubles.push({
        what: 'twice',
        first: before.place,
        second: row.place,
        name: row.name,
        period: row.period,
      });
    seen.set(release, row);
    if (row.period === undefined) continue;
    const period = parsePeriod(row.period);
    if (!period) {
      troubles.push({ what: 'bad-period', place: row.place, period: row.period });
      continue;
    }
    const others = periods.get(row.indicator) ?? [];
    const over = others.find(
      (one) => one.id !== period.id && (covers(one, period) || covers(period, one)),
    );
    if (others[0] && others[0].frequency !== period.frequency)
      troubles.push({
        what: 'mixed-frequency',
        place: row.place,
        name: row.name,
        period: row.period,
      });
    else if (over)
      troubles.push({
        what: 'overlap',
        place: row.place,
        name: row.name,
        period: row.period,
        other: over.id,
      });
    periods.set(row.indicator, [...others, period]);
  }
  return troubles;
}
