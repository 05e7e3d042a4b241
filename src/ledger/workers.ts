// Signs of life: each worker renews a key in Redis; the one that can't is taken for dead by others, and knows it itself by a
// monotonic clock. Not for what it held: publish/verify.ts.
import { randomUUID } from 'node:crypto';
import type { RedisHandle } from '../redis/connection.ts';

const LIFE_MS = 6000;
const RENEW_MS = 1500;
/** Shorter than LIFE_MS by more than a renewal may take: a worker stops sending before others take it for dead. */
const FRESH_MS = 4000;

export class Heartbeat {
  readonly id = `${process.pid}-${randomUUID().slice(0, 8)}`;
  readonly #handle: RedisHandle;
  readonly #log: (message: string) => void;
  #renewed = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  constructor(handle: RedisHandle, log: (message: string) => void) {
    this.#handle = handle;
    this.#log = log;
  }

  async start(): Promise<void> {
    await this.#renew();
    this.#timer = setInterval(() => void this.#renew().catch((error: unknown) => this.#log(String(error))), RENEW_MS);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#handle.client.del(this.#key(this.id));
  }

  fresh(): boolean {
    return performance.now() - this.#renewed < FRESH_MS;
  }

  async alive(id: string): Promise<boolean> {
    return (await this.#handle.client.exists(this.#key(id))) === 1;
  }

  /** How far Redis's clock is behind ours at least, ms; 0 when it is not, as far as the round trip lets us tell. */
  async clockLag(): Promise<number> {
    const sent = Date.now();
    const [seconds, micros] = await this.#handle.client.time();
    const received = Date.now();
    const redis = Number(seconds) * 1000 + Number(micros) / 1000;
    return Math.max(0, Math.floor(sent - redis - (received - sent) - 1));
  }

  async #renew(): Promise<void> {
    const before = performance.now();
    await this.#handle.client.set(this.#key(this.id), '1', 'PX', LIFE_MS);
    this.#renewed = before;
  }

  #key(id: string): string {
    return `${this.#handle.prefix}:worker:${id}`;
  }
}
