// Tables out of calendars and back, in every format, and tables as bureaus have them.
import { readFileSync } from 'node:fs';
import ExcelJS from 'exceljs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { messagesFor } from '../../src/i18n/index.ts';
import { FORMATS, type Format, writeTable } from '../../src/import-export/files.ts';
import { lenientCell, lenientDate, lenientTime } from '../../src/import-export/lenient.ts';
import { instant } from '../../src/lib/instant.ts';
import { inferPlans } from '../../src/plan/infer/infer.ts';
import type { Finding, Table } from '../../src/plan/infer/table.ts';
import { readPlan } from '../../src/plan/read-all.ts';
import type { Calendar, LocalDate, Release } from '../../src/plan/types.ts';
import { workdaysOfChina } from '../../src/plan/workdays.ts';
import { readTable } from '../helpers/table.ts';

const zh = messagesFor('zh');
const workdays = workdaysOfChina();
const OPTIONS = { year: undefined, at: '10:00', timezone: 'Asia/Shanghai' };
const NOW = instant(Date.parse('2026-01-02T03:04:05Z'));
const calendarOf = (text: string): Calendar => {
  const { calendar, problems } = readPlan([{ name: 'plan.yaml', text }], undefined);
  expect(problems.filter((problem) => problem.severity === 'error')).toEqual([]);
  return calendar;
};
/** Everything that the public and the other rooms see of a release. */
const seen = ({ where: _, ...release }: Release): unknown => JSON.parse(JSON.stringify(release));
const seenAll = (calendar: Calendar): unknown[] => calendar.releases.map(seen);

async function back(bytes: Buffer, name: string): Promise<string> {
  const { table, troubles } = await readTable(bytes, name, OPTIONS);
  expect(troubles).toEqual([]);
  const inferred = inferPlans(table, { workdays, words: zh.tables });
  if (!inferred.ok) throw new Error(JSON.stringify(inferred.troubles));
  return inferred.plans[0]?.text ?? '';
}

const plansThere: Readonly<Record<string, string>> = {
  sample: readFileSync(new URL('../../config/plan/2026.yaml', import.meta.url), 'utf8'),
  language: readFileSync(new URL('../plan/language.yaml', import.meta.url), 'utf8'),
  nbs: readFileSync(new URL('../plan/tables/nbs-2023.yaml', import.meta.url), 'utf8'),
  hard: `plan: "难写的：a, b # c | d"
timezone: Europe/Berlin
year: 2027
announced: 2026-12-24
defaults: { channels: [website, wechat], grace: 90s, lead: 36h }
indicators:
  x:
    name: { zh: "名：“称”, [x] | y # z", en: "Yes, it is: \\"x\\"" }
    frequency: M
    due: { working-day: -2, month: +0 }
    skip: [2027-08]
    approval: three
    dates:
      2027-03: { at: 2027-04-02 14:30:15, was: 2027-03-30 10:00, reason: "停电, 改期", announced: 2027-03-01 }
      2027-04: { expected: 2027-04-30 15:00 }
      2027-05: { cancelled: true, reason: 并入 6 月 }
      2027-06: { at: 2027-07-02, provisional: true }
  h: { name: { zh: 半年 }, frequency: S, due: { days-after: 31, if-closed: previous }, interpretation: { after: 36h }, briefing: { place: 发布厅, } }
  q:
    name: { zh: 季度 }
    frequency: Q
    due: { days-after: 20 }
    interpretation: { after: 1d }
    dates: { 2027-Q1: { interpretation: 2d, reason: 会议 }, 2027-Q2: { interpretation: cancelled, reason: 不解读 } }
notices:
  n: { name: { zh: 公告 }, at: 2027-02-01 08:00, was: 2027-01-29 08:00, reason: 天气, interpretation: { after: 1d }, channels: [website] }
`,
};

