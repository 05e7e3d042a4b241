// The plan files as the desk changes them: a date moved with its words, a release cancelled, a
// notice added, or the text itself. What would come of it is shown first; a file that changed
// meanwhile is not overwritten; comments and order stay. Not for what a plan means: plan/; nor for
// another rule: rule-edit.ts.
import { randomUUID } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { createTwoFilesPatch } from 'diff';
import { type Document, isMap, isScalar } from 'yaml';
import { compareWithForce } from '../../app/plan-service.ts';
import type { Messages } from '../../i18n/index.ts';
import type { Instant } from '../../lib/instant.ts';
import { RequestError } from '../../lib/request-error.ts';
import { type PlanIssue, type SourceFile, showProblem } from '../../plan/issues.ts';
import { hasErrors } from '../../plan/read-all.ts';
import { ID_LENGTH, isId } from '../../plan/schema.ts';
import { dateIn, minuteIn } from '../../plan/time.ts';
import type { PlanChange, Release } from '../../plan/types.ts';
import { plainDocument } from '../../plan/yaml.ts';
import { readApart } from '../../plan-files/long-plans.ts';
import { readSources } from '../../plan-files/sources.ts';
import { type Desk, type Principal, writing } from '../shell/desk.ts';
import { commit, DIFF_MS, grafted, textBase } from './file-edit.ts';

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

function fileIn(files: readonly PlanFileText[], name: string, words: Messages): PlanFileText {
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
  const { app } = desk;
  const now = await readSources(app.config.paths);
  const there = readable(now).find((one) => one.name === name);
  const file =
    there ??
    (isNewPlan(desk, name) ? { name, text: '', base: textBase('') } : fileIn([], name, words));
  const sources = there
    ? now.map((one): SourceFile => (one.name === name ? { name, text } : one))
    : [...now, { name, text }];
  const patch =
    createTwoFilesPatch(name, name, file.text, text, '', '', { context: 2, timeout: DIFF_MS }) ??
    '';
  const next = await readApart(sources, [...app.config.channels.keys()]);
  if (hasErrors(next.problems)) return { file, text, problems: next.problems, changes: [], patch };
  // As it is now, whoever put it there.
  await app.planner.follow();
  const { changes, problems } = compareWithForce(
    next,
    app.planner.calendar(),
    app.clock.now(),
    await app.published(),
  );
  return { file, text, problems: [...next.problems, ...problems], changes, patch };
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
  // Until it is in force: whoever comes next saves upon that, and nobody is told of another's plan.
  const saved = await desk.app.incidents.alone('plan-save', LOCK_MS, async () => {
    const written = await write(desk, who, name, text, base, why, words);
    await desk.applyPlan();
    await mustBeInForce(desk, name, text, words);
    return written;
  });
  if (!saved)
    throw new RequestError(409, 'changed-meanwhile', words.desk.plan.changedMeanwhile, {
      hint: words.desk.plan.changedMeanwhileHow,
    });
  return saved;
}

async function isInForce({ app }: Desk, name: string, text: string): Promise<boolean> {
  const plan = await app.planStore.plan();
  return plan?.files.find((file) => file.name === name)?.text === text;
}

/**
 * What was saved may have met another plan, or a Redis that did not answer: then it waits on disk.
 * @throws RequestError
 */
async function mustBeInForce(
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
  if (seen.file.base !== base)
    throw new RequestError(409, 'changed-meanwhile', w.changedMeanwhile, {
      hint: w.changedMeanwhileHow,
    });
  if (hasErrors(seen.problems))
    throw new RequestError(422, 'plan', w.wrong, {
      lines: seen.problems.map((problem) => showProblem(problem, words.plan)),
    });
  // Saved once more: what is on disk and could not be put into force.
  if (seen.text === seen.file.text && (await isInForce(desk, name, text)))
    throw new RequestError(409, 'nothing-changed', w.nothingChanged);
  const { app } = desk;
  const path = resolve(app.config.paths.root, name);
  const draft = join(dirname(path), `.${basename(path)}.${randomUUID()}`);
  await writing(words, dirname(path), async () => {
    await writeFile(draft, text);
    await rename(draft, path);
  });
  await app.journal.append('plan-saved', name, who.account.name, app.clock.now(), {
    why,
    from: who.from,
    changes: seen.changes.length,
  });
  return { ...seen, unrecorded: await commit(dirname(path), [basename(path)], who, why) };
}

/** Where something stands in a plan file. */
type Place = readonly (string | number)[];

/**
 * Where an exception of a release stands in its plan file.
 * @throws RequestError for what follows another release
 */
export function editPlace(release: Release, words: Messages): Place {
  if (release.follows !== undefined)
    throw new RequestError(409, 'follows', words.desk.plan.follows(release.follows));
  return release.indicator !== undefined && release.period !== undefined
    ? ['indicators', release.indicator, 'dates', release.period]
    : ['notices', release.id];
}

/** A place by the keys as they are written: of an annual period YAML makes a number. */
export function placeIn(document: Document, place: Place): Place {
  return place.map((key, depth) => {
    const map =
      depth === 0
        ? document.contents
        : document.getIn(placeIn(document, place.slice(0, depth)), true);
    const own = isMap(map)
      ? map.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key))?.key
      : undefined;
    return isScalar(own) && typeof own.value === 'number' ? own.value : key;
  });
}

