// Everything in order: a year with filters, a month as its days, indicators, notices, changes of
// dates. Not for one release: release.ts.

import { html } from 'hono/html';
import { messagesFor } from '../../i18n/index.ts';
import type { Html } from '../../lib/html.ts';
import { dayNumber, monthSpan, toDate, weekdayOf } from '../../plan/days.ts';
import { groupBy } from '../../plan/group.ts';
import { dateIn, minuteIn } from '../../plan/time.ts';
import type { Language } from '../../plan/types.ts';
import { type IndicatorView, type PublicRelease, slugOf, type View } from '../calendar-view.ts';
import { folderNameOf, nameInLanguage, pathOf, type ShownRelease } from '../model.ts';
import { goneOf, punctualityOf } from '../punctuality.ts';
import { historicalNote, matrix, yearLinks } from './calendar.ts';
import { linked, releaseName, rowsOf, tag, timeOf } from './fragments.ts';
import { layout, waysUp } from './layout.ts';

/** All releases of a year, month by month; the script adds filters. */
export function yearPage(view: View, year: number, language: Language): string {
  const w = messagesFor(language).site;
  const path = `calendar/${year}/`;
  const { up, top } = waysUp(path, language);
  const { timezone } = view.calendar;
  const own = view.years.get(year) ?? [];
  const indicators = new Set(own.map(({ release }) => release.indicator));
  const months = groupBy(own, ({ release }) => Number(dateIn(release.due, timezone).slice(5, 7)));
  const choices = (
    label: string,
    name: string,
    values: readonly (readonly [string, string])[],
  ): Html =>
    html`<label>${label}<select name="${name}"><option value="">${w.all}</option>${values.map(([value, said]) => html`<option value="${value}">${said}</option>`)}</select></label>`;
  const unique = <T>(values: readonly T[]): T[] => [...new Set(values)];
  const main = html`<h1>${w.list(year)}</h1>
<p class="lead">${w.timesIn(timezone)} · <a href="${top}calendar-${year}.csv">CSV</a> · <a href="${top}calendar-${year}.xlsx">XLSX</a></p>
${yearLinks(view, year, language, up)}
<form class="filters" hidden data-filters aria-label="${w.filter}">${choices(
    w.indicator,
    'indicator',
    view.indicators
      .filter(({ id }) => indicators.has(id))
      .map(({ id, name }) => [id, nameInLanguage(name, language)]),
  )}${choices(
    w.category,
    'category',
    unique(own.map(({ release }) => release.settings.category)).map((one) => [one, one]),
  )}${choices(
    w.frequencyLabel,
    'frequency',
    unique(own.flatMap(({ release }) => release.frequency ?? [])).map((one) => [
      one,
      w.frequency(one),
    ]),
  )}${choices(
    w.state,
    'status',
    unique(own.map(({ status }) => status)).map((one) => [one, w.status(one)]),
  )}${choices(
    w.period,
    'period',
    unique(own.flatMap(({ release }) => release.period ?? [])).map((one) => [
      one,
      w.periodName(one),
    ]),
  )}<output data-count="${w.shownOf(0, 0)}" aria-live="polite"></output></form>
${[...months].map(([month, releases]) => html`<section data-month>${rowsOf(releases, language, up, w.monthOf(year, month))}</section>`)}
<h2>${w.year(year)}</h2><div class="scroll" tabindex="0" role="region" aria-label="${w.year(year)}">${matrix(view, language, year, up)}</div>${historicalNote(view, year, language)}`;
  return layout({ title: w.list(year), language, path, options: view.options, main });
}

