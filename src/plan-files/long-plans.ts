// Plan files that are so long that reading them would hold up everybody else: what is wrong with
// them is found in a thread first. What nothing is wrong with is read in place. Not for what a plan
// means: plan/.
import { LRUCache } from 'lru-cache';
import { messagesFor } from '../i18n/index.ts';
import { inThread, THREAD_LIMITS } from '../lib/threads.ts';
import { type PlanIssue, problemOfFile, type SourceFile } from '../plan/issues.ts';
import { hasErrors, type ReadPlan, readPlan } from '../plan/read-all.ts';
import type { Language, Sentence } from '../plan/types.ts';

/**
 * All files together, characters: up to this they are read in a tenth of a second, with mistakes in
 * every line.
 */
const SHORT = 40_000;

/** A problem that a thread can hand over: functions stay where they are. */
export interface SaidProblem extends Omit<PlanIssue, 'say'> {
  readonly said: Readonly<Record<Language, Sentence>>;
}

/** What the thread is asked for. */
export interface PlanInput {
  readonly sources: readonly SourceFile[];
  readonly channels: readonly string[];
}

/** For the thread: a problem in every language. */
export function sayInEveryLanguage({ say, ...place }: PlanIssue): SaidProblem {
  return { ...place, said: { zh: say(messagesFor('zh').plan), en: say(messagesFor('en').plan) } };
}

function problemOf({ said, ...place }: SaidProblem): PlanIssue {
  return { ...place, say: (words) => (words === messagesFor('en').plan ? said.en : said.zh) };
}

/**
 * The problems of files that are long and wrong, found without holding up this process.
 * @returns none where the files are short, sound, or no thread can be had: then they are read in
 *   place
 */
export function mistakesInLong(
  sources: readonly SourceFile[],
  channels: readonly string[],
): Promise<readonly PlanIssue[]> {
  const characters = sources.reduce((sum, { text }) => sum + text.length, 0);
  return characters <= SHORT ? Promise.resolve([]) : lookedAt({ sources, channels });
}

/**
 * The plan that files are, without holding up this process while what is wrong with long ones is
 * found.
 * @param read in place, what nothing is wrong with
 */
export async function readApart(
  sources: readonly SourceFile[],
  channels: readonly string[],
  read: (sources: readonly SourceFile[], channels: readonly string[]) => ReadPlan = readPlan,
): Promise<ReadPlan> {
  const problems = await mistakesInLong(sources, channels);
  return hasErrors(problems)
    ? { ...readPlan([], channels), files: sources, problems }
    : read(sources, channels);
}

/** Files that are wrong stay so until somebody changes them, and are looked at every minute. */
const known = new LRUCache<string, readonly PlanIssue[]>({ max: 2 });

async function lookedAt(input: PlanInput): Promise<readonly PlanIssue[]> {
  const text = JSON.stringify(input);
  const before = known.get(text);
  if (before) return before;
  const answer = await inThread('plan', input);
  if (answer.ok) {
    const problems = answer.value.map(problemOf);
    known.set(text, problems);
    return problems;
  }
  if (answer.why === 'failed') return [];
  // Not remembered: the machine may only have been busy.
  const [longest] = [...input.sources].sort((a, b) => b.text.length - a.text.length);
  return [problemOfFile(longest?.name ?? '', (w) => w.tooLong(THREAD_LIMITS.ms / 1000))];
}

declare module '../lib/threads.ts' {
  interface ThreadTasks {
    plan: { input: PlanInput; output: SaidProblem[] };
  }
}
