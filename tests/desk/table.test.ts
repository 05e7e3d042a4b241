// The year's table brought to the desk: read, shown, named and put into force; in the place of the
// example, and never of a real plan.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import { afterEach, expect, test } from 'vitest';
import { isoIn } from '../../src/plan/time.ts';
import { PEOPLE, type Watched, watched } from '../helpers/alarm.ts';
import { PLAN } from '../helpers/bureau.ts';
import { type TestDesk, testDesk, type Visitor } from '../helpers/desk.ts';

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
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
const field = (page: string, name: string): string =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1] ?? '';
const dueOf = (id: string): string | undefined => {
  const release = bureau.app.planService.calendar().byId.get(id as never);
  return release && isoIn(release.due, release.timezone);
};

/** The fields of the page as they are filled in. */
function filled(page: string): Record<string, string> {
  const inputs = [
    ...page.matchAll(/<input (?![^>]*type="checkbox")[^>]*?name="([^"]+)"[^>]*?value="([^"]*)"/g),
  ].map(([, name = '', value = '']) => [name, value]);
  const form = Object.fromEntries(inputs) as Record<string, string>;
  delete form.csrf;
  return { ...form, read: hidden(page, 'read') };
}

/** From what was read to what is in force. */
async function save(review: string, more: Readonly<Record<string, string>> = {}): Promise<string> {
  const { text: preview } = await wang.post('/desk/plan/table/review', {
    ...filled(review),
    ...more,
  });
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
  const [event] = (await bureau.app.journal.newest(50)).filter((one) => one.event === 'plan-saved');
  expect(event).toMatchObject({ subject: 'config/plan/2027.yaml', actor: 'wang' });
  const text = await readFile(join(bureau.folder, 'config', 'plan', '2027.yaml'), 'utf8');
  // No channels: what is configured later gets it too.
  expect([text.includes('prices:'), text.includes('channels')]).toEqual([true, false]);
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
  expect([dueOf('cpi.2026-11'), dueOf('gdp.2026-Q2')]).toEqual([
    '2026-12-10T10:00:00+08:00',
    undefined,
  ]);
});

test('a plan that was announced is not replaced, and does not become an example', async () => {
  await open(PLAN);
  const refused = await wang.post('/desk/plan/table', {
    pasted: TABLE.replaceAll('2027-', '2026-').replaceAll('2026-12\n', '2025-12\n'),
  });
  expect([
    refused.status,
    refused.text.includes('2026 年已经有计划了'),
    refused.text.includes('居民消费价格指数'),
  ]).toEqual([409, true, true]);
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
  expect([status, text.includes(said), text.includes('<textarea id="f-pasted"')]).toEqual([
    422,
    true,
    true,
  ]);
});

test('ids that are none, or stand twice, are refused; who may not plan brings no table', async () => {
  await open(PLAN);
  const { text: review } = await wang.post('/desk/plan/table', { pasted: TABLE });
  const form = filled(review);
  const wrong = await wang.post('/desk/plan/table/review', { ...form, 'id.cpi': '价格' });
  expect(wrong.status).toBe(422);
  // On the same page, with its own field marked, and what else was typed.
  expect(wrong.text).toContain('请用小写字母开头，只用小写字母、数字和连字符');
  expect(wrong.text).toMatch(/name="id\.cpi" value="价格"[^>]* aria-invalid="true"/);
  expect(filled(wrong.text)).toMatchObject({ read: form.read, title: form.title });
  const other = /name="id\.(grain[\w-]*)"/.exec(review)?.[1] ?? '';
  expect((await wang.post('/desk/plan/table/review', { ...form, 'id.cpi': other })).status).toBe(
    409,
  );
  await desk.person('li', 'reader');
  expect((await (await desk.signIn('li')).get('/desk/plan/table')).status).toBe(403);
});

