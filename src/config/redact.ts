// What is never shown of banli.yaml, however it was written there: what stands where a secret is
// asked for, what follows a name that nobody knows (it may be a secret's, mistyped), and passwords
// in addresses. Not for where secrets are: secrets.ts.
import { isMap, isScalar, isSeq } from 'yaml';
import type { z } from 'zod';
import type { PlanIssue } from '../plan/issues.ts';
import { asksForSecret, isKnownKey, plainDocument } from '../plan/yaml.ts';

const HIDDEN = '…';
/** What is shorter is no secret, and stands in many a sentence by chance. */
const SHORTEST = 6;
/** Lines of a longer file are not shown at all: each is compared with every value. */
const LONGEST = 100_000;
/** The name or password in an address, and what follows a name that sounds like a secret's. */
const ADDRESS = /(\/\/)[^\s/@"']+@/g;
const NAMED = /((?:pass|pwd|secret|token|key)[\w-]*["']?\s*[:：]\s*)([^\s{,}][^,}]*)/gi;

/**
 * The same problems, with what nobody is to see left out of the sentences and of the lines that
 * they show.
 */
export function withoutSecrets(
  problems: readonly PlanIssue[],
  text: string,
  schema: z.ZodType,
): PlanIssue[] {
  const isLong = text.length > LONGEST;
  const values = isLong ? [] : secretsIn(text, schema);
  const hide = (shown: string): string =>
    values.reduce(
      (left, value) => left.replaceAll(value, HIDDEN),
      shown.replace(ADDRESS, `$1${HIDDEN}@`),
    );
  // What cannot be parsed is known by its names alone.
  const hideLine = (line: string): string =>
    isLong ? '' : hide(values.length === 0 ? line.replace(NAMED, `$1${HIDDEN}`) : line);
  const say =
    (problem: PlanIssue): PlanIssue['say'] =>
    (words) => {
      const { wrong, expected, write } = problem.say(words);
      return {
        wrong: hide(wrong),
        expected: expected && hide(expected),
        write: write && hide(write),
      };
    };
  return problems.map((problem) => ({
    ...problem,
    source: hideLine(problem.source),
    say: say(problem),
  }));
}

/** The values that may be secrets, the longest first. */
function secretsIn(text: string, schema: z.ZodType): string[] {
  const found = new Set<string>();
  const every = (node: unknown): void => {
    if (isScalar(node) && String(node.value).length >= SHORTEST) found.add(String(node.value));
    else if (isMap(node)) for (const { value } of node.items) every(value);
    else if (isSeq(node)) for (const one of node.items) every(one);
  };
  const visit = (node: unknown, path: (string | number)[]): void => {
    if (isSeq(node)) for (const [index, one] of node.items.entries()) visit(one, [...path, index]);
    if (!isMap(node)) return;
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : '';
      const at = [...path, name];
      if (!isKnownKey(schema, path, name) || (isScalar(value) && asksForSecret(schema, at)))
        every(value);
      else visit(value, at);
    }
  };
  visit(plainDocument(text)?.contents, []);
  return [...found].sort((a, b) => b.length - a.length);
}
