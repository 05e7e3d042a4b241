// What a newcomer's commands say before anything has come out, and how they lead on.

import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../../src/config/load.ts';
import { SANDBOX } from '../../src/sandbox/sandbox.ts';
import { banli as run } from '../helpers/cli.ts';
import { temporary } from '../helpers/folder.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const DAY_MS = 86_400_000;
/** Months from now, in whichever year that is. */
const far = new Date(Date.now() + 100 * DAY_MS).toISOString().slice(0, 10);
const year = Number(far.slice(0, 4));
const PLAN = `plan: 测试计划
timezone: Asia/Shanghai
year: ${year}
announced: ${year - 1}-12-26
defaults: { at: "10:00", channels: [website, weibo], lead: 24h, grace: 5m, window: 12h }
indicators:
  cpi:
    name: { zh: 居民消费价格指数 }
    frequency: A
    due: { date: ${far.slice(5)} }
`;
let folder: string;
const config = (): string => join(folder, 'config');
const planFile = (): string => join(folder, 'config', 'plan', `${year}.yaml`);
const banli = (...args: string[]) => run(config(), args, { cwd: folder });

beforeEach(() => {
  folder = temporary('first');
  mkdirSync(join(folder, 'config', 'plan'), { recursive: true });
  cpSync(join(root, 'config', 'banli.yaml'), join(folder, 'config', 'banli.yaml'));
  writeFileSync(planFile(), PLAN);
});

test('right after installation `status` says that nothing is due, what comes next and that the plan is not in force yet', () => {
  expect(banli('status')).toMatchObject({
    code: 0,
    out: `前后 7 天内没有要发布的。下一次：${far} 10:00，居民消费价格指数 ${year - 1}年（cpi.${year - 1}）。\n计划还没有生效：启动颁历（npx banli start）后按它发布。\n`,
  });
  writeFileSync(planFile(), PLAN.replace('date:', 'dte:'));
  expect(banli('status').out).toBe('没有可用的计划：用 npx banli plan check 查错。\n');
});

test('an indicator stands for its releases, by id or name; what neither plan nor journal knows is said so', () => {
  for (const name of ['cpi', '居民消费价格指数'])
    expect(banli('status', name).out).toContain(`${far} 10:00  cpi.${year - 1}  网站`);
  expect(banli('journal', 'cip')).toMatchObject({
    code: 1,
    err: expect.stringContaining('没有名为 cip 的发布'),
  });
  expect(banli('journal', 'cpi')).toMatchObject({
    code: 1,
    err: expect.stringContaining(`npx banli journal cpi.${year - 1}`),
  });
  expect(banli('journal', `cpi.${year - 1}@wechat`)).toMatchObject({
    code: 1,
    err: expect.stringContaining('现在有：website（网站）、weibo（微博）'),
  });
  expect(banli('journal', `cpi.${year - 1}`)).toMatchObject({ code: 0, out: '没有符合的内容。\n' });
});

test('a channel goes by the name that people know, too; another one is answered with all that are there', () => {
  expect(banli('doctor', '--channel', '微博').out).toBe('✗ 渠道 微博：缺密钥，没有检查\n');
  expect(banli('doctor', '--channel', '抖音')).toMatchObject({
    code: 1,
    err: '没有名为 抖音 的渠道\n怎么办：现在有：website（网站）、catalogue（政府信息公开目录）、wechat（微信）、weibo（微博）\n',
  });
  expect(banli('plan', 'show', '--channel', '微博')).toMatchObject({
    code: 0,
    out: expect.stringContaining(`cpi.${year - 1}`),
  });
});

test('an invitation opens on this machine while the address is the sample’s, and says so; then by the address', () => {
  const invited = banli(
    'people',
    'invite',
    'wangmin',
    '--display',
    '王敏',
    '--roles',
    '操作，admin',
  );
  expect(invited).toMatchObject({
    code: 0,
    out: expect.stringMatching(/\n {2}http:\/\/127\.0\.0\.1:8040\/desk\/welcome\/\S+\n/),
  });
  expect(invited.out).toContain('网站地址还没有填');
  expect(invited.out).toContain('先启动（npx banli start）');
  expect(JSON.parse(banli('people', 'list', '--json').out)).toMatchObject({
    people: [{ display: '王敏', roles: ['operator', 'admin'] }],
  });
  const file = join(folder, 'config', 'banli.yaml');
  const shipped = readFileSync(file, 'utf8');
  writeFileSync(file, shipped.replace('https://tjj.example.gov.cn/', 'https://tjj.chengdu.test/'));
  const again = banli('people', 'invite', 'wangmin').out;
  writeFileSync(file, shipped);
  expect(again).toMatch(/\n {2}https:\/\/tjj\.chengdu\.test\/desk\/welcome\/\S+\n/);
  expect(again).not.toContain('网站地址还没有填');
});

test('what the sandbox prints is a configuration and lines of .env, each with where it goes', async () => {
  const child = spawn(
    process.execPath,
    [join(root, 'scripts', 'banli.mjs'), 'sandbox', '--port', '0'],
    {
      env: { ...process.env, BANLI_LANG: 'zh' },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
    if (out.includes('Ctrl-C')) child.kill('SIGTERM');
  });
  await new Promise((done) => child.once('close', done));
  const [, yaml = '', env = ''] =
    /config\/banli\.yaml .*\n\n([\s\S]*?)\n\n.*\.env.*\n\n([\s\S]*?)\n\n/.exec(out) ?? [];
  expect(parse(yaml)).toMatchObject({
    mail: { host: '127.0.0.1' },
    people: [{ mail: 'operator@example.cn' }],
  });
  const practice = temporary('practice');
  cpSync(config(), join(practice, 'config'), { recursive: true });
  writeFileSync(
    join(practice, 'config', 'banli.yaml'),
    `bureau: { zh: 某市统计局 }\nsite: { publicUrl: "http://127.0.0.1:8040/" }\n${yaml}\n`,
  );
  writeFileSync(join(practice, '.env'), `${env}\n`, { mode: 0o600 });
  const read = loadConfig(join(practice, 'config'), {});
  expect([...read.channels.keys()]).toEqual(['website', 'catalogue', 'wechat', 'weibo']);
  expect(read.secrets.get('channels.wechat.secret')).toBe(SANDBOX.wechatSecret);
  expect(read.alerts.people.map(({ mail }) => mail)).toEqual([['operator@example.cn']]);
});
