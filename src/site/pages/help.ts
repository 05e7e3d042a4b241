// Pages about the site itself: search, and what there is to subscribe to. Not for any release.

import { html } from 'hono/html';
import { messagesFor } from '../../i18n/index.ts';
import type { Html } from '../../lib/html.ts';
import type { Language } from '../../plan/types.ts';
import { FRONT_PAGE_ROWS, slugOf, type View } from '../calendar-view.ts';
import { folderNameOf, nameInLanguage } from '../model.ts';
import { releaseName, tag, timeOf } from './fragments.ts';
import { layout, waysUp } from './layout.ts';

/** A form that the script answers; without one it says where else to look. */
export function searchPage(view: View, language: Language): string {
  const w = messagesFor(language).site;
  const path = 'search/';
  const { top } = waysUp(path, language);
  const main = html`<h1>${w.search}</h1><p class="lead">${w.searchLead}</p>
<form class="filters" role="search" data-search="${top}search.json" data-none="${w.searchNone}" data-found="${w.searchFound(0)}"><label>${w.searchLabel}<input type="search" name="q" autocomplete="off"></label><button type="submit">${w.search}</button></form>
<noscript><p>${w.searchNoScript}</p></noscript>
<p class="note" data-state aria-live="polite"></p><ul class="list" data-results></ul>`;
  return layout({
    title: w.search,
    language,
    path,
    options: view.options,
    main,
    scripts: ['search.js'],
  });
}

/** Served, with status 404, at whatever address nobody has. */
export function notFoundPage(view: View, language: Language): string {
  const w = messagesFor(language).site;
  const root = `${view.options.publicUrl}${language === 'en' ? 'en/' : ''}`;
  const { timezone } = view.calendar;
  const main = html`<h1>${w.notFound}</h1><p class="lead">${w.notFoundLead}</p>
<ul class="list">${view.coming.slice(0, FRONT_PAGE_ROWS).map(({ release, status }) => html`<li>${timeOf(release.due, timezone)}<span class="what">${releaseName(release, language)}</span>${tag(status, w)}</li>`)}</ul>
<p><a href="${root}">${w.calendar}</a> · <a href="${root}search/">${w.search}</a></p>`;
  return layout({
    title: w.notFound,
    language,
    path: '404.html',
    options: view.options,
    main,
    anywhere: true,
  });
}

/** What programs read. */
const DATA_FILES = [
  'calendar.json',
  'releases.json',
  'punctuality.json',
  'openapi.json',
  'catalog.jsonld',
] as const;

/** The address that a calendar takes as one to subscribe to, and not to copy once. */
const webcal = (url: string): string => url.replace(/^https?:/, 'webcal:');

/** The three steps as a picture. Colours are those of the page. */
function drawing(steps: readonly string[]): Html {
  const box = (step: string, at: number): Html =>
    html`<g transform="translate(${4 + at * 200} 4)"><rect width="172" height="72" rx="8" fill="none" stroke="currentColor" stroke-width="2"/><circle cx="86" cy="22" r="13" fill="currentColor"/><text x="86" y="27" text-anchor="middle" font-size="15" class="number">${at + 1}</text><text x="86" y="58" text-anchor="middle" font-size="14" fill="currentColor">${step}</text></g>${at > 0 ? html`<path d="M${at * 200 - 22} 40h18m-7-6 7 6-7 6" fill="none" stroke="currentColor" stroke-width="2"/>` : ''}`;
  return html`<svg class="steps" viewBox="0 0 580 80" role="img" aria-label="${steps.join(' → ')}">${steps.map(box)}</svg>`;
}

/**
 * How to have dates and releases come by themselves: one button that calendars on telephones and
 * computers know, the address for all others, three steps.
 */
export function subscribePage(view: View, language: Language): string {
  const w = messagesFor(language).site;
  const path = 'subscribe/';
  const { up, top } = waysUp(path, language);
  const root = `${view.options.publicUrl}${language === 'en' ? 'en/' : ''}`;
  const one = (name: string, at: string): Html =>
    html`<li>${name}：<a href="${webcal(`${root}${at}`)}">${w.subscribeAdd}</a> · <a href="${up}${at}">${w.subscribeFile}</a></li>`;
  const main = html`<h1>${w.subscribe}</h1><p class="lead">${w.subscribeLead}</p>
<h2>${w.subscribeCalendar}</h2><p><a class="button" href="${webcal(`${root}calendar.ics`)}">${w.subscribeAdd}</a></p>
${drawing(w.subscribeSteps)}
<ol>${w.subscribeHow.map((step) => html`<li>${step}</li>`)}</ol><p><code>${root}calendar.ics</code></p>
<details><summary>${w.byCategory}</summary><ul>${[...view.categories.keys()].map((name) => one(name, `categories/${slugOf(name)}/calendar.ics`))}</ul></details>
<details><summary>${w.byIndicator}</summary><ul>${view.indicators.map(({ id, name }) => one(nameInLanguage(name, language), `indicators/${folderNameOf(id)}/calendar.ics`))}</ul></details>
<h2>${w.subscribeNew}</h2><p>${w.subscribeReader}</p><ul><li><a href="${up}atom.xml">Atom</a></li><li><a href="${up}rss.xml">RSS</a></li><li><a href="${up}feed.json">JSON Feed</a></li></ul>
<h2>${w.subscribeData}</h2><ul>${DATA_FILES.map((name) => html`<li><a href="${top}${name}">${name}</a>${w.about(w.subscribeFiles[name])}</li>`)}${[...view.years.keys()].map((year) => html`<li><a href="${top}calendar-${year}.csv">${w.asTable(year, 'CSV')}</a></li><li><a href="${top}calendar-${year}.xlsx">${w.asTable(year, 'XLSX')}</a></li>`)}</ul>`;
  return layout({ title: w.subscribe, language, path, options: view.options, main });
}
