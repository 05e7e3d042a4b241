// Every form of `due` against a slow oracle, over 2000–2100 and working days made up at random; and
// China's own working days against an independent table.
import { readFileSync } from 'node:fs';
import data from 'chinese-days/dist/chinese-days.json' with { type: 'json' };
import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, test } from 'vitest';
import { calendarOf } from '../../src/plan/calendar.ts';
import { toDate, toDay } from '../../src/plan/days.ts';
import { readPlans } from '../../src/plan/read.ts';
import { localTimes } from '../../src/plan/time.ts';
import type { LocalDate } from '../../src/plan/types.ts';
import { type Workdays, workdaysOfChina } from '../../src/plan/workdays.ts';
import { endOf, plus, slowDay, type Works } from './oracle.ts';

/**
 * Working days that no country has: the week, with days taken out and put in at random, up to eight
 * in a row.
 */
const oddDays = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 420 }), fc.integer({ min: 1, max: 8 }), fc.boolean()), {
    maxLength: 12,
  })
  .map((spans) => (year: number): { works: Works; workdays: Workdays } => {
    const special = new Map<string, boolean>();
    for (const [offset, length, worked] of spans)
      for (let day = 0; day < length; day++)
        special.set(plus(`${year}-01-01`, offset + day), worked);
    const works: Works = (day) => special.get(day) ?? ![0, 6].includes(new Date(day).getUTCDay());
    return {
      works,
      workdays: {
        isWorking: (day) => works(toDate(day)),
        known: () => true,
        nameOf: () => undefined,
      },
    };
  });
const year = fc.integer({ min: 2000, max: 2100 });
const frequency = fc.constantFrom('M' as const, 'Q' as const, 'S' as const, 'A' as const);
const closed = fc.constantFrom('stay', 'next', 'previous');
const month = fc.integer({ min: 0, max: 24 });
const rule = fc.oneof(
  fc.record({
    day: fc.oneof(fc.integer({ min: 1, max: 31 }), fc.constant('last')),
    month,
    'if-closed': closed,
  }),
  fc.record({ 'working-day': fc.integer({ min: 1, max: 23 }), month }),
  fc.record({ 'working-day': fc.integer({ min: -23, max: -1 }), month }),
  fc.record({
    weekday: fc.record({
      nth: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.constant('last')),
      day: fc.constantFrom('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'),
    }),
    month,
    'if-closed': closed,
  }),
  fc.record({ 'days-after': fc.integer({ min: 1, max: 800 }), 'if-closed': closed }),
  fc.record({ 'working-days-after': fc.integer({ min: 1, max: 400 }) }),
  fc.record({
    date: fc
      .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 31 }))
      .map((parts) => parts.map((n) => String(n).padStart(2, '0')).join('-')),
    'if-closed': closed,
  }),
);

type Frequency = 'M' | 'Q' | 'S' | 'A';

/** Every release of a plan of one year, as `id date`. */
function datesOf(
  indicators: object,
  atYear: number,
  workdays: Workdays,
  timezone = 'UTC',
): { id: string; date: string; period: string }[] {
  const text = JSON.stringify({
    plan: 'x',
    timezone,
    year: atYear,
    announced: '1999-01-01',
    indicators,
  });
  const reading = readPlans([{ name: 'p.yaml', text }], undefined);
  expect(reading.problems).toEqual([]);
  const { calendar, problems } = calendarOf(reading.plans, workdays, reading.files);
  expect(problems.filter((problem) => problem.severity === 'error')).toEqual([]);
  return calendar.releases.map((release) => ({
    id: String(release.id),
    date: DateTime.fromMillis(release.due, { zone: timezone }).toISODate() ?? '',
    period: release.period ?? '',
  }));
}

/**
 * Every period of a frequency that any rule above can make due in a year. Up to three years before:
 * `month: 24` and `days-after: 800`, moved on by closed days. And the year after: the first day of
 * its own month, when that is closed and `previous`, is a day of the year before.
 */
function periodsAround(atYear: number, of: Frequency): string[] {
  const years = [atYear - 3, atYear - 2, atYear - 1, atYear, atYear + 1];
  const parts = {
    M: Array.from({ length: 12 }, (_, i) => `-${String(i + 1).padStart(2, '0')}`),
    Q: ['-Q1', '-Q2', '-Q3', '-Q4'],
    S: ['-S1', '-S2'],
    A: [''],
  }[of];
  return years.flatMap((one) => parts.map((part) => `${one}${part}`));
}

/**
 * What is due in a year by the plan's own code, and by walking day by day: `period date`, sorted.
 */
