// What the desk offers and says of a release in each of its states: nothing that cannot be done,
// and nothing calm beside what is late.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { todayMain } from '../../src/desk/releases/pages.ts';
import { incidentsOf } from '../../src/desk/releases/summaries.ts';
import type { Principal } from '../../src/desk/shell/desk.ts';
import { messagesFor } from '../../src/i18n/index.ts';
import { newAccount } from '../../src/ledger/accounts.ts';
import type { Incident } from '../../src/ledger/incident.ts';
import { publicationId, releaseId } from '../../src/plan/types.ts';
import { found, type Watched, watched } from '../helpers/alarm.ts';
import { BODY, GDP, PLAN } from '../helpers/bureau.ts';
import { type TestDesk, testDesk, type Visitor } from '../helpers/desk.ts';

const SITE = publicationId(releaseId(GDP), 'website');
const PAGE = `/desk/releases/${GDP}`;
const offer = (operation: string): string => `href="${PAGE}/${operation}"`;

let bureau: Watched;
let desk: TestDesk;
let wang: Visitor;
beforeEach(async () => {
  bureau = await watched('2026-07-15T10:00:00+08:00', {
    plan: PLAN.replace('window: 12h }', 'window: 12h, approval: one }'),
  });
  desk = await testDesk(bureau);
  await desk.person('wang', 'operator', 'editor', 'chief');
  wang = await desk.signIn('wang');
});
afterEach(async () => {
  await desk?.close();
  await bureau?.close();
});

const turnTo = async (iso: string): Promise<void> => {
  bureau.clock.turnTo(iso);
  wang = await desk.signIn('wang');
};

test('without a text one is led to write it: neither publishing nor approving is offered', async () => {
  await turnTo('2026-07-20T10:10:00+08:00');
  for (const at of ['/desk/', PAGE]) {
    const page = (await wang.get(at)).text;
    expect(page).toContain(
      `<a class="button main" href="/desk/content/${GDP}" aria-label="去写稿件`,
    );
    expect(page).not.toContain(offer('publish'));
    expect(page).not.toContain(offer('approve'));
  }
  await bureau.content();
  const page = (await wang.get(PAGE)).text;
  expect(page).toContain(offer('publish'));
  expect(page).toContain(offer('approve'));
  expect(page).not.toContain('去写稿件');
});

test('approving is offered until all have, and of what is public once another text is to take its place', async () => {
  await bureau.content();
  const loaded = await bureau.app.publishDeps.load(
    bureau.app.planService.calendar().byId.get(releaseId(GDP)) as never,
  );
  const digest = loaded.state === 'ready' ? loaded.bundle.digest : '';
  expect((await wang.get('/desk/')).text).toContain(offer('approve'));
  // Whoever wrote it may not, and is not asked to; nothing is offered to come out early.
  await bureau.app.planStore.setAuthor(releaseId(GDP), digest, 'wang');
  expect((await wang.get('/desk/')).text).not.toContain(offer('approve'));
  expect((await wang.get(PAGE)).text).not.toContain(offer('publish'));
  await bureau.app.accounts.add(newAccount('zhao', '赵芳', ['chief']));
  await bureau.app.planStore.approve(releaseId(GDP), digest, 'zhao', bureau.clock.now());
  expect((await wang.get('/desk/')).text).not.toContain(offer('approve'));
  const approved = (await wang.get(PAGE)).text;
  expect(approved).not.toContain(offer('approve'));
  expect(approved).toContain('赵芳 已批准');
  await turnTo('2026-07-20T10:01:00+08:00');
  await found(bureau, SITE);
  expect((await wang.get(PAGE)).text).not.toContain(offer('approve'));
  await bureau.content(BODY.replace('5.8', '6.0'));
  expect((await wang.get(PAGE)).text).toContain(offer('approve'));
});

test('a name that was typed with a wrong password is not typed again', async () => {
  const refused = await desk.send('/desk/sign-in', {
    method: 'POST',
    body: new URLSearchParams({ name: 'wang', password: 'wrong wrong wrong' }),
  });
  expect(refused.status).toBe(401);
  expect(refused.text).toMatch(/name="name"[^>]* value="wang"/);
});

