// Plans + working days → the calendar: every dated release, or every problem with its line. Knows
// nothing of today.

import { type Duration, duration, type Instant, instant } from '../lib/instant.ts';
import { isDate, toDate, toDay, yearOf } from './days.ts';
import { type ParsedFile, type PlanIssue, problemAt } from './issues.ts';
import { covers, MONTHS, type Period, parsePeriod, periodContaining } from './period.ts';
import { PLAN_LIMITS } from './read.ts';
import { dayByRule, type RuleDay, type RuleStep } from './rules.ts';
import { localTimes } from './time.ts';
import {
  type Calendar,
  type Exception,
  type Indicator,
  type LocalDate,
  type Notice,
  type Plan,
  type PlanStatus,
  type Release,
  type ReleaseId,
  releaseId,
  type Where,
} from './types.ts';
import type { Workdays } from './workdays.ts';

/** A calendar, and what is wrong with it; with an error it must not be applied. */
export interface Dated {
  readonly calendar: Calendar;
  readonly problems: readonly PlanIssue[];
}

/** Works out every release of the plans, in order of due instant, then id. */
export function calendarOf(
  plans: readonly Plan[],
  workdays: Workdays,
  files: ReadonlyMap<string, ParsedFile>,
): Dated {
  const problems: PlanIssue[] = [];
  const releases: Release[] = [];
  const byId = new Map<ReleaseId, Release>();
  for (const plan of plans) {
    const dater = new Dater(plan, workdays, files, problems);
    for (const release of dater.all()) {
      const before = byId.get(release.id);
      if (before) dater.report(release.where, (w) => w.releaseTwice(release.id, before.where.file));
      byId.set(release.id, release);
      releases.push(release);
    }
    if (releases.length > PLAN_LIMITS.releases)
      dater.report(plan.where, (w) => w.tooManyReleases(releases.length, PLAN_LIMITS.releases));
  }
  releases.sort((a, b) => a.due - b.due || (a.id < b.id ? -1 : 1));
  const calendar: Calendar = {
    title: plans.at(-1)?.title ?? '',
    timezone: plans.at(-1)?.timezone ?? 'Asia/Shanghai',
    plans: plans.map(({ year, title, announced, sample, archived, renamed }) => ({
      year,
      title,
      announced,
      sample,
      archived,
      renamed,
    })),
    releases,
    byId,
    history: new Map(),
  };
  return { calendar, problems };
}

/** The longest lead of any release, ms: how far ahead of now something may have to be staged. */
export function longestLead(calendar: Calendar): Duration {
  return duration(
    calendar.releases.reduce((most, release) => Math.max(most, release.settings.lead), 0),
  );
}

/**
 * How one period's day came about, step by step, for `banli plan why`. Undefined where the
 * indicator has no such period.
 */
export function explain(
  plan: Plan,
  workdays: Workdays,
  indicatorId: string,
  periodId: string,
): readonly RuleStep[] | undefined {
  const indicator = plan.indicators.get(indicatorId);
  const period = parsePeriod(periodId);
  if (!indicator || !period) return undefined;
  const steps: RuleStep[] = [];
  new Dater(plan, workdays, new Map(), []).dayOf(indicator, period, (step) => steps.push(step));
  return steps;
}

class Dater {
  readonly #plan: Plan;
  readonly #workdays: Workdays;
  readonly #files: ReadonlyMap<string, ParsedFile>;
  readonly #problems: PlanIssue[];
  readonly #toInstant: ReturnType<typeof localTimes>;
  readonly #combined = new Map<string, readonly Period[]>();

  constructor(
    plan: Plan,
    workdays: Workdays,
    files: ReadonlyMap<string, ParsedFile>,
    problems: PlanIssue[],
  ) {
    this.#plan = plan;
    this.#workdays = workdays;
    this.#files = files;
    this.#problems = problems;
    this.#toInstant = localTimes(plan.timezone);
  }

  report(where: Where, say: PlanIssue['say'], severity: PlanIssue['severity'] = 'error'): void {
    const file = this.#files.get(where.file);
    if (file) this.#problems.push(problemAt(file, where.path, 'key', say, severity));
  }

