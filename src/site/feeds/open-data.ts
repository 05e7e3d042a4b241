// The calendar for programs: calendar.json, punctuality.json, the DCAT catalogue, OpenAPI, sitemap
// and robots. Not for people's pages.

import type { Instant } from '../../lib/instant.ts';
import {
  type IndicatorView,
  marked,
  type PublicRelease,
  stampsOf,
  type View,
} from '../calendar-view.ts';
import { folderNameOf, LANGUAGES, pathOf } from '../model.ts';
import { goneOf, punctualityOf } from '../punctuality.ts';
import { cachedPart, listed } from './part-cache.ts';

const iso = (at: number): string => new Date(at).toISOString();
const text = (value: unknown): string => `${JSON.stringify(value, undefined, 1)}\n`;

/** SDMX's frequencies in the EU's list of them, which DCAT-AP uses. */
const ACCRUAL = { M: 'MONTHLY', Q: 'QUARTERLY', S: 'ANNUAL_2', A: 'ANNUAL' } as const;

/** Things in JSON, a line each, without the brackets of the list. */
export function lines(things: readonly object[]): string {
  return things.map((one) => JSON.stringify(one)).join(',\n');
}

/** The calendar. Instants are ISO 8601 in UTC; `timezone` is the plan's. */
export function calendarJson(view: View): Buffer {
  const { title, timezone } = view.calendar;
  const { publicUrl } = view.options;
  const years = [...view.years.values()].map((own) =>
    cachedPart(`calendar ${publicUrl} ${stampsOf(own)}`, () =>
      lines(own.map((one) => releaseJson(one, publicUrl))),
    ),
  );
  const examples = view.options.examples === 'all' ? '"sample":true,' : '';
  const head = `{${examples}"title":${JSON.stringify(title)},"timezone":${JSON.stringify(timezone)},"releases":[\n`;
  return listed(head, years, '\n]}\n');
}

function releaseJson(
  { release, status, shown, changes, expected }: PublicRelease,
  publicUrl: string,
): object {
  return {
    id: release.id,
    name: release.name,
    indicator: release.indicator,
    period: release.period,
    due: iso(release.due),
    // What is done to it after it came out is said beside: its date was kept all the same.
    status: shown ? 'published' : status,
    expected: expected === undefined ? undefined : iso(expected),
    category: release.settings.category,
    kind: release.kind,
    was: release.was === undefined ? undefined : iso(release.was),
    reason: release.reason,
    changes:
      changes.length > 0
        ? changes.map(({ kind, from, to, reason, announced }) => ({
            kind,
            from: iso(from),
            to: iso(to),
            reason,
            announced,
          }))
        : undefined,
    published: shown ? iso(shown.since) : undefined,
    corrected: shown?.corrections?.map(({ at, reason: why }) => ({ at: iso(at), reason: why })),
    withdrawn: shown?.withdrawn
      ? { at: iso(shown.withdrawn.at), reason: shown.withdrawn.reason }
      : undefined,
    url: shown ? `${publicUrl}${pathOf(release)}` : undefined,
  };
}

/** Days between the announced and the actual date, by indicator and year. */
export function punctualityJson(view: View): string {
  const { timezone } = view.calendar;
  return text({
    definition:
      'days between the date announced first and the date of release; 0 is punctual; overdue: should be out by now and is not',
    all: punctualityOf(view.releases, timezone, view.gone),
    indicators: Object.fromEntries(
      view.indicators.map((one) => [
        one.id,
        punctualityOf(one.releases, timezone, goneOf(one, view)),
      ]),
    ),
  });
}

