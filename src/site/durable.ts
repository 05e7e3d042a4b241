// Puts files and folders on the disk itself, so that a power cut takes nothing that was made public. Not for writing them.
import { execFile } from 'node:child_process';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { systemCode } from '../words/error.ts';

/** From so many files on, one sync of their whole file system is quicker than one of each. */
const MANY = 150;

const run = promisify(execFile);

/** Their bytes; all of them lie on one file system. What is gone already needs no sync. */
export async function syncFiles(paths: readonly string[]): Promise<void> {
  const [first] = paths;
  if (first === undefined) return;
  if (paths.length >= MANY && (await syncAll(dirname(first)))) return;
  await Promise.all(paths.map((path) => sync(path, false)));
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
    // Not every file system syncs folders; what another process tidied away is of no use to anybody.
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
