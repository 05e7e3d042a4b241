// Pages about the site itself: search, and what there is to subscribe to. Not for any release.
import { html } from 'hono/html';
import type { Language } from '../../plan/types.ts';
import { wordsOf } from '../../words/index.ts';
import { folderNameOf, nameIn } from '../model.ts';
import type { View } from '../view.ts';
import { LISTED, slugOf } from '../view.ts';
import { layout, waysUp } from './layout.ts';
import { nameOf, tag, timeOf } from './parts.ts';

/** A form that the script answers; without one it says where else to look. */
export function searchPage(view: View, language: Language): string {
  const w = wordsOf(language).site;
  const path = 'search/';
  const { top } = waysUp(path, language);
  const main = html`<h1>${w.search}</h1><p class="lead">${w.searchLead}</p>
<form class="filters" role="search" data-search="${top}search.json" data-none="${w.searchNone}" data-found="${w.searchFound(0)}"><label>${w.searchLabel}<input type="search" name="q" autocomplete="off"></label><button type="submit">${w.search}</button></form>
<noscript><p>${w.searchNoScript}</p></noscript>
<p class="note" data-state aria-live="polite"></p><ul class="list" data-results></ul>`;
  return layout({ title: w.search, language, path, options: view.options, main, scripts: ['search.js'] });
}

/** Served, with status 404, at whatever address nobody has. */
export function notFoundPage(view: View, language: Language): string {
  const w = wordsOf(language).site;
  const root = `${view.options.publicUrl}${language === 'en' ? 'en/' : ''}`;
  const { timezone } = view.calendar;
  const main = html`<h1>${w.notFound}</h1><p class="lead">${w.notFoundLead}</p>
<ul class="list">${view.coming.slice(0, LISTED).map(({ release, status }) => html`<li>${timeOf(release.due, timezone)}<span class="what">${nameOf(release, language)}</span>${tag(status, w)}</li>`)}</ul>
<p><a href="${root}">${w.calendar}</a> · <a href="${root}search/">${w.search}</a></p>`;
  return layout({ title: w.notFound, language, path: '404.html', options: view.options, main, anywhere: true });
}

export function subscribePage(view: View, language: Language): string {
  const w = wordsOf(language).site;
  const path = 'subscribe/';
  const { up, top } = waysUp(path, language);
  const main = html`<h1>${w.subscribe}</h1><p class="lead">${w.subscribeLead}</p>
<h2>${w.subscribeCalendar}</h2><ul><li><a href="${up}calendar.ics">${w.whole}</a></li></ul>
<h3>${w.byCategory}</h3><ul>${[...view.categories.keys()].map((one) => html`<li><a href="${up}categories/${slugOf(one)}/calendar.ics">${one}</a></li>`)}</ul>
<h3>${w.byIndicator}</h3><ul>${view.indicators.map((one) => html`<li><a href="${up}indicators/${folderNameOf(one.id)}/calendar.ics">${nameIn(one.name, language)}</a></li>`)}</ul>
<h2>${w.subscribeNew}</h2><ul><li><a href="${up}atom.xml">Atom</a></li><li><a href="${up}rss.xml">RSS</a></li><li><a href="${up}feed.json">JSON Feed</a></li></ul>
<h2>${w.subscribeData}</h2><ul><li><a href="${top}calendar.json">calendar.json</a></li><li><a href="${top}releases.json">releases.json</a></li><li><a href="${top}punctuality.json">punctuality.json</a></li><li><a href="${top}openapi.json">OpenAPI</a></li><li><a href="${top}catalog.jsonld">DCAT</a></li>${[...view.years.keys()].map((year) => html`<li><a href="${top}calendar-${year}.csv">${w.asTable(year, 'CSV')}</a></li><li><a href="${top}calendar-${year}.xlsx">${w.asTable(year, 'XLSX')}</a></li>`)}</ul>`;
  return layout({ title: w.subscribe, language, path, options: view.options, main });
}
