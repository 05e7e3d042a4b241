// `banli plan announce 2027`: makes next year's plan known, and writes the table for the office as
// .xlsx, .docx and, where this machine can make one, .pdf. Not for what the plan and its notice
// become: operations/announce-year.ts; nor for making the plan: plan-year.ts.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Command } from 'commander';
import { folderOf } from '../content/bundle.ts';
import { writeTable } from '../import-export/files.ts';
import { systemClock } from '../lib/clock.ts';
import { writeDurably } from '../lib/durable-files.ts';
import { BanliError } from '../lib/errors.ts';
import { RequestError } from '../lib/request-error.ts';
import { announcementOf, noticeFiles, noticeId } from '../operations/announce-year.ts';
import {
  type Context,
  contextOf,
  dateOption,
  note,
  planPaths,
  print,
  printErrors,
  soundPlan,
  yearOption,
} from './context.ts';
import { againstForce } from './plan-force.ts';
import { writeNew } from './plan-tables.ts';

interface AnnounceOptions {
  on?: string;
  at: string;
  out?: string;
  print?: boolean;
}

const PDF_MS = 120_000;
const run = promisify(execFile);

export async function planAnnounce(
  text: string,
  options: AnnounceOptions,
  command: Command,
): Promise<number> {
  const context = contextOf(command);
  const { words } = context;
  const w = words.announce;
  const year = yearOption(text, words) ?? 0;
  const plan = await soundPlan(context);
  if (!plan) return 1;
  const { paths, channels } = planPaths(context);
  const now = systemClock.now();
  const wish = { year, on: dateOption(options.on, words), at: options.at };
  const made = await announcementOf(plan, wish, {
    channels,
    now,
    words,
    rules: async (next) => (await againstForce(context, next, now)) ?? [],
  }).catch((error: unknown) => refuse(error, year, words));
  if ('problems' in made) {
    printErrors(made.problems, words);
    note(w.errorsHow);
    return 1;
  }
  const { notice, on, due, next, files, dayOff, unknownBefore } = made;
  if (dayOff !== undefined) note(`${dayOff}${w.dayOffHow}`);
  if (unknownBefore !== undefined) note(unknownBefore);
  const name = notice.name.zh;
  if (options.print) {
    print(w.would(year, on, name, due));
    return 0;
  }
  const folder = join(context.withoutSecrets().config.paths.content, folderOf(notice));
  // The text first: once the plan names the notice, its text is looked for.
  const beside = await noticeFiles(made, now, words);
  for (const [file, bytes] of beside) await writeNew(join(folder, file), bytes, words);
  const base = w.file(year);
  const tables = new Map([...beside].filter(([file]) => file.startsWith(base)));
  tables.set(`${base}.docx`, await writeTable('docx', next.calendar, year, now, words, true));
  await forOffice(options.out ?? `announce-${year}`, base, tables, context);
  for (const file of files) await writeDurably(resolve(paths.root, file.name), file.text);
  print(w.done(year, on, name, due));
  return 0;
}

/** What to do about it at the command line. */
function refuse(error: unknown, year: number, words: Context['words']): never {
  if (!(error instanceof RequestError)) throw error;
  const w = words.announce;
  const hints: Readonly<Record<string, string>> = {
    'no-year': w.noneHow(year),
    announced: w.alreadyHow(noticeId(year)),
    'too-near': w.errorsHow,
  };
  throw new BanliError(error.code, error.message, { hint: hints[error.code] ?? error.hint });
}

/** What the office circulates: nothing that is there is overwritten. */
async function forOffice(
  folder: string,
  base: string,
  tables: ReadonlyMap<string, Buffer>,
  { words }: Context,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, bytes] of tables) await writeNew(join(folder, name), bytes, words);
  const made = await pdfOf(
    tables.get(`${base}.docx`) ?? Buffer.alloc(0),
    join(folder, `${base}.pdf`),
  );
  note(made ? words.tables.written(join(folder, `${base}.pdf`)) : words.announce.noPdf);
}

/** By LibreOffice, where it is. @returns whether it was made */
async function pdfOf(docx: Buffer, to: string): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'banli-pdf-'));
  try {
    const source = join(folder, 'plan.docx');
    await writeFile(source, docx);
    const profile = `-env:UserInstallation=file://${join(folder, 'profile')}`;
    await run(
      'soffice',
      [profile, '--headless', '--convert-to', 'pdf', '--outdir', folder, source],
      { timeout: PDF_MS },
    );
    await mkdir(dirname(to), { recursive: true });
    await rename(join(folder, `${basename(source, '.docx')}.pdf`), to).catch(() =>
      Promise.reject(new Error('no pdf')),
    );
    return true;
  } catch {
    return false;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
