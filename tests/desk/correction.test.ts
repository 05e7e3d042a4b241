// The page that asks before a correction: what the public reads now beside what would stand there,
// and no question where nothing differs.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Watched } from '../helpers/alarm.ts';
import { BODY, GDP } from '../helpers/bureau.ts';
import { type TestDesk, testDesk, type Visitor } from '../helpers/desk.ts';
import { gdpOf, outOnSite, SITE_ONLY } from '../helpers/site-only.ts';

const PAGE = `/desk/releases/${GDP}`;
const DIFFERS = '和公开的不一样：要更正请点“更正”';

let bureau: Watched;
let desk: TestDesk;
let wang: Visitor;
beforeEach(async () => {
  bureau = await outOnSite();
  desk = await testDesk(bureau);
  await desk.person('wang', 'operator');
  wang = await desk.signIn('wang');
});
afterEach(async () => {
  await desk?.close();
  await bureau?.close();
});

const rows = (page: string): string[] =>
  [
    ...page.matchAll(/<tr><td class="removed">(.*?)<\/td><td class="added">(.*?)<\/td><\/tr>/gs),
  ].map(([, before, after]) =>
    [before, after]
      .map((one) => (one ?? '').replace(/<\/p><p>/g, '；').replace(/<[^>]+>/g, ''))
      .join(' → '),
  );

test('where the text is what is public, that is said and nothing is offered', async () => {
  expect((await wang.get(PAGE)).text).not.toContain(DIFFERS);
  const page = (await wang.get(`${PAGE}/correct`)).text;
  expect(page).toContain('和公开的一模一样，没有要更正的');
  expect(page).not.toContain('name="reason"');
});

test('title, words, rows of tables, figures, source and files that differ stand side by side, and what is the same does not', async () => {
  const table = '\n\n| 产业 | 增速 |\n|---|---|\n| 第一 | 3.1 |\n| 第二 | 6.0 |\n';
  const series = (last: string): Record<string, string> => ({
    'series.csv': `期,值\n2026-Q1,5.7\n2026-Q2,${last}\n`,
  });
  await bureau.content(`${BODY}${table}`, undefined, { ...series('5.8'), 'old.csv': 'a,b\n1,2\n' });
  const digest = async (): Promise<string> =>
    /name="digest" value="(\w+)"/.exec((await wang.get(`${PAGE}/correct`)).text)?.[1] ?? '';
  expect((await wang.get(PAGE)).text).toContain(DIFFERS);
  await wang.post(`${PAGE}/correct`, { reason: '补表', digest: await digest() });
  expect((await wang.get(PAGE)).text).not.toContain(DIFFERS);
  const changed = `${BODY}${table.replace('6.0', '6.1')}`
    .replace(/title: .*/, 'title: 新标题')
    .replace(/source: .*/, 'source: 新来源');
  await wang.fill(`/desk/content/${GDP}`, {
    ...{
      title: '新标题',
      summary: /summary: (.*)/.exec(BODY)?.[1] ?? '',
      author: '综合处',
      source: '新来源',
      weibo: '',
      remove: ['old.csv'],
    },
    body: changed.replace(/^---[\s\S]*?---\n/, ''),
    upload: new File(['期,值\n2026-Q1,5.7\n2026-Q2,5.9\n'], 'series.csv'),
  });
  const page = (await wang.get(`${PAGE}/correct`)).text;
  const said = rows(page);
  const title = /title: (.*)/.exec(BODY)?.[1] ?? '?';
  expect(said).toContain(`${title} → 新标题`);
  expect(said).toContain('第二 | 6.0 → 第二 | 6.1');
  expect(said.join('\n')).toContain('2026-Q2 | 5.9');
  expect(said.join('\n')).toContain('来源：新来源');
  expect(said.join('\n')).not.toContain('第一 | 3.1');
  expect(page).toContain('换了内容的文件：series.csv');
  expect(page).toContain('去掉的文件：old.csv');
  expect(page).toContain('name="reason"');
});

const long = (figure: number): string =>
  `${BODY}\n\n| 项目 | 数 |\n|---|---|\n${Array.from({ length: 400 }, (_, index) => `| 项目${index} | ${index + figure} |\n| 不变${index} | 1 |\n`).join('')}\n${'&'.repeat(3000)}${figure}\n`;

test('more places than anybody reads are counted, a long line is cut before what differs, and the page stays small', async () => {
  await bureau.content(long(0));
  const digest = /name="digest" value="(\w+)"/.exec((await wang.get(`${PAGE}/correct`)).text)?.[1];
  await wang.post(`${PAGE}/correct`, { reason: '补表', digest: digest ?? '' });
  await bureau.content(long(1));
  const page = (await wang.get(`${PAGE}/correct`)).text;
  expect(rows(page)).toHaveLength(300);
  expect(page).toContain('还有 101 处改动没有列在这里');
  expect(page.length).toBeLessThan(200_000);
});

test('what the website would refuse does not take the place of what is public; the page says why', async () => {
  await bureau.content(`${BODY}\n\n![图](missing.png)\n`);
  const page = (await wang.get(`${PAGE}/correct`)).text;
  expect(page).toContain('missing.png');
  expect(page).not.toContain('name="reason"');
  const loaded = await bureau.app.publishDeps.load(gdpOf(bureau));
  const digest = loaded.state === 'ready' ? loaded.bundle.digest : '';
  const refused = await wang.post(`${PAGE}/correct`, { reason: '换图', digest });
  expect(refused.status).toBe(422);
  expect(refused.text).toContain('missing.png');
});

test('whoever approves a correction reads what it would change', async () => {
  const plan = SITE_ONLY.replace('window: 12h }', 'window: 12h, approval: one }');
  expect(plan).toContain('approval: one');
  await writeFile(join(bureau.folder, 'config', 'plan', '2026.yaml'), plan);
  await desk.desk.applyPlan();
  await bureau.content(BODY.replace('5.8', '5.9'));
  await desk.person('zhang', 'chief');
  const zhang = await desk.signIn('zhang');
  const page = (await zhang.get(`${PAGE}/approve`)).text;
  expect(rows(page).join('\n')).toMatch(/5\.8.* → .*5\.9/);
  expect(page).toContain('name="digest"');
});
