// What WeChat says of a draft that was submitted or sent: by the id that it gave for that, or by
// looking for the draft and its article. Reads only. Not for what follows: publish/verify.ts.
import { z } from 'zod';
import type { Clock } from '../../lib/clock.ts';
import { type Instant, instant } from '../../lib/instant.ts';
import { lookPurpose } from '../call-budget.ts';
import type { Call, LookupResult } from '../channel.ts';
import { CONSUMED } from './answers.ts';
import type { Called, WechatApi, WechatOptions } from './api.ts';
import type { StagedDraft } from './draft.ts';

/** How WeChat is asked. */
export interface Looks {
  readonly api: WechatApi;
  readonly clock: Clock;
  readonly options: Pick<WechatOptions, 'mode' | 'draftLeavesMs'>;
}

const anything = z.looseObject({});
const articleUrl = z.object({ article_url: z.string().optional() });
const status = z.object({
  publish_status: z.number(),
  article_id: z.string().optional(),
  article_detail: z.object({ item: z.array(articleUrl) }).optional(),
});
const newsItem = z.object({
  title: z.string(),
  content_source_url: z.string().optional(),
  url: z.string().optional(),
  is_deleted: z.boolean().optional(),
});
const published = z.object({
  item: z.array(
    z.object({
      article_id: z.string(),
      update_time: z.number().optional(),
      content: z.object({ news_item: z.array(newsItem) }),
    }),
  ),
});
const sending = z.object({ msg_status: z.string() });

/** Published articles that are asked for at once. */
const LISTED = 20;
/** A look within this after the call finds what has just come out, ms. */
const SOON_MS = 120_000;
/** WeChat's clock may be so far behind ours, ms. */
const CLOCK_MS = 60_000;
/**
 * WeChat refuses a second mass send with the same clientmsgid for 24 h; less than that is relied
 * upon, ms.
 */
const REPEATABLE_MS = 23 * 3_600_000;

/** Of these nobody ever saw anything. */
const NEVER_SHOWN = [2, 3, 4];

/** What the publishing of a draft came to, other than public (0) and in progress (1). */
const FAILED: Readonly<Record<number, string>> = {
  2: 'wechat-original',
  3: 'wechat-failed',
  4: 'wechat-audit',
  5: 'wechat-deleted',
  6: 'wechat-banned',
};

/**
 * After so many looks at what WeChat has taken and works on, the next is not before so many minutes:
 * an article in audit for a day is asked after some thirty times, and its hundred calls a day are
 * for others.
 */
const SLOWER: readonly (readonly [looks: number, minutes: number])[] = [
  [16, 120],
  [12, 60],
  [8, 15],
  [5, 5],
];
const nextLook = (looks: number, now: Instant): Instant | undefined => {
  const [, minutes] = SLOWER.find(([from]) => looks >= from) ?? [];
  return minutes === undefined ? undefined : instant(now + minutes * 60_000);
};

/** What became of a draft that was submitted for publication. */
export async function publishStatus(
  looks: Looks,
  publishId: string,
  call: Call,
  signal: AbortSignal,
): Promise<LookupResult> {
  const { api, clock } = looks;
  const answer = await api.post(
    '/cgi-bin/freepublish/get',
    { publish_id: publishId },
    status,
    lookPurpose(call.looks),
    signal,
  );
  if (!answer.ok) return cannotTell(answer, clock.now());
  const { publish_status: code, article_id: articleId, article_detail: detail } = answer.value;
  if (code === 1) return { class: 'pending', notBefore: nextLook(call.looks, clock.now()) };
  if (code !== 0 && !(code in FAILED))
    return { class: 'unknown', why: { code: 'wechat-status', detail: String(code) } };
  if (code !== 0)
    return {
      class: 'gone',
      why: { code: FAILED[code] ?? '', detail: String(code) },
      shown: !NEVER_SHOWN.includes(code),
    };
  return {
    class: 'public',
    receipt: {
      ids: { publishId, articleId: articleId ?? '' },
      url: detail?.item[0]?.article_url,
      publicAt: await publishedAt(looks, articleId, call, signal),
    },
  };
}

/**
 * When it came out. A look soon after the call says so itself; one that had to wait asks for the
 * article's own time.
 */
async function publishedAt(
  { api, clock }: Looks,
  articleId: string | undefined,
  call: Call,
  signal: AbortSignal,
): Promise<number> {
  const now = clock.now();
  if (call.calledAt === undefined || now - call.calledAt <= SOON_MS) return now;
  const list = await listed(api, call, signal);
  const at = list.ok && list.value.item.find((one) => one.article_id === articleId)?.update_time;
  return typeof at === 'number' ? Math.min(now, Math.max(call.since, at * 1000)) : now;
}

