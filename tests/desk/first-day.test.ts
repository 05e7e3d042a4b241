// The desk as somebody on their first day found it: what they typed wrong, what they looked for,
// what they took for something else.
import { readFileSync, writeFileSync } from 'node:fs';
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { putBack } from '../../src/content/swap-folders.ts';
import { type Watched, watched } from '../helpers/alarm.ts';
import { BODY, GDP, PLAN } from '../helpers/bureau.ts';
import { PASSWORD, type TestDesk, testDesk, type Visitor } from '../helpers/desk.ts';
import { temporary } from '../helpers/folder.ts';

let bureau: Watched;
let desk: TestDesk;
let wang: Visitor;
beforeEach(async () => {
  bureau = await watched('2026-07-15T10:00:00+08:00');
  desk = await testDesk(bureau);
  await desk.person('wang', 'operator', 'editor', 'admin');
  wang = await desk.signIn('wang');
});
afterEach(async () => {
  await desk?.close();
  await bureau?.close();
});

const seedIn = (page: string): string | undefined =>
  /name="secret" value="([A-Z2-7]{32})"/.exec(page)?.[1];

test('a wrong code or password leaves the second factor’s seed as it is on the phone, and says on the form what was wrong', async () => {
  const secret = seedIn((await wang.get('/desk/me/')).text);
  expect(secret).toBeDefined();
  for (const [form, said] of [
    [{ code: '000000', confirm: PASSWORD }, '动态码不对'],
    [{ code: '000000', confirm: 'not mine at all' }, '现在的密码不对'],
  ] as const) {
    const page = (await wang.post('/desk/me/totp', { secret: secret ?? '', ...form })).text;
    expect(page).toContain(said);
    expect(seedIn(page)).toBe(secret);
  }
  // What is no seed is not shown again.
  expect(
    seedIn(
      (await wang.post('/desk/me/totp', { secret: 'x"><b>', code: '1', confirm: PASSWORD })).text,
    ),
  ).not.toBe('x"><b>');
});

test('a new password that is refused is refused on its own form, and so are a token’s days, in words', async () => {
  const weak = await wang.post('/desk/me/password', { old: PASSWORD, new: 'short' });
  expect(weak.status).toBe(422);
  expect(weak.text).toContain('action="/desk/me/password"');
  const days = await wang.post('/desk/me/tokens', {
    label: '抓数',
    scopes: 'read',
    days: '9999',
    confirm: PASSWORD,
  });
  expect(days.status).toBe(422);
  expect(days.text).toContain('有效天数最多 366');
  expect(days.text).not.toContain('Too big');
  expect(days.text).toContain('action="/desk/me/tokens"');
});

test('a notice with no channel ticked is not one for all of them', async () => {
  const form = {
    id: 'down',
    zh: '停机公告',
    date: '2026-09-01',
    time: '09:00',
    category: '公告',
    file: 'config/plan/2026.yaml',
  };
  const refused = await wang.post('/desk/plan/notice', form);
  expect(refused.status).toBe(422);
  expect(refused.text).toContain('请至少选一个渠道');
  expect(refused.text).toContain('value="停机公告"');
  expect((await wang.post('/desk/plan/notice', { ...form, channels: 'website' })).text).toContain(
    '    channels:\n      - website\n',
  );
});

test('whoever approves or corrects has the text before them', async () => {
  await bureau.content();
  await bureau.apply(PLAN.replace('grace: 5m', 'grace: 5m, approval: one'));
  const page = (await wang.get(`/desk/releases/${GDP}/approve`)).text;
  expect(page).toContain(`src="/desk/preview/releases/${GDP}/"`);
});

test('a file that no channel takes is not taken: the text beside it stays sound, and what was typed stays', async () => {
  await bureau.content();
  const at = `/desk/content/${GDP}`;
  const typed = {
    title: '二季度',
    summary: '同比增长',
    body: '正文',
    author: '',
    source: '',
    weibo: '',
  };
  const page = await wang.fill(at, {
    ...typed,
    upload: new File(['<html></html>'], '图表.png') as never,
  });
  expect(page.status).toBe(422);
  expect(page.text).toContain('这些文件不能放，没有收下');
  expect(page.text).toContain('图表.png');
  expect(page.text).toContain('value="二季度"');
  const after = (await wang.get(at)).text;
  expect(after).not.toContain('稿件有误');
  expect(after).toContain(/title: (.*)/.exec(BODY)?.[1] ?? '?');
  // What has its own name is read as text, and not looked at as a file.
  expect(
    (
      await wang.fill(at, {
        ...typed,
        upload: new File(['所属期,值\n2026-Q1,1\n2026-Q2,2\n'], 'series.csv') as never,
      })
    ).text,
  ).toContain('稿件已保存');
});

