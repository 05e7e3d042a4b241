// The commands as an operator types them: a process each, its exit code and what it prints.
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { wrapped } from '../../src/cli/print.ts';
import { enHelp } from '../../src/i18n/en/help.ts';
import { zhDesk } from '../../src/i18n/zh/desk.ts';
import { zhHelp } from '../../src/i18n/zh/help.ts';
import { temporary } from '../helpers/folder.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
function banli(args: string[], env: Record<string, string> = {}) {
  const done = spawnSync(process.execPath, [join(root, 'scripts', 'banli.mjs'), ...args], {
    encoding: 'utf8',
    env: { ...process.env, BANLI_LANG: 'zh', ...env },
  });
  return { code: done.status, out: done.stdout, err: done.stderr };
}
/** A copy of the shipped configuration. */
function copy(): string {
  const folder = temporary('cli');
  cpSync(join(root, 'config'), join(folder, 'config'), { recursive: true });
  return join(folder, 'config');
}

test('plan check of what ships: no secret needed, exit 0', () => {
  expect(banli(['plan', 'check'])).toMatchObject({
    code: 0,
    out: '计划没有错误，共 83 次发布。\n',
  });
});

test('plan show --json is in the form that the plan language promises', () => {
  const { releases } = JSON.parse(
    banli(['plan', 'show', '--json', '--from', '2026-07-20', '--to', '2026-07-20']).out,
  ) as {
    releases: Record<string, unknown>[];
  };
  expect(releases.map((release) => release.id)).toEqual([
    'briefing.2026-Q2',
    'gdp.2026-Q2',
    'industry.2026-06',
    'investment.2026-06',
    'retail-sales.2026-06',
  ]);
  expect(releases[1]).toEqual({
    id: 'gdp.2026-Q2',
    indicator: 'gdp',
    period: '2026-Q2',
    due: '2026-07-20T10:00:00+08:00',
    status: 'confirmed',
    channels: ['website', 'catalogue', 'wechat', 'weibo'],
    name: { zh: '地区生产总值及三次产业增加值', en: 'GDP and value added of the three industries' },
    category: '统计数据',
  });
});

test('plan show of one year, and next year’s plan into a folder or a file of one’s own; nothing is overwritten', () => {
  const shown = (year: string): { due: string }[] =>
    (
      JSON.parse(banli(['plan', 'show', '--year', year, '--json']).out) as {
        releases: { due: string }[];
      }
    ).releases;
  expect(shown('2026').length).toBe(83);
  expect(shown('2027')).toEqual([]);
  expect(banli(['plan', 'show', '--year', 'x']).code).toBe(2);
  const folder = temporary('next');
  const config = copy();
  expect(banli(['--config', config, 'plan', 'year', '2027', '--out', `${folder}/`]).code).toBe(0);
  expect(readFileSync(join(folder, '2027.yaml'), 'utf8')).toContain('year: 2027');
  expect(
    banli(['--config', config, 'plan', 'year', '2027', '--out', join(folder, 'next.yaml')]).code,
  ).toBe(0);
  expect(readFileSync(join(folder, 'next.yaml'), 'utf8')).toContain('year: 2027');
  const again = banli([
    '--config',
    config,
    'plan',
    'year',
    '2027',
    '--out',
    join(folder, 'next.yaml'),
  ]);
  expect(again.code).toBe(1);
  expect(again.err).toContain('next.yaml');
});

test('help, version and what a command takes are in one language', () => {
  const help = banli(['--help']).out;
  expect(help).toContain('用法：');
  expect(help).not.toMatch(/Usage|Options|Commands|display|check everything/);
  expect(banli(['--help'], { BANLI_LANG: 'en' }).out).not.toMatch(/[\u4e00-\u9fff]/);
  expect(banli(['plan', 'year', '--help']).out).not.toMatch(/Usage|Options|default|display/);
  expect(banli(['--version']).out).toBe(
    `${(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version}\n`,
  );
});

