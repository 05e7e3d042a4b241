// What a lookup may say of what it is answered: "not public" lets a publication be sent again, so
// it takes authority.
import { expect, test } from 'vitest';
import type { Call, LookupResult } from '../../src/channels/channel.ts';
import type { Http } from '../../src/channels/http.ts';
import { webhookChannel } from '../../src/channels/webhook.ts';
import { wechatChannel } from '../../src/channels/wechat/channel.ts';
import { weiboChannel } from '../../src/channels/weibo.ts';
import { instant } from '../../src/lib/instant.ts';
import { publicationId, releaseId } from '../../src/plan/types.ts';
import { memoryTokens } from '../../src/watchdog/channel-tokens.ts';
import { never } from '../helpers/bureau.ts';

const due = instant(Date.parse('2026-07-20T10:00:00+08:00'));
const clock = { now: () => instant(due + 20_000), sleepUntil: () => Promise.resolve() };
const callOf = (channel: string, staged: unknown, more: Partial<Call> = {}): Call => ({
  publication: publicationId(releaseId('cpi.2026-06'), channel),
  release: releaseId('cpi.2026-06'),
  due,
  since: due,
  staged,
  looks: 2,
  ...more,
});
const answering =
  (status: number, text: string): Http =>
  () =>
    Promise.resolve({ ok: true, status, headers: {}, text, date: undefined });

function askReceiver(status: number, text: string): Promise<LookupResult> {
  const options = {
    url: 'http://cms.example/hooks',
    secret: 'whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz',
    mode: 'post',
    lookup: 'id',
  } as const;
  const channel = webhookChannel('catalogue', options, clock, answering(status, text));
  return channel.lookup(callOf('catalogue', { key: 'k', body: '{}' }), never);
}

test.each([
  [200, '{"id":"7","state":"published"}', 'public'],
  [200, '{"id":"7","url":null,"state":"published"}', 'public'],
  [404, '', 'not-public'],
  [200, '{"id":"7","state":"draft"}', 'not-public'],
  [200, '{"state":"absent"}', 'not-public'],
  [200, '{"state":"none"}', 'not-public'],
  [200, '{"state":"unpublished"}', 'not-public'],
  [500, '', 'unknown'],
])('a receiver asked what it has that answers %i %s: %s', async (status, text, wanted) => {
  expect((await askReceiver(status, text)).class).toBe(wanted);
});

test.each([
  ['a page of maintenance', '<html>系统维护中</html>', undefined],
  ['half an answer', '{"id":"7","state":"publ', undefined],
  ['nothing', '', undefined],
  ['no state', '{"id":"7"}', undefined],
  ['no object', '[]', undefined],
  ['a state that is no word', '{"state":3}', undefined],
  ['a state of its own', '{"state":"processing"}', 'processing'],
  ['what every object inherits', '{"state":"constructor"}', 'constructor'],
])('200 with %s says nothing: never "not public" (break 2.3)', async (_, text, detail) => {
  expect(await askReceiver(200, text)).toEqual({
    class: 'unknown',
    why: { code: 'http-answer', detail },
  });
});

test.each(['withdrawn', 'deleted'])(
  'a receiver that says %s had it once: gone, not "not public" (break 2.3)',
  async (state) => {
    expect(await askReceiver(200, JSON.stringify({ state }))).toEqual({
      class: 'gone',
      why: { code: 'withdrawn' },
    });
  },
);

const LINK = 'https://a.example/releases/cpi.2026-06/';
const INCOME = `【2026年上半年全体居民人均可支配收入情况】同比名义增长 5.0%，扣除价格因素实际增长 4.8%。 ${LINK}`;
const PARTS = '【2026年上半年全体居民人均可支配收入构成】工资性收入占六成。 http://t.cn/A62';
const LONG = `【2026年6月份社会消费品零售总额】${'全市社会消费品零售总额同比增长，其中限额以上单位消费品零售额继续回升，'.repeat(2)}网上零售较快。 ${LINK}`;

/** What Weibo's channel says of a text, with these posts in the timeline, the newest first. */
function askWeibo(
  text: string,
  posts: readonly string[],
  more: Partial<Call> = {},
): Promise<LookupResult> {
  const statuses = posts.map((post, index) => ({
    idstr: `1${index}`,
    text: post,
    created_at: new Date(due + 1000).toUTCString(),
  }));
  const send: Http = (call, signal) =>
    answering(
      200,
      JSON.stringify(
        call.url.includes('user_timeline') ? { statuses } : { uid: 7, expire_in: 999 },
      ),
    )(call, signal);
  const channel = weiboChannel(
    'weibo',
    { accessToken: 'x', baseUrl: 'http://weibo.example', safeDomain: 'a.example' },
    memoryTokens()('weibo'),
    clock,
    send,
  );
  return channel.lookup(callOf('weibo', { text }, more), never);
}
const found = async (...asked: Parameters<typeof askWeibo>): Promise<string | undefined> => {
  const sighting = await askWeibo(...asked);
  return sighting.class === 'public' ? sighting.receipt.ids.id : sighting.class;
};
const AMBIGUOUS = { class: 'unknown', why: { code: 'ambiguous' } };

