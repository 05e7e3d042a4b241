// A release and its bundle → the item that channels are given. Not for reading the folder:
// bundle.ts.
import type { ChannelItem } from '../channels/channel.ts';
import { publicationId, type Release } from '../plan/types.ts';
import type { Bundle } from './bundle.ts';
import { drawCover, keyFigure } from './cover.ts';
import { wechatText } from './rendered.ts';
import { toWeibo } from './weibo-text.ts';

export function itemOf(
  release: Release,
  bundle: Bundle,
  channel: string,
  context: { url: string; bureau: string },
): ChannelItem {
  const summary = bundle.summary ?? bundle.rendered.start;
  const author = bundle.author ?? '';
  const source = bundle.source ?? context.bureau;
  return {
    publication: publicationId(release.id, channel),
    release: release.id,
    due: release.due,
    title: bundle.title,
    summary,
    author,
    source,
    category: release.settings.category,
    url: context.url,
    digest: bundle.digest,
    pictures: bundle.pictures,
    ownCover: bundle.cover,
    attachments: bundle.attachments,
    html: () => bundle.rendered.html,
    wechatHtml: (pictureUrl) => wechatText(bundle.rendered, source, pictureUrl),
    plainText: () => bundle.rendered.plain,
    weiboText: () => toWeibo(bundle.weibo, bundle.title, summary, context.url),
    cover: async () =>
      bundle.cover ??
      (await drawCover({
        title: bundle.title,
        figure: keyFigure(summary),
        period: release.period ?? '',
        bureau: context.bureau,
      })),
  };
}
