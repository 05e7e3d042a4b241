// Files that are no calendars, or far too large for one: refused or read in a moment, and never
// something to wait for.
import ExcelJS from 'exceljs';
import { zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { readTable } from '../helpers/table.ts';

const options = { year: 2026, at: '10:00', timezone: 'Asia/Shanghai' };
const HEADINGS = '名称,日期\n';

async function read(
  name: string,
  text: string | Buffer,
): Promise<{ rows: number; troubles: string[]; ms: number }> {
  const begun = performance.now();
  const { table, troubles } = await readTable(Buffer.from(text), name, options);
  return {
    rows: table.rows.length,
    troubles: troubles.map(({ what, text: said }) => `${what} ${said}`),
    ms: performance.now() - begun,
  };
}

test.each([
  ['ten thousand dates of one indicator', 'a.csv', HEADINGS + 'CPI,2026-01-10\n'.repeat(10_000)],
  [
    'ten thousand events',
    'a.ics',
    `BEGIN:VCALENDAR\r\n${'BEGIN:VEVENT\r\nUID:1\r\nDTSTART:20260110T020000Z\r\nSUMMARY:CPI\r\nEND:VEVENT\r\n'.repeat(10_000)}END:VCALENDAR\r\n`,
  ],
])('%s are read', async (_, name, text) => {
  const found = await read(name, text);
  expect(found).toMatchObject({ rows: 10_000, troubles: [] });
  expect(found.ms).toBeLessThan(150_000);
});

test.each([
  ['one line of 10 MB', 'a.csv', 'a,'.repeat(5_000_000), 'unreadable > 5 MB'],
  ['one line of 4 MB', 'a.csv', 'a,'.repeat(2_000_000), 'unreadable 1: > 100000'],
  ['one row of 4 MB of bars', 'a.md', '|'.repeat(4_000_000), 'unreadable 1: > 100000'],
  [
    'more rows than any calendar has',
    'a.csv',
    HEADINGS + 'CPI,2026-01-10\n'.repeat(20_001),
    'unreadable > 20000 行 / rows',
  ],
  ['more columns', 'a.csv', `${'名称,'.repeat(501)}日期\n`, 'unreadable > 500 列 / columns'],
  [
    'a workbook that unpacks to 200 MB',
    'a.xlsx',
    Buffer.from(zipSync({ 'xl/workbook.xml': new Uint8Array(200_000_000) })),
    'not-a-workbook > 100 MB',
  ],
])('%s is refused', async (_, name, text, trouble) => {
  const found = await read(name, text);
  expect(found.troubles).toEqual([trouble]);
  expect(found.ms).toBeLessThan(50_000);
});

test('a cell of blanks, a comment of blanks: read in a moment', async () => {
  const blanks = ' '.repeat(90_000);
  for (const text of [
    `${HEADINGS}CPI,2026-01-10${blanks}x\n`,
    `#${blanks}x\n${HEADINGS}CPI,2026-01-10\n`,
    `${blanks}x\n${HEADINGS}CPI,2026-01-10\n`,
  ])
    expect((await read('a.csv', text)).ms).toBeLessThan(50_000);
});

test('a workbook with something in its far corner is read as far as it can be', async () => {
  const book = new ExcelJS.Workbook();
  const sheet = book.addWorksheet('2026');
  sheet.addRows([
    ['名称', '日期'],
    ['CPI', '2026-01-10'],
  ]);
  sheet.getCell('XFD3').value = 'x';
  expect(await read('a.xlsx', Buffer.from(await book.xlsx.writeBuffer()))).toMatchObject({
    rows: 1,
    troubles: [],
  });
  sheet.getCell('A1048576').value = 'x';
  expect((await read('a.xlsx', Buffer.from(await book.xlsx.writeBuffer()))).troubles).toEqual([
    'not-a-workbook 2026: > 20000 行 / rows',
  ]);
});
