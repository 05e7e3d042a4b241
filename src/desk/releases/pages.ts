// Releases as publications: today's page, one release with all that can be done, and the page that asks
// before anything is. Not for doing it: operations/operations.ts.

import { html } from 'hono/html';
import type { Messages } from '../../i18n/index.ts';
import type { Html } from '../../lib/html.ts';
import type { ApprovalStatus } from '../../operations/approvals.ts';
import type { OperationName } from '../../operations/operations.ts';
import type { ApprovalStep } from '../../operations/roles.ts';
import { minuteIn } from '../../plan/time.ts';
import type { Release } from '../../plan/types.ts';
import {
  actorName,
  detailText,
  eventName,
  type PeopleNames,
  subjectName,
} from '../journal/event-words.ts';
import type { JournalEntryText } from '../journal/journal.ts';
import { expectedBlock } from '../plan/date-pages.ts';
import type { FirstStep } from '../settings/first-hour.ts';
import { firstHour } from '../settings/first-hour-page.ts';
import type { Principal } from '../shell/desk.ts';
import { csrf, field } from '../shell/frame.ts';
import type { Compared } from './compare.ts';
import { comparedBlock } from './compare-page.ts';
import type { Expectation } from './expected.ts';
import type {
  IncidentSummary,
  OfferedOperation,
  PublicationStatus,
  ReleaseSummary,
  Today,
} from './summaries.ts';

const STEPS = ['staged', 'public', 'verified'] as const;

/**
 * Channels one under the other; what holds several of them back alike is said once, below the last
 * of them.
 */
function publicationList(
  publications: readonly PublicationStatus[],
  words: Messages,
  wide = false,
): Html {
  const rows = publications.map((publication, index) =>
    publicationRow(
      publication.note === publications[index + 1]?.note
        ? { ...publication, note: '' }
        : publication,
      words,
    ),
  );
  return html`<ul class="publications${wide ? ' wide' : ''}" aria-label="${words.desk.today.publications}">${rows}</ul>`;
}

/** One channel's way: three stations, and why it stands still. */
function publicationRow(publication: PublicationStatus, words: Messages): Html {
  const w = words.desk.today;
  const mark = publication.bad
    ? '!'
    : publication.step >= 3
      ? '✓'
      : publication.step === 2
        ? '●'
        : publication.step === 1
          ? '◐'
          : '○';
  return html`<li class="publication${publication.bad ? ' bad' : ''} step${publication.step}"><span class="mark" aria-hidden="true">${mark}</span><span class="channel">${publication.channelName}</span>
<span class="way" aria-hidden="true">${STEPS.map((_, index) => html`<i class="${publication.step > index ? 'on' : ''}"></i>`)}</span>
<span class="state">${publication.url ? html`<a href="${publication.url}" rel="noopener">${publication.stateName}</a>` : publication.stateName}${publication.lateMinutes > 0 ? html` <strong>${w.lateBy(publication.lateMinutes)}</strong>` : ''}</span>${publication.note ? html`<span class="note">${publication.note}</span>` : ''}</li>`;
}

function operationLink(
  summary: ReleaseSummary,
  operation: OfferedOperation,
  words: Messages,
): Html {
  return html`<a class="button${operation === 'withdraw' || operation === 'cancel' ? ' grave' : ''}" href="/desk/releases/${summary.id}/${operation}" aria-label="${words.desk.operations[operation]} ${summary.name}">${words.desk.operations[operation]}</a>`;
}

/** What there is to do about a release without a text, by whoever may write it. */
function writeLink({ id, name, needsText }: ReleaseSummary, words: Messages): Html {
  const { write } = words.desk.release;
  return needsText
    ? html`<a class="button main" href="/desk/content/${id}" aria-label="${write} ${name}">${write}</a>`
    : html``;
}

/** What is offered without opening the release: not the grave ones. */
const QUICK: readonly string[] = [
  'publish',
  'retry',
  'hold',
  'expected',
  'approve',
  'by-hand',
  'done',
];

