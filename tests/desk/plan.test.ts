// The plan at the desk: what would become public at once is asked twice, and no text that people
// save keeps away the page that could mend it.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { releaseId } from '../../src/plan/types.ts';
import { type Watched, watched } from '../helpers/alarm.ts';
import { GDP, PLAN } from '../helpers/bureau.ts';
import { type Answer, type TestDesk, testDesk, type Visitor } from '../helpers/desk.ts';

const FILE = 'config/plan/2026.yaml';
const NAMED = `/desk/plan/file?name=${encodeURIComponent(FILE)}`;
let bureau: Watched;
let desk: TestDesk;
let wang: Visitor;

beforeEach(async () => {
  bureau = await watched('2026-07-19T10:10:00+08:00', { plan: PLAN });
  desk = await testDesk(bureau);
  await desk.person('wang', 'operator');
  wang = await desk.signIn('wang');
});
afterEach(async () => {
  await desk.close();
  await bureau.close();
});
const text = (): Promise<string> => readFile(join(bureau.folder, FILE), 'utf8');
const hidden = (page: string, name: string): string =>
  new RegExp(`name="${name}"[^>]* value="([^"]*)"`).exec(page)?.[1] ?? '';
const area = (page: string): string =>
  (/<textarea name="text"[^>]*>([\s\S]*?)<\/textarea>/.exec(page)?.[1] ?? '')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
const save = (page: string): Promise<Answer> =>
  wang.post('/desk/plan/save', {
    file: hidden(page, 'file'),
    base: hidden(page, 'base'),
    why: hidden(page, 'why') || '说明',
    text: area(page),
  });
