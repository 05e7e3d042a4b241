// What the regular letters tell, read from plan, ledger and journal, and the letters themselves
// into the outbox: each once. Not for when they are due (alerts/letter-schedule.ts) nor for their
// words (alerts/templates/regular.ts).
import { randomUUID } from 'node:crypto';
import { copies, type Written } from '../alerts/incidents.ts';
import { type DueReport, dueReports } from '../alerts/letter-schedule.ts';
import { type Person, peopleFor } from '../alerts/recipients.ts';
import {
  type MonthIncident,
  type MonthRow,
  monthLetter,
  receiptLetter,
  type WeekRow,
  weekLetter,
} from '../alerts/templates/regular.ts';
import { type Messages, messagesFor } from '../i18n/index.ts';
import { textTable } from '../import-export/fields.ts';
import { writeIcs } from '../import-export/ics.ts';
import type { Delivery, IncidentItem } from '../ledger/incidents.ts';
import type { Promises } from '../ledger/promises.ts';
import { PUBLIC } from '../ledger/states.ts';
import { type Instant, instant } from '../lib/instant.ts';
import { groupBy } from '../plan/group.ts';
import { dateIn, localTimes, yearIn } from '../plan/time.ts';
import {
  type Calendar,
  type LocalDate,
  type PublicationId,
  parsePublicationId,
  publicationId,
  type Release,
  type ReleaseId,
} from '../plan/types.ts';
import { lackingOf } from '../publish/stage.ts';
import type { App } from './app.ts';

const LOCK_MS = 60_000;
const WEEK_MS = 7 * 86_400_000;

/**
 * Writes every regular letter whose time has come and that is not written yet.
 * @param published what has come out since the last sweep
 */
export async function regularLetters(
  app: App,
  now: Instant,
  published: ReadonlyMap<PublicationId, Instant>,
  promises: () => Promise<Promises>,
): Promise<Delivery[]> {
  const { planService, config, incidents } = app;
  const calendar = planService.calendar();
  // A plan that was emptied still owes what it promised.
  if (calendar.releases.length === 0 && (await promises()).size === 0) return [];
  const due = dueReports(now, calendar.timezone, planService.workdays(), config.alerts);
  const receipts = config.alerts.receipts
    ? await finished(app, calendar, [...published.keys()])
    : [];
  if (due.length + receipts.length === 0) return [];
  const made = await incidents.alone('reports', LOCK_MS, async () => {
    const all: Delivery[] = [];
    for (const report of due) {
      if (await incidents.wasWritten(report.key)) continue;
      const write =
        report.kind === 'week'
          ? await week(app, calendar, report, now)
          : await month(app, calendar, await promises(), report, now);
      all.push(...(await put(app, [report.key], report.kind, now, write)));
    }
    for (const releases of groupBy(receipts, (release) => release.due).values())
      all.push(...(await receipt(app, releases, now)));
    return all;
  });
  return made ?? [];
}

type Write = (words: Messages, bureau: string) => Written | undefined;

async function put(
  app: App,
  once: readonly string[],
  event: string,
  now: Instant,
  write: Write,
): Promise<Delivery[]> {
  const { config, planService, incidents } = app;
  const letter = randomUUID();
  const deliveries = peopleFor(config.alerts.people, 'report').flatMap((person: Person) => {
    const bureau =
      person.language === 'en' ? (config.bureau.en ?? config.bureau.zh) : config.bureau.zh;
    const written = write(messagesFor(person.language), bureau);
    return written
      ? copies(
          { ...written, letter, thread: undefined },
          event,
          'report',
          person,
          now,
          planService.calendar().timezone,
        )
      : [];
  });
  await incidents.record({ deliveries, once });
  return deliveries;
}

async function week(
  app: App,
  calendar: Calendar,
  report: Extract<DueReport, { kind: 'week' }>,
  now: Instant,
): Promise<Write> {
  const { timezone } = calendar;
  const releases = calendar.releases.filter((release) => {
    const date = dateIn(release.due, timezone);
    return date >= report.from && date <= report.to && release.status !== 'cancelled';
  });
  const rows = await Promise.all(releases.map((release) => weekRow(app, release)));
  const open = [...(await app.incidents.incidents()).values()].filter(
    (one) => one.closedAt === undefined,
  );
  return (words, bureau) =>
    weekLetter(words, bureau, {
      ...report,
      rows,
      open,
      now,
      files: icsOf(calendar, releases, report.from, now, words),
    });
}

/** What is due, as a calendar file; none where nothing is. */
function icsOf(
  calendar: Calendar,
  releases: readonly Release[],
  name: string,
  now: Instant,
  words: Messages,
): NonNullable<Written['files']> {
  if (releases.length === 0) return [];
  const years = [...new Set(releases.map((release) => yearIn(release.due, calendar.timezone)))].map(
    (year) => textTable(calendar, year),
  );
  const table = { head: years[0]?.head ?? {}, rows: years.flatMap((one) => one.rows) };
  const text = writeIcs({ ...calendar, releases }, table, now, words);
  return [{ name: `${name}.ics`, type: 'text/calendar; charset=utf-8; method=PUBLISH', text }];
}

