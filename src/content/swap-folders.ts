// One folder in the place of another. Between its two renames somebody may die: what was there is
// put back then. Not for what is in them.
import { existsSync } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { systemCode } from '../lib/errors.ts';

/** Beside a folder: `.NAME.UUID` is made, and what was there goes to `.NAME.UUID.old`. */
const AWAY = /^\.(.+)\.[0-9a-f-]{36}\.old$/;

/** Where a folder is made that will be put in another's place. */
export const draftBeside = (folder: string, id: string): string =>
  join(dirname(folder), `.${basename(folder)}.${id}`);

/**
 * One rename away and one in: a reader finds the one or the other, or for a moment none, which is
 * looked at again.
 * @param keep is given what was there, in its last place, before it goes
 */
export async function swap(
  folder: string,
  draft: string,
  keep: (away: string) => Promise<void>,
): Promise<void> {
  const away = `${draft}.old`;
  const had = await rename(folder, away).then(
    () => true,
    (error: unknown) => {
      if (systemCode(error) === 'ENOENT') return false;
      throw error;
    },
  );
  await rename(draft, folder);
  if (!had) return;
  await keep(away);
  await rm(away, { recursive: true, force: true });
}

/** Whether a folder is not there because another is about to take its place. */
export async function isChangingPlaces(folder: string): Promise<boolean> {
  if (existsSync(folder)) return false;
  const beside = await readdir(dirname(folder)).catch(() => []);
  return beside.some((name) => AWAY.exec(name)?.[1] === basename(folder)) && !existsSync(folder);
}

/** Puts back what somebody took away who died before the new one was there. @returns how many */
export async function putBack(content: string): Promise<number> {
  let back = 0;
  for (const one of await readdir(content, { withFileTypes: true }).catch(() => [])) {
    if (!one.isDirectory() || one.name.startsWith('.')) continue;
    const folder = join(content, one.name);
    for (const name of await readdir(folder).catch(() => [])) {
      const was = AWAY.exec(name)?.[1];
      if (was === undefined || existsSync(join(folder, was))) continue;
      await rename(join(folder, name), join(folder, was));
      back++;
    }
  }
  return back;
}
