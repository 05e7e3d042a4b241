// Settings at the desk: what a form changes in banli.yaml and `.env`, what it refuses, and when
// everything starts anew.
import { Buffer } from 'node:buffer';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sandboxEnv } from '../../src/cli/sandbox.ts';
import { withVariable } from '../../src/config/env-file.ts';
import { loadConfig } from '../../src/config/load.ts';
import { quietAfter } from '../../src/desk/settings/restart.ts';
import { instant } from '../../src/lib/instant.ts';
import { grafted } from '../../src/plan-files/edit-lines.ts';
import { PEOPLE, type Watched, watched } from '../helpers/alarm.ts';
import { DUE } from '../helpers/bureau.ts';
import { until } from '../helpers/clock.ts';
import { type Answer, PASSWORD, type TestDesk, testDesk, type Visitor } from '../helpers/desk.ts';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

let bureau: Watched;
let desk: TestDesk;
let admin: Visitor;
let restarts = 0;

const yamlPath = (): string => join(bureau.folder, 'config', 'banli.yaml');
const yaml = (): Promise<string> => readFile(yamlPath(), 'utf8');
const envPath = (): string => join(bureau.folder, '.env');
/** As the running service reads it. */
const read = () => loadConfig(join(bureau.folder, 'config'), sandboxEnv);
const events = async (name: string) =>
  (await bureau.app.journal.newest(100)).filter(({ event }) => event === name);

/**
 * @param edit changes the text of banli.yaml
 * @param keeper keeps the process, and counts how often it is asked to restart
 */
async function open(start: string, edit?: (text: string) => string, keeper = true): Promise<void> {
  bureau = await watched(start, { more: PEOPLE, ...(edit ? { edit } : {}) });
  restarts = 0;
  desk = await testDesk(bureau, undefined, keeper ? () => void restarts++ : undefined);
  await desk.person('guan', 'admin');
  admin = await desk.signIn('guan');
}

async function close(): Promise<void> {
  await desk?.close();
  await bureau?.close();
}
beforeEach(() =>
  open('2026-07-15T10:00:00+08:00', (text) =>
    text.replace('bureau: {', '# 单位\nbureau: {').replace('site: {', '\n# 网站\nsite:   {'),
  ),
);
afterEach(close);

/** The fields of the page's form as they are shown. */
async function fields(): Promise<Record<string, string>> {
  const { text } = await admin.get('/desk/settings/');
  const form = text.split('action="/desk/settings/"')[1]?.split('</form>')[0] ?? '';
  const inputs = [
    ...form.matchAll(/<input (?![^>]*checkbox)(?=[^>]*name="([\w.]+)")(?=[^>]*value="([^"]*)")/g),
  ];
  const unescaped = (text: string): string =>
    text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
  const chosen = /<select[^>]*name="([\w.]+)".*?value="(\w+)" selected/.exec(form);
  return {
    ...Object.fromEntries(inputs.map(([, name, value]) => [name, unescaped(value ?? '')])),
    ...(chosen?.[1] && chosen[2] ? { [chosen[1]]: chosen[2] } : {}),
  };
}

/** Sends the form as a browser does: all that it shows, with what was changed. */
async function save(
  changes: Readonly<Record<string, string | File>>,
  visitor = admin,
): Promise<Answer> {
  const form = await fields();
  delete form.csrf;
  return visitor.post('/desk/settings/', { ...form, confirm: PASSWORD, ...changes } as Record<
    string,
    string
  >);
}

test('a name is changed and nothing else: comments, spaces and order stay; it is in the journal, and administrators get a letter', async () => {
  await bureau.app.accounts.change('guan', (one) => ({ ...one, display: '关林' }));
  const before = await yaml();
  const answer = await save({ 'bureau.zh': '丁州市统计局: #1' });
  expect(answer.text).toContain('已保存：单位名称');
  expect(await yaml()).toBe(before.replace('zh: 测试统计局', 'zh: "丁州市统计局: #1"'));
  expect(read().bureau.zh).toBe('丁州市统计局: #1');
  expect((await readdir(join(bureau.folder, 'config'))).sort()).toEqual(['banli.yaml', 'plan']);
  const [event] = await events('settings-saved');
  expect(event).toMatchObject({
    actor: 'guan',
    detail: { settings: ['bureau.zh'], from: '127.0.0.1' },
  });
  await bureau.post();
  const { text } = bureau.mail('设置已改：单位名称');
  expect(text).toContain('关林（guan） 在');
  expect((await admin.get('/desk/journal/')).text).toContain('设置 单位名称');
});

