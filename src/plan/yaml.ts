// A YAML file and its schema → a value, or every problem with its line and column. Serves the plan
// and the configuration. Not for what values mean together.
import { distance } from 'fastest-levenshtein';
import {
  type Document,
  type DocumentOptions,
  isScalar,
  LineCounter,
  type ParseOptions,
  parseDocument,
  visit,
} from 'yaml';
import type { z } from 'zod';
import { oddCharacter, plainText } from '../lib/plain-text.ts';
import {
  type ParsedFile,
  type PlanIssue,
  problemAt,
  problemAtOffset,
  problemOfFile,
  type SourceFile,
} from './issues.ts';
import type { PlanMessages } from './messages.ts';
import { isSecret, keysAt, type Path } from './schema-places.ts';
import type { Sentence } from './types.ts';

/** A larger file is refused unread. */
export const FILE_BYTES = 1_000_000;
/**
 * More problems of one file than this are counted and not listed: nobody reads them, and each costs
 * time.
 */
export const MOST_ISSUES = 200;
/**
 * Files nested more deeply are refused: a plan has some eight levels, and what reads them goes down
 * by recursion.
 */
const LEVELS = 100;

type Issue = z.core.$ZodIssue;

/** Whether the key, or the value, that is written at a place may be said in a sentence. */
export type MayShow = (path: Path, at: 'key' | 'value') => boolean;

export interface ReadingOptions {
  /**
   * It was accepted before: characters that nothing can show are left out, and not refused.
   */
  readonly inForce?: boolean;
  /** Of a file that may hold secrets: what may be shown of it. Left out: all. */
  readonly secrecy?: (document: Document) => MayShow;
}

/** Parses and validates one file; undefined, with problems added, where it is wrong. */
export function parseYaml<S extends z.ZodType>(
  source: SourceFile,
  schema: S,
  problems: PlanIssue[],
  options: ReadingOptions = {},
): { file: ParsedFile; entry: z.output<S> } | undefined {
  const lines = new LineCounter();
  const { unreadable } = source;
  if (unreadable !== undefined) {
    problems.push(problemOfFile(source.name, (w) => w.unreadable('file', unreadable)));
    return undefined;
  }
  if (Buffer.byteLength(source.text) > FILE_BYTES) {
    lines.addNewLine(0);
    problems.push(
      problemAtOffset({ name: source.name, text: '' }, lines, 0, (w) => w.tooLarge(FILE_BYTES)),
    );
    return undefined;
  }
  const own: PlanIssue[] = [];
  const document = shallow(source.text, { lineCounter: lines });
  const parsed = document && validated({ source, document, lines }, schema, own, options);
  if (!document) own.push(problemOfFile(source.name, (w) => w.tooDeep));
  problems.push(...own.slice(0, MOST_ISSUES));
  if (own.length > MOST_ISSUES)
    problems.push(problemOfFile(source.name, (w) => w.moreProblems(own.length - MOST_ISSUES)));
  return parsed;
}

