// How often somebody may try a password or a code: counted before it is looked at, so that thirty
// at once are no more than five. A name is locked only for the address that tried it wrongly; tried
// from many addresses it is answered more slowly, and never shut. Not for what is right:
// desk/auth/sign-in.ts.

import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { networkOf } from '../lib/network.ts';
import type { RedisHandle } from '../redis/connection.ts';
import { keyOf } from '../redis/keys.ts';

/** Wrong ones for one name from one address, and for how long it is shut after them, seconds. */
const PAIR = { points: 5, duration: 900, blockDuration: 900 };
/** Wrong ones from one address, whatever the names. */
const ADDRESS = { points: 50, duration: 900 };
/** Of a name that is shut for an address: those with password and code at once. */
const BOTH = { points: 5, duration: 60 };
/**
 * Wrong ones for a name from anywhere, of which no end is made: each makes the next answer slower.
 */
const NAME = { points: 1_000_000, duration: 3600 };
/** So many wrong ones for a name slow nothing down; from then on each does, up to so long, ms. */
const SLOW = { from: 10, eachMs: 250, mostMs: 4000 };
/** That a name is being tried is told once in so long, seconds. */
const TOLD_S = 900;

export class Attempts {
  readonly #handle: RedisHandle;
  readonly #limiters: Readonly<Record<'pair' | 'address' | 'both' | 'name', RateLimiterRedis>>;

  constructor(handle: RedisHandle) {
    this.#handle = handle;
    const limiter = (
      name: string,
      limit: { points: number; duration: number; blockDuration?: number },
    ): RateLimiterRedis =>
      new RateLimiterRedis({
        storeClient: handle.client,
        keyPrefix: keyOf(handle, `limit:${name}`),
        ...limit,
      });
    this.#limiters = {
      pair: limiter('pair', PAIR),
      address: limiter('from', ADDRESS),
      both: limiter('both', BOTH),
      name: limiter('name', NAME),
    };
  }

  /**
   * Counts an attempt before it is looked at.
   * @param both password and code come together, which is let through where the password alone no
   *   longer is
   * @returns how long the answer is to wait, ms; or `locked`
   */
  async begin(name: string, from: string, both = false): Promise<number | 'locked'> {
    const { pair, address, both: together, name: anywhere } = this.#limiters;
    if (!(await consumed(address.consume(networkOf(from))))) return 'locked';
    const key = pairOf(name, from);
    if (!(await consumed(pair.consume(key))) && !(both && (await consumed(together.consume(key)))))
      return 'locked';
    const wrong = (await anywhere.get(name))?.consumedPoints ?? 0;
    return Math.min(SLOW.mostMs, Math.max(0, wrong - SLOW.from) * SLOW.eachMs);
  }

  /** It was right: nothing of it counts. */
  async right(name: string, from: string): Promise<void> {
    await this.#limiters.pair.delete(pairOf(name, from));
    await this.#limiters.address.reward(networkOf(from));
  }

  /** The first of two steps was right: the second one counts by itself. */
  async half(name: string, from: string): Promise<void> {
    await this.#limiters.pair.reward(pairOf(name, from));
    await this.#limiters.address.reward(networkOf(from));
  }

  /**
   * It was wrong.
   * @returns true where that is to be told: the name is shut for this address, and nobody was told
   * so lately
   */
  async wrong(name: string, from: string): Promise<boolean> {
    await consumed(this.#limiters.name.consume(name));
    if (((await this.#limiters.pair.get(pairOf(name, from)))?.consumedPoints ?? 0) < PAIR.points)
      return false;
    return (
      (await this.#handle.client.set(
        keyOf(this.#handle, `limit:told:${name}`),
        '1',
        'EX',
        TOLD_S,
        'NX',
      )) === 'OK'
    );
  }
}

const pairOf = (name: string, from: string): string => `${name} ${networkOf(from)}`;

/** Whether a limiter let it through. @throws what is not a refusal */
async function consumed(attempt: Promise<RateLimiterRes>): Promise<boolean> {
  try {
    await attempt;
    return true;
  } catch (refused) {
    if (refused instanceof RateLimiterRes) return false;
    throw refused;
  }
}
