// axe on a page, in light and in dark.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** What depends on colours. A page is the same document in light and in dark: the rest is judged once. */
const OF_COLOR = ['color-contrast', 'link-in-text-block'];

interface Axe {
  run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
}

/**
 * What axe finds on the page that is open: all rules in light, those of colours in dark as well.
 * @param where said of each finding
 */
export async function violationsOn(page: Page, where: string): Promise<string[]> {
  await page.emulateMedia({ colorScheme: 'light' });
  // Not a script element: the page's own policy would keep it out.
  await page.evaluate(AXE);
  const found: string[] = [];
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    const results = await page.evaluate(
      (options) => (window as unknown as { axe: Axe }).axe.run(options),
      scheme === 'light' ? { runOnly: RULES } : { runOnly: { type: 'rule', values: OF_COLOR } },
    );
    for (const { id, nodes } of results.violations)
      found.push(`${where} (${scheme}): ${id} ${nodes[0]?.html.slice(0, 160) ?? ''}`);
  }
  return found;
}
