// What is late, in a browser: the banner, the list and a late release's page, in both languages,
// light and dark; and what axe finds.
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { violationsOn } from '../helpers/axe.ts';
import { chromiumPath, inChromium, PAGE_MS } from '../helpers/chromium.ts';
import { type TestSite, testSite } from '../helpers/site.ts';

inChromium(() => {
  let site: TestSite;
  let browser: Browser;

  beforeAll(async () => {
    // June's prices and the quarter's figures are overdue; the interpretation came out, half an
    // hour late.
    site = await testSite('2026-07-09T09:00:00+08:00');
    site.clock.turnTo('2026-07-21T10:30:00+08:00');
    await site.publish('gdp.2026-Q2.interpretation');
    browser = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox'] });
  }, PAGE_MS);
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  test('what is late reads well in either language, and axe finds nothing on it', async () => {
    const context = await browser.newContext();
    context.setDefaultTimeout(PAGE_MS);
    const tab = await context.newPage();
    const found: string[] = [];
    for (const language of ['', 'en/'])
      for (const path of [
        '',
        'calendar/2026/',
        'punctuality/',
        'releases/gdp.2026-Q2.interpretation/',
      ]) {
        await tab.goto(`${site.url}${language}${path}`);
        found.push(...(await violationsOn(tab, `${language}${path}`)));
      }
    expect(found).toEqual([]);
    await tab.goto(`${site.url}en/`);
    expect(await tab.locator('.late .banner').textContent()).toBe(
      '2 releases did not come out at the announced time',
    );
    expect(await tab.locator('.late li').count()).toBe(2);
    await tab.goto(`${site.url}releases/gdp.2026-Q2.interpretation/`);
    expect(await tab.locator('dl.facts dd').first().textContent()).toBe(
      '2026-07-21 10:30（原定 2026-07-21 10:00，晚了 30 分钟）',
    );
    await context.close();
  });
});
