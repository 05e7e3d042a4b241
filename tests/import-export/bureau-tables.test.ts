// Tables as bureaus write them for people: periods without a year, columns of another year, notes;
// and what of them was not taken.

import { Document, Packer, Paragraph, Table, TableCell, TableRow } from 'docx';
import ExcelJS from 'exceljs';
import { describe, expect, test } from 'vitest';
import { messagesFor } from '../../src/i18n/index.ts';
import { readDates } from '../../src/import-export/files.ts';
import { type PlansFromTable, plansFrom } from '../../src/import-export/plan-from-table.ts';
import { workdaysOfChina } from '../../src/plan/workdays.ts';
import { readTable } from '../helpers/table.ts';

const zh = messagesFor('zh');
const OPTIONS = { year: undefined, at: '10:00', timezone: 'Asia/Shanghai' };
type Rows = readonly (readonly (string | number)[])[];

async function workbook(sheets: Readonly<Record<string, Rows>>): Promise<Buffer> {
  const book = new ExcelJS.Workbook();
  for (const [name, rows] of Object.entries(sheets)) {
    const sheet = book.addWorksheet(name);
    for (const row of rows) sheet.addRow([...row]);
  }
  return Buffer.from(await book.xlsx.writeBuffer());
}
async function periods(rows: Rows, head = ['指标名称', '报告期', '发布日期']): Promise<string[]> {
  const { table, troubles } = await readTable(
    await workbook({ 日程: [head, ...rows] }),
    'x.xlsx',
    OPTIONS,
  );
  expect(troubles).toEqual([]);
  return table.rows.map(({ period }) => period ?? '');
}
async function plans(
  bytes: Buffer,
  name: string,
  year?: number,
): Promise<Extract<PlansFromTable, { ok: true }>> {
  const { troubles, ...read } = await readDates(bytes, name, { ...OPTIONS, year });
  expect(troubles).toEqual([]);
  const made = plansFrom(
    read,
    { year },
    { channels: undefined, workdays: workdaysOfChina(), words: zh.tables },
  );
  if (!made.ok) throw new Error(made.lines.join('\n'));
  return made;
}
const left = ({ leftovers }: Pick<Extract<PlansFromTable, { ok: true }>, 'leftovers'>): string[] =>
  leftovers.map((one) => `${zh.tables.left(one)}${one.isDated ? '（日期）' : ''}`);

test.each([
  [['', ''], false],
  [['website wechat', 'wechat、website'], false],
  [['website', ''], true],
])(
  'channels %j, with website and wechat configured: the plan names channels: %s',
  async (channels, named) => {
    const rows = channels.map((one, index) => [
      index === 0 ? '居民消费价格指数' : '地区生产总值',
      '11月',
      `2026-12-1${index}`,
      one,
    ]);
    const read = await readDates(
      await workbook({ 日程: [['指标名称', '报告期', '发布日期', '渠道'], ...rows] }),
      'x.xlsx',
      OPTIONS,
    );
    const made = plansFrom(
      read,
      {},
      { channels: ['website', 'wechat'], workdays: workdaysOfChina(), words: zh.tables },
    );
    if (!made.ok) throw new Error(made.lines.join('\n'));
    expect(made.plans[0]?.text.includes('channels')).toBe(named);
  },
);

