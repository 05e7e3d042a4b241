// A lock in Redis that ends by itself and is only ever given back by whoever holds it. Not for what
// is done under it.
import { randomBytes } from 'node:crypto';
import type { RedisClient } from './connection.ts';

/** One call: between a look and a deletion the key may become another's. */
const DELETE_IF =
  "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0";
const RENEW_IF =
  "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return 0";

/** Proof that a lock is held: a write that names it is refused once it is not. */
export interface Fence {
  readonly key: string;
  readonly token: string;
}

/** Deletes a key if it still has this value. @returns whether it had */
export async function deleteIf(client: RedisClient, key: string, value: string): Promise<boolean> {
  return (await client.eval(DELETE_IF, 1, key, value)) === 1;
}

/**
 * Runs something unless another process is at it. The lock is renewed while it runs; should it be
 * lost all the same (the process was stopped for longer), writes under the fence are refused.
 * @param forMs how long it lasts without being renewed
 */
export async function withLock<T>(
  client: RedisClient,
  key: string,
  forMs: number,
  run: (fence: Fence) => Promise<T>,
): Promise<T | undefined> {
  const token = randomBytes(8).toString('hex');
  if ((await client.set(key, token, 'PX', forMs, 'NX')) === null) return undefined;
  const renewing = setInterval(
    () => void client.eval(RENEW_IF, 1, key, token, forMs).catch(() => undefined),
    forMs / 3,
  );
  renewing.unref();
  try {
    return await run({ key, token });
  } finally {
    clearInterval(renewing);
    await deleteIf(client, key, token);
  }
}