test.each([
  [{ 'site.publicUrl': 'tjj.example.gov.cn' }, '网站地址：“tjj.example.gov.cn”不对'],
  [{ 'bureau.zh': ' ' }, '单位名称：不能空着'],
  [{ 'bureau.zh': '局\nlanguage: en' }, '只能写一行'],
  [{ 'bureau.zh': '局\u0007' }, '看不见的字符'],
  [{ 'bureau.zh': '局'.repeat(301) }, '300 字以内'],
  [{ 'site.theme.color': '#ffffff' }, '主色：“#ffffff”太浅了，白字看不清'],
  [{ 'site.theme.contact.en': 'Telephone' }, 'zh'],
  [{ 'site.theme.links.0.url': 'https://a.cn/' }, '页首的链接第 1 行的中文名称：不能空着'],
  [
    { 'site.theme.foot.0.name.zh': '省局', 'site.theme.foot.0.url': 'javascript:alert(1)' },
    '页脚的链接第 1 行的网址：“javascript:alert(1)”不对',
  ],
  [{ 'mail.port': '99999' }, '端口：端口是 1 到 65535 之间的数'],
  [{ 'mail.from': 'xxgk' }, '发件人：“xxgk”不对'],
  [{ 'mail.security': 'rot13' }, '加密：填写有误'],
  [{ 'people.0.mail': '不是邮箱' }, '收信的人第 1 行的邮箱：“不是邮箱”不对'],
  [
    { 'people.0.name': '', 'people.0.mail': '', 'people.1.name': '', 'people.1.mail': '' },
    '至少要写一个收信的人',
  ],
  [{ password: 'a\nb' }, '邮件密码：只能写一行'],
])('%j is refused with its sentence, and nothing is written', async (changes, sentence) => {
  const before = await yaml();
  const answer = await save(changes as Record<string, string>);
  expect(
    [answer.status, answer.text.includes(sentence)],
    answer.text.split('<main')[1]?.slice(0, 900),
  ).toEqual([422, true]);
  expect(await yaml()).toBe(before);
  expect((await readdir(bureau.folder)).includes('.env')).toBe(false);
  expect((await readdir(join(bureau.folder, 'config'))).sort()).toEqual(['banli.yaml', 'plan']);
  expect(await events('settings-saved')).toEqual([]);
});

test('what was typed and refused is there again, but for passwords', async () => {
  const { text } = await save({
    'mail.host': 'smtp.丁州.cn',
    'mail.from': '无',
    password: 'pw-of-the-server',
    'people.3.name': '小赵',
  });
  expect(text).toContain('value="smtp.丁州.cn"');
  expect(text).toContain('value="小赵"');
  expect(text).not.toContain('pw-of-the-server');
  expect(text).not.toContain(PASSWORD);
});

test('one button saves the whole page; what is wrong at one place takes nothing of the others away', async () => {
  const typed = {
    'bureau.zh': '丁州市统计局',
    'site.theme.icp': '丁ICP备1号',
    'mail.user': 'banli@example.cn',
    'people.3.name': '小赵',
  };
  const before = await yaml();
  const refused = await save({ ...typed, 'mail.port': '0x', picture: new File([PNG], 'a.png') });
  expect(refused.status).toBe(422);
  expect(refused.text).toContain('端口：端口是 1 到 65535 之间的数');
  expect(refused.text).toContain('选好的图片浏览器不会保留，请重新选一次');
  for (const value of ['丁州市统计局', '丁ICP备1号', 'banli@example.cn', '小赵'])
    expect(refused.text).toContain(`value="${value}"`);
  expect([await yaml(), (await readdir(join(bureau.folder, 'config'))).length]).toEqual([
    before,
    2,
  ]);
  const done = await save({
    ...typed,
    'people.3.mail': 'zhao@example.cn',
    picture: new File([PNG], 'a.png'),
  });
  expect(done.text).toContain('已保存：单位名称、登录名、收信的人、ICP 备案号、徽标');
  const { bureau: name, mail, site } = read();
  expect([name.zh, mail?.user, site.theme?.icp, site.theme?.emblem?.bytes.equals(PNG)]).toEqual([
    '丁州市统计局',
    'banli@example.cn',
    '丁ICP备1号',
    true,
  ]);
  expect(await events('settings-saved')).toHaveLength(1);
  expect(
    (await admin.get('/desk/settings/')).text.match(/<button class="main">保存/g),
  ).toHaveLength(1);
});

