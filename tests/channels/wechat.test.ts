// What WeChat answers, and what follows from that.
import { afterEach, expect, test } from 'vitest';
import type { Call } from '../../src/channels/channel.ts';
import type { Http } from '../../src/channels/http.ts';
import { classifyWechat } from '../../src/channels/wechat/answers.ts';
import { wechatChannel } from '../../src/channels/wechat/channel.ts';
import { flawsFor } from '../../src/content/channel-checks.ts';
import { messagesFor } from '../../src/i18n/index.ts';
import { instant } from '../../src/lib/instant.ts';
import { publicationId, releaseId } from '../../src/plan/types.ts';
import { releaseWave } from '../../src/publish/release.ts';
import { stage } from '../../src/publish/stage.ts';
import { probe } from '../../src/publish/verify.ts';
import { memoryTokens } from '../../src/watchdog/channel-tokens.ts';
import { type Bureau, DUE, makeBureau, never, on } from '../helpers/bureau.ts';
import { ticking } from '../helpers/poll.ts';
import { answerWechat, said, WECHAT_ONLY } from '../helpers/wechat.ts';

const now = instant(Date.parse('2026-07-20T10:00:00+08:00'));

test.each([
  [-1, 'again', 'doubtful'],
  [40001, 'refused', 'refused'],
  [40002, 'refused', 'refused'],
  [40007, 'again', 'doubtful'],
  [40008, 'refused', 'refused'],
  [40033, 'refused', 'refused'],
  [40035, 'refused', 'refused'],
  [40097, 'refused', 'refused'],
  [40125, 'refused', 'refused'],
  [40164, 'refused', 'refused'],
  [40243, 'refused', 'refused'],
  [41002, 'refused', 'refused'],
  [41005, 'refused', 'refused'],
  [41006, 'refused', 'refused'],
  [41040, 'refused', 'refused'],
  [43001, 'refused', 'refused'],
  [43002, 'refused', 'refused'],
  [44003, 'refused', 'refused'],
  [44004, 'refused', 'refused'],
  [45003, 'refused', 'refused'],
  [45009, 'quota', 'quota'],
  [45011, 'again', 'again'],
  [45028, 'quota', 'quota'],
  [45064, 'refused', 'refused'],
  [45066, 'again', 'doubtful'],
  [45067, 'refused', 'refused'],
  [45166, 'refused', 'refused'],
  [47001, 'refused', 'refused'],
  [48001, 'refused', 'refused'],
  [48003, 'refused', 'refused'],
  [48008, 'refused', 'refused'],
  [53501, 'again', 'again'],
  [53502, 'refused', 'refused'],
  [53503, 'refused', 'refused'],
  [53600, 'refused', 'refused'],
  [89503, 'refused', 'refused'],
  [268_488_001, 'again', 'doubtful'],
])('errcode %i is %s while staging and %s at the releasing call', (errcode, safe, releasing) => {
  expect(classifyWechat(errcode, '', 'safe', now, 'service').class).toBe(safe);
  expect(classifyWechat(errcode, '', 'releasing', now, 'service').class).toBe(releasing);
  // Operators read words, and not a number.
  const code = `wechat-${errcode}`;
  expect(messagesFor('zh').reason(code, undefined, 'held')).toMatch(/^[^w].*\p{Script=Han}/u);
  expect(messagesFor('en').reason(code, undefined, 'held')).not.toContain(code);
});

test.each([61450, 65301, 99_999])('errcode %i, which no page explains', (errcode) => {
  expect(classifyWechat(errcode, 'no', 'releasing', now, 'service')).toEqual({
    class: 'doubtful',
    why: { code: `wechat-${errcode}`, detail: 'no' },
  });
  expect(classifyWechat(errcode, 'no', 'safe', now, 'service')).toEqual({
    class: 'again',
    why: { code: `wechat-${errcode}`, detail: 'no' },
    afterMs: 60_000,
    most: 3,
  });
});

test("quotas end at Beijing's midnight; mass sends of a service account with its month", () => {
  const until = (errcode: number, account: 'service' | 'subscription') =>
    classifyWechat(errcode, '', 'releasing', now, account);
  const midnight = { until: Date.parse('2026-07-21T00:00:00+08:00') };
  expect(until(45009, 'service')).toMatchObject(midnight);
  expect(until(45028, 'subscription')).toMatchObject(midnight);
  expect(until(45028, 'service')).toMatchObject({
    until: Date.parse('2026-08-01T00:00:00+08:00'),
  });
});

