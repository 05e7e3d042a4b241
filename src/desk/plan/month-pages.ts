// A year's dates month by month, in the place of the matrix on a screen that is too narrow for
// twelve columns. Not for the matrix: pages.ts.

import { html } from 'hono/html';
import type { Messages } from '../../i18n/index.ts';
import type { Html } from '../../lib/html.ts';
import { toDay, weekdayOf } from '../../plan/days.ts';
import { minuteIn } from '../../plan/time.ts';
import type { Calendar, LocalDate, Release } from '../../plan/types.ts';
import { publicStatus } from '../../site/model.ts';
import { titled } from '../../site/names.ts';
import { restoreLink } from './restore-link.ts';

export function monthsOf(calendar: Calendar, year: number, may: boolean, words: Messages): Html {
  const byMonth = new Map<number, Release[]>();
  for (const release of calendar.releases) {
    const [date = ''] = minuteIn(release.due, calendar.timezone).split(' ');
    if (Number(date.slice(0, 4)) !== year) continue;
    const month = Number(date.slice(5, 7));
    byMonth.set(month, [...(byMonth.get(month) ?? []), release]);
  }
  const row = (release: Release): Html => {
    const [date = '', time = ''] = minuteIn(release.due, calendar.timezone).split(' ');
    const status = publicStatus(release, calendar);
    const weekday = words.site.weekday(weekdayOf(toDay(date as LocalDate)));
    return html`<li><span class="day">${Number(date.slice(8))}/${weekday} ${time}</span> <a href="/desk/releases/${release.id}" class="${status}">${titled(release, words)}</a>${status === 'confirmed' ? '' : html` <span class="tag">${words.site.status(status)}</span>`} ${restoreLink(release, may, words)}</li>`;
  };
  return html`<div class="by-month">${[...byMonth]
    .sort(([a], [b]) => a - b)
    .map(
      ([month, releases]) => html`<h2>${words.site.month(month)}</h2><ul>${releases.map(row)}</ul>`,
    )}</div>`;
}
