// Whatever bug, edit or loss keeps a promise from being kept: somebody hears of it. Each story of
// issue 14, read from the mails that arrive.
import { afterEach, describe, expect, test } from 'vitest';
import { forgetPublications, writeBackup } from '../../src/ledger/backup.ts';
import { publicationId, releaseId } from '../../src/plan/types.ts';
import { change } from '../../src/publish/deps.ts';
import { found, type Watched, watched } from '../helpers/alarm.ts';
import { PLAN } from '../helpers/bureau.ts';

let bureau: Watched;
afterEach(() => bureau.close());

const HEAD = PLAN.slice(0, PLAN.indexOf('indicators:')).replace(
  '[website, catalogue, wechat, weibo]',
  '[website]',
);
const plan = (notice: string) => `${HEAD}notices:\n  ${notice}\n`;
const ONE = plan('n: { name: { zh: 公告 }, at: 2026-07-20 10:00 }');
const CANCELLED = plan(
  'n: { name: { zh: 公告 }, at: 2026-07-20 10:00, cancelled: true, reason: 不再发布, announced: 2026-07-19 }',
);
const N = publicationId(releaseId('n'), 'website');
const MISSED = ['operator@example.cn: 未按时发布：公告（n）'];

/** A plan comes into force whatever the checks say: as a mistake of the program would have it. */
async function force(files: readonly { name: string; text: string }[]): Promise<void> {
  await bureau.app.planStore.setPlan({ files: [...files], at: bureau.clock.now() + 1 }, new Map());
  await bureau.app.planService.follow();
}

describe('a promise that nothing answers for is told', () => {
  test('(14.13) cancelled before T, put back after it, and still cancelled in the ledger', async () => {
    bureau = await watched('2026-07-19T09:00:00+08:00', { plan: ONE, alerts: 'before: []' });
    expect(await bureau.at('2026-07-19T09:00:00+08:00')).toEqual([]);
    expect((await bureau.apply(CANCELLED)).ok).toBe(true);
    expect(await bureau.at('2026-07-19T09:10:00+08:00')).toEqual([]);
    expect(await bureau.at('2026-07-20T10:30:00+08:00')).toEqual([]);
    await force([{ name: 'plan/2026.yaml', text: ONE }]);
    expect(await bureau.at('2026-07-20T11:00:00+08:00')).toEqual([]);
    expect(await bureau.at('2026-07-20T11:05:00+08:00')).toEqual(MISSED);
    const { text } = bureau.mail('未按时');
    expect(text).toContain('网站：到了公布的时间，公开处没有');
    expect(text).toContain('npx banli status n');
    await force([{ name: 'plan/2026.yaml', text: CANCELLED }]);
    expect(await bureau.at('2026-07-20T12:00:00+08:00')).toEqual([
      'operator@example.cn: 已解决：公告',
    ]);
  });

  test("(14.15) a year's file is moved away beside the next one: a warning at once, and a miss when it was due", async () => {
    bureau = await watched('2026-07-19T09:00:00+08:00', {
      plan: ONE,
      alerts: 'before: [], planEnds: never',
    });
    await bureau.at('2026-07-19T09:00:00+08:00');
    await force([
      {
        name: 'plan/2027.yaml',
        text: ONE.replaceAll('2026', '2027').replace('2025-12-26', '2026-07-01'),
      },
    ]);
    await bureau.reconciler.run(bureau.app.planService.calendar(), bureau.clock.now(), 'test');
    expect(await bureau.at('2026-07-19T09:10:00+08:00')).toEqual([
      'operator@example.cn: 已公布的发布从计划里消失：公告（n）',
    ]);
    expect(bureau.mail('消失').text).toContain('已公布，却从计划里消失了，没有说明改期或取消');
    expect(bureau.mail('消失').text).toContain('npx banli plan diff');
    expect(await bureau.at('2026-07-20T10:04:00+08:00')).toEqual([]);
    expect(await bureau.at('2026-07-20T10:05:00+08:00')).toEqual(MISSED);
  });

  test('a plan that was emptied', async () => {
    bureau = await watched('2026-07-19T09:00:00+08:00', {
      plan: ONE,
      alerts: 'before: [], planEnds: never',
    });
    await bureau.at('2026-07-19T09:00:00+08:00');
    await force([]);
    expect(await bureau.at('2026-07-19T09:10:00+08:00')).toEqual([
      'operator@example.cn: 已公布的发布从计划里消失：公告（n）',
    ]);
    await force([{ name: 'plan/2026.yaml', text: ONE }]);
    expect(await bureau.at('2026-07-19T09:20:00+08:00')).toEqual([
      'operator@example.cn: 已解决：公告',
    ]);
  });

  test('(14.8) a ledger that was emptied, or never knew of it', async () => {
    bureau = await watched('2026-07-19T09:00:00+08:00', { plan: ONE, alerts: 'before: []' });
    await bureau.at('2026-07-19T09:00:00+08:00');
    await forgetPublications(bureau.app.redis);
    expect(await bureau.at('2026-07-20T10:04:00+08:00')).toEqual([]);
    expect(await bureau.at('2026-07-20T10:05:00+08:00')).toEqual(MISSED);
    expect(await bureau.at('2026-07-20T10:06:00+08:00')).toEqual([]);
  });

  test('a book that was lost is written again from the plan in force, and kept in the backup', async () => {
    bureau = await watched('2026-07-19T09:00:00+08:00', { plan: ONE, alerts: 'before: []' });
    await bureau.at('2026-07-19T09:00:00+08:00');
    const { redis } = bureau.app;
    const lines: string[] = [];
    for await (const line of writeBackup(redis, bureau.clock.now())) lines.push(line);
    expect(
      lines.some((line) => line.startsWith('{"key":"promises",') && line.includes('公告')),
    ).toBe(true);
    await redis.client.del(`${redis.prefix}:promises`, `${redis.prefix}:promises:version`);
    await bureau.at('2026-07-19T09:02:00+08:00');
    expect([...(await bureau.rounds.monitor.promises()).keys()]).toEqual(['n']);
  });

  test('what was public and is so no more: after a while, as a new ledger has to look it up first', async () => {
    bureau = await watched('2026-07-19T09:00:00+08:00', { plan: ONE, alerts: 'before: []' });
    bureau.clock.turnTo('2026-07-20T10:00:00+08:00');
    await found(bureau, N);
    expect(await bureau.at('2026-07-20T10:01:00+08:00')).toEqual([]);
    await forgetPublications(bureau.app.redis);
    expect(await bureau.at('2026-07-20T10:10:00+08:00')).toEqual([]);
    expect(await bureau.at('2026-07-20T10:14:59+08:00')).toEqual([]);
    expect(await bureau.at('2026-07-20T10:15:00+08:00')).toEqual([
      'operator@example.cn: 公开后又看不到了：公告（n）',
    ]);
    expect(bureau.mail('看不到').text).toContain('曾经公开，现在看不到了，也没有撤回的记录');
  });

  test('a person withdrew it, with words: silence', async () => {
    bureau = await watched('2026-07-19T09:00:00+08:00', { plan: ONE, alerts: 'before: []' });
    await bureau.at('2026-07-19T09:00:00+08:00');
    bureau.clock.turnTo('2026-07-20T10:00:00+08:00');
    await found(bureau, N);
    const entry = await bureau.app.ledger.get(N);
    if (entry)
      await bureau.app.ledger.change(
        change(bureau.app.publishDeps, entry, 'withdrawn', {}, { detail: { reason: '数据有误' } }),
      );
    for (const time of ['10:01', '10:05', '10:20', '12:00'])
      expect(await bureau.at(`2026-07-20T${time}:00+08:00`)).toEqual([]);
  });
});

