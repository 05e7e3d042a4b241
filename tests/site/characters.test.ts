// Characters that no file format can carry, in what was written before they were looked at:
// everything that is served parses all the same.

import { parse } from 'csv-parse/sync';
import ExcelJS from 'exceljs';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { convertIcsCalendar } from 'ts-ics';
import { expect, test } from 'vitest';
import { readCsv, writeCsv } from '../../src/import-export/csv.ts';
import { readPlan } from '../../src/plan/read-all.ts';
import { testSite, YEAR } from '../helpers/site.ts';

/**
 * As an attacker, or a word processor, has them in YAML: escaped, so that the file itself looks
 * sound.
 */
const ODD = YEAR.replace('zh: 普查公告', 'zh: "普查\\u0008公\\u000b告\\uFFFE\\u202E"').replace(
  'reason: 数据核实',
  'reason: "数据\\u0008核实"',
);
/** What XML 1.0 has no place for, and overrides of direction. */
const WRONG = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\ufffe\uffff]/;

test('a new plan is refused with the line and the name of the character; one in force is read without it', () => {
  const files = [{ name: 'p.yaml', text: ODD }];
  const fresh = readPlan(files, undefined);
  const lineOf = (mark: string): number =>
    ODD.split('\n').findIndex((line) => line.includes(mark)) + 1;
  expect(
    fresh.problems.map(({ line, say }) => [
      line,
      say({ unshowable: (name: string) => ({ wrong: name }) } as never).wrong,
    ]),
  ).toEqual([
    [lineOf('2026-09-15'), 'U+0008'],
    [lineOf('普查'), 'U+0008'],
  ]);
  const inForce = readPlan(files, undefined, undefined, true);
  expect(inForce.problems).toEqual([]);
  expect(inForce.calendar.releases.find(({ id }) => id === 'census')?.name.zh).toBe('普查公告');
});

test('__proto__ is no id: it is told, and not lost; a plan in force that has it stays in force', () => {
  const text = YEAR.replace(
    '  census:',
    '  __proto__: { name: { zh: 甲 }, at: 2026-10-09 09:00 }\n  census:',
  );
  expect(readPlan([{ name: 'p.yaml', text }], undefined).problems.map(({ line }) => line)).toEqual([
    text.split('\n').findIndex((line) => line.includes('__proto__')) + 1,
  ]);
  expect(readPlan([{ name: 'p.yaml', text }], undefined, undefined, true).problems).toEqual([]);
});

test('titles of before that have them: feeds, calendars and tables parse, and have none', async () => {
  const site = await testSite('2026-07-20T10:00:00+08:00');
  try {
    const staged = await site.stage('gdp.2026-Q2', {
      title: '二季度\u0008数\u000b据\ufffe',
      summary: '=1+1\u0000\u202e摘要',
    });
    await site.press.flip((await site.press.prepare(site.clock.now(), [staged])).edition);
    for (const path of ['atom.xml', 'rss.xml', 'sitemap.xml']) {
      const { status, text } = await site.get(path);
      expect([path, status, XMLValidator.validate(text), WRONG.test(text)]).toEqual([
        path,
        200,
        true,
        false,
      ]);
    }
    const { feed } = new XMLParser().parse((await site.get('atom.xml')).text) as {
      feed: { entry: { title: string } };
    };
    expect(feed.entry.title).toBe('二季度数据');
    const odd: string[] = [];
    for (const path of ['feed.json', 'calendar.json', 'releases.json'])
      JSON.parse((await site.get(path)).text, (_, value: unknown) => {
        if (typeof value === 'string' && WRONG.test(value)) odd.push(`${path}: ${value}`);
        return value;
      });
    expect(odd).toEqual([]);
    const ics = (await site.get('calendar.ics')).text;
    expect(convertIcsCalendar(undefined, ics).events?.length).toBeGreaterThan(0);
    expect(WRONG.test(ics)).toBe(false);
    const book = new ExcelJS.Workbook();
    await book.xlsx.load(await (await fetch(`${site.url}calendar-2026.xlsx`)).arrayBuffer());
    expect(book.worksheets.length).toBe(2);
    const csv = (await site.get('calendar-2026.csv')).text;
    expect(
      parse(csv, { bom: true, comment: '#', relax_column_count: true }).length,
    ).toBeGreaterThan(3);
    expect(WRONG.test(csv)).toBe(false);
  } finally {
    await site.close();
  }
});

test('cells of a table that a spreadsheet would calculate are text, and come back as they were', () => {
  const rows = [
    { release: 'a', name: '=HYPERLINK("http://evil.example")', reason: '@x' },
    { release: 'b', name: '-5 月', reason: '好' },
  ];
  const csv = writeCsv({
    head: {},
    common: {},
    columns: ['release', 'name', 'reason'],
    rows,
  } as never);
  const cells = (parse(csv, { bom: true }) as string[][]).slice(1);
  expect(cells).toEqual([
    ['a', '\'=HYPERLINK("http://evil.example")', "'@x"],
    ['b', "'-5 月", '好'],
  ]);
  expect(readCsv(Buffer.from(csv), 'x').cells.slice(1)).toEqual([
    ['a', '=HYPERLINK("http://evil.example")', '@x'],
    ['b', '-5 月', '好'],
  ]);
});
