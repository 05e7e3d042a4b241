// Next year's plan out of this year's, and what clashes in a year.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { limitsOf } from '../../src/channels/limits.ts';
import { messagesFor } from '../../src/i18n/index.ts';
import { conflictsOf } from '../../src/plan/conflicts.ts';
import { nextYear } from '../../src/plan/next-year.ts';
import { readPlan } from '../../src/plan/read-all.ts';
import { isoIn } from '../../src/plan/time.ts';
import type { LocalDate } from '../../src/plan/types.ts';

const read = (...texts: string[]) => {
  const made = readPlan(
    texts.map((text, index) => ({ name: `config/plan/2026-${index}.yaml`, text })),
    undefined,
  );
  expect(
    made.problems
      .filter((problem) => problem.severity === 'error')
      .map((problem) => problem.source),
  ).toEqual([]);
  return made;
};
const language = readFileSync(new URL('./language.yaml', import.meta.url), 'utf8');

describe('next year', () => {
  test('same rules; exceptions and notices stay behind, combined periods move on, a date already given for it is kept', () => {
    const { positions } = read(language);
    const made = nextYear([...positions.values()], 2026, 2027);
    expect(made.files.map((file) => file.name)).toEqual(['config/plan/2027-0.yaml']);
    expect(made.dropped).toEqual(['industry 2026-03', 'industry 2026-08', 'industry 2026-11']);
    expect(made.kept).toEqual(['industry 2026-12']);
    expect(made.notices).toEqual(['census-registration']);
    const next = read(made.files[0]?.text ?? '');
    expect(next.plans[0]).toMatchObject({ title: '语言样例', year: 2027, announced: '2026-12-26' });
    const due = Object.fromEntries(
      next.calendar.releases.map((release) => [
        release.id,
        `${isoIn(release.due, 'Asia/Shanghai').slice(0, 16)} ${release.status}`,
      ]),
    );
    expect(due['industry.2026-12']).toBe('2027-01-18T10:00 provisional');
    expect(due['industry.2027-01..02']?.slice(0, 7)).toBe('2027-03');
    expect(due['industry.2027-01']).toBeUndefined();
    expect(due['communique.2026']?.slice(0, 10)).toBe('2027-03-25');
    expect(due['gdp.2026-Q4.interpretation']).toBeDefined();
    expect(due['census-registration']).toBeUndefined();
  });

  test('the public sees it a year after the old one, or from the day that is asked for', () => {
    const text = `plan: 2026年计划\ntimezone: Asia/Shanghai\nyear: 2026\nannounced: 2026-11-28\nindicators:\n  a: { name: { zh: 甲 }, frequency: A, due: { date: 05-06 } }\n`;
    const { positions } = readPlan([{ name: 'config/plan/2026.yaml', text }], undefined);
    const files = [...positions.values()];
    expect(nextYear(files, 2026, 2027).files[0]?.text).toContain('announced: 2027-11-28\n');
    expect(nextYear(files, 2026, 2027, '2026-12-31' as LocalDate).files[0]?.text).toContain(
      'announced: 2026-12-31\n',
    );
  });

  test('of an archived year: the new one is not archived', () => {
    const text = `plan: 2026年计划\ntimezone: Asia/Shanghai\nyear: 2026\narchived: true\nannounced: 2025-12-26\nindicators:\n  a: { name: { zh: 甲 }, frequency: A, due: { date: 05-06 } }\n`;
    const { positions } = readPlan([{ name: 'config/plan/archive/2026.yaml', text }], undefined);
    const [made] = nextYear([...positions.values()], 2026, 2027).files;
    expect([made?.name, made?.text.includes('archived')]).toEqual(['config/plan/2027.yaml', false]);
  });

  test('a plan in two files becomes two files, comments and quotes and all; 29 February becomes the 28th', () => {
    const one =
      '# 2024年的计划\nplan: 2024年计划\ntimezone: Asia/Shanghai\nyear: 2024\nannounced: 2024-02-29\ndefaults: { at: "10:00" } # 十点\n';
    const two =
      'indicators:\n  # 月度\n  a: { name: { zh: 甲 }, frequency: A, due: { day: 3, month: +2 }, skip: [2022] }\n';
    const { positions } = read(one, two);
    const made = nextYear([...positions.values()], 2024, 2025);
    expect(made.files.map((file) => file.text)).toEqual([
      '# 2025年的计划\nplan: 2025年计划\ntimezone: Asia/Shanghai\nyear: 2025\nannounced: 2025-02-28\ndefaults: { at: "10:00" } # 十点\n',
      'indicators:\n  # 月度\n  a: { name: { zh: 甲 }, frequency: A, due: { day: 3, month: +2 }, skip: [2023] }\nyear: 2025\n',
    ]);
    expect(made.skipped).toEqual(['a 2023']);
  });
});

