// A table of dates → the shortest plan whose calendar is that table, exactly: rules where the dates
// have a rhythm, `dates:` for the rest. What was written is read again with the plan's own reader,
// and differs in nothing before it is handed out. Not for reading tables: import-export/.
import { calendarOf } from '../calendar.ts';
import { toDay } from '../days.ts';
import { lastDay, type Period, parsePeriod } from '../period.ts';
import { readPlans } from '../read.ts';
import type { Frequency, LocalDate, Release } from '../types.ts';
import type { Workdays } from '../workdays.ts';
import { spanAround, WorkingDays } from './candidates.ts';
import { type Anchor, anchorOf, bestRelative, surerByFar } from './relative.ts';
import { bestRule, type Choice, costOf, type DatedPeriod } from './rule.ts';
import { type Finding, idOf, type Table, type TableIssue, type TableRow } from './table.ts';
import { issuesOf } from './table-issues.ts';
import { certaintyOf, isSame, mostCommon } from './table-match.ts';
import {
  type ExceptionText,
  type IndicatorText,
  type NoticeSource,
  type SettingsText,
  writeDue,
  writePlan,
} from './write.ts';

/** A plan file of one year, and how sure each of its rules is. */
export interface InferredPlan {
  readonly year: number;
  readonly announced: LocalDate;
  readonly text: string;
  readonly findings: readonly Finding[];
  /** What the text gives, read again. */
  readonly releases: readonly Release[];
}

export type Inferred =
  | { readonly ok: true; readonly plans: readonly InferredPlan[] }
  | { readonly ok: false; readonly troubles: readonly TableIssue[] };

export interface InferOptions {
  readonly workdays: Workdays;
  /** Channels for rows that name none. */
  readonly channels?: readonly string[] | undefined;
  readonly words: {
    /** The file's first line. */
    head(year: number): string;
    title(year: number): string;
    /** Beside each rule. */
    finding(finding: Finding): string;
    /** A cancelled or moved date needs a reason; the table gives none. */
    readonly noReason: string;
  };
}

interface Group {
  readonly id: string;
  readonly rows: readonly TableRow[];
  readonly frequency: Frequency;
  readonly dates: readonly (DatedPeriod & { readonly row: TableRow })[];
}

/** Infers a plan for each year in which the table has dates. */
export function inferPlans(table: Table, options: InferOptions): Inferred {
  const troubles = issuesOf(table);
  if (troubles.length > 0) return { ok: false, troubles };
  const years = [...new Set(table.rows.map((row) => Number(row.date.slice(0, 4))))].sort(
    (a, b) => a - b,
  );
  const plans: InferredPlan[] = [];
  for (const year of years) {
    const made = new Inference(table, year, options).run();
    if ('troubles' in made) return { ok: false, troubles: made.troubles };
    plans.push(made);
  }
  return { ok: true, plans };
}

/** One year's inference. */
class Inference {
  readonly #table: Table;
  readonly #year: number;
  readonly #options: InferOptions;
  readonly #groups: readonly Group[];
  readonly #notices: readonly TableRow[];
  readonly #days: WorkingDays;
  /**
   * Releases whose date is written out although the rule gives it, since what was read back
   * differed.
   */
  readonly #outright = new Set<string>();
  #releases: readonly Release[] = [];
  readonly #skipped = new Map<string, Set<string>>();

  constructor(table: Table, year: number, options: InferOptions) {
    this.#table = table;
    this.#year = year;
    this.#options = options;
    const rows = table.rows.filter((row) => Number(row.date.slice(0, 4)) === year);
    const byIndicator = new Map<string, TableRow[]>();
    for (const row of rows.filter((one) => one.period !== undefined))
      byIndicator.set(row.indicator, [...(byIndicator.get(row.indicator) ?? []), row]);
    this.#groups = [...byIndicator].map(([id, own]) => groupOf(id, own));
    this.#notices = rows.filter((row) => row.period === undefined);
    const all = rows.map((row) => toDay(row.date));
    const ends = this.#groups.flatMap((group) => group.dates.map(({ period }) => lastDay(period)));
    const { first, last } = spanAround([...all, ...ends], year);
    this.#days = new WorkingDays(options.workdays, first, last);
  }

