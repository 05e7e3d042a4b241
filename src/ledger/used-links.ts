// Buttons in letters: the key that their links are signed with, and which of them were used. For
// what a link says see alerts/mail-links.ts.

import { randomBytes } from 'node:crypto';
import type { RedisHandle } from '../redis/connection.ts';
import { keyOf } from '../redis/keys.ts';

/** A link is good for less than this, ms. */
const USED_MS = 30 * 86_400_000;

export class UsedLinks {
  readonly #handle: RedisHandle;

  constructor(handle: RedisHandle) {
    this.#handle = handle;
  }

  /** The key that links in letters are signed with; made at the first use. */
  async signingKey(): Promise<string> {
    const { client } = this.#handle;
    const key = keyOf(this.#handle, 'link-key');
    await client.set(key, randomBytes(32).toString('hex'), 'NX');
    return (await client.get(key)) ?? '';
  }

  /** Uses up a link. @returns false where it had been used */
  async use(nonce: string): Promise<boolean> {
    const key = keyOf(this.#handle, `link:${nonce}`);
    return (await this.#handle.client.set(key, '1', 'PX', USED_MS, 'NX')) !== null;
  }

  async isUsed(nonce: string): Promise<boolean> {
    return (await this.#handle.client.exists(keyOf(this.#handle, `link:${nonce}`))) === 1;
  }
}
