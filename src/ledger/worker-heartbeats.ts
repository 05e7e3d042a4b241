// Signs of life: each worker renews two keys in Redis; the one that can't is taken for dead by
// others, and knows it before they do, by clocks of its own. Not for what it held:
// publish/verify.ts.

import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { z } from 'zod';
import type { RedisHandle } from '../redis/connection.ts';
import { keyOf } from '../redis/keys.ts';

const RENEW_MS = 500;
const MEASURE_MS = 5000;
const SAMPLES = 3;
/** Clocks that are nearer than this agree: what is less is how long the question took. */
const AGREED_MS = 500;
/** A measurement counts for so long. */
const MEASURED_MS = 60_000;
const measured = z.object({ host: z.string(), skew: z.number(), at: z.number() });
/** A worker that could not renew for so long sends nothing. */
const FRESH_MS = 3000;
/**
 * Taken for dead after so long without a renewal: longer than FRESH_MS by more than a clock's drift
 * and a renewal on its way.
 */
const LIFE_MS = 4000;

export class Heartbeat {
  readonly id = `${process.pid}-${randomUUID().slice(0, 8)}`;
  readonly #handle: RedisHandle;
  readonly #log: (message: string) => void;
  readonly #longestCall: number;
  #renewed = { steady: Number.NEGATIVE_INFINITY, wall: Number.NEGATIVE_INFINITY };
  /** Since when it has renewed without a break. */
  #since = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #measuring: NodeJS.Timeout | undefined;

  /** @param longestCall how long a releasing call may last, ms */
  constructor(handle: RedisHandle, log: (message: string) => void, longestCall: number) {
    this.#handle = handle;
    this.#log = log;
    this.#longestCall = longestCall;
  }

  async start(): Promise<void> {
    await this.#renew();
    await this.#noteSkew();
    this.#timer = setInterval(
      () => void this.#renew().catch((error: unknown) => this.#log(String(error))),
      RENEW_MS,
    );
    this.#timer.unref();
    this.#measuring = setInterval(
      () => void this.#noteSkew().catch((error: unknown) => this.#log(String(error))),
      MEASURE_MS,
    );
    this.#measuring.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    clearInterval(this.#measuring);
    await this.#handle.client.del(this.#key('worker', this.id), this.#key('calls', this.id));
    await this.#handle.client.hdel(this.#skewKey(), this.id);
  }

  /** By both clocks: a machine that slept has lost time on the steady one only. */
  fresh(): boolean {
    return (
      performance.now() - this.#renewed.steady < FRESH_MS &&
      Math.abs(Date.now() - this.#renewed.wall) < FRESH_MS
    );
  }

  /**
   * It changes whenever others may have taken this worker for dead meanwhile, though it lives: by
   * its own clocks, or because its key was gone.
   */
  freshSince(): number {
    return this.#since;
  }

  async alive(id: string): Promise<boolean> {
    return (await this.#handle.client.exists(this.#key('worker', id))) === 1;
  }

  async mayBeCalling(id: string): Promise<boolean> {
    return (await this.#handle.client.exists(this.#key('calls', id))) === 1;
  }

  /**
   * How far Redis's clock may be behind ours at the most, ms, 0 when it is not: so much longer than
   * by our own clock a release waits. The quickest of a few round trips says it best; a slow one
   * would only make the release later.
   */
  async clockLag(): Promise<number> {
    let least = Number.POSITIVE_INFINITY;
    for (let sample = 0; sample < SAMPLES; sample++)
      least = Math.min(least, -(await this.clockSkew()).earliest);
    return Math.max(0, Math.ceil(least));
  }

  /**
   * Redis's clock less ours, ms: it lies between these two, since the round trip takes its time.
   */
  async clockSkew(): Promise<{ earliest: number; latest: number; redis: number }> {
    const sent = Date.now();
    const redis = await this.#redisTime();
    const received = Date.now();
    return { earliest: redis - received, latest: redis - sent, redis };
  }

  /**
   * Redis's clock less that of each worker, ms, as measured in the last minute; 0 where the round
   * trip leaves it open.
   */
  async skews(): Promise<{ readonly host: string; readonly skew: number }[]> {
    const all = await this.#handle.client.hgetall(this.#skewKey());
    const now = await this.#redisTime();
    const read = Object.entries(all).map(([worker, text]) => ({
      worker,
      ...measured.parse(JSON.parse(text)),
    }));
    const old = read.filter(({ at }) => now - at > MEASURED_MS).map(({ worker }) => worker);
    if (old.length > 0) await this.#handle.client.hdel(this.#skewKey(), ...old);
    return read.filter(({ worker }) => !old.includes(worker));
  }

  /**
   * What is added to this worker's clock to have the time that most clocks tell, ms: of an even
   * number, and of two, the earlier. One clock that is wrong neither calls a release missed before
   * its time nor keeps others from calling it so.
   */
  async clockCorrection(): Promise<number> {
    // As they stand to Redis's clock, which is one of them.
    // A machine has one, however many workers it runs, or ran a minute ago.
    const machines = new Map((await this.skews()).map(({ host, skew }) => [host, -skew]));
    const clocks = [0, ...machines.values()].sort((a, b) => a - b);
    const agreed = clocks[Math.floor((clocks.length - 1) / 2)] ?? 0;
    const correction = own(await this.clockSkew()) + agreed;
    return Math.abs(correction) < AGREED_MS ? 0 : correction;
  }

  async #noteSkew(): Promise<void> {
    const skew = await this.clockSkew();
    const noted = { host: hostname(), skew: Math.round(own(skew)), at: skew.redis };
    await this.#handle.client.hset(this.#skewKey(), this.id, JSON.stringify(noted));
  }

  async #redisTime(): Promise<number> {
    const [seconds, micros] = await this.#handle.client.time();
    return Number(seconds) * 1000 + Number(micros) / 1000;
  }

  #skewKey(): string {
    return keyOf(this.#handle, 'skews');
  }

  async #renew(): Promise<void> {
    const before = { steady: performance.now(), wall: Date.now() };
    const answers = await this.#handle.client
      .multi()
      .set(this.#key('worker', this.id), '1', 'PX', LIFE_MS, 'GET')
      .set(this.#key('calls', this.id), '1', 'PX', LIFE_MS + this.#longestCall)
      .exec();
    const wasThere = answers?.[0]?.[1] === '1';
    if (!wasThere || !this.fresh()) this.#since = before.steady;
    this.#renewed = before;
  }

  #key(kind: 'worker' | 'calls', id: string): string {
    return keyOf(this.#handle, `${kind}:${id}`);
  }
}

/** Redis's clock less ours, ms; 0 where the round trip leaves it open. */
function own({ earliest, latest }: { readonly earliest: number; readonly latest: number }): number {
  return earliest > 0 ? earliest : Math.min(latest, 0);
}

/** How many workers live, whichever machine they are on. */
export async function livingWorkers({ client, prefix }: RedisHandle): Promise<number> {
  const workers = Object.keys(await client.hgetall(keyOf({ prefix }, 'skews')));
  const living = await Promise.all(
    workers.map((worker) => client.exists(keyOf({ prefix }, `worker:${worker}`))),
  );
  return living.filter((one) => one === 1).length;
}

/** Since the last sweep, by Redis's clock, ms; undefined where there was none. */
export async function pulseAge({ client, prefix }: RedisHandle): Promise<number | undefined> {
  const [seconds] = await client.time();
  const pulse = await client.get(keyOf({ prefix }, 'pulse'));
  return pulse === null ? undefined : Math.max(0, (Number(seconds) - Number(pulse)) * 1000);
}