export function cardBlock(summary: ReleaseSummary, words: Messages): Html {
  // Publishing by hand is offered here where something is late or held; else on the release's own
  // page alone, which says why not. Approving what is public already, for a correction, is on the
  // release's own page too.
  const isWaited = summary.publications.some(
    ({ state }) => state === 'planned' || state === 'held',
  );
  const fits: Readonly<Record<string, boolean>> = {
    publish: summary.isDue && summary.publications.some(({ bad }) => bad),
    approve: isWaited,
    done: summary.isDue,
  };
  const quick = summary.operations.filter(
    (operation) => QUICK.includes(operation) && fits[operation] !== false,
  );
  return html`<article class="card${summary.publications.some(({ bad }) => bad) ? ' bad' : ''}"><header><time datetime="${summary.due}">${summary.dueText}</time>
<h3><a href="/desk/releases/${summary.id}">${summary.name}</a></h3>${summary.status === 'confirmed' ? '' : html`<span class="tag">${summary.statusName}</span>`}</header>
${publicationList(summary.publications, words)}
${quick.length > 0 || summary.needsText ? html`<p class="operations">${writeLink(summary, words)}${quick.map((operation) => operationLink(summary, operation as OfferedOperation, words))}</p>` : ''}</article>`;
}

export function incidentList(
  incidents: readonly IncidentSummary[],
  who: Principal,
  words: Messages,
): Html {
  return html`<ul class="incidents">${incidents.map(
    (
      one,
    ) => html`<li class="${one.severity}"><strong>${one.severityName}</strong> ${one.head} <span class="note">${one.openedText}${one.acknowledged ? ` · ${words.desk.incidents.columns.by} ${one.acknowledged}` : ''}</span>
${one.releases.map((id) => html` <a href="/desk/releases/${id}">${id}</a>`)}${one.text ? html`<pre>${one.text}</pre>` : ''}${one.kind.startsWith('plan') ? html` <a href="/desk/plan/">${words.desk.nav.plan}</a>` : ''}
${who.may.has('operate') && one.acknowledged === undefined ? html`<form method="post" action="/desk/incidents/${one.id}/ack" class="inline">${csrf(who)}<button>${words.desk.incidents.ack}</button></form>` : ''}</li>`,
  )}</ul>`;
}

/**
 * @param settings what is to be said of them, the first line as a sentence
 * @param isHeard whether anybody is written to when something goes wrong
 */
export function todayMain(
  today: Today,
  who: Principal,
  words: Messages,
  [changed, ...lines]: readonly string[] = [],
  steps?: readonly FirstStep[],
  isHeard = true,
): Html {
  const w = words.desk.today;
  // What went wrong comes first: that all is ready is not said beside it, and what is left to do is
  // folded away.
  const isReady = steps?.every(({ done }) => done) ?? false;
  const isWrong =
    today.incidents.length > 0 ||
    [...today.now, ...today.before].some(({ publications }) => publications.some(({ bad }) => bad));
  const section = (title: string, cards: readonly ReleaseSummary[]): Html =>
    html`<section><h2>${title}</h2>${cards.length > 0 ? html`<div class="cards">${cards.map((summary) => cardBlock(summary, words))}</div>` : html`<p class="note">${words.desk.nothing}</p>`}</section>`;
  return html`<h1>${w.title} <span class="live" hidden>${w.live}</span></h1>
${changed === undefined ? '' : html`<div class="note-box" role="note"><p>${changed}</p>${lines.map((line) => html`<p>${line}</p>`)}</div>`}${steps && !(isReady && isWrong) ? firstHour(steps, isWrong, who, words) : ''}<section><h2>${w.attention}</h2>${today.incidents.length > 0 ? incidentList(today.incidents, who, words) : isHeard ? html`<p class="calm">✓ ${w.calm}</p>` : html`<p>${w.unheard}</p>`}</section>
${today.older.length > 0 ? section(w.older, today.older) : ''}${section(w.now, today.now)}${section(w.week, today.week)}${section(w.before, today.before)}`;
}

export interface ReleaseView {
  readonly summary: ReleaseSummary;
  readonly release: Release;
  readonly standing: ApprovalStatus;
  /** What is wrong with the content, a line each; undefined: there is none. */
  readonly flaws: readonly string[] | undefined;
  readonly events: readonly JournalEntryText[];
  readonly people: PeopleNames;
  /** What is public is another text than the one in the folder. */
  readonly differs: boolean;
  /** What the public pages say of it where it is late. */
  readonly late: Expectation | undefined;
}

