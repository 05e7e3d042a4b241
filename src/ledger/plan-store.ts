// The small things kept beside the ledger: the last good plan, the history of its dates, approvals.
// Not for publications (ledger.ts) nor for incidents and letters (incident-store.ts).

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type Instant, instant } from '../lib/instant.ts';
import { readOnce } from '../lib/parse-cache.ts';
import {
  type DateChange,
  type LocalDate,
  type PublicationId,
  type ReleaseId,
  releaseId,
} from '../plan/types.ts';
import type { RedisClient, RedisHandle } from '../redis/connection.ts';
import { type KeyName, keyOf } from '../redis/keys.ts';
import type { Delivery } from './delivery.ts';

const dates = z.record(z.string(), z.string());
export const goodPlan = z.object({
  files: z.array(z.object({ name: z.string(), text: z.string() })),
  at: z.number(),
  /**
   * How many plans were in force before it: an older one that is in force again is known by that,
   * whatever clocks say. Absent before Banli kept it.
   */
  seq: z.number().int().optional(),
  /** The holidays that it was dated by: another version of Banli may know others. */
  notices: z.object({ holidays: dates, workdays: dates }).optional(),
  /**
   * The channels that were configured: what `channels` left out means. Absent in plans of Banli
   * 0.1.0, where it meant the website.
   */
  channels: z.array(z.string()).optional(),
  /**
   * It comes from a backup: what the files have said since was said in words already, and is not
   * asked for them again.
   */
  restored: z.boolean().optional(),
  /**
   * The first one that came into force after a restore: what it says is past was said before it,
   * and may have been done.
   */
  afterRestore: z.boolean().optional(),
});
/** The plan that is in force, as its files' text, and what it was dated by and sent to. */
export type GoodPlan = z.output<typeof goodPlan>;

/** The plan in force with what names it. */
export interface HeldPlan {
  readonly plan: GoodPlan;
  /** Names the plan, and the act of putting it into force: `plan-version` in Redis. */
  readonly version: string;
  /**
   * Of its text as Redis has it: another plan is only put in its place if this still stands there.
   */
  readonly mark: string;
}

/**
 * The version of a plan: everything that its calendar follows from, and when it came into force.
 */
export function versionOf({ files, notices, channels, at }: GoodPlan): string {
  return hash('sha256', JSON.stringify([files, notices ?? null, channels ?? null, at]));
}

const hash = (algorithm: 'sha1' | 'sha256', text: string): string =>
  createHash(algorithm).update(text).digest('hex');
const script = readFileSync(new URL('./set-plan.lua', import.meta.url), 'utf8');
type Scripted = RedisClient & { banliSetPlan(keys: number, ...args: string[]): Promise<unknown> };

