// A table of dates as somebody sent it → the plan that gives them, and all of it that wants a person's eye. Worked out in a thread: rendering/.
import { inferPlans } from '../plan/infer/infer.ts';
import type { Finding } from '../plan/infer/table.ts';
import type { SourceFile } from '../plan/problems.ts';
import { readPlan } from '../plan/read-all.ts';
import type { Language } from '../plan/types.ts';
import { wordsOf } from '../words/index.ts';
import { readTable } from './files.ts';

export interface TableInput {
  /** Its ending says what it is. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** For dates without a year, and the only one that counts; undefined: those that it says. */
  readonly year: number | undefined;
  readonly channels: readonly string[];
  /** The bureau's own working days, if it has a file of them. */
  readonly workdays: readonly SourceFile[];
  readonly language: Language;
}

export interface TablePlan {
  readonly year: number;
  readonly text: string;
  readonly findings: readonly Finding[];
}

export type TableOutput =
  | { readonly ok: true; readonly title: string | undefined; readonly plans: readonly TablePlan[]; readonly notes: readonly string[] }
  | { readonly ok: false; readonly lines: readonly string[] };

/** A day's usual hour, for dates without one; Beijing, for tables that name no zone. */
const USUAL = { at: '10:00', timezone: 'Asia/Shanghai' };

export async function planFromTable({ name, bytes, year, channels, workdays, language }: TableInput): Promise<TableOutput> {
  const words = wordsOf(language).tables;
  const read = await readTable(Buffer.from(bytes), name, { year, ...USUAL });
  if (read.troubles.length > 0) return { ok: false, lines: read.troubles.map(words.trouble) };
  const rows = year === undefined ? read.table.rows : read.table.rows.filter((row) => row.date.startsWith(`${year}-`));
  const days = readPlan(workdays, channels).workdays;
  const inferred = inferPlans({ ...read.table, rows }, { workdays: days, channels, words });
  if (!inferred.ok) return { ok: false, lines: inferred.troubles.map((one) => words.tableTrouble(one)) };
  return { ok: true, title: read.table.title, plans: inferred.plans, notes: read.assumptions.map((one) => words.assumption(one)) };
}
