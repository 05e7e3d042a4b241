// Every file of an edition but the releases' own pages: its path, what it depends on, and how it is
// made. The same dependencies give the same bytes, so that what has not changed is linked and not
// made again. Not for putting them anywhere: assemble-edition.ts.

import { messagesFor } from '../../i18n/index.ts';
import { writeTable } from '../../import-export/files.ts';
import { instant } from '../../lib/instant.ts';
import { dateIn } from '../../plan/time.ts';
import type { Calendar, Language } from '../../plan/types.ts';
import { favicon, minisearch, SEARCH_JS, SITE_JS } from '../browser-scripts.ts';
import {
  FRONT_PAGE_ROWS,
  type PublicRelease,
  shortDigest,
  slugOf,
  stampOf,
  stampsOf,
  type View,
} from '../calendar-view.ts';
import { icsFeed, wholeCalendar } from '../feeds/ics.ts';
import {
  calendarJson,
  catalogue,
  lines,
  type Mapped,
  openapi,
  punctualityJson,
  robots,
  sitemap,
  sitemaps,
} from '../feeds/open-data.ts';
import { cachedPart, listed } from '../feeds/part-cache.ts';
import { feedsOf } from '../feeds/syndication.ts';
import { folderNameOf, LANGUAGES, nameInLanguage, pathOf } from '../model.ts';
import { calendarPage, yearsOf } from '../pages/calendar.ts';
import { releaseName } from '../pages/fragments.ts';
import { notFoundPage, searchPage, subscribePage } from '../pages/help.ts';
import { DEEP, STYLE } from '../pages/layout.ts';
import {
  categoryPage,
  changesPage,
  indicatorPage,
  indicatorsPage,
  monthPage,
  nextRelease,
  noticesPage,
  punctualityPage,
  yearPage,
} from '../pages/lists.ts';
import { styleOf, themeKey } from '../theme.ts';
import { version } from './code-version.ts';

/** A file of an edition. */
export interface SiteFile {
  /** Below the site's root. */
  readonly path: string;
  /** Changes whenever the content would. */
  readonly key: string;
  make(): string | Buffer | Promise<Buffer>;
}

