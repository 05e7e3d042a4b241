// The stand-ins by themselves, called as a stranger's client would.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SANDBOX, type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { ManualClock } from '../helpers/clock.ts';

let clock: ManualClock;
let sandbox: Sandbox;
beforeEach(async () => {
  clock = new ManualClock('2026-07-20T10:00:00+08:00');
  sandbox = await startSandbox({ now: () => clock.now() });
});
afterEach(() => sandbox.close());

const wechat = async (
  path: string,
  body: object | string,
  token = '',
): Promise<Record<string, unknown>> => {
  const answer = await fetch(
    `http://127.0.0.1:${sandbox.ports.wechat}${path}?access_token=${token}`,
    {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    },
  );
  expect(answer.status).toBe(200);
  return (await answer.json()) as Record<string, unknown>;
};
const asked = async (path: string, token: string): Promise<Record<string, unknown>> =>
  (await (
    await fetch(`http://127.0.0.1:${sandbox.ports.wechat}${path}?access_token=${token}`)
  ).json()) as Record<string, unknown>;
const tokenOf = async (more: object = {}): Promise<Record<string, unknown>> =>
  wechat('/cgi-bin/stable_token', {
    grant_type: 'client_credential',
    appid: SANDBOX.appId,
    secret: SANDBOX.wechatSecret,
    ...more,
  });
const weibo = async (fields: Record<string, string>): Promise<Record<string, unknown>> =>
  (await (
    await fetch(`http://127.0.0.1:${sandbox.ports.weibo}/2/statuses/share.json`, {
      method: 'POST',
      body: new URLSearchParams({ access_token: SANDBOX.weiboToken, ...fields }),
    })
  ).json()) as Record<string, unknown>;

test('WeChat gives the same token until it is refreshed by force, and then the old one is refused', async () => {
  const first = (await tokenOf()).access_token;
  expect((await tokenOf()).access_token).toBe(first);
  const forced = (await tokenOf({ force_refresh: true })).access_token;
  expect(forced).not.toBe(first);
  expect((await asked('/cgi-bin/draft/count', String(first))).errcode).toBe(40001);
  expect((await asked('/cgi-bin/draft/count', String(forced))).errcode).toBeUndefined();
  expect((await tokenOf({ force_refresh: true })).errcode).toBe(45011);
  expect((await tokenOf({ secret: 'wrong' })).errcode).toBe(40125);
});

test('WeChat counts titles in characters and refuses an unknown cover', async () => {
  const token = String((await tokenOf()).access_token);
  const draft = (title: string): object => ({
    articles: [{ title, content: '正文', thumb_media_id: 'unknown' }],
  });
  expect((await wechat('/cgi-bin/draft/add', draft('字'.repeat(33)), token)).errcode).toBe(45003);
  expect((await wechat('/cgi-bin/draft/add', draft('字'.repeat(32)), token)).errcode).toBe(40007);
});

test('Weibo wants an address and a link under its safe domain, counts in its own units, and refuses a repeat for twenty minutes', async () => {
  const post = (status: string) => weibo({ status, rip: SANDBOX.rip });
  const text = '一次 http://127.0.0.1/releases/x/';
  expect((await weibo({ status: text })).error_code).toBe('10016');
  expect((await post('没有链接')).error_code).toBe('10017');
  expect((await post('见 127.0.0.1 与 https://other.example/127.0.0.1')).error_code).toBe('10017');
  expect((await post(`${'字'.repeat(131)} http://127.0.0.1/a`)).error_code).toBe('20012');
  expect((await post(text)).idstr).toEqual(expect.any(String));
  expect((await post(text)).error_code).toBe('20019');
  clock.turnTo('2026-07-20T10:20:01+08:00');
  expect((await post(text)).idstr).toEqual(expect.any(String));
  expect(sandbox.world.items).toMatchObject([{ key: 'x', times: 2 }]);
});

test('the catalogue refuses what is not signed', async () => {
  const answer = await fetch(`http://127.0.0.1:${sandbox.ports.catalogue}/catalogue`, {
    method: 'POST',
    body: '{}',
  });
  expect(answer.status).toBe(401);
});

test('a fault that is no fault is told so; the page and the inspection answer', async () => {
  const page = `http://127.0.0.1:${sandbox.ports.page}/`;
  const fault = (body: object): Promise<Response> =>
    fetch(`${page}faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  expect((await fault({ channel: 'weibo', kind: 'nonsense' })).status).toBe(422);
  expect((await fault({ channel: 'weibo', kind: '5xx' })).status).toBe(200);
  expect(await (await fetch(page)).text()).toContain('微信公众号');
  expect(await (await fetch(`${page}inspect`)).json()).toEqual({
    items: [],
    calls: [],
    mails: [],
    messages: [],
  });
});
