// What people take off and put back, add in mid-year, or leave standing in an entry: nothing of it
// lets anything out that nobody asked for, and nothing waits for ever. Each was found by a reader
// who was told to break it.
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { moved, withNotice } from '../../src/desk/plan/edit.ts';
import { preview } from '../../src/desk/plan/preview.ts';
import { messagesFor } from '../../src/i18n/index.ts';
import { publicationId, releaseId } from '../../src/plan/types.ts';
import { holdBack, publishNow } from '../../src/publish/commands.ts';
import { PEOPLE, type Watched, watched } from '../helpers/alarm.ts';
import { BODY, GDP, on, PLAN } from '../helpers/bureau.ts';
import { type TestDesk, testDesk } from '../helpers/desk.ts';
import { poll } from '../helpers/poll.ts';

let bureau: Watched;
let desk: TestDesk | undefined;
afterEach(async () => {
  await desk?.close();
  desk = undefined;
  await bureau?.close();
});

const ALL = '[website, catalogue, wechat, weibo]';
const ONE = PLAN.replace(ALL, '[website]');
const TWO = PLAN.replace(ALL, '[website, weibo]');
const explained = (plan: string): string =>
  plan.replace('if-closed: next }', 'if-closed: next }\n    interpretation: { after: 2d }');
const dated = (plan: string, entry: string): string =>
  `${plan}    dates:\n      2026-Q2: { ${entry} }\n`;
const MOVED = 'at: 2026-07-20 09:00, was: 2026-07-20 10:00, immediate: true, reason: 会议提前';
const EXPLAINED = releaseId('gdp.2026-Q2.interpretation');

async function open(plan: string, at = '2026-07-20T08:00:00+08:00'): Promise<void> {
  bureau = await watched(at, { more: PEOPLE, plan });
  await bureau.content();
}
/** Turns the clock, and lets what is due then come out. */
async function until(iso: string, rounds = 12): Promise<void> {
  bureau.clock.turnTo(iso);
  await poll(bureau, rounds);
}
async function codes(plan: string): Promise<string[]> {
  const applied = await bureau.apply(plan);
  return applied.ok
    ? []
    : applied.problems.filter(({ severity }) => severity === 'error').map(({ code }) => code ?? '');
}

test('held, cancelled, and put back after T: held still, until a person frees it', async () => {
  await open(ONE);
  await poll(bureau, 3);
  const entry = await bureau.app.ledger.get(on('website'));
  if (!entry) throw new Error('no entry');
  expect(await holdBack(bureau.app.publishDeps, entry, { actor: 'wang', detail: {} })).toBe('held');
  bureau.clock.turnTo('2026-07-20T08:10:00+08:00');
  expect(await codes(dated(ONE, 'cancelled: true, reason: 错'))).toEqual([]);
  expect(await bureau.state(on('website'))).toBe('cancelled');
  bureau.clock.turnTo('2026-07-20T10:20:00+08:00');
  expect(await codes(dated(ONE, 'at: 2026-07-20 10:00, immediate: true, reason: 恢复'))).toEqual(
    [],
  );
  await poll(bureau, 8);
  expect(await bureau.state(on('website'))).toBe('held');
});

test('a channel taken off before T and put back after it sends nothing because of an old `immediate`; a person’s “publish” does', async () => {
  await open(TWO);
  expect(await codes(dated(TWO, MOVED))).toEqual([]);
  expect(await codes(dated(ONE, MOVED))).toEqual([]);
  await until('2026-07-20T08:59:50+08:00');
  expect(await bureau.state(on('website'))).toBe('verified');
  bureau.clock.turnTo('2026-07-20T15:00:00+08:00');
  expect(await codes(dated(TWO, MOVED))).toEqual([]);
  await poll(bureau, 10);
  expect(await bureau.state(on('weibo'))).toBe('cancelled');
  const release = bureau.app.planService.calendar().byId.get(GDP);
  const entry = await bureau.app.ledger.get(on('weibo'));
  if (!release || !entry) throw new Error('gone');
  expect(
    await publishNow(bureau.app.publishDeps, release, entry, { actor: 'wang', detail: {} }),
  ).toBe('asked');
  await poll(bureau, 10);
  expect(['public', 'verified']).toContain(await bureau.state(on('weibo')));
});

test('a cancellation taken back after T with the `immediate` of before is refused', async () => {
  await open(ONE);
  expect(await codes(dated(ONE, MOVED))).toEqual([]);
  bureau.clock.turnTo('2026-07-20T08:30:00+08:00');
  expect(
    await codes(dated(ONE, `${MOVED.replace('会议提前', '数据有误')}, cancelled: true`)),
  ).toEqual([]);
  bureau.clock.turnTo('2026-07-20T09:30:00+08:00');
  expect(await codes(dated(ONE, MOVED))).toContain('immediate');
  await poll(bureau, 8);
  expect(await bureau.state(on('website'))).toBe('cancelled');
  // Said anew it goes.
  expect(await codes(dated(ONE, MOVED.replace('会议提前', '核实后照发')))).toEqual([]);
  await poll(bureau, 8);
  expect(['public', 'verified']).toContain(await bureau.state(on('website')));
});

