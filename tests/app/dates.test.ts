// What happens to dates after the plan is in force: provisional ones settle by themselves, promised
// ones move with words and leave a trace.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Maintenance } from '../../src/app/maintenance.ts';
import { makeLog } from '../../src/lib/log.ts';
import { isoIn } from '../../src/plan/time.ts';
import { releaseId } from '../../src/plan/types.ts';
import { NOTICES } from '../../src/plan/workdays.ts';
import { type Bureau, makeBureau, never, PLAN } from '../helpers/bureau.ts';

/** A year whose holidays no package knows yet. */
const FUTURE = PLAN.replace('year: 2026', 'year: 2031')
  .replace('2025-12-26', '2026-01-05')
  .replace('frequency: Q', 'frequency: M')
  .replace('day: 20', 'day: 10');

let bureau: Bureau;
let rounds: Maintenance;
async function open(start: string, plan: string): Promise<void> {
  bureau = await makeBureau(start, plan);
  rounds = new Maintenance(bureau.app, makeLog('silent'), never);
}
beforeEach(() => {
  bureau = undefined as unknown as Bureau;
});
afterEach(() => bureau.close());

const file = (name: string): string => join(bureau.folder, 'config', name);
const site = (name: string): Promise<string> =>
  readFile(join(bureau.folder, 'var', 'site', 'current', name), 'utf8');
const dueOf = (id: string): string => {
  const release = bureau.app.planService.calendar().byId.get(releaseId(id));
  return release
    ? `${isoIn(release.due, 'Asia/Shanghai').slice(0, 16)} ${release.status}`
    : 'absent';
};
/** Sends what is in the outbox, and gives back what arrived by SMTP. */
async function arrived(): Promise<{ subject: string; text: string }[]> {
  await bureau.post();
  return bureau.sandbox.mails.map(({ subject, text }) => ({ subject, text }));
}

test('holidays announced in workdays.yaml move provisional dates, need no reason, and are told once', async () => {
  await open('2026-02-01T09:00:00+08:00', FUTURE);
  await rounds.applyPlan();
  expect(dueOf('gdp.2030-12')).toBe('2031-01-10T10:00 provisional');
  expect(dueOf('gdp.2031-01')).toBe('2031-02-10T10:00 provisional');
  // 10 January 2031 is a Friday; the bureau is closed on it, and works the Saturday after.
  await writeFile(
    file('workdays.yaml'),
    'years: [2031]\noff: [2031-01-10..2031-01-10]\nwork: [2031-01-11]\n',
  );
  await rounds.applyPlan();
  expect(dueOf('gdp.2030-12')).toBe('2031-01-11T10:00 confirmed');
  expect(dueOf('gdp.2031-01')).toBe('2031-02-10T10:00 confirmed');
  await rounds.applyPlan();
  const mails = await arrived();
  expect(mails.map((mail) => mail.subject)).toEqual([
    '[测试统计局] 工作日安排有更新：1 个暂定日期有变动，11 个已确认',
  ]);
  expect(mails[0]?.text).toContain(
    '暂定日期推迟 1 天：地区生产总值 2030年12月（gdp.2030-12），由 2031-01-10 周五 10:00 改为 2031-01-11 周六 10:00',
  );
  expect(mails[0]?.text).toContain(
    '确认：地区生产总值 2031年1月（gdp.2031-01），暂定的 2031-02-10 周一 10:00 不变',
  );
  // Nobody was promised anything, so the public reads of no change.
  expect(await site('changes/index.html')).toContain('暂无');
  expect(await site('changes/index.html')).not.toContain('2031-01-10');
});

test('holidays that a new version of Banli knows settle the dates of the version before', async () => {
  await open('2026-02-01T09:00:00+08:00', PLAN);
  const before2026 = (dates: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(dates).filter(([date]) => date < '2025-12-31'));
  const notices = {
    holidays: before2026(NOTICES.holidays),
    workdays: before2026(NOTICES.workdays),
  };
  const text = PLAN.replace('day: 20', 'day: 7').replace('frequency: Q', 'frequency: M');
  await writeFile(file('plan/2026.yaml'), text);
  await bureau.app.planStore.setPlan(
    { files: [{ name: 'config/plan/2026.yaml', text }], at: bureau.clock.now(), notices },
    new Map(),
  );
  await bureau.app.planService.follow();
  expect(dueOf('gdp.2026-09')).toBe('2026-10-07T10:00 provisional');
  await rounds.applyPlan();
  // 7 October 2026 lies in the National Day holiday, which ends that day.
  expect(dueOf('gdp.2026-09')).toBe('2026-10-08T10:00 confirmed');
  expect((await arrived())[0]?.text).toContain(
    '暂定日期推迟 1 天：地区生产总值 2026年9月（gdp.2026-09），由 2026-10-07 周三 10:00 改为 2026-10-08 周四 10:00',
  );
});