/** DCAT 3 as JSON-LD: an indicator is a dataset, what has come out of it are its distributions. */
export function catalogue(view: View): Buffer {
  const { publicUrl, bureau } = view.options;
  const publisher = { '@type': 'foaf:Organization', 'foaf:name': named(bureau) };
  const head = {
    '@context': {
      dcat: 'http://www.w3.org/ns/dcat#',
      dct: 'http://purl.org/dc/terms/',
      foaf: 'http://xmlns.com/foaf/0.1/',
      xsd: 'http://www.w3.org/2001/XMLSchema#',
    },
    '@id': publicUrl,
    '@type': 'dcat:Catalog',
    'dct:title': marked(view.calendar.title, view, 'zh'),
    'dct:publisher': publisher,
  };
  const datasets = view.indicators.map((one) =>
    cachedPart(
      `catalogue ${publicUrl} ${JSON.stringify([publisher, one.name, one.category, one.frequency])} ${stampsOf(one.releases)}`,
      () => JSON.stringify(datasetOf(one, publisher, publicUrl)),
    ),
  );
  return listed(`${JSON.stringify(head).slice(0, -1)},"dcat:dataset":[\n`, datasets, '\n]}\n');
}

function datasetOf(
  { id, name: title, category, frequency, releases }: IndicatorView,
  publisher: object,
  publicUrl: string,
): object {
  return {
    '@id': `${publicUrl}indicators/${folderNameOf(id)}/`,
    '@type': 'dcat:Dataset',
    'dct:title': named(title),
    'dct:publisher': publisher,
    'dcat:theme': category,
    ...(frequency
      ? {
          'dct:accrualPeriodicity': {
            '@id': `http://publications.europa.eu/resource/authority/frequency/${ACCRUAL[frequency]}`,
          },
        }
      : {}),
    'dcat:distribution': releases.flatMap(({ release, shown }) =>
      shown
        ? [
            {
              '@id': `${publicUrl}${pathOf(release)}`,
              '@type': 'dcat:Distribution',
              'dct:title': shown.title,
              'dct:issued': { '@value': iso(shown.since), '@type': 'xsd:dateTime' },
              'dcat:accessURL': { '@id': `${publicUrl}${pathOf(release)}` },
              'dcat:mediaType': 'text/html',
            },
          ]
        : [],
    ),
  };
}

function named(name: {
  zh: string;
  en?: string | undefined;
}): { '@value': string; '@language': string }[] {
  return [
    { '@value': name.zh, '@language': 'zh' },
    ...(name.en ? [{ '@value': name.en, '@language': 'en' }] : []),
  ];
}

/** A page that a search engine may show: its path in Chinese, and when it last changed. */
export interface Mapped {
  readonly path: string;
  readonly changed?: Instant;
}

const XML = '<?xml version="1.0" encoding="UTF-8"?>\n';
const SITEMAPS = 'http://www.sitemaps.org/schemas/sitemap/0.9';

/**
 * The index of the sitemaps: one may hold no more than 50,000 addresses (sitemaps.org).
 * @param names as in `sitemap-<name>.xml`
 */
export function sitemaps(view: View, names: readonly (string | number)[]): string {
  const urls = names.map(
    (one) => `<sitemap><loc>${view.options.publicUrl}sitemap-${one}.xml</loc></sitemap>`,
  );
  return `${XML}<sitemapindex xmlns="${SITEMAPS}">\n${urls.join('\n')}\n</sitemapindex>\n`;
}

/** Some pages in every language. */
export function sitemap(view: View, pages: readonly Mapped[]): string {
  const { publicUrl } = view.options;
  const of = (path: string, language: string): string =>
    `${publicUrl}${language === 'en' ? 'en/' : ''}${path}`;
  const urls = pages.flatMap(({ path, changed }) =>
    LANGUAGES.map((language) => {
      const others = LANGUAGES.map(
        (other) => `<xhtml:link rel="alternate" hreflang="${other}" href="${of(path, other)}"/>`,
      ).join('');
      return `<url><loc>${of(path, language)}</loc>${changed === undefined ? '' : `<lastmod>${iso(changed)}</lastmod>`}${others}</url>`;
    }),
  );
  return `${XML}<urlset xmlns="${SITEMAPS}" xmlns:xhtml="http://www.w3.org/1999/xhtml">\n${urls.join('\n')}\n</urlset>\n`;
}

