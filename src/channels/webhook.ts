// A CMS or the government catalogue that takes signed webhooks (Standard Webhooks), at once or as
// draft then publish. Not for other ways of speaking HTTP.
import { createHash } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { z } from 'zod';
import type { Clock } from '../lib/clock.ts';
import { instant } from '../lib/instant.ts';
import { parseJson } from '../lib/parse-json.ts';
import type {
  Call,
  Channel,
  ChannelItem,
  ChannelReceipt,
  LookupResult,
  NotDone,
  ReleaseAnswer,
} from './channel.ts';
import { type Http, type HttpAnswer, type HttpCall, http, retryAfter } from './http.ts';

export interface WebhookOptions {
  readonly url: string;
  /** `whsec_<base64>` */
  readonly secret: string;
  readonly mode: 'post' | 'draft-then-publish';
  /** How the receiver can be asked what it has; `none`: a doubt is held for a person. */
  readonly lookup: 'id' | 'key' | 'none';
}

const record = z.object({ key: z.string(), body: z.string() });
const answerBody = z.object({
  id: z.union([z.string(), z.number()]).optional(),
  url: z.string().optional(),
  publicSince: z.string().optional(),
});
type Body = z.output<typeof answerBody>;
/** Read by itself: an odd address beside it makes "published" no less true. */
const stateBody = z.object({ state: z.string() });
/**
 * "Not public" lets it be sent again, so only a word that says so will do: a page of maintenance
 * comes with 200 too.
 */
const NOT_PUBLISHED = ['draft', 'absent', 'none', 'unpublished'];
const WITHDRAWN = ['withdrawn', 'deleted'];
const STATE_LONGEST = 40;

export function webhookChannel(
  name: string,
  options: WebhookOptions,
  clock: Clock,
  send: Http = http,
): Channel {
  // Made anew for each call: a secret that was replaced meanwhile is the one that signs.
  const sign = (key: string, at: Date, body: string): string =>
    new Webhook(options.secret).sign(key, at, body);
  const base = options.url.replace(/\/$/, '');
  const ofId = (call: Pick<Call, 'release'>): string =>
    `${base}/${encodeURIComponent(call.release)}`;

  /**
   * Signs a call as Standard Webhooks 1.0 says; the receiver refuses a time-stamp more than 5 min
   * off.
   */
  const signed = (
    call: Omit<HttpCall, 'headers'> & { body: string; key: string },
    signal: AbortSignal,
  ): Promise<HttpAnswer> => {
    const at = new Date(clock.now());
    return send(
      {
        ...call,
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'idempotency-key': call.key,
          'webhook-id': call.key,
          'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
          'webhook-signature': sign(call.key, at, call.body),
        },
      },
      signal,
    );
  };
  const receipt = (text: string): ChannelReceipt => {
    const body = bodyOf(text);
    const since = Date.parse(body.publicSince ?? '');
    return {
      ids: body.id === undefined ? {} : { id: String(body.id) },
      url: body.url,
      publicAt: Number.isNaN(since) ? clock.now() : since,
    };
  };

  return {
    name,
    kind: 'http',
    async stage(item, signal) {
      const body = JSON.stringify(payload(item));
      const key = keyOf(item.publication, item.digest);
      if (options.mode === 'draft-then-publish') {
        const answer = await signed({ method: 'PUT', url: ofId(item), body, key }, signal);
        const failed = classifyWebhook(answer, clock.now());
        if (failed && failed.class !== 'doubtful') return failed;
        if (failed) return { class: 'again', why: failed.why };
      }
      return { class: 'staged', record: { key, body: options.mode === 'post' ? body : '' } };
    },
    async release(call, signal): Promise<ReleaseAnswer> {
      const staged = record.parse(call.staged);
      const post = options.mode === 'post';
      const url = post ? base : `${ofId(call)}/publish`;
      const body = post
        ? staged.body
        : JSON.stringify({
            type: 'release.publish',
            id: call.release,
            publication: call.publication,
          });
      const answer = await signed(
        { method: 'POST', url, body, key: staged.key, guard: call.guard },
        signal,
      );
      return (
        classifyWebhook(answer, clock.now()) ?? {
          class: 'done',
          receipt: receipt(answer.ok ? answer.text : ''),
        }
      );
    },
    async lookup(call, signal): Promise<LookupResult> {
      if (options.lookup === 'none') return { class: 'unknown', why: { code: 'no-lookup' } };
      const key =
        record.safeParse(call.staged).data?.key ??
        (call.item ? keyOf(call.publication, call.item.digest) : '');
      if (options.lookup === 'key' && key === '')
        return { class: 'unknown', why: { code: 'nothing-to-look-for' } };
      const url = options.lookup === 'id' ? ofId(call) : `${base}?key=${encodeURIComponent(key)}`;
      const answer = await signed(
        { method: 'GET', url, body: '', key: key || call.publication },
        signal,
      );
      if (!answer.ok) return { class: 'unknown', why: { code: 'no-answer', detail: answer.why } };
      if (answer.status === 404) return { class: 'not-public' };
      if (answer.status !== 200)
        return { class: 'unknown', why: { code: 'http-status', detail: String(answer.status) } };
      const state = stateOf(answer.text);
      if (state === 'published') return { class: 'public', receipt: receipt(answer.text) };
      if (state !== undefined && NOT_PUBLISHED.includes(state)) return { class: 'not-public' };
      if (state !== undefined && WITHDRAWN.includes(state))
        return { class: 'gone', why: { code: 'withdrawn' } };
      return {
        class: 'unknown',
        why: { code: 'http-answer', detail: state?.slice(0, STATE_LONGEST) },
      };
    },
    async withdraw(call, signal) {
      const key = keyOf(call.publication, 'withdraw');
      const answer = await signed({ method: 'DELETE', url: ofId(call), body: '', key }, signal);
      if (answer.ok && answer.status < 300) return { class: 'done' };
      return {
        class: 'cannot',
        why: { code: 'http-status', detail: answer.ok ? String(answer.status) : answer.why },
      };
    },
    async preflight(signal) {
      const answer = await signed(
        {
          method: 'GET',
          url: ofId({ release: 'banli-preflight' as Call['release'] }),
          body: '',
          key: 'banli-preflight',
        },
        signal,
      );
      if (!answer.ok) return { wrong: [{ code: 'no-answer', detail: answer.why }], notes: [] };
      const wrong =
        answer.status === 401 || answer.status === 403
          ? [{ code: 'http-status', detail: String(answer.status) }]
          : [];
      return {
        wrong,
        notes: [],
        clockOffsetMs: answer.date === undefined ? undefined : answer.date + 500 - clock.now(),
      };
    },
  };
}