test("another release's post whose title begins alike is not ours (break 2.4)", async () => {
  expect(await found(INCOME, [PARTS])).toBe('not-public');
  expect(await found(INCOME, [PARTS, INCOME.replace(LINK, 'http://t.cn/A61')])).toBe('11');
});

test('the same title with another summary is not ours (break 2.4)', async () => {
  expect(
    await found(INCOME, [
      '【2026年上半年全体居民人均可支配收入情况】城镇居民增长 4.5%。 http://t.cn/A63',
    ]),
  ).toBe('not-public');
});

test.each([
  ['its link rewritten', INCOME.replace(LINK, 'http://t.cn/A61')],
  [
    'other white space',
    ` ${INCOME.replace(/ /g, '\u00a0\n').replace(LINK, 'http://t.cn/A61 \u200b')}`,
  ],
])('ours with %s is found', async (_, post) => {
  expect(await found(INCOME, [post])).toBe('10');
});

test('characters that Weibo writes as HTML, and an address without https://, change nothing', async () => {
  const own = `全国R&D经费<2026>，见 tjj.a.example.cn/rd 及 ${LINK}`;
  expect(
    await found(own, ['全国R&amp;D经费&lt;2026&gt;，见 http://t.cn/A64 及 http://t.cn/A65']),
  ).toBe('10');
});

test('a long text that Weibo cut short is found by what is shown of it', async () => {
  const cut = `${LONG.slice(0, 80)}...全文： http://m.weibo.cn/7/1`;
  expect(await found(LONG, [cut])).toBe('10');
  // The one that shows more of it, whichever is first; the whole of it before any.
  expect(await found(LONG, [cut, `${LONG.slice(0, 85)}…`])).toBe('11');
  expect(await found(LONG, [cut, LONG.replace(LINK, 'http://t.cn/A66')])).toBe('11');
  expect(await found(LONG, [cut.replace('零售总额同比增长', '零售总额同比下降')])).toBe(
    'not-public',
  );
});

test('two posts that fit alike, or a cut one that shows too little, settle nothing (break 2.4)', async () => {
  const ours = INCOME.replace(LINK, 'http://t.cn/A61');
  expect(await askWeibo(INCOME, [ours, ours])).toEqual(AMBIGUOUS);
  expect(await askWeibo(LONG, [`${LONG.slice(0, 70)}…`, `${LONG.slice(0, 70)}...全文`])).toEqual(
    AMBIGUOUS,
  );
  expect(await askWeibo(INCOME, ['【2026年上半年全体居民人均可支配收入…'])).toEqual(AMBIGUOUS);
});

test('ours up to the link with something else behind it settles nothing', async () => {
  expect(await askWeibo(INCOME, [`${INCOME.replace(LINK, 'http://t.cn/A61')} 转发有奖`])).toEqual(
    AMBIGUOUS,
  );
});

test('of two that fit alike, the one that Weibo gave a receipt for is ours', async () => {
  const ours = INCOME.replace(LINK, 'http://t.cn/A61');
  expect(await found(INCOME, [ours, ours], { receipt: { ids: { id: '11' } } })).toBe('11');
});

test.each([
  // As long as a submitted draft may lie in the box its being there settles nothing; by default
  // three minutes, or what is written in banli.yaml.
  [180_000, 179_999, 'pending'],
  [180_000, 180_000, 'not-public'],
  [10_000, 9999, 'pending'],
  [10_000, 10_000, 'not-public'],
])(
  'a draft that may leave within %i ms and is still there %i ms after the call: %s',
  async (draftLeavesMs, after, wanted) => {
    const options = {
      appId: 'wx',
      secret: 's',
      mode: 'publish',
      account: 'service',
      author: '',
      baseUrl: 'https://wechat.example',
      commentsOpen: false,
    } as const;
    const there = answering(200, '{"news_item":[]}');
    const tokens = memoryTokens()('wechat');
    await tokens.set('a token', 60_000);
    const channel = wechatChannel('wechat', { ...options, draftLeavesMs }, tokens, clock, there);
    const staged = { mediaId: 'm', title: 't', url: 'https://a.example/' };
    const seen = await channel.lookup(
      callOf('wechat', staged, { calledAt: instant(clock.now() - after) }),
      never,
    );
    expect(seen.class).toBe(wanted);
  },
);
