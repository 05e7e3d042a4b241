// What is wrong now against what was open: opens, raises, escalates and closes incidents. One
// incident has one thread: it is opened by one letter and ended by one. Not for finding what is
// wrong (overdue.ts, upcoming.ts) nor for the letters that follow (address-letters.ts).

import { randomUUID } from 'node:crypto';
import type { AlertStore } from '../ledger/alert-store.ts';
import type { Delivery } from '../ledger/delivery.ts';
import { type Incident, toldKey } from '../ledger/incident.ts';
import type { Instant } from '../lib/instant.ts';
import type { LogEvent } from '../lib/log-events.ts';
import {
  canHear,
  deliveriesOf,
  type Happened,
  type LetterEvent,
  type LetterWriter,
  lettersOf,
} from './address-letters.ts';
import { type AlertCondition, isLate, isMissedElsewhere, wasToldLate } from './conditions.ts';
import { type Person, peopleFor } from './recipients.ts';

export interface AlertRules {
  readonly people: readonly Person[];
  /** Without an acknowledgement for so long, the next person is told, ms. */
  readonly escalate: { readonly missed: number; readonly warning: number };
  /**
   * After a letter about an incident, further releases with the same cause, and nearer warnings,
   * are told after so long together, ms.
   */
  readonly remind: number;
}

export type NoteIncident = (
  event: Extract<LogEvent, `incident-${string}`>,
  subject: string,
  detail: object,
) => Promise<void>;

const LOCK_MS = 20_000;

/**
 * Brings the open incidents in line with what is wrong.
 * @param concerns which open incidents this call may close
 * @returns the letters to be sent; undefined where another process is at it, and nothing was done
 */
export function settleIncidents(
  store: AlertStore,
  conditions: ReadonlyMap<string, AlertCondition>,
  concerns: (incident: Incident) => boolean,
  now: Instant,
  rules: AlertRules,
  write: LetterWriter,
  note: NoteIncident,
): Promise<Delivery[] | undefined> {
  return store.alone('incidents', LOCK_MS, async (under) => {
    const open = await store.incidents();
    const told = await heard(store, open.values());
    const { after, events, over } = compare(open, conditions, concerns, told, now, rules);
    const deliveries = (
      await Promise.all(lettersOf(events, rules).map((letter) => deliveriesOf(letter, now, write)))
    ).flat();
    const set = new Map(
      [...after].filter(
        ([key, incident]) =>
          !over.has(key) && JSON.stringify(open.get(key)) !== JSON.stringify(incident),
      ),
    );
    if (!(await store.record({ set, remove: [...over], deliveries, under }))) return undefined;
    for (const { event, incident } of events)
      await note(`incident-${event}`, incident.subject, {
        id: incident.id,
        kind: incident.kind,
        severity: incident.severity,
        items: incident.items,
      });
    return deliveries;
  });
}

/** What was told of an incident, or waits to be (`toldKey`, and '' for the incident itself). */
type Heard = (incident: Incident) => ReadonlySet<string>;

/**
 * What letters have told of what is missed, or will: those that somebody took, and those in the
 * outbox.
 */
async function heard(store: AlertStore, open: Iterable<Incident>): Promise<Heard> {
  const missed = [...open].filter((one) => one.severity === 'missed' && one.closedAt === undefined);
  if (missed.length === 0) return () => new Set();
  // In this order: what leaves the outbox between the two was noted as taken before.
  const waiting = await store.deliveries();
  const told = new Map<string, Set<string>>();
  for (const { id } of missed) {
    const own = waiting.flatMap(({ late }) => (late?.[id] ? ['', ...late[id]] : []));
    told.set(id, new Set([...own, ...(await store.taken(id))]));
  }
  return ({ id }) => told.get(id) ?? new Set();
}

