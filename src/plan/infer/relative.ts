// The dates of one indicator beside those of others → `same-as`, `after` or `before`, where that
// needs fewer lines than a rule of its own. Not for rules by the calendar: rule.ts.

import type { DayNumber } from '../days.ts';
import { covers, type Period, periodContaining } from '../period.ts';
import type { Due, Frequency } from '../types.ts';
import type { WorkingDays } from './candidates.ts';
import { absentPeriods, type DatedPeriod, type Fit } from './rule.ts';

/**
 * A rule that leans on another indicator is no chance where it holds for nearly all dates, and a
 * rule by the calendar for far fewer.
 */
const SURE = 0.9;
const FAR_FEWER = 0.75;
/** Two or three dates fall beside any other indicator's by chance. */
const FEWEST = 4;

/**
 * Whether a rule that leans on another indicator is surer by far than the plain one; two that
 * always come out together are.
 */
export function surerByFar(relative: Fit, plain: Fit, dates: number): boolean {
  const share = (fit: Fit): number => (dates - fit.misses.length) / (dates + fit.extra.length);
  if (dates < FEWEST) return false;
  return (
    (relative.due.form === 'same-as' && share(relative) === 1) ||
    (share(relative) >= SURE && share(plain) <= share(relative) * FAR_FEWER)
  );
}

/** An indicator that others may lean on. */
export interface Anchor {
  readonly id: string;
  readonly frequency: Frequency;
  readonly dates: readonly DatedPeriod[];
  readonly byPeriod: ReadonlyMap<string, DayNumber>;
}

/** More working days apart than this is no habit. */
const FARTHEST = 10;

export function anchorOf(id: string, frequency: Frequency, dates: readonly DatedPeriod[]): Anchor {
  return {
    id,
    frequency,
    dates,
    byPeriod: new Map(dates.map(({ period, day }) => [period.id, day])),
  };
}

/**
 * The best rule that leans on one of the anchors, if it needs fewer than `most` lines beside it.
 */
export function bestRelative(
  dates: readonly DatedPeriod[],
  frequency: Frequency,
  anchors: readonly Anchor[],
  days: WorkingDays,
  most: number,
): Fit | undefined {
  let best: Fit | undefined;
  let least = most;
  const missing = absentPeriods(dates, frequency);
  for (const anchor of anchors) {
    for (const due of formsOf(dates, anchor, days)) {
      const misses = dates
        .filter(({ period, day }) => dayBy(due, period, anchor, days) !== day)
        .map(({ period }) => period);
      if (misses.length >= least) continue;
      const extra = missing.filter((period) => anchorDay(anchor, period) !== undefined);
      if (misses.length + extra.length >= least) continue;
      least = misses.length + extra.length;
      best = { due, misses, extra };
    }
  }
  return best;
}

/** The relations that hold for at least half of the dates. */
function formsOf(dates: readonly DatedPeriod[], anchor: Anchor, days: WorkingDays): Due[] {
  const votes = new Map<number, number>();
  for (const { period, day } of dates) {
    const other = anchorDay(anchor, period);
    if (other === undefined) continue;
    const apart =
      day === other
        ? 0
        : !days.isWorking(day)
          ? undefined
          : day > other
            ? days.between(other, day)
            : -days.between(day - 1, other - 1);
    if (apart !== undefined && Math.abs(apart) <= FARTHEST)
      votes.set(apart, (votes.get(apart) ?? 0) + 1);
  }
  return [...votes]
    .filter(([, count]) => count * 2 >= dates.length)
    .sort((a, b) => b[1] - a[1])
    .map(([apart]) =>
      apart === 0
        ? { form: 'same-as', indicator: anchor.id }
        : {
            form: apart > 0 ? 'after' : 'before',
            indicator: anchor.id,
            workingDays: Math.abs(apart),
          },
    );
}

function dayBy(due: Due, period: Period, anchor: Anchor, days: WorkingDays): DayNumber | undefined {
  const other = anchorDay(anchor, period);
  if (other === undefined || due.form === 'same-as') return other;
  if (due.form !== 'after' && due.form !== 'before') return undefined;
  const step = due.form === 'after' ? 1 : -1;
  let day = other;
  for (let left = due.workingDays; left > 0; ) {
    day += step;
    if (days.isWorking(day)) left--;
  }
  return day;
}

/** The anchor's day for the time of a period, as plan/calendar.ts looks it up. */
function anchorDay(anchor: Anchor, period: Period): DayNumber | undefined {
  const own = periodContaining(anchor.frequency, period.last);
  return anchor.byPeriod.get(own.id) ?? anchor.dates.find((one) => covers(one.period, own))?.day;
}
