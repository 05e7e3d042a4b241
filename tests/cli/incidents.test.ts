// `banli incidents`, `ack`, `alerts test`, `watchdog --once`, as an operator runs them.
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openApp } from '../../src/app/app.ts';
import { Maintenance } from '../../src/app/maintenance.ts';
import { sandboxEnv, sandboxYaml } from '../../src/cli/sandbox.ts';
import { loadConfig } from '../../src/config/load.ts';
import { makeLog } from '../../src/lib/log.ts';
import { SANDBOX, type Sandbox } from '../../src/sandbox/sandbox.ts';
import { never, PLAN } from '../helpers/bureau.ts';

const banli = fileURLToPath(new URL('../../scripts/banli.mjs', import.meta.url));
let folder: string;
let sandbox: { ports: Sandbox['ports']; close(): void };

function run(...args: string[]): { code: number | null; out: string; err: string } {
  const done = spawnSync(process.execPath, [banli, '--config', join(folder, 'config'), ...args], {
    encoding: 'utf8',
    env: {
      ...process.env,
      ...sandboxEnv,
      BANLI_LANG: 'zh',
      ROBOT: `http://127.0.0.1:${sandbox.ports.robots}/cgi-bin/webhook/send?key=${SANDBOX.robots.wecom}`,
    },
  });
  return { code: done.status, out: done.stdout, err: done.stderr };
}

/**
 * The sandbox in a process of its own: this one is blocked while a command runs. On any free ports,
 * which it prints.
 */
async function sandboxBeside(): Promise<typeof sandbox> {
  const { spawn } = await import('node:child_process');
  const child = spawn(process.execPath, [banli, 'sandbox', '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, BANLI_LANG: 'zh' },
  });
  const output = await new Promise<string>((ready, failed) => {
    let soFar = '';
    child.stdout.on('data', (chunk: Buffer) => {
      soFar += chunk.toString();
      if (soFar.includes('按 Ctrl-C 结束')) ready(soFar);
    });
    child.once('exit', () => failed(new Error(`the sandbox ended: ${soFar}`)));
  });
  const portAfter = (label: string): number => {
    const port = new RegExp(`${label}[^\n]*?127\\.0\\.0\\.1:(\\d+)`).exec(output)?.[1];
    if (port === undefined) throw new Error(`no port of ${label} in: ${output}`);
    return Number(port);
  };
  const ports = {
    page: portAfter('查看各渠道所见'),
    robots: portAfter('群机器人和回调'),
    wechat: portAfter('kind: wechat'),
    weibo: portAfter('kind: weibo'),
    catalogue: portAfter('kind: http'),
    wordpress: portAfter('kind: wordpress'),
    smtp: Number(/mail: .*port: (\d+)/.exec(output)?.[1]),
  };
  return { ports, close: () => child.kill('SIGTERM') };
}

beforeAll(async () => {
  sandbox = await sandboxBeside();
  folder = await mkdtemp(join(tmpdir(), 'banli-incidents-'));
  await mkdir(join(folder, 'config', 'plan'), { recursive: true });
  await writeFile(join(folder, 'config', 'plan', '2026.yaml'), PLAN);
  const channels = sandboxYaml(sandbox.ports).replace(', to: [operator@example.cn]', '');
  await writeFile(
    join(folder, 'config', 'banli.yaml'),
    `bureau: { zh: 测试统计局 }\nsite: { publicUrl: "http://127.0.0.1:1/", port: 0 }\n${channels}\npeople: [{ name: 王敏, mail: wang@example.cn, ways: { missed: [mail, group] } }, { name: 李主任, mail: li@example.cn }]\nalerts: { ways: { group: { kind: wecom, url: { env: ROBOT } } } }\nwatchdog: { disk: 0 }\n`,
  );
});
afterAll(async () => {
  sandbox.close();
  await rm(folder, { recursive: true, force: true });
});
const inbox = async (): Promise<{ to: string; subject: string }[]> =>
  (
    (await (await fetch(`http://127.0.0.1:${sandbox.ports.page}/inspect`)).json()) as {
      mails: { to: string; subject: string }[];
    }
  ).mails;

describe('incidents', () => {
  test('none; then one, acknowledged by its id; an unknown id is told with what to do', async () => {
    expect(run('incidents')).toMatchObject({ code: 0, out: '没有未解决的事件。\n' });
    process.env.ROBOT = 'http://127.0.0.1:1/';
    const app = await openApp(loadConfig(join(folder, 'config'), { ...sandboxEnv, ROBOT: 'x' }), {
      log: makeLog('silent'),
    });
    await new Maintenance(app, makeLog('silent'), never).monitor.planRefused(
      'config/plan/2026.yaml:3:7 错',
    );
    const listed = JSON.parse(run('incidents', '--json').out) as {
      incidents: { id: string; kind: string; head: string }[];
    };
    expect(listed.incidents).toMatchObject([{ kind: 'plan', head: '发布计划有误，没有生效' }]);
    const id = listed.incidents[0]?.id ?? '';
    expect(run('ack', id, '--as', '王敏')).toMatchObject({
      code: 0,
      out: `事件 ${id} 已记在您名下。\n`,
    });
    expect(run('incidents').out).toMatch(
      new RegExp(`${id} .*提醒 .*发布计划有误，没有生效 .*王敏`),
    );
    await app.close();
    const unknown = run('ack', 'deadbeef');
    expect(unknown.code).toBe(1);
    expect(unknown.err).toContain('没有编号为 deadbeef 的未解决事件');
    expect(unknown.err).toContain('npx banli incidents');
  });
});

test('alerts test: to each person by each way, and which did not go', async () => {
  expect(run('alerts', 'test')).toMatchObject({
    code: 0,
    out: '✓ 王敏，wang@example.cn：已发出\n✓ 王敏，group：已发出\n✓ 李主任，li@example.cn：已发出\n',
  });
  expect((await inbox()).map(({ to, subject }) => `${to} ${subject}`)).toEqual([
    'wang@example.cn [测试统计局] 试一试：颁历的通知能到您这里',
    'li@example.cn [测试统计局] 试一试：颁历的通知能到您这里',
  ]);
});

test('watchdog --once: one look, what is wrong, exit 1', () => {
  // Nothing serves the site because no service runs: that is one thing.
  expect(run('watchdog', '--once')).toMatchObject({
    code: 1,
    out: '有问题：颁历的服务没有在运行\n',
  });
});
