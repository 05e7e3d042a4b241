// The plan at the desk: the year's matrix, and the forms that change it, each with what would come
// of it before anything is saved. Not for changing it: edit.ts.

import { html } from 'hono/html';
import type { Messages } from '../../i18n/index.ts';
import { tellChanges } from '../../i18n/plan-changes.ts';
import type { Html } from '../../lib/html.ts';
import type { Instant } from '../../lib/instant.ts';
import { toDay, weekdayOf } from '../../plan/days.ts';
import { type PlanIssue, showProblem } from '../../plan/issues.ts';
import { matrixOf } from '../../plan/matrix.ts';
import { minuteIn } from '../../plan/time.ts';
import type { Calendar, LocalDate, Release } from '../../plan/types.ts';
import { plainDocument } from '../../plan/yaml.ts';
import { publicStatus } from '../../site/model.ts';
import { titled } from '../../site/names.ts';
import type { Principal } from '../shell/desk.ts';
import { checks, choice, csrf, field, said } from '../shell/frame.ts';
import { monthsOf } from './month-pages.ts';
import { type PlanFileText, type Preview } from './preview.ts';
import { restoreLink } from './restore-link.ts';
import { yearHead } from './year-pages.ts';

export interface PlanView {
  readonly calendar: Calendar;
  readonly years: readonly number[];
  readonly year: number;
  readonly files: readonly PlanFileText[];
  readonly problems: readonly PlanIssue[];
  readonly now: Instant;
}

export function planMain(
  { calendar, years, year, files, problems, now }: PlanView,
  who: Principal,
  words: Messages,
): Html {
  const w = words.desk.plan;
  const errors = problems.filter(({ severity }) => severity === 'error');
  const may = who.may.has('plan');
  return html`<h1>${w.title}</h1>
${errors.length > 0 ? html`<div class="message bad" role="alert"><p>${w.brokenNow}</p><pre>${errors.map((one) => showProblem(one, words.plan)).join('\n')}</pre></div>` : ''}
<p class="operations">${may ? html`<a class="button" href="/desk/plan/table">${words.table.title}</a><a class="button" href="/desk/plan/notice">${w.notice}</a><a class="button" href="/desk/plan/rule">${w.rule}</a>` : ''}${files.map((file) => html`<a class="button" href="/desk/plan/file?name=${encodeURIComponent(file.name)}">${may ? w.edit : w.title}：${file.name}</a>`)}</p>
<p>${years.map((one) => html`<a href="/desk/plan/?year=${one}"${one === year ? html` aria-current="page"` : ''}>${w.matrix(one)}</a> `)}</p>
${yearHead(calendar, year, now, may, words)}
<div class="scroll year" tabindex="0" role="region" aria-label="${w.matrix(year)}">${yearMatrix(calendar, year, may, words)}</div>${monthsOf(calendar, year, may, words)}`;
}

/**
 * Indicators down, months across; each date leads to its release, a cancelled one to where it is
 * put back, for whoever may.
 */
function yearMatrix(calendar: Calendar, year: number, may: boolean, words: Messages): Html {
  const months = Array.from({ length: 12 }, (_, index) => index + 1);
  const cell = (release: Release): Html => {
    const [date = '', time = ''] = minuteIn(release.due, calendar.timezone).split(' ');
    const status = publicStatus(release, calendar);
    const weekday = words.site.weekday(weekdayOf(toDay(date as LocalDate)));
    return html`<a href="/desk/releases/${release.id}" class="${status}">${Number(date.slice(8))}/${weekday} <small>${time}</small>${status === 'confirmed' ? '' : html`<span class="tag">${words.site.status(status)}</span>`}</a>${restoreLink(release, may, words)}`;
  };
  return html`<table class="matrix"><thead><tr><th scope="col">${words.site.indicator}</th>${months.map((month) => html`<th scope="col">${words.site.month(month)}</th>`)}</tr></thead><tbody>${matrixOf(
    calendar,
    year,
  ).map(
    ({ head, cells }) =>
      html`<tr><th scope="row">${titled({ name: head.name, follows: head.follows, period: undefined }, words)}</th>${months.map((month) => html`<td>${(cells.get(month) ?? []).map(cell)}</td>`)}</tr>`,
  )}</tbody></table>`;
}