export function releaseMain(
  { summary, release, standing, flaws, events, people, differs, late }: ReleaseView,
  who: Principal,
  words: Messages,
): Html {
  const w = words.desk.release;
  // Its form stands on this page.
  const can = summary.operations.filter((operation) => operation !== 'expected');
  const isWithdrawn = summary.publications.every(({ state }) => state === 'withdrawn');
  return html`<p><a href="/desk/">${words.desk.back}</a></p>
<h1>${summary.name}</h1>
<dl class="facts"><dt>${w.due}</dt><dd><time datetime="${summary.due}">${summary.dueText}</time></dd><dt>${w.status}</dt><dd>${summary.statusName}${release.reason ? `：${release.reason}` : ''}</dd><dt>${w.approvalRule}</dt><dd>${w.approvals[release.settings.approval]}</dd><dt>${w.id}</dt><dd>${summary.id}</dd></dl>
<section><h2>${w.publications}</h2>${publicationList(summary.publications, words, true)}</section>
${late ? lateBlock(summary, release, late, who, words) : ''}<section><h2>${w.actions}</h2>${can.length > 0 || summary.needsText ? html`<p class="operations">${writeLink(summary, words)}${can.map((operation) => operationLink(summary, operation as OfferedOperation, words))}</p>` : html`<p class="note">${w.nothingToDo}</p>`}</section>
<section><h2>${w.content}</h2>${flaws === undefined ? html`<p>${w.contentMissing}</p>` : flaws.length > 0 ? html`<p>${w.contentFlawed}</p><ul>${flaws.map((one) => html`<li>${one}</li>`)}</ul>` : html`<p>✓ ${w.contentReady}</p>`}${differs ? html`<p class="message" role="note">${words.desk.compare.differs}</p>` : ''}
<p class="operations">${who.may.has('content') ? html`<a class="button" href="/desk/content/${summary.id}">${w.edit}</a>` : ''}<a class="button" href="/desk/content/${summary.id}/preview">${w.preview}</a></p></section>
${release.settings.approval === 'none' ? '' : approvalsBlock(standing, release, people, isWithdrawn, words)}
<section><h2>${w.history}</h2><div class="scroll" tabindex="0" role="region" aria-label="${w.history}">${eventsTable(events, words, release.timezone, people)}</div></section>`;
}

function lateBlock(
  summary: ReleaseSummary,
  release: Release,
  late: Expectation,
  who: Principal,
  words: Messages,
): Html {
  const isEditable = summary.operations.includes('expected');
  return html`<section><h2>${words.desk.dates.expected}</h2>${isEditable ? expectedBlock(release, late, who, words) : html`<p>${late.said}</p>`}</section>
`;
}

function approvalsBlock(
  { digest, given, void: over, next }: ApprovalStatus,
  { timezone }: Release,
  people: PeopleNames,
  isWithdrawn: boolean,
  words: Messages,
): Html {
  const w = words.desk.approvals;
  const called = (person: string): string => people.get(person) ?? person;
  // Nobody has to approve what never comes out again.
  const waits = next === 'any' ? w.any : next && w.waiting(w.steps[next]);
  const last = next === undefined ? `✓ ${w.complete}` : isWithdrawn ? undefined : waits;
  const step = (one: string | undefined): string =>
    one === undefined ? '' : (w.steps[one as ApprovalStep] ?? one);
  return html`<section><h2>${w.title}</h2><ul>${given.map((one) => html`<li>✓ ${w.given(step(one.step), called(one.person), minuteIn(one.at, timezone), one.from ?? '')}</li>`)}${over.map((one) => html`<li class="void">✕ ${w.void(called(one.person), minuteIn(one.at, timezone))}</li>`)}${last === undefined ? '' : html`<li>${last}</li>`}</ul>
${digest ? html`<p class="note">${w.digest}：<code>${digest.slice(0, 16)}</code></p>` : ''}</section>`;
}

