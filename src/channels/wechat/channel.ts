// A WeChat Official Account (公众号): a draft at T − lead; at T one call that publishes it, or sends
// it to all followers. Not for calls and tokens (api.ts), errcodes (answers.ts), drafts (draft.ts)
// nor what looks find (looks.ts).
import { z } from 'zod';
import type { Clock } from '../../lib/clock.ts';
import { type CallCounts, countsInMemory } from '../call-budget.ts';
import type { Call, Channel, ReleaseAnswer, StageAnswer, Why } from '../channel.ts';
import { type Http, http } from '../http.ts';
import { servedByHand } from '../manual.ts';
import { ALREADY_SENT, whyOf } from './answers.ts';
import { type TokenStore, WechatApi, type WechatOptions } from './api.ts';
import { addDraft, articleOf, messageId, type StagedDraft, stagedDraft } from './draft.ts';
import { type Looks, massStatus, publishStatus, search, withoutLookup } from './looks.ts';
import { tryDraft } from './try-out.ts';

const anything = z.looseObject({});
const submitted = z.object({ publish_id: z.union([z.string(), z.number()]).transform(String) });
const sent = z.object({ msg_id: z.union([z.string(), z.number()]).transform(String) });

export function wechatChannel(
  name: string,
  options: WechatOptions,
  tokens: TokenStore,
  clock: Clock,
  send: Http = http,
  counts: CallCounts = countsInMemory(),
): Channel {
  const api = new WechatApi(options, tokens, counts, clock, send);
  const looks: Looks = { api, clock, options };
  const publish = async (
    call: Call,
    staged: StagedDraft,
    signal: AbortSignal,
  ): Promise<ReleaseAnswer> => {
    const answer = await api.post(
      '/cgi-bin/freepublish/submit',
      { media_id: staged.mediaId },
      submitted,
      'release',
      signal,
      call.guard,
    );
    if (answer.ok)
      return { class: 'accepted', receipt: { ids: { publishId: answer.value.publish_id } } };
    return answer.answer;
  };

  const massSend = async (
    call: Call,
    staged: StagedDraft,
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
      'release',
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

  return {
    name,
    kind: 'wechat',
    async stage(item, signal): Promise<StageAnswer> {
      const made = await articleOf(api, options, item, signal);
      if (!('article' in made)) return made;
      const draft = await addDraft(api, clock, [made.article], signal);
      if (!('mediaId' in draft)) return draft;
      const clientmsgid = messageId(item.publication, item.digest);
      return {
        class: 'staged',
        record: {
          mediaId: draft.mediaId,
          title: item.title,
          url: item.url,
          clientmsgid,
        } satisfies StagedDraft,
      };
    },
    release(call, signal) {
      const staged = stagedDraft.parse(call.staged);
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
      if (publishId) return publishStatus(looks, publishId, call, signal);
      if (msgId) return massStatus(looks, msgId, call, signal);
      const staged =
        stagedDraft.safeParse(call.staged).data ??
        (call.item && { mediaId: '', title: call.item.title, url: call.item.url });
      if (staged && options.mode === 'publish') return search(looks, staged, call, signal);
      return Promise.resolve(
        staged
          ? withoutLookup(looks, call)
          : { class: 'unknown', why: { code: 'nothing-to-look-for' } },
      );
    },
    async withdraw(call, signal) {
      if (options.mode === 'draft-only') return servedByHand.withdraw();
      const { articleId, msgId } = call.receipt?.ids ?? {};
      const answer = msgId
        ? await api.post(
            '/cgi-bin/message/mass/delete',
            // A number in the documentation and in all client libraries.
            { msg_id: Number(msgId), article_idx: 1 },
            anything,
            'release',
            signal,
          )
        : await api.post(
            '/cgi-bin/freepublish/delete',
            { article_id: articleId ?? '', index: 1 },
            anything,
            'release',
            signal,
          );
      return answer.ok ? { class: 'done' } : { class: 'cannot', why: answer.answer.why };
    },
    tryOut: (cover, text, signal) => tryDraft(api, clock, cover, text, signal),
    async preflight(signal) {
      const draft = await api.get('/cgi-bin/draft/count', anything, 'check', signal);
      const wrong: Why[] = draft.ok ? [] : [draft.answer.why];
      if (draft.ok && options.mode === 'publish') {
        const list = await api.post(
          '/cgi-bin/freepublish/batchget',
          { offset: 0, count: 1, no_content: 1 },
          anything,
          'check',
          signal,
        );
        if (!list.ok) wrong.push(list.answer.why);
      }
      return {
        wrong,
        // Whoever chose this mode may expect what only a mass send does.
        notes: options.mode === 'publish' ? [{ code: 'wechat-not-pushed' }] : [],
        clockOffsetMs:
          draft.ok && draft.date !== undefined ? draft.date + 500 - clock.now() : undefined,
      };
    },
  };
}
