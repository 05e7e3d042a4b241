// What is late, in a browser: the banner, the list and a late release's page, in both languages,
// light and dark; and what axe finds.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chromiumPath, inChromium, PAGE_MS } from '../helpers/chromium.ts';
import { type TestSite, testSite } from '../helpers/site.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
interface Found {
  violations: { id: string; nodes: { html: string }[] }[];
}

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

  test.each(['light', 'dark'] as const)(
    'what is late reads well in either language, and axe finds nothing on it (%s)',
    async (colorScheme) => {
      // The site's own policy would keep axe out, as it keeps out everything else.
      const context = await browser.newContext({ colorScheme, bypassCSP: true });
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
          await tab.addScriptTag({ content: AXE });
          const { violations } = await tab.evaluate(
            (runOnly) =>
              (window as unknown as { axe: { run(options: object): Promise<Found> } }).axe.run({
                runOnly,
              }),
            RULES,
          );
          found.push(
            ...violations.map(
              ({ id, nodes }) => `${language}${path}: ${id} ${nodes[0]?.html.slice(0, 120) ?? ''}`,
            ),
          );
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
    },
    PAGE_MS * 2,
  );
});
