// A whole year at the desk: its plan made known with a notice, or put into the archive once it is
// over. Not for whether it may: operations/announce-year.ts, operations/close-year.ts.
import { relative, resolve } from 'node:path';
import type { Messages } from '../../i18n/index.ts';
import { RequestError } from '../../lib/request-error.ts';
import {
  type Announcement,
  type AnnounceWish,
  announcementOf,
  noticeFiles,
  noticeId,
} from '../../operations/announce-year.ts';
import { type Closing, closingOf, moveToArchive, openAmong } from '../../operations/close-year.ts';
import { showProblem } from '../../plan/issues.ts';
import { hasErrors, type ReadPlan } from '../../plan/read-all.ts';
import { readApart } from '../../plan-files/long-plans.ts';
import { readSources } from '../../plan-files/sources.ts';
import { saveContent } from '../content/edit.ts';
import type { Desk, Principal } from '../shell/desk.ts';
import { commit, textBase } from './file-edit.ts';
import { effectsOf } from './preview.ts';
import { sentenceOf } from './preview-routes.ts';
import { changedMeanwhile, mustBeInForce, savingPlan, writePlanFile } from './save.ts';

/** The plan as it lies on the disk. @throws RequestError where something is wrong with it */
async function soundPlan({ app }: Desk, words: Messages): Promise<ReadPlan> {
  const channels = [...app.config.channels.keys()];
  const plan = await readApart(await readSources(app.config.paths), channels);
  if (!hasErrors(plan.problems)) return plan;
  throw new RequestError(422, 'plan', words.desk.plan.wrong, {
    lines: plan.problems.map((problem) => showProblem(problem, words.plan)),
  });
}

/** Names the plan files as they are, all together. */
const baseOf = (plan: ReadPlan): string =>
  textBase(JSON.stringify(plan.files.map(({ name, text }) => [name, text])));

/** What announcing would do, with what names the plan that it was decided by. */
export async function announcementAt(
  desk: Desk,
  wish: AnnounceWish,
  words: Messages,
): Promise<{ readonly made: Announcement; readonly base: string }> {
  const plan = await soundPlan(desk, words);
  const made = await announcementOf(plan, wish, {
    channels: [...desk.app.config.channels.keys()],
    now: desk.app.clock.now(),
    words,
    rules: async (next) => (await effectsOf(desk, next)).problems,
  }).catch((error: unknown) => refuse(error, wish.year, words));
  // Nothing of lines of a file: what was filled in is a form.
  if ('problems' in made)
    throw new RequestError(422, 'plan-wrong', words.desk.plan.wrong, {
      lines: [...new Set(made.problems.map((one) => sentenceOf(one, words)))],
    });
  return { made, base: baseOf(plan) };
}

/** What to do about it at the desk. */
function refuse(error: unknown, year: number, words: Messages): never {
  if (!(error instanceof RequestError)) throw error;
  const w = words.years.desk;
  const hints: Readonly<Record<string, string>> = {
    'no-year': w.noPlanHow,
    announced: w.announcedHow(noticeId(year)),
    'too-near': w.tooNearHow,
  };
  const hint = hints[error.code] ?? error.hint;
  throw new RequestError(error.status, error.code, error.message, { hint, lines: error.lines });
}

/**
 * Writes the notice's text, then the plan, and puts it into force.
 * @param base of the plan that was looked at
 * @returns why git kept no version of it, where it is asked to
 * @throws RequestError where the plan is another by now, or what was wished will not do
 */
export function announceYear(
  desk: Desk,
  who: Principal,
  wish: AnnounceWish,
  base: string,
  words: Messages,
): Promise<string | undefined> {
  const why = words.years.desk.why(wish.year);
  return savingPlan(desk, words, async () => {
    const { made, base: now } = await announcementAt(desk, wish, words);
    if (now !== base) throw changedMeanwhile(words);
    // The text first: once the plan names the notice, its text is looked for.
    const text = await noticeFiles(made, desk.app.clock.now(), words);
    await saveContent(desk, who, made.notice, text, words);
    for (const { name, text: plan } of made.files) await writePlanFile(desk, name, plan, words);
    await desk.applyPlan();
    for (const { name, text: plan } of made.files) await mustBeInForce(desk, name, plan, words);
    const names = made.files.map(({ name }) => name);
    return noted(desk, who, names, names, why);
  });
}

/**
 * In the journal, and in git where the folder is a repository.
 * @param names the plan files that were changed
 * @param paths everything that git is to know
 */
async function noted(
  { app }: Desk,
  who: Principal,
  names: readonly string[],
  paths: readonly string[],
  why: string,
): Promise<string | undefined> {
  for (const name of names)
    await app.journal.append('plan-saved', name, who.account.name, app.clock.now(), {
      why,
      from: who.from,
    });
  const folder = app.config.paths.plan;
  const files = paths.map((name) => relative(folder, resolve(app.config.paths.root, name)));
  return commit(folder, files, who, why);
}

/** Whether a year can be closed now. @throws RequestError where it has no plan */
export async function closingAt(desk: Desk, year: number, words: Messages): Promise<Closing> {
  const { app } = desk;
  return closingOf(await soundPlan(desk, words), year, {
    channels: [...app.config.channels.keys()],
    now: app.clock.now(),
    words,
    rules: async (next) => (await effectsOf(desk, next)).problems,
    open: (releases) => openAmong(app.ledger, releases),
  });
}

/**
 * Moves the year's files into the archive, and puts the plan without them into force.
 * @returns what keeps it from being closed, where anything does; nothing is moved then
 * @throws RequestError
 */
export function closeYear(
  desk: Desk,
  who: Principal,
  year: number,
  words: Messages,
): Promise<Closing> {
  const { root } = desk.app.config.paths;
  return savingPlan(desk, words, async () => {
    const closing = await closingAt(desk, year, words);
    if (closing.kind !== 'ready') return closing;
    await moveToArchive(root, closing.moves, words);
    await desk.applyPlan();
    const why = words.years.desk.closeWhy(year);
    await noted(desk, who, [...closing.moves.keys()], [...closing.moves].flat(), why);
    return closing;
  });
}