test('the `immediate` of a release says nothing for its interpretation, whatever reason is written', async () => {
  const plan = explained(ONE);
  await open(plan);
  await bureau.content(BODY, join('gdp', '2026-Q2.interpretation'));
  expect(await codes(dated(plan, MOVED))).toEqual([]);
  await until('2026-07-20T08:59:50+08:00');
  bureau.clock.turnTo('2026-07-21T11:00:00+08:00');
  expect(await codes(dated(plan, `${MOVED}, interpretation: 1d`))).toContain('immediate');
  expect(
    await codes(dated(plan, `${MOVED.replace('会议提前', '专家出差')}, interpretation: 1d`)),
  ).toContain('immediate');
  await poll(bureau, 8);
  expect(await bureau.state(publicationId(EXPLAINED, 'website'))).not.toMatch(/public|verified/);
});

test('a channel that joins in mid-year was promised nothing that is out already; one that comes back was', async () => {
  await open(ONE);
  await until('2026-07-20T09:59:50+08:00');
  expect(await bureau.state(on('website'))).toBe('verified');
  expect(await bureau.at('2026-07-20T15:00:00+08:00')).toEqual([]);
  expect(await codes(TWO)).toEqual([]);
  expect(await bureau.at('2026-07-20T16:30:00+08:00')).toEqual([]);
  expect(await bureau.at('2026-07-20T18:30:00+08:00')).toEqual([]);
  await bureau.close();
  await open(TWO);
  expect(await bureau.at('2026-07-20T09:00:00+08:00')).toEqual([]);
  expect(await codes(ONE)).toEqual([]);
  expect(await bureau.at('2026-07-20T09:30:00+08:00')).toEqual([]);
  await until('2026-07-20T09:59:50+08:00');
  expect(await bureau.at('2026-07-20T15:00:00+08:00')).toEqual([]);
  expect(await codes(TWO)).toEqual([]);
  expect(await bureau.at('2026-07-20T16:30:00+08:00')).toContainEqual(
    expect.stringContaining('未按时发布'),
  );
});

test('an interpretation waits for no release that came out before Banli, or before its channel was there', async () => {
  // Banli begins a day after its release.
  await open(explained(ONE), '2026-07-21T10:00:00+08:00');
  await bureau.content(BODY, join('gdp', '2026-Q2.interpretation'));
  await poll(bureau, 4);
  await until('2026-07-22T09:59:50+08:00', 20);
  expect(['public', 'verified']).toContain(await bureau.state(publicationId(EXPLAINED, 'website')));
  await bureau.close();
  // Weibo joins when the release is out.
  await open(explained(ONE), '2026-07-19T10:00:00+08:00');
  await bureau.content(BODY, join('gdp', '2026-Q2.interpretation'));
  await until('2026-07-20T09:59:50+08:00');
  bureau.clock.turnTo('2026-07-20T15:00:00+08:00');
  expect(await codes(explained(TWO))).toEqual([]);
  await until('2026-07-22T09:59:50+08:00', 20);
  for (const channel of ['website', 'weibo'])
    expect(['public', 'verified']).toContain(await bureau.state(publicationId(EXPLAINED, channel)));
});

test('withdrawn is withdrawn on a channel too that the plan has dropped since', async () => {
  await open(TWO, '2026-07-19T10:30:00+08:00');
  await until('2026-07-20T09:59:50+08:00');
  expect(await bureau.state(on('weibo'))).toBe('verified');
  expect(await codes(ONE)).toEqual([]);
  desk = await testDesk(bureau);
  await desk.person('wang', 'operator');
  const wang = await desk.signIn('wang');
  await wang.post(`/desk/releases/${GDP}/withdraw`, { reason: '数据有误' });
  expect([await bureau.state(on('website')), await bureau.state(on('weibo'))]).toEqual([
    'withdrawn',
    'withdrawn',
  ]);
});

test('a form puts its lines where they belong in a file with a double blank line and no end of its last one', async () => {
  const head = `${PLAN.split('indicators:')[0]}\n\nindicators:\n`;
  const plan = `${head}  gdp:\n    name: { zh: 地区生产总值 }\n    frequency: Q\n    due: { day: 20, month: +1, if-closed: next }\n    approval: three`;
  bureau = await watched('2026-03-01T10:00:00+08:00', { plan });
  desk = await testDesk(bureau);
  const words = messagesFor('zh');
  const notice = {
    id: 'tongzhi',
    zh: '通知',
    en: '',
    at: '2026-04-01 10:00',
    channels: ['website'],
    category: '',
    immediate: undefined,
  };
  const noticed = await withNotice(desk.desk, 'config/plan/2026.yaml', notice, words);
  const seen = await preview(desk.desk, noticed.name, noticed.text, words);
  expect(
    seen.changes.map(({ kind, ...change }) => `${kind} ${'to' in change ? change.to.id : ''}`),
  ).toEqual(['added tongzhi']);
  const release = bureau.app.planService.calendar().byId.get(releaseId('gdp.2026-Q2'));
  if (!release) throw new Error('gone');
  const later = await moved(
    desk.desk,
    release,
    { at: '2026-07-22 10:00', reason: '改', immediate: false },
    words,
  );
  const after = await preview(desk.desk, later.name, later.text, words);
  expect(after.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(
    after.changes.map(({ kind, ...change }) => `${kind} ${'to' in change ? change.to.id : ''}`),
  ).toEqual(['moved gdp.2026-Q2']);
});