const instantMs = z.number().transform((ms) => instant(ms));
const dateChange = z.object({
  at: instantMs,
  kind: z.enum(['moved', 'cancelled', 'restored', 'removed', 'added']),
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

const approvalValue = z.object({
  at: z.number(),
  step: z.string().optional(),
  from: z.string().optional(),
});

/** One person's approval of one content. */
export interface ApprovalRecord {
  readonly digest: string;
  readonly person: string;
  readonly at: Instant;
  /** Of 三审三校, where it was given at the desk. */
  readonly step: string | undefined;
  /** The address that it came from. */
  readonly from: string | undefined;
}

/** Asked for each second, and as long as a year's plan. */
const heldIn = readOnce((text): HeldPlan => {
  const plan = goodPlan.parse(JSON.parse(text));
  return { plan, version: versionOf(plan), mark: hash('sha1', text) };
}, 2);

export class PlanStore {
  readonly #redis: Scripted;
  readonly #prefix: string;
  readonly #handle: RedisHandle;

  constructor(handle: RedisHandle) {
    this.#handle = handle;
    handle.client.defineCommand('banliSetPlan', { lua: script });
    this.#redis = handle.client as Scripted;
    this.#prefix = handle.prefix;
  }

  #key(name: KeyName): string {
    return keyOf({ prefix: this.#prefix }, name);
  }

  /** The plan in force. */
  async plan(): Promise<GoodPlan | undefined> {
    return (await this.held())?.plan;
  }

  /** The plan in force with its version and mark. */
  async held(): Promise<HeldPlan | undefined> {
    const text = await this.#redis.get(this.#key('plan'));
    if (text === null) return undefined;
    return heldIn(text);
  }

  /**
   * The version of the plan in force as every worker reads it; undefined where an older Banli put
   * it there, or a restore.
   */
  async planVersion(): Promise<string | undefined> {
    return (await this.#redis.get(this.#key('plan-version'))) ?? undefined;
  }

  /**
   * Whatever plan Redis has may be an older one: until the files are put into force again, the
   * ledger lets nothing out by it.
   */
  async doubtPlan(): Promise<void> {
    const all = this.#redis.multi().del(this.#key('plan-version'));
    const held = await this.held();
    if (held) all.set(this.#key('plan'), JSON.stringify({ ...held.plan, restored: true }));
    await all.exec();
    await this.#handle.replicated();
  }

  /** Writes the version of a plan that is in force without one. */
  async setVersion({ plan, version, mark }: HeldPlan): Promise<void> {
    await this.#setPlan(mark, JSON.stringify(plan), version, [], []);
  }

  /**
   * Puts a plan into force, the dates that it changes into the history of their releases, and
   * letters about it into the outbox: all or nothing, and only if the plan that it was compared
   * with is still the one in force, and nothing that it changes came out since.
   * @param mark of the plan that must be in force: '' for none, '*' for whichever
   * @param unpublished what the plan changes and was not public when it was compared
   * @returns whether it is in force now. @throws Error where it is, but the replicas that were
   *   asked for have not confirmed it
   */
  async setPlan(
    plan: GoodPlan,
    changed: ReadonlyMap<ReleaseId, DateChange>,
    letters: readonly Delivery[] = [],
    mark = '*',
    unpublished: readonly PublicationId[] = [],
  ): Promise<boolean> {
    const done = await this.#setPlan(
      mark,
      JSON.stringify(plan),
      versionOf(plan),
      [...changed],
      letters,
      unpublished,
    );
    if (done) await this.#handle.replicated();
    return done;
  }

  async #setPlan(
    mark: string,
    text: string,
    version: string,
    changed: readonly (readonly [ReleaseId, DateChange])[],
    letters: readonly Delivery[],
    unpublished: readonly PublicationId[] = [],
  ): Promise<boolean> {
    const lists = changed.map(([release]) => this.#key(`dates:${release}`));
    const keys = [
      ...(['plan', 'plan-version', 'dates', 'outbox'] as const).map((name) => this.#key(name)),
      ...lists,
      ...unpublished.map((one) => this.#key(`pub:${one}`)),
    ];
    const pairs = [...changed, ...letters.map((one) => [one.id, one] as const)].flatMap(
      ([id, value]) => [id, JSON.stringify(value)],
    );
    return (
      (await this.#redis.banliSetPlan(
        keys.length,
        ...keys,
        mark,
        text,
        version,
        String(changed.length),
        ...pairs,
      )) === 1
    );
  }

  /** Every change of a date, by release, oldest first. Kept for good. */
  async dateHistory(): Promise<Map<ReleaseId, DateChange[]>> {
    const releases = await this.#redis.smembers(this.#key('dates'));
    const lists = await Promise.all(
      releases.map((release) => this.#redis.lrange(this.#key(`dates:${release}`), 0, -1)),
    );
    return new Map(
      releases.map((release, index) => [
        releaseId(release),
        (lists[index] ?? []).map((text) => dateChange.parse(JSON.parse(text))),
      ]),
    );
  }

  /**
   * Notes that a person approves exactly the content with this digest. The same person twice counts
   * once.
   */
  async approve(
    release: ReleaseId,
    digest: string,
    person: string,
    at: Instant,
    more: { step?: string; from?: string } = {},
  ): Promise<void> {
    await this.#redis.hset(
      this.#key(`approvals:${release}`),
      `${digest} ${person}`,
      JSON.stringify({ at, ...more }),
    );
    await this.#handle.replicated();
  }

  /**
   * How many different people approved exactly this content. Its author does not count, whoever
   * else has to.
   */
  async approvals(release: ReleaseId, digest: string): Promise<number> {
    const author = await this.authorOf(release, digest);
    return (await this.approvalsOf(release)).filter(
      (one) => one.digest === digest && one.person !== author,
    ).length;
  }

  /**
   * Everybody's approvals of a release, oldest first; those of another digest than the present one
   * are void.
   */
  async approvalsOf(release: ReleaseId): Promise<ApprovalRecord[]> {
    const all = Object.entries(await this.#redis.hgetall(this.#key(`approvals:${release}`)));
    return all
      .map(([key, text]): ApprovalRecord => {
        const space = key.indexOf(' ');
        const value: unknown = JSON.parse(text);
        // Banli 0.1.0 kept the time alone.
        const { at, step, from } = approvalValue.parse(
          typeof value === 'number' ? { at: value } : value,
        );
        return {
          digest: key.slice(0, space),
          person: key.slice(space + 1),
          at: instant(at),
          step,
          from,
        };
      })
      .sort((a, b) => a.at - b.at);
  }

  /** Who brought in the content with this digest, as far as it came through the desk. */
  async authorOf(release: ReleaseId, digest: string): Promise<string | undefined> {
    return (await this.#redis.hget(this.#key(`authors:${release}`), digest)) ?? undefined;
  }

  /** Who wrote it first: whoever saves the same bytes again has not written them. */
  async setAuthor(release: ReleaseId, digest: string, person: string): Promise<void> {
    await this.#redis.hsetnx(this.#key(`authors:${release}`), digest, person);
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
