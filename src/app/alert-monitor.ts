// The alarm of a running service: gathers what is or will be wrong from plan, ledger, content,
// channels and outbox, settles incidents, writes the regular letters, and puts all of it into the
// `mail` queue. Not for what counts as wrong nor for words: alerts/.
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { promiseTroubles } from '../alerts/audit-promises.ts';
import { askChannel } from '../alerts/channel-readiness.ts';
import {
  type AlertCondition,
  type AlertConditions,
  type Cause,
  causeKey,
  merged,
  wasToldLate,
} from '../alerts/conditions.ts';
import { copies, type LetterWriter, settleIncidents } from '../alerts/incidents.ts';
import { actsFor, sign } from '../alerts/mail-links.ts';
import { clockTroubles, lateTroubles, sweep } from '../alerts/overdue.ts';
import { Auditor, type SiteNow } from '../alerts/promise-auditor.ts';
import { MAIL, NOTICE, peopleFor, reached } from '../alerts/recipients.ts';
import { incidentLetter } from '../alerts/templates/incident.ts';
import { noticeLetter } from '../alerts/templates/regular.ts';
import { settledLetter } from '../alerts/templates/settled.ts';
import {
  FARTHEST_MS,
  mailTroubles,
  planEndTroubles,
  preflightTroubles,
  quotaTroubles,
  stagingStage,
  unreadyTroubles,
  WAY,
} from '../alerts/upcoming.ts';
import { byHandTroubles, otherwiseTroubles } from '../alerts/wrongly-public.ts';
import { type Messages, messagesFor } from '../i18n/index.ts';
import type { Delivery, Incident } from '../ledger/incidents.ts';
import type { JournalEvent } from '../ledger/journal.ts';
import type { LedgerEntry } from '../ledger/ledger.ts';
import { open } from '../ledger/manual-tasks.ts';
import { PromiseStore, type Promises } from '../ledger/promises.ts';
import { messageOf } from '../lib/errors.ts';
import { type Instant, instant } from '../lib/instant.ts';
import { longestLead } from '../plan/calendar.ts';
import {
  type Calendar,
  type PlanChange,
  type PublicationId,
  parsePublicationId,
  type ReleaseId,
} from '../plan/types.ts';
import { lackingOf } from '../publish/stage.ts';
import type { JobSpec } from '../queue/queues.ts';
import type { App } from './app.ts';
import { regularLetters } from './regular-letters.ts';
import { turnLetters } from './turn-letters.ts';

/** What days before T can show is looked at so often, ms; new content at once. */
const AHEAD_MS = 300_000;
/** A channel that was ready is asked again after so long, ms. */
const DAILY_MS = 86_400_000 - 900_000;
/** The site is compared with the ledger so often, ms. */
const LOST_MS = 60_000;
const HOUR_MS = 3_600_000;
/** So many readers are named in a letter about a mailing. */
const READERS_SHOWN = 50;

export class AlertMonitor {
  readonly #app: App;
  readonly #auditor: Auditor;
  #unready: { at: number; calendar: Calendar; troubles: AlertConditions } | undefined;
  #site: ({ at: number } & Omit<SiteNow, 'gone'>) | undefined;
  #plan: { hour: number; calendar: Calendar; troubles: AlertConditions } | undefined;

  constructor(app: App) {
    this.#app = app;
    this.#auditor = new Auditor(new PromiseStore(app.redis), app.incidents);
  }

