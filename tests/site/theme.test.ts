// How the site looks where the bureau says so, and what it carries on every page, those that came
// out before too.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { themeEntry, themeOf } from '../../src/config/theme.ts';
import { messagesFor } from '../../src/i18n/index.ts';
import { instant } from '../../src/lib/instant.ts';
import { readPlan } from '../../src/plan/read-all.ts';
import { nextChangeOf, viewOf } from '../../src/site/calendar-view.ts';
import { SiteBuilder } from '../../src/site/editions/site-builder.ts';
import { calendarPage } from '../../src/site/pages/calendar.ts';
import { contrast, styleOf } from '../../src/site/theme.ts';
import { temporary } from '../helpers/folder.ts';
import { type TestSite, testSite, YEAR } from '../helpers/site.ts';

/** The smallest PNG there is. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABh6FO1AAAAABJRU5ErkJggg==',
  'base64',
);

const OPTIONS = {
  bureau: { zh: '测试统计局' },
  publicUrl: 'https://tjj.example.cn/',
  sample: false,
};

let site: TestSite | undefined;
afterEach(async () => {
  await site?.close();
  site = undefined;
});

test('emblem, colour, links and what a government site must carry, on every page, also of what came out before', async () => {
  site = await testSite('2026-07-20T10:00:00+08:00');
  await site.publish('gdp.2026-Q2');
  const before = (await site.get('releases/gdp.2026-Q2/')).text;
  expect(before).not.toContain('蜀ICP');
  const folder = temporary('theme');
  await writeFile(join(folder, 'emblem.png'), PNG);
  const entry = themeEntry.parse({
    color: '#7a1212',
    emblem: 'emblem.png',
    links: [{ name: { zh: '局门户', en: 'Bureau' }, url: 'https://tjj.example.gov.cn/' }],
    foot: [{ name: { zh: '网站地图' }, url: 'https://tjj.example.gov.cn/map' }],
    sponsor: { zh: '测试统计局' },
    contact: { zh: '028-00000000' },
    icp: '蜀ICP备00000000号',
    gongan: '川公网安备 51010000000000号',
    siteId: '5101000001',
  });
  const themed = new SiteBuilder(
    site.folder,
    site.calendar,
    { ...site.options, theme: themeOf(entry, folder, messagesFor('zh')) },
    site.clock,
  );
  await themed.refresh();
  for (const path of ['', 'releases/gdp.2026-Q2/', 'indicators/', 'search/']) {
    const { text } = await site.get(path);
    const said = [
      '蜀ICP备00000000号',
      '川公网安备 51010000000000号',
      '网站标识码：5101000001',
      '主办单位：测试统计局',
      '联系方式：028-00000000',
      '>局门户</a>',
      '>网站地图</a>',
      'emblem.png"',
    ];
    expect({ path, missing: said.filter((one) => !text.includes(one)) }).toEqual({
      path,
      missing: [],
    });
  }
  // The text is as it came out; only what stands around it is new.
  const main = (page: string): string | undefined => /<main[^>]*>([\s\S]*)<\/main>/.exec(page)?.[1];
  const after = (await site.get('releases/gdp.2026-Q2/')).text;
  expect(main(after)).toBe(main(before));
  expect(/<title>(.*)<\/title>/.exec(after)?.[1]).toBe(/<title>(.*)<\/title>/.exec(before)?.[1]);
  expect(/ld\+json">(.*?)<\/script>/.exec(after)?.[1]).toBe(
    /ld\+json">(.*?)<\/script>/.exec(before)?.[1],
  );
  const style = (await site.get('style.css')).text;
  expect(style).toContain(':root { --deep: #7a1212; --brand: #7a1212; }');
  expect((await site.get('favicon.svg')).text).toContain('fill="#7a1212"');
  expect((await site.get('emblem.png')).headers.get('content-type')).toBe('image/png');
  expect((await site.get('en/releases/gdp.2026-Q2/')).text).toContain('>Bureau</a>');
});

test('a colour that white letters cannot be read on is refused, and an emblem that is no picture', async () => {
  // White on #767676 has 4.54:1, on #777777 4.48:1 (WCAG).
  expect(themeEntry.safeParse({ color: '#767676' }).success).toBe(true);
  expect(themeEntry.safeParse({ color: '#777777' }).success).toBe(false);
  expect(themeEntry.safeParse({ color: 'red' }).success).toBe(false);
  const folder = temporary('theme');
  await writeFile(join(folder, 'evil.png'), '<svg onload="alert(1)"/>');
  const of = (emblem: string) => () =>
    themeOf(themeEntry.parse({ emblem }), folder, messagesFor('zh'));
  expect(of('evil.png')).toThrow('不是能用的图片');
  expect(of('nothing.png')).toThrow('ENOENT');
});

test('what nobody has is answered 404 with the calendar on it, at whatever depth, in the language of the address', async () => {
  site = await testSite('2026-07-20T10:00:00+08:00');
  await site.press.refresh();
  const { status, text, headers } = await site.get('no/such/page');
  expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual([
    404,
    'text/html; charset=utf-8',
    'no-cache',
  ]);
  expect(text).toContain('没有这个页面');
  expect(text).toContain('居民消费价格指数 2026年7月');
  // No address on it is relative: they would lead elsewhere at every depth.
  const links = [...text.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, to]) => to ?? '');
  expect(links.filter((to) => !/^(https?:\/\/|#)/.test(to))).toEqual([]);
  expect((await site.get('en/no')).text).toContain('No such page');
});

test('with two years announced the front page is the running year’s, and shows both; with the new year it is the new one’s', () => {
  const next = YEAR.replaceAll('2026', '2027')
    .replace('announced: 2025-12-26', 'announced: 2026-12-20')
    .replace(/ {4}dates:\n(?: {6}.*\n)+/, '')
    .replace(/notices:[\s\S]*$/, '');
  const { calendar, problems } = readPlan(
    [
      { name: 'a.yaml', text: YEAR },
      { name: 'b.yaml', text: next },
    ],
    undefined,
  );
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  const at = (iso: string): { heading: string | undefined; years: (string | undefined)[] } => {
    const model = {
      calendar,
      shown: new Map(),
      at: instant(Date.parse(iso)),
      options: OPTIONS,
      born: undefined,
    };
    const page = calendarPage(viewOf(model), 'zh');
    return {
      heading: /<h1>(.*?)<\/h1>/.exec(page)?.[1],
      years: [...page.matchAll(/aria-label="(\d{4})年/g)].map(([, year]) => year),
    };
  };
  expect(at('2026-12-10T10:00:00+08:00')).toEqual({
    heading: '测试统计局2026年发布计划',
    years: ['2026'],
  });
  expect(at('2026-12-31T23:59:59+08:00')).toEqual({
    heading: '测试统计局2026年发布计划',
    years: ['2026', '2027'],
  });
  expect(at('2027-01-01T00:00:00+08:00')).toEqual({
    heading: '测试统计局2027年发布计划',
    years: ['2027'],
  });
  // Somebody who is there at midnight sees it change.
  const model = {
    calendar,
    shown: new Map(),
    at: instant(Date.parse('2026-12-31T20:00:00+08:00')),
    options: OPTIONS,
    born: undefined,
  };
  expect(new Date(nextChangeOf(model) ?? 0).toISOString()).toBe('2026-12-31T16:00:00.000Z');
});

test('a name that says its year is not given it again', async () => {
  const plan = YEAR.replace(
    'notices:',
    '  bulletin:\n    name: { zh: 2025年国民经济和社会发展统计公报 }\n    frequency: A\n    due: { date: 08-25 }\nnotices:',
  );
  site = await testSite('2026-07-21T10:00:00+08:00', plan);
  await site.press.refresh();
  const { text } = await site.get('');
  expect(text).toContain('2025年国民经济和社会发展统计公报');
  expect(text).not.toContain('统计公报 2025年');
  expect(text).toContain('居民消费价格指数 2026年7月');
});

test.each(['#7a1212', '#c8102e', '#0b3a63', '#000000', '#757575', '#8f1be0'])(
  'what stands in the colour %s can be read, on light and on dark',
  (color) => {
    const [light = '', dark = ''] = [...styleOf(color).matchAll(/--brand: (#[0-9a-f]{6})/g)].map(
      ([, one]) => one ?? '',
    );
    for (const ground of ['#ffffff', '#f3f6f9'])
      expect(contrast(light, ground)).toBeGreaterThanOrEqual(4.5);
    for (const ground of ['#111a24', '#1a2632'])
      expect(contrast(dark, ground)).toBeGreaterThanOrEqual(4.5);
    expect(contrast('#ffffff', '#000000')).toBe(21);
  },
);