test('the page speaks of no files, protocols or notations but in the small print at its end; the emblem is a picture', async () => {
  await save({ picture: new File([PNG], 'a.png') });
  const { text } = await admin.get('/desk/settings/');
  const [page = '', small = ''] = (text.split('<main')[1] ?? '').split('<section class="save">');
  for (const word of ['banli.yaml', '.env', 'STARTTLS', 'SSL', 'svg', 'rrggbb', '程序', 'emblem-'])
    expect([word, page.includes(word)]).toEqual([word, false]);
  expect(small).toContain('config/banli.yaml');
  expect(page).toContain('一般选这一项（端口 587）');
  expect(page).toContain('465 端口选这一项');
  expect(page).toMatch(/<input type="color" data-color="f-site.theme.color"/);
  const src = /<img class="emblem" src="([^"]+)" alt="现在的徽标">/.exec(page)?.[1] ?? '';
  const picture = await fetch(`${desk.url}${src}`, { headers: { cookie: admin.cookie } });
  expect([
    picture.headers.get('content-type'),
    Buffer.from(await picture.arrayBuffer()).equals(PNG),
  ]).toEqual(['image/png', true]);
  await desk.person('wang', 'operator');
  expect((await (await desk.signIn('wang')).get(src)).status).toBe(403);
});

test('after a restart the page says when that was; where somebody has to sign in again, that page says why, and leads back', async () => {
  await save({ 'site.publicUrl': 'https://tjj.example.gov.cn/' });
  expect((await admin.get('/desk/')).text).toContain('设置已改：网站');
  const asked = await admin.post('/desk/settings/restart', { tried: 'yes' });
  expect(asked.text).toContain('<a href="https://tjj.example.gov.cn/desk/">');
  const back = /data-to="([^"]+)"/.exec(asked.text)?.[1] ?? '';
  expect((await admin.get(back)).text).toContain('已经重新启动（2026-07-15 10:00）。');
  const stranger = (await desk.send(back)).headers.get('location') ?? '';
  const { text } = await desk.send(stranger);
  expect(text).toContain('网站地址改了，原来的登录不能接着用，请重新登录');
  expect(text).toContain(`name="next" value="${back}"`);
});

test('two editors: the second is told, and what the first wrote stays', async () => {
  const { csrf: _, ...stale } = await fields();
  await save({ 'bureau.zh': '甲局' });
  const answer = await admin.post('/desk/settings/', {
    ...stale,
    'bureau.zh': '乙局',
    confirm: PASSWORD,
  });
  expect([answer.status, answer.text.includes('被别人改过，没有保存')]).toEqual([409, true]);
  expect(answer.text).toContain('value="乙局"');
  expect(read().bureau.zh).toBe('甲局');
});

