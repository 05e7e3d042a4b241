// The Chromium that browser tests use. The set-up of `npm test` has installed one, so that one that
// is missing is an error and no reason to pass tests over; only BANLI_NO_BROWSER=1 leaves them out.
import { existsSync } from 'node:fs';
import { describe } from 'vitest';
import PLACES from '../../scripts/chromium.json' with { type: 'json' };

/** Whether somebody has said that no browser test is to run. */
const NO_BROWSER = process.env.BANLI_NO_BROWSER === '1';
if (NO_BROWSER)
  process.stderr.write('BANLI_NO_BROWSER=1：浏览器测试不运行 / the browser tests are left out\n');

/** Tests in a browser. */
export const inChromium = (tests: () => void): void => {
  describe.skipIf(NO_BROWSER)('in Chromium', tests);
};

/** @throws where there is none */
export function chromiumPath(): string {
  const path = PLACES.find(existsSync);
  if (path) return path;
  throw new Error(
    '没有 Chromium：先运行 npm test / no Chromium: `npm test` installs it, BANLI_NO_BROWSER=1 leaves it out',
  );
}

/** The longest that a page is waited for: no verdict, for a machine may be busy. */
export const PAGE_MS = 120_000;
