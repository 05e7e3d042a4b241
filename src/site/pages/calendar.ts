// The front page: what comes next, the latest, and the year matrix as the bureaus print it. Not for
// lists of everything: lists.ts.

import { html } from 'hono/html';
import { messagesFor } from '../../i18n/index.ts';
import type { Html } from '../../lib/html.ts';
import { toDay, weekdayOf } from '../../plan/days.ts';
import { matrixOf } from '../../plan/matrix.ts';
import { dateAndTimeIn, yearIn } from '../../plan/time.ts';
import type { Language, LocalDate, Release } from '../../plan/types.ts';
import { FRONT_PAGE_ROWS, type PublicRelease, type View } from '../calendar-view.ts';
import { folderNameOf, nameInLanguage, outAt, pathOf } from '../model.ts';
import { expectedIn, latenessOf, releaseName, tag, tellDate, timeOf, whenIn } from './fragments.ts';
import { layout, waysUp } from './layout.ts';

/** The calendar page in one language. Zero-padded and in the plan's time zone throughout. */
export function calendarPage(view: View, language: Language): string {
  const { calendar, coming, latest, options } = view;
  const w = messagesFor(language).site;
  const { timezone } = calendar;
  const { up } = waysUp('', language);
  const first = coming[0]?.release;
  // An event that is scheduled is a promise to whoever reads it.
  const event = first && !coming[0]?.sample ? eventData(view, first, language) : undefined;
  const together = coming.filter(({ release }) => release.due === first?.due);
  const [year, ...more] = yearsOf(view);
  const title = calendar.plans.findLast((plan) => plan.year === year)?.title;
  const main = html`<h1>${title || calendar.title || w.calendar}</h1>
<p class="lead">${w.timesIn(timezone)}</p>
${delayedSection(view, language)}${first ? html`<section class="next" aria-label="${w.next}"><div><span class="label">${w.next}</span><time class="when" datetime="${new Date(first.due).toISOString()}" data-countdown="${w.countdown}" data-units="${w.countdownUnits}">${whenIn(first.due, timezone, w.weekdayLong)}</time></div><ul>${together.map(({ release, status }) => html`<li>${releaseName(release, language)}${release.briefing ? `（${w.briefing}：${release.briefing}）` : ''}${status === 'sample' ? html` ${tag(status, w)}` : ''}</li>`)}</ul></section>` : ''}
<div class="columns"><section><h2>${w.upcoming}</h2><ul class="list">${coming.slice(0, FRONT_PAGE_ROWS).map(({ release, status }) => html`<li>${timeOf(release.due, timezone)}<span class="what">${releaseName(release, language)}</span>${tag(status, w)}</li>`)}${coming.length === 0 ? html`<li>${w.nothing}</li>` : ''}</ul></section>
<section><h2>${w.latest}</h2><ul class="list">${latest.map((one) => latestItem(one, language, up))}${latest.length === 0 ? html`<li>${w.nothing}</li>` : ''}</ul></section></div>
${[year, ...more].map(
  (
    one,
  ) => html`<section><h2>${w.year(one)}</h2>${yearLinks(view, one, language, up)}<div class="scroll" tabindex="0" role="region" aria-label="${w.year(one)}">${matrix(view, language, one, up)}</div>${historicalNote(view, one, language)}</section>
`,
)}${view.changes.length > 0 ? html`<section><h2>${w.changes}</h2><ul class="list">${view.changes.slice(0, FRONT_PAGE_ROWS).map((change) => html`<li>${timeOf(change.to, timezone)}<span class="what">${releaseName(change.release, language)} · ${tellDate(change, timezone, w)}</span></li>`)}</ul><p><a href="${up}changes/">${w.changes}</a></p></section>` : ''}`;
  return layout({ title: w.calendar, language, path: '', options, main, data: event });
}

/** What did not come out when it should have; with a banner where that is more than one. */
function delayedSection({ delayed, calendar }: View, language: Language): Html {
  const w = messagesFor(language).site;
  if (delayed.length === 0) return html``;
  const banner =
    delayed.length > 1
      ? html`<p class="banner"><strong>${w.delayedBanner(delayed.length)}</strong></p>`
      : '';
  const item = (one: PublicRelease): Html =>
    html`<li>${timeOf(one.release.due, calendar.timezone)}<span class="what">${releaseName(one.release, language)}</span>${tag(one.status, w)}<span class="note">${expectedIn(one, language)}</span></li>`;
  return html`<section class="late">${banner}<h2>${w.delayedTitle}</h2><p class="lead">${w.delayedLead}</p><ul class="list">${delayed.map(item)}</ul></section>
`;
}

