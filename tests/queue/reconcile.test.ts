import { afterEach, beforeEach, expect, test } from 'vitest';
import { publicationId, releaseId } from '../../src/plan/types.ts';
import { type Bureau, makeBureau, on, PLAN } from '../helpers/bureau.ts';

let bureau: Bureau;
beforeEach(async () => {
  bureau = await makeBureau('2026-07-18T12:00:00+08:00');
  await bureau.apply();
});
afterEach(() => bureau.close());

const run = () =>
  bureau.reconciler.run(bureau.app.planService.calendar(), bureau.clock.now(), 'test');
const moved = PLAN.replace(
  'if-closed: next }\n',
  'if-closed: next }\n    dates:\n      2026-Q2: { at: 2026-07-22 15:00, was: 2026-07-20 10:00, reason: 系统检修 }\n',
);

test('run twice changes nothing the second time', async () => {
  expect(await run()).toEqual({ created: 0, moved: 0, cancelled: 0, jobs: 0 });
});

test('emptying the queues loses nothing', async () => {
  const before = {
    stage: await bureau.app.queues.ids('stage'),
    release: await bureau.app.queues.ids('release'),
  };
  // The day before it is due; the instant is part of the id, so that a job for another is another
  // job.
  const at = Date.parse('2026-07-19T10:00:00+08:00');
  expect([...before.stage].sort()).toEqual(
    ['catalogue', 'website', 'wechat', 'weibo'].map((channel) => `${on(channel)}~${at}`).sort(),
  );
  for (const key of await bureau.app.redis.client.keys(`${bureau.config.prefix}:queue:*`))
    await bureau.app.redis.client.del(key);
  expect(await bureau.app.queues.ids('stage')).toEqual(new Set());
  // Looks at what is doubted are in no queue that reconcile fills: whoever polls the ledger makes
  // them.
  expect((await run()).jobs).toBe(4);
  expect(await bureau.app.queues.ids('stage')).toEqual(before.stage);
});

test('a job for a publication that has none any more is taken out', async () => {
  await bureau.app.queues.add('stage', [
    { id: 'gone.2026-Q2@website', data: {}, at: bureau.clock.now() },
  ]);
  await run();
  expect(await bureau.app.queues.ids('stage')).not.toContain('gone.2026-Q2@website');
});

test('a move is applied to every channel, journalled, and asks for words first', async () => {
  const without = await bureau.apply(
    moved.replace(', was: 2026-07-20 10:00, reason: 系统检修', ''),
  );
  expect(without.ok).toBe(false);
  expect((await bureau.app.ledger.get(on('website')))?.due).toBe(
    Date.parse('2026-07-20T10:00:00+08:00'),
  );
  expect((await bureau.apply(moved)).ok).toBe(true);
  for (const channel of ['website', 'wechat'])
    expect((await bureau.app.ledger.get(on(channel)))?.due).toBe(
      Date.parse('2026-07-22T15:00:00+08:00'),
    );
  const [event] = await bureau.app.journal.newest(1, on('website'));
  expect(event).toMatchObject({
    event: 'replanned',
    detail: {
      from: Date.parse('2026-07-20T10:00:00+08:00'),
      to: Date.parse('2026-07-22T15:00:00+08:00'),
    },
  });
});

test('cancelled and put back', async () => {
  const cancelled = PLAN.replace(
    'if-closed: next }\n',
    'if-closed: next }\n    dates: { 2026-Q2: { cancelled: true, reason: 并入年报 } }\n',
  );
  await bureau.apply(cancelled);
  expect(await bureau.state(on('website'))).toBe('cancelled');
  expect(await bureau.app.queues.ids('stage')).toEqual(new Set());
  await bureau.apply(PLAN);
  expect(await bureau.state(on('website'))).toBe('planned');
});

test("what was due before Banli kept the plan is asked of the site alone and is nobody's incident", async () => {
  const old = releaseId('gdp.2026-Q1');
  expect(await bureau.state(publicationId(old, 'weibo'))).toBe('historical');
  expect(await bureau.state(publicationId(old, 'website'))).toBe('doubtful');
});
