// `banli plan check | show | diff | schema | why`: what the plan files say, without changing
// anything.
import type { Command } from 'commander';
import { compareWithForce } from '../app/plan-service.ts';
import type { Messages } from '../i18n/index.ts';
import { countChanges, tellChanges } from '../i18n/plan-changes.ts';
import { systemClock } from '../lib/clock.ts';
import { duration } from '../lib/instant.ts';
import { explain } from '../plan/calendar.ts';
import { conflictsOf } from '../plan/conflicts.ts';
import { toDate } from '../plan/days.ts';
import { writeDue } from '../plan/infer/write.ts';
import type { PlanIssue } from '../plan/issues.ts';
import { hasErrors } from '../plan/read-all.ts';
import type { RuleStep } from '../plan/rules.ts';
import { planJsonSchema } from '../plan/schema.ts';
import { dateIn, formatDuration, isoIn, minuteIn, yearIn } from '../plan/time.ts';
import type { Release } from '../plan/types.ts';
import {
  channelOption,
  contextOf,
  dateOption,
  note,
  planPaths,
  print,
  printErrors,
  printJson,
  printProblems,
  readPlanOf,
  releaseOf,
  soundPlan,
  table,
  withApp,
  yearOption,
} from './context.ts';
import { againstForce } from './plan-force.ts';

function problemJson(problem: PlanIssue, words: Messages): object {
  const { file, line, column, severity } = problem;
  return { file, line, column, severity, ...problem.say(words.plan) };
}

export async function check(options: { json?: boolean }, command: Command): Promise<number> {
  const context = contextOf(command);
  const plan = await readPlanOf(context);
  const conflicts = plan.calendar.plans.flatMap(({ year }) =>
    conflictsOf(plan.calendar, year, plan.workdays, planPaths(context).limits),
  );
  const { channels } = planPaths(context);
  // A folder of plan files alone is in force nowhere.
  const rules =
    channels === undefined || hasErrors(plan.problems)
      ? []
      : await againstForce(context, plan, systemClock.now());
  const problems = [...plan.problems, ...(rules ?? [])];
  const errors = problems.filter((problem) => problem.severity === 'error').length;
  if (options.json)
    printJson({
      ok: errors === 0,
      releases: plan.calendar.releases.length,
      compared: rules !== undefined,
      problems: problems.map((problem) => problemJson(problem, context.words)),
      conflicts: conflicts.map((conflict) => context.words.years.conflict(conflict)),
    });
  else {
    printProblems(problems, context.words);
    for (const conflict of conflicts) print(`· ${context.words.years.conflict(conflict)}`);
    print(
      context.words.plan.summary(errors, problems.length - errors, plan.calendar.releases.length),
    );
    if (rules === undefined) note(context.words.cli.notCompared);
  }
  return errors === 0 ? 0 : 1;
}

function releaseJson(release: Release): object {
  const {
    id,
    indicator,
    period,
    status,
    name,
    reason,
    settings,
    timezone,
    due,
    was,
    expected,
    immediate,
  } = release;
  return {
    id,
    indicator,
    period,
    due: isoIn(due, timezone),
    status,
    channels: settings.channels,
    name,
    category: settings.category,
    reason,
    was: was === undefined ? undefined : isoIn(was, timezone),
    expected: expected === undefined ? undefined : isoIn(expected, timezone),
    immediate: immediate || undefined,
  };
}

export async function show(
  options: { year?: string; from?: string; to?: string; channel?: string; json?: boolean },
  command: Command,
): Promise<number> {
  const context = contextOf(command);
  const [from, to] = [
    dateOption(options.from, context.words),
    dateOption(options.to, context.words),
  ];
  const year = yearOption(options.year, context.words);
  const plan = await soundPlan(context);
  if (!plan) return 1;
  const known = [
    ...new Set(plan.calendar.releases.flatMap((release) => release.settings.channels)),
  ];
  const channel = channelOption(options.channel, known, context.words, context.words.cli.noChannel);
  const chosen = plan.calendar.releases.filter((release) => {
    const day = dateIn(release.due, release.timezone);
    return (
      (year === undefined || yearIn(release.due, release.timezone) === year) &&
      (from === undefined || day >= from) &&
      (to === undefined || day <= to) &&
      (channel === undefined || release.settings.channels.includes(channel))
    );
  });
  if (options.json) printJson({ releases: chosen.map(releaseJson) });
  else if (chosen.length === 0) print(context.words.cli.nothingThere);
  else {
    const c = context.words.cli.columns;
    print(
      table(
        [c.due, c.status, c.release, c.name, c.channels],
        chosen.map((release) => [
          minuteIn(release.due, release.timezone),
          context.words.site.status(release.status),
          release.id,
          release.name.zh,
          release.settings.channels.map(context.words.channel).join(' '),
        ]),
      ),
    );
  }
  return 0;
}

