// `banli plan announce 2027`: makes next year's plan known: the day on which the public sees it, a
// notice that says so, with its text and the year's table, and the table for the office as .xlsx,
// .docx and, where this machine can make one, .pdf. Not for making the plan: plan-year.ts.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Command } from 'commander';
import { parseDocument } from 'yaml';
import { folderOf } from '../content/bundle.ts';
import { writeTable } from '../import-export/files.ts';
import { systemClock } from '../lib/clock.ts';
import { writeDurably } from '../lib/durable-files.ts';
import { BanliError } from '../lib/errors.ts';
import { toDay, weekdayOf } from '../plan/days.ts';
import type { SourceFile } from '../plan/issues.ts';
import { hasErrors, type ReadPlan, readPlan } from '../plan/read-all.ts';
import { dateIn, minuteIn } from '../plan/time.ts';
import { releaseId } from '../plan/types.ts';
import { OWN_DAY } from '../plan/workdays.ts';
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

const OFFICE = ['xlsx', 'docx'] as const;
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
  const years = plan.plans.map((one) => one.year);
  const own = plan.plans.find((one) => one.year === year);
  if (!own)
    throw new BanliError('no-year', words.tables.noYear(year, years), { hint: w.noneHow(year) });
  const now = systemClock.now();
  const today = dateIn(now, own.timezone);
  const on = dateOption(options.on, words) ?? today;
  if (on < today) throw new BanliError('past', w.past(on));
  const id = `calendar-${year}`;
  if (plan.calendar.byId.has(releaseId(id)))
    throw new BanliError('announced', w.already(year), { hint: w.alreadyHow(id) });
  const name = w.notice(own.title, year);
  const files = announced(plan, { year, on, at: options.at, id, name });
  const { paths, channels } = planPaths(context);
  const next = readPlan(files, channels);
  const rules = hasErrors(next.problems) ? [] : ((await againstForce(context, next, now)) ?? []);
  const errors = [...next.problems, ...rules].filter(({ severity }) => severity === 'error');
  if (errors.length > 0) {
    printErrors(errors, words);
    note(w.errorsHow);
    return 1;
  }
  const notice = next.calendar.byId.get(releaseId(id));
  if (!notice)
    throw new BanliError('no-year', words.tables.noYear(Number(on.slice(0, 4)), years), {
      hint: w.noneHow(Number(on.slice(0, 4))),
    });
  const due = minuteIn(notice.due, notice.timezone);
  if (notice.due < now + notice.settings.lead)
    throw new BanliError('too-near', w.tooNear(due), { hint: w.errorsHow });
  const day = toDay(on);
  if (!plan.workdays.isWorking(day)) {
    const holiday = plan.workdays.nameOf(day);
    note(
      w.dayOff(
        on,
        words.site.weekdayLong(weekdayOf(day)),
        holiday === OWN_DAY ? words.desk.dates.ownDayOff : holiday,
      ),
    );
  }
  if (options.print) {
    print(w.would(year, on, name, due));
    return 0;
  }
  const tables = new Map<string, Buffer>();
  const base = w.file(year);
  for (const format of OFFICE)
    tables.set(
      `${base}.${format}`,
      await writeTable(format, next.calendar, year, now, words, true),
    );
  const matrix = (await writeTable('md', next.calendar, year, now, words, true)).toString('utf8');
  const folder = join(context.withoutSecrets().config.paths.content, folderOf(notice));
  // The text first: once the plan names the notice, its text is looked for.
  await writeNew(
    join(folder, 'release.md'),
    w.text({ name, year, on, title: own.title, table: tableIn(matrix), files: [`${base}.xlsx`] }),
    words,
  );
  await writeNew(
    join(folder, `${base}.xlsx`),
    tables.get(`${base}.xlsx`) ?? Buffer.alloc(0),
    words,
  );
  await forOffice(options.out ?? `announce-${year}`, base, tables, context);
  const before = new Map(plan.files.map((file) => [file.name, file.text]));
  for (const file of files)
    if (before.get(file.name) !== file.text)
      await writeDurably(resolve(paths.root, file.name), file.text);
  print(w.done(year, on, name, due));
  return 0;
}

/**
 * The plan files with the day on which the year's plan becomes public, and the notice in the plan
 * of its own year.
 */
function announced(
  plan: ReadPlan,
  { year, on, at, id, name }: { year: number; on: string; at: string; id: string; name: string },
): SourceFile[] {
  const own = plan.plans.find((one) => one.year === year)?.files ?? [];
  const ofNotice = plan.plans.find((one) => one.year === Number(on.slice(0, 4)))?.files[0];
  return plan.files.map((file) => {
    if (!own.includes(file.name) && file.name !== ofNotice) return file;
    const document = parseDocument(file.text);
    if (own.includes(file.name)) document.set('announced', on);
    if (file.name === ofNotice)
      document.setIn(
        ['notices', id],
        document.createNode({ name: { zh: name }, at: `${on} ${at}`, category: '公告' }),
      );
    return { ...file, text: document.toString({ lineWidth: 0 }) };
  });
}

/** The year's table out of what was written as Markdown: its rows, and the notes below. */
function tableIn(markdown: string): string {
  const lines = markdown.split('\n');
  const from = lines.findIndex((line) => line.startsWith('|'));
  const to = lines.findIndex((line, index) => index > from && line.startsWith('## '));
  return lines
    .slice(from, to < 0 ? undefined : to)
    .join('\n')
    .trim();
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
