// What happened to each publication: its state, changed only through ledger.lua and only along
// states.ts. The walls of the promise (floor, unsettled, birth, plan version) are that script's.
// Not for what should happen (plan) nor for what the channels show (channels).

import { readFileSync } from 'node:fs';
import { type Instant, instant } from '../lib/instant.ts';
import { type PublicationId, parsePublicationId, type ReleaseId } from '../plan/types.ts';
import type { RedisClient, RedisHandle } from '../redis/connection.ts';
import { type KeyName, keyOf } from '../redis/keys.ts';
import { type Changed, type LedgerChange, scriptArgs, type Wall } from './ledger-change.ts';
import type { Reason, Receipt, Unsettled } from './publication-facts.ts';
import { type State, toState } from './states.ts';
import { entryFrom, fieldsToStore, READ } from './stored-fields.ts';

/** One publication as the ledger has it. */
export interface LedgerEntry {
  readonly publication: PublicationId;
  readonly state: State;
  readonly due: Instant;
  /** Nothing of it may be public before this: the latest instant that was promised. */
  readonly notBefore: Instant;
  readonly unsettled: Unsettled | undefined;
  /**
   * Exactly the call that is doubted may be made again: the channel refuses a second one, and so
   * tells.
   */
  readonly repeatable: boolean;
  /** How often it was looked for since the last step. */
  readonly looks: number;
  /** Rises each time a worker takes it; a worker with an older one can change nothing. */
  readonly fence: number;
  readonly worker: string | undefined;
  readonly digest: string | undefined;
  /** What the channel's `stage` gave: everything that the one call at T needs. */
  readonly staged: unknown;
  /**
   * Names what it was staged with besides its content: addresses, names of the bureau. Absent where
   * an older Banli staged it.
   */
  readonly made: string | undefined;
  readonly receipt: Receipt | undefined;
  readonly reason: Reason | undefined;
  /** Not to be tried again before this. */
  readonly retryAt: Instant | undefined;
  readonly tries: number;
  /** Releasing calls that may have reached the channel, since a person last said something. */
  readonly calls: number;
  /** No releasing call before this, whatever is staged meanwhile. */
  readonly callFrom: Instant | undefined;
}

const lua = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');
const PAGE = 10_000;
/** An intent is written so long before its due instant at the most, ms, and clocks differ. */
export const SOON_MS = 1000;

type Scripted = RedisClient & {
  banliChange(...args: (string | number)[]): Promise<unknown>;
  banliUnsettle(...args: (string | number)[]): Promise<unknown>;
};

/** What a ledger takes for the time, and the text of its script. */
export interface LedgerOptions {
  /** `redis`: its own clock holds the floor. `caller`: simulated time does. */
  readonly clock?: 'redis' | 'caller';
  /** For tests that take a wall away, to see that it is missed. */
  readonly script?: string;
}

/** What a ledger knows of itself. */
export interface LedgerSelf {
  /** Since when it keeps count: what was due before may have been sent by another. */
  readonly birth: Instant | undefined;
  /** How many changes it has made. */
  readonly changes: number;
}

/**
 * The ledger over Redis. Every method rejects when Redis can't be reached; nothing is half changed.
 */
export class Ledger {
  readonly #redis: Scripted;
  readonly #prefix: string;
  readonly #handle: RedisHandle;
  readonly #clock: 'redis' | 'caller';
  /** How many changes this process has seen the ledger make. */
  #seen = 0;

  constructor(handle: RedisHandle, { clock = 'redis', script }: LedgerOptions = {}) {
    this.#handle = handle;
    this.#clock = clock;
    handle.client.defineCommand('banliChange', {
      numberOfKeys: 8,
      lua: script ?? lua('./ledger.lua'),
    });
    handle.client.defineCommand('banliUnsettle', { numberOfKeys: 4, lua: lua('./unsettle.lua') });
    this.#redis = handle.client as Scripted;
    this.#prefix = handle.prefix;
  }

  /**
   * How many changes this ledger is known to have made. It has forgotten some if it says that it
   * made fewer.
   */
  get seen(): number {
    return this.#seen;
  }

