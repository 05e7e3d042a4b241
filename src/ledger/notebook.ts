// The small things kept beside the ledger: the last good plan, approvals, open incidents, letters not sent yet, short locks.
// Not for publications: ledger.ts.
import { z } from 'zod';
import { instant, releaseId } from '../plan/types.ts';
import type { DateChange, Instant, LocalDate, ReleaseId } from '../plan/types.ts';
import type { RedisHandle } from '../redis/connection.ts';

const dates = z.record(z.string(), z.string());
const goodPlan = z.object({
  files: z.array(z.object({ name: z.string(), text: z.string() })),
  at: z.number(),
  /** The holidays that it was dated by: another version of Banli may know others. */
  notices: z.object({ holidays: dates, workdays: dates }).optional(),
});
/** The plan that is in force, as its files' text and the holidays it was dated by. */
export type GoodPlan = z.output<typeof goodPlan>;

const instantMs = z.number().transform((ms) => instant(ms));
const dateChange = z.object({
  at: instantMs,
  kind: z.enum(['moved', 'cancelled', 'restored', 'removed']),
  from: instantMs,
  to: instantMs,
  promised: z.boolean(),
  reason: z.string().optional(),
  announced: z
    .string()
    .transform((text) => text as LocalDate)
    .optional(),
  cause: z.enum(['plan', 'working-days']),
});

const part = z.object({ channel: z.string(), state: z.string(), code: z.string().optional(), detail: z.string().optional() });
const incident = z.object({
  id: z.string(),
  kind: z.enum(['at-risk', 'missed', 'late', 'plan', 'clock']),
  /** The release, the plan, or the machine. */
  subject: z.string(),
  title: z.string(),
  due: z.number().optional(),
  timezone: z.string(),
  parts: z.array(part),
  openedAt: z.number(),
  /** For a plan that is wrong: its problems, as they are shown. For a clock: how far it is off, ms. */
  text: z.string().optional(),
});
/** One thing wrong, open until it is over. */
export type Incident = z.output<typeof incident>;
export type IncidentPart = z.output<typeof part>;

const letter = z.object({ id: z.string(), subject: z.string(), text: z.string(), html: z.string(), at: z.number() });
/** A mail that is to be sent. */
export type Letter = z.output<typeof letter>;

export class Notebook {
  readonly #redis: RedisHandle['client'];
  readonly #prefix: string;
  readonly #handle: RedisHandle;

  constructor(handle: RedisHandle) {
    this.#handle = handle;
    this.#redis = handle.client;
    this.#prefix = handle.prefix;
  }

  #key(name: string): string {
    return `${this.#prefix}:${name}`;
  }

  async plan(): Promise<GoodPlan | undefined> {
    const text = await this.#redis.get(this.#key('plan'));
    return text === null ? undefined : goodPlan.parse(JSON.parse(text));
  }

  /** Puts a plan into force, the dates that it changes into the history of their releases, and a letter about it into the outbox: in one transaction. */
  async setPlan(plan: GoodPlan, changed: ReadonlyMap<ReleaseId, DateChange>, letter?: Letter): Promise<void> {
    const all = this.#redis.multi().set(this.#key('plan'), JSON.stringify(plan));
    for (const [release, change] of changed) all.rpush(this.#key(`dates:${release}`), JSON.stringify(change)).sadd(this.#key('dates'), release);
    if (letter) all.hset(this.#key('outbox'), letter.id, JSON.stringify(letter));
    await all.exec();
    await this.#handle.replicated();
  }

  /** Every change of a date, by release, oldest first. Kept for good. */
  async dateHistory(): Promise<Map<ReleaseId, DateChange[]>> {
    const releases = await this.#redis.smembers(this.#key('dates'));
    const lists = await Promise.all(releases.map((release) => this.#redis.lrange(this.#key(`dates:${release}`), 0, -1)));
    return new Map(releases.map((release, index) => [releaseId(release), (lists[index] ?? []).map((text) => dateChange.parse(JSON.parse(text)))]));
  }

  /** Who approved a release's content, by the digest that they saw. */
  async approve(release: ReleaseId, digest: string, person: string, at: Instant): Promise<void> {
    await this.#redis.hset(this.#key(`approvals:${release}`), `${digest} ${person}`, at);
  }

  async approvals(release: ReleaseId, digest: string): Promise<number> {
    return (await this.#redis.hkeys(this.#key(`approvals:${release}`))).filter((key) => key.startsWith(`${digest} `)).length;
  }

  async incidents(): Promise<Map<string, Incident>> {
    const all = await this.#redis.hgetall(this.#key('incidents'));
    return new Map(Object.entries(all).map(([key, text]) => [key, incident.parse(JSON.parse(text))]));
  }

  /** Opens, changes and closes incidents and puts the letters about it into the outbox, all in one transaction. */
  async record(changes: { set: ReadonlyMap<string, Incident>; remove: readonly string[]; letters: readonly Letter[] }): Promise<void> {
    const all = this.#redis.multi();
    for (const [key, value] of changes.set) all.hset(this.#key('incidents'), key, JSON.stringify(value));
    for (const key of changes.remove) all.hdel(this.#key('incidents'), key);
    for (const one of changes.letters) all.hset(this.#key('outbox'), one.id, JSON.stringify(one));
    await all.exec();
    await this.#handle.replicated();
  }

  /** The last event of the journal that the sweep has looked at. */
  async sweptTo(): Promise<string | undefined> {
    return (await this.#redis.get(this.#key('swept'))) ?? undefined;
  }

  async setSweptTo(event: string): Promise<void> {
    await this.#redis.set(this.#key('swept'), event);
  }

  async letters(): Promise<Letter[]> {
    return Object.values(await this.#redis.hgetall(this.#key('outbox'))).map((text) => letter.parse(JSON.parse(text)));
  }

  async letter(id: string): Promise<Letter | undefined> {
    const text = await this.#redis.hget(this.#key('outbox'), id);
    return text === null ? undefined : letter.parse(JSON.parse(text));
  }

  async sent(id: string): Promise<void> {
    await this.#redis.hdel(this.#key('outbox'), id);
  }

  /** Runs something unless another process is at it; the lock ends by itself. */
  async alone<T>(name: string, forMs: number, run: () => Promise<T>): Promise<T | undefined> {
    const key = this.#key(`lock:${name}`);
    if ((await this.#redis.set(key, '1', 'PX', forMs, 'NX')) === null) return undefined;
    try {
      return await run();
    } finally {
      await this.#redis.del(key);
    }
  }
}