async function weekRow(app: App, release: Release): Promise<WeekRow> {
  const entries = [
    ...(
      await app.ledger.getAll(
        release.settings.channels.map((channel) => publicationId(release.id, channel)),
      )
    ).values(),
  ];
  const held = entries.filter((entry) => entry.state === 'held' || entry.state === 'doubtful');
  const standing = held.map(
    (entry): Omit<IncidentItem, 'release' | 'name' | 'due'> => ({
      channels: [parsePublicationId(entry.publication).channel],
      state: entry.state,
      code: entry.reason?.code,
      detail: entry.reason?.detail,
    }),
  );
  const lacking = [
    ...standing,
    ...(await lackingOf(
      app.publishDeps,
      release,
      entries.filter((entry) => entry.state === 'planned'),
    )),
  ];
  if (lacking.length > 0) return { release, state: 'lacking', lacking: sameTogether(lacking) };
  return {
    release,
    state:
      entries.length > 0 && entries.every((entry) => PUBLIC.includes(entry.state))
        ? 'done'
        : 'ready',
    lacking,
  };
}

/** Channels that lack the same, together. */
function sameTogether(lacking: WeekRow['lacking']): WeekRow['lacking'] {
  return [
    ...groupBy(lacking, (one) => JSON.stringify([one.state, one.code, one.detail])).values(),
  ].flatMap((same) => {
    const [first] = same;
    return first ? [{ ...first, channels: same.flatMap((one) => one.channels) }] : [];
  });
}

async function month(
  app: App,
  calendar: Calendar,
  promises: Promises,
  { month }: Extract<DueReport, { kind: 'month' }>,
  now: Instant,
): Promise<Write> {
  const { timezone } = calendar;
  const [year, number] = month.split('-').map(Number) as [number, number];
  const next = number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`;
  const local = localTimes(timezone);
  const [from, to] = [month, next].map(
    (one) => local(`${one}-01` as LocalDate, '00:00') as Instant,
  ) as [Instant, Instant];
  const rows = await punctuality(app, calendar, promises, from, to);
  const found = await incidentsBetween(app, from, to);
  // Looking back, with what lies ahead: the month that has begun.
  const ahead = calendar.releases.filter(
    (release) => dateIn(release.due, timezone).startsWith(next) && release.status !== 'cancelled',
  );
  return (words, bureau) =>
    rows.length + found.length === 0
      ? undefined
      : monthLetter(words, bureau, {
          month,
          timezone,
          rows,
          incidents: found,
          files: icsOf(calendar, ahead, next, now, words),
        });
}

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
async function punctuality(
  app: App,
  calendar: Calendar,
  promises: Promises,
  from: Instant,
  to: Instant,
): Promise<MonthRow[]> {
  const since = await app.ledger.publicSince();
  const rows = new Map<string, MonthRow>();
  for (const { publication, channel, due, grace, seen } of await owedBetween(
    app,
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
  { ledger }: App,
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

async function incidentsBetween(
  { journal }: App,
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

/** Releases that are public on every channel since something of them came out. */
async function finished(
  { ledger }: App,
  calendar: Calendar,
  published: readonly PublicationId[],
): Promise<Release[]> {
  const ids = new Set<ReleaseId>(
    published.map((publication) => parsePublicationId(publication).release),
  );
  const all = await Promise.all(
    [...ids].map(async (id) => {
      const release = calendar.byId.get(id);
      if (!release) return [];
      const entries = await ledger.getAll(
        release.settings.channels.map((channel) => publicationId(id, channel)),
      );
      return [...entries.values()].every((entry) => PUBLIC.includes(entry.state)) ? [release] : [];
    }),
  );
  return all.flat();
}

async function receipt(app: App, releases: readonly Release[], now: Instant): Promise<Delivery[]> {
  const fresh: Release[] = [];
  for (const release of releases)
    if (!(await app.incidents.wasWritten(`receipt:${release.id}`))) fresh.push(release);
  if (fresh.length === 0) return [];
  const since = await app.ledger.publicSince();
  const told = await Promise.all(
    fresh.map(async (release) => {
      const entries = await app.ledger.getAll(
        release.settings.channels.map((channel) => publicationId(release.id, channel)),
      );
      const lines = [...entries.values()].map((entry) => ({
        channel: parsePublicationId(entry.publication).channel,
        at: since.get(entry.publication) ?? instant(entry.receipt?.publicAt ?? now),
        url: entry.receipt?.url,
      }));
      return { release, lines };
    }),
  );
  // What came out, with what is due next.
  const calendar = app.planService.calendar();
  const next = calendar.releases.filter(
    ({ due, status }) => due > now && due <= now + WEEK_MS && status !== 'cancelled',
  );
  const name = dateIn(now, calendar.timezone);
  return put(
    app,
    fresh.map(({ id }) => `receipt:${id}`),
    'published',
    now,
    (words, bureau) => receiptLetter(words, bureau, told, icsOf(calendar, next, name, now, words)),
  );
}
