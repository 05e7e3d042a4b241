// What tables of dates consist of: columns, rows as text, dates found, what could not be read or
// had to be assumed. Not for doing anything.
import type { Frequency, LocalDate } from './types.ts';

/**
 * Names that are the same in every language: in CSV headings, in iCalendar as X-BANLI-…; i18n/ has
 * what people read.
 */
export const FIELDS = [
  'release',
  'indicator',
  'reference_period',
  'frequency',
  'date',
  'time',
  'status',
  'name',
  'name_en',
  'category',
  'kind',
  'channels',
  'was',
  'expected',
  'reason',
  'change_announced',
  'briefing',
  'lead',
  'grace',
  'window',
  'approval',
] as const;
export type TableColumn = (typeof FIELDS)[number];
/** One release as text. */
export type TextRow = Readonly<Partial<Record<TableColumn, string>>>;

/** What a file says of the whole table. */
export const HEADS = ['plan', 'timezone', 'announced'] as const;
export type Head = (typeof HEADS)[number];

/** A table as text: what holds for every row stands in `common`, said once. */
export interface TextTable {
  readonly head: Readonly<Partial<Record<Head, string>>>;
  readonly common: TextRow;
  readonly columns: readonly TableColumn[];
  readonly rows: readonly TextRow[];
}

/** One date found, with whatever else its row says. */
export interface FoundDate {
  readonly place: string;
  readonly date: LocalDate;
  readonly time?: string | undefined;
  readonly fields: TextRow;
  /** Where each of the fields stands, if not at the date's own place. */
  readonly places?: TextRow | undefined;
}

/** What stands in the file and was not taken; see import-export/leftovers.ts. */
export interface Leftover {
  readonly place: string;
  readonly text: string;
  readonly why:
    | 'other-year'
    | 'no-date'
    | 'undated-cell'
    | 'column'
    | 'above'
    | 'below'
    | 'sheet'
    | 'more';
  /** The year or heading that the reason is about. */
  readonly about: string;
  /** What its row is of, where that is known. */
  readonly name: string;
  /**
   * There is a date in it, or its place is that of one: whoever goes on without it has to say so.
   */
  readonly isDated: boolean;
  /** Cells that are told of in one. */
  readonly count: number;
}

/** What could not be read at a place. */
export interface GridTrouble {
  readonly what:
    | 'bad-date'
    | 'bad-time'
    | 'bad-cell'
    | 'wrong-weekday'
    | 'no-such-day'
    | 'no-table'
    | 'no-year'
    | 'unknown-headings';
  readonly place: string;
  readonly text: string;
  /** What its row and column are of, where that is known. */
  readonly of?: string | undefined;
}

/** What was worked out and not read. */
export type Assumption =
  | { readonly what: 'time'; readonly count: number; readonly time: string }
  | { readonly what: 'periods'; readonly name: string; readonly frequency: Frequency }
  | { readonly what: 'combined'; readonly name: string; readonly period: string };

export interface AssembleTrouble {
  readonly what:
    | 'bad-period'
    | 'bad-status'
    | 'no-name'
    | 'bad-timezone'
    | 'bad-was'
    | 'bad-expected'
    | 'bad-value';
  readonly place: string;
  readonly text: string;
}

/** Why a file gives no table; i18n/ has a sentence for each. */
export type FileTrouble =
  | GridTrouble
  | AssembleTrouble
  | {
      readonly what: 'unreadable' | 'unknown-format' | 'not-a-workbook' | 'not-a-document';
      readonly place: string;
      readonly text: string;
    }
  | { readonly what: 'sheets-differ'; readonly place: string; readonly text: string };