export function editionFiles(view: View): SiteFile[] {
  const { releases, options, calendar } = view;
  const next = view.coming[0]?.release.id ?? '';
  const about = shortDigest([
    version(),
    JSON.stringify({ ...options, theme: themeKey(options.theme) }),
    calendar.title,
    calendar.timezone,
    JSON.stringify(calendar.plans.map((plan) => [plan.announced, plan.title, plan.sample])),
  ]);
  const gone = shortDigest(view.gone.map((one) => JSON.stringify(one)));
  const all = `${about} ${stampsOf(releases)} ${next} ${gone}`;
  const ofYear = (year: number): string =>
    `${about} ${[...view.years.keys()].join()} ${year} ${stampsOf(view.years.get(year) ?? [])}`;
  const months = [...view.months.keys()];
  const moved = stampsOf(releases.filter(({ changes }) => changes.length > 0));
  /** What the plan alone says. */
  const planned = shortDigest(
    releases.map(
      ({ release }) =>
        `${release.id} ${release.due} ${release.status} ${release.reason ?? ''} ${release.was ?? ''} ${release.name.zh}`,
    ),
  );
  const color = options.theme?.color ?? DEEP;
  const emblem = options.theme?.emblem;
  const files: SiteFile[] = [
    {
      path: 'style.css',
      key: `${version()} ${color}`,
      make: () => (options.theme?.color === undefined ? STYLE : `${STYLE}${styleOf(color)}`),
    },
    { path: 'favicon.svg', key: `${version()} ${color}`, make: () => favicon(color) },
    ...(emblem ? [{ path: emblem.name, key: emblem.digest, make: () => emblem.bytes }] : []),
    { path: 'site.js', key: version(), make: () => SITE_JS },
    { path: 'search.js', key: version(), make: () => SEARCH_JS },
    { path: 'minisearch.js', key: version(), make: minisearch },
    { path: 'search.json', key: all, make: () => searchJson(view) },
    { path: 'calendar.json', key: all, make: () => calendarJson(view) },
    { path: 'punctuality.json', key: all, make: () => punctualityJson(view) },
    { path: 'openapi.json', key: about, make: () => openapi(view) },
    { path: 'catalog.jsonld', key: all, make: () => catalogue(view) },
    {
      path: 'sitemap.xml',
      key: `${about} ${[...view.years.keys()].join()}`,
      make: () => sitemaps(view, ['pages', ...view.years.keys()]),
    },
    {
      path: 'sitemap-pages.xml',
      key: `${about} ${planned}`,
      make: () => sitemap(view, pagesIn(view)),
    },
    ...[...view.years].map(([year, own]) => ({
      path: `sitemap-${year}.xml`,
      key: ofYear(year),
      make: () => sitemap(view, releasesIn(own)),
    })),
    { path: 'robots.txt', key: about, make: () => robots(view) },
    ...calendar.plans.flatMap(({ year, sample }) =>
      (['csv', 'xlsx'] as const).map((format) => ({
        path: `calendar-${year}.${format}`,
        key: `${about} ${planned} ${year}`,
        make: () =>
          writeTable(
            format,
            sample ? exampleOf(calendar) : calendar,
            year,
            instant(0),
            messagesFor('zh'),
            true,
          ),
      })),
    ),
  ];
  for (const language of LANGUAGES) {
    const folder = language === 'en' ? 'en/' : '';
    const page = (path: string, key: string, make: () => string): void => {
      files.push({ path: `${folder}${path}index.html`, key: `${language} ${key}`, make });
    };
    const calendarOf = (path: string, name: string, own: readonly PublicRelease[]): void => {
      const key = `${language} ${about} ${stampsOf(own)}`;
      files.push({
        path: `${folder}${path}calendar.ics`,
        key,
        make: () => icsFeed(view, name, own, language),
      });
    };
    files.push({
      path: `${folder}404.html`,
      key: `${language} ${about} ${stampsOf(view.coming.slice(0, FRONT_PAGE_ROWS))}`,
      make: () => notFoundPage(view, language),
    });
    const first = view.coming.filter(
      ({ release }, index) =>
        index < FRONT_PAGE_ROWS || release.due === view.coming[0]?.release.due,
    );
    page(
      '',
      `${yearsOf(view).map(ofYear).join(' ')} ${stampsOf([...first, ...view.latest, ...view.delayed])} ${moved}`,
      () => calendarPage(view, language),
    );
    for (const year of view.years.keys())
      page(`calendar/${year}/`, ofYear(year), () => yearPage(view, year, language));
    for (const [month, own] of view.months)
      page(`months/${month}/`, `${about} ${months.join()} ${month} ${stampsOf(own)}`, () =>
        monthPage(view, month, language),
      );
    const coming = new Map(view.indicators.map((one) => [one, nextRelease(one, view)]));
    const nexts = [...coming].map(
      ([{ id, name, category }, one]) =>
        `${id} ${name.zh} ${name.en ?? ''} ${category} ${one ? stampOf(one) : ''}`,
    );
    page('indicators/', `${about} ${shortDigest(nexts)}`, () => indicatorsPage(view, language));
    for (const indicator of view.indicators) {
      const key = `${about} ${stampsOf(indicator.releases)} ${coming.get(indicator)?.release.id ?? ''} ${gone}`;
      for (const id of [indicator.id, ...indicator.formerly]) {
        page(`indicators/${folderNameOf(id)}/`, key, () =>
          indicatorPage(view, indicator, language),
        );
        calendarOf(
          `indicators/${folderNameOf(id)}/`,
          nameInLanguage(indicator.name, language),
          indicator.releases,
        );
      }
    }
    for (const [category, own] of view.categories) {
      page(`categories/${slugOf(category)}/`, `${about} ${stampsOf(own)}`, () =>
        categoryPage(view, category, own, language),
      );
      calendarOf(`categories/${slugOf(category)}/`, category, own);
    }
    page('notices/', `${about} ${stampsOf(view.notices)}`, () => noticesPage(view, language));
    page('changes/', `${about} ${moved}`, () => changesPage(view, language));
    page('punctuality/', all, () => punctualityPage(view, language));
    page('search/', about, () => searchPage(view, language));
    page('subscribe/', `${about} ${planned}`, () => subscribePage(view, language));
    files.push({
      path: `${folder}calendar.ics`,
      key: `${language} ${all}`,
      make: () => wholeCalendar(view, language),
    });
    files.push(...syndication(view, language, folder, all));
  }
  return files;
}

