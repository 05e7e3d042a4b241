// Ledger, journal, plan in force, history, incidents and what was published to one file and back;
// and the wiping before a rebuild. Not for queues, tokens of channels and signs of life: they are
// made anew by themselves; nor for where files lie: whoever calls hands them over and takes them.
import { z } from 'zod';
import { type Instant, instant } from '../lib/instant.ts';
import { parseJson } from '../lib/parse-json.ts';
import type { PublicationId } from '../plan/types.ts';
import type { RedisHandle } from '../redis/connection.ts';
import { TAKEN_MS } from './incidents.ts';
import { type Ledger, SOON_MS } from './ledger.ts';
import type { Unsettled } from './publication-facts.ts';
import { RestoredJournal } from './restored-journal.ts';
import { CLOSED, PUBLIC, toState } from './states.ts';

/**
 * Written first; a version of the format that is not known is refused. The first one held no files.
 */
const HEAD = { banli: 'archive', version: 2 } as const;
const head = z.object({
  banli: z.literal(HEAD.banli),
  version: z.union([z.literal(1), z.literal(HEAD.version)]),
  at: z.number(),
});
/**
 * A piece of a file: its path below the folder of what was published, where in it the piece begins,
 * bytes, and the piece.
 */
const piece = z.object({
  file: z.string().regex(/^(?!\/)(?!(.*\/)?\.\.?(\/|$))[^\\\0]+$/),
  at: z.number().int().nonnegative().default(0),
  base64: z.base64(),
});
export type ArchivePiece = z.output<typeof piece>;

/** Where the files of a backup go. Nothing of it counts before `commit`. */
export interface FileSink {
  put(one: ArchivePiece): Promise<void>;
  /** @returns how many files there are now that were not there before, or say more */
  commit(): Promise<number>;
  discard(): Promise<void>;
}
const line = z.discriminatedUnion('type', [
  z.object({ key: z.string(), type: z.literal('string'), value: z.string() }),
  z.object({ key: z.string(), type: z.literal('hash'), value: z.record(z.string(), z.string()) }),
  z.object({ key: z.string(), type: z.literal('list'), value: z.array(z.string()) }),
  z.object({ key: z.string(), type: z.literal('set'), value: z.array(z.string()) }),
  z.object({
    key: z.string(),
    type: z.literal('stream'),
    value: z.array(z.tuple([z.string(), z.array(z.string())])),
  }),
]);
type Line = z.output<typeof line>;

/**
 * Keys that are kept, by what they begin with. The three indexes are made again from the
 * publications themselves.
 */
const KEPT = [
  'pub:',
  'plan',
  'dates',
  'dates:',
  'approvals:',
  'authors:',
  'accounts',
  'tokens',
  'incidents',
  'taken:',
  'by-hand',
  'promises',
  'promises:version',
  'outbox',
  'written',
  'swept',
  'journal',
  'site-record',
  'site-born',
];
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
    if (!KEPT.some((kept) => (kept.endsWith(':') ? key.startsWith(kept) : key === kept))) continue;
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
  | { readonly ok: false; readonly why: 'not-empty' | 'not-an-archive'; readonly line?: number };

/**
 * Puts a backup into an empty ledger. What was due since and not known to be public may have come
 * out after the backup was taken: it becomes a doubt, and is looked up on its channel before
 * anything is sent. Files come first: with them there again, a second attempt does no harm.
 * @param files takes the files of the backup; without it they are passed over
 */
export async function readBackup(
  handle: RedisHandle,
  ledger: Ledger,
  lines: AsyncIterable<string> | Iterable<string>,
  now: Instant,
  files?: FileSink,
): Promise<Restored> {
  if ((await ledger.open()).size + (await ledger.closed()).size > 0)
    return { ok: false, why: 'not-empty' };
  const read = await parse(lines, files);
  if ('line' in read) {
    await files?.discard();
    return { ok: false, why: 'not-an-archive', line: read.line };
  }
  const { parsed, takenAt } = read;
  const restoredFiles = (await files?.commit()) ?? 0;
  // A new ledger from the first line on: whoever is started on half of one, since this died, sends
  // nothing that was due before.
  await ledger.beginAgain(now, 'restore');
  const journal = new RestoredJournal(handle);
  await journal.begin();
  let events = 0;
  const publications: PublicationId[] = [];
  for (const one of parsed) {
    if (one.key.startsWith('pub:') && one.type === 'hash') {
      const publication = one.key.slice('pub:'.length) as PublicationId;
      publications.push(publication);
      await putPublication(handle, publication, one.value, now);
    } else events += await put(handle, one);
  }
  await journal.end();
  // What was due by now and is not known to be public may have come out since.
  await ledger.beginAgain(now, 'restore');
  const asked = await doubtWhatIsPast(ledger, publications, now);
  return {
    ok: true,
    publications: publications.length,
    events,
    asked,
    files: restoredFiles,
    at: instant(takenAt),
  };
}

