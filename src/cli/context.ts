// What every command has: the configuration folder, the words, and ways to print. Not for any
// command's own work.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { type App, openApp } from '../app/app.ts';
import { type Config, loadConfig, loadWithoutSecrets, outlineOf } from '../config/load.ts';
import { languageOfTerminal } from '../i18n/environment.ts';
import { type Messages, messagesFor } from '../i18n/index.ts';
import { BanliError } from '../lib/errors.ts';
import { makeLog } from '../lib/log.ts';
import type { ChannelLimit } from '../plan/conflicts.ts';
import { isDate } from '../plan/days.ts';
import { type PlanIssue, showProblem } from '../plan/issues.ts';
import { hasErrors, type ReadPlan, readPlan } from '../plan/read-all.ts';
import type { Calendar, LocalDate, Release, ReleaseId } from '../plan/types.ts';
import { nearest } from '../plan/yaml.ts';
import { type PlanPaths, readSources } from '../plan-files/sources.ts';
import { print, width } from './print.ts';

export interface Context {
  readonly folder: string;
  readonly words: Messages;
  config(): Config;
  /** The configuration, though secrets of channels and mail be missing: for what uses neither. */
  withoutSecrets(): ReturnType<typeof loadWithoutSecrets>;
}

/** The context of a command: `--config` of the program, the language of the environment. */
export function contextOf(command: Command): Context {
  const folder = resolve(String(command.optsWithGlobals().config));
  const words = messagesFor(languageOfTerminal(process.env));
  return {
    folder,
    words,
    config: () => loadConfig(folder, process.env),
    withoutSecrets: () => loadWithoutSecrets(folder, process.env),
  };
}

/**
 * Where the plan is and which channels it may name, needing neither secrets nor a complete
 * configuration.
 */
export function planPaths(context: Context): {
  paths: PlanPaths;
  channels: readonly string[] | undefined;
  limits: readonly ChannelLimit[];
} {
  const outline = outlineOf(context.folder, process.env);
  return outline ?? { paths: bare(context.folder), channels: undefined, limits: [] };
}

/** A folder without banli.yaml: plan files in its `plan` folder, else in itself. */
function bare(folder: string): PlanPaths {
  const inside = resolve(folder, 'plan');
  return {
    root: resolve(folder, '..'),
    plan: existsSync(inside) ? inside : folder,
    workdays: resolve(folder, 'workdays.yaml'),
  };
}

/**
 * Runs with the app open, and closes it whatever happens. No channel is spoken to: their secrets
 * may be missing. The log goes nowhere but for errors.
 */
export function withApp<T>(context: Context, run: (app: App) => Promise<T>): Promise<T> {
  return inside(context.withoutSecrets().config, run);
}

/**
 * As `withHouse`, for what speaks to channels.
 * @throws BanliError naming every secret that is missing
 */
export function withChannels<T>(context: Context, run: (app: App) => Promise<T>): Promise<T> {
  return inside(context.config(), run);
}

async function inside<T>(config: Config, run: (app: App) => Promise<T>): Promise<T> {
  const app = await openApp(config, { log: makeLog('error') });
  try {
    await app.planService.follow();
    return await run(app);
  } finally {
    await app.close();
  }
}

/** The plan in force, or the one on disk where none is in force yet. */
export async function planOrDraft(
  app: App,
  context: Context,
): Promise<{ readonly calendar: Calendar; readonly isInForce: boolean }> {
  const calendar = app.planService.calendar();
  const isInForce = calendar.plans.length > 0;
  return { calendar: isInForce ? calendar : (await readPlanOf(context)).calendar, isInForce };
}

/** The release of an id. @throws BanliError with the nearest id */
export function releaseOf(calendar: Calendar, id: string, words: Messages): Release {
  const release = calendar.byId.get(id as ReleaseId);
  if (release) return release;
  throw new BanliError('unknown-release', words.cli.unknownRelease(id), {
    hint: words.cli.unknownReleaseHow(nearest(id, [...calendar.byId.keys()])),
  });
}

/**
 * A channel by its name in the plan or by the one that people know.
 * @param said what it is that has no such channel
 * @throws BanliError naming those that are there
 */
export function channelOption(
  text: string | undefined,
  there: readonly string[],
  words: Messages,
  said = words.cli.unknownChannel,
): string | undefined {
  if (text === undefined) return undefined;
  const found = there.find((name) => name === text || words.channel(name) === text);
  if (found !== undefined) return found;
  const near = nearest(text, there);
  const all = there.map((name) =>
    words.channel(name) === name ? name : words.cli.channelAs(name, words.channel(name)),
  );
  throw new BanliError('unknown-channel', said(text), { hint: words.cli.channelsThere(near, all) });
}

/** A date given as an option. @throws BanliError */
export function dateOption(text: string | undefined, words: Messages): LocalDate | undefined {
  if (text === undefined) return undefined;
  if (!isDate(text)) throw new BanliError('bad-date', words.cli.badDate(text));
  return text;
}

/** A year given as an option. @throws BanliError */
export function yearOption(text: string | undefined, words: Messages): number | undefined {
  if (text === undefined) return undefined;
  if (!/^(19|20|21)\d{2}$/.test(text)) throw new BanliError('bad-year', words.cli.badYear(text));
  return Number(text);
}

/** The plan files as they are on disk, right or wrong. */
export async function readPlanOf(context: Context): Promise<ReadPlan> {
  const { paths, channels } = planPaths(context);
  return readPlan(await readSources(paths), channels);
}

/** The plan, or its errors printed and undefined. */
export async function soundPlan(context: Context): Promise<ReadPlan | undefined> {
  const plan = await readPlanOf(context);
  if (!hasErrors(plan.problems)) return plan;
  printErrors(plan.problems, context.words);
  return undefined;
}

/** Problems, and what they come to. */
export function printErrors(problems: readonly PlanIssue[], words: Messages): void {
  printProblems(problems, words);
  print(
    words.plan.summary(problems.filter((problem) => problem.severity === 'error').length, 0, 0),
  );
}

/** Said beside the result: to standard error, so that the result can be piped. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

export { print };

export function printJson(value: unknown): void {
  print(JSON.stringify(value, undefined, process.stdout.isTTY ? 2 : undefined));
}

export function printProblems(problems: readonly PlanIssue[], words: Messages): void {
  for (const problem of problems) print(showProblem(problem, words.plan));
}

/** Rows under headings, in columns as wide as their widest cell; Chinese characters count two. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = headings.map((heading, column) =>
    Math.max(width(heading), ...rows.map((row) => width(row[column] ?? ''))),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - width(cell))))
      .join('  ')
      .trimEnd();
  return [line(headings), line(widths.map((wide) => '─'.repeat(wide))), ...rows.map(line)].join(
    '\n',
  );
}
