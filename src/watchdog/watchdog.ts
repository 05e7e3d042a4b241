// The watchdog: a process of its own that looks from outside and writes by itself when the service
// is dead, hung, cut off, out of disk, did not publish what was promised, or published too early;
// and when it cannot look. It says nothing that a letter of the service has told. For the service's
// own alarm see app/alert-monitor.ts, for what it sees in public public-check.ts.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { promiseConditions } from '../alerts/audit-promises.ts';
import {
  type AlertConditions,
  type Cause,
  causeKey,
  plainCondition,
} from '../alerts/conditions.ts';
import type { Transports } from '../alerts/deliver-letters.ts';
import { acknowledge, settleIncidents } from '../alerts/settle-incidents.ts';
import type { Channel } from '../channels/channel.ts';
import type { Config } from '../config/load.ts';
import type { Incident } from '../ledger/incident.ts';
import type { GoodPlan } from '../ledger/plan-store.ts';
import { announcedYears, noted, type Promises } from '../ledger/promises.ts';
import type { Clock } from '../lib/clock.ts';
import { messageOf } from '../lib/errors.ts';
import type { Instant } from '../lib/instant.ts';
import type { EventLog } from '../lib/log-events.ts';
import type { SourceFile } from '../plan/issues.ts';
import { EMPTY, hasErrors, readPlan } from '../plan/read-all.ts';
import type { Calendar } from '../plan/types.ts';
import { readGood } from '../plan-files/in-force.ts';
import { readSources } from '../plan-files/sources.ts';
import { visitRedis } from '../redis/short-visit.ts';
import { isOwner, takeOver } from './hand-over.ts';
import { letterWriter, pingOutside, sendLetters } from './letters.ts';
import { type Inside, lookAtDisk, lookAtSite, lookInside, type Site } from './probes.ts';
import { type Early, type Known, PublicCheck } from './public-check.ts';
import { WatchStore } from './store.ts';

/** The service sweeps once in a while; so many missed sweeps are a fault. */
const SWEEPS = 3;
const MEGABYTE = 1e6;

const service: Cause = { kind: 'service', subject: 'banli' };
const SERVICE = causeKey(service);

export interface WatchdogParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly ways: Transports;
  readonly log: EventLog;
  /** To ask what is public on them; the website is read as a reader reads it. */
  readonly channels: ReadonlyMap<string, Channel>;
}

export class Watchdog {
  readonly #parts: WatchdogParts;
  readonly #store: WatchStore;
  readonly #folder: string;
  readonly #id = `${process.pid}-${randomUUID().slice(0, 8)}`;
  /** Since when each look fails, by what it looks at. */
  readonly #failing = new Map<string, number>();
  readonly #eye: PublicCheck;
  #calendar: { text: string; calendar: Calendar } = { text: '', calendar: EMPTY };
  /** The calendar whose promises are noted, and the plans of it that were announced. */
  #noted: { calendar: Calendar; years: string } | undefined;
  #book: { version: string | undefined; promises: Promises } | undefined;
  /** The service has missed something, and could tell nobody. */
  #untold = false;

  constructor(parts: WatchdogParts) {
    this.#parts = parts;
    this.#folder = join(parts.config.paths.var, 'watchdog');
    this.#store = new WatchStore(this.#folder);
    this.#eye = new PublicCheck({ ...parts, store: this.#store });
  }