test('an old version says until when it was in use, and who wrote it', async () => {
  const at = `/desk/content/${GDP}`;
  const typed = { title: '一', summary: '摘要', body: '正文', author: '', source: '', weibo: '' };
  await wang.fill(at, typed);
  bureau.clock.turnTo('2026-07-15T11:30:00+08:00');
  await wang.fill(at, { ...typed, title: '二' });
  expect((await wang.get(at)).text).toMatch(
    /wang 写的，用到 2026-07-15 11:30 为止（[0-9a-f]{12}）/,
  );
});

test('publishing what has no text is refused, and says so', async () => {
  bureau.clock.turnTo('2026-07-20T10:10:00+08:00');
  wang = await desk.signIn('wang');
  const done = await wang.post(`/desk/releases/${GDP}/publish`);
  expect(done.status).toBe(409);
  expect(done.text).toContain('稿件');
  expect(done.text).not.toContain('已交办');
});

test('a session that is over in the middle of something is told at the sign-in', async () => {
  const cookie = wang.cookie;
  await wang.post('/desk/sign-out');
  const led = await desk.send(`/desk/content/${GDP}`, { headers: { cookie } });
  const to = led.headers.get('location') ?? '';
  expect((await desk.send(to)).text).toContain('登录已经到期，请重新登录');
  // Somebody who comes for the first time hears nothing of it.
  const first = (await desk.send('/desk/')).headers.get('location') ?? '';
  expect((await desk.send(first)).text).not.toContain('登录已经到期');
});

test('a date that cannot be is refused on its form, in a sentence: no line of a file, no word of YAML', async () => {
  const move = (date: string) =>
    wang.post(`/desk/releases/${GDP}/postpone`, { date, time: '10:00', reason: '数据复核' });
  const past = await move('2026-03-02');
  expect(past.status).toBe(422);
  expect(past.text).toContain('早已过去');
  expect(past.text).toContain('>数据复核</textarea>');
  for (const odd of ['2026.yaml:', 'skip: [', 'dates 下写', ' ^'])
    expect([odd, past.text.includes(odd)]).toEqual([odd, false]);
  const next = await move('2027-01-20');
  expect(next.text).toContain('这里只能改到 2026 年之内的日子');
  expect(next.text).not.toContain('cancelled');
  expect((await move('2026-07-21')).text).toContain('会有这些改动');
});

test('settings that were saved meanwhile: what takes effect after a restart, and what would keep it from starting', async () => {
  const file = join(bureau.folder, 'config', 'banli.yaml');
  const before = await readFile(file, 'utf8');
  expect((await wang.get('/desk/')).text).not.toContain('重新启动颁历后生效');
  await writeFile(file, before.replace('测试统计局', '新测试统计局'));
  expect((await wang.get('/desk/')).text).toContain('设置已改：单位名称。重新启动颁历后生效');
  await writeFile(file, `${before}\nchanels: {}\n`);
  const wrong = (await wang.get('/desk/')).text;
  expect(wrong).toContain('设置有误');
  expect(wrong).toContain('不认识的项“chanels”');
  await writeFile(file, before);
  expect((await wang.get('/desk/')).text).not.toContain('重新启动颁历后生效');
});

test('what somebody edits in the shared folder while another saves at the desk is kept as a version', async () => {
  const at = `/desk/content/${GDP}`;
  const typed = { title: '标题', summary: '摘要', author: '', source: '', weibo: '' };
  for (const body of ['甲', '乙', '甲']) await wang.fill(at, { ...typed, body });
  const file = join(bureau.folder, 'content', 'gdp', '2026-Q2', 'release.md');
  const base = /name="base" value="([0-9a-f]*)"/.exec((await wang.get(at)).text)?.[1] ?? '';
  const { clock } = bureau.app;
  // After the base was looked at, and before the folders change places.
  let isDone = false;
  const now = clock.now.bind(clock);
  vi.spyOn(clock, 'now').mockImplementation(() => {
    if (!isDone && (new Error().stack ?? '').includes('saveNow')) {
      isDone = true;
      writeFileSync(file, readFileSync(file, 'utf8').replace(/甲\s*$/, '手工改的'));
    }
    return now();
  });
  expect((await wang.post(at, { ...typed, base, body: '丙' })).text).toContain('稿件已保存');
  vi.restoreAllMocks();
  expect(isDone).toBe(true);
  const folder = join(bureau.folder, 'var', 'versions', GDP);
  const kept = (await readdir(folder)).map((name) =>
    readFileSync(join(folder, name, 'release.md'), 'utf8')
      .trim()
      .split('\n')
      .at(-1),
  );
  expect(kept.sort()).toEqual(['乙', '手工改的', '甲'].sort());
});

