// `banli weibo login` as an operator types it, against the sandbox's page of consent.
import { spawn } from 'node:child_process';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sandboxEnv } from '../../src/cli/sandbox.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { makeFolder, PLAN } from '../helpers/bureau.ts';

const banli = fileURLToPath(new URL('../../scripts/banli.mjs', import.meta.url));
let sandbox: Sandbox;
let folder: string;
beforeAll(async () => {
  sandbox = await startSandbox();
  folder = await makeFolder(sandbox.ports, PLAN);
  // A Redis of its own: the command uses the name that everybody's has.
  await rm(join(folder, 'var', 'redis'));
});
afterAll(async () => {
  await sandbox?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Runs the command, and types what a person brings back from the page that it prints. */
function login(
  answerFor: (page: URL) => Promise<string>,
  args: readonly string[] = [],
): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(
    process.execPath,
    [banli, '--config', join(folder, 'config'), 'weibo', 'login', ...args],
    { env: { ...process.env, ...sandboxEnv, BANLI_LANG: 'zh' } },
  );
  let out = '';
  let err = '';
  let typed = false;
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
    const page = /^http\S+\/oauth2\/authorize\S*\n/m.exec(out)?.[0];
    if (!page || typed) return;
    typed = true;
    void answerFor(new URL(page.trim())).then((line) => child.stdin.end(`${line}\n`));
  });
  return new Promise((done) => child.once('close', (code) => done({ code, out, err })));
}

/** Says yes there, as somebody who is signed in with this account. @returns where Weibo leads to */
const yes =
  (account: string) =>
  async (page: URL): Promise<string> => {
    page.searchParams.set('answer', 'yes');
    page.searchParams.set('account', account);
    return (await fetch(page, { redirect: 'manual' })).headers.get('location') ?? '';
  };
const codeOf = (address: string): string => new URL(address).searchParams.get('code') ?? '';
const FILE = () => join(folder, 'var', 'watchdog', 'tokens', 'weibo.json');

test('prints the page, takes the address or the code alone, and keeps the token for this user alone', async () => {
  const { code, out, err } = await login(yes('2656274875'));
  expect(err).toContain('点“授权”');
  expect(out).toContain(
    'redirect_uri=http%3A%2F%2F127.0.0.1%3A8040%2Fdesk%2Fchannels%2Fweibo%2Fback',
  );
  expect(out).toContain('✓ 已授权，账号 2656274875，有效到 ');
  expect(out).toContain('应用所有者自己的账号能用几年');
  expect(out).toContain('没审核过的只有一天');
  expect(code).toBe(0);
  expect((await stat(FILE())).mode & 0o777).toBe(0o600);
  const first = JSON.parse(await readFile(FILE(), 'utf8')) as { token: string };
  expect(first.token).toMatch(/^2\.00/);
  expect(out + err).not.toContain(first.token);

  const again = await login(async (page) => codeOf(await yes('2656274875')(page)));
  expect(again.code).toBe(0);
  const second = JSON.parse(await readFile(FILE(), 'utf8')) as { token: string };
  expect(second.token).not.toBe(first.token);
}, 120_000);

test('what is no code, of another authorisation, or of another account changes nothing', async () => {
  const before = await readFile(FILE(), 'utf8');
  for (const pasted of [
    '',
    'not a code!',
    'http://127.0.0.1:8040/back?code=abcdefgh&state=other',
  ]) {
    const { code, err } = await login(() => Promise.resolve(pasted));
    expect(code).not.toBe(0);
    expect(err).toContain('没有读到授权码');
  }
  const used = await login(() => Promise.resolve('0123456789abcdef'));
  expect(used.code).not.toBe(0);
  expect(used.err).toContain('微博没有给令牌');
  const other = await login(yes('1000000042'));
  expect(other.code).not.toBe(0);
  expect(other.err).toContain('原来是 2656274875，这次是 1000000042');
  expect(await readFile(FILE(), 'utf8')).toBe(before);
  const taken = await login(yes('1000000042'), ['--other-account']);
  expect(taken.code).toBe(0);
  expect(await readFile(FILE(), 'utf8')).not.toBe(before);
}, 240_000);

test('a channel without an app says what to write', async () => {
  const file = join(folder, 'config', 'banli.yaml');
  const yaml = await readFile(file, 'utf8');
  await writeFile(file, yaml.replace(/ app: \{[^}]*\{[^}]*\} \},/, ''));
  const { code, err } = await login(() => Promise.resolve(''));
  await writeFile(file, yaml);
  expect(code).not.toBe(0);
  expect(err).toContain('app: { key, secret }');
}, 60_000);
