// What each of Weibo's answers is: its error_code → the class that decides what follows. The words
// for people are in i18n/{zh,en}/weibo.ts, one for each code. Not for making calls: weibo.ts.
import { z } from 'zod';
import { type Instant, instant } from '../lib/instant.ts';
import { parseJson } from '../lib/parse-json.ts';
import type { ReleaseAnswer, Why } from './channel.ts';
import { type HttpAnswer, retryAfter } from './http.ts';

type Class = 'refused' | 'quota' | 'doubtful' | 'accepted' | 'again';

/** The token is good no more, or was never one. */
const VOID = [21314, 21315, 21316, 21317, 21327, 21332] as const;

/** Every code that Weibo documents for these calls. */
export const WEIBO_CODES: Readonly<Record<Class, readonly number[]>> = {
  refused: [
    ...VOID,
    // The app, its rights, its authorisation.
    ...[10004, 10005, 10006, 10012, 10013, 10014, 20003, 20015, 20022, 20031],
    ...[21301, 21319, 21321, 21335],
    // The request.
    ...[10008, 10016, 10017, 10018, 10020, 10021],
    // What the post says, and its picture.
    ...[20005, 20006, 20007, 20008, 20012, 20013, 20018, 20020, 20021, 20049],
  ],
  quota: [10022, 10023, 10024, 20016],
  // Repeated content: normally it is public. And what broke off in Weibo's own house.
  doubtful: [20017, 20019, 20111, 10001, 10002, 10003, 10009, 10010, 10011],
  // Taken, and shown in a minute or two.
  accepted: [20032],
  again: [20014],
};

const failure = z.object({
  error: z.string().optional(),
  // A string in the documentation's example, a number in what users saw.
  error_code: z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)]),
});

/** Weibo's own code and words, where an answer is an error of Weibo's. */
export function weiboFailure(
  text: string,
): { readonly code: number; readonly said: string | undefined } | undefined {
  const read = failure.safeParse(parseJson(text));
  return read.success ? { code: read.data.error_code, said: read.data.error } : undefined;
}

export const isVoid = (code: number): boolean => VOID.some((one) => one === code);

/** What an answer says, for people. */
export function whyOf(answer: HttpAnswer): Why {
  if (!answer.ok) return { code: 'no-answer', detail: answer.why };
  const failed = weiboFailure(answer.text);
  return failed
    ? { code: `weibo-${failed.code}`, detail: failed.said }
    : { code: 'http-status', detail: String(answer.status) };
}

/** What follows from an answer to the releasing call that is no post. */
export function classifyWeibo(answer: HttpAnswer, now: Instant): ReleaseAnswer {
  const why = whyOf(answer);
  if (!answer.ok)
    return answer.sent ? { class: 'doubtful', why } : { class: 'again', why, sent: false };
  const failed = weiboFailure(answer.text);
  if (!failed) return unexplained(answer, why, now);
  const found = Object.entries(WEIBO_CODES).find(([, codes]) => codes.includes(failed.code));
  switch (found?.[0] as Class | undefined) {
    case 'refused':
      return { class: 'refused', why };
    case 'quota':
      return { class: 'quota', why, until: nextHour(now) };
    case 'accepted':
      return { class: 'accepted', receipt: { ids: {} } };
    case 'again':
      return { class: 'again', why };
    case 'doubtful':
    // Not a code of Weibo's pages: looked for, and sent again only if it is not there.
    case undefined:
      return { class: 'doubtful', why };
  }
}

/** An answer without a word of Weibo's: a gateway before it, or a page. */
function unexplained(answer: HttpAnswer & { ok: true }, why: Why, now: Instant): ReleaseAnswer {
  const { status } = answer;
  if (status === 429) {
    const afterMs = retryAfter(answer.headers, now);
    return { class: 'again', why, ...(afterMs === undefined ? {} : { afterMs }) };
  }
  return status === 403
    ? { class: 'doubtful', why: { code: 'weibo-403' }, final: true }
    : { class: 'doubtful', why };
}

function nextHour(now: Instant): Instant {
  return instant((Math.floor(now / 3_600_000) + 1) * 3_600_000);
}
