// The processes of a chaos run: Redis, the channels' stand-ins, the service and its workers, each on its own, killed and started again.
// Not for when: scenario.ts.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { sandboxEnv } from '../../src/cli/sandbox.ts';

export const MAIN = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
const SKEW = fileURLToPath(new URL('./skew.mjs', import.meta.url));
const SERVICE = ['start', '--no-watchdog'];
/** Worker clocks: right, right, 5 s ahead, 5 s behind. */
const SKEWS = [0, 0, 5000, -5000];

/** One process that is started again whenever it ends, until `stop`. */
export class Kept {
  readonly #start: () => ChildProcess;
  #child: ChildProcess | undefined;
  #held = false;
  #ended = false;

  constructor(start: () => ChildProcess) {
    this.#start = start;
  }

  run(): void {
    if (this.#ended || this.#held) return;
    const child = this.#start();
    this.#child = child;
    child.once('exit', () => {
      if (this.#child === child) this.#child = undefined;
      setTimeout(() => this.#child ?? this.run(), 300);
    });
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  signal(name: NodeJS.Signals): void {
    this.#child?.kill(name);
  }

  /** Killed at once, and back after so long. */
  async killFor(ms: number): Promise<void> {
    this.#held = true;
    this.signal('SIGKILL');
    await sleep(ms);
    this.#held = false;
    if (!this.#child) this.run();
  }

  async stopFor(ms: number): Promise<void> {
    const child = this.#child;
    child?.kill('SIGSTOP');
    await sleep(ms);
    child?.kill('SIGCONT');
  }

  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    this.#ended = true;
    const child = this.#child;
    if (!child) return;
    child.kill('SIGCONT');
    child.kill(signal);
    await Promise.race([new Promise((done) => child.once('exit', done)), sleep(8000).then(() => child.kill('SIGKILL'))]);
  }
}

export interface Ports {
  readonly redis: number;
  /** Six in a row. */
  readonly sandbox: number;
  readonly site: number;
  readonly second: number;
}

export async function freePorts(): Promise<Ports> {
  for (;;) {
    const first = 20_000 + Math.floor(Math.random() * 20_000);
    const free = await Promise.all(Array.from({ length: 9 }, (_, index) => isFree(first + index)));
    if (free.every(Boolean)) return { sandbox: first, redis: first + 6, site: first + 7, second: first + 8 };
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const probe = createServer();
    probe.once('error', () => done(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => done(true)));
  });
}

export function redisProcess(folder: string, port: number): Kept {
  const binary = process.env.CHAOS_REDIS ?? 'redis-server';
  const args = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--dir',
    folder,
    '--appendonly',
    'yes',
    '--appendfsync',
    'always',
    '--save',
    '',
    '--maxmemory-policy',
    'noeviction',
  ];
  return new Kept(() => spawn(binary, args, { stdio: 'ignore' }));
}

export function sandboxProcess(folder: string, port: number): Kept {
  return new Kept(() =>
    spawn(process.execPath, [MAIN, '-c', join(folder, 'config'), 'sandbox', '--port', String(port), '--generous'], { stdio: 'ignore' }),
  );
}

/** The first is the service, the others workers beside it. */
export function workerProcess(folder: string, index: number): Kept {
  return new Kept(() => start(folder, 'config', index === 0 ? SERVICE : ['worker'], SKEWS[index % SKEWS.length] ?? 0));
}

/** A second service, started by mistake on the same Redis, site and content; only its port is another. */
export function secondService(folder: string): ChildProcess {
  return start(folder, 'config-second', SERVICE, 0);
}

/** The watchdog, a process of its own: it shares no fate with the service. */
export function watchdogProcess(folder: string): Kept {
  return new Kept(() => start(folder, 'config', ['watchdog'], 0));
}

function start(folder: string, config: string, command: readonly string[], skew: number): ChildProcess {
  const env = { ...process.env, ...sandboxEnv, ...(skew === 0 ? {} : { CHAOS_SKEW_MS: String(skew), NODE_OPTIONS: `--import ${SKEW}` }) };
  return spawn(process.execPath, [MAIN, '-c', join(folder, config), ...command], { stdio: ['ignore', 'ignore', 'ignore'], env });
}

/** Sends one command to Redis over a connection of its own. */
export function redisCommand(port: number, ...words: readonly string[]): Promise<string> {
  return new Promise((done, failed) => {
    const line = connect(port, '127.0.0.1');
    line.setTimeout(3000, () => line.destroy(new Error('redis does not answer')));
    line.once('error', failed);
    line.once('data', (answer) => {
      line.destroy();
      done(answer.toString());
    });
    line.write(`*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`);
  });
}

export async function answers(check: () => Promise<boolean>, what: string, limitMs = 30_000): Promise<void> {
  for (const until = performance.now() + limitMs; performance.now() < until; await sleep(100)) {
    if (await check().catch(() => false)) return;
  }
  throw new Error(`did not come up: ${what}`);
}
