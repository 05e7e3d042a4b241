// Ledger, journal, plan in force, history, incidents and what was published to one file and back;
// and the wiping before a rebuild. Not for queues, tokens of channels and signs of life: they are
// made anew by themselves; nor for where files lie: whoever calls hands them over and takes them.

import { type Instant, instant } from '../lib/instant.ts';
import type { PublicationId } from '../plan/types.ts';
import type { RedisHandle } from '../redis/connection.ts';
import { keyOf, kindOf } from '../redis/keys.ts';
import { withLock } from '../redis/lock.ts';
import { type ArchivePiece, type FileSink, HEAD, type Line, parseBackup } from './backup-lines.ts';
import type { Ledger } from './ledger.ts';
import { publicationsIn, putRestored } from './restore-backup.ts';
import { restoreJournal } from './restored-journal.ts';

const PAGE = 1000;

/**
 * Every line of a backup. Taken while a service runs it is right for each publication, though not
 * of one instant for all.
 * @param files what was published, piece by piece
 */
export async function* writeBackup(
  handle: RedisHandle,
  now: Instant,
  files: AsyncIterable<ArchivePiece> | Iterable<ArchivePiece> = [],
): AsyncGenerator<string> {
  yield JSON.stringify({ ...HEAD, at: now });
  for (const full of await keysOf(handle)) {
    const key = full.slice(handle.prefix.length + 1);
    if (!kindOf(key)?.inBackup) continue;
    yield* linesOf(handle, full, key);
  }
  // After the ledger: what has a receipt by then is in the record.
  for await (const one of files) yield JSON.stringify(one satisfies ArchivePiece);
}

async function* linesOf(
  { client }: RedisHandle,
  full: string,
  key: string,
): AsyncGenerator<string> {
  switch (await client.type(full)) {
    case 'string':
      return yield JSON.stringify({
        key,
        type: 'string',
        value: (await client.get(full)) ?? '',
      } satisfies Line);
    case 'hash':
      return yield JSON.stringify({
        key,
        type: 'hash',
        value: await client.hgetall(full),
      } satisfies Line);
    case 'list':
      return yield JSON.stringify({
        key,
        type: 'list',
        value: await client.lrange(full, 0, -1),
      } satisfies Line);
    case 'set':
      return yield JSON.stringify({
        key,
        type: 'set',
        value: await client.smembers(full),
      } satisfies Line);
    case 'stream':
      for (let from = '-'; ; ) {
        const value = await client.xrange(full, from, '+', 'COUNT', PAGE);
        if (value.length > 0) yield JSON.stringify({ key, type: 'stream', value } satisfies Line);
        if (value.length < PAGE) return;
        from = `(${value.at(-1)?.[0] ?? ''}`;
      }
  }
}

/** What came of a restoration. */
export type Restored =
  | {
      readonly ok: true;
      readonly publications: number;
      readonly events: number;
      readonly asked: number;
      readonly files: number;
      readonly at: Instant;
    }
  | {
      readonly ok: false;
      readonly why: 'not-empty' | 'not-an-archive' | 'under-way';
      readonly line?: number;
    };

/** The lock of a restoration that died ends after so long, ms. */
const LOCK_MS = 10_000;
/** So long one that died can be gone on with although the ledger is not empty any more, ms. */
const UNFINISHED_MS = 24 * 3_600_000;

/**
 * Puts a backup into an empty ledger. What was due since and not known to be public may have come
 * out after the backup was taken: it becomes a doubt, and is looked up on its channel before
 * anything is sent. One that died is gone on with by calling this again with the same backup,
 * whatever a service has written meanwhile.
 * @param files takes the files of the backup; without it they are passed over
 */
export async function readBackup(
  handle: RedisHandle,
  ledger: Ledger,
  lines: AsyncIterable<string> | Iterable<string>,
  now: Instant,
  files?: FileSink,
): Promise<Restored> {
  const done = await withLock(handle.client, keyOf(handle, 'lock:restore'), LOCK_MS, () =>
    restoreAlone(handle, ledger, lines, now, files),
  );
  return done ?? { ok: false, why: 'under-way' };
}

