// The figures of the monthly letter: how punctual each channel was, by what was promised, and which
// incidents there were. Not for the letter's words: alerts/templates/regular-letters.ts.

import type { MonthIncident, MonthRow } from '../alerts/templates/regular-letters.ts';
import type { IncidentItem } from '../ledger/incident.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Promises } from '../ledger/promises.ts';
import type { Instant } from '../lib/instant.ts';
import { type Calendar, type PublicationId, publicationId } from '../plan/types.ts';
import type { App } from './app.ts';

/** What had to come out, when, and how long it may have taken. */
interface Owed {
  readonly publication: PublicationId;
  readonly channel: string;
  readonly due: number;
  readonly grace: number;
  /** Since when it is public, as the promise remembers it. */
  readonly seen: number | undefined;
}

/**
 * How punctual each channel was between two instants: by what was promised, so that nothing is left
 * out by vanishing.
 */
export async function punctualityBetween(
  { ledger }: Pick<App, 'ledger'>,
  calendar: Calendar,
  promises: Promises,
  from: Instant,
  to: Instant,
): Promise<MonthRow[]> {
  const since = await ledger.publicSince();
  const rows = new Map<string, MonthRow>();
  for (const { publication, channel, due, grace, seen } of await owedBetween(
    ledger,
    calendar,
    promises,
    from,
    to,
  )) {
    const before = rows.get(channel) ?? {
      channel,
      all: 0,
      onTime: 0,
      late: 0,
      missing: 0,
      worst: 0,
    };
    const at = since.get(publication) ?? seen;
    const onTime = at !== undefined && at <= due + grace;
    rows.set(channel, {
      channel,
      all: before.all + 1,
      onTime: before.onTime + (onTime ? 1 : 0),
      late: before.late + (at !== undefined && !onTime ? 1 : 0),
      missing: before.missing + (at === undefined ? 1 : 0),
      worst: Math.max(before.worst, at === undefined ? 0 : at - due),
    });
  }
  return [...rows.values()];
}

/**
 * Every promise of that time that was not taken back in words; and what was never promised and came
 * out all the same, by the calendar.
 */
async function owedBetween(
  ledger: Ledger,
  calendar: Calendar,
  promises: Promises,
  from: Instant,
  to: Instant,
): Promise<Owed[]> {
  const owed = new Map<PublicationId, Owed>();
  for (const [release, { promises: all }] of promises) {
    for (const { due, grace, channels, seen, ended } of all) {
      if (due < from || due >= to || ended?.how === 'moved' || ended?.how === 'cancelled') continue;
      for (const channel of channels) {
        const publication = publicationId(release, channel);
        owed.set(publication, { publication, channel, due, grace, seen: seen[channel] });
      }
    }
  }
  const others = calendar.releases.filter(
    ({ id, due, status }) => due >= from && due < to && status !== 'cancelled' && !promises.has(id),
  );
  const states = await ledger.getAll(
    others.flatMap(({ id, settings }) =>
      settings.channels.map((channel) => publicationId(id, channel)),
    ),
  );
  for (const { id, due, settings } of others) {
    for (const channel of settings.channels) {
      const publication = publicationId(id, channel);
      if (['historical', 'cancelled', undefined].includes(states.get(publication)?.state)) continue;
      owed.set(publication, { publication, channel, due, grace: settings.grace, seen: undefined });
    }
  }
  return [...owed.values()];
}

/** What was told between two instants, and how long each lasted. */
export async function incidentsBetween(
  { journal }: Pick<App, 'journal'>,
  from: Instant,
  to: Instant,
): Promise<MonthIncident[]> {
  const opened = new Map<string, MonthIncident>();
  for (let last = `${from}-0`; ; ) {
    const read = await journal.since(last);
    for (const { event, at, subject, detail } of read.events) {
      if (!event.startsWith('incident-')) continue;
      const { id, kind, items } = detail as { id: string; kind: string; items?: IncidentItem[] };
      const before = opened.get(id);
      if (event === 'incident-opened' && at < to)
        opened.set(id, { at, kind, subject, items: items ?? [], lasted: undefined });
      else if (
        (event === 'incident-over' || event === 'incident-closed') &&
        before?.lasted === undefined &&
        before
      )
        opened.set(id, { ...before, lasted: at - before.at });
    }
    if (read.last === undefined || read.last === last || read.events.length === 0) break;
    last = read.last;
  }
  return [...opened.values()];
}
