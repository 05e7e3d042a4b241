// The regular letters: the week ahead, the month's look back, the receipt of what came out, the
// test. Not for when they are due: alerts/letter-schedule.ts.

import { html } from 'hono/html';
import type { Messages } from '../../i18n/index.ts';
import type { Incident, IncidentItem } from '../../ledger/incident.ts';
import type { Html } from '../../lib/html.ts';
import type { Instant } from '../../lib/instant.ts';
import { isoIn, minuteIn } from '../../plan/time.ts';
import type { LocalDate, Release } from '../../plan/types.ts';
import type { Written } from '../address-letters.ts';
import { describeIncident } from './describe-incident.ts';
import { reasonText } from './describe-releases.ts';
import { nameForReader } from './incident-text.ts';
import { briefOf, framed } from './letter-frame.ts';

/** One release of the week, and what is lacking. */
export interface WeekRow {
  readonly release: Release;
  readonly state: 'ready' | 'done' | 'lacking';
  readonly lacking: readonly Pick<IncidentItem, 'channels' | 'state' | 'code' | 'detail'>[];
}

/** One channel's month. */
export interface MonthRow {
  readonly channel: string;
  readonly all: number;
  readonly onTime: number;
  readonly late: number;
  readonly missing: number;
  /** The latest of them, ms after its due instant. */
  readonly worst: number;
}

/** An incident that opened in the month. */
export interface MonthIncident {
  readonly at: Instant;
  readonly kind: string;
  readonly subject: string;
  readonly items: readonly IncidentItem[];
  /** How long it lasted, ms. */
  readonly lasted: number | undefined;
}

/** One publication that came out. */
export interface ReceiptLine {
  readonly channel: string;
  readonly at: Instant;
  readonly url: string | undefined;
}

/** Attached to a letter. */
type Files = NonNullable<Written['files']>;

/** What is due from one day to another, what is ready, what is missing. */
export function weekLetter(
  words: Messages,
  bureau: string,
  week: {
    from: LocalDate;
    to: LocalDate;
    rows: readonly WeekRow[];
    open: readonly Incident[];
    now: Instant;
    files: Files;
  },
): Written {
  const w = words.letters;
  const heading = w.weekHead(week.from, week.to);
  const lacking = week.rows.filter((row) => row.state === 'lacking');
  const why = (row: WeekRow): string =>
    row.lacking
      .map((one) => {
        const reason = reasonText(words, one);
        const everywhere = one.channels.length === row.release.settings.channels.length;
        return everywhere ? reason : w.part(one.channels.map(words.channel), reason);
      })
      .join('；');
  const state = (row: WeekRow): string =>
    row.state === 'ready' ? w.ready : row.state === 'done' ? w.done : w.notReady(why(row));
  const lead =
    week.rows.length === 0
      ? w.weekNone
      : lacking.length > 0
        ? w.weekMissing(lacking.length)
        : w.weekReady;
  const cards = week.rows.map((row) => ({
    lacking: row.state === 'lacking',
    what: `${whenIn(words, row.release)} ${w.named(nameForReader(words, row.release.name), row.release.id)}`,
    state: state(row),
    channels: row.release.settings.channels.map(words.channel).join('、'),
  }));
  const lines = cards.map((card) => `  · ${card.what}：${card.state}（${card.channels}）`);
  const heads = week.open.map((one) => describeIncident(words, one, week.now).head);
  const open =
    heads.length === 0
      ? []
      : ['', w.openIncidents(heads.length), ...heads.map((head) => `  · ${head}`)];
  const body = html`<p>${lead}</p>
${cards.map((card) => html`<div class="part${card.lacking ? '' : ' over'}"><p><strong>${card.what}</strong></p><p>${card.state}</p><p class="small">${card.channels}</p></div>`)}
${heads.length > 0 ? html`<p>${w.openIncidents(heads.length)}</p><ul>${heads.map((head) => html`<li>${head}</li>`)}</ul>` : ''}`;
  return report(words, bureau, heading, [lead, ...lines, ...open], body, week.files);
}

/** The due instant with its day of the week. */
function whenIn(words: Messages, { due, timezone }: Release): string {
  const day = new Intl.DateTimeFormat(words.lang, { weekday: 'short', timeZone: timezone }).format(
    due,
  );
  return `${day} ${minuteIn(due, timezone).slice(5)}`;
}

