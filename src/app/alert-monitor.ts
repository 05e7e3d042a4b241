// Watches a running service: gathers what is or will be wrong from plan, ledger, content, channels
// and outbox, and settles incidents and regular letters by it. Not for what counts as wrong nor for
// words (alerts/), nor for letters on their way (service-letters.ts).
import { z } from 'zod';
import { promiseConditions } from '../alerts/audit-promises.ts';
import { askChannel } from '../alerts/channel-readiness.ts';
import {
  type AlertCondition,
  type AlertConditions,
  type Cause,
  causeKey,
  merged,
  wasToldLate,
} from '../alerts/conditions.ts';
import { clockConditions, lateConditions, sweep } from '../alerts/overdue.ts';
import { Auditor, type SiteNow } from '../alerts/promise-auditor.ts';
import { MAIL } from '../alerts/recipients.ts';
import { settleIncidents } from '../alerts/settle-incidents.ts';
import {
  FARTHEST_MS,
  mailConditions,
  planEndConditions,
  preflightConditions,
  quotaConditions,
  stagingStage,
  unreadyConditions,
  WAY,
} from '../alerts/upcoming.ts';
import { byHandConditions, otherwiseConditions } from '../alerts/wrongly-public.ts';
import type { Incident } from '../ledger/incident.ts';
import type { JournalEvent } from '../ledger/journal.ts';
import type { LedgerEntry } from '../ledger/ledger.ts';
import { open } from '../ledger/manual-tasks.ts';
import { PromiseStore, type Promises } from '../ledger/promises.ts';
import { messageOf } from '../lib/errors.ts';
import { type Instant, instant } from '../lib/instant.ts';
import { longestLead } from '../plan/calendar.ts';
import type { Calendar, PublicationId, ReleaseId } from '../plan/types.ts';
import { lackingOf } from '../publish/stage.ts';
import type { App } from './app.ts';
import { type EndedMailings, tellMailings } from './mailing-letters.ts';
import { ServiceLetters } from './service-letters.ts';
import { turnLetters } from './turn-letters.ts';
import { regularLetters } from './write-regular-letters.ts';

/** What days before T can show is looked at so often, ms; new content at once. */
const AHEAD_MS = 300_000;
/** A channel that was ready is asked again after so long, ms. */
const DAILY_MS = 86_400_000 - 900_000;
/** The site is compared with the ledger so often, ms. */
const LOST_MS = 60_000;
const HOUR_MS = 3_600_000;

type MonitorApp = Pick<
  App,
  | 'channels'
  | 'clock'
  | 'config'
  | 'heartbeat'
  | 'incidents'
  | 'journal'
  | 'ledger'
  | 'lostPages'
  | 'planService'
  | 'planStore'
  | 'preflights'
  | 'publishDeps'
  | 'queues'
  | 'redis'
  | 'transports'
  | 'usedLinks'
> & { readonly mailings: EndedMailings };

export class AlertMonitor {
  readonly #app: MonitorApp;
  readonly letters: ServiceLetters;
  readonly #auditor: Auditor;
  #unready: { at: number; calendar: Calendar; conditions: AlertConditions } | undefined;
  #site: ({ at: number } & Omit<SiteNow, 'gone'>) | undefined;
  #plan: { hour: number; calendar: Calendar; conditions: AlertConditions } | undefined;

  constructor(app: MonitorApp) {
    this.#app = app;
    this.letters = new ServiceLetters(app);
    this.#auditor = new Auditor(new PromiseStore(app.redis), app.incidents);
  }

