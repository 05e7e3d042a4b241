// Another rule in mid-year, by itself: what stays, what moves with words, what is skipped. Not for
// the form: tests/desk/plan-forms.test.ts.
import { expect, test } from 'vitest';
import { instant } from '../../src/lib/instant.ts';
import { readPlan } from '../../src/plan/read-all.ts';
import { effectsOfRule } from '../../src/plan/rule-change.ts';
import { minuteIn } from '../../src/plan/time.ts';
import { releaseId } from '../../src/plan/types.ts';

const planOf = (year: number, due: string, more = ''): string => `plan: 计划
timezone: Asia/Shanghai
year: ${year}
announced: ${year - 1}-12-25
indicators:
  cpi:
    name: { zh: 价格 }
    frequency: M
    due: ${due}
${more}`;

/** What has to be written, a line each. @param due the rule before and after */
function effects(
  year: number,
  due: readonly [string, string],
  now: string,
  more = '',
  published: readonly string[] = [],
): string[] {
  const [before, after] = due.map((one) =>
    readPlan([{ name: 'p.yaml', text: planOf(year, one, more) }], ['website']),
  );
  const plan = after?.plans[0];
  if (!before || !after || !plan) throw new Error('no plan');
  const context = {
    force: before.calendar,
    workdays: after.workdays,
    now: instant(Date.parse(now)),
    published: new Set(published.map(releaseId)),
  };
  return effectsOfRule(plan, 'cpi', context).map((one) => {
    if (one.what === 'moved')
      return `${one.to.id} ${minuteIn(one.from.due, 'Asia/Shanghai')} > ${minuteIn(one.to.due, 'Asia/Shanghai')}`;
    return `${one.release.id} ${one.what === 'kept' ? one.why : one.what} ${minuteIn(one.release.due, 'Asia/Shanghai')}`;
  });
}

test('past, published, to come', () => {
  expect(
    effects(2026, ['{ day: 10 }', '{ day: 12 }'], '2026-10-11T09:00:00+08:00', '', ['cpi.2026-10']),
  ).toEqual([
    'cpi.2025-12 past 2026-01-10 10:00',
    'cpi.2026-01 past 2026-02-10 10:00',
    'cpi.2026-02 past 2026-03-10 10:00',
    'cpi.2026-03 past 2026-04-10 10:00',
    'cpi.2026-04 past 2026-05-10 10:00',
    'cpi.2026-05 past 2026-06-10 10:00',
    'cpi.2026-06 past 2026-07-10 10:00',
    'cpi.2026-07 past 2026-08-10 10:00',
    'cpi.2026-08 past 2026-09-10 10:00',
    'cpi.2026-09 past 2026-10-10 10:00',
    'cpi.2026-10 past 2026-11-10 10:00',
    'cpi.2026-11 2026-12-10 10:00 > 2026-12-12 10:00',
  ]);
});

test('a rule that brings the year’s last month into this year brings it, and leaves December’s of the year before where it was', () => {
  const all = effects(
    2026,
    ['{ day: 28 }', '{ day: last, month: +0 }'],
    '2026-12-01T09:00:00+08:00',
  );
  // December's own figures come out on its last day: new, in time, and nobody's to move.
  expect(all.slice(0, 2)).toEqual([
    'cpi.2025-12 past 2026-01-28 10:00',
    'cpi.2026-01 past 2026-02-28 10:00',
  ]);
  expect(all.at(-1)).toBe('cpi.2026-11 too-near 2026-12-28 10:00');
  expect(all).toHaveLength(12);
});

test('a promised date does not become provisional because holidays of its year are not known', () => {
  // Of 2031 no holiday is known: a rule that counts working days gives provisional dates.
  const [first, ...rest] = effects(
    2031,
    ['{ day: 14 }', '{ working-day: 10 }'],
    '2031-11-01T09:00:00+08:00',
  ).slice(-2);
  expect([first, ...rest]).toEqual([
    'cpi.2031-10 unconfirmed 2031-11-14 10:00',
    'cpi.2031-11 2031-12-14 10:00 > 2031-12-12 10:00',
  ]);
});

test('a date of its own stays, and that is said; `same-as` lends no words', () => {
  const more =
    '    dates: { 2026-10: 2026-11-16 }\n  ppi:\n    name: { zh: 出厂价格 }\n    frequency: M\n    due: { same-as: cpi }\n';
  expect(
    effects(2026, ['{ day: 10 }', '{ day: 12 }'], '2026-11-01T09:00:00+08:00', more).slice(-2),
  ).toEqual([
    'cpi.2026-11 2026-12-10 10:00 > 2026-12-12 10:00',
    'cpi.2026-10 own-date 2026-11-16 10:00',
  ]);
});
