// The Redis of the simulation against a real one: the same commands, the same answers.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureEmbedded, stopEmbedded } from '../../src/redis/embedded-server.ts';
import { Random } from '../chaos/random.ts';
import { type FakeClient, FakeRedis } from './fake-redis.ts';

const ledger = readFileSync(new URL('../../src/ledger/ledger.lua', import.meta.url), 'utf8');
const prefix = `{fake-${randomUUID().slice(0, 8)}}`;
let real: Redis;
/** A server of its own: that of all tests ends with whichever bureau is the last one open. */
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'banli-fake-'));
  real = new Redis({ path: (await ensureEmbedded(folder, true)).socket });
});
afterAll(async () => {
  real.disconnect();
  await stopEmbedded(folder);
  await rm(folder, { recursive: true, force: true });
});

type Step = readonly [command: string, ...args: (string | number)[]];
const key = (name: string): string => `${prefix}:${name}`;

/** One random command; most concern a handful of keys, so that they meet. */
function command(random: Random): Step {
  const name = (kind: string): string => key(`${kind}${random.whole(1, 3)}`);
  const member = (): string => random.pick(['a', 'b', 'c', '丁', '']);
  const score = (): string => String(random.pick([0, 1, -2, 1_784_512_800_000, 1.5]));
  const bound = (): string =>
    random.pick(['-inf', '+inf', '0', '(1', '1.5', '1784512800000', '(1784512800000']);
  const value = (): string => random.pick(['1', '7', 'x', '居民消费价格', '{"a":1}', '']);
  const all: readonly (() => Step)[] = [
    () => ['set', name('s'), value()],
    () => ['set', name('s'), value(), random.pick(['NX', 'XX'])],
    () => ['set', name('s'), value(), 'PX', 600_000, 'NX'],
    () => ['get', name('s')],
    () => ['getdel', name('s')],
    () => ['del', name(random.pick(['s', 'h', 'z', 'l', 'm'])), name('s')],
    () => ['exists', name('s'), name('h')],
    () => ['type', name(random.pick(['s', 'h', 'z', 'l', 'm', 'none']))],
    () => ['incr', name('n')],
    () => ['hset', name('h'), member(), value(), member(), value()],
    () => ['hsetnx', name('h'), member(), value()],
    () => ['hget', name('h'), member()],
    () => ['hmget', name('h'), member(), member()],
    () => ['hdel', name('h'), member(), member()],
    () => ['hlen', name('h')],
    () => ['hincrby', name('c'), member(), 2],
    () => ['zadd', name('z'), score(), member(), score(), member()],
    () => ['zadd', name('z'), random.pick(['NX', 'XX', 'GT', 'LT', 'CH']), score(), member()],
    () => ['zrem', name('z'), member()],
    () => ['zscore', name('z'), member()],
    () => ['zmscore', name('z'), member(), member()],
    () => ['zcard', name('z')],
    () => ['zcount', name('z'), bound(), bound()],
    () => [
      'zrangebyscore',
      name('z'),
      bound(),
      bound(),
      'WITHSCORES',
      'LIMIT',
      random.whole(0, 1),
      random.whole(1, 3),
    ],
    () => ['zrevrangebyscore', name('z'), bound(), bound()],
    () => ['zrange', name('z'), random.whole(-3, 1), random.whole(-2, 3), 'WITHSCORES'],
    () => ['sadd', name('m'), member(), member()],
    () => ['srem', name('m'), member()],
    () => ['sismember', name('m'), member()],
    () => ['scard', name('m')],
    () => ['rpush', name('l'), value(), value()],
    () => ['lrange', name('l'), random.whole(-3, 1), random.whole(-2, 3)],
    () => ['llen', name('l')],
    // Against the kind of the key.
    () => ['hget', name('s'), 'a'],
    () => ['zadd', name('h'), '1', 'a'],
  ];
  return random.pick(all)();
}

/** A change of a publication by the ledger's script, right or wrong. */
function change(random: Random): Step {
  const publication = random.pick(['gdp@website', 'cpi@wechat']);
  const states = ['', 'planned', 'staged', 'armed', 'releasing', 'public', 'doubtful'];
  const due = String(random.whole(1, 9) * 1_000_000_000_000);
  const keys = [
    `pub:${publication}`,
    'open',
    'closed',
    'public',
    'journal',
    'wake',
    'ledger',
    'plan-version',
  ].map(key);
  return [
    'banliChange',
    ...keys,
    publication,
    random.pick(states),
    random.pick(['', '', '0', '1', '2']),
    random.pick(states.slice(1)),
    random.pick(['', due]),
    random.pick(['', '1']),
    random.pick(['open', 'closed']),
    random.pick(['', '-', due]),
    random.pick(['', 'event']),
    '王敏',
    due,
    '',
    '1',
    random.pick(['', due]),
    random.pick(['', '', 'other']),
    random.pick(['', '', '-', '{"why":"intent","at":1}']),
    random.pick(['', due]),
    random.pick(['', '0', '7']),
    random.pick(['', due]),
    'doubtful',
    random.pick(['3', '1']),
    'w',
    random.pick(['', 'worker']),
    'l',
    '3600000',
    'n',
    random.pick(['', due]),
    'v',
    random.pick(['', '', due]),
  ];
}

/**
 * An answer without what may differ: ids of a stream come from each one's clock; sets have no
 * order.
 */
