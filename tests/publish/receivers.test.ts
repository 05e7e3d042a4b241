// Receivers that answer oddly: what comes of it in the ledger, and how often they are called.
import { afterEach, expect, test } from 'vitest';
import { type Http, type HttpAnswer, http } from '../../src/channels/http.ts';
import { type WebhookOptions, webhookChannel } from '../../src/channels/webhook.ts';
import { type PublicationId, publicationId, releaseId } from '../../src/plan/types.ts';
import type { PublishDeps } from '../../src/publish/deps.ts';
import { releaseWave } from '../../src/publish/release.ts';
import { stage } from '../../src/publish/stage.ts';
import { probe } from '../../src/publish/verify.ts';
import { SANDBOX } from '../../src/sandbox/sandbox.ts';
import { BODY, type Bureau, DUE, makeBureau, never, on, PLAN } from '../helpers/bureau.ts';
import { poll, ticking } from '../helpers/poll.ts';

const STAGE_TIME = '2026-07-19T10:00:05+08:00';
const due = Date.parse(DUE) as never;
let bureau: Bureau;
afterEach(() => bureau.close());

async function open(plan = PLAN): Promise<void> {
  bureau = await makeBureau(STAGE_TIME, plan);
  await bureau.apply();
  await bureau.content();
}
/** The app with the catalogue reached through `send`. */
function through(send: Http, mode: WebhookOptions['mode'] = 'post'): PublishDeps {
  const url = `http://127.0.0.1:${bureau.sandbox.ports.catalogue}/catalogue`;
  const channel = webhookChannel(
    'catalogue',
    { url, secret: SANDBOX.webhookSecret, mode, lookup: 'id' },
    bureau.clock,
    send,
  );
  return {
    ...bureau.app.publishDeps,
    channels: new Map([...bureau.app.publishDeps.channels, ['catalogue', channel]]),
  };
}
async function release(parts: PublishDeps, channels: readonly string[]): Promise<void> {
  if (bureau.clock.now() < due) bureau.clock.turnTo(DUE);
  await ticking(
    bureau.clock,
    () => Promise.all(channels.map((channel) => releaseWave(parts, channel, due, never))),
    10,
  );
}
const fault = (
  channel: string,
  route: string,
  kind: 'drop-after' | 'drop-before',
  after = 0,
): void => bureau.sandbox.world.setFault({ channel, route, kind, times: 1, after, seconds: 0 });
const entryOf = async (publication: PublicationId) => {
  const entry = await bureau.app.ledger.get(publication);
  if (!entry) throw new Error(`${publication} is not in the ledger`);
  return entry;
};
const said = (
  status: number,
  text: string,
  headers: Record<string, string> = {},
): Promise<HttpAnswer> => Promise.resolve({ ok: true, status, headers, text, date: undefined });

test('an answer is lost, and the receiver that is asked shows a page of maintenance: it is not sent again (break 2.3)', async () => {
  await open();
  const parts = through((call, signal) =>
    call.method === 'GET' ? said(200, '<html>系统维护中</html>') : http(call, signal),
  );
  for (const channel of ['website', 'catalogue']) await stage(parts, on(channel), never);
  fault('catalogue', '/catalogue', 'drop-after');
  await release(parts, ['website', 'catalogue']);
  for (
    let looks = 0;
    looks < 20 && (await entryOf(on('catalogue'))).state === 'doubtful';
    looks++
  ) {
    bureau.clock.turnTo(bureau.clock.now() + 6000);
    await probe(parts, on('catalogue'), looks, never);
  }
  expect(await entryOf(on('catalogue'))).toMatchObject({
    state: 'held',
    reason: { code: 'cannot-tell', detail: 'http-answer' },
    unsettled: { why: 'intent' },
  });
  expect(
    bureau.sandbox.world.items
      .filter((item) => item.channel === 'catalogue')
      .map(({ times }) => times),
  ).toEqual([1]);
});

test('two of one instant whose posts begin alike: the one that never arrived is sent, not taken for the other (break 2.4)', async () => {
  await open(`${PLAN}notices:
  inc-a: { name: { zh: 收入 }, at: 2026-07-20 10:00, channels: [website, weibo] }
  inc-b: { name: { zh: 收入构成 }, at: 2026-07-20 10:00, channels: [website, weibo] }
`);
  const text = (title: string, summary: string): string =>
    BODY.replace('2026年二季度地区生产总值', title).replace('同比增长 5.8%。', summary);
  await bureau.content(
    text('2026年上半年全体居民人均可支配收入情况', '收入增长 5%。'),
    'notices/inc-a',
  );
  await bureau.content(
    text('2026年上半年全体居民人均可支配收入构成', '工资性收入占六成。'),
    'notices/inc-b',
  );
  const both = ['inc-a', 'inc-b'];
  for (const id of both)
    for (const channel of ['website', 'weibo'])
      await stage(bureau.app.publishDeps, publicationId(releaseId(id), channel), never);
  fault('weibo', 'share', 'drop-before', 1);
  await release(bureau.app.publishDeps, ['website', 'weibo']);
  await poll(bureau, 20);
  const states = await Promise.all(
    both.map(async (id) => (await entryOf(publicationId(releaseId(id), 'weibo'))).state),
  );
  expect(states).toEqual(['verified', 'verified']);
  const shown = bureau.sandbox.world.items.filter(
    ({ channel, key }) => channel === 'weibo' && both.includes(key),
  );
  expect(shown.map(({ key, times }) => [key, times]).sort()).toEqual([
    ['inc-a', 1],
    ['inc-b', 1],
  ]);
});

test('429 with Retry-After: 0 at T is tried again later and later, not at once, and then held (break 2.14)', async () => {
  await open();
  let answeredAt = 0;
  const parts = through((call, signal) => {
    if (call.method !== 'POST') return http(call, signal);
    answeredAt = bureau.clock.now();
    return said(429, '', { 'retry-after': '0' });
  });
  for (const channel of ['website', 'catalogue']) await stage(parts, on(channel), never);
  await release(parts, ['website']);
  const waits: number[] = [];
  for (const state of ['staged', 'staged', 'held']) {
    await release(parts, ['catalogue']);
    const entry = await entryOf(on('catalogue'));
    const { retryAt = 0 } = entry;
    expect(entry.state).toBe(state);
    if (state === 'held') break;
    // The clock goes on a little while the answer is on its way to the ledger.
    waits.push(Math.floor((retryAt - answeredAt) / 5000) * 5);
    bureau.clock.turnTo(Math.max(bureau.clock.now(), retryAt));
  }
  expect(waits).toEqual([10, 300]);
});

test('429 while staging: Retry-After: 0 waits as long as any failure does, a longer one as long as it says (break 2.14)', async () => {
  await open();
  let after = '0';
  const parts = through(() => said(429, '', { 'retry-after': after }), 'draft-then-publish');
  const wait = async (): Promise<number> => {
    const from = bureau.clock.now();
    await stage(parts, on('catalogue'), never);
    const { retryAt = from } = await entryOf(on('catalogue'));
    bureau.clock.turnTo(Math.max(from, retryAt));
    return retryAt - from;
  };
  expect([await wait(), await wait()]).toEqual([5000, 10_000]);
  after = '90';
  expect(await wait()).toBe(90_000);
});