  run(): InferredPlan | { troubles: TableIssue[] } {
    const choices = this.#choose();
    for (let round = 0; round < 4; round++) {
      const { text, findings } = this.#write(choices);
      if (this.#readBack(text))
        return {
          year: this.#year,
          announced: this.#announced(),
          text,
          findings,
          releases: this.#releases,
        };
    }
    const rest = this.#table.rows.filter((row) => this.#outright.has(idOf(row)));
    return {
      troubles: rest.map((row) => ({
        what: 'not-kept',
        place: row.place,
        name: row.name,
        period: row.period,
      })),
    };
  }

  /** A table that does not say when it was announced was so before its year began. */
  #announced(): LocalDate {
    return this.#table.announced ?? (`${this.#year - 1}-12-31` as LocalDate);
  }

  /**
   * A rule for each: by the calendar, or by another indicator that is settled already where that is
   * surer by far.
   */
  #choose(): Map<string, Choice> {
    const around = { year: this.#year, workdays: this.#options.workdays, days: this.#days };
    const choices = new Map<string, Choice>();
    const anchors: Anchor[] = [];
    const inTurn = [...this.#groups].sort((a, b) => b.dates.length - a.dates.length);
    for (const group of inTurn) {
      const own = bestRule(group.dates, group.frequency, around);
      const relative =
        costOf(own) === 0
          ? undefined
          : bestRelative(group.dates, group.frequency, anchors, this.#days, costOf(own));
      const isSurer = relative !== undefined && surerByFar(relative, own, group.dates.length);
      choices.set(group.id, isSurer ? { ...relative, rivals: [], plain: own } : own);
      anchors.push(anchorOf(group.id, group.frequency, group.dates));
    }
    return choices;
  }

  #write(choices: ReadonlyMap<string, Choice>): { text: string; findings: Finding[] } {
    const rows = [...this.#groups.flatMap((group) => group.rows), ...this.#notices];
    const defaults = this.#settingsOf(rows, {});
    const findings: Finding[] = [];
    const indicators = this.#groups.map((group): IndicatorText => {
      const choice = choices.get(group.id);
      if (!choice) throw new Error(group.id);
      const { text, finding } = this.#indicator(group, choice, defaults);
      findings.push(finding);
      return text;
    });
    const text = writePlan({
      head: this.#options.words.head(this.#year),
      title: this.#table.title ?? this.#options.words.title(this.#year),
      timezone: this.#table.timezone,
      year: this.#year,
      announced: this.#announced(),
      defaults,
      indicators,
      notices: this.#notices.map((row) => this.#notice(row, defaults)),
    });
    return { text, findings };
  }

