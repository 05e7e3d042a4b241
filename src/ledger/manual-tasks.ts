// What people still have to do by hand on a channel that no program can correct or clear: noted
// when it could not be done, until somebody says that it is. Files beside what was published, and a
// copy in Redis: whichever of the two is lost or set back, the other knows. Not for corrections
// themselves: publish/correct-and-withdraw.ts.

import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeDurably } from '../lib/durable-files.ts';
import { systemCode } from '../lib/errors.ts';
import { parseJson } from '../lib/parse-json.ts';
import type { PublicationId } from '../plan/types.ts';
import type { RedisHandle } from '../redis/connection.ts';
import { keyOf } from '../redis/keys.ts';
import { noteFileName } from './disk-notes.ts';

const task = z.object({
  publication: z.string(),
  what: z.enum(['correct', 'withdraw']),
  /** As the public reads it elsewhere. */
  reason: z.string(),
  by: z.string(),
  /** Epoch ms; of one publication no two are the same. */
  at: z.number(),
  /** Of the content that should be public. */
  digest: z.string().optional(),
  /** Somebody has said so. */
  done: z.boolean().default(false),
});
/** One publication that is public as it should not be, or was. */
export type ManualTask = z.output<typeof task>;

/** Where they are kept. */
export interface ManualTasks {
  /**
   * One takes the place of one before: the channel has to show what is right now. It is on the disk
   * when this resolves.
   */
  put(one: ManualTask): Promise<void>;
  /** Done or not, by publication. */
  all(): Promise<ReadonlyMap<PublicationId, ManualTask>>;
}

export class ByHand implements ManualTasks {
  readonly #folder: string;
  readonly #redis: RedisHandle['client'];
  readonly #key: string;

  constructor(folder: string, { client, prefix }: RedisHandle) {
    this.#folder = folder;
    this.#redis = client;
    this.#key = keyOf({ prefix }, 'by-hand');
  }

  async put(one: ManualTask): Promise<void> {
    await this.#write(one);
    await this.#redis.hset(this.#key, one.publication, JSON.stringify(one));
  }

  async #write(one: ManualTask): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await writeDurably(
      join(this.#folder, noteFileName(one.publication)),
      `${JSON.stringify(one)}\n`,
      0o600,
    );
  }

  async all(): Promise<Map<PublicationId, ManualTask>> {
    const found = await this.#files();
    for (const [publication, text] of Object.entries(await this.#redis.hgetall(this.#key))) {
      const copy = task.safeParse(parseJson(text)).data;
      const file = found.get(publication as PublicationId);
      if (!copy || (file && !isNewer(copy, file))) continue;
      found.set(publication as PublicationId, copy);
      // A disk that takes nothing keeps nobody from reading.
      await this.#write(copy).catch(() => undefined);
    }
    return found;
  }

  async #files(): Promise<Map<PublicationId, ManualTask>> {
    const found = new Map<PublicationId, ManualTask>();
    const names = await readdir(this.#folder).catch((error: unknown) => {
      // A folder that nobody can read keeps nobody from the desk.
      if (systemCode(error) === undefined) throw error;
      return [];
    });
    for (const name of names) {
      const read = task.safeParse(
        parseJson(await readFile(join(this.#folder, name), 'utf8').catch(() => '')),
      ).data;
      if (read && noteFileName(read.publication) === name)
        found.set(read.publication as PublicationId, read);
    }
    return found;
  }
}

/** The later word on a publication; what is done stays done. */
function isNewer(one: ManualTask, other: ManualTask): boolean {
  return one.at === other.at ? one.done && !other.done : one.at > other.at;
}

/** Those that are left. */
export function open(all: ReadonlyMap<PublicationId, ManualTask>): Map<PublicationId, ManualTask> {
  return new Map([...all].filter(([, { done }]) => !done));
}
