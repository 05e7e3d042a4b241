// Tries of a password are counted by line to the internet, not by address: an IPv6 line has more
// addresses than anybody counts.
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { Attempts } from '../../src/ledger/password-tries.ts';
import { openRedis, type RedisHandle } from '../../src/redis/connection.ts';

let redis: RedisHandle;
let attempts: Attempts;
beforeEach(async () => {
  redis = await openRedis(
    { external: undefined, folder: inject('redisFolder'), prefix: `{${randomUUID()}}` },
    { stopWhenLast: false },
  );
  attempts = new Attempts(redis);
});
afterEach(() => redis.close());

const wrongFrom = async (name: string, address: string): Promise<boolean> => {
  const isShut = (await attempts.begin(name, address)) === 'locked';
  if (!isShut) await attempts.wrong(name, address);
  return isShut;
};

test('a name is shut for a whole IPv6 line after five wrong ones, and for no other line', async () => {
  const shut: boolean[] = [];
  for (let host = 1; host <= 7; host++) shut.push(await wrongFrom('wang', `2001:db8:0:1::${host}`));
  expect(shut).toEqual([false, false, false, false, false, true, true]);
  expect(await wrongFrom('wang', '2001:db8:0:2::1')).toBe(false);
});

test('fifty wrong ones of any names shut an IPv6 line, and who is right from it before that is no wrong one', async () => {
  expect(await attempts.begin('li', '2001:db8:0:1::aaaa')).toBe(0);
  await attempts.right('li', '2001:db8:0:1::bbbb');
  const shut: boolean[] = [];
  for (let count = 0; count < 51; count++)
    shut.push(await wrongFrom(`nobody-${count}`, `2001:db8:0:1:${count}::1`));
  expect(shut.indexOf(true)).toBe(50);
});
