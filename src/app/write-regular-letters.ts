// What the regular letters tell, read from plan, ledger and journal, and the letters themselves
// into the outbox: each once. Not for when they are due (alerts/letter-schedule.ts) nor for their
// words (alerts/templates/regular-letters.ts).
import { randomUUID } from 'node:crypto';
import { copies, type Written } from '../alerts/address-letters.ts';
import { type DueReport, dueReports } from '../alerts/letter-schedule.ts';
import { type Person, peopleFor } from '../alerts/recipients.ts';
import {
  monthLetter,
  receiptLetter,
  type WeekRow,
  weekLetter,
} from '../alerts/templates/regular-letters.ts';
import { type Messages, messagesFor } from '../i18n/index.ts';
import { textTable } from '../import-export/fields.ts';
import { writeIcs } from '../import-export/ics.ts';
import type { Delivery } from '../ledger/delivery.ts';
import type { IncidentItem } from '../ledger/incident.ts';
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
import { incidentsBetween, punctualityBetween } from './month-figures.ts';

const LOCK_MS = 60_000;
const WEEK_MS = 7 * 86_400_000;

type LettersApp = Pick<
  App,
  'config' | 'incidents' | 'journal' | 'ledger' | 'planService' | 'publishDeps'
>;

/**
 * Writes every regular letter whose time has come and that is not written yet.
 * @param published what has come out since the last sweep
 */
export async function regularLetters(
  app: LettersApp,
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
  app: LettersApp,
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
  app: LettersApp,
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

async function weekRow(app: LettersApp, release: Release): Promise<WeekRow> {
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
  app: LettersApp,
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
  const rows = await punctualityBetween(app, calendar, promises, from, to);
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

/** Releases that are public on every channel since something of them came out. */
async function finished(
  { ledger }: Pick<App, 'ledger'>,
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

async function receipt(
  app: LettersApp,
  releases: readonly Release[],
  now: Instant,
): Promise<Delivery[]> {
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
