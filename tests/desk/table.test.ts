// The year's table brought to the desk: read, shown, named and put into force; in the place of the example, and never of a real plan.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import { afterEach, expect, test } from 'vitest';
import { isoIn } from '../../src/plan/time.ts';
import { PEOPLE, watched } from '../helpers/alarm.ts';
import type { Watched } from '../helpers/alarm.ts';
import { testDesk } from '../helpers/desk.ts';
import type { TestDesk, Visitor } from '../helpers/desk.ts';
import { PLAN } from '../helpers/house.ts';

let bureau: Watched;
let desk: TestDesk;
let wang: Visitor;
afterEach(async () => {
  await desk.close();
  await bureau.close();
});

async function open(plan: string): Promise<void> {
  bureau = await watched('2026-11-27T10:00:00+08:00', { more: PEOPLE, plan });
  desk = await testDesk(bureau);
  await desk.person('wang', 'operator');
  wang = await desk.signIn('wang');
}

const TABLE =
  '名称\t日期\t时间\t所属期\n全市粮食产量\t2027-01-15\t09:30\t2026\n居民消费价格指数\t2027-01-12\t10:00\t2026-12\n居民消费价格指数\t2027-02-10\t10:00\t2027-01\n';
const EXAMPLE = PLAN.replace('announced: 2025-12-26', 'announced: 2025-12-26\nsample: true');
const hidden = (page: string, name: string): string =>
  (new RegExp(`<textarea name="${name}" hidden[^>]*>([\\s\\S]*?)</textarea>`).exec(page)?.[1] ?? '')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'");
const field = (page: string, name: string): string => new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1] ?? '';
const dueOf = (id: string): string | undefined => {
  const release = bureau.house.planner.calendar().byId.get(id as never);
  return release && isoIn(release.due, release.timezone);
};

/** From what was read to what is in force. */
async function save(review: string, ids: Readonly<Record<string, string>> = {}): Promise<string> {
  const form = { year: field(review, 'year'), text: hidden(review, 'text'), ...ids };
  const { text: preview } = await wang.post('/desk/plan/table/review', form);
  expect(preview).toContain('会有这些改动');
  const saved = await wang.post('/desk/plan/save', {
    file: field(preview, 'file'),
    base: field(preview, 'base'),
    text: hidden(preview, 'text'),
    why: '2027 年计划，来自日程表',
  });
  return saved.text;
}

test('pasted: what was read is shown, an id is changed, and a new year’s plan is in force, with who did it', async () => {
  await open(PLAN);
  const { text: review } = await wang.post('/desk/plan/table', { pasted: TABLE });
  expect(review).toContain('2027 年日程表：读出了什么');
  expect(review).toContain('2 项指标，3 个日期');
  expect(review).toContain('保存以后，成为 config/plan/2027.yaml。');
  expect([field(review, 'id.cpi'), review.includes('name="id.grain')]).toEqual(['cpi', true]);
  const id = /name="id\.(grain[\w-]*)"/.exec(review)?.[1] ?? '';
  await save(review, { 'id.cpi': 'prices', [`id.${id}`]: id });
  expect(dueOf('prices.2027-01')).toBe('2027-02-10T10:00:00+08:00');
  expect(dueOf(`${id}.2026`)).toBe('2027-01-15T09:30:00+08:00');
  // This year's plan stands beside it.
  expect(dueOf('gdp.2026-Q2')).toBe('2026-07-20T10:00:00+08:00');
  const [event] = (await bureau.house.journal.newest(50)).filter((one) => one.event === 'plan-saved');
  expect(event).toMatchObject({ subject: 'config/plan/2027.yaml', actor: 'wang' });
  expect(await readFile(join(bureau.folder, 'config', 'plan', '2027.yaml'), 'utf8')).toContain('prices:');
});

test('a workbook takes the place of the example, without words for dates that nobody was promised', async () => {
  await open(EXAMPLE);
  const book = new ExcelJS.Workbook();
  const sheet = book.addWorksheet('日程');
  for (const row of [
    ['名称', '日期', '时间', '所属期'],
    ['居民消费价格指数', '2026-12-10', '10:00', '2026-11'],
  ])
    sheet.addRow(row);
  const file = new File([(await book.xlsx.writeBuffer()) as ArrayBuffer], '2026年日程.xlsx');
  const { text: review } = await wang.post('/desk/plan/table', { file });
  expect(review).toContain('保存以后，换掉 config/plan/2026.yaml 里的样例。');
  await save(review);
  expect([dueOf('cpi.2026-11'), dueOf('gdp.2026-Q2')]).toEqual(['2026-12-10T10:00:00+08:00', undefined]);
});

test('a plan that was announced is not replaced, and does not become an example', async () => {
  await open(PLAN);
  const refused = await wang.post('/desk/plan/table', { pasted: TABLE.replaceAll('2027-', '2026-').replaceAll('2026-12\n', '2025-12\n') });
  expect([refused.status, refused.text.includes('2026 年已经有计划了'), refused.text.includes('居民消费价格指数')]).toEqual([409, true, true]);
  const applied = await bureau.apply(EXAMPLE);
  expect(applied.ok ? [] : applied.problems.map(({ line }) => line)).toEqual([5]);
});

test.each([
  ['nothing at all', { pasted: '' }, '请选一个文件，或粘贴表格'],
  ['what is no table', { pasted: '各处室：请报送计划。' }, '没有找到表格'],
  ['two years', { pasted: `${TABLE}工业增加值\t2028-01-18\t10:00\t2027-12\n` }, '一份计划只管一年'],
  ['a year that is none', { pasted: TABLE, year: '27' }, '年份请写四位数字'],
])('%s is refused in words, and what was typed is there again', async (_, form, said) => {
  await open(PLAN);
  const { status, text } = await wang.post('/desk/plan/table', form);
  expect([status, text.includes(said), text.includes('<textarea id="f-pasted"')]).toEqual([422, true, true]);
});

test('ids that are none, or stand twice, are refused; who may not plan brings no table', async () => {
  await open(PLAN);
  const { text: review } = await wang.post('/desk/plan/table', { pasted: TABLE });
  const form = { year: '2027', text: hidden(review, 'text') };
  expect((await wang.post('/desk/plan/table/review', { ...form, 'id.cpi': '价格' })).status).toBe(422);
  const other = /name="id\.(grain[\w-]*)"/.exec(review)?.[1] ?? '';
  expect((await wang.post('/desk/plan/table/review', { ...form, 'id.cpi': other })).status).toBe(409);
  await desk.person('li', 'reader');
  expect((await (await desk.signIn('li')).get('/desk/plan/table')).status).toBe(403);
});