async function workbook(
  sheets: Readonly<Record<string, readonly (readonly (string | number)[])[]>>,
  name: string,
): Promise<File> {
  const book = new ExcelJS.Workbook();
  for (const [title, rows] of Object.entries(sheets)) {
    const sheet = book.addWorksheet(title);
    for (const row of rows) sheet.addRow([...row]);
  }
  return new File([(await book.xlsx.writeBuffer()) as ArrayBuffer], name);
}
const MONTHS = Array.from({ length: 12 }, (_, index) => `${index + 1}月`);
const TITLE = '成都市统计局2027年统计数据发布日程表';
const YEAR = [
  [TITLE],
  ['序号', '指标', ...MONTHS.map((month) => (month === '11月' ? '2026年11月' : month))],
  [1, '居民消费价格指数', 11, 10, 10, 12, 10, 10, 12, 10, 10, 11, 10, 10],
  [2, '规模以上工业增加值', 18, '……', 16, 19, 17, 16, 16, 16, 16, 19, 16, 16],
  [3, '规模以上工业企业利润', 18, '……', 16, 19, 17, 16, 16, 16, 16, 19, 16, 16],
  [4, '成都统计年鉴', ...MONTHS.map((month) => (month === '11月' ? 20 : ''))],
];

test('what was not taken is listed, cell by cell, and goes only with a tick; what does not come out is said', async () => {
  await open(PLAN);
  const { text: review } = await wang.post('/desk/plan/table', {
    file: await workbook({ '2027': YEAR }, '2027.xlsx'),
  });
  expect(review).not.toContain('一个不差');
  expect(review).toContain('2027!M6  成都统计年鉴“20”：这一列的标题“2026年11月”不是这张表的年份');
  expect(review).toContain('2027!B6  “成都统计年鉴”：这一行没有读到日期');
  expect(review).toContain(
    '居民消费价格指数、规模以上工业增加值、规模以上工业企业利润（3 项） 2027年10月',
  );
  const refused = await wang.post('/desk/plan/table/review', filled(review));
  expect([
    refused.status,
    refused.text.includes('表里有日期没有读进来'),
    refused.text.includes('这些不要'),
  ]).toEqual([422, true, true]);
  await save(review, { drop: 'yes' });
  expect([dueOf('cpi.2027-01'), dueOf('cpi.2027-10')]).toEqual([
    '2027-02-10T10:00:00+08:00',
    undefined,
  ]);
});

test('rules are said in words, every date is listed by month, and nothing is said of a rhythm where there is one date', async () => {
  await open(PLAN);
  const { text: review } = await wang.post('/desk/plan/table', {
    file: await workbook({ '2027': YEAR }, '2027.xlsx'),
  });
  expect(review).toContain('次月10日，遇休息日顺延');
  expect(review).toContain('与规模以上工业增加值同一天');
  expect(review).not.toMatch(/same-as|if-closed|仅供参考/);
  expect(review).toContain('1月（3 个）');
  expect(review).toContain('1月11日（星期一）10:00 居民消费价格指数 2026年12月');
  const single = await wang.post('/desk/plan/table', {
    pasted: '指标\t报告期\t发布日期\n粮食产量\t全年\t2027-01-15\n人口\t2026年\t2027-01-20\n',
  });
  expect(single.text).toContain('2 项指标，2 个日期。 与表核对过，一个不差。');
  expect(single.text).toContain('只有一个日期');
  expect(single.text).not.toMatch(/规则给出|1\/1/);
});

test('title, day of announcement and hour are asked, and honoured', async () => {
  await open(PLAN);
  const pasted = `${TITLE}\n指标\t报告期\t发布日期\n居民消费价格指数\t12月\t2027-01-11\n居民消费价格指数\t1月\t2027-02-10\n`;
  const { text: review } = await wang.post('/desk/plan/table', { pasted });
  expect(filled(review)).toMatchObject({ title: TITLE, announced: '2026-12-31', at: '10:00' });
  expect(review).toContain('有 2 个日期没有写时间，按 10:00 算，可以在下面改');
  expect(review).not.toContain('--at');
  await save(review, { title: '成都发布日程', announced: '2026-12-20', at: '09:30' });
  expect(dueOf('cpi.2026-12')).toBe('2027-01-11T09:30:00+08:00');
  const text = await readFile(join(bureau.folder, 'config', 'plan', '2027.yaml'), 'utf8');
  expect(text).toContain('plan: 成都发布日程');
  expect(text).toContain('announced: 2026-12-20');
});

