// The forms of the plan at the desk: put back, expected, another rule in mid-year, why something is
// held, days that are not worked. Not for what would become public at once: plan.test.ts.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { releaseId } from '../../src/plan/types.ts';
import { found, type Watched, watched } from '../helpers/alarm.ts';
import { GDP, on, PLAN } from '../helpers/bureau.ts';
import { type Answer, type TestDesk, testDesk, type Visitor } from '../helpers/desk.ts';

const FILE = 'config/plan/2026.yaml';
let bureau: Watched;
let desk: TestDesk;
let wang: Visitor;

async function open(plan: string, start = '2026-07-15T10:00:00+08:00'): Promise<void> {
  bureau = await watched(start, { plan });
  desk = await testDesk(bureau);
  await desk.person('wang', 'operator');
  wang = await desk.signIn('wang');
}
beforeEach(() => open(PLAN));
const close = async (): Promise<void> => {
  await desk.close();
  await bureau.close();
};
afterEach(close);
async function reopen(plan: string, start?: string): Promise<void> {
  await close();
  await open(plan, start);
}

const text = (): Promise<string> => readFile(join(bureau.folder, FILE), 'utf8');
const hidden = (page: string, name: string): string =>
  new RegExp(`name="${name}"[^>]* value="([^"]*)"`).exec(page)?.[1] ?? '';
const plain = (page: string): string =>
  page
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
const area = (page: string): string =>
  plain(/<textarea name="text"[^>]*>([\s\S]*?)<\/textarea>/.exec(page)?.[1] ?? '');