describe('periods without a year take it from the day of their release', () => {
  test.each([
    ['11月', '2026-12-09', '2026-11'],
    ['11月份', '2026-12-09', '2026-11'],
    ['十二月', '2027-01-09', '2026-12'],
    ['１—１１月', '2026-12-15', '2026-11'],
    ['1-11月', '2026-12-15', '2026-11'],
    ['1—11月', '2026-12-15', '2026-11'],
    ['1～11月', '2026-12-15', '2026-11'],
    ['11月及1—11月', '2026-12-15', '2026-11'],
    ['1—2月', '2026-03-15', '2026-01..02'],
    ['三季度', '2026-10-20', '2026-Q3'],
    ['第三季度', '2026-10-20', '2026-Q3'],
    ['前三季度', '2026-10-20', '2026-Q3'],
    ['四季度', '2027-01-20', '2026-Q4'],
    ['上半年', '2026-07-20', '2026-S1'],
    ['下半年', '2027-01-20', '2026-S2'],
    ['全年', '2027-01-20', '2026'],
    ['年度', '2027-03-20', '2026'],
    ['2025年', '2026-01-20', '2025'],
    ['2025年度', '2026-01-20', '2025'],
    ['2025年1—11月', '2025-12-15', '2025-11'],
    ['2025年1—11月', '2026-01-05', '2025-11'],
    ['2026年上半年', '2026-07-20', '2026-S1'],
    // It comes out on one of the last days of its own month, and not a year late.
    ['12月', '2026-12-30', '2026-12'],
    ['2026-11-01', '2026-12-09', '2026-11'],
  ])('%s, on %s, is %s', async (text, date, period) => {
    expect(await periods([['甲', text, date]])).toEqual([period]);
  });

  test('1—2月 is one period where January has none, and February where it has', async () => {
    const rest = [['甲', '1—3月', '2026-04-15']];
    expect(await periods([['甲', '1—2月', '2026-03-15'], ...rest])).toEqual([
      '2026-01..02',
      '2026-03',
    ]);
    expect(
      await periods([['甲', '1月', '2026-02-15'], ['甲', '1—2月', '2026-03-15'], ...rest]),
    ).toEqual(['2026-01', '2026-02', '2026-03']);
  });

  test('what counts from January on is what it ends with: of a quarterly indicator a quarter, of a monthly one a month', async () => {
    const half = ['2026-04-18', '2026-07-16', '2026-10-20', '2027-01-19'];
    const quarters = ['2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4'];
    const dated = (texts: readonly string[]): string[][] =>
      texts.map((text, index) => ['甲', text, half[index] ?? '']);
    expect(await periods(dated(['一季度', '上半年', '前三季度', '全年']))).toEqual(quarters);
    expect(await periods(dated(['一季度', '上半年', '1—3季度', '2026年度']))).toEqual(quarters);
    expect(await periods(dated(['1—3月', '1—6月', '1—9月', '1—12月']))).toEqual(quarters);
    expect(await periods([...dated(['1—3月', '上半年']), ['甲', '1—7月', '2026-08-14']])).toEqual([
      '2026-03',
      '2026-06',
      '2026-07',
    ]);
  });

  test('what is no period is told at its own cell, in the words of such tables', async () => {
    const file = await workbook({
      安排: [
        ['指标', '部门', '报告期', '发布日期'],
        ['甲', '综合处', '十三月', '2026-12-09'],
      ],
    });
    const { troubles } = await readTable(file, 'x.xlsx', OPTIONS);
    expect(troubles.map((one) => zh.tables.trouble(one))).toEqual([
      '安排!C2  看不出“十三月”是哪一期，可以写 11月、1—11月、三季度、上半年、全年，或带上年份：2026年11月',
    ]);
  });

  test('two of one period are told by name', async () => {
    const file = await workbook({
      安排: [
        ['指标', '报告期', '发布日期'],
        ['粮食产量', '全年', '2026-12-09'],
        ['粮食产量', '2025年', '2026-12-11'],
      ],
    });
    const { troubles, ...read } = await readDates(file, 'x.xlsx', OPTIONS);
    expect(troubles).toEqual([]);
    const made = plansFrom(
      read,
      {},
      { channels: undefined, workdays: workdaysOfChina(), words: zh.tables },
    );
    expect(made.ok ? [] : made.lines).toEqual([
      '安排!C3  粮食产量2025年已经在 安排!C2 出现过，请删去一个，或改其中一个的报告期',
    ]);
  });
});

const TITLE = '成都市统计局2027年统计数据发布日程表';
/** Ten months, and one whose heading is of another year. */
const MONTHS = [
  '1月',
  '2月',
  '3月',
  '4月',
  '5月',
  '6月',
  '7月',
  '8月',
  '9月',
  '10月',
  '2026年11月',
  '12月',
];
const CPI = ['11', '10', '9', '9', '10', '9', '9', '9', '9', '11', '9', '9'];