/** Changes the document of a release's file and gives back its text; comments and order stay. */
export async function edited(
  desk: Desk,
  name: string,
  edit: (document: Document) => void,
  words: Messages,
): Promise<PlanFileText> {
  const file = fileIn(await planFiles(desk), name, words);
  const document = plainDocument(file.text);
  if (!document || !isMap(document.contents)) throw await broken(desk, name, words);
  const before = document.toString({ lineWidth: 0 });
  try {
    edit(document);
  } catch (error) {
    if (error instanceof RequestError) throw error;
    // Somewhere on the way there is a word where the plan language has a group of values.
    throw await broken(desk, name, words);
  }
  return { ...file, text: grafted(file.text, before, document.toString({ lineWidth: 0 })) };
}

/** A file that no form can change: what is wrong with it, and that the editor can mend it. */
async function broken(desk: Desk, name: string, words: Messages): Promise<RequestError> {
  const lines = (await problemsNow(desk))
    .filter(({ file }) => file === name)
    .map((problem) => showProblem(problem, words.plan));
  return new RequestError(422, 'plan-broken', words.desk.plan.broken(name), {
    hint: words.desk.plan.brokenHow,
    lines,
  });
}

/** Sets fields of an entry, which may not be there yet. */
export function setAll(
  document: Document,
  at: Place,
  fields: Readonly<Record<string, unknown>>,
): void {
  const place = placeIn(document, at);
  // A date that was a word alone becomes a map.
  const before: unknown = document.getIn(place, true);
  const old = isMap(before)
    ? {}
    : typeof document.getIn(place) === 'string'
      ? { at: document.getIn(place) }
      : {};
  if (!isMap(before)) document.setIn(place, document.createNode({ ...old, ...fields }));
  else for (const [key, value] of Object.entries(fields)) document.setIn([...place, key], value);
}

/** Takes fields out of an entry. */
export function dropAll(document: Document, at: Place, keys: readonly string[]): void {
  const place = placeIn(document, at);
  for (const key of keys) document.deleteIn([...place, key]);
}

const clean = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== ''),
  );

/** Today, in the plan's time zone. */
export function today({ app }: Desk, release: Pick<Release, 'timezone'>): string {
  return dateIn(app.clock.now(), release.timezone);
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

/**
 * The plan with a release at another time, from when and why it moved; put back, if it was
 * cancelled.
 */
export function moved(
  desk: Desk,
  release: Release,
  { at, reason, immediate }: Move,
  words: Messages,
): Promise<PlanFileText> {
  const isBack = release.status === 'cancelled';
  const promised = isBack ? promisedBefore(desk, release) : undefined;
  const was = minuteIn(promised ?? release.due, release.timezone);
  const fields = clean({
    at,
    was: was === at ? undefined : was,
    reason,
    announced: today(desk, release),
    immediate: immediate || undefined,
  });
  const place = editPlace(release, words);
  // What was promised is owed again, and no longer provisional.
  const outdated = [...OUTDATED, 'was', ...(promised === undefined ? [] : ['provisional'])];
  const edit = (document: Document): void => {
    setAll(document, place, fields);
    dropAll(
      document,
      place,
      outdated.filter((key) => !(key in fields)),
    );
  };
  return edited(desk, release.where.file, edit, words);
}

/**
 * What the public was promised last of a release that is cancelled now; undefined where it was
 * promised nothing.
 */
export function promisedBefore({ app }: Desk, release: Release): Instant | undefined {
  const last = app.planner
    .calendar()
    .history.get(release.id)
    ?.findLast((change) => change.promised);
  if (!last) return undefined;
  return last.kind === 'cancelled' || last.kind === 'removed' ? last.from : last.to;
}

/** The plan without a release, which the public reads as cancelled. */
export function cancelled(
  desk: Desk,
  release: Release,
  reason: string,
  words: Messages,
): Promise<PlanFileText> {
  const fields = { cancelled: true, reason, announced: today(desk, release) };
  return edited(
    desk,
    release.where.file,
    (document) => {
      const place = editPlace(release, words);
      setAll(document, place, fields);
      // Put back one day, what was said of this date says nothing of that one.
      dropAll(
        document,
        place,
        OUTDATED.filter((key) => !(key in fields)),
      );
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
export function withNotice(
  desk: Desk,
  file: string,
  notice: NewNotice,
  words: Messages,
): Promise<PlanFileText> {
  const { id, zh, en, at, channels, category, immediate } = notice;
  if (!isId(id))
    throw new RequestError(422, 'id', words.desk.plan.badId(id.slice(0, ID_LENGTH)), {
      hint: words.desk.plan.badIdHow(ID_LENGTH),
    });
  const said = immediate === undefined ? {} : { immediate: true, reason: immediate };
  return edited(
    desk,
    file,
    (document) => {
      if (document.hasIn(['notices', id]) || document.hasIn(['indicators', id]))
        throw new RequestError(409, 'id-taken', words.desk.plan.idTaken(id));
      document.setIn(
        ['notices', id],
        document.createNode({
          name: clean({ zh, en }),
          at,
          ...said,
          ...(channels.length > 0 ? { channels } : {}),
          category: category || words.desk.plan.noticeCategory,
        }),
      );
    },
    words,
  );
}