/** A month as a sheet of days. @param month `YYYY-MM` */
export function monthPage(view: View, month: string, language: Language): string {
  const w = messagesFor(language).site;
  const path = `months/${month}/`;
  const { up } = waysUp(path, language);
  const { timezone } = view.calendar;
  const [year, number] = month.split('-').map(Number) as [number, number];
  const months = [...view.months.keys()];
  const days = groupBy(view.months.get(month) ?? [], ({ release }) =>
    dateIn(release.due, timezone),
  );
  const { last } = monthSpan(year * 12 + number - 1);
  const first = dayNumber(year, number, 1);
  const start = first - (weekdayOf(first) - 1);
  const weeks = Array.from({ length: Math.ceil((last - start + 1) / 7) }, (_, week) =>
    Array.from({ length: 7 }, (__, day) => start + week * 7 + day),
  );
  const item = (one: PublicRelease): Html =>
    html`<li>${minuteIn(one.release.due, timezone).slice(11)} ${linked(one, language, up)} ${one.status === 'confirmed' ? '' : tag(one.status, w)}</li>`;
  const title = w.monthOf(year, number);
  const at = months.indexOf(month);
  const pager = (to: string | undefined, before: string, after: string): Html =>
    to
      ? html`<a href="${up}months/${to}/">${before}${w.monthOf(Number(to.slice(0, 4)), Number(to.slice(5)))}${after}</a>`
      : html`<span></span>`;
  const main = html`<h1>${title}</h1><p class="lead">${w.timesIn(timezone)}</p>
<div class="pager">${pager(months[at - 1], '← ', '')}${pager(months[at + 1], '', ' →')}</div>
<div class="scroll" tabindex="0" role="region" aria-label="${title}"><table class="month"><caption>${title}</caption><thead><tr>${[1, 2, 3, 4, 5, 6, 7].map((day) => html`<th scope="col">${w.weekday(day)}</th>`)}</tr></thead><tbody>${weeks.map(
    (week) =>
      html`<tr>${week.map((day) => {
        const date = toDate(day);
        const releases = days.get(date) ?? [];
        const kind = date.startsWith(month) ? (releases.length > 0 ? '' : 'none') : 'out';
        return html`<td${kind === '' ? '' : html` class="${kind}"`}><span class="day">${Number(date.slice(8))}<span class="weekday"> ${w.weekdayLong(weekdayOf(day))}</span></span>${releases.length > 0 ? html`<ul>${releases.map(item)}</ul>` : ''}</td>`;
      })}</tr>`,
  )}</tbody></table></div>`;
  return layout({ title, language, path, options: view.options, main });
}

/** All indicators by category. */
export function indicatorsPage(view: View, language: Language): string {
  const w = messagesFor(language).site;
  const path = 'indicators/';
  const { up } = waysUp(path, language);
  const main = html`<h1>${w.indicators}</h1>${[
    ...groupBy(view.indicators, (one) => one.category),
  ].map(
    ([category, own]) =>
      html`<section><h2><a href="${up}categories/${slugOf(category)}/">${category}</a></h2><ul class="list">${own.map(
        (indicator) => {
          const next = nextRelease(indicator, view);
          return html`<li><span class="what"><a href="${up}indicators/${folderNameOf(indicator.id)}/">${nameInLanguage(indicator.name, language)}</a></span><span class="note">${indicator.frequency ? w.frequency(indicator.frequency) : ''}</span>${next ? html`<span class="note">${w.nextDate} ${timeOf(next.release.due, view.calendar.timezone)}</span>` : ''}</li>`;
        },
      )}</ul></section>`,
  )}`;
  return layout({ title: w.indicators, language, path, options: view.options, main });
}

/** The next date of an indicator. */
export function nextRelease({ releases }: IndicatorView, { at }: View): PublicRelease | undefined {
  return releases.find(({ release, status }) => release.due > at && status !== 'cancelled');
}

/** One indicator: what comes next, all that came out and will, how punctual. */
export function indicatorPage(view: View, indicator: IndicatorView, language: Language): string {
  const w = messagesFor(language).site;
  const path = `indicators/${folderNameOf(indicator.id)}/`;
  const { up } = waysUp(path, language);
  const { timezone } = view.calendar;
  const name = nameInLanguage(indicator.name, language);
  const next = nextRelease(indicator, view);
  const newest = [...indicator.releases].reverse();
  const out = newest.filter((one) => one.shown);
  const main = html`<h1>${name}</h1>
<p class="lead">${[indicator.frequency && w.frequency(indicator.frequency), indicator.category].filter(Boolean).join(' · ')} · <a href="calendar.ics">${w.subscribeCalendar}</a></p>
${next ? html`<section class="next" aria-label="${w.next}"><div><span class="label">${w.next}</span><time class="when" datetime="${new Date(next.release.due).toISOString()}" data-countdown="${w.countdown}" data-units="${w.countdownUnits}">${minuteIn(next.release.due, timezone)}</time></div><ul><li>${releaseName(next.release, language)} ${tag(next.status, w)}</li></ul></section>` : ''}
${rowsOf(newest, language, up, w.allPeriods)}
<h2>${w.punctuality}</h2>${punctualityTable({ releases: indicator.releases, gone: goneOf(indicator, view) }, timezone, language, name)}`;
  const canonical = `${view.options.publicUrl}${language === 'en' ? 'en/' : ''}${path}`;
  const data = {
    '@context': 'https://schema.org',
    '@type': 'Dataset',
    name,
    description: `${nameInLanguage(view.options.bureau, language)} · ${name}`,
    url: canonical,
    creator: {
      '@type': 'GovernmentOrganization',
      name: nameInLanguage(view.options.bureau, language),
    },
    keywords: indicator.category,
    isAccessibleForFree: true,
    distribution: out.map(({ release, shown }) => ({
      '@type': 'DataDownload',
      name: shown?.title,
      contentUrl: `${view.options.publicUrl}${pathOf(release)}`,
      encodingFormat: 'text/html',
      datePublished: new Date(shown?.since ?? 0).toISOString(),
    })),
  };
  return layout({ title: name, language, path, options: view.options, main, data, canonical });
}

