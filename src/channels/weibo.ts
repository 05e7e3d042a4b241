// Weibo (微博): one post at T with text, link and picture. Nothing can be staged but the text and the
// picture's checks.
import { z } from 'zod';
import type { Clock } from '../lib/clock.ts';
import { instant } from '../lib/instant.ts';
import { linksTo } from '../lib/links.ts';
import { parseJson } from '../lib/parse-json.ts';
import { CallBudget, type CallCounts, countsInMemory, lookPurpose } from './call-budget.ts';
import type { Call, Channel, LookupResult, ReleaseAnswer, Why } from './channel.ts';
import { type Http, type HttpAnswer, http } from './http.ts';
import type { TokenStore } from './wechat/api.ts';
import { classifyWeibo, isVoid, weiboFailure, whyOf } from './weibo-answers.ts';
import type { WeiboApp } from './weibo-authorization.ts';
import { ALL_CALLS, weiboCallsPerDay } from './weibo-calls.ts';
import { findPost } from './weibo-match.ts';
import { PictureShelf, type PostPicture, pictureFor } from './weibo-picture.ts';
import { formOf, ripIssue } from './weibo-request.ts';

export interface WeiboOptions {
  /** Used where nobody has authorised it at the desk; none where it is authorised there alone. */
  readonly accessToken?: string | undefined;
  /** By which it can be authorised at the desk. */
  readonly app?: WeiboApp | undefined;
  readonly baseUrl: string;
  /** The domain that the app has registered; every post must link to it. */
  readonly safeDomain: string;
  /** The public address of this machine, which Weibo asks for with each post. */
  readonly rip?: string | undefined;
  /** Where the app has more calls a day than an ordinary one. */
  readonly callsPerDay?: number | undefined;
}

/**
 * `account`: whose timeline a post of it would stand in; absent where nobody knew. `picture`: the
 * SHA-256 of what goes with it.
 */
const record = z.object({
  text: z.string(),
  account: z.string().optional(),
  picture: z.string().optional(),
});
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
/** As Weibo answers whoever has none; nothing is sent. */
const UNAUTHORIZED: HttpAnswer = {
  ok: true,
  status: 400,
  headers: {},
  text: '{"error":"not authorised yet","error_code":21332}',
  date: undefined,
};
/** A doubt is settled by this many looks. */
const LOOKS = 3;
/** An ordinary app is shown only the latest so many posts. */
const SHOWN = 5;
/**
 * How far Weibo's clock may be behind ours, ms: a post that old may be ours, and so may be one that
 * it has pushed out.
 */
const MATCH_BEFORE_MS = 60_000;
const FULL_BEFORE_MS = 5000;

const OTHER_ACCOUNT = 'weibo-account';
/** Whose a token is is asked for no longer than this, ms. */
const OWNER_MS = 5000;
/** A preflight asks again after so long, where only our own settings are wrong, ms. */
const ASKED_MS = 12 * 3_600_000;
/** And, while nothing hangs on it, not again so long after it was asked in vain. */
const IN_VAIN_MS = 600_000;

/** What only the releasing call has. */
interface Releasing {
  readonly guard?: Call['guard'];
  readonly picture?: PostPicture | undefined;
}

/** @param tokens the one that was authorised at the desk, while it is good */