test('the mail password lands in .env with mode 600, beside what is there, and nowhere else', async () => {
  await writeFile(envPath(), '# 密钥\nOTHER=x', { mode: 0o600 });
  const secret = `p'ass #x`;
  const answer = await save({
    'mail.user': 'banli@example.cn',
    'mail.security': 'tls',
    'mail.port': '465',
    password: secret,
  });
  expect(answer.text).toContain('已保存：端口、登录名、加密、邮件密码');
  expect(await readFile(envPath(), 'utf8')).toBe(
    `# 密钥\nOTHER=x\nBANLI_MAIL_PASSWORD="${secret}"\n`,
  );
  expect((await stat(envPath())).mode & 0o777).toBe(0o600);
  expect(read().mail).toMatchObject({
    user: 'banli@example.cn',
    password: secret,
    secure: true,
    port: 465,
    requireTls: false,
  });
  await bureau.post();
  const journal = JSON.stringify(await bureau.app.journal.newest(100));
  const letters = bureau.sandbox.mails.map(({ text }) => text).join();
  for (const text of [
    await yaml(),
    answer.text,
    (await admin.get('/desk/settings/')).text,
    journal,
    letters,
  ])
    expect(text).not.toContain(secret.slice(0, 4));
  expect(await yaml()).toContain('password: { env: BANLI_MAIL_PASSWORD }');
  // Another one in its place; the page says that there is one.
  await save({ password: 'second one' });
  expect(await readFile(envPath(), 'utf8')).toBe(
    `# 密钥\nOTHER=x\nBANLI_MAIL_PASSWORD='second one'\n`,
  );
});

test('a password that nobody is shown goes to no other server unless it is typed again', async () => {
  await save({ 'mail.user': 'banli@example.cn', password: 'first one' });
  expect((await admin.get('/desk/settings/')).text).toContain('已经有密码，这里看不到');
  const before = await yaml();
  const answer = await save({ 'mail.host': 'smtp.elsewhere.example' });
  expect([answer.status, answer.text.includes('请把密码也填一次')]).toEqual([422, true]);
  // Another port may be another's; without encryption it is everybody's on the way.
  for (const change of [['mail.port', '19211'] as const, ['mail.security', 'tls'] as const])
    expect((await save(Object.fromEntries([change]))).status, change[0]).toBe(422);
  expect(await yaml()).toBe(before);
  expect(
    (await save({ 'mail.host': 'smtp.elsewhere.example', password: 'second one' })).text,
  ).toContain('已保存：邮件服务器、邮件密码');
});

test('a password that .env would not be believed for is changed elsewhere, and the page says where', async () => {
  await close();
  await open('2026-07-15T10:00:00+08:00', (text) =>
    text.replace('mail: {', 'mail: { user: b, password: { env: SANDBOX_WECHAT_SECRET }, '),
  );
  const { text } = await admin.get('/desk/settings/');
  expect(text).toContain('它来自启动颁历的环境变量 SANDBOX_WECHAT_SECRET');
  expect(text).not.toContain('name="password"');
  expect((await save({ password: 'x' })).status).toBe(409);
  expect((await readdir(bureau.folder)).includes('.env')).toBe(false);
  await close();
  await open('2026-07-15T10:00:00+08:00', (text) =>
    text.replace('mail: {', 'mail: { user: b, password: { file: robot }, '),
  );
  expect((await admin.get('/desk/settings/')).text).toContain('密码在文件 robot 里');
});

test('people are changed, added and removed; what the form does not know of them stays', async () => {
  await close();
  const people =
    'people:\n  # 值班\n  - name: 王敏\n    mail: wang@example.cn\n    quiet: "21:00-07:30" # 夜里\n  - { name: 李主任, mail: li@example.cn }\n';
  bureau = await watched('2026-07-15T10:00:00+08:00', { more: people });
  desk = await testDesk(bureau);
  await desk.person('guan', 'admin');
  admin = await desk.signIn('guan');
  const before = await yaml();
  await save({
    'people.0.mail': 'min@example.cn',
    'people.1.name': '',
    'people.1.mail': '',
    'people.3.name': '赵',
    'people.3.mail': 'zhao@example.cn',
  });
  expect(await yaml()).toBe(
    before
      .replace('wang@example.cn', 'min@example.cn')
      .replace('- { name: 李主任, mail: li@example.cn }', '- name: 赵\n    mail: zhao@example.cn'),
  );
  expect(read().alerts.people.map(({ name, mail }) => [name, mail])).toEqual([
    ['王敏', ['min@example.cn']],
    ['赵', ['zhao@example.cn']],
  ]);
});