describe.each(Object.keys(plansThere))('plan %s', (name) => {
  test.each(FORMATS)('out as %s and back with no loss', async (format: Format) => {
    const calendar = calendarOf(plansThere[name] ?? '');
    const year = calendar.plans[0]?.year ?? 0;
    const bytes = await writeTable(format, calendar, year, NOW, zh);
    const again = calendarOf(await back(bytes, `x.${format}`));
    expect(seenAll(again)).toEqual(seenAll(calendar));
    // A table that was announced is nobody's example.
    expect(again.plans).toEqual(calendar.plans.map((plan) => ({ ...plan, sample: false })));
  });
});

describe('a written plan gives its table back exactly, always', () => {
  const day = fc
    .integer({ min: 0, max: 364 })
    .map(
      (offset) => new Date(Date.UTC(2025, 0, 1 + offset)).toISOString().slice(0, 10) as LocalDate,
    );
  const time = fc.constantFrom('09:30', '10:00', '15:00:30');
  const months = fc.uniqueArray(fc.integer({ min: 0, max: 13 }), { minLength: 1, maxLength: 12 });
  const table = fc.array(
    fc.tuple(
      months,
      fc.array(day, { minLength: 14, maxLength: 14 }),
      fc.array(time, { minLength: 14, maxLength: 14 }),
    ),
    {
      minLength: 1,
      maxLength: 4,
    },
  );

  test('even where the dates have no rhythm at all', () => {
    fc.assert(
      fc.property(table, (indicators) => {
        const rows = indicators.flatMap(([periods, days, times], index) =>
          periods.map((month) => ({
            place: `${index}`,
            indicator: `i${index}`,
            name: { zh: `指标${index}` },
            period: new Date(Date.UTC(2024, 11 + month, 1)).toISOString().slice(0, 7),
            date: days[month] as LocalDate,
            time: times[month] ?? '10:00',
          })),
        );
        const inferred = inferPlans(
          { title: undefined, timezone: 'Asia/Shanghai', announced: undefined, rows },
          { workdays, words: zh.tables },
        );
        if (!inferred.ok) throw new Error(JSON.stringify(inferred.troubles));
        const shown = calendarOf(inferred.plans[0]?.text ?? '').releases.map(
          (release) =>
            `${release.id} ${new Date(release.due + 8 * 3_600_000).toISOString().slice(0, 19)}`,
        );
        const wanted = rows.map(
          (row) =>
            `${row.indicator}.${row.period} ${row.date}T${row.time.length === 5 ? `${row.time}:00` : row.time}`,
        );
        expect(shown.sort()).toEqual(wanted.sort());
      }),
      { numRuns: 150 },
    );
  });
});

describe('the rule behind the dates is found', () => {
  const RULES = [
    ['M', '{ day: 10, month: +1, if-closed: next }'],
    ['M', '{ day: 25, month: +1, if-closed: previous }'],
    ['M', '{ day: last, month: +0 }'],
    ['M', '{ working-day: 12, month: +1 }'],
    ['M', '{ working-day: -3, month: +1 }'],
    // 1 January 2025 is a Wednesday, and closed: the rule stays on it.
    ['M', '{ weekday: { nth: 1, day: wed }, month: +1 }'],
    ['M', '{ weekday: { nth: last, day: fri }, month: +2, if-closed: next }'],
    ['Q', '{ days-after: 45, if-closed: next }'],
  ] as const;
  test.each(RULES)('%s %s, with one date out of step', (frequency, due) => {
    const plan = (dates: string): string =>
      `plan: x\ntimezone: Asia/Shanghai\nyear: 2025\nannounced: 2024-12-31\nindicators:\n  a:\n    name: { zh: 甲 }\n    frequency: ${frequency}\n    due: ${due}\n${dates}`;
    const period = frequency === 'M' ? '2025-03' : '2025-Q1';
    const calendar = calendarOf(plan(`    dates: { ${period}: 2025-05-22 }\n`));
    const rows = calendar.releases.map((release) => ({
      place: '',
      indicator: 'a',
      name: { zh: '甲' },
      period: release.period,
      date: new Date(release.due + 8 * 3_600_000).toISOString().slice(0, 10) as LocalDate,
      time: '10:00',
    }));
    const table: Table = {
      title: undefined,
      timezone: 'Asia/Shanghai',
      announced: undefined,
      rows,
    };
    const inferred = inferPlans(table, { workdays, words: zh.tables });
    if (!inferred.ok) throw new Error('no plan');
    const [finding] = inferred.plans[0]?.findings ?? [];
    expect(finding?.exceptions).toBe(1);
    expect(finding?.skipped).toBe(0);
    if (frequency === 'M') expect(finding?.due).toBe(due);
  });
});