export function weiboChannel(
  name: string,
  options: WeiboOptions,
  tokens: TokenStore,
  clock: Clock,
  send: Http = http,
  counts: CallCounts = countsInMemory(),
): Channel {
  const most = weiboCallsPerDay(options.callsPerDay);
  const budget = new CallBudget(counts, clock, { [ALL_CALLS]: most });
  /**
   * The one that was authorised. A store that does not answer must not keep a release with a
   * configured token from coming out.
   */
  const authorized = (): Promise<string | undefined> =>
    tokens.get().catch((error: unknown) => {
      if (options.accessToken === undefined) throw error;
      return undefined;
    });
  const tokenNow = async (): Promise<string | undefined> =>
    (await authorized()) ?? options.accessToken;
  /** Calls with the token; one that was authorised here and is good no more is forgotten. */
  const withToken = async (call: (token: string) => Promise<HttpAnswer>): Promise<HttpAnswer> => {
    const own = await authorized();
    const token = own ?? options.accessToken;
    if (token === undefined) return UNAUTHORIZED;
    const answer = await call(token);
    const code = answer.ok ? weiboFailure(answer.text)?.code : undefined;
    if (own !== undefined && code !== undefined && isVoid(code)) await tokens.drop(own);
    return answer;
  };
  const sendForm = (
    path: string,
    token: string,
    fields: Record<string, string>,
    signal: AbortSignal,
    { guard, picture }: Releasing = {},
  ): Promise<HttpAnswer> => {
    const { type, body } = formOf({ access_token: token, ...fields }, picture);
    const headers = { 'content-type': type };
    return send({ method: 'POST', url: `${options.baseUrl}${path}`, guard, headers, body }, signal);
  };
  const form = (
    path: string,
    fields: Record<string, string>,
    signal: AbortSignal,
    releasing?: Releasing,
  ): Promise<HttpAnswer> => withToken((token) => sendForm(path, token, fields, signal, releasing));
  const pictures = new PictureShelf();

  /**
   * Whose each token is never changes; asking each time would cost calls, of which an ordinary app
   * has 100 a day.
   */
  const known = new Map<string, string>();
  /** What the last preflight was answered. */
  let asked: { readonly who: z.output<typeof tokenInfo> | Why; readonly at: number } | undefined;
  /** What was answered in vain, and when: a round of maintenance does not ask again at once. */
  let inVain: { readonly why: Why; readonly at: number } | undefined;
  const uidOf = async (signal: AbortSignal, patience = 0): Promise<{ uid: string } | Why> => {
    const token = await tokenNow();
    const before = token === undefined ? undefined : known.get(token);
    if (before !== undefined) return { uid: before };
    if (inVain && clock.now() - inVain.at < patience) return inVain.why;
    const who = await owner(signal);
    inVain = 'uid' in who ? undefined : { why: who, at: clock.now() };
    return 'uid' in who ? { uid: String(who.uid) } : who;
  };
  /** Noted of the token that was asked about: another may have been authorised meanwhile. */
  const owner = async (signal: AbortSignal): Promise<z.output<typeof tokenInfo> | Why> => {
    await budget.spend(ALL_CALLS, 'prepare');
    let asked = '';
    const answer = await withToken((token) => {
      asked = token;
      return sendForm('/oauth2/get_token_info', token, {}, signal);
    });
    if (!answer.ok) return { code: 'no-answer', detail: answer.why };
    const info = tokenInfo.safeParse(parseJson(answer.text));
    if (!info.success) return whyOf(answer);
    known.set(asked, String(info.data.uid));
    return info.data;
  };

  /**
   * Why it may not be sent by the account that is authorised now: it was staged for another. Asked
   * of Weibo only for a token that came a moment ago.
   */
  const notOurs = async (
    { staged }: Pick<Call, 'staged'>,
    signal: AbortSignal,
  ): Promise<Why | undefined> => {
    const { account } = record.parse(staged);
    const who = account === undefined ? undefined : await uidOf(signal);
    if (who === undefined || ('uid' in who && who.uid === account)) return undefined;
    return 'uid' in who ? { code: OTHER_ACCOUNT, detail: account } : who;
  };
  const sent = async (text: string, call: Call, signal: AbortSignal): Promise<ReleaseAnswer> => {
    // Counted beside the call: at T nothing is waited for.
    const counted = budget.spend(ALL_CALLS, 'release');
    const answer = await form(
      '/2/statuses/share.json',
      { status: text, ...(options.rip === undefined ? {} : { rip: options.rip }) },
      signal,
      { guard: call.guard, picture: pictures.of(call) },
    );
    await counted;
    if (!answer.ok) return classifyWeibo(answer, clock.now());
    const made = post.safeParse(parseJson(answer.text));
    if (answer.status === 200 && made.success && (made.data.idstr ?? made.data.id) !== undefined)
      return { class: 'done', receipt: receiptOf(made.data, clock.now()) };
    return classifyWeibo(answer, clock.now());
  };

  return {
    name,
    kind: 'weibo',
    async stage(item, signal) {
      const text = item.weiboText();
      if (!linksTo(text, options.safeDomain))
        return { class: 'refused', why: { code: 'weibo-10017', detail: options.safeDomain } };
      // Asked long before T: should an answer be lost, it is looked for in this account's timeline
      // and in no other's.
      const who = await uidOf(signal);
      const picture = await pictureFor(item);
      if (picture) await pictures.put(item.publication, picture);
      const staged: z.output<typeof record> = {
        text,
        ...('uid' in who ? { account: who.uid } : {}),
        ...(picture ? { picture: picture.sha256 } : {}),
      };
      return { class: 'staged', record: staged };
    },
    /**
     * Of another account than is authorised now it is staged anew: should the answer be lost, it is
     * the staged one's timeline that is asked.
     */
    async isStaged(call) {
      const signal = AbortSignal.timeout(OWNER_MS);
      // Nobody could say whose it would be when it was staged: staged anew as soon as somebody can.
      if (record.parse(call.staged).account === undefined)
        return !('uid' in (await uidOf(signal, IN_VAIN_MS)));
      return (await notOurs(call, signal))?.code !== OTHER_ACCOUNT;
    },
    /**
     * Whose the token is, is known before T: then nothing has to be asked. And the pictures are
     * read, which the ledger does not keep.
     */
    async arm(calls, _, signal) {
      await uidOf(signal);
      await pictures.fetch(
        calls.map((call) => ({ call, sha256: record.parse(call.staged).picture })),
      );
    },
    async release(call, signal): Promise<ReleaseAnswer> {
      const { text } = record.parse(call.staged);
      const why = await notOurs(call, signal);
      if (why) return { class: 'again', why, sent: false };
      const answer = await sent(text, call, signal);
      pictures.drop(call);
      return answer;
    },
    async lookup(call, signal): Promise<LookupResult> {
      const text = record.safeParse(call.staged).data?.text ?? call.item?.weiboText() ?? '';
      if (text === '') return { class: 'unknown', why: { code: 'nothing-to-look-for' } };
      const who = await uidOf(signal);
      if (!('uid' in who)) return { class: 'unknown', why: who };
      const sentAs = record.safeParse(call.staged).data?.account;
      if (sentAs !== undefined && sentAs !== who.uid)
        return { class: 'unknown', why: { code: OTHER_ACCOUNT, detail: sentAs } };
      const notBefore = await budget.spend(ALL_CALLS, lookPurpose(call.looks));
      if (notBefore !== undefined)
        return { class: 'unknown', why: { code: 'weibo-10023' }, notBefore };
      const answer = await withToken((token) => {
        const query = new URLSearchParams({
          access_token: token,
          uid: who.uid,
          count: String(SHOWN),
        });
        return send(
          {
            method: 'GET',
            url: `${options.baseUrl}/2/statuses/user_timeline.json?${query.toString()}`,
          },
          signal,
        );
      });
      const list = timeline.safeParse(answer.ok ? parseJson(answer.text) : undefined);
      if (!list.success)
        return {
          class: 'unknown',
          why: answer.ok ? whyOf(answer) : { code: 'no-answer', detail: answer.why },
        };
      return sightingIn(list.data.statuses, text, sentAs, call, clock.now());
    },
    async withdraw(call, signal) {
      await budget.spend(ALL_CALLS, 'release');
      const answer = await form(
        '/2/statuses/destroy.json',
        { id: call.receipt?.ids.id ?? '' },
        signal,
      );
      return answer.ok && answer.status === 200
        ? { class: 'done' }
        : {
            class: 'cannot',
            why: answer.ok ? whyOf(answer) : { code: 'no-answer', detail: answer.why },
          };
    },
    async preflight(signal) {
      const issue = ripIssue(options.rip);
      const wrong: Why[] = issue ? [{ code: `weibo-rip-${issue}`, detail: options.rip }] : [];
      // What is wrong is asked for every few minutes; the settings do not mend themselves, and
      // Weibo has few calls.
      const isFresh = issue && asked && clock.now() - asked.at < ASKED_MS && 'uid' in asked.who;
      if (!isFresh || !asked) asked = { who: await owner(signal), at: clock.now() };
      const { who } = asked;
      if (!('uid' in who)) return { wrong: [who, ...wrong], notes: [] };
      const days = Math.floor(who.expire_in / 86_400);
      return {
        wrong,
        account: String(who.uid),
        notes: [{ code: 'weibo-token-ends', detail: String(days) }],
        goodUntil: instant(clock.now() + who.expire_in * 1000),
      };
    },
  };
}

