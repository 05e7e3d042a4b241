// `banli plan close`, as an operator runs it: a year goes into the archive once everything in it
// has ended, and not before.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type App, openApp } from '../../src/app/app.ts';
import { loadConfig } from '../../src/config/load.ts';
import { makeLog } from '../../src/lib/log.ts';
import { Reconciler } from '../../src/queue/reconcile.ts';
import { banli } from '../helpers/cli.ts';
import { ManualClock } from '../helpers/clock.ts';

const PLAN = `plan: 测试计划
timezone: Asia/Shanghai
year: 2025
announced: 2024-12-26
defaults: { at: "10:00", channels: [website], lead: 24h, grace: 5m, window: 12h, category: 统计数据 }
indicators:
  gdp:
    name: { zh: 地区生产总值 }
    frequency: Q
    due: { day: 20, month: +1, if-closed: next }
`;
let folder: string;
let app: App;
const clock = new ManualClock('2024-12-27T10:00:00+08:00');
const close = (...args: string[]): { code: number | null; said: string } => {
  const { code, said } = banli(join(folder, 'config'), ['plan', 'close', ...args]);
  return { code, said };
};
const planAt = (name: string): boolean => existsSync(join(folder, 'config', 'plan', name));
const inForce = async (): Promise<void> => {
  expect((await app.planService.apply(clock.now(), await app.published())).ok).toBe(true);
  const reconciler = new Reconciler(app.ledger, app.queues, (now) => app.reconcileContext(now));
  await reconciler.run(app.planService.calendar(), clock.now(), 'test', app.planService.version());
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'banli-close-'));
  await mkdir(join(folder, 'config', 'plan'), { recursive: true });
  await writeFile(join(folder, 'config', 'plan', '2025.yaml'), PLAN);
  await writeFile(
    join(folder, 'config', 'banli.yaml'),
    'bureau: { zh: 测试统计局 }\nsite: { publicUrl: "https://tjj.example.cn/" }\nchannels: { website: { kind: website } }\n',
  );
  app = await openApp(loadConfig(join(folder, 'config'), {}), { log: makeLog('silent'), clock });
  await inForce();
});
afterAll(async () => {
  await app.close();
  await rm(folder, { recursive: true, force: true });
});

test('what has not ended is named with its channels and what to do; nothing is moved', () => {
  const { code, said } = close('2025');
  expect(code).toBe(1);
  expect(said).toContain('没有归档：2025 年还有 4 项没有结束');
  expect(said).toContain(
    '地区生产总值（gdp.2025-Q2），应于 2025-07-21 10:00 发布，没有结束的渠道：网站',
  );
  expect(said).toContain('请先在操作台处理');
  expect([planAt('2025.yaml'), planAt('archive/2025.yaml')]).toEqual([true, false]);
});

test('a year that nobody plans, and one that is no year, are said so', () => {
  expect(close('2031')).toMatchObject({
    code: 1,
    said: expect.stringContaining('现在有这些年份：2025'),
  });
  expect(close('去年').code).not.toBe(0);
});

test('what is still to come is named with its channels', async () => {
  const year = new Date().getUTCFullYear() + 1;
  await writeFile(
    join(folder, 'config', 'plan', `${year}.yaml`),
    PLAN.replace('2025', String(year)).replace('2024', '2025'),
  );
  const { code, said } = close(String(year));
  await rm(join(folder, 'config', 'plan', `${year}.yaml`));
  expect(code).toBe(1);
  expect(said).toContain(`${year} 年还有 4 次没到时间，现在不能关；什么也没有改`);
  expect([
    ...said.matchAll(/ {2}· 地区生产总值（gdp\.\S+），应于 \S+ 10:00 发布，渠道：网站\n/g),
  ]).toHaveLength(4);
});

test('once all have ended the file goes into the archive, and the service takes that as it is', async () => {
  for (const publication of (await app.ledger.open()).keys()) {
    const from = await app.ledger.get(publication);
    if (from)
      await app.ledger.change({
        publication,
        from,
        to: 'cancelled',
        take: true,
        actor: 'test',
        at: clock.now(),
      });
  }
  expect(close('2025', '--print')).toEqual({
    code: 0,
    said: expect.stringContaining('去掉 --print 就会归档'),
  });
  expect(planAt('2025.yaml')).toBe(true);
  const done = close('2025');
  expect(done).toEqual({ code: 0, said: expect.stringContaining('2025 年已归档') });
  expect([planAt('2025.yaml'), planAt('archive/2025.yaml')]).toEqual([false, true]);
  clock.turnTo('2026-03-01T10:00:00+08:00');
  await inForce();
  expect(app.planService.calendar().plans).toMatchObject([{ year: 2025, archived: true }]);
  expect(close('2025')).toEqual({ code: 0, said: expect.stringContaining('已经归档') });
});