describe('a rule that leans on another indicator', () => {
  // The days of each month of 2025 on which app prices came out: no rhythm of their own, working
  // days all.
  const HOUSES = [
    '01-16',
    '02-19',
    '03-17',
    '04-16',
    '05-19',
    '06-16',
    '07-15',
    '08-15',
    '09-15',
    '10-20',
    '11-14',
  ];
  const NEXT = [
    '01-17',
    '02-20',
    '03-18',
    '04-17',
    '05-20',
    '06-17',
    '07-16',
    '08-18',
    '09-16',
    '10-21',
    '11-17',
  ];
  const rowsOf = (indicator: string, days: readonly string[]): Table['rows'] =>
    days.map((day, index) => ({
      place: '',
      indicator,
      name: { zh: indicator },
      period: index === 0 ? '2024-12' : `2025-${String(index).padStart(2, '0')}`,
      date: `2025-${day}` as LocalDate,
      time: '10:00',
    }));
  const inferred = (industry: readonly string[]): { text: string; finding: Finding } => {
    const rows = [...rowsOf('houses', HOUSES), ...rowsOf('industry', industry)];
    const made = inferPlans(
      { title: undefined, timezone: 'Asia/Shanghai', announced: undefined, rows },
      { workdays, words: zh.tables },
    );
    if (!made.ok) throw new Error('no plan');
    const [plan] = made.plans;
    const finding = plan?.findings.find((one) => one.indicator === 'industry');
    if (!plan || !finding) throw new Error('no finding');
    return { text: plan.text, finding };
  };

  test('seven of eleven a working day after another is chance: the plain rule, with its exceptions', () => {
    const { finding } = inferred([
      '01-17',
      '02-10',
      '03-18',
      '04-17',
      '05-09',
      '06-17',
      '07-16',
      '08-08',
      '09-16',
      '10-09',
      '11-17',
    ]);
    expect(finding.due).not.toMatch(/after:|same-as|before:/);
    expect(finding.plain).toBeUndefined();
  });

  test('all eleven are none, and the file says how far the best plain rule would have come', () => {
    const { finding, text } = inferred(NEXT);
    expect(finding.due).toBe('{ after: { indicator: houses, working-days: 1 } }');
    // November, which would come out in December, has no date in either.
    expect([finding.exceptions, finding.skipped]).toEqual([0, 1]);
    expect((finding.plain?.byRule ?? 11) * 4).toBeLessThanOrEqual(11 * 3);
    expect(text).toMatch(
      /after: \{ indicator: houses, working-days: 1 \}.*不参照别的指标，最多合 \d+\/11 个/,
    );
  });
});

const nbs = new URL('../fixtures/plans/nbs-2023.csv', import.meta.url);
test('the bureau of 2023 from its table alone: as few lines as the plan written by hand', async () => {
  const { table, troubles } = await readTable(readFileSync(nbs), 'nbs-2023.csv', OPTIONS);
  expect(troubles).toEqual([]);
  const inferred = inferPlans(table, { workdays, words: zh.tables });
  if (!inferred.ok) throw new Error('no plan');
  const said = Object.fromEntries(
    (inferred.plans[0]?.findings ?? []).map((one) => [
      one.indicator,
      `${one.due} ${one.exceptions}+${one.skipped} ${one.certainty}`,
    ]),
  );
  expect(said).toEqual({
    briefing: '{ working-day: 11, month: +1 } 2+0 sure',
    industry: '{ same-as: briefing } 0+0 sure',
    energy: '{ same-as: briefing } 0+0 sure',
    communique: '{ date: 02-28, if-closed: next } 0+0 guess',
    'quarterly-value-added': '{ after: { indicator: briefing, working-days: 1 } } 0+0 likely',
    cpi: '{ day: 9, month: +1 } 6+0 guess',
    ppi: '{ same-as: cpi } 0+0 sure',
    pmi: '{ day: last, month: +0 } 1+1 sure',
  });
});

