// What was withdrawn, on whichever channel: a small file each beside the record of what was published, so that neither a lost ledger nor an
// older backup brings it back. Not for what readers see in its place: site/.
import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { syncFolder } from '../lib/durable.ts';
import { json } from '../lib/json.ts';
import type { Instant, PublicationId } from '../plan/types.ts';
import { systemCode } from '../words/error.ts';

const tombstone = z.object({ publication: z.string(), at: z.number(), reason: z.string() });

/** Below the folder of what was published. */
const TOMBSTONES = 'tombstones';
/** Longer names than this are cut and hashed, bytes. */
const LONGEST = 120;

/** Every publication that was withdrawn. @param folder of what was published, `var/published` */
export async function withdrawnPublications(folder: string): Promise<Set<PublicationId>> {
  const found = new Set<PublicationId>();
  for (const name of await readdir(join(folder, TOMBSTONES)).catch(none)) {
    const text = await readFile(join(folder, TOMBSTONES, name), 'utf8');
    const read = tombstone.safeParse(json(text));
    // A file that was cut short still says by its name what was withdrawn.
    found.add((read.success ? read.data.publication : name) as PublicationId);
  }
  return found;
}

/** Notes a withdrawal; it is on the disk when this resolves. The first one counts. @param folder as above */
export async function noteWithdrawn(folder: string, publication: PublicationId, at: Instant, reason: string): Promise<void> {
  const stones = join(folder, TOMBSTONES);
  await mkdir(stones, { recursive: true });
  try {
    const file = await open(join(stones, nameOf(publication)), 'wx');
    try {
      await file.writeFile(`${JSON.stringify({ publication, at, reason })}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await syncFolder(stones);
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
  }
}

function nameOf(publication: string): string {
  if (Buffer.byteLength(publication) <= LONGEST) return publication;
  return `${publication.slice(0, 80)}-${createHash('sha256').update(publication).digest('hex').slice(0, 12)}`;
}

function none(error: unknown): string[] {
  if (systemCode(error) === 'ENOENT') return [];
  throw error;
}
