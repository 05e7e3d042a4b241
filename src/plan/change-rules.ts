// THE table of the rules that a change of the plan has to keep. docs/plan-changes.md tells it to
// operators, i18n/ has a sentence for each. Nothing of a calendar is looked at here that the ledger
// would know better: what is public is handed in.

import type { Instant } from '../lib/instant.ts';
import { groupBy } from './group.ts';
import { type PlanIssue, problemAt, problemOfFile } from './issues.ts';
import { type ChangeContext, isPromise, lastPromised, wordsFor } from './promise.ts';
import { dateIn, minuteIn, yearIn } from './time.ts';
import {
  type ApprovalRule,
  isAnnounced,
  type PlanChange,
  type Release,
  type ReleaseId,
  type Where,
} from './types.ts';
import { nearest } from './yaml.ts';

/** Something that a rule found, and the releases that are thereby told of. */
interface Finding {
  readonly problem: PlanIssue;
  readonly releases: readonly ReleaseId[];
}

interface Rule {
  readonly code: string;
  readonly find: (changes: readonly PlanChange[], context: ChangeContext) => Iterable<Finding>;
}

/** What a sentence says of a release. */
export interface ToldRelease {
  readonly id: string;
  readonly zh: string;
  readonly en: string;
  readonly period: string | undefined;
  readonly interpretation: boolean;
  /** Local time. */
  readonly due: string;
  readonly channels: readonly string[];
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

type Moved = Extract<PlanChange, { from: Release; to: Release }>;
const isOf =
  (...kinds: PlanChange['kind'][]) =>
  (change: PlanChange): change is Moved =>
    kinds.includes(change.kind);
const onlyTo = (change: PlanChange): Release | undefined =>
  'to' in change ? change.to : undefined;

/**
 * A plan year that was promised, were it with provisional dates alone, is in no file any more:
 * deleted, moved away, its `year:` mistyped.
 */
function* yearsGone(changes: readonly PlanChange[], context: ChangeContext): Generator<Finding> {
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
): Generator<Finding> {
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
): Generator<Finding> {
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

/**
 * No release gets a due instant that is past or nearer than its lead, unless its entry says
 * `immediate: true` and why; what it said so of an earlier instant does not count for another.
 */
function* immediate(changes: readonly PlanChange[], context: ChangeContext): Generator<Finding> {
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
function* longPast(changes: readonly PlanChange[], context: ChangeContext): Generator<Finding> {
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

function isNear(to: Release, { now }: ChangeContext): boolean {
  return to.due < now + to.settings.lead;
}

/** Found that late, nothing is sent by itself any more. */
function isLongPast(to: Release, { now }: ChangeContext): boolean {
  return to.due + to.settings.window < now;
}

/**
 * What was over before Banli knew of it, and nobody's promise: long past, and in an archived year,
 * or before the plan's own day of announcement, or the interpretation of a release that is there
 * already. Nothing of it would be sent.
 */
function isHistory(change: PlanChange, to: Release, context: ChangeContext): boolean {
  if (!isLongPast(to, context)) return false;
  const plan = context.plans.find((one) => one.year === yearIn(to.due, to.timezone));
  if (plan?.archived) return true;
  // What an example, or a plan that was not announced yet, said of it was promised to nobody.
  const isFresh =
    change.kind === 'added' || (change.kind === 'moved' && !isPromise(change.from, context));
  if (!isFresh || lastPromised(to.id, context) !== undefined) return false;
  return (
    to.follows !== undefined || (plan !== undefined && dateIn(to.due, to.timezone) < plan.announced)
  );
}

/** What the entry of a release has to say of its date. */
function entryOf(
  change: PlanChange,
  changes: readonly PlanChange[],
  context: ChangeContext,
): { at: string | undefined; was: string | undefined } {
  const to = onlyTo(change);
  if (!to || to.follows !== undefined || change.kind === 'added')
    return { at: undefined, was: undefined };
  const promised =
    change.kind === 'moved'
      ? isPromise(change.from, context)
        ? change.from.due
        : undefined
      : lastPromised(to.id, context);
  const said =
    change.kind === 'moved' &&
    wordsFor(change.from, to, changes, context) !== undefined &&
    to.was === undefined;
  const was =
    promised === undefined || promised === to.due || said
      ? undefined
      : minuteIn(promised, to.timezone);
  return { at: said ? undefined : minuteIn(to.due, to.timezone), was };
}

/** `immediate` kept in store: the next mistyped date would be public at once. */
function* immediateTooEarly(
  changes: readonly PlanChange[],
  context: ChangeContext,
): Generator<Finding> {
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

/** A promised date moves only with what it was, and why. */
function* movedWithoutWords(
  changes: readonly PlanChange[],
  context: ChangeContext,
): Generator<Finding> {
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

function withoutWords(promised: Instant, to: Release, context: ChangeContext): Finding {
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
): Generator<Finding> {
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
): Generator<Finding> {
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
function* unconfirmed(changes: readonly PlanChange[], context: ChangeContext): Generator<Finding> {
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
): Generator<Finding> {
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
): Generator<Finding> {
  for (const from of owedRemovals(changes, context)) {
    if (from.follows !== undefined) continue;
    yield error(from.where, [from], context, (w) =>
      w.removedWithoutWords(from.id, minuteIn(from.due, from.timezone), { period: from.period }),
    );
  }
}

/** A plan that has been announced is not called back by a later day of announcement. */
function* announcedLater(_: readonly PlanChange[], context: ChangeContext): Generator<Finding> {
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
function* archivedDue(_: readonly PlanChange[], context: ChangeContext): Generator<Finding> {
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
): Generator<Finding> {
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

function placeOf(change: PlanChange): Where {
  return 'to' in change ? change.to.where : change.from.where;
}

function toldOf(release: Release): ToldRelease {
  return {
    id: release.id,
    zh: release.name.zh,
    en: release.name.en ?? release.name.zh,
    period: release.period,
    interpretation: release.follows !== undefined,
    due: minuteIn(release.due, release.timezone),
    channels: release.settings.channels,
  };
}

function error(
  where: Where,
  releases: readonly Release[],
  context: ChangeContext,
  say: PlanIssue['say'],
): Finding {
  return finding(where, releases, context, say, 'error');
}

/** A place in a file that is no longer there is the file as a whole. */
function finding(
  where: Where,
  releases: readonly Release[],
  context: ChangeContext,
  say: PlanIssue['say'],
  severity: PlanIssue['severity'],
): Finding {
  const file = context.files.get(where.file);
  const problem = file
    ? problemAt(file, where.path, 'key', say, severity)
    : { ...problemOfFile(where.file, say), severity };
  return { problem, releases: releases.map(({ id }) => id) };
}
