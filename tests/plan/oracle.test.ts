// Rules against a slow day-by-day oracle that walks the calendar with Date and knows nothing of the product's code.
import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toDate, toDay } from '../../src/plan/days.ts';
import { periodContaining } from '../../src/plan/period.ts';
import { dayByRule } from '../../src/plan/rules.ts';
import type { Due, LocalDate } from '../../src/plan/types.ts';
import { workdaysOfChina } from '../../src/plan/workdays.ts';

const days = workdaysOfChina();
const text = (date: Date): string => date.toISOString().slice(0, 10);
const works = (date: Date): boolean => days.isWorking(toDay(text(date) as LocalDate));
const rule = (due: Due, month: number): string | undefined => {
  const found = dayByRule(due, periodContaining('M', month), days, () => undefined);
  return found && toDate(found.day);
};
const month = fc.integer({ min: 2000 * 12, max: 2100 * 12 });
const offset = fc.integer({ min: 0, max: 24 });

test('the n-th working day of a month, from its start', () => {
  fc.assert(
    fc.property(month, offset, fc.integer({ min: 1, max: 15 }), (at, plus, n) => {
      const target = at + plus;
      const date = new Date(Date.UTC(Math.floor(target / 12), target % 12, 1));
      let count = 0;
      while (true) {
        if (works(date)) count++;
        if (count === n) break;
        date.setUTCDate(date.getUTCDate() + 1);
      }
      expect(rule({ form: 'working-day', n, month: plus }, at)).toBe(text(date));
    }),
  );
});

test('a day that is closed moves to the nearest open one in its direction', () => {
  fc.assert(
    fc.property(month, offset, fc.integer({ min: 1, max: 31 }), fc.constantFrom('next' as const, 'previous' as const), (at, plus, day, ifClosed) => {
      const target = at + plus;
      const lastOfMonth = new Date(Date.UTC(Math.floor(target / 12), (target % 12) + 1, 0)).getUTCDate();
      const date = new Date(Date.UTC(Math.floor(target / 12), target % 12, Math.min(day, lastOfMonth)));
      while (!works(date)) date.setUTCDate(date.getUTCDate() + (ifClosed === 'next' ? 1 : -1));
      expect(rule({ form: 'day', day, month: plus, ifClosed }, at)).toBe(text(date));
    }),
  );
});

test('the n-th weekday of a month', () => {
  const names = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
  fc.assert(
    fc.property(month, fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 6 }), (at, nth, weekday) => {
      const date = new Date(Date.UTC(Math.floor((at + 1) / 12), (at + 1) % 12, 1));
      let count = 0;
      while (true) {
        if (date.getUTCDay() === weekday) count++;
        if (count === nth) break;
        date.setUTCDate(date.getUTCDate() + 1);
      }
      expect(rule({ form: 'weekday', nth, day: names[weekday] ?? 'mon', month: 1, ifClosed: 'stay' }, at)).toBe(text(date));
    }),
  );
});

const table = new URL('../../../shared/data/workdays-cn.csv', import.meta.url);
describe.skipIf(!existsSync(table))('workdays of China against an independent table (skipped where ../shared is absent)', () => {
  test('every day that the table names works or rests as it says', () => {
    const rows = readFileSync(table, 'utf8')
      .split('\n')
      .filter((line) => /^\d{4}-/.test(line))
      .map((line) => line.split(','));
    const wrong = rows.filter(([date, kind]) => days.isWorking(toDay(date as LocalDate)) !== (kind === 'work')).map(([date]) => date);
    expect(rows.length).toBeGreaterThan(600);
    expect(wrong).toEqual([]);
  });
});
