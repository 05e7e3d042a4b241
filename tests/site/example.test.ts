// A plan that says `sample: true`: every page and feed says that it is an example, and nothing
// promises anything.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TestSite, testSite, YEAR } from '../helpers/site.ts';

const SAMPLE = YEAR.replace('year: 2026\n', 'year: 2026\nsample: true\n');
const NOTE = '示例：以下日期只作演示，没有公布，不作准';
let site: TestSite;

beforeEach(async () => {
  site = await testSite('2026-06-01T15:00:00+08:00', SAMPLE);
  // CPI of May was due at 10:00: an announced plan would call it late.
  site.clock.turnTo('2026-06-10T15:00:00+08:00');
  await site.press.refresh();
});
afterEach(() => site.close());

const PAGES = [
  '',
  'calendar/2026/',
  'months/2026-07/',
  'indicators/',
  'indicators/cpi/',
  'changes/',
  'punctuality/',
  'subscribe/',
  'search/',
  '404.html',
];

test('every page says so, and none calls a date confirmed, moved or late', async () => {
  for (const path of PAGES) {
    const { text } = await site.get(path);
    expect([path, text.includes(`<p class="sample" role="note">${NOTE}</p>`)]).toEqual([
      path,
      true,
    ]);
    for (const word of ['已确认', '推迟', '延迟发布', '由 2026-09-10 10:00 改为', 'EventScheduled'])
      expect([path, word, text.includes(word)]).toEqual([path, word, false]);
    expect((await site.get(`en/${path}`)).text).toContain(
      'Example: the dates below are for demonstration',
    );
  }
  expect((await site.get('')).text).toContain(
    '<span class="tag sample"><span class="mark" aria-hidden="true">◇</span>示例</span>',
  );
});

test('feeds and tables say so, entry by entry', async () => {
  await site.publish('cpi.2026-04');
  const calendar = JSON.parse((await site.get('calendar.json')).text) as {
    sample: boolean;
    releases: { id: string; status: string; was?: string }[];
  };
  expect(calendar.sample).toBe(true);
  expect(new Set(calendar.releases.map(({ status }) => status))).toEqual(
    new Set(['sample', 'cancelled', 'published']),
  );
  const ics = (await site.get('calendar.ics')).text.replaceAll('\r\n ', '');
  expect(ics).toContain('X-WR-CALNAME:示例：测试统计局2026年发布计划');
  expect(ics).toContain('SUMMARY:示例：居民消费价格指数 2026年5月');
  expect(ics.match(/SUMMARY:(?!示例：)/g)).toBeNull();
  expect((await site.get('indicators/cpi/calendar.ics')).text).toContain(
    'X-WR-CALNAME:示例：居民消费价格指数',
  );
  for (const feed of ['atom.xml', 'rss.xml', 'feed.json']) {
    const { text } = await site.get(feed);
    expect(text).toContain('示例：测试统计局 · 最新发布');
    expect(text).toContain('示例：机密标题cpi.2026-04');
  }
  const csv = (await site.get('calendar-2026.csv')).text;
  expect(csv).not.toContain('confirmed');
  expect(csv).toContain('示例：居民消费价格指数');
  expect(JSON.parse((await site.get('punctuality.json')).text).all).toEqual([]);
});

test('what came out says so on its own page, until the plan is one that holds', async () => {
  await site.publish('cpi.2026-04');
  expect((await site.get('releases/cpi.2026-04/')).text).toContain(NOTE);
  await site.plan(YEAR);
  for (const path of ['', 'releases/cpi.2026-04/'])
    expect((await site.get(path)).text).not.toContain('class="sample"');
  expect((await site.get('calendar.json')).text).not.toContain('"sample"');
  expect((await site.get('')).text).toContain('延迟发布');
});

test('beside a plan that holds, only the dates of the example are marked', async () => {
  const next = YEAR.replaceAll('2026', '2027')
    .replace('announced: 2025-12-26', 'announced: 2026-06-01')
    .replace(/ {4}dates:\n.*\n.*\n/, '')
    .replace(/notices:[\s\S]*/, '');
  await site.plan(`${SAMPLE}\n---\n${next}`);
  const { text } = await site.get('');
  expect(text).toContain('标“示例”的日期只作演示');
  const { releases } = JSON.parse((await site.get('calendar.json')).text) as {
    releases: { id: string; status: string }[];
  };
  expect(releases.find(({ id }) => id === 'cpi.2026-07')?.status).toBe('sample');
  expect(releases.find(({ id }) => id === 'cpi.2027-07')?.status).toBe('provisional');
});
