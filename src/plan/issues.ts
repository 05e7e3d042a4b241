// What can be wrong in a plan, where, and how it is shown: file:line:column, the line, a caret. Not
// for finding it.
import { type Document, isMap, isNode, isScalar, isSeq, type LineCounter } from 'yaml';
import type { PlanMessages } from './messages.ts';
import type { Sentence, Where } from './types.ts';

/**
 * Something wrong at a place of a plan file; what to say of it is made in the reader's language.
 */
export interface PlanIssue {
  readonly severity: 'error' | 'warning';
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** The offending line's text. */
  readonly source: string;
  /** The column of that text which it is about, where a part of the line is left out. */
  readonly caret?: number;
  readonly say: (words: PlanMessages) => Sentence;
  /** The rule of change that it breaks, where it does: change-rules.ts. */
  readonly code?: string;
}

/** As much of a line as is kept to be shown. */
const SHOWN = 1000;

/** A plan file as text, with the name that messages show. */
export interface SourceFile {
  readonly name: string;
  readonly text: string;
  /** Why its text could not be read: the system's code, e.g. `EACCES`. */
  readonly unreadable?: string;
}

/** A file that was parsed: knows the line and column of every key. */
export interface ParsedFile {
  readonly source: SourceFile;
  readonly document: Document;
  readonly lines: LineCounter;
}

/**
 * The problem at a path of keys; `at: 'key'` points at the last key itself rather than its value.
 */
export function problemAt(
  file: ParsedFile,
  path: Where['path'],
  at: 'key' | 'value',
  say: PlanIssue['say'],
  severity: PlanIssue['severity'] = 'error',
): PlanIssue {
  return problemAtOffset(file.source, file.lines, offsetOf(file.document, path, at), say, severity);
}

export function problemAtOffset(
  source: SourceFile,
  lines: LineCounter,
  offset: number,
  say: PlanIssue['say'],
  severity: PlanIssue['severity'] = 'error',
): PlanIssue {
  const { line, col } = lines.linePos(offset);
  // A file of a megabyte may have many thousand problems: its lines are not split again for each.
  const start = line > 0 ? (lines.lineStarts[line - 1] ?? 0) : 0;
  const end = source.text.indexOf('\n', start);
  const text = source.text.slice(
    start,
    Math.min(end < 0 ? source.text.length : end, start + SHOWN),
  );
  return {
    severity,
    file: source.name,
    line: Math.max(line, 1),
    column: Math.max(col, 1),
    source: text.replace(/\r$/, ''),
    say,
  };
}

/** A problem with a file as a whole: one that cannot be read, or is not there any more. */
export function problemOfFile(name: string, say: PlanIssue['say']): PlanIssue {
  return { severity: 'error', file: name, line: 1, column: 1, source: '', say };
}

/**
 * The offset of the deepest part of the path that exists; a missing key points at the one that
 * lacks it.
 */
function offsetOf(document: Document, path: Where['path'], at: 'key' | 'value'): number {
  let offset = 0;
  let node: unknown = document.contents;
  path.forEach((key, depth) => {
    const step = child(node, key);
    node = step?.value;
    const target =
      at === 'value' && depth === path.length - 1 && (isScalar(node) || !step?.key)
        ? node
        : (step?.key ?? node);
    if (isNode(target) && target.range) offset = target.range[0];
  });
  return offset;
}

function child(node: unknown, key: string | number): { key?: unknown; value: unknown } | undefined {
  if (isSeq(node)) return { value: node.items[Number(key)] };
  if (!isMap(node)) return undefined;
  return node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
}

/** `file:line:column  wrong · expected · write`, the line, and a caret under the place. */
export function showProblem(problem: PlanIssue, words: PlanMessages): string {
  const { wrong, expected, write } = problem.say(words);
  const label = problem.severity === 'error' ? words.error : words.warning;
  const head = `${problem.file}:${problem.line}:${problem.column}  ${label}${[wrong, expected, write].filter(Boolean).join(' · ')}`;
  if (problem.source === '') return head;
  const shown = problem.source.slice(0, 160);
  return `${head}\n    ${shown}\n    ${caretPad(shown, problem.caret ?? problem.column)}^`;
}

/**
 * Spaces as wide as the text before the caret: Chinese characters take two columns of a terminal.
 */
function caretPad(source: string, column: number): string {
  return [...source.slice(0, column - 1)]
    .map((char) => (char === '\t' ? '\t' : /[\u2e80-\uffe6]/.test(char) ? '  ' : ' '))
    .join('');
}
