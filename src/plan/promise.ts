// What was promised to the public, and which words say that it changes. Not for what changes are
// allowed: change-rules.ts.

import type { Instant } from '../lib/instant.ts';
import type { ParsedFile } from './issues.ts';
import { parsePeriod } from './period.ts';
import { yearIn } from './time.ts';
import {
  type Calendar,
  isAnnounced,
  type LocalDate,
  type Plan,
  type PlanChange,
  type Release,
  type ReleaseId,
} from './types.ts';

/** What the rules of change look at besides the changes themselves. */
export interface ChangeContext {
  /** The plans that would come into force, their files and their calendar. */
  readonly plans: readonly Plan[];
  readonly files: ReadonlyMap<string, ParsedFile>;
  readonly next: Calendar;
  /** The calendar in force. */
  readonly force: Calendar;
  /** No plan was ever in force: nobody was promised anything. */
  readonly first: boolean;
  readonly now: Instant;
  /** The day that it is now in the plan's time zone. */
  readonly today: LocalDate;
  /** Releases of which at least one publication is public already. */
  readonly published: ReadonlySet<ReleaseId>;
  /**
   * The plan in force comes from a backup, and may be older than words that were said: any will do.
   */
  readonly restored: boolean;
}

/**
 * A release of the plan in force that the public may rely on: confirmed, not cancelled, and the
 * plan has been announced.
 */
export function isPromise(release: Release, context: ChangeContext): boolean {
  // A promised date that was moved to one that is provisional is still owed.
  if (
    (release.status === 'provisional' && release.was === undefined) ||
    release.status === 'cancelled'
  )
    return false;
  const year = yearIn(release.due, release.timezone);
  const plan = context.force.plans.find((one) => one.year === year);
  // By the plan in force: what has been announced cannot be called back by a later day of
  // announcement.
  return !plan || isAnnounced(plan, context.today);
}

/**
 * The last instant that was promised for a release which is not in force now (cancelled, removed),
 * by its history.
 */
export function lastPromised(id: ReleaseId, context: ChangeContext): Instant | undefined {
  const history = context.force.history.get(id) ?? [];
  const last = history.findLast((one) => one.promised);
  if (last) return last.kind === 'cancelled' || last.kind === 'removed' ? last.from : last.to;
  // Cancelled under our eyes while it was provisional: nobody was promised that day.
  if (history.at(-1)?.kind === 'cancelled') return undefined;
  const from = context.force.byId.get(id);
  return from?.status === 'cancelled' && isPromise({ ...from, status: 'confirmed' }, context)
    ? from.due
    : undefined;
}

/**
 * The words that a moved date has: its own, else those of the indicator that it leans on
 * (`same-as`, `before`, `after`) where that one moved at the same time. Undefined where there are
 * none.
 */
export function wordsFor(
  from: Release,
  to: Release,
  changes: readonly PlanChange[],
  context: ChangeContext,
): Pick<Release, 'reason' | 'announced'> | undefined {
  if (to.was === from.due && to.reason) return to;
  const plan = context.plans.find((one) => one.year === yearIn(to.due, to.timezone));
  const indicator = plan?.indicators.get(to.indicator ?? '');
  const due = indicator?.due;
  // A date of its own leans on nothing.
  const isOwn = indicator?.dates.get(to.period ?? '')?.date !== undefined;
  if (!due || !('indicator' in due) || isOwn || to.was !== undefined) return undefined;
  for (const change of changes)
    if (
      change.kind === 'moved' &&
      !change.to.follows &&
      change.to.indicator === due.indicator &&
      lastMonth(change.to) === lastMonth(to)
    )
      return wordsFor(change.from, change.to, changes, context);
  return undefined;
}

function lastMonth(release: Release): number | undefined {
  return parsePeriod(release.period ?? '')?.last;
}
