// Bringing the year's table to the desk, and what was read in it. For reading it see table.ts.

import { html } from 'hono/html';
import type { Messages } from '../../i18n/index.ts';
import type { PlannedDate } from '../../import-export/plan-from-table.ts';
import type { Html } from '../../lib/html.ts';
import { toDay, weekdayOf } from '../../plan/days.ts';
import { groupBy } from '../../plan/group.ts';
import { hasRhythm } from '../../plan/infer/table.ts';
import { ID_LENGTH } from '../../plan/schema.ts';
import type { Principal } from '../shell/desk.ts';
import { choice, csrf, field } from '../shell/frame.ts';
import { type BroughtTable, wrongIds } from './table.ts';

type Typed = Readonly<Record<string, string>>;

export function tableMain(who: Principal, words: Messages, typed: Typed = {}): Html {
  const w = words.table;
  return html`<h1>${w.title}</h1><p>${w.lead}</p>
<form method="post" action="/desk/plan/table" enctype="multipart/form-data">${csrf(who)}
<p class="field"><label for="f-file">${w.file}</label><input id="f-file" name="file" type="file" accept=".xlsx,.docx,.csv,.tsv,.html,.htm,.ics,.md,.txt"></p>
${field({ name: 'pasted', label: w.pasted, type: 'textarea', rows: 8, value: typed.pasted })}
${field({ name: 'year', label: w.year, type: 'number', value: typed.year })}
<p class="operations"><button class="main">${w.read}</button></p></form><p><a href="/desk/plan/">${words.desk.cancel}</a></p>`;
}

/** What the page of a table shows besides the table. */
export interface Review {
  /** The file that it becomes, and whether it takes the place of one. */
  readonly file: string;
  readonly replaces: 'sample' | 'open' | undefined;
  /**
   * `YYYY-MM-DD`, for tables that do not say when they were announced: the day before their year,
   * or today where that is over.
   */
  readonly today: string;
  readonly near: readonly PlannedDate[];
  readonly typed: Typed;
}

/** What was read and what was not, every date, and what somebody has to say of them. */
export function reviewMain(
  table: BroughtTable,
  { file, replaces, today, near, typed }: Review,
  who: Principal,
  words: Messages,
): Html {
  const w = words.table;
  const { year, dates, findings, ids, leftovers } = table;
  const byRule = findings.filter(hasRhythm).reduce((sum, one) => sum + one.byRule, 0);
  const notices = ids.filter((one) => one.isNotice).length;
  const untimed = table.assumptions.find((one) => one.what === 'time')?.count ?? 0;
  return html`<h1>${w.reviewTitle(year)}</h1>
<p>${w.found(ids.length - notices, notices, dates.length, byRule)} ${leftovers.length === 0 ? w.whole : w.notWhole(countOf(leftovers))}</p>
<p>${replaces ? w.replaces(file, replaces === 'sample') : w.becomes(file)}</p>
${leftoverList(table, words)}${skipList(table, words)}${list(words.tables.assumptions(table.assumptions, 'desk'))}
<form method="post" action="/desk/plan/table/review">${csrf(who)}<textarea name="read" hidden aria-label="JSON">${table.read}</textarea><input type="hidden" name="year" value="${year}">
${field({ name: 'title', label: w.planTitle, value: typed.title ?? table.title ?? words.tables.title(year), required: true })}
${field({ name: 'announced', label: w.announced, type: 'date', value: typed.announced ?? table.saidAnnounced ?? today, required: true })}<p class="hint">${w.announcedHow}</p>
${untimed === 0 ? '' : field({ name: 'at', label: w.at(untimed), type: 'time', value: typed.at ?? w.usualAt, required: true })}
<h2>${w.idsTitle}</h2><p>${w.idsLead(ID_LENGTH)}</p>
${idTable(table, typed, words)}
${nearBlock(near, typed, words)}
<h2>${w.datesTitle}</h2><p>${w.datesLead}</p>${datesByMonth(dates, words)}
${leftovers.some((one) => one.isDated) ? html`<p class="field"><label class="check"><input type="checkbox" name="drop" value="yes"${typed.drop === 'yes' ? html` checked` : ''}> ${w.drop(countOf(leftovers.filter((one) => one.isDated)))}</label></p>` : ''}
<p class="operations"><button class="main">${words.desk.plan.check}</button></p></form><p><a href="/desk/plan/table">${words.desk.back}</a></p>`;
}

const countOf = (all: readonly { count: number }[]): number =>
  all.reduce((sum, one) => sum + one.count, 0);
const list = (lines: readonly string[]): Html | string =>
  lines.length === 0 ? '' : html`<ul>${lines.map((one) => html`<li>${one}</li>`)}</ul>`;

