// A copy of the newest line of the site's record on each release, in Redis: site and ledger lie on
// one disk or on two, and whichever of them is lost or set back, the other still knows what was
// corrected and withdrawn. Not for what a line says: site/published/published-store.ts.

import type { RedisHandle } from '../redis/connection.ts';
import { keyOf } from '../redis/keys.ts';

export class SiteCopy {
  readonly #handle: RedisHandle;

  constructor(handle: RedisHandle) {
    this.#handle = handle;
  }

  get #key(): string {
    return keyOf(this.#handle, 'site-record');
  }

  /** By release. */
  async all(): Promise<Map<string, string>> {
    return new Map(Object.entries(await this.#handle.client.hgetall(this.#key)));
  }

  /** Since when the site keeps a record, epoch ms. */
  async born(): Promise<number | undefined> {
    const text = await this.#handle.client.get(keyOf(this.#handle, 'site-born'));
    return text === null ? undefined : Number(text);
  }

  async setBorn(at: number): Promise<void> {
    await this.#handle.client.set(keyOf(this.#handle, 'site-born'), at);
  }

  /** Whichever of two is newer is found when copy and record are compared next. */
  async put(lines: ReadonlyMap<string, string>): Promise<void> {
    if (lines.size > 0) await this.#handle.client.hset(this.#key, Object.fromEntries(lines));
  }
}
