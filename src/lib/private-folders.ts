// Keeps what is not public yet from the other accounts of this machine. Not for what is public: a
// web server reads that as any account.
import { chmod, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from './errors.ts';

/** Below `var/`: nobody else looks into these. */
const CLOSED = ['versions', 'published', 'held'];
/**
 * Below `var/site/`: a web server goes through these to what is public, by names that nobody
 * guesses (digests), and sees no list of them.
 */
const THROUGH = ['staged', 'pages', 'editions', 'shelf', 'spares'];
/** For folders of what is not public, below `var/site/`. */
export const THROUGH_MODE = 0o711;
/**
 * For what the desk writes into the content folder: the group, if the bureau gives one, may look
 * after it as well.
 */
export const OWN_FOLDER = 0o770;
export const OWN_FILE = 0o660;

/**
 * Makes the folders, and closes those that an earlier version left open. Of another owner they stay
 * as they are: `banli doctor` tells.
 */
export async function closeFolders(varFolder: string): Promise<void> {
  for (const name of CLOSED) await closed(join(varFolder, name), 0o700);
  for (const name of THROUGH) await closed(join(varFolder, 'site', name), THROUGH_MODE);
}

async function closed(path: string, mode: number): Promise<void> {
  await mkdir(path, { recursive: true, mode });
  await chmod(path, mode).catch((error: unknown) => {
    if (!['EPERM', 'EROFS', 'ENOTSUP'].includes(systemCode(error) ?? '')) throw error;
  });
}

/** Of the folders of what is not public, those whose files any account of this machine may read. */
export async function openFolders(paths: {
  readonly content: string;
  readonly var: string;
}): Promise<string[]> {
  const found: string[] = [];
  const look = async (path: string, bits: number): Promise<void> => {
    const about = await stat(path).catch(() => undefined);
    if (about && (about.mode & bits) !== 0) found.push(path);
  };
  await look(paths.content, 0o005);
  for (const name of CLOSED) await look(join(paths.var, name), 0o007);
  for (const name of THROUGH) await look(join(paths.var, 'site', name), 0o006);
  return found;
}