/** Whether a text is the first line of a backup. */
export const isHead = (text: string): boolean => head.safeParse(parseJson(text)).success;

/** The lines of a backup, its files handed on; or the number of the first line that is none. */
async function parse(
  lines: AsyncIterable<string> | Iterable<string>,
  files: FileSink | undefined,
): Promise<
  { readonly parsed: readonly Line[]; readonly takenAt: number } | { readonly line: number }
> {
  const parsed: Line[] = [];
  let [takenAt, number] = [0, 0];
  for await (const text of lines) {
    number++;
    const value = parseJson(text);
    if (number === 1) {
      const first = head.safeParse(value);
      if (!first.success) return { line: number };
      takenAt = first.data.at;
    } else if (typeof value === 'object' && value !== null && 'file' in value) {
      const one = piece.safeParse(value);
      if (!one.success) return { line: number };
      await files?.put(one.data);
    } else {
      const one = line.safeParse(value);
      if (!one.success) return { line: number };
      parsed.push(one.data);
    }
  }
  return number === 0 ? { line: 1 } : { parsed, takenAt };
}

/**
 * A publication and its place in the indexes. One that was on its way begins again; one that may be
 * public is marked with the same command.
 */
async function putPublication(
  { client, prefix }: RedisHandle,
  publication: PublicationId,
  fields: Readonly<Record<string, string>>,
  now: Instant,
): Promise<void> {
  const was = toState(fields.s);
  const state =
    was && (CLOSED.includes(was) || PUBLIC.includes(was) || was === 'held') ? was : 'planned';
  const due = fields.d ?? '0';
  const closed = (CLOSED as readonly string[]).includes(state);
  const mayBePublic =
    Number(due) <= now + SOON_MS &&
    state !== 'withdrawn' &&
    !(PUBLIC as readonly string[]).includes(state);
  const all = client
    .multi()
    .hset(`${prefix}:pub:${publication}`, {
      ...(mayBePublic ? { u: markOf(due, now) } : {}),
      ...fields,
      s: state,
    })
    .hdel(`${prefix}:pub:${publication}`, 'w');
  all.zadd(`${prefix}:${closed ? 'closed' : 'open'}`, due, publication);
  if (!closed && state !== 'held') all.zadd(`${prefix}:wake`, due, publication);
  if ((PUBLIC as readonly string[]).includes(state))
    all.zadd(`${prefix}:public`, String(publicAt(fields) ?? now), publication);
  await all.exec();
}

/** As unsettle.lua writes it. */
function markOf(due: string, now: Instant): string {
  return JSON.stringify({ why: 'birth', at: now, from: Number(due) } satisfies Unsettled);
}

function publicAt(fields: Readonly<Record<string, string>>): number | undefined {
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

/** @returns how many events of the journal it was */
async function put({ client, prefix }: RedisHandle, one: Line): Promise<number> {
  const key = `${prefix}:${one.key}`;
  switch (one.type) {
    case 'string':
      await client.set(key, one.key === 'plan' ? asRestored(one.value) : one.value);
      return 0;
    case 'hash':
      if (Object.keys(one.value).length === 0) return 0;
      await client.hset(key, one.value);
      if (one.key.startsWith('taken:')) await client.pexpire(key, TAKEN_MS);
      return 0;
    case 'list':
      // In the place of what is there, as after a restore that died: nothing stands twice.
      if (one.value.length > 0)
        await client
          .multi()
          .del(key)
          .rpush(key, ...one.value)
          .exec();
      return 0;
    case 'set':
      if (one.value.length > 0) await client.sadd(key, ...one.value);
      return 0;
    case 'stream':
      for (const [id, fields] of one.value) await client.xadd(key, id, ...fields);
      return one.value.length;
  }
}

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
  const gone = (await keysOf(handle)).filter((key) => key.startsWith(`${prefix}:pub:`));
  // First: the one that is made next is born then, also where this dies halfway.
  await client.hdel(`${prefix}:ledger`, 'birth');
  for (let start = 0; start < gone.length; start += PAGE)
    await client.del(...gone.slice(start, start + PAGE));
  await client.del(`${prefix}:open`, `${prefix}:closed`, `${prefix}:public`, `${prefix}:wake`);
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
  return (await keysOf(handle)).some((key) => key.startsWith(`${handle.prefix}:worker:`));
}
