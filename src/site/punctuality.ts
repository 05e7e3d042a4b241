// How punctual the bureau was, as the European statistical system counts it: whole days between the
// date announced first and the day it came out. What is overdue counts too, and what is in no plan
// any more. Not for how it looks: pages/lists.ts.

import { type Instant, instant } from '../lib/instant.ts';
import { groupBy } from '../plan/group.ts';
import { dateIn, yearIn } from '../plan/time.ts';
import {
  announcedDue,
  type IndicatorView,
  type PublicRelease,
  type View,
} from './calendar-view.ts';
import type { ShownRelease } from './model.ts';

export interface Punctuality {
  readonly year: number;
  /** Came out, at whatever time. */
  readonly released: number;
  /** Should have come out by now, and did not. */
  readonly overdue: number;
  readonly onTime: number;
  /** The latest of what came out, days. */
  readonly worstDays: number;
  readonly meanDays: number;
}

const DAY_MS = 86_400_000;

/**
 * The year of the announced date, and days between it and the day of release; undefined where it
 * has not come out.
 */
interface Delay {
  readonly year: number;
  readonly days: number | undefined;
}
const delays = new WeakMap<object, Delay>();

function delayOf(
  one: object,
  promised: Instant,
  since: number | undefined,
  timezone: string,
): Delay {
  const known = delays.get(one);
  if (known) return known;
  const day = (at: number): number => Date.parse(dateIn(instant(at), timezone));
  const days = since === undefined ? undefined : Math.round((day(since) - day(promised)) / DAY_MS);
  const delay = { year: yearIn(promised, timezone), days };
  delays.set(one, delay);
  return delay;
}

/** What came out of an indicator and is in no plan any more. */
export function goneOf(
  { id, formerly }: Pick<IndicatorView, 'id' | 'formerly'>,
  { gone }: Pick<View, 'gone'>,
): ShownRelease[] {
  return gone.filter(
    ({ indicator }) =>
      indicator !== undefined && (indicator === id || formerly.includes(indicator)),
  );
}

/**
 * By year of the announced date, oldest first.
 * @param timezone the calendar's
 * @param gone what came out and is in no plan any more
 */
export function punctualityOf(
  releases: readonly PublicRelease[],
  timezone: string,
  gone: readonly ShownRelease[] = [],
): Punctuality[] {
  const all = [
    ...gone.map((one) => delayOf(one, instant(one.promised ?? one.due), one.since, timezone)),
    ...releases
      .filter(
        ({ shown, status, before, sample }) =>
          !before && !sample && (shown !== undefined || status === 'delayed'),
      )
      .map((one) => delayOf(one, announcedDue(one), one.shown?.since, timezone)),
  ];
  return [...groupBy(all, ({ year }) => year)]
    .sort(([a], [b]) => a - b)
    .map(([year, own]) => {
      const late = own.flatMap(({ days }) => days ?? []);
      const mean = late.reduce((sum, one) => sum + Math.max(0, one), 0) / Math.max(1, late.length);
      return {
        year,
        released: late.length,
        overdue: own.length - late.length,
        onTime: late.filter((one) => one <= 0).length,
        worstDays: Math.max(0, ...late),
        meanDays: Math.round(mean * 100) / 100,
      };
    });
}