async function save(page: string): Promise<void> {
  const form = {
    file: hidden(page, 'file'),
    base: hidden(page, 'base'),
    why: hidden(page, 'why'),
    text: area(page),
  };
  expect((await wang.post('/desk/plan/save', form)).text).toContain('计划已保存并生效');
}
const call = (path: string, body: object | undefined, method = 'POST'): Promise<Answer> =>
  desk.send(`/api/v1${path}`, {
    method,
    headers: { cookie: wang.cookie, 'x-csrf-token': wang.csrf, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
const release = (id: string) => bureau.app.planService.calendar().byId.get(releaseId(id));
const dueOf = (id: string): string | undefined => {
  const due = release(id)?.due;
  return due === undefined ? undefined : new Date(due).toISOString();
};
/** The lines of a list or box that a page shows. */
const effects = (page: string): string[] =>
  [
    ...(/<ul class="effects">([\s\S]*?)<\/ul>/.exec(page)?.[1] ?? '').matchAll(/<li>(.*?)<\/li>/g),
  ].map((one) => one[1] ?? '');

describe('a cancelled release is put back', () => {
  const at = `/desk/releases/${GDP}/restore`;
  beforeEach(async () =>
    save((await wang.post(`/desk/releases/${GDP}/cancel`, { reason: '停电' })).text),
  );

  test('its page and the matrix offer it, filled with what was promised', async () => {
    const page = (await wang.get(`/desk/releases/${GDP}`)).text;
    expect(page).toContain(`href="${at}"`);
    expect(page).not.toContain(`href="/desk/releases/${GDP}/postpone"`);
    expect((await wang.get('/desk/plan/')).text).toContain(
      `href="${at}" aria-label="恢复发布 地区生产总值 2026年二季度"`,
    );
    const form = (await wang.get(at)).text;
    expect(form).toContain(
      '<p>这次发布已经取消，原因：停电。</p>\n<p>取消前公布的时间是 2026-07-20 10:00。',
    );
    expect(form).toMatch(
      /name="date" type="date" value="2026-07-20"[\s\S]*name="time" type="time" value="10:00"/,
    );
  });

  test('on the day that was promised: no `was`, and it is as if it had never been cancelled, but for the reason', async () => {
    expect(
      (await wang.post(at, { date: '2026-07-20', time: '10:00', reason: ' ' })).text,
    ).toContain('缺少原因');
    await save(
      (await wang.post(at, { date: '2026-07-20', time: '10:00', reason: '供电恢复' })).text,
    );
    expect(await text()).toBe(
      `${PLAN}    dates:\n      2026-Q2:\n        reason: 供电恢复\n        announced: 2026-07-15\n        at: 2026-07-20 10:00\n`,
    );
    expect(release(GDP)).toMatchObject({ status: 'confirmed', reason: '供电恢复' });
    expect(await bureau.state(on('website'))).toBe('planned');
  });

  test('on another day: `was` is what was promised; a day off is said, and saved all the same', async () => {
    const page = (await wang.post(at, { date: '2026-07-25', time: '10:00', reason: '供电恢复' }))
      .text;
    expect(page).toContain('请留意，这些日子不是工作日（不妨碍保存）：');
    expect(page).toContain('<li>地区生产总值 2026年二季度：2026-07-25，周六</li>');
    expect(effects(page)).toEqual([
      '恢复：地区生产总值 2026年二季度（gdp.2026-Q2），2026-07-25 周六 10:00 发布',
    ]);
    await save(page);
    expect(await text()).toContain('at: 2026-07-25 10:00');
    expect(await text()).toContain('was: 2026-07-20 10:00');
    expect(await text()).not.toContain('cancelled');
    expect(release(GDP)).toMatchObject({ status: 'postponed', reason: '供电恢复' });
  });

  test('at once: asked twice', async () => {
    bureau.clock.turnTo('2026-07-20T10:10:00+08:00');
    wang = await desk.signIn('wang');
    const asked = (await wang.post(at, { date: '2026-07-20', time: '10:00', reason: '供电恢复' }))
      .text;
    expect(asked).toContain(
      '将立即在网站、政府信息公开目录、微信、微博公开：发布时间 2026-07-20 10:00 已经过去',
    );
    expect(asked).toContain('name="immediate" value="yes"');
    expect(asked).not.toContain('action="/desk/plan/save"');
    await save(
      (
        await wang.post(at, {
          date: '2026-07-20',
          time: '10:00',
          reason: '供电恢复',
          immediate: 'yes',
        })
      ).text,
    );
    expect(await text()).toContain('immediate: true');
  });

  test('another year, what is not cancelled, and what was withdrawn are refused in words', async () => {
    expect(
      (await wang.post(at, { date: '2027-01-05', time: '10:00', reason: '供电恢复' })).text,
    ).toContain('这里只能改到 2026 年之内的日子');
    const other = await wang.get('/desk/releases/gdp.2026-Q3/restore');
    expect([other.status, other.text.includes('这次发布没有取消，不用恢复')]).toEqual([409, true]);
    await bureau.app.publishDeps.withdrawn.add(on('website'), bureau.clock.now(), '有误');
    const page = (await wang.post(at, { date: '2026-07-20', time: '10:00', reason: '供电恢复' }))
      .text;
    expect(page).toContain('已公开的只能更正或撤回');
  });

  test('for programs: on the promised time where none is given, with what deserves a second look', async () => {
    expect((await call('/releases/gdp.2026-Q3/restore', { reason: '误操作' })).status).toBe(409);
    const done = await call(`/releases/${GDP}/restore`, { reason: '误操作' });
    expect([done.status, JSON.parse(done.text).notes]).toEqual([200, []]);
    expect(dueOf(GDP)).toBe('2026-07-20T02:00:00.000Z');
    await call(`/releases/${GDP}/cancel`, { reason: '停电' });
    const off = await call(`/releases/${GDP}/restore`, {
      at: '2026-07-26 10:00',
      reason: '供电恢复',
    });
    expect(JSON.parse(off.text).notes).toEqual(['地区生产总值 2026年二季度：2026-07-26，周日']);
  });

  test('cancelled and put back twice, and an annual period whose key is a number', async () => {
    await call(`/releases/${GDP}/restore`, { at: '2026-07-22 10:00', reason: '甲' });
    await call(`/releases/${GDP}/cancel`, { reason: '乙' });
    expect((await wang.get(at)).text).toContain('取消前公布的时间是 2026-07-22 10:00');
    expect(
      (await call(`/releases/${GDP}/restore`, { at: '2026-07-23 10:00', reason: '丙' })).status,
    ).toBe(200);
    expect(await text()).toContain('was: 2026-07-22 10:00');
    await reopen(
      `${PLAN.replace('frequency: Q', 'frequency: A').replace('day: 20, month: +1', 'date: 09-10')}    dates: { 2025: 2026-09-15 }\n`,
    );
    expect((await call('/releases/gdp.2025/cancel', { reason: '停电' })).status).toBe(200);
    expect((await call('/releases/gdp.2025/restore', { reason: '供电恢复' })).status).toBe(200);
    expect(dueOf('gdp.2025')).toBe('2026-09-15T02:00:00.000Z');
  });
});

test('a provisional date that nobody was promised stays provisional when it is put back', async () => {
  await reopen(`${PLAN}    dates:\n      2026-Q3: { at: 2026-10-22, provisional: true }\n`);
  await call('/releases/gdp.2026-Q3/cancel', { reason: '误操作' });
  expect((await wang.get('/desk/releases/gdp.2026-Q3/restore')).text).toContain(
    '取消前暂定的时间是 2026-10-22 10:00，没有作为确定的日期公布过。',
  );
  const done = await call('/releases/gdp.2026-Q3/restore', { reason: '误操作' });
  expect([done.status, done.text]).toEqual([200, expect.any(String)]);
  expect(release('gdp.2026-Q3')?.status).toBe('provisional');
});

describe('what is late is expected at a time', () => {
  const at = `/desk/releases/${GDP}/expected`;
  const form = { date: '2026-07-20', time: '15:00' };
  const late = async (): Promise<void> => {
    bureau.clock.turnTo('2026-07-20T10:06:00+08:00');
    wang = await desk.signIn('wang');
  };
  const publicPage = async (): Promise<string> => {
    await bureau.app.siteBuilder.refresh();
    return (await desk.send('/')).text;
  };

  test('not before its grace is over; then on its page, on today’s, and for the public', async () => {
    bureau.clock.turnTo('2026-07-20T10:04:00+08:00');
    wang = await desk.signIn('wang');
    expect((await wang.get(`/desk/releases/${GDP}`)).text).not.toContain(`action="${at}"`);
    expect((await wang.get(at)).text).toContain('只有过了时间、还没有公开的发布，才写预计时间');
    await late();
    expect((await wang.get('/desk/')).text).toContain(`href="${at}"`);
    const page = (await wang.get(`/desk/releases/${GDP}`)).text;
    expect(page).toContain('公开页面上写着：延迟发布，发布时间待定。');
    expect(page).toContain(`action="${at}"`);
    expect(await publicPage()).toContain('发布时间待定');

    const shown = (await wang.post(at, form)).text;
    expect(shown).toContain('保存后，公开页面上写着：延迟发布，预计 2026-07-20 15:00 发布。');
    expect(effects(shown)).toEqual([
      '修改：地区生产总值 2026年二季度（gdp.2026-Q2），加上预计时间“2026-07-20 15:00”',
    ]);
    await save(shown);
    expect(await text()).toBe(
      `${PLAN}    dates:\n      2026-Q2:\n        expected: 2026-07-20 15:00\n`,
    );
    expect(dueOf(GDP)).toBe('2026-07-20T02:00:00.000Z');
    expect(await publicPage()).toContain('预计 2026-07-20 15:00 发布');
    const then = (await wang.get(`/desk/releases/${GDP}`)).text;
    expect(then).toContain('公开页面上写着：延迟发布，预计 2026-07-20 15:00 发布。');
    expect(then).toMatch(
      /name="date" type="date" value="2026-07-20"[\s\S]*name="time" type="time" value="15:00"/,
    );
  });

  test('changed, over, and taken away: the file is as it was', async () => {
    await late();
    await save((await wang.post(at, form)).text);
    expect((await wang.post(at, form)).text).toContain('预计时间没有变');
    await save((await wang.post(at, { ...form, time: '16:00' })).text);
    expect(await text()).toContain('expected: 2026-07-20 16:00');
    bureau.clock.turnTo('2026-07-20T16:30:00+08:00');
    wang = await desk.signIn('wang');
    expect((await wang.get(`/desk/releases/${GDP}`)).text).toContain(
      '<p>计划里写的预计时间 2026-07-20 16:00 已经过去。</p><p>公开页面上写着：延迟发布，发布时间待定。',
    );
    expect((await wang.post(at, { ...form, time: '16:20' })).text).toContain(
      '2026-07-20 16:20 已经过去。请写一个还没到的时间',
    );
    const shown = (await wang.post(at, { ...form, away: 'yes' })).text;
    expect(shown).toContain('保存后，公开页面上写着：延迟发布，发布时间待定。');
    await save(shown);
    expect(await text()).toBe(PLAN);
    expect((await wang.post(at, { away: 'yes' })).text).toContain('没有写过预计时间');
  });

  test('a day that does not exist, and an empty field, are refused on the form', async () => {
    await late();
    const odd = await wang.post(at, { date: '2026-07-32', time: '15:00' });
    expect([odd.status, odd.text.includes('action="/desk/plan/save"')]).toEqual([422, false]);
    expect((await wang.post(at, { date: '', time: '' })).status).toBe(422);
  });

  test('not for what is public on the site, whatever else is held', async () => {
    await late();
    await found(bureau, on('website'));
    expect((await wang.get(at)).status).toBe(409);
    expect((await wang.get(`/desk/releases/${GDP}`)).text).not.toContain('预计时间');
  });

  test('for programs: said and taken away; a reader may not', async () => {
    expect((await call(`/releases/${GDP}/expected`, { at: '2026-07-20 15:00' })).status).toBe(409);
    await late();
    expect((await call(`/releases/${GDP}/expected`, { at: '2026-07-20 09:00' })).status).toBe(422);
    expect((await call(`/releases/${GDP}/expected`, { at: '2026-07-20 15:00' })).status).toBe(200);
    expect(release(GDP)?.expected).toBe(Date.parse('2026-07-20T15:00:00+08:00'));
    expect((await call(`/releases/${GDP}/expected`, undefined, 'DELETE')).status).toBe(200);
    expect(await text()).toBe(PLAN);
    await desk.person('du', 'reader');
    const du = await desk.signIn('du');
    expect((await du.get(at)).status).toBe(403);
    const seen = (await du.get(`/desk/releases/${GDP}`)).text;
    expect([seen.includes('公开页面上写着：延迟发布'), seen.includes(`action="${at}"`)]).toEqual([
      true,
      false,
    ]);
  });
});

describe('a rule changed in mid-year', () => {
  const rule = (due: string, reason = '', indicator = 'gdp') =>
    wang.post('/desk/plan/rule', { file: FILE, indicator, due, reason });
  const later = '{ day: 25, month: +1, if-closed: next }';

  test('asks once why, naming the promised dates that move; what is past keeps its date', async () => {
    const asked = (await rule(later)).text;
    expect(asked).toContain('已经公布的这些日期会变，请写明原因。');
    expect(asked).toContain(
      '<li>推迟 7 天：地区生产总值 2026年二季度（gdp.2026-Q2），由 2026-07-20 周一 10:00 改为 2026-07-27 周一 10:00</li>',
    );
    expect(asked).toContain(
      '<li>推迟 6 天：地区生产总值 2026年三季度（gdp.2026-Q3），由 2026-10-20 周二 10:00 改为 2026-10-26 周一 10:00</li>',
    );
    expect(asked).not.toContain('gdp.2026-Q1');
    expect(asked).not.toContain('action="/desk/plan/save"');
    expect(hidden(asked, 'due')).toBe(later);
    const shown = (await rule(later, '与国家统计局同步')).text;
    expect(effects(shown)).toEqual([
      '推迟 7 天：地区生产总值 2026年二季度（gdp.2026-Q2），由 2026-07-20 周一 10:00 改为 2026-07-27 周一 10:00，原因：与国家统计局同步',
      '推迟 6 天：地区生产总值 2026年三季度（gdp.2026-Q3），由 2026-10-20 周二 10:00 改为 2026-10-26 周一 10:00，原因：与国家统计局同步',
    ]);
    expect(shown).toContain(
      '<li>时间已过或已经公开，照旧：地区生产总值 2025年四季度（2026-01-20 10:00）、地区生产总值 2026年一季度（2026-04-20 10:00）</li>',
    );
    await save(shown);
    expect(await text()).toBe(
      `${PLAN.replace('day: 20, month: +1', 'day: 25, month: 1')}    dates:
      2025-Q4: 2026-01-20 10:00
      2026-Q1: 2026-04-20 10:00
      2026-Q2:
        was: 2026-07-20 10:00
        reason: 与国家统计局同步
        announced: 2026-07-15
      2026-Q3:
        was: 2026-10-20 10:00
        reason: 与国家统计局同步
        announced: 2026-07-15
`,
    );
    expect(
      ['gdp.2025-Q4', 'gdp.2026-Q1', 'gdp.2026-Q2', 'gdp.2026-Q3'].map((id) => [
        dueOf(id)?.slice(0, 10),
        release(id)?.status,
      ]),
    ).toEqual([
      ['2026-01-20', 'confirmed'],
      ['2026-04-20', 'confirmed'],
      ['2026-07-27', 'postponed'],
      ['2026-10-26', 'postponed'],
    ]);
  });

  test('changed back: each date says the one before it', async () => {
    await save((await rule(later, '甲')).text);
    await save((await rule('{ day: 20, month: +1, if-closed: next }', '乙')).text);
    expect([dueOf(GDP), dueOf('gdp.2026-Q1')]).toEqual([
      '2026-07-20T02:00:00.000Z',
      '2026-04-20T02:00:00.000Z',
    ]);
    expect(await text()).toMatch(
      /2026-Q2:\n {8}was: 2026-07-27 10:00\n {8}reason: 乙\n {8}announced: 2026-07-15\n/,
    );
  });

  test('what would land in the past or too near, or in another year, keeps its date and says so', async () => {
    // The second quarter's would be past (10 July), the third's is moved.
    const early = (await rule('{ day: 10, month: +1, if-closed: next }', '提前')).text;
    expect(early).toContain(
      '<li>按新规则会落到已经过去、或来不及准备的时间，照旧：地区生产总值 2026年二季度（2026-07-20 10:00）</li>',
    );
    expect(effects(early)).toEqual([
      '提前 10 天：地区生产总值 2026年三季度（gdp.2026-Q3），由 2026-10-20 周二 10:00 改为 2026-10-10 周六 10:00，原因：提前',
    ]);
    // A make-up working day: no warning.
    expect(early).not.toContain('请留意，这些日子不是工作日');
    await save(early);
    expect([dueOf(GDP), dueOf('gdp.2026-Q3')]).toEqual([
      '2026-07-20T02:00:00.000Z',
      '2026-10-10T02:00:00.000Z',
    ]);
    const far = (await rule('{ day: 20, month: +4, if-closed: next }', '推后')).text;
    expect(far).toContain(
      '<li>按新规则不在这一年的计划里了，照旧：地区生产总值 2026年三季度（2026-10-10 10:00）</li>',
    );
    expect(far).toContain(
      '<li>计划里单独写了日期，规则不管，照旧：地区生产总值 2026年二季度（2026-07-20 10:00）</li>',
    );
    // The third quarter of the year before would be there a second time, and is past.
    expect(far).toContain('写为不发布（skip）：地区生产总值 2025年三季度（2026-01-20 10:00）');
    await save(far);
    expect(await text()).toContain('    skip: [ 2025-Q3 ]');
    expect(dueOf(GDP)).toBe('2026-07-20T02:00:00.000Z');
    expect(dueOf('gdp.2026-Q3')).toBe('2026-10-10T02:00:00.000Z');
  });

  test('a day off by the rule is said', async () => {
    const page = (await rule('{ day: 25, month: +1 }', '固定在 25 日')).text;
    expect(page).toContain(
      '<li>地区生产总值 2026年二季度：2026-07-25，周六</li><li>地区生产总值 2026年三季度：2026-10-25，周日</li>',
    );
  });

  const MONTHLY = PLAN.replace(
    '  gdp:\n',
    `  industry:
    name: { zh: 工业增加值 }
    frequency: M
    due: { working-day: 12, month: +1 }
    combine: [2026-01..02, 2026-08..09]
    skip: [2026-06]
    interpretation: { after: 1d }
    dates:
      2026-10: { cancelled: true, reason: 并入年报, announced: 2026-07-01 }
  sales:
    name: { zh: 零售额 }
    frequency: M
    due: { same-as: industry }
    combine: [2026-01..02, 2026-08..09]
    skip: [2026-06]
  ahead:
    name: { zh: 新闻通稿 }
    frequency: M
    at: "09:00"
    due: { before: { indicator: industry, working-days: 3 } }
    combine: [2026-01..02, 2026-08..09]
    skip: [2026-06]
  gdp:
`,
  );

  test('combined periods move as one, skipped ones stay away, cancelled ones stay, interpretations and leaning indicators go along', async () => {
    // The working day before: August's release of July's figures is on the 18th, what comes before
    // it on the 13th.
    await reopen(MONTHLY, '2026-08-14T10:00:00+08:00');
    expect(['industry.2026-07', 'sales.2026-07', 'ahead.2026-07'].map((id) => dueOf(id))).toEqual([
      '2026-08-18T02:00:00.000Z',
      '2026-08-18T02:00:00.000Z',
      '2026-08-13T01:00:00.000Z',
    ]);
    const shown = (await rule('{ working-day: 15, month: +1 }', '流程调整', 'industry')).text;
    const lines = effects(shown);
    expect(lines).toContain(
      '推迟 3 天：工业增加值 2026年7月（industry.2026-07），由 2026-08-18 周二 10:00 改为 2026-08-21 周五 10:00，原因：流程调整',
    );
    expect(lines.find((line) => line.includes('industry.2026-07.interpretation'))).toContain(
      '由 2026-08-19 周三 10:00 改为 2026-08-22 周六 10:00',
    );
    expect(lines.find((line) => line.includes('sales.2026-07'))).toContain(
      '由 2026-08-18 周二 10:00 改为 2026-08-21 周五 10:00',
    );
    // Of the third indicator July's is out already, and keeps its date of its own.
    expect(lines.some((line) => line.includes('ahead.2026-07'))).toBe(false);
    expect(lines.some((line) => line.includes('ahead.2026-08..09'))).toBe(true);
    expect(lines.some((line) => line.includes('2026-06') || line.includes('2026-10）'))).toBe(
      false,
    );
    expect(shown).toContain('<li>已经取消，不动：工业增加值 2026年10月（2026-11-17 10:00）</li>');
    await save(shown);
    const after = await text();
    expect(after).toMatch(
      / {6}2026-08\.\.09:\n {8}was: 2026-10-\d\d 10:00\n {8}reason: 流程调整\n/,
    );
    expect(after).toMatch(/ahead:[\s\S]* {4}dates:\n {6}2026-07: 2026-08-13 09:00\n/);
    // What leans on it needs no words of its own.
    expect(/sales:[\s\S]*?ahead:/.exec(after)?.[0]).not.toContain('was:');
    expect([
      release('sales.2026-07')?.due,
      release('industry.2026-10')?.status,
      dueOf('industry.2026-01..02'),
    ]).toEqual([Date.parse('2026-08-21T10:00:00+08:00'), 'cancelled', '2026-03-17T02:00:00.000Z']);
  });

  test('provisional dates move without words, and nobody is asked why', async () => {
    await reopen(PLAN.replace('announced: 2025-12-26', 'announced: 2026-08-01'));
    const shown = (await rule(later)).text;
    expect(shown).toContain('action="/desk/plan/save"');
    await save(shown);
    expect(await text()).not.toContain('was:');
  });

  test('a date in another file that would have to stay: told, and nothing is written', async () => {
    const more = `indicators:
  ahead:
    name: { zh: 新闻通稿 }
    frequency: Q
    due: { before: { indicator: gdp, working-days: 5 } }
    skip: [2025-Q4, 2026-Q1]
`;
    await reopen(PLAN, '2026-07-10T10:00:00+08:00');
    await writeFile(join(bureau.folder, 'config/plan/more.yaml'), more);
    await bureau.apply();
    bureau.clock.turnTo('2026-07-15T10:00:00+08:00');
    wang = await desk.signIn('wang');
    expect(dueOf('ahead.2026-Q2')).toBe('2026-07-13T02:00:00.000Z');
    const refused = await rule(later, '与国家统计局同步');
    expect(refused.status).toBe(422);
    expect(refused.text).toContain(
      '新闻通稿 2026年二季度 的日期也会跟着变，但写在另一个文件 config/plan/more.yaml 里',
    );
    expect(await text()).toBe(PLAN);
  });

  test('what is no rule is told as before', async () => {
    for (const due of ['{ same-as: nothing }', '{ same-as: gdp }', '{ day: 40 }'])
      expect([due, (await rule(due)).text.includes('计划有误，没有保存')]).toEqual([due, true]);
    expect(await text()).toBe(PLAN);
  });

  test('for programs: 422 with the dates that move, unless it says why', async () => {
    const refused = await call('/plan/rules', { file: FILE, indicator: 'gdp', due: later });
    expect([refused.status, JSON.parse(refused.text)]).toMatchObject([
      422,
      { code: 'reason-missing', lines: [expect.any(String), expect.any(String)] },
    ]);
    const done = await call('/plan/rules', {
      file: FILE,
      indicator: 'gdp',
      due: later,
      reason: '与国家统计局同步',
    });
    expect([done.status, JSON.parse(done.text).notes[0]]).toEqual([
      200,
      expect.stringContaining('时间已过或已经公开，照旧：'),
    ]);
    expect(dueOf(GDP)).toBe('2026-07-27T02:00:00.000Z');
  });
});

describe('days that are not worked', () => {
  test('a date moved onto a holiday, a Saturday, a make-up day; a notice added on a Sunday', async () => {
    const move = async (date: string): Promise<string> =>
      (
        await wang.post('/desk/releases/gdp.2026-Q3/postpone', {
          date,
          time: '10:00',
          reason: '复核',
        })
      ).text;
    expect(await move('2026-10-01')).toContain(
      '<li>地区生产总值 2026年三季度：2026-10-01，周四，国庆节</li>',
    );
    expect(await move('2026-10-17')).toContain(
      '<li>地区生产总值 2026年三季度：2026-10-17，周六</li>',
    );
    for (const worked of ['2026-10-10', '2026-10-21'])
      expect(await move(worked)).not.toContain('不是工作日');
    const notice = {
      id: 'census',
      zh: '普查公告',
      en: '',
      date: '2026-09-06',
      time: '09:00',
      channels: ['website'],
      category: '公告',
      file: FILE,
    };
    expect((await wang.post('/desk/plan/notice', notice)).text).toContain(
      '<li>普查公告：2026-09-06，周日</li>',
    );
  });
});

describe('why something is held', () => {
  const why = '由人工处理（等局领导确认口径）';

  test('stands through a move, and through a cancellation that is taken back', async () => {
    await wang.post(`/desk/releases/${GDP}/hold`, { channel: 'weibo', reason: '等局领导确认口径' });
    await call(`/releases/${GDP}/postpone`, { at: '2026-07-22 10:00', reason: '复核' });
    expect([
      await bureau.state(on('weibo')),
      (await wang.get(`/desk/releases/${GDP}`)).text.includes(why),
    ]).toEqual(['held', true]);
    await call(`/releases/${GDP}/cancel`, { reason: '停电' });
    await call(`/releases/${GDP}/restore`, { reason: '供电恢复' });
    expect([
      await bureau.state(on('weibo')),
      (await wang.get(`/desk/releases/${GDP}`)).text.includes(why),
    ]).toEqual(['held', true]);
    await wang.post(`/desk/releases/${GDP}/retry`, { channel: 'weibo' });
    expect((await wang.get(`/desk/releases/${GDP}`)).text).not.toContain(why);
  });

  test('for programs, and in the journal', async () => {
    expect((await call(`/releases/${GDP}/hold`, { reason: '等局领导确认口径' })).status).toBe(200);
    expect((await call(`/releases/${GDP}`, undefined, 'GET')).text).toContain(why);
    expect((await call('/journal?subject=gdp.2026-Q2', undefined, 'GET')).text).toContain(
      '等局领导确认口径',
    );
  });
});

test('in English', async () => {
  await call(`/releases/gdp.2026-Q3/cancel`, { reason: '停电' });
  bureau.clock.turnTo('2026-07-20T10:06:00+08:00');
  wang = await desk.signIn('wang');
  const english = (path: string, form?: Record<string, string>): Promise<Answer> =>
    desk.send(path, {
      headers: { cookie: `${wang.cookie}; banli-lang=en` },
      ...(form ? { method: 'POST', body: new URLSearchParams({ csrf: wang.csrf, ...form }) } : {}),
    });
  expect((await english('/desk/releases/gdp.2026-Q3/restore')).text).toContain(
    '<p>This release is cancelled (停电).</p>\n<p>Before, it was announced for 2026-10-20 10:00. The public will read the new time, and why it is back.',
  );
  expect(
    (
      await english('/desk/releases/gdp.2026-Q3/restore', {
        date: '2026-10-17',
        time: '10:00',
        reason: 'again',
      })
    ).text,
  ).toContain('<li>Gross domestic product 2026-Q3: 2026-10-17, Sat</li>');
  expect(
    (await english(`/desk/releases/${GDP}/expected`, { date: '2026-07-20', time: '15:00' })).text,
  ).toContain('Once it is saved: The public pages say: delayed, expected 2026-07-20 15:00.');
  expect(
    (
      await english('/desk/plan/rule', {
        file: FILE,
        indicator: 'gdp',
        due: '{ day: 25 }',
        reason: 'with others',
      })
    ).text,
  ).toContain('These stay:');
});
