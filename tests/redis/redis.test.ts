import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { lstat, lutimes, rm, stat, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { openRedis } from '../../src/redis/connection.ts';
import { ensureEmbedded, socketPath, stopEmbedded } from '../../src/redis/embedded-server.ts';
import { takeStartLock } from '../../src/redis/start-lock.ts';
import { until } from '../helpers/clock.ts';
import { temporary } from '../helpers/folder.ts';

const server = spawnSync('redis-server', ['--version']).error ? 'valkey-server' : 'redis-server';

/** When a process began, as the kernel counts it. */
const beginOf = (pid: number): string =>
  readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19] ?? '';

test('the embedded server is private, durable, adopted when left behind, and keeps what it acknowledged', async () => {
  const folder = temporary('redis');
  const choice = { external: undefined, folder, prefix: '{t}' };
  const first = await openRedis(choice, { stopWhenLast: true });
  const setting = async (name: string): Promise<unknown> =>
    ((await first.client.config('GET', name)) as string[])[1];
  expect(await setting('appendonly')).toBe('yes');
  expect(await setting('appendfsync')).toBe('always');
  expect(await setting('maxmemory-policy')).toBe('noeviction');
  expect(await setting('port')).toBe('0');
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  expect((await stat(socketPath(folder))).mode & 0o777).toBe(0o700);
  const pid = /process_id:(\d+)/.exec(String(await first.client.info('server')))?.[1];
  // As after a crash: the server is there, nobody started it in this process.
  expect(await ensureEmbedded(folder)).toMatchObject({ started: false });
  await first.client.set('{t}:kept', 'yes');
  process.kill(Number(pid), 'SIGKILL');
  await until(
    async () => (await first.client.get('{t}:kept').catch(() => null)) === 'yes',
    'the server is started again by its client',
  );
  await first.close();
  await expect(stat(socketPath(folder))).rejects.toThrow();
});

test('a throwaway server ends with a process that is killed', async () => {
  const folder = temporary('redis');
  const code = `const { ensureEmbedded } = await import(${JSON.stringify(new URL('../../dist/src/redis/embedded-server.js', import.meta.url).href)});
    await ensureEmbedded(${JSON.stringify(folder)}, true); process.kill(process.pid, 'SIGKILL');`;
  const killed = spawnSync(process.execPath, ['--input-type=module', '-e', code]);
  expect(killed.signal).toBe('SIGKILL');
  await vi.waitFor(() => expect(existsSync(socketPath(folder))).toBe(false), {
    timeout: 30_000,
    interval: 100,
  });
});

test('two that start at the same moment share one server', async () => {
  const folder = temporary('redis');
  const started = await Promise.all([
    ensureEmbedded(folder),
    ensureEmbedded(folder),
    ensureEmbedded(folder),
  ]);
  expect(started.filter((one) => one.started)).toHaveLength(1);
  await stopEmbedded(folder);
});

test('two users in one process: the first that closes leaves the server to the other, and the last one stops it', async () => {
  const folder = temporary('redis');
  const choice = { external: undefined, folder, prefix: '{t}' };
  const [one, two] = [
    await openRedis(choice, { stopWhenLast: true }),
    await openRedis(choice, { stopWhenLast: true }),
  ];
  await one.close();
  const run = async (): Promise<unknown> =>
    (await two.client.info('server')).match(/run_id:(\w+)/)?.[1];
  const before = await run();
  expect(await two.client.set('{t}:x', '1')).toBe('OK');
  expect(await run()).toBe(before);
  await two.close();
  await expect(stat(socketPath(folder))).rejects.toThrow();
});

test('two that close in the same moment, each asking who is left before the other is gone: the server stops', async () => {
  const folder = temporary('redis');
  const choice = { external: undefined, folder, prefix: '{t}' };
  const users = [
    await openRedis(choice, { stopWhenLast: true }),
    await openRedis(choice, { stopWhenLast: true }),
  ];
  const asked = new Set<unknown>();
  for (const { client } of users) {
    const call = client.call.bind(client);
    // Nobody goes before both have their answer.
    Object.assign(client, {
      client: async (...words: string[]) => {
        const answer = await call('CLIENT', ...words);
        if (words[0] !== 'LIST') return answer;
        asked.add(client);
        await until(() => asked.size === users.length, 'both have asked');
        return answer;
      },
    });
  }
  await Promise.all(users.map((one) => one.close()));
  await expect(stat(socketPath(folder))).rejects.toThrow();
});

test('opened and closed by many at once, again and again, the server is there for whoever is open', async () => {
  const folder = temporary('redis');
  const choice = { external: undefined, folder, prefix: '{t}' };
  const user = async (name: string): Promise<void> => {
    for (let turn = 0; turn < 6; turn++) {
      const handle = await openRedis(choice, { stopWhenLast: true });
      expect(await handle.client.incr(`{t}:${name}`)).toBe(turn + 1);
      await handle.close();
    }
  };
  await Promise.all(['a', 'b', 'c'].map(user));
  await stopEmbedded(folder);
});

