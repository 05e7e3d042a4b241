// Whose a token is, is noted of the token that was asked with: another account may be authorised
// while Weibo answers.
import { expect, test } from 'vitest';
import type { ChannelItem } from '../../src/channels/channel.ts';
import type { Http } from '../../src/channels/http.ts';
import { weiboChannel } from '../../src/channels/weibo.ts';
import { never } from '../helpers/bureau.ts';
import { ManualClock } from '../helpers/clock.ts';

test('asked while another account is authorised: what is staged afterwards is of that one', async () => {
  const owners: Readonly<Record<string, number>> = { first: 111, second: 222 };
  let authorized = 'first';
  const send: Http = (call) => {
    const token = new URLSearchParams(String(call.body)).get('access_token') ?? '';
    authorized = 'second';
    return Promise.resolve({
      ok: true,
      status: 200,
      headers: {},
      text: JSON.stringify({ uid: owners[token], expire_in: 86_400 }),
      date: undefined,
    });
  };
  const tokens = {
    get: () => Promise.resolve(authorized),
    set: () => Promise.resolve(),
    drop: () => Promise.resolve(),
  };
  const options = {
    accessToken: undefined,
    rip: undefined,
    baseUrl: 'http://weibo.example',
    safeDomain: 'a.example',
  };
  const channel = weiboChannel(
    'weibo',
    options,
    tokens,
    new ManualClock('2026-07-20T09:00:00+08:00'),
    send,
  );
  expect((await channel.preflight(never)).account).toBe('111');
  const item = {
    weiboText: () => '文 http://a.example/x',
    pictures: [],
    cover: () => Promise.reject(new Error('none')),
  } as unknown as ChannelItem;
  expect(await channel.stage(item, never)).toMatchObject({
    class: 'staged',
    record: { account: '222' },
  });
});