test('what a form does not send is not touched, and rows without end are none', async () => {
  const { base = '' } = await fields();
  const before = await yaml();
  expect((await admin.post('/desk/settings/', { base, confirm: PASSWORD })).text).toContain(
    '没有改动',
  );
  const answer = await admin.post('/desk/settings/', {
    base,
    confirm: PASSWORD,
    'people.9999999.name': '甲',
    'mail.port': 'x',
  });
  expect([answer.status, answer.text.length < 40_000]).toEqual([422, true]);
  await admin.post('/desk/settings/', {
    base,
    confirm: PASSWORD,
    'people.1.mail': 'lee@example.cn',
  });
  expect(await yaml()).toBe(
    before.replace(
      PEOPLE,
      PEOPLE.replace('mail: li@', 'mail: lee@').replace('[', '[ ').replace(']', ' ]'),
    ),
  );
});

test('colour, links and official numbers go into the theme, and out of it again', async () => {
  const before = await yaml();
  await save({
    'site.theme.color': '#0b3a63',
    'site.theme.sponsor.zh': '丁州市统计局',
    'site.theme.icp': '丁ICP备1号',
    'site.theme.links.0.name.zh': '省局',
    'site.theme.links.0.name.en': 'Province',
    'site.theme.links.0.url': 'https://tjj.example.gov.cn/',
  });
  expect(read().site.theme).toMatchObject({
    color: '#0b3a63',
    sponsor: { zh: '丁州市统计局' },
    icp: '丁ICP备1号',
    links: [{ name: { zh: '省局', en: 'Province' }, url: 'https://tjj.example.gov.cn/' }],
  });
  const form = await fields();
  const emptied = Object.fromEntries(
    Object.keys(form).flatMap((name) => (name.startsWith('site.theme.') ? [[name, '']] : [])),
  );
  await save(emptied);
  expect(read().site.theme).toBeUndefined();
  // The line that was changed is written as the library writes it.
  expect(await yaml()).toBe(before.replace('site:   {', 'site: {'));
});

test('an emblem is what the theme takes, by its content; an svg is refused', async () => {
  const svg = await save({
    picture: new File(
      ['<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'],
      'a.png',
    ),
  });
  expect([svg.status, svg.text.includes('这不是能用的图片，没有收下')]).toEqual([422, true]);
  await save({ picture: new File([PNG], '../../../etc/徽.svg') });
  const emblem = read().site.theme?.emblem;
  expect(emblem?.bytes.equals(PNG)).toBe(true);
  const kept = (await readdir(join(bureau.folder, 'config'))).filter((name) =>
    name.startsWith('emblem'),
  );
  expect(kept).toEqual([expect.stringMatching(/^emblem-[0-9a-f]{12}\.png$/)]);
  expect((await save({ drop: 'yes' })).text).toContain('已保存：徽标');
  expect(read().site.theme?.emblem).toBeUndefined();
});

test('what only the whole can tell is refused by the reader, and an emblem that came with it goes again', async () => {
  await writeFile(yamlPath(), `${await yaml()}\nchanels: {}\n`);
  const refused = await save({ picture: new File([PNG], 'a.png') });
  expect([refused.status, refused.text.includes('不认识的项“chanels”')]).toEqual([422, true]);
  expect((await readdir(join(bureau.folder, 'config'))).sort()).toEqual(['banli.yaml', 'plan']);
  await writeFile(yamlPath(), 'bureau: [\n');
  const { text } = await admin.get('/desk/settings/');
  expect(text).toContain('设置文件现在读不了');
  expect(text).toContain('<fieldset class="bare" disabled>');
});

test('without the permission, without the password or with a wrong one nothing is changed', async () => {
  const before = await yaml();
  await desk.person('wang', 'operator', 'editor', 'reviewer', 'chief');
  const wang = await desk.signIn('wang');
  expect((await wang.get('/desk/settings/')).status).toBe(403);
  expect((await save({ 'bureau.zh': '甲' }, wang)).status).toBe(403);
  expect((await wang.post('/desk/settings/restart')).status).toBe(403);
  for (const confirm of ['', 'not mine at all']) {
    const answer = await save({ 'bureau.zh': '甲', confirm });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('value="甲"');
  }
  const { base = '' } = await fields();
  const foreign = new URLSearchParams({ 'bureau.zh': '甲', base, confirm: PASSWORD });
  expect(
    (
      await desk.send('/desk/settings/', {
        method: 'POST',
        headers: { cookie: admin.cookie },
        body: foreign,
      })
    ).status,
  ).toBe(403);
  expect(await yaml()).toBe(before);
});

