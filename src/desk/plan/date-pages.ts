// The forms that put a cancelled release back and say when a late one is expected, each with what
// the public reads of it. Not for moving or cancelling one: pages.ts.

import { html } from 'hono/html';
import type { Messages } from '../../i18n/index.ts';
import type { Html } from '../../lib/html.ts';
import { minuteIn } from '../../plan/time.ts';
import type { Release } from '../../plan/types.ts';
import { titled } from '../../site/names.ts';
import type { Expectation } from '../releases/expected.ts';
import type { Desk, Principal } from '../shell/desk.ts';
import { csrf, field } from '../shell/frame.ts';
import { promisedBefore } from './edit.ts';
import { confirmImmediate } from './pages.ts';

interface Typed {
  readonly date?: string;
  readonly time?: string;
  readonly reason?: string;
}

/** @param ask what would become public at once */
export function restoreMain(
  desk: Desk,
  release: Release,
  who: Principal,
  words: Messages,
  typed: Typed = {},
  ask: readonly string[] = [],
): Html {
  const { plan: w, dates } = words.desk;
  const promised = promisedBefore(desk, release);
  const when = minuteIn(promised ?? release.due, release.timezone);
  return html`<h1>${words.desk.operations.restore}：${titled(release, words)}</h1>
<p>${dates.cancelledNow(release.reason)}</p>
<p>${promised === undefined ? dates.restoreLeadUnpromised(when) : dates.restoreLead(when)}</p>
<form method="post">${csrf(who)}
${dateAndTime(typed, when, [w.newDate, w.newTime])}
${field({ name: 'reason', label: words.desk.reasonPublic, type: 'textarea', required: true, value: typed.reason })}
${confirmImmediate(ask, words)}
<p class="operations"><button class="main">${w.check}</button></p></form><p><a href="/desk/releases/${release.id}">${words.desk.cancel}</a></p>`;
}

export function expectedMain(
  release: Release,
  now: Expectation,
  who: Principal,
  words: Messages,
  typed: Typed = {},
): Html {
  const w = words.desk.dates;
  return html`<h1>${w.expected}：${titled(release, words)}</h1>
<p>${w.expectedLead(minuteIn(release.due, release.timezone))}</p>
${expectedBlock(release, now, who, words, typed)}<p><a href="/desk/releases/${release.id}">${words.desk.cancel}</a></p>`;
}

/** What the public pages say of what is late, and the form that changes it. */
export function expectedBlock(
  release: Release,
  { at, isOver, said }: Expectation,
  who: Principal,
  words: Messages,
  typed: Typed = {},
): Html {
  const w = words.desk.dates;
  const fields = dateAndTime(typed, at ?? '', [w.expectedDate, w.expectedTime]);
  const form = html`<form method="post" action="/desk/releases/${release.id}/expected" class="one-line">${csrf(who)}${fields}
<p class="operations"><button class="main">${words.desk.plan.check}</button>${at === undefined ? '' : html`<button name="away" value="yes" formnovalidate>${w.takeAway}</button>`}</p></form>`;
  return html`${isOver && at !== undefined ? html`<p>${w.expectedOver(at)}</p>` : ''}<p>${said}</p>${form}`;
}

function dateAndTime(
  { date, time }: Typed,
  when: string,
  [dateLabel, timeLabel]: readonly [string, string],
): Html {
  return html`${field({ name: 'date', label: dateLabel, type: 'date', value: date ?? when.slice(0, 10), required: true })}${field({ name: 'time', label: timeLabel, type: 'time', value: time ?? when.slice(11, 16), required: true })}`;
}
