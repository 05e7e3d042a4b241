// Letters of the outbox to the people, by their ways: once each, in order, again with growing waits
// until they are taken. Not for writing them.
import type { Delivery } from '../ledger/delivery.ts';
import type { Incident } from '../ledger/incident.ts';
import type { IncidentStore } from '../ledger/incident-store.ts';
import type { Journal } from '../ledger/journal.ts';
import type { Clock } from '../lib/clock.ts';
import { messageOf } from '../lib/errors.ts';
import { type Instant, instant } from '../lib/instant.ts';
import { copies } from './address-letters.ts';
import { MAIL, NOTICE, type Person, peopleFor, reached } from './recipients.ts';
import { noteLevel } from './settle-incidents.ts';
import { GIVE_UP_MS, SendError, type Transport, waitAfter } from './transport.ts';
import { dingtalkWay } from './transports/dingtalk.ts';
import { type MailOptions, mailWay } from './transports/mail.ts';
import { webhookWay } from './transports/webhook.ts';
import { wecomWay } from './transports/wecom.ts';

export type TransportOptions =
  | { readonly kind: 'wecom'; readonly url: string }
  | { readonly kind: 'dingtalk'; readonly url: string; readonly secret?: string | undefined }
  | { readonly kind: 'webhook'; readonly url: string; readonly secret: string };

export type Transports = Map<string, Transport>;

/** Every configured way by its name. */
export function makeTransports(
  mail: MailOptions | undefined,
  others: ReadonlyMap<string, TransportOptions>,
  clock: Clock,
): Transports {
  const ways = new Map<string, Transport>();
  if (mail) ways.set(MAIL, mailWay(mail));
  for (const [name, options] of others) ways.set(name, makeWay(options, clock));
  return ways;
}

/** Makes some of them anew, as their options are now. */
export function renewTransports(
  ways: Transports,
  names: ReadonlySet<string>,
  {
    mail,
    alerts,
  }: {
    readonly mail: MailOptions | undefined;
    readonly alerts: { readonly ways: ReadonlyMap<string, TransportOptions> };
  },
  clock: Clock,
): void {
  for (const [name, way] of makeTransports(mail, alerts.ways, clock)) {
    if (!names.has(name)) {
      way.close();
      continue;
    }
    ways.get(name)?.close();
    ways.set(name, way);
  }
}

function makeWay(options: TransportOptions, clock: Clock): Transport {
  switch (options.kind) {
    case 'wecom':
      return wecomWay(options);
    case 'dingtalk':
      return dingtalkWay(options, clock);
    case 'webhook':
      return webhookWay(options, clock);
  }
}

/** What came of a try. */
export type Sent =
  | { readonly result: 'sent' }
  /** No such way is configured any more, or it was tried for days and what it tells is over. */
  | { readonly result: 'dropped'; readonly why: string }
  /** Nobody of that name is configured any more: these go out in its place. */
  | { readonly result: 'moved'; readonly deliveries: readonly Delivery[] }
  | { readonly result: 'later'; readonly delivery: Delivery };

/** Where a letter is tried: who is configured now, what is open, and what else waits. */
export interface DeliveryContext {
  readonly people: readonly Person[];
  readonly ways: Transports;
  readonly incidents: readonly Incident[];
  readonly waiting: readonly Delivery[];
}

/** Tries one letter once. It is never given up while what it tells is still open. */
export async function trySend(
  delivery: Delivery,
  around: DeliveryContext,
  now: Instant,
): Promise<Sent> {
  const { people, ways } = around;
  const open = openIn(delivery, around.incidents);
  const way = ways.get(delivery.way);
  const person = readerOf(delivery, people);
  if (!person) {
    const deliveries = moved(delivery, around, now);
    if (deliveries) return { result: 'moved', deliveries };
    if (open.length === 0) return { result: 'dropped', why: delivery.person };
    // Nobody at all is to be told of this: until somebody is.
    return {
      result: 'later',
      delivery: { ...delivery, notBefore: now + waitAfter(delivery.tries, true) },
    };
  }
  // What is missed and was told by no other way is written anew by the next sweep.
  if (!way) return { result: 'dropped', why: delivery.way };
  try {
    await way.send(delivery, person);
    return { result: 'sent' };
  } catch (error) {
    const lasting = error instanceof SendError && error.lasting;
    const why = messageOf(error);
    if (open.length === 0 && now - delivery.at > GIVE_UP_MS) return { result: 'dropped', why };
    const tries = delivery.tries + 1;
    const notBefore = now + waitAfter(delivery.tries, lasting);
    return {
      result: 'later',
      delivery: { ...delivery, tries, error: why, refused: lasting, notBefore },
    };
  }
}

