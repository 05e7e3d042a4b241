// The contract of channels, kept by our own: each speaks to its stand-in in this process.
import type { Hono } from 'hono';
import type { Http } from '../../src/channels/http.ts';
import { type WebhookOptions, webhookChannel } from '../../src/channels/webhook.ts';
import { wechatChannel } from '../../src/channels/wechat/channel.ts';
import { weiboChannel } from '../../src/channels/weibo.ts';
import { cmsStandIn } from '../../src/sandbox/cms.ts';
import { SANDBOX } from '../../src/sandbox/sandbox.ts';
import { SandboxState } from '../../src/sandbox/state.ts';
import { wechatStandIn } from '../../src/sandbox/wechat.ts';
import { weiboStandIn } from '../../src/sandbox/weibo.ts';
import { memoryTokens } from '../../src/watchdog/channel-tokens.ts';
import type { ManualClock } from '../helpers/clock.ts';
import { type Harness, keepsTheContract, type Opened, RELEASE } from './contract.ts';

/** A service of the sandbox, called in this process. */
const service =
  (app: Hono): Http =>
  async ({ method, url, headers, body }) => {
    const answer = await app.request(url, {
      method,
      headers: { ...headers },
      ...(body === undefined || method === 'GET'
        ? {}
        : { body: new Uint8Array(Buffer.from(body)) }),
    });
    return {
      ok: true,
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      text: await answer.text(),
      date: undefined,
    };
  };

const shownIn = (world: SandboxState) => (): number =>
  world.items.find(({ key }) => key === RELEASE)?.times ?? 0;

const webhook = (name: string, options: Pick<WebhookOptions, 'mode' | 'lookup'>): Harness => ({
  name,
  open(via, clock): Opened {
    const world = new SandboxState(() => clock.now());
    const url = 'http://cms.example/catalogue';
    const send = via(service(cmsStandIn(world, SANDBOX.webhookSecret)));
    const channel = webhookChannel(
      'catalogue',
      { url, secret: SANDBOX.webhookSecret, ...options },
      clock,
      send,
    );
    return { channel, shown: shownIn(world) };
  },
  isReleasing: ({ method }) => method === 'POST',
  isLook: ({ method }) => method === 'GET',
  blind: options.lookup === 'none',
  answers: [
    ['201: done', { status: 201, text: '{"id":"1"}' }, 'done'],
    ['409: done before', { status: 409, text: '' }, 'done'],
    ...[400, 401, 403, 404, 410, 413, 422].map(
      (status) => [`${status}: refused`, { status, text: '' }, 'refused'] as const,
    ),
    ...[408, 425, 429].map(
      (status) => [`${status}: again`, { status, text: '' }, 'again'] as const,
    ),
    ['503 with a time: again', { status: 503, headers: { 'retry-after': '9' }, text: '' }, 'again'],
    [
      '503 with a long one: a quota',
      { status: 503, headers: { 'retry-after': '900' }, text: '' },
      'quota',
    ],
    ['500: a doubt', { status: 500, text: '' }, 'doubtful'],
    ['503 without a time: a doubt', { status: 503, text: '' }, 'doubtful'],
  ],
});