/** What becomes of each incident, what is to be told, and which are done with. */
function compare(
  open: ReadonlyMap<string, Incident>,
  conditions: ReadonlyMap<string, AlertCondition>,
  concerns: (incident: Incident) => boolean,
  told: Heard,
  now: Instant,
  rules: AlertRules,
): { after: Map<string, Incident>; events: Happened[]; over: Set<string> } {
  const after = new Map(open);
  const events: Happened[] = [];
  // Everything that opens now for the same people is one letter, and so one thread.
  const threads = { missed: randomUUID(), warning: randomUUID() };
  for (const [key, condition] of conditions) {
    const before = open.get(key);
    const { incident, event } = before
      ? kept({ ...before, ...condition, closedAt: undefined }, before, told(before), now, rules)
      : {
          incident: opened(condition, threads[condition.severity], now, rules),
          event: 'opened' as const,
        };
    after.set(key, incident);
    if (event) events.push({ event, incident });
  }
  const gone = [...open].filter(([key, incident]) => !conditions.has(key) && concerns(incident));
  for (const [key, incident] of gone) {
    if (incident.closedAt !== undefined) continue;
    const ended = { ...incident, closedAt: now };
    after.set(key, ended);
    events.push({ event: 'over', incident: ended });
  }
  const over = overNow(after);
  for (const key of over) {
    const incident = after.get(key);
    // What came out late was over when it was told; what is missed still has another cause now.
    if (incident && incident.kind !== 'late' && !isMissedElsewhere(incident, conditions))
      events.push({ event: 'closed', incident });
  }
  return { after, events, over };
}

/**
 * Says that somebody looks after an incident: nobody else is asked.
 * @returns whether there is such an incident
 */
export async function acknowledge(
  store: AlertStore,
  id: string,
  by: string,
  now: Instant,
  note: NoteIncident,
): Promise<Incident | undefined> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const done = await store.alone('incidents', LOCK_MS, async (under) => {
      const [key, incident] = [...(await store.incidents())].find(([, one]) => one.id === id) ?? [];
      if (key === undefined || !incident) return { incident: undefined };
      const noted: Incident = { ...incident, acknowledged: { by, at: now } };
      if (!(await store.record({ set: new Map([[key, noted]]), under }))) return undefined;
      await note('incident-acknowledged', incident.subject, {
        id,
        by,
        kind: incident.kind,
        items: incident.items,
      });
      return { incident: noted };
    });
    if (done) return done.incident;
    await new Promise((next) => setTimeout(next, 100));
  }
  return undefined;
}

/**
 * So many people have been written to of these now; the one after them is asked when none of them
 * answers.
 */
export async function noteLevel(
  store: AlertStore,
  ids: readonly string[],
  level: number,
  now: Instant,
): Promise<void> {
  await store.alone('incidents', LOCK_MS, async (under) => {
    const open = [...(await store.incidents())].filter(
      ([, one]) => ids.includes(one.id) && !one.acknowledged && one.level < level,
    );
    await store.record({
      set: new Map(open.map(([key, one]) => [key, { ...one, level, levelAt: now }])),
      under,
    });
  });
}

function opened(
  condition: AlertCondition,
  thread: string,
  now: Instant,
  { people }: AlertRules,
): Incident {
  return {
    ...condition,
    id: randomUUID().slice(0, 8),
    openedAt: now,
    missedAt: condition.severity === 'missed' ? now : undefined,
    thread,
    told: toldBy(condition),
    toldAs: toldAsBy(condition),
    toldAt: now,
    level: Math.min(1, peopleFor(people, condition.severity).length),
    levelAt: now,
  };
}

/**
 * An incident that goes on: worse or nearer than when it was told, asked of the next person, or the
 * same.
 */
