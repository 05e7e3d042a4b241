// A WeChat Official Account (公众号): a draft at T − lead; at T one call that publishes it, or sends
// it to all followers. Not for calls and tokens (api.ts) nor for errcodes (answers.ts).
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../../lib/clock.ts';
import type {
  Call,
  Channel,
  ChannelItem,
  LookupResult,
  NotDone,
  ReleaseAnswer,
  StageAnswer,
  Why,
} from '../channel.ts';
import { type Http, http } from '../http.ts';
import { servedByHand } from '../manual.ts';
import { ALREADY_SENT, CONSUMED, whyOf } from './answers.ts';
import { type Called, type TokenStore, WechatApi, type WechatOptions } from './api.ts';

const record = z.object({
  mediaId: z.string(),
  title: z.string(),
  url: z.string(),
  /**
   * By which WeChat knows a mass send that it has had; of the content alone, so that staging again
   * does not change it.
   */
  clientmsgid: z.string().optional(),
});
type Staged = z.output<typeof record>;
const anything = z.looseObject({});
const mediaId = z.object({ media_id: z.string() });
const uploaded = z.object({ url: z.string() });
const articleUrl = z.object({ article_url: z.string().optional() });
const submitted = z.object({ publish_id: z.union([z.string(), z.number()]).transform(String) });
const status = z.object({
  publish_status: z.number(),
  article_id: z.string().optional(),
  article_detail: z.object({ item: z.array(articleUrl) }).optional(),
});
const published = z.object({
  item: z.array(
    z.object({
      article_id: z.string(),
      update_time: z.number().optional(),
      content: z.object({
        news_item: z.array(
          z.object({
            title: z.string(),
            content_source_url: z.string().optional(),
            url: z.string().optional(),
          }),
        ),
      }),
    }),
  ),
});
const sent = z.object({ msg_id: z.union([z.string(), z.number()]).transform(String) });
const sending = z.object({ msg_status: z.string() });

/** Pictures in the text: at most this, jpg or png. */
const PICTURE_BYTES = 1_000_000;
/** A fresh picture may be unknown to the draft call for some seconds. */
const FRESH_TRIES = 6;
/** Published articles that are asked for at once. */
const LISTED = 20;
const FRESH_MS = 2000;

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

