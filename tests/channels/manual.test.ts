// A newspaper: no program reaches it. Whoever serves it is told at T, and what they say is counted as
// anything else is.
import { afterEach, expect, test } from 'vitest';
import { actPages } from '../../src/desk/releases/mail-actions.ts';
import { messagesFor } from '../../src/i18n/index.ts';
import { type OperationInput, runOperation } from '../../src/operations/operations.ts';
import { type Watched, watched } from '../helpers/alarm.ts';
import { type Bureau, GDP, on, PLAN } from '../helpers/bureau.ts';
import { type TestDesk, testDesk } from '../helpers/desk.ts';
import { poll } from '../helpers/poll.ts';

const plan = PLAN.replace('[website, catalogue, wechat, weibo]', '[website, newspaper]');
const withNewspaper = (yaml: string): string =>
  yaml.replace(
    'channels:\n',
    'channels:\n  newspaper: { kind: manual, mail: editor@paper.example.cn, how: 发到要闻版编辑 }\n',
  );
let bureau: Watched;
let desk: TestDesk | undefined;
afterEach(async () => {
  await desk?.close();
  desk = undefined;
  await bureau.close();
});

async function begin(start = '2026-07-20T09:00:00+08:00'): Promise<void> {
  bureau = await watched(start, { plan, edit: withNewspaper });
  await bureau.content();
}
/** T comes, and goes by. */
async function throughT(): Promise<void> {
  bureau.clock.turnTo('2026-07-20T09:59:50+08:00');
  await poll(bureau, 12);
}
async function done(
  input: OperationInput = {},
  { app }: Pick<Bureau, 'app'> = bureau,
): Promise<string[]> {
  const who = { account: { name: 'wang', roles: ['operator' as const] }, from: 'test' };
  const found = await runOperation(
    app,
    who,
    'done',
    GDP,
    { channel: 'newspaper', ...input },
    messagesFor('zh'),
  );
  return found.map(({ outcome }) => outcome);
}
const newspaper = () => bureau.app.ledger.get(on('newspaper'));
const incidents = async (): Promise<string[]> =>
  [...(await bureau.app.incidents.incidents()).values()]
    .filter(({ closedAt }) => closedAt === undefined)
    .map(({ kind, severity, items }) => `${kind} ${severity} ${items.map(({ code }) => code)}`);

test('whoever serves it is told at T with the text, once; their word is the receipt', async () => {
  await begin();
  await throughT();
  expect(await newspaper()).toMatchObject({ state: 'held', reason: { code: 'your-turn' } });
  expect(await bureau.at('2026-07-20T10:00:05+08:00')).toEqual([
    'editor@paper.example.cn: 请现在发布到报纸：地区生产总值 2026年二季度',
  ]);
  const { text } = bureau.mail('请现在发布到报纸');
  expect(text).toContain('做法：发到要闻版编辑');
  expect(text).toContain('据初步核算，同比增长 5.8%。');
  expect(text).toMatch(/项目\s+亿元\n合计\s+1234\.5/);
  expect(text).toContain('http://127.0.0.1:8040/releases/gdp.2026-Q2/');
  expect(text).toContain('/desk/copy/gdp.2026-Q2/newspaper');
  // Told once, and nothing is wrong yet.
  expect([await bureau.at('2026-07-20T10:02:00+08:00'), await incidents()]).toEqual([[], []]);
  expect(await done({ url: 'https://paper.example.cn/3', note: '第3版' })).toEqual(['settled']);
  expect(await newspaper()).toMatchObject({
    state: 'verified',
    receipt: {
      ids: { note: '第3版' },
      url: 'https://paper.example.cn/3',
      publicAt: Date.parse('2026-07-20T10:02:00+08:00'),
    },
  });
  expect(await incidents()).toEqual([]);
});

