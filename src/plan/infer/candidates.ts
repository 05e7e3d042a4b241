// One date and its period → every rule of the plan language that gives it. The inverse of
// plan/rules.ts, one form after the other. Not for choosing among them: rule.ts.
import { type DayNumber, dayNumber, monthSpan, toDate, weekdayOf } from '../days.ts';
import { lastDay, type Period } from '../period.ts';
import type { Due, IfClosed, Weekday } from '../types.ts';
import type { Workdays } from '../workdays.ts';

/** Bounds of the plan language. */
const MOST_MONTHS = 24;
const MOST_WORKING = 23;
const MOST_DAYS_AFTER = 800;
const MOST_WORKING_AFTER = 500;
/** No run of closed days is longer. */
const LONGEST_CLOSED = 20;
const WEEKDAYS: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** A rule that gives the date; `direct` when no closed day moved it there. */
export interface Candidate {
  readonly due: Due;
  readonly direct: boolean;
}

/** Working days as running sums over a span of days, so that counting them is a subtraction. */
export class WorkingDays {
  readonly #first: DayNumber;
  readonly #sums: Int32Array;

  constructor(workdays: Workdays, first: DayNumber, last: DayNumber) {
    this.#first = first;
    this.#sums = new Int32Array(last - first + 2);
    for (let day = first; day <= last; day++) {
      const at = day - first;
      this.#sums[at + 1] = (this.#sums[at] ?? 0) + (workdays.isWorking(day) ? 1 : 0);
    }
  }

  /** Working days after `from`, up to and with `to`. */
  between(from: DayNumber, to: DayNumber): number {
    return (this.#sums[to - this.#first + 1] ?? 0) - (this.#sums[from - this.#first + 1] ?? 0);
  }

  isWorking(day: DayNumber): boolean {
    return this.between(day - 1, day) === 1;
  }
}

/** Every rule that gives this day for this period. */
export function* candidatesFor(
  day: DayNumber,
  period: Period,
  days: WorkingDays,
): Generator<Candidate> {
  for (const { origin, ifClosed } of originsOf(day, days)) {
    const direct = origin === day;
    for (const due of byCalendar(origin, period, ifClosed)) yield { due, direct };
  }
  if (!days.isWorking(day)) return;
  const month = monthOf(day) - period.last;
  if (month >= 0 && month <= MOST_MONTHS) {
    const { first, last } = monthSpan(monthOf(day));
    const fromStart = days.between(first - 1, day);
    const fromEnd = days.between(day - 1, last);
    if (fromStart <= MOST_WORKING)
      yield { due: { form: 'working-day', n: fromStart, month }, direct: true };
    if (fromEnd <= MOST_WORKING)
      yield { due: { form: 'working-day', n: -fromEnd, month }, direct: true };
  }
  const after = lastDay(period) < day ? days.between(lastDay(period), day) : 0;
  if (after > 0 && after <= MOST_WORKING_AFTER)
    yield { due: { form: 'working-days-after', n: after }, direct: true };
}

/** The days from which `if-closed` leads to this one. */
function* originsOf(
  day: DayNumber,
  days: WorkingDays,
): Generator<{ origin: DayNumber; ifClosed: IfClosed }> {
  yield { origin: day, ifClosed: 'stay' };
  if (!days.isWorking(day)) return;
  for (const [ifClosed, step] of [
    ['next', -1],
    ['previous', 1],
  ] as const) {
    yield { origin: day, ifClosed };
    for (
      let origin = day + step;
      !days.isWorking(origin) && Math.abs(origin - day) <= LONGEST_CLOSED;
      origin += step
    )
      yield { origin, ifClosed };
  }
}

function* byCalendar(origin: DayNumber, period: Period, ifClosed: IfClosed): Generator<Due> {
  const month = monthOf(origin) - period.last;
  const date = toDate(origin);
  const inMonth = Number(date.slice(8, 10));
  const { last } = monthSpan(monthOf(origin));
  if (month >= 0 && month <= MOST_MONTHS) {
    yield { form: 'day', day: inMonth, month, ifClosed };
    if (origin === last) {
      yield { form: 'day', day: 'last', month, ifClosed };
      for (let day = inMonth + 1; day <= 31; day++) yield { form: 'day', day, month, ifClosed };
    }
    const day = WEEKDAYS[weekdayOf(origin) - 1] ?? 'mon';
    const nth = Math.ceil(inMonth / 7);
    yield { form: 'weekday', nth, day, month, ifClosed };
    if (origin + 7 > last) {
      yield { form: 'weekday', nth: 'last', day, month, ifClosed };
      if (nth < 5) yield { form: 'weekday', nth: 5, day, month, ifClosed };
    }
  }
  const after = origin - lastDay(period);
  if (after >= 1 && after <= MOST_DAYS_AFTER) yield { form: 'days-after', n: after, ifClosed };
  if (
    period.frequency === 'A' &&
    Math.floor(monthOf(origin) / 12) === Math.floor(period.last / 12) + 1
  )
    yield { form: 'date', month: Number(date.slice(5, 7)), day: inMonth, ifClosed };
}

/** The month that contains a day, counted as `year * 12 + month - 1`. */
function monthOf(day: DayNumber): number {
  const date = toDate(day);
  return Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1;
}

/** The span of days that rules about these days may look at. */
export function spanAround(
  days: readonly DayNumber[],
  year: number,
): { first: DayNumber; last: DayNumber } {
  const first = Math.min(dayNumber(year, 1, 1), ...days) - 1200;
  const last = Math.max(dayNumber(year, 12, 31), ...days) + 60;
  return { first, last };
}