  #indicator(
    group: Group,
    choice: Choice,
    defaults: SettingsText,
  ): { text: IndicatorText; finding: Finding } {
    const [first] = group.rows;
    if (!first) throw new Error(group.id);
    const settings = this.#settingsOf(group.rows, defaults);
    const at = settings.at ?? defaults.at ?? '';
    const interpretation = mostCommon(
      group.rows.map((row) => row.interpretation).filter((after) => after !== undefined),
    );
    const missed = new Set(choice.misses.map((period) => period.id));
    const dates = new Map<string, ExceptionText>();
    for (const { row, period } of group.dates) {
      const exception = this.#exception(row, missed.has(period.id), at, interpretation);
      if (exception) dates.set(period.id, exception);
    }
    const skip = [
      ...new Set([
        ...choice.extra.map((period) => period.id),
        ...(this.#skipped.get(group.id) ?? []),
      ]),
    ].sort();
    const counts = {
      dates: group.dates.length,
      byRule: group.dates.length - missed.size,
      exceptions: dates.size,
      skipped: skip.length,
    };
    const finding: Finding = {
      indicator: group.id,
      name: first.name,
      frequency: group.frequency,
      due: writeDue(choice.due),
      rule: choice.due,
      ...counts,
      skips: skip,
      certainty: certaintyOf(counts, choice),
      rivals: choice.rivals.map(writeDue),
      ...(choice.plain
        ? {
            plain: {
              due: writeDue(choice.plain.due),
              byRule: group.dates.length - choice.plain.misses.length,
            },
          }
        : {}),
    };
    const text: IndicatorText = {
      id: group.id,
      name: first.name,
      frequency: group.frequency,
      due: choice.due,
      kind: first.kind,
      settings,
      combine: group.dates
        .filter(({ period }) => period.id.includes('..'))
        .map(({ period }) => period.id),
      skip,
      dates,
      briefing: first.briefing,
      interpretation,
      comment: this.#options.words.finding(finding),
    };
    return { text, finding };
  }

  /** @param after how long after each release of its indicator the interpretation comes out */
  #exception(
    row: TableRow,
    missed: boolean,
    at: string,
    after = row.interpretation,
  ): ExceptionText | undefined {
    const { noReason } = this.#options.words;
    const otherTime = row.time !== at;
    const outright = missed || otherTime || this.#outright.has(idOf(row)) || row.was !== undefined;
    const cancelled = row.status === 'cancelled';
    const provisional =
      row.status === 'provisional' && (outright || this.#outright.has(`${idOf(row)} provisional`));
    const differs = row.interpretation !== undefined && row.interpretation !== after;
    const interpretation = row.interpretationCancelled
      ? 'cancelled'
      : differs
        ? row.interpretation
        : undefined;
    const said =
      row.reason !== undefined ||
      row.immediate !== undefined ||
      row.expected !== undefined ||
      interpretation !== undefined;
    if (!outright && !cancelled && !provisional && !said) return undefined;
    return {
      at: outright ? `${row.date}${otherTime ? ` ${row.time}` : ''}` : undefined,
      was: row.was,
      expected: row.expected,
      immediate: row.immediate === undefined ? undefined : true,
      reason:
        row.immediate ??
        row.reason ??
        (cancelled || row.was !== undefined || interpretation !== undefined ? noReason : undefined),
      announced: row.announced,
      cancelled: cancelled ? true : undefined,
      provisional: provisional ? true : undefined,
      interpretation,
    };
  }

  #notice(row: TableRow, defaults: SettingsText): NoticeSource {
    const made = this.#exception(row, true, row.time);
    const settings = this.#settingsOf([row], defaults);
    return {
      id: row.indicator,
      name: row.name,
      settings,
      date: { ...made, at: `${row.date} ${row.time}` },
      interpretation: row.interpretation,
    };
  }

  /** What most of the rows say, as far as it differs from the defaults. */
  #settingsOf(rows: readonly TableRow[], defaults: SettingsText): SettingsText {
    const all: SettingsText = {
      at: mostCommon(rows.filter((row) => row.period !== undefined).map((row) => row.time)),
      channels: mostCommon(rows.map((row) => row.channels ?? this.#options.channels)),
      lead: mostCommon(rows.map((row) => row.lead)),
      grace: mostCommon(rows.map((row) => row.grace)),
      window: mostCommon(rows.map((row) => row.window)),
      approval: mostCommon(rows.map((row) => row.approval)),
      category: mostCommon(rows.map((row) => row.category)),
    };
    const differs = ([key, value]: [string, unknown]): boolean =>
      JSON.stringify(value) !== JSON.stringify(defaults[key as keyof SettingsText]);
    return Object.fromEntries(Object.entries(all).filter(differs));
  }

  /** True when the text's calendar is the table; else notes what has to be said outright. */
  #readBack(text: string): boolean {
    const reading = readPlans([{ name: 'plan.yaml', text }], undefined);
    const { calendar, problems } = calendarOf(reading.plans, this.#options.workdays, reading.files);
    const [first] = [...reading.problems, ...problems].filter(
      (problem) => problem.severity === 'error',
    );
    if (first)
      throw new Error(
        `the plan that was written does not read: line ${first.line}: ${first.source}`,
      );
    this.#releases = calendar.releases;
    const left = new Map(
      calendar.releases
        .filter((release) => !release.follows)
        .map((release) => [String(release.id), release]),
    );
    let same = true;
    for (const row of [...this.#groups.flatMap((group) => group.rows), ...this.#notices]) {
      const id = idOf(row);
      const release = left.get(id);
      left.delete(id);
      if (release && isSame(release, row)) continue;
      same = false;
      if (release && this.#outright.has(id)) this.#outright.add(`${id} provisional`);
      this.#outright.add(id);
    }
    for (const { indicator, period } of left.values()) {
      if (indicator === undefined || period === undefined) continue;
      same = false;
      this.#skipped.set(indicator, (this.#skipped.get(indicator) ?? new Set()).add(period));
    }
    return same;
  }
}

function groupOf(id: string, rows: readonly TableRow[]): Group {
  const dates = rows.flatMap((row) => {
    const period: Period | undefined =
      row.period === undefined ? undefined : parsePeriod(row.period);
    return period ? [{ row, period, day: toDay(row.date) }] : [];
  });
  dates.sort((a, b) => a.period.first - b.period.first);
  const frequency = dates[0]?.period.frequency ?? 'A';
  return { id, rows: dates.map(({ row }) => row), frequency, dates };
}
