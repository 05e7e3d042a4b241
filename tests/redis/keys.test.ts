// The table of keys: what a bureau at work writes stands in it with its type, and what a backup
// has is what cannot be made again.
import { afterEach, expect, test } from 'vitest';
import { writeBackup } from '../../src/ledger/backup.ts';
import { KEYS, kindOf } from '../../src/redis/keys.ts';
import { PEOPLE, type Watched, watched } from '../helpers/alarm.ts';
import { GDP, PLAN } from '../helpers/bureau.ts';
import { type TestDesk, testDesk } from '../helpers/desk.ts';
import { poll } from '../helpers/poll.ts';

let bureau: Watched | undefined;
let desk: TestDesk | undefined;
afterEach(async () => {
  await desk?.close();
  await bureau?.close();
  [desk, bureau] = [undefined, undefined];
});

test('every key that a bureau at work writes is in the table, with its type, and comes into a backup where it says so', async () => {
  const approved = PLAN.replace('window: 12h', 'window: 12h, approval: one');
  bureau = await watched('2026-07-20T09:00:00+08:00', { more: PEOPLE, plan: approved });
  desk = await testDesk(bureau);
  await desk.person('wang', 'operator', 'editor');
  const wang = await desk.signIn('wang');
  await bureau.content();
  await wang.post(`/desk/releases/${GDP}/hold`, { channel: 'weibo', reason: 'x' });
  await poll(bureau, 3);
  await bureau.at('2026-07-20T10:06:00+08:00');
  await poll(bureau, 3);

  const { client, prefix } = bureau.app.redis;
  const keys = (await client.keys(`${prefix}:*`)).map((key) => key.slice(prefix.length + 1));
  const found = await Promise.all(
    keys.map(async (key) => [key, await client.type(`${prefix}:${key}`)] as const),
  );
  const wrong = found.filter(([key, type]) => {
    const kind = kindOf(key);
    return !kind || (kind.type !== 'various' && kind.type !== type);
  });
  expect(wrong).toEqual([]);
  for (const name of ['pub:', 'open', 'journal', 'plan', 'accounts', 'incidents'])
    expect(keys.some((key) => (name.endsWith(':') ? key.startsWith(name) : key === name))).toBe(
      true,
    );

  const lines: string[] = [];
  for await (const line of writeBackup(bureau.app.redis, bureau.clock.now())) lines.push(line);
  const backed = new Set(lines.slice(1).map((line) => (JSON.parse(line) as { key: string }).key));
  const wanted = keys.filter((key) => kindOf(key)?.inBackup);
  expect([...backed].sort()).toEqual(wanted.sort());
});

test('what a backup has is this, and nothing that signs, unlocks or passes by itself', () => {
  expect(
    Object.entries(KEYS)
      .filter(([, { inBackup }]) => inBackup)
      .map(([name]) => name)
      .sort(),
  ).toEqual(
    [
      ...['accounts', 'approvals:', 'authors:', 'by-hand', 'dates', 'dates:', 'incidents'],
      ...[
        'journal',
        'mailing:',
        'mailings',
        'mailings:untold',
        'outbox',
        'plan',
        'promises',
        'promises:version',
      ],
      ...['pub:', 'site-born', 'site-record', 'swept', 'taken:', 'tokens', 'written'],
    ].sort(),
  );
  expect(kindOf('no-such-key')).toBeUndefined();
});
