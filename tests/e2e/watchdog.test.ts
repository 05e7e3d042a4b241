// The service is killed, and the watchdog that it had started writes by itself; when the service is
// back, it says so, and ends with it.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { sandboxEnv, sandboxYaml } from '../../src/cli/sandbox.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { PLAN } from '../helpers/bureau.ts';
import { until } from '../helpers/clock.ts';
import { freePort } from '../helpers/port.ts';

const MAIN = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('kill -9 of the service: one mail from the watchdog, one when it is back; stopped cleanly, nothing is left', {
  timeout: 600_000,
}, async () => {
  const sandbox = await startSandbox();
  const folder = await mkdtemp(join(tmpdir(), 'banli-watchdog-'));
  const subjects = (): string[] => sandbox.mails.map(({ subject }) => subject);
  const owner = async (): Promise<string> =>
    readFile(join(folder, 'var', 'watchdog', 'owner'), 'utf8').catch(() => '');
  const pidOf = (text: string): number => Number(text.split('-')[0]);
  const start = (): ChildProcess =>
    spawn(process.execPath, [MAIN, '--config', join(folder, 'config'), 'start'], {
      stdio: 'ignore',
      env: { ...process.env, ...sandboxEnv },
      detached: true,
    });
  const children: ChildProcess[] = [];
  try {
    await mkdir(join(folder, 'config', 'plan'), { recursive: true });
    await writeFile(join(folder, 'config', 'plan', '2026.yaml'), PLAN);
    await writeFile(
      join(folder, 'config', 'banli.yaml'),
      `bureau: { zh: 测试统计局 }\nsite: { port: ${await freePort()} }\nschedule: { sweep: 1s, reconcile: 10s }\nalerts: { planEnds: never, weekAhead: never, monthBack: never, before: [] }\nwatchdog: { every: 1s, patience: 20s, disk: 0 }\n${sandboxYaml(sandbox.ports)}\n`,
    );
    const first = start();
    children.push(first);
    await until(async () => (await owner()) !== '', 'the watchdog watches');
    // It has seen the service alive for some rounds.
    await until(
      async () =>
        (await readFile(join(folder, 'var', 'watchdog', 'state.json'), 'utf8').catch(() => '')) !==
        '',
      'it has looked',
    );
    const watchdog = await owner();
    // All its processes, as a machine that is cut off.
    process.kill(-(first.pid ?? 0), 'SIGKILL');
    await until(() => subjects().length > 0, 'the mail of the watchdog');
    expect(isAlive(pidOf(watchdog))).toBe(true);
    const second = start();
    children.push(second);
    await until(() => subjects().length > 1, 'the mail that it is over');
    await until(
      async () => (await owner()) !== watchdog && !isAlive(pidOf(watchdog)),
      'the new watchdog takes over, and the old one ends',
    );
    const ended = once(second, 'exit');
    second.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    expect(isAlive(pidOf(await owner()))).toBe(false);
    expect(subjects()).toEqual([
      '[测试统计局 看门狗] 颁历的服务没有在运行',
      '[测试统计局 看门狗] 已解决：颁历的服务',
    ]);
  } finally {
    for (const child of children) child.kill('SIGKILL');
    const pid = pidOf(await owner());
    if (pid > 0 && isAlive(pid)) process.kill(pid, 'SIGKILL');
    await sandbox.close();
    await rm(folder, { recursive: true, force: true });
  }
});
