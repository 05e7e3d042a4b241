// The journal of a backup, where a journal is already: a service that was started on an empty Redis
// has written some events before anybody restored the others, and Redis takes no id that is before
// its last one. Not for the rest of a backup: backup.ts.
import type { RedisHandle } from '../redis/connection.ts';

const PAGE = 1000;

/** Makes room for a journal that comes back, and puts what was there behind it. */
export class RestoredJournal {
  readonly #client: RedisHandle['client'];
  readonly #key: string;
  readonly #aside: string;

  constructor({ client, prefix }: RedisHandle) {
    this.#client = client;
    this.#key = `${prefix}:journal`;
    this.#aside = `${prefix}:journal:aside`;
  }

  /** Lays aside what is there; where a restoration died, that is there already. */
  async begin(): Promise<void> {
    if ((await this.#client.exists(this.#key)) === 0) return;
    if ((await this.#client.exists(this.#aside)) === 1) await this.#client.del(this.#key);
    else await this.#client.rename(this.#key, this.#aside);
  }

  /** Puts what was laid aside behind what came back; an event that is in both stands once. */
  async end(): Promise<void> {
    for (let from = '-'; ; ) {
      const events = await this.#client.xrange(this.#aside, from, '+', 'COUNT', PAGE);
      for (const [id, fields] of events) {
        const [same] = await this.#client.xrange(this.#key, id, id);
        if (same) continue;
        // What the backup knows later events than, keeps its own time and loses its place alone.
        const [newest] = await this.#client.xrevrange(this.#key, '+', '-', 'COUNT', 1);
        await this.#client.xadd(this.#key, isAfter(id, newest?.[0] ?? '0-0') ? id : '*', ...fields);
      }
      if (events.length < PAGE) break;
      from = `(${events.at(-1)?.[0] ?? ''}`;
    }
    await this.#client.del(this.#aside);
  }
}

/** Whether a stream's id (`ms-count`) is after another. */
function isAfter(one: string, other: string): boolean {
  const [[ms = 0, count = 0], [otherMs = 0, otherCount = 0]] = [one, other].map((id) =>
    id.split('-').map(Number),
  ) as [number[], number[]];
  return ms > otherMs || (ms === otherMs && count > otherCount);
}
