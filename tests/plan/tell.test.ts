// What a change of the plan reads like.
import { expect, test } from 'vitest';
import { messagesFor } from '../../src/i18n/index.ts';
import { countChanges, tellChanges } from '../../src/i18n/plan-changes.ts';
import { changesBetween } from '../../src/plan/change.ts';
import { readPlan } from '../../src/plan/read-all.ts';
import type { Calendar } from '../../src/plan/types.ts';

const HEAD =
  'plan: 计划\ntimezone: Asia/Shanghai\nyear: 2026\nannounced: 2025-12-26\ndefaults: { channels: [website, wechat] }\nindicators:\n';
const gdp = (more = ''): string =>
  `  gdp: { name: { zh: 地区生产总值, en: GDP }, frequency: Q, due: { day: 20, month: +1, if-closed: next }${more} }\n`;
const cpi = (more = ''): string =>
  `  cpi: { name: { zh: 居民消费价格指数 }, frequency: M, due: { day: 10, month: +1, if-closed: next }${more} }\n`;
const read = (text: string): Calendar => {
  const { calendar, problems } = readPlan([{ name: 'p.yaml', text: HEAD + text }], undefined);
  expect(problems).toEqual([]);
  return calendar;
};
const told = (before: string, after: string, language: 'zh' | 'en' = 'zh'): string[] =>
  tellChanges(changesBetween(read(before), read(after)), messagesFor(language).changes);

test('postponed, brought forward, another time of the same day: by how much, from when to when, why', () => {
  const moved = (at: string, was: string): string =>
    gdp(`, dates: { 2026-Q2: { at: ${at}, was: ${was}, reason: 核算推迟 } }`);
  expect(told(gdp(), moved('2026-07-22', '2026-07-20'))).toEqual([
    '推迟 2 天：地区生产总值 2026年二季度（gdp.2026-Q2），由 2026-07-20 周一 10:00 改为 2026-07-22 周三 10:00，原因：核算推迟',
  ]);
  expect(told(gdp(), moved('2026-07-17 15:30', '2026-07-20'))).toEqual([
    '提前 3 天：地区生产总值 2026年二季度（gdp.2026-Q2），由 2026-07-20 周一 10:00 改为 2026-07-17 周五 15:30，原因：核算推迟',
  ]);
  expect(told(gdp(), moved('2026-07-20 09:00', '2026-07-20 10:00'), 'en')).toEqual([
    'Another time: GDP, 2026-Q2 (gdp.2026-Q2), from 2026-07-20 Mon 10:00 to 2026-07-20 Mon 09:00; reason: 核算推迟',
  ]);
});

test('cancelled, restored, removed, edited: what it was, and which of its words changed', () => {
  const cancelled = gdp(', dates: { 2026-Q2: { cancelled: true, reason: 并入年报 } }');
  expect(told(gdp(), cancelled)).toEqual([
    '取消：地区生产总值 2026年二季度（gdp.2026-Q2），原定 2026-07-20 周一 10:00，原因：并入年报',
  ]);
  expect(told(cancelled, gdp())).toEqual([
    '恢复：地区生产总值 2026年二季度（gdp.2026-Q2），2026-07-20 周一 10:00 发布',
  ]);
  expect(told(gdp(), gdp(', skip: [2026-Q2]'))).toEqual([
    '删除：地区生产总值 2026年二季度（gdp.2026-Q2），原定 2026-07-20 周一 10:00',
  ]);
  expect(
    told(
      gdp(', skip: [2025-Q4, 2026-Q1, 2026-Q3]'),
      gdp(', skip: [2025-Q4, 2026-Q1, 2026-Q3], channels: [website], approval: one'),
    ),
  ).toEqual([
    '修改：地区生产总值 2026年二季度（gdp.2026-Q2），渠道由“网站 微信”改为“网站”；审批由“不需要”改为“一人”',
  ]);
});

test('interpretations that go are told as such; kinds are told in words', () => {
  expect(told(gdp(', interpretation: { after: 1d }'), gdp(', kind: bulletin'))).toEqual([
    '删除：地区生产总值（解读），4 次，2026-01-21 周三 10:00 至 2026-10-21 周三 10:00',
    ...['2025年四季度（gdp.2025-Q4）', '2026年一季度（gdp.2026-Q1）'].map(
      (one) => `修改：地区生产总值 ${one}，种类由“数据”改为“公报”`,
    ),
    ...['2026年二季度（gdp.2026-Q2）', '2026年三季度（gdp.2026-Q3）'].map(
      (one) => `修改：地区生产总值 ${one}，种类由“数据”改为“公报”`,
    ),
  ]);
});

test('a whole new indicator is one line, and the count says it all', () => {
  const changes = changesBetween(read(gdp()), read(gdp() + cpi()));
  expect(tellChanges(changes, messagesFor('zh').changes)).toEqual([
    '新增：居民消费价格指数，12 次，2026-01-12 周一 10:00 至 2026-12-10 周四 10:00',
  ]);
  expect(countChanges(changes, messagesFor('zh').changes)).toBe('新增 12');
});
