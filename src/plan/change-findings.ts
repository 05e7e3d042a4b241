// What the rules of change have in common: how a finding is made, and what it says of a release.
// Not for any rule: change-rules.ts, near-dates.ts.
import { type PlanIssue, problemAt, problemOfFile } from './issues.ts';
import type { ToldRelease } from './messages.ts';
import { type ChangeContext, isPromise, lastPromised, wordsFor } from './promise.ts';
import { dateIn, minuteIn, yearIn } from './time.ts';
import type { PlanChange, Release, ReleaseId, Where } from './types.ts';

/** Something that a rule found, and the releases that are thereby told of. */
export interface ChangeFinding {
  readonly problem: PlanIssue;
  readonly releases: readonly ReleaseId[];
}

type Moved = Extract<PlanChange, { from: Release; to: Release }>;

export const isOf =
  (...kinds: PlanChange['kind'][]) =>
  (change: PlanChange): change is Moved =>
    kinds.includes(change.kind);

export const onlyTo = (change: PlanChange): Release | undefined =>
  'to' in change ? change.to : undefined;

export function isNear(to: Release, { now }: ChangeContext): boolean {
  return to.due < now + to.settings.lead;
}

/** Found that late, nothing is sent by itself any more. */
export function isLongPast(to: Release, { now }: ChangeContext): boolean {
  return to.due + to.settings.window < now;
}

/**
 * What was over before Banli knew of it, and nobody's promise: long past, and in an archived year,
 * or before the plan's own day of announcement, or the interpretation of a release that is there
 * already. Nothing of it would be sent.
 */
export function isHistory(change: PlanChange, to: Release, context: ChangeContext): boolean {
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
export function entryOf(
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

export function placeOf(change: PlanChange): Where {
  return 'to' in change ? change.to.where : change.from.where;
}

export function toldOf(release: Release): ToldRelease {
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

export function error(
  where: Where,
  releases: readonly Release[],
  context: ChangeContext,
  say: PlanIssue['say'],
): ChangeFinding {
  return finding(where, releases, context, say, 'error');
}

/** A place in a file that is no longer there is the file as a whole. */
export function finding(
  where: Where,
  releases: readonly Release[],
  context: ChangeContext,
  say: PlanIssue['say'],
  severity: PlanIssue['severity'],
): ChangeFinding {
  const file = context.files.get(where.file);
  const problem = file
    ? problemAt(file, where.path, 'key', say, severity)
    : { ...problemOfFile(where.file, say), severity };
  return { problem, releases: releases.map(({ id }) => id) };
}