describe('what was not taken is told, cell by cell', () => {
  test('a column of another year, and the line that had its only date there', async () => {
    const rows: Rows = [
      [TITLE],
      ['序号', '指标', ...MONTHS],
      [1, '居民消费价格指数', ...CPI],
      [2, '成都统计年鉴', ...MONTHS.map((month) => (month.startsWith('2026') ? '20' : '……'))],
    ];
    const made = await plans(await workbook({ '2027': rows }), '2027.xlsx');
    expect(made.title).toBe(TITLE);
    expect(made.plans.map(({ year, dates }) => [year, dates.length])).toEqual([[2027, 11]]);
    expect(left(made)).toEqual([
      '2027!M3  居民消费价格指数“9”：这一列的标题“2026年11月”不是这张表的年份（日期）',
      '2027!M4  成都统计年鉴“20”：这一列的标题“2026年11月”不是这张表的年份（日期）',
      '2027!B4  “成都统计年鉴”：这一行没有读到日期',
    ]);
    // The rhythm would have it: that it does not come out is said.
    expect(zh.tables.skips(made.plans[0]?.findings ?? [])).toEqual(['居民消费价格指数 2027年10月']);
  });

  test('a list: rows without a date, words for one, a column that a plan has not, notes, a sheet besides', async () => {
    const list: Rows = [
      [TITLE],
      ['（2026年12月20日公布）'],
      ['指标', '报告期', '发布日期', '负责处室', '备注'],
      ['居民消费价格指数', '12月', '2027-01-11', '城调队', ''],
      ['居民消费价格指数', '1月', '2027-02-10', '城调队', '如遇春节改为2月12日'],
      ['工业生产者价格指数', '1月', '待定', '工业处', ''],
      ['能源消费', '1月', '', '能源处', ''],
      ['注：发布时间如有调整，另行公告'],
    ];
    const made = await plans(
      await workbook({
        日程: list,
        联系人: [
          ['张三', '12345'],
          ['下次开会', '1月5日'],
        ],
      }),
      'x.xlsx',
    );
    expect(left(made)).toEqual([
      '日程!A2  “（2026年12月20日公布）”：表头以上的文字（日期）',
      '日程!E5  “如遇春节改为2月12日”：“备注”这一列不是计划里的内容（日期）',
      '日程!C6  工业生产者价格指数“待定”：没有写哪一天，定下来以后再补进计划（日期）',
      '联系人!B2  “1月5日”：这里没有找到日程表（日期）',
      '日程!A6  “工业生产者价格指数 1月”：这一行没有读到日期',
      '日程!A7  “能源消费 1月”：这一行没有读到日期',
      '日程!A8  “注：发布时间如有调整，另行公告”：这一行没有读到日期',
      '日程!D3  “城调队、工业处、能源处”（4 格）：“负责处室”这一列不是计划里的内容',
      '联系人!A1  “张三 12345”：这里没有找到日程表',
      '联系人!A2  “下次开会”：这里没有找到日程表',
    ]);
    expect(made.plans[0]?.dates.length).toBe(2);
  });

  test('dates of another year than the one that was asked for', async () => {
    const csv = Buffer.from('指标,报告期,发布日期\n甲,2026,2027-02-01\n乙,2025,2026-12-01\n');
    const made = await plans(csv, 'x.csv', 2027);
    expect(left(made)).toEqual(['第3行  乙“2026-12-01”：不是2027年的日期（日期）']);
  });

  test('a Word file: the notes below its table', async () => {
    const cell = (text: string): TableCell => new TableCell({ children: [new Paragraph(text)] });
    const rows = [
      ['指标', '报告期', '发布日期'],
      ['粮食产量', '全年', '2027年1月15日（周五）9:30'],
    ].map((cells) => new TableRow({ children: cells.map(cell) }));
    const children = [
      new Paragraph(TITLE),
      new Table({ rows }),
      new Paragraph('注：年鉴于2027年9月30日出版'),
    ];
    const made = await plans(
      await Packer.toBuffer(new Document({ sections: [{ children }] })),
      '表.docx',
    );
    expect(made.title).toBe(TITLE);
    expect(made.plans[0]?.dates).toMatchObject([
      { date: '2027-01-15', time: '09:30', period: '2026', name: { zh: '粮食产量' } },
    ]);
    expect(left(made)).toEqual(['“注：年鉴于2027年9月30日出版”：表后的文字（日期）']);
  });

  test('nothing is left of a table that is all dates', async () => {
    const made = await plans(
      await workbook({
        a: [[TITLE], ['序号', '指标', '报告期', '发布日期'], [1, '粮食产量', '全年', '2027-01-15']],
      }),
      'x.xlsx',
    );
    expect(left(made)).toEqual([]);
  });
});

test('many assumptions alike are one sentence, with names', async () => {
  const rows = ['甲指数', '乙指数', '丙指数'].map((name) => [name, '2027-01-15']);
  const made = await plans(await workbook({ a: [['指标', '发布日期'], ...rows] }), 'x.xlsx');
  expect(zh.tables.assumptions(made.assumptions, 'desk')).toEqual([
    '有 3 个日期没有写时间，按 10:00 算，可以在下面改',
    '表里没有写是哪一期，按年度、发布时已结束的最近一期算：甲指数、乙指数、丙指数（3 项）',
  ]);
});