describe('what clashes in a year', () => {
  const HEAD =
    'plan: 计划\ntimezone: Asia/Shanghai\nyear: 2026\nannounced: 2025-12-26\ndefaults: { channels: [website, wechat, weibo] }\n';
  const limits = limitsOf([
    ['website', { kind: 'website' }],
    ['wechat', { kind: 'wechat', mode: 'mass', account: 'service' }],
    ['weibo', { kind: 'weibo' }],
  ]);
  const conflicts = (text: string, most?: number): string[] => {
    const { calendar, workdays } = read(HEAD + text);
    return conflictsOf(calendar, 2026, workdays, limits, most).map((one) =>
      messagesFor('zh').years.conflict(one),
    );
  };
  const notice = (id: string, at: string): string =>
    `  ${id}: { name: { zh: ${id} }, at: ${at}, channels: [website] }\n`;

  test('too many on one day, a closed day, by its holiday', () => {
    expect(
      conflicts(
        `notices:\n${['a', 'b', 'c'].map((id) => notice(id, '2026-10-09 09:00')).join('')}${notice('d', '2026-10-01 09:00')}`,
        2,
      ),
    ).toEqual([
      '2026-10-01 不是工作日（国庆节）：d（d）',
      '2026-10-09 一天有 3 次发布（多于 2 次）：a、b、c',
    ]);
  });

  test('more mass sends in a month than WeChat gives, more posts in an hour than Weibo takes', () => {
    const many = Array.from(
      { length: 31 },
      (_, index) =>
        `  i${index}: { name: { zh: 指标${index} }, frequency: A, due: { date: 03-02 }, channels: [website, weibo] }\n`,
    ).join('');
    const five = ['02', '03', '04', '05', '06']
      .map(
        (day, index) =>
          `  n${index}: { name: { zh: 公告${index} }, at: 2026-03-${day} 09:00, channels: [wechat] }\n`,
      )
      .join('');
    expect(conflicts(`indicators:\n${many}notices:\n${five}`, 100)).toEqual([
      '2026-03 微信要发 5 次，每月只能发 4 次：公告0、公告1、公告2、公告3、公告4',
      '2026-03-02 10 时 微博要发 31 次，每小时只能发 30 次：指标0、指标1、指标10、指标11、指标12、指标13等',
    ]);
  });

  test('two briefings within two hours; one briefing for two indicators is one', () => {
    const indicator = (id: string, at: string, place: string): string =>
      `  ${id}: { name: { zh: ${id} }, frequency: A, due: { date: 03-02 }, at: "${at}", channels: [website], briefing: { place: ${place} } }\n`;
    expect(
      conflicts(
        `indicators:\n${indicator('a', '10:00', '甲厅')}${indicator('b', '10:00', '甲厅')}${indicator('c', '11:30', '乙厅')}`,
      ),
    ).toEqual([
      '两场新闻发布会太近：a（a.2025，甲厅）与c（c.2025，乙厅）',
      '两场新闻发布会太近：b（b.2025，甲厅）与c（c.2025，乙厅）',
    ]);
  });
});
