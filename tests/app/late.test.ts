// What came out after its grace, between two rounds, is told too: once, and without a mail that it
// is over.
import { afterEach, expect, test } from 'vitest';
import { Maintenance } from '../../src/app/maintenance.ts';
import { makeLog } from '../../src/lib/log.ts';
import { releaseWave } from '../../src/publish/release.ts';
import { stage } from '../../src/publish/stage.ts';
import { probe } from '../../src/publish/verify.ts';
import { type Bureau, DUE, makeBureau, NO_REPORTS, never, on, PLAN } from '../helpers/bureau.ts';

let bureau: Bureau;
afterEach(() => bureau.close());

async function publishedAt(iso: string): Promise<string[]> {
  bureau = await makeBureau(
    '2026-07-19T10:00:05+08:00',
    PLAN.replace('[website, catalogue, wechat, weibo]', '[website]'),
    NO_REPORTS,
  );
  await bureau.apply();
  await bureau.content();
  const { publishDeps: parts, incidents } = bureau.app;
  const rounds = new Maintenance(bureau.app, makeLog('silent'), never);
  await stage(parts, on('website'), never);
  await rounds.sweep();
  bureau.clock.turnTo(iso);
  await releaseWave(parts, 'website', Date.parse(DUE) as never, never);
  expect(await bureau.state(on('website'))).toBe('public');
  for (let round = 0; round < 3; round++) await rounds.sweep();
  return (await incidents.deliveries()).map((letter) => letter.subject);
}

test('six minutes after T, with a grace of five: one mail', async () => {
  expect(await publishedAt('2026-07-20T10:06:00+08:00')).toEqual([
    '[测试统计局] 晚发布：地区生产总值（gdp.2026-Q2），现已公开',
  ]);
});

test('within the grace: silence', async () => {
  expect(await publishedAt('2026-07-20T10:04:00+08:00')).toEqual([]);
});

/**
 * On two channels; the catalogue's answer is lost, no sweep runs meanwhile, and a look finds it.
 * @param sent when the catalogue's call is made
 */
async function answerLost(sent: string, looked: string): Promise<string[]> {
  bureau = await makeBureau(
    '2026-07-19T10:00:05+08:00',
    PLAN.replace('[website, catalogue, wechat, weibo]', '[website, catalogue]'),
    NO_REPORTS,
  );
  await bureau.apply();
  await bureau.content();
  const { publishDeps: parts, incidents } = bureau.app;
  const rounds = new Maintenance(bureau.app, makeLog('silent'), never);
  for (const channel of ['website', 'catalogue']) await stage(parts, on(channel), never);
  await rounds.sweep();
  bureau.clock.turnTo('2026-07-20T10:00:00+08:00');
  await releaseWave(parts, 'website', Date.parse(DUE) as never, never);
  bureau.clock.turnTo(sent);
  bureau.sandbox.world.setFault({
    channel: 'catalogue',
    route: '/catalogue',
    kind: 'drop-after',
    times: 1,
    after: 0,
    seconds: 0,
  });
  await releaseWave(parts, 'catalogue', Date.parse(DUE) as never, never);
  expect(await bureau.state(on('catalogue'))).toBe('doubtful');
  bureau.clock.turnTo(looked);
  await probe(parts, on('catalogue'), 0, never);
  expect(await bureau.state(on('catalogue'))).toBe('verified');
  for (let round = 0; round < 3; round++) await rounds.sweep();
  return (await incidents.deliveries()).map((letter) => letter.subject);
}

test('sent late, its answer lost and found by a look before any sweep saw it missing: one mail', async () => {
  expect(await answerLost('2026-07-20T10:06:00+08:00', '2026-07-20T10:06:30+08:00')).toEqual([
    '[测试统计局] 晚发布：地区生产总值（gdp.2026-Q2），现已公开',
  ]);
});

test('sent in time and found after the grace: silence', async () => {
  expect(await answerLost('2026-07-20T10:00:01+08:00', '2026-07-20T10:08:00+08:00')).toEqual([]);
});
