// In a list of dates: where a cancelled one is put back, for whoever may change the plan. Not for the form behind it: plan-dates.ts.
import { html } from 'hono/html';
import type { Release } from '../../plan/types.ts';
import type { Words } from '../../words/index.ts';
import { titled } from '../desk.ts';
import type { Html } from './frame.ts';

/** Nothing where it is not cancelled, or follows another one. */
export function restoreLink(release: Release, may: boolean, words: Words): Html | '' {
  if (!may || release.status !== 'cancelled' || release.follows !== undefined) return '';
  const said = words.desk.deeds.restore;
  return html`<a class="deed" href="/desk/releases/${release.id}/restore" aria-label="${said} ${titled(release, words)}">${said}</a>`;
}
