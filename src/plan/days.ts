// Days as whole numbers, so that rules can count them. Not for instants or time zones.
import type { LocalDate } from './types.ts';

/** A day as the number of days since 1970-01-01. */
export type DayNumber = number;

const DAY_MS = 86_400_000;

/**
 * The day number of a civil date; month 1–12. A day that the month lacks runs over into the next.
 */
export function dayNumber(year: number, month: number, day: number): DayNumber {
  return Math.round(Date.UTC(year, month - 1, day) / DAY_MS);
}

export function toDay(date: LocalDate): DayNumber {
  return dayNumber(Number(date.slice(0, 4)), Number(date.slice(5, 7)), Number(date.slice(8, 10)));
}

/** Days already written out: a plan has many releases on few days. */
const written = new Map<DayNumber, LocalDate>();

export function toDate(day: DayNumber): LocalDate {
  const before = written.get(day);
  if (before !== undefined) return before;
  const date = new Date(day * DAY_MS).toISOString().slice(0, 10) as LocalDate;
  if (written.size > 100_000) written.clear();
  written.set(day, date);
  return date;
}

export function yearOf(day: DayNumber): number {
  return Number(toDate(day).slice(0, 4));
}

/** ISO day of the week: 1 is Monday, 7 is Sunday. */
export function weekdayOf(day: DayNumber): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}

/** First and last day of a month counted as `year * 12 + month - 1`. */
export function monthSpan(month: number): { first: DayNumber; last: DayNumber } {
  const year = Math.floor(month / 12);
  const inYear = month - year * 12;
  return { first: dayNumber(year, inYear + 1, 1), last: dayNumber(year, inYear + 2, 1) - 1 };
}

/** No holiday is longer. */
const LONGEST_RANGE = 60;

/**
 * The days of `2027-10-01` or `2027-10-01..2027-10-07`, both ends with it; undefined where it is
 * neither.
 */
export function daysIn(text: string): LocalDate[] | undefined {
  const [from = '', to, more] = text.split('..');
  if (to === undefined) return [from as LocalDate];
  if (more !== undefined || !isDate(from) || !isDate(to)) return undefined;
  const count = toDay(to) - toDay(from) + 1;
  if (count < 1 || count > LONGEST_RANGE) return undefined;
  return Array.from({ length: count }, (_, at) => toDate(toDay(from) + at));
}

/** True for `YYYY-MM-DD` that exists in the calendar. */
export function isDate(text: string): text is LocalDate {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && toDate(toDay(text as LocalDate)) === text;
}
