// A restoration that dies before any of its commands, with a service that writes meanwhile, and is
// done again: everything is there, each event once. Not for whole restorations: archive.test.ts.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { forgetPublications, readBackup, writeBackup } from '../../src/ledger/backup.ts';
import { Ledger } from '../../src/ledger/ledger.ts';
import { stage } from '../../src/publish/stage.ts';
import type { RedisClient, RedisHandle } from '../../src/redis/connection.ts';
import { type Bureau, makeBureau, never, on } from '../helpers/bureau.ts';

let bureau: Bureau;
beforeEach(async () => {
  bureau = await makeBureau('2026-07-19T10:00:05+08:00');
  await bureau.apply();
  await bureau.content();
  for (const channel of ['website', 'catalogue'])
    await stage(bureau.app.publishDeps, on(channel), never);
});
afterEach(() => bureau.close());

async function backup(): Promise<string[]> {
  const all: string[] = [];
  for await (const line of writeBackup(bureau.app.redis, bureau.clock.now())) all.push(line);
  return all;
}
const key = (name: string): string => `${bureau.app.redis.prefix}:${name}`;
async function lose(): Promise<void> {
  const { client } = bureau.app.redis;
  for (const one of await client.keys(key('*')))
    if (!one.includes(':worker:') && !one.includes(':calls:')) await client.del(one);
}
const restore = (lines: readonly string[]): ReturnType<typeof readBackup> =>
  readBackup(bureau.app.redis, bureau.app.ledger, lines, bureau.clock.now());
/** The lock of whoever died ends by itself after some seconds. */
const endLock = (): Promise<number> => bureau.app.redis.client.del(key('lock:restore'));

/** A Redis that is gone from some command on: of a transaction all commands are one. */
function dying(after: number): RedisHandle {
  let left = after;
  const { client } = bureau.app.redis;
  const die = (): void => {
    if (--left < 0) throw new Error('killed');
  };
  const mortal = new Proxy(client, {
    get(target, name) {
      const found: unknown = Reflect.get(target, name);
      if (typeof found !== 'function' || name === 'defineCommand') return found;
      const call = found.bind(target) as (...args: unknown[]) => unknown;
      if (name === 'multi')
        return () => {
          const all = target.multi();
          const exec = all.exec.bind(all);
          all.exec = (async () => {
            die();
            return exec();
          }) as typeof all.exec;
          return all;
        };
      return async (...args: unknown[]) => {
        die();
        return call(...args);
      };
    },
  }) as RedisClient;
  return { ...bureau.app.redis, client: mortal };
}

/** @returns whether it died; one that died when all was done finds the ledger full */
async function dieAfter(commands: number, lines: readonly string[]): Promise<boolean> {
  const redis = dying(commands);
  const ended = await readBackup(redis, new Ledger(redis), lines, bureau.clock.now()).catch(
    ({ message }: Error) => message,
  );
  if (ended !== 'killed')
    expect([true, 'not-empty']).toContain(typeof ended === 'object' && (ended.ok || ended.why));
  return ended === 'killed';
}
async function everyState(): Promise<Record<string, string>> {
  const { ledger } = bureau.app;
  const all = [...(await ledger.open()).keys(), ...(await ledger.closed()).keys()].sort();
  return Object.fromEntries(await ledger.statesOf(all));
}
const events = async (): Promise<{ id: string; name: string }[]> =>
  (await bureau.app.journal.newest(10_000))
    .reverse()
    .map(({ id, event, subject }) => ({ id, name: `${event} ${subject}`.trim() }));
const create = (): Promise<unknown> =>
  bureau.reconciler.run(bureau.app.planService.calendar(), bureau.clock.now(), 'test');

test.each([
  ['nothing but its journal', false],
  ['its journal and every publication of the plan', true],
])(
  'wherever it dies, a service writes %s, and it is done again',
  async (_, creates) => {
    const { journal, redis } = bureau.app;
    const before = (await events()).map(({ id }) => id);
    const saved = await backup();
    await lose();
    await restore(saved);
    const whole = await everyState();
    expect(Object.keys(whole).length).toBeGreaterThan(8);
    let deaths = 0;
    for (let commands = 0; ; commands++) {
      await lose();
      // The clock of the other machine is behind: its event belongs between those of the backup.
      const early = `${before[0]?.split('-')[0]}-77`;
      await redis.client.xadd(key('journal'), early, ...'e early p x a w t 1 d '.split(' '));
      await journal.append('service-started', 'x', 'w', bureau.clock.now());
      if (!(await dieAfter(commands, saved))) break;
      deaths++;
      await journal.append('plan-refused', 'x', 'w', bureau.clock.now());
      await endLock();
      // One that died before it knew what it restores has begun nothing.
      if (creates && (await redis.client.exists(key('restoring'))) === 1) await create();
      // Twice: it may die a second time, a little further on.
      await dieAfter(commands + 3, saved);
      await journal.append('signed-in', 'x', 'w', bureau.clock.now());
      await endLock();
      const again = await restore(saved);
      const isOver = !again.ok && again.why === 'not-empty';
      if (!isOver) expect(again, `${commands}`).toMatchObject({ ok: true, events: before.length });
      const all = await events();
      const ids = all.map(({ id }) => id);
      expect(ids.filter((id) => before.includes(id))).toEqual(before);
      expect(new Set(ids).size).toBe(ids.length);
      for (const name of ['early x', 'service-started x', 'plan-refused x', 'signed-in x'])
        expect(
          all.filter((one) => one.name === name),
          `${name}, ${commands}`,
        ).toHaveLength(1);
      expect(await everyState()).toEqual(whole);
      const left = (await redis.client.keys(key('*'))).map((one) => one.slice(key('').length));
      expect(left).not.toContainEqual(
        expect.stringMatching(/^journal:|^restoring$|^lock:restore$/),
      );
    }
    expect(deaths).toBeGreaterThan(before.length);
  },
  120_000,
);

