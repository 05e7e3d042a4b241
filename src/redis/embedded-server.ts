// Banli's own private redis-server: a child on a unix socket that writes every acknowledged change
// to disk. Starts it, adopts one left behind by a crash, stops it cleanly. Not for talking to it:
// connection.ts.
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BanliError, systemCode } from '../lib/errors.ts';
import { takeStartLock } from './start-lock.ts';

/** Kernel limit of a unix socket's path, with room for the terminator. */
const LONGEST_SOCKET = 100;
const START_LIMIT_MS = 60_000;
const BINARIES = ['redis-server', 'valkey-server'];

/**
 * Where the socket of the server in a folder is; a short path elsewhere when the folder's own would
 * be too long.
 */
export function socketPath(folder: string): string {
  const own = join(resolve(folder), 'redis.sock');
  if (own.length <= LONGEST_SOCKET) return own;
  return join(
    tmpdir(),
    `banli-${createHash('sha256').update(own).digest('hex').slice(0, 16)}`,
    'redis.sock',
  );
}

/**
 * Makes sure that the folder's server runs and answers: adopts one that does, waits for one that is
 * loading, else starts one.
 * @param throwaway nothing is written to disk: for a rehearsal, never for a service
 * @returns whether this call started it
 * @throws BanliError when no server program is found, or it does not come up within a minute
 */
export async function ensureEmbedded(
  folder: string,
  throwaway = false,
): Promise<{ started: boolean; socket: string }> {
  const socket = socketPath(folder);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await mkdir(join(socket, '..'), { recursive: true, mode: 0o700 });
  if ((await ask(socket)) !== 'absent') {
    await untilReady(socket, folder);
    return { started: false, socket };
  }
  const release = await takeStartLock(join(folder, 'start.lock'), START_LIMIT_MS);
  try {
    const absent = (await ask(socket)) === 'absent';
    const ended = absent ? await start(folder, socket, throwaway) : () => false;
    await untilReady(socket, folder, ended);
    return { started: absent, socket };
  } finally {
    await release();
  }
}

/** @returns whether the server that was started has ended already */
async function start(folder: string, socket: string, throwaway: boolean): Promise<() => boolean> {
  await rm(socket, { force: true });
  const args = [
    '--port',
    '0',
    '--unixsocket',
    socket,
    '--unixsocketperm',
    '700',
    '--dir',
    resolve(folder),
    '--daemonize',
    'no',
    '--appendonly',
    throwaway ? 'no' : 'yes',
    '--appendfsync',
    'always',
    '--save',
    '',
    '--maxmemory-policy',
    'noeviction',
    '--hash-max-listpack-value',
    '1024',
    '--logfile',
    join(resolve(folder), 'redis.log'),
    '--loglevel',
    'notice',
  ];
  for (const binary of BINARIES) {
    const child = await spawned(binary, args);
    if (child && throwaway) endWithUs(child);
    if (child) return () => child.exitCode !== null || child.signalCode !== null;
  }
  throw new BanliError(
    'redis-missing',
    `找不到 ${BINARIES.join(' 或 ')} / neither redis-server nor valkey-server is installed`,
    {
      hint: 'npm run setup，或 apt-get install redis-server / brew install redis',
    },
  );
}

/** A session of its own: Ctrl-C in the terminal reaches Banli, which stops the server last. */
function spawned(binary: string, args: string[]): Promise<ChildProcess | undefined> {
  return new Promise((done, failed) => {
    const child = spawn(binary, args, { detached: true, stdio: 'ignore' });
    child.once('error', (error) =>
      systemCode(error) === 'ENOENT' ? done(undefined) : failed(error),
    );
    child.once('spawn', () => {
      child.unref();
      done(child);
    });
  });
}

/** Nobody takes up a throwaway server: should this process be killed, it ends a second later. */
function endWithUs({ pid }: ChildProcess): void {
  const watch = 'while kill -0 "$1" && kill -0 "$2"; do sleep 1; done; kill "$2"';
  spawn('sh', ['-c', watch, 'sh', String(process.pid), String(pid)], {
    detached: true,
    stdio: 'ignore',
  }).unref();
}

async function untilReady(
  socket: string,
  folder: string,
  ended: () => boolean = () => false,
): Promise<void> {
  const until = performance.now() + START_LIMIT_MS;
  while (performance.now() < until && !ended()) {
    if ((await ask(socket)) === 'ready') return;
    await sleep(10);
  }
  const log = await readFile(join(folder, 'redis.log'), 'utf8').catch(() => '');
  throw new BanliError(
    'redis-start',
    `内嵌 Redis 没有启动 / the embedded Redis did not come up: ${log.trim().split('\n').at(-1) ?? ''}`,
    {
      hint: `请看 ${join(folder, 'redis.log')}；磁盘可能已满`,
    },
  );
}

/** Asks the server on a socket without any client library: is it there, loading, ready? */
function ask(socket: string): Promise<'absent' | 'loading' | 'ready'> {
  return new Promise((done) => {
    const line = connect(socket);
    const finish = (answer: 'absent' | 'loading' | 'ready'): void => {
      line.destroy();
      done(answer);
    };
    line.setTimeout(2000, () => finish('loading'));
    line.once('error', () => finish('absent'));
    line.once('connect', () => line.write('PING\r\n'));
    line.once('data', (answer) =>
      finish(answer.toString().startsWith('+PONG') ? 'ready' : 'loading'),
    );
  });
}

/**
 * Stops the folder's server cleanly. Nobody starts another meanwhile: the one that ends takes the
 * socket's name away with it, even from under a new one.
 */
export async function stopEmbedded(folder: string, socket = socketPath(folder)): Promise<void> {
  const release = await takeStartLock(join(folder, 'start.lock'), START_LIMIT_MS);
  try {
    await shutDown(socket);
  } finally {
    await release();
  }
}

/** It answers by closing the line. Returns when it has, or after 5 s. */
function shutDown(socket: string): Promise<void> {
  return new Promise((done) => {
    const line = connect(socket);
    line.setTimeout(5000, () => line.destroy());
    line.once('connect', () => line.write('SHUTDOWN NOSAVE\r\n'));
    line.on('error', () => undefined);
    line.on('data', () => undefined);
    line.once('close', () => done());
  });
}