export function moveMain(
  release: Release,
  kind: 'postpone' | 'cancel',
  isAnnounced: boolean,
  who: Principal,
  words: Messages,
  typed: { date?: string; time?: string; reason?: string } = {},
  ask: readonly string[] = [],
): Html {
  const w = words.desk.plan;
  const when = minuteIn(release.due, release.timezone);
  return html`<h1>${words.desk.operations[kind]}：${titled(release, words)}</h1>
<p>${isAnnounced ? (kind === 'postpone' ? w.moveLead(when) : w.cancelLead) : words.desk.rules.notAnnounced(when)}</p>
<form method="post">${csrf(who)}
${kind === 'postpone' ? html`${field({ name: 'date', label: w.newDate, type: 'date', value: typed.date ?? when.slice(0, 10), required: true })}${field({ name: 'time', label: w.newTime, type: 'time', value: typed.time ?? when.slice(11, 16), required: true })}` : ''}
${field({ name: 'reason', label: words.desk.reasonPublic, type: 'textarea', required: true, value: typed.reason })}
${confirmImmediate(ask, words)}
<p class="operations"><button class="main">${w.check}</button></p></form><p><a href="/desk/releases/${release.id}">${words.desk.cancel}</a></p>`;
}

/** What would become public at once, and the tick that says that this is meant. */
export function confirmImmediate(ask: readonly string[], words: Messages): Html {
  const w = words.desk.plan;
  if (ask.length === 0) return html``;
  return html`${said({ kind: 'bad', text: w.immediateAsk, lines: ask })}<p class="field"><label class="check"><input type="checkbox" name="immediate" value="yes"> ${w.immediate}</label></p>`;
}

export function noticeMain(
  files: readonly PlanFileText[],
  channels: readonly string[],
  who: Principal,
  words: Messages,
  typed: Readonly<Record<string, string>> = {},
  ticked = channels,
  ask: readonly string[] = [],
): Html {
  const w = words.desk.plan;
  return html`<h1>${w.notice}</h1><form method="post">${csrf(who)}
${field({ name: 'zh', label: words.desk.rules.notice.zh, required: true, value: typed.zh })}${field({ name: 'en', label: words.desk.rules.notice.en, value: typed.en })}${field({ name: 'id', label: words.desk.rules.notice.id, value: typed.id })}
${field({ name: 'date', label: w.noticeDate, type: 'date', required: true, value: typed.date })}${field({ name: 'time', label: w.noticeTime, type: 'time', required: true, value: typed.time ?? '10:00' })}
${checks(
  'channels',
  words.desk.rules.notice.channels,
  channels.map((one) => [one, words.channel(one)] as const),
  ticked,
)}
${field({ name: 'category', label: words.desk.rules.notice.category, value: typed.category ?? w.noticeCategory })}
${choice('approval', words.desk.release.approvalRule, approvalChoices(files, words), typed.approval)}
${choice(
  'file',
  words.desk.rules.notice.file,
  files.map(({ name }) => [name, name] as const),
  typed.file,
)}
${ask.length > 0 ? html`${confirmImmediate(ask, words)}${field({ name: 'reason', label: w.immediateReason, required: true, value: typed.reason })}` : ''}
<p class="operations"><button class="main">${w.check}</button></p></form><p><a href="/desk/plan/">${words.desk.cancel}</a></p>`;
}

/** As the plan has it, which is said, or otherwise for this one. */
function approvalChoices(
  files: readonly PlanFileText[],
  words: Messages,
): readonly (readonly [string, string])[] {
  const approvals: Readonly<Record<string, string>> = words.desk.release.approvals;
  const usual = new Set(
    files.map(({ text }) => {
      const said: unknown = plainDocument(text)?.getIn(['defaults', 'approval']);
      return approvals[typeof said === 'string' ? said : 'none'] ?? approvals.none;
    }),
  );
  const all = [...usual].filter((one) => one !== undefined);
  return [['', words.desk.rules.asPlanned(all)], ...Object.entries(approvals)];
}

export interface Rule {
  readonly file: string;
  readonly indicator: string;
  readonly name: string;
  readonly due: string;
  /** The rule as it holds now, as an office says it; undefined where the plan is wrong. */
  readonly inWords: string | undefined;
}

