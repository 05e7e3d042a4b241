// Another rule for an indicator of a plan that is in force, in mid-year: which periods keep the
// date that they had, which promised dates move and have to say from when, and which would be there
// a second time. Not for writing that into a file (desk/plan/rule-edit.ts), nor for what is allowed
// at all (change-rules.ts).

import type { Instant } from '../lib/instant.ts';
import { calendarOf } from './calendar.ts';
import { changesBetween } from './change.ts';
import { type ChangeContext, isPromise, wordsFor } from './promise.ts';
import { dateAndTimeIn, dateIn, minuteIn, yearIn } from './time.ts';
import type {
  Calendar,
  Exception,
  Indicator,
  Plan,
  PlanChange,
  Release,
  ReleaseId,
} from './types.ts';
import type { Workdays } from './workdays.ts';

/**
 * Why a period keeps its date although the rule gives another: also where that one would be public
 * at once, or belongs to another year's plan. `own-date`: it has one in the plan already, and
 * nothing has to be written.
 */
export type WhyKept = 'past' | 'too-near' | 'other-year' | 'cancelled' | 'unconfirmed' | 'own-date';

export type RuleEffect =
  | { readonly what: 'kept'; readonly release: Release; readonly why: WhyKept }
  | { readonly what: 'moved'; readonly from: Release; readonly to: Release }
  /** What the rule would bring is past, or in the plan of another year already. */
  | { readonly what: 'skipped'; readonly release: Release };

export interface RuleContext {
  /** The calendar in force. */
  readonly force: Calendar;
  readonly workdays: Workdays;
  readonly now: Instant;
  readonly published: ReadonlySet<ReleaseId>;
}

/** Stands for the reason until somebody has given it. */
const REASON = '…';

/**
 * What has to be written beside the new rule, of this indicator and of those that lean on it.
 * @param plan the plan of the year, with the new rule
 */
export function effectsOfRule(plan: Plan, indicator: string, context: RuleContext): RuleEffect[] {
  const { force, workdays, now, published } = context;
  const before = ofYear(force, plan.year);
  const effects: RuleEffect[] = [];
  // One after the other: what leans on an indicator is dated by what that one keeps.
  for (const id of leaningOn(plan, indicator)) {
    const next = withEffects(plan, effects);
    const { calendar } = calendarOf([next], workdays, new Map());
    const today = dateIn(now, plan.timezone);
    const words = {
      plans: [next],
      files: new Map(),
      next: calendar,
      force,
      first: false,
      now,
      today,
      published,
      restored: false,
    };
    const changes = changesBetween(before, calendar);
    effects.push(...changes.flatMap((change) => effectOf(change, id, changes, words)));
  }
  return [...effects, ...withOwnDates(before, plan.indicators.get(indicator), now)];
}

/**
 * What is still to come on a day that the plan says outright: people who change a rule may think
 * that it moves.
 */
function withOwnDates(
  { releases }: Calendar,
  indicator: Indicator | undefined,
  now: Instant,
): RuleEffect[] {
  const own = releases.filter(
    (one) =>
      one.indicator === indicator?.id &&
      one.follows === undefined &&
      one.due > now &&
      one.status !== 'cancelled' &&
      indicator?.dates.get(one.period ?? '')?.date !== undefined,
  );
  return own.map((release) => ({ what: 'kept', release, why: 'own-date' }));
}

/** The releases of one plan. */
function ofYear(calendar: Calendar, year: number): Calendar {
  const releases = calendar.releases.filter((one) => yearIn(one.due, one.timezone) === year);
  return { ...calendar, releases, byId: new Map(releases.map((one) => [one.id, one])) };
}

/** An indicator, then those whose rule names it, then those whose rule names these. */
function leaningOn({ indicators }: Plan, first: string): string[] {
  const found = [first];
  for (const id of found)
    for (const one of indicators.values())
      if ('indicator' in one.due && one.due.indicator === id && !found.includes(one.id))
        found.push(one.id);
  return found;
}

function effectOf(
  change: PlanChange,
  id: string,
  changes: readonly PlanChange[],
  context: ChangeContext,
): RuleEffect[] {
  const own = 'to' in change ? change.to : change.from;
  // An interpretation goes with its release.
  if (own.indicator !== id || own.follows !== undefined) return [];
  if (change.kind === 'added')
    return isNew(change.to, context) ? [] : [{ what: 'skipped', release: change.to }];
  const why = whyKept(change, context);
  if (why) return [{ what: 'kept', release: change.from, why }];
  if (
    change.kind !== 'moved' ||
    !isPromise(change.from, context) ||
    wordsFor(change.from, change.to, changes, context)
  )
    return [];
  return [{ what: 'moved', from: change.from, to: change.to }];
}

/** What comes besides, in time, and in no other year's plan. */
function isNew(to: Release, context: ChangeContext): boolean {
  return !context.force.byId.has(to.id) && !context.published.has(to.id) && !isTooNear(to, context);
}

function isTooNear({ due, settings }: Release, { now }: ChangeContext): boolean {
  return due < now + settings.lead;
}

function whyKept(
  change: Exclude<PlanChange, { kind: 'added' }>,
  context: ChangeContext,
): WhyKept | undefined {
  const { from } = change;
  const isGone = change.kind === 'removed';
  // As it stands, but no longer for sure: what was promised stays so.
  if (!isGone && change.kind !== 'moved')
    return change.to.status === 'provisional' && isPromise(from, context)
      ? 'unconfirmed'
      : undefined;
  if (from.due <= context.now || context.published.has(from.id)) return 'past';
  if (from.status === 'cancelled') return 'cancelled';
  if (isGone) return 'other-year';
  return isTooNear(change.to, context) ? 'too-near' : undefined;
}

/** The plan as it is with these written into it. */
function withEffects(plan: Plan, effects: readonly RuleEffect[]): Plan {
  const indicators = new Map(plan.indicators);
  for (const effect of effects) {
    const { indicator: id = '', period = '' } =
      effect.what === 'moved' ? effect.to : effect.release;
    const indicator = indicators.get(id);
    if (indicator) indicators.set(id, withEffect(indicator, period, effect));
  }
  return { ...plan, indicators };
}

const NO_WORDS: Exception = { cancelled: false, provisional: false, immediate: false };

function withEffect(indicator: Indicator, period: string, effect: RuleEffect): Indicator {
  if (effect.what === 'skipped') return { ...indicator, skip: [...indicator.skip, period] };
  const before = indicator.dates.get(period) ?? NO_WORDS;
  const after =
    effect.what === 'kept' ? keptAt(before, effect.release) : movedFrom(before, effect.from);
  return { ...indicator, dates: new Map(indicator.dates).set(period, after) };
}

function keptAt(before: Exception, { due, timezone, status }: Release): Exception {
  const [, time] = dateAndTimeIn(due, timezone);
  return { ...before, date: dateIn(due, timezone), time, provisional: status === 'provisional' };
}

function movedFrom(before: Exception, { due, timezone }: Release): Exception {
  return { ...before, was: minuteIn(due, timezone), reason: REASON, immediate: false };
}