  /** What is missed or at risk, what is over, what is due to be told regularly. */
  async sweep(): Promise<void> {
    const {
      planService,
      heartbeat,
      journal,
      planStore,
      incidents,
      preflights,
      config,
      publishDeps,
      ledger,
    } = this.#app;
    const calendar = planService.calendar();
    const now = await this.#now();
    const { events, last } = await journal.since(await planStore.sweptTo());
    const published = publishedIn(events);
    await this.notePromises(calendar, now);
    const [notes, deliveries, skews, reported] = await Promise.all([
      preflights.all(),
      incidents.deliveries(),
      heartbeat.skews(),
      incidents.reported(),
    ]);
    const known = [...(await incidents.incidents()).values()];
    const entries = await this.entries(longestLead(calendar));
    await tellMailings(this.#app.mailings, this.letters);
    await this.letters.post((await turnLetters(this.#app, entries, now)).map(({ id }) => id));
    const found = merged(
      sweep(calendar, entries, now, known, stagingStage(config.alerts.before)),
      await this.#lookAtContent(calendar, now),
      this.#lookAtPlan(calendar, now),
      preflightConditions(calendar, notes, now),
      mailConditions(deliveries, now, calendar.timezone),
      clockConditions(skews, calendar.timezone),
      byHandConditions(open(await publishDeps.byHand.all()).values(), calendar, now),
      otherwiseConditions(calendar, await ledger.publicSince()),
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
    const conditions = merged(found, promiseConditions(left, found));
    const missed = <T extends { severity: string }>(all: Iterable<T>): T[] =>
      [...all].filter((one) => one.severity === 'missed');
    const stillOpen = missed(known);
    const told = (release: ReleaseId): boolean =>
      stillOpen.some((one) =>
        wasToldLate(one, { release, due: calendar.byId.get(release)?.due ?? 0 }),
      ) ||
      missed(conditions.values()).some((one) =>
        one.items.some((item) => item.release === release && item.severity === 'missed'),
      );
    const settled = await this.#settle(
      merged(conditions, lateConditions(calendar, published, told)),
      (incident) => incident.kind !== 'plan',
      now,
    );
    if (!settled) return;
    await this.letters.post(
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
    const { lostPages, publishDeps } = this.#app;
    const [lost, tombstones] = [await lostPages(), await publishDeps.withdrawn.all()];
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
  async report(condition: AlertCondition): Promise<void> {
    const key = causeKey(condition);
    await this.#app.incidents.report(key, condition);
    await this.#settle(new Map([[key, condition]]), () => false, await this.#now());
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
    const { preflights, channels, clock, transports } = this.#app;
    const notes = await preflights.all();
    const used = new Set(
      this.#app.planService.calendar().releases.flatMap((release) => release.settings.channels),
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
    const mail = transports.get(MAIL);
    if (!mail || !isDue(name)) return;
    const failed = await mail.check().then(
      () => undefined,
      (error: unknown) => messageOf(error),
    );
    await preflights.note(name, {
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
    const { config, planService } = this.#app;
    const subject = config.paths.plan;
    const { timezone } = planService.calendar();
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
            about: { what: 'plan-refused', mistakes: text },
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

  /** Open publications that are due by an instant so far ahead, ms. */
  async entries(ahead: number): Promise<LedgerEntry[]> {
    const { ledger, clock } = this.#app;
    const near = await ledger.open(undefined, instant(clock.now() + ahead));
    return [...(await ledger.getAll([...near.keys()])).values()];
  }

  async #lookAtContent(calendar: Calendar, now: Instant): Promise<AlertConditions> {
    const before = this.#unready;
    if (before && before.calendar === calendar && now - before.at < AHEAD_MS)
      return before.conditions;
    const { config, planService, publishDeps } = this.#app;
    const conditions = await unreadyConditions(
      calendar,
      await this.entries(FARTHEST_MS),
      now,
      config.alerts.before,
      planService.workdays(),
      (release, entries) => lackingOf(publishDeps, release, entries),
    );
    this.#unready = { at: now, calendar, conditions };
    return conditions;
  }

  /** What the plan alone shows: once an hour, and for each plan. */
  #lookAtPlan(calendar: Calendar, now: Instant): AlertConditions {
    const { config, planService } = this.#app;
    const hour = Math.floor(now / HOUR_MS);
    const before = this.#plan;
    if (before && before.calendar === calendar && before.hour === hour) return before.conditions;
    const conditions = merged(
      quotaConditions(calendar, now, planService.workdays(), config.alerts.limits),
      planEndConditions(calendar, now, config.alerts.planEnds),
    );
    this.#plan = { hour, calendar, conditions };
    return conditions;
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
    conditions: AlertConditions,
    concerns: (incident: Incident) => boolean,
    now: Instant,
  ): Promise<boolean> {
    const { incidents, journal, config, heartbeat } = this.#app;
    const letters = await settleIncidents(
      incidents,
      conditions,
      concerns,
      now,
      config.alerts,
      this.letters.write,
      (event, subject, detail) => journal.append(event, subject, heartbeat.id, now, detail),
    );
    if (letters) await this.letters.post(letters.map(({ id }) => id));
    return letters !== undefined;
  }
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
