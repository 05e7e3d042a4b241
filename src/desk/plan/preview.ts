// What new texts of plan files would change, and what is wrong with them, before anything is
// written. Not for writing them: save.ts; nor for what forms make of a file: edit.ts.
import { basename, dirname, relative } from 'node:path';
import { createTwoFilesPatch } from 'diff';
import { compareWithForce } from '../../app/plan-service.ts';
import type { Messages } from '../../i18n/index.ts';
import { RequestError } from '../../lib/request-error.ts';
import type { PlanIssue, SourceFile } from '../../plan/issues.ts';
import { hasErrors, type ReadPlan } from '../../plan/read-all.ts';
import type { PlanChange } from '../../plan/types.ts';
import { DIFF_MS } from '../../plan-files/edit-lines.ts';
import { readApart } from '../../plan-files/long-plans.ts';
import { readSources } from '../../plan-files/sources.ts';
import type { Desk } from '../shell/desk.ts';
import { textBase } from './file-edit.ts';

/** A plan file with what names its text as it is now. */
export interface PlanFileText {
  readonly name: string;
  readonly text: string;
  readonly base: string;
}

/** What saving would do. */
export interface Preview {
  readonly file: PlanFileText;
  readonly text: string;
  readonly problems: readonly PlanIssue[];
  readonly changes: readonly PlanChange[];
  /** Unified diff of the file. */
  readonly patch: string;
}

/** What a plan would be in the place of the one in force. */
export interface Effects {
  readonly problems: readonly PlanIssue[];
  readonly changes: readonly PlanChange[];
}

/** The plan files that can be read. */
export async function planFiles({ app }: Desk): Promise<PlanFileText[]> {
  return readable(await readSources(app.config.paths));
}

function readable(sources: readonly SourceFile[]): PlanFileText[] {
  return sources
    .filter(({ unreadable }) => unreadable === undefined)
    .map(({ name, text }) => ({ name, text, base: textBase(text) }));
}

/** What is wrong with the files as they are on disk. */
export async function problemsNow({ app }: Desk): Promise<readonly PlanIssue[]> {
  return (await readApart(await readSources(app.config.paths), [...app.config.channels.keys()]))
    .problems;
}

/** A year's plan that is not there yet, by the name that it would have. */
function isNewPlan({ app }: Desk, name: string): boolean {
  const { root, plan } = app.config.paths;
  return dirname(name) === relative(root, plan) && /^\d{4}\.yaml$/.test(basename(name));
}

/** @throws RequestError where there is none of that name */
export function fileIn(
  files: readonly PlanFileText[],
  name: string,
  words: Messages,
): PlanFileText {
  const found = files.find((one) => one.name === name);
  if (!found) throw new RequestError(404, 'unknown-file', words.desk.plan.unknownFile(name));
  return found;
}

/**
 * A text of this length and more holds up everybody while it is read, characters; one is read in so
 * many seconds, whoever sends them.
 */
const LARGE_TEXT = { characters: 150_000, seconds: 5 };

/**
 * Large texts are read one after the other, with time for everybody else between.
 * @throws RequestError
 */
export async function largeInTurn(
  { app }: Desk,
  what: 'check' | 'preview',
  text: string,
  words: Messages,
): Promise<void> {
  if (
    text.length < LARGE_TEXT.characters ||
    (await app.accounts.firstIn(`plan-${what}`, LARGE_TEXT.seconds))
  )
    return;
  throw new RequestError(429, 'busy', words.desk.plan.large, {
    hint: words.desk.plan.largeHow(LARGE_TEXT.seconds),
  });
}

/** What a new text of a file would change, and what is wrong with it. Nothing is written. */
export async function preview(
  desk: Desk,
  name: string,
  text: string,
  words: Messages,
): Promise<Preview> {
  const { files, problems, changes } = await previewOf(desk, [{ name, text }], words);
  const file = fileIn(files, name, words);
  const patch =
    createTwoFilesPatch(name, name, file.text, text, '', '', { context: 2, timeout: DIFF_MS }) ??
    '';
  return { file, text, problems, changes, patch };
}

/**
 * What new texts of several files would change together.
 * @returns with each file as it is now
 */
export async function previewOf(
  desk: Desk,
  texts: readonly Pick<PlanFileText, 'name' | 'text'>[],
  words: Messages,
): Promise<Effects & { readonly files: readonly PlanFileText[] }> {
  const { app } = desk;
  const now = await readSources(app.config.paths);
  const there = readable(now);
  const files = texts.map(({ name }) => {
    const own = there.find((one) => one.name === name);
    if (own || !isNewPlan(desk, name)) return fileIn(there, name, words);
    return { name, text: '', base: textBase('') };
  });
  const next = new Map(texts.map(({ name, text }) => [name, text]));
  const sources = now.map((one): SourceFile => {
    const text = next.get(one.name);
    return text === undefined ? one : { name: one.name, text };
  });
  const added = texts.filter(({ name }) => !there.some((one) => one.name === name));
  const plan = await readApart([...sources, ...added], [...app.config.channels.keys()]);
  return { files, ...(await effectsOf(desk, plan)) };
}

/** What a plan would change, and what of it is wrong or not allowed. */
export async function effectsOf({ app }: Desk, plan: ReadPlan): Promise<Effects> {
  if (hasErrors(plan.problems)) return { problems: plan.problems, changes: [] };
  // As it is now, whoever put it there.
  await app.planService.follow();
  const { changes, problems } = compareWithForce(
    plan,
    app.planService.calendar(),
    app.clock.now(),
    await app.published(),
  );
  return { problems: [...plan.problems, ...problems], changes };
}
