// A table that is brought to the desk, as a thread works it out: the file the first time, what was read of it afterwards. For what comes of
// it see plan-from-table.ts.
import type { SourceFile } from '../plan/problems.ts';
import { readPlan } from '../plan/read-all.ts';
import type { Language } from '../plan/types.ts';
import { wordsOf } from '../words/index.ts';
import { readDates } from './files.ts';
import { plansFrom, USUAL } from './plan-from-table.ts';
import type { Choices, PlansFromTable, ReadDates } from './plan-from-table.ts';

export interface TableInput {
  /** A file, whose ending says what it is; or what was read of one. */
  readonly from: { readonly name: string; readonly bytes: Uint8Array } | { readonly read: ReadDates };
  readonly choices: Choices;
  readonly channels: readonly string[];
  /** The bureau's own working days, if it has a file of them. */
  readonly workdays: readonly SourceFile[];
  readonly language: Language;
}

export type TableOutput =
  | (Extract<PlansFromTable, { ok: true }> & { readonly read: ReadDates })
  | (Extract<PlansFromTable, { ok: false }> & { readonly read?: undefined });

export async function bringTable({ from, choices, channels, workdays, language }: TableInput): Promise<TableOutput> {
  const words = wordsOf(language).tables;
  const read =
    'read' in from
      ? { ...from.read, troubles: [] }
      : await readDates(Buffer.from(from.bytes), from.name, { timezone: USUAL.timezone, year: choices.year });
  if (read.troubles.length > 0) return { ok: false, lines: read.troubles.map((one) => words.trouble(one, 'desk')) };
  const { troubles: _, ...dates } = read;
  const made = plansFrom(dates, choices, { channels, workdays: readPlan(workdays, channels).workdays, words });
  return made.ok ? { ...made, read: dates } : made;
}
