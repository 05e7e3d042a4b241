// `banli plan new | import | export`: tables of dates in and out. Not for what plan files say:
// plan.ts.
import { existsSync, statSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import type { Command } from 'commander';
import { FORMATS, type Format, readDates, writeTable } from '../import-export/files.ts';
import { lenientTime } from '../import-export/lenient.ts';
import {
  type PlansFromTable,
  plansFrom,
  type TablePlan,
  USUAL,
} from '../import-export/plan-from-table.ts';
import { systemClock } from '../lib/clock.ts';
import { BanliError, messageOf, systemCode } from '../lib/errors.ts';
import { hasRhythm } from '../plan/infer/table.ts';
import type { Leftover } from '../plan/table-columns.ts';
import { yearIn } from '../plan/time.ts';
import {
  type Context,
  contextOf,
  note,
  planPaths,
  print,
  readPlanOf,
  soundPlan,
  table,
  yearOption,
} from './context.ts';

interface FromOptions {
  fromCalendar?: string;
  out?: string;
  year?: string;
  at?: string;
  timezone?: string;
}

/** `plan new --from-calendar FILE`: the shortest plan that gives the table's dates. */
export function planNew(options: FromOptions, command: Command): Promise<number> {
  return fromTable(String(options.fromCalendar), options, command);
}

/** `plan import FILE`: the way back from `plan export`. */
export function planImport(file: string, options: FromOptions, command: Command): Promise<number> {
  return fromTable(file, options, command);
}

async function fromTable(file: string, options: FromOptions, command: Command): Promise<number> {
  const context = contextOf(command);
  const { words } = context;
  const year = yearOption(options.year, words);
  const at = lenientTime(options.at ?? USUAL.at);
  if (at === undefined)
    throw new BanliError(
      'bad-time',
      words.tables.trouble({ what: 'bad-time', place: '', text: String(options.at) }),
    );
  const bytes = await readFile(file).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT')
      throw new BanliError('no-file', words.tables.noFile(file), { cause: error });
    throw new BanliError(
      'unreadable',
      words.tables.trouble({ what: 'unreadable', place: file, text: messageOf(error) }),
      { cause: error },
    );
  });
  const timezone = options.timezone ?? USUAL.timezone;
  const read = await readDates(bytes, basename(file), { year, timezone });
  if (read.troubles.length > 0)
    return told(
      words.tables.wrongFile(file),
      read.troubles.map((one) => words.tables.trouble(one)),
    );
  const { workdays } = await readPlanOf(context);
  const made = plansFrom(
    read,
    { year, at, timezone },
    { workdays, channels: planPaths(context).channels, words: words.tables },
  );
  if (!made.ok) return told(words.tables.wrongFile(file), made.lines);
  await put(context, made.plans, options.out);
  report(context, made);
  return 0;
}

function told(head: string, lines: readonly string[]): number {
  note(head);
  for (const line of lines) note(`  ${line}`);
  return 1;
}

/** What was taken for granted, what was not taken at all, and then what came of it. */
function report(
  context: Context,
  { assumptions, leftovers, plans, announced }: Extract<PlansFromTable, { ok: true }>,
): void {
  const { words } = context;
  for (const sentence of words.tables.assumptions(assumptions)) note(`· ${sentence}`);
  if (leftovers.length > 0)
    note(words.tables.leftLead(leftovers.reduce((sum, { count }) => sum + count, 0)));
  for (const one of leftovers) note(`  ${words.tables.left(one)}`);
  for (const plan of plans) {
    if (announced === undefined) note(words.tables.announced(plan.announced));
    reportPlan(context, plan, leftovers);
  }
}

function reportPlan(
  { words }: Context,
  { findings, dates }: TablePlan,
  leftovers: readonly Leftover[],
): void {
  const w = words.tables;
  const nameOf = (id: string): string =>
    findings.find((one) => one.indicator === id)?.name.zh ?? id;
  note(
    table(
      w.foundColumns,
      findings.map((one) => [
        one.name.zh,
        one.indicator,
        hasRhythm(one) ? words.rules.due(one.rule, one.frequency, nameOf) : '—',
        w.rhythm(one)[0],
        String(one.exceptions),
        String(one.skipped),
        w.rhythm(one)[1],
      ]),
    ),
  );
  const skips = w.skips(findings);
  if (skips.length > 0) note(w.skipsLead);
  for (const one of skips) note(`  ${one}`);
  const byRule = findings.filter(hasRhythm).reduce((sum, one) => sum + one.byRule, 0);
  note(w.total(dates.length, byRule, leftovers.length === 0));
}

/** To the file or folder that was named, else to standard output. Nothing is ever overwritten. */
async function put(
  { words }: Context,
  plans: readonly TablePlan[],
  out: string | undefined,
): Promise<void> {
  const folder = out !== undefined && existsSync(out) && statSync(out).isDirectory();
  if (plans.length > 1 && !folder && (out === undefined || extname(out) !== ''))
    throw new BanliError(
      'several-years',
      words.tables.severalYears(plans.map((plan) => plan.year)),
      { hint: words.tables.severalYearsHow },
    );
  for (const plan of plans) {
    if (out === undefined) print(plan.text.trimEnd());
    else
      await writeNew(
        folder || plans.length > 1 ? join(out, `${plan.year}.yaml`) : out,
        plan.text,
        words,
      );
  }
}

/** Writes a file that is not there yet. @throws BanliError where it is */
export async function writeNew(
  path: string,
  content: string | Buffer,
  words: Context['words'],
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeFile(path, content, { flag: 'wx' });
  } catch (error) {
    if (!existsSync(path)) throw error;
    throw new BanliError('exists', words.tables.exists(path), {
      hint: words.tables.existsHow,
      cause: error,
    });
  }
  note(words.tables.written(path));
}

type ExportOptions = Partial<Record<Format, true>> & { out?: string; year?: string };

/** `plan export --csv | --xlsx | --docx | --ics | --md`: the calendar as a file for others. */
export async function planExport(options: ExportOptions, command: Command): Promise<number> {
  const context = contextOf(command);
  const { words } = context;
  const chosen = [...FORMATS, 'docx' as const].filter((format) => options[format]);
  const [format] = chosen;
  if (!format || chosen.length > 1) throw new BanliError('format', words.tables.needFormat);
  const plan = await soundPlan(context);
  if (!plan) return 1;
  const years = plan.calendar.plans.map((one) => one.year);
  const now = systemClock.now();
  const year =
    yearOption(options.year, words) ?? runningYear(years, yearIn(now, plan.calendar.timezone));
  if (year === undefined || !years.includes(year))
    throw new BanliError('no-year', words.tables.noYear(year ?? 0, years));
  if ((format === 'xlsx' || format === 'docx') && options.out === undefined)
    throw new BanliError('out', words.tables.needOut, { hint: words.tables.needOutHow });
  const bytes = await writeTable(format, plan.calendar, year, now, words);
  if (options.out === undefined) process.stdout.write(bytes);
  else await writeNew(options.out, bytes, words);
  note(
    words.tables.exported(
      year,
      years.filter((one) => one !== year),
    ),
  );
  return 0;
}

/** The year that runs; without a plan of it the next one, else the last. */
function runningYear(years: readonly number[], now: number): number | undefined {
  return years.find((year) => year >= now) ?? years.at(-1);
}