describe('tables as people have them', () => {
  test("a bureau's printed matrix in Excel, with real Excel dates nowhere and merged titles", async () => {
    const book = new ExcelJS.Workbook();
    const sheet = book.addWorksheet('Sheet1');
    sheet.addRow(['2026年某市统计局主要统计数据发布日程表']);
    sheet.mergeCells('A1:N1');
    sheet.addRow(['序号', '内容', ...Array.from({ length: 12 }, (_, index) => `${index + 1}月`)]);
    sheet.addRow([
      1,
      '居民消费价格指数',
      ...[
        '9/五',
        '11/三',
        '9/一',
        '9/四',
        '11/一',
        '9/二',
        '9/四',
        '9/日',
        '9/三',
        '14/三',
        '9/一',
        '9/三',
      ].map((cell) => `${cell}\n9:30`),
    ]);
    sheet.addRow([
      2,
      '地区生产总值',
      '19/一 10:00',
      '……',
      '……',
      '17/五 10:00',
      '……',
      '……',
      '16/四 10:00',
      '……',
      '……',
      '20/二 10:00',
      '……',
      '……',
    ]);
    sheet.addRow([
      3,
      '规模以上工业增加值',
      '19/一 10:00',
      '……',
      ...[
        '16/一',
        '16/四',
        '18/一',
        '16/二',
        '16/四',
        '17/一',
        '16/三',
        '19/一',
        '16/一',
        '16/三',
      ].map((cell) => `${cell} 10:00`),
    ]);
    sheet.addRow(['注：“……”表示没有发布']);
    const { table, troubles, assumptions } = await readTable(
      Buffer.from(await book.xlsx.writeBuffer()),
      '2026.xlsx',
      OPTIONS,
    );
    expect(troubles).toEqual([]);
    const rows = table.rows.map((row) => `${row.indicator}.${row.period} ${row.date} ${row.time}`);
    expect(rows).toHaveLength(12 + 4 + 11);
    expect(rows).toContain('cpi.2025-12 2026-01-09 09:30');
    expect(rows).toContain('gdp.2026-Q1 2026-04-17 10:00');
    expect(rows).toContain('industry.2026-01..02 2026-03-16 10:00');
    expect(assumptions).toContainEqual({
      what: 'combined',
      name: '规模以上工业增加值',
      period: '2026-01..02',
    });
  });

  test('a list in Excel with real dates, names said once, Chinese periods', async () => {
    const book = new ExcelJS.Workbook();
    const sheet = book.addWorksheet('日程');
    sheet.addRow(['指标名称', '报告期', '发布日期', '发布时间']);
    sheet.addRow([
      '居民消费价格指数',
      '2025年12月',
      new Date(Date.UTC(2026, 0, 9)),
      new Date(Date.UTC(1899, 11, 30, 9, 30)),
    ]);
    sheet.addRow(['', '2026年1—2月', new Date(Date.UTC(2026, 2, 9)), '9:30']);
    sheet.addRow(['地区生产总值', '2026年一季度', '2026年4月17日', '上午10:00']);
    sheet.addRow(['', '2026年上半年', '2026/7/16', '10时']);
    const { table, troubles } = await readTable(
      Buffer.from(await book.xlsx.writeBuffer()),
      'x.xlsx',
      OPTIONS,
    );
    expect(troubles).toEqual([]);
    expect(
      table.rows.map((row) => `${row.indicator}.${row.period} ${row.date} ${row.time}`),
    ).toEqual([
      'cpi.2025-12 2026-01-09 09:30',
      'cpi.2026-01..02 2026-03-09 09:30',
      'gdp.2026-Q1 2026-04-17 10:00',
      // What counts from January on is the quarter that it ends with, beside a quarter.
      'gdp.2026-Q2 2026-07-16 10:00',
    ]);
    const inferred = inferPlans(table, { workdays, words: zh.tables });
    expect(inferred.ok).toBe(true);
  });

  test('CSV as Chinese Excel saves it, in GB 18030', async () => {
    // 名称,日期 / 居民消费价格指数,2026-01-09 in GBK
    const bytes = Buffer.from(
      'c3fbb3c62cc8d5c6da0d0abed3c3f1cffbb7d1bcdbb8f1d6b8cafd2c323032362d30312d30390d0a',
      'hex',
    );
    const { table, troubles } = await readTable(bytes, 'x.csv', OPTIONS);
    expect(troubles).toEqual([]);
    expect(table.rows.map((row) => `${row.name.zh} ${row.date} ${row.time}`)).toEqual([
      '居民消费价格指数 2026-01-09 10:00',
    ]);
  });

  test('everything that can not be read is told at its place, all at once', async () => {
    const text =
      '名称,所属期,日期,时间\n甲,2026-13,2026-02-03,10:00\n乙,2026-01,2026-02-30,10:00\n丙,2026-01,2026-02-03,25:00\n';
    const { troubles } = await readTable(Buffer.from(text), 'x.csv', OPTIONS);
    expect(troubles.map((one) => zh.tables.trouble(one))).toEqual([
      '第3行  乙：“2026-02-30”不是日期，请写作 2026-04-17 或 2026年4月17日',
      '第4行  丙：“25:00”不是时间，请写作 09:30',
      '第2行  看不出“2026-13”是哪一期，可以写 11月、1—11月、三季度、上半年、全年，或带上年份：2026年11月',
    ]);
  });

  test('a matrix that disagrees with itself, and one sheet changed of two', async () => {
    const wrong = '2026年,1月,2月,3月,4月,5月,6月\n指标甲,9/一,30,……,……,……,……\n';
    const { troubles } = await readTable(Buffer.from(wrong), 'x.csv', OPTIONS);
    expect(troubles.map((one) => one.what)).toEqual(['wrong-weekday', 'no-such-day']);

    const calendar = calendarOf(plansThere.sample ?? '');
    const book = new ExcelJS.Workbook();
    await book.xlsx.load(
      (await writeTable('xlsx', calendar, 2026, NOW, zh)) as unknown as ArrayBuffer,
    );
    const cell = book.worksheets[0]?.getCell('C3');
    expect(cell?.value).toBe('12/一 10:00');
    if (cell) cell.value = '13/二 10:00';
    const changed = await readTable(Buffer.from(await book.xlsx.writeBuffer()), 'x.xlsx', OPTIONS);
    expect(changed.troubles.map((one) => zh.tables.trouble(one))).toEqual([
      '2026!C3  两张表不一致，另一张里没有这个日期：居民消费价格指数 2026-01-13 10:00。请改成一致，或只留一张',
      expect.stringMatching(
        /^明细!E\d+ {2}两张表不一致，另一张里没有这个日期：\S+ 2026-01-12 10:00/,
      ),
    ]);
  });

  test.each([
    ['17/二 10:00', [{ day: 17, weekday: 2, time: '10:00', note: '' }]],
    ['9日（周四）9:30', [{ day: 9, weekday: 4, time: '09:30', note: '' }]],
    [
      '9/四 9:30\n10/五 暂定',
      [
        { day: 9, weekday: 4, time: '09:30', note: '' },
        { day: 10, weekday: 5, time: undefined, note: '暂定' },
      ],
    ],
    ['……', []],
    ['待定', undefined],
    ['45', undefined],
  ])('cell %j', (text, wanted) => {
    expect(lenientCell(text)).toEqual(wanted);
  });
  test('dates, times and periods as they are written', () => {
    expect(lenientDate('2026年4月7日')).toEqual({ date: '2026-04-07', rest: '' });
    expect(lenientDate('2026/4/7 9:30')).toEqual({ date: '2026-04-07', rest: '9:30' });
    expect(lenientDate('4月7日', 2026)).toEqual({ date: '2026-04-07', rest: '' });
    expect(lenientDate('2026-02-30')).toBeUndefined();
    expect(['9:30', '下午3时', '10点30分', '09:30:00', '25:00', '十点'].map(lenientTime)).toEqual([
      '09:30',
      '15:00',
      '10:30',
      '09:30',
      undefined,
      undefined,
    ]);
  });
});
