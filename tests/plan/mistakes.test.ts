// A plan with very many mistakes, of each kind that there is: 200 are listed, and that there are
// more. Not for what each says: plan.test.ts.
import { expect, test } from 'vitest';
import { messagesFor } from '../../src/i18n/index.ts';
import { readPlan } from '../../src/plan/read-all.ts';

const HEAD = 'plan: 甲\ntimezone: Asia/Shanghai\nyear: 2026\nannounced: 2025-12-01\n';
const lines = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n');
const KINDS: Readonly<Record<string, string>> = {
  'keys that the schema has not': `${HEAD}${lines(20_000, (at) => `k${at}: 1`)}\n`,
  'indicators that are none': `${HEAD}indicators:\n${lines(20_000, (at) => `  a${at}: {x: 1}`)}\n`,
  'one name again and again': `${HEAD}indicators:\n${lines(20_000, () => '  a: {x: 1}')}\n`,
  'characters that nothing can show': `${HEAD}indicators:\n${lines(20_000, (at) => `  a${at}: "\\b"`)}\n`,
  'days that there are not': `${HEAD}notices:\n${lines(4000, (at) => `  n${at}: { name: { zh: 甲 }, at: 2026-13-01 10:00 }`)}\n`,
  'channels that nobody configured': `${HEAD}notices:\n${lines(4000, (at) => `  n${at}: { name: { zh: 甲 }, at: 2026-10-01 10:00, channels: [q] }`)}\n`,
};

const wordsZh = messagesFor('zh').plan;

test.each(Object.entries(KINDS))('%s', { timeout: 120_000 }, (_, text) => {
  const { problems, calendar } = readPlan([{ name: '2026.yaml', text }], ['website']);
  expect([problems.length, calendar.releases.length]).toEqual([201, 0]);
  expect(problems.filter(({ say }) => say(wordsZh).wrong.endsWith('没有列出'))).toHaveLength(1);
});

test('the rest is counted: 4,000 wrong channels are 200 that are listed and 3,800 more', () => {
  const { problems } = readPlan(
    [{ name: '2026.yaml', text: KINDS['channels that nobody configured'] ?? '' }],
    ['website'],
  );
  expect(problems.at(-1)?.say(wordsZh).wrong).toBe('还有 3800 处以上的错误没有列出');
});
