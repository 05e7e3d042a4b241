// Redis as bureaus may have it: a master with a replica and a sentinel, and a cluster of three.
// Real servers on loopback.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Journal } from '../../src/ledger/journal.ts';
import { Ledger } from '../../src/ledger/ledger.ts';
import { PlanStore } from '../../src/ledger/plan-store.ts';
import { Heartbeat } from '../../src/ledger/worker-heartbeats.ts';
import { instant } from '../../src/lib/instant.ts';
import { publicationId, releaseId } from '../../src/plan/types.ts';
import { Queues } from '../../src/queue/queues.ts';
import { openRedis, type RedisHandle } from '../../src/redis/connection.ts';
import { until } from '../helpers/clock.ts';
import { freePort } from '../helpers/port.ts';

const server = spawnSync('redis-server', ['--version']).error ? 'valkey-server' : 'redis-server';
const PUBLICATION = publicationId(releaseId('gdp.2026-Q2'), 'website');
let folder: string;
let processes: ChildProcess[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'banli-topology-'));
  processes = [];
});
afterEach(async () => {
  for (const one of processes) one.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

const run = (...args: string[]): ChildProcess => {
  const child = spawn(server, args, { stdio: 'ignore' });
  processes.push(child);
  return child;
};
const durable = (port: number, name: string): string[] => [
  '--port',
  String(port),
  '--bind',
  '127.0.0.1',
  '--dir',
  folder,
  '--appenddirname',
  name,
  '--dbfilename',
  `${name}.rdb`,
  '--appendonly',
  'yes',
  '--appendfsync',
  'always',
  '--save',
  '',
  '--repl-diskless-sync-delay',
  '0',
];
const ask = (port: number): Redis =>
  new Redis(port, '127.0.0.1', {
    maxRetriesPerRequest: 1,
    retryStrategy: () => null,
    lazyConnect: true,
  });
async function answers(port: number): Promise<void> {
  await until(async () => {
    const client = ask(port);
    client.on('error', () => undefined);
    const pong = await client
      .connect()
      .then(() => client.ping())
      .catch(() => '');
    client.disconnect();
    return pong === 'PONG';
  }, `redis on ${port}`);
}

/** What the app does with Redis: ledger, notebook, journal, signs of life, a delayed job. */
async function useAll(handle: RedisHandle): Promise<void> {
  const ledger = new Ledger(handle);
  const now = instant(Date.now());
  expect(
    await ledger.change({
      publication: PUBLICATION,
      from: undefined,
      to: 'planned',
      due: now,
      actor: 't',
      at: now,
    }),
  ).toEqual({
    ok: true,
    fence: 0,
  });
  expect(
    await ledger.change({
      publication: PUBLICATION,
      from: { state: 'planned', fence: 0 },
      to: 'staged',
      actor: 't',
      at: now,
      take: true,
    }),
  ).toEqual({ ok: true, fence: 1 });
  expect(
    (
      await ledger.change({
        publication: PUBLICATION,
        from: { state: 'planned', fence: 0 },
        to: 'staged',
        actor: 't',
        at: now,
      })
    ).ok,
  ).toBe(false);
  const notebook = new PlanStore(handle);
  await notebook.setPlan({ files: [{ name: 'a.yaml', text: 'x' }], at: now }, new Map());
  expect((await notebook.plan())?.files).toEqual([{ name: 'a.yaml', text: 'x' }]);
  expect((await new Journal(handle).newest(10)).map((event) => event.event)).toEqual([
    'staged',
    'planned',
  ]);
  const heartbeat = new Heartbeat(handle, () => undefined, 5000);
  await heartbeat.start();
  expect([
    heartbeat.fresh(),
    await heartbeat.alive(heartbeat.id),
    await heartbeat.mayBeCalling(heartbeat.id),
  ]).toEqual([true, true, true]);
  // The same machine's clock; a busy machine's answer takes its time, and is no verdict.
  expect(await heartbeat.clockLag()).toBeLessThan(30_000);
  await heartbeat.stop();
  const queues = new Queues(
    handle,
    () => instant(Date.now()),
    () => undefined,
  );
  let done: unknown;
  queues.work('stage', 1, async (data) => {
    done = data;
  });
  await queues.add('stage', [
    { id: 'one', data: { publication: 'x' }, at: instant(Date.now() + 50) },
  ]);
  await until(() => done !== undefined, 'the job runs');
  expect(done).toEqual({ publication: 'x' });
  await queues.close(2000);
}

describe('sentinel', () => {
  async function open(): Promise<{
    master: ChildProcess;
    replica: ChildProcess;
    sentinel: number;
  }> {
    const [first, second, sentinel] = [await freePort(), await freePort(), await freePort()];
    const master = run(...durable(first, 'master'));
    await answers(first);
    const replica = run(...durable(second, 'replica'), '--replicaof', '127.0.0.1', String(first));
    await answers(second);
    const asked = ask(first);
    await asked.connect();
    await until(
      async () => (await asked.info('replication')).includes('state=online'),
      'the replica is in step',
    );
    asked.disconnect();
    const conf = join(folder, 'sentinel.conf');
    await writeFile(
      conf,
      `port ${sentinel}\nbind 127.0.0.1\ndir ${folder}\nsentinel monitor m 127.0.0.1 ${first} 1\nsentinel down-after-milliseconds m 500\nsentinel failover-timeout m 3000\n`,
    );
    run(conf, '--sentinel');
    await answers(sentinel);
    const watcher = ask(sentinel);
    await watcher.connect();
    await until(
      async () => String(await watcher.call('SENTINEL', 'REPLICAS', 'm')).includes(String(second)),
      'the sentinel knows the replica',
    );
    watcher.disconnect();
    return { master, replica, sentinel };
  }

  test('is refused where a failover could forget writes without a word', async () => {
    const { sentinel } = await open();
    const choice = {
      external: {
        sentinels: [{ host: '127.0.0.1', port: sentinel }],
        master: 'm',
        accept: [] as string[],
      },
      folder,
      prefix: '{s}',
    };
    await expect(openRedis(choice, { stopWhenLast: false })).rejects.toMatchObject({
      code: 'redis-unsafe',
      hint: expect.stringContaining('redis.replicas: 1'),
    });
  });

  test('the master dies: what was acknowledged is there on the new one, and the app goes on', async () => {
    const { master, sentinel } = await open();
    const handle = await openRedis(
      {
        external: {
          sentinels: [{ host: '127.0.0.1', port: sentinel }],
          master: 'm',
          replicas: 1,
          accept: [],
        },
        folder,
        prefix: '{s}',
      },
      { stopWhenLast: false },
    );
    await useAll(handle);
    master.kill('SIGKILL');
    // The only replica becomes master, and has none of its own: nothing more counts as
    // acknowledged, and says so.
    const ledger = new Ledger(handle);
    await until(
      async () => (await ledger.get(PUBLICATION).catch(() => undefined))?.state === 'staged',
      'the ledger is there',
    );
    expect(await new PlanStore(handle).plan()).toMatchObject({
      files: [{ name: 'a.yaml', text: 'x' }],
    });
    await expect(
      ledger.change({
        publication: PUBLICATION,
        from: { state: 'staged', fence: 1 },
        to: 'held',
        actor: 't',
        at: instant(0),
      }),
    ).rejects.toThrow('only 0 of 1 replicas');
    await handle.close();
  });
});

test('a cluster of three: everything of one bureau lies on one of them', async () => {
  const ports = [await freePort(), await freePort(), await freePort()];
  for (const port of ports)
    run(
      ...durable(port, `c${port}`),
      '--cluster-enabled',
      'yes',
      '--cluster-config-file',
      join(folder, `nodes-${port}.conf`),
    );
  for (const port of ports) await answers(port);
  const nodes = ports.map(ask);
  for (const node of nodes) await node.connect();
  const spans = [
    [0, 5460],
    [5461, 10_922],
    [10_923, 16_383],
  ];
  for (const [index, node] of nodes.entries())
    await node.call('CLUSTER', 'ADDSLOTSRANGE', ...(spans[index] ?? []).map(String));
  for (const node of nodes.slice(1))
    await node.call('CLUSTER', 'MEET', '127.0.0.1', String(ports[0]));
  await until(
    async () =>
      (await Promise.all(nodes.map((node) => node.call('CLUSTER', 'INFO')))).every(
        (info) =>
          String(info).includes('cluster_state:ok') &&
          String(info).includes('cluster_known_nodes:3'),
      ),
    'the cluster is whole',
    30_000,
  );
  const handle = await openRedis(
    {
      external: { cluster: ports.map((port) => ({ host: '127.0.0.1', port })), accept: [] },
      folder,
      prefix: '{c}',
    },
    { stopWhenLast: false },
  );
  await useAll(handle);
  const sizes = await Promise.all(nodes.map((node) => node.dbsize()));
  expect(sizes.filter((size) => size > 0)).toHaveLength(1);
  await handle.close();
  for (const node of nodes) node.disconnect();
});
