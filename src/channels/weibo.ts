// Weibo (微博): one post at T with text, link and picture. Nothing can be staged but the text and the picture's checks.
import { z } from 'zod';
import type { Clock } from '../schedule/clock.ts';
import { instant } from '../plan/types.ts';
import type { Call, Channel, ReleaseAnswer, Sighting, Why } from './channel.ts';
import { http } from './http.ts';
import { json } from '../lib/json.ts';
import type { Http, HttpAnswer } from './http.ts';
import { findPost } from './weibo-match.ts';

export interface WeiboOptions {
  readonly accessToken: string;
  readonly baseUrl: string;
  /** The domain that the app has registered; every post must link to it. */
  readonly safeDomain: string;
  readonly rip?: string | undefined;
}

const record = z.object({ text: z.string() });
const post = z.object({
  idstr: z.string().optional(),
  id: z.union([z.string(), z.number()]).optional(),
  mid: z.string().optional(),
  created_at: z.string().optional(),
  text: z.string().optional(),
  user: z.object({ idstr: z.string() }).optional(),
});
const timeline = z.object({ statuses: z.array(post) });
const tokenInfo = z.object({ uid: z.union([z.string(), z.number()]), expire_in: z.number() });
const failure = z.object({ error: z.string().optional(), error_code: z.number() });

type Class = 'refused' | 'quota' | 'doubtful' | 'accepted';
const CLASSES: readonly [Class, readonly number[]][] = [
  ['refused', [21314, 21315, 21316, 21317, 21327, 21332, 10017, 20012, 20013, 20018, 20020, 20021, 10006, 10012, 10013, 10014, 21321]],
  ['quota', [10022, 10023, 10024, 20016]],
  ['doubtful', [20019, 20017, 20111, 10001, 10002, 10003, 10009, 10010, 10011]],
  ['accepted', [20032]],
];
/** A doubt is settled by this many looks. */
const LOOKS = 3;
/** An ordinary app is shown only the latest so many posts. */
const SHOWN = 5;
/** How far Weibo's clock may be behind ours, ms: a post that old may be ours, and so may be one that it has pushed out. */
const MATCH_BEFORE_MS = 60_000;
const FULL_BEFORE_MS = 5000;

