// A WeChat channel of a bureau whose answers a test decides, call by call; what it says nothing to
// goes to the sandbox.
import { type Http, type HttpAnswer, http } from '../../src/channels/http.ts';
import { wechatChannel } from '../../src/channels/wechat/channel.ts';
import { callCounts } from '../../src/redis/call-counts.ts';
import { tokenStore } from '../../src/redis/token-store.ts';
import { type Bureau, PLAN } from './bureau.ts';

/** A plan whose releases go to WeChat alone. */
export const WECHAT_ONLY = PLAN.replace('[website, catalogue, wechat, weibo]', '[wechat]');

export const said = (body: object): HttpAnswer => ({
  ok: true,
  status: 200,
  headers: {},
  text: JSON.stringify(body),
  date: undefined,
});

/** What a call is answered; undefined: the sandbox answers it. */
export type Answers = (path: string, body: Record<string, unknown>) => HttpAnswer | undefined;

/** @returns the paths of the calls that were made, in order */
export function answerWechat({ app, config, clock }: Bureau, answers: Answers): string[] {
  const calls: string[] = [];
  const one = config.channels.get('wechat');
  if (one?.kind !== 'wechat') throw new Error('no WeChat channel');
  const send: Http = async (call, signal) => {
    const path = new URL(call.url).pathname;
    calls.push(path);
    const body = typeof call.body === 'string' ? call.body : '{}';
    return answers(path, JSON.parse(body) as Record<string, unknown>) ?? (await http(call, signal));
  };
  const tokens = tokenStore(app.redis, 'wechat');
  const counts = callCounts(app.redis, 'wechat');
  const channel = wechatChannel('wechat', one, tokens, clock, send, counts);
  (app.parts.channels as Map<string, typeof channel>).set('wechat', channel);
  return calls;
}