  *all(): Generator<Release> {
    for (const indicator of this.#plan.indicators.values()) yield* this.#ofIndicator(indicator);
    for (const notice of this.#plan.notices.values()) yield* this.#ofNotice(notice);
  }

  /** Every period whose release may be due in the year. */
  *#periodsOf(indicator: Indicator): Generator<Period> {
    const combined = this.#combinedOf(indicator);
    const skipped = new Set(indicator.skip);
    const size = MONTHS[indicator.frequency];
    const { from, to } = monthsToSearch(indicator, this.#plan.year);
    for (let month = Math.floor(from / size) * size; month <= to; month += size) {
      const period = periodContaining(indicator.frequency, month);
      if (combined.some((whole) => covers(whole, period)) || skipped.has(period.id)) continue;
      yield period;
    }
    for (const whole of combined) if (!skipped.has(whole.id)) yield whole;
    // A period with a date of its own keeps it, however long before or after the figures' time.
    for (const id of indicator.dates.keys()) {
      const period = parsePeriod(id);
      if (
        !period ||
        skipped.has(id) ||
        combined.some((whole) => whole.id === id || covers(whole, period))
      )
        continue;
      if (period.first < from - size || period.last > to + size) yield period;
    }
  }

  #combinedOf(indicator: Indicator): readonly Period[] {
    const known = this.#combined.get(indicator.id);
    if (known) return known;
    const made = indicator.combine.map(parsePeriod).filter((period) => period !== undefined);
    this.#combined.set(indicator.id, made);
    return made;
  }

  *#ofIndicator(indicator: Indicator): Generator<Release> {
    const used = new Set<string>();
    for (const period of this.#periodsOf(indicator)) {
      const exception = indicator.dates.get(period.id);
      used.add(period.id);
      const found = this.dayOf(indicator, period);
      if (!found) {
        this.report({ ...indicator.where, path: [...indicator.where.path, 'due'] }, (w) =>
          w.noDayOfOther(indicator.id, period.id),
        );
        return;
      }
      if (yearOf(found.day) !== this.#plan.year) {
        if (exception?.date) this.#outside(indicator.where, period.id, exception.date);
        continue;
      }
      const where = exception
        ? { file: indicator.where.file, path: [...indicator.where.path, 'dates', period.id] }
        : indicator.where;
      const release = this.#release(
        releaseId(`${indicator.id}.${period.id}`),
        indicator,
        period.id,
        toDate(found.day),
        exception,
        found.provisional,
        where,
      );
      if (!release) continue;
      yield release;
      yield* this.#interpretationOf(release, indicator, exception);
    }
    for (const period of indicator.dates.keys())
      if (!used.has(period)) this.#unusedDate(indicator, period);
  }

  *#ofNotice(notice: Notice): Generator<Release> {
    const { date } = notice.exception;
    if (!date || !isDate(date)) return;
    if (yearOf(toDay(date)) !== this.#plan.year)
      return this.#outside(notice.where, notice.id, date);
    const release = this.#release(
      releaseId(notice.id),
      notice,
      undefined,
      date,
      notice.exception,
      false,
      notice.where,
    );
    if (!release) return;
    yield release;
    yield* this.#interpretationOf(release, notice, undefined);
  }

  /** The second release that follows a release where the plan asks for an interpretation. */
  *#interpretationOf(
    release: Release,
    owner: Indicator | Notice,
    exception: Exception | undefined,
  ): Generator<Release> {
    const said = exception?.interpretation;
    const after = typeof said === 'number' ? said : owner.interpretation?.after;
    if (after !== undefined) yield followerOf(release, after, said === 'cancelled');
    else if (said !== undefined) this.report(release.where, (w) => w.noInterpretation);
  }

  /** The day of a period: the exact date if the plan says one, else by the rule. */
  dayOf(
    indicator: Indicator,
    period: Period,
    tell?: (step: RuleStep) => void,
  ): RuleDay | undefined {
    const trace =
      tell && ((step: RuleStep) => tell({ indicator: indicator.id, due: indicator.due, ...step }));
    const exact = indicator.dates.get(period.id)?.date;
    if (exact) {
      trace?.({
        what: 'exception',
        day: toDay(exact),
        note: indicator.dates.get(period.id)?.reason,
      });
      return { day: toDay(exact), provisional: false };
    }
    const whole = this.#combinedOf(indicator).find(
      (one) => one.id !== period.id && covers(one, period),
    );
    if (whole) {
      const found = this.dayOf(indicator, whole, trace);
      if (found) trace?.({ what: 'combined', day: found.day, note: whole.id });
      return found;
    }
    const other = (id: string, forPeriod: Period): RuleDay | undefined => {
      const owner = this.#plan.indicators.get(id);
      return owner && this.dayOf(owner, periodContaining(owner.frequency, forPeriod.last), tell);
    };
    return dayByRule(indicator.due, period, this.#workdays, other, trace);
  }

  #release(
    id: ReleaseId,
    owner: Indicator | Notice,
    period: string | undefined,
    date: LocalDate,
    exception: Exception | undefined,
    provisional: boolean,
    where: Where,
  ): Release | undefined {
    const due = this.#instantAt(date, exception?.time ?? owner.settings.at, where);
    if (due === undefined) return undefined;
    const was =
      exception?.was === undefined
        ? undefined
        : this.#saidTime(exception.was, owner.settings.at, where);
    if (was === due) this.report(where, (w) => w.wasIsSame);
    const expected =
      exception?.expected === undefined
        ? undefined
        : this.#saidTime(exception.expected, owner.settings.at, where);
    if (expected !== undefined && expected <= due) this.report(where, (w) => w.expectedTooEarly);
    const indicator = 'frequency' in owner ? owner : undefined;
    return {
      id,
      indicator: indicator?.id,
      period,
      due,
      status: statusOf(exception, provisional, due, was),
      kind: indicator?.kind ?? 'notice',
      name: owner.name,
      frequency: indicator?.frequency,
      settings: owner.settings,
      timezone: this.#plan.timezone,
      reason: exception?.reason,
      was,
      immediate: exception?.immediate ?? false,
      expected,
      announced: exception?.announced,
      briefing: indicator?.briefing?.place,
      follows: undefined,
      where,
    };
  }

  #saidTime(was: string, at: string, where: Where): Instant | undefined {
    const [date, time] = was.split(/[ T]/);
    return this.#instantAt((date ?? '') as LocalDate, time ?? at, where);
  }

  #instantAt(date: LocalDate, time: string, where: Where): Instant | undefined {
    const due = this.#toInstant(date, time);
    if (typeof due === 'number') return due;
    this.report(where, (w) => w.unclearTime(`${date} ${time}`, due.kind, due.readings));
    return undefined;
  }

  #outside(where: Where, what: string, date: LocalDate): void {
    this.report(
      { file: where.file, path: [...where.path, 'dates', what] },
      (w) => w.outsideYear(what, date, this.#plan.year),
      'warning',
    );
  }

  #unusedDate(indicator: Indicator, periodId: string): void {
    const where = {
      file: indicator.where.file,
      path: [...indicator.where.path, 'dates', periodId],
    };
    const period = parsePeriod(periodId);
    const whole = period && this.#combinedOf(indicator).find((one) => covers(one, period));
    if (whole) this.report(where, (w) => w.dateOfCombined(periodId, whole.id));
    else if (indicator.skip.includes(periodId))
      this.report(where, (w) => w.dateOfSkipped(periodId));
    else this.report(where, (w) => w.dateOfNoPeriod(periodId, this.#plan.year), 'warning');
  }
}