test('a server that goes while it is asked who else is there does not keep anybody from closing', async () => {
  const folder = temporary('redis');
  const handle = await openRedis(
    { external: undefined, folder, prefix: '{t}' },
    { stopWhenLast: true },
  );
  const pid = Number(/process_id:(\d+)/.exec(String(await handle.client.info('server')))?.[1]);
  process.kill(pid, 'SIGSTOP');
  const closing = handle.close();
  process.kill(pid, 'SIGKILL');
  await expect(closing).resolves.toBeUndefined();
});

test('a folder with a very long path still gets a socket', () => {
  expect(socketPath(`/${'long/'.repeat(40)}`).length).toBeLessThan(104);
});

test('an external Redis that can lose data is refused, naming the setting', async () => {
  const folder = temporary('redis');
  const port = await new Promise<number>((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => done(typeof address === 'object' && address ? address.port : 0));
    });
  });
  const program = spawn(
    server,
    [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--dir',
      folder,
      '--save',
      '',
      '--maxmemory-policy',
      'allkeys-lru',
    ],
    {
      stdio: 'ignore',
    },
  );
  try {
    const open = (accept: string[]) =>
      openRedis(
        { external: { url: `redis://127.0.0.1:${port}`, accept }, folder, prefix: '{t}' },
        { stopWhenLast: true },
      );
    await until(async () => {
      const error = await open([]).catch((caught: unknown) => caught);
      return error instanceof Error && error.message.includes('maxmemory-policy');
    }, 'refused for maxmemory-policy');
    await expect(open(['maxmemory-policy'])).rejects.toThrow('appendonly');
    await expect(
      open(['maxmemory-policy', 'appendonly', 'appendfsync']).then((handle) => handle.close()),
    ).resolves.toBeUndefined();
  } finally {
    program.kill();
  }
});

test('a Redis that is not there is said in one line', async () => {
  await expect(
    openRedis(
      { external: { url: 'redis://127.0.0.1:1', accept: [] }, folder: '/nowhere', prefix: '{t}' },
      { stopWhenLast: true },
    ),
  ).rejects.toThrow('连不上 Redis');
});

describe('a start lock that a dead process left is taken over (14.31)', () => {
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  const space = readlinkSync('/proc/self/ns/pid');
  test.each([
    ['of an earlier version', '999999999'],
    ['of an earlier version, with our own pid', String(process.pid)],
    [
      'with our own pid, as a container’s first process has it again',
      `${process.pid}|${boot}|${space}|1|a`,
    ],
    [
      'with our own pid and beginning, and not ours',
      `${process.pid}|${boot}|${space}|${beginOf(process.pid)}|a`,
    ],
    ['with the pid of another that lives', `${process.ppid}|${boot}|${space}|1|a`],
    [
      'from before the machine was started',
      `${process.ppid}|0-0|${space}|${beginOf(process.ppid)}|a`,
    ],
    ['with nothing that can be read', 'x'],
  ])('%s', async (_, holder) => {
    const lock = join(temporary('lock'), 'start.lock');
    await symlink(holder, lock);
    const giveBack = await takeStartLock(lock, 2000);
    await giveBack();
    await expect(lstat(lock)).rejects.toThrow('ENOENT');
  });
  test('of another container, once it is silent for five seconds', async () => {
    const lock = join(temporary('lock'), 'start.lock');
    await symlink(`1|${boot}|pid:[1]|1|a`, lock);
    await expect(takeStartLock(lock, 100)).rejects.toThrow('占着');
    const before = new Date(Date.now() - 6000);
    await lutimes(lock, before, before);
    await (await takeStartLock(lock, 2000))();
  });
  test('and a server starts under it', async () => {
    const folder = temporary('redis');
    await symlink(String(process.pid), join(folder, 'start.lock'));
    expect(await ensureEmbedded(folder)).toMatchObject({ started: true });
    await stopEmbedded(folder);
  });
});

test('a start lock of a process that lives is waited for; of many who want it one has it at a time', async () => {
  const lock = join(temporary('lock'), 'start.lock');
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  await symlink(
    `${process.ppid}|${boot}|${readlinkSync('/proc/self/ns/pid')}|${beginOf(process.ppid)}|a`,
    lock,
  );
  await expect(takeStartLock(lock, 100)).rejects.toThrow('占着');
  await rm(lock);
  let holders = 0;
  let most = 0;
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      const giveBack = await takeStartLock(lock, 20_000);
      most = Math.max(most, ++holders);
      await new Promise((done) => setImmediate(done));
      holders--;
      await giveBack();
    }),
  );
  expect(most).toBe(1);
});