test('what was published too often in a short time waits for minutes', () => {
  expect(classifyWechat(53501, '', 'releasing', now, 'service')).toMatchObject({
    class: 'again',
    afterMs: 300_000,
  });
});

const LINK = 'https://a.example/releases/gdp.2026-Q2/';
const STAGED = { mediaId: 'm', title: '标题', url: LINK };
const row = (more: object, at: string): object => ({
  article_id: 'a',
  update_time: Date.parse(at) / 1000,
  content: {
    news_item: [{ title: '标题', content_source_url: LINK, url: 'https://mp.example/1', ...more }],
  },
});
/** What a look says where the draft is gone and these articles are listed. */
async function lookAmong(items: object[], more: Partial<Call> = {}) {
  const send: Http = (call) =>
    Promise.resolve(
      said(call.url.includes('draft/get') ? { errcode: 40007 } : { item: items, errcode: 0 }),
    );
  const tokens = memoryTokens()('wechat');
  await tokens.set('a token', 60_000);
  const clock = { now: () => instant(now + 20_000), sleepUntil: () => Promise.resolve() };
  const channel = wechatChannel('wechat', options, tokens, clock, send);
  return channel.lookup(
    {
      publication: publicationId(releaseId('gdp.2026-Q2'), 'wechat'),
      release: releaseId('gdp.2026-Q2'),
      due: now,
      since: now,
      staged: STAGED,
      calledAt: now,
      looks: 0,
      ...more,
    },
    never,
  );
}
const options = {
  appId: 'wx',
  secret: 's',
  mode: 'publish',
  account: 'service',
  author: '',
  baseUrl: 'https://wechat.example',
  commentsOpen: false,
  draftLeavesMs: 180_000,
} as const;

test.each([
  ['ours', [row({}, '2026-07-20T10:00:03+08:00')], 'public'],
  ['ours, and deleted since', [row({ is_deleted: true }, '2026-07-20T10:00:03+08:00')], 'gone'],
  // That was an earlier version, taken down before: ours is still to come.
  ['deleted before T', [row({ is_deleted: true }, '2026-07-01T10:00:00+08:00')], 'pending'],
  [
    'deleted, and there again',
    [
      row({ is_deleted: true }, '2026-07-20T10:00:09+08:00'),
      row({ is_deleted: false }, '2026-07-20T10:00:03+08:00'),
    ],
    'public',
  ],
  ['with another link', [row({ content_source_url: 'https://b.example/' }, DUE)], 'pending'],
])('the list of what is published has it, %s', async (_, items, wanted) => {
  expect((await lookAmong(items)).class).toBe(wanted);
});

test('a publish_status that nobody knows is unknown, and not gone', async () => {
  const tokens = memoryTokens()('wechat');
  await tokens.set('a token', 60_000);
  const clock = { now: () => now, sleepUntil: () => Promise.resolve() };
  const send: Http = () => Promise.resolve(said({ publish_status: 9 }));
  const channel = wechatChannel('wechat', options, tokens, clock, send);
  const call = {
    publication: publicationId(releaseId('gdp.2026-Q2'), 'wechat'),
    release: releaseId('gdp.2026-Q2'),
    due: now,
    since: now,
    staged: STAGED,
    receipt: { ids: { publishId: '7' } },
    looks: 0,
  };
  expect(await channel.lookup(call, never)).toEqual({
    class: 'unknown',
    why: { code: 'wechat-status', detail: '9' },
  });
});

test('a mass send is deleted by its number', async () => {
  const tokens = memoryTokens()('wechat');
  await tokens.set('a token', 60_000);
  const bodies: unknown[] = [];
  const send: Http = (call) => {
    bodies.push(JSON.parse(String(call.body)));
    return Promise.resolve(said({ errcode: 0 }));
  };
  const clock = { now: () => now, sleepUntil: () => Promise.resolve() };
  const channel = wechatChannel('wechat', { ...options, mode: 'mass' }, tokens, clock, send);
  const call = {
    publication: publicationId(releaseId('gdp.2026-Q2'), 'wechat'),
    release: releaseId('gdp.2026-Q2'),
    due: now,
    since: now,
    staged: undefined,
    receipt: { ids: { msgId: '2247483915' } },
    looks: 0,
  };
  expect(await channel.withdraw(call, never, '')).toEqual({ class: 'done' });
  expect(bodies).toEqual([{ msg_id: 2_247_483_915, article_idx: 1 }]);
});

