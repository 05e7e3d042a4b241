// What the public is told of what is late: when it came out, what should be out and is not, and
// when the pages must say otherwise by themselves.

import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { convertIcsCalendar } from 'ts-ics';
import { afterEach, describe, expect, test } from 'vitest';
import { type Instant, instant } from '../../src/lib/instant.ts';
import { readPlan } from '../../src/plan/read-all.ts';
import { type Calendar, releaseId } from '../../src/plan/types.ts';
import { SiteBuilder } from '../../src/site/editions/site-builder.ts';
import { type TestSite, testSite, YEAR } from '../helpers/site.ts';

let site: TestSite;
afterEach(() => site.close());

const at = (iso: string): Instant => instant(Date.parse(`${iso}+08:00`));
const json = async <T>(path: string): Promise<T> => JSON.parse((await site.get(path)).text) as T;
interface Said {
  id: string;
  status: string;
  expected?: string;
}
const said = async (id: string): Promise<Said | undefined> =>
  (await json<{ releases: Said[] }>('calendar.json')).releases.find((one) => one.id === id);

describe('a release that came out late (14.41)', () => {
  test('says when it came out and that it was late, on its page, the front page, lists, calendars and feeds', async () => {
    site = await testSite('2026-07-20T09:00:00+08:00');
    site.clock.turnTo('2026-07-20T10:05:42+08:00');
    await site.publish('gdp.2026-Q2');
    const page = (await site.get('releases/gdp.2026-Q2/')).text;
    expect(page).toContain(
      '<dt>发布于</dt><dd>2026-07-20 10:05（原定 2026-07-20 10:00，晚了 5 分钟）</dd>',
    );
    expect(page).toContain('"datePublished":"2026-07-20T02:05:42.000Z"');
    expect((await site.get('en/releases/gdp.2026-Q2/')).text).toContain(
      '2026-07-20 10:05 (due 2026-07-20 10:00, 5 min late)',
    );
    for (const path of ['', 'indicators/gdp/', 'calendar/2026/', 'calendar.ics'])
      expect((await site.get(path)).text.replaceAll(/\r\n /g, ''), path).toContain('晚了 5 分钟');
    expect((await site.get('')).text).toContain('>2026-07-20 10:05</time>');
    expect(await json('calendar.json')).toMatchObject({
      releases: expect.arrayContaining([
        expect.objectContaining({ id: 'gdp.2026-Q2', published: '2026-07-20T02:05:42.000Z' }),
      ]) as unknown,
    });
    expect((await site.get('feed.json')).text).toContain('2026-07-20T02:05:42.000Z');
  });

  test('though its edition was rendered for T: what is made public later says so', async () => {
    site = await testSite('2026-07-20T09:59:56+08:00');
    const staged = await site.stage('gdp.2026-Q2');
    const { edition } = await site.press.prepare(at('2026-07-20T10:00:00'), [staged]);
    site.clock.turnTo('2026-07-20T10:05:42+08:00');
    await site.press.flip(edition);
    expect((await site.get('releases/gdp.2026-Q2/')).text).toContain(
      '2026-07-20 10:05（原定 2026-07-20 10:00，晚了 5 分钟）',
    );
  });

  test('asked for at once, with a time that was past when it was said, is not late: nobody was promised that minute', async () => {
    const now = YEAR.replace(
      'at: 2026-10-08 09:00',
      'at: 2026-10-08 09:00, immediate: true, reason: 临时增加',
    );
    site = await testSite('2026-10-08T11:20:30+08:00', now);
    await site.publish('census');
    expect((await site.get('releases/census/')).text).toContain(
      '<dt>发布于</dt><dd>2026-10-08 11:20</dd>',
    );
    for (const path of ['', 'calendar/2026/', 'calendar.ics'])
      expect((await site.get(path)).text, path).not.toContain('晚了');
  });

  test('but what was said in time, and came out hours after it, is late; and so is what came out hours after it was said', async () => {
    const evening = YEAR.replace(
      'at: 2026-10-08 09:00',
      'at: 2026-10-08 18:00, immediate: true, reason: 临时增加',
    );
    site = await testSite('2026-10-08T22:30:00+08:00', evening, at('2026-10-08T11:00:00'));
    await site.publish('census');
    expect((await site.get('releases/census/')).text).toContain(
      '2026-10-08 22:30（原定 2026-10-08 18:00，晚了 5 小时）',
    );
    const morning = YEAR.replace(
      'at: 2026-10-08 09:00',
      'at: 2026-10-08 09:00, immediate: true, reason: 临时增加',
    );
    await site.close();
    site = await testSite('2026-10-08T22:30:00+08:00', morning, at('2026-10-08T11:00:00'));
    await site.publish('census');
    expect((await site.get('releases/census/')).text).toContain('晚了 14 小时');
  });

  test('and one that came out at T, or some seconds after it, says T and nothing else', async () => {
    site = await testSite('2026-07-20T10:00:09+08:00');
    await site.publish('gdp.2026-Q2');
    const page = (await site.get('releases/gdp.2026-Q2/')).text;
    expect(page).toContain('<dt>发布于</dt><dd>2026-07-20 10:00</dd>');
    expect((await site.get('')).text).not.toContain('晚了');
  });
});

