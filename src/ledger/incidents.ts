// What is wrong and whom to tell: open incidents, the outbox of letters, what regular letters were
// written, and links used up. Each change of these is one transaction. Not for deciding any of it:
// alerts/.

import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { readOnce } from '../lib/parse-cache.ts';
import type { RedisClient, RedisHandle } from '../redis/connection.ts';
import { type KeyName, keyOf } from '../redis/keys.ts';
import { type Fence, withLock } from '../redis/lock.ts';
import { aboutStored, fromFormerAbout } from './incident-about.ts';

/** `missed` is never held back; `report` is the regular mail. */
export const SEVERITIES = ['missed', 'warning', 'report'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** One release that an incident concerns, on the channels that stand still for the same reason. */
const item = z.object({
  release: z.string(),
  name: z.object({ zh: z.string(), en: z.string().optional() }),
  due: z.number(),
  channels: z.array(z.string()),
  state: z.string(),
  code: z.string().optional(),
  detail: z.string().optional(),
  /** Of this release alone: an incident that is missed for one may be a risk to another. */
  severity: z.enum(['missed', 'warning']).optional(),
  /** Missed, and since then nothing holds it up any more: it is coming out. */
  since: z.number().optional(),
});
export type IncidentItem = z.output<typeof item>;

/**
 * What kind of cause: a release's own; a day's content that is not ready; a channel for all its
 * releases; nothing that any publication says of itself (`stuck`); a promise to the public that
 * nothing answers for (`promise`); something that the public sees before its time (`early`); a
 * ledger that is new, restored or rolled back; and those that concern no release.
 */
const kind = z.enum([
  'release',
  'unready',
  'channel',
  'stuck',
  'late',
  'promise',
  'early',
  'ledger-reborn',
  'plan',
  'clock',
  'quota',
  'plan-ends',
  'by-hand',
  'otherwise',
  'mail',
  'service',
  'redis',
  'disk',
  'site',
  'engine',
]);

const incident = z.object({
  /** Short, for people and for `banli ack`. */
  id: z.string(),
  kind,
  /** A release, a day, a channel, a machine, a plan: whatever the kind is about. */
  subject: z.string(),
  severity: z.enum(['missed', 'warning']),
  /** How near it has come: it is told again when this rises. */
  stage: z.number(),
  timezone: z.string(),
  items: z.array(item),
  /** What cannot be said by items. */
  about: aboutStored,
  openedAt: z.number(),
  /** Since when it is more than a warning. */
  missedAt: z.number().optional(),
  /** The letter that opened it: all further ones are answers to it. */
  thread: z.string(),
  /** Every release that it has concerned and that was told, by id. */
  told: z.record(z.string(), z.string()),
  /**
   * What was told of each at each instant that it was due (`toldKey`): that it may be late, or that
   * it is.
   */
  toldAs: z.record(z.string(), z.enum(['risk', 'late'])).optional(),
  toldAt: z.number(),
  /** So many people have been told. */
  level: z.number(),
  levelAt: z.number(),
  acknowledged: z.object({ by: z.string(), at: z.number() }).optional(),
  /** Over, and told once all that opened with it are. */
  closedAt: z.number().optional(),
});
/** One thing wrong, open until it is over. */
export type Incident = z.output<typeof incident>;

/** What is wrong, as other code reports it: it lasts until it is cleared. */
const reported = incident.pick({
  kind: true,
  subject: true,
  severity: true,
  stage: true,
  timezone: true,
  items: true,
  about: true,
});
type Reported = z.output<typeof reported>;

const file = z.object({ name: z.string(), type: z.string(), text: z.string() });
const delivery = z.object({
  id: z.string(),
  /** The letter that it is a copy of. */
  letter: z.string(),
  /** The letter that it answers. */
  thread: z.string().optional(),
  person: z.string(),
  /** `mail`, or a way by its name in banli.yaml. */
  way: z.string(),
  /** The one of the person's addresses that it goes to: each is tried by itself. */
  address: z.string().optional(),
  severity: z.enum(SEVERITIES),
  event: z.string(),
  subject: z.string(),
  text: z.string(),
  html: z.string(),
  /** For robots: short Markdown. */
  brief: z.string(),
  files: z.array(file).default([]),
  /** For programs. */
  incidents: z.array(z.string()).default([]),
  /** What it says is missed: by incident, the releases (`toldKey`). */
  late: z.record(z.string(), z.array(z.string())).optional(),
  at: z.number(),
  /** Quiet hours end then; or the next try. */
  notBefore: z.number(),
  tries: z.number().default(0),
  error: z.string().optional(),
  /** The other side refused it for good: it is tried again rarely. */
  refused: z.boolean().optional(),
  /** The next person was written to in its place. */
  passed: z.boolean().optional(),
});
/** One letter to one person by one way, until it has arrived. */
export type Delivery = z.output<typeof delivery>;

const preflight = z.object({
  at: z.number(),
  wrong: z.array(z.object({ code: z.string(), detail: z.string().optional() })),
  /** What is needed at the channel ends then. */
  goodUntil: z.number().optional(),
  /** Whose account it was, as far as the channel said it. */
  account: z.string().optional(),
  /** So many times in a row it could not be asked. */
  silent: z.number().default(0),
});
/** What a channel answered when it was last asked whether it is ready. */
export type PreflightNote = z.output<typeof preflight>;

/** What changes together. */
export interface AlertChanges {
  readonly set?: ReadonlyMap<string, Incident>;
  readonly remove?: readonly string[];
  readonly deliveries?: readonly Delivery[];
  /** Letters that are written once, by what they are about. */
  readonly once?: readonly string[];
  /** Written only while this lock is held. */
  readonly under?: Fence | undefined;
}

/** Where incidents are kept: in Redis by the service, in a file by the watchdog. */
export interface AlertStore {
  incidents(): Promise<Map<string, Incident>>;
  /** The outbox. A letter leaves it only after what it told is noted as taken. */
  deliveries(): Promise<Delivery[]>;
  /** What letters that were taken have told of an incident (`toldKey`); '': the incident itself. */
  taken(incident: string): Promise<ReadonlySet<string>>;
  /** @returns false where the lock that it was decided under was lost, and nothing is written */
  record(changes: AlertChanges): Promise<boolean>;
  /** Runs unless another is at it. */
  alone<T>(name: string, forMs: number, run: (fence?: Fence) => Promise<T>): Promise<T | undefined>;
}

const script = readFileSync(new URL('./record.lua', import.meta.url), 'utf8');
type Scripted = RedisClient & { banliRecord(...args: string[]): Promise<unknown> };

/** Which letters were taken is remembered for so long after the last of an incident. */
export const TAKEN_MS = 400 * 86_400_000;
const USED_MS = 30 * 86_400_000;

/** A release at the instant that it was due: moved, it is told anew. */
export function toldKey(release: string, due: number): string {
  return `${release} ${due}`;
}

export function readIncident(value: unknown): Incident | undefined {
  const read = incident.safeParse(fromFormerAbout(value));
  return read.success ? read.data : undefined;
}

export function readDelivery(value: unknown): Delivery | undefined {
  const read = delivery.safeParse(value);
  return read.success ? read.data : undefined;
}

/** Each round reads all that is open, and mostly it is what it was. */
const incidentIn = readOnce((text) => readIncident(JSON.parse(text)), 500);
const deliveryIn = readOnce((text) => readDelivery(JSON.parse(text)), 500);

export class IncidentStore implements AlertStore {
  readonly #handle: RedisHandle;
  readonly #redis: Scripted;

  constructor(handle: RedisHandle) {
    this.#handle = handle;
    handle.client.defineCommand('banliRecord', { numberOfKeys: 4, lua: script });
    this.#redis = handle.client as Scripted;
  }

  #key(name: KeyName): string {
    return keyOf(this.#handle, name);
  }

  /**
   * Open ones, and those that are over and wait to be told. What another version of Banli wrote is
   * passed over: it is found again by the next round.
   */
  async incidents(): Promise<Map<string, Incident>> {
    const all = await this.#redis.hgetall(this.#key('incidents'));
    return new Map(Object.entries(all).flatMap(([key, text]) => pair(key, incidentIn(text))));
  }

  async record({
    set,
    remove = [],
    deliveries = [],
    once = [],
    under,
  }: AlertChanges): Promise<boolean> {
    const changes = {
      set: [...(set ?? [])].flatMap(([key, value]) => [key, JSON.stringify(value)]),
      remove,
      deliveries: deliveries.flatMap((one) => [one.id, JSON.stringify(one)]),
      once,
    };
    const keys = [
      under?.key ?? this.#key('lock:none'),
      ...(['incidents', 'outbox', 'written'] as const).map((name) => this.#key(name)),
    ];
    const done = await this.#redis.banliRecord(
      ...keys,
      under?.token ?? '',
      JSON.stringify(changes),
    );
    await this.#handle.replicated();
    return done === 1;
  }

  async wasWritten(once: string): Promise<boolean> {
    return (await this.#redis.sismember(this.#key('written'), once)) === 1;
  }

  /** In order of being written. */
  async deliveries(): Promise<Delivery[]> {
    const all = Object.values(await this.#redis.hgetall(this.#key('outbox'))).flatMap(
      (text) => deliveryIn(text) ?? [],
    );
    return all.sort((a, b) => a.at - b.at);
  }

  async delivery(id: string): Promise<Delivery | undefined> {
    const text = await this.#redis.hget(this.#key('outbox'), id);
    return text === null ? undefined : deliveryIn(text);
  }

  async delivered(id: string): Promise<void> {
    await this.#redis.hdel(this.#key('outbox'), id);
  }

  /** Somebody's mail server or robot has taken a letter: what it says is missed counts as told. */
  async noteTaken({ late = {} }: Delivery, at: number): Promise<void> {
    const all = this.#redis.multi();
    for (const [id, releases] of Object.entries(late)) {
      const fields = Object.fromEntries(['', ...releases].map((release) => [release, String(at)]));
      all.hset(this.#key(`taken:${id}`), fields).pexpire(this.#key(`taken:${id}`), TAKEN_MS);
    }
    await all.exec();
  }

  /** What letters that were taken have told of an incident (`toldKey`); '': the incident itself. */
  async taken(incident: string): Promise<Set<string>> {
    return new Set(await this.#redis.hkeys(this.#key(`taken:${incident}`)));
  }

  /** What other code has reported and not cleared, by cause. */
  async reported(): Promise<Map<string, Reported>> {
    const all = Object.entries(await this.#redis.hgetall(this.#key('reported')));
    return new Map(
      all.flatMap(([key, text]) =>
        pair(key, reported.safeParse(fromFormerAbout(JSON.parse(text))).data),
      ),
    );
  }

  async report(key: string, trouble: Reported): Promise<void> {
    await this.#redis.hset(this.#key('reported'), key, JSON.stringify(trouble));
    await this.#handle.replicated();
  }

  async unreport(key: string): Promise<void> {
    await this.#redis.hdel(this.#key('reported'), key);
  }

  async preflights(): Promise<Map<string, PreflightNote>> {
    const all = await this.#redis.hgetall(this.#key('preflights'));
    return new Map(
      Object.entries(all).map(([channel, text]) => [channel, preflight.parse(JSON.parse(text))]),
    );
  }

  async notePreflight(channel: string, note: PreflightNote): Promise<void> {
    await this.#redis.hset(this.#key('preflights'), channel, JSON.stringify(note));
  }

  /** A sweep has ended, now by Redis's clock: the service works, and not only lives. */
  async notePulse(): Promise<void> {
    const [seconds] = await this.#redis.time();
    await this.#redis.set(this.#key('pulse'), String(seconds));
  }

  /** The key that links in mails are signed with; made at the first use. */
  async linkKey(): Promise<string> {
    await this.#redis.set(this.#key('link-key'), randomBytes(32).toString('hex'), 'NX');
    return (await this.#redis.get(this.#key('link-key'))) ?? '';
  }

  /** Uses up a link. @returns false where it had been used */
  async useLink(nonce: string): Promise<boolean> {
    return (await this.#redis.set(this.#key(`link:${nonce}`), '1', 'PX', USED_MS, 'NX')) !== null;
  }

  async linkUsed(nonce: string): Promise<boolean> {
    return (await this.#redis.exists(this.#key(`link:${nonce}`))) === 1;
  }

  /**
   * Runs something unless another process is at it; the lock ends by itself, and what is recorded
   * under its fence is refused from then on.
   */
  alone<T>(
    name: string,
    forMs: number,
    run: (fence?: Fence) => Promise<T>,
  ): Promise<T | undefined> {
    return withLock(this.#redis, this.#key(`lock:${name}`), forMs, run);
  }
}

function pair<T>(key: string, value: T | undefined): [string, T][] {
  return value === undefined ? [] : [[key, value]];
}