test('content lists what is to come', async () => {
  expect((await wang.get('/desk/content/')).text).toContain(`href="${PAGE}"`);
  await turnTo('2026-07-20T10:01:00+08:00');
  await found(bureau, SITE);
  for (const channel of ['catalogue', 'wechat', 'weibo'])
    await found(bureau, publicationId(releaseId(GDP), channel));
  expect((await wang.get('/desk/content/')).text).not.toContain(`href="${PAGE}"`);
});

test('what is past its time and not out is said to be so, as an alarm', async () => {
  expect((await wang.get('/desk/')).text).not.toContain('已到点');
  await turnTo('2026-07-20T10:00:30+08:00');
  const page = (await wang.get('/desk/')).text;
  expect(page).toContain('已到点，还没发出：还没有稿件');
  expect(page).toMatch(/<li class="publication bad[^"]*">/);
});

test('what is left before the first release is folded away once anything is wrong', async () => {
  expect((await wang.get('/desk/')).text).toContain('<section class="first-hour">');
  await turnTo('2026-07-20T10:10:00+08:00');
  const page = (await wang.get('/desk/')).text;
  expect(page).toContain('<details class="first-hour"><summary>开始使用</summary>');
  expect(page).not.toContain('<section class="first-hour">');
});

test('what was done names the publication in words', async () => {
  await bureau.content();
  await turnTo('2026-07-20T10:01:00+08:00');
  await found(bureau, SITE);
  const page = (await wang.post(`${PAGE}/withdraw`, { reason: '数据有误', channel: 'website' }))
    .text;
  expect(page).toContain('地区生产总值 2026年二季度（网站）：已撤回');
  expect(page).not.toContain(`${SITE}：`);
});

test('what the service has told is not listed again because the watchdog has seen it, too', async () => {
  const item = {
    release: GDP,
    name: { zh: '地区生产总值' },
    due: Date.parse('2026-07-20T10:00:00+08:00'),
    channels: ['website'],
    state: 'planned',
  };
  const missed: Incident = {
    id: 'own',
    kind: 'late',
    subject: GDP,
    severity: 'missed',
    stage: 0,
    timezone: 'Asia/Shanghai',
    items: [item],
    openedAt: Date.parse('2026-07-20T10:05:00+08:00'),
    thread: 'own',
    told: {},
    toldAt: 0,
    level: 1,
    levelAt: 0,
  };
  const seen: Incident[] = [
    { ...missed, id: 'the same' },
    { ...missed, id: 'early', kind: 'early' },
    { ...missed, id: 'another', items: [{ ...item, release: 'cpi.2026-06' }] },
    {
      ...missed,
      id: 'wrong',
      kind: 'plan',
      items: [],
      about: { what: 'plan-refused', mistakes: '2026.yaml:9:13  “two”不对' },
    },
  ];
  const view = {
    ...desk.desk,
    app: {
      ...bureau.app,
      clock: bureau.clock,
      incidents: { incidents: async () => new Map([['own', missed]]) },
    },
    watchdog: { ...desk.desk.watchdog, incidents: async () => seen },
  } as unknown as typeof desk.desk;
  const listed = await incidentsOf(view, messagesFor('zh'));
  expect(listed.map(({ id }) => id).sort()).toEqual(['another', 'early', 'own', 'wrong']);
  // Of a plan that is wrong it is said where, and of nothing else.
  expect(listed.flatMap(({ text }) => text ?? [])).toEqual(['2026.yaml:9:13  “two”不对']);
});

test('where nobody is written to, the first page does not say that all is well', () => {
  const today = { incidents: [], now: [], week: [], before: [], older: [] };
  const who = { may: new Set() } as unknown as Principal;
  const page = (isHeard: boolean): string =>
    String(todayMain(today, who, messagesFor('zh'), [], undefined, isHeard));
  expect(page(true)).toContain('一切正常，没有需要处理的');
  expect(page(false)).not.toContain('一切正常');
  expect(page(false)).toContain('误期时没有人会收到信');
});
