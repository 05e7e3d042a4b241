// A backup is restored while something is missed and told: who was told is not told again, and
// nothing is called over. Not for what may be sent after a restore: publish/lost-state.test.ts.
import { afterEach, expect, test } from 'vitest';
import { readBackup, writeBackup } from '../../src/ledger/backup.ts';
import { type Watched, watched } from '../helpers/alarm.ts';
import { PLAN } from '../helpers/bureau.ts';

let bureau: Watched;
afterEach(() => bureau.close());

async function backedUp(): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of writeBackup(bureau.app.redis, bureau.clock.now())) lines.push(line);
  return lines;
}

/** Redis is emptied and the backup put into it. */
async function restored(lines: readonly string[]): Promise<void> {
  const { redis, ledger } = bureau.app;
  const keys = await redis.client.keys(`${redis.prefix}:*`);
  await redis.client.del(...keys.filter((key) => !key.includes(':worker:')));
  expect(await readBackup(redis, ledger, lines, bureau.clock.now())).toMatchObject({ ok: true });
}

test('a miss that was told before the backup is not told again after it is restored, nor called over', async () => {
  const plan = `${PLAN.replace('[website, catalogue, wechat, weibo]', '[website]')}    skip: [2025-Q4, 2026-Q1]\n`;
  bureau = await watched('2026-07-20T09:00:00+08:00', { plan, alerts: 'remind: 24h' });
  const before = [
    ...(await bureau.at('2026-07-20T09:30:00+08:00')),
    ...(await bureau.at('2026-07-20T10:06:00+08:00')),
  ];
  expect(before.filter((one) => one.includes('未按时发布'))).toHaveLength(1);
  const { redis, incidents } = bureau.app;
  const [missed] = [...(await incidents.incidents()).values()];
  const lines = await backedUp();
  await restored(lines);
  expect([...(await incidents.taken(missed?.id ?? ''))].sort()).toEqual([
    '',
    `gdp.2026-Q2 ${Date.parse('2026-07-20T10:00:00+08:00')}`,
  ]);
  expect(await redis.client.pttl(`${redis.prefix}:taken:${missed?.id}`)).toBeGreaterThan(0);
  const after: string[] = [];
  for (const minute of ['07', '08', '12', '30', '45']) {
    await bureau.apply();
    after.push(...(await bureau.at(`2026-07-20T10:${minute}:00+08:00`)));
  }
  expect(after).toEqual([]);
});
