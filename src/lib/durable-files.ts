// Puts files and folders on the disk itself, so that a power cut takes nothing that was said or
// made public.
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { systemCode } from './errors.ts';

/**
 * From so many files on, one sync of their whole file system is quicker than one of each: a site
 * that is made from nothing. Never for what comes out at T: it waits for whatever others have
 * written to that file system, minutes on a busy one.
 */
const MANY = 3000;
/** So many at once share the disk's own commits. */
const AT_ONCE = 32;

const run = promisify(execFile);

/** Their bytes; all of them lie on one file system. What is gone already needs no sync. */
export async function syncFiles(paths: readonly string[]): Promise<void> {
  const [first] = paths;
  if (first === undefined) return;
  if (paths.length >= MANY && (await syncAll(dirname(first)))) return;
  const left = [...paths];
  const lane = async (): Promise<void> => {
    for (let path = left.pop(); path !== undefined; path = left.pop()) await sync(path, false);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, paths.length) }, lane));
}

/** The names in it. */
export async function syncFolder(path: string): Promise<void> {
  await sync(path, true);
}

async function sync(path: string, whole: boolean): Promise<void> {
  try {
    const file = await open(path);
    try {
      await (whole ? file.sync() : file.datasync());
    } finally {
      await file.close();
    }
  } catch (error) {
    // Not every file system syncs folders; what another process tidied away is of no use to
    // anybody.
    if (!['ENOENT', 'EINVAL', 'EISDIR', 'EPERM'].includes(systemCode(error) ?? '')) throw error;
  }
}

/** @returns false where this machine has no such program */
async function syncAll(folder: string): Promise<boolean> {
  try {
    await run('sync', ['-f', folder]);
    return true;
  } catch {
    return false;
  }
}

/**
 * A file in the place of the one that is there: after a power cut it is the one or the other,
 * whole.
 * @param mode who may read it, as `chmod` has it
 */
export async function writeDurably(path: string, text: string, mode = 0o644): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${randomUUID()}`;
  try {
    const file = await open(draft, 'wx', mode);
    try {
      await file.writeFile(text);
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Others may put the same folder in place at the same moment: so often it is tried. */
const PLACE_TIMES = 10;

/**
 * A folder that is whole under the name that it is for, in the place of what is there; whoever else
 * does the same meanwhile.
 */
export async function moveInto(draft: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const old = `${to}.${randomUUID()}`;
    try {
      await rename(draft, to);
      return;
    } catch (error) {
      if (!['ENOTEMPTY', 'EEXIST'].includes(systemCode(error) ?? '') || attempt === PLACE_TIMES)
        throw error;
    }
    await rename(to, old).catch((error: unknown) => {
      if (systemCode(error) !== 'ENOENT') throw error;
    });
    await rm(old, { recursive: true, force: true });
  }
}