function punctualityTable(
  {
    releases,
    gone = [],
  }: { readonly releases: readonly PublicRelease[]; readonly gone?: readonly ShownRelease[] },
  timezone: string,
  language: Language,
  of: string,
): Html {
  const w = messagesFor(language).site;
  const c = w.punctualityColumns;
  const rows = punctualityOf(releases, timezone, gone);
  if (rows.length === 0) return html`<p>${w.nothing}</p>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${w.punctuality} · ${of}"><table><thead><tr>${[c.year, c.released, c.overdue, c.onTime, c.mean, c.worst].map((one) => html`<th scope="col">${one}</th>`)}</tr></thead><tbody>${rows.map((row) => html`<tr><th scope="row">${row.year}</th><td>${row.released}</td><td>${row.overdue}</td><td>${row.onTime}</td><td>${row.meanDays}</td><td>${row.worstDays}</td></tr>`)}</tbody></table></div>`;
}

export function punctualityPage(view: View, language: Language): string {
  const w = messagesFor(language).site;
  const path = 'punctuality/';
  const { up, top } = waysUp(path, language);
  const { timezone } = view.calendar;
  const main = html`<h1>${w.punctuality}</h1><p class="lead">${w.punctualityLead} <a href="${top}punctuality.json">JSON</a></p>
${punctualityTable(view, timezone, language, w.whole)}
${view.indicators
  .filter(
    (one) =>
      one.releases.some(({ shown, status }) => shown || status === 'delayed') ||
      goneOf(one, view).length > 0,
  )
  .map(
    (one) =>
      html`<h2><a href="${up}indicators/${folderNameOf(one.id)}/">${nameInLanguage(one.name, language)}</a></h2>${punctualityTable({ releases: one.releases, gone: goneOf(one, view) }, timezone, language, nameInLanguage(one.name, language))}`,
  )}`;
  return layout({ title: w.punctuality, language, path, options: view.options, main });
}

/** One category: all of its releases. */
export function categoryPage(
  view: View,
  category: string,
  releases: readonly PublicRelease[],
  language: Language,
): string {
  const w = messagesFor(language).site;
  const path = `categories/${slugOf(category)}/`;
  const main = html`<h1>${category}</h1><p class="lead"><a href="calendar.ics">${w.subscribeCalendar}</a></p>${rowsOf(releases, language, waysUp(path, language).up, category)}`;
  return layout({ title: category, language, path, options: view.options, main });
}

export function noticesPage(view: View, language: Language): string {
  const w = messagesFor(language).site;
  const path = 'notices/';
  const main = html`<h1>${w.notices}</h1>${view.notices.length > 0 ? rowsOf([...view.notices].reverse(), language, waysUp(path, language).up, w.notices) : html`<p>${w.nothing}</p>`}`;
  return layout({ title: w.notices, language, path, options: view.options, main });
}

/** Every announced date that ever moved. */
export function changesPage(view: View, language: Language): string {
  const w = messagesFor(language).site;
  const path = 'changes/';
  const { up } = waysUp(path, language);
  const { timezone } = view.calendar;
  const rows = view.changes.map((change) => {
    const one = view.byId.get(change.release.id);
    return html`<tr><td>${one ? linked(one, language, up) : releaseName(change.release, language)}</td><td class="when">${timeOf(change.from, timezone)}</td><td class="when">${change.kind === 'moved' ? timeOf(change.to, timezone) : change.kind === 'restored' ? w.restored : w.status('cancelled')}</td><td>${change.reason ?? ''}</td><td class="when">${change.announced ?? ''}</td></tr>`;
  });
  const main = html`<h1>${w.changes}</h1><p class="lead">${w.changesLead}</p>
${rows.length > 0 ? html`<div class="scroll" tabindex="0" role="region" aria-label="${w.changes}"><table class="rows moves"><thead><tr>${[w.title, w.from, w.to, w.reason, w.announced].map((one) => html`<th scope="col">${one}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div>` : html`<p>${w.nothing}</p>`}`;
  return layout({ title: w.changes, language, path, options: view.options, main });
}
