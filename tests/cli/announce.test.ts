// `banli plan announce`, as an operator runs it: the day, the notice with its text, and the tables
// for the office.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { banli as run } from '../helpers/cli.ts';
import { temporary } from '../helpers/folder.ts';
import { readTable } from '../helpers/table.ts';

const DAY_MS = 86_400_000;
/** Far enough from now for a notice's lead, in whichever year that is. */
const on = new Date(Date.now() + 5 * DAY_MS + 8 * 3_600_000).toISOString().slice(0, 10);
const year = Number(on.slice(0, 4)) + 1;
const planOf = (of: number, announced: string): string => `# 写计划的人的注释
plan: 某市统计局${of}年统计数据发布日程表
timezone: Asia/Shanghai
year: ${of}
announced: ${announced} # 公布日
defaults: { at: "10:00", channels: [website], lead: 24h, grace: 5m, window: 12h, category: 统计数据 }
indicators:
  gdp:
    name: { zh: 地区生产总值 }
    frequency: Q
    due: { day: 20, month: +1, if-closed: next }
  cpi:
    name: { zh: 居民消费价格指数 }
    frequency: M
    due: { day: 10, month: +1, if-closed: next }
`;
let folder: string;
const at = (...path: string[]): string => join(folder, ...path);
beforeEach(() => {
  folder = temporary('announce');
  mkdirSync(at('config', 'plan'), { recursive: true });
  writeFileSync(
    at('config', 'banli.yaml'),
    'bureau: { zh: 某市统计局 }\nchannels: { website: { kind: website } }\n',
  );
  writeFileSync(at('config', 'plan', `${year - 1}.yaml`), planOf(year - 1, `${year - 2}-12-26`));
  writeFileSync(at('config', 'plan', `${year}.yaml`), planOf(year, `${year - 1}-12-31`));
});
const banli = (...args: string[]) => run(at('config'), args, { cwd: folder });
const plan = (
  of: number,
): { announced: string; notices?: Record<string, { at: string; name: { zh: string } }> } =>
  parse(readFileSync(at('config', 'plan', `${of}.yaml`), 'utf8')) as ReturnType<typeof plan>;

test('the plan becomes public on that day, a notice with the table is written, and the office has its files', async () => {
  const looked = banli('plan', 'announce', String(year), '--on', on, '--print');
  expect([looked.code, looked.said.includes('什么也没有改')]).toEqual([0, true]);
  expect([plan(year).announced, existsSync(at('content'))]).toEqual([`${year - 1}-12-31`, false]);

  const { code, said } = banli('plan', 'announce', String(year), '--on', on, '--out', 'office');
  expect({ code, said }).toMatchObject({ code: 0 });
  expect(said).toContain(`${year} 年的计划从 ${on} 起对外公开`);
  expect(plan(year).announced).toBe(on);
  expect(plan(year - 1).notices?.[`calendar-${year}`]).toMatchObject({
    at: `${on} 10:00`,
    name: { zh: `关于公布《某市统计局${year}年统计数据发布日程表》的公告` },
  });
  // What somebody wrote beside it stays.
  expect(readFileSync(at('config', 'plan', `${year}.yaml`), 'utf8')).toMatch(
    /^# 写计划的人的注释\n/,
  );
  expect(banli('plan', 'check').code).toBe(0);
  const text = readFileSync(at('content', 'notices', `calendar-${year}`, 'release.md'), 'utf8');
  expect(text).toContain('| 地区生产总值 |');
  expect(text).toContain(`[${year}年统计信息发布日程表.xlsx](${year}年统计信息发布日程表.xlsx)`);
  expect(said).toContain(`公告《关于公布〈某市统计局${year}年统计数据发布日程表〉的公告》`);
  // Both files say the same dates as the plan.
  const options = { year: undefined, at: '10:00', timezone: 'Asia/Shanghai' };
  const of = async (name: string): Promise<string[]> => {
    const { table, troubles } = await readTable(readFileSync(at('office', name)), name, options);
    expect(troubles).toEqual([]);
    return table.rows.map((row) => `${row.name.zh} ${row.date} ${row.time}`).sort();
  };
  const dates = await of(`${year}年统计信息发布日程表.docx`);
  expect(dates).toHaveLength(16);
  expect(await of(`${year}年统计信息发布日程表.xlsx`)).toEqual(dates);
  expect(
    existsSync(at('content', 'notices', `calendar-${year}`, `${year}年统计信息发布日程表.xlsx`)),
  ).toBe(true);

  const again = banli('plan', 'announce', String(year), '--on', on);
  expect([again.code, again.said.includes('已经公布过')]).toEqual([1, true]);
});

