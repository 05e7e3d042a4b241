// A whole year at the desk: next year's plan made known with a notice, the one that is over closed.
// What an operator reads before, and what lies on the disk after.
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parsePublicationId, releaseId } from '../../src/plan/types.ts';
import { type Watched, watched } from '../helpers/alarm.ts';
import { PLAN } from '../helpers/bureau.ts';
import { until } from '../helpers/clock.ts';
import { type TestDesk, testDesk, type Visitor } from '../helpers/desk.ts';
import { ticking } from '../helpers/poll.ts';
import { readTable } from '../helpers/table.ts';

const DUE_IN_2026: readonly string[] = ['gdp.2025-Q4', 'gdp.2026-Q1', 'gdp.2026-Q2', 'gdp.2026-Q3'];
const NEXT = `# 明年的，手写的注释
plan: 某市统计局2027年统计信息发布日程表
timezone: Asia/Shanghai
year: 2027
announced: 2026-12-31 # 先写着
defaults: { at: "10:00", channels: [website], lead: 24h, grace: 5m, window: 12h, category: 统计数据 }
indicators:
  pmi:
    name: { zh: 采购经理指数 }
    frequency: M
    due: { day: 28, month: +0, if-closed: next }
`;
let bureau: Watched;
let desk: TestDesk;
let wang: Visitor;
const at = (...path: string[]): string => join(bureau.folder, ...path);
const planText = (year: number): Promise<string> =>
  readFile(at('config', 'plan', `${year}.yaml`), 'utf8');
const hidden = (page: string, name: string): string =>
  new RegExp(`name="${name}"[^>]* value="([^"]*)"`).exec(page)?.[1] ?? '';

async function open(start: string, next: string | undefined = NEXT): Promise<void> {
  bureau = await watched(start, { plan: PLAN });
  if (next !== undefined) await writeFile(at('config', 'plan', '2027.yaml'), next);
  desk = await testDesk(bureau);
  await desk.desk.applyPlan();
  await desk.person('wang', 'operator');
  await desk.person('du', 'reader');
  wang = await desk.signIn('wang');
}
beforeEach(() => open('2026-12-10T10:00:00+08:00'));
afterEach(async () => {
  await desk.close();
  await bureau.close();
});
const announced = (year: number): string | undefined =>
  bureau.app.planService.calendar().plans.find((one) => one.year === year)?.announced;

test('what is not announced says so and leads to announcing it; looked at first, then done with its notice', async () => {
  const year = (await wang.get('/desk/plan/?year=2027')).text;
  expect(year).toContain('还没有公布：从 2026-12-31 起公众才看得到');
  expect(year).toContain('href="/desk/plan/announce?year=2027"');
  expect((await wang.get('/desk/plan/?year=2026')).text).not.toContain('/desk/plan/announce');

  const path = '/desk/plan/announce?year=2027';
  const looked = (await wang.fill(path, { on: '2026-12-18', at: '10:00' })).text;
  expect(looked).toContain('2027 年的计划从 2026-12-18 起对外公开；2026-12-18 10:00 发布《');
  expect([announced(2027), existsSync(at('content', 'notices', 'calendar-2027'))]).toEqual([
    '2026-12-31',
    false,
  ]);
  const base = hidden(looked, 'base');
  const done = await wang.post(path, { on: '2026-12-18', at: '10:00', base });
  expect(done.text).toContain('2027 年的计划从 2026-12-18 起对外公开');
  expect(announced(2027)).toBe('2026-12-18');
  const notice = bureau.app.planService.calendar().byId.get(releaseId('calendar-2027'));
  expect(notice?.due).toBe(Date.parse('2026-12-18T10:00:00+08:00'));
  // What was written by hand stays as it was, to the sign.
  expect(await planText(2027)).toBe(NEXT.replace('announced: 2026-12-31', 'announced: 2026-12-18'));
  const text = await readFile(at('content', 'notices', 'calendar-2027', 'release.md'), 'utf8');
  expect(text).toContain('| 采购经理指数 |');
  expect(
    (await bureau.app.journal.newest(20)).filter(({ event }) => event === 'plan-saved'),
  ).toHaveLength(2);
  expect((await wang.fill(path, { on: '2026-12-18', at: '10:00' })).text).toContain('已经公布过');
  // The notice is what there is to see to now.
  const after = (await wang.get('/desk/plan/?year=2027')).text;
  expect(after).toContain(
    'href="/desk/releases/calendar-2027">公布的公告（2026-12-18 10:00 发布）',
  );
  expect(after).not.toContain('href="/desk/plan/announce?year=2027"');
});

