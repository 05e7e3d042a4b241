// Files of the bureau's that the desk changes and people write by hand: what names their text, and
// a commit in the name of whoever saved. Not for what stands in them: edit.ts,
// desk/settings/settings.ts.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { messageOf } from '../../lib/errors.ts';
import type { Principal } from '../shell/desk.ts';

const GIT_MS = 10_000;
const run = promisify(execFile);

/** Names a text: whoever saves upon another one than they saw is told so. */
export const textBase = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 16);

/**
 * A commit in the name of whoever saved, where the folder is a git repository. Without git nothing
 * is missing.
 * @param files their names in the folder
 * @returns why there is none although there is a repository
 */
export async function commit(
  folder: string,
  files: readonly string[],
  { account }: Principal,
  why: string,
): Promise<string | undefined> {
  const mail = account.mail ?? `${account.name}@banli.invalid`;
  const env = { ...process.env, LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0' };
  const git = (...args: string[]): Promise<unknown> =>
    run('git', ['-c', `user.name=${account.display}`, '-c', `user.email=${mail}`, ...args], {
      cwd: folder,
      timeout: GIT_MS,
      env,
    });
  const inside = await git('rev-parse', '--is-inside-work-tree').then(
    () => true,
    () => false,
  );
  if (!inside) return undefined;
  try {
    await git('add', '--', ...files);
    await git('commit', '--quiet', '-m', `${files[0]}: ${why}`, '--', ...files);
    return undefined;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    if (/nothing to commit|no changes added|nothing added/.test(stdout)) return undefined;
    return (stderr || stdout || messageOf(error)).trim().split('\n')[0];
  }
}
