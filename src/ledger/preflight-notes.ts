// What each channel answered when it was last asked whether it is ready, kept in Redis. For asking
// see alerts/channel-readiness.ts.

import { z } from 'zod';
import type { RedisHandle } from '../redis/connection.ts';
import { keyOf } from '../redis/keys.ts';

const preflight = z.object({
  at: z.number(),
  wrong: z.array(z.object({ code: z.string(), detail: z.string().optional() })),
  /** What is needed at the channel ends then. */
  goodUntil: z.number().optional(),
  /** Whose account it was, as far as the channel said it. */
  account: z.string().optional(),
  /** So many times in a row it could not be asked. */
  silent: z.number().default(0),
});
/** What a channel answered when it was last asked whether it is ready. */
export type PreflightNote = z.output<typeof preflight>;

export class PreflightNotes {
  readonly #handle: RedisHandle;

  constructor(handle: RedisHandle) {
    this.#handle = handle;
  }

  /** By channel. */
  async all(): Promise<Map<string, PreflightNote>> {
    const all = await this.#handle.client.hgetall(keyOf(this.#handle, 'preflights'));
    return new Map(
      Object.entries(all).map(([channel, text]) => [channel, preflight.parse(JSON.parse(text))]),
    );
  }

  async note(channel: string, note: PreflightNote): Promise<void> {
    await this.#handle.client.hset(
      keyOf(this.#handle, 'preflights'),
      channel,
      JSON.stringify(note),
    );
  }
}
