// What each kind of channel would refuse of a bundle, told when the bundle arrives and not at T.
// Limits: WeChat's and Weibo's own documentation. Not for calling a channel.
import { join } from 'node:path';
import type { Channel, ChannelItem } from '../channels/channel.ts';
import { linksTo } from '../lib/links.ts';
import type { Bundle, ContentIssue } from './bundle.ts';
import { WEIBO_LONGEST, weiboLength } from './weibo-text.ts';

const WECHAT = {
  title: 32,
  author: 16,
  digest: 120,
  contentCharacters: 20_000,
  contentBytes: 1_000_000,
  urlBytes: 1024,
  picture: 1_000_000,
  cover: 10_000_000,
} as const;

/** A picture that goes with a post is smaller than this, bytes. */
const WEIBO_PICTURE = 5_000_000;

/** What the site draws of `series.csv`, beside the text's own files. */
const DRAWING = 'series.svg';

/** Nobody reads more at once. */
const MOST_MISSING = 50;

/** Everything that a channel of this kind would refuse, each with its file and line. */
export function flawsFor(
  kind: Channel['kind'],
  item: ChannelItem,
  bundle: Bundle,
  options: { safeDomain?: string | undefined } = {},
): ContentIssue[] {
  const flaws = missingFiles(bundle);
  if (kind === 'wechat') flaws.push(...wechatFlaws(item, bundle));
  if (kind === 'weibo') flaws.push(...weiboFlaws(item, bundle, options.safeDomain));
  return flaws;
}

/** What the text shows or leads to, and is not there. */
function missingFiles({
  folder,
  bodyLine,
  cover,
  pictures,
  attachments,
  rendered,
}: Bundle): ContentIssue[] {
  const shown = new Set([...pictures, ...(cover ? [cover] : [])].map(({ name }) => name));
  const linked = new Set([...shown, ...attachments.map(({ name }) => name), DRAWING]);
  const missing = (
    code: string,
    have: ReadonlySet<string>,
    wanted: Bundle['rendered']['links'],
  ): ContentIssue[] =>
    wanted
      .filter(({ name }) => !have.has(name))
      .map(({ name, line }) => ({
        file: join(folder, 'release.md'),
        line: bodyLine + line - 1,
        code,
        detail: name,
      }));
  return [
    ...missing('picture-missing', shown, rendered.pictures),
    ...missing('link-missing', linked, rendered.links),
  ].slice(0, MOST_MISSING);
}

function wechatFlaws(item: ChannelItem, bundle: Bundle): ContentIssue[] {
  const file = join(bundle.folder, 'release.md');
  const flaws: ContentIssue[] = [];
  const tooLong = (key: 'title' | 'author' | 'digest', text: string): void => {
    const length = [...text].length;
    if (length > WECHAT[key])
      flaws.push({
        file,
        line: key === 'title' ? 2 : 1,
        code: `wechat-${key}-long`,
        detail: `${length}/${WECHAT[key]}`,
      });
  };
  tooLong('title', item.title);
  tooLong('author', item.author);
  tooLong('digest', item.summary);
  const linkBytes = Buffer.byteLength(item.url);
  if (linkBytes > WECHAT.urlBytes)
    flaws.push({
      file,
      line: 1,
      code: 'wechat-url-long',
      detail: `${linkBytes}/${WECHAT.urlBytes}`,
    });
  const html = item.wechatHtml((name) => name);
  if (html.length >= WECHAT.contentCharacters || Buffer.byteLength(html) >= WECHAT.contentBytes)
    flaws.push({
      file,
      line: bundle.bodyLine,
      code: 'wechat-content-long',
      detail: `${html.length}/${WECHAT.contentCharacters}`,
    });
  for (const picture of bundle.pictures) {
    if (picture.bytes >= WECHAT.picture)
      flaws.push({
        file: join(bundle.folder, picture.name),
        line: 1,
        code: 'wechat-picture-large',
        detail: `${picture.bytes}`,
      });
    if (picture.type === 'image/gif')
      flaws.push({
        file: join(bundle.folder, picture.name),
        line: 1,
        code: 'wechat-picture-type',
        detail: picture.type,
      });
  }
  if (bundle.cover && bundle.cover.bytes > WECHAT.cover)
    flaws.push({
      file: join(bundle.folder, bundle.cover.name),
      line: 1,
      code: 'wechat-picture-large',
      detail: `${bundle.cover.bytes}`,
    });
  return flaws;
}

function weiboFlaws(
  item: ChannelItem,
  bundle: Bundle,
  safeDomain: string | undefined,
): ContentIssue[] {
  const file = join(bundle.folder, bundle.weibo === undefined ? 'release.md' : 'weibo.txt');
  const text = item.weiboText();
  const flaws: ContentIssue[] = [];
  const length = weiboLength(bundle.weibo === undefined ? text : `${bundle.weibo} ${item.url}`);
  if (length > WEIBO_LONGEST)
    flaws.push({ file, line: 1, code: 'weibo-long', detail: `${length}/${WEIBO_LONGEST}` });
  if (/[#＃][^#＃]+[#＃]|@\S/.test(text)) flaws.push({ file, line: 1, code: 'weibo-topic' });
  if (safeDomain !== undefined && !linksTo(text, safeDomain))
    flaws.push({ file, line: 1, code: 'weibo-domain', detail: safeDomain });
  if (bundle.cover && bundle.cover.bytes >= WEIBO_PICTURE)
    flaws.push({
      file: join(bundle.folder, bundle.cover.name),
      line: 1,
      code: 'weibo-picture-large',
      detail: `${bundle.cover.bytes}`,
    });
  return flaws;
}
