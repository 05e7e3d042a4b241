// One after the other, in every process of a bureau: what two people do at the same moment to the
// same thing. Not for locks that one does not wait for: lock.ts.

import { setTimeout as sleep } from 'node:timers/promises';
import { BanliError } from '../lib/errors.ts';
import type { RedisHandle } from './connection.ts';
import { keyOf } from './keys.ts';
import { withLock } from './lock.ts';

/**
 * The lock of whoever died under it ends after so long; so often it is asked for; nobody waits
 * longer, ms.
 */
const LOCK_MS = 30_000;
const ASK_MS = 50;
const LONGEST_MS = 90_000;

/** @throws BanliError `busy` where others took too long, or one of them hangs */
export type InTurn = <T>(run: () => Promise<T>) => Promise<T>;

export function turnsOf({ client, prefix }: RedisHandle, name: string): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  const alone = async <T>(run: () => Promise<T>): Promise<T> => {
    for (
      const until = performance.now() + LONGEST_MS;
      performance.now() < until;
      await sleep(ASK_MS)
    ) {
      const done = await withLock(client, keyOf({ prefix }, `lock:${name}`), LOCK_MS, async () => ({
        value: await run(),
      }));
      if (done) return done.value;
    }
    throw new BanliError(
      'busy',
      '别人正在做同样的事，请过一会儿再试 / somebody else is at it: try again in a moment',
    );
  };
  return (run) => {
    const turn = last.then(() => alone(run));
    last = turn.catch(() => undefined);
    return turn;
  };
}