test('a day that is past, a year that nobody plans and one that is too near are refused in words, and nothing is changed', () => {
  for (const [args, said] of [
    [[String(year), '--on', '2020-01-01'], '已经过去'],
    [[String(year + 3)], 'plan year'],
    [
      [
        String(year),
        '--on',
        new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10),
        '--at',
        '00:00',
      ],
      '--on',
    ],
  ] as const) {
    const done = banli('plan', 'announce', ...args);
    expect([args, done.code, done.said.includes(said)]).toEqual([args, 1, true]);
  }
  expect([plan(year).announced, plan(year - 1).notices, existsSync(at('content'))]).toEqual([
    `${year - 1}-12-31`,
    undefined,
    false,
  ]);
});

test('a day that is not worked is said beside it, and is no hindrance', () => {
  const said = (days: string): { code: number | null; err: string } => {
    writeFileSync(at('config', 'workdays.yaml'), days);
    const { code, err } = banli('plan', 'announce', String(year), '--on', on, '--print');
    return { code, err };
  };
  const weekday = '日一二三四五六'.charAt(new Date(`${on}T00:00:00Z`).getUTCDay());
  expect(said(`off: [${on}]\n`)).toEqual({
    code: 0,
    err: expect.stringContaining(`请注意：${on} 是星期${weekday}（本单位定的休息日），不上班。`),
  });
  expect(said(`work: [${on}]\n`)).toEqual({ code: 0, err: '' });
});

test('the calendar that is exported is that of the running year, and said so', () => {
  const written = banli('plan', 'export', '--xlsx', '--out', 'table.xlsx');
  expect(written.said).toContain(`导出的是 ${year - 1} 年的发布日历；要 ${year} 年的，加 --year`);
  expect(banli('plan', 'export', '--csv').out).toContain(`${year - 1}-`);
  expect(banli('plan', 'export', '--csv', '--year', String(year)).err).toContain(
    `导出的是 ${year} 年的发布日历`,
  );
});

test('next year’s plan says that it is in force, from when on it is public, and how to look first', () => {
  rmSync(at('config', 'plan', `${year}.yaml`));
  const looked = banli('plan', 'year', String(year), '--out', at('elsewhere.yaml'));
  expect([looked.code, looked.said.includes('马上就生效')]).toEqual([0, false]);
  const { said } = banli('plan', 'year', String(year));
  expect(said).toContain(`马上就生效；公众从公布日（announced: ${year - 1}-12-26）起才看得到`);
  expect(said).toContain(`npx banli plan year ${year} --out`);
});

test('a plan that was announced late in its own year: the next one is known before it begins', () => {
  rmSync(at('config', 'plan', `${year}.yaml`));
  const file = at('config', 'plan', `${year - 1}.yaml`);
  const late = readFileSync(file, 'utf8').replace(/announced: \S+/, `announced: ${year - 1}-11-28`);
  writeFileSync(file, late);
  expect(banli('plan', 'year', String(year)).said).toContain(
    `公众从公布日（announced: ${year - 1}-12-31）起才看得到`,
  );
  expect(plan(year).announced).toBe(`${year - 1}-12-31`);
});