/**
 * The months in which a period may end whose release is due in the year. A rule that names its
 * month bounds them closely (a run of closed days may move it by as much as two); any other rule,
 * and any exact date, may reach 38 months back.
 */
function monthsToSearch(indicator: Indicator, year: number): { from: number; to: number } {
  const { due } = indicator;
  const near = indicator.dates.size === 0 && 'month' in due && due.form !== 'date';
  return near
    ? { from: year * 12 - due.month - 2, to: year * 12 + 13 - due.month }
    : { from: (year - 3) * 12 - 2, to: year * 12 + 12 };
}

function statusOf(
  exception: Exception | undefined,
  provisional: boolean,
  due: Instant,
  was: Instant | undefined,
): PlanStatus {
  if (exception?.cancelled) return 'cancelled';
  if (exception?.provisional || provisional) return 'provisional';
  if (was === undefined) return 'confirmed';
  return due > was ? 'postponed' : 'brought-forward';
}

function followerOf(release: Release, after: Duration, cancelled: boolean): Release {
  const later = (at: Instant | undefined): Instant | undefined =>
    at === undefined ? undefined : instant(at + after);
  return {
    ...release,
    id: releaseId(`${release.id}.interpretation`),
    due: instant(release.due + after),
    was: later(release.was),
    expected: later(release.expected),
    status: cancelled ? 'cancelled' : release.status,
    kind: 'interpretation',
    briefing: undefined,
    follows: release.id,
  };
}
