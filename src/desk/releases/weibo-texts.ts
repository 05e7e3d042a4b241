// What goes to Weibo of a text: its own words, which no page of the site shows. Not for the other
// channels' pages: content/preview.ts.
import type { Messages } from '../../i18n/index.ts';
import type { Release } from '../../plan/types.ts';
import type { Desk } from '../shell/desk.ts';

/** @returns by the channel's name as people know it; nothing where there is no sound text */
export async function weiboTexts(
  { app: { publishDeps: parts } }: Desk,
  release: Release,
  words: Messages,
): Promise<{ readonly channel: string; readonly text: string }[]> {
  const loaded = await parts.load(release);
  if (loaded.state !== 'ready') return [];
  const { bundle } = loaded;
  return release.settings.channels
    .filter((name) => parts.channels.get(name)?.kind === 'weibo')
    .map((name) => ({
      channel: words.channel(name),
      text: parts.itemOf(release, bundle, name).weiboText(),
    }));
}
