// The three processes of `banli start`: one that stands still or dies makes no release late but its
// own, and comes back. A process that is stopped stands for one that computes: neither answers.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DateTime } from 'luxon';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sandboxEnv, sandboxYaml } from '../../src/cli/sandbox.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { freePort } from '../helpers/port.ts';

const MAIN = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));
const ZONE = 'Asia/Shanghai';
const LEAD_MS = 15_000;

let sandbox: Sandbox;
let folder: string;
let port: number;
let service: ChildProcess;
let output = '';
const notices: string[] = [];

/** Looks often: what is waited for happens in other processes. */
async function until(
  holds: () => boolean | Promise<boolean>,
  what: string,
  limitMs = 60_000,
): Promise<void> {
  for (
    const end = performance.now() + limitMs;
    performance.now() < end;
    await new Promise((done) => setTimeout(done, 10))
  )
    if (await holds()) return;
  throw new Error(`did not happen: ${what}\n${output}`);
}

/** The pids of a part; of everything of this folder without one. */
async function pids(part = ''): Promise<number[]> {
  const all = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    all.map(
      async (pid) =>
        [Number(pid), await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')] as const,
    ),
  );
  return lines
    .filter(([, line]) => line.includes(folder) && line.includes(part && `serve\0${part}`))
    .map(([pid]) => pid);
}

async function pidOf(part: string): Promise<number> {
  const [pid] = await pids(part);
  if (pid === undefined) throw new Error(`${part} does not run\n${output}`);
  return pid;
}

/** Whether the web process does: well or not, it says how the service is. */
const answers = (): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(3000) }).then(
    () => true,
    () => false,
  );

/**
 * Plans a notice with its content, as an officer would: due a little after its lead begins.
 * @returns when it is due, epoch ms
 */
async function plan(id: string): Promise<number> {
  const due = DateTime.now()
    .setZone(ZONE)
    .plus(LEAD_MS + 8000)
    .startOf('second');
  await mkdir(join(folder, 'content', 'notices', id), { recursive: true });
  await writeFile(
    join(folder, 'content', 'notices', id, 'release.md'),
    `---\ntitle: 公告 ${id}\nsummary: 公告。\n---\n正文\n`,
  );
  notices.push(`  ${id}: { name: { zh: 公告${id} }, at: ${due.toFormat('yyyy-MM-dd HH:mm:ss')} }`);
  await writeFile(join(folder, 'config', 'plan', 'plan.yaml'), planText());
  return due.toMillis();
}

const planText = (): string =>
  `plan: 测试\ntimezone: ${ZONE}\nyear: ${DateTime.now().setZone(ZONE).year}\nannounced: ${DateTime.now().setZone(ZONE).minus({ days: 3 }).toISODate()}\n` +
  `defaults: { at: "10:00", channels: [website, catalogue], lead: ${LEAD_MS / 1000}s, grace: 1m, window: 1h }\n` +
  `indicators:\n  gdp: { name: { zh: 地区生产总值 }, frequency: A, due: { month: 12, day: 31 } }\n${notices.length > 0 ? `notices:\n${notices.join('\n')}\n` : ''}`;

const isShown = (id: string): boolean =>
  existsSync(join(folder, 'var', 'site', 'current', 'releases', id, 'index.html'));
const catalogued = (id: string): number[] =>
  sandbox.world.items
    .filter((item) => item.channel === 'catalogue' && item.key === id)
    .map(({ times }) => times);
const left = (due: number): Promise<void> =>
  new Promise((done) => setTimeout(done, Math.max(0, due - Date.now())));

beforeAll(async () => {
  sandbox = await startSandbox();
  folder = await mkdtemp(join(tmpdir(), 'banli-processes-'));
  port = await freePort();
  await mkdir(join(folder, 'config', 'plan'), { recursive: true });
  await mkdir(join(folder, 'content'), { recursive: true });
  await writeFile(join(folder, 'config', 'plan', 'plan.yaml'), planText());
  await writeFile(
    join(folder, 'config', 'banli.yaml'),
    `bureau: { zh: 测试统计局 }\nsite: { port: ${port} }\nschedule: { sweep: 1s, reconcile: 10s }\nalerts: { planEnds: never, weekAhead: never, monthBack: never, before: [] }\n${sandboxYaml(sandbox.ports)}\n`,
  );
  service = spawn(
    process.execPath,
    [MAIN, '--config', join(folder, 'config'), 'start', '--no-watchdog'],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...sandboxEnv },
    },
  );
  for (const stream of [service.stdout, service.stderr])
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await until(() => output.includes(`http://127.0.0.1:${port}/`), 'ready');
}, 120_000);
afterAll(async () => {
  service.kill('SIGKILL');
  await until(
    async () => (await pids()).filter((pid) => pid !== process.pid).length === 0,
    'nothing runs any more',
  ).catch(() => undefined);
  for (const pid of await pids()) process.kill(pid, 'SIGKILL');
  await sandbox.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
});

test('a web process that stands still delays no release, and one that is killed is back on its port', {
  timeout: 120_000,
}, async () => {
  const due = await plan('still');
  const web = await pidOf('web');
  await left(due - 3000);
  process.kill(web, 'SIGSTOP');
  try {
    await until(
      () => isShown('still') && catalogued('still').length > 0,
      'public, though nobody serves it',
      due + 10_000 - Date.now(),
    );
  } finally {
    process.kill(web, 'SIGCONT');
  }
  expect(Date.now() - due).toBeGreaterThanOrEqual(0);
  expect(catalogued('still')).toEqual([1]);
  await until(answers, 'the web process goes on');
  process.kill(web, 'SIGKILL');
  await until(async () => (await pids('web')).some((pid) => pid !== web), 'another web process');
  await until(answers, 'the site is served again');
});

test('an engine that is killed right before T comes back, and what was due meanwhile goes out once', {
  timeout: 120_000,
}, async () => {
  const due = await plan('killed');
  const engine = await pidOf('engine');
  await left(due - 1000);
  process.kill(engine, 'SIGKILL');
  expect(isShown('killed')).toBe(false);
  await until(() => isShown('killed') && catalogued('killed').length > 0, 'public');
  expect(await pidOf('engine')).not.toBe(engine);
  expect(Date.now()).toBeGreaterThanOrEqual(due);
  expect(catalogued('killed')).toEqual([1]);
  expect(output).toMatch(/发布进程意外结束（SIGKILL），1 秒后重新启动。/);
});

test('asked to end, all of it ends at once, exit 0', { timeout: 60_000 }, async () => {
  const begun = performance.now();
  const ended = once(service, 'exit');
  service.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  expect(performance.now() - begun).toBeLessThan(5000);
  expect(await pids()).toEqual([]);
  expect(output).toMatch(/颁历已停止。\n$/);
});

test('when the one that keeps them is killed, they end by themselves', {
  timeout: 120_000,
}, async () => {
  output = '';
  service = spawn(
    process.execPath,
    [MAIN, '--config', join(folder, 'config'), 'start', '--no-watchdog'],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...sandboxEnv },
    },
  );
  for (const stream of [service.stdout, service.stderr])
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await until(() => output.includes(`http://127.0.0.1:${port}/`), 'ready again');
  service.kill('SIGKILL');
  await until(async () => (await pids()).length === 0, 'nothing runs any more');
});