/** What a timeline says of a post. @param sentAs whose account it was staged for */
function sightingIn(
  statuses: readonly z.output<typeof post>[],
  text: string,
  sentAs: string | undefined,
  call: Call,
  now: number,
): LookupResult {
  const since = (ms: number) => statuses.filter((one) => Date.parse(one.created_at ?? '') >= ms);
  const recent = since(call.since - MATCH_BEFORE_MS);
  const id = call.receipt?.ids.id;
  const found = recent.find((one) => id && idOf(one) === id) ?? findPost(text, recent);
  if (found === 'ambiguous') return { class: 'unknown', why: { code: 'ambiguous' } };
  if (found !== 'none') return { class: 'public', receipt: receiptOf(found, now) };
  // One from before T among them: what came since is all here.
  if (since(call.since - FULL_BEFORE_MS).length >= SHOWN)
    return { class: 'unknown', why: { code: 'timeline-full' } };
  if (call.looks + 1 < LOOKS) return { class: 'pending' };
  // Sent by nobody knows whose account: what is not in this one may be in another's.
  return sentAs === undefined && call.calledAt !== undefined
    ? { class: 'unknown', why: { code: OTHER_ACCOUNT } }
    : { class: 'not-public' };
}

function idOf(made: z.output<typeof post>): string {
  return made.idstr ?? String(made.id ?? '');
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

/**
 * A post's number as it stands in its address: groups of seven digits from the right, each as four
 * of base 62.
 */
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