export function robots(view: View): string {
  return `User-agent: *\nAllow: /\nDisallow: /act/\nDisallow: /desk/\n\nSitemap: ${view.options.publicUrl}sitemap.xml\n`;
}

const instant = { type: 'string', format: 'date-time' };
const name = {
  type: 'object',
  properties: { zh: { type: 'string' }, en: { type: 'string' } },
  required: ['zh'],
};
const status = {
  type: 'string',
  enum: [
    'provisional',
    'confirmed',
    'postponed',
    'brought-forward',
    'cancelled',
    'sample',
    'historical',
    'delayed',
    'published',
    'corrected',
    'withdrawn',
  ],
};

/** What the files for programs hold, as OpenAPI 3.1. */
export function openapi(view: View): string {
  const list = (items: object): object => ({ type: 'array', items });
  const get = (summary: string, schema: object): object => ({
    get: {
      summary,
      responses: { 200: { description: summary, content: { 'application/json': { schema } } } },
    },
  });
  const change = {
    type: 'object',
    properties: {
      kind: { type: 'string', enum: ['moved', 'cancelled', 'restored'] },
      from: instant,
      to: instant,
      reason: { type: 'string' },
      announced: { type: 'string', format: 'date' },
    },
    required: ['kind', 'from', 'to'],
  };
  const release = {
    type: 'object',
    properties: {
      id: { type: 'string' },
      name,
      indicator: { type: 'string' },
      period: { type: 'string', description: 'SDMX reference period' },
      due: instant,
      status,
      expected: { ...instant, description: 'of what is delayed: when it is to come out now' },
      category: { type: 'string' },
      kind: { type: 'string' },
      was: instant,
      reason: { type: 'string' },
      changes: list(change),
      published: instant,
      corrected: list({ type: 'object', properties: { at: instant, reason: { type: 'string' } } }),
      withdrawn: { type: 'object', properties: { at: instant, reason: { type: 'string' } } },
      url: { type: 'string', format: 'uri' },
    },
    required: ['id', 'name', 'due', 'status', 'category', 'kind'],
  };
  const shown = {
    type: 'object',
    properties: {
      id: { type: 'string' },
      digest: { type: 'string' },
      title: { type: 'string' },
      summary: { type: 'string' },
      name,
      due: { type: 'integer', description: 'epoch ms' },
      since: { type: 'integer', description: 'epoch ms' },
    },
    required: ['id', 'digest', 'title', 'summary', 'name', 'due', 'since'],
  };
  const row = {
    type: 'object',
    properties: Object.fromEntries(
      ['year', 'released', 'overdue', 'onTime', 'worstDays', 'meanDays'].map((field) => [
        field,
        { type: 'number' },
      ]),
    ),
  };
  return text({
    openapi: '3.1.0',
    info: {
      title: view.calendar.title || 'release calendar',
      version: '1',
      description: 'Static files: nothing of a release is in any of them before its due instant.',
    },
    servers: [{ url: view.options.publicUrl }],
    paths: {
      '/calendar.json': get('The release calendar', {
        type: 'object',
        properties: {
          sample: {
            type: 'boolean',
            description: 'an example: nobody was promised any of its dates',
          },
          title: { type: 'string' },
          timezone: { type: 'string' },
          releases: list(release),
        },
        required: ['title', 'timezone', 'releases'],
      }),
      '/releases.json': get('What is public', {
        type: 'object',
        properties: { edition: { type: 'string' }, releases: list(shown) },
        required: ['edition', 'releases'],
      }),
      '/punctuality.json': get('Days between announced and actual dates', {
        type: 'object',
        properties: {
          definition: { type: 'string' },
          all: list(row),
          indicators: { type: 'object', additionalProperties: list(row) },
        },
      }),
      '/feed.json': get('JSON Feed of what has come out', { type: 'object' }),
    },
  });
}
