// The plan files as the desk changes them: a date moved with its words, a release cancelled, a notice added, or the text itself. What would come of
// it is shown first; a file that changed meanwhile is not overwritten; comments and order stay. Not for what a plan means: plan/.
import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { isDeepStrictEqual, promisify } from 'node:util';
import { createTwoFilesPatch, diffArrays } from 'diff';
import { isMap } from 'yaml';
import type { Document } from 'yaml';
import { showProblem } from '../plan/problems.ts';
import type { Problem, SourceFile } from '../plan/problems.ts';
import { dateIn, minuteIn } from '../plan/time.ts';
import type { Change, Instant, Release } from '../plan/types.ts';
import { ID_LENGTH, isId } from '../plan/schema.ts';
import { plainDocument } from '../plan/yaml.ts';
import { compareWithForce, hasErrors, readPlan, readSources } from '../planner.ts';
import { messageOf } from '../words/error.ts';
import type { Words } from '../words/index.ts';
import { Refused, writing } from './desk.ts';
import type { Desk, Who } from './desk.ts';

/** A plan file with what names its text as it is now. */
export interface PlanFile {
  readonly name: string;
  readonly text: string;
  readonly base: string;
}

/** What saving would do. */
export interface Preview {
  readonly file: PlanFile;
  readonly text: string;
  readonly problems: readonly Problem[];
  readonly changes: readonly Change[];
  /** Unified diff of the file. */
  readonly patch: string;
}

/** What saving did. */
export interface Saved extends Preview {
  /** Why git, where the folder is a repository, kept no version of it. The plan is in force all the same. */
  readonly unrecorded: string | undefined;
}

const GIT_MS = 10_000;
/** Longer than this no difference is looked for: two texts of a megabyte may have nothing in common. */
const DIFF_MS = 1000;
/** Two who save at the same moment do so one after the other; whoever died at it holds up nobody for longer, ms. */
const LOCK_MS = 30_000;
const run = promisify(execFile);
const baseOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

/** The plan files that can be read. */
export async function planFiles({ house }: Desk): Promise<PlanFile[]> {
  return readable(await readSources(house.config.paths));
}

function readable(sources: readonly SourceFile[]): PlanFile[] {
  return sources.filter(({ unreadable }) => unreadable === undefined).map(({ name, text }) => ({ name, text, base: baseOf(text) }));
}

/** What is wrong with the files as they are on disk. */
export async function problemsNow({ house }: Desk): Promise<readonly Problem[]> {
  return readPlan(await readSources(house.config.paths), [...house.config.channels.keys()]).problems;
}

function fileIn(files: readonly PlanFile[], name: string, words: Words): PlanFile {
  const found = files.find((one) => one.name === name);
  if (!found) throw new Refused(404, 'unknown-file', words.desk.plan.unknownFile(name));
  return found;
}

/** What a new text of a file would change, and what is wrong with it. Nothing is written. */
export async function preview(desk: Desk, name: string, text: string, words: Words): Promise<Preview> {
  const { house } = desk;
  const now = await readSources(house.config.paths);
  const file = fileIn(readable(now), name, words);
  const sources = now.map((one): SourceFile => (one.name === name ? { name, text } : one));
  const next = readPlan(sources, [...house.config.channels.keys()]);
  const patch = createTwoFilesPatch(name, name, file.text, text, '', '', { context: 2, timeout: DIFF_MS }) ?? '';
  if (hasErrors(next.problems)) return { file, text, problems: next.problems, changes: [], patch };
  // As it is now, whoever put it there.
  await house.planner.follow();
  const { changes, problems } = compareWithForce(next, house.planner.calendar(), house.clock.now(), await house.published());
  return { file, text, problems: [...next.problems, ...problems], changes, patch };
}

/** Writes it and puts it into force. @throws Refused where it is wrong, or the file is not what `base` names any more */
export async function savePlan(desk: Desk, who: Who, name: string, text: string, base: string, why: string, words: Words): Promise<Saved> {
  // Until it is in force: whoever comes next saves upon that, and nobody is told of another's plan.
  const saved = await desk.house.incidents.alone('plan-save', LOCK_MS, async () => {
    const written = await write(desk, who, name, text, base, why, words);
    await desk.applyPlan();
    await mustBeInForce(desk, name, text, words);
    return written;
  });
  if (!saved) throw new Refused(409, 'changed-meanwhile', words.desk.plan.changedMeanwhile, { hint: words.desk.plan.changedMeanwhileHow });
  return saved;
}

async function isInForce({ house }: Desk, name: string, text: string): Promise<boolean> {
  const plan = await house.notebook.plan();
  return plan?.files.find((file) => file.name === name)?.text === text;
}