function kept(
  incident: Incident,
  before: Incident,
  heardOf: ReadonlySet<string>,
  now: Instant,
  rules: AlertRules,
): { incident: Incident; event?: LetterEvent } {
  const told = { ...before.told, ...toldBy(incident) };
  const said = {
    ...incident,
    told,
    toldAs: { ...before.toldAs, ...toldAsBy(incident) },
    toldAt: now,
  };
  // Now it is missed: whoever had acknowledged the warning is told, and asked again.
  if (incident.severity === 'missed' && before.severity === 'warning')
    return {
      incident: {
        ...said,
        missedAt: now,
        acknowledged: undefined,
        levelAt: now,
        level: Math.max(1, before.level),
      },
      event: 'raised',
    };
  // What was missed does not become less so by a release that leaves or joins.
  const lasting: Incident = {
    ...incident,
    severity: before.severity === 'missed' ? 'missed' : incident.severity,
    stage: Math.max(before.stage, incident.stage),
  };
  // Whoever saves a plan wants to know what is still wrong with it.
  if (mistakesIn(incident) !== mistakesIn(before)) return { incident: said, event: 'raised' };
  // Each release is told once that it is late, whatever was told of others: that waits for nothing.
  const firstMiss = incident.items.some(
    (item) => isLate(item, incident) && !wasToldLate(before, item),
  );
  const news =
    incident.stage > before.stage ||
    incident.items.some((item) => before.told[item.release] === undefined);
  if (firstMiss || (news && now - before.toldAt >= rules.remind))
    return { incident: { ...lasting, told, toldAs: said.toldAs, toldAt: now }, event: 'raised' };
  // Written once, and then neither taken nor waiting: nobody was told, so it is written anew to
  // those who are configured now.
  if (
    before.severity === 'missed' &&
    before.closedAt === undefined &&
    isUnheard(lasting, heardOf, rules)
  )
    return {
      incident: {
        ...lasting,
        told,
        toldAs: said.toldAs,
        toldAt: now,
        level: Math.max(1, before.level),
        levelAt: now,
      },
      event: 'raised',
    };
  const wait = rules.escalate[lasting.severity];
  if (
    !lasting.acknowledged &&
    now - lasting.levelAt >= wait &&
    lasting.level < peopleFor(rules.people, lasting.severity).length
  )
    return { incident: { ...lasting, level: lasting.level + 1, levelAt: now }, event: 'escalated' };
  // A nearer stage that is not told yet stays to be told.
  return { incident: { ...lasting, stage: before.stage } };
}

/** What is wrong with the plan's files; undefined where the incident is about something else. */
const mistakesIn = ({ about }: Incident): string | undefined =>
  about?.what === 'plan-refused' ? about.mistakes : undefined;

/**
 * Whether what is missed has reached nobody, nor will by itself, though somebody is to be told. Who
 * has acknowledged it since knows.
 */
function isUnheard(
  incident: Incident,
  heardOf: ReadonlySet<string>,
  { people }: AlertRules,
): boolean {
  if (incident.acknowledged && incident.acknowledged.at >= incident.toldAt) return false;
  if (!peopleFor(people, 'missed').some((person) => canHear(person, incident))) return false;
  const late = incident.items.filter((item) => isLate(item, incident));
  return !heardOf.has('') || late.some((item) => !heardOf.has(toldKey(item.release, item.due)));
}

function toldBy(condition: AlertCondition): Record<string, string> {
  return Object.fromEntries(condition.items.map((item) => [item.release, item.name.zh]));
}

function toldAsBy(condition: AlertCondition): Record<string, 'risk' | 'late'> {
  const told: Record<string, 'risk' | 'late'> = {};
  for (const item of condition.items) {
    const key = toldKey(item.release, item.due);
    told[key] = told[key] === 'late' || isLate(item, condition) ? 'late' : 'risk';
  }
  return told;
}

/**
 * What is over is told at once if it was missed; warnings that were told together once they are all
 * over.
 */
function overNow(after: ReadonlyMap<string, Incident>): Set<string> {
  const lasting = new Set(
    [...after.values()].filter((one) => one.closedAt === undefined).map((one) => one.thread),
  );
  const over = [...after].filter(
    ([, one]) =>
      one.closedAt !== undefined && (one.severity === 'missed' || !lasting.has(one.thread)),
  );
  return new Set(over.map(([key]) => key));
}
