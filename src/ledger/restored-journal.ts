// The journal of a backup, where a journal is already: a service that was started on an empty Redis
// has written some events before anybody restored the others, and Redis takes no id that is before
// its last one. Not for the rest of a backup: backup.ts.

import type { RedisHandle } from '../redis/connection.ts';
import { keyOf } from '../redis/keys.ts';

const PAGE = 1000;

/** Puts the new journal in the place of the other, unless that has grown since it was read. */
const TAKE_ITS_PLACE = `
local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
local last = ''
if newest[1] then last = newest[1][1] end
if last ~= ARGV[1] then return 0 end
if redis.call('EXISTS', KEYS[2]) == 1 then redis.call('RENAME', KEYS[2], KEYS[1]) end
redis.call('DEL', KEYS[3])
return 1`;

/** An event as a stream has it: its id (`ms-count`) and its fields. */
export type StreamEvent = readonly [id: string, fields: readonly string[]];

/**
 * The events of a backup, and those that are there already behind them, each once. The new journal
 * is made beside the old one and takes its place in one step: whoever writes meanwhile writes to
 * one that is read to its end, and where this dies nothing has changed.
 */
export async function restoreJournal(
  { client, prefix }: RedisHandle,
  events: readonly StreamEvent[],
): Promise<void> {
  const key = keyOf({ prefix }, 'journal');
  const made = `${key}:restored`;
  // An earlier Banli laid events aside here, and died.
  const aside = `${key}:aside`;
  const known = new Map<string, string>();
  let newest = '0-0';
  const take = async ([id, fields]: StreamEvent): Promise<void> => {
    const text = JSON.stringify(fields);
    if (known.get(id) === text) return;
    known.set(id, text);
    // What the others know later events than, keeps its own time and loses its place alone.
    newest = isAfter(id, newest) ? id : idAfter(newest);
    await client.xadd(made, newest, ...fields);
  };
  /** @returns the id of the last event that is there */
  const takeAll = async (stream: string, after: string): Promise<string> => {
    for (let last = after; ; ) {
      const page = await client.xrange(stream, last === '' ? '-' : `(${last}`, '+', 'COUNT', PAGE);
      for (const event of page) await take(event);
      last = page.at(-1)?.[0] ?? last;
      if (page.length < PAGE) return last;
    }
  };
  await client.del(made);
  for (const event of events) await take(event);
  await takeAll(aside, '');
  for (let last = ''; ; ) {
    last = await takeAll(key, last);
    if ((await client.eval(TAKE_ITS_PLACE, 3, key, made, aside, last)) === 1) return;
  }
}

function parseEntryId(id: string): [ms: number, count: number] {
  const [ms = 0, count = 0] = id.split('-').map(Number);
  return [ms, count];
}

function isAfter(one: string, other: string): boolean {
  const [[ms, count], [otherMs, otherCount]] = [parseEntryId(one), parseEntryId(other)];
  return ms > otherMs || (ms === otherMs && count > otherCount);
}

function idAfter(id: string): string {
  const [ms, count] = parseEntryId(id);
  return `${ms}-${count + 1}`;
}
