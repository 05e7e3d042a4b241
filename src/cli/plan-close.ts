// `banli plan close 2026`: puts a year that is over into the archive. Not for whether it may:
// operations/close-year.ts.
import type { Command } from 'commander';
import { systemClock } from '../lib/clock.ts';
import { BanliError } from '../lib/errors.ts';
import { closingOf, moveToArchive, mustBeFree } from '../operations/close-year.ts';
import { contextOf, planPaths, print, printErrors, soundPlan, yearOption } from './context.ts';
import { asBanliError } from './operations.ts';
import { againstForce, openNow } from './plan-force.ts';

export async function planClose(
  text: string,
  options: { print?: boolean },
  command: Command,
): Promise<number> {
  const context = contextOf(command);
  const { words } = context;
  const w = words.closing;
  const year = yearOption(text, words) ?? 0;
  const plan = await soundPlan(context);
  if (!plan) return 1;
  const { paths, channels } = planPaths(context);
  const now = systemClock.now();
  const closing = await closingOf(plan, year, {
    channels,
    now,
    words,
    async rules(next) {
      const rules = await againstForce(context, next, now);
      if (rules) return rules;
      throw new BanliError('no-redis', w.unknown(year), { hint: w.unknownHow });
    },
    open: (releases) => openNow(context, releases),
  }).catch(asBanliError);
  switch (closing.kind) {
    case 'closed':
      print(w.already(year));
      return 0;
    case 'to-come':
      print(w.notOver(year, closing.releases.length));
      for (const release of closing.releases) print(`  · ${w.toCome(release)}`);
      return 1;
    case 'wrong':
      printErrors(closing.problems, words);
      return 1;
    case 'open':
      print(w.open(year, closing.releases.length));
      for (const { release, channels: open } of closing.releases)
        print(`  · ${w.one(release, open)}`);
      print(w.openHow);
      return 1;
    case 'ready': {
      const isDry = options.print === true;
      await (isDry ? mustBeFree : moveToArchive)(paths.root, closing.moves, words).catch(
        asBanliError,
      );
      for (const [from, to] of closing.moves) print(w.moved(from, to, isDry));
      print(w.done(year, closing.releases.length, isDry));
      return 0;
    }
  }
}