function syndication(view: View, language: Language, folder: string, key: string): SiteFile[] {
  let made: ReturnType<typeof feedsOf> | undefined;
  const feeds = (): ReturnType<typeof feedsOf> => (made ??= feedsOf(view, language, folder));
  return [
    { path: `${folder}atom.xml`, key: `${language} ${key}`, make: () => feeds().atom },
    { path: `${folder}rss.xml`, key: `${language} ${key}`, make: () => feeds().rss },
    { path: `${folder}feed.json`, key: `${language} ${key}`, make: () => feeds().json },
  ];
}

/**
 * As tables have it: their states are those of a plan, of which the one that promises nothing is
 * `provisional`.
 */
function exampleOf(calendar: Calendar): Calendar {
  const said = (text: string): string => messagesFor('zh').site.exampleOf(text);
  const releases = calendar.releases.map((one) => {
    const status = one.status === 'cancelled' ? one.status : 'provisional';
    return {
      ...one,
      status,
      was: undefined,
      name: { ...one.name, zh: said(one.name.zh) },
    } as const;
  });
  const plans = calendar.plans.map((plan) =>
    plan.sample ? { ...plan, title: said(plan.title) } : plan,
  );
  return {
    ...calendar,
    title: said(calendar.title),
    plans,
    releases,
    byId: new Map(releases.map((one) => [one.id, one])),
  };
}

/** What the search looks through: what is public, and the names of what there will be. */
function searchJson(view: View): Buffer {
  const { timezone } = view.calendar;
  const indicators = view.indicators.map(({ id, formerly, name, category }) => ({
    id: [id, ...formerly].join(' '),
    title: name.zh,
    text: `${name.en ?? ''} ${category}`,
    path: `indicators/${folderNameOf(id)}/`,
    note: category,
  }));
  const documents = ({ release, shown }: PublicRelease): object[] =>
    shown
      ? [
          {
            id: release.id,
            title: shown.title,
            text: `${releaseName(release, 'zh')} ${releaseName(release, 'en')} ${shown.summary}`,
            path: pathOf(release),
            note: dateIn(release.due, timezone),
          },
        ]
      : [];
  const years = [...view.years.values()].map((own) =>
    cachedPart(`search ${stampsOf(own)}`, () => lines(own.flatMap(documents))),
  );
  return listed('[', [Buffer.from(lines(indicators)), ...years], ']\n');
}

/** Every page but the releases' own. */
function pagesIn(view: View): Mapped[] {
  return [
    ...['', 'indicators/', 'changes/', 'notices/', 'punctuality/', 'subscribe/'],
    ...[...view.years.keys()].map((year) => `calendar/${year}/`),
    ...[...view.months.keys()].map((month) => `months/${month}/`),
    ...view.indicators.map(({ id }) => `indicators/${folderNameOf(id)}/`),
  ].map((path) => ({ path }));
}

function releasesIn(releases: readonly PublicRelease[]): Mapped[] {
  return releases.flatMap((one) =>
    one.shown ? [{ path: pathOf(one.release), changed: instant(one.shown.since) }] : [],
  );
}