/** What was saved may have met another plan, or a Redis that did not answer: then it waits on disk. @throws Refused */
async function mustBeInForce(desk: Desk, name: string, text: string, words: Words): Promise<void> {
  if (await isInForce(desk, name, text)) return;
  // Somebody saved upon it in the file itself: what was saved here was in force, or is part of theirs.
  if ((await planFiles(desk)).find((file) => file.name === name)?.text !== text) return;
  const { problems } = await preview(desk, name, text, words);
  const lines = problems.filter(({ severity }) => severity === 'error').map((problem) => showProblem(problem, words.plan));
  throw new Refused(409, 'not-in-force', words.desk.plan.notInForce, { hint: words.desk.plan.notInForceHow, lines });
}

async function write(desk: Desk, who: Who, name: string, text: string, base: string, why: string, words: Words): Promise<Saved> {
  const w = words.desk.plan;
  const seen = await preview(desk, name, text, words);
  if (seen.file.base !== base) throw new Refused(409, 'changed-meanwhile', w.changedMeanwhile, { hint: w.changedMeanwhileHow });
  if (hasErrors(seen.problems)) throw new Refused(422, 'plan', w.wrong, { lines: seen.problems.map((problem) => showProblem(problem, words.plan)) });
  // Saved once more: what is on disk and could not be put into force.
  if (seen.text === seen.file.text && (await isInForce(desk, name, text))) throw new Refused(409, 'nothing-changed', w.nothingChanged);
  const { house } = desk;
  const path = resolve(house.config.paths.root, name);
  const draft = join(dirname(path), `.${basename(path)}.${randomUUID()}`);
  await writing(words, dirname(path), async () => {
    await writeFile(draft, text);
    await rename(draft, path);
  });
  await house.journal.append('plan-saved', name, who.account.name, house.clock.now(), { why, from: who.from, changes: seen.changes.length });
  return { ...seen, unrecorded: await commit(dirname(path), basename(path), who, why) };
}

/**
 * A commit in the name of whoever saved, where the folder is a git repository. Without git nothing is missing.
 * @returns why there is none although there is a repository
 */
async function commit(folder: string, file: string, { account }: Who, why: string): Promise<string | undefined> {
  const mail = account.mail ?? `${account.name}@banli.invalid`;
  const env = { ...process.env, LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0' };
  const git = (...args: string[]): Promise<unknown> =>
    run('git', ['-c', `user.name=${account.display}`, '-c', `user.email=${mail}`, ...args], { cwd: folder, timeout: GIT_MS, env });
  const inside = await git('rev-parse', '--is-inside-work-tree').then(
    () => true,
    () => false,
  );
  if (!inside) return undefined;
  try {
    await git('add', '--', file);
    await git('commit', '--quiet', '-m', `${file}: ${why}`, '--', file);
    return undefined;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    if (/nothing to commit|no changes added|nothing added/.test(stdout)) return undefined;
    return (stderr || stdout || messageOf(error)).trim().split('\n')[0];
  }
}

/** Where an exception of a release stands in its plan file. @throws Refused for what follows another release */
function placeOf(release: Release, words: Words): (string | number)[] {
  if (release.follows !== undefined) throw new Refused(409, 'follows', words.desk.plan.follows(release.follows));
  return release.indicator !== undefined && release.period !== undefined
    ? ['indicators', release.indicator, 'dates', release.period]
    : ['notices', release.id];
}

/** Changes the document of a release's file and gives back its text; comments and order stay. */
async function edited(desk: Desk, name: string, edit: (document: Document) => void, words: Words): Promise<PlanFile> {
  const file = fileIn(await planFiles(desk), name, words);
  const document = plainDocument(file.text);
  if (!document || !isMap(document.contents)) throw await broken(desk, name, words);
  const before = document.toString({ lineWidth: 0 });
  try {
    edit(document);
  } catch (error) {
    if (error instanceof Refused) throw error;
    // Somewhere on the way there is a word where the plan language has a group of values.
    throw await broken(desk, name, words);
  }
  return { ...file, text: grafted(file.text, before, document.toString({ lineWidth: 0 })) };
}

/** A file that no form can change: what is wrong with it, and that the editor can mend it. */
async function broken(desk: Desk, name: string, words: Words): Promise<Refused> {
  const lines = (await problemsNow(desk)).filter(({ file }) => file === name).map((problem) => showProblem(problem, words.plan));
  return new Refused(422, 'plan-broken', words.desk.plan.broken(name), { hint: words.desk.plan.brokenHow, lines });
}

/** The lines that an edit changed, put into the text as it is written: the library writes spaces and brackets its own way. */
function grafted(written: string, before: string, after: string): string {
  const lines = written.split('\n');
  if (lines.length !== before.split('\n').length) return after;
  let at = 0;
  const out: string[] = [];
  const parts = diffArrays(before.split('\n'), after.split('\n'), { timeout: DIFF_MS });
  if (!parts) return after;
  for (const { value, added, removed } of parts) {
    if (added) out.push(...value);
    else {
      if (!removed) out.push(...lines.slice(at, at + value.length));
      at += value.length;
    }
  }
  const text = out.join('\n');
  // A line more here and one less there: the same count, and every line in the wrong place.
  return isDeepStrictEqual(plainDocument(text)?.toJS(), plainDocument(after)?.toJS()) ? text : after;
}

function setAll(document: Document, place: readonly (string | number)[], fields: Readonly<Record<string, unknown>>): void {
  // A date that was a word alone becomes a map.
  const before: unknown = document.getIn(place, true);
  const old = isMap(before) ? {} : typeof document.getIn(place) === 'string' ? { at: document.getIn(place) } : {};
  if (!isMap(before)) document.setIn(place, document.createNode({ ...old, ...fields }));
  else for (const [key, value] of Object.entries(fields)) document.setIn([...place, key], value);
}

const clean = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== ''));

