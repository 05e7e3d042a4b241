// Which letters follow from what became of incidents, and a copy of each for every person, way and
// address. Not for what becomes of incidents (settle-incidents.ts) nor for words (templates/).

import { randomUUID } from 'node:crypto';
import type { Delivery } from '../ledger/delivery.ts';
import { type Incident, type Severity, toldKey } from '../ledger/incident.ts';
import { type Instant, instant } from '../lib/instant.ts';
import { isLate } from './conditions.ts';
import { MAIL, notBefore, type Person, peopleFor, personKey } from './recipients.ts';

/** Why a letter is written. */
export type LetterEvent = 'opened' | 'raised' | 'escalated' | 'closed';

/** A letter's words, for one person. */
export type Written = Pick<Delivery, 'subject' | 'text' | 'html' | 'brief'> &
  Partial<Pick<Delivery, 'files'>>;
export type LetterWriter = (
  event: LetterEvent,
  incidents: readonly Incident[],
  person: Person,
  now: Instant,
) => Promise<Written>;

/** One letter: the same event about incidents of one thread. */
interface Letter {
  readonly event: LetterEvent;
  readonly incidents: readonly Incident[];
  readonly thread: string | undefined;
  readonly people: readonly Person[];
}

/** `over`: ended, and not told yet. */
export type Happened = { readonly event: LetterEvent | 'over'; readonly incident: Incident };

export function lettersOf(
  events: readonly Happened[],
  { people }: { readonly people: readonly Person[] },
): Letter[] {
  const letters = new Map<string, Letter>();
  for (const { event, incident } of events) {
    if (event === 'over') continue;
    const able = people.filter((person) => canHear(person, incident));
    const told = peopleFor(able, incident.severity, incident.level);
    const to = event === 'escalated' ? told.slice(-1) : told;
    const key = `${event} ${incident.thread} ${to.map(({ name }) => name).join()}`;
    const before = letters.get(key);
    letters.set(key, {
      event,
      people: to,
      thread: incident.thread,
      incidents: [...(before?.incidents ?? []), incident],
    });
  }
  return [...letters.values()];
}

export async function deliveriesOf(
  { event, incidents, thread, people }: Letter,
  now: Instant,
  write: LetterWriter,
): Promise<Delivery[]> {
  const [first] = incidents;
  if (!first) return [];
  const letter = event === 'opened' ? first.thread : randomUUID();
  const severity: Severity = incidents.some((one) => one.severity === 'missed')
    ? 'missed'
    : 'warning';
  const made = await Promise.all(
    people.map(async (person) => {
      const written = await write(event, incidents, person, now);
      return copies(
        { ...written, letter, thread: event === 'opened' ? undefined : thread },
        event,
        severity,
        person,
        now,
        first.timezone,
        incidents,
      );
    }),
  );
  return [...new Map(made.flat().map((one) => [one.id, one])).values()];
}

/** That a way or an address fails is not told by it. */
export function canHear({ ways, mail }: Person, { kind, subject, severity }: Incident): boolean {
  if (kind !== 'mail') return true;
  return ways[severity].some(
    (way) => way !== subject && (way !== MAIL || mail.some((address) => address !== subject)),
  );
}

/**
 * A letter to one person, by each of their ways and to each of their addresses; by mail or robot
 * alike it waits for the end of their quiet hours unless something is missed.
 */
export function copies(
  letter: Written & { readonly letter: string; readonly thread: string | undefined },
  event: string,
  severity: Severity,
  person: Person,
  now: Instant,
  timezone: string,
  incidents: readonly Incident[] = [],
): Delivery[] {
  const fails = (subject: string): boolean =>
    incidents.some((one) => one.kind === 'mail' && one.subject === subject);
  const usable = person.ways[severity].filter((way) => !fails(way));
  const missed = event === 'closed' ? [] : incidents.filter((one) => one.severity === 'missed');
  const late = missed.map((one) => [
    one.id,
    one.items.filter((item) => isLate(item, one)).map((item) => toldKey(item.release, item.due)),
  ]);
  const make = (way: string, id: string, address?: string): Delivery => ({
    ...letter,
    files: letter.files ?? [],
    id: `${letter.letter}~${id}`,
    person: person.name,
    way,
    ...(address === undefined ? {} : { address }),
    severity,
    event,
    incidents: incidents.map((one) => one.id),
    ...(late.length === 0 ? {} : { late: Object.fromEntries(late) as Record<string, string[]> }),
    at: now,
    notBefore: instant(notBefore(person, severity, now, timezone)),
    tries: 0,
  });
  const own = personKey(person.name);
  return usable.flatMap((way) => {
    // A robot speaks to a group: once, though two of its members are told.
    if (way !== MAIL) return [make(way, way)];
    const [only, ...more] = person.mail;
    if (more.length === 0) return [make(MAIL, `${own}~${MAIL}`, only)];
    // One address that is refused keeps no other from being served.
    const served = person.mail.filter((address) => !fails(address));
    return served.map((address) => make(MAIL, `${own}~${personKey(address)}~${MAIL}`, address));
  });
}
