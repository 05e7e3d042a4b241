// A table of dates as somebody sent it → the plan that gives them, and all of it that wants a
// person's eye. The command line and the desk both ask here; the desk in a thread: threads/. What
// was read can be given again with other choices, without the file.

import type { Messages } from '../i18n/index.ts';
import type { Duration, Instant } from '../lib/instant.ts';
import { type InferredPlan, inferPlans } from '../plan/infer/infer.ts';
import type { Finding, Table, TableRow } from '../plan/infer/table.ts';
import type { Assumption, Leftover } from '../plan/table-columns.ts';
import { minuteIn } from '../plan/time.ts';
import type { LocalDate, Name, PlanStatus, Release } from '../plan/types.ts';
import type { Workdays } from '../plan/workdays.ts';
import { assemble } from './assemble.ts';
import type { ReadFile } from './files.ts';

/** What a file says, as far as it was read. */
export type ReadDates = Omit<ReadFile, 'troubles'>;

/** What somebody says of the table who brings it; undefined where the table itself counts. */
export interface Choices {
  /** The only year that counts; undefined: those that it says. */
  readonly year?: number | undefined;
  /** For dates without a time. */
  readonly at?: string | undefined;
  readonly timezone?: string | undefined;
  readonly title?: string | undefined;
  readonly announced?: LocalDate | undefined;
  /** Other ids for indicators and notices, by those that they were given. */
  readonly ids?: ReadonlyMap<string, string> | undefined;
  /**
   * Dates that are past or near, by the releases that they were given: to be public at once, for
   * the reason, or left out.
   */
  readonly near?:
    | {
        readonly reason: string;
        readonly now: ReadonlySet<string>;
        readonly out: ReadonlySet<string>;
      }
    | undefined;
  /** Where there are several years, only the one in the table's title. */
  readonly isOfTitle?: boolean | undefined;
}

/** One date that would come into force. */
export interface PlannedDate {
  /** The release, as it was given at first: whatever other id its indicator has now. */
  readonly given: string;
  readonly due: Instant;
  readonly lead: Duration;
  readonly window: Duration;
  readonly date: LocalDate;
  readonly time: string;
  readonly name: Name;
  readonly period: string | undefined;
  readonly status: PlanStatus;
  readonly isInterpretation: boolean;
}

/** An indicator or a notice, by the id that it was given at first and the one that it has now. */
export interface NamedId {
  readonly given: string;
  readonly id: string;
  readonly name: Name;
  readonly isNotice: boolean;
}

export interface TablePlan {
  readonly year: number;
  /** As the plan says it, whoever said it. */
  readonly announced: LocalDate;
  readonly text: string;
  readonly findings: readonly Finding[];
  readonly ids: readonly NamedId[];
  readonly dates: readonly PlannedDate[];
}

export type PlansFromTable =
  | {
      readonly ok: true;
      /** As the table says it. */
      readonly title: string | undefined;
      readonly announced: LocalDate | undefined;
      readonly plans: readonly TablePlan[];
      readonly assumptions: readonly Assumption[];
      readonly leftovers: readonly Leftover[];
    }
  | { readonly ok: false; readonly lines: readonly string[] };

/** A day's usual hour, for dates without one; Beijing, for tables that name no zone. */
export const USUAL = { at: '10:00', timezone: 'Asia/Shanghai' };

export interface PlanMaking {
  /** Those that are configured; undefined where that is not known. */
  readonly channels: readonly string[] | undefined;
  readonly workdays: Workdays;
  readonly words: Messages['tables'];
}

