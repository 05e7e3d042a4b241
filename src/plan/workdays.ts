// Working days of China: Monday to Friday, less the public holidays and plus the make-up days (调休)
// of the State Council's yearly notice, as `chinese-days` records them, corrected by the bureau's
// own config/workdays.yaml. Not for time of day.
import data from 'chinese-days/dist/chinese-days.json' with { type: 'json' };
import { type DayNumber, toDate, toDay, weekdayOf, yearOf } from './days.ts';
import type { LocalDate } from './types.ts';

/** Which days are worked. `known(year)` is false while that year's holidays are not announced. */
export interface Workdays {
  isWorking(day: DayNumber): boolean;
  known(year: number): boolean;
  /** The holiday's or make-up day's name, where the day differs from its week. */
  nameOf(day: DayNumber): string | undefined;
}

/**
 * What config/workdays.yaml may say; years listed are taken as announced, whatever the package
 * knows.
 */
export interface OwnWorkdays {
  readonly work: readonly LocalDate[];
  readonly off: readonly LocalDate[];
  readonly years: readonly number[];
}

/**
 * The State Council's yearly notices as a package has them: date to name. A plan in force keeps
 * those that it was dated by.
 */
export interface Notices {
  readonly holidays: Readonly<Record<string, string>>;
  readonly workdays: Readonly<Record<string, string>>;
}

/** The notices that this version of Banli knows. */
export const NOTICES: Notices = {
  holidays: shortened(data.holidays),
  workdays: shortened(data.workdays),
};

/** `National Day,国庆节,3` → 国庆节 */
function shortened(dates: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(dates).map(([date, name]) => [date, name.split(',')[1] ?? name]),
  );
}

/** What a day of the bureau's own is called. */
export const OWN_DAY = 'config/workdays.yaml';

/** The working days of China with a bureau's own corrections on top. */
export function workdaysOfChina(
  own: OwnWorkdays = { work: [], off: [], years: [] },
  notices: Notices = NOTICES,
): Workdays {
  const special = new Map<DayNumber, { working: boolean; name: string }>();
  const years = new Set<number>(own.years);
  const add = (dates: Readonly<Record<string, string>>, working: boolean) => {
    for (const [date, name] of Object.entries(dates)) {
      const day = toDay(date as LocalDate);
      special.set(day, { working, name });
      years.add(yearOf(day));
    }
  };
  add(notices.holidays, false);
  add(notices.workdays, true);
  for (const date of own.work) special.set(toDay(date), { working: true, name: OWN_DAY });
  for (const date of own.off) special.set(toDay(date), { working: false, name: OWN_DAY });
  return {
    isWorking: (day) => special.get(day)?.working ?? weekdayOf(day) <= 5,
    known: (year) => years.has(year),
    nameOf: (day) => special.get(day)?.name,
  };
}

/** The next or previous working day strictly after or before a day; at most two years away. */
export function stepWorking(days: Workdays, from: DayNumber, count: number): DayNumber {
  const step = count < 0 ? -1 : 1;
  let day = from;
  for (let left = Math.abs(count), guard = 0; left > 0; guard++) {
    day += step;
    if (days.isWorking(day)) left--;
    if (guard > 5000) throw new Error(`no working day near ${toDate(from)}`);
  }
  return day;
}