/** What has a date in it is seen at once; words without one are there to be looked at. */
function leftoverList({ leftovers }: BroughtTable, words: Messages): Html | string {
  if (leftovers.length === 0) return '';
  const w = words.table;
  const told = (isDated: boolean): string[] =>
    leftovers.filter((one) => one.isDated === isDated).map((one) => words.tables.left(one));
  const [dated, plain] = [told(true), told(false)];
  return html`<section class="note-box" aria-label="${w.leftTitle}"><h2>${w.leftTitle}</h2>${dated.length === 0 ? '' : html`<p>${w.leftDated}</p>${list(dated)}`}${
    plain.length === 0
      ? ''
      : html`<details${dated.length === 0 ? html` open` : ''}><summary>${w.leftPlain(plain.length)}</summary>${list(plain)}</details>`
  }</section>`;
}

function skipList({ findings }: BroughtTable, words: Messages): Html | string {
  const skips = words.tables.skips(findings);
  return skips.length === 0 ? '' : html`<p>${words.tables.skipsLead}</p>${list(skips)}`;
}

function idTable(
  { ids, findings, dates, year }: BroughtTable,
  typed: Typed,
  words: Messages,
): Html {
  const w = words.table;
  const nameOf = (id: string): string => ids.find((one) => one.id === id)?.name.zh ?? id;
  const typedIds = new Map(ids.map(({ given, id }) => [given, typed[`id.${given}`]?.trim() ?? id]));
  const { bad, twice } = wrongIds(typedIds);
  const idField = (given: string, name: string): Html => {
    const value = typedIds.get(given) ?? given;
    const isWrong = bad.includes(value) || twice.includes(value);
    return html`<input name="id.${given}" value="${value}" aria-label="${w.idOf(name)}" required spellcheck="false"${isWrong ? html` aria-invalid="true" autofocus` : ''}>`;
  };
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${w.reviewTitle(year)}"><table><thead><tr>${w.columns.map((one) => html`<th scope="col">${one}</th>`)}</tr></thead><tbody>${ids.map(
    ({ given, id, name, isNotice }) => {
      const finding = isNotice ? undefined : findings.find((one) => one.indicator === id);
      const own = dates.filter((one) => one.given === given || one.given.startsWith(`${given}.`));
      const rule =
        finding && hasRhythm(finding)
          ? words.rules.due(finding.rule, finding.frequency, nameOf)
          : own
              .slice(0, 2)
              .map(({ date }) => w.day(date))
              .join(w.comma);
      const [by, sure] = finding ? words.tables.rhythm(finding) : ['—', w.notice];
      return html`<tr><th scope="row">${name.zh}</th><td>${idField(given, name.zh)}</td><td>${finding ? words.site.frequency(finding.frequency) : w.notice}</td><td>${rule}</td><td>${by}</td><td>${sure}</td></tr>`;
    },
  )}</tbody></table></div>`;
}

/** Dates that are past or near: what is to become of each. */
function nearBlock(near: readonly PlannedDate[], typed: Typed, words: Messages): Html | string {
  if (near.length === 0) return '';
  const w = words.table;
  const options = [
    ['', w.nearChoose] as const,
    ['now', w.nearNow] as const,
    ['out', w.nearOut] as const,
  ];
  return html`<section class="note-box" aria-label="${w.nearTitle}"><h2>${w.nearTitle}</h2><p>${w.nearLead}</p>${near.map(
    (one) => choice(`near.${one.given}`, lineOf(one, words), options, typed[`near.${one.given}`]),
  )}${field({ name: 'reason', label: w.nearReason, value: typed.reason })}</section>`;
}

/** Every date that would come into force, to be laid beside the table. */
export function datesByMonth(dates: readonly PlannedDate[], words: Messages): Html {
  const months = groupBy(
    [...dates].sort((a, b) => a.due - b.due),
    ({ date }) => date.slice(0, 7),
  );
  const isShort = dates.length <= OPEN_AT_MOST;
  return html`${[...months].map(
    ([month, own]) =>
      html`<details class="month"${isShort ? html` open` : ''}><summary>${words.table.month(words.site.month(Number(month.slice(5))), own.length)}</summary><ul>${own.map((one) => html`<li>${lineOf(one, words)}</li>`)}</ul></details>`,
  )}`;
}

/** So many dates are seen at a glance. */
const OPEN_AT_MOST = 15;

function lineOf(
  { date, time, name, period, status, isInterpretation }: PlannedDate,
  words: Messages,
): string {
  const said = status === 'confirmed' ? '' : `（${words.site.status(status)}）`;
  const of = period === undefined ? '' : ` ${words.site.periodName(period)}`;
  return `${words.table.day(date)}（${words.site.weekdayLong(weekdayOf(toDay(date)))}）${time} ${name.zh}${isInterpretation ? `（${words.site.interpretation}）` : ''}${of}${said}`;
}