const weibo: Harness = {
  name: 'weibo',
  open(via, clock): Opened {
    const world = new SandboxState(() => clock.now());
    const app = weiboStandIn(world, {
      accessToken: SANDBOX.weiboToken,
      safeDomain: SANDBOX.safeDomain,
      app: SANDBOX.weiboApp,
      hourly: 30,
      daily: 100,
    });
    const channel = weiboChannel(
      'weibo',
      {
        accessToken: SANDBOX.weiboToken,
        baseUrl: 'http://weibo.example',
        safeDomain: SANDBOX.safeDomain,
        rip: SANDBOX.rip,
      },
      memoryTokens()('weibo'),
      clock,
      via(service(app)),
    );
    return { channel, shown: shownIn(world) };
  },
  isReleasing: ({ url }) => url.includes('share.json'),
  isLook: ({ url }) => url.includes('user_timeline'),
  answers: [
    ['a post: done', { text: '{"idstr":"5","mid":"5"}' }, 'done'],
    ['20032: accepted', { status: 400, text: '{"error_code":"20032"}' }, 'accepted'],
    ['20014: again', { status: 400, text: '{"error_code":20014}' }, 'again'],
    ['10023: a quota', { status: 403, text: '{"error_code":"10023"}' }, 'quota'],
    ['20019: a doubt', { status: 400, text: '{"error_code":20019}' }, 'doubtful'],
    ['20031: refused', { status: 400, text: '{"error_code":"20031"}' }, 'refused'],
    ['21327: refused', { status: 403, text: '{"error_code":21327}' }, 'refused'],
    ['an unknown code: a doubt', { status: 400, text: '{"error_code":29999}' }, 'doubtful'],
    ['a bare 403: a doubt', { status: 403, text: 'Forbidden' }, 'doubtful'],
    ['429: again', { status: 429, text: '' }, 'again'],
  ],
};

const wechat = (mode: 'publish' | 'mass'): Harness => ({
  name: `wechat ${mode}`,
  async open(via, clock: ManualClock): Promise<Opened> {
    const world = new SandboxState(() => clock.now());
    const app = wechatStandIn(world, {
      appId: SANDBOX.appId,
      secret: SANDBOX.wechatSecret,
      account: 'service',
    });
    let token = '';
    const inner: Http = (call, signal) => {
      token = new URL(call.url).searchParams.get('access_token') ?? token;
      return service(app)(call, signal);
    };
    const channel = wechatChannel(
      'wechat',
      {
        appId: SANDBOX.appId,
        secret: SANDBOX.wechatSecret,
        mode,
        account: 'service',
        author: '综合处',
        baseUrl: 'http://wechat.example',
        commentsOpen: false,
        draftLeavesMs: 20_000,
      },
      memoryTokens()('wechat'),
      clock,
      via(inner),
    );
    // What WeChat works on comes out while it is asked for the list.
    const shown = async (): Promise<number> => {
      await app.request(
        `http://wechat.example/cgi-bin/freepublish/batchget?access_token=${token}`,
        {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: '{"offset":0,"count":20,"no_content":1}',
        },
      );
      return shownIn(world)();
    };
    return { channel, shown };
  },
  isReleasing: ({ url }) => url.includes('freepublish/submit') || url.includes('mass/sendall'),
  isLook: ({ url }) => /freepublish\/(get|batchget)|draft\/get|mass\/get/.test(url),
  answers: [
    ['-1: a doubt', { text: '{"errcode":-1,"errmsg":"system error"}' }, 'doubtful'],
    ['45009: a quota', { text: '{"errcode":45009,"errmsg":"limit"}' }, 'quota'],
    ['45028: a quota', { text: '{"errcode":45028,"errmsg":"limit"}' }, 'quota'],
    ['45011: again', { text: '{"errcode":45011,"errmsg":"minute"}' }, 'again'],
    ['48001: refused', { text: '{"errcode":48001,"errmsg":"unauthorized"}' }, 'refused'],
    ['53503: refused', { text: '{"errcode":53503,"errmsg":"e"}' }, 'refused'],
    ['an unknown code: a doubt', { text: '{"errcode":99999,"errmsg":"e"}' }, 'doubtful'],
    ['500: a doubt', { status: 500, text: 'error' }, 'doubtful'],
  ],
});

for (const harness of [
  webhook('http, at once, looked up by id', { mode: 'post', lookup: 'id' }),
  webhook('http, at once, looked up by key', { mode: 'post', lookup: 'key' }),
  webhook('http, at once, never looked up', { mode: 'post', lookup: 'none' }),
  webhook('http, draft then publish', { mode: 'draft-then-publish', lookup: 'id' }),
  weibo,
  wechat('publish'),
  wechat('mass'),
])
  keepsTheContract(harness);
