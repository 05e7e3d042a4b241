// What people type is not lost: two editors of one text, saves that are refused, approvals that a
// save would void, versions.
import { execFileSync } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { publicationId, releaseId } from '../../src/plan/types.ts';
import { found, PEOPLE, type Watched, watched } from '../helpers/alarm.ts';
import { BODY, GDP, PLAN } from '../helpers/bureau.ts';
import { type Answer, PASSWORD, type TestDesk, testDesk } from '../helpers/desk.ts';

let bureau: Watched;
let desk: TestDesk;
const start = async (plan = PLAN): Promise<void> => {
  bureau = await watched('2026-07-15T10:00:00+08:00', { more: PEOPLE, plan });
  desk = await testDesk(bureau);
};
beforeEach(() => start());
afterEach(async () => {
  await desk.close();
  await bureau.close();
});
const FORM = { title: '标题', summary: '摘要', author: '', source: '', weibo: '' };
const AT = `/desk/content/${GDP}`;
const baseIn = ({ text }: Answer): string =>
  /name="base" value="([0-9a-f]*)"/.exec(text)?.[1] ?? 'none';
const bodyNow = async (): Promise<string> => {
  const loaded = await bureau.app.publishDeps.load(
    bureau.app.planService.calendar().byId.get(releaseId(GDP)) as never,
  );
  return loaded.state === 'ready' ? loaded.bundle.body.trim() : loaded.state;
};

describe('two editors of one text', () => {
  test('the second is told who was there and when, keeps what they typed, sees what is there now, and may save upon that', async () => {
    await desk.person('wang', 'operator');
    await desk.person('zhao', 'operator');
    const [wang, zhao] = [await desk.signIn('wang'), await desk.signIn('zhao')];
    const base = baseIn(await wang.get(AT));
    expect(base).toBe('');
    bureau.clock.turnTo('2026-07-15T10:07:00+08:00');
    expect((await zhao.fill(AT, { ...FORM, body: '赵的正文' })).text).toContain('稿件已保存');
    const refused = await wang.post(AT, { ...FORM, base, body: '王的正文 <b>', weibo: '王的微博' });
    expect(refused.status).toBe(409);
    expect(refused.text).toContain(
      '您打开之后，zhao 在 2026-07-15 10:07 改过这份稿件，所以没有保存',
    );
    expect(refused.text).toContain('>王的正文 &lt;b&gt;</textarea>');
    expect(refused.text).toContain('>王的微博</textarea>');
    expect(refused.text).toContain('<pre>赵的正文</pre>');
    expect(await bodyNow()).toBe('赵的正文');
    expect(
      (await wang.post(AT, { ...FORM, base: baseIn(refused), body: '两人的正文' })).text,
    ).toContain('稿件已保存');
    expect(await bodyNow()).toBe('两人的正文');
  });

  test('a page of before, that does not say what it was filled in upon, saves nothing', async () => {
    await desk.person('wang', 'operator');
    const wang = await desk.signIn('wang');
    const refused = await wang.post(AT, { ...FORM, body: '正文' });
    expect([refused.status, await bodyNow()]).toEqual([422, 'missing']);
    expect(refused.text).toContain('>正文</textarea>');
  });

  test('for programs `base` is asked for by whoever sends it', async () => {
    await desk.person('wang', 'operator');
    const token = await desk.token('wang', 'content', 'texts');
    const put = (text: string, fields: Record<string, string> = {}) => {
      const body = new FormData();
      body.append('files', new File([text], 'release.md'));
      for (const [name, value] of Object.entries(fields)) body.append(name, value);
      return desk.send(`/api/v1/releases/${GDP}/content`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${token}` },
        body,
      });
    };
    const first = JSON.parse((await put(BODY)).text) as { base: string; digest: string };
    expect(first.base).toBe(first.digest);
    expect((await put(BODY.replace('综合处', '甲'), { base: first.base })).status).toBe(200);
    const late = await put(BODY.replace('综合处', '乙'), { base: first.base });
    expect([late.status, JSON.parse(late.text)]).toMatchObject([409, { code: 'content-changed' }]);
    expect((await put(BODY.replace('综合处', '丙'))).status).toBe(200);
  });

  test('at one moment one of them saves, and nobody is answered 500', async () => {
    await desk.person('wang', 'operator');
    const wang = await desk.signIn('wang');
    await wang.fill(AT, { ...FORM, body: '第一稿' });
    const base = baseIn(await wang.get(AT));
    const answers = await Promise.all(
      ['甲', '乙', '丙'].map((body) => wang.post(AT, { ...FORM, base, body })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    const saved = answers.findIndex(({ status }) => status === 200);
    expect(await bodyNow()).toBe(['甲', '乙', '丙'][saved]);
  });
});

test('a save that is refused shows everything that was typed', async () => {
  await desk.person('wang', 'operator');
  const wang = await desk.signIn('wang');
  const refused = await wang.fill(AT, {
    ...FORM,
    body: '写了一下午',
    upload: new File(['x'], 'a'.repeat(300)),
  });
  expect(refused.status).toBe(422);
  expect(refused.text).toContain('>写了一下午</textarea>');
  expect(refused.text).toContain('没有保存。您填写的都还在下面');
  expect(refused.text).toContain('请重新选择');
  expect(await bodyNow()).toBe('missing');
});

test('file names that some system cannot hold are refused in words, and none is answered 500', async () => {
  await desk.person('wang', 'operator');
  const token = await desk.token('wang', 'content', 'texts');
  const put = async (name: string): Promise<unknown> => {
    const body = new FormData();
    body.append('files', new File([BODY], 'release.md'));
    body.append('files', new File(['a,b'], name));
    const answer = await desk.send(`/api/v1/releases/${GDP}/content`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}` },
      body,
    });
    return answer.status === 200 ? 200 : (JSON.parse(answer.text) as { code: string }).code;
  };
  const long = '数'.repeat(58);
  for (const name of [
    `${long}数.csv`,
    `${'a'.repeat(300)}.csv`,
    '.a.csv',
    '~a.csv',
    'a.csv~',
    'a.csv.',
    'a.csv ',
    'a:b.csv',
    'con.csv',
    'a|b.csv',
    'a\u0008.csv',
    'a\u202Evsc.csv',
  ])
    expect([name, await put(name)]).toEqual([name, 'file-name']);
  for (const name of [`${long}.csv`, '表 1（季度）.csv', 'console.csv'])
    expect([name, await put(name)]).toEqual([name, 200]);
});

