// What is never shown of banli.yaml, by the place where it is written and not by what it is: what
// stands where a secret is asked for, what follows a name that nobody knows (it may be a secret's,
// mistyped), what has no form that is asked for there, addresses with a password, comments. Of a
// file that cannot be parsed, names alone. Not for where secrets are: secrets.ts.
import { type Document, isMap, isNode, isPair, isScalar, isSeq } from 'yaml';
import { z } from 'zod';
import type { PlanIssue, SourceFile } from '../plan/issues.ts';
import { asksForSecret, formsOf, type Path, stepInto } from '../plan/schema-places.ts';
import { type MayShow, parseYaml } from '../plan/yaml.ts';

const HIDDEN = '…';
/** As much of a line as is shown. */
const LONGEST = 1000;
/** What reads like the name of a setting, and not like a value that stands in its place. */
const NAME = /^[\p{L}\p{N}_. -]{1,60}$/u;
/** An address with what may be a password before its host, or a key behind its path. */
const LOCKED = /[:：/\\].*@|[/.].*[?？#]|[?&].*=/s;
/** Outside of names and values: a comment to the end of its line, and every anchor and tag. */
const BETWEEN = /(?<=^|\s)#.*|[^\s{}[\],:?-]+/gm;
/** The name that a line begins with. */
const FIRST = /^[ \t]*(?:-[ \t]+)*(["']?)([\p{L}_][\p{L}\p{N}_-]*)\1[ \t]*[:：][ \t]*/u;

type Range = readonly [from: number, to: number];

/** Parses and validates a file that may hold secrets; its problems show none. */
export function parseSecretly<S extends z.ZodType>(
  source: SourceFile,
  schema: S,
): { readonly entry: z.output<S> } | { readonly problems: readonly PlanIssue[] } {
  const problems: PlanIssue[] = [];
  let places: Places | undefined;
  const parsed = parseYaml(source, schema, problems, {
    secrecy: (document) => {
      places = document.errors.length === 0 ? new Places(document, schema) : undefined;
      return places?.mayShow ?? (() => false);
    },
  });
  if (parsed) return parsed;
  const names = namesOf(schema);
  const hidden = places?.hidden(source.text);
  return {
    problems: problems.map((problem) => {
      // About the file as a whole.
      if (problem.source === '') return problem;
      const [line, caret] = hidden
        ? lineWithout(source.text, hidden, problem)
        : firstNameOf(problem, names);
      return { ...problem, source: line.slice(0, LONGEST), caret };
    }),
  };
}

/** What may be shown of a document, node by node. */
class Places {
  readonly #document: Document;
  /** Keys and values that may be shown. */
  readonly #shown = new Set<unknown>();
  /** Where keys and values are, in their order, none within another. */
  readonly #places: { readonly range: Range; readonly shown: boolean }[] = [];
  readonly #secret = new Map<z.ZodType, boolean>();

  constructor(document: Document, schema: z.ZodType) {
    this.#document = document;
    this.#visit(document.contents, [schema]);
  }

  readonly mayShow: MayShow = (path, at) => {
    const found = placeOf(this.#document.contents, path);
    return found !== undefined && this.#shown.has(at === 'key' ? found.key : found.value);
  };

  /** The parts of its text that are left out, in their order. */
  hidden(text: string): Range[] {
    const all: Range[] = [];
    let from = 0;
    const between = (to: number): void => {
      for (const { index, 0: part } of text.slice(from, to).matchAll(BETWEEN))
        all.push([from + index, from + index + part.length]);
    };
    for (const { range, shown } of this.#places) {
      between(range[0]);
      if (!shown && range[1] > range[0]) all.push(range);
      from = range[1];
    }
    between(text.length);
    return all;
  }

  #visit(node: unknown, schemas: readonly z.ZodType[]): void {
    const forms = schemas.flatMap(formsOf);
    const has = (isForm: (form: z.ZodType) => boolean): boolean => forms.some(isForm);
    if (schemas.some((schema) => this.#asksForSecret(schema))) this.#note(node, false);
    else if (isMap(node) && has(isGroup))
      for (const pair of node.items) this.#visitPair(pair, schemas);
    else if (isSeq(node) && has(isList))
      for (const one of node.items)
        this.#visit(
          one,
          schemas.flatMap((schema) => stepInto(schema, 0)),
        );
    else
      this.#note(
        node,
        isScalar(node) &&
          has((form) => !isGroup(form) && !isList(form)) &&
          !LOCKED.test(String(node.value)),
      );
  }

  #visitPair(
    { key, value }: { readonly key: unknown; readonly value: unknown },
    schemas: readonly z.ZodType[],
  ): void {
    const name = isScalar(key) && typeof key.value === 'string' ? key.value : undefined;
    const below = name === undefined ? [] : schemas.flatMap((schema) => stepInto(schema, name));
    const isNamed = schemas
      .flatMap(formsOf)
      .some((form) => form instanceof z.ZodObject && Object.hasOwn(form.shape, name ?? ''));
    // What stands without a colon, as in { this }, is no name but a value in a name's place.
    this.#note(key, isNamed || (name !== undefined && NAME.test(name) && value !== null));
    if (below.length > 0) this.#visit(value, below);
    else this.#note(value, false);
  }

  #note(node: unknown, shown: boolean): void {
    if (isPair(node)) {
      this.#note(node.key, false);
      this.#note(node.value, false);
    } else if (isNode(node) && node.range) {
      if (shown) this.#shown.add(node);
      this.#places.push({ range: [node.range[0], node.range[1]], shown });
    }
  }

  /** Asked once of each: a long file has many places of few kinds. */
  #asksForSecret(schema: z.ZodType): boolean {
    const known = this.#secret.get(schema) ?? asksForSecret(schema);
    this.#secret.set(schema, known);
    return known;
  }
}

