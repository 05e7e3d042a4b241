// Weibo as its pages document it: what goes with a post, what each of its codes means.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { countsInMemory } from '../../src/channels/call-budget.ts';
import type { Asset, Call, Channel, ChannelItem } from '../../src/channels/channel.ts';
import { type Http, http } from '../../src/channels/http.ts';
import { weiboChannel } from '../../src/channels/weibo.ts';
import { WEIBO_CODES } from '../../src/channels/weibo-answers.ts';
import { messagesFor } from '../../src/i18n/index.ts';
import { instant } from '../../src/lib/instant.ts';
import { publicationId, releaseId } from '../../src/plan/types.ts';
import { SANDBOX, type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { memoryTokens } from '../../src/watchdog/channel-tokens.ts';
import { never } from '../helpers/bureau.ts';
import { ManualClock } from '../helpers/clock.ts';

const DUE = instant(Date.parse('2026-07-20T10:00:00+08:00'));
const TEXT = '二季度地区生产总值同比增长 5.8%。 http://127.0.0.1:8040/releases/gdp.2026-Q2/';
const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
let clock: ManualClock;
let sandbox: Sandbox;
beforeEach(async () => {
  clock = new ManualClock('2026-07-20T10:00:00+08:00');
  sandbox = await startSandbox({ now: () => clock.now() });
});
afterEach(() => sandbox.close());

const asset = (name: string, type: string, bytes: Buffer): Asset => ({
  name,
  type,
  sha256: `${name}-sha`,
  bytes: bytes.length,
  read: () => Promise.resolve(bytes),
});
const drawn = asset('cover.png', 'image/png', PNG);
const item = (more: Partial<ChannelItem> = {}): ChannelItem =>
  ({
    publication: publicationId(releaseId('gdp.2026-Q2'), 'weibo'),
    weiboText: () => TEXT,
    pictures: [],
    ownCover: undefined,
    cover: () => Promise.resolve(drawn),
    ...more,
  }) as unknown as ChannelItem;

/** The bodies of what was sent to share.json. */
function channelWith(options: { rip?: string | undefined; send?: Http } = {}): {
  channel: Channel;
  sent: { type: string; body: string }[];
} {
  const sent: { type: string; body: string }[] = [];
  const send: Http = (call, signal) => {
    if (call.url.includes('share.json'))
      sent.push({
        type: call.headers?.['content-type'] ?? '',
        body: Buffer.from(call.body ?? '').toString('latin1'),
      });
    return (options.send ?? http)(call, signal);
  };
  const channel = weiboChannel(
    'weibo',
    {
      accessToken: SANDBOX.weiboToken,
      baseUrl: `http://127.0.0.1:${sandbox.ports.weibo}`,
      safeDomain: SANDBOX.safeDomain,
      rip: 'rip' in options ? options.rip : '203.0.113.7',
    },
    memoryTokens()('weibo'),
    clock,
    send,
  );
  return { channel, sent };
}
const callOf = (staged: unknown, content?: ChannelItem): Call => ({
  publication: publicationId(releaseId('gdp.2026-Q2'), 'weibo'),
  release: releaseId('gdp.2026-Q2'),
  due: DUE,
  since: DUE,
  looks: 0,
  staged,
  content: () => Promise.resolve(content),
});

/** Staged, armed and released, as a wave does it. */
async function post(
  channel: Channel,
  of: ChannelItem,
  atT: ChannelItem | null = of,
  sender: Channel = channel,
) {
  const staged = await channel.stage(of, never);
  if (staged.class !== 'staged') return staged;
  const call = callOf(JSON.parse(JSON.stringify(staged.record)), atT ?? undefined);
  await sender.arm?.([call], DUE, never);
  return sender.release(call, never);
}

describe('a picture goes with the post', () => {
  test('as multipart, with every field beside it, and the address of this machine', async () => {
    const { channel, sent } = channelWith();
    expect((await post(channel, item())).class).toBe('done');
    expect(sent[0]?.type).toMatch(/^multipart\/form-data; boundary=/);
    expect(sent[0]?.body).toContain('name="pic"; filename="cover.png-sh.png"');
    expect(sent[0]?.body).toContain(PNG.toString('latin1'));
    expect(sent[0]?.body).toContain('name="rip"\r\n\r\n203.0.113.7');
    expect(sandbox.world.items).toMatchObject([
      { key: 'gdp.2026-Q2', times: 1, html: '<p>〔图片〕</p>' },
    ]);
  });

  test("the bureau's own cover first, then a chart of the text, then what is drawn", async () => {
    const chart = asset('chart.gif', 'image/gif', Buffer.from('GIF89a'));
    const own = asset('cover.jpg', 'image/jpeg', Buffer.from('ffd8ffe0', 'hex'));
    const { channel, sent } = channelWith();
    await post(channel, item({ pictures: [chart] }));
    expect(sent[0]?.body).toContain('GIF89a');
    await post(channel, item({ pictures: [chart], ownCover: own, weiboText: () => `又 ${TEXT}` }));
    expect(sent[1]?.body).toContain('\u00ff\u00d8\u00ff');
  });

  test('one of 5 MB or of another kind does not go; the next does', async () => {
    const large = asset('large.png', 'image/png', Buffer.alloc(5_000_000));
    const bmp = asset('b.bmp', 'image/bmp', Buffer.from('BM'));
    const { channel, sent } = channelWith();
    expect((await post(channel, item({ pictures: [large, bmp] }))).class).toBe('done');
    expect(sent[0]?.body).toContain(PNG.toString('latin1'));
  });

  test.each<[string, ChannelItem, ChannelItem | null]>([
    ['cannot be drawn', item({ cover: () => Promise.reject(new Error('too heavy')) }), null],
    ['cannot be read at T', item(), item({ cover: () => Promise.reject(new Error('EIO')) })],
    ['is of a text that changed since', item(), null],
  ])('one that %s keeps no post from coming out', async (_, of, atT) => {
    const { channel: other } = channelWith();
    const { channel, sent } = channelWith();
    expect((await post(other, of, atT, channel)).class).toBe('done');
    expect(sent[0]?.type).toBe('application/x-www-form-urlencoded');
  });

  test('the worker that staged it has it still, whatever became of the folder; another reads it', async () => {
    const { channel, sent } = channelWith();
    expect((await post(channel, item(), null)).class).toBe('done');
    const { channel: other, sent: sentByOther } = channelWith();
    await post(channel, item({ weiboText: () => `又 ${TEXT}` }), item(), other);
    for (const one of [...sent, ...sentByOther]) expect(one.body).toContain('name="pic"');
    expect([sent.length, sentByOther.length]).toEqual([1, 1]);
  });
});

describe('the sandbox asks for what Weibo asks for', () => {
  test('no rip: refused; and preflight has said so before, at no further call', async () => {
    const { channel } = channelWith({ rip: undefined });
    expect(await channel.preflight(never)).toMatchObject({
      wrong: [{ code: 'weibo-rip-missing' }],
      account: '2656274875',
    });
    const asked = sandbox.world.calls.length;
    clock.turnTo('2026-07-20T10:10:00+08:00');
    expect((await channel.preflight(never)).wrong).toHaveLength(1);
    expect(sandbox.world.calls.length).toBe(asked);
    expect(await post(channel, item())).toMatchObject({
      class: 'refused',
      why: { code: 'weibo-10016' },
    });
  });

  test.each([
    ['10.1.2.3', 'weibo-rip-private'],
    ['192.168.1.9', 'weibo-rip-private'],
    ['fe80::1', 'weibo-rip-private'],
    ['tjj.example.gov.cn', 'weibo-rip-no-address'],
    ['', 'weibo-rip-missing'],
  ])('rip %s is no public address', async (rip, code) => {
    const { channel } = channelWith({ rip });
    expect((await channel.preflight(never)).wrong).toMatchObject([{ code }]);
  });

  test.each(['203.0.113.7', '2001:db8::7'])('rip %s is right', async (rip) => {
    expect((await channelWith({ rip }).channel.preflight(never)).wrong).toEqual([]);
  });

  test('a picture that is none, by what is in it', async () => {
    const { channel } = channelWith();
    const fake = asset('cover.png', 'image/png', Buffer.from('not a picture'));
    expect(await post(channel, item({ ownCover: fake }))).toMatchObject({
      class: 'refused',
      why: { code: 'weibo-20005' },
    });
  });

  test('a text whose only mention of the safe domain is no link, or a link elsewhere', async () => {
    const { channel } = channelWith();
    for (const text of ['见 127.0.0.1', 'https://other.example/127.0.0.1/'])
      expect(await channel.stage(item({ weiboText: () => text }), never)).toMatchObject({
        class: 'refused',
        why: { code: 'weibo-10017' },
      });
  });
});

/** What the releasing call is answered, by itself. */
async function answered(status: number, text: string, headers = {}) {
  const send: Http = (call) =>
    Promise.resolve({
      ok: true,
      status: call.url.includes('share.json') ? status : 200,
      headers,
      text: call.url.includes('share.json') ? text : '{"uid":1,"expire_in":99999}',
      date: undefined,
    });
  const { channel } = channelWith({ send });
  return channel.release(callOf({ text: TEXT }), never);
}

describe('answers', () => {
  test('error_code is taken as a number and as a string', async () => {
    for (const code of [20021, '20021'])
      expect(await answered(400, JSON.stringify({ error: 'illegal', error_code: code }))).toEqual({
        class: 'refused',
        why: { code: 'weibo-20021', detail: 'illegal' },
      });
  });

  // By hand, from what is agreed about Weibo's documentation.
  test.each([
    ['refused', '21314 21315 21316 21317 21327 21332'],
    ['refused', '10017 20012 20013 20018 20020 20021'],
    ['refused', '10006 10012 10013 10014 21301 21319 21321 21335'],
    [
      'refused',
      '10004 10005 10008 10016 10018 10020 10021 20003 20005 20006 20007 20008 20015 20022 20031 20049',
    ],
    ['quota', '10022 10023 10024 20016'],
    ['doubtful', '20019 20017 20111 10001 10002 10003 10009 10010 10011'],
    ['accepted', '20032'],
    ['again', '20014'],
    ['doubtful', '10007 20999'],
  ])('%s: %s', async (wanted, codes) => {
    for (const code of codes.split(' '))
      expect([
        code,
        (await answered(400, JSON.stringify({ error: 'e', error_code: code }))).class,
      ]).toEqual([code, wanted]);
  });

  test('every code of the table has words in both languages', () => {
    for (const code of Object.values(WEIBO_CODES).flat())
      for (const language of ['zh', 'en'] as const)
        expect(messagesFor(language).reason(`weibo-${code}`, undefined, '')).not.toBe(
          `weibo-${code}`,
        );
  });

  test('a bare 403 is looked for, and then a person’s; other pages without a code are doubts', async () => {
    expect(await answered(403, 'Forbidden')).toEqual({
      class: 'doubtful',
      why: { code: 'weibo-403' },
      final: true,
    });
    expect((await answered(502, 'bad gateway')).class).toBe('doubtful');
    expect(await answered(200, '{}')).toMatchObject({ class: 'doubtful' });
  });

  test('429 names its time', async () => {
    expect(await answered(429, 'slow down', { 'retry-after': '30' })).toEqual({
      class: 'again',
      why: { code: 'http-status', detail: '429' },
      afterMs: 30_000,
    });
  });
});

describe('100 calls a day, counted for all workers', () => {
  const shared = () => {
    const counts = countsInMemory();
    const made: string[] = [];
    const send: Http = (call) => {
      made.push(new URL(call.url).pathname);
      const text = call.url.includes('share.json')
        ? '{"idstr":"5","mid":"5"}'
        : call.url.includes('user_timeline')
          ? '{"statuses":[]}'
          : '{"uid":1,"expire_in":99999}';
      return Promise.resolve({ ok: true, status: 200, headers: {}, text, date: undefined });
    };
    const worker = (): Channel =>
      weiboChannel(
        'weibo',
        {
          accessToken: 't',
          baseUrl: 'http://weibo.example',
          safeDomain: 'a.example',
          rip: '203.0.113.7',
        },
        memoryTokens()('weibo'),
        clock,
        send,
        counts,
      );
    return { worker, made };
  };

  test('looks leave a tenth of them for posts, which are always tried; the next look is at midnight', async () => {
    const { worker, made } = shared();
    const [one, two] = [worker(), worker()];
    const call = callOf({ text: TEXT });
    let answer = await one.lookup(call, never);
    for (let looks = 0; looks < 200 && answer.class !== 'unknown'; looks++)
      answer = await (looks % 2 ? one : two).lookup(call, never);
    expect(answer).toEqual({
      class: 'unknown',
      why: { code: 'weibo-10023' },
      notBefore: Date.parse('2026-07-21T00:00:00+08:00'),
    });
    expect(made).toHaveLength(90);
    expect((await two.release(call, never)).class).toBe('done');
    clock.turnTo('2026-07-21T00:00:00+08:00');
    expect((await two.lookup(call, never)).class).not.toBe('unknown');
  });

  test('looks again and again stop earlier still', async () => {
    const { worker, made } = shared();
    const channel = worker();
    for (let looks = 0; looks < 100; looks++)
      await channel.lookup({ ...callOf({ text: TEXT }), looks: 10 }, never);
    expect(made).toHaveLength(60);
  });
});
