// The public calendar: what comes next, the latest, the year matrix as the bureaus print it, and every date that moved.
import { html } from 'hono/html';
import { toDay, weekdayOf } from '../../plan/days.ts';
import { minuteIn, yearIn } from '../../plan/time.ts';
import { matrixOf } from '../../plan/matrix.ts';
import type { Calendar, Instant, Language, LocalDate, PlanStatus, Release } from '../../plan/types.ts';
import { wordsOf } from '../../words/index.ts';
import type { SiteWords } from '../../words/index.ts';
import type { PublicChange, SiteModel } from '../model.ts';
import { announcedAt, changesOf, nameIn, publicStatus } from '../model.ts';
import { layout } from './layout.ts';
import type { Html } from './layout.ts';

const LISTED = 8;

/** The calendar page in one language. Zero-padded and in the plan's time zone throughout. */
export function calendarPage(model: SiteModel, language: Language): string {
  const { shown, at, options } = model;
  const calendar = announcedAt(model.calendar, at);
  const w = wordsOf(language).site;
  const { timezone } = calendar;
  const coming = calendar.releases.filter((release) => release.due > at && release.status !== 'cancelled');
  const first = coming[0];
  const together = coming.filter((release) => release.due === first?.due);
  const latest = [...shown.values()].sort((a, b) => b.due - a.due || (a.id < b.id ? -1 : 1)).slice(0, LISTED);
  const year = yearIn(first?.due ?? at, timezone);
  const changed = calendar.releases.flatMap((release) => changesOf(release, calendar)).sort((a, b) => b.to - a.to);
  const name = (release: Release): string =>
    `${nameIn(release.name, language)}${release.follows ? `（${w.interpretation}）` : ''}${release.period ? ` ${w.periodName(release.period)}` : ''}`;
  const main = html`<h1>${calendar.title || w.calendar}</h1>
<p class="lead">${w.timesIn(timezone)}</p>
${first ? html`<section class="next" aria-label="${w.next}"><div><span class="label">${w.next}</span><time class="when" datetime="${new Date(first.due).toISOString()}">${whenIn(first.due, timezone, w.weekdayLong)}</time></div><ul>${together.map((release) => html`<li>${name(release)}${release.briefing ? `（${w.briefing}：${release.briefing}）` : ''}</li>`)}</ul></section>` : ''}
<div class="columns"><section><h2>${w.upcoming}</h2><ul class="list">${coming.slice(0, LISTED).map((release) => html`<li><time datetime="${new Date(release.due).toISOString()}">${minuteIn(release.due, timezone)}</time><span class="what">${name(release)}</span>${tag(publicStatus(release, calendar), w.status)}</li>`)}${coming.length === 0 ? html`<li>${w.nothing}</li>` : ''}</ul></section>
<section><h2>${w.latest}</h2><ul class="list">${latest.map((one) => html`<li><time datetime="${new Date(one.due).toISOString()}">${minuteIn(one.due as Instant, timezone)}</time><span class="what"><a href="releases/${one.id}/">${one.title}</a></span></li>`)}${latest.length === 0 ? html`<li>${w.nothing}</li>` : ''}</ul></section></div>
<section><h2>${w.year(year)}</h2><div class="scroll" tabindex="0" role="region" aria-label="${w.year(year)}">${matrix(calendar, shown, language, year)}</div></section>
${changed.length > 0 ? html`<section><h2>${w.changes}</h2><ul class="list">${changed.map((change) => html`<li><time>${minuteIn(change.to, timezone)}</time><span class="what">${name(change.release)} · ${tellDate(change, timezone, w)}</span>${tag(publicStatus(change.release, calendar), w.status)}</li>`)}</ul></section>` : ''}`;
  return layout({
    title: w.calendar,
    language,
    root: './',
    style: language === 'zh' ? 'style.css' : '../style.css',
    other: language === 'zh' ? 'en/' : '../',
    options,
    main,
  });
}