/** The key says the same of the same content, however often it is sent. */
function keyOf(publication: string, digest: string): string {
  return `${publication.replace('@', '.')}.${createHash('sha256').update(digest).digest('hex').slice(0, 16)}`;
}

function payload(item: ChannelItem): object {
  return {
    type: 'release.published',
    id: item.release,
    publication: item.publication,
    due: new Date(item.due).toISOString(),
    title: item.title,
    summary: item.summary,
    html: item.html(),
    url: item.url,
    category: item.category,
    attachments: item.attachments.map(({ name, sha256, bytes }) => ({
      name,
      sha256,
      bytes,
      url: `${item.url}files/${encodeURIComponent(name)}`,
    })),
  };
}

function bodyOf(text: string): Body {
  return answerBody.safeParse(parseJson(text)).data ?? {};
}

function stateOf(text: string): string | undefined {
  return stateBody.safeParse(parseJson(text)).data?.state;
}

const AGAIN = [408, 425, 429];

/**
 * The class of an answer that is not "done"; undefined when it is. 409 with our key means that it
 * was done before.
 */
export function classifyWebhook(
  answer: HttpAnswer,
  now: number,
): NotDone | { class: 'doubtful'; why: { code: string; detail: string } } | undefined {
  if (!answer.ok) {
    const why = { code: 'no-answer', detail: answer.why };
    return answer.sent ? { class: 'doubtful', why } : { class: 'again', why, sent: false };
  }
  const { status } = answer;
  if ((status >= 200 && status < 300) || status === 409) return undefined;
  const why = { code: 'http-status', detail: String(status) };
  const after = retryAfter(answer.headers, now);
  if (AGAIN.includes(status) || (status === 503 && after !== undefined))
    return after !== undefined && after > 300_000
      ? { class: 'quota', why, until: instant(now + after) }
      : { class: 'again', why, ...(after === undefined ? {} : { afterMs: after }) };
  return { class: status >= 500 ? 'doubtful' : 'refused', why };
}