  /** Another process, or this one before it was started again, has seen it make so many changes. */
  remember(changes: number): void {
    this.#seen = Math.max(this.#seen, changes);
  }

  async self(): Promise<LedgerSelf> {
    const [birth, changes] = await this.#redis.hmget(this.#key('ledger'), 'birth', 'n');
    return { birth: birth ? instant(Number(birth)) : undefined, changes: Number(changes ?? 0) };
  }

  /** Whether it has forgotten changes that this process has seen. */
  async hasForgotten(): Promise<boolean> {
    const { changes } = await this.self();
    const forgot = changes < this.#seen;
    this.remember(changes);
    return forgot;
  }

  /**
   * The ledger is new from now on, for it was restored, rebuilt, or has forgotten something:
   * whatever was due by now and is not known to be public may have been sent. It is marked, and
   * only looked up.
   * @param also publications that some other source says were due before, e.g. a plan file
   * @returns how many were marked
   */
  async beginAgain(
    now: Instant,
    actor: string,
    also: readonly PublicationId[] = [],
  ): Promise<number> {
    await this.#redis.hset(this.#key('ledger'), 'birth', now);
    const due = [
      ...(await this.open(undefined, instant(now + SOON_MS))).keys(),
      ...(await this.closed(now)).keys(),
    ];
    const marked = await this.unsettle(
      [...new Set([...due, ...also])],
      { why: 'birth', at: now },
      actor,
    );
    // The count comes last: should this process end before, whoever knows more is still refused,
    // and does it all again.
    const changes = Math.max((await this.self()).changes, this.#seen) + 1;
    await this.#redis.hset(this.#key('ledger'), 'n', changes);
    this.remember(changes);
    await this.#handle.replicated();
    return marked;
  }

  /**
   * Marks what may be public although the ledger does not say so. What it says to be public or
   * withdrawn is passed over.
   */
  async unsettle(
    publications: readonly PublicationId[],
    mark: Unsettled,
    actor: string,
  ): Promise<number> {
    const answers = await Promise.all(
      publications.map((publication) =>
        this.#redis.banliUnsettle(
          this.#key(`pub:${publication}`),
          this.#key('wake'),
          this.#key('ledger'),
          this.#key('journal'),
          publication,
          JSON.stringify(mark),
          actor,
          mark.at,
        ),
      ),
    );
    await this.#handle.replicated();
    return answers.filter((answer) => answer === 1).length;
  }