/** Indicators down, months across; day, weekday and time in the cell, "……" for none. */
function matrix(calendar: Calendar, shown: SiteModel['shown'], language: Language, year: number): Html {
  const w = wordsOf(language).site;
  const months = Array.from({ length: 12 }, (_, index) => index + 1);
  const cell = (release: Release): Html => {
    const [date = '', time = ''] = minuteIn(release.due, calendar.timezone).split(' ');
    const text = html`<span class="day">${Number(date.slice(8))}</span>/${w.weekday(weekdayOf(toDay(date as LocalDate)))}<small>${time}</small>`;
    if (shown.has(release.id)) return html`<a href="releases/${release.id}/">${text}<span class="mark published">${w.status('published')}</span></a>`;
    if (release.status === 'cancelled') return html`<del>${text}</del><span class="mark cancelled">${w.status('cancelled')}</span>`;
    const status = publicStatus(release, calendar);
    return html`${text}${status === 'confirmed' ? '' : html`<span class="mark ${status}">${w.status(status)}</span>`}`;
  };
  return html`<table class="matrix"><thead><tr><th scope="col">${w.indicator}</th>${months.map((month) => html`<th scope="col">${w.month(month)}</th>`)}</tr></thead><tbody>${matrixOf(
    calendar,
    year,
  ).map(
    ({ head, cells }) =>
      html`<tr><th scope="row">${nameIn(head.name, language)}${head.follows ? `（${w.interpretation}）` : ''}<span class="note">${head.frequency ? w.frequency(head.frequency) : head.settings.category}</span></th>${months.map(
        (month) => {
          const releases = cells.get(month);
          return releases ? html`<td>${releases.map(cell)}</td>` : html`<td class="none">${w.none}</td>`;
        },
      )}</tr>`,
  )}</tbody></table>`;
}

function tag(status: PlanStatus, words: (status: PlanStatus) => string): Html {
  return html`<span class="tag ${status}">${words(status)}</span>`;
}

function whenIn(due: Instant, timezone: string, weekday: (iso: number) => string): string {
  const [date = '', time = ''] = minuteIn(due, timezone).split(' ');
  return `${date} ${weekday(weekdayOf(toDay(date as LocalDate)))} ${time}`;
}

/** From when to when, why, and since when that is known. */
export function tellDate(change: PublicChange, timezone: string, w: SiteWords): string {
  const what = {
    moved: w.moved(minuteIn(change.from, timezone), minuteIn(change.to, timezone)),
    restored: w.restored,
    cancelled: w.status('cancelled'),
  }[change.kind];
  return [what, change.reason && `${w.reason}：${change.reason}`, change.announced && w.announcedOn(change.announced)].filter(Boolean).join(' · ');
}

/** The calendar for programs. `published` since is ISO 8601 in UTC. */
export function calendarJson(model: SiteModel): string {
  const calendar = announcedAt(model.calendar, model.at);
  const iso = (at: Instant): string => new Date(at).toISOString();
  return `${JSON.stringify(
    {
      title: calendar.title,
      timezone: calendar.timezone,
      releases: calendar.releases.map((release) => ({
        id: release.id,
        name: release.name,
        indicator: release.indicator,
        period: release.period,
        due: iso(release.due),
        status: model.shown.has(release.id) ? 'published' : publicStatus(release, calendar),
        category: release.settings.category,
        kind: release.kind,
        was: release.was === undefined ? undefined : iso(release.was),
        reason: release.reason,
        changes: calendar.history.has(release.id)
          ? changesOf(release, calendar).map(({ kind, from, to, reason, announced }) => ({ kind, from: iso(from), to: iso(to), reason, announced }))
          : undefined,
        url: model.shown.has(release.id) ? `${model.options.publicUrl}releases/${release.id}/` : undefined,
      })),
    },
    undefined,
    1,
  )}\n`;
}