test('whoever dies between taking a text away and putting the new one there loses nothing: it is put back', async () => {
  await bureau.content();
  const folder = join(bureau.folder, 'content', 'gdp');
  const draft = join(folder, '.2026-Q2.0b54c4a0-0000-4000-8000-000000000000');
  await rename(join(folder, '2026-Q2'), `${draft}.old`);
  expect(await putBack(join(bureau.folder, 'content'))).toBe(1);
  expect(await readFile(join(folder, '2026-Q2', 'release.md'), 'utf8')).toBe(BODY);
  expect(await putBack(join(bureau.folder, 'content'))).toBe(0);
});

test('what programs need is folded away, or there for administrators alone', async () => {
  const mine = (await wang.get('/desk/me/')).text;
  expect(mine).toContain('<details><summary><strong>程序令牌</strong></summary>');
  expect(mine).toContain('href="/api/v1/openapi.json"');
  // A token that was refused is there to be mended.
  expect(
    (
      await wang.post('/desk/me/tokens', {
        label: '抓数',
        scopes: 'read',
        days: '9999',
        confirm: PASSWORD,
      })
    ).text,
  ).toContain('<details open><summary><strong>程序令牌');
  await desk.person('du', 'reader');
  expect((await (await desk.signIn('du')).get('/desk/')).text).not.toContain('openapi.json');
  const moved = await wang.post(`/desk/releases/${GDP}/postpone`, {
    date: '2026-07-22',
    time: '10:00',
    reason: '数据复核',
  });
  expect(moved.text).toContain(
    '<details><summary>文件里的变化（给懂的人看）</summary><pre class="patch">',
  );
});

test('approving is offered where there is something to approve, and a preview has the bureau’s emblem', async () => {
  await desk.close();
  await bureau.close();
  const emblem = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );
  const path = join(temporary('emblem'), 'emblem.png');
  writeFileSync(path, emblem);
  bureau = await watched('2026-07-15T10:00:00+08:00', {
    plan: PLAN.replace('window: 12h }', 'window: 12h, approval: one }'),
    edit: (text) => text.replace('site: {', `site: { theme: { emblem: ${path} },`),
  });
  desk = await testDesk(bureau);
  await desk.person('wang', 'operator', 'editor', 'chief');
  wang = await desk.signIn('wang');
  const offer = `href="/desk/releases/${GDP}/approve"`;
  expect((await wang.get(`/desk/releases/${GDP}`)).text).not.toContain(offer);
  await bureau.content();
  expect((await wang.get(`/desk/releases/${GDP}`)).text).toContain(offer);
  const page = (await wang.get(`/desk/preview/releases/${GDP}/`)).text;
  expect(page).toContain('src="../../emblem.png"');
  const picture = await fetch(`${desk.url}/desk/preview/emblem.png`, {
    headers: { cookie: wang.cookie },
  });
  expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/png']);
  // In either language everything that the page shows is found from where it stands.
  for (const language of ['zh', 'en']) {
    const cookie = `${wang.cookie}; banli-lang=${language}`;
    const shown = await fetch(`${desk.url}/desk/preview/releases/${GDP}/`, { headers: { cookie } });
    const text = await shown.text();
    expect([language, text.includes('<html lang="en"')]).toEqual([language, language === 'en']);
    for (const [, at = ''] of text.matchAll(
      /(?:src|rel="stylesheet" href|rel="icon" href)="([^"]+)"/g,
    ))
      expect([
        language,
        at,
        (await fetch(new URL(at, shown.url), { headers: { cookie } })).status,
      ]).toEqual([language, at, 200]);
  }
});
