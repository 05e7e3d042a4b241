// What is wrong and whom to tell: open incidents, the outbox of letters, what regular letters were written, and links used up. Each change of these
// is one transaction. Not for deciding any of it: alerts/.
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { RedisHandle } from '../redis/connection.ts';

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
});
export type Item = z.output<typeof item>;

/**
 * What kind of cause: a release's own; a day's content that is not ready; a channel for all its releases; nothing that any publication says of
 * itself (`stuck`); and those that concern no release.
 */
const kind = z.enum([
  'release',
  'unready',
  'channel',
  'stuck',
  'late',
  'plan',
  'clock',
  'quota',
  'plan-ends',
  'mail',
  'service',
  'redis',
  'disk',
  'site',
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
  /** What cannot be said by items: a code that words/ turns into a sentence, with what belongs in it. */
  code: z.string().optional(),
  detail: z.string().optional(),
  openedAt: z.number(),
  /** Since when it is more than a warning. */
  missedAt: z.number().optional(),
  /** The letter that opened it: all further ones are answers to it. */
  thread: z.string(),
  /** Every release that it has concerned and that was told, by id. */
  told: z.record(z.string(), z.string()),
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
  at: z.number(),
  /** Quiet hours end then; or the next try. */
  notBefore: z.number(),
  tries: z.number().default(0),
  error: z.string().optional(),
});
/** One letter to one person by one way, until it has arrived. */
export type Delivery = z.output<typeof delivery>;

const preflight = z.object({
  at: z.number(),
  wrong: z.array(z.object({ code: z.string(), detail: z.string().optional() })),
  /** What is needed at the channel ends then. */
  goodUntil: z.number().optional(),
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
}

/** Where incidents are kept: in Redis by the service, in a file by the watchdog. */
export interface AlertStore {
  incidents(): Promise<Map<string, Incident>>;
  record(changes: AlertChanges): Promise<void>;
  /** Runs unless another is at it. */
  alone<T>(name: string, forMs: number, run: () => Promise<T>): Promise<T | undefined>;
}

const USED_MS = 30 * 86_400_000;

export function readIncident(value: unknown): Incident | undefined {
  const read = incident.safeParse(value);
  return read.success ? read.data : undefined;
}

export function readDelivery(value: unknown): Delivery | undefined {
  const read = delivery.safeParse(value);
  return read.success ? read.data : undefined;
}

export class IncidentBook implements AlertStore {
  readonly #handle: RedisHandle;
  readonly #redis: RedisHandle['client'];

  constructor(handle: RedisHandle) {
    this.#handle = handle;
    this.#redis = handle.client;
  }

  #key(name: string): string {
    return `${this.#handle.prefix}:${name}`;
  }

  /** Open ones, and those that are over and wait to be told. What another version of Banli wrote is passed over: it is found again by the next round. */
  async incidents(): Promise<Map<string, Incident>> {
    const all = await this.#redis.hgetall(this.#key('incidents'));
    return new Map(Object.entries(all).flatMap(([key, text]) => pair(key, readIncident(JSON.parse(text)))));
  }

  async record({ set, remove = [], deliveries = [], once = [] }: AlertChanges): Promise<void> {
    const all = this.#redis.multi();
    for (const [key, value] of set ?? []) all.hset(this.#key('incidents'), key, JSON.stringify(value));
    for (const key of remove) all.hdel(this.#key('incidents'), key);
    for (const one of deliveries) all.hset(this.#key('outbox'), one.id, JSON.stringify(one));
    for (const one of once) all.sadd(this.#key('written'), one);
    await all.exec();
    await this.#handle.replicated();
  }

  async wasWritten(once: string): Promise<boolean> {
    return (await this.#redis.sismember(this.#key('written'), once)) === 1;
  }

  /** In order of being written. */
  async deliveries(): Promise<Delivery[]> {
    const all = Object.values(await this.#redis.hgetall(this.#key('outbox'))).flatMap((text) => readDelivery(JSON.parse(text)) ?? []);
    return all.sort((a, b) => a.at - b.at);
  }

  async delivery(id: string): Promise<Delivery | undefined> {
    const text = await this.#redis.hget(this.#key('outbox'), id);
    return text === null ? undefined : readDelivery(JSON.parse(text));
  }

  async delivered(id: string): Promise<void> {
    await this.#redis.hdel(this.#key('outbox'), id);
  }

  async preflights(): Promise<Map<string, PreflightNote>> {
    const all = await this.#redis.hgetall(this.#key('preflights'));
    return new Map(Object.entries(all).map(([channel, text]) => [channel, preflight.parse(JSON.parse(text))]));
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

  /** Runs something unless another process is at it; the lock ends by itself. */
  async alone<T>(name: string, forMs: number, run: () => Promise<T>): Promise<T | undefined> {
    const key = this.#key(`lock:${name}`);
    const mine = randomBytes(8).toString('hex');
    if ((await this.#redis.set(key, mine, 'PX', forMs, 'NX')) === null) return undefined;
    try {
      return await run();
    } finally {
      // Another's, if this one took longer than the lock lasts.
      if ((await this.#redis.get(key)) === mine) await this.#redis.del(key);
    }
  }
}

function pair<T>(key: string, value: T | undefined): [string, T][] {
  return value === undefined ? [] : [[key, value]];
}
