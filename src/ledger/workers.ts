// Signs of life: each worker renews two keys in Redis; the one that can't is taken for dead by others, and knows it before they do, by clocks
// of its own. Not for what it held: publish/verify.ts.
import { randomUUID } from 'node:crypto';
import type { RedisHandle } from '../redis/connection.ts';

const RENEW_MS = 500;
/** A worker that could not renew for so long sends nothing. */
const FRESH_MS = 3000;
/** Taken for dead after so long without a renewal: longer than FRESH_MS by more than a clock's drift and a renewal on its way. */
const LIFE_MS = 4000;

export class Heartbeat {
  readonly id = `${process.pid}-${randomUUID().slice(0, 8)}`;
  readonly #handle: RedisHandle;
  readonly #log: (message: string) => void;
  readonly #longestCall: number;
  #renewed = { steady: Number.NEGATIVE_INFINITY, wall: Number.NEGATIVE_INFINITY };
  #timer: NodeJS.Timeout | undefined;

  /** @param longestCall how long a releasing call may last, ms */
  constructor(handle: RedisHandle, log: (message: string) => void, longestCall: number) {
    this.#handle = handle;
    this.#log = log;
    this.#longestCall = longestCall;
  }

  async start(): Promise<void> {
    await this.#renew();
    this.#timer = setInterval(() => void this.#renew().catch((error: unknown) => this.#log(String(error))), RENEW_MS);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#handle.client.del(this.#key('worker', this.id), this.#key('calls', this.id));
  }

  /** By both clocks: a machine that slept has lost time on the steady one only. */
  fresh(): boolean {
    return performance.now() - this.#renewed.steady < FRESH_MS && Math.abs(Date.now() - this.#renewed.wall) < FRESH_MS;
  }

  async alive(id: string): Promise<boolean> {
    return (await this.#handle.client.exists(this.#key('worker', id))) === 1;
  }

  async mayBeCalling(id: string): Promise<boolean> {
    return (await this.#handle.client.exists(this.#key('calls', id))) === 1;
  }

  /** How far Redis's clock is behind ours at least, ms; 0 when it is not, as far as the round trip lets us tell. */
  async clockLag(): Promise<number> {
    return Math.max(0, Math.floor(-(await this.clockSkew()).latest - 1));
  }

  /** Redis's clock less ours, ms: it lies between these two, since the round trip takes its time. */
  async clockSkew(): Promise<{ earliest: number; latest: number }> {
    const sent = Date.now();
    const [seconds, micros] = await this.#handle.client.time();
    const received = Date.now();
    const redis = Number(seconds) * 1000 + Number(micros) / 1000;
    return { earliest: redis - received, latest: redis - sent };
  }

  async #renew(): Promise<void> {
    const before = { steady: performance.now(), wall: Date.now() };
    await this.#handle.client
      .multi()
      .set(this.#key('worker', this.id), '1', 'PX', LIFE_MS)
      .set(this.#key('calls', this.id), '1', 'PX', LIFE_MS + this.#longestCall)
      .exec();
    this.#renewed = before;
  }

  #key(kind: 'worker' | 'calls', id: string): string {
    return `${this.#handle.prefix}:${kind}:${id}`;
  }
}
