// In a list of dates: where a cancelled one is put back, for whoever may change the plan. Not for
// the form behind it: date-pages.ts.

import { html } from 'hono/html';
import type { Messages } from '../../i18n/index.ts';
import type { Html } from '../../lib/html.ts';
import type { Release } from '../../plan/types.ts';
import { titled } from '../../site/names.ts';

/** Nothing where it is not cancelled, or follows another one. */
export function restoreLink(release: Release, may: boolean, words: Messages): Html | '' {
  if (!may || release.status !== 'cancelled' || release.follows !== undefined) return '';
  const said = words.desk.operations.restore;
  return html`<a class="operation" href="/desk/releases/${release.id}/restore" aria-label="${said} ${titled(release, words)}">${said}</a>`;
}