test('a link of more than 1 kB is told when the text comes, and not at T', () => {
  const flaws = (bytes: number): string[] =>
    flawsFor(
      'wechat',
      {
        title: '标题',
        author: '处',
        summary: '要点',
        url: 'x'.repeat(bytes),
        wechatHtml: () => '正文',
      } as never,
      { folder: '/c', bodyLine: 3, pictures: [], attachments: [], rendered: NOTHING } as never,
    ).map(({ code }) => code);
  expect(flaws(1024)).toEqual([]);
  expect(flaws(1025)).toEqual(['wechat-url-long']);
});
const NOTHING = { html: '', wechat: [], pictures: [], links: [], start: '' };

let bureau: Bureau | undefined;
afterEach(async () => {
  await bureau?.close();
  bureau = undefined;
});

/** A bureau whose release has been staged, a second before T. */
async function staged(edit?: (yaml: string) => string): Promise<Bureau> {
  bureau = await makeBureau('2026-07-19T10:00:05+08:00', WECHAT_ONLY, edit);
  await bureau.apply();
  await bureau.content();
  const { app, clock } = bureau;
  await ticking(clock, () => stage(app.parts, on('wechat'), never));
  clock.turnTo('2026-07-20T09:59:59+08:00');
  await app.channels.get('wechat')?.preflight(never);
  return bureau;
}
const MASS = (yaml: string): string =>
  yaml.replace('appId: wx-sandbox', 'appId: wx-sandbox, mode: mass');

test('an answer that no page explains holds what is staged after three tries more', async () => {
  bureau = await makeBureau('2026-07-19T10:00:05+08:00', WECHAT_ONLY);
  await bureau.apply();
  await bureau.content();
  const { app, clock } = bureau;
  const calls = answerWechat(bureau, (path) =>
    path === '/cgi-bin/draft/add' ? said({ errcode: 99_999, errmsg: 'odd' }) : undefined,
  );
  const states: (string | undefined)[] = [];
  for (let tries = 0; tries < 5; tries++) {
    await stage(app.parts, on('wechat'), never);
    states.push(await bureau.state(on('wechat')));
    clock.turnTo(clock.now() + 61_000);
  }
  expect(states).toEqual(['planned', 'planned', 'planned', 'held', 'held']);
  expect(calls.filter((path) => path === '/cgi-bin/draft/add')).toHaveLength(4);
  expect((await app.ledger.get(on('wechat')))?.reason).toMatchObject({
    code: 'wechat-99999',
    detail: 'odd',
  });
});

test('45066 says that the send is under way: it is looked at a minute later, and sent once', async () => {
  const { app, clock } = await staged(MASS);
  let sends = 0;
  const ids = new Set<unknown>();
  answerWechat(bureau as Bureau, (path, body) => {
    if (path !== '/cgi-bin/message/mass/sendall') return undefined;
    ids.add(body.clientmsgid);
    sends++;
    return said(
      sends === 1 ? { errcode: 45066 } : { errcode: 45065, errmsg: 'exist', msg_id: 3_147_483_656 },
    );
  });
  const wave = (): Promise<void> =>
    ticking(clock, () => releaseWave(app.parts, 'wechat', Date.parse(DUE) as never, never), 50);
  await wave();
  const doubted = await app.ledger.get(on('wechat'));
  expect(doubted?.state).toBe('doubtful');
  expect(sends).toBe(1);
  const wakes = (await app.ledger.wakesAt(on('wechat'))) ?? 0;
  expect(wakes - clock.now()).toBeGreaterThan(55_000);
  clock.turnTo(wakes);
  await probe(app.parts, on('wechat'), 0, never);
  await wave();
  expect(ids.size).toBe(1);
  expect(sends).toBe(2);
  expect(await app.ledger.get(on('wechat'))).toMatchObject({
    state: 'releasing',
    receipt: { ids: { msgId: '3147483656' } },
  });
});
