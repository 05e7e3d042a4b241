// A whole year at the desk: how it stands with the public, and the forms that make its plan known or
// close it. Not for doing so: years.ts.

import { html } from 'hono/html';
import type { Messages } from '../../i18n/index.ts';
import type { Html } from '../../lib/html.ts';
import type { Instant } from '../../lib/instant.ts';
import { type Announcement, noticeId } from '../../operations/announce-year.ts';
import type { Closing } from '../../operations/close-year.ts';
import { dateIn, minuteIn } from '../../plan/time.ts';
import { type Calendar, type Release, releaseId } from '../../plan/types.ts';
import { titled } from '../../site/names.ts';
import type { Principal } from '../shell/desk.ts';
import { csrf, field } from '../shell/frame.ts';

/** Formats in which the office gets the year's table. */
export const OFFICE_FORMATS = ['xlsx', 'docx'] as const;

/** Whether the public knows of a year, and what can be done about it. */
export function yearHead(
  calendar: Calendar,
  year: number,
  now: Instant,
  may: boolean,
  words: Messages,
): Html | string {
  const plan = calendar.plans.find((one) => one.year === year);
  if (!plan) return '';
  const w = words.years.desk;
  const today = dateIn(now, calendar.timezone);
  const isOpen = !plan.sample && plan.announced > today;
  // Once it is arranged, the notice is what there is to see to.
  const notice = isOpen ? calendar.byId.get(releaseId(noticeId(year))) : undefined;
  const isOver = !plan.archived && Number(today.slice(0, 4)) > year;
  const said = plan.archived
    ? w.closed
    : plan.sample
      ? w.sample
      : isOpen
        ? w.notYet(plan.announced)
        : w.announced(plan.announced);
  return html`<p class="note">${said}</p>
<p class="operations">${notice ? html`<a class="button" href="/desk/releases/${notice.id}">${w.notice(minuteIn(notice.due, notice.timezone))}</a>` : ''}${may && isOpen && !notice ? html`<a class="button" href="/desk/plan/announce?year=${year}">${w.announce}</a>` : ''}${may && isOver ? html`<a class="button" href="/desk/plan/close?year=${year}">${w.close}</a>` : ''}${OFFICE_FORMATS.map((format) => html`<a class="button" href="/desk/plan/table.${format}?year=${year}">${w.download(format)}</a>`)}</p>`;
}

/** What announcing would do, once somebody has looked. */
export interface AnnouncementView {
  readonly made: Announcement;
  readonly base: string;
}

export function announceMain(
  year: number,
  typed: { readonly on: string; readonly at: string },
  seen: AnnouncementView | undefined,
  who: Principal,
  words: Messages,
): Html {
  const w = words.years.desk;
  const { plan } = words.desk;
  return html`<h1>${w.announceTitle(year)}</h1><p>${w.announceLead(year)}</p>
<form method="post" action="/desk/plan/announce?year=${year}">${csrf(who)}
${field({ name: 'on', label: w.day, type: 'date', value: typed.on, required: true })}${field({ name: 'at', label: w.time, type: 'time', value: typed.at, required: true })}
<p class="operations"><button${seen ? '' : html` class="main"`}>${plan.check}</button></p></form>
${seen ? announceConfirm(year, seen, who, words) : ''}<p><a href="/desk/plan/?year=${year}">${words.desk.cancel}</a></p>`;
}

function announceConfirm(
  year: number,
  { made, base }: AnnouncementView,
  who: Principal,
  words: Messages,
): Html {
  const w = words.years.desk;
  const { on, due, notice } = made;
  const notes = [made.dayOff, made.unknownBefore].filter((one) => one !== undefined);
  return html`<section><h2>${words.desk.plan.effects}</h2><ul class="effects"><li>${w.would(year, on, notice.name.zh, due)}</li></ul>${notes.map((one) => html`<div class="note-box" role="note"><p>${one}</p></div>`)}
<form method="post" action="/desk/plan/announce?year=${year}">${csrf(who)}<input type="hidden" name="base" value="${base}"><input type="hidden" name="on" value="${on}"><input type="hidden" name="at" value="${due.slice(11)}">
<p class="operations"><button class="main">${w.go}</button></p></form></section>`;
}

export function closeMain(year: number, closing: Closing, who: Principal, words: Messages): Html {
  const w = words.years.desk;
  return html`<h1>${w.closeTitle(year)}</h1><p>${w.closeLead}</p>
${closingBlock(year, closing, who, words)}<p><a href="/desk/plan/?year=${year}">${words.desk.back}</a></p>`;
}

function closingBlock(year: number, closing: Closing, who: Principal, words: Messages): Html {
  const w = words.years.desk;
  switch (closing.kind) {
    case 'closed':
      return html`<p>${w.closed}</p>`;
    case 'wrong':
      return html`<div class="message bad" role="alert"><p>${words.desk.plan.wrong}</p><ul>${closing.problems.map((problem) => html`<li>${problem.say(words.plan).wrong}</li>`)}</ul></div>`;
    case 'to-come':
      return html`<p>${w.toCome(closing.releases.length)}</p>${releaseList(closing.releases, words)}`;
    case 'open':
      return html`<p>${w.open(closing.releases.length)}</p>${releaseList(
        closing.releases.map(({ release }) => release),
        words,
      )}`;
    case 'ready':
      return html`<p>${w.ready(closing.releases.length)}</p><form method="post" action="/desk/plan/close?year=${year}">${csrf(who)}<p class="operations"><button class="main">${w.close}</button></p></form>`;
  }
}

function releaseList(releases: readonly Release[], words: Messages): Html {
  return html`<ul>${releases.map(
    (release) =>
      html`<li><a href="/desk/releases/${release.id}">${titled(release, words)}</a> ${minuteIn(release.due, release.timezone)}</li>`,
  )}</ul>`;
}
