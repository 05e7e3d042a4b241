// Content as each channel will show it, before it is public, to those who may see it: the same code
// makes it as at T. Not for the pages around it: pages/.
import { LRUCache } from 'lru-cache';
import type { Asset, ChannelItem } from '../../channels/channel.ts';
import type { Bundle } from '../../content/bundle.ts';
import { weiboLength } from '../../content/weibo-text.ts';
import type { Messages } from '../../i18n/index.ts';
import { RequestError } from '../../lib/request-error.ts';
import { releaseWith } from '../../operations/release-with.ts';
import type { Language, Release } from '../../plan/types.ts';
import { DRAWING } from '../../site/editions/chart.ts';
import { fileSecurity } from '../../site/serve/headers.ts';
import { noteLook } from '../journal/embargo-looks.ts';
import type { Desk, DeskContext } from '../shell/desk.ts';
import { type ChannelPreview, wechatPage } from './pages.ts';

/** A frame of the desk shows it, and nothing in it runs but the site's own script. */
const POLICY =
  "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self'; script-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

export function previews(desk: Desk) {
  const { publishDeps: parts, siteBuilder, config } = desk.app;

  const read = async (
    context: DeskContext,
    id: string,
  ): Promise<{ release: Release; bundle: Bundle; item: ChannelItem }> => {
    const { words } = context.var;
    const { release } = await releaseWith(desk.app, id, words);
    await noteLook(desk, context.var.who, release);
    const loaded = await parts.load(release);
    if (loaded.state !== 'ready') throw new RequestError(404, 'content', words.desk.preview.none);
    return {
      release,
      bundle: loaded.bundle,
      item: parts.itemOf(release, loaded.bundle, 'website'),
    };
  };
  const framed = (context: DeskContext, page: string): Response => {
    context.header('Content-Security-Policy', POLICY);
    context.header('X-Frame-Options', 'SAMEORIGIN');
    return context.html(page);
  };
  const send = async (context: DeskContext, file: Asset): Promise<Response> =>
    context.body(new Uint8Array(await file.read()), 200, {
      'content-type': file.type,
      ...fileSecurity(file.name),
    });

  /** What was made a moment ago of the same text: it is made on the loop that serves the public. */
  const made = new LRUCache<string, Promise<string>>({ max: 16, ttl: 5000 });
  const kept = (key: string, make: () => Promise<string>): Promise<string> => {
    const known = made.get(key) ?? make();
    made.set(key, known);
    known.catch(() => made.delete(key));
    return known;
  };

  return {
    /** What each channel would refuse, and Weibo's text. */
    async channels(release: Release, words: Messages): Promise<ChannelPreview[]> {
      const loaded = await parts.load(release);
      if (loaded.state !== 'ready') return [];
      const { bundle } = loaded;
      return release.settings.channels.flatMap((name): ChannelPreview[] => {
        const channel = parts.channels.get(name);
        if (!channel) return [];
        const item = parts.itemOf(release, bundle, name);
        const refused = parts
          .flawsFor(channel, item, bundle)
          .map(({ code, detail, line }) => `${line} ${words.flaw(code, detail)}`);
        const text = channel.kind === 'weibo' ? item.weiboText() : '';
        return [
          {
            channel: name,
            name: words.channel(name),
            kind: channel.kind,
            refused,
            ...(text ? { weibo: { text, length: weiboLength(text) } } : {}),
          },
        ];
      });
    },
    /**
     * Its links lead where the public site has things: of an English page, one folder further up.
     */
    async website(context: DeskContext, id: string, language: Language): Promise<Response> {
      const { item, bundle } = await read(context, id);
      const make = async (): Promise<string> => (await siteBuilder.preview(item, language)).page;
      return framed(context, await kept(`${language} ${id} ${bundle.digest}`, make));
    },
    async wechat(context: DeskContext, id: string): Promise<Response> {
      const { item, bundle } = await read(context, id);
      const { words } = context.var;
      const make = (): Promise<string> => {
        const body = item.wechatHtml((name) => `files/${encodeURIComponent(name)}`);
        const { title, author, summary } = item;
        const page = { title, author, summary, body, cover: 'cover' };
        return Promise.resolve(String(wechatPage(page, config.bureau.zh, words)));
      };
      return framed(context, await kept(`wechat ${words.lang} ${id} ${bundle.digest}`, make));
    },
    async cover(context: DeskContext, id: string): Promise<Response> {
      const { item } = await read(context, id);
      return send(context, await item.cover());
    },
    async file(context: DeskContext, id: string, name: string): Promise<Response> {
      const { bundle, item } = await read(context, id);
      const { drawing } =
        name === DRAWING ? await siteBuilder.preview(item, 'zh') : { drawing: undefined };
      if (drawing !== undefined)
        return context.body(drawing, 200, { 'content-type': 'image/svg+xml' });
      const file = [
        ...bundle.pictures,
        ...bundle.attachments,
        ...(bundle.cover ? [bundle.cover] : []),
      ].find((one) => one.name === name);
      if (!file)
        throw new RequestError(404, 'unknown-file', context.var.words.desk.refused.notFound);
      return send(context, file);
    },
  };
}