/** Today, in the plan's time zone. */
function today({ house }: Desk, release: Release): string {
  return dateIn(house.clock.now(), release.timezone);
}

/** What a move says of a date. */
export interface Move {
  /** `YYYY-MM-DD HH:mm` in the release's time zone. */
  readonly at: string;
  readonly reason: string;
  /** It may be past or nearer than the lead: said in so many words. */
  readonly immediate: boolean;
}

/** What an earlier entry said of a date that is no longer its own. */
const OUTDATED = ['immediate', 'expected', 'cancelled'];

/** The plan with a release at another time, from when and why it moved; put back, if it was cancelled. */
export function moved(desk: Desk, release: Release, { at, reason, immediate }: Move, words: Words): Promise<PlanFile> {
  const promised = release.status === 'cancelled' ? promisedBefore(desk, release) : release.due;
  const was = minuteIn(promised, release.timezone);
  const fields = clean({ at, was: was === at ? undefined : was, reason, announced: today(desk, release), immediate: immediate || undefined });
  const place = placeOf(release, words);
  const edit = (document: Document): void => {
    setAll(document, place, fields);
    for (const key of [...OUTDATED, 'was']) if (!(key in fields)) document.deleteIn([...place, key]);
  };
  return edited(desk, release.where.file, edit, words);
}

/** What the public was told last of a release that is cancelled now. */
function promisedBefore({ house }: Desk, release: Release): Instant {
  return (
    house.planner
      .calendar()
      .history.get(release.id)
      ?.findLast((change) => change.promised)?.from ?? release.due
  );
}

/** The plan without a release, which the public reads as cancelled. */
export function cancelled(desk: Desk, release: Release, reason: string, words: Words): Promise<PlanFile> {
  const fields = { cancelled: true, reason, announced: today(desk, release) };
  return edited(
    desk,
    release.where.file,
    (document) => {
      const place = placeOf(release, words);
      setAll(document, place, fields);
      // Put back one day, what was said of this date says nothing of that one.
      for (const key of OUTDATED) if (!(key in fields)) document.deleteIn([...place, key]);
    },
    words,
  );
}

export interface NewNotice {
  readonly id: string;
  readonly zh: string;
  readonly en: string;
  readonly at: string;
  readonly channels: readonly string[];
  readonly category: string;
  /** It may be past or nearer than the lead, for this reason; undefined: it may not. */
  readonly immediate: string | undefined;
}

/** The plan with one more notice. */
export function withNotice(desk: Desk, file: string, notice: NewNotice, words: Words): Promise<PlanFile> {
  const { id, zh, en, at, channels, category, immediate } = notice;
  if (!isId(id)) throw new Refused(422, 'id', words.desk.plan.badId(id.slice(0, ID_LENGTH)), { hint: words.desk.plan.badIdHow(ID_LENGTH) });
  const said = immediate === undefined ? {} : { immediate: true, reason: immediate };
  return edited(
    desk,
    file,
    (document) => {
      if (document.hasIn(['notices', id]) || document.hasIn(['indicators', id])) throw new Refused(409, 'id-taken', words.desk.plan.idTaken(id));
      document.setIn(
        ['notices', id],
        document.createNode({ name: clean({ zh, en }), at, ...said, ...(channels.length > 0 ? { channels } : {}), ...clean({ category }) }),
      );
    },
    words,
  );
}

/** The plan with another rule for an indicator. @param due as the plan language writes it, e.g. `{ day: 12, month: +1, if-closed: next }` */
export function withRule(desk: Desk, file: string, indicator: string, due: string, words: Words): Promise<PlanFile> {
  const rule = plainDocument(due);
  if (!rule || rule.contents === null) throw new Refused(422, 'rule', words.desk.plan.badRule, { hint: words.plan.badDue(false).write });
  return edited(
    desk,
    file,
    (document) => {
      if (!document.hasIn(['indicators', indicator])) throw new Refused(404, 'unknown-indicator', words.desk.plan.unknownIndicator(indicator));
      document.setIn(['indicators', indicator, 'due'], rule.contents);
    },
    words,
  );
}