  /**
   * From now on this one watches. Another in the same folder ends with the round that it is in;
   * what that one tells must not be told again.
   */
  async start(): Promise<void> {
    await takeOver(this.#folder, this.#id);
    const why = await this.#store.open();
    if (why !== undefined)
      this.#parts.log.error({ why, folder: this.#folder }, 'watchdog-state-broken');
  }

  /**
   * False once another watchdog has taken over, or the folder is gone. With an unreadable disk it
   * stays.
   */
  isOwner(): Promise<boolean> {
    return isOwner(this.#folder, this.#id);
  }

  /** One look at everything, as it is at this moment; nobody is told. */
  async look(): Promise<AlertConditions> {
    return this.#look(this.#parts.clock.now(), 0);
  }

  async #look(now: Instant, patience: number): Promise<AlertConditions> {
    const inside = await this.#inside(now);
    if ('why' in inside) await this.#plan(undefined, now);
    const { timezone } = this.#calendar.calendar;
    const conditions: AlertConditions = new Map();
    this.#service(conditions, inside, timezone, now, patience);
    await this.#disk(conditions, timezone);
    await this.#public(conditions, inside, now, patience);
    this.#untold = 'why' in inside ? false : inside.untold;
    return conditions;
  }

  /** Looks, and tells what has been wrong for longer than the patience. */
  async round(): Promise<void> {
    const { clock, config, log } = this.#parts;
    const now = clock.now();
    const conditions = await this.#look(now, config.watchdog.patience);
    for (const [id, by] of await this.#store.acknowledgements())
      await acknowledge(this.#store, id, by, now, () => Promise.resolve());
    await settleIncidents(
      this.#store,
      conditions,
      () => true,
      now,
      config.alerts,
      letterWriter(config),
      (event, subject, detail) => {
        log.warn({ subject, ...detail }, event);
        return Promise.resolve();
      },
    );
    await sendLetters(this.#parts, this.#store, now);
    await pingOutside(this.#parts, this.#store, this.#untold);
  }

  async #inside(now: Instant): Promise<Inside | { why: string }> {
    const { config } = this.#parts;
    const choice = {
      external: config.redis,
      folder: join(config.paths.var, 'redis'),
      prefix: config.prefix,
    };
    const inside = await visitRedis(choice, (handle) =>
      lookInside(handle, {
        now,
        known: this.#book,
        plan: (plan, history) => this.#plan(plan, now, history),
        interest: () => this.#eye.interest(now),
      }),
    ).catch((error: unknown) => ({ why: messageOf(error) }));
    if ('why' in inside || inside.promises === this.#book?.promises) return inside;
    this.#book = { version: inside.version, promises: inside.promises };
    await this.#store.learn(inside.promises);
    return inside;
  }

  /**
   * The plan in force; without Redis that on disk, if nothing is wrong with it; else the last that
   * was seen.
   */
  async #plan(
    inForce: GoodPlan | undefined,
    now: Instant,
    history?: () => Promise<Calendar['history']>,
  ): Promise<void> {
    const files = inForce?.files ?? (await this.#planOnDisk()) ?? this.#store.plan ?? [];
    const text = JSON.stringify([files, inForce?.at]);
    if (text !== this.#calendar.text) {
      const read = inForce
        ? readGood(inForce)
        : readPlan(files, [...this.#parts.config.channels.keys()], undefined, true);
      this.#calendar = {
        text,
        calendar: { ...read.calendar, history: (await history?.()) ?? new Map() },
      };
      this.#store.plan = [...files];
      await this.#store.save();
    }
    // What is only on disk was announced to nobody, unless nothing else is known.
    const { calendar } = this.#calendar;
    const years = announcedYears(calendar, now);
    if (
      (inForce || (!history && this.#store.promises().size === 0)) &&
      !(this.#noted?.calendar === calendar && this.#noted.years === years)
    ) {
      await this.#store.change((promises) => noted(promises, calendar, now));
      this.#noted = { calendar, years };
    }
  }

  async #planOnDisk(): Promise<readonly SourceFile[] | undefined> {
    const { config } = this.#parts;
    const files = await readSources(config.paths).catch(() => undefined);
    return files && !hasErrors(readPlan(files, [...config.channels.keys()]).problems)
      ? files
      : undefined;
  }

  /** Whether the service runs, and works. */
  #service(
    conditions: AlertConditions,
    inside: Inside | { why: string },
    timezone: string,
    now: Instant,
    patience: number,
  ): void {
    const { config } = this.#parts;
    const sweeps = Math.max(patience, SWEEPS * config.schedule.sweep);
    if ('why' in inside) {
      // The embedded Redis is revived at once by any service that runs.
      const cause: Cause = config.redis ? { kind: 'redis', subject: 'redis' } : service;
      const since = this.#lasting('redis', now);
      if (now - since < patience) return;
      conditions.set(
        causeKey(cause),
        plainCondition(
          cause,
          timezone,
          config.redis
            ? { what: 'redis-unreachable', why: inside.why }
            : { what: 'service-silent', hung: false, ms: now - since },
          'missed',
        ),
      );
      return;
    }
    this.#failing.delete('redis');
    const age = inside.pulseAge ?? now - this.#lasting('pulse', now);
    if (age < sweeps && !(patience === 0 && inside.pulseAge === undefined)) {
      if (inside.pulseAge !== undefined) this.#failing.delete('pulse');
      return;
    }
    conditions.set(
      SERVICE,
      plainCondition(
        service,
        timezone,
        { what: 'service-silent', hung: inside.alive, ms: age },
        'missed',
      ),
    );
  }

  async #disk(conditions: AlertConditions, timezone: string): Promise<void> {
    const { config } = this.#parts;
    const free = await lookAtDisk(config.paths.var);
    if (typeof free !== 'number' || free >= config.watchdog.disk * MEGABYTE) return;
    const cause: Cause = { kind: 'disk', subject: config.paths.var };
    const condition = plainCondition(cause, timezone, {
      what: 'disk-full',
      left: `${Math.round(free / MEGABYTE)} MB`,
    });
    const before = (await this.#store.incidents()).get(causeKey(cause));
    // The figure of the mail stays as it was told: it changes every second.
    conditions.set(causeKey(cause), before ? { ...condition, about: before.about } : condition);
  }

  /**
   * What was promised and cannot be seen in public, unless the service has told it; and what can be
   * seen too early.
   */
  async #public(
    conditions: AlertConditions,
    inside: Inside | { why: string },
    now: Instant,
    patience: number,
  ): Promise<void> {
    const { config } = this.#parts;
    const site = await lookAtSite(config.watchdog.site);
    const { timezone } = this.#calendar.calendar;
    if ('why' in site) {
      const since = this.#lasting('site', now);
      const cause: Cause = { kind: 'site', subject: config.watchdog.site };
      // A service that is down serves no site, and that is told already.
      if (now - since >= patience && !conditions.has(SERVICE))
        conditions.set(
          causeKey(cause),
          plainCondition(cause, timezone, { what: 'site-unreachable', why: site.why }, 'missed'),
        );
    } else this.#failing.delete('site');
    const shown = 'why' in site ? undefined : site;
    await this.#early(conditions, shown, this.#known(inside), now);
    const own = new Set(
      [...(await this.#store.incidents()).values()].flatMap((one) =>
        one.items.map(({ release }) => release),
      ),
    );
    const late = await this.#eye.late(shown, this.#known(inside), own, now);
    const vanished = new Set(
      late
        .filter(({ why }) => why === 'promise-vanished')
        .map(({ release }) => `vanished ${release}`),
    );
    for (const what of this.#failing.keys())
      if (what.startsWith('vanished ') && !vanished.has(what)) this.#failing.delete(what);
    const lasting = late.filter(({ why, release }) =>
      this.#isLasting(why === 'promise-vanished', `vanished ${release}`, now, patience),
    );
    for (const [key, condition] of promiseConditions(lasting, new Map())) {
      // It cannot know why; that nobody sees it is all that it can say.
      const items = condition.items.map((item) =>
        item.code === 'promise-open' ? { ...item, code: 'unseen' } : item,
      );
      conditions.set(key, { ...condition, items });
    }
    for (const channel of this.#eye.unanswered()) {
      const cause: Cause = { kind: 'channel', subject: channel };
      if (!conditions.has(causeKey(cause)))
        conditions.set(
          causeKey(cause),
          plainCondition(cause, timezone, { what: 'channel-unready', code: 'cannot-look' }),
        );
    }
  }

  /**
   * No patience: it is told in this round. Only what the plan says is read once more, as it may
   * have changed while it looked.
   */
  async #early(
    conditions: AlertConditions,
    site: Site | undefined,
    known: Known,
    now: Instant,
  ): Promise<void> {
    let early = await this.#eye.early(site, known);
    if (early.length > 0 && known.inForce)
      early = await this.#eye.early(site, this.#known(await this.#inside(now)));
    for (const one of early) {
      const cause: Cause = { kind: 'early', subject: one.release };
      const before = conditions.get(causeKey(cause))?.items ?? [];
      const { timezone } = this.#calendar.calendar;
      conditions.set(causeKey(cause), {
        ...plainCondition(cause, timezone, undefined, 'missed'),
        items: [...before, this.#itemOf(one)],
      });
    }
  }

  #itemOf({ release, due, channels }: Early): Incident['items'][number] {
    const name = this.#calendar.calendar.byId.get(release)?.name ??
      this.#store.promises().get(release)?.name ?? { zh: release };
    return {
      release,
      name,
      due,
      channels: [...channels],
      state: 'public',
      code: 'early',
      severity: 'missed',
    };
  }

  #known(inside: Inside | { why: string }): Known {
    const { calendar } = this.#calendar;
    if ('why' in inside) return { calendar, inForce: false, told: new Set(), receipts: new Map() };
    return { calendar, inForce: inside.hasPlan, told: inside.told, receipts: inside.receipts };
  }

  /** Whether something that needs patience has lasted long enough. */
  #isLasting(needs: boolean, what: string, now: Instant, patience: number): boolean {
    return !needs || now - this.#lasting(what, now) >= patience;
  }

  /** Since when a look fails. */
  #lasting(what: string, now: Instant): number {
    const since = this.#failing.get(what) ?? now;
    this.#failing.set(what, since);
    return since;
  }
}
