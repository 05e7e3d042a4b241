// The small things kept beside the ledger: the last good plan, the history of its dates, approvals. Not for publications (ledger.ts) nor for
// incidents and letters (incidents.ts).
import { z } from 'zod';
import { instant, releaseId } from '../plan/types.ts';
import type { DateChange, Instant, LocalDate, ReleaseId } from '../plan/types.ts';
import type { RedisHandle } from '../redis/connection.ts';
import type { Delivery } from './incidents.ts';

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

const approvalValue = z.object({ at: z.number(), step: z.string().optional(), from: z.string().optional() });

/** One person's approval of one content. */
export interface Approval {
  readonly digest: string;
  readonly person: string;
  readonly at: Instant;
  /** Of 三审三校, where it was given at the desk. */
  readonly step: string | undefined;
  /** The address that it came from. */
  readonly from: string | undefined;
}

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

  /** Puts a plan into force, the dates that it changes into the history of their releases, and letters about it into the outbox: in one transaction. */
  async setPlan(plan: GoodPlan, changed: ReadonlyMap<ReleaseId, DateChange>, letters: readonly Delivery[] = []): Promise<void> {
    const all = this.#redis.multi().set(this.#key('plan'), JSON.stringify(plan));
    for (const [release, change] of changed) all.rpush(this.#key(`dates:${release}`), JSON.stringify(change)).sadd(this.#key('dates'), release);
    for (const one of letters) all.hset(this.#key('outbox'), one.id, JSON.stringify(one));
    await all.exec();
    await this.#handle.replicated();
  }

  /** Every change of a date, by release, oldest first. Kept for good. */
  async dateHistory(): Promise<Map<ReleaseId, DateChange[]>> {
    const releases = await this.#redis.smembers(this.#key('dates'));
    const lists = await Promise.all(releases.map((release) => this.#redis.lrange(this.#key(`dates:${release}`), 0, -1)));
    return new Map(releases.map((release, index) => [releaseId(release), (lists[index] ?? []).map((text) => dateChange.parse(JSON.parse(text)))]));
  }

  /** Notes that a person approves exactly the content with this digest. The same person twice counts once. */
  async approve(release: ReleaseId, digest: string, person: string, at: Instant, more: { step?: string; from?: string } = {}): Promise<void> {
    await this.#redis.hset(this.#key(`approvals:${release}`), `${digest} ${person}`, JSON.stringify({ at, ...more }));
    await this.#handle.replicated();
  }

  /** How many different people approved exactly this content. Its author does not count, whoever else has to. */
  async approvals(release: ReleaseId, digest: string): Promise<number> {
    const author = await this.authorOf(release, digest);
    return (await this.approvalsOf(release)).filter((one) => one.digest === digest && one.person !== author).length;
  }

  /** Everybody's approvals of a release, oldest first; those of another digest than the present one are void. */
  async approvalsOf(release: ReleaseId): Promise<Approval[]> {
    const all = Object.entries(await this.#redis.hgetall(this.#key(`approvals:${release}`)));
    return all
      .map(([key, text]): Approval => {
        const space = key.indexOf(' ');
        const value: unknown = JSON.parse(text);
        // Banli 0.1.0 kept the time alone.
        const { at, step, from } = approvalValue.parse(typeof value === 'number' ? { at: value } : value);
        return { digest: key.slice(0, space), person: key.slice(space + 1), at: instant(at), step, from };
      })
      .sort((a, b) => a.at - b.at);
  }

  /** Who brought in the content with this digest, as far as it came through the desk. */
  async authorOf(release: ReleaseId, digest: string): Promise<string | undefined> {
    return (await this.#redis.hget(this.#key(`authors:${release}`), digest)) ?? undefined;
  }

  async setAuthor(release: ReleaseId, digest: string, person: string): Promise<void> {
    await this.#redis.hset(this.#key(`authors:${release}`), digest, person);
    await this.#handle.replicated();
  }

  /** The last event of the journal that the sweep has looked at. */
  async sweptTo(): Promise<string | undefined> {
    return (await this.#redis.get(this.#key('swept'))) ?? undefined;
  }

  async setSweptTo(event: string): Promise<void> {
    await this.#redis.set(this.#key('swept'), event);
  }
}
