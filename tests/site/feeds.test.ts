// Feeds, read by other parsers than wrote them: calendars through every kind of move, what came
// out, and the files for programs.

import fc from 'fast-check';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { convertIcsCalendar } from 'ts-ics';
import { afterEach, describe, expect, test } from 'vitest';
import { instant } from '../../src/lib/instant.ts';
import { dateIn } from '../../src/plan/time.ts';
import type { Calendar, DateChange, ReleaseId } from '../../src/plan/types.ts';
import { slugOf, type View, viewOf } from '../../src/site/calendar-view.ts';
import { icsFeed } from '../../src/site/feeds/ics.ts';
import { feedsOf } from '../../src/site/feeds/syndication.ts';
import { punctualityOf } from '../../src/site/punctuality.ts';
import { marksOf, type TestSite, testSite, YEAR } from '../helpers/site.ts';

let site: TestSite;
afterEach(() => site.close());

const OPTIONS = {
  bureau: { zh: '测试统计局' },
  publicUrl: 'https://tjj.example.cn/',
  sample: false,
};
const view = (calendar: Calendar): View =>
  viewOf({
    calendar,
    shown: new Map(),
    at: instant(Date.parse('2026-07-01T00:00:00Z')),
    options: OPTIONS,
  });

interface Read {
  uid: string;
  sequence: number;
  status: string;
  start: string;
  zone: string;
}
function events(text: string): Read[] {
  return (convertIcsCalendar(undefined, text).events ?? []).map(
    ({ uid, sequence, status, start }) => ({
      uid,
      sequence: sequence ?? 0,
      status: String(status),
      start: start.date.toISOString(),
      zone: start.local?.timezone ?? '',
    }),
  );
}

/** A calendar after some of its promised dates moved, one after the other. */
function moved(
  base: Calendar,
  moves: readonly { id: ReleaseId | undefined; days: number }[],
): { calendar: Calendar; history: Map<ReleaseId, DateChange[]> } {
  let releases = [...base.releases];
  const history = new Map<ReleaseId, DateChange[]>();
  for (const { id, days } of moves) {
    const before = releases.find((one) => one.id === id);
    if (!before) continue;
    const to = instant(before.due + days * 86_400_000);
    const announced = dateIn(before.due, 'Asia/Shanghai');
    const change: DateChange = {
      at: instant(0),
      kind: 'moved',
      from: before.due,
      to,
      promised: true,
      reason: '调整',
      cause: 'plan',
      announced,
    };
    history.set(before.id, [...(history.get(before.id) ?? []), change]);
    releases = releases.map((one) => (one === before ? { ...one, due: to } : one));
  }
  return {
    calendar: { ...base, releases, byId: new Map(releases.map((one) => [one.id, one])), history },
    history,
  };
}

test('what is text is shown as text by every reader of a feed, and no category breaks one', async () => {
  site = await testSite('2026-07-20T10:00:00+08:00');
  await site.publish('gdp.2026-Q2');
  const { releases } = (await site.press.current()) ?? { releases: new Map() };
  const shown = new Map(releases);
  const id = 'gdp.2026-Q2' as ReleaseId;
  const before = shown.get(id);
  const base = site.calendar();
  if (!before) throw new Error('not public');
  const title = 'PMI<50"><img src=x onerror=alert(1)> R&D';
  shown.set(id, { ...before, title, summary: '</script><script>alert(3)</script>' });
  const odd = base.releases.map((one) =>
    one.id === id ? { ...one, settings: { ...one.settings, category: '=1+1</script> R&D' } } : one,
  );
  const calendar = { ...base, releases: odd, byId: new Map(odd.map((one) => [one.id, one])) };
  const { atom, rss, json } = feedsOf(
    viewOf({
      calendar,
      shown,
      at: instant(Date.parse('2026-07-20T10:00:00+08:00')),
      options: OPTIONS,
    }),
    'zh',
    '',
  );
  for (const text of [atom, rss]) {
    expect(XMLValidator.validate(text)).toBe(true);
    // As mark-up, what a reader shows is the text, and nothing in it runs.
    expect(text).not.toMatch(/<(img|script)/);
    expect(text).toContain('PMI&lt;50&quot;&gt;&lt;img');
  }
  const [item] = (
    JSON.parse(json) as { items: { title: string; content_html?: string; summary?: string }[] }
  ).items;
  expect(item?.title).toBe(title);
  expect(`${item?.content_html ?? ''}${item?.summary ?? ''}`).not.toContain('<script');
  expect(atom).toContain('＜/script＞');
});