test('a file of another account is said to be so, and stays', async () => {
  const before = await readFile(yamlPath(), 'utf8');
  const uid = vi.spyOn(process, 'getuid').mockReturnValue(64_999);
  try {
    expect((await admin.get('/desk/settings/')).text).toContain('属于服务器上别的账户');
    expect((await save({ 'bureau.zh': '甲' })).status).toBe(409);
  } finally {
    uid.mockRestore();
  }
  expect(await readFile(yamlPath(), 'utf8')).toBe(before);
});

test('a restart is offered once something waits for it, and comes at once while nothing is due', async () => {
  expect((await admin.get('/desk/settings/')).text).toContain('正在用的就是这里写的');
  expect((await admin.post('/desk/settings/restart')).text).toContain('没有等着生效的设置');
  await save({ 'bureau.zh': '新局', 'site.publicUrl': 'https://tjj.example.gov.cn/' });
  const { text } = await admin.get('/desk/settings/');
  expect(text).toContain('要重新启动才生效的：单位名称、网站');
  expect(text).toContain('现在重新启动');
  // Over http until now: where https does not answer yet, nobody would get in any more.
  expect(text).toContain('我在浏览器里打开过 https://tjj.example.gov.cn/desk/');
  const untried = await admin.post('/desk/settings/restart');
  expect([untried.status, untried.text.includes('打不开它就谁也进不来'), restarts]).toEqual([
    422,
    true,
    0,
  ]);
  const asked = await admin.post('/desk/settings/restart', { tried: 'yes' });
  expect(asked.text).toContain('正在重新启动');
  const process = /data-restarts="([^"]+)"/.exec(asked.text)?.[1];
  expect((await admin.get('/desk/settings/process')).text).toBe(process);
  expect(restarts).toBe(1);
  expect(await events('restart-asked')).toHaveLength(1);
  // Asked twice, it is one.
  await admin.post('/desk/settings/restart');
  expect([restarts, (await events('restart-asked')).length]).toEqual([1, 1]);
});

test('while a release is due it waits for the next quiet moment, and then comes by itself', async () => {
  await save({ 'bureau.zh': '新局' });
  // Due at 10:00:00; from a minute before until half a minute after, nothing is restarted.
  bureau.clock.turnTo(Date.parse(DUE) - 59_000);
  admin = await desk.signIn('guan');
  expect((await admin.post('/desk/settings/restart')).text).toContain(
    '到 2026-07-20 10:00:31 再自动重新启动',
  );
  expect(restarts).toBe(0);
  bureau.clock.turnTo('2026-07-20T10:00:30+08:00');
  expect((await admin.get('/desk/settings/')).text).toContain('正在重新启动');
  expect(restarts).toBe(0);
  bureau.clock.turnTo('2026-07-20T10:00:31+08:00');
  await until(() => restarts === 1, 'restarted');
});

test('settings that were broken while it waited keep everything running', async () => {
  await save({ 'bureau.zh': '新局' });
  bureau.clock.turnTo(DUE);
  admin = await desk.signIn('guan');
  await admin.post('/desk/settings/restart');
  await writeFile(yamlPath(), 'bureau: [\n');
  bureau.clock.turnTo('2026-07-20T10:01:00+08:00');
  await until(
    async () => !(await admin.get('/desk/settings/')).text.includes('再自动重新启动'),
    'given up',
  );
  expect(restarts).toBe(0);
  expect((await admin.post('/desk/settings/restart')).status).toBe(409);
});

test('kept by nobody, the page says how to restart as it runs here', async () => {
  await close();
  await open('2026-07-15T10:00:00+08:00', undefined, false);
  await save({ 'bureau.zh': '新局' });
  const { text } = await admin.get('/desk/settings/');
  expect(text).toContain('请管理服务器的人停下颁历，再启动一次');
  expect(text).not.toContain('现在重新启动');
  expect((await admin.post('/desk/settings/restart')).status).toBe(409);
});

