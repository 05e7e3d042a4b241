// A release as a draft in the account's box: its pictures and cover uploaded, its article added. All
// of it private. Not for what makes a draft public: channel.ts.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../../lib/clock.ts';
import { instant } from '../../lib/instant.ts';
import type { ChannelItem, NotDone } from '../channel.ts';
import { CONSUMED } from './answers.ts';
import type { Called, WechatApi, WechatOptions } from './api.ts';

/** What the ledger keeps of a draft. */
export const stagedDraft = z.object({
  mediaId: z.string(),
  title: z.string(),
  url: z.string(),
  /**
   * By which WeChat knows a mass send that it has had; of the content alone, so that staging again
   * does not change it.
   */
  clientmsgid: z.string().optional(),
});
export type StagedDraft = z.output<typeof stagedDraft>;

const mediaId = z.object({ media_id: z.string() });
const uploaded = z.object({ url: z.string() });

/** Pictures in the text: at most this, jpg or png. */
const PICTURE_BYTES = 1_000_000;
/** A fresh picture may be unknown to the draft call for some seconds. */
const FRESH_TRIES = 6;
const FRESH_MS = 2000;

/** Uploads what a release's article shows. */
export async function articleOf(
  api: WechatApi,
  options: WechatOptions,
  item: ChannelItem,
  signal: AbortSignal,
): Promise<{ article: object } | NotDone> {
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
}

/** Puts articles into the box as one draft. @returns its media id */
export async function addDraft(
  api: WechatApi,
  clock: Clock,
  articles: readonly object[],
  signal: AbortSignal,
): Promise<{ mediaId: string } | NotDone> {
  for (let attempt = 1; ; attempt++) {
    const draft = await api.post('/cgi-bin/draft/add', { articles }, mediaId, 'prepare', signal);
    if (draft.ok) return { mediaId: draft.value.media_id };
    if (draft.errcode !== CONSUMED || attempt === FRESH_TRIES) return privately(draft);
    await clock.sleepUntil(instant(clock.now() + FRESH_MS), signal);
  }
}

/** At most 32 bytes: longer ones were seen to be refused (45067). */
export function messageId(publication: string, content: string): string {
  return createHash('sha256').update(`${publication}\n${content}`).digest('hex').slice(0, 32);
}

/** While staging nothing can have become public: a doubt is only a reason to do it again. */
function privately<T>(failed: Called<T> & { ok: false }): NotDone {
  return failed.answer.class === 'doubtful'
    ? { class: 'again', why: failed.answer.why }
    : failed.answer;
}
