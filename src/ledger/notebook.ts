// The small things kept beside the ledger: the last good plan, approvals, open incidents, letters not sent yet, short locks.
// Not for publications: ledger.ts.
import { z } from 'zod';
import type { Instant, ReleaseId } from '../plan/types.ts';
import type { RedisHandle } from '../redis/connection.ts';

const goodPlan = z.object({ files: z.array(z.object({ name: z.string(), text: z.string() })), at: z.number() });
/** The plan that is in force, as its files' text. */
export type GoodPlan = z.output<typeof goodPlan>;

const part = z.object({ channel: z.string(), state: z.string(), code: z.string().optional(), detail: z.string().optional() });
const incident = z.object({
  id: z.string(),
  kind: z.enum(['at-risk', 'missed', 'plan']),
  /** The release, or the plan. */
  subject: z.string(),
  title: z.string(),
  due: z.number().optional(),
  timezone: z.string(),
  parts: z.array(part),
  openedAt: z.number(),
  /** For a plan that is wrong: its problems, as they are shown. */
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

  constructor(handle: RedisHandle) {
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

  async setPlan(plan: GoodPlan): Promise<void> {
    await this.#redis.set(this.#key('plan'), JSON.stringify(plan));
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
