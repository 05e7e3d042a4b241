// A text that comes to the desk as a Word file: what is filled in, what is said of it, and what is
// refused.
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Watched, watched } from '../helpers/alarm.ts';
import { GDP } from '../helpers/bureau.ts';
import { type TestDesk, testDesk, type Visitor } from '../helpers/desk.ts';
import { wordFile, wordFileOf } from '../helpers/word.ts';

const AT = `/desk/content/${GDP}`;
const TYPED = {
  title: '',
  summary: '同比增长 5.8%。',
  body: '',
  author: '综合处',
  source: '',
  weibo: '',
};

let bureau: Watched;
let desk: TestDesk;
let wang: Visitor;
beforeEach(async () => {
  bureau = await watched('2026-07-15T10:00:00+08:00');
  desk = await testDesk(bureau);
  await desk.person('wang', 'operator', 'editor');
  wang = await desk.signIn('wang');
});
afterEach(async () => {
  await desk?.close();
  await bureau?.close();
});

const docx = async (name = '稿件.docx'): Promise<File> =>
  new File([new Uint8Array(await wordFile())], name);

test('a Word file fills in title, text and pictures, and the page says to look at it', async () => {
  expect((await wang.get(AT)).text).not.toMatch(/name="title"[^>]* required/);
  const page = (await wang.fill(AT, { ...TYPED, upload: await docx() })).text;
  expect(page).toContain('稿件已保存');
  expect(page).toContain('请对照原文看一遍');
  expect(page).toContain('value="2026年二季度地区生产总值"');
  expect(page).toContain('## 一、总体情况');
  expect(page).toContain('value="综合处"');
  expect(page).not.toContain('标题以文件里的为准：“');
  const folder = join(bureau.folder, 'content/gdp/2026-Q2');
  expect((await readdir(folder)).sort()).toEqual(['release.md', 'word-bc09c259.png']);
  expect((await wang.get(`/desk/preview/releases/${GDP}/`)).text).toContain(
    '<th rowspan="2">指标</th>',
  );
});

test('where another title was typed than the file has, the page says which counts', async () => {
  const page = (await wang.fill(AT, { ...TYPED, title: '旧标题', upload: await docx() })).text;
  expect(page).toContain(
    '标题以文件里的为准：“2026年二季度地区生产总值”。表单里写的“旧标题”没有用',
  );
  const text = new File(['---\ntitle: 文件标题\n---\n正文\n'], 'release.md');
  expect((await wang.fill(AT, { ...TYPED, title: '表单标题', upload: text })).text).toContain(
    '标题以文件里的为准：“文件标题”',
  );
});

test('with no title anywhere, an old or a broken file, nothing is saved and it is said in words', async () => {
  for (const [form, said] of [
    [{ ...TYPED, body: '正文' }, '请写标题'],
    [{ ...TYPED, upload: new File(['x'], '稿件.doc') }, '另存为 docx'],
    [{ ...TYPED, upload: new File(['x'], '稿件.docx') }, '不是 Word 文件'],
  ] as const) {
    const page = await wang.fill(AT, form as never);
    expect(page.status).toBe(422);
    expect(page.text).toContain(said);
    expect(page.text).toContain('没有保存');
    expect(page.text).toContain('value="综合处"');
  }
  expect(await readdir(join(bureau.folder, 'content')).catch(() => [])).not.toContain('gdp');
});

/**
 * Made before anything is asked for: it takes seconds, and a connection that waits for its next
 * request would end meanwhile.
 */
const BOMB = zipSync({ 'word/document.xml': new Uint8Array(101_000_000) }, { level: 1 });

test('a Word file that unpacks to more than a text may hold is refused before any of it is read', async () => {
  const page = await wang.fill(AT, {
    ...TYPED,
    upload: new File([new Uint8Array(BOMB)], '稿件.docx'),
  });
  expect(page.status).toBe(413);
  expect(page.text).toContain('太大，读不完');
});

test('another Word file takes its pictures’ place, and leaves other files alone', async () => {
  await wang.fill(AT, { ...TYPED, upload: await docx() });
  await wang.fill(AT, {
    ...TYPED,
    title: '题',
    body: '文',
    upload: new File(['期,值\n2026-Q1,1\n2026-Q2,2\n'], 'series.csv'),
  });
  await wang.fill(AT, { ...TYPED, upload: await docx('第二稿.docx') });
  expect((await readdir(join(bureau.folder, 'content/gdp/2026-Q2'))).sort()).toEqual([
    'release.md',
    'series.csv',
    'word-bc09c259.png',
  ]);
});

test('of one person a second file to be unpacked is refused while the first is looked at; others save meanwhile', async () => {
  const slow = (): File =>
    new File([new Uint8Array(wordFileOf('<w:p/>'.repeat(3_000_000)))], '稿件.docx');
  await desk.person('li', 'editor');
  const li = await desk.signIn('li');
  const answers = await Promise.all([
    wang.fill(AT, { ...TYPED, upload: slow() }),
    wang.fill(AT, { ...TYPED, upload: slow() }),
    li.fill(AT, { ...TYPED, title: '题', body: '文' }),
  ]);
  const statuses = answers.map(({ status }) => status);
  expect(statuses.slice(0, 2).filter((status) => status === 429)).toHaveLength(1);
  expect(statuses[2]).toBe(200);
});

test('a text that is longer than any may be is kept by nobody, and shown by no page that meets it', async () => {
  const huge = new File([`---\ntitle: 题\n---\n${'&'.repeat(600_000)}`], 'release.md');
  const page = await wang.fill(AT, { ...TYPED, upload: huge });
  expect([page.status, page.text.length < 100_000]).toEqual([413, true]);
  expect(await readdir(join(bureau.folder, 'content')).catch(() => [])).not.toContain('gdp');
  // Put there past the desk.
  const folder = join(bureau.folder, 'content/gdp/2026-Q2');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'release.md'), `---\ntitle: 题\n---\n${'&'.repeat(3_000_000)}`);
  const met = await wang.post(AT, { ...TYPED, title: '题', body: '文', base: 'x' });
  expect([met.status, met.text.length < 100_000]).toEqual([409, true]);
  expect((await wang.get(AT)).status).toBe(413);
});

test('a Word file that hides words is refused, and how to mend it is said', async () => {
  const hidden = wordFileOf('<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏机密</w:t></w:r></w:p>');
  const page = await wang.fill(AT, {
    ...TYPED,
    upload: new File([new Uint8Array(hidden)], '稿件.docx'),
  });
  expect(page.status).toBe(422);
  expect(page.text).toContain('有隐藏的文字');
  expect(page.text).toContain('显示/隐藏编辑标记');
});
