// The watchdog: a process of its own that looks from outside and writes by itself when the service is dead, hung, cut off, out of disk, or simply did
// not publish; and when it cannot look. It says nothing that the service has told. Not for the service's own alarm: alarm.ts.
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { trySend } from '../alerts/deliver.ts';
import type { Ways } from '../alerts/deliver.ts';
import { acknowledge, settleIncidents } from '../alerts/incidents.ts';
import type { LetterWriter } from '../alerts/incidents.ts';
import { incidentLetter } from '../alerts/letters/incident.ts';
import { peopleFor } from '../alerts/people.ts';
import { join as joinTrouble, keyOf, MISSED, plainTrouble } from '../alerts/troubles.ts';
import type { Cause, Troubles } from '../alerts/troubles.ts';
import type { Channel, Item } from '../channels/channel.ts';
import { http } from '../channels/http.ts';
import type { Config } from '../config.ts';
import { loadBundle } from '../content/bundle.ts';
import { itemOf } from '../content/item.ts';
import type { GoodPlan } from '../ledger/notebook.ts';
import type { Logger } from '../log.ts';
import type { SourceFile } from '../plan/problems.ts';
import { instant, publicationId } from '../plan/types.ts';
import type { Calendar, Instant, PublicationId, Release } from '../plan/types.ts';
import { EMPTY, hasErrors, readGood, readPlan, readSources } from '../planner.ts';
import { visitRedis } from '../redis/visit.ts';
import type { Clock } from '../schedule/clock.ts';
import { messageOf } from '../words/error.ts';
import { wordsOf } from '../words/index.ts';
import type { Words } from '../words/index.ts';
import { lookAtChannel, lookAtDisk, lookAtSite, lookInside } from './looks.ts';
import type { Inside } from './looks.ts';
import { WatchStore } from './store.ts';

/** The service tells what is missed itself; the watchdog looks so long after the grace, ms. */
const AFTER_MS = 20_000;
/** What was due longer ago than this is history, ms. */
const LOOK_BACK_MS = 86_400_000;
/** A channel is asked about a publication so often, this far apart, ms. */
const CHANNEL_LOOKS = 10;
const CHANNEL_MS = 60_000;
/** The service sweeps once in a while; so many missed sweeps are a fault. */
const SWEEPS = 3;
/** A letter that failed so often is told to the dead man's switch. */
const FAILED = 3;
const MEGABYTE = 1e6;

/** One that was watching here may need so long to end its round, ms; one that hangs is not waited for longer. */
const HAND_OVER_MS = 20_000;
const HAND_OVER_LOOK_MS = 50;

const service: Cause = { kind: 'service', subject: 'banli' };
const SERVICE = keyOf(service);

export interface WatchdogParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly ways: Ways;
  readonly log: Logger;
  /** To ask what is public on them; the website is read as a reader reads it. */
  readonly channels: ReadonlyMap<string, Channel>;
}

/** What is known of one publication on a channel other than the website. */
interface Sight {
  looks: number;
  last: number;
  result: 'public' | 'not-public' | 'cannot-tell' | 'no-answer';
}

export class Watchdog {
  readonly #parts: WatchdogParts;
  readonly #store: WatchStore;
  readonly #folder: string;
  readonly #id = `${process.pid}-${randomUUID().slice(0, 8)}`;
  /** Since when each look fails, by what it looks at. */
  readonly #failing = new Map<string, number>();
  readonly #sights = new Map<PublicationId, Sight>();
  #calendar: { text: string; calendar: Calendar } = { text: '', calendar: EMPTY };

  constructor(parts: WatchdogParts) {
    this.#parts = parts;
    this.#folder = join(parts.config.paths.var, 'watchdog');
    this.#store = new WatchStore(this.#folder);
  }

