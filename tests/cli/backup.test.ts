// `banli backup` and `restore` as an operator types them: where the file goes, and what is said of
// one that is none.
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { type Ran, banli as run } from '../helpers/cli.ts';
import { temporary } from '../helpers/folder.ts';

const PLAN = `plan: 测试计划
timezone: Asia/Shanghai
year: 2035
announced: 2034-12-26
indicators:
  gdp: { name: { zh: 地区生产总值 }, frequency: Q, due: { day: 20, month: +1 }, channels: [website] }
`;
/** As in a terminal, of which a test has none. */
const TERMINAL = {
  ...process.env,
  NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --import=data:text/javascript,process.stdout.isTTY=true`,
};
let folder: string;
const at = (...path: string[]): string => join(folder, ...path);
const banli = (args: string[], env?: NodeJS.ProcessEnv): Ran =>
  run(at('config'), args, { cwd: folder, ...(env ? { env } : {}) });

beforeEach(() => {
  folder = temporary('backup');
  mkdirSync(at('config', 'plan'), { recursive: true });
  writeFileSync(
    at('config', 'banli.yaml'),
    'bureau: { zh: 某市统计局 }\nchannels: { website: { kind: website } }\n',
  );
  writeFileSync(at('config', 'plan', '2035.yaml'), PLAN);
});

test('in a terminal it goes into a file of its own name, for this account alone; into a pipe as it is', () => {
  expect(banli(['rebuild']).code).toBe(0);
  const done = banli(['backup'], TERMINAL);
  const [name = '', ...more] = readdirSync(folder).filter((one) => one.startsWith('banli-backup'));
  expect({ ...done, more }).toMatchObject({
    code: 0,
    out: '',
    more: [],
    err: expect.stringContaining(`已写入 ${name}`),
  });
  expect(name).toMatch(/^banli-backup-\d{4}-\d\d-\d\d-\d{6}\.jsonl$/);
  expect(statSync(at(name)).mode & 0o777).toBe(0o600);
  expect(done.err).toContain('请妥善保存');
  const piped = banli(['backup']);
  expect(piped.out.split('\n')[0]).toMatch(/^\{.*banli/);
  expect(readdirSync(folder).filter((one) => one.startsWith('banli-backup'))).toEqual([name]);

  // A ledger that is not empty, and how it becomes so; then what comes next.
  const refused = banli(['restore', name]);
  expect(refused).toMatchObject({
    code: 1,
    err: expect.stringContaining('mv var/redis var/redis.old'),
  });
  renameSync(at('var', 'redis'), at('var', 'redis.old'));
  expect(banli(['restore', name])).toMatchObject({
    code: 0,
    out: expect.stringMatching(/已恢复 .*：4 条发布[\s\S]*现在可以启动：npx banli start\n$/),
  });
});

test('a file that is no backup is said to be none, whatever the ledger has', () => {
  expect(banli(['rebuild']).code).toBe(0);
  writeFileSync(at('README.md'), '# 颁历\n');
  writeFileSync(at('empty.jsonl'), '');
  for (const name of ['README.md', 'empty.jsonl'])
    expect(banli(['restore', name])).toMatchObject({
      code: 1,
      err: expect.stringMatching(new RegExp(`^${name} 第 1 行不是颁历的备份`)),
    });
  expect(readFileSync(at('README.md'), 'utf8')).toBe('# 颁历\n');
});