test('dates that are near are chosen for one by one: at once with a reason, or left out', async () => {
  await open(EXAMPLE);
  const pasted =
    '指标\t报告期\t发布日期\t时间\n居民消费价格指数\t10月\t2026-11-28\t9:30\n粮食产量\t2025年\t2026-11-27\t9:00\n人口\t2025年\t2026-12-20\t10:00\n';
  const { text: review } = await wang.post('/desk/plan/table', { pasted });
  expect(review).toContain('马上就到、或刚过去的日期');
  const open422 = await wang.post('/desk/plan/table/review', filled(review));
  expect([
    open422.status,
    open422.text.includes('有 2 个日期马上就到、或刚过去，还没有选怎么办'),
  ]).toEqual([422, true]);
  const grain = /name="(near\.grain[^"]*)"/.exec(review)?.[1] ?? '';
  const chosen = { 'near.cpi.2026-10': 'now', [grain]: 'out' };
  expect(
    (await wang.post('/desk/plan/table/review', { ...filled(review), ...chosen })).text,
  ).toContain('请填照发的原因');
  await save(review, { ...chosen, reason: '今天上线' });
  expect([dueOf('cpi.2026-10'), dueOf(grain.replace('near.', ''))]).toEqual([
    '2026-11-28T09:30:00+08:00',
    undefined,
  ]);
});

test('a plan that nobody was told of yet is replaced as a whole; one that was announced is not', async () => {
  await open(PLAN);
  const { text: first } = await wang.post('/desk/plan/table', { pasted: TABLE });
  await save(first, { announced: '2026-12-20' });
  expect(dueOf('cpi.2027-01')).toBe('2027-02-10T10:00:00+08:00');
  const { text: again } = await wang.post('/desk/plan/table', {
    pasted: TABLE.replace('2027-02-10', '2027-02-11'),
  });
  expect(again).toContain('保存以后，换掉 config/plan/2027.yaml 里还没有公布的计划。');
  await save(again, { announced: '2026-12-20' });
  expect(dueOf('cpi.2027-01')).toBe('2027-02-11T10:00:00+08:00');
  bureau.clock.turnTo('2026-12-21T10:00:00+08:00');
  wang = await desk.signIn('wang');
  const refused = await wang.post('/desk/plan/table', { pasted: TABLE });
  expect([
    refused.status,
    refused.text.includes('2027 年已经有计划了（公布日 2026-12-20）'),
  ]).toEqual([409, true]);
});

test('what was read may come back as anything: the first page says so', async () => {
  await open(PLAN);
  const { text: review } = await wang.post('/desk/plan/table', { pasted: TABLE });
  for (const read of [
    '',
    '{',
    '{"head":{},"found":[{"place":"1","date":"2027-02-30","fields":{}}],"leftovers":[]}',
  ]) {
    const { status, text } = await wang.post('/desk/plan/table/review', {
      ...filled(review),
      read,
    });
    expect([status, text.includes('日程表文件'), text.includes('表里有读不懂的地方')]).toEqual([
      422,
      true,
      true,
    ]);
  }
});

test('a year that is half over: what was due before the day of announcement is history, also where the example had another day for it', async () => {
  await open(EXAMPLE);
  const rows = [
    '一季度\t2026-04-17',
    '上半年\t2026-07-16',
    '前三季度\t2026-10-19',
    '全年\t2027-01-19',
  ].map((row) => `地区生产总值\t${row}\t10:00`);
  const pasted = [
    '2026年日程表',
    '指标\t报告期\t发布日期\t时间',
    ...rows,
    '居民消费价格指数\t11月\t2026-12-09\t09:30',
  ].join('\n');
  const { text: review } = await wang.post('/desk/plan/table', { pasted });
  // The title says which year it is; January's is told, and left out.
  expect(review).toContain('第6行  地区生产总值“2027-01-19”：不是2026年的日期');
  const early = await wang.post('/desk/plan/table/review', {
    ...filled(review),
    drop: 'yes',
    announced: '2025-12-26',
  });
  expect([early.status, early.text.includes('把“公布日”写成今天')]).toEqual([422, true]);
  await save(review, { drop: 'yes' });
  expect([dueOf('gdp.2026-Q2'), dueOf('cpi.2026-11')]).toEqual([
    '2026-07-16T10:00:00+08:00',
    '2026-12-09T09:30:00+08:00',
  ]);
});

test('a name that no plan can carry is said to be one, and not to take too long', async () => {
  await open(EXAMPLE);
  for (const name of ['null', '全市\u202e产量', '全市\u0000产量', `全市${'\u0301'.repeat(400)}`]) {
    const { status, text } = await wang.post('/desk/plan/table', {
      pasted: `名称\t日期\t时间\n${name}\t2027-01-15\t09:30\n`,
    });
    expect([name, status, text.includes('秒内读不完')]).toEqual([name, 422, false]);
    expect(text).toMatch(/看不见的字符|不能用作名称的字|读不懂/);
  }
});
