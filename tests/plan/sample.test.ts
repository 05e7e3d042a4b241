import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readPlan } from '../../src/plan/read-all.ts';
import { isoIn } from '../../src/plan/time.ts';

const sample = readFileSync(new URL('../../config/plan/2026.yaml', import.meta.url), 'utf8');

test('the plan that ships has no error, thirteen indicators and one notice', () => {
  const { calendar, problems, plans } = readPlan(
    [{ name: '2026.yaml', text: sample }],
    ['website', 'catalogue', 'wechat', 'weibo'],
  );
  expect(problems).toEqual([]);
  expect(plans[0]?.indicators.size).toBe(13);
  expect(plans[0]?.notices.size).toBe(1);
  expect(calendar.releases).toHaveLength(83);
  const due = (id: string): string | undefined =>
    calendar.releases.filter((one) => one.id === id).map((one) => isoIn(one.due, one.timezone))[0];
  expect(due('gdp.2026-Q2')).toBe('2026-07-20T10:00:00+08:00');
  expect(due('urban-income.2026-Q2')).toBe('2026-07-21T10:00:00+08:00');
  expect(due('retail-sales.2026-01..02')).toBe('2026-03-18T10:00:00+08:00');
});
