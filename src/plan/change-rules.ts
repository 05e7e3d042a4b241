// THE table of the rules that a change of the plan has to keep. docs/plan-changes.md tells it to
// operators, i18n/ has a sentence for each. Nothing of a calendar is looked at here that the ledger
// would know better: what is public is handed in.

import type { Instant } from '../lib/instant.ts';
import {
  type ChangeFinding,
  error,
  finding,
  isLongPast,
  isNear,
  isOf,
  onlyTo,
  placeOf,
  toldOf,
} from './change-findings.ts';
import { groupBy } from './group.ts';
import { immediate, immediateTooEarly, longPast } from './near-dates.ts';
import { type ChangeContext, isPromise, lastPromised, wordsFor } from './promise.ts';
import { minuteIn, yearIn } from './time.ts';
import { type ApprovalRule, isAnnounced, type PlanChange, type Release } from './types.ts';
import { nearest } from './yaml.ts';

interface Rule {
  readonly code: string;
  readonly find: (
    changes: readonly PlanChange[],
    context: ChangeContext,
  ) => Iterable<ChangeFinding>;
}

/** In this order: of several errors of one release the first is told. */
export const RULES: readonly Rule[] = [
  { code: 'year-gone', find: yearsGone },
  { code: 'indicator-gone', find: indicatorsGone },
  { code: 'published-fixed', find: publishedFixed },
  { code: 'long-past', find: longPast },
  { code: 'immediate', find: immediate },
  { code: 'immediate-too-early', find: immediateTooEarly },
  { code: 'moved-without-words', find: movedWithoutWords },
  { code: 'interpretation-moved', find: interpretationMoved },
  { code: 'restored-elsewhere', find: restoredElsewhere },
  { code: 'unconfirmed', find: unconfirmed },
  { code: 'interpretation-gone', find: interpretationGone },
  { code: 'removed-without-words', find: removedWithoutWords },
  { code: 'announced-later', find: announcedLater },
  { code: 'archived-due', find: archivedDue },
  { code: 'approval-lowered', find: approvalLowered },
];

/**
 * A plan year that was promised, were it with provisional dates alone, is in no file any more:
 * deleted, moved away, its `year:` mistyped.
 */
function* yearsGone(
  changes: readonly PlanChange[],
  context: ChangeContext,
): Generator<ChangeFinding> {
  const years = new Set(context.plans.map((plan) => plan.year));
  const owed = new Set(owedRemovals(changes, context));
  const removed = changes.flatMap((change) =>
    change.kind === 'removed' && change.from.status !== 'cancelled' ? [change.from] : [],
  );
  for (const [year, all] of groupBy(removed, (from) => yearIn(from.due, from.timezone))) {
    const announced = context.force.plans.some(
      (plan) => plan.year === year && isAnnounced(plan, context.today),
    );
    const own = announced ? all : all.filter((from) => owed.has(from));
    const [first] = own;
    if (years.has(year) || !first) continue;
    const { file } = first.where;
    const renamed = context.plans.find((plan) => plan.files.includes(file));
    const where = renamed ? { file, path: ['year'] } : { file, path: [] };
    yield error(where, own, context, (w) => w.yearGone(year, own.length, file, renamed?.year));
  }
}

/** An indicator that was promised is gone from its year, or goes by another id. */
function* indicatorsGone(
  changes: readonly PlanChange[],
  context: ChangeContext,
): Generator<ChangeFinding> {
  const ofIndicators = owedRemovals(changes, context).filter(
    (from) => from.indicator !== undefined,
  );
  for (const own of groupBy(
    ofIndicators,
    (from) => `${from.indicator} ${yearIn(from.due, from.timezone)}`,
  ).values()) {
    const [first] = own;
    const plan =
      first && context.plans.find((one) => one.year === yearIn(first.due, first.timezone));
    const id = first?.indicator;
    if (!first || id === undefined || !plan || plan.indicators.has(id)) continue;
    const fresh = [...plan.indicators.values()].filter(
      (one) => !context.force.releases.some((release) => release.indicator === one.id),
    );
    const same = fresh.find((one) => one.name.zh === first.name.zh)?.id;
    const now =
      same ??
      nearest(
        id,
        fresh.map((one) => one.id),
      );
    const where =
      now === undefined
        ? { file: first.where.file, path: ['indicators'] }
        : (plan.indicators.get(now)?.where ?? first.where);
    yield error(where, own, context, (w) => w.indicatorGone(id, first.name, own.length, now));
  }
}

