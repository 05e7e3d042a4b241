// A table of dates as a bureau has it, one row a release: what a plan is inferred from, and what a
// calendar is exported as. Not for how tables are written down: import-export/.
import type { ApprovalRule, Due, Frequency, Kind, LocalDate, Name, PlanStatus } from '../types.ts';

/** One release of a table. What the table does not say is undefined. */
export interface TableRow {
  /** Where in the table, for messages: `12` for a line, `C7` for a cell. */
  readonly place: string;
  /** Id of the indicator, or of the notice where there is no period. */
  readonly indicator: string;
  readonly name: Name;
  /** Reference period as SDMX writes it; undefined for a notice. */
  readonly period: string | undefined;
  readonly date: LocalDate;
  /** `HH:mm` or `HH:mm:ss`, in the table's time zone. */
  readonly time: string;
  readonly status?: PlanStatus | undefined;
  /** `YYYY-MM-DD HH:mm`, the instant announced before. */
  readonly was?: string | undefined;
  /** `YYYY-MM-DD HH:mm`, when it is expected where it is late. */
  readonly expected?: string | undefined;
  readonly reason?: string | undefined;
  /** Why it may be public at once, its date being past or nearer than its lead. */
  readonly immediate?: string | undefined;
  readonly announced?: LocalDate | undefined;
  readonly kind?: Kind | undefined;
  readonly category?: string | undefined;
  readonly channels?: readonly string[] | undefined;
  readonly briefing?: string | undefined;
  /** Duration after which the interpretation follows, as a plan writes it. */
  readonly interpretation?: string | undefined;
  /** This one has none, although it would follow. */
  readonly interpretationCancelled?: boolean | undefined;
  /** Durations as a plan writes them. */
  readonly lead?: string | undefined;
  readonly grace?: string | undefined;
  readonly window?: string | undefined;
  readonly approval?: ApprovalRule | undefined;
}

/** A whole table. */
export interface Table {
  readonly title: string | undefined;
  readonly timezone: string;
  /** The day on which the plan was made public, if the table says so. */
  readonly announced: LocalDate | undefined;
  readonly rows: readonly TableRow[];
}

/** How far a rule can be trusted that was read out of dates. */
export type Certainty = 'sure' | 'likely' | 'guess';

/** What was found for one indicator. */
export interface Finding {
  readonly indicator: string;
  readonly name: Name;
  readonly frequency: Frequency;
  /** The rule as the plan has it: `{ working-day: 11, month: +1 }`. */
  readonly due: string;
  readonly rule: Due;
  readonly dates: number;
  /** Dates that the rule gives by itself. */
  readonly byRule: number;
  /** Lines under `dates:`. */
  readonly exceptions: number;
  /** Periods that the rule would have and the table has not. */
  readonly skipped: number;
  readonly skips: readonly string[];
  readonly certainty: Certainty;
  /** Other rules that fit these dates as well, and would part from this one next year. */
  readonly rivals: readonly string[];
  /** Why it leans on another indicator: how many dates the best rule by the calendar would give. */
  readonly plain?: { readonly due: string; readonly byRule: number } | undefined;
}

/** Whether there is any rhythm in it: one date has none, and any rule gives it. */
export function hasRhythm(finding: Finding): boolean {
  return finding.dates > 1 && finding.byRule > 1;
}

/** Why a table has no plan; i18n/ has a sentence for each. */
export type TableIssue =
  | { readonly what: 'empty' }
  | {
      readonly what: 'twice';
      readonly first: string;
      readonly second: string;
      readonly name: Name;
      readonly period: string | undefined;
    }
  | {
      readonly what: 'mixed-frequency';
      readonly place: string;
      readonly name: Name;
      readonly period: string;
    }
  | { readonly what: 'bad-period'; readonly place: string; readonly period: string }
  | {
      readonly what: 'overlap';
      readonly place: string;
      readonly name: Name;
      readonly period: string;
      readonly other: string;
    }
  | {
      readonly what: 'not-kept';
      readonly place: string;
      readonly name: Name;
      readonly period: string | undefined;
    };

/** The release that a row is about. */
export function idOf(row: TableRow): string {
  return row.period === undefined ? row.indicator : `${row.indicator}.${row.period}`;
}
