// `banli backup | restore | rebuild`: the ledger and what was published to a file, back from one,
// or made again from plan, content and what the channels show.
import { once } from 'node:events';
import { createReadStream, existsSync } from 'node:fs';
import { access, mkdir, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import type { App } from '../app/app.ts';
import type { Messages } from '../i18n/index.ts';
import {
  forgetPublications,
  isAnybodyAlive,
  writeBackup as linesOfBackup,
  readBackup as restoreLines,
} from '../ledger/backup.ts';
import { isHead } from '../ledger/backup-lines.ts';
import { BanliError, messageOf, systemCode } from '../lib/errors.ts';
import type { Instant } from '../lib/instant.ts';
import { isoIn, minuteIn } from '../plan/time.ts';
import { probe } from '../publish/verify.ts';
import { Reconciler } from '../queue/reconcile.ts';
import { piecesOf, publishedSink } from '../site/published/published-backup.ts';
import {
  type Context,
  contextOf,
  note,
  print,
  printErrors,
  withApp,
  withChannels,
} from './context.ts';

/** A fresh publication may take so many looks to show. */
const LOOKS = 3;

export function backup(options: { out?: string }, command: Command): Promise<number> {
  const context = contextOf(command);
  const { words } = context;
  return withApp(context, async (app) => {
    const { redis, clock, planService } = app;
    const lines = linesOfBackup(redis, clock.now(), piecesOf(publishedFolder(app)));
    // It holds what accounts are checked by: never onto a screen.
    const out =
      options.out ??
      (process.stdout.isTTY
        ? nameOfBackup(clock.now(), planService.calendar().timezone)
        : undefined);
    if (out === undefined)
      for await (const line of lines) {
        if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain');
      }
    else {
      await writeLines(out, lines, context);
      note(words.archive.keep);
    }
    return 0;
  });
}

/** `banli-backup-2026-07-01-093000.jsonl`, in the folder where one is. */
function nameOfBackup(now: Instant, timezone: string): string {
  const [date, time = ''] = isoIn(now, timezone).slice(0, 19).split('T');
  return `banli-backup-${date}-${time.replaceAll(':', '')}.jsonl`;
}

/** Opened when the first line is asked for: none is lost before. */
async function* linesIn(file: string): AsyncGenerator<string> {
  yield* createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
}

/** Where what was published is kept. */
const publishedFolder = (app: App): string => join(app.config.paths.var, 'published');

/**
 * Writes a file that is not there yet, line by line, and to the disk.
 * @throws BanliError where it is there
 */
async function writeLines(
  path: string,
  lines: AsyncIterable<string>,
  { words }: Context,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, 'wx', 0o600).catch((error: unknown) => {
    if (!existsSync(path)) throw error;
    throw new BanliError('exists', words.tables.exists(path), {
      hint: words.tables.existsHow,
      cause: error,
    });
  });
  try {
    for await (const line of lines) await file.appendFile(`${line}\n`);
    await file.sync();
  } catch (error) {
    // Half a backup is none.
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  note(words.tables.written(path));
}

export async function restore(file: string, _: unknown, command: Command): Promise<number> {
  const context = contextOf(command);
  const w = context.words.archive;
  await access(file).catch((error: unknown) => {
    const message =
      systemCode(error) === 'ENOENT' ? context.words.tables.noFile(file) : messageOf(error);
    throw new BanliError('unreadable', message, { cause: error });
  });
  // Before Redis and the ledger are looked at: nobody should empty theirs for a file that is no
  // backup.
  if (!(await isBackup(file)))
    throw new BanliError('not-an-archive', w.notArchive(file, 1), { hint: w.notArchiveHow });
  return withApp(context, async (app) => {
    await refuseWhileAlive(app, context.words);
    const done = await restoreLines(
      app.redis,
      app.ledger,
      linesIn(file),
      app.clock.now(),
      publishedSink(publishedFolder(app)),
    );
    if (!done.ok) {
      const [message, hint] = {
        'not-empty': [w.notEmpty, w.notEmptyHow],
        'not-an-archive': [w.notArchive(file, done.line ?? 1), w.notArchiveHow],
        'under-way': [w.underWay, w.underWayHow],
      }[done.why] as [string, string];
      throw new BanliError(done.why, message, { hint });
    }
    await app.journal.append('restored', file, app.heartbeat.id, app.clock.now(), {
      publications: done.publications,
      asked: done.asked,
      files: done.files,
    });
    await app.planService.follow();
    await app.siteBuilder.ensure();
    print(
      w.restored(
        done.publications,
        done.events,
        minuteIn(done.at, app.planService.calendar().timezone),
      ),
    );
    if (done.files > 0) print(w.restoredFiles(done.files));
    if (done.asked > 0) print(w.asked(done.asked));
    print(w.restoredNext);
    return 0;
  });
}

/** Whether a file begins as a backup does. */
async function isBackup(file: string): Promise<boolean> {
  for await (const line of linesIn(file)) return isHead(line);
  return false;
}

/**
 * Everything but the journal is made again: dates from the plan, what is public from the channels.
 * Nothing is sent.
 */
export function rebuild(_: unknown, command: Command): Promise<number> {
  const context = contextOf(command);
  const w = context.words.archive;
  return withChannels(context, async (app) => {
    await refuseWhileAlive(app, context.words);
    const applied = await app.planService.apply(app.clock.now(), await app.published());
    if (!applied.ok) {
      printErrors(applied.problems, context.words);
      return 1;
    }
    const gone = await forgetPublications(app.redis);
    const reconciler = new Reconciler(app.ledger, app.queues, (now) => app.reconcileContext(now));
    const { created } = await reconciler.run(
      app.planService.calendar(),
      app.clock.now(),
      app.heartbeat.id,
      app.planService.version(),
    );
    await app.journal.append('rebuilt', '', app.heartbeat.id, app.clock.now(), {
      forgotten: gone,
      created,
    });
    const found = await lookAtDoubts(app);
    print(w.rebuilt(created, found.public, found.open));
    return 0;
  });
}

async function lookAtDoubts(app: App): Promise<{ public: number; open: number }> {
  const doubts = async (): Promise<readonly { publication: Parameters<typeof probe>[1] }[]> =>
    [
      ...(
        await app.ledger.getAll([...(await app.ledger.open(undefined, app.clock.now())).keys()])
      ).values(),
    ].filter((entry) => entry.state === 'doubtful');
  for (let looks = 0; looks < LOOKS; looks++)
    for (const { publication } of await doubts())
      await probe(app.publishDeps, publication, looks, AbortSignal.timeout(20_000));
  return { public: (await app.ledger.publicSince()).size, open: (await doubts()).length };
}

async function refuseWhileAlive(app: App, words: Messages): Promise<void> {
  if (await isAnybodyAlive(app.redis))
    throw new BanliError('alive', words.archive.alive, { hint: words.archive.aliveHow });
}