test('not said by T + grace it is missed as anything else is, and over once it is said', async () => {
  await begin();
  await throughT();
  await bureau.at('2026-07-20T10:00:05+08:00');
  expect(await bureau.at('2026-07-20T10:04:59+08:00')).toEqual([]);
  expect(await bureau.at('2026-07-20T10:05:00+08:00')).toEqual([
    'operator@example.cn: 未按时发布：地区生产总值（gdp.2026-Q2）',
  ]);
  expect(await incidents()).toEqual(['release missed your-turn']);
  const { text } = bureau.mail('未按时发布');
  expect(text).toContain('这个渠道由人发布：请现在发布，发好后点“我已发布”。');
  expect(text).toContain('done gdp.2026-Q2 --channel newspaper');
  expect(text).not.toContain('立即补发：');
  bureau.clock.turnTo('2026-07-20T10:09:00+08:00');
  await done();
  expect(await bureau.at('2026-07-20T10:09:05+08:00')).toEqual([
    'operator@example.cn: 已解决：地区生产总值',
  ]);
});

test('before T nobody can say that it is done, by any way', async () => {
  await begin('2026-07-19T10:00:05+08:00');
  await poll(bureau, 2);
  expect((await newspaper())?.state).toBe('staged');
  await expect(done()).rejects.toThrow('还没到发布时间');
  expect((await newspaper())?.state).toBe('staged');
  desk = await testDesk(bureau);
  await desk.person('zhang', 'operator');
  const visitor = await desk.signIn('zhang');
  const page = await visitor.get('/desk/copy/gdp.2026-Q2/newspaper');
  expect(page.text).toContain('发布时间是 2026-07-20 10:00。在此之前请不要让任何人看到。');
  expect(page.text).toContain('据初步核算，同比增长 5.8%。');
  expect(page.text).not.toContain('href="/desk/releases/gdp.2026-Q2/done"');
  const refused = await visitor.post('/desk/releases/gdp.2026-Q2/done', { note: '已登' });
  expect(refused.text).toContain('还没到发布时间');
  expect((await newspaper())?.state).toBe('staged');
});

test('the button in the letter asks for an address or a note, and works once, for whoever got it', async () => {
  await begin();
  await throughT();
  await bureau.at('2026-07-20T10:00:05+08:00');
  const pages = actPages({
    ...bureau.app,
    run: (actor, name, id, input) =>
      runOperation(bureau.app, actor, name, id, input, messagesFor('zh')),
    words: messagesFor('zh'),
    bureau: '测试统计局',
    trustedProxies: [],
  });
  const path =
    /我已发布：http:\/\/127\.0\.0\.1:8040\/act(\/\S+)/.exec(
      bureau.mail('请现在发布到报纸').text,
    )?.[1] ?? '';
  const opened = await (await pages.request(path)).text();
  expect(opened).toContain('name="note"');
  expect((await newspaper())?.state).toBe('held');
  const press = (url: string) =>
    pages.request(path, {
      method: 'POST',
      body: new URLSearchParams({ url, note: '7月21日第3版' }),
    });
  // What was typed wrong uses nothing up.
  expect(await (await press('paper')).text()).toContain('网址不对');
  expect((await newspaper())?.state).toBe('held');
  expect(await (await press('')).text()).toContain('已记下您的确认');
  expect(await newspaper()).toMatchObject({
    state: 'verified',
    receipt: { ids: { note: '7月21日第3版' } },
  });
  expect((await press('')).status).toBe(410);
  const { events } = await bureau.app.journal.since('0-0');
  expect(events.findLast(({ event }) => event === 'found')?.detail).toMatchObject({
    by: 'editor@paper.example.cn',
    note: '7月21日第3版',
  });
});

test('today’s page says whose turn it is, and offers the button once it is due', async () => {
  await begin();
  desk = await testDesk(bureau);
  await desk.person('zhang', 'operator');
  const visitor = await desk.signIn('zhang');
  const button = 'href="/desk/releases/gdp.2026-Q2/done"';
  expect((await visitor.get('/desk/')).text).not.toContain(button);
  await throughT();
  const today = (await visitor.get('/desk/')).text;
  expect(today).toContain('轮到您了：请现在发布，发好后点“我已发布”');
  expect(today).toContain(button);
  // Neither another try nor a late publication does anything where people publish.
  for (const other of ['retry', 'publish', 'is-public'])
    expect(today).not.toContain(`href="/desk/releases/gdp.2026-Q2/${other}"`);
  await visitor.fill('/desk/releases/gdp.2026-Q2/done', { note: '口播' });
  expect(await newspaper()).toMatchObject({
    state: 'verified',
    receipt: { ids: { note: '口播' } },
  });
});

