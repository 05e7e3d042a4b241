// A file that people write by hand, with an edit in it: only the lines that the edit changed become
// others. Not for what is edited.
import { isDeepStrictEqual } from 'node:util';
import { diffArrays } from 'diff';
import { plainDocument } from '../plan/yaml.ts';

/**
 * Longer than this no difference is looked for: two texts of a megabyte may have nothing in common.
 */
export const DIFF_MS = 1000;

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