describe('trouble that other code reports', () => {
  const pause = {
    kind: 'engine',
    subject: 'host-1',
    severity: 'missed',
    stage: 100,
    timezone: 'Asia/Shanghai',
    items: [],
    about: { what: 'engine-paused', ms: 62_000, during: '预览' },
  } as const;

  test('is told at once, outlasts every sweep, and ends when it is cleared', async () => {
    bureau = await watched('2026-07-19T09:00:00+08:00', { plan: ONE, alerts: 'before: []' });
    await bureau.rounds.monitor.report({ ...pause, items: [] });
    expect(await bureau.at('2026-07-19T09:01:00+08:00')).toEqual([
      'operator@example.cn: 颁历停顿了 1 分钟',
    ]);
    expect(bureau.mail('停顿').text).toContain(
      'host-1 上的发布进程有一段时间什么也没有做，这期间到点的发布会晚。当时正在：预览。',
    );
    expect(await bureau.at('2026-07-19T09:02:00+08:00')).toEqual([]);
    await bureau.rounds.monitor.clear(pause);
    expect(await bureau.at('2026-07-19T09:03:00+08:00')).toEqual([
      'operator@example.cn: 已解决：发布进程的停顿',
    ]);
  });

  test('a ledger that was restored: one letter lists what waits for a person, with both commands', async () => {
    bureau = await watched('2026-07-20T09:00:00+08:00', { plan: ONE, alerts: 'before: []' });
    await bureau.rounds.monitor.report({
      ...pause,
      kind: 'ledger-reborn',
      subject: 'ledger',
      about: { what: 'ledger-reborn', how: 'restored', count: 3 },
      items: [],
    });
    const entry = await bureau.app.ledger.get(N);
    if (entry)
      await bureau.app.ledger.change(
        change(bureau.app.publishDeps, entry, 'held', { reason: { code: 'birth-not-found' } }),
      );
    expect(await bureau.at('2026-07-20T10:05:00+08:00')).toEqual([
      'operator@example.cn: 台账是从备份恢复的',
      'operator@example.cn: 台账是从备份恢复的',
    ]);
    const { text } = bureau.mail('台账');
    expect(text).toContain('在此之前到期的有 3 项');
    expect(text).toContain('公告（n），2026-07-20 10:00，网站：台账是新建或恢复的，渠道上查不到');
    expect(text).toContain('npx banli settle n --channel website --public');
    expect(text).toContain('npx banli settle n --channel website --not-public');
    expect(text).not.toContain('立即补发');
  });
});