export function ruleMain(rules: readonly Rule[], who: Principal, words: Messages): Html {
  const w = words.desk.plan;
  const { rules: r } = words.desk;
  return html`<h1>${w.rule}</h1><p>${r.lead}</p><details><summary>${r.ways}</summary><table><tbody>${r.samples.map(([code, meaning]) => html`<tr><td><code>${code}</code></td><td>${meaning}</td></tr>`)}</tbody></table></details>${rules.map(
    (
      { file, indicator, name, due, inWords },
      index,
    ) => html`<form method="post" class="row">${csrf(who)}<input type="hidden" name="file" value="${file}"><input type="hidden" name="indicator" value="${indicator}">
<p class="field"><label for="rule-${index}">${name}${inWords === undefined ? '' : `：${inWords}`} <small>${indicator} · ${file}</small></label><input id="rule-${index}" name="due" value="${due}" required spellcheck="false"></p><p><button aria-label="${w.check} ${name}">${w.check}</button></p></form>`,
  )}<p><a href="/desk/plan/">${words.desk.cancel}</a></p>`;
}

/** The text itself. The script makes an editor of it; without one it is a field. */
export function editorMain(
  file: PlanFileText,
  text: string,
  problems: readonly PlanIssue[],
  who: Principal,
  words: Messages,
): Html {
  const w = words.desk.plan;
  const may = who.may.has('plan');
  return html`<h1>${may ? w.editor(file.name) : file.name}</h1>${problemList(problems, words)}
<form method="post" action="/desk/plan/file?name=${encodeURIComponent(file.name)}"${may ? html` data-keep` : ''}>${csrf(who)}<input type="hidden" name="base" value="${file.base}">
<p class="field"><label for="f-text">YAML</label><textarea id="f-text" name="text" rows="30" spellcheck="false" data-editor="${file.name}" data-csrf="${who.csrf}"${may ? '' : html` readonly`}>${text}</textarea></p>
${may ? html`<p class="operations"><button class="main">${w.check}</button></p>` : ''}</form><p><a href="/desk/plan/">${words.desk.back}</a></p>`;
}

export function problemList(problems: readonly PlanIssue[], words: Messages): Html {
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return html``;
  return html`<div class="message bad" role="alert"><p>${words.desk.plan.problems}</p><pre>${errors.map((one) => showProblem(one, words.plan)).join('\n')}</pre></div>`;
}

/** What deserves a second look. */
function notes(problems: readonly PlanIssue[], words: Messages): Html {
  if (problems.length === 0) return html``;
  return html`<div class="message" role="status"><pre>${problems.map((one) => showProblem(one, words.plan)).join('\n')}</pre></div>`;
}

/** What a form says of its change besides: a sentence, and what it is about, a line each. */
export interface FormNote {
  readonly text: string;
  readonly lines: readonly string[];
}

function noteBox({ text, lines }: FormNote): Html {
  return html`<div class="note-box" role="note"><p>${text}</p>${lines.length > 0 ? html`<ul>${lines.map((one) => html`<li>${one}</li>`)}</ul>` : ''}</div>`;
}

/**
 * What saving would do, and the button that saves.
 * @param more what the form says besides
 * @param dates every date, where it is a whole year's
 */
export function planPreviewMain(
  seen: Preview,
  why: string,
  again: string,
  who: Principal,
  words: Messages,
  more: readonly FormNote[] = [],
  dates: Html | string = '',
): Html {
  const w = words.desk.plan;
  const wrong = seen.problems.some(({ severity }) => severity === 'error');
  const told = tellChanges(seen.changes, words.changes);
  return html`<h1>${wrong ? w.wrong : w.previewTitle}</h1>${problemList(seen.problems, words)}${wrong ? '' : notes(seen.problems, words)}${more.map(noteBox)}
${wrong ? '' : html`<section><h2>${w.effects}</h2>${told.length > 0 ? html`<ul class="effects">${told.map((one) => html`<li>${one}</li>`)}</ul>` : html`<p>${w.noEffects}</p>`}</section>`}
${dates === '' ? '' : html`<section><h2>${words.table.datesTitle}</h2>${dates}</section>`}<details><summary>${w.patch}</summary><pre class="patch">${seen.patch
    .split('\n')
    .slice(2)
    .map(
      (
        line,
      ) => html`<span class="${line.startsWith('+') && !line.startsWith('+++') ? 'added' : line.startsWith('-') && !line.startsWith('---') ? 'removed' : ''}">${line}
</span>`,
    )}</pre></details>
<form method="post" action="/desk/plan/save" data-saves="${again}">${csrf(who)}<input type="hidden" name="file" value="${seen.file.name}"><input type="hidden" name="base" value="${seen.file.base}"><textarea name="text" hidden aria-label="YAML">${seen.text}</textarea>
${wrong ? '' : html`${field({ name: 'why', label: w.why, required: true, value: why })}<p class="operations"><button class="main">${words.desk.save}</button></p>`}</form>
<p><a href="${again}">${words.desk.back}</a></p>`;
}