test('what moves or goes before the year is announced is not said to be read by the public', async () => {
  const unknown = (await wang.get('/desk/releases/pmi.2027-05/cancel')).text;
  expect(unknown).toContain('这一年的计划还没有公布（或者是样例），公众看不到这次改动');
  expect(unknown).not.toContain('公众会看到这次发布已取消');
  expect((await wang.get('/desk/releases/gdp.2026-Q3/cancel')).text).toContain(
    '公众会看到这次发布已取消和原因',
  );
});

test('a plan that somebody changed since it was looked at is not announced', async () => {
  const path = '/desk/plan/announce?year=2027';
  const looked = (await wang.fill(path, { on: '2026-12-18', at: '10:00' })).text;
  await writeFile(at('config', 'plan', '2027.yaml'), NEXT.replace('day: 28', 'day: 27'));
  const base = hidden(looked, 'base');
  const done = await wang.post(path, { on: '2026-12-18', at: '10:00', base });
  expect([done.status, done.text.includes('被别人改过')]).toEqual([409, true]);
  expect(await planText(2026)).not.toContain('calendar-2027');
});

test('a day that is past or too near, one that nobody works, the example, and a year without a plan', async () => {
  const say = async (on: string, clock = '10:00'): Promise<string> =>
    (await wang.fill('/desk/plan/announce?year=2027', { on, at: clock })).text;
  expect(await say('2026-12-09')).toContain('2026-12-09 已经过去');
  expect(await say('2026-12-10', '10:30')).toContain('请选一个晚些的日子');
  expect(await say('2026-12-19')).toContain('2026-12-19 是星期六，不上班');
  expect(await say('2026-12-18')).not.toContain('以前，到它们发布的时候');
  expect(await say('2026-12-31')).not.toContain('以前，到它们发布的时候');
  expect((await wang.get('/desk/plan/announce?year=2031')).status).toBe(404);
  await writeFile(at('config', 'plan', '2027.yaml'), `sample: true\n${NEXT}`);
  await desk.desk.applyPlan();
  expect(await say('2026-12-18')).toContain('还是样例');
  const year = (await wang.get('/desk/plan/?year=2027')).text;
  expect([year.includes('是样例'), year.includes('/desk/plan/announce')]).toEqual([true, false]);
});

test('a day of announcement inside the year says how many releases nobody would have known of', async () => {
  await desk.close();
  await bureau.close();
  await open('2027-01-10T10:00:00+08:00', NEXT.replace('2026-12-31', '2027-12-31'));
  const looked = await wang.fill('/desk/plan/announce?year=2027', {
    on: '2027-03-02',
    at: '10:00',
  });
  expect(looked.text).toContain('有 2 次发布排在公布日 2027-03-02 以前');
});

test('a year that is not over is not closed: what is to come is named and nothing is moved', async () => {
  expect((await wang.get('/desk/plan/?year=2027')).text).not.toContain('/desk/plan/close');
  const page = (await wang.get('/desk/plan/close?year=2027')).text;
  expect(page).toContain('还有 12 次没到时间，现在不能关闭');
  expect((await wang.post('/desk/plan/close?year=2027')).text).toContain('现在不能关闭');
  expect(existsSync(at('config', 'plan', '2027.yaml'))).toBe(true);
});

