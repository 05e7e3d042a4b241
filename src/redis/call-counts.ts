// How many calls of each kind a channel has had on a day, counted by all workers together. Not for
// how many it takes: channels/call-budget.ts.

import type { CallCounts } from '../channels/call-budget.ts';
import type { RedisHandle } from './connection.ts';
import { keyOf } from './keys.ts';

/** A day's counts are of no use after it, s. */
const KEPT_S = 2 * 86_400;
/** One call: two workers must not both take the last one. */
const COUNT =
  "if tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or 0) >= tonumber(ARGV[2]) then return 0 end redis.call('HINCRBY', KEYS[1], ARGV[1], 1) redis.call('EXPIRE', KEYS[1], ARGV[3]) return 1";
/** As if so many had been made. */
const USED_UP = 1_000_000_000;

export function callCounts(handle: RedisHandle, channel: string): CallCounts {
  const { client } = handle;
  const key = (day: string): string => keyOf(handle, `spent:${channel}:${day}`);
  return {
    count: async (call, day, most) =>
      (await client.eval(COUNT, 1, key(day), call, most, KEPT_S)) === 1,
    async useUp(call, day) {
      await client.multi().hset(key(day), call, USED_UP).expire(key(day), KEPT_S).exec();
    },
  };
}
