// The public calendar in a browser: filters, search, keyboard, print, and what axe finds.
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { violationsOn } from '../helpers/axe.ts';
import { chromiumPath, inChromium, PAGE_MS } from '../helpers/chromium.ts';
import { type TestSite, testSite } from '../helpers/site.ts';

const PAGES = [
  '',
  'calendar/2026/',
  'months/2026-07/',
  'indicators/',
  'indicators/cpi/',
  'changes/',
  'notices/',
  'punctuality/',
  'search/',
  'subscribe/',
  'releases/gdp.2026-Q2/',
];

inChromium(() => {
  let site: TestSite;
  let browser: Browser;
  let page: Page;
  const wrong: string[] = [];

  beforeAll(async () => {
    site = await testSite('2026-07-21T10:00:00+08:00');
    await site.publish('cpi.2026-05', 'cpi.2026-06', 'gdp.2026-Q2', 'gdp.2026-Q2.interpretation');
    browser = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox'] });
    page = await browser.newPage({ locale: 'zh-CN' });
    page.setDefaultTimeout(PAGE_MS);
    page.on('console', (message) =>
      message.type() === 'error' ? wrong.push(message.text()) : undefined,
    );
    page.on('pageerror', (error) => wrong.push(error.message));
    page.on('request', (request) =>
      request.url().startsWith(site.url) ? undefined : wrong.push(`asked ${request.url()}`),
    );
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  test('axe finds nothing on any page, in either language, in light and in dark', async () => {
    const context = await browser.newContext();
    context.setDefaultTimeout(PAGE_MS);
    const tab = await context.newPage();
    const found: string[] = [];
    for (const language of ['', 'en/']) {
      for (const path of PAGES) {
        await tab.goto(`${site.url}${language}${path}`);
        found.push(...(await violationsOn(tab, `${language}${path}`)));
      }
    }
    // The instrument itself: a fault of each scheme, and one of structure, on a page that has them.
    await tab.goto('about:blank');
    await tab.setContent(
      '<!doctype html><html lang="zh" style="color-scheme:light dark"><title>made</title><main><h1>made</h1><img src="emblem"><p style="color:light-dark(#000,#111);background:light-dark(#fff,#000)">words to be read</p><p style="color:light-dark(#fff,#eee);background:light-dark(#eee,#000)">words to be read</p></main></html>',
    );
    const faults = await violationsOn(tab, 'made');
    await context.close();
    expect(found).toEqual([]);
    expect(faults.map((fault) => fault.split(' ').slice(1, 3).join(' '))).toEqual(
      expect.arrayContaining([
        '(light): image-alt',
        '(light): color-contrast',
        '(dark): color-contrast',
      ]),
    );
  });

  test('every page keeps the promise of its policy, asks nobody else, and is small', async () => {
    for (const language of ['', 'en/']) {
      for (const path of PAGES) {
        let bytes = 0;
        const count = (answer: { headers(): Record<string, string> }): void => {
          bytes += Number(answer.headers()['content-length'] ?? 0);
        };
        page.on('response', count);
        await page.goto(`${site.url}${language}${path}`, { waitUntil: 'networkidle' });
        page.off('response', count);
        expect(bytes, `${language}${path}`).toBeLessThan(100_000);
        expect(bytes).toBeGreaterThan(1000);
      }
    }
    expect(wrong).toEqual([]);
  });

  test('filters: by state and by indicator, in the address, and counted', async () => {
    await page.goto(`${site.url}calendar/2026/`);
    const rows = page.locator('tr[data-status]:visible');
    expect(await rows.count()).toBe(site.calendar().releases.length);
    await page.getByLabel('状态').selectOption('published');
    expect(await rows.count()).toBe(4);
    await page.getByLabel('指标').selectOption('cpi');
    expect(await rows.allInnerTexts()).toEqual([
      expect.stringContaining('居民消费价格指数 2026年5月'),
      expect.stringContaining('居民消费价格指数 2026年6月'),
    ]);
    expect(new URL(page.url()).search).toBe('?indicator=cpi&status=published');
    expect(await page.locator('output').textContent()).toBe(
      `显示 2 / ${site.calendar().releases.length} 项`,
    );
    await page.reload();
    expect(await rows.count()).toBe(2);
  });

  test('search: any part of a Chinese name finds it', async () => {
    await page.goto(`${site.url}search/`);
    await page.getByLabel('查找什么').fill('消费价');
    await page.keyboard.press('Enter');
    const results = page.locator('[data-results] a');
    await results.first().waitFor();
    expect(await results.allInnerTexts()).toContain('居民消费价格指数');
    await page.getByLabel('查找什么').fill('没有这样的');
    await page.keyboard.press('Enter');
    await page.getByText('没有找到。').waitFor();
  });

  test('by keyboard: the first stop skips to the content, then each link in turn, all with a visible focus', async () => {
    await page.goto(site.url);
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('跳到正文');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');
    for (let stop = 0; stop < 5; stop++) {
      await page.keyboard.press('Tab');
      const outline = await page.evaluate(
        () => getComputedStyle(document.activeElement ?? document.body).outlineStyle,
      );
      expect(outline).toBe('solid');
    }
  });

  test('a release and its interpretation lead to each other, to earlier periods, and to the indicator', async () => {
    await page.goto(`${site.url}releases/gdp.2026-Q2/`);
    await page
      .locator('dl', { hasText: '相关解读' })
      .getByRole('link', { name: '机密标题gdp.2026-Q2.interpretation' })
      .click();
    await page
      .locator('dl', { hasText: '本文解读' })
      .getByRole('link', { name: '机密标题gdp.2026-Q2', exact: true })
      .click();
    expect(page.url()).toBe(`${site.url}releases/gdp.2026-Q2/`);
    await page.goto(`${site.url}releases/cpi.2026-06/`);
    await page
      .locator('dl', { hasText: '上一期' })
      .getByRole('link', { name: '机密标题cpi.2026-05' })
      .click();
    await page
      .locator('dl', { hasText: '下一期' })
      .getByRole('link', { name: '机密标题cpi.2026-06' })
      .click();
    await page.getByRole('link', { name: /全部各期/ }).click();
    expect(await page.locator('h1').textContent()).toBe('居民消费价格指数');
  });

  test('what comes next counts down, and without a script is a time all the same', async () => {
    const timed = await browser.newContext();
    timed.setDefaultTimeout(PAGE_MS);
    const clocked = await timed.newPage();
    // Stopped: a clock that is only set goes on while the page loads.
    await clocked.clock.install({ time: '2026-08-09T01:00:00Z' });
    // Due on 10 August 2026 at 10:00 in Beijing, 02:00 UTC.
    for (const [at, said] of [
      ['2026-08-09T01:58:30Z', '距发布还有 1天0小时'],
      ['2026-08-09T23:54:30Z', '距发布还有 2小时5分'],
      ['2026-08-10T01:59:00Z', '距发布还有 1分0秒'],
    ] as const) {
      await clocked.clock.pauseAt(at);
      await clocked.goto(site.url);
      expect(await clocked.locator('.countdown').textContent()).toBe(said);
    }
    await clocked.clock.runFor(2000);
    expect(await clocked.locator('.countdown').textContent()).toBe('距发布还有 0分58秒');
    await clocked.goto(`${site.url}en/`);
    expect(await clocked.locator('.countdown').textContent()).toBe('Due in 0 min 58 s');
    await timed.close();
    const plain = await browser.newContext({ javaScriptEnabled: false });
    plain.setDefaultTimeout(PAGE_MS);
    const tab = await plain.newPage();
    await tab.goto(site.url);
    expect(await tab.locator('.next time').textContent()).toBe('2026-08-10 星期一 10:00');
    await tab.goto(`${site.url}calendar/2026/`);
    expect(await tab.locator('form.filters').isVisible()).toBe(false);
    expect(await tab.locator('tr[data-status]').count()).toBe(site.calendar().releases.length);
    await plain.close();
  });

  test('printed, the matrix is A4 on its side, and nothing of it is cut off', async () => {
    await page.goto(site.url);
    await page.emulateMedia({ media: 'print' });
    await page.setViewportSize({ width: 1047, height: 718 });
    // A4 on its side less the margins, at 96 dots an inch.
    const wide = await page.locator('.matrix').evaluate((table) => table.scrollWidth);
    expect(wide).toBeLessThanOrEqual(1047);
    expect(await page.locator('header').isVisible()).toBe(false);
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
    expect(/\/MediaBox \[0 0 (84[12][.\d]*) (59[456][.\d]*)\]/.test(pdf)).toBe(true);
    await page.emulateMedia({ media: 'screen' });
  });

  test('on a telephone the year begins with the month of now beside the names, and a month is a list of its days', async () => {
    const context = await browser.newContext({
      locale: 'zh-CN',
      viewport: { width: 390, height: 844 },
    });
    context.setDefaultTimeout(PAGE_MS);
    const tab = await context.newPage();
    await tab.clock.setFixedTime(new Date('2026-10-05T09:00:00+08:00'));
    await tab.goto(site.url);
    const [name, month, next] = await tab.evaluate(() =>
      [0, 10, 11].map(
        (at) =>
          document
            .querySelectorAll('table.matrix thead th')
            [at]?.getBoundingClientRect()
            .toJSON() as DOMRect,
      ),
    );
    expect(name?.left).toBeGreaterThanOrEqual(0);
    expect(Math.round(month?.left ?? 0)).toBe(Math.round(name?.right ?? 0));
    expect(next?.right).toBeLessThanOrEqual(390);
    await tab.goto(`${site.url}months/2026-10/`);
    expect(await tab.locator('.month td:visible').allInnerTexts()).toEqual([
      expect.stringMatching(/^8 星期四\s+09:00 普查公告/),
      expect.stringMatching(/^10 星期六\s+10:00 居民消费价格指数/),
      expect.stringMatching(/^20 星期二\s+10:00 地区生产总值/),
      expect.stringMatching(/^21 星期三\s+10:00 地区生产总值（解读）/),
    ]);
    expect((await tab.locator('.month li').first().boundingBox())?.width).toBeGreaterThan(300);
    expect(await tab.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await context.close();
  });
});