test('a year that is over and has ended goes into the archive, and its dates stay; what has not ended is named', async () => {
  await desk.close();
  await bureau.close();
  await open('2027-01-10T10:00:00+08:00');
  expect((await wang.get('/desk/plan/?year=2026')).text).toContain('/desk/plan/close?year=2026');
  const before = bureau.app.planService.calendar().releases.length;
  // Nobody knows yet whether they came out in their time.
  const early = (await wang.post('/desk/plan/close?year=2026')).text;
  expect(early).toContain('还有 4 次没有了结，现在不能关闭');
  expect(early).toContain('href="/desk/releases/gdp.2026-Q2"');
  expect(existsSync(at('config', 'plan', '2026.yaml'))).toBe(true);
  await until(async () => {
    bureau.clock.turnTo(bureau.clock.now() + 60_000);
    await bureau.rounds.poll();
    await ticking(bureau.clock, () => bureau.rounds.idle(), 100);
    const open = [...(await bureau.app.ledger.open()).keys()].map(parsePublicationId);
    return !open.some(({ release }) => DUE_IN_2026.includes(release));
  }, 'looked up');
  const page = (await wang.get('/desk/plan/close?year=2026')).text;
  expect(page).toContain('次发布都已结束，可以关闭');
  const done = await wang.post('/desk/plan/close?year=2026');
  expect(done.text).toContain('2026 年已关闭');
  expect([
    existsSync(at('config', 'plan', '2026.yaml')),
    existsSync(at('config', 'plan', 'archive', '2026.yaml')),
    bureau.app.planService.calendar().releases.length,
  ]).toEqual([false, true, before]);
  expect(done.text).toContain('已经归档，不能再改');
});

test('what lies in the archive under that name is not written over', async () => {
  await desk.close();
  await bureau.close();
  await open('2027-01-10T10:00:00+08:00');
  await mkdir(at('config', 'plan', 'archive'), { recursive: true });
  await writeFile(at('config', 'plan', 'archive', '2026.yaml'), 'x: 1\n');
  const done = await wang.post('/desk/plan/close?year=2026');
  expect(done.status).toBeGreaterThanOrEqual(400);
  expect(await readFile(at('config', 'plan', 'archive', '2026.yaml'), 'utf8')).toBe('x: 1\n');
  expect(existsSync(at('config', 'plan', '2026.yaml'))).toBe(true);
});

test('the office has the year’s table as a workbook and as a document, a reader may not announce', async () => {
  for (const format of ['xlsx', 'docx']) {
    const answer = await fetch(`${desk.url}/desk/plan/table.${format}?year=2027`, {
      headers: { cookie: wang.cookie },
    });
    const bytes = Buffer.from(await answer.arrayBuffer());
    const name = `table.${format}`;
    const options = { year: undefined, at: '10:00', timezone: 'Asia/Shanghai' };
    const { table } = await readTable(bytes, name, options);
    expect(table.rows.map((row) => row.date)).toHaveLength(12);
  }
  const du = await desk.signIn('du');
  expect((await du.get('/desk/plan/?year=2027')).text).not.toContain('/desk/plan/announce');
  expect((await du.get('/desk/plan/announce?year=2027')).status).toBe(403);
});

test('after saving one is on the year that was changed, and reads what has changed', async () => {
  const text = NEXT.replace('day: 28', 'day: 27');
  const [file, saved] = ['config/plan/2027.yaml', await planText(2027)];
  expect(saved).toBe(NEXT);
  const looked = (await wang.fill(`/desk/plan/file?name=${encodeURIComponent(file)}`, { text }))
    .text;
  const done = await wang.post('/desk/plan/save', {
    file,
    base: hidden(looked, 'base'),
    why: '改规则',
    text,
  });
  expect(done.text).toContain('aria-current="page">2027');
  expect(done.text).toMatch(/计划已保存并生效[\s\S]*采购经理指数/);
});
