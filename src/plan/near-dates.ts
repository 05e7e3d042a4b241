// The rules of change about dates that are past, or so near that a release would be public at once.
// Not for dates that were announced: change-rules.ts.

import {
  type ChangeFinding,
  entryOf,
  error,
  isHistory,
  isLongPast,
  isNear,
  onlyTo,
  toldOf,
} from './change-findings.ts';
import { groupBy } from './group.ts';
import type { ChangeContext } from './promise.ts';
import type { PlanChange, Release } from './types.ts';

/**
 * No release gets a due instant that is past or nearer than its lead, unless its entry says
 * `immediate: true` and why; what it said so of an earlier instant does not count for another.
 */
export function* immediate(
  changes: readonly PlanChange[],
  context: ChangeContext,
): Generator<ChangeFinding> {
  for (const { change, to } of tooNear(changes, context)) {
    const isSaid = to.immediate && to.reason !== undefined;
    const isOld = isSaid && isSaidBefore(change, to, context);
    if (isLongPast(to, context) || (isSaid && !isOld)) continue;
    const entry = { period: to.period, isOld, ...entryOf(change, changes, context) };
    const past = to.due <= context.now;
    yield error(to.where, [to], context, (w) =>
      w.nearWithoutWords(toldOf(to), past, to.settings.lead, entry),
    );
  }
}

/**
 * Whether `immediate` stood there already, for another instant: with the same reason, or with one
 * that was given before, as when a cancellation is taken back. An interpretation has no entry of
 * its own: its release's new reason says nothing of it.
 */
function isSaidBefore(change: PlanChange, to: Release, { force }: ChangeContext): boolean {
  if (!('from' in change) || !change.from.immediate) return false;
  if (to.follows !== undefined) return true;
  const isSame =
    change.from.reason === to.reason ||
    (force.history.get(to.id) ?? []).some(({ reason }) => reason === to.reason);
  return isSame && to.was !== change.from.due;
}

/**
 * So long past that nothing would be sent by itself: `immediate` would not help. Of one indicator's
 * rule this is told once.
 */
export function* longPast(
  changes: readonly PlanChange[],
  context: ChangeContext,
): Generator<ChangeFinding> {
  const all = tooNear(changes, context).filter(({ to }) => isLongPast(to, context));
  const isByRule = ({ change, to }: Near): boolean =>
    change.kind === 'added' && to.indicator !== undefined && to.where.path.length === 2;
  for (const { to } of all.filter((one) => !isByRule(one)))
    yield error(to.where, [to], context, (w) =>
      w.longPast(toldOf(to), to.settings.window, to.follows === undefined ? to.period : undefined),
    );
  for (const [id, group] of groupBy(all.filter(isByRule), ({ to }) => to.indicator ?? '')) {
    const own = group.map(({ to }) => to);
    const [first] = own;
    const periods = own.map((one) => one.period ?? '');
    if (first) yield error(first.where, own, context, (w) => w.skipPast(id, first.name, periods));
  }
}

interface Near {
  readonly change: PlanChange;
  readonly to: Release;
}

/**
 * The changes that give a release an instant past or nearer than its lead; an interpretation's is
 * told with its release's.
 */
function tooNear(changes: readonly PlanChange[], context: ChangeContext): Near[] {
  if (context.first) return [];
  const near = changes.flatMap((change): Near[] => {
    const to = gained(change);
    return to &&
      isNear(to, context) &&
      !context.published.has(to.id) &&
      !isHistory(change, to, context)
      ? [{ change, to }]
      : [];
  });
  const ids = new Set(near.map(({ to }) => to.id));
  return near.filter(({ to }) => to.follows === undefined || !ids.has(to.follows));
}

/**
 * The release where a change gives it a due instant that it did not have. A provisional date that
 * is confirmed keeps its own.
 */
function gained(change: PlanChange): Release | undefined {
  const gains = change.kind === 'added' || change.kind === 'moved' || change.kind === 'restored';
  return gains && change.to.status !== 'cancelled' ? change.to : undefined;
}

/** `immediate` kept in store: the next mistyped date would be public at once. */
export function* immediateTooEarly(
  changes: readonly PlanChange[],
  context: ChangeContext,
): Generator<ChangeFinding> {
  for (const change of changes) {
    const to = onlyTo(change);
    if (!to?.immediate || to.follows !== undefined || to.status === 'cancelled') continue;
    if (isNear(to, context) || context.published.has(to.id)) continue;
    if (change.kind !== 'edited' || !change.from.immediate)
      yield error(to.where, [to], context, (w) =>
        w.immediateTooEarly(toldOf(to), to.settings.lead),
      );
  }
}
