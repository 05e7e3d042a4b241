// What has come out, for readers of feeds: Atom (RFC 4287), RSS 2.0 and JSON Feed, newest first.
// Nothing of what is still to come.
import { Feed } from 'feed';
import { messagesFor } from '../../i18n/index.ts';
import { instant } from '../../lib/instant.ts';
import { minuteIn } from '../../plan/time.ts';
import type { Language } from '../../plan/types.ts';
import { marked, newestBy, type View } from '../calendar-view.ts';
import { nameInLanguage, pathOf, type ShownRelease } from '../model.ts';
import { expectedIn, releaseName } from '../pages/fragments.ts';

/** Entries of a feed. */
const NEWEST = 50;

/** When it was last corrected, withdrawn, or came out, epoch ms. */
function changedAt(shown: ShownRelease): number {
  return shown.withdrawn?.at ?? shown.corrections?.at(-1)?.at ?? shown.since;
}

export interface Feeds {
  readonly atom: string;
  readonly rss: string;
  readonly json: string;
}

/** @param folder of this language, with a slash at the end, or empty */
export function feedsOf(view: View, language: Language, folder: string): Feeds {
  const feed = feedOf(view, language, folder, escaped);
  // Titles are mark-up in Atom and RSS, and text in JSON Feed.
  return {
    atom: feed.atom1(),
    rss: feed.rss2(),
    json: feedOf(view, language, folder, (title) => title).json1(),
  };
}

/**
 * Plain text as mark-up that shows it: what these formats carry as HTML is run by readers that
 * clean nothing.
 */
const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

/** The library puts it into an attribute as it is. */
const labelOf = (category: string): string =>
  category.replace(/[<>]/g, (one) => (one === '<' ? '＜' : '＞'));

/** @param titled a title as the format takes it */
function feedOf(
  view: View,
  language: Language,
  folder: string,
  titled: (title: string) => string,
): Feed {
  const w = messagesFor(language).site;
  const { publicUrl, bureau } = view.options;
  const root = `${publicUrl}${folder}`;
  const day = (at: number): string => minuteIn(instant(at), view.calendar.timezone);
  const newest = newestBy(({ shown }) => shown?.since ?? 0, view.releases, NEWEST).flatMap(
    ({ shown, release, sample }) => (shown ? [{ shown, release, sample }] : []),
  );
  const feed = new Feed({
    title: marked(`${nameInLanguage(bureau, language)} · ${w.latest}`, view, language),
    description: view.calendar.title || w.calendar,
    id: root,
    link: root,
    language: messagesFor(language).lang,
    copyright: nameInLanguage(bureau, language),
    // Of the newest entry: the same text as long as nothing comes out and nothing is corrected.
    updated: new Date(
      Math.max(
        0,
        ...newest.map(({ shown }) => changedAt(shown)),
        ...view.delayed.map(({ release }) => release.due + release.settings.grace),
      ),
    ),
    generator: 'Banli',
    feedLinks: { atom: `${root}atom.xml`, rss: `${root}rss.xml`, json: `${root}feed.json` },
    author: { name: nameInLanguage(bureau, language), link: root },
  });
  for (const { shown, release, sample } of newest) {
    const link = `${root}${pathOf(release)}`;
    feed.addItem({
      title: titled(sample ? w.exampleOf(shown.title) : shown.title),
      id: `${publicUrl}${pathOf(release)}`,
      link,
      description: escaped(
        shown.withdrawn
          ? w.withdrawnOn(day(shown.withdrawn.at), shown.withdrawn.reason)
          : shown.summary,
      ),
      date: new Date(changedAt(shown)),
      published: new Date(shown.since),
      category: [{ name: labelOf(release.settings.category) }],
    });
  }
  for (const one of view.delayed) {
    const { release } = one;
    feed.addItem({
      title: titled(w.delayedOf(releaseName(release, language))),
      // Not the address of its page: that is another entry, once it is out.
      id: `${publicUrl}${pathOf(release)}#delayed-${release.due}`,
      link: root,
      description: escaped(`${w.due} ${day(release.due)} · ${expectedIn(one, language)}`),
      date: new Date(release.due + release.settings.grace),
      published: new Date(release.due + release.settings.grace),
      category: [{ name: labelOf(release.settings.category) }],
    });
  }
  return feed;
}