/** Whom a letter speaks to; a robot speaks to a group, whoever of it is configured now. */
function readerOf(
  { person: name, way, severity, event, address }: Delivery,
  people: readonly Person[],
): Person | undefined {
  const person = people.find((one) => one.name === name);
  if (!person && event === NOTICE && address !== undefined) return reached(name, address, 'zh');
  return (
    person ?? (way === MAIL ? undefined : people.find(({ ways }) => ways[severity].includes(way)))
  );
}

/** The incidents that a letter tells and that are not over. */
function openIn(delivery: Delivery, incidents: readonly Incident[]): Incident[] {
  if (delivery.event === 'closed') return [];
  return incidents.filter(
    (one) => one.closedAt === undefined && delivery.incidents.includes(one.id),
  );
}

/**
 * A letter to one who is renamed or removed goes to those who would be told now. Whoever had a copy
 * of it already gets the same `Message-ID` once more; a copy that still waits is left as it is.
 * @returns undefined where nobody is to be told
 */
function moved(delivery: Delivery, around: DeliveryContext, now: Instant): Delivery[] | undefined {
  const about = around.incidents.filter(({ id }) => delivery.incidents.includes(id));
  // Regular letters concern no incident and go to all who want them; the rest to as many as were
  // asked.
  const level =
    delivery.incidents.length === 0 ? undefined : Math.max(1, ...about.map((one) => one.level));
  const to = peopleFor(around.people, delivery.severity, level);
  return to.length === 0 ? undefined : copiesFor(delivery, to, around, now);
}

/** The same letter to others; what waits already is left as it is. */
function copiesFor(
  delivery: Delivery,
  to: readonly Person[],
  { incidents, waiting }: DeliveryContext,
  now: Instant,
): Delivery[] {
  const about = incidents.filter(({ id }) => delivery.incidents.includes(id));
  const { letter, thread, event, severity, subject, text, html, brief, files } = delivery;
  const words = { letter, thread, subject, text, html, brief, files };
  const timezone = about[0]?.timezone;
  const made = to.flatMap((person) =>
    // With no incident left nobody knows the hour of the place: quiet hours cannot be told.
    copies(
      words,
      event,
      severity,
      timezone ? person : { ...person, quiet: undefined },
      now,
      timezone ?? 'UTC',
      about,
    ),
  );
  const { incidents: ids, late, at } = delivery;
  const fresh = made.filter(({ id }) => !waiting.some((one) => one.id === id));
  const all = fresh.map((one) => ({ ...one, incidents: ids, at, ...(late ? { late } : {}) }));
  return [...new Map(all.map((one) => [one.id, one])).values()];
}

/** Longer than one SMTP transaction can last. */
const LOCK_MS = 120_000;
/** What is missed and cannot be told to one for so long is told to the next, ms. */
const PASS_ON_MS = 1_800_000;

export interface LetterDelivery {
  readonly book: IncidentStore;
  readonly journal: Journal;
  readonly people: readonly Person[];
  readonly ways: Transports;
  readonly clock: Clock;
  readonly actor: string;
}

/**
 * Sends one letter of the outbox if its time has come and nobody else is at it.
 * @returns when it should be tried again
 */