test('the first hour leads here, ticks what was saved, and says that it waits for a restart', async () => {
  await close();
  await open('2026-07-15T10:00:00+08:00', (text) =>
    text.replace('http://127.0.0.1:8040/', 'http://tjj.example.gov.cn/'),
  );
  const step = async (at: string) =>
    new RegExp(`<li class="(\\w+)">[^/]*?</span>[^/]*</span><a href="/desk/settings/#${at}"`).exec(
      (await admin.get('/desk/')).text,
    )?.[1];
  expect([await step('bureau'), await step('mail'), await step('force')]).toEqual([
    'todo',
    'done',
    undefined,
  ]);
  await save({ 'site.publicUrl': 'http://tjj.dingzhou.gov.cn/' });
  expect([await step('bureau'), await step('force')]).toEqual(['done', 'todo']);
  await desk.person('wang', 'operator');
  expect((await (await desk.signIn('wang')).get('/desk/')).text).not.toContain(
    'href="/desk/settings/',
  );
});

const at = (seconds: number) => instant(1_000_000_000_000 + seconds * 1000);
test.each([
  ['nothing is due', 0, [], 0],
  ['63 s before', 0, [63], 0],
  ['a minute and the time of an answer before', 0, [62], 92.001],
  ['at the instant', 0, [0], 30.001],
  ['30 s after', 0, [-30], 0.001],
  ['31 s after', 0, [-31], 0],
  ['one after the other, in any order', 0, [140, 50, 300, -500], 170.001],
])('a quiet moment where %s', (_, now, dues, quiet) => {
  expect(quietAfter(at(now), dues.map(at))).toBe(at(quiet));
});

test.each([
  ['', `A='x y'\n`],
  ['B=1\nA=old\nA=older\nC=2\n', `B=1\nA='x y'\nC=2\n`],
  ['export A="old"\nAB=1', `A='x y'\nAB=1`],
  ['B="1\nA=2"\n', undefined],
])('a variable in %j', (text, next) => {
  expect(withVariable(text, 'A', 'x y')).toBe(next);
});

test('a value with every quotation mark has no place in .env, nor has a name that is none', () => {
  expect(withVariable('', 'A', `'"\``)).toBeUndefined();
  expect(withVariable('', 'A B', 'x')).toBeUndefined();
  // Between backticks a shell that reads the file would run it.
  expect(withVariable('', 'A', "touch /tmp/x #'")).toBe('A="touch /tmp/x #\'"\n');
  expect(withVariable('', 'A', "it's $(id)")).toBeUndefined();
  expect(withVariable('', 'A', '$(id) `id`')).toBe("A='$(id) `id`'\n");
});

test('lines that the library writes another way stay as they are written', () => {
  const written = 'a:   1 # one\nb: # two\n  c: [1,2]\n\n\n\nd: 4\n';
  const before = 'a: 1 # one\nb:\n  # two\n  c: [ 1, 2 ]\n\nd: 4\n';
  expect(grafted(written, before, before.replace('d: 4', 'd: 5'))).toBe(
    written.replace('d: 4', 'd: 5'),
  );
  expect(grafted(written, before, `${before}e: 6\n`)).toBe(`${written}e: 6\n`);
});

test('in the configuration as it is shipped one name is one line', async () => {
  const shipped = await readFile(new URL('../../config/banli.yaml', import.meta.url), 'utf8');
  await writeFile(yamlPath(), shipped);
  await writeFile(
    envPath(),
    ['CATALOGUE_SECRET', 'WECHAT_SECRET', 'WEIBO_TOKEN', 'MAIL_PASSWORD']
      .map((one) => `BANLI_${one}=whsec_YQ==`)
      .join('\n'),
    { mode: 0o600 },
  );
  await save({ 'bureau.zh': '丁州市统计局' });
  expect(await yaml()).toBe(shipped.replace('成都市统计局', '丁州市统计局'));
  await save({ 'site.theme.icp': '丁ICP备1号' });
  const sample = '  sample: false # true：每页标明“示例” marks every page as sample data\n';
  expect(await yaml()).toBe(
    shipped
      .replace('成都市统计局', '丁州市统计局')
      .replace(sample, `${sample}  theme:\n    icp: 丁ICP备1号\n`),
  );
});
