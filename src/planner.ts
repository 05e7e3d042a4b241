// The plan files on disk and the plan in force: reads, checks against what was announced, applies, watches. The last good plan
// stands until a better one is there. Not for what dates follow: plan/.
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import type { Delivery } from './ledger/incidents.ts';
import type { Notebook } from './ledger/notebook.ts';
import { calendarOf } from './plan/calendar.ts';
import { changesBetween, dateChanges, forbiddenChanges } from './plan/change.ts';
import type { ChangeContext } from './plan/change.ts';
import type { Calendar, Change, Instant, LocalDate, Plan, ReleaseId } from './plan/types.ts';
import type { Problem, SourceFile } from './plan/problems.ts';
import { readPlans } from './plan/read.ts';
import { workdaysFile } from './plan/schema.ts';
import { dateIn } from './plan/time.ts';
import { NOTICES, workdaysOfChina } from './plan/workdays.ts';
import type { Notices, Workdays } from './plan/workdays.ts';
import { parseYaml } from './plan/yaml.ts';
import { BanliError, systemCode } from './words/error.ts';

export interface PlanPaths {
  readonly root: string;
  readonly plan: string;
  readonly workdays: string;
}

/** A plan as read: its calendar (empty when there are errors) and everything wrong with it. */
export interface ReadPlan {
  readonly files: readonly SourceFile[];
  readonly plans: readonly Plan[];
  readonly workdays: Workdays;
  readonly calendar: Calendar;
  readonly problems: readonly Problem[];
  readonly positions: ReturnType<typeof readPlans>['files'];
}

export const EMPTY: Calendar = { title: '', timezone: 'Asia/Shanghai', plans: [], releases: [], byId: new Map(), history: new Map() };

/** The plan files and, if there is one, the bureau's working days. @throws BanliError when the folder can't be read */
export async function readSources(paths: PlanPaths): Promise<SourceFile[]> {
  let names: string[];
  try {
    names = (await readdir(paths.plan))
      .filter((name) => /\.ya?ml$/.test(name) && !['banli.yaml', 'workdays.yaml'].includes(name) && !name.startsWith('.'))
      .sort();
  } catch (error) {
    throw new BanliError('plan-folder', `读不了计划目录 ${paths.plan}（${systemCode(error) ?? ''}）/ the plan folder cannot be read`, {
      hint: '在其中放一份 年份.yaml 的计划',
      cause: error,
    });
  }
  const files = await Promise.all(
    names.map(async (name) => ({ name: relative(paths.root, join(paths.plan, name)), text: await readFile(join(paths.plan, name), 'utf8') })),
  );
  const own = await readFile(paths.workdays, 'utf8').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  return own === undefined ? files : [...files, { name: relative(paths.root, paths.workdays), text: own }];
}

const isWorkdays = (file: SourceFile): boolean => basename(file.name) === 'workdays.yaml';

/** Reads sources into a calendar. @param notices the holidays to date it by, if not those that this version knows */
export function readPlan(sources: readonly SourceFile[], channels: readonly string[] | undefined, notices: Notices = NOTICES): ReadPlan {
  const problems: Problem[] = [];
  const own = sources.find(isWorkdays);
  const ownDays = own && parseYaml(own, workdaysFile, problems)?.entry;
  const workdays = workdaysOfChina(ownDays && { work: ownDays.work as LocalDate[], off: ownDays.off as LocalDate[], years: ownDays.years }, notices);
  const reading = readPlans(
    sources.filter((file) => !isWorkdays(file)),
    channels,
  );
  const dated = calendarOf(reading.plans, workdays, reading.files);
  const all = [...problems, ...reading.problems, ...dated.problems].sort((a, b) =>
    a.file === b.file ? a.line - b.line || a.column - b.column : a.file < b.file ? -1 : 1,
  );
  return {
    files: sources,
    plans: reading.plans,
    workdays,
    calendar: hasErrors(all) ? EMPTY : dated.calendar,
    problems: all,
    positions: reading.files,
  };
}

export function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some((problem) => problem.severity === 'error');
}

/** What applying a plan would change, and what of it is not allowed as it stands. */
export function compareWithForce(
  next: ReadPlan,
  force: Calendar,
  now: Instant,
  published: ReadonlySet<ReleaseId>,
): { changes: Change[]; problems: Problem[]; context: ChangeContext } {
  const changes = changesBetween(force, next.calendar);
  const context: ChangeContext = { plans: next.plans, files: next.positions, today: dateIn(now, next.calendar.timezone), published };
  return { changes, problems: forbiddenChanges(changes, context), context };
}

/** What came of an attempt to apply the files on disk. */
export type Applied =
  | {
      readonly ok: true;
      readonly changes: readonly Change[];
      /** Put into the outbox with it. */
      readonly letters: readonly string[];
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Holds the calendar in force. */
export class Planner {
  readonly #paths: PlanPaths;
  readonly #channels: readonly string[];
  readonly #notebook: Notebook;
  #calendar: Calendar = EMPTY;
  #at = 0;
  /** The working days that the plan in force was dated by, and the same as one text. */
  #workdays = workdaysOfChina();
  #days = '';

  constructor(paths: PlanPaths, channels: readonly string[], notebook: Notebook) {
    this.#paths = paths;
    this.#channels = channels;
    this.#notebook = notebook;
  }

  calendar(): Calendar {
    return this.#calendar;
  }

  workdays(): Workdays {
    return this.#workdays;
  }

  /** Takes up the plan in force, if it is another than before. @returns whether it is */
  async follow(): Promise<boolean> {
    const good = await this.#notebook.plan();
    if (!good || good.at === this.#at) return false;
    const read = readPlan(good.files, undefined, good.notices);
    this.#calendar = { ...read.calendar, history: await this.#notebook.dateHistory() };
    this.#workdays = read.workdays;
    this.#days = daysOf(good.files, good.notices ?? NOTICES);
    this.#at = good.at;
    return true;
  }

  /**
   * Puts the files on disk into force if nothing is wrong with them; otherwise nothing changes.
   * @param write letters about it. `newDays`: working days were announced or corrected since the plan before, so that these,
   * and not the plan's text, may have moved dates
   */
  async apply(
    now: Instant,
    published: ReadonlySet<ReleaseId>,
    write?: (changes: readonly Change[], newDays: boolean) => readonly Delivery[],
  ): Promise<Applied> {
    const next = readPlan(await readSources(this.#paths), this.#channels);
    if (hasErrors(next.problems)) return { ok: false, problems: next.problems };
    const { changes, problems, context } = compareWithForce(next, this.#calendar, now, published);
    if (problems.length > 0) return { ok: false, problems };
    const days = daysOf(next.files, NOTICES);
    const newDays = this.#days !== '' && days !== this.#days;
    const letters = write?.(changes, newDays) ?? [];
    const moved = dateChanges(changes, context, now, newDays ? 'working-days' : 'plan');
    await this.#notebook.setPlan({ files: [...next.files], at: now, notices: NOTICES }, moved, letters);
    this.#calendar = { ...next.calendar, history: await this.#notebook.dateHistory() };
    this.#workdays = next.workdays;
    this.#days = days;
    this.#at = now;
    return { ok: true, changes, letters: letters.map(({ id }) => id) };
  }
}

/** Everything that says which days are worked, as one text. */
function daysOf(files: readonly SourceFile[], notices: Notices): string {
  return JSON.stringify([notices, files.filter(isWorkdays)]);
}

export { watchFiles } from './lib/watch-files.ts';