export function plansFrom(
  read: ReadDates,
  choices: Choices,
  { channels, workdays, words }: PlanMaking,
): PlansFromTable {
  const made = assemble(read.head, read.found, {
    at: choices.at ?? USUAL.at,
    timezone: choices.timezone ?? USUAL.timezone,
  });
  if (made.troubles.length > 0)
    return { ok: false, lines: made.troubles.map((one) => words.trouble(one)) };
  const { table } = made;
  const year = choices.year ?? (choices.isOfTitle ? yearOfTitle(table) : undefined);
  const own = year === undefined ? table.rows : table.rows.filter((row) => isIn(row, year));
  const rows = own.filter((row) => !choices.near?.out.has(releaseOf(row)));
  const others = year === undefined ? [] : table.rows.filter((row) => !isIn(row, year));
  const chosen: Table = {
    ...table,
    title: choices.title ?? table.title,
    announced: choices.announced ?? table.announced,
    rows: rows.map((row) => ({
      ...row,
      indicator: choices.ids?.get(row.indicator) ?? row.indicator,
      immediate: choices.near?.now.has(releaseOf(row)) ? choices.near.reason : undefined,
    })),
  };
  const { rows: withChannels, usual } = channelsOf(chosen.rows, channels);
  const inferred = inferPlans(
    { ...chosen, rows: withChannels },
    { workdays, channels: usual, words },
  );
  if (!inferred.ok)
    return { ok: false, lines: inferred.troubles.map((one) => words.tableTrouble(one)) };
  const left = others.map(
    ({ place, name, date }): Leftover => ({
      place,
      text: date,
      why: 'other-year',
      about: String(year),
      name: name.zh,
      isDated: true,
      count: 1,
    }),
  );
  return {
    ok: true,
    title: table.title,
    announced: table.announced,
    plans: inferred.plans.map((plan) => planned(plan, table.rows, choices.ids)),
    assumptions: made.assumptions,
    leftovers: [...left, ...read.leftovers],
  };
}

const releaseOf = ({ indicator, period }: TableRow): string =>
  period === undefined ? indicator : `${indicator}.${period}`;

/**
 * What goes to every channel that there is names none, so that it goes to those of later too.
 * @param all that are configured now
 */
function channelsOf(
  rows: readonly TableRow[],
  all: readonly string[] | undefined,
): { rows: readonly TableRow[]; usual?: readonly string[] | undefined } {
  const isWhole = ({ channels }: TableRow): boolean =>
    channels === undefined ||
    (all !== undefined &&
      channels.length === all.length &&
      all.every((name) => channels.includes(name)));
  if (rows.every(isWhole)) return { rows: rows.map((row) => ({ ...row, channels: undefined })) };
  // Some name fewer: then each says its own.
  return { rows, usual: all };
}

const isIn = (row: TableRow, year: number): boolean => row.date.startsWith(`${year}-`);

/** The one year in the title, where some of the dates are of it and others are not. */
function yearOfTitle({ title = '', rows }: Table): number | undefined {
  const [year, ...more] = new Set(title.match(/(?<!\d)(?:19|20|21)\d{2}(?=\s*年)/g));
  if (year === undefined || more.length > 0) return undefined;
  return rows.some((row) => isIn(row, Number(year))) ? Number(year) : undefined;
}

function planned(
  { year, announced, text, findings, releases }: InferredPlan,
  rows: readonly TableRow[],
  chosen: Choices['ids'],
): TablePlan {
  const ids = new Map<string, NamedId>();
  for (const { indicator: given, name, period } of rows.filter((row) => isIn(row, year)))
    if (!ids.has(given))
      ids.set(given, {
        given,
        id: chosen?.get(given) ?? given,
        name,
        isNotice: period === undefined,
      });
  const givenOf = new Map([...ids.values()].map(({ id, given }) => [id, given]));
  const dateOf = (release: Release): PlannedDate => {
    const { due, timezone, name, period, status, follows, settings } = release;
    const [date, time] = minuteIn(due, timezone).split(' ') as [LocalDate, string];
    const id = release.indicator ?? release.id;
    const given = [givenOf.get(id) ?? id, period].filter((part) => part !== undefined).join('.');
    return {
      given,
      due,
      lead: settings.lead,
      window: settings.window,
      date,
      time,
      name,
      period,
      status,
      isInterpretation: follows !== undefined,
    };
  };
  return { year, announced, text, findings, ids: [...ids.values()], dates: releases.map(dateOf) };
}