function bothWays(
  at: number,
  of: Frequency,
  due: object,
  { works, workdays }: { works: Works; workdays: Workdays },
): [string[], string[]] {
  const indicators = { x: { name: { zh: '甲' }, frequency: of, due } };
  const found = datesOf(indicators, at, workdays).map(({ period, date }) => `${period} ${date}`);
  const wanted = periodsAround(at, of)
    .map((period) => ({ period, date: slowDay({ ...due }, endOf(period), works, () => '') }))
    .filter(({ date }) => date.startsWith(String(at)))
    .map(({ period, date }) => `${period} ${date}`);
  return [found.sort(), wanted.sort()];
}

describe('every due form, over 2000–2100 and any working days', () => {
  test('gives what walking day by day gives, for exactly the periods due in the year', () => {
    fc.assert(
      fc.property(year, frequency, rule, oddDays, (at, of, due, odd) => {
        const [found, wanted] = bothWays(at, of, due, odd(at));
        expect(found).toEqual(wanted);
      }),
      { numRuns: 1500 },
    );
  });

  // Seed -1014597074, path "285:4": the walk did not look at the periods of the year after.
  test('the first of January, closed and moved back, is due on the last of December of the year before', () => {
    const works: Works = (day) => ![0, 6].includes(new Date(day).getUTCDay());
    const week = {
      works,
      workdays: {
        isWorking: (day: number) => works(toDate(day)),
        known: () => true,
        nameOf: () => undefined,
      },
    };
    const [found, wanted] = bothWays(
      2004,
      'M',
      { day: 1, month: 0, 'if-closed': 'previous' },
      week,
    );
    expect(found.at(-1)).toBe('2005-01 2004-12-31');
    expect(wanted).toEqual(found);
  });

  test('same-as, before and after another one, with its exceptions', () => {
    fc.assert(
      fc.property(
        year,
        fc.integer({ min: 1, max: 60 }),
        fc.constantFrom('before', 'after', 'same-as'),
        oddDays,
        fc.boolean(),
        (at, n, form, odd, moved) => {
          const { works, workdays } = odd(at);
          const base = { day: 15, month: 1, 'if-closed': 'next' };
          const due =
            form === 'same-as'
              ? { 'same-as': 'base' }
              : { [form]: { indicator: 'base', 'working-days': n } };
          const dates = moved ? { [`${at}-Q1`]: `${at}-05-29` } : {};
          const found = datesOf(
            {
              base: { name: { zh: '甲' }, frequency: 'Q', due: base, dates },
              x: { name: { zh: '乙' }, frequency: 'Q', due },
            },
            at,
            workdays,
          );
          const other = (period: string): string =>
            moved && period === `${at}-Q1`
              ? `${at}-05-29`
              : slowDay(base, endOf(period), works, () => '');
          for (const { period, date } of found.filter(({ id }) => id.startsWith('x.')))
            expect(`${period} ${date}`).toBe(
              `${period} ${slowDay(due, endOf(period), works, () => other(period))}`,
            );
          expect(found.filter(({ id }) => id.startsWith('x.')).length).toBeGreaterThanOrEqual(2);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('a later period is never due before an earlier one', () => {
    fc.assert(
      fc.property(year, frequency, rule, oddDays, (at, of, due, odd) => {
        const { workdays } = odd(at);
        const found = datesOf({ x: { name: { zh: '甲' }, frequency: of, due } }, at, workdays).sort(
          (a, b) => (a.period < b.period ? -1 : 1),
        );
        for (const [index, one] of found.slice(1).entries())
          expect(one.date >= (found[index]?.date ?? '')).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('lies in the month asked for unless a closed day moved it, and is a working day where asked', () => {
    fc.assert(
      fc.property(year, frequency, rule, oddDays, (at, of, due, odd) => {
        const { works, workdays } = odd(at);
        for (const { period, date } of datesOf(
          { x: { name: { zh: '甲' }, frequency: of, due } },
          at,
          workdays,
        )) {
          const counted = 'working-day' in due || 'working-days-after' in due;
          if (counted || ('if-closed' in due && due['if-closed'] !== 'stay'))
            expect(works(date)).toBe(true);
          if ('month' in due && (!('if-closed' in due) || due['if-closed'] === 'stay')) {
            const [y = 0, m = 0] = endOf(period).split('-').map(Number);
            const wanted = new Date(Date.UTC(y, m - 1 + due.month, 1)).toISOString().slice(0, 7);
            expect(date.slice(0, 7)).toBe(wanted);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    // Leap days, year ends, a month of five Fridays, a half-year over the year's end: dates from a
    // printed calendar.
    [2024, 'M', { day: 29, month: 1 }, '2024-01', '2024-02-29'],
    [2100, 'M', { day: 29, month: 1 }, '2100-01', '2100-02-28'],
    [2000, 'A', { date: '02-29' }, '1999', '2000-02-29'],
    [2027, 'M', { 'working-day': 1, month: 1 }, '2026-12', '2027-01-04'],
    [2027, 'S', { 'days-after': 31 }, '2026-S2', '2027-01-31'],
    [2026, 'M', { weekday: { nth: 5, day: 'fri' }, month: 1 }, '2026-04', '2026-05-29'],
    [2026, 'M', { weekday: { nth: 5, day: 'fri' }, month: 1 }, '2026-05', '2026-06-26'],
  ] as const)('%i %s %j: %s is due on %s', (at, of, due, period, date) => {
    const week: Workdays = {
      isWorking: (day) =>
        ![0, 6].includes(new Date(day * 86_400_000).getUTCDay()) && toDate(day) !== '2027-01-01',
      known: () => true,
      nameOf: () => undefined,
    };
    expect(datesOf({ x: { name: { zh: '甲' }, frequency: of, due } }, at, week)).toContainEqual({
      id: `x.${period}`,
      period,
      date,
    });
  });
});

describe('local times', () => {
  const zones = fc.constantFrom(
    'Asia/Shanghai',
    'Europe/Berlin',
    'America/New_York',
    'Australia/Lord_Howe',
    'Asia/Kathmandu',
    'America/Sao_Paulo',
    'UTC',
  );
  const minute = fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
    .map((parts) => parts.map((n) => String(n).padStart(2, '0')).join(':'));
  const day = fc
    .integer({ min: Date.UTC(2000, 0, 1) / 86_400_000, max: Date.UTC(2100, 11, 31) / 86_400_000 })
    .map((n) => new Date(n * 86_400_000).toISOString().slice(0, 10));

  test('an instant shows the wall clock that was written, by Intl; what none or two show is refused', () => {
    fc.assert(
      fc.property(zones, day, minute, (timeZone, date, time) => {
        const format = new Intl.DateTimeFormat('en-CA', {
          timeZone,
          year: 'numeric',
          month: '2-digit',
          day: '2-digit',
          hour: '2-digit',
          minute: '2-digit',
          hourCycle: 'h23',
        });
        const shows = (ms: number): boolean =>
          format.format(ms).replace(', ', ' ') === `${date} ${time}`;
        // Every quarter of an hour that could be it, from the farthest zone east to the farthest
        // west.
        const middle = Date.parse(`${date}T${time}:00Z`);
        const fits = Array.from(
          { length: 4 * 28 + 1 },
          (_, i) => middle + (i - 4 * 14) * 900_000,
        ).filter(shows);
        const made = localTimes(timeZone)(date as LocalDate, time);
        if (fits.length === 1) expect(made).toBe(fits[0]);
        else expect(made).toMatchObject({ kind: fits.length === 0 ? 'skipped' : 'repeated' });
      }),
      { numRuns: 400 },
    );
  });
});

/** By the State Council's yearly notices, as the project holiday-cn has gathered them. */
const table = new URL('../fixtures/workdays-cn.csv', import.meta.url);
describe('working days of China', () => {
  const days = workdaysOfChina();

  test('every day of every year that both know, against an independent table', () => {
    const rows = readFileSync(table, 'utf8')
      .split('\n')
      .filter((line) => /^\d{4}-/.test(line))
      .map((line) => line.split(','));
    const said = new Map(rows.map(([date, kind]) => [date, kind === 'work']));
    const years = [...new Set(rows.map(([date]) => Number(date?.slice(0, 4))))].filter(
      (one) => one >= 2007,
    );
    expect(years).toHaveLength(20);
    const wrong: string[] = [];
    for (const one of years)
      for (let date = `${one}-01-01`; date.startsWith(String(one)); date = plus(date, 1)) {
        const wanted = said.get(date) ?? ![0, 6].includes(new Date(date).getUTCDay());
        if (days.isWorking(toDay(date as LocalDate)) !== wanted) wrong.push(date);
      }
    expect(wrong).toEqual([]);
  });

  test('a year is known when the package has its holidays, and the years after are not', () => {
    const years = [
      ...new Set(Object.keys(data.holidays).map((date) => Number(date.slice(0, 4)))),
    ].sort();
    expect(years.every((one) => days.known(one))).toBe(true);
    expect(days.known((years.at(-1) ?? 0) + 2)).toBe(false);
  });
});