describe('tables that are written for people', () => {
  const docx = async (rows: readonly (readonly string[])[]): Promise<Buffer> => {
    const cell = (text: string): TableCell => new TableCell({ children: [new Paragraph(text)] });
    const children = [
      new Paragraph('成都市统计局2028年统计信息发布日程表'),
      new Table({ rows: rows.map((cells) => new TableRow({ children: cells.map(cell) })) }),
    ];
    return Packer.toBuffer(new Document({ sections: [{ children }] }));
  };

  test('headings of another office: 数据名称, 数据时期, 发布时间; a day that is not settled yet', async () => {
    const rows = [
      ['序号', '数据名称', '数据时期', '发布时间', '公布方式'],
      ['1', '居民消费价格指数', '2028年1月', '2月9日', '局网站'],
      ['2', '地区生产总值', '2028年一季度', '4月18日 10:00', '新闻发布会'],
      ['3', '地区生产总值', '2028年上半年', '7月18日上午9:30', '新闻发布会'],
      ['4', '人口抽样调查主要数据', '2027年度', '5月下旬', '局网站'],
    ];
    const made = await plans(await docx(rows), 'C2028.docx');
    expect(
      made.plans[0]?.dates.map(({ date, time, period }) => `${period} ${date} ${time}`),
    ).toEqual(['2028-01 2028-02-09 10:00', '2028-Q1 2028-04-18 10:00', '2028-Q2 2028-07-18 09:30']);
    expect(left(made)).toEqual([
      '第1个表第5行第4列  人口抽样调查主要数据“5月下旬”：没有写哪一天，定下来以后再补进计划（日期）',
      '第1个表第5行第2列  “人口抽样调查主要数据 2027年度”：这一行没有读到日期',
      '第1个表第1行第5列  “局网站、新闻发布会”（4 格）：“公布方式”这一列不是计划里的内容',
    ]);
  });

  test('a table whose headings are not known is told with them', async () => {
    const { troubles } = await readDates(
      await docx([
        ['事项', '何时'],
        ['粮食产量', '2028年1月15日'],
      ]),
      'x.docx',
      OPTIONS,
    );
    expect(troubles.map((one) => zh.tables.trouble(one))).toEqual([
      '第1个表第1行第1列  找到了一张表，第一行是“事项、何时”，看不出哪一列是名称、哪一列是日期；请把这两列的表头写成“指标名称”“发布日期”（或者指标为行、1月到12月为列）',
    ]);
  });

  test('a matrix with hours in words, days that are not settled, and what is wrong with its line and month', async () => {
    const rows = [
      ['2028年日程表'],
      ['指标', ...Array.from({ length: 12 }, (_, index) => `${index + 1}月份`)],
      [
        '地区生产总值',
        '18日上午10:00',
        '',
        '',
        '18日9点30分',
        '',
        '',
        '18日（周二）下午3时',
        '',
        '',
        '18日左右',
        '',
        '',
      ],
      ['人口数据', '', '', '中旬', '', '', '', '', '', '', '', '', ''],
    ];
    const csv = (more: readonly (readonly string[])[]): Buffer =>
      Buffer.from(`${[...rows, ...more].map((row) => row.join(',')).join('\n')}\n`);
    const made = await plans(csv([]), 'A2028.csv');
    expect(
      made.plans[0]?.dates.map(({ date, time, status }) => `${date} ${time} ${status}`),
    ).toEqual([
      '2028-01-18 10:00 confirmed',
      '2028-04-18 09:30 confirmed',
      '2028-07-18 15:00 confirmed',
      '2028-10-18 10:00 provisional',
    ]);
    expect(left(made)).toEqual([
      '第4行  人口数据“中旬”：没有写哪一天，定下来以后再补进计划（日期）',
      '第4行  “人口数据”：这一行没有读到日期',
    ]);
    const { troubles } = await readDates(
      csv([['能源消费', '', '30日', '……', '', '', '', '', '', '', '', '', '']]),
      'x.csv',
      OPTIONS,
    );
    expect(troubles.map((one) => zh.tables.trouble(one))).toEqual([
      '第5行  能源消费 2月份：日历上没有 2028-02-30 这一天',
    ]);
  });
});