/** Releases that would no longer be there although they were promised, or are public. */
function owedRemovals(changes: readonly PlanChange[], context: ChangeContext): Release[] {
  return changes.flatMap((change) =>
    change.kind === 'removed' &&
    (isPromise(change.from, context) || context.published.has(change.from.id))
      ? [change.from]
      : [],
  );
}

/** What is public can be neither moved, cancelled nor removed. */
function* publishedFixed(
  changes: readonly PlanChange[],
  context: ChangeContext,
): Generator<ChangeFinding> {
  for (const change of changes) {
    if (change.kind === 'added' || change.kind === 'edited' || change.kind === 'confirmed')
      continue;
    const { from } = change;
    // An interpretation's distance is said for all periods: of those that are out it moves nothing.
    const follows =
      from.follows !== undefined && (change.kind === 'moved' || change.kind === 'removed');
    if (!context.published.has(from.id) || follows || isTakenBack(change, context)) continue;
    yield error(placeOf(change), [from], context, (w) =>
      w.publishedFixed(from.id, minuteIn(from.due, from.timezone)),
    );
  }
}

/**
 * What was moved or cancelled before anybody knew that it was out gets back the day on which it
 * came out.
 */
function isTakenBack(
  change: Exclude<PlanChange, { kind: 'added' }>,
  { force, now }: ChangeContext,
): boolean {
  if (change.kind !== 'moved' && change.kind !== 'restored') return false;
  const last = force.history.get(change.from.id)?.at(-1);
  return (
    (last?.kind === 'moved' || last?.kind === 'cancelled') &&
    last.from === change.to.due &&
    last.from <= now
  );
}

/** A promised date moves only with what it was, and why. */
function* movedWithoutWords(
  changes: readonly PlanChange[],
  context: ChangeContext,
): Generator<ChangeFinding> {
  for (const change of changes.filter(isOf('moved'))) {
    const { from, to } = change;
    if (context.published.has(from.id) && isTakenBack(change, context)) continue;
    if (
      from.follows !== undefined ||
      !isPromise(from, context) ||
      wordsFor(from, to, changes, context)
    )
      continue;
    if (context.restored && to.was !== undefined && to.reason !== undefined) continue;
    yield withoutWords(from.due, to, context);
  }
}

function withoutWords(promised: Instant, to: Release, context: ChangeContext): ChangeFinding {
  const wasWrong = to.was !== undefined && to.was !== promised;
  const [was, now] = [minuteIn(promised, to.timezone), minuteIn(to.due, to.timezone)];
  return error(to.where, [to], context, (w) =>
    w.movedWithoutWords(to.id, was, now, wasWrong, { period: to.period }),
  );
}

/** An interpretation moves with its release; by itself it needs a reason in its release's entry. */
function* interpretationMoved(
  changes: readonly PlanChange[],
  context: ChangeContext,
): Generator<ChangeFinding> {
  const parents = new Map(
    changes.filter(isOf('moved', 'restored')).map((change) => [change.to.id, change]),
  );
  for (const { kind, from, to } of changes.filter(isOf('moved', 'restored'))) {
    if (to.follows === undefined || context.published.has(to.id)) continue;
    const parent = parents.get(to.follows);
    const promised =
      kind === 'moved'
        ? isPromise(from, context)
          ? from.due
          : undefined
        : lastPromised(to.id, context);
    const together =
      parent &&
      (kind === 'restored'
        ? to.was === promised
        : parent.to.due - parent.from.due === to.due - from.due);
    if (
      promised === undefined ||
      promised === to.due ||
      together ||
      (to.reason !== undefined && to.reason !== from.reason)
    )
      continue;
    const [was, now] = [minuteIn(promised, to.timezone), minuteIn(to.due, to.timezone)];
    yield error(to.where, [to], context, (w) => w.interpretationMoved(to.id, was, now, to.period));
  }
}

/**
 * Cancelled, or gone with words, and put back on another instant than was promised: that is a move.
 */
function* restoredElsewhere(
  changes: readonly PlanChange[],
  context: ChangeContext,
): Generator<ChangeFinding> {
  for (const change of changes) {
    if (
      (change.kind !== 'restored' && change.kind !== 'added') ||
      change.to.follows !== undefined ||
      change.to.status === 'cancelled'
    )
      continue;
    const promised = lastPromised(change.to.id, context);
    const { to } = change;
    if (promised !== undefined && promised !== to.due && !(to.was === promised && to.reason))
      yield withoutWords(promised, to, context);
  }
}