describe('calendars', () => {
  test('whole, by indicator, by category, in both languages: the same UID wherever a release stands', async () => {
    site = await testSite('2026-07-01T09:00:00+08:00');
    const whole = events((await site.get('calendar.ics')).text);
    expect(whole).toHaveLength(site.calendar().releases.length);
    expect(new Set(whole.map(({ uid }) => uid)).size).toBe(whole.length);
    const august = whole.find(({ uid }) => uid === 'cpi.2026-08@tjj.example.cn');
    // Moved to 15 September 2026 at 14:00 in Beijing.
    expect(august).toEqual({
      uid: 'cpi.2026-08@tjj.example.cn',
      sequence: 1,
      status: 'CONFIRMED',
      start: '2026-09-15T06:00:00.000Z',
      zone: 'Asia/Shanghai',
    });
    expect(whole.find(({ uid }) => uid.startsWith('cpi.2026-11@'))).toMatchObject({
      status: 'CANCELLED',
      sequence: 1,
    });
    for (const [path, prefix, count] of [
      ['indicators/gdp/calendar.ics', 'gdp.', 8],
      [`categories/${slugOf('公告')}/calendar.ics`, 'census', 1],
      ['en/calendar.ics', '', whole.length],
    ] as const) {
      const own = events((await site.get(path)).text);
      expect(own).toHaveLength(count);
      for (const one of own) {
        expect(one.uid.startsWith(prefix)).toBe(true);
        expect(whole).toContainEqual(one);
      }
    }
    const { text, headers } = await site.get('calendar.ics');
    expect(headers.get('content-type')).toContain('text/calendar');
    expect(text).toContain('REFRESH-INTERVAL;VALUE=DURATION:PT1H');
    expect(text).toContain('BEGIN:VTIMEZONE\r\nTZID:Asia/Shanghai');
    // RFC 5545, 3.1: lines of at most 75 octets, ended by CRLF.
    for (const line of text.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  });

  test('however often dates move: the UID stays, the SEQUENCE rises at each move, the start is the last one, and what did not move is the same to the byte', async () => {
    site = await testSite('2026-07-01T09:00:00+08:00');
    const base = site.calendar();
    const ids = base.releases
      .filter(({ was, status }) => was === undefined && status === 'confirmed')
      .map(({ id }) => id);
    const move = fc.record({ of: fc.nat(ids.length - 1), days: fc.integer({ min: 1, max: 20 }) });
    fc.assert(
      fc.property(fc.array(move, { maxLength: 8 }), (moves) => {
        const { calendar, history } = moved(
          base,
          moves.map(({ of, days }) => ({ id: ids[of], days })),
        );
        const { releases } = calendar;
        const now = view(calendar);
        const read = new Map(
          events(icsFeed(now, 'x', now.releases, 'zh')).map((one) => [one.uid, one]),
        );
        const first = view(base);
        const before = new Map(
          first.releases.map((one) => [one.release.id, icsFeed(first, 'x', [one], 'zh')]),
        );
        for (const one of now.releases) {
          const times = history.get(one.release.id)?.length ?? 0;
          const said = read.get(`${one.release.id}@tjj.example.cn`);
          if (times === 0) {
            if (icsFeed(now, 'x', [one], 'zh') !== before.get(one.release.id)) return false;
          } else if (
            said?.sequence !== times ||
            said.start !== new Date(one.release.due).toISOString()
          )
            return false;
        }
        return read.size === releases.length;
      }),
      { numRuns: 40 },
    );
  });
});

describe('what came out', () => {
  test('Atom, RSS and JSON Feed say the same, newest first, and nothing of what is to come', async () => {
    site = await testSite('2026-07-20T10:00:00+08:00');
    await site.publish('cpi.2026-05', 'cpi.2026-06', 'gdp.2026-Q2');
    const parser = new XMLParser({ ignoreAttributes: false });
    const atom = (await site.get('atom.xml')).text;
    expect(XMLValidator.validate(atom)).toBe(true);
    const { feed } = parser.parse(atom) as {
      feed: {
        id: string;
        updated: string;
        author: object;
        entry: { id: string; title: string; updated: string; link: object }[];
      };
    };
    // RFC 4287, 4.1.1: id, title and updated, and an author.
    expect(feed).toMatchObject({
      id: 'https://tjj.example.cn/',
      updated: '2026-07-20T02:00:00.000Z',
      author: { name: '测试统计局' },
    });
    const urls = ['cpi.2026-05', 'cpi.2026-06', 'gdp.2026-Q2'].map(
      (id) => `https://tjj.example.cn/releases/${id}/`,
    );
    expect(feed.entry.map(({ id }) => id).sort()).toEqual(urls);
    for (const entry of feed.entry)
      expect(entry.updated).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/);
    const rss = (await site.get('rss.xml')).text;
    expect(XMLValidator.validate(rss)).toBe(true);
    const { rss: read } = parser.parse(rss) as {
      rss: {
        '@_version': string;
        channel: {
          title: string;
          link: string;
          description: string;
          item: { link: string; pubDate: string }[];
        };
      };
    };
    expect(read['@_version']).toBe('2.0');
    expect(read.channel.item.map(({ link }) => link).sort()).toEqual(urls);
    for (const item of read.channel.item)
      expect(Date.parse(item.pubDate)).toBe(Date.parse('2026-07-20T02:00:00Z'));
    const json = JSON.parse((await site.get('feed.json')).text) as {
      version: string;
      items: { id: string; url: string; title: string; date_published: string }[];
    };
    expect(json.version).toBe('https://jsonfeed.org/version/1');
    expect(json.items.map(({ url }) => url).sort()).toEqual(urls);
    expect(json.items.find(({ url }) => url.includes('gdp'))?.title).toBe(
      marksOf('gdp.2026-Q2').title,
    );
    expect(atom + rss + JSON.stringify(json)).not.toContain('2026-Q3');
  });
});