/** Parses what is not nested too deeply; undefined where it is. */
function shallow(text: string, options: DocumentOptions & ParseOptions): Document | undefined {
  // Open brackets are counted first: ten thousand of them take a second to parse, or all of the
  // stack.
  let open = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    open = Math.max(0, open + (bracket === '[' || bracket === '{' ? 1 : -1));
    if (open > LEVELS) return undefined;
  }
  try {
    // Keys are compared by validated(): the library compares each with each.
    // It says nothing on the terminal by itself.
    const document = parseDocument(text, {
      ...options,
      prettyErrors: false,
      uniqueKeys: false,
      logLevel: 'error',
    });
    let deepest = 0;
    visit(document, (_, __, path) => {
      deepest = Math.max(deepest, path.length);
      return deepest > 2 * LEVELS ? visit.BREAK : undefined;
    });
    return deepest > 2 * LEVELS ? undefined : document;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/**
 * A document as it is written, right or wrong, for who changes it or shows a part of it; undefined
 * where that is not safe: with errors, aliases, or nested too deeply.
 */
export function plainDocument(text: string): Document | undefined {
  const document = shallow(text, {});
  if (!document || document.errors.length > 0) return undefined;
  let alias = false;
  visit(document, {
    Alias() {
      alias = true;
      return visit.BREAK;
    },
  });
  return alias ? undefined : document;
}

/**
 * Where the first line is that has a colon of Chinese writing in the place of the one that YAML
 * knows; undefined where none has.
 */
function wideColon(text: string): number | undefined {
  const found = /^[ \t]*(?:- )?[\w\u4e00-\u9fff-]+：/m.exec(text);
  return found ? found.index + found[0].length - 1 : undefined;
}

function validated<S extends z.ZodType>(
  file: ParsedFile,
  schema: S,
  problems: PlanIssue[],
  { inForce = false, secrecy }: ReadingOptions,
): { file: ParsedFile; entry: z.output<S> } | undefined {
  const { source, document, lines } = file;
  const mayShow = secrecy?.(document);
  const at = (offset: number | undefined, say: PlanIssue['say']): void => {
    problems.push(problemAtOffset(source, lines, offset ?? 0, say));
  };
  const wide = document.errors.length > 0 ? wideColon(source.text) : undefined;
  // What the parser says of it names a line further down, and other words.
  if (wide !== undefined) at(wide, (w) => w.wideColon);
  // The parser's own words repeat what is written there.
  else
    for (const error of document.errors.slice(0, MOST_ISSUES + 1))
      at(error.pos[0], (w) => w.yaml(error.code, mayShow ? '' : error.message));
  visit(document, {
    Alias: (_, node) => at(node.range?.[0], (w) => w.noAliases),
    Scalar(_, node) {
      const odd = typeof node.value === 'string' ? oddCharacter(node.value) : undefined;
      if (!odd) return;
      if (inForce) node.value = plainText(node.value as string);
      else at(node.range?.[0], (w) => w.unshowable(odd.name));
    },
    Map(_, node) {
      const seen = new Set<string>();
      for (const { key } of node.items) {
        if (!isScalar(key)) continue;
        const name = String(key.value);
        // JavaScript takes it for something else, and it would be gone.
        if (name === '__proto__' && !inForce)
          at(key.range?.[0], (w) => w.expectedValue(name, 'id'));
        if (seen.has(name)) at(key.range?.[0], (w) => w.yaml('DUPLICATE_KEY', name));
        seen.add(name);
      }
    },
  });
  if (problems.length > 0) return undefined;
  const value: unknown = document.toJS() ?? {};
  const checked = schema.safeParse(value);
  if (checked.success) return { file, entry: checked.data };
  const reporter = new Reporter(file, schema, value, problems, mayShow);
  for (const issue of checked.error.issues) reporter.report(issue, []);
  return undefined;
}

/** Turns zod's issues into problems that stand at their line. */
class Reporter {
  readonly #file: ParsedFile;
  readonly #schema: z.ZodType;
  readonly #value: unknown;
  readonly #problems: PlanIssue[];
  readonly #mayShow: MayShow;

  constructor(
    file: ParsedFile,
    schema: z.ZodType,
    value: unknown,
    problems: PlanIssue[],
    mayShow: MayShow = () => true,
  ) {
    this.#mayShow = mayShow;
    this.#file = file;
    this.#schema = schema;
    this.#value = value;
    this.#problems = problems;
  }

  report(issue: Issue, base: readonly PropertyKey[]): void {
    const path = [...base, ...issue.path].map((key) =>
      typeof key === 'number' ? key : String(key),
    );
    if (issue.code === 'unrecognized_keys') {
      const known = keysAt(this.#schema, path);
      for (const key of issue.keys) {
        const at = [...path, key];
        const shown = this.#mayShow(at, 'key') ? key : HIDDEN;
        this.#add(at, 'key', (w) => w.unknownKey(shown, known, nearest(shown, known)));
      }
    } else if (issue.code === 'invalid_key') {
      const shown = this.#mayShow(path, 'key') ? String(path.at(-1)) : HIDDEN;
      this.#add(path, 'key', (w) => w.expectedValue(shown, 'id'));
    } else if (isSecret(issue) && typeof this.#valueAt(path) === 'string') {
      this.#add(path, 'value', (w) => w.expectedValue(HIDDEN, 'secret'));
    } else if (issue.code === 'invalid_union') {
      const branch =
        this.#valueAt(path) === undefined ? undefined : bestBranch(issue.errors as Issue[][]);
      if (branch) for (const inner of branch) this.report(inner, path);
      else this.#add(path, 'value', (w) => this.#sentence(w, path, issue));
    } else {
      this.#add(path, 'value', (w) => this.#sentence(w, path, issue));
    }
  }

  #sentence(words: PlanMessages, path: Path, issue: Issue): Sentence {
    const key = String(path.at(-1) ?? '');
    const value = this.#valueAt(path);
    if (key === 'due') return words.badDue(value === undefined);
    if (value === undefined) return words.missing(key);
    const shown =
      typeof value === 'object'
        ? words.aStructure
        : this.#mayShow(path, 'value')
          ? String(value)
          : HIDDEN;
    if (issue.code === 'invalid_value') {
      const allowed = issue.values.map(String);
      return words.oneOf(shown, allowed, nearest(shown, allowed));
    }
    return words.expectedValue(shown, issue.message);
  }

  #valueAt(path: Path): unknown {
    let value = this.#value;
    for (const key of path)
      value =
        typeof value === 'object' && value !== null
          ? (value as Record<string | number, unknown>)[key]
          : undefined;
    return value;
  }

  #add(path: Path, at: 'key' | 'value', say: PlanIssue['say']): void {
    // Not looked up for what is not listed.
    this.#problems.push(
      this.#problems.length > MOST_ISSUES
        ? problemOfFile(this.#file.source.name, say)
        : problemAt(this.#file, path, at, say),
    );
  }
}

const HIDDEN = '…';

/**
 * The form that the writer meant: the one whose own keys are there. Undefined where none, or more
 * than one, fits best.
 */
function bestBranch(branches: readonly Issue[][]): Issue[] | undefined {
  const costs = branches.map((issues) => issues.reduce((sum, issue) => sum + cost(issue), 0));
  const lowest = Math.min(...costs);
  return lowest >= 50 || costs.filter((one) => one === lowest).length > 1
    ? undefined
    : branches[costs.indexOf(lowest)];
}

function cost(issue: Issue): number {
  if (issue.code === 'unrecognized_keys') return 5 * issue.keys.length;
  if (issue.path.length === 0) return 100;
  return (issue.code === 'invalid_type' || issue.code === 'invalid_union') &&
    issue.path.length === 1 &&
    issue.input === undefined
    ? 40
    : 1;
}

/** The known name nearest to what was written, if it is near enough to be meant. */
export function nearest(written: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Math.max(2, Math.floor(written.length / 3)) + 1;
  for (const name of known) {
    const far = distance(written.toLowerCase(), name.toLowerCase());
    if (far < least) [best, least] = [name, far];
  }
  return best;
}