const call = (path: string, body: object, method = 'POST'): Promise<Answer> =>
  desk.send(`/api/v1${path}`, {
    method,
    headers: { cookie: wang.cookie, 'x-csrf-token': wang.csrf, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const dueOf = (id: string): string | undefined => {
  const due = bureau.app.planService.calendar().byId.get(releaseId(id))?.due;
  return due === undefined ? undefined : new Date(due).toISOString();
};

describe('what would become public at once is asked twice (14.1)', () => {
  const early = { date: '2026-07-19', time: '10:00', reason: '提前发布' };

  test('a date moved into the past: the sentence and a tick box first, then the preview, then in force', async () => {
    const asked = (await wang.post(`/desk/releases/${GDP}/postpone`, early)).text;
    expect(asked).toContain(
      '若照此生效，“地区生产总值 2026-Q2”（gdp.2026-Q2）将立即在网站、政府信息公开目录、微信、微博公开：发布时间 2026-07-19 10:00 已经过去',
    );
    expect(asked).toContain('name="immediate" value="yes"');
    expect(asked).not.toContain('action="/desk/plan/save"');
    expect(asked).toContain('提前发布');
    expect(await text()).toBe(PLAN);
    const shown = (
      await wang.post(`/desk/releases/${GDP}/postpone`, { ...early, immediate: 'yes' })
    ).text;
    expect(shown).toContain('action="/desk/plan/save"');
    expect((await save(shown)).text).toContain('计划已保存并生效');
    expect(await text()).toContain('immediate: true');
    expect(dueOf(GDP)).toBe('2026-07-19T02:00:00.000Z');
  });

  test('a notice within its lead: the same, with the reason that the public reads', async () => {
    const notice = {
      id: 'census',
      zh: '普查公告',
      en: '',
      date: '2026-07-19',
      time: '12:00',
      channels: ['website'],
      category: '',
      file: FILE,
    };
    const asked = (await wang.post('/desk/plan/notice', notice)).text;
    expect(asked).toContain('“普查公告”（census）在 2026-07-19 12:00 就会在网站公开');
    expect(asked).toMatch(/name="immediate" value="yes"[\s\S]*name="reason"/);
    // Without a reason it is asked again.
    expect(
      (await wang.post('/desk/plan/notice', { ...notice, immediate: 'yes', reason: ' ' })).text,
    ).toContain('name="immediate"');
    await save(
      (await wang.post('/desk/plan/notice', { ...notice, immediate: 'yes', reason: '紧急' })).text,
    );
    expect(dueOf('census')).toBe('2026-07-19T04:00:00.000Z');
    expect(await text()).toContain('immediate: true');
    // Without a category it is a 公告, and offered as one.
    expect(await text()).toContain('category: 公告');
    expect((await wang.get('/desk/plan/notice')).text).toContain('value="公告"');
  });

  test('a program is answered 422 with the same lines, unless it says immediate', async () => {
    const refused = await call(`/releases/${GDP}/postpone`, {
      at: '2026-07-19 10:00',
      reason: '提前发布',
    });
    expect([
      refused.status,
      refused.text.includes('将立即在网站、政府信息公开目录、微信、微博公开'),
    ]).toEqual([422, true]);
    expect(await text()).toBe(PLAN);
    const notice = {
      file: FILE,
      id: 'census',
      zh: '普查公告',
      at: '2026-07-19 12:00',
      channels: ['website'],
    };
    expect((await call('/plan/notices', notice)).status).toBe(422);
    expect((await call('/plan/notices', { ...notice, immediate: true })).status).toBe(422);
    expect(
      (await call('/plan/notices', { ...notice, immediate: true, reason: '紧急' })).status,
    ).toBe(200);
    expect(
      (
        await call(`/releases/${GDP}/postpone`, {
          at: '2026-07-19 10:00',
          reason: '提前发布',
          immediate: true,
        })
      ).status,
    ).toBe(200);
    expect([dueOf('census'), dueOf(GDP)]).toEqual([
      '2026-07-19T04:00:00.000Z',
      '2026-07-19T02:00:00.000Z',
    ]);
    // Moved away again, nothing is left in store.
    expect(
      (await call(`/releases/${GDP}/postpone`, { at: '2026-07-25 10:00', reason: '推迟' })).status,
    ).toBe(200);
    expect(await text()).toMatch(
      /at: 2026-07-25 10:00\n {8}was: 2026-07-19 10:00\n {8}reason: 推迟\n {8}announced: 2026-07-19\n/,
    );
  });

  test('a cancelled release is put back by moving it, and says when it was promised for', async () => {
    expect((await call(`/releases/${GDP}/cancel`, { reason: '停电' })).status).toBe(200);
    expect(
      (await call(`/releases/${GDP}/postpone`, { at: '2026-07-25 10:00', reason: '供电恢复' }))
        .status,
    ).toBe(200);
    expect(await text()).toContain('was: 2026-07-20 10:00');
    expect(bureau.app.planService.calendar().byId.get(GDP)).toMatchObject({
      status: 'postponed',
      reason: '供电恢复',
    });
  });
});

test('what was saved and could not be put into force is told as just that', async () => {
  const { planStore } = bureau.app;
  const setPlan = planStore.setPlan.bind(planStore);
  planStore.setPlan = () => Promise.reject(new Error('Redis is away'));
  const base = hidden((await wang.get(NAMED)).text, 'base');
  const text2 = PLAN.replace('测试计划', '第二版');
  const answer = await wang.post('/desk/plan/save', {
    file: FILE,
    base,
    why: '改标题',
    text: text2,
  });
  expect([
    answer.status,
    answer.text.includes('已写入文件，但没有生效'),
    answer.text.includes('计划已保存并生效'),
  ]).toEqual([409, true, false]);
  expect(bureau.app.planService.calendar().title).toBe('测试计划');
  planStore.setPlan = setPlan;
  const again = hidden((await wang.get(NAMED)).text, 'base');
  expect(
    (await wang.post('/desk/plan/save', { file: FILE, base: again, why: '再试', text: text2 }))
      .text,
  ).toContain('计划已保存并生效');
  expect([await text(), bureau.app.planService.calendar().title]).toEqual([text2, '第二版']);
});

describe('no text that people save keeps away the page that could mend it (14.39)', () => {
  const NASTY: readonly (readonly [name: string, text: string])[] = [
    ['an alias in the place of a title', PLAN.replace('zh: 地区生产总值', 'zh: *重要* 数据')],
    [
      'an alias of an anchor',
      PLAN.replace('测试计划', '&a 测试计划').replace('frequency: Q', 'frequency: *a'),
    ],
    ['an alias as a whole indicator', `${PLAN}  cpi: *gdp\n`],
    [
      'aliases of aliases',
      `a: &a [x, x]\nb: &b [*a, *a, *a, *a]\nc: &c [*b, *b, *b, *b]\nd: [*c, *c, *c, *c]\n${PLAN}`,
    ],
    ['a merge', `%YAML 1.1\n---\nbase: &b { frequency: Q }\n${PLAN}    <<: *b\n`],
    [
      'tags',
      PLAN.replace('测试计划', '!!js/function "x"').replace(
        'gdp:\n',
        'gdp: !!binary aGVsbG8=\n  x:\n',
      ),
    ],
    ['a timestamp of YAML 1.1', `%YAML 1.1\n---\n${PLAN}    dates: { 2026-Q2: 2026-07-22 }\n`],
    ['keys twice', `${PLAN}${PLAN}`],
    ['10,000 brackets', `${PLAN}notices: ${'['.repeat(10_000)}${']'.repeat(10_000)}\n`],
    ['10,000 brackets that stay open', `${PLAN}notices: ${'[{a: '.repeat(10_000)}\n`],
    [
      '1,000 indents',
      `${PLAN}${Array.from({ length: 1000 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join('')}`,
    ],
    ['NUL and escape characters', PLAN.replace('测试计划', '"测\\0试\\e计划"')],
    ['half a surrogate', PLAN.replace('测试计划', '"\\ud83d"')],
    [
      'keys of objects',
      `${PLAN}  __proto__: { name: { zh: x } }\n  constructor: { toString: x }\n`,
    ],
    ['an id of 260 characters', PLAN.replace('gdp:', `${'g'.repeat(260)}:`)],
    [
      'a line of a megabyte',
      `# ${'x'.repeat(900_000)}\n${PLAN.replace('frequency: Q', 'frequency: X')}`,
    ],
    [
      '20,000 unknown keys',
      `${PLAN}${Array.from({ length: 20_000 }, (_, index) => `k${index}: 1\n`).join('')}`,
    ],
    [
      'a map where a word should be, a list where a map should be',
      PLAN.replace('测试计划', '{ a: 1 }').replace('indicators:', 'indicators: []\nx:'),
    ],
    ['no map at all', '- 1\n- 2\n'],
    ['nothing', ''],
    ['two documents', `${PLAN}---\n${PLAN}`],
  ];

  test.each(NASTY)(
    '%s: every page of the plan is there, and the file can be mended',
    async (_, nasty) => {
      await writeFile(join(bureau.folder, FILE), nasty);
      for (const path of ['/desk/plan/', '/desk/plan/rule', '/desk/plan/notice', NAMED])
        expect([path, (await wang.get(path)).status]).toEqual([path, 200]);
      const moved = await wang.post(`/desk/releases/${GDP}/postpone`, {
        date: '2026-07-22',
        time: '10:00',
        reason: '复核',
      });
      expect([200, 409, 422]).toContain(moved.status);
      const rule = await wang.post('/desk/plan/rule', {
        file: FILE,
        indicator: 'gdp',
        due: '{ day: 25, month: +1 }',
      });
      expect([200, 404, 409, 422]).toContain(rule.status);
      expect((await call('/plan/check', { file: FILE, text: nasty })).status).toBe(200);
      expect(
        (await call('/plan', { file: FILE, text: `${nasty}\nx: [`, base: 'x', why: 'x' }, 'PUT'))
          .status,
      ).toBe(409);
      const base = hidden((await wang.get(NAMED)).text, 'base');
      expect(
        (await wang.post('/desk/plan/save', { file: FILE, base, why: '改正', text: PLAN })).text,
      ).toContain('计划已保存并生效');
      expect(await text()).toBe(PLAN);
    },
  );

  test('a rule that is no rule is refused in words', async () => {
    for (const due of [
      '*x',
      '&a { day: 1 }',
      '[[[',
      '!!js/function x',
      `${'['.repeat(10_000)}`,
      '',
    ])
      expect([
        due.slice(0, 20),
        (await wang.post('/desk/plan/rule', { file: FILE, indicator: 'gdp', due })).status,
      ]).not.toEqual([due.slice(0, 20), 500]);
    expect(
      (await wang.post('/desk/plan/rule', { file: FILE, indicator: 'gdp', due: '*x' })).text,
    ).toContain('规则写得不对');
  });

  test('a title that reads as an alias is shown in the form as it was written, with what is wrong, and is saved in quotes', async () => {
    const folder = join(bureau.folder, 'content', 'gdp', '2026-Q2');
    await mkdir(folder, { recursive: true });
    await writeFile(
      join(folder, 'release.md'),
      '---\ntitle: *重要* 数据\nsummary: 同比增长\n---\n\n正文\n',
    );
    const page = await wang.get(`/desk/content/${GDP}`);
    expect([
      page.status,
      page.text.includes('YAML 别名（*）不可用'),
      page.text.includes('value="*重要* 数据"'),
    ]).toEqual([200, true, true]);
    await wang.fill(`/desk/content/${GDP}`, {
      title: '*重要* 数据',
      summary: '同比增长',
      body: '正文',
    });
    expect(await readFile(join(folder, 'release.md'), 'utf8')).toContain('title: "*重要* 数据"');
  });
});
