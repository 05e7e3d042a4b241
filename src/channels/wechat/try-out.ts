// Tries an account with a draft of no release: made, read, deleted, its cover too. Nothing becomes
// public. What WeChat answers is told as it is: a bureau settles by it what no documentation says.
import { z } from 'zod';
import type { Clock } from '../../lib/clock.ts';
import type { Asset, TrialText, TriedCall } from '../channel.ts';
import type { Called, WechatApi } from './api.ts';
import { addDraft } from './draft.ts';

const anything = z.looseObject({});
/** Longer answers are cut: an article's text is in some. */
const SHOWN = 400;

/** Makes the calls one after the other, and stops where nothing is there to go on with. */
export async function tryDraft(
  api: WechatApi,
  clock: Clock,
  cover: Asset,
  text: TrialText,
  signal: AbortSignal,
): Promise<readonly TriedCall[]> {
  const tried: TriedCall[] = [];
  const told = (call: string, answer: Called<object>): Called<object> => {
    const said = JSON.stringify(answer.ok ? answer.value : (answer.body ?? answer.answer.why));
    tried.push({ call, isOk: answer.ok, said: said.slice(0, SHOWN) });
    return answer;
  };
  const post = async (call: string, body: object): Promise<Called<object>> =>
    told(call, await api.post(`/cgi-bin/${call}`, body, anything, 'prepare', signal));
  const picture = told(
    'material/add_material',
    await api.upload(
      '/cgi-bin/material/add_material?type=image',
      cover,
      await cover.read(),
      anything,
      signal,
    ),
  );
  const coverId = picture.ok ? mediaIdOf(picture.value) : undefined;
  if (coverId === undefined) return tried;
  const article = { ...text, thumb_media_id: coverId };
  const draft = await addDraft(api, clock, [article], signal);
  if ('mediaId' in draft) {
    const body = { media_id: draft.mediaId };
    tried.push({ call: 'draft/add', isOk: true, said: JSON.stringify(body) });
    await post('draft/get', body);
    await post('draft/delete', body);
  } else tried.push({ call: 'draft/add', isOk: false, said: JSON.stringify(draft.why) });
  await post('material/del_material', { media_id: coverId });
  return tried;
}

const mediaIdOf = (answer: object): string | undefined =>
  z.object({ media_id: z.string() }).safeParse(answer).data?.media_id;
