// The journal: every event with time, actor and cause, in one Redis stream, never trimmed.
// Publications write theirs through ledger.lua; this appends the others and reads all. Not for
// logs.

import { type Instant, instant } from '../lib/instant.ts';
import type { RedisHandle } from '../redis/connection.ts';
import { keyOf } from '../redis/keys.ts';

/** One event, as it was written. */
export interface JournalEvent {
  readonly id: string;
  readonly event: string;
  /** A publication, a release, an incident or a file; empty where it concerns none. */
  readonly subject: string;
  readonly actor: string;
  readonly at: Instant;
  /**
   * When it was written, by Redis's own clock, which no worker's can shift; in simulated time that
   * is `at`.
   */
  readonly written: Instant;
  readonly detail: unknown;
}

/** What earlier releases of Banli wrote, and what it is called now. */
const FORMER_EVENTS: Readonly<Record<string, string>> = {
  bygone: 'historical',
  freed: 'resumed',
};

export class Journal {
  readonly #redis: RedisHandle['client'];
  readonly #key: string;
  readonly #simulated: boolean;

  /** @param clock `caller` in simulated time, which Redis knows nothing of */
  constructor(handle: RedisHandle, clock: 'redis' | 'caller' = 'redis') {
    this.#simulated = clock === 'caller';
    this.#redis = handle.client;
    this.#key = keyOf(handle, 'journal');
  }

  async append(
    event: string,
    subject: string,
    actor: string,
    at: Instant,
    detail?: unknown,
  ): Promise<void> {
    await this.#redis.xadd(
      this.#key,
      '*',
      'e',
      event,
      'p',
      subject,
      'a',
      actor,
      't',
      at,
      'd',
      detail === undefined ? '' : JSON.stringify(detail),
    );
  }

  /**
   * What was written after an event, oldest first, and the last one's id to go on from; `undefined`
   * begins at the end.
   */
  async since(
    id: string | undefined,
  ): Promise<{ events: JournalEvent[]; last: string | undefined }> {
    if (id === undefined)
      return {
        events: [],
        last: (await this.#redis.xrevrange(this.#key, '+', '-', 'COUNT', 1))[0]?.[0],
      };
    const rows = await this.#redis.xrange(this.#key, `(${id}`, '+', 'COUNT', 10_000);
    return {
      events: rows.map(([event, fields]) => this.#parse(event, fields)),
      last: rows.at(-1)?.[0] ?? id,
    };
  }

  /** The id of the newest event, `0-0` where there is none yet. */
  async position(): Promise<string> {
    return (await this.#redis.xrevrange(this.#key, '+', '-', 'COUNT', 1))[0]?.[0] ?? '0-0';
  }

  /** The newest events first, of one subject (a release means all its publications) or of all. */
  async newest(limit: number, subject?: string): Promise<JournalEvent[]> {
    const found: JournalEvent[] = [];
    let end = '+';
    while (found.length < limit) {
      const rows = await this.#redis.xrevrange(this.#key, end, '-', 'COUNT', 1000);
      for (const [id, fields] of rows) {
        const event = this.#parse(id, fields);
        if (!subject || event.subject === subject || event.subject.startsWith(`${subject}@`))
          found.push(event);
      }
      const last = rows.at(-1)?.[0];
      if (rows.length < 1000 || !last) break;
      end = `(${last}`;
    }
    return found.slice(0, limit);
  }

  #parse(id: string, fields: readonly string[]): JournalEvent {
    const get = (name: string): string => fields[fields.indexOf(name) + 1] ?? '';
    const detail = get('d');
    const at = instant(Number(get('t')));
    const event = get('e');
    return {
      id,
      event: FORMER_EVENTS[event] ?? event,
      subject: get('p'),
      actor: get('a'),
      at,
      written: this.#simulated ? at : instant(Number(id.split('-')[0])),
      detail: detail ? (JSON.parse(detail) as unknown) : undefined,
    };
  }
}
