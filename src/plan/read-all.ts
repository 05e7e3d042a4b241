// Plan files and working days as text → the calendar, or every problem with its line. Not for
// reading them from disk, nor for which plan is in force: app/plan-service.ts.
import { basename } from 'node:path';
import { calendarOf } from './calendar.ts';
import { daysIn } from './days.ts';
import { type PlanIssue, problemOfFile, type SourceFile } from './issues.ts';
import { readPlans } from './read.ts';
import { workdaysFile } from './schema.ts';
import type { Calendar, LocalDate, Plan } from './types.ts';
import { NOTICES, type Notices, type Workdays, workdaysOfChina } from './workdays.ts';
import { MOST_ISSUES, parseYaml } from './yaml.ts';

/** A plan as read: its calendar (empty when there are errors) and everything wrong with it. */
export interface ReadPlan {
  readonly files: readonly SourceFile[];
  readonly plans: readonly Plan[];
  readonly workdays: Workdays;
  readonly calendar: Calendar;
  readonly problems: readonly PlanIssue[];
  readonly positions: ReturnType<typeof readPlans>['files'];
}

export const EMPTY: Calendar = {
  title: '',
  timezone: 'Asia/Shanghai',
  plans: [],
  releases: [],
  byId: new Map(),
  history: new Map(),
};

const everyDay = (entries: readonly string[]): LocalDate[] =>
  entries.flatMap((one) => daysIn(one) ?? []);
/** The bureau's own working days. */
export const isWorkdays = (file: SourceFile): boolean => basename(file.name) === 'workdays.yaml';

/**
 * Reads sources into a calendar.
 * @param notices the holidays to date it by, if not those that this version knows
 * @param inForce it is in force already: ids of any length and channels that are configured no more
 *   are taken as they are
 */
export function readPlan(
  sources: readonly SourceFile[],
  channels: readonly string[] | undefined,
  notices: Notices = NOTICES,
  inForce = false,
): ReadPlan {
  const problems: PlanIssue[] = [];
  const own = sources.find(isWorkdays);
  const ownDays = own && parseYaml(own, workdaysFile, problems, { inForce })?.entry;
  const workdays = workdaysOfChina(
    ownDays && { work: everyDay(ownDays.work), off: everyDay(ownDays.off), years: ownDays.years },
    notices,
  );
  for (const { name, unreadable } of sources.filter((file) => file.name.endsWith('/')))
    if (unreadable !== undefined)
      problems.push(problemOfFile(name, (w) => w.unreadable('folder', unreadable)));
  const reading = readPlans(
    sources.filter((file) => !isWorkdays(file) && !file.name.endsWith('/')),
    channels,
    inForce,
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
    problems: listed(all),
    positions: reading.files,
  };
}

/** As many errors as anybody reads; how many more there are is said in their first file. */
function listed(problems: readonly PlanIssue[]): readonly PlanIssue[] {
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length <= MOST_ISSUES + 1) return problems;
  const rest = errors.length - MOST_ISSUES;
  return [
    ...errors.slice(0, MOST_ISSUES),
    problemOfFile(errors[0]?.file ?? '', (w) => w.moreProblems(rest)),
  ];
}

export function hasErrors(problems: readonly PlanIssue[]): boolean {
  return problems.some((problem) => problem.severity === 'error');
}
