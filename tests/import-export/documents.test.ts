// Tables as offices send them: in a Word file, and on the web page of last year's notice.
import { Document, Packer, Paragraph, Table, TableCell, TableRow, VerticalMergeType } from 'docx';
import { expect, test } from 'vitest';
import { readTable } from '../helpers/table.ts';

const OPTIONS = { year: undefined, at: '10:00', timezone: 'Asia/Shanghai' };
const MONTHS = Array.from({ length: 12 }, (_, index) => `${index + 1}月`);
const CPI = [
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
];
const GDP = ['19/一', '', '', '17/五', '', '', '16/四', '', '', '20/二', '', ''];

const cell = (text: string, more: object = {}): TableCell =>
  new TableCell({ children: text.split('\n').map((line) => new Paragraph(line)), ...more });

async function wordFile(): Promise<Buffer> {
  const rows = [
    new TableRow({ children: [cell('序号'), cell('内容'), ...MONTHS.map((one) => cell(one))] }),
    new TableRow({
      children: [cell('1'), cell('居民消费价格指数'), ...CPI.map((one) => cell(`${one}\n9:30`))],
    }),
    new TableRow({
      children: [
        cell('2'),
        cell('地区生产总值'),
        ...GDP.map((one) => cell(one === '' ? '……' : `${one}\n10:00`)),
      ],
    }),
    new TableRow({ children: [cell('注：日期后为星期。', { columnSpan: 14 })] }),
  ];
  const children = [
    new Paragraph('2026年某市统计局主要统计数据发布日程表'),
    new Paragraph('成统〔2025〕号'),
    new Table({ rows }),
  ];
  return Packer.toBuffer(new Document({ sections: [{ children }] }));
}
const dates = (
  rows: readonly { name: { zh: string }; period: string | undefined; date: string; time: string }[],
): string[] => rows.map(({ name, period, date, time }) => `${name.zh} ${period} ${date} ${time}`);

test('the year’s matrix in a Word file', async () => {
  const { table, troubles } = await readTable(await wordFile(), '日程表.docx', OPTIONS);
  expect(troubles).toEqual([]);
  const read = dates(table.rows);
  expect(read).toHaveLength(16);
  expect(read).toContain('居民消费价格指数 2025-12 2026-01-09 09:30');
  expect(read).toContain('地区生产总值 2026-Q3 2026-10-20 10:00');
});

test('the same matrix on an old page: laid out with tables, in GB 18030, cells that span', async () => {
  const page = `<html><head><meta charset="gb2312"><title>x</title><script>var a = "<table>";</script></head><body><table width="100%"><tr><td>
<h1>2026年某市统计局主要统计数据发布日程表</h1>
<table border=1><tr><td rowspan=2>内容<td colspan=12>月份</tr><tr>${MONTHS.map((one) => `<td>${one}`).join('')}</tr>
<tr><td>居民消费价格指数</td>${CPI.map((one) => `<td><p>${one}</p><p>9:30&nbsp;</p></td>`).join('')}</tr>
<tr><td>地区生产总值</td>${GDP.map((one) => `<td>${one === '' ? '……' : `${one}<br>10:00`}</td>`).join('')}</tr></table></td></tr></table></body></html>`;
  // GB 18030 has no encoder in Node: the bytes of each character as its decoder reads them.
  const { table, troubles } = await readTable(inGb18030(page), 'notice.html', OPTIONS);
  expect(troubles).toEqual([]);
  expect(dates(table.rows)).toEqual(
    dates((await readTable(await wordFile(), 'a.docx', OPTIONS)).table.rows),
  );
});

test('a list in Word whose first column spans several rows', async () => {
  const merged = (
    text: string,
    verticalMerge: (typeof VerticalMergeType)[keyof typeof VerticalMergeType],
  ): TableCell => cell(text, { verticalMerge });
  const rows = [
    ['指标', '所属期', '发布日期', '发布时间'],
    ['居民消费价格指数', '2025-12', '2026-01-09', '9:30'],
    ['', '2026-01', '2026-02-11', '9:30'],
  ].map(
    ([name = '', ...rest], index) =>
      new TableRow({
        children: [
          index === 0
            ? cell(name)
            : merged(name, index === 1 ? VerticalMergeType.RESTART : VerticalMergeType.CONTINUE),
          ...rest.map((one) => cell(one)),
        ],
      }),
  );
  const file = await Packer.toBuffer(
    new Document({ sections: [{ children: [new Table({ rows })] }] }),
  );
  const { table, troubles } = await readTable(file, 'list.docx', OPTIONS);
  expect(troubles).toEqual([]);
  expect(dates(table.rows)).toEqual([
    '居民消费价格指数 2025-12 2026-01-09 09:30',
    '居民消费价格指数 2026-01 2026-02-11 09:30',
  ]);
});

test('what is wrong is told with its place; what is no document, or too much of one, is refused in words', async () => {
  const rows = [
    '<tr><td>指标<td>所属期<td>发布日期</tr>',
    '<tr><td>甲<td>2026-01<td>2026-02-30</tr>',
  ].join('');
  const wrong = await readTable(
    Buffer.from(`<p>2026年</p><table>${rows}</table>`),
    'a.html',
    OPTIONS,
  );
  expect(wrong.troubles.map(({ place }) => place)).toEqual(['a.html 1:2:3']);
  const told = async (bytes: Buffer, name: string): Promise<string[]> =>
    (await readTable(bytes, name, OPTIONS)).troubles.map(({ what }) => what);
  expect(await told(Buffer.from('no document'), 'a.docx')).toEqual(['not-a-document']);
  expect(await told(Buffer.from('<p>nothing here'), 'a.html')).toEqual(['no-table']);
  expect(await told(Buffer.from(`<table><tr>${'<td colspan=400>'.repeat(3)}`), 'a.html')).toEqual([
    'unreadable',
  ]);
  expect(
    await told(Buffer.from(`<table>${'<tr><td rowspan=99999 colspan=499>'.repeat(25)}`), 'a.html'),
  ).toEqual(['unreadable']);
  expect(await told(Buffer.from(`${'<div>'.repeat(500_000)}<table>`), 'a.html')).not.toEqual([]);
});

/** Characters of the page as GB 18030 has them; found by decoding every pair of bytes once. */
function inGb18030(text: string): Buffer {
  const decoder = new TextDecoder('gb18030');
  const known = new Map<string, readonly number[]>();
  for (let high = 0x81; high <= 0xfe; high++)
    for (let low = 0x40; low <= 0xfe; low++) {
      const character = decoder.decode(Uint8Array.of(high, low));
      if (character.length === 1 && !known.has(character)) known.set(character, [high, low]);
    }
  return Buffer.from(
    [...text].flatMap((one) =>
      one.charCodeAt(0) < 128 ? [one.charCodeAt(0)] : (known.get(one) ?? [63]),
    ),
  );
}