  /** From now on this one watches. Another in the same folder ends with the round that it is in; what that one tells must not be told again. */
  async start(): Promise<void> {
    const owner = join(this.#folder, 'owner');
    await mkdir(this.#folder, { recursive: true }).catch(() => undefined);
    const before = await readFile(owner, 'utf8').catch(() => '');
    await writeFile(owner, this.#id).catch(() => undefined);
    await ended(Number(before.split('-')[0]));
    await this.#store.open();
  }

  /** False once another watchdog has taken over, or the folder is gone. With an unreadable disk it stays. */
  async isOwner(): Promise<boolean> {
    return readFile(join(this.#folder, 'owner'), 'utf8').then(
      (owner) => owner === this.#id || owner === '',
      (error: unknown) => (error as { code?: string }).code !== 'ENOENT',
    );
  }

  /** One look at everything, as it is at this moment; nobody is told. */
  async look(): Promise<Troubles> {
    return this.#look(this.#parts.clock.now(), 0);
  }

  async #look(now: Instant, patience: number): Promise<Troubles> {
    const inside = await this.#inside(now);
    const calendar = 'why' in inside ? await this.#plan(undefined) : this.#calendar.calendar;
    const troubles: Troubles = new Map();
    this.#service(troubles, inside, calendar.timezone, now, patience);
    await this.#disk(troubles, calendar.timezone);
    await this.#releases(troubles, calendar, 'why' in inside ? undefined : inside, now, patience);
    return troubles;
  }

  /** Looks, and tells what has been wrong for longer than the patience. */
  async round(): Promise<void> {
    const { clock, config, log } = this.#parts;
    const now = clock.now();
    const troubles = await this.#look(now, config.watchdog.patience);
    for (const [id, by] of await this.#store.acknowledgements()) await acknowledge(this.#store, id, by, now, () => Promise.resolve());
    await settleIncidents(
      this.#store,
      troubles,
      () => true,
      now,
      config.alerts,
      this.#write,
      (event, subject, detail) => {
        log.warn({ subject, ...detail }, event);
        return Promise.resolve();
      },
    );
    await this.#send(now);
    await this.#ping();
  }

  async #inside(now: Instant): Promise<Inside | { why: string }> {
    const { config } = this.#parts;
    const choice = { external: config.redis, folder: join(config.paths.var, 'redis'), prefix: config.prefix };
    const interest = async (plan: GoodPlan | undefined): Promise<Release[]> => recentOf(await this.#plan(plan), now);
    return visitRedis(choice, (handle) => lookInside(handle, interest)).catch((error: unknown) => ({ why: messageOf(error) }));
  }

  /** The plan in force; without Redis that on disk, if nothing is wrong with it; else the last that was seen. */
  async #plan(inForce: GoodPlan | undefined): Promise<Calendar> {
    const files = inForce?.files ?? (await this.#planOnDisk()) ?? this.#store.plan ?? [];
    const text = JSON.stringify(files);
    if (text === this.#calendar.text) return this.#calendar.calendar;
    const read = inForce ? readGood(inForce) : readPlan(files, [...this.#parts.config.channels.keys()], undefined, true);
    this.#calendar = { text, calendar: read.calendar };
    this.#store.plan = [...files];
    await this.#store.save();
    return read.calendar;
  }

  async #planOnDisk(): Promise<readonly SourceFile[] | undefined> {
    const { config } = this.#parts;
    const files = await readSources(config.paths).catch(() => undefined);
    return files && !hasErrors(readPlan(files, [...config.channels.keys()]).problems) ? files : undefined;
  }

  /** Whether the service runs, and works. */
  #service(troubles: Troubles, inside: Inside | { why: string }, timezone: string, now: Instant, patience: number): void {
    const { config } = this.#parts;
    const sweeps = Math.max(patience, SWEEPS * config.schedule.sweep);
    if ('why' in inside) {
      // The embedded Redis is revived at once by any service that runs.
      const cause: Cause = config.redis ? { kind: 'redis', subject: 'redis' } : service;
      const since = this.#lasting('redis', now);
      if (now - since < patience) return;
      troubles.set(keyOf(cause), plainTrouble(cause, timezone, 'dead', config.redis ? inside.why : String(now - since), 'missed'));
      return;
    }
    this.#failing.delete('redis');
    const age = inside.pulseAge ?? now - this.#lasting('pulse', now);
    if (age < sweeps && !(patience === 0 && inside.pulseAge === undefined)) {
      if (inside.pulseAge !== undefined) this.#failing.delete('pulse');
      return;
    }
    troubles.set(SERVICE, plainTrouble(service, timezone, inside.alive ? 'hung' : 'dead', String(age), 'missed'));
  }

  async #disk(troubles: Troubles, timezone: string): Promise<void> {
    const { config } = this.#parts;
    const free = await lookAtDisk(config.paths.var);
    if (typeof free !== 'number' || free >= config.watchdog.disk * MEGABYTE) return;
    const cause: Cause = { kind: 'disk', subject: config.paths.var };
    const trouble = plainTrouble(cause, timezone, 'disk', `${Math.round(free / MEGABYTE)} MB`);
    const before = (await this.#store.incidents()).get(keyOf(cause));
    // The figure of the mail stays as it was told: it changes every second.
    troubles.set(keyOf(cause), before ? { ...trouble, detail: before.detail } : trouble);
  }

  /** What was due and cannot be seen in public, unless the service has told it. */
  async #releases(troubles: Troubles, calendar: Calendar, inside: Inside | undefined, now: Instant, patience: number): Promise<void> {
    const { config } = this.#parts;
    const site = await lookAtSite(config.watchdog.site);
    const due = recentOf(calendar, now).filter((release) => now >= release.due + release.settings.grace + AFTER_MS);
    this.#remember(inside, due);
    if ('why' in site) {
      const since = this.#lasting('site', now);
      const cause: Cause = { kind: 'site', subject: config.watchdog.site };
      // A service that is down serves no site, and that is told already.
      if (now - since >= patience && !troubles.has(SERVICE))
        troubles.set(keyOf(cause), plainTrouble(cause, calendar.timezone, 'site', site.why, 'missed'));
    } else this.#failing.delete('site');
    for (const release of due) {
      if (inside?.told.has(release.id)) continue;
      for (const channel of release.settings.channels) {
        const publication = publicationId(release.id, channel);
        if (this.#store.settled.has(publication)) continue;
        const isSite = config.channels.get(channel)?.kind === 'website';
        if (isSite ? 'why' in site || site.has(release.id) : (await this.#sight(publication, release, channel, inside, now)) !== 'not-public')
          continue;
        joinTrouble(troubles, { kind: 'release', subject: release.id }, release, 'missed', MISSED, {
          channels: [channel],
          state: inside?.entries.get(publication)?.state ?? 'planned',
          code: 'unseen',
          detail: undefined,
        });
      }
    }
    this.#cannotLook(troubles, calendar.timezone);
  }

  /** Publications that are not to be looked for, as the ledger says. */
  #remember(inside: Inside | undefined, due: readonly Release[]): void {
    if (!inside) return;
    const settled = due
      .flatMap((release) => release.settings.channels.map((channel) => publicationId(release.id, channel)))
      .filter((publication) => {
        const state = inside.entries.get(publication)?.state;
        return state === 'bygone' || state === 'cancelled' || state === 'withdrawn';
      });
    this.#store.settled = new Set(settled);
  }

  /** Asks a channel a few times until it shows the publication; once seen it is not asked again. */
  async #sight(publication: PublicationId, release: Release, name: string, inside: Inside | undefined, now: Instant): Promise<Sight['result']> {
    const channel = this.#parts.channels.get(name);
    const before = this.#sights.get(publication);
    if (!channel) return 'cannot-tell';
    if (before && (before.result === 'public' || before.looks >= CHANNEL_LOOKS || now - before.last < CHANNEL_MS)) return before.result;
    const looks = before?.looks ?? 0;
    const result = await lookAtChannel(channel, publication, release, {
      item: await this.#item(release, name),
      receipt: inside?.entries.get(publication)?.receipt,
      looks,
    });
    this.#sights.set(publication, { looks: looks + 1, last: now, result });
    return result;
  }

  /** The content, where a channel has nothing but that to be looked for by. */
  async #item(release: Release, channel: string): Promise<Item | undefined> {
    const { config } = this.#parts;
    const loaded = await loadBundle(config.paths.content, release);
    if (loaded.state !== 'ready') return undefined;
    return itemOf(release, loaded.bundle, channel, { url: `${config.site.publicUrl}releases/${release.id}/`, bureau: config.bureau.zh });
  }

  /** A channel that does not answer the watchdog again and again. */
  #cannotLook(troubles: Troubles, timezone: string): void {
    for (const [publication, sight] of this.#sights) {
      if (sight.result !== 'no-answer' || sight.looks < FAILED) continue;
      const cause: Cause = { kind: 'channel', subject: publication.split('@')[1] ?? '' };
      if (!troubles.has(keyOf(cause))) troubles.set(keyOf(cause), plainTrouble(cause, timezone, 'cannot-look', ''));
    }
  }

  async #send(now: Instant): Promise<void> {
    const { config, ways, log } = this.#parts;
    for (const delivery of this.#store.outbox()) {
      if (delivery.notBefore > now) continue;
      const sent = await trySend(delivery, config.alerts.people, ways, now);
      log.info({ letter: delivery.letter, way: delivery.way, person: delivery.person, result: sent.result }, 'letter');
      if (sent.result === 'later') await this.#store.record({ deliveries: [sent.delivery] });
      else await this.#store.delivered(delivery.id);
    }
  }

  /** Tells the dead man's switch that the watchdog lives; `/fail` while nobody can be reached (as healthchecks.io has it). */
  async #ping(): Promise<void> {
    const { ping } = this.#parts.config.watchdog;
    if (ping === undefined) return;
    const stuck = this.#store.outbox().some((delivery) => delivery.tries >= FAILED);
    const url = stuck ? `${ping.replace(/\/$/, '')}/fail` : ping;
    const answer = await http({ method: 'GET', url, limitMs: 10_000 }, new AbortController().signal);
    if (!answer.ok) this.#parts.log.warn({ why: answer.why }, 'ping');
  }

  readonly #write: LetterWriter = (event, incidents, person, now) => {
    const { config } = this.#parts;
    const words: Words = wordsOf(person.language);
    const bureau = person.language === 'en' ? (config.bureau.en ?? config.bureau.zh) : config.bureau.zh;
    const before = peopleFor(config.alerts.people, 'missed', (incidents[0]?.level ?? 2) - 1);
    const names = before.map(({ name }) => name).join('、');
    return Promise.resolve(incidentLetter(words, `${bureau} ${words.letters.watchdog}`, { event, incidents, now, before: names }));
  };

  /** Since when a look fails. */
  #lasting(what: string, now: Instant): number {
    const since = this.#failing.get(what) ?? now;
    this.#failing.set(what, since);
    return since;
  }
}

/** What was due in the last day and is not taken out of the plan. */
function recentOf(calendar: Calendar, now: Instant): Release[] {
  const from = instant(now - LOOK_BACK_MS);
  return calendar.releases.filter(({ due, status }) => due <= now && due >= from && status !== 'cancelled');
}

/** Waits until a process of this machine has ended, as long as one may take to hand over. */
async function ended(pid: number): Promise<void> {
  if (!(pid > 1) || pid === process.pid) return;
  for (const until = performance.now() + HAND_OVER_MS; performance.now() < until; await sleep(HAND_OVER_LOOK_MS)) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
  }
}
