// Settings saved at the desk of a running `banli start`, and put into force from there: web and
// engine are other processes afterwards, the keeper is the same, a watchdog watches once there is
// somebody to tell, and the password stands in `.env` alone.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { until } from '../helpers/clock.ts';
import { temporary } from '../helpers/folder.ts';
import { freePort } from '../helpers/port.ts';

const MAIN = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));
const PASSWORD = 'correct horse battery';
const MAIL_PASSWORD = 'smtp-password-of-the-bureau';

/** The pids of everything of a folder, by what each does. */
async function parts(folder: string): Promise<Readonly<Record<string, number>>> {
  const all = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    all.map(
      async (pid) => [pid, await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')] as const,
    ),
  );
  return Object.fromEntries(
    lines
      .filter(([, line]) => line.includes(folder) && line.includes(MAIN))
      .map(([pid, line]) => [line.split('\0').filter(Boolean).at(-1), Number(pid)]),
  );
}

test('a click at the desk starts everything anew, with the new settings', {
  timeout: 180_000,
}, async () => {
  const folder = temporary('restart');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  await mkdir(join(folder, 'content'));
  await cp(new URL('../../config/plan', import.meta.url), join(folder, 'config', 'plan'), {
    recursive: true,
  });
  const yaml = `# 我们局\nbureau: { zh: 样例局 }\nsite: { publicUrl: "${url}/", port: ${port} } # 网址\nchannels: { website: { kind: website } }\n`;
  await writeFile(join(folder, 'config', 'banli.yaml'), yaml);
  const run = (...args: string[]) =>
    spawn(process.execPath, [MAIN, '--config', join(folder, 'config'), ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  const add = run('people', 'add', 'guan', '--display', '管理员');
  add.stdin.end(`${PASSWORD}\n`);
  await once(add, 'exit');
  const service = run('start');
  let output = '';
  for (const stream of [service.stdout, service.stderr])
    stream.on('data', (bytes: Buffer) => (output += String(bytes)));
  onTestFinished(async () => {
    service.kill('SIGTERM');
    if (service.exitCode === null) await once(service, 'exit');
  });
  await until(() => output.includes('/desk/'), 'started');

  const signIn = await fetch(`${url}/desk/sign-in`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ name: 'guan', password: PASSWORD }),
  });
  const cookie = signIn.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const page = (): Promise<string> =>
    fetch(`${url}/desk/settings/`, { headers: { cookie } }).then((answer) => answer.text());
  const unseen = async (name: string): Promise<string> =>
    new RegExp(`name="${name}" value="([^"]+)"`).exec(await page())?.[1] ?? '';
  const post = async (part: string, form: Record<string, string>): Promise<string> => {
    const body = new URLSearchParams({
      csrf: await unseen('csrf'),
      base: await unseen('base'),
      confirm: PASSWORD,
      ...form,
    });
    return (
      await fetch(`${url}/desk/settings/${part}`, { method: 'POST', headers: { cookie }, body })
    ).text();
  };
  const mail = {
    'mail.host': '127.0.0.1',
    'mail.from': 'banli@example.cn',
    'people.0.name': '王敏',
    'people.0.mail': 'wang@example.cn',
  };
  await post('', { 'bureau.zh': '丁州市统计局', ...mail, password: MAIL_PASSWORD });
  const before = await parts(folder);
  expect(Object.keys(before).sort()).toEqual(['engine', 'start', 'web']);
  expect(await post('restart', {})).toContain('正在重新启动');

  await until(
    async () => Object.keys(await parts(folder)).includes('watchdog'),
    'a watchdog watches',
  );
  await until(
    async () => (await page().catch(() => '')).includes('正在用的就是这里写的'),
    'the desk is back',
  );
  const after = await parts(folder);
  expect(after.start).toBe(before.start);
  for (const part of ['engine', 'web']) expect(after[part]).not.toBe(before[part]);
  expect(await page()).toContain('<small>丁州市统计局</small>');
  // Asked for, it is no failure.
  expect(output).toContain('设置已改：工作台要求全部重新启动。');
  expect(output).not.toContain('意外结束');
  const logs = await Promise.all(
    (await readdir(join(folder, 'var', 'log'))).map((name) =>
      readFile(join(folder, 'var', 'log', name), 'utf8'),
    ),
  );
  for (const text of [
    output,
    ...logs,
    await readFile(join(folder, 'config', 'banli.yaml'), 'utf8'),
  ])
    expect(text).not.toContain(MAIL_PASSWORD);
  expect(await readFile(join(folder, '.env'), 'utf8')).toBe(
    `BANLI_MAIL_PASSWORD='${MAIL_PASSWORD}'\n`,
  );
});