function latestItem(one: PublicRelease, language: Language, up: string): Html {
  const { release, shown } = one;
  if (!shown) return html``;
  const late = latenessOf(shown, one, language);
  return html`<li>${timeOf(outAt(shown), release.timezone)}<span class="what"><a href="${up}${pathOf(release)}">${shown.title}</a></span>${one.status === 'published' ? '' : tag(one.status, messagesFor(language).site)}${late ? html`<span class="note">${late}</span>` : ''}</li>`;
}

/** What “historical” means, and where those are. */
export function historicalNote({ years, options }: View, year: number, language: Language): Html {
  if (!(years.get(year) ?? []).some(({ status }) => status === 'historical')) return html``;
  const [before, link, after] = messagesFor(language).site.historical(options.earlier);
  return html`<p class="note">${before}${link === '' ? '' : html`<a href="${options.earlier ?? ''}">${link}</a>`}${after}</p>`;
}

/**
 * The years that the front page shows: the one that is running, and the next where its plan is
 * announced. Before the first and after the last there is one.
 */
export function yearsOf({ years, at, calendar }: View): [number, ...number[]] {
  const running = yearIn(at, calendar.timezone);
  const all = [...years.keys()];
  const first = years.has(running)
    ? running
    : (all.find((year) => year > running) ?? all.at(-1) ?? running);
  return [first, ...all.filter((year) => year === first + 1)];
}

/** Where the years are, and the months of this one. */
export function yearLinks(
  { years, months: all }: View,
  year: number,
  language: Language,
  up: string,
): Html {
  const w = messagesFor(language).site;
  const months = [...all.keys()].filter((month) => month.startsWith(String(year)));
  return html`<ul class="years">${[...years.keys()].map((year) => html`<li><a href="${up}calendar/${year}/">${w.list(year)}</a></li>`)}${months.map((month) => html`<li><a href="${up}months/${month}/">${w.monthOf(Number(month.slice(0, 4)), Number(month.slice(5)))}</a></li>`)}</ul>`;
}

/** Schema.org's event of the next release. */
function eventData(view: View, release: Release, language: Language): object {
  return {
    '@context': 'https://schema.org',
    '@type': 'Event',
    name: releaseName(release, language),
    startDate: new Date(release.due).toISOString(),
    eventStatus: 'https://schema.org/EventScheduled',
    eventAttendanceMode: 'https://schema.org/OnlineEventAttendanceMode',
    location: { '@type': 'VirtualLocation', url: view.options.publicUrl },
    organizer: {
      '@type': 'GovernmentOrganization',
      name: nameInLanguage(view.options.bureau, language),
    },
  };
}

/** Indicators down, months across; day, weekday and time in the cell, "……" for none. */
export function matrix(view: View, language: Language, year: number, up: string): Html {
  const { calendar, byId } = view;
  const w = messagesFor(language).site;
  const months = Array.from({ length: 12 }, (_, index) => index + 1);
  const cell = ({ release, shown, status }: PublicRelease): Html => {
    const [date, time] = dateAndTimeIn(release.due, calendar.timezone);
    const text = html`<span class="day">${Number(date.slice(8))}</span>/${w.weekday(weekdayOf(toDay(date as LocalDate)))}<small>${time}</small>`;
    if (shown)
      return html`<a href="${up}${pathOf(release)}">${text}<span class="mark ${status}">${w.status(status)}</span></a>`;
    if (status === 'cancelled')
      return html`<del>${text}</del><span class="mark cancelled">${w.status('cancelled')}</span>`;
    return html`${text}${status === 'confirmed' ? '' : html`<span class="mark ${status}">${w.status(status)}</span>`}`;
  };
  return html`<table class="matrix" data-year="${year}"><thead><tr><th scope="col">${w.indicator}</th>${months.map((month) => html`<th scope="col">${w.month(month)}</th>`)}</tr></thead><tbody>${matrixOf(
    {
      releases: (view.years.get(year) ?? []).map(({ release }) => release),
      timezone: calendar.timezone,
    },
    year,
  ).map(({ head, cells }) => {
    const name = html`${nameInLanguage(head.name, language)}${head.follows ? `（${w.interpretation}）` : ''}`;
    return html`<tr><th scope="row">${head.indicator ? html`<a href="${up}indicators/${folderNameOf(head.indicator)}/">${name}</a>` : name}<span class="note">${head.frequency ? w.frequency(head.frequency) : head.settings.category}</span></th>${months.map(
      (month) => {
        const own = (cells.get(month) ?? []).flatMap((release) => byId.get(release.id) ?? []);
        return own.length > 0
          ? html`<td>${own.map(cell)}</td>`
          : html`<td class="none">${w.none}</td>`;
      },
    )}</tr>`;
  })}</tbody></table>`;
}
