// The public site's sign, and its own two scripts (public/): what pages gain where a browser runs
// them. Nothing needs them, and they ask nobody else.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** A sheet of a calendar. */
export const favicon = (color: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect x="2" y="4" width="28" height="26" rx="4" fill="${color}"/><rect x="5" y="12" width="22" height="15" rx="1" fill="#fff"/><path d="M9 2v6M23 2v6" stroke="${color}" stroke-width="3" stroke-linecap="round"/><path d="m10.5 19.5 4 4 7.5-8" fill="none" stroke="${color}" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"/></svg>\n`;

/** Count-downs that are times without it, and filters that are not there without it. */
export const SITE_JS = readFileSync(new URL('./public/site.js', import.meta.url), 'utf8');

/**
 * The search page's: Chinese is cut into pairs of characters, so that any part of a name finds it.
 */
export const SEARCH_JS = readFileSync(new URL('./public/search.js', import.meta.url), 'utf8');

/** The library that the search page uses, as a module of this site. */
export function minisearch(): Buffer {
  const found = createRequire(import.meta.url).resolve('minisearch');
  return readFileSync(join(dirname(found), '..', 'es', 'index.js'));
}
