// Two calendars → what changed between them, and what of it needs words that are not there. Not for applying it.
import { parsePeriod } from './period.ts';
import { problemAt } from './problems.ts';
import type { ParsedFile, Problem } from './problems.ts';
import { minuteIn, yearIn } from './time.ts';
import type { Calendar, Change, DateChange, Instant, LocalDate, Plan, Release, ReleaseId } from './types.ts';

/** All differences, in order of the new (else old) due instant. */
export function changesBetween(before: Calendar, after: Calendar): Change[] {
  const changes: Change[] = [];
  for (const to of after.releases) {
    const from = before.byId.get(to.id);
    if (!from) changes.push({ kind: 'added', to });
    else if (from.status !== 'cancelled' && to.status === 'cancelled') changes.push({ kind: 'cancelled', from, to });
    else if (from.status === 'cancelled' && to.status !== 'cancelled') changes.push({ kind: 'restored', from, to });
    else if (from.due !== to.due) changes.push({ kind: 'moved', from, to });
    else if (from.status === 'provisional' && to.status === 'confirmed') changes.push({ kind: 'confirmed', from, to });
    else if (JSON.stringify(shown(from)) !== JSON.stringify(shown(to))) changes.push({ kind: 'edited', from, to });
  }
  for (const from of before.releases) if (!after.byId.has(from.id)) changes.push({ kind: 'removed', from });
  const at = (change: Change): Instant => ('to' in change ? change.to.due : change.from.due);
  return changes.sort((a, b) => at(a) - at(b));
}

function shown(release: Release): unknown {
  const { where: _, ...rest } = release;
  return rest;
}

/** What the rules of moving look at besides the two calendars. */
export interface ChangeContext {
  readonly plans: readonly Plan[];
  readonly files: ReadonlyMap<string, ParsedFile>;
  readonly today: LocalDate;
  /** Releases of which at least one publication is public already. */
  readonly published: ReadonlySet<ReleaseId>;
}

/**
 * The changes that are not allowed as they stand: an announced date moved without `was` and `reason`, an announced release
 * removed without `cancelled`, a published release moved or removed. A provisional date, and a plan that is not announced
 * yet, are nobody's promise.
 */
export function forbiddenChanges(changes: readonly Change[], context: ChangeContext): Problem[] {
  const problems: Problem[] = [];
  const add = (release: Release, say: Problem['say']): void => {
    const file = context.files.get(release.where.file) ?? [...context.files.values()][0];
    if (file) problems.push(problemAt(file, release.where.path, 'key', say));
  };
  for (const change of changes) {
    if (change.kind === 'added' || change.kind === 'edited' || change.kind === 'confirmed') continue;
    const { from } = change;
    if (from.follows) continue;
    const day = minuteIn(from.due, from.timezone);
    if (context.published.has(from.id)) {
      if (change.kind === 'removed' && !isCurrentYear(from, context)) continue;
      add('to' in change ? change.to : from, (w) => w.publishedFixed(from.id, day));
    } else if (change.kind === 'moved' && isPromise(from, context) && !wordsFor(from, change.to, changes, context)) {
      const to = change.to;
      add(to, (w) => w.movedWithoutWords(from.id, day, minuteIn(to.due, to.timezone), to.was !== undefined && to.was !== from.due, placeOf(from)));
    } else if (change.kind === 'removed' && isPromise(from, context) && isCurrentYear(from, context)) {
      add(from, (w) => w.removedWithoutWords(from.id, day, placeOf(from)));
    }
  }
  return problems;
}

/**
 * The words that a moved date has: its own, else those of the indicator that it leans on (`same-as`, `before`, `after`) where that one
 * moved at the same time. Undefined where there are none.
 */
function wordsFor(from: Release, to: Release, changes: readonly Change[], context: ChangeContext): Pick<Release, 'reason' | 'announced'> | undefined {
  if (to.was === from.due && to.reason) return to;
  const plan = context.plans.find((one) => one.year === yearIn(to.due, to.timezone));
  const due = plan?.indicators.get(to.indicator ?? '')?.due;
  if (!due || !('indicator' in due) || to.was !== undefined) return undefined;
  for (const change of changes)
    if (change.kind === 'moved' && change.to.indicator === due.indicator && lastMonth(change.to) === lastMonth(to))
      return wordsFor(change.from, change.to, changes, context);
  return undefined;
}

function lastMonth(release: Release): number | undefined {
  return parsePeriod(release.period ?? '')?.last;
}

/** The changes of dates among these, for the history of each release. */
export function dateChanges(changes: readonly Change[], context: ChangeContext, at: Instant, cause: DateChange['cause']): Map<ReleaseId, DateChange> {
  const dates = new Map<ReleaseId, DateChange>();
  for (const change of changes) {
    const { kind } = change;
    if (kind === 'added' || kind === 'edited' || kind === 'confirmed') continue;
    const { from } = change;
    const to = 'to' in change ? change.to : from;
    const { reason, announced } = (change.kind === 'moved' && wordsFor(from, to, changes, context)) || to;
    dates.set(from.id, { at, kind, from: from.due, to: to.due, promised: isPromise(from, context), reason, announced, cause });
  }
  return dates;
}

/** A plan year that was taken away whole (its file archived) removes nothing from a plan that still stands. */
function isCurrentYear(release: Release, context: ChangeContext): boolean {
  return context.plans.some((plan) => plan.year === yearIn(release.due, plan.timezone));
}

function isPromise(release: Release, context: ChangeContext): boolean {
  if (release.status === 'provisional' || release.status === 'cancelled') return false;
  const year = yearIn(release.due, release.timezone);
  const plan = context.plans.find((one) => one.year === year);
  return !plan || plan.announced <= context.today;
}

function placeOf(release: Release): { indicator: string | undefined; period: string | undefined } {
  return { indicator: release.indicator, period: release.period };
}
