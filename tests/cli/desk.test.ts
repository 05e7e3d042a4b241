// `banli people`, and the everyday commands against a desk elsewhere (`--server`), as an operator
// types them.
import { spawn } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sandboxEnv } from '../../src/cli/sandbox.ts';
import { loadConfig } from '../../src/config/load.ts';
import { newAccount } from '../../src/ledger/accounts.ts';
import { instant } from '../../src/lib/instant.ts';
import { makeLog } from '../../src/lib/log.ts';
import { releaseId } from '../../src/plan/types.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { type Service, startService } from '../../src/service/service.ts';
import { BODY, makeFolder, PLAN } from '../helpers/bureau.ts';

const banli = fileURLToPath(new URL('../../scripts/banli.mjs', import.meta.url));
const PASSWORD = 'correct horse battery';
/** Far ahead, so that nothing comes due meanwhile. */
const LATER = PLAN.replace('year: 2026', 'year: 2035')
  .replace('2025-12-26', '2025-12-27')
  .replace('window: 12h }', 'window: 12h, approval: three }');
let sandbox: Sandbox;
let folder: string;
let service: Service;
let server: string;

function run(
  args: readonly string[],
  options: { input?: string; token?: string } = {},
): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [banli, '--config', join(folder, 'config'), ...args], {
    env: { ...process.env, ...sandboxEnv, BANLI_LANG: 'zh', BANLI_TOKEN: options.token ?? '' },
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  child.stdin.end(options.input ?? '');
  return new Promise((done) => child.once('close', (code) => done({ code, out, err })));
}

beforeAll(async () => {
  sandbox = await startSandbox();
  folder = await makeFolder(sandbox.ports, LATER);
  // A Redis of its own: these commands use the name that everybody's has.
  await rm(join(folder, 'var', 'redis'));
  service = await startService(
    loadConfig(join(folder, 'config'), sandboxEnv),
    { plan: true, work: true, web: true },
    makeLog('silent'),
  );
  server = `http://127.0.0.1:${service.web?.port}`;
});
afterAll(async () => {
  await service?.stop();
  await sandbox?.close();
  await rm(folder, { recursive: true, force: true });
});

test('the first administrator: the password is piped in, weak ones are refused, and it stands nowhere as it is', async () => {
  expect(await run(['people', 'list'])).toMatchObject({ code: 0, out: '没有符合的内容。\n' });
  expect(await run(['people', 'add', 'chen'], { input: 'short\n' })).toMatchObject({
    code: 1,
    err: expect.stringContaining('密码太短'),
  });
  expect(await run(['people', 'add', 'chen'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('没有读到密码'),
  });
  expect(
    await run(['people', 'add', 'chen', '--roles', 'boss'], { input: `${PASSWORD}\n` }),
  ).toMatchObject({
    code: 2,
    err: expect.stringContaining('没有这样的角色：boss'),
  });
  expect(await run(['people', 'invite', 'WangMin'])).toMatchObject({
    code: 2,
    err: expect.stringContaining(
      '用户名只能用小写字母、数字、点和连字符，2 到 32 位，例如 wangmin',
    ),
  });
  expect(
    await run(['people', 'add', 'chen', '--display', '陈'], { input: `${PASSWORD}\n` }),
  ).toMatchObject({
    code: 0,
    out: '已添加 chen（管理员、操作、编辑（一审））\n',
  });
  expect(await run(['people', 'add', 'chen'], { input: `${PASSWORD}\n` })).toMatchObject({
    code: 1,
    err: expect.stringContaining('已有名为 chen 的人员'),
  });
  expect((await run(['people', 'list'])).out).toMatch(/chen +陈 +管理员、操作、编辑 +未启用/);
  const { out } = await run(['people', 'list', '--json']);
  expect(JSON.parse(out)).toEqual({
    people: [
      {
        name: 'chen',
        display: '陈',
        roles: ['admin', 'operator', 'editor'],
        totp: false,
        disabled: false,
      },
    ],
  });
  expect(
    (
      await readFile(
        join(folder, 'var', 'redis', 'appendonlydir', 'appendonly.aof.1.incr.aof'),
      ).catch(() => Buffer.alloc(0))
    ).includes(PASSWORD),
  ).toBe(false);
  expect(await run(['people', 'disable', 'chen'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('至少要有一名管理员'),
  });
  expect(
    await run(['people', 'password', 'chen'], { input: 'another horse battery\n' }),
  ).toMatchObject({ code: 0, out: '已修改 chen 的密码\n' });
  const signIn = await fetch(`${server}/desk/sign-in`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ name: 'chen', password: 'another horse battery' }),
  });
  expect(signIn.status).toBe(303);
});