async function restoreAlone(
  handle: RedisHandle,
  ledger: Ledger,
  lines: AsyncIterable<string> | Iterable<string>,
  now: Instant,
  files: FileSink | undefined,
): Promise<Restored> {
  const { client } = handle;
  const isEmpty = (await ledger.open()).size + (await ledger.closed()).size === 0;
  const unfinished = isEmpty ? undefined : await client.get(unfinishedKey(handle));
  if (!isEmpty && !unfinished) return { ok: false, why: 'not-empty' };
  const read = await parseBackup(lines, files);
  if ('line' in read) {
    await files?.discard();
    return { ok: false, why: 'not-an-archive', line: read.line };
  }
  const { parsed, takenAt, digest } = read;
  const [begun, isThere] = [`begun ${digest}`, `there ${digest}`];
  if (unfinished && unfinished !== begun && unfinished !== isThere) {
    await files?.discard();
    return { ok: false, why: 'not-empty' };
  }
  const events = parsed.flatMap((one) => (one.type === 'stream' ? one.value : []));
  if (unfinished !== isThere) await client.set(unfinishedKey(handle), begun, 'PX', UNFINISHED_MS);
  // Files come before the ledger: with them there again, a second attempt does no harm.
  const restoredFiles = (await files?.commit()) ?? 0;
  // What is there already may have been changed since by a service, and is not put there again.
  if (unfinished !== isThere) {
    // A new ledger from here on: whoever is started on what there is, since this died, sends
    // nothing that was due before.
    await ledger.beginAgain(now, 'restore');
    await restoreJournal(handle, events);
    await putRestored(handle, ledger, parsed, now, (all) =>
      all.set(unfinishedKey(handle), isThere, 'PX', UNFINISHED_MS),
    );
  }
  const publications = publicationsIn(parsed);
  // What was due by now and is not known to be public may have come out since.
  await ledger.beginAgain(now, 'restore');
  const asked = await doubtWhatIsPast(ledger, publications, now);
  await client.del(unfinishedKey(handle));
  return {
    ok: true,
    publications: publications.length,
    events: events.length,
    asked,
    files: restoredFiles,
    at: instant(takenAt),
  };
}

/** Says which backup is being restored, and whether the ledger has it already. */
const unfinishedKey = ({ prefix }: RedisHandle): string => keyOf({ prefix }, 'restoring');

async function doubtWhatIsPast(
  ledger: Ledger,
  publications: readonly PublicationId[],
  now: Instant,
): Promise<number> {
  const entries = [...(await ledger.getAll(publications)).values()].filter(
    (entry) => entry.state === 'planned' && entry.unsettled,
  );
  await ledger.changeAll(
    entries.map((entry) => ({
      publication: entry.publication,
      from: entry,
      to: 'doubtful' as const,
      actor: 'restore',
      at: now,
      take: true,
      detail: { restored: true },
    })),
  );
  return entries.length;
}

/**
 * Forgets every publication, so that plan, content and channels say again what is what. The
 * journal, the history and the plan in force stay.
 */
export async function forgetPublications(handle: RedisHandle): Promise<number> {
  const { client, prefix } = handle;
  const gone = (await keysOf(handle)).filter((key) => key.startsWith(keyOf({ prefix }, 'pub:')));
  // First: the one that is made next is born then, also where this dies halfway.
  await client.hdel(keyOf({ prefix }, 'ledger'), 'birth');
  await client.del(unfinishedKey(handle));
  for (let start = 0; start < gone.length; start += PAGE)
    await client.del(...gone.slice(start, start + PAGE));
  await client.del(
    keyOf({ prefix }, 'open'),
    keyOf({ prefix }, 'closed'),
    keyOf({ prefix }, 'public'),
    keyOf({ prefix }, 'wake'),
  );
  return gone.length;
}

/** All keys of this bureau; in a cluster they lie on one node, so all are asked. */
async function keysOf({ client, prefix }: RedisHandle): Promise<string[]> {
  const nodes = 'nodes' in client ? client.nodes('master') : [client];
  const found = new Set<string>();
  // Braces and brackets are patterns to Redis; a prefix may hold braces.
  const pattern = `${prefix.replace(/[\\*?[\]]/g, '\\$&')}:*`;
  for (const node of nodes) {
    let cursor = '0';
    do {
      const [next, keys] = await node.scan(cursor, 'MATCH', pattern, 'COUNT', PAGE);
      cursor = next;
      for (const key of keys) found.add(key);
    } while (cursor !== '0');
  }
  return [...found].sort();
}

/** True while a service or worker of this bureau shows signs of life. */
export async function isAnybodyAlive(handle: RedisHandle): Promise<boolean> {
  return (await keysOf(handle)).some((key) => key.startsWith(keyOf(handle, 'worker:')));
}