export function wechatChannel(
  name: string,
  options: WechatOptions,
  tokens: TokenStore,
  clock: Clock,
  send: Http = http,
): Channel {
  const api = new WechatApi(options, tokens, clock, send);
  const articleOf = async (
    item: ChannelItem,
    signal: AbortSignal,
  ): Promise<{ article: object } | NotDone> => {
    const urls = new Map<string, string>();
    for (const picture of item.pictures) {
      const bytes = await picture.read();
      if (bytes.length > PICTURE_BYTES)
        return { class: 'refused', why: { code: 'wechat-40009', detail: picture.name } };
      const answer = await api.upload('/cgi-bin/media/uploadimg', picture, bytes, uploaded, signal);
      if (!answer.ok) return privately(answer);
      urls.set(picture.name, answer.value.url);
    }
    const cover = await item.cover();
    const thumb = await api.upload(
      '/cgi-bin/material/add_material?type=image',
      cover,
      await cover.read(),
      mediaId,
      signal,
    );
    if (!thumb.ok) return privately(thumb);
    return {
      article: {
        title: item.title,
        author: options.author || item.author,
        digest: item.summary,
        content: item.wechatHtml((picture) => urls.get(picture) ?? ''),
        content_source_url: item.url,
        thumb_media_id: thumb.value.media_id,
        need_open_comment: options.commentsOpen ? 1 : 0,
      },
    };
  };

  const addDraft = async (
    article: object,
    signal: AbortSignal,
  ): Promise<Called<{ media_id: string }>> => {
    for (let attempt = 1; ; attempt++) {
      const draft = await api.post(
        '/cgi-bin/draft/add',
        { articles: [article] },
        mediaId,
        'safe',
        signal,
      );
      if (draft.ok || draft.errcode !== CONSUMED || attempt === FRESH_TRIES) return draft;
      await clock.sleepUntil((clock.now() + FRESH_MS) as Call['due'], signal);
    }
  };

  const publish = async (
    call: Call,
    staged: Staged,
    signal: AbortSignal,
  ): Promise<ReleaseAnswer> => {
    const answer = await api.post(
      '/cgi-bin/freepublish/submit',
      { media_id: staged.mediaId },
      submitted,
      'releasing',
      signal,
      call.guard,
    );
    if (answer.ok)
      return { class: 'accepted', receipt: { ids: { publishId: answer.value.publish_id } } };
    // The draft is gone: consumed by an earlier call of ours, or deleted by hand. Only a look can
    // tell.
    return answer.errcode === CONSUMED
      ? { class: 'doubtful', why: whyOf(CONSUMED) }
      : answer.answer;
  };

  const massSend = async (
    call: Call,
    staged: Staged,
    signal: AbortSignal,
  ): Promise<ReleaseAnswer> => {
    const body = {
      filter: { is_to_all: true },
      mpnews: { media_id: staged.mediaId },
      msgtype: 'mpnews',
      send_ignore_reprint: 0,
      clientmsgid: staged.clientmsgid ?? messageId(call.publication, staged.mediaId),
    };
    const answer = await api.post(
      '/cgi-bin/message/mass/sendall',
      body,
      sent,
      'releasing',
      signal,
      call.guard,
    );
    if (answer.ok) return { class: 'accepted', receipt: { ids: { msgId: answer.value.msg_id } } };
    if (answer.errcode !== ALREADY_SENT) return answer.answer;
    const before = sent.safeParse(answer.body).data;
    return before
      ? { class: 'accepted', receipt: { ids: { msgId: before.msg_id } } }
      : { class: 'doubtful', why: whyOf(ALREADY_SENT) };
  };

  /** What became of a draft that was submitted for publication. */
  const publishStatus = async (publishId: string, signal: AbortSignal): Promise<LookupResult> => {
    const answer = await api.post(
      '/cgi-bin/freepublish/get',
      { publish_id: publishId },
      status,
      'safe',
      signal,
    );
    if (!answer.ok) return { class: 'unknown', why: answer.answer.why };
    const { publish_status: code, article_id: articleId, article_detail: detail } = answer.value;
    if (code === 1) return { class: 'pending' };
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
        publicAt: clock.now(),
      },
    };
  };

  const massStatus = async (msgId: string, signal: AbortSignal): Promise<LookupResult> => {
    const answer = await api.post(
      '/cgi-bin/message/mass/get',
      { msg_id: msgId },
      sending,
      'safe',
      signal,
    );
    if (!answer.ok) return { class: 'unknown', why: answer.answer.why };
    switch (answer.value.msg_status) {
      case 'SEND_SUCCESS':
        return { class: 'public', receipt: { ids: { msgId }, publicAt: clock.now() } };
      case 'SENDING':
        return { class: 'pending' };
      case 'SEND_FAIL':
        return {
          class: 'gone',
          why: { code: 'wechat-failed', detail: answer.value.msg_status },
          shown: false,
        };
      case 'DELETE':
        return { class: 'gone', why: { code: 'wechat-deleted', detail: answer.value.msg_status } };
      default:
        return {
          class: 'unknown',
          why: { code: 'wechat-status', detail: answer.value.msg_status },
        };
    }
  };

  /**
   * Without a publish id: is the draft still there, and if not, is its article among the published
   * ones?
   */
  const search = async (staged: Staged, call: Call, signal: AbortSignal): Promise<LookupResult> => {
    if (staged.mediaId !== '') {
      const draft = await api.post(
        '/cgi-bin/draft/get',
        { media_id: staged.mediaId },
        anything,
        'safe',
        signal,
      );
      // When a submitted draft leaves the box is documented nowhere: for some minutes its being
      // there settles nothing.
      const fresh =
        call.calledAt !== undefined && clock.now() - call.calledAt < options.draftLeavesMs;
      if (draft.ok) return { class: fresh ? 'pending' : 'not-public' };
      if (draft.errcode !== CONSUMED) return { class: 'unknown', why: draft.answer.why };
    }
    return searchPublished(staged, signal);
  };

  const searchPublished = async (staged: Staged, signal: AbortSignal): Promise<LookupResult> => {
    const list = await api.post(
      '/cgi-bin/freepublish/batchget',
      { offset: 0, count: LISTED, no_content: 1 },
      published,
      'safe',
      signal,
    );
    if (!list.ok) return { class: 'unknown', why: list.answer.why };
    for (const { article_id: articleId, update_time: at, content } of list.value.item) {
      const article = content.news_item.find(
        (one) => one.title === staged.title && one.content_source_url === staged.url,
      );
      if (article)
        return {
          class: 'public',
          receipt: {
            ids: { articleId },
            url: article.url,
            publicAt: at === undefined ? clock.now() : at * 1000,
          },
        };
    }
    if (staged.mediaId !== '') return { class: 'pending' };
    // So many of its articles are shown; what is not among them may be older than those.
    return list.value.item.length < LISTED
      ? { class: 'not-public' }
      : { class: 'unknown', why: { code: 'list-full' } };
  };

  return {
    name,
    kind: 'wechat',
    async stage(item, signal): Promise<StageAnswer> {
      const made = await articleOf(item, signal);
      if (!('article' in made)) return made;
      const draft = await addDraft(made.article, signal);
      if (!draft.ok) return privately(draft);
      const clientmsgid = messageId(item.publication, item.digest);
      return {
        class: 'staged',
        record: {
          mediaId: draft.value.media_id,
          title: item.title,
          url: item.url,
          clientmsgid,
        } satisfies Staged,
      };
    },
    release(call, signal) {
      const staged = record.parse(call.staged);
      switch (options.mode) {
        case 'publish':
          return publish(call, staged, signal);
        case 'mass':
          return massSend(call, staged, signal);
        case 'draft-only':
          return servedByHand.release(call);
      }
    },
    isServedByHand: options.mode === 'draft-only',
    lookup(call, signal) {
      if (options.mode === 'draft-only') return servedByHand.lookup(call);
      const { publishId, msgId } = call.receipt?.ids ?? {};
      if (publishId) return publishStatus(publishId, signal);
      if (msgId) return massStatus(msgId, signal);
      const staged =
        record.safeParse(call.staged).data ??
        (call.item && { mediaId: '', title: call.item.title, url: call.item.url });
      if (staged && options.mode === 'publish') return search(staged, call, signal);
      return Promise.resolve(
        staged
          ? withoutLookup(call, options.mode, clock.now())
          : { class: 'unknown', why: { code: 'nothing-to-look-for' } },
      );
    },
    async withdraw(call, signal) {
      if (options.mode === 'draft-only') return servedByHand.withdraw();
      const { articleId, msgId } = call.receipt?.ids ?? {};
      const answer = msgId
        ? await api.post(
            '/cgi-bin/message/mass/delete',
            { msg_id: msgId, article_idx: 1 },
            anything,
            'releasing',
            signal,
          )
        : await api.post(
            '/cgi-bin/freepublish/delete',
            { article_id: articleId ?? '', index: 1 },
            anything,
            'releasing',
            signal,
          );
      return answer.ok ? { class: 'done' } : { class: 'cannot', why: answer.answer.why };
    },
    async preflight(signal) {
      const draft = await api.get('/cgi-bin/draft/count', anything, signal);
      const wrong: Why[] = draft.ok ? [] : [draft.answer.why];
      if (draft.ok && options.mode === 'publish') {
        const list = await api.post(
          '/cgi-bin/freepublish/batchget',
          { offset: 0, count: 1, no_content: 1 },
          anything,
          'safe',
          signal,
        );
        if (!list.ok) wrong.push(list.answer.why);
      }
      return {
        wrong,
        notes: [],
        clockOffsetMs:
          draft.ok && draft.date !== undefined ? draft.date + 500 - clock.now() : undefined,
      };
    },
  };
}

/**
 * A mass send can't be searched for. But its clientmsgid is refused for 24 h once it was sent
 * (45065, with its msg_id): the same call again finds out without a second send.
 */
function withoutLookup(call: Call, mode: WechatOptions['mode'], now: number): LookupResult {
  const known =
    call.staged !== undefined && call.calledAt !== undefined && now - call.calledAt < REPEATABLE_MS;
  return mode === 'mass' && known
    ? { class: 'repeatable', why: { code: 'no-lookup' } }
    : { class: 'unknown', why: { code: 'no-lookup' } };
}

/** At most 32 bytes: longer ones were seen to be refused (45067). */
function messageId(publication: string, content: string): string {
  return createHash('sha256').update(`${publication}\n${content}`).digest('hex').slice(0, 32);
}

/** While staging nothing can have become public: a doubt is only a reason to do it again. */
function privately<T>(failed: Called<T> & { ok: false }): NotDone {
  return failed.answer.class === 'doubtful'
    ? { class: 'again', why: failed.answer.why }
    : failed.answer;
}
