// Plan files saved from the desk and put into force: one after the other, whoever saves; a file that
// changed meanwhile is not overwritten. Not for what saving would do: preview.ts.
import { randomUUID } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Messages } from '../../i18n/index.ts';
import { RequestError } from '../../lib/request-error.ts';
import { showProblem } from '../../plan/issues.ts';
import { hasErrors } from '../../plan/read-all.ts';
import { type Desk, type Principal, writing } from '../shell/desk.ts';
import { commit } from './file-edit.ts';
import { type Preview, planFiles, preview } from './preview.ts';

/** What saving did. */
export interface Saved extends Preview {
  /**
   * Why git, where the folder is a repository, kept no version of it. The plan is in force all the
   * same.
   */
  readonly unrecorded: string | undefined;
}

/**
 * Two who save at the same moment do so one after the other; whoever died at it holds up nobody for
 * longer, ms.
 */
const LOCK_MS = 30_000;

/**
 * Nobody else saves the plan meanwhile: whoever comes next saves upon what this put into force.
 * @throws RequestError where somebody else is at it for long
 */
export async function savingPlan<T>(
  { app }: Desk,
  words: Messages,
  save: () => Promise<T>,
): Promise<T> {
  const done = await app.incidents.alone('plan-save', LOCK_MS, async () => ({
    saved: await save(),
  }));
  if (done) return done.saved;
  throw changedMeanwhile(words);
}

export function changedMeanwhile({ desk: { plan: w } }: Messages): RequestError {
  return new RequestError(409, 'changed-meanwhile', w.changedMeanwhile, {
    hint: w.changedMeanwhileHow,
  });
}

/**
 * Writes it and puts it into force.
 * @throws RequestError where it is wrong, or the file is not what `base` names any more
 */
export async function savePlan(
  desk: Desk,
  who: Principal,
  name: string,
  text: string,
  base: string,
  why: string,
  words: Messages,
): Promise<Saved> {
  return savingPlan(desk, words, async () => {
    const written = await write(desk, who, name, text, base, why, words);
    await desk.applyPlan();
    await mustBeInForce(desk, name, text, words);
    return written;
  });
}

async function isInForce({ app }: Desk, name: string, text: string): Promise<boolean> {
  const plan = await app.planStore.plan();
  return plan?.files.find((file) => file.name === name)?.text === text;
}

/**
 * What was saved may have met another plan, or a Redis that did not answer: then it waits on disk.
 * @throws RequestError
 */
export async function mustBeInForce(
  desk: Desk,
  name: string,
  text: string,
  words: Messages,
): Promise<void> {
  if (await isInForce(desk, name, text)) return;
  // Somebody saved upon it in the file itself: what was saved here was in force, or is part of
  // theirs.
  if ((await planFiles(desk)).find((file) => file.name === name)?.text !== text) return;
  const { problems } = await preview(desk, name, text, words);
  const lines = problems
    .filter(({ severity }) => severity === 'error')
    .map((problem) => showProblem(problem, words.plan));
  throw new RequestError(409, 'not-in-force', words.desk.plan.notInForce, {
    hint: words.desk.plan.notInForceHow,
    lines,
  });
}

async function write(
  desk: Desk,
  who: Principal,
  name: string,
  text: string,
  base: string,
  why: string,
  words: Messages,
): Promise<Saved> {
  const w = words.desk.plan;
  const seen = await preview(desk, name, text, words);
  if (seen.file.base !== base) throw changedMeanwhile(words);
  if (hasErrors(seen.problems))
    throw new RequestError(422, 'plan', w.wrong, {
      lines: seen.problems.map((problem) => showProblem(problem, words.plan)),
    });
  // Saved once more: what is on disk and could not be put into force.
  if (seen.text === seen.file.text && (await isInForce(desk, name, text)))
    throw new RequestError(409, 'nothing-changed', w.nothingChanged);
  const { app } = desk;
  await writePlanFile(desk, name, text, words);
  await app.journal.append('plan-saved', name, who.account.name, app.clock.now(), {
    why,
    from: who.from,
    changes: seen.changes.length,
  });
  const path = resolve(app.config.paths.root, name);
  return { ...seen, unrecorded: await commit(dirname(path), [basename(path)], who, why) };
}

/** Whole or not at all. */
export async function writePlanFile(
  { app }: Desk,
  name: string,
  text: string,
  words: Messages,
): Promise<void> {
  const path = resolve(app.config.paths.root, name);
  const draft = join(dirname(path), `.${basename(path)}.${randomUUID()}`);
  await writing(words, dirname(path), async () => {
    await writeFile(draft, text);
    await rename(draft, path);
  });
}
