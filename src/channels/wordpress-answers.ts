// What an answer of WordPress means, by what a real one answered. Not for making calls.
import { z } from 'zod';
import { parseJson } from '../lib/parse-json.ts';
import type { NotDone, Why } from './channel.ts';
import { type HttpAnswer, retryAfter } from './http.ts';

/** Anything but "done". */
export type WordpressAnswer = NotDone | { readonly class: 'doubtful'; readonly why: Why };

/** How WordPress itself refuses: `rest_cannot_edit`. A page of HTML is somebody else's. */
const error = z.object({ code: z.string() });

const AGAIN = [408, 425, 429];
/** Its own words for what it will never take; the status beside them may be 500. */
const NEVER = ['rest_upload_sideload_error', 'rest_upload_unknown_error'];
const DETAIL_LONGEST = 80;

/** @returns undefined where the call was done */
export function classifyWordpress(answer: HttpAnswer, now: number): WordpressAnswer | undefined {
  if (!answer.ok) {
    const why = { code: 'no-answer', detail: answer.why };
    return answer.sent ? { class: 'doubtful', why } : { class: 'again', why };
  }
  const { status } = answer;
  if (status >= 200 && status < 300) return undefined;
  const code = error.safeParse(parseJson(answer.text)).data?.code.slice(0, DETAIL_LONGEST);
  const why: Why = { code: 'http-status', detail: [status, code].filter(Boolean).join(' ') };
  const afterMs = retryAfter(answer.headers, now);
  // An update of WordPress itself answers 503 with `Retry-After: 600`.
  if (AGAIN.includes(status) || (status === 503 && afterMs !== undefined))
    return { class: 'again', why, ...(afterMs === undefined ? {} : { afterMs }) };
  if (code !== undefined && NEVER.includes(code)) return { class: 'refused', why };
  if (status >= 500) return { class: 'doubtful', why };
  if (status === 401 || status === 403)
    return { class: 'refused', why: { code: 'wordpress-rights', detail: why.detail } };
  // Redirects are not followed: the address is another, or http where it should be https.
  return { class: 'refused', why };
}