test('what a service did on a ledger that was there already is not undone by doing it again', async () => {
  const { app, clock } = bureau;
  const saved = await backup();
  let held = 0;
  for (let commands = 0; ; commands++) {
    await lose();
    if (!(await dieAfter(commands, saved))) break;
    await endLock();
    const entry = await app.ledger.get(on('catalogue'));
    if (!entry) continue;
    // Of a process that was started since, and so has not seen more changes than there are.
    const ledger = new Ledger(app.redis, { clock: 'caller' });
    expect(
      await ledger.changeAll([
        { publication: entry.publication, from: entry, to: 'held', actor: 'wang', at: clock.now() },
      ]),
    ).toMatchObject([{ ok: true }]);
    // One that died when all was done has nothing left to do.
    if ((await app.redis.client.exists(key('restoring'))) === 0) continue;
    held++;
    expect(await restore(saved)).toMatchObject({ ok: true });
    expect(await bureau.state(on('catalogue'))).toBe('held');
  }
  expect(held).toBeGreaterThan(0);
}, 60_000);

test('what a person held on the ledger that a service made meanwhile stays held', async () => {
  const { app, clock } = bureau;
  const saved = await backup();
  await lose();
  expect(await dieAfter(12, saved)).toBe(true);
  expect((await app.ledger.open()).size).toBe(0);
  await create();
  const entry = await app.ledger.get(on('catalogue'));
  await app.ledger.changeAll([
    { publication: on('catalogue'), from: entry, to: 'held', actor: 'wang', at: clock.now() },
  ]);
  await endLock();
  expect(await restore(saved)).toMatchObject({ ok: true });
  expect(await bureau.state(on('catalogue'))).toBe('held');
});

test('another backup is not put on half of one, nor the same one on a ledger that was made since', async () => {
  const saved = await backup();
  await bureau.app.journal.append('later', '', 'w', bureau.clock.now());
  const later = await backup();
  await lose();
  expect(await dieAfter(12, saved)).toBe(true);
  await create();
  await endLock();
  expect(await restore(later)).toEqual({ ok: false, why: 'not-empty' });
  await forgetPublications(bureau.app.redis);
  await create();
  expect(await restore(saved)).toEqual({ ok: false, why: 'not-empty' });
});

test('of two at once the second is refused, and each event stands once', async () => {
  const saved = await backup();
  const before = (await events()).length;
  await lose();
  await bureau.app.journal.append('service-started', 'x', 'w', bureau.clock.now());
  const other = await bureau.another();
  const both = await Promise.all([
    restore(saved),
    readBackup(other.redis, other.ledger, saved, bureau.clock.now()),
  ]);
  expect(both.filter(({ ok }) => ok)).toHaveLength(1);
  expect(both).toContainEqual({ ok: false, why: 'under-way' });
  const all = await events();
  expect(all.filter(({ name }) => name === 'service-started x')).toHaveLength(1);
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  expect(all.length).toBeGreaterThan(before);
});

test('events that were laid aside by an earlier Banli, and one of a clock that was ahead, are kept', async () => {
  const { redis, journal } = bureau.app;
  const ahead = `${Date.now() + 86_400_000}-0`;
  await redis.client.xadd(key('journal'), ahead, ...'e ahead p x a w t 1 d '.split(' '));
  const saved = await backup();
  await lose();
  await redis.client.xadd(key('journal:aside'), '5-0', ...'e aside p x a w t 1 d '.split(' '));
  await journal.append('service-started', 'x', 'w', bureau.clock.now());
  expect(await restore(saved)).toMatchObject({ ok: true });
  await journal.append('after', 'x', 'w', bureau.clock.now());
  const names = (await events()).map(({ name }) => name);
  const own = ['ahead x', 'aside x', 'service-started x', 'after x'];
  expect(names.filter((name) => own.includes(name))).toEqual(own);
});
