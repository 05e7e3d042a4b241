// What people said about publications and a lost Redis would forget: what was withdrawn, what is
// held. A small file each on disk, read when a ledger begins anew. Not for what readers see in the
// place of what was withdrawn: site/.
import { createHash } from 'node:crypto';
import { access, mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { syncFolder } from '../lib/durable-files.ts';
import { systemCode } from '../lib/errors.ts';
import type { Instant } from '../lib/instant.ts';
import { parseJson } from '../lib/parse-json.ts';
import type { PublicationId } from '../plan/types.ts';

const note = z.object({ publication: z.string(), at: z.number(), reason: z.string() });

/** Longer names than this are cut and hashed, bytes. */
const LONGEST = 120;

/** The notes of one kind. */
export class PublicationNotes {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** What was said of each; empty where its file was cut short. */
  async all(): Promise<Map<PublicationId, string>> {
    const found = new Map<PublicationId, string>();
    for (const name of await readdir(this.#folder).catch(none)) {
      const read = note.safeParse(
        parseJson(await readFile(join(this.#folder, name), 'utf8').catch(() => '')),
      );
      // A file that was cut short still says by its name what it is about.
      found.set(
        (read.success ? read.data.publication : name) as PublicationId,
        read.data?.reason ?? '',
      );
    }
    return found;
  }

  /** When it was said, epoch ms; undefined where it was not, or its file was cut short. */
  async at(publication: PublicationId): Promise<number | undefined> {
    return note.safeParse(
      parseJson(
        await readFile(join(this.#folder, noteFileName(publication)), 'utf8').catch(() => ''),
      ),
    ).data?.at;
  }

  /** Also where its file was cut short. A folder that nobody can read says nothing. */
  has(publication: PublicationId): Promise<boolean> {
    return access(join(this.#folder, noteFileName(publication))).then(
      () => true,
      () => false,
    );
  }

  /** It is on the disk when this resolves. The first note of a publication counts. */
  async add(publication: PublicationId, at: Instant, reason: string): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    try {
      const file = await open(join(this.#folder, noteFileName(publication)), 'wx');
      try {
        await file.writeFile(`${JSON.stringify({ publication, at, reason })}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      await syncFolder(this.#folder);
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
    }
  }

  async remove(publication: PublicationId): Promise<void> {
    // Left behind it is of no harm while the ledger is there.
    await rm(join(this.#folder, noteFileName(publication)), { force: true }).catch(() => undefined);
  }
}

/** The name of the file about a publication. */
export function noteFileName(publication: string): string {
  if (Buffer.byteLength(publication) <= LONGEST) return publication;
  return `${publication.slice(0, 80)}-${createHash('sha256').update(publication).digest('hex').slice(0, 12)}`;
}

/**
 * A folder that is not there, or that nobody can read: the ledger and the site know most of it, and
 * a service that does not start knows nothing.
 */
function none(error: unknown): string[] {
  if (systemCode(error) !== undefined) return [];
  throw error;
}
