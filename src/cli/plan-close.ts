// `banli plan close 2026`: puts a year that is over into the archive. The rules of change say
// whether it may go, the ledger whether everything in it has ended. Not for what an archived year
// still shows: site/.
import { mkdir, rename, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { systemClock } from '../lib/clock.ts';
import { BanliError } from '../lib/errors.ts';
import { hasErrors, readPlan } from '../plan/read-all.ts';
import { yearIn } from '../plan/time.ts';
import { contextOf, planPaths, print, printErrors, soundPlan, yearOption } from './context.ts';
import { againstForce, openNow } from './plan-force.ts';

const ARCHIVE = 'archive';

export async function planClose(
  text: string,
  options: { print?: boolean },
  command: Command,
): Promise<number> {
  const context = contextOf(command);
  const { words } = context;
  const year = yearOption(text, words) ?? 0;
  const plan = await soundPlan(context);
  if (!plan) return 1;
  const own = plan.plans.find((one) => one.year === year);
  const years = plan.plans.map((one) => one.year);
  if (!own)
    throw new BanliError('no-year', words.tables.noYear(year, years), {
      hint: words.closing.noneHow(years),
    });
  if (own.archived) {
    print(words.closing.already(year));
    return 0;
  }
  const { paths, channels } = planPaths(context);
  const moved = new Map(
    own.files.map((name) => [name, join(dirname(name), ARCHIVE, basename(name))]),
  );
  const next = readPlan(
    plan.files.map((file) => ({ ...file, name: moved.get(file.name) ?? file.name })),
    channels,
  );
  const rules = hasErrors(next.problems)
    ? []
    : await againstForce(context, next, systemClock.now());
  if (rules === undefined)
    throw new BanliError('no-redis', words.closing.unknown(year), {
      hint: words.closing.unknownHow,
    });
  const errors = [...next.problems, ...rules].filter(({ severity }) => severity === 'error');
  if (errors.some(({ code }) => code === 'archived-due')) {
    const now = systemClock.now();
    const left = plan.calendar.releases.filter(
      ({ due, timezone, status }) =>
        due > now && status !== 'cancelled' && yearIn(due, timezone) === year,
    );
    print(words.closing.notOver(year, left.length));
    for (const release of left) print(`  · ${words.closing.toCome(release)}`);
    return 1;
  }
  if (errors.length > 0) {
    printErrors(errors, words);
    return 1;
  }
  const releases = plan.calendar.releases.filter(
    (release) => yearIn(release.due, release.timezone) === year,
  );
  const open = await openNow(context, releases);
  if (open.size > 0) {
    print(words.closing.open(year, open.size));
    for (const release of releases)
      if (open.has(release.id))
        print(`  · ${words.closing.one(release, open.get(release.id) ?? [])}`);
    print(words.closing.openHow);
    return 1;
  }
  for (const [from, to] of moved) {
    const target = resolve(paths.root, to);
    if (await isThere(target))
      throw new BanliError('file-exists', words.closing.there(to), {
        hint: words.closing.thereHow,
      });
    if (options.print) continue;
    await mkdir(dirname(target), { recursive: true });
    await rename(resolve(paths.root, from), target);
  }
  for (const [from, to] of moved) print(words.closing.moved(from, to, options.print === true));
  print(words.closing.done(year, releases.length, options.print === true));
  return 0;
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