  /** What is missed or at risk, what is over, what is due to be told regularly. */
  async sweep(): Promise<void> {
    const { planner, heartbeat, journal, planStore, incidents, config, parts, ledger } = this.#app;
    const calendar = planner.calendar();
    const now = await this.#now();
    const { events, last } = await journal.since(await planStore.sweptTo());
    const published = publishedIn(events);
    await this.notePromises(calendar, now);
    const [preflights, deliveries, skews, reported] = await Promise.all([
      incidents.preflights(),
      incidents.deliveries(),
      heartbeat.skews(),
      incidents.reported(),
    ]);
    const known = [...(await incidents.incidents()).values()];
    const entries = await this.entries(longestLead(calendar));
    await this.#tellMailings();
    await this.post((await turnLetters(this.#app, entries, now)).map(({ id }) => id));
    const found = merged(
      sweep(calendar, entries, now, known, stagingStage(config.alerts.before)),
      await this.#lookAtContent(calendar, now),
      this.#lookAtPlan(calendar, now),
      preflightTroubles(calendar, preflights, now),
      mailTroubles(deliveries, now, calendar.timezone),
      clockTroubles(skews, calendar.timezone),
      byHandTroubles(open(await parts.byHand.all()).values(), calendar, now),
      otherwiseTroubles(calendar, await ledger.publicSince()),
      reported,
    );
    const gone = openPublications(known);
    const left = await this.#auditor.leftOver(
      calendar,
      events,
      { ...(await this.#siteNow(now)), gone },
      now,
    );
    // What the events say is not in the book yet: they are read again by the next sweep.
    if (!left) return;
    const troubles = merged(found, promiseTroubles(left, found));
    const missed = <T extends { severity: string }>(all: Iterable<T>): T[] =>
      [...all].filter((one) => one.severity === 'missed');
    const stillOpen = missed(known);
    const told = (release: ReleaseId): boolean =>
      stillOpen.some((one) =>
        wasToldLate(one, { release, due: calendar.byId.get(release)?.due ?? 0 }),
      ) ||
      missed(troubles.values()).some((one) =>
        one.items.some((item) => item.release === release && item.severity === 'missed'),
      );
    const settled = await this.#settle(
      merged(troubles, lateTroubles(calendar, published, told)),
      (incident) => incident.kind !== 'plan',
      now,
    );
    if (!settled) return;
    await this.post(
      (await regularLetters(this.#app, now, published, () => this.promises())).map(({ id }) => id),
    );
    if (last !== undefined) await planStore.setSweptTo(last);
    await incidents.notePulse();
  }

  /**
   * What the site has lost and what was withdrawn, as of a minute ago at the most; a site that
   * could not be looked at is looked at again.
   */
  async #siteNow(now: Instant): Promise<Omit<SiteNow, 'gone'>> {
    if (this.#site?.lost && Math.abs(now - this.#site.at) < LOST_MS) return this.#site;
    const { lostPages, parts } = this.#app;
    const [lost, tombstones] = [await lostPages(), await parts.withdrawn.all()];
    this.#site = { at: now, lost: lost && [...lost.pages, ...lost.behind], tombstones };
    return this.#site;
  }

  /**
   * Every announced instant goes into the book of promises, and every one that the plan takes back
   * in words ends. To be called whenever a calendar comes into force; again does no harm.
   */
  notePromises(calendar: Calendar, now: Instant): Promise<void> {
    return this.#auditor.note(calendar, now);
  }

  /** All that was ever promised. */
  promises(): Promise<Promises> {
    return this.#auditor.promises();
  }

  /** Something is wrong that no sweep can see: told at once, and open until it is cleared. */
  async report(trouble: AlertCondition): Promise<void> {
    const key = causeKey(trouble);
    await this.#app.incidents.report(key, trouble);
    await this.#settle(new Map([[key, trouble]]), () => false, await this.#now());
  }

  /** What was reported is over. */
  async clear(cause: Cause): Promise<void> {
    const key = causeKey(cause);
    await this.#app.incidents.unreport(key);
    await this.#settle(new Map(), (incident) => causeKey(incident) === key, await this.#now());
  }

  /** Content may have changed: what is not ready is looked at again at the next sweep. */
  contentChanged(): void {
    this.#unready = undefined;
  }

  /** Asks each channel, once a day, whether it is ready; one that is not, each time. */
  async preflight(): Promise<void> {
    const { incidents, channels, clock, ways } = this.#app;
    const notes = await incidents.preflights();
    const used = new Set(
      this.#app.planner.calendar().releases.flatMap((release) => release.settings.channels),
    );
    const isDue = (name: string): boolean => {
      const note = notes.get(name);
      return !note || note.wrong.length > 0 || clock.now() - note.at >= DAILY_MS;
    };
    for (const [name, channel] of channels) {
      if (!used.has(name) || !isDue(name)) continue;
      await askChannel(this.#app, channel, notes.get(name));
    }
    const name = `${WAY}${MAIL}`;
    const mail = ways.get(MAIL);
    if (!mail || !isDue(name)) return;
    const failed = await mail.check().then(
      () => undefined,
      (error: unknown) => messageOf(error),
    );
    await incidents.notePreflight(name, {
      at: clock.now(),
      wrong: failed === undefined ? [] : [{ code: 'mail', detail: failed }],
      silent: failed === undefined ? 0 : (notes.get(name)?.silent ?? 0) + 1,
    });
  }

  /**
   * The plan files on disk are wrong, and the plan in force goes on.
   * @param text every mistake, as it is shown
   */
  async planRefused(text: string): Promise<void> {
    const { config, planner } = this.#app;
    const subject = config.paths.plan;
    const { timezone } = planner.calendar();
    await this.#settle(
      new Map([
        [
          'plan',
          {
            kind: 'plan',
            subject,
            severity: 'warning',
            stage: 1,
            timezone,
            items: [],
            code: 'plan',
            detail: text,
          },
        ],
      ]),
      () => false,
      await this.#now(),
    );
  }

  async planSound(): Promise<void> {
    await this.#settle(new Map(), (incident) => incident.kind === 'plan', await this.#now());
  }

  /** Dates that hung on holidays not announced yet move by themselves, and operators hear of it. */
  settledLetters(changes: readonly PlanChange[]): Delivery[] {
    const { config, clock, planner } = this.#app;
    const now = clock.now();
    const letter = randomUUID();
    return peopleFor(config.alerts.people, 'report').flatMap((person) => {
      const written = settledLetter(
        messagesFor(person.language),
        this.#bureau(person.language),
        changes,
      );
      return written
        ? copies(
            { ...written, letter, thread: undefined },
            'dates-settled',
            'report',
            person,
            now,
            planner.calendar().timezone,
          )
        : [];
    });
  }

  /** Everything in the outbox has its job. */
  async repost(): Promise<void> {
    await this.post((await this.#app.incidents.deliveries()).map(({ id }) => id));
  }

  /** Puts letters of the outbox into the queue, each to its time. */
  async post(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const { queues, incidents, clock } = this.#app;
    const all = new Map((await incidents.deliveries()).map((one) => [one.id, one]));
    const wanted = ids.flatMap((id) => {
      const one = all.get(id);
      return one ? [mailFor(id, instant(Math.max(one.notBefore, clock.now())))] : [];
    });
    await queues.add('mail', wanted);
  }

  /**
   * Something that the first one who hears of warnings should know, and that no incident is.
   * @param concerned whom it is about, who gets it too where they have an address
   */
  async tell(
    say: (words: Messages) => readonly [heading: string, fact: string],
    concerned?: { readonly name: string; readonly mail?: string | undefined },
  ): Promise<void> {
    const { config, clock, planner, incidents } = this.#app;
    const letter = randomUUID();
    const first = peopleFor(config.alerts.people, 'warning', 1);
    const own =
      concerned?.mail === undefined || first.some(({ mail }) => mail.includes(concerned.mail ?? ''))
        ? []
        : [reached(concerned.name, concerned.mail, config.language)];
    const deliveries = [...first, ...own].flatMap((person) => {
      const words = messagesFor(person.language);
      const written = noticeLetter(words, this.#bureau(person.language), ...say(words));
      return copies(
        { ...written, letter, thread: undefined },
        NOTICE,
        'warning',
        person,
        clock.now(),
        planner.calendar().timezone,
      );
    });
    await incidents.record({ set: new Map(), remove: [], deliveries });
    await this.post(deliveries.map(({ id }) => id));
  }

  /** Readers who did not get their letter, or may not have: once, when a mailing is over. */
  async #tellMailings(): Promise<void> {
    const { mailings } = this.#app;
    for (const publication of await mailings.untold()) {
      const readers = [...((await mailings.read(publication))?.readers ?? [])];
      const without = readers.filter(([, { state }]) => state === 'refused');
      const doubtful = readers.filter(([, { state }]) => state === 'doubtful');
      if (without.length + doubtful.length > 0)
        await this.tell(({ manual, channel }) => {
          const { release, channel: name } = parsePublicationId(publication);
          return [
            manual.mailingHead(channel(name), release, without.length, doubtful.length),
            manual.mailingFact(
              [...without, ...doubtful]
                .slice(0, READERS_SHOWN)
                .map(([to, { why = '' }]) => `${to}：${why}`),
            ),
          ];
        });
      await mailings.told(publication);
    }
  }

  /** One letter of the outbox, again at a time. */
  async postAt(id: string, at: Instant): Promise<void> {
    await this.#app.queues.add('mail', [mailFor(id, at)]);
  }

  /** Open publications that are due by an instant so far ahead, ms. */
  async entries(ahead: number): Promise<LedgerEntry[]> {
    const { ledger, clock } = this.#app;
    const near = await ledger.open(undefined, instant(clock.now() + ahead));
    return [...(await ledger.getAll([...near.keys()])).values()];
  }

  async #lookAtContent(calendar: Calendar, now: Instant): Promise<AlertConditions> {
    const before = this.#unready;
    if (before && before.calendar === calendar && now - before.at < AHEAD_MS)
      return before.troubles;
    const { config, planner, parts } = this.#app;
    const troubles = await unreadyTroubles(
      calendar,
      await this.entries(FARTHEST_MS),
      now,
      config.alerts.before,
      planner.workdays(),
      (release, entries) => lackingOf(parts, release, entries),
    );
    this.#unready = { at: now, calendar, troubles };
    return troubles;
  }

  /** What the plan alone shows: once an hour, and for each plan. */
  #lookAtPlan(calendar: Calendar, now: Instant): AlertConditions {
    const { config, planner } = this.#app;
    const hour = Math.floor(now / HOUR_MS);
    const before = this.#plan;
    if (before && before.calendar === calendar && before.hour === hour) return before.troubles;
    const troubles = merged(
      quotaTroubles(calendar, now, planner.workdays(), config.alerts.limits),
      planEndTroubles(calendar, now, config.alerts.planEnds),
    );
    this.#plan = { hour, calendar, troubles };
    return troubles;
  }

  /**
   * What the sweeps of all workers go by: one whose clock is wrong would call missed what is not
   * due yet, and the next one call it over.
   */
  async #now(): Promise<Instant> {
    const { clock, heartbeat } = this.#app;
    return instant(clock.now() + Math.round(await heartbeat.clockCorrection()));
  }

  /** @returns whether this process was the one to do it */
  async #settle(
    troubles: AlertConditions,
    concerns: (incident: Incident) => boolean,
    now: Instant,
  ): Promise<boolean> {
    const { incidents, journal, config, heartbeat } = this.#app;
    const letters = await settleIncidents(
      incidents,
      troubles,
      concerns,
      now,
      config.alerts,
      this.#write,
      (event, subject, detail) => journal.append(event, subject, heartbeat.id, now, detail),
    );
    if (letters) await this.post(letters.map(({ id }) => id));
    return letters !== undefined;
  }

  readonly #write: LetterWriter = async (event, incidents, person, now) => {
    const { config } = this.#app;
    const { alerts } = config;
    const key = await this.#app.incidents.linkKey();
    const before = peopleFor(alerts.people, 'missed')
      .filter(({ name }) => name !== person.name)
      .slice(0, Math.max(1, (incidents[0]?.level ?? 1) - 1));
    return incidentLetter(messagesFor(person.language), this.#bureau(person.language), {
      event,
      incidents,
      now,
      before: before.map(({ name }) => name).join('、'),
      linkLife: alerts.linkLife,
      desk: config.desk.publicUrl,
      links: (incident) =>
        Object.fromEntries(
          actsFor(incident, now).map((act) => [
            act,
            `${alerts.links}act/${sign(key, { incident: incident.id, act, person: person.name }, now, alerts.linkLife)}`,
          ]),
        ),
    });
  };

  #bureau(language: 'zh' | 'en'): string {
    const { bureau } = this.#app.config;
    return language === 'en' ? (bureau.en ?? bureau.zh) : bureau.zh;
  }
}

function mailFor(id: string, at: Instant): JobSpec {
  return { id: `${id}~${at}`, data: { delivery: id }, at };
}

/** When the journal says that publications came out. */
function publishedIn(events: readonly JournalEvent[]): Map<PublicationId, Instant> {
  return new Map(
    events.flatMap(({ event, subject, written, detail }): [PublicationId, Instant][] => {
      if (event === 'published') return [[subject as PublicationId, written]];
      // Its answer was lost, and a look has found it: it has been public since then.
      const at = event === 'found' ? foundOut.safeParse(detail).data?.publicAt : undefined;
      return at === undefined ? [] : [[subject as PublicationId, instant(at)]];
    }),
  );
}

/** What `seen` (publish/verify.ts) notes of a call of this ledger. */
const foundOut = z.object({ publicAt: z.number() });

/** Publications of which an incident is open because they were public and are gone. */
function openPublications(incidents: readonly Incident[]): ReadonlySet<PublicationId> {
  const open = incidents.filter(
    ({ kind, subject, closedAt }) =>
      kind === 'promise' && closedAt === undefined && subject.includes('@'),
  );
  return new Set(open.map(({ subject }) => subject as PublicationId));
}
