// What happened to each publication: its state, changed only through ledger.lua and only along states.ts.
// Not for what should happen (plan) nor for what the channels show (channels).
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { instant, partsOf } from '../plan/types.ts';
import type { Instant, PublicationId, ReleaseId } from '../plan/types.ts';
import type { RedisClient, RedisHandle } from '../redis/connection.ts';
import { CLOSED, eventOf, isState, PUBLIC } from './states.ts';
import type { State } from './states.ts';

/** Why a publication stands still: a code that words/ turns into a sentence, with what belongs in it. */
export const reason = z.object({ code: z.string(), detail: z.string().optional() });
export type Reason = z.output<typeof reason>;

/** What a channel gave back. */
export const receipt = z.object({
  /** The channel's own ids, as it needs them for lookup and withdrawal. */
  ids: z.record(z.string(), z.string()),
  url: z.string().optional(),
  /** Since when it is public, epoch ms; absent while the channel has only accepted it. */
  publicAt: z.number().optional(),
});
export type Receipt = z.output<typeof receipt>;

/** One publication as the ledger has it. */
export interface Entry {
  readonly publication: PublicationId;
  readonly state: State;
  readonly due: Instant;
  /** Rises each time a worker takes it; a worker with an older one can change nothing. */
  readonly fence: number;
  readonly worker: string | undefined;
  readonly digest: string | undefined;
  /** What the channel's `stage` gave: everything that the one call at T needs. */
  readonly staged: unknown;
  readonly receipt: Receipt | undefined;
  readonly reason: Reason | undefined;
  /** Not to be tried again before this. */
  readonly retryAt: Instant | undefined;
  readonly tries: number;
}

/** The fields that a change may set; null deletes. */
export interface Fields {
  worker?: string | null;
  digest?: string | null;
  staged?: unknown;
  receipt?: Receipt | null;
  reason?: Reason | null;
  retryAt?: Instant | null;
  tries?: number | null;
}

/** A change of one publication, from the state and fence that the caller saw. */
export interface Change {
  readonly publication: PublicationId;
  /** Undefined: it must not exist yet. */
  readonly from: Pick<Entry, 'state' | 'fence'> | undefined;
  readonly to: State;
  readonly due?: Instant;
  readonly take?: boolean;
  readonly publicAt?: Instant;
  readonly set?: Fields;
  readonly actor: string;
  readonly at: Instant;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** What became of a change: done with its fence, or the state that somebody else has put it in meanwhile. */
export type Changed = { readonly ok: true; readonly fence: number } | { readonly ok: false; readonly state: string; readonly fence: number };

const SHORT = { worker: 'w', digest: 'g', staged: 'c', receipt: 'r', reason: 'y', retryAt: 'n', tries: 'k' } as const;
const READ = ['s', 'd', 'f', ...Object.values(SHORT)];
const script = readFileSync(new URL('./ledger.lua', import.meta.url), 'utf8');
const PAGE = 10_000;

type Scripted = RedisClient & { banliChange(...args: (string | number)[]): Promise<unknown> };

/** The ledger over Redis. Every method rejects when Redis can't be reached; nothing is half changed. */
export class Ledger {
  readonly #redis: Scripted;
  readonly #prefix: string;
  readonly #handle: RedisHandle;

  constructor(handle: RedisHandle) {
    this.#handle = handle;
    handle.client.defineCommand('banliChange', { numberOfKeys: 5, lua: script });
    this.#redis = handle.client as Scripted;
    this.#prefix = handle.prefix;
  }

  /** Changes one publication if it is still as the caller saw it. */
  async change(change: Change): Promise<Changed> {
    const [changed] = await this.changeAll([change]);
    if (!changed) throw new Error('no answer');
    return changed;
  }

