// Where secrets are kept, and what commands say without them.
import { chmodSync, cpSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { makeTransports } from '../../src/alerts/deliver-letters.ts';
import { configChange, takeSecrets } from '../../src/app/config-changes.ts';
import { webhookChannel } from '../../src/channels/webhook.ts';
import { loadConfig, loadWithoutSecrets } from '../../src/config/load.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { instant } from '../../src/lib/instant.ts';
import { banli as run } from '../helpers/cli.ts';
import { temporary } from '../helpers/folder.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const NAMES = [
  'BANLI_CATALOGUE_SECRET',
  'BANLI_WECHAT_SECRET',
  'BANLI_WEIBO_TOKEN',
  'BANLI_MAIL_PASSWORD',
];

/** A copy of the shipped configuration. */
function copy(): string {
  const folder = temporary('secrets');
  cpSync(join(root, 'config'), join(folder, 'config'), { recursive: true });
  return join(folder, 'config');
}
function banli(config: string, ...args: string[]) {
  return run(config, args, {
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !NAMES.includes(name))),
  });
}
function env(config: string, lines: readonly string[], mode = 0o600): string {
  const path = join(dirname(config), '.env');
  writeFileSync(path, `${lines.join('\n')}\n`);
  chmodSync(path, mode);
  return path;
}

test('all that are missing are named at once, with the file to put them into; no cure puts one on a command line', () => {
  const config = copy();
  const { code, err } = banli(config, 'retry', 'cpi.2026-11');
  expect(code).toBe(1);
  expect(err).toBe(
    [
      '缺少 4 个密钥：',
      '  channels.catalogue.secret（BANLI_CATALOGUE_SECRET）',
      '  channels.wechat.secret（BANLI_WECHAT_SECRET）',
      '  channels.weibo.accessToken（BANLI_WEIBO_TOKEN）',
      '  mail.password（BANLI_MAIL_PASSWORD）',
      `怎么办：请在 ${join(dirname(config), '.env')} 里各写一行，如 BANLI_CATALOGUE_SECRET=…，保存后运行 chmod 600 ${join(dirname(config), '.env')}`,
      '',
    ].join('\n'),
  );
});

test('.env beside the configuration is read, the environment before it; one that others may read is refused', () => {
  const config = copy();
  const path = env(config, [
    '# 密钥',
    'BANLI_CATALOGUE_SECRET=whsec_YQ==',
    'BANLI_WECHAT_SECRET="with # sign"',
    'BANLI_WEIBO_TOKEN=t',
    'BANLI_MAIL_PASSWORD=m',
  ]);
  expect(loadConfig(config, {}).channels.get('wechat')).toMatchObject({ secret: 'with # sign' });
  expect(
    loadConfig(config, { BANLI_WECHAT_SECRET: 'nearer' }).channels.get('wechat'),
  ).toMatchObject({ secret: 'nearer' });
  for (const mode of [0o640, 0o604, 0o660]) {
    chmodSync(path, mode);
    expect(() => loadConfig(config, {})).toThrow(`密钥文件 ${path} 别的账户也能读`);
  }
});

test('a secret in a file of its own that is not there is named with its path', () => {
  const config = copy();
  const file = join(config, 'banli.yaml');
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace('{ env: BANLI_MAIL_PASSWORD }', '{ file: secrets/mail }'),
  );
  env(
    config,
    NAMES.slice(0, 3).map((name) => `${name}=x`),
  );
  const path = join(dirname(config), 'secrets', 'mail');
  expect(loadWithoutSecrets(config, {}).missing).toEqual([
    { what: 'mail.password', kind: 'file', name: path, code: 'ENOENT' },
  ]);
  expect(() => loadConfig(config, {})).toThrow(
    `缺少 1 个密钥：\n  mail.password（${path} ENOENT）`,
  );
});

test('what needs no secret asks for none; doctor names those that are missing, and looks at no channel without its own', () => {
  const config = copy();
  for (const args of [['status'], ['people', 'list'], ['journal'], ['incidents']])
    expect({ args, ...banli(config, ...args) }).toMatchObject({ code: 0, err: '' });
  const { code, out } = banli(config, 'doctor');
  expect(code).toBe(1);
  expect(out).toContain(
    '✗ 密钥：缺少 4 个密钥：\n  channels.catalogue.secret（BANLI_CATALOGUE_SECRET）\n',
  );
  expect(out).toContain('✗ 渠道 微信：缺密钥，没有检查\n');
  expect(out).toContain('✗ 邮件：缺密钥，没有检查\n');
  expect(out).toContain('✓ 渠道 网站：正常\n');
});

test('a secret that is replaced in the file is taken over by what runs, though systemd put the old one into the environment', async () => {
  const config = copy();
  const file = join(config, 'banli.yaml');
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace(
      'alerts: {}',
      'alerts: { ways: { team: { kind: webhook, url: "https://a.example/", secret: { env: TEAM } } } }',
    ),
  );
  const old = [...NAMES, 'TEAM'].map((name) => `${name}=whsec_b2xk`);
  env(config, old);
  const given = Object.fromEntries(old.map((line) => line.split('=') as [string, string]));
  const running = loadConfig(config, given);
  const sent: string[] = [];
  const catalogue = running.channels.get('catalogue');
  if (catalogue?.kind !== 'http') throw new Error('no catalogue');
  const channel = webhookChannel(
    'catalogue',
    catalogue,
    { ...systemClock, now: () => instant(1_800_000_000_000) },
    ({ headers, body }) => {
      sent.push(`${headers?.['webhook-signature']} ${body}`);
      return Promise.resolve({ ok: true, status: 200, headers: {}, text: '{}', date: undefined });
    },
  );
  const signed = async (): Promise<string> => {
    await channel.preflight(AbortSignal.timeout(1000));
    return (sent.at(-1) ?? '').split(' ')[0] ?? '';
  };
  const ways = makeTransports(running.mail, running.alerts.ways, systemClock);
  const before = new Map(ways);
  expect(configChange(running)).toEqual({ what: 'same' });
  const first = await signed();
  expect(await signed()).toBe(first);

  env(config, [...NAMES.map((name) => `${name}=whsec_bmV3`), 'TEAM=whsec_b2xk']);
  const change = configChange(running);
  expect(change).toEqual({
    what: 'changed',
    parts: [],
    secrets: [
      'channels.catalogue.secret',
      'channels.wechat.secret',
      'channels.weibo.accessToken',
      'mail.password',
    ],
  });
  if (change.what !== 'changed') return;
  takeSecrets(running, change.secrets, ways, systemClock);
  expect(running.channels.get('wechat')).toMatchObject({ secret: 'whsec_bmV3' });
  expect(await signed()).not.toBe(first);
  // The one that had a new one is made anew, the other goes on as it is.
  expect([
    ways.get('mail') === before.get('mail'),
    ways.get('team') === before.get('team'),
  ]).toEqual([false, true]);
  expect(configChange(running)).toEqual({ what: 'same' });

  // With another setting of the same channel it waits for the restart, and so does that of Redis or
  // of the bureau's sign-in.
  env(config, [
    ...NAMES.map((name) => `${name}=whsec_bmV3`).filter((line) => !line.includes('WEIBO')),
    'BANLI_WEIBO_TOKEN=third',
    'TEAM=whsec_b2xk',
  ]);
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace(
      'safeDomain: tjj.example.gov.cn',
      'safeDomain: other.example.gov.cn',
    ),
  );
  expect(configChange(running)).toEqual({ what: 'changed', parts: ['channels'], secrets: [] });
  for (const way of [...ways.values(), ...before.values()]) way.close();
});