describe('a release that should be out and is not (14.28)', () => {
  test('asked for at once, past its time, before the ledger was there: delayed from then + grace on', async () => {
    const past = YEAR.replace(
      'at: 2026-10-08 09:00',
      'at: 2026-10-08 09:00, immediate: true, reason: 临时增加',
    );
    site = await testSite('2026-10-08T11:00:00+08:00', past, at('2026-10-08T11:00:00'));
    site.clock.turnTo('2026-10-08T11:04:59+08:00');
    await site.press.refresh();
    expect((await said('census'))?.status).toBe('confirmed');
    expect(site.press.nextChange()).toBe(at('2026-10-08T11:05:00'));
    site.clock.turnTo('2026-10-08T11:05:00+08:00');
    await site.press.refresh();
    expect((await said('census'))?.status).toBe('delayed');
    expect((await site.get('')).text).toContain('延迟发布');
  });

  test('is upcoming until T + grace, and delayed from then on: front page, lists, calendars, feeds, calendar.json; never confirmed', async () => {
    site = await testSite('2026-07-09T09:00:00+08:00');
    site.clock.turnTo('2026-07-10T10:04:59+08:00');
    await site.press.refresh();
    expect((await said('cpi.2026-06'))?.status).toBe('confirmed');
    expect((await site.get('')).text).toContain(
      '<span class="what">居民消费价格指数 2026年6月</span>',
    );
    expect((await site.get('')).text).not.toContain('延迟发布');
    expect(site.press.nextChange()).toBe(at('2026-07-10T10:05:00'));
    site.clock.turnTo('2026-07-10T10:05:00+08:00');
    await site.press.refresh();
    expect(await said('cpi.2026-06')).toMatchObject({ status: 'delayed' });
    for (const path of [
      '',
      'calendar/2026/',
      'months/2026-07/',
      'indicators/cpi/',
      'atom.xml',
      'rss.xml',
      'feed.json',
    ])
      expect((await site.get(path)).text, path).toContain('延迟发布');
    for (const path of ['en/', 'en/calendar/2026/', 'en/feed.json'])
      expect((await site.get(path)).text, path).toMatch(/delayed/i);
    const event = (
      convertIcsCalendar(undefined, (await site.get('calendar.ics')).text).events ?? []
    ).find(({ uid }) => uid.startsWith('cpi.2026-06@'));
    expect(event).toMatchObject({ status: 'TENTATIVE', description: '延迟发布\n发布时间待定' });
    // One is listed; a banner would be too much.
    expect((await site.get('')).text).not.toContain('class="banner"');
    expect(site.press.nextChange()).toBe(at('2026-07-20T10:05:00'));
    await site.publish('cpi.2026-06');
    expect((await site.get('')).text).not.toContain('延迟发布');
    expect((await site.get('atom.xml')).text).not.toContain('延迟发布');
  });

  test('with the expected time where the bureau says one, until that is past as well; and a banner where several are late', async () => {
    site = await testSite('2026-07-09T09:00:00+08:00');
    const read = site.calendar();
    const expected = at('2026-07-20T14:30:00');
    const releases = read.releases.map((one) =>
      one.id === 'gdp.2026-Q2' ? { ...one, expected } : one,
    );
    const calendar: Calendar = {
      ...read,
      releases,
      byId: new Map(releases.map((one) => [one.id, one])),
    };
    const press = new SiteBuilder(site.folder, () => calendar, site.options, site.clock);
    site.clock.turnTo('2026-07-20T10:05:00+08:00');
    await press.refresh();
    expect(await said('gdp.2026-Q2')).toMatchObject({
      status: 'delayed',
      expected: '2026-07-20T06:30:00.000Z',
    });
    const front = (await site.get('')).text;
    expect(front).toContain('<strong>有 2 项没有按预告的时间发布</strong>');
    expect(front).toContain('预计 2026-07-20 14:30 发布');
    expect(front).toContain('发布时间待定');
    expect((await site.get('calendar.ics')).text.replaceAll(/\r\n /g, '')).toContain(
      '延迟发布\\n预计 2026-07-20 14:30 发布',
    );
    // Half past two is promised now: then the pages say otherwise again.
    expect(press.nextChange()).toBe(at('2026-07-20T14:30:00'));
    site.clock.turnTo('2026-07-20T14:30:00+08:00');
    await press.refresh();
    expect((await site.get('')).text).not.toContain('14:30');
    expect(press.nextChange()).toBe(at('2026-07-21T10:05:00'));
  });

  test('is not what was due before Banli was there, nor what does not come out on this site', async () => {
    site = await testSite(
      '2026-07-12T09:00:00+08:00',
      YEAR.replace('    frequency: Q', '    frequency: Q\n    channels: [wechat]'),
    );
    site.clock.turnTo('2026-07-21T09:00:00+08:00');
    await site.press.refresh();
    expect((await site.get('')).text).not.toContain('延迟发布');
  });

  test('the next change is kept until an edition shows it, and a plan of next year is one on its day', async () => {
    const next = YEAR.replaceAll('2026', '2027')
      .replace('announced: 2025-12-26', 'announced: 2026-07-09')
      .replace(/ {4}dates:\n(?: {6}.*\n)+/, '');
    site = await testSite('2026-07-08T09:00:00+08:00');
    const { calendar } = readPlan(
      [
        { name: 'a.yaml', text: YEAR },
        { name: 'b.yaml', text: next.replace(/notices:[\s\S]*/, '') },
      ],
      undefined,
    );
    const press = new SiteBuilder(site.folder, () => calendar, site.options, site.clock);
    await press.refresh();
    expect(press.nextChange()).toBe(at('2026-07-09T00:00:00'));
    site.clock.turnTo('2026-07-09T08:00:00+08:00');
    expect(press.nextChange()).toBe(at('2026-07-09T00:00:00'));
    await press.refresh();
    expect(press.nextChange()).toBe(at('2026-07-10T10:05:00'));
  });
});