export async function deliver(office: LetterDelivery, id: string): Promise<Instant | undefined> {
  const { book, journal, people, ways, clock, actor } = office;
  const again = await book.alone(`mail-${id}`, LOCK_MS, async (): Promise<Instant | undefined> => {
    const all = await book.deliveries();
    const delivery = all.find((one) => one.id === id);
    const now = clock.now();
    if (!delivery) return undefined;
    if (delivery.notBefore > now) return instant(delivery.notBefore);
    const earlier = waitsFor(delivery, all, now);
    if (earlier) return instant(Math.max(earlier.notBefore, now) + 1000);
    const about = { subject: delivery.subject, person: delivery.person, way: delivery.way };
    const incidents = [...(await book.incidents()).values()];
    if (isOutdated(delivery, all, incidents)) {
      await book.delivered(id);
      await journal.append('mail-dropped', delivery.letter, actor, clock.now(), {
        ...about,
        why: 'outdated',
      });
      return undefined;
    }
    const sent = await trySend(delivery, { people, ways, incidents, waiting: all }, now);
    if (sent.result === 'later') {
      await noteFailed(
        book,
        delivery,
        sent.delivery,
        { people, ways, incidents, waiting: all },
        now,
      );
      if (sent.delivery.tries === 1)
        await journal.append('mail-failed', delivery.letter, actor, clock.now(), {
          ...about,
          why: sent.delivery.error,
        });
      return instant(sent.delivery.notBefore);
    }
    if (sent.result === 'sent') await book.noteTaken(delivery, now);
    // Each of these gets its job with the next reconcile.
    if (sent.result === 'moved') await book.record({ deliveries: sent.deliveries });
    await book.delivered(id);
    await journal.append(`mail-${sent.result}`, delivery.letter, actor, clock.now(), {
      ...about,
      ...(sent.result === 'dropped' ? { why: sent.why } : {}),
      ...(sent.result === 'moved' ? { to: sent.deliveries.map(({ person }) => person) } : {}),
    });
    return undefined;
  });
  return again;
}

/**
 * The letter that another one waits for: nobody hears that something is over before hearing of it.
 * What only waits for the end of quiet hours holds nothing up, and a miss waits for nothing at all.
 */
export function waitsFor(
  delivery: Delivery,
  all: readonly Delivery[],
  now: Instant,
): Delivery | undefined {
  if (delivery.severity === 'missed' && delivery.event !== 'closed') return undefined;
  return all.find(
    (one) =>
      one.at < delivery.at && sameReader(one, delivery) && (one.tries > 0 || one.notBefore <= now),
  );
}

/** A warning that was held back, and meanwhile its reader has heard that it is missed, or over. */
export function isOutdated(
  delivery: Delivery,
  all: readonly Delivery[],
  incidents: readonly Incident[],
): boolean {
  if (
    delivery.severity !== 'warning' ||
    delivery.event === 'closed' ||
    delivery.incidents.length === 0
  )
    return false;
  const open = new Map(incidents.map((one) => [one.id, one]));
  const willHear = all
    .filter((one) => one !== delivery && sameReader(one, delivery) && one.event === 'closed')
    .flatMap((one) => one.incidents);
  return delivery.incidents.every((id) => {
    const incident = open.get(id);
    return incident ? incident.severity === 'missed' : !willHear.includes(id);
  });
}

function sameReader(one: Delivery, other: Delivery): boolean {
  return (
    (one.thread ?? one.letter) === (other.thread ?? other.letter) &&
    one.person === other.person &&
    one.way === other.way &&
    (one.address === undefined || other.address === undefined || one.address === other.address)
  );
}

/**
 * It waits to be tried again; what is missed is told to the next person meanwhile, at once where it
 * is refused for good.
 */
async function noteFailed(
  book: IncidentStore,
  before: Delivery,
  after: Delivery,
  around: DeliveryContext,
  now: Instant,
): Promise<void> {
  const isStuck = after.refused === true || now - before.at >= PASS_ON_MS;
  const passes = isStuck && before.late !== undefined && !before.passed;
  if (passes) await passOn(book, before, around, now);
  await book.record({ deliveries: [passes ? { ...after, passed: true } : after] });
}

/**
 * A miss that this reader refuses for good, and that no other has been told: on to the next person,
 * be it over already.
 */
async function passOn(
  book: IncidentStore,
  delivery: Delivery,
  around: DeliveryContext,
  now: Instant,
): Promise<void> {
  const untold: string[] = [];
  for (const [id, late] of Object.entries(delivery.late ?? {})) {
    const taken = await book.taken(id);
    // An earlier letter about the same incident may have told of other releases.
    if (late.length === 0 ? taken.size === 0 : late.some((key) => !taken.has(key))) untold.push(id);
  }
  if (untold.length === 0) return;
  const all = peopleFor(around.people, delivery.severity);
  const place = all.findIndex(({ name }) => name === delivery.person) + 1;
  for (const [index, next] of all.slice(place).entries()) {
    // By a robot that both of them share it has been said to both.
    const deliveries = copiesFor(delivery, [next], around, now);
    if (deliveries.length === 0) continue;
    // Written now: should it be over before the next sweep, nobody would be told otherwise.
    await book.record({ deliveries });
    return noteLevel(book, untold, place + index + 1, now);
  }
}