/** A promised date does not become provisional again: it could then move without a word. */
function* unconfirmed(
  changes: readonly PlanChange[],
  context: ChangeContext,
): Generator<ChangeFinding> {
  for (const change of changes) {
    const to = onlyTo(change);
    if (to?.status !== 'provisional' || to.follows !== undefined || change.kind === 'moved')
      continue;
    const promised =
      change.kind === 'edited'
        ? isPromise(change.from, context)
          ? change.from.due
          : undefined
        : lastPromised(to.id, context);
    if (promised === undefined || promised !== to.due) continue;
    yield error(to.where, [to], context, (w) =>
      w.unconfirmed(to.id, minuteIn(to.due, to.timezone)),
    );
  }
}

/** A promised or public interpretation that is gone although its release stays. */
function* interpretationGone(
  changes: readonly PlanChange[],
  context: ChangeContext,
): Generator<ChangeFinding> {
  for (const from of owedRemovals(changes, context)) {
    const parent = from.follows && context.next.byId.get(from.follows);
    if (!parent) continue;
    yield error(parent.where, [from], context, (w) =>
      w.interpretationGone(from.id, minuteIn(from.due, from.timezone), from.period),
    );
  }
}

/** A promised or public release that is gone from the files without `cancelled`. */
function* removedWithoutWords(
  changes: readonly PlanChange[],
  context: ChangeContext,
): Generator<ChangeFinding> {
  for (const from of owedRemovals(changes, context)) {
    if (from.follows !== undefined) continue;
    yield error(from.where, [from], context, (w) =>
      w.removedWithoutWords(from.id, minuteIn(from.due, from.timezone), { period: from.period }),
    );
  }
}

/** A plan that has been announced is not called back by a later day of announcement. */
function* announcedLater(
  _: readonly PlanChange[],
  context: ChangeContext,
): Generator<ChangeFinding> {
  for (const before of context.force.plans) {
    const { year, announced } = before;
    const plan = context.plans.find((one) => one.year === year);
    if (!plan || !isAnnounced(before, context.today) || isAnnounced(plan, context.today)) continue;
    if (plan.sample) {
      yield error({ file: plan.where.file, path: ['sample'] }, [], context, (w) =>
        w.sampleLater(year, announced),
      );
      continue;
    }
    const file =
      plan.files.find((name) => context.files.get(name)?.document.has('announced')) ??
      plan.where.file;
    yield error({ file, path: ['announced'] }, [], context, (w) =>
      w.announcedLater(year, announced, plan.announced),
    );
  }
}

/** A year can be archived once nothing in it is still due. */
function* archivedDue(_: readonly PlanChange[], context: ChangeContext): Generator<ChangeFinding> {
  for (const plan of context.plans.filter(({ archived }) => archived)) {
    const due = context.next.releases.filter(
      (one) =>
        yearIn(one.due, one.timezone) === plan.year &&
        one.status !== 'cancelled' &&
        one.due > context.now,
    );
    const [first] = due;
    if (!first) continue;
    const inFile =
      (context.files.get(plan.where.file)?.document.has('archived') ?? false) ? ['archived'] : [];
    yield error({ file: plan.where.file, path: inFile }, [], context, (w) =>
      w.archivedDue(plan.year, toldOf(first), due.length),
    );
  }
}

const STRICTNESS: Readonly<Record<ApprovalRule, number>> = { none: 0, one: 1, three: 2 };

/** Less approval for a release that is about to come out: allowed, but said. */
function* approvalLowered(
  changes: readonly PlanChange[],
  context: ChangeContext,
): Generator<ChangeFinding> {
  for (const { from, to } of changes.filter(isOf('edited', 'moved', 'confirmed'))) {
    const lowered = STRICTNESS[to.settings.approval] < STRICTNESS[from.settings.approval];
    if (
      !lowered ||
      !isNear(to, context) ||
      to.status === 'cancelled' ||
      context.published.has(to.id) ||
      isLongPast(to, context)
    )
      continue;
    const [before, after] = [from.settings.approval, to.settings.approval];
    yield finding(
      to.where,
      [to],
      context,
      (w) => w.approvalLowered(toldOf(to), to.settings.lead, before, after),
      'warning',
    );
  }
}
