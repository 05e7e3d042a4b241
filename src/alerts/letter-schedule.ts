// When the regular letters are due: the week ahead on its first working day, the look back on the
// month's. Pure. Not for what they say.

import type { Instant } from '../lib/instant.ts';
import { type DayNumber, toDate, toDay, weekdayOf } from '../plan/days.ts';
import { dateIn, localTimes } from '../plan/time.ts';
import type { LocalDate } from '../plan/types.ts';
import type { Workdays } from '../plan/workdays.ts';

/** At which local time each is written; undefined: never. */
export interface ReportRules {
  readonly weekAhead: string | undefined;
  readonly monthBack: string | undefined;
  /** A letter for each instant at which something came out. */
  readonly receipts: boolean;
}

/** A regular letter whose time has come. */
export type DueReport =
  | {
      readonly kind: 'week';
      readonly key: string;
      readonly at: Instant;
      readonly from: LocalDate;
      readonly to: LocalDate;
    }
  | { readonly kind: 'month'; readonly key: string; readonly at: Instant; readonly month: string };

/** A letter that nobody could write in time is not written days later. */
const STALE_MS = 86_400_000;

/** The regular letters whose time came within the last day. @param timezone of the plan */
export function dueReports(
  now: Instant,
  timezone: string,
  workdays: Workdays,
  rules: ReportRules,
): DueReport[] {
  return reportsOf(toDay(dateIn(now, timezone)), timezone, workdays, rules).filter(
    ({ at }) => at <= now && now - at < STALE_MS,
  );
}

/** Those that belong to the week and the month of a day, and of the day before. */
function reportsOf(
  today: DayNumber,
  timezone: string,
  workdays: Workdays,
  rules: ReportRules,
): DueReport[] {
  const local = localTimes(timezone);
  const found = new Map<string, DueReport>();
  for (const day of [today - 1, today]) {
    const monday = day - (weekdayOf(day) - 1);
    const first = firstWorking(workdays, monday, 7);
    const at = rules.weekAhead === undefined ? undefined : local(toDate(first), rules.weekAhead);
    const key = `week:${toDate(monday)}`;
    if (typeof at === 'number')
      found.set(key, { kind: 'week', key, at, from: toDate(monday), to: toDate(monday + 6) });
    const start = toDay(`${toDate(day).slice(0, 7)}-01` as LocalDate);
    const back =
      rules.monthBack === undefined
        ? undefined
        : local(toDate(firstWorking(workdays, start, 28)), rules.monthBack);
    const month = toDate(start - 1).slice(0, 7);
    if (typeof back === 'number')
      found.set(`month:${month}`, { kind: 'month', key: `month:${month}`, at: back, month });
  }
  return [...found.values()];
}

/** The first working day of some days; where none is worked, the first of them. */
function firstWorking(workdays: Workdays, first: DayNumber, days: number): DayNumber {
  for (let day = first; day < first + days; day++) if (workdays.isWorking(day)) return day;
  return first;
}