  /** Changes many, each on its own, in one round trip; answers in the same order. */
  async changeAll(changes: readonly Change[]): Promise<Changed[]> {
    if (changes.length === 0) return [];
    const answers = await Promise.all(changes.map((change) => this.#redis.banliChange(...this.#args(change))));
    await this.#handle.replicated();
    return answers.map((answer) => {
      const [ok, second, third] = answer as [number, number | string, number];
      return ok === 1 ? { ok: true, fence: Number(second) } : { ok: false, state: String(second), fence: third };
    });
  }

  #args(change: Change): (string | number)[] {
    const key = (name: string): string => `${this.#prefix}:${name}`;
    const event = change.from === undefined ? 'planned' : eventOf(change.from.state, change.to);
    const wasPublic = change.from !== undefined && PUBLIC.includes(change.from.state);
    const shown = change.publicAt ?? (wasPublic && !PUBLIC.includes(change.to) ? '-' : '');
    const fields = Object.entries(change.set ?? {}).flatMap(([name, value]) => [SHORT[name as keyof Fields], write(name, value)]);
    return [
      key(`pub:${change.publication}`),
      key('open'),
      key('closed'),
      key('public'),
      key('journal'),
      change.publication,
      change.from?.state ?? '',
      change.from?.fence ?? '',
      change.to,
      change.due ?? '',
      change.take ? '1' : '',
      CLOSED.includes(change.to) ? 'closed' : 'open',
      shown,
      event,
      change.actor,
      change.at,
      change.detail ? JSON.stringify(change.detail) : '',
      ...fields,
    ];
  }

  async get(publication: PublicationId): Promise<Entry | undefined> {
    return (await this.getAll([publication])).get(publication);
  }

  /** Those of the publications that the ledger knows. */
  async getAll(publications: readonly PublicationId[]): Promise<Map<PublicationId, Entry>> {
    const found = new Map<PublicationId, Entry>();
    const rows = await Promise.all(publications.map((one) => this.#redis.hmget(`${this.#prefix}:pub:${one}`, ...READ)));
    rows.forEach((row, index) => {
      const publication = publications[index];
      const entry = publication && parse(publication, row);
      if (entry) found.set(entry.publication, entry);
    });
    return found;
  }

  /** Open publications (something is still to happen) and their due instants, optionally of a span of due instants. */
  open(from?: Instant, to?: Instant): Promise<Map<PublicationId, Instant>> {
    return this.#scores('open', from, to);
  }

  /** Publications to which nothing more happens by itself, and their due instants. */
  closed(): Promise<Map<PublicationId, Instant>> {
    return this.#scores('closed');
  }

  /** What the public can see, and since when. */
  publicSince(): Promise<Map<PublicationId, Instant>> {
    return this.#scores('public');
  }

  /** Releases of which at least one publication is public. */
  async publishedReleases(): Promise<Set<ReleaseId>> {
    return new Set([...(await this.publicSince()).keys()].map((publication) => partsOf(publication).release));
  }

  async #scores(set: string, from?: Instant, to?: Instant): Promise<Map<PublicationId, Instant>> {
    const found = new Map<PublicationId, Instant>();
    const key = `${this.#prefix}:${set}`;
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
      for (let i = 0; i + 1 < rows.length; i += 2) found.set(rows[i] as PublicationId, instant(Number(rows[i + 1])));
      if (rows.length < PAGE * 2) return found;
    }
  }
}

function write(name: string, value: unknown): string {
  if (value === null || value === undefined) return '';
  return name === 'worker' || name === 'digest' ? String(value) : JSON.stringify(value);
}

function parse(publication: PublicationId, row: readonly (string | null)[]): Entry | undefined {
  const [state, due, fence, worker, digest, staged, gotReceipt, gotReason, retryAt, tries] = row;
  if (!state || !isState(state)) return undefined;
  return {
    publication,
    state,
    due: instant(Number(due)),
    fence: Number(fence ?? 0),
    worker: worker ?? undefined,
    digest: digest ?? undefined,
    staged: staged ? (JSON.parse(staged) as unknown) : undefined,
    receipt: gotReceipt ? receipt.parse(JSON.parse(gotReceipt)) : undefined,
    reason: gotReason ? reason.parse(JSON.parse(gotReason)) : undefined,
    retryAt: retryAt ? instant(Number(retryAt)) : undefined,
    tries: Number(tries ?? 0),
  };
}
