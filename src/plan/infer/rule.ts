// The dates of one indicator → the rule that gives most of them. Rules vote first, the best are
// tried with the plan's own plan/rules.ts. Not for rules that lean on another indicator:
// relative.ts.
import { type DayNumber, yearOf } from '../days.ts';
import { covers, MONTHS, type Period, periodContaining } from '../period.ts';
import { dayByRule } from '../rules.ts';
import type { Due, Frequency } from '../types.ts';
import type { Workdays } from '../workdays.ts';
import { candidatesFor, type WorkingDays } from './candidates.ts';

/** One date of an indicator. */
export interface DatedPeriod {
  readonly period: Period;
  readonly day: DayNumber;
}

/** What a rule gives beside what the table has. */
export interface Fit {
  readonly due: Due;
  /** Periods for which the rule gives another day. */
  readonly misses: readonly Period[];
  /** Periods that the rule would have in the year and the table has not. */
  readonly extra: readonly Period[];
}

/** The best rule, and others that fit as well but would give other dates next year. */
export interface Choice extends Fit {
  readonly rivals: readonly Due[];
  /** The plain rule that this one, which leans on another indicator, was preferred to. */
  readonly plain?: Fit | undefined;
}

export interface Surroundings {
  readonly year: number;
  readonly workdays: Workdays;
  readonly days: WorkingDays;
}

/** So many of the best voted are tried. */
const TRIED = 40;
const RIVALS = 3;

export function bestRule(
  dates: readonly DatedPeriod[],
  frequency: Frequency,
  around: Surroundings,
): Choice {
  const votes = new Map<string, { due: Due; votes: number; direct: number }>();
  for (const { day, period } of dates) {
    for (const { due, direct } of candidatesFor(day, period, around.days)) {
      const key = JSON.stringify(due);
      const vote = votes.get(key) ?? { due, votes: 0, direct: 0 };
      vote.votes++;
      if (direct) vote.direct++;
      votes.set(key, vote);
    }
  }
  const ranked = [...votes.values()].sort(
    (a, b) => b.votes - a.votes || b.direct - a.direct || rank(a.due) - rank(b.due),
  );
  const most = ranked[0]?.votes ?? 0;
  const missing = absentPeriods(dates, frequency);
  const fits = ranked
    .filter((one, index) => index < TRIED && one.votes >= most - 2)
    .map((one) => ({ ...fitOf(one.due, dates, missing, around), direct: one.direct }))
    .sort((a, b) => costOf(a) - costOf(b) || rank(a.due) - rank(b.due) || b.direct - a.direct);
  const [best] = fits;
  // A date before its own period has no rule at all: any rule serves, every date is said outright.
  if (!best)
    return {
      ...fitOf({ form: 'day', day: 1, month: 1, ifClosed: 'next' }, dates, missing, around),
      rivals: [],
    };
  const equals = fits
    .filter((one) => one !== best && costOf(one) === costOf(best))
    .map((one) => one.due);
  return {
    due: best.due,
    misses: best.misses,
    extra: best.extra,
    rivals: partingFrom(best.due, equals, dates, around),
  };
}

/** How many lines the plan needs beside the rule. */
export function costOf(fit: Fit): number {
  return fit.misses.length + fit.extra.length;
}

function fitOf(
  due: Due,
  dates: readonly DatedPeriod[],
  missing: readonly Period[],
  { workdays, year }: Surroundings,
): Fit {
  const dayOf = (period: Period): DayNumber | undefined =>
    dayByRule(due, period, workdays, () => undefined)?.day;
  return {
    due,
    misses: dates.filter(({ period, day }) => dayOf(period) !== day).map(({ period }) => period),
    extra: missing.filter((period) => yearOf(dayOf(period) ?? 0) === year),
  };
}

/** Periods around and between those of the table that it does not have. */
export function absentPeriods(dates: readonly DatedPeriod[], frequency: Frequency): Period[] {
  const size = MONTHS[frequency];
  const from = Math.min(...dates.map(({ period }) => period.first)) - size * 2;
  const to = Math.max(...dates.map(({ period }) => period.last)) + size * 2;
  const absent: Period[] = [];
  for (let month = from; month <= to; month += size) {
    const period = periodContaining(frequency, month);
    if (!dates.some((one) => covers(one.period, period))) absent.push(period);
  }
  return absent;
}

/** Of rules that fit alike, those that would give another day next year; one of each form. */
function partingFrom(
  due: Due,
  others: readonly Due[],
  dates: readonly DatedPeriod[],
  { workdays }: Surroundings,
): Due[] {
  const nextYear = dates.map(({ period }) => ({
    ...period,
    first: period.first + 12,
    last: period.last + 12,
  }));
  const dayOf = (rule: Due, period: Period): DayNumber | undefined =>
    dayByRule(rule, period, workdays, () => undefined)?.day;
  const found = new Map<string, Due>();
  for (const other of others) {
    if (other.form === due.form && !('day' in other && 'day' in due && other.day !== due.day))
      continue;
    if (
      !found.has(other.form) &&
      nextYear.some((period) => dayOf(other, period) !== dayOf(due, period))
    )
      found.set(other.form, other);
    if (found.size === RIVALS) break;
  }
  return [...found.values()];
}

const FORMS = ['date', 'day', 'working-day', 'weekday', 'days-after', 'working-days-after'];
const CLOSED = ['next', 'stay', 'previous'];

/**
 * Which of two rules that fit alike is the likelier meant: the lower. A closed day is taken to move
 * a release on, until a date says otherwise.
 */
function rank(due: Due): number {
  const form = FORMS.indexOf(due.form) * 10;
  const closed = 'ifClosed' in due ? CLOSED.indexOf(due.ifClosed) * 2 : 0;
  const unusual =
    ('n' in due && due.n < 0) ||
    (due.form === 'weekday' && due.nth === 5) ||
    (due.form === 'day' && due.day !== 'last' && due.day > 28);
  return form + closed + (unusual ? 1 : 0);
}