export async function diff(options: { json?: boolean }, command: Command): Promise<number> {
  const context = contextOf(command);
  const plan = await soundPlan(context);
  if (!plan) return 1;
  const { changes, problems } = await withApp(context, async (app) => {
    return compareWithForce(
      plan,
      app.planService.calendar(),
      app.clock.now(),
      await app.published(),
    );
  });
  const words = context.words.cli;
  if (options.json) {
    printJson({
      changes: changes.map((change) => ({
        kind: change.kind,
        ...('from' in change ? { from: releaseJson(change.from) } : {}),
        ...('to' in change ? { to: releaseJson(change.to) } : {}),
      })),
      problems: problems.map((problem) => problemJson(problem, context.words)),
    });
    return hasErrors(problems) ? 1 : 0;
  }
  if (changes.length === 0) print(words.noChanges);
  else print(words.wouldChange(countChanges(changes, context.words.changes)));
  for (const line of tellChanges(changes, context.words.changes)) print(`  ${line}`);
  if (hasErrors(problems)) printErrors(problems, context.words);
  else printProblems(problems, context.words);
  return hasErrors(problems) ? 1 : 0;
}

export function schema(): Promise<number> {
  print(JSON.stringify(planJsonSchema(), undefined, 2));
  return Promise.resolve(0);
}

export async function why(
  id: string,
  options: { json?: boolean },
  command: Command,
): Promise<number> {
  const context = contextOf(command);
  const plan = await soundPlan(context);
  if (!plan) return 1;
  const release = releaseOf(plan.calendar, id, context.words);
  const year = yearIn(release.due, release.timezone);
  const owner = plan.plans.find((one) => one.year === year);
  const steps =
    owner && release.indicator !== undefined && release.period !== undefined
      ? (explain(owner, plan.workdays, release.indicator, release.period) ?? [])
      : [];
  if (options.json) {
    printJson({
      ...releaseJson(release),
      steps: steps.map(({ due, ...step }) => ({
        ...step,
        rule: due && writeDue(due),
        day: toDate(step.day),
        from: step.from === undefined ? undefined : toDate(step.from),
      })),
    });
    return 0;
  }
  const words = context.words.cli.why;
  print(`${release.id}  ${release.name.zh}`);
  for (const step of steps)
    print(
      `  ${step.indicator === release.indicator ? '' : `${step.indicator ?? ''}: `}${sayStep(step, words)}`,
    );
  const parent = release.follows && plan.calendar.byId.get(release.follows);
  if (parent)
    print(
      `  ${words.follows(parent.id, minuteIn(parent.due, parent.timezone), formatDuration(duration(release.due - parent.due)))}`,
    );
  print(
    `  ${words.result(minuteIn(release.due, release.timezone), context.words.site.status(release.status))}${release.reason ? `（${release.reason}）` : ''}`,
  );
  return 0;
}

function sayStep(step: RuleStep, words: Messages['cli']['why']): string {
  const day = toDate(step.day);
  const rule = step.due ? writeDue(step.due) : '';
  switch (step.what) {
    case 'rule':
      return words.rule(rule, day);
    case 'moved':
      return words.moved(toDate(step.from ?? step.day), day, step.note);
    case 'counted':
      return words.counted(rule, day);
    case 'other':
      return words.other(step.note ?? '', day);
    case 'exception':
      return words.exception(day, step.note);
    case 'combined':
      return words.combined(step.note ?? '', day);
  }
}