test('a holiday that would move a promised date moves nothing: the plan has to say so', async () => {
  await open('2026-02-01T09:00:00+08:00', PLAN);
  await rounds.applyPlan();
  await writeFile(file('workdays.yaml'), 'off: [2026-07-20]\n');
  await rounds.applyPlan();
  expect(dueOf('gdp.2026-Q2')).toBe('2026-07-20T10:00 confirmed');
  const [mail] = await arrived();
  expect(mail?.subject).toBe('[测试统计局] 发布计划有误，没有生效');
  expect(mail?.text).toContain(
    '请在 dates 下写 2026-Q2: { at: 2026-07-21 10:00, was: 2026-07-20 10:00, reason: 原因 }',
  );
});

test('a promised date that moves twice: both moves, with their reasons, stay on the public calendar and in calendar.json', async () => {
  await open('2026-02-01T09:00:00+08:00', PLAN);
  await rounds.applyPlan();
  const moved = (at: string, was: string, reason: string): string =>
    `${PLAN}    dates: { 2026-Q2: { at: ${at}, was: ${was}, reason: ${reason}, announced: 2026-02-01 } }\n`;
  await writeFile(file('plan/2026.yaml'), moved('2026-07-22', '2026-07-20', '核算数据推迟'));
  await rounds.applyPlan();
  await writeFile(
    file('plan/2026.yaml'),
    moved('2026-07-23 15:00', '2026-07-22 10:00', '新闻发布会改时间'),
  );
  await rounds.applyPlan();
  expect(dueOf('gdp.2026-Q2')).toBe('2026-07-23T15:00 postponed');
  const page = await site('index.html');
  expect(page).toContain(
    '由 2026-07-20 10:00 改为 2026-07-22 10:00 · 原因：核算数据推迟 · 2026-02-01 公布',
  );
  expect(page).toContain('由 2026-07-22 10:00 改为 2026-07-23 15:00 · 原因：新闻发布会改时间');
  const json = JSON.parse(await site('calendar.json')) as {
    releases: { id: string; changes?: object[] }[];
  };
  expect(json.releases.find((one) => one.id === 'gdp.2026-Q2')?.changes).toEqual([
    {
      kind: 'moved',
      from: '2026-07-20T02:00:00.000Z',
      to: '2026-07-22T02:00:00.000Z',
      reason: '核算数据推迟',
      announced: '2026-02-01',
    },
    {
      kind: 'moved',
      from: '2026-07-22T02:00:00.000Z',
      to: '2026-07-23T07:00:00.000Z',
      reason: '新闻发布会改时间',
      announced: '2026-02-01',
    },
  ]);
  // Another process, later: the history is the ledger's, not a memory's.
  const other = await bureau.another();
  expect(other.planService.calendar().history.get(releaseId('gdp.2026-Q2'))).toHaveLength(2);
});

test('what moved because it leans on another one is told with its reason, and is postponed to the public too', async () => {
  const two = (dates: string): string =>
    `${PLAN}${dates}  income: { name: { zh: 居民收入 }, frequency: Q, due: { same-as: gdp } }\n`;
  await open('2026-02-01T09:00:00+08:00', two(''));
  await rounds.applyPlan();
  await writeFile(
    file('plan/2026.yaml'),
    two('    dates: { 2026-Q2: { at: 2026-07-22, was: 2026-07-20, reason: 核算推迟 } }\n'),
  );
  await rounds.applyPlan();
  expect(await site('index.html')).toContain(
    '居民收入 2026年二季度 · 由 2026-07-20 10:00 改为 2026-07-22 10:00 · 原因：核算推迟',
  );
  const json = JSON.parse(await site('calendar.json')) as {
    releases: { id: string; status: string }[];
  };
  expect(json.releases.find((one) => one.id === 'income.2026-Q2')?.status).toBe('postponed');
  expect(json.releases.find((one) => one.id === 'income.2026-Q3')?.status).toBe('confirmed');
});

test("next year's plan is not public before the day on which it is announced", async () => {
  await open('2026-12-01T09:00:00+08:00', PLAN);
  await writeFile(
    file('plan/2027.yaml'),
    PLAN.replace('测试计划', '明年计划')
      .replace('year: 2026', 'year: 2027')
      .replace('2025-12-26', '2026-12-25')
      .replace('  gdp:', '  gdp-next:'),
  );
  await rounds.applyPlan();
  await rounds.reconcile();
  const shows = async (): Promise<boolean[]> => [
    (await site('index.html')).includes('indicators/gdp-next/'),
    (await site('calendar.json')).includes('gdp-next.2026-Q4'),
  ];
  expect(await shows()).toEqual([false, false]);
  bureau.clock.turnTo('2026-12-24T23:59:00+08:00');
  await rounds.reconcile();
  expect(await shows()).toEqual([false, false]);
  bureau.clock.turnTo('2026-12-25T00:00:10+08:00');
  await rounds.reconcile();
  expect(await shows()).toEqual([true, true]);
});