/** Punctuality by channel, and what went wrong. */
export function monthLetter(
  words: Messages,
  bureau: string,
  month: {
    month: string;
    timezone: string;
    rows: readonly MonthRow[];
    incidents: readonly MonthIncident[];
    files: Files;
  },
): Written {
  const w = words.letters;
  const heading = w.monthHead(month.month);
  const sum = (of: 'all' | 'onTime'): number => month.rows.reduce((all, row) => all + row[of], 0);
  const lead = month.rows.length === 0 ? w.monthNone : w.monthFact(sum('all'), sum('onTime'));
  const c = w.monthColumns;
  const cells = month.rows.map((row) => [
    words.channel(row.channel),
    String(row.all),
    String(row.onTime),
    String(row.late),
    String(row.missing),
    row.worst > 0 ? words.span(row.worst) : '',
  ]);
  const incidents = month.incidents.map((one) => {
    const [first] = one.items;
    const what = first
      ? w.named(nameForReader(words, first.name), first.release)
      : words.channel(one.subject);
    return w.monthIncident(
      minuteIn(one.at, month.timezone),
      `${one.kind === 'channel' ? words.channel(one.subject) : (w.kinds[one.kind] ?? one.kind)}：${what}`,
      one.lasted === undefined ? undefined : words.span(one.lasted),
    );
  });
  const headings = [c.channel, c.all, c.onTime, c.late, c.missing, c.worst];
  const lines = cells.map(
    (row) =>
      `  · ${row[0]}：${headings
        .slice(1)
        .flatMap((name, index) => (row[index + 1] ? [`${name} ${row[index + 1]}`] : []))
        .join('，')}`,
  );
  const body = html`<p>${lead}</p>${cells.length > 0 ? tableOf(headings, cells) : ''}
<p>${w.monthIncidents(incidents.length)}</p>${incidents.length > 0 ? html`<ul>${incidents.map((one) => html`<li>${one}</li>`)}</ul>` : ''}`;
  return report(
    words,
    bureau,
    heading,
    [
      lead,
      ...lines,
      '',
      w.monthIncidents(incidents.length),
      ...incidents.map((one) => `  · ${one}`),
    ],
    body,
    month.files,
  );
}

/** What came out at one instant, on which channel, where. */
export function receiptLetter(
  words: Messages,
  bureau: string,
  releases: readonly { release: Release; lines: readonly ReceiptLine[] }[],
  files: Files,
): Written {
  const w = words.letters;
  const [first] = releases;
  const heading = w.receiptHead(
    first ? nameForReader(words, first.release.name) : '',
    releases.length,
  );
  const told = releases.map(({ release, lines }) => ({
    head: w.named(nameForReader(words, release.name), release.id),
    lines: lines.map((line) =>
      w.receiptLine(
        words.channel(line.channel),
        isoIn(line.at, release.timezone).slice(0, 19).replace('T', ' '),
        line.url,
      ),
    ),
  }));
  const body = html`${told.map((one) => html`<p><strong>${one.head}</strong></p><ul>${one.lines.map((line) => html`<li>${line}</li>`)}</ul>`)}`;
  return report(
    words,
    bureau,
    heading,
    told.flatMap((one) => [one.head, ...one.lines.map((line) => `  · ${line}`)]),
    body,
    files,
  );
}

/** That letters arrive. */
export function testLetter(words: Messages, bureau: string, name: string, way: string): Written {
  const w = words.letters;
  return noticeLetter(words, bureau, w.testHead, w.testFact(name, way));
}

/** One thing that somebody should know, and that nothing follows from. */
export function noticeLetter(
  words: Messages,
  bureau: string,
  heading: string,
  fact: string,
): Written {
  return report(words, bureau, heading, [fact], html`<p>${fact}</p>`);
}

function report(
  words: Messages,
  bureau: string,
  heading: string,
  lines: readonly string[],
  body: Html,
  files: Written['files'] = [],
): Written {
  const subject = `[${bureau}] ${heading}`;
  const foot = words.letters.reportFoot;
  return {
    subject,
    text: [...lines, '', foot].join('\n'),
    html: framed(words, subject, heading, 'plain', body, foot),
    brief: briefOf(heading, lines),
    files,
  };
}

function tableOf(headings: readonly string[], rows: readonly (readonly string[])[]): Html {
  return html`<table><thead><tr>${headings.map((one) => html`<th>${one}</th>`)}</tr></thead><tbody>${rows.map(
    (row) =>
      html`<tr>${row.map((cell, index) => html`<td${index === 0 ? html` class="when"` : ''}>${cell}</td>`)}</tr>`,
  )}</tbody></table>`;
}