/** What became of a mass send. */
export async function massStatus(
  { api, clock }: Looks,
  msgId: string,
  call: Call,
  signal: AbortSignal,
): Promise<LookupResult> {
  const answer = await api.post(
    '/cgi-bin/message/mass/get',
    { msg_id: msgId },
    sending,
    lookPurpose(call.looks),
    signal,
  );
  if (!answer.ok) return cannotTell(answer, clock.now());
  const detail = answer.value.msg_status;
  switch (detail) {
    case 'SEND_SUCCESS':
      return { class: 'public', receipt: { ids: { msgId }, publicAt: clock.now() } };
    // With mass-send protection: until the administrator has confirmed it on the phone.
    case 'SENDING':
      return { class: 'pending', notBefore: nextLook(call.looks, clock.now()) };
    case 'SEND_FAIL':
      return { class: 'gone', why: { code: 'wechat-failed', detail }, shown: false };
    case 'DELETE':
      return { class: 'gone', why: { code: 'wechat-deleted', detail } };
    default:
      return { class: 'unknown', why: { code: 'wechat-status', detail } };
  }
}

/**
 * Without a publish id: is the draft still there, and if not, is its article among the published
 * ones?
 */
export async function search(
  looks: Looks,
  staged: StagedDraft,
  call: Call,
  signal: AbortSignal,
): Promise<LookupResult> {
  const { api, clock, options } = looks;
  if (staged.mediaId === '') return searchPublished(looks, staged, call, signal);
  const draft = await api.post(
    '/cgi-bin/draft/get',
    { media_id: staged.mediaId },
    anything,
    lookPurpose(call.looks),
    signal,
  );
  if (!draft.ok)
    return draft.errcode === CONSUMED
      ? searchPublished(looks, staged, call, signal)
      : cannotTell(draft, clock.now());
  // Whether a draft leaves the box when it is submitted or when it is out is documented nowhere:
  // for some minutes its being there settles nothing.
  const fresh = call.calledAt !== undefined && clock.now() - call.calledAt < options.draftLeavesMs;
  return { class: fresh ? 'pending' : 'not-public' };
}

/** The newest of what is published. */
function listed(
  api: WechatApi,
  call: Call,
  signal: AbortSignal,
): Promise<Called<z.output<typeof published>>> {
  return api.post(
    '/cgi-bin/freepublish/batchget',
    { offset: 0, count: LISTED, no_content: 1 },
    published,
    lookPurpose(call.looks),
    signal,
  );
}

/** A row that was deleted is not public: it was, if it is of this release's time. */
async function searchPublished(
  { api, clock }: Looks,
  staged: StagedDraft,
  call: Call,
  signal: AbortSignal,
): Promise<LookupResult> {
  const list = await listed(api, call, signal);
  if (!list.ok) return cannotTell(list, clock.now());
  const rows = list.value.item.flatMap(({ article_id: articleId, update_time: at, content }) =>
    content.news_item
      .filter((one) => one.title === staged.title && one.content_source_url === staged.url)
      .map((one) => ({ articleId, at: at === undefined ? undefined : at * 1000, one })),
  );
  const shown = rows.find(({ one }) => !one.is_deleted);
  if (shown)
    return {
      class: 'public',
      receipt: {
        ids: { articleId: shown.articleId },
        url: shown.one.url,
        publicAt: shown.at ?? clock.now(),
      },
    };
  if (rows.some(({ at }) => at === undefined || at >= call.since - CLOCK_MS))
    return { class: 'gone', why: { code: 'wechat-deleted' } };
  if (staged.mediaId !== '') return { class: 'pending' };
  // So many of its articles are shown; what is not among them may be older than those.
  return list.value.item.length < LISTED
    ? { class: 'not-public' }
    : { class: 'unknown', why: { code: 'list-full' } };
}

/**
 * A mass send can't be searched for. But its clientmsgid is refused for 24 h once it was sent
 * (45065, with its msg_id): the same call again finds out without a second send.
 */
export function withoutLookup({ clock, options }: Looks, call: Call): LookupResult {
  const known =
    call.staged !== undefined &&
    call.calledAt !== undefined &&
    clock.now() - call.calledAt < REPEATABLE_MS;
  return options.mode === 'mass' && known
    ? { class: 'repeatable', why: { code: 'no-lookup' } }
    : { class: 'unknown', why: { code: 'no-lookup' } };
}

/** No answer that settles anything; until its calls are back, or it asks not to be asked, if so. */
function cannotTell({ answer }: Called<unknown> & { ok: false }, now: Instant): LookupResult {
  const wait = answer.class === 'again' ? answer.afterMs : undefined;
  const notBefore =
    answer.class === 'quota' ? answer.until : wait === undefined ? undefined : instant(now + wait);
  return { class: 'unknown', why: answer.why, notBefore };
}
