// The processes of a chaos run: Redis, the channels' stand-ins, the service and its workers, each
// on its own, killed and started again. Not for when: scenario.ts.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
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
  readonly #died: ((why: string) => void) | undefined;
  #child: ChildProcess | undefined;
  #held = false;
  #ended = false;

  /** @param died told when it ends of itself: such a process is not started again */
  constructor(start: () => ChildProcess, died?: (why: string) => void) {
    this.#start = start;
    this.#died = died;
  }

  run(): void {
    if (this.#ended || this.#held) return;
    const child = this.#start();
    this.#child = child;
    child.once('exit', (code, signal) => {
      if (this.#child === child) this.#child = undefined;
      if (this.#died) {
        if (!this.#ended) this.#died(signal ?? `exit ${code}`);
        return;
      }
      setTimeout(() => this.#child ?? this.run(), 300);
    });
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  signal(name: NodeJS.Signals): void {
    if (this.#child) toAll(this.#child, name);
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
    if (child) toAll(child, 'SIGSTOP');
    await sleep(ms);
    if (child) toAll(child, 'SIGCONT');
  }

  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    this.#ended = true;
    const child = this.#child;
    if (!child) return;
    toAll(child, 'SIGCONT');
    toAll(child, signal);
    await Promise.race([
      new Promise((done) => child.once('exit', done)),
      sleep(8000).then(() => toAll(child, 'SIGKILL')),
    ]);
  }
}

/**
 * A service is several processes, which a machine's end ends together: each is a group of its own.
 */
export function toAll(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    child.kill(signal);
  }
}

export interface Ports {
  readonly redis: number;
  /** Seven in a row. */
  readonly sandbox: number;
  readonly site: number;
  readonly second: number;
}

export async function freePorts(): Promise<Ports> {
  for (;;) {
    const first = 20_000 + Math.floor(Math.random() * 20_000);
    const free = await Promise.all(Array.from({ length: 10 }, (_, index) => isFree(first + index)));
    if (free.every(Boolean))
      return { sandbox: first, redis: first + 7, site: first + 8, second: first + 9 };
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

/**
 * The channels' stand-ins. What they have shown they know by heart alone, so that a run in which
 * they end of themselves shows nothing.
 * @param died told with the last that they said
 */
export function sandboxProcess(folder: string, port: number, died: (why: string) => void): Kept {
  const errors = join(folder, 'channels.stderr');
  return new Kept(
    () => {
      const said = openSync(errors, 'a');
      const args = [
        MAIN,
        '-c',
        join(folder, 'config'),
        'sandbox',
        '--port',
        String(port),
        '--generous',
      ];
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', said] });
      closeSync(said);
      return child;
    },
    (why) => died(`${why}\n${readFileSync(errors, 'utf8').slice(-4000)}`),
  );
}

/** The first is the service, the others workers beside it. */
export function workerProcess(folder: string, index: number): Kept {
  return new Kept(() =>
    start(folder, 'config', index === 0 ? SERVICE : ['worker'], SKEWS[index % SKEWS.length] ?? 0),
  );
}

/**
 * A second service, started by mistake on the same Redis, site and content; only its port is
 * another.
 */
export function secondService(folder: string): ChildProcess {
  return start(folder, 'config-second', SERVICE, 0);
}

/** The watchdog, a process of its own: it shares no fate with the service. */
export function watchdogProcess(folder: string): Kept {
  return new Kept(() => start(folder, 'config', ['watchdog'], 0));
}

function start(
  folder: string,
  config: string,
  command: readonly string[],
  skew: number,
): ChildProcess {
  const env = {
    ...process.env,
    ...sandboxEnv,
    ...(skew === 0 ? {} : { CHAOS_SKEW_MS: String(skew), NODE_OPTIONS: `--import ${SKEW}` }),
  };
  return spawn(process.execPath, [MAIN, '-c', join(folder, config), ...command], {
    stdio: ['ignore', 'ignore', 'ignore'],
    env,
    detached: true,
  });
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
    line.write(
      `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`,
    );
  });
}

export async function answers(
  check: () => Promise<boolean>,
  what: string,
  limitMs = 30_000,
): Promise<void> {
  for (const until = performance.now() + limitMs; performance.now() < until; await sleep(100)) {
    if (await check().catch(() => false)) return;
  }
  throw new Error(`did not come up: ${what}`);
}