describe('for programs', () => {
  test('calendar, punctuality, catalogue, sitemap, tables, and what OpenAPI says of them', async () => {
    site = await testSite('2026-07-20T10:00:00+08:00');
    await site.publish('cpi.2026-06', 'gdp.2026-Q2');
    const json = async (path: string): Promise<Record<string, unknown>> =>
      JSON.parse((await site.get(path)).text) as Record<string, unknown>;
    const { releases } = (await json('calendar.json')) as {
      releases: { id: string; status: string; published?: string }[];
    };
    expect(releases.find(({ id }) => id === 'gdp.2026-Q2')).toMatchObject({
      status: 'published',
      published: '2026-07-20T02:00:00.000Z',
    });
    expect(releases.find(({ id }) => id === 'cpi.2026-08')).toMatchObject({ status: 'postponed' });
    const { paths } = (await json('openapi.json')) as { paths: Record<string, unknown> };
    for (const path of Object.keys(paths)) expect((await site.get(path.slice(1))).status).toBe(200);
    const { 'dcat:dataset': datasets } = (await json('catalog.jsonld')) as {
      'dcat:dataset': { '@id': string; 'dcat:distribution': { '@id': string }[] }[];
    };
    expect(datasets.map((one) => one['dcat:distribution'].map((each) => each['@id']))).toEqual([
      ['https://tjj.example.cn/releases/cpi.2026-06/'],
      ['https://tjj.example.cn/releases/gdp.2026-Q2/'],
    ]);
    const xml = async (address: string): Promise<unknown> => {
      const { status, text } = await site.get(address.replace('https://tjj.example.cn/', ''));
      expect(status, address).toBe(200);
      expect(XMLValidator.validate(text)).toBe(true);
      return new XMLParser().parse(text);
    };
    const { sitemapindex } = (await xml('sitemap.xml')) as {
      sitemapindex: { sitemap: { loc: string }[] };
    };
    expect(sitemapindex.sitemap.map(({ loc }) => loc)).toEqual([
      'https://tjj.example.cn/sitemap-pages.xml',
      'https://tjj.example.cn/sitemap-2026.xml',
    ]);
    const mapped: string[] = [];
    for (const { loc } of sitemapindex.sitemap) {
      const { urlset } = (await xml(loc)) as { urlset: { url?: { loc: string }[] } };
      mapped.push(...(urlset.url ?? []).map((one) => one.loc));
    }
    for (const loc of mapped)
      expect((await site.get(loc.replace('https://tjj.example.cn/', ''))).status, loc).toBe(200);
    expect(mapped).toContain('https://tjj.example.cn/en/releases/gdp.2026-Q2/');
    expect((await site.get('robots.txt')).text).toContain(
      'Sitemap: https://tjj.example.cn/sitemap.xml',
    );
    expect((await site.get('calendar-2026.csv')).text).toContain('gdp.2026-Q2');
    expect((await site.get('calendar-2026.xlsx')).headers.get('content-type')).toContain(
      'spreadsheetml',
    );
  });

  test('whatever the plan says otherwise, and why something was corrected, is in them at once', async () => {
    site = await testSite('2026-07-20T10:00:00+08:00');
    await site.publish('gdp.2026-Q2');
    type Said = { id: string; kind: string; corrected?: { reason: string }[] };
    const said = async (id: string): Promise<Said | undefined> =>
      (JSON.parse((await site.get('calendar.json')).text) as { releases: Said[] }).releases.find(
        (one) => one.id === id,
      );
    expect((await said('gdp.2026-Q2'))?.kind).toBe('figures');
    await site.plan(
      YEAR.replace(
        'name: { zh: 地区生产总值, en: Gross domestic product }',
        '$&\n    kind: bulletin',
      ),
    );
    expect((await said('gdp.2026-Q2'))?.kind).toBe('bulletin');
    const better = await site.stage('gdp.2026-Q2', { digest: 'f'.repeat(64) });
    await site.press.correct(better.release, better.digest, '录入有误');
    expect((await said('gdp.2026-Q2'))?.corrected).toMatchObject([{ reason: '录入有误' }]);
  });

  test('punctuality: days between the date announced first and the day of release', async () => {
    site = await testSite('2026-07-20T10:00:00+08:00');
    const calendar = site.calendar();
    const shown = (id: string, iso: string): [never, never] => [
      id as never,
      {
        id,
        digest: 'd',
        title: '',
        summary: '',
        name: { zh: '' },
        due: 0,
        since: Date.parse(iso),
      } as never,
    ];
    const { releases } = viewOf({
      calendar,
      // Due 10 June and 10 July on time and a day late; August's was promised for 10 September and
      // came five days later, as it was moved.
      shown: new Map([
        shown('cpi.2026-05', '2026-06-10T10:00:00+08:00'),
        shown('cpi.2026-06', '2026-07-11T09:00:00+08:00'),
        shown('cpi.2026-08', '2026-09-15T14:00:00+08:00'),
      ]),
      at: instant(Date.parse('2026-10-01T00:00:00Z')),
      options: OPTIONS,
    });
    expect(punctualityOf(releases, 'Asia/Shanghai')).toEqual([
      { year: 2026, released: 3, overdue: 0, onTime: 1, worstDays: 5, meanDays: 2 },
    ]);
  });
});

test('nothing is made twice: an edition for one more release makes only what shows it', async () => {
  site = await testSite('2026-07-20T10:00:00+08:00', YEAR);
  await site.publish('cpi.2026-05');
  const before = (await site.get('indicators/gdp/')).headers.get('etag');
  const cpi = (await site.get('indicators/cpi/')).headers.get('etag');
  await site.publish('cpi.2026-06');
  expect((await site.get('indicators/gdp/')).headers.get('etag')).toBe(before);
  expect((await site.get('indicators/cpi/')).headers.get('etag')).not.toBe(cpi);
});
