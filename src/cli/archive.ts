// `banli backup | restore | rebuild`: the ledger to a file, back from one, or made again from plan, content and what the channels show.
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { backup as linesOfBackup, forgetPublications, isAnybodyAlive, restore as restoreLines } from '../ledger/archive.ts';
import { minuteIn } from '../plan/time.ts';
import { look } from '../publish/verify.ts';
import { Reconciler } from '../schedule/reconcile.ts';
import type { House } from '../house.ts';
import { BanliError, messageOf, systemCode } from '../words/error.ts';
import type { Words } from '../words/index.ts';
import { contextOf, print, printErrors, withHouse } from './context.ts';
import { writeNew } from './tables.ts';

/** A fresh publication may take so many looks to show. */
const LOOKS = 3;

export function backup(options: { out?: string }, command: Command): Promise<number> {
  const context = contextOf(command);
  return withHouse(context, async (house) => {
    const lines: string[] = [];
    for await (const line of linesOfBackup(house.redis, house.clock.now())) lines.push(line);
    const text = `${lines.join('\n')}\n`;
    if (options.out === undefined) process.stdout.write(text);
    else await writeNew(options.out, text, context.words);
    return 0;
  });
}

export async function restore(file: string, _: unknown, command: Command): Promise<number> {
  const context = contextOf(command);
  const w = context.words.archive;
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    const message = systemCode(error) === 'ENOENT' ? context.words.tables.noFile(file) : messageOf(error);
    throw new BanliError('unreadable', message, { cause: error });
  });
  return withHouse(context, async (house) => {
    await refuseWhileAlive(house, context.words);
    const done = await restoreLines(house.redis, house.ledger, text.trimEnd().split('\n'), house.clock.now());
    if (!done.ok)
      throw new BanliError(done.why, done.why === 'not-empty' ? w.notEmpty : w.notArchive(file, done.line ?? 1), {
        hint: done.why === 'not-empty' ? w.notEmptyHow : w.notArchiveHow,
      });
    await house.journal.append('restored', file, house.heartbeat.id, house.clock.now(), { publications: done.publications, asked: done.asked });
    print(w.restored(done.publications, done.events, minuteIn(done.at, house.planner.calendar().timezone)));
    if (done.asked > 0) print(w.asked(done.asked));
    return 0;
  });
}

/** Everything but the journal is made again: dates from the plan, what is public from the channels. Nothing is sent. */
export function rebuild(_: unknown, command: Command): Promise<number> {
  const context = contextOf(command);
  const w = context.words.archive;
  return withHouse(context, async (house) => {
    await refuseWhileAlive(house, context.words);
    const applied = await house.planner.apply(house.clock.now(), new Set());
    if (!applied.ok) {
      printErrors(applied.problems, context.words);
      return 1;
    }
    const gone = await forgetPublications(house.redis);
    const reconciler = new Reconciler(house.ledger, house.queues);
    const { created } = await reconciler.run(house.planner.calendar(), house.clock.now(), house.heartbeat.id);
    await house.journal.append('rebuilt', '', house.heartbeat.id, house.clock.now(), { forgotten: gone, created });
    const found = await lookAtDoubts(house);
    print(w.rebuilt(created, found.public, found.open));
    return 0;
  });
}

async function lookAtDoubts(house: House): Promise<{ public: number; open: number }> {
  const doubts = async (): Promise<readonly { publication: Parameters<typeof look>[1] }[]> =>
    [...(await house.ledger.getAll([...(await house.ledger.open(undefined, house.clock.now())).keys()])).values()].filter(
      (entry) => entry.state === 'doubtful',
    );
  for (let looks = 0; looks < LOOKS; looks++)
    for (const { publication } of await doubts()) await look(house.parts, publication, looks, AbortSignal.timeout(20_000));
  return { public: (await house.ledger.publicSince()).size, open: (await doubts()).length };
}

async function refuseWhileAlive(house: House, words: Words): Promise<void> {
  if (await isAnybodyAlive(house.redis)) throw new BanliError('alive', words.archive.alive, { hint: words.archive.aliveHow });
}
