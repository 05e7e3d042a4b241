// A table that is brought to the desk, as a thread works it out: the file the first time, what was
// read of it afterwards. For what comes of it see plan-from-table.ts.
import { z } from 'zod';
import { messagesFor } from '../i18n/index.ts';
import { isDate } from '../plan/days.ts';
import type { SourceFile } from '../plan/issues.ts';
import { readPlan } from '../plan/read-all.ts';
import { FIELDS, HEADS } from '../plan/table-columns.ts';
import type { Language, LocalDate } from '../plan/types.ts';
import { type ReadFile, readDates } from './files.ts';
import { type Choices, type PlansFromTable, plansFrom, USUAL } from './plan-from-table.ts';

export interface TableInput {
  /** A file, whose ending says what it is; or what was read of one, as it was given out. */
  readonly from: { readonly name: string; readonly bytes: Uint8Array } | { readonly read: string };
  readonly choices: Choices;
  readonly channels: readonly string[];
  /** The bureau's own working days, if it has a file of them. */
  readonly workdays: readonly SourceFile[];
  readonly language: Language;
}

export type TableOutput =
  | (Extract<PlansFromTable, { ok: true }> & { readonly read: string })
  | (Extract<PlansFromTable, { ok: false }> & { readonly read?: undefined });

const texts = z.partialRecord(z.enum(FIELDS), z.string());
const WHY = [
  'other-year',
  'no-date',
  'undated-cell',
  'column',
  'above',
  'below',
  'sheet',
  'more',
] as const;
const dates = z.object({
  head: z.partialRecord(z.enum(HEADS), z.string()),
  found: z.array(
    z.object({
      place: z.string(),
      date: z.custom<LocalDate>((value) => typeof value === 'string' && isDate(value)),
      time: z
        .string()
        .regex(/^\d\d:\d\d(:\d\d)?$/)
        .optional(),
      fields: texts,
      places: texts.optional(),
    }),
  ),
  leftovers: z.array(
    z.object({
      place: z.string(),
      text: z.string(),
      why: z.enum(WHY),
      about: z.string(),
      name: z.string(),
      isDated: z.boolean(),
      count: z.number(),
    }),
  ),
});

export async function bringTable({
  from,
  choices,
  channels,
  workdays,
  language,
}: TableInput): Promise<TableOutput> {
  const words = messagesFor(language).tables;
  const read =
    'read' in from
      ? readAgain(from.read)
      : await readDates(Buffer.from(from.bytes), from.name, {
          timezone: USUAL.timezone,
          year: choices.year,
        });
  if (!read) return { ok: false, lines: [] };
  if (read.troubles.length > 0)
    return { ok: false, lines: read.troubles.map((one) => words.trouble(one, 'desk')) };
  const { troubles: _, ...plain } = read;
  const made = plansFrom(plain, choices, {
    channels,
    workdays: readPlan(workdays, channels).workdays,
    words,
  });
  return made.ok ? { ...made, read: JSON.stringify(plain) } : made;
}

/** What was given out comes back out of a form: it may be anything. */
function readAgain(text: string): ReadFile | undefined {
  try {
    return { ...dates.parse(JSON.parse(text)), troubles: [] };
  } catch {
    return undefined;
  }
}

declare module '../lib/threads.ts' {
  interface ThreadTasks {
    table: { input: TableInput; output: TableOutput };
  }
}
