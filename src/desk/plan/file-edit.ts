// Files of the bureau's that the desk changes and people write by hand: what names their text, a
// text that changes only in the lines that an edit changed, and a commit in the name of whoever
// saved. Not for what stands in them: edit.ts, desk/settings/settings.ts.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { isDeepStrictEqual, promisify } from 'node:util';
import { diffArrays } from 'diff';
import { messageOf } from '../../lib/errors.ts';
import { plainDocument } from '../../plan/yaml.ts';
import type { Principal } from '../shell/desk.ts';

const GIT_MS = 10_000;
/**
 * Longer than this no difference is looked for: two texts of a megabyte may have nothing in common.
 */
export const DIFF_MS = 1000;
const run = promisify(execFile);

/** Names a text: whoever saves upon another one than they saw is told so. */
export const textBase = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 16);

/**
 * The lines that an edit changed, put into the text as it is written: the library writes spaces,
 * brackets and comments its own way.
 */
export function grafted(written: string, before: string, after: string): string {
  const edit = editOf(before.split('\n'), after.split('\n'));
  const blocks = edit && blocksOf(before.split('\n'), written.split('\n'));
  if (!blocks) return after;
  const text = [
    ...blocks.flatMap((block) => editedBlock(block, edit)),
    ...edit.takeAdded(before.split('\n').length),
  ].join('\n');
  // Where the two are too far apart, every line may be in the wrong place.
  return isDeepStrictEqual(plainDocument(text)?.toJS(), plainDocument(after)?.toJS())
    ? text
    : after;
}

/** What becomes of each line of a text, by its number from 0. */
interface LineEdit {
  isRemoved(line: number): boolean;
  isAddedAt(line: number): boolean;
  /** The new lines before it; once. */
  takeAdded(line: number): readonly string[];
}

function editOf(before: string[], after: string[]): LineEdit | undefined {
  const removedLines = new Set<number>();
  const addedLines = new Map<number, readonly string[]>();
  let at = 0;
  const parts = diffArrays(before, after, { timeout: DIFF_MS });
  if (!parts) return undefined;
  for (const { value, added, removed } of parts) {
    if (added) addedLines.set(at, value);
    else for (const end = at + value.length; at < end; at++) if (removed) removedLines.add(at);
  }
  return {
    isRemoved: (line) => removedLines.has(line),
    isAddedAt: (line) => addedLines.has(line),
    takeAdded(line) {
      const lines = addedLines.get(line) ?? [];
      addedLines.delete(line);
      return lines;
    },
  };
}

/** Lines as the library writes them, and the same as they are written. */
interface Block {
  readonly from: number;
  readonly lines: readonly string[];
  readonly written: readonly string[];
}

function blocksOf(before: string[], written: string[]): Block[] | undefined {
  const blocks: Block[] = [];
  let from = 0;
  let unlike: readonly string[] = [];
  const parts = diffArrays(before, written, { timeout: DIFF_MS });
  if (!parts) return undefined;
  const close = (more: readonly string[]): void => {
    if (unlike.length + more.length > 0)
      blocks.push({ from: from - unlike.length, lines: unlike, written: more });
    unlike = [];
  };
  // What is written otherwise comes as lines that go and lines that come in their place.
  for (const { value, added, removed } of parts) {
    if (added) close(value);
    else {
      close([]);
      from += value.length;
      if (removed) unlike = value;
      else blocks.push({ from: from - value.length, lines: value, written: value });
    }
  }
  close([]);
  return blocks;
}

function editedBlock({ from, lines, written }: Block, edit: LineEdit): string[] {
  const numbers = lines.map((_, index) => from + index);
  const isTouched = numbers.some(
    (line) => edit.isRemoved(line) || (line > from && edit.isAddedAt(line)),
  );
  if (!isTouched) return [...(lines.length > 0 ? edit.takeAdded(from) : []), ...written];
  // As many lines: each stands for the one in its place.
  const shown = lines.length === written.length ? written : lines;
  return numbers.flatMap((line, index) => [
    ...edit.takeAdded(line),
    ...(edit.isRemoved(line) ? [] : [shown[index] ?? '']),
  ]);
}

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
