// A page as people find it: what axe finds on it, whether anything is wider than the screen, and a
// picture for whoever asks for one. Not for opening pages: chromium.ts.
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** Where pictures of the pages go, if anybody wants to look at them. */
const PICTURES = process.env.BANLI_PICTURES;
interface Found {
  violations: { id: string; nodes: { html: string }[] }[];
}

/** What is wrong with a page, a line each. @param width as its picture is called */
export const look = async (page: Page, name: string, width: number): Promise<string[]> => {
  if (PICTURES) {
    await mkdir(PICTURES, { recursive: true });
    await page.screenshot({ path: join(PICTURES, `${name}-${width}.png`), fullPage: true });
  }
  await page.addScriptTag({ content: AXE });
  const results = await page.evaluate(
    (runOnly) =>
      (window as unknown as { axe: { run(options: object): Promise<Found> } }).axe.run({
        runOnly,
      }),
    RULES,
  );
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  return [
    ...results.violations.map(
      ({ id, nodes }) => `${name}: ${id} ${nodes[0]?.html.slice(0, 160) ?? ''}`,
    ),
    ...(wide > 0 ? [`${name}: ${wide} px wider than the screen`] : []),
  ];
};