test('what stands for an argument is in the operator’s language, and roles have the names that people know', () => {
  const invite = banli(['people', 'invite', '--help']).out;
  expect(invite).toContain('用法： banli people invite [选项] <用户名>\n');
  expect(invite.replaceAll(/\s+/g, ' ')).toContain(
    'reader 查阅, editor 编辑（一审）, reviewer 审核（二审）',
  );
  const { people } = zhDesk;
  for (const [role, name] of Object.entries(people.roleNames))
    expect(zhHelp['people add --roles']).toContain(`${role} ${name}`);
  for (const command of [
    ['--help'],
    ['people', '--help'],
    ['plan', 'new', '--help'],
    ['settle', '--help'],
  ])
    expect(banli(command).out).not.toMatch(/[<[][a-z]/);
  expect(banli(['people', 'invite', '--help'], { BANLI_LANG: 'en' }).out).not.toMatch(
    /[\u4e00-\u9fff]/,
  );
  expect(wrapped('生成 24 小时内有效的一次性链接（只能用一次）。', 20).split('\n')).toEqual([
    '生成 24 小时内有效的',
    '一次性链接（只能用一',
    '次）。',
  ]);
});

test('every command that needs something has an example of how it is called', () => {
  const needing = ['', 'plan', 'people', 'site'].flatMap((group) => {
    const help = banli([...(group ? [group] : []), '--help'], { BANLI_LANG: 'en' }).out;
    return [...help.matchAll(/^ {2}([a-z]+).* <.*/gm)].map(([, name]) => `${group} ${name}`.trim());
  });
  expect(needing.length).toBeGreaterThan(15);
  for (const words of [zhHelp, enHelp])
    expect(needing.filter((name) => words.examples[name] === undefined)).toEqual([]);
});

test('a folder with nothing but a plan file is enough', () => {
  const folder = temporary('bare');
  writeFileSync(
    join(folder, 'a.yaml'),
    'plan: x\ntimezone: UTC\nyear: 2026\nannounced: 2026-01-01\nindicators:\n  a: { name: { zh: 甲 }, frequency: A, due: { date: 05-01 }, channels: [anything] }\n',
  );
  const shown = banli(['--config', folder, 'plan', 'show', '--json']);
  expect(JSON.parse(shown.out)).toMatchObject({
    releases: [{ id: 'a.2025', due: '2026-05-01T10:00:00Z' }],
  });
});

test('plan why names the rule and the holiday', () => {
  const { out, code } = banli(['plan', 'why', 'cpi.2026-04']);
  expect(code).toBe(0);
  expect(out).toContain('规则 { day: 10, month: +1, if-closed: next } 给出 2026-05-10');
  expect(out).toContain('2026-05-10 不是工作日，移到 2026-05-11');
});

test('a wrong plan: the line, a caret, what to write; exit 1', () => {
  const config = copy();
  const file = join(config, 'plan', '2026.yaml');
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace(
      '# 只发几个渠道时：channels: [website, wechat] for some channels only',
      'channels: [website, wechta]',
    ),
  );
  const { code, out } = banli(['--config', config, 'plan', 'check']);
  expect(code).toBe(1);
  expect(out).toMatch(
    /config\/plan\/2026\.yaml:\d+:25 {2}没有名为“wechta”的渠道 · config\/banli\.yaml 里有 .* · 是不是想写 wechat？可以改成其中之一，.*\n {4}.*\n {4} +\^\n/,
  );
});

test.each([
  [['plan', 'why', 'gpd.2026-Q2'], 1, '是不是想写 gdp.2026-Q2？'],
  [['plan', 'show', '--from', '20-7-2026'], 2, '应写作 2026-04-17'],
  [['--config', '/nowhere', 'start'], 1, '找不到配置文件 /nowhere/banli.yaml'],
  [['start'], 1, '缺少 4 个密钥：\n  channels.catalogue.secret（BANLI_CATALOGUE_SECRET）\n'],
  [['nonsense'], 2, '没有名为 nonsense 的命令'],
  [['publish'], 2, '缺少发布，例如：npx banli publish gdp.2026-Q2\n'],
  [['people', 'invite'], 2, '缺少用户名，例如：npx banli people invite wangmin\n'],
  [['plan', 'close'], 2, '缺少年份，例如：npx banli plan close 2026\n'],
  [['approve', 'gdp.2026-Q2'], 2, '缺少必须的选项 --as <用户名>，例如：npx banli approve'],
  [['incidents', 'xx'], 2, '多了 xx\n怎么办：这个命令就写 npx banli incidents\n'],
  [['plan', 'close', '2026', 'now'], 2, '多了 now\n怎么办：例如：npx banli plan close 2026\n'],
  [['log', '-n', 'abc'], 2, '-n 后面写一个数，例如 -n 50；“abc”不是\n'],
  [['journal', '--limit', '0'], 2, '-n 后面写一个数'],
])('%j ends %i and says what to do, without a stack trace', (args, code, said) => {
  const done = banli(args, {
    BANLI_CATALOGUE_SECRET: '',
    BANLI_WECHAT_SECRET: '',
    BANLI_WEIBO_TOKEN: '',
    BANLI_MAIL_PASSWORD: '',
  });
  expect(done.code).toBe(code);
  expect(done.out + done.err).toContain(said);
  expect(done.out + done.err).not.toMatch(/\n\s+at /);
});

test('a mistake in banli.yaml is told at its line', () => {
  const config = copy();
  const file = join(config, 'banli.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('port: 8040', 'prot: 8040'));
  const { code, err } = banli(['--config', config, 'start']);
  expect(code).toBe(1);
  expect(err).toMatch(/banli\.yaml:9:3 {2}不认识的项“prot” .*是不是想写 port？/);
});

test('a password in banli.yaml itself is refused', () => {
  const config = copy();
  const file = join(config, 'banli.yaml');
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace(
      'password: { env: BANLI_MAIL_PASSWORD }',
      'password: hunter2',
    ),
  );
  expect(banli(['--config', config, 'start']).code).toBe(1);
});

test('plan schema is JSON Schema, and words come in English when asked', () => {
  expect(JSON.parse(banli(['plan', 'schema']).out)).toMatchObject({
    $schema: expect.stringContaining('2020-12'),
    properties: { indicators: {} },
  });
  expect(banli(['plan', 'check'], { BANLI_LANG: 'en' }).out).toBe(
    'The plan has no errors: 83 releases.\n',
  );
});