describe('punctuality (14.28)', () => {
  test('counts what is overdue, and a year whose plan is gone does not vanish from it', async () => {
    site = await testSite('2026-06-09T09:00:00+08:00');
    site.clock.turnTo('2026-06-10T10:00:00+08:00');
    await site.publish('cpi.2026-05');
    site.clock.turnTo('2026-07-12T10:00:00+08:00');
    await site.publish('cpi.2026-06');
    site.clock.turnTo('2026-07-21T10:00:00+08:00');
    await site.press.refresh();
    // May in time, June two days late, the quarter's figures a day overdue.
    expect(await json('punctuality.json')).toMatchObject({
      all: [{ year: 2026, released: 2, overdue: 1, onTime: 1, worstDays: 2, meanDays: 1 }],
      indicators: {
        cpi: [{ year: 2026, released: 2, overdue: 0, onTime: 1 }],
        gdp: [{ year: 2026, released: 0, overdue: 1, onTime: 0 }],
      },
    });
    expect((await site.get('punctuality/')).text).toContain('逾期未发布');
    const next = YEAR.replaceAll('2026', '2027')
      .replace('announced: 2025-12-26', 'announced: 2026-07-09')
      .replace(/ {4}dates:\n(?: {6}.*\n)+/, '');
    await site.plan(next);
    const all = { year: 2026, released: 2, overdue: 0, onTime: 1, worstDays: 2, meanDays: 1 };
    expect(await json('punctuality.json')).toMatchObject({
      all: [all],
      indicators: { cpi: [all] },
    });
    // From the record as well, with the site gone.
    await rm(join(dirname(site.folder), 'site'), { recursive: true });
    await new SiteBuilder(site.folder, site.calendar, site.options, site.clock).ensure();
    expect(await json('punctuality.json')).toMatchObject({ all: [all] });
    expect((await site.press.current())?.releases.has(releaseId('cpi.2026-05'))).toBe(true);
  });
});
