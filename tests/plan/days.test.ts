// Days of workdays.yaml: one, or from one to another.
import { expect, test } from 'vitest';
import { messagesFor } from '../../src/i18n/index.ts';
import { daysIn } from '../../src/plan/days.ts';
import { showProblem } from '../../src/plan/issues.ts';
import { readPlan } from '../../src/plan/read-all.ts';

test('a range holds both its ends, over the end of a month; what is none is refused with an example', () => {
  expect(daysIn('2027-10-01')).toEqual(['2027-10-01']);
  expect(daysIn('2027-09-29..2027-10-02')).toEqual([
    '2027-09-29',
    '2027-09-30',
    '2027-10-01',
    '2027-10-02',
  ]);
  for (const wrong of [
    '2027-10-07..2027-10-01',
    '2027-10-01..',
    '2027-10-01..2027-10-32',
    '2027-01-01..2027-12-31',
    '2027-10-01..02..03',
  ])
    expect([wrong, daysIn(wrong)]).toEqual([wrong, undefined]);
});

test('a week off moves what falls on it to the first day of work', () => {
  const plan = {
    name: 'config/plan/a.yaml',
    text: 'plan: 甲\ntimezone: Asia/Shanghai\nyear: 2031\nannounced: 2030-12-20\nindicators:\n  a: { name: { zh: 甲 }, frequency: A, due: { date: 10-03, if-closed: next } }\n',
  };
  const own = (off: string) =>
    readPlan(
      [plan, { name: 'config/workdays.yaml', text: `years: [2031]\noff: [${off}]\n` }],
      undefined,
    );
  // 1 October 2031 is a Wednesday; after the week comes Wednesday the 8th.
  const [release] = own('2031-10-01..2031-10-07').calendar.releases;
  expect(new Date(release?.due ?? 0).toISOString()).toBe('2031-10-08T02:00:00.000Z');
  const { problems } = own('2031-10-07..2031-10-01');
  expect(problems.map((one) => showProblem(one, messagesFor('zh').plan))[0]).toContain(
    '例如 2026-04-17，或 2027-10-01..2027-10-07',
  );
});
