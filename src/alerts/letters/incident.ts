// The mail about incidents: what, which channel, due when, how late, why as far as known, what Banli will do, the one command.
// Not for when to write it: incidents.ts.
import { html } from 'hono/html';
import type { Incident, IncidentPart, Letter } from '../../ledger/notebook.ts';
import { minuteIn } from '../../plan/time.ts';
import { instant } from '../../plan/types.ts';
import type { Instant } from '../../plan/types.ts';
import type { Next, Words } from '../../words/index.ts';
import { framed } from './frame.ts';

interface Told {
  readonly head: string;
  readonly facts: readonly string[];
  readonly parts: readonly { readonly what: string; readonly next: string }[];
  readonly command: string | undefined;
  readonly text: string | undefined;
}

/** Writes the letter about incidents that opened, or that ended. */
export function incidentLetter(
  words: Words,
  bureau: string,
  opened: readonly Incident[],
  closed: readonly Incident[],
  now: Instant,
): Pick<Letter, 'subject' | 'text' | 'html'> {
  const w = words.letters;
  const all = opened.length > 0 ? opened : closed;
  const over = opened.length === 0;
  const told = all.map((incident) => (over ? tellOver(words, incident, now) : tell(words, incident, now)));
  const subject = `[${bureau}] ${all.length === 1 ? (told[0]?.head ?? '') : w.several(all.length, over)}`;
  const text = [
    ...told.flatMap((one) => [
      one.head,
      ...one.facts,
      ...one.parts.flatMap((part) => [`  · ${part.what}`, `    ${part.next}`]),
      ...(one.text ? [one.text] : []),
      ...(one.command ? [w.run, `    ${one.command}`] : []),
      '',
    ]),
    w.foot,
  ].join('\n');
  const body = told.map(
    (one) => html`${all.length > 1 ? html`<h2>${one.head}</h2>` : ''}
${one.facts.map((fact) => html`<p>${fact}</p>`)}
${one.parts.map((part) => html`<div class="part"><p><strong>${part.what}</strong></p><p>${part.next}</p></div>`)}
${one.text ? html`<pre>${one.text}</pre>` : ''}
${one.command ? html`<p>${w.run}</p><pre>${one.command}</pre>` : ''}`,
  );
  const heading = all.length === 1 ? (told[0]?.head ?? '') : w.several(all.length, over);
  return { subject, text, html: framed(words, subject, heading, over ? 'good' : 'bad', body) };
}

function tell(words: Words, incident: Incident, now: Instant): Told {
  const w = words.letters;
  if (incident.kind === 'plan') return { head: w.planHead, facts: [w.planFact], parts: [], command: 'npx banli plan check', text: incident.text };
  if (incident.kind === 'clock')
    return {
      head: w.clockHead(incident.subject),
      facts: [w.clockFact(words.span(Math.abs(Number(incident.text))), Number(incident.text) > 0), w.clockHow],
      parts: [],
      command: 'npx banli doctor',
      text: undefined,
    };
  const name = `${incident.title}（${incident.subject}）`;
  const due = incident.due === undefined ? '' : minuteIn(instant(incident.due), incident.timezone);
  const late = incident.due === undefined ? 0 : now - incident.due;
  return {
    head: { missed: w.missedHead, late: w.lateHead, 'at-risk': w.riskHead }[incident.kind](incident.title, incident.subject),
    facts: [w.what(name), w.due(due), late > 0 ? w.late(words.span(late)) : w.left(words.span(-late))],
    parts: incident.parts.map((part) => ({
      what: w.part(words.channel(part.channel), words.reason(part.code, part.detail, part.state)),
      next: w.next(nextOf(part)),
    })),
    command: commandOf(incident),
    text: undefined,
  };
}

function tellOver(words: Words, incident: Incident, now: Instant): Told {
  const w = words.letters;
  const thing = incident.kind === 'plan' ? w.planName : incident.kind === 'clock' ? w.clockName(incident.subject) : undefined;
  const name = thing ?? `${incident.title}（${incident.subject}）`;
  return {
    head: w.overHead(thing ?? incident.title),
    facts: [w.what(name), w.lasted(words.span(now - incident.openedAt))],
    parts: [],
    command: undefined,
    text: undefined,
  };
}

function nextOf(part: IncidentPart): Next {
  if (part.code === 'published-late') return 'done';
  if (part.code === 'approval-missing') return 'waits-for-approval';
  if (part.code?.startsWith('content-')) return 'waits-for-content';
  if (part.code === 'website-held' || part.code === 'website-late') return 'follows-website';
  switch (part.state) {
    case 'held':
      return 'nothing';
    case 'doubtful':
    case 'releasing':
      return 'looks';
    default:
      return 'tries-again';
  }
}

function commandOf(incident: Incident): string {
  const first =
    incident.parts.find((part) => part.state === 'held') ?? incident.parts.find((part) => part.code?.startsWith('content-')) ?? incident.parts[0];
  if (first?.state === 'held') return `npx banli retry ${incident.subject} --channel ${first.channel}`;
  if (first?.code?.startsWith('content-')) return 'npx banli doctor';
  return `npx banli status ${incident.subject}`;
}