const isGroup = (form: z.ZodType): boolean =>
  form instanceof z.ZodObject || form instanceof z.ZodRecord;
const isList = (form: z.ZodType): boolean => form instanceof z.ZodArray;

/** The key and the value at a path of a document; undefined where there is none. */
function placeOf(contents: unknown, path: Path): { key: unknown; value: unknown } | undefined {
  let found: { key: unknown; value: unknown } | undefined = { key: undefined, value: contents };
  for (const step of path) {
    const at: unknown = found?.value;
    if (isMap(at))
      found = at.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
    else found = isSeq(at) ? { key: undefined, value: at.items[Number(step)] } : undefined;
  }
  return found;
}

/** The line of a problem without what is hidden, and the column in what is left. */
function lineWithout(
  text: string,
  hidden: readonly Range[],
  { line, column }: PlanIssue,
): [line: string, caret: number] {
  let start = 0;
  for (let passed = 1; passed < line; passed++) start = text.indexOf('\n', start) + 1;
  const end = text.indexOf('\n', start);
  const at = start + column - 1;
  const before = cut(text, start, at, hidden);
  const isWithin = hidden.some(([from, to]) => from < at && at < to);
  return [
    cut(text, start, end < 0 ? text.length : end, hidden).replace(/\r$/, ''),
    before.length + (isWithin ? 0 : 1),
  ];
}

/** A part of a text, each hidden part of it as one sign. */
function cut(text: string, start: number, end: number, hidden: readonly Range[]): string {
  let [shown, at] = ['', start];
  for (const [from, to] of hidden) {
    if (to <= start || from >= end) continue;
    shown += text.slice(at, Math.max(at, from)) + HIDDEN;
    at = Math.min(to, end);
  }
  return shown + text.slice(at, end);
}

/** What is left of a line that cannot be parsed: the name that it begins with. */
function firstNameOf(
  { source, column }: PlanIssue,
  names: ReadonlySet<string>,
): [line: string, caret: number] {
  const [first = '', , name = ''] = FIRST.exec(source) ?? [];
  const [blank = ''] = /^[ \t]*/.exec(source) ?? [];
  const start = names.has(name) ? first : blank;
  const line = start.length < source.length ? `${start}${HIDDEN}` : start;
  return [line, Math.min(column, Math.max(line.length, 1))];
}

/** Every name that a schema gives to a setting. */
function namesOf(schema: z.ZodType, names = new Set<string>()): ReadonlySet<string> {
  for (const form of formsOf(schema)) {
    if (form instanceof z.ZodObject)
      for (const [name, below] of Object.entries(form.shape)) {
        names.add(name);
        namesOf(below as z.ZodType, names);
      }
    else if (form instanceof z.ZodRecord) namesOf(form.valueType as z.ZodType, names);
    else if (form instanceof z.ZodArray) namesOf(form.element as z.ZodType, names);
  }
  return names;
}