test('a worker that dies between the intent and the handing over: a person is told all the same', async () => {
  await begin();
  const { ledger, publishDeps: parts } = bureau.app;
  await poll(bureau, 2);
  bureau.clock.turnTo('2026-07-20T10:00:00+08:00');
  for (const [to, extra] of [
    ['armed', { set: { worker: 'dead' }, take: true }],
    [
      'releasing',
      { unsettled: { why: 'intent', at: Date.parse('2026-07-20T10:00:00+08:00') } as const },
    ],
  ] as const) {
    const from = await ledger.get(on('newspaper'));
    if (!from) throw new Error('not planned');
    const at = parts.clock.now();
    const { ok } = await ledger.change({
      publication: on('newspaper'),
      from,
      to,
      actor: 'dead',
      at,
      ...extra,
    });
    expect(ok).toBe(true);
  }
  await poll(bureau, 20);
  expect(await newspaper()).toMatchObject({ state: 'held', reason: { code: 'your-turn' } });
  expect((await bureau.at('2026-07-20T10:01:00+08:00')).length).toBe(1);
});

test('moved after it was somebody’s turn: they are asked whether it is out, and nobody is told to publish before the new day', async () => {
  await begin();
  const alone = plan.replace('[website, newspaper]', '[newspaper]');
  await bureau.apply(alone);
  await throughT();
  await bureau.at('2026-07-20T10:00:05+08:00');
  const applied = await bureau.apply(
    `${alone}    dates: { 2026-Q2: { at: 2026-07-22 10:00, was: 2026-07-20 10:00, reason: 数据复核 } }\n`,
  );
  expect(applied.ok).toBe(true);
  await poll(bureau, 6);
  const entry = await newspaper();
  expect(entry?.state === 'held' && entry.reason?.code).toBe('cannot-tell');
});

test('what is withdrawn or corrected there is left to a person, who is told', async () => {
  await begin();
  await throughT();
  await done();
  const who = { account: { name: 'wang', roles: ['operator' as const] }, from: 'test' };
  const found = await runOperation(
    bureau.app,
    who,
    'withdraw',
    GDP,
    { reason: '口径调整' },
    messagesFor('zh'),
  );
  expect(found.map(({ subject, outcome }) => `${subject} ${outcome}`)).toEqual([
    `${on('website')} done`,
    `${on('newspaper')} cannot`,
  ]);
  expect((await bureau.app.publishDeps.byHand.all()).get(on('newspaper'))).toMatchObject({
    what: 'withdraw',
    done: false,
  });
});

test('WeChat, drafts only: the draft is in the box before T; a person publishes it, and says so', async () => {
  bureau = await watched('2026-07-19T10:00:05+08:00', {
    plan: PLAN.replace('[website, catalogue, wechat, weibo]', '[website, wechat]'),
    edit: (yaml) => yaml.replace('appId: wx-sandbox', 'appId: wx-sandbox, mode: draft-only'),
  });
  await bureau.content();
  await poll(bureau, 12);
  expect(await bureau.state(on('wechat'))).toBe('staged');
  const { world } = bureau.sandbox;
  expect(world.calls.filter(({ route }) => route.includes('draft/add')).length).toBeGreaterThan(0);
  await throughT();
  expect(await bureau.at('2026-07-20T10:00:25+08:00')).toEqual([
    'operator@example.cn: 请现在发布到微信：地区生产总值 2026年二季度',
  ]);
  expect(bureau.mail('请现在发布到微信').text).toContain('草稿已经在公众号的草稿箱里');
  expect(world.calls.filter(({ route }) => /submit|sendall/.test(route))).toEqual([]);
  expect(await done({ channel: 'wechat', url: 'https://mp.weixin.qq.com/s/abc' })).toEqual([
    'settled',
  ]);
  expect(await bureau.app.ledger.get(on('wechat'))).toMatchObject({
    state: 'verified',
    receipt: { url: 'https://mp.weixin.qq.com/s/abc' },
  });
  expect(await bureau.at('2026-07-20T10:06:00+08:00')).toEqual([]);
});
