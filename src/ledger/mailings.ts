// Which reader of a mailing has had their letter: in Redis, and as lines of a file beside it, so
// that a Redis that forgets or is set back sends to nobody twice. Not for sending: channels/email.ts.
import { createHash } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { parseJson } from '../lib/parse-json.ts';
import { type PublicationId, parsePublicationId } from '../plan/types.ts';
import type { RedisHandle } from '../redis/connection.ts';
import { keyOf } from '../redis/keys.ts';
import { noteFileName } from './disk-notes.ts';

const mailing = z.object({
  due: z.number(),
  subject: z.string(),
  text: z.string(),
  html: z.string(),
  readers: z.array(z.string()),
});
const reader = z.object({
  state: z.enum(['intent', 'taken', 'refused', 'doubtful']),
  at: z.number(),
  why: z.string().optional(),
});
export type MailingReader = z.output<typeof reader>;
interface Known {
  readonly mailing: z.output<typeof mailing>;
  readonly readers: ReadonlyMap<string, MailingReader>;
}

/** A minute's count stands a little longer than the minute, s. */
const TURN_S = 120;

export class MailingStore {
  readonly #folder: string;
  readonly #redis: RedisHandle['client'];
  readonly #handle: RedisHandle;

  constructor(folder: string, handle: RedisHandle) {
    this.#folder = folder;
    this.#redis = handle.client;
    this.#handle = handle;
  }

  async begin(publication: PublicationId, one: z.output<typeof mailing>): Promise<void> {
    await this.#redis.hsetnx(this.#key(publication), 'mailing', JSON.stringify(one));
    await this.#redis.sadd(keyOf(this.#handle, 'mailings'), publication);
    await this.#handle.replicated();
  }

  async read(publication: PublicationId): Promise<Known | undefined> {
    const found = await this.#redis.hgetall(this.#key(publication));
    const known = mailing.safeParse(parseJson(found.mailing ?? '')).data;
    if (!known) return undefined;
    const readers = new Map<string, MailingReader>();
    const onDisk = await this.#claimedOnDisk(publication);
    for (const to of known.readers) {
      const state = reader.safeParse(parseJson(found[fieldOf(to)] ?? '')).data;
      const claimed = onDisk.get(to);
      if (state) readers.set(to, state);
      // Redis has forgotten it: whether it was taken nobody knows any more.
      else if (claimed !== undefined) readers.set(to, { state: 'intent', at: claimed });
    }
    return { mailing: known, readers };
  }

  async open(channel: string): Promise<PublicationId[]> {
    const all = await this.#redis.smembers(keyOf(this.#handle, 'mailings'));
    return (all as PublicationId[])
      .filter((publication) => parsePublicationId(publication).channel === channel)
      .sort();
  }

  /** Over, and nobody has looked yet whether any reader went without. */
  async untold(): Promise<PublicationId[]> {
    return (await this.#redis.smembers(keyOf(this.#handle, 'mailings:untold'))) as PublicationId[];
  }

  async told(publication: PublicationId): Promise<void> {
    await this.#redis.srem(keyOf(this.#handle, 'mailings:untold'), publication);
  }

  async claim(publication: PublicationId, to: string, at: number): Promise<boolean> {
    const intent = JSON.stringify({ state: 'intent', at } satisfies MailingReader);
    if ((await this.#redis.hsetnx(this.#key(publication), fieldOf(to), intent)) !== 1) return false;
    await this.#append(publication, { to, at });
    await this.#handle.replicated();
    return true;
  }

  async note(publication: PublicationId, to: string, state: MailingReader): Promise<void> {
    await this.#redis.hset(this.#key(publication), fieldOf(to), JSON.stringify(state));
  }

  async free(publication: PublicationId, to: string): Promise<void> {
    await this.#append(publication, { to, at: null });
    await this.#redis.hdel(this.#key(publication), fieldOf(to));
  }

  async end(publication: PublicationId): Promise<void> {
    const isOpen = await this.#redis.srem(keyOf(this.#handle, 'mailings'), publication);
    if (isOpen === 1) await this.#redis.sadd(keyOf(this.#handle, 'mailings:untold'), publication);
  }

  async takeTurn(channel: string, minute: number, most: number): Promise<boolean> {
    const key = keyOf(this.#handle, `mailing-turns:${channel}:${minute}`);
    const used = await this.#redis.incr(key);
    if (used === 1) await this.#redis.expire(key, TURN_S);
    return used <= most;
  }

  #key(publication: PublicationId): string {
    return keyOf(this.#handle, `mailing:${publication}`);
  }

  async #claimedOnDisk(publication: PublicationId): Promise<Map<string, number>> {
    const text = await readFile(join(this.#folder, noteFileName(publication)), 'utf8').catch(
      () => '',
    );
    const claimed = new Map<string, number>();
    for (const line of text.split('\n')) {
      const one = claimLine.safeParse(parseJson(line)).data;
      if (one?.at === null) claimed.delete(one.to);
      else if (one) claimed.set(one.to, one.at);
    }
    return claimed;
  }

  async #append(publication: PublicationId, line: z.output<typeof claimLine>): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const file = await open(join(this.#folder, noteFileName(publication)), 'a', 0o600);
    try {
      await file.writeFile(`${JSON.stringify(line)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
  }
}

/** One claim of a reader, or, without a time, that it was given back. */
const claimLine = z.object({ to: z.string(), at: z.number().nullable() });

/** A reader in a name of a field: no address stands in the names of keys. */
const fieldOf = (to: string): string =>
  `r:${createHash('sha256').update(to).digest('hex').slice(0, 24)}`;
