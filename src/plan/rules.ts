// A due rule and a period → the day. Each form of the plan language is one case here. Not for
// exceptions: calendar.ts.
import { type DayNumber, monthSpan, weekdayOf, yearOf } from './days.ts';
import { lastDay, type Period } from './period.ts';
import type { Due, IfClosed, Weekday } from './types.ts';
import { stepWorking, type Workdays } from './workdays.ts';

/** One step on the way to a day, for `banli plan why`. */
export interface RuleStep {
  readonly what: 'rule' | 'moved' | 'counted' | 'other' | 'exception' | 'combined';
  readonly day: DayNumber;
  readonly from?: DayNumber;
  readonly note?: string | undefined;
  /** Whose rule, where another indicator is leaned on. */
  readonly indicator?: string;
  readonly due?: Due;
}

/** A day, and whether it hangs on holidays that are not announced yet. */
export interface RuleDay {
  readonly day: DayNumber;
  readonly provisional: boolean;
}

const WEEKDAYS: Readonly<Record<Weekday, number>> = {
  mon: 1,
  tue: 2,
  wed: 3,
  thu: 4,
  fri: 5,
  sat: 6,
  sun: 7,
};

/** Looks up the day of another indicator for the same time; undefined where it has none. */
export type DayOfOther = (indicator: string, period: Period) => RuleDay | undefined;

/**
 * The day that a rule gives for a period, or undefined where it hangs on another indicator that has
 * none. `n`-th working days that a month lacks fall on its last (or first) working day.
 */
export function dayByRule(
  due: Due,
  period: Period,
  days: Workdays,
  other: DayOfOther,
  trace?: (step: RuleStep) => void,
): RuleDay | undefined {
  switch (due.form) {
    case 'day': {
      const { first, last } = monthSpan(period.last + due.month);
      const day = due.day === 'last' ? last : Math.min(first + due.day - 1, last);
      return settle(day, due.ifClosed, days, trace);
    }
    case 'weekday': {
      const { first, last } = monthSpan(period.last + due.month);
      const wanted = WEEKDAYS[due.day];
      const opening = first + ((wanted - weekdayOf(first) + 7) % 7);
      const final = last - ((weekdayOf(last) - wanted + 7) % 7);
      const day = due.nth === 'last' ? final : Math.min(opening + (due.nth - 1) * 7, final);
      return settle(day, due.ifClosed, days, trace);
    }
    case 'date': {
      const month = Math.floor(period.last / 12 + 1) * 12 + due.month - 1;
      const { first, last } = monthSpan(month);
      return settle(Math.min(first + due.day - 1, last), due.ifClosed, days, trace);
    }
    case 'days-after':
      return settle(lastDay(period) + due.n, due.ifClosed, days, trace);
    case 'working-day': {
      const { first, last } = monthSpan(period.last + due.month);
      const day = nthWorking(first, last, due.n, days);
      trace?.({ what: 'counted', day });
      return counted(
        day,
        Math.min(day, due.n > 0 ? first : day),
        Math.max(day, due.n < 0 ? last : day),
        days,
      );
    }
    case 'working-days-after': {
      const from = lastDay(period);
      const day = stepWorking(days, from, due.n);
      trace?.({ what: 'counted', day, from });
      return counted(day, from + 1, day, days);
    }
    case 'same-as': {
      const found = other(due.indicator, period);
      if (found) trace?.({ what: 'other', day: found.day, note: due.indicator });
      return found;
    }
    case 'before':
    case 'after': {
      const found = other(due.indicator, period);
      if (!found) return undefined;
      trace?.({ what: 'other', day: found.day, note: due.indicator });
      const day = stepWorking(
        days,
        found.day,
        due.form === 'before' ? -due.workingDays : due.workingDays,
      );
      trace?.({ what: 'counted', day, from: found.day });
      const all = counted(day, Math.min(day, found.day), Math.max(day, found.day), days);
      return { day, provisional: all.provisional || found.provisional };
    }
  }
}

function nthWorking(first: DayNumber, last: DayNumber, n: number, days: Workdays): DayNumber {
  const step = n > 0 ? 1 : -1;
  let found: DayNumber | undefined;
  let left = Math.abs(n);
  for (let day = n > 0 ? first : last; day >= first && day <= last && left > 0; day += step) {
    if (!days.isWorking(day)) continue;
    found = day;
    left--;
  }
  return found ?? (n > 0 ? first : last);
}

function settle(
  day: DayNumber,
  ifClosed: IfClosed,
  days: Workdays,
  trace?: (step: RuleStep) => void,
): RuleDay {
  trace?.({ what: 'rule', day });
  if (ifClosed === 'stay') return { day, provisional: false };
  const open = days.isWorking(day) ? day : stepWorking(days, day, ifClosed === 'next' ? 1 : -1);
  if (open !== day) trace?.({ what: 'moved', day: open, from: day, note: days.nameOf(day) });
  return counted(open, Math.min(open, day), Math.max(open, day), days);
}

/** A day that was found by looking at every day from `from` to `to`. */
function counted(day: DayNumber, from: DayNumber, to: DayNumber, days: Workdays): RuleDay {
  return { day, provisional: !days.known(yearOf(from)) || !days.known(yearOf(to)) };
}