  #key(name: KeyName): string {
    return keyOf({ prefix: this.#prefix }, name);
  }

  /** Changes one publication if it is still as the caller saw it. */
  async change(change: LedgerChange): Promise<Changed> {
    const [changed] = await this.changeAll([change]);
    if (!changed) throw new Error('no answer');
    return changed;
  }

  /** Changes many, each on its own, in one round trip; answers in the same order. */
  async changeAll(changes: readonly LedgerChange[]): Promise<Changed[]> {
    if (changes.length === 0) return [];
    const key = (name: KeyName): string => this.#key(name);
    const answers = await Promise.all(
      changes.map((change) =>
        this.#redis.banliChange(...scriptArgs(change, key, this.#clock, this.#seen)),
      ),
    );
    await this.#handle.replicated();
    return answers.map((answer) => {
      const [ok, second, third, wall] = answer as [number, number | string, number, string?];
      if (ok !== 1)
        return {
          ok: false,
          state: String(second),
          fence: third,
          ...(wall ? { wall: wall as Wall } : {}),
        };
      this.remember(third);
      return { ok: true, fence: Number(second) };
    });
  }

  async get(publication: PublicationId): Promise<LedgerEntry | undefined> {
    return (await this.getAll([publication])).get(publication);
  }

  /** Those of the publications that the ledger knows. */
  async getAll(publications: readonly PublicationId[]): Promise<Map<PublicationId, LedgerEntry>> {
    const found = new Map<PublicationId, LedgerEntry>();
    const rows = await Promise.all(
      publications.map((one) => this.#redis.hmget(this.#key(`pub:${one}`), ...READ)),
    );
    rows.forEach((row, index) => {
      const publication = publications[index];
      const entry = publication && entryFrom(publication, row);
      if (entry) found.set(entry.publication, entry);
    });
    return found;
  }

  /** The states alone: of thousands that is quicker. */
  async statesOf(publications: readonly PublicationId[]): Promise<Map<PublicationId, State>> {
    const found = await Promise.all(
      publications.map((one) => this.#redis.hget(this.#key(`pub:${one}`), 's')),
    );
    const named = publications.map((one, index) => [one, toState(found[index])] as const);
    return new Map(named.flatMap(([one, state]) => (state ? [[one, state] as const] : [])));
  }

  /**
   * Open publications (something is still to happen) and their due instants, optionally of a span
   * of due instants.
   */
  open(from?: Instant, to?: Instant): Promise<Map<PublicationId, Instant>> {
    return this.#scores('open', from, to);
  }

  /**
   * Publications to which nothing more happens by itself, and their due instants, optionally up to
   * one.
   */
  closed(to?: Instant): Promise<Map<PublicationId, Instant>> {
    return this.#scores('closed', undefined, to);
  }

  /** About which something is to be done by now, the longest waiting first; at most so many. */
  async waking(now: Instant, most: number): Promise<PublicationId[]> {
    return (await this.#redis.zrangebyscore(
      this.#key('wake'),
      '-inf',
      now,
      'LIMIT',
      0,
      most,
    )) as PublicationId[];
  }

  /** It was looked for once more, in vain; the next look is not before `until`. */
  async noteLook(
    { publication, looks }: Pick<LedgerEntry, 'publication' | 'looks'>,
    until: Instant,
  ): Promise<void> {
    await this.#redis
      .multi()
      .hset(this.#key(`pub:${publication}`), ...fieldsToStore({ looks: looks + 1 }))
      .zadd(this.#key('wake'), 'XX', until, publication)
      .exec();
  }

  /** When something is to be done about a publication; undefined: never by itself. */
  async wakesAt(publication: PublicationId): Promise<Instant | undefined> {
    const score = await this.#redis.zscore(this.#key('wake'), publication);
    return score === null ? undefined : instant(Number(score));
  }

  /** Nothing is to be done about these before an instant, whatever their state says. */
  async snooze(publications: readonly PublicationId[], until: Instant): Promise<void> {
    if (publications.length > 0)
      await this.#redis.zadd(
        this.#key('wake'),
        'XX',
        ...publications.flatMap((one) => [until, one]),
      );
  }

  /** What the public can see, and since when. */
  publicSince(): Promise<Map<PublicationId, Instant>> {
    return this.#scores('public');
  }

  /**
   * Releases of which at least one publication is public, was and is withdrawn, or is on its way.
   */
  async publishedReleases(): Promise<Set<ReleaseId>> {
    const shown = await this.publicSince();
    // What was withdrawn everywhere was public, and does not come out again on another day.
    const over = [...(await this.closed()).keys()].filter((publication) => !shown.has(publication));
    const withdrawn = [...(await this.statesOf(over))].flatMap(([publication, state]) =>
      state === 'withdrawn' ? [publication] : [],
    );
    // Accepted by the channel: it will be public in a moment, whatever the plan says now.
    const waiting = await this.waking(instant(Number.MAX_SAFE_INTEGER), PAGE);
    const states = await this.statesOf(waiting);
    const accepted = waiting.filter((publication) => states.get(publication) === 'releasing');
    return new Set(
      [...shown.keys(), ...withdrawn, ...accepted].map(
        (publication) => parsePublicationId(publication).release,
      ),
    );
  }

  async #scores(set: KeyName, from?: Instant, to?: Instant): Promise<Map<PublicationId, Instant>> {
    const found = new Map<PublicationId, Instant>();
    const key = this.#key(set);
    for (let start = 0; ; start += PAGE) {
      const rows = (await this.#redis.zrangebyscore(
        key,
        String(from ?? '-inf'),
        String(to ?? '+inf'),
        'WITHSCORES',
        'LIMIT',
        start,
        PAGE,
      )) as string[];
      for (let i = 0; i + 1 < rows.length; i += 2)
        found.set(rows[i] as PublicationId, instant(Number(rows[i + 1])));
      if (rows.length < PAGE * 2) return found;
    }
  }
}