export function weiboChannel(name: string, options: WeiboOptions, clock: Clock, send: Http = http): Channel {
  const form = (path: string, fields: Record<string, string>, signal: AbortSignal, guard?: Call['guard']): Promise<HttpAnswer> =>
    send(
      {
        method: 'POST',
        url: `${options.baseUrl}${path}`,
        guard,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ access_token: options.accessToken, ...fields }).toString(),
      },
      signal,
    );

  /** Whose token it is never changes; asking each time would cost calls, of which an ordinary app has 100 a day. */
  let known: string | undefined;
  const uidOf = async (signal: AbortSignal): Promise<{ uid: string } | Why> => {
    if (known !== undefined) return { uid: known };
    const who = await owner(signal);
    if (!('uid' in who)) return who;
    known = String(who.uid);
    return { uid: known };
  };
  const owner = async (signal: AbortSignal): Promise<z.output<typeof tokenInfo> | Why> => {
    const answer = await form('/oauth2/get_token_info', {}, signal);
    if (!answer.ok) return { code: 'no-answer', detail: answer.why };
    const info = tokenInfo.safeParse(json(answer.text));
    return info.success ? info.data : whyOf(answer);
  };

  return {
    name,
    kind: 'weibo',
    stage(item) {
      const text = item.weiboText();
      if (!text.includes(options.safeDomain)) return Promise.resolve({ class: 'refused', why: { code: 'weibo-10017', detail: options.safeDomain } });
      return Promise.resolve({ class: 'staged', record: { text } });
    },
    async release(call, signal): Promise<ReleaseAnswer> {
      const { text } = record.parse(call.staged);
      const answer = await form('/2/statuses/share.json', { status: text, ...(options.rip ? { rip: options.rip } : {}) }, signal, call.guard);
      if (!answer.ok) return { class: answer.sent ? 'doubtful' : 'again', why: { code: 'no-answer', detail: answer.why } };
      const made = post.safeParse(json(answer.text));
      if (answer.status === 200 && made.success && (made.data.idstr ?? made.data.id) !== undefined)
        return { class: 'done', receipt: receiptOf(made.data, clock.now()) };
      const failed = failure.safeParse(json(answer.text));
      const why = whyOf(answer);
      if (!failed.success) return { class: answer.status === 429 ? 'again' : 'doubtful', why };
      const found = CLASSES.find(([, codes]) => codes.includes(failed.data.error_code))?.[0] ?? 'doubtful';
      switch (found) {
        case 'quota':
          return { class: 'quota', why, until: instant(nextHour(clock.now())) };
        case 'accepted':
          return { class: 'accepted', receipt: { ids: {} } };
        case 'refused':
        case 'doubtful':
          return { class: found, why };
      }
    },
    async lookup(call, signal): Promise<Sighting> {
      const text = record.safeParse(call.staged).data?.text ?? call.item?.weiboText() ?? '';
      if (text === '') return { class: 'unknown', why: { code: 'nothing-to-look-for' } };
      const who = await uidOf(signal);
      if (!('uid' in who)) return { class: 'unknown', why: who };
      const query = new URLSearchParams({ access_token: options.accessToken, uid: who.uid, count: String(SHOWN) });
      const answer = await send({ method: 'GET', url: `${options.baseUrl}/2/statuses/user_timeline.json?${query.toString()}` }, signal);
      const list = timeline.safeParse(answer.ok ? json(answer.text) : undefined);
      if (!list.success) return { class: 'unknown', why: answer.ok ? whyOf(answer) : { code: 'no-answer', detail: answer.why } };
      const since = (ms: number) => list.data.statuses.filter((one) => Date.parse(one.created_at ?? '') >= ms);
      const recent = since(call.since - MATCH_BEFORE_MS);
      const id = call.receipt?.ids.id;
      const found = recent.find((one) => id && idOf(one) === id) ?? findPost(text, recent);
      if (found === 'ambiguous') return { class: 'unknown', why: { code: 'ambiguous' } };
      if (found !== 'none') return { class: 'public', receipt: receiptOf(found, clock.now()) };
      // One from before T among them: what came since is all here.
      if (since(call.since - FULL_BEFORE_MS).length >= SHOWN) return { class: 'unknown', why: { code: 'timeline-full' } };
      return call.looks + 1 >= LOOKS ? { class: 'not-public' } : { class: 'pending' };
    },
    async withdraw(call, signal) {
      const answer = await form('/2/statuses/destroy.json', { id: call.receipt?.ids.id ?? '' }, signal);
      return answer.ok && answer.status === 200
        ? { class: 'done' }
        : { class: 'cannot', why: answer.ok ? whyOf(answer) : { code: 'no-answer', detail: answer.why } };
    },
    async preflight(signal) {
      const who = await owner(signal);
      if (!('uid' in who)) return { wrong: [who], notes: [] };
      const days = Math.floor(who.expire_in / 86_400);
      return {
        wrong: [],
        notes: [{ code: 'weibo-token-ends', detail: String(days) }],
        goodUntil: instant(clock.now() + who.expire_in * 1000),
      };
    },
  };
}

function idOf(made: z.output<typeof post>): string {
  return made.idstr ?? String(made.id ?? '');
}

function whyOf(answer: HttpAnswer): Why {
  if (!answer.ok) return { code: 'no-answer', detail: answer.why };
  const failed = failure.safeParse(json(answer.text)).data;
  return failed ? { code: `weibo-${failed.error_code}`, detail: failed.error } : { code: 'http-status', detail: String(answer.status) };
}

function receiptOf(made: z.output<typeof post>, now: number): Call['receipt'] & object {
  const id = idOf(made);
  const mid = made.mid ?? id;
  const since = Date.parse(made.created_at ?? '');
  return {
    ids: { id, mid },
    url: made.user ? `https://weibo.com/${made.user.idstr}/${base62(mid)}` : undefined,
    publicAt: Number.isNaN(since) ? now : since,
  };
}

const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** A post's number as it stands in its address: groups of seven digits from the right, each as four of base 62. */
export function base62(mid: string): string {
  let out = '';
  for (let end = mid.length; end > 0; end -= 7) {
    let group = Number(mid.slice(Math.max(0, end - 7), end));
    let part = '';
    for (; group > 0; group = Math.floor(group / 62)) part = (DIGITS[group % 62] ?? '') + part;
    out = (end > 7 ? part.padStart(4, '0') : part) + out;
  }
  return out;
}

function nextHour(now: number): number {
  return (Math.floor(now / 3_600_000) + 1) * 3_600_000;
}