describe('approvals that a save would void', () => {
  beforeEach(async () => {
    await desk.close();
    await bureau.close();
    await start(PLAN.replace('lead: 24h', 'lead: 24h, approval: one'));
    await desk.person('bian', 'editor');
    await desk.person('zhu', 'chief');
    const [bian, zhu] = [await desk.signIn('bian'), await desk.signIn('zhu')];
    await bian.fill(AT, { ...FORM, body: '正文' });
    const digest = baseIn(await bian.get(AT));
    expect((await zhu.post(`/desk/releases/${GDP}/approve`, { digest })).text).toContain('已批准');
  });

  test('before the lead they are void without a question; within it, only by whoever was asked', async () => {
    bureau.clock.turnTo('2026-07-20T09:50:00+08:00');
    const again = await desk.signIn('bian');
    const asked = await again.fill(AT, { ...FORM, body: '改了一个字' });
    expect(asked.status).toBe(409);
    expect(asked.text).toContain('保存后，zhu 的批准就作废。离发布只有 10 分钟');
    expect(asked.text).toContain('>仍然保存</button>');
    expect(asked.text).toContain('>改了一个字</textarea>');
    expect(await bodyNow()).toBe('正文');
    // The same again changes nothing, and asks nothing.
    expect((await again.fill(AT, { ...FORM, body: '正文' })).text).toContain('稿件已保存');
    expect(
      (await again.post(AT, { ...FORM, base: baseIn(asked), sure: 'yes', body: '改了一个字' }))
        .text,
    ).toContain('稿件已保存');
    expect(await bodyNow()).toBe('改了一个字');
  });

  test('once its time is past, as long as it is not out', async () => {
    bureau.clock.turnTo('2026-07-20T10:00:30+08:00');
    const again = await desk.signIn('bian');
    const asked = await again.fill(AT, { ...FORM, body: '改了一个字' });
    expect(asked.status).toBe(409);
    expect(asked.text).toContain('保存后，zhu 的批准就作废。公布时间已过，重新批准之前不会发布');
    expect(await bodyNow()).toBe('正文');
    // Out: what is saved now is the text of a correction, which is approved by itself.
    for (const channel of ['website', 'catalogue', 'wechat', 'weibo'])
      await found(bureau, publicationId(GDP, channel));
    expect((await again.fill(AT, { ...FORM, body: '改了一个字' })).text).toContain('稿件已保存');
  });

  test('programs are asked as well', async () => {
    await desk.person('wang', 'operator');
    bureau.clock.turnTo('2026-07-20T09:50:00+08:00');
    const token = await desk.token('wang', 'content', 'texts');
    const put = (sure?: string) => {
      const body = new FormData();
      body.append('files', new File([BODY], 'release.md'));
      if (sure) body.append('sure', sure);
      return desk.send(`/api/v1/releases/${GDP}/content`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${token}` },
        body,
      });
    };
    const refused = await put();
    expect([refused.status, JSON.parse(refused.text)]).toMatchObject([
      409,
      { code: 'approvals-void' },
    ]);
    expect(await bodyNow()).toBe('正文');
    expect((await put('true')).status).toBe(200);
  });
});

describe('versions', () => {
  const versions = () =>
    readdir(join(bureau.folder, 'var', 'versions', GDP)).then((names) =>
      names.filter((name) => !name.startsWith('.')),
    );

  test('are kept by what they are: the same twice is one; fifty at the most', async () => {
    await desk.person('wang', 'operator');
    const wang = await desk.signIn('wang');
    for (const body of ['甲', '乙', '甲', '乙', '甲']) await wang.fill(AT, { ...FORM, body });
    expect(await versions()).toHaveLength(2);
    const seen = await wang.get(AT);
    expect([...seen.text.matchAll(/name="version"/g)]).toHaveLength(2);
    for (let number = 0; number < 55; number++) {
      bureau.clock.turnTo(
        new Date(Date.parse('2026-07-15T11:00:00+08:00') + number * 1000).toISOString(),
      );
      await wang.fill(AT, { ...FORM, body: `第 ${number} 稿` });
    }
    expect(await versions()).toHaveLength(50);
    // The newest are kept, and the newest first.
    const newest =
      /name="version" value="([0-9a-f]{64})"/.exec((await wang.get(AT)).text)?.[1] ?? '';
    await wang.post(`${AT}/restore`, { version: newest, base: baseIn(await wang.get(AT)) });
    expect(await bodyNow()).toBe('第 53 稿');
  });

  test('those that were kept by their instant are still brought back', async () => {
    await desk.person('wang', 'operator');
    const old = join(bureau.folder, 'var', 'versions', GDP, '1784080000000-0123456789ab');
    await mkdir(old, { recursive: true });
    await writeFile(join(old, 'release.md'), BODY.replace('综合处', '旧版'));
    const wang = await desk.signIn('wang');
    await wang.fill(AT, { ...FORM, body: '新的' });
    const { text } = await wang.post(`${AT}/restore`, {
      version: '1784080000000-0123456789ab',
      base: baseIn(await wang.get(AT)),
    });
    expect(text).toContain('value="旧版"');
  });
});

describe('forms of the plan', () => {
  beforeEach(async () => {
    await desk.person('wang', 'operator');
  });

  test('refused, they are there again with what was typed, and say why', async () => {
    const wang = await desk.signIn('wang');
    const file = 'config/plan/2026.yaml';
    const notice = {
      zh: '补充公告',
      en: '',
      date: '2026-11-02',
      time: '09:00',
      category: '',
      file,
      channels: ['website'],
    };
    for (const id of ['__proto__', 'a'.repeat(61), '*a', '{<<: *x}', 'A b']) {
      const refused = await wang.post('/desk/plan/notice', { ...notice, id });
      expect([id, refused.status]).toEqual([id, 422]);
      expect(refused.text).toContain('请用小写字母开头');
      expect(refused.text).toContain('value="补充公告"');
    }
    expect((await wang.post('/desk/plan/notice', { ...notice, id: 'gdp' })).text).toContain(
      'value="补充公告"',
    );
    const rule = await wang.post('/desk/plan/rule', { file, indicator: 'gdp', due: '*a' });
    expect([rule.status, rule.text.includes('value="*a"')]).toEqual([422, true]);
    const moved = await wang.post(`/desk/releases/${GDP}/postpone`, {
      date: '2026-07-22',
      time: '10:00',
      reason: '数据\u0008核实',
    });
    expect([
      moved.status,
      moved.text.includes('value="2026-07-22"'),
      moved.text.includes('U+0008'),
    ]).toEqual([422, true, true]);
  });

  test('the editor keeps a text that could not be saved', async () => {
    const wang = await desk.signIn('wang');
    const text = `${PLAN}# 写了一上午\n`;
    const refused = await wang.post('/desk/plan/save', {
      file: 'config/plan/2026.yaml',
      base: '0000000000000000',
      why: '整理',
      text,
    });
    expect(refused.status).toBe(409);
    expect(refused.text).toContain('# 写了一上午');
  });

  test('where git keeps no version, that is said of a plan that is in force', async () => {
    const wang = await desk.signIn('wang');
    const config = join(bureau.folder, 'config');
    execFileSync('git', ['init', '-q'], { cwd: config });
    // As another git leaves it that was killed.
    await writeFile(join(config, '.git', 'index.lock'), '');
    const base =
      /name="base" value="([0-9a-f]+)"/.exec(
        (await wang.get('/desk/plan/file?name=config%2Fplan%2F2026.yaml')).text,
      )?.[1] ?? '';
    const saved = await wang.post('/desk/plan/save', {
      file: 'config/plan/2026.yaml',
      base,
      why: '改名',
      text: PLAN.replace('测试计划', '新的计划'),
    });
    expect([saved.status, saved.text.includes('计划已保存并生效')]).toEqual([200, true]);
    expect(saved.text).toContain('没有记进 git 的历史');
    expect(saved.text).toContain('index.lock');
    expect(bureau.app.planService.calendar().title).toBe('新的计划');
  });
});

test('another language and signing in lead back to the page, with what was asked of it', async () => {
  await desk.person('wang', 'operator');
  const wang = await desk.signIn('wang');
  const led = async (path: string, init: RequestInit): Promise<string | null> =>
    (await desk.send(path, init)).headers.get('location');
  const page = `${desk.url}/desk/journal/?about=gdp.2026-Q2&from=2026-07-01`;
  expect(await led('/desk/language/en', { headers: { cookie: wang.cookie, referer: page } })).toBe(
    '/desk/journal/?about=gdp.2026-Q2&from=2026-07-01',
  );
  expect(
    await led('/desk/language/en', {
      headers: { referer: 'https://evil.example//evil.example/desk/' },
    }),
  ).toBe('/desk/');
  expect(await led('/desk/plan/file?name=config%2Fplan%2F2026.yaml', {})).toBe(
    `/desk/sign-in?next=${encodeURIComponent('/desk/plan/file?name=config%2Fplan%2F2026.yaml')}`,
  );
  const form = new URLSearchParams({
    name: 'wang',
    password: PASSWORD,
    next: '/desk/plan/file?name=config%2Fplan%2F2026.yaml',
  });
  expect(await led('/desk/sign-in', { method: 'POST', body: form })).toBe(
    '/desk/plan/file?name=config%2Fplan%2F2026.yaml',
  );
  // Whoever sent a form without a session comes back to its page.
  expect(
    await led(AT, {
      method: 'POST',
      body: new URLSearchParams(FORM),
      headers: { referer: `${desk.url}${AT}` },
    }),
  ).toBe(`/desk/sign-in?next=${encodeURIComponent(AT)}&over=yes`);
});

test('an Idempotency-Key counts every byte of an upload', async () => {
  await desk.person('wang', 'operator');
  const token = await desk.token('wang', 'content', 'texts');
  const put = (text: string, key: string) => {
    const body = new FormData();
    body.append('files', new File([text], 'release.md'));
    return desk.send(`/api/v1/releases/${GDP}/content`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}`, 'idempotency-key': key },
      body,
    });
  };
  expect((await put(BODY, 'k')).status).toBe(200);
  expect((await put(BODY, 'k')).headers.get('idempotent-replay')).toBe('true');
  const other = await put(BODY.replace('5.8', '5.9'), 'k');
  expect([other.status, JSON.parse(other.text)]).toMatchObject([422, { code: 'other-request' }]);
});

test('a person who cannot be added or changed so is there again as they were typed, without their password', async () => {
  await desk.person('chen', 'admin');
  await desk.person('li', 'reader');
  const chen = await desk.signIn('chen');
  const typed = {
    name: 'Wang',
    display: '王小明',
    mail: 'wang@tjj.example.cn',
    roles: ['operator', 'editor'],
    password: 'a long pass phrase',
    confirm: PASSWORD,
  };
  const added = await chen.post('/desk/people/', typed);
  expect(added.status).toBe(422);
  for (const seen of ['value="Wang"', 'value="王小明"', 'value="wang@tjj.example.cn"'])
    expect(added.text).toContain(seen);
  expect(added.text).not.toContain('a long pass phrase');
  expect(
    [
      ...added.text.slice(added.text.lastIndexOf('<fieldset')).matchAll(/value="(\w+)" checked/g),
    ].map((match) => match[1]),
  ).toEqual(['editor', 'operator']);
  const changed = await chen.post('/desk/people/li', {
    display: '李',
    mail: '',
    roles: ['chief'],
    confirm: 'not my password',
  });
  expect([
    changed.status >= 400,
    changed.text.includes('<details class="card" open>'),
    changed.text.includes('value="李"'),
  ]).toEqual([true, true, true]);
  expect((await bureau.app.accounts.get('li'))?.roles).toEqual(['reader']);
});
