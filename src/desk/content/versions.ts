// Contents that were there before, kept by what they are: saving the same again keeps nothing new.
// Not for the content that is there now: edit.ts.
import { randomUUID } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../../lib/errors.ts';
import type { Release } from '../../plan/types.ts';
import type { Desk } from '../shell/desk.ts';

/** A content that was there before. */
export interface Version {
  readonly id: string;
  /** Epoch ms of when it was last replaced. */
  readonly at: number;
  /**
   * As short as people read it; `flawed` where it was kept by an earlier version of Banli and had
   * faults.
   */
  readonly digest: string;
  /** Whoever saved it; nobody where it came by another way. */
  readonly author?: string | undefined;
}

/**
 * So many of a release are kept, the newest: they lie beside the ledger's own files, and a full
 * disk holds up everything.
 */
const MOST = 50;
const SHOWN = 12;

function folderOf({ app }: Desk, release: Release): string {
  return join(app.config.paths.var, 'versions', release.id);
}

/**
 * Keeps a folder as it is.
 * @param digest of what it holds
 * @param now epoch ms
 */
export async function keepVersion(
  desk: Desk,
  release: Release,
  folder: string,
  digest: string,
  now: number,
): Promise<void> {
  const versions = folderOf(desk, release);
  const to = join(versions, digest);
  await mkdir(versions, { recursive: true, mode: 0o700 });
  const draft = join(versions, `.${randomUUID()}`);
  try {
    await cp(folder, draft, { recursive: true });
    // Whoever kept the same first has kept this.
    await rename(draft, to).catch((error: unknown) => {
      if (!['ENOTEMPTY', 'EEXIST'].includes(systemCode(error) ?? '')) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  await utimes(to, now / 1000, now / 1000);
  for (const { id } of (await versionsOf(desk, release)).slice(MOST))
    await rm(join(versions, id), { recursive: true, force: true });
}

/** The versions before, newest first. */
export async function versionsOf(desk: Desk, release: Release): Promise<Version[]> {
  const versions = folderOf(desk, release);
  const found: Version[] = [];
  for (const id of await readdir(versions).catch(() => [])) {
    // Kept until 0.1: by the instant at which it was replaced.
    const old = /^(\d+)-([0-9a-f]{12}|flawed)$/.exec(id);
    if (old) found.push({ id, at: Number(old[1]), digest: old[2] ?? '' });
    else if (/^[0-9a-f]{64}$/.test(id)) {
      const about = await stat(join(versions, id)).catch(() => undefined);
      const author = await desk.app.planStore.authorOf(release.id, id);
      if (about)
        found.push({ id, at: Math.round(about.mtimeMs), digest: id.slice(0, SHOWN), author });
    }
  }
  return found.sort((a, b) => b.at - a.at);
}

/** The files of a version; undefined where there is none of that name. */
export async function filesOfVersion(
  desk: Desk,
  release: Release,
  id: string,
): Promise<Map<string, Buffer> | undefined> {
  if (!(await versionsOf(desk, release)).some((one) => one.id === id)) return undefined;
  const folder = join(folderOf(desk, release), id);
  const files = new Map<string, Buffer>();
  // A sub-folder, or a link, is none of a bundle's.
  for (const one of (await readdir(folder, { withFileTypes: true })).sort((a, b) =>
    a.name < b.name ? -1 : 1,
  ))
    if (one.isFile() && !one.name.startsWith('.'))
      files.set(one.name, await readFile(join(folder, one.name)));
  return files;
}