test('the everyday commands on a desk elsewhere; what goes wrong is told in words', async () => {
  const now = service.app.clock.now();
  await service.app.accounts.add(newAccount('lin', '林', ['admin', 'operator', 'editor']));
  const { secret } = await service.app.accounts.issue(
    { name: 'lin', secrets: 0 },
    'test',
    ['read', 'operate', 'approve', 'plan'],
    now,
    instant(now + 600_000),
  );
  const at = (...args: string[]) => run(['--server', server, ...args], { token: secret });
  expect((await at('status', 'gdp.2035-Q2')).out).toMatch(
    /2035-07-20 10:00 {2}gdp\.2035-Q2 {2}网站 +待准备/,
  );
  const hold = await at(
    'hold',
    'gdp.2035-Q2',
    '--channel',
    'weibo',
    '--reason',
    '等局领导确认口径',
  );
  expect(hold).toMatchObject({ code: 0, out: '微博：已暂停\n' });
  expect((await at('status', 'gdp.2035-Q2')).out).toMatch(
    /微博 +已暂停，等人处理 +由人工处理（等局领导确认口径）/,
  );
  expect(await at('retry', 'gdp.2035-Q2')).toMatchObject({
    code: 0,
    out: expect.stringContaining('微博：已放行，到点发布'),
  });
  expect(await at('publish', 'gdp.2035-Q2')).toMatchObject({
    code: 1,
    err: expect.stringContaining('还没到发布时间 2035-07-20 10:00，不能提前发布'),
  });
  expect(await at('withdraw', 'gdp.2035-Q2', '--reason', 'x')).toMatchObject({
    code: 1,
    err: expect.stringMatching(
      /现在没有可以“撤回”的\n怎么办：先看一眼现在的状态：网站待准备、.*微博待准备/,
    ),
  });
  expect(await at('hold', 'nothing')).toMatchObject({
    code: 1,
    err: expect.stringContaining('没有名为 nothing 的发布'),
  });
  expect((await at('journal', 'gdp.2035-Q2')).out).toMatch(/暂停 +gdp\.2035-Q2 微博 +lin/);
  expect(await at('incidents')).toMatchObject({ code: 0, out: '没有未解决的事件。\n' });
  expect((await at('plan', 'show', '--from', '2035-07-01', '--to', '2035-07-31')).out).toContain(
    'gdp.2035-Q2',
  );
  expect(await at('plan', 'check')).toMatchObject({ code: 0 });
  expect(await at('backup')).toMatchObject({
    code: 1,
    err: expect.stringContaining('这个命令不能用于 --server'),
  });
  expect(await run(['--server', server, 'status'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('缺少令牌'),
  });
  // What is not said is taken for no answer, here as on the machine itself.
  for (const [args, lacking] of [
    [['settle', 'gdp.2035-Q2'], '--channel'],
    [['settle', 'gdp.2035-Q2', '--channel', 'website'], '--public | --not-public'],
    [['settle', 'gdp.2035-Q2', '--channel', 'website', '--public', '--not-public'], '--public'],
  ] as const)
    expect(await at(...args)).toMatchObject({ code: 2, err: expect.stringContaining(lacking) });
  expect(await run(['--server', server, 'status'], { token: 'banli_wrong' })).toMatchObject({
    code: 1,
    err: expect.stringContaining('请先登录'),
  });
  expect(await run(['--server', 'http://127.0.0.1:9/', 'status'], { token: 'x' })).toMatchObject({
    code: 1,
    err: expect.stringContaining('连不上 http://127.0.0.1:9'),
  });
  const { out } = await at('status', 'gdp.2035-Q2', '--json');
  expect(JSON.parse(out)).toMatchObject({ id: 'gdp.2035-Q2', due: '2035-07-20T10:00:00+08:00' });
});

test('an approval is that of a person who is there, in their turn, of what they saw, and never of their own text', async () => {
  const { accounts, planStore, publishDeps: parts, planService: planner } = service.app;
  const id = releaseId('gdp.2035-Q2');
  await accounts.add(newAccount('mei', '梅', ['operator', 'editor']));
  await accounts.add(newAccount('fang', '方', ['editor', 'reviewer']));
  await accounts.add(newAccount('gao', '高', ['chief']));
  await mkdir(join(folder, 'content', 'gdp', '2035-Q2'), { recursive: true });
  await writeFile(join(folder, 'content', 'gdp', '2035-Q2', 'release.md'), BODY);
  const loaded = await parts.load(planner.calendar().byId.get(id) as never);
  const digest = loaded.state === 'ready' ? loaded.bundle.digest : '';
  await planStore.setAuthor(id, digest, 'mei');
  const approve = (name: string, ...more: string[]) => run(['approve', id, '--as', name, ...more]);
  expect(await approve('nobody')).toMatchObject({
    code: 1,
    err: expect.stringMatching(/没有名为 nobody 的人员\n怎么办：能审批的：.*fang、gao/),
  });
  expect(await approve('mei')).toMatchObject({
    code: 1,
    err: expect.stringContaining('这份稿件是您自己交的，要由别人批准'),
  });
  expect(await approve('gao')).toMatchObject({
    code: 1,
    err: expect.stringContaining('现在轮到一审（编辑），您没有这个角色'),
  });
  expect(await approve('fang', '--digest', 'abcdef012345')).toMatchObject({
    code: 1,
    err: expect.stringContaining('稿件在您看过之后又改了'),
  });
  expect(await approve('fang', '--digest', digest.slice(0, 12))).toMatchObject({
    code: 0,
    out: expect.stringMatching(/已记下审批，共 1 人\n批准的稿件：.*（摘要码 [0-9a-f]{12}…）/),
  });
  expect(await approve('fang')).toMatchObject({
    code: 1,
    err: expect.stringContaining('您已经批准过这份稿件'),
  });
  expect(await approve('gao')).toMatchObject({
    code: 1,
    err: expect.stringContaining('现在轮到二审（审核）'),
  });
});