export function eventsTable(
  events: readonly JournalEntryText[],
  words: Messages,
  timezone: string,
  people: PeopleNames,
): Html {
  const c = words.desk.journal.columns;
  return html`<table class="events"><thead><tr>${[c.time, c.event, c.subject, c.actor, c.detail].map((one) => html`<th scope="col">${one}</th>`)}</tr></thead><tbody>${events.map(
    (one) =>
      html`<tr><td class="when">${one.at.slice(0, 19).replace('T', ' ')}</td><td>${eventName(one, words)}</td><td>${subjectName(one, words)}</td><td title="${one.actor}">${actorName(one, words, people)}</td><td class="detail">${detailText(one, words, timezone)}</td></tr>`,
  )}</tbody></table>`;
}

/** The text that is approved, as the public will read it. */
function looked(
  summary: ReleaseSummary,
  weibo: readonly { readonly channel: string; readonly text: string }[],
  words: Messages,
): Html {
  const w = words.desk.preview;
  return html`<section class="preview"><h2>${w.title}</h2><iframe class="wide" src="/desk/preview/releases/${summary.id}/" title="${w.title}"></iframe>
${weibo.map(({ channel, text }) => html`<h3>${channel}</h3><blockquote>${text}</blockquote>`)}<p><a class="button" href="/desk/content/${summary.id}/preview" target="_blank" rel="noopener">${w.open}</a></p></section>
`;
}

/** What keeps a text from taking the place of what is public. */
const refusedLines = (compared: Compared | undefined, words: Messages): Html | undefined =>
  compared && compared.refused.length > 0
    ? html`${words.desk.compare.cannot}<ul>${compared.refused.map((line) => html`<li>${line}</li>`)}</ul>`
    : undefined;

/** What will happen, on which channel, and the button. */
export function confirmMain(
  operation: OperationName,
  summary: ReleaseSummary,
  options: {
    publications: readonly PublicationStatus[];
    reason: 'public' | 'colleagues' | undefined;
    oneChannel: boolean;
    early: string | undefined;
    hindrance: string | undefined;
    digest: string | undefined;
    /** Of a correction, and of its approval: what it would change. */
    compared: Compared | undefined;
    /** Of an approval: what goes to Weibo, by channel, where it is not made of the text. */
    weibo: readonly { readonly channel: string; readonly text: string }[];
    /** The newest task that is shown. */
    seen: number | undefined;
  },
  who: Principal,
  words: Messages,
): Html {
  const w = words.desk;
  const head = html`<h1>${w.operations[operation]}：${summary.name}</h1>`;
  const back = html`<p><a href="/desk/releases/${summary.id}">${w.cancel}</a></p>`;
  // Whoever approves sees what would change, and is kept from nothing by it.
  const correction = operation === 'correct' ? options.compared : undefined;
  const same = correction?.isSame ? w.compare.same : undefined;
  const stop =
    options.early ??
    options.hindrance ??
    same ??
    refusedLines(correction, words) ??
    (options.publications.length === 0 ? w.refused.doesNotFit(w.operations[operation]) : undefined);
  if (stop !== undefined)
    return html`${head}<div class="message bad" role="alert">${stop}</div>${back}`;
  return html`${head}<p>${w.will[operation]}</p>
${publicationList(options.publications, words, true)}
${options.compared && !options.compared.isSame ? comparedBlock(options.compared, words) : ''}${operation === 'approve' || operation === 'correct' ? looked(summary, options.weibo, words) : ''}<form method="post" class="confirm">${csrf(who)}
${options.oneChannel && options.publications.length > 1 ? html`<p class="field"><label for="f-channel">${w.release.channel}</label><select id="f-channel" name="channel"><option value="">${w.all}</option>${options.publications.map((publication) => html`<option value="${publication.channel}">${publication.channelName}</option>`)}</select></p>` : ''}
${options.seen === undefined ? '' : html`<input type="hidden" name="seen" value="${options.seen}">`}${options.digest === undefined ? '' : html`<input type="hidden" name="digest" value="${options.digest}">`}
${options.reason === undefined ? '' : options.reason === 'public' ? field({ name: 'reason', label: w.reasonPublic, type: 'textarea', required: true }) : field({ name: 'reason', label: w.reasonOwn, type: 'textarea' })}
${operation === 'done' ? html`${field({ name: 'url', label: words.manual.url })}${field({ name: 'note', label: words.manual.note })}` : ''}<p class="operations"><button class="main">${w.confirm}</button></p></form>${back}`;
}
