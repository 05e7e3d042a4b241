// A ledger that release 0.1.0 wrote: it is read as it is, goes on, and its states get their present
// names at start.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { forgetPublications, readBackup, writeBackup } from '../../src/ledger/backup.ts';
import { renameFormerStates } from '../../src/ledger/former-states.ts';
import { Journal } from '../../src/ledger/journal.ts';
import { Ledger } from '../../src/ledger/ledger.ts';
import { instant } from '../../src/lib/instant.ts';
import type { PublicationId } from '../../src/plan/types.ts';
import { openRedis, type RedisHandle } from '../../src/redis/connection.ts';

type Written =
  | { readonly hash: Readonly<Record<string, string>> }
  | { readonly zset: readonly string[] }
  | { readonly stream: readonly (readonly [string, string[]])[] };

const NOW = instant(Date.parse('2026-11-28T10:00:00+08:00'));
const OLD = 'cpi.2025-12@website' as PublicationId;
const STATES: Readonly<Record<string, string>> = {
  'ind.2026-10@website': 'verified',
  'ind.2026-10@wechat': 'public',
  'ind.2026-10@weibo': 'doubtful',
  'ind.2026-10@catalogue': 'held',
  'cpi.2025-12@website': 'historical',
  'cpi.2025-12@wechat': 'historical',
  'cpi.2026-10@website': 'cancelled',
  'ppi.2026-10@website': 'withdrawn',
  'ind.2026-11@website': 'planned',
  'ind.2026-11@wechat': 'staged',
};

let redis: RedisHandle;
let ledger: Ledger;
beforeEach(async () => {
  redis = await openRedis(
    { external: undefined, folder: inject('redisFolder'), prefix: `{${randomUUID()}}` },
    { stopWhenLast: false },
  );
  const { client, prefix } = redis;
  const file = new URL('../fixtures/ledgers/0.1.0.json', import.meta.url);
  const all = JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, Written>>;
  for (const [name, written] of Object.entries(all)) {
    const key = `${prefix}:${name}`;
    if ('hash' in written) await client.hset(key, written.hash);
    else if ('zset' in written)
      for (let at = 0; at < written.zset.length; at += 2)
        await client.zadd(key, written.zset[at + 1] ?? '', written.zset[at] ?? '');
    else for (const [id, fields] of written.stream) await client.xadd(key, id, ...fields);
  }
  ledger = new Ledger(redis);
});
afterEach(() => redis.close());

const states = async (): Promise<Record<string, string>> =>
  Object.fromEntries(await ledger.statesOf(Object.keys(STATES) as PublicationId[]));
const rawState = (): Promise<string | null> => redis.client.hget(`${redis.prefix}:pub:${OLD}`, 's');

test('every state is read by its present name before anything is renamed', async () => {
  expect(await rawState()).toBe('bygone');
  expect(await states()).toEqual(STATES);
  expect((await ledger.get(OLD))?.state).toBe('historical');
});

test('at start the states are renamed, and nothing else about them', async () => {
  const before = await ledger.get(OLD);
  expect(await renameFormerStates(redis, ledger)).toBe(2);
  expect(await rawState()).toBe('historical');
  expect(await states()).toEqual(STATES);
  expect(await ledger.get(OLD)).toEqual(before);
  expect(await renameFormerStates(redis, ledger)).toBe(0);
});

test('what a worker of 0.1.0 calls bygone goes on like any other', async () => {
  const entry = await ledger.get(OLD);
  const changed = await ledger.change({
    publication: OLD,
    from: entry,
    to: 'planned',
    actor: 'operator',
    at: NOW,
  });
  expect(changed.ok).toBe(true);
  expect((await ledger.get(OLD))?.state).toBe('planned');
  expect(await renameFormerStates(redis, ledger)).toBe(1);
});

test('the journal has its events by their present names, and a backup of it comes back whole', async () => {
  const journal = new Journal(redis, 'caller');
  const events = (await journal.newest(100)).map(({ event, subject }) => `${event} ${subject}`);
  expect(events).toContain(`historical ${OLD}`);
  expect(events).toContain('resumed ind.2026-10@catalogue');
  expect(events.filter((event) => /^(bygone|freed) /.test(event))).toEqual([]);

  const lines: string[] = [];
  for await (const line of writeBackup(redis, NOW)) lines.push(line);
  expect(lines.join('')).toContain('bygone');
  await forgetPublications(redis);
  expect(await states()).toEqual({});
  expect(await readBackup(redis, ledger, lines, NOW)).toMatchObject({ ok: true });
  const back = await states();
  expect([back['cpi.2025-12@website'], back['ppi.2026-10@website']]).toEqual([
    'historical',
    'withdrawn',
  ]);
  expect(await rawState()).toBe('historical');
});
