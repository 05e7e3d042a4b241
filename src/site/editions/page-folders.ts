// Folders of pages on a disk, as staging makes and finds them: moved, linked, whole. Not for what
// is in them: release-page-store.ts.
import { randomUUID } from 'node:crypto';
import {
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '../../lib/errors.ts';

/** Where a symlink leads, as seen from an edition; nowhere where it is lost. */
export function leadsTo(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return '';
  }
}

const END = '</html>\n';

/** Whether a page was written to its end: a power cut may leave half of it. */
export function isToItsEnd(page: string): boolean {
  try {
    return readFileSync(page).subarray(-END.length).toString() === END;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return false;
    throw error;
  }
}

/** Whether a symlink here knows how many names it has. */
export function countsNames(folder: string): boolean {
  const [one, other] = [
    join(folder, `probe.${randomUUID()}`),
    join(folder, `probe.${randomUUID()}`),
  ];
  try {
    mkdirSync(folder, { recursive: true });
    symlinkSync('nowhere', one);
    linkSync(one, other);
    return lstatSync(other).nlink === 2 && lstatSync(other).isSymbolicLink();
  } catch {
    return false;
  } finally {
    for (const path of [one, other]) rmSync(path, { force: true });
  }
}

/**
 * The folder that was made when the release was staged; a new one where an edition has taken it
 * before.
 */
export function claimFolder(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    mkdirSync(to);
  }
}

/**
 * Written beside the folder and moved into it: the first file that is created in a folder takes ten
 * times as long.
 */
export function put(folder: string, name: string, content: string | Buffer): void {
  const beside = `${folder}.${name}`;
  try {
    writeFileSync(beside, content);
    renameSync(beside, join(folder, name));
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}
