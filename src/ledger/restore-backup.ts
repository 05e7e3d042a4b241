// What a backup holds besides its journal, put into Redis with one transaction: a restoration that
// dies leaves no half of a ledger. Not for what is due by then: backup.ts.

import { z } from 'zod';
import type { Instant } from '../lib/instant.ts';
import { parseJson } from '../lib/parse-json.ts';
import type { PublicationId } from '../plan/types.ts';
import type { RedisHandle } from '../redis/connection.ts';
import { type KeyName, keyOf, kindOf } from '../redis/keys.ts';
import type { Line } from './backup-lines.ts';
import { TAKEN_MS } from './incident-store.ts';
import { type Ledger, type LedgerEntry, SOON_MS } from './ledger.ts';
import type { Unsettled } from './publication-facts.ts';
import { CLOSED, PUBLIC, type State, toState } from './states.ts';

type Transaction = ReturnType<RedisHandle['client']['multi']>;
type Fields = Readonly<Record<string, string>>;

const INDEXES = ['open', 'closed', 'public', 'wake'] as const;

/** The publications of a backup. */
export const publicationsIn = (lines: readonly Line[]): PublicationId[] =>
  lines.flatMap((one) => (publicationOf(one) ? [publicationOf(one) as PublicationId] : []));

const publicationOf = (one: Line): PublicationId | undefined =>
  one.type === 'hash' && one.key.startsWith('pub:')
    ? (one.key.slice('pub:'.length) as PublicationId)
    : undefined;

/**
 * All of it or nothing.
 * @param also written with the rest
 */
export async function putRestored(
  { client, prefix }: RedisHandle,
  ledger: Ledger,
  lines: readonly Line[],
  now: Instant,
  also: (all: Transaction) => void,
): Promise<void> {
  // Of a service that was started since a restoration died.
  const there = await ledger.getAll(publicationsIn(lines));
  const all = client.multi();
  for (const one of lines) {
    const publication = publicationOf(one);
    if (publication && one.type === 'hash')
      putPublication(all, prefix, publication, one.value, there.get(publication), now);
    // Whatever a file says: nothing is put where no backup has anything.
    else if (kindOf(one.key)?.inBackup) put(all, keyOf({ prefix }, one.key as KeyName), one);
  }
  also(all);
  for (const [error] of (await all.exec()) ?? []) if (error) throw error;
}

/**
 * A publication and its place in the indexes. One that was on its way begins again; one that may be
 * public is marked with the same command.
 */
function putPublication(
  all: Transaction,
  prefix: string,
  publication: PublicationId,
  fields: Fields,
  there: LedgerEntry | undefined,
  now: Instant,
): void {
  const was = toState(fields.s);
  if (there && knowsMore(there.state, was)) return;
  const state =
    was && (CLOSED.includes(was) || PUBLIC.includes(was) || was === 'held') ? was : 'planned';
  const due = fields.d ?? '0';
  const closed = (CLOSED as readonly string[]).includes(state);
  const isOut = state === 'withdrawn' || (PUBLIC as readonly string[]).includes(state);
  const mark = isOut
    ? undefined
    : there?.unsettled
      ? JSON.stringify(there.unsettled)
      : Number(due) <= now + SOON_MS
        ? markOf(due, now)
        : undefined;
  const key = keyOf({ prefix }, `pub:${publication}`);
  if (there) {
    all.del(key);
    for (const index of INDEXES) all.zrem(keyOf({ prefix }, index), publication);
  }
  all.hset(key, { ...(mark ? { u: mark } : {}), ...fields, s: state }).hdel(key, 'w');
  all.zadd(keyOf({ prefix }, closed ? 'closed' : 'open'), due, publication);
  if (!closed && state !== 'held') all.zadd(keyOf({ prefix }, 'wake'), due, publication);
  if ((PUBLIC as readonly string[]).includes(state))
    all.zadd(keyOf({ prefix }, 'public'), String(publicAt(fields) ?? now), publication);
}

/**
 * Whether a service that was started on the empty ledger of a restoration that died has done or
 * seen more than the backup knows: that stays.
 */
function knowsMore(there: State, backup: State | undefined): boolean {
  if (there === 'withdrawn') return true;
  if (backup && (backup === 'withdrawn' || PUBLIC.includes(backup))) return false;
  return PUBLIC.includes(there) || there === 'releasing' || there === 'held';
}

/** As unsettle.lua writes it. */
function markOf(due: string, now: Instant): string {
  return JSON.stringify({ why: 'birth', at: now, from: Number(due) } satisfies Unsettled);
}

function publicAt(fields: Fields): number | undefined {
  return z.object({ publicAt: z.number() }).safeParse(parseJson(fields.r ?? '')).data?.publicAt;
}

/**
 * The plan files may be of a later day than this plan: what they say is taken up without asking for
 * words again.
 */
function asRestored(text: string): string {
  const plan = z.looseObject({}).safeParse(parseJson(text));
  return plan.success ? JSON.stringify({ ...plan.data, restored: true }) : text;
}

function put(all: Transaction, key: string, one: Line): void {
  switch (one.type) {
    case 'string':
      all.set(key, one.key === 'plan' ? asRestored(one.value) : one.value);
      return;
    case 'hash':
      if (Object.keys(one.value).length === 0) return;
      all.hset(key, one.value);
      if (one.key.startsWith('taken:')) all.pexpire(key, TAKEN_MS);
      return;
    case 'list':
      // In the place of what is there: nothing stands twice.
      if (one.value.length > 0) all.del(key).rpush(key, ...one.value);
      return;
    case 'set':
      if (one.value.length > 0) all.sadd(key, ...one.value);
      return;
    case 'stream':
      // The journal, which is there by then.
      return;
  }
}
