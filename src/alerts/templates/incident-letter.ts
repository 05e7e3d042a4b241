// The letter about incidents: what, which channel, due when, how late, why as far as known, what
// Banli will do, buttons, and last what to run on the server. Not for when to write it
// (settle-incidents.ts) nor for each kind's own words (describe-incident.ts).
import { html } from 'hono/html';
import type { Messages } from '../../i18n/index.ts';
import type { Incident } from '../../ledger/incident.ts';
import type { Instant } from '../../lib/instant.ts';
import type { LetterEvent, Written } from '../address-letters.ts';
import { actName, type LinkAction } from '../mail-links.ts';
import { describeClosed, describeIncident } from './describe-incident.ts';
import { type DeskPage, pagesFor } from './desk-links.ts';
import type { IncidentText } from './incident-text.ts';
import { briefOf, framed } from './letter-frame.ts';

/** Addresses of pages that ask to confirm, by what they do. */
export type Links = Readonly<Record<string, string>>;

export interface IncidentLetter {
  readonly event: LetterEvent;
  readonly incidents: readonly Incident[];
  readonly now: Instant;
  /** Whoever was told before, for an escalation. */
  readonly before?: string | undefined;
  /** Of one incident, for this person. */
  readonly links?: ((incident: Incident) => Links) | undefined;
  /** How long the links last, ms. */
  readonly linkLife?: number;
  /** Where the desk is, with a slash at the end. */
  readonly desk?: string;
}

/** Writes a letter about incidents that opened, got worse, were not answered, or ended. */
export function incidentLetter(
  words: Messages,
  bureau: string,
  { event, incidents, now, before, links, linkLife = 0, desk }: IncidentLetter,
): Written {
  const w = words.letters;
  const over = event === 'closed';
  const told = incidents.map((incident): Line => {
    if (over)
      return {
        ...describeClosed(words, incident, now),
        number: undefined,
        pages: [],
        links: [],
        staff: undefined,
      };
    const one = describeIncident(words, incident, now);
    const acknowledged = incident.acknowledged?.by;
    return {
      ...one,
      number: w.number(incident.id, acknowledged),
      pages: desk === undefined ? [] : pagesFor(words, incident, desk),
      links: Object.entries(links?.(incident) ?? {}).map(([act, url]) => {
        const name = actName(act as LinkAction, incident.items, now);
        return [act, w.acts[name] ?? name, url] as const;
      }),
      staff: w.staff([
        ...one.commands,
        ...(acknowledged === undefined ? [words.command(`ack ${incident.id}`)] : []),
      ]),
    };
  });
  const [first] = told;
  const single = told.length === 1 ? (first?.head ?? '') : w.several(told.length, over);
  const heading = event === 'escalated' ? w.escalatedHead(single) : single;
  const subject = `[${bureau}] ${heading}`;
  const since = incidents[0]?.openedAt ?? now;
  const lead =
    event === 'escalated' ? [w.escalatedFact(words.span(now - since), before ?? '')] : [];
  const text = [...lead, ...told.flatMap(linesOf), w.foot].join('\n');
  const withLinks = told.some((one) => one.links.length > 0);
  const body = html`${lead.map((fact) => html`<p>${fact}</p>`)}
${told.map(
  (one) => html`${told.length > 1 ? html`<h2>${one.head}</h2>` : ''}
${one.facts.map((fact) => html`<p>${fact}</p>`)}
${one.parts.map((part) => html`<div class="part${over ? ' over' : ''}"><p><strong>${part.what}</strong></p>${part.next ? html`<p>${part.next}</p>` : ''}</div>`)}
${one.text ? html`<pre>${one.text}</pre>` : ''}
${one.pages.length + one.links.length > 0 ? html`<p class="acts">${one.pages.map(([label, url]) => html`<a class="act" href="${url}">${label}</a> `)}${one.links.map(([act, label, url]) => html`<a class="act ${act}" href="${url}">${label}</a> `)}</p>` : ''}
${one.number ? html`<p class="small">${one.number}</p>` : ''}${one.staff ? html`<p class="small">${one.staff}</p>` : ''}`,
)}
${withLinks ? html`<p class="small">${w.actsHow(words.span(linkLife))}</p>` : ''}`;
  return {
    subject,
    text,
    html: framed(words, subject, heading, over ? 'good' : 'bad', body, w.foot),
    brief: briefOf(heading, [
      ...lead,
      ...told.flatMap((one) => linesOf({ ...one, head: told.length > 1 ? one.head : '' })),
    ]),
  };
}

type Line = IncidentText & {
  readonly number: string | undefined;
  readonly pages: readonly DeskPage[];
  readonly links: readonly (readonly [act: string, label: string, url: string])[];
  readonly staff: string | undefined;
};

function linesOf(one: Line): string[] {
  return [
    ...(one.head ? [one.head] : []),
    ...one.facts,
    ...one.parts.flatMap((part) => [
      `  · ${part.what}`,
      ...(part.next ? [`    ${part.next}`] : []),
    ]),
    ...(one.text ? [one.text] : []),
    ...one.pages.map(([label, url]) => `${label}：${url}`),
    ...one.links.map(([, label, url]) => `${label}：${url}`),
    ...(one.number ? [one.number] : []),
    ...(one.staff ? [one.staff] : []),
    '',
  ];
}
