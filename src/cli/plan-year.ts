// `banli plan year 2027`: next year's plan from this year's, and what in it needs a person's eye.
// Not for what makes it: plan/next-year.ts.
import { statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { Messages } from '../i18n/index.ts';
import { systemClock } from '../lib/clock.ts';
import { BanliError } from '../lib/errors.ts';
import { beforeAnnounced } from '../operations/announce-year.ts';
import { conflictsOf } from '../plan/conflicts.ts';
import { type NextYear, nextYear } from '../plan/next-year.ts';
import { hasErrors, type ReadPlan, readPlan } from '../plan/read-all.ts';
import { dateIn, yearIn } from '../plan/time.ts';
import { type LocalDate, releaseId } from '../plan/types.ts';
import { titled } from '../site/names.ts';
import {
  contextOf,
  note,
  planPaths,
  print,
  printErrors,
  soundPlan,
  yearOption,
} from './context.ts';
import { writeNew } from './plan-tables.ts';

export async function planYear(
  text: string,
  options: { most: string; print?: boolean; out?: string },
  command: Command,
): Promise<number> {
  const context = contextOf(command);
  const { words } = context;
  const year = yearOption(text, words) ?? 0;
  const most = Number(options.most);
  if (!Number.isInteger(most) || most < 1)
    throw new BanliError('bad-count', words.years.badMost(options.most));
  const plan = await soundPlan(context);
  if (!plan) return 1;
  const years = plan.plans.map((one) => one.year);
  if (years.includes(year))
    throw new BanliError('year-there', words.years.there(year), {
      hint: words.years.thereHow(year),
    });
  const base = plan.plans.filter((one) => one.year < year).at(-1);
  if (base === undefined)
    throw new BanliError('no-year', words.tables.noYear(year - 1, years), {
      hint: words.years.noneHow,
    });
  const files = base.files
    .map((name) => plan.positions.get(name))
    .filter((file) => file !== undefined);
  const { paths, channels, limits } = planPaths(context);
  let made = nextYear(files, base.year, year);
  let read = readPlan([...plan.files, ...made.files], channels);
  // A plan that was announced late in its own year: the next one is made known before it begins.
  if (beforeAnnounced(read, year).length > 0) {
    made = nextYear(files, base.year, year, `${year - 1}-12-31` as LocalDate);
    read = readPlan([...plan.files, ...made.files], channels);
  }
  if (hasErrors(read.problems)) {
    printErrors(read.problems, words);
    return 1;
  }
  for (const file of made.files) {
    if (options.print) print(file.text.trimEnd());
    else
      await writeNew(
        placeOf(file.name, paths.root, made.files.length > 1, options.out),
        file.text,
        words,
      );
  }
  const releases = read.calendar.releases.filter(
    (release) => yearIn(release.due, release.timezone) === year,
  );
  const provisional = releases.filter((release) => release.status === 'provisional').length;
  const conflicts = conflictsOf(read.calendar, year, read.workdays, limits, most);
  for (const line of words.years.report({
    ...inWords(made, plan, words),
    from: base.year,
    year,
    releases: releases.length,
    provisional,
  }))
    note(line);
  const announced = read.calendar.plans.find((one) => one.year === year)?.announced;
  if (!options.print && options.out === undefined && announced !== undefined)
    note(
      words.years.inForce(
        year,
        announced,
        announced <= dateIn(systemClock.now(), read.calendar.timezone),
      ),
    );
  note(words.years.conflicts(conflicts.length));
  for (const conflict of conflicts) note(`  · ${words.years.conflict(conflict)}`);
  return 0;
}

/** What was left behind or kept, as people call it; by its id where no plan has it. */
function inWords(
  { dropped, kept, skipped, notices }: NextYear,
  { calendar }: ReadPlan,
  words: Messages,
): Pick<NextYear, 'dropped' | 'kept' | 'skipped' | 'notices'> {
  const nameOf = (text: string): string => {
    const release = calendar.byId.get(releaseId(text.replace(' ', '.')));
    return release ? titled(release, words) : text;
  };
  return {
    dropped: dropped.map(nameOf),
    kept: kept.map(nameOf),
    skipped,
    notices: notices.map(nameOf),
  };
}

/** Beside this year's file, or where the operator says: into that folder, or as that file. */
function placeOf(name: string, root: string, several: boolean, out: string | undefined): string {
  if (out === undefined) return resolve(root, name);
  const isFolder =
    several ||
    out.endsWith('/') ||
    statSync(out, { throwIfNoEntry: false })?.isDirectory() === true;
  return isFolder ? join(out, basename(name)) : out;
}