async function answer(
  client: { [name: string]: unknown },
  [name, ...args]: Step,
): Promise<unknown> {
  try {
    return await (client[name] as (...args: (string | number)[]) => Promise<unknown>)(...args);
  } catch (error) {
    return (error as Error).message.replace(/ script: .*| user_script:.*| \[string .*/, '');
  }
}

async function contents(client: { [name: string]: unknown }): Promise<Record<string, unknown>> {
  const ask = (...step: Step): Promise<unknown> => answer(client, step);
  const found: Record<string, unknown> = {};
  for (const kind of ['s', 'h', 'z', 'l', 'm', 'n', 'c'])
    for (const one of [1, 2, 3]) {
      const name = key(`${kind}${one}`);
      found[`${kind}${one}`] =
        kind === 'h' || kind === 'c'
          ? await ask('hgetall', name)
          : kind === 'z'
            ? await ask('zrange', name, 0, -1, 'WITHSCORES')
            : kind === 'l'
              ? await ask('lrange', name, 0, -1)
              : kind === 'm'
                ? ((await ask('smembers', name)) as string[]).sort()
                : await ask('get', name);
    }
  for (const name of ['open', 'closed', 'public', 'wake'])
    found[name] = await ask('zrange', key(name), 0, -1, 'WITHSCORES');
  for (const name of ['pub:gdp@website', 'pub:cpi@wechat', 'ledger'])
    found[name] = await ask('hgetall', key(name));
  found.journal = ((await ask('xrange', key('journal'), '-', '+')) as [string, string[]][]).map(
    ([, fields]) => fields,
  );
  return found;
}

test('five thousand random commands, the ledger’s script among them, have the same answers and leave the same behind', async () => {
  const fake: FakeClient = new FakeRedis(() => Date.now()).connect(async (run) => run());
  for (const client of [fake, real])
    client.defineCommand('banliChange', { numberOfKeys: 8, lua: ledger });
  const random = new Random(14);
  for (let step = 0; step < 5000; step++) {
    const one = random.next() < 0.4 ? change(random) : command(random);
    const theirs = await answer(real as unknown as FakeClient, one);
    expect({ step, one, answer: await answer(fake, one) }).toEqual({ step, one, answer: theirs });
  }
  expect(await contents(fake)).toEqual(await contents(real as unknown as FakeClient));
});

test('transactions, streams and scans answer alike', async () => {
  const fake: FakeClient = new FakeRedis(() => Date.now()).connect(async (run) => run());
  const both = async (act: (client: Redis) => Promise<unknown>): Promise<void> =>
    expect(await act(fake as unknown as Redis)).toEqual(await act(real));
  const stream = key('stream');
  for (const id of ['1-1', '1-2', '5-0', '7-3'])
    await both((client) => client.xadd(stream, id, 'e', id));
  await both((client) => client.xrange(stream, '(1-2', '+', 'COUNT', 1));
  await both((client) => client.xrange(stream, '5', '7'));
  await both((client) => client.xrevrange(stream, '(7-3', '-', 'COUNT', 2));
  await both(
    (client) =>
      client
        .multi()
        .set(key('x'), '1', 'PX', 4000)
        .hset(key('y'), { a: 1, b: 'zwei' })
        .sadd(key('w'), 'm')
        .exec() as Promise<unknown>,
  );
  await both((client) => client.hgetall(key('y')));
  const pattern = `${prefix.replace(/[\\*?[\]]/g, '\\$&')}:[xy]`;
  await both(async (client) =>
    (await client.scan('0', 'MATCH', pattern, 'COUNT', 100_000))[1].sort(),
  );
});

test('a script’s numbers, nils, tables and failures come back as Redis documents', async () => {
  const fake: FakeClient = new FakeRedis(() => Date.now()).connect(async (run) => run());
  const scripts = [
    'return {1, 2.9, "3", false, true, {4, "5"}}',
    'return {1, nil, 3}',
    'return tostring(tonumber(ARGV[1]) / 2)',
    'return tostring(tonumber(ARGV[1]) + 1)',
    'return tostring(1784512800000 * 1)',
    'return math.floor(tonumber(ARGV[1]) / 3)',
    'return redis.call("GET", KEYS[1])',
    'return redis.call("SET", KEYS[1], ARGV[1])',
    'return redis.call("ZADD", KEYS[2], 1784512800000 + 5, "m")',
    'return redis.call("ZSCORE", KEYS[2], "m")',
    'return redis.call("TIME")[1] ~= nil',
    'if redis.call("ZSCORE", KEYS[2], "nobody") == false then return "none" end return "some"',
    'return {unpack(ARGV)}',
    'return string.format("%d", tonumber(ARGV[1]))',
    'return string.sub(ARGV[2], 1, -2)',
    'return {string.sub("abc", 2, 9), string.sub("abc", -2, -1), string.sub("abc", 2), string.sub("abc", 3, 1)}',
    'return {err = "no"}',
    'return {ok = "fine"}',
    'return #ARGV',
    'return redis.sha1hex(ARGV[2])',
    'local all = cjson.decode(\'{"a":[1,"二",true],"b":{"c":2.5}}\') return {all.a[1], all.a[2], all.a[3], tostring(all.b.c), #all.a, all.d == nil}',
    'return tostring(tonumber("1784438265") * 1000 + math.floor(999999 / 1000))',
    'return {tonumber("07"), ARGV[tonumber("1")]}',
  ];
  for (const lua of scripts) {
    const step: Step = ['eval', lua, 2, key('e1'), key('e2'), '10', '居民'];
    expect({ lua, answer: await answer(fake, step) }).toEqual({
      lua,
      answer: await answer(real as unknown as FakeClient, step),
    });
  }
});
