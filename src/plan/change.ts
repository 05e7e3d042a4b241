// Two calendars → what changed between them, and what of it is not allowed as it stands. Not for
// applying it, nor for the rules themselves: change-rules.ts.

import type { Instant } from '../lib/instant.ts';
import { RULES } from './change-rules.ts';
import type { PlanIssue } from './issues.ts';
import { type ChangeContext, isPromise, lastPromised, wordsFor } from './promise.ts';
import type { Calendar, DateChange, PlanChange, Release, ReleaseId } from './types.ts';

export type { ChangeContext } from './promise.ts';

/** All differences, in order of the new (else old) due instant. */
export function changesBetween(before: Calendar, after: Calendar): PlanChange[] {
  const changes: PlanChange[] = [];
  for (const to of after.releases) {
    const from = before.byId.get(to.id);
    if (!from) changes.push({ kind: 'added', to });
    else if (from.status !== 'cancelled' && to.status === 'cancelled')
      changes.push({ kind: 'cancelled', from, to });
    else if (from.status === 'cancelled' && to.status !== 'cancelled')
      changes.push({ kind: 'restored', from, to });
    else if (from.due !== to.due) changes.push({ kind: 'moved', from, to });
    else if (from.status === 'provisional' && to.status === 'confirmed')
      changes.push({ kind: 'confirmed', from, to });
    else if (JSON.stringify(shown(from)) !== JSON.stringify(shown(to)))
      changes.push({ kind: 'edited', from, to });
  }
  for (const from of before.releases)
    if (!after.byId.has(from.id)) changes.push({ kind: 'removed', from });
  const at = (change: PlanChange): Instant => ('to' in change ? change.to.due : change.from.due);
  return changes.sort((a, b) => at(a) - at(b));
}

function shown(release: Release): unknown {
  const { where: _, ...rest } = release;
  return rest;
}

/**
 * What is not allowed as it stands (errors), and what deserves a second look (warnings), by the
 * table of rules; one error a release.
 */
export function forbiddenChanges(
  changes: readonly PlanChange[],
  context: ChangeContext,
): PlanIssue[] {
  const problems: PlanIssue[] = [];
  const told = new Set<ReleaseId>();
  for (const rule of RULES) {
    for (const { problem, releases } of rule.find(changes, context)) {
      if (problem.severity === 'error' && releases.some((id) => told.has(id))) continue;
      problems.push({ ...problem, code: rule.code });
      if (problem.severity === 'error') for (const id of releases) told.add(id);
    }
  }
  return problems;
}

/** The changes of dates among these, for the history of each release. */
export function dateChanges(
  changes: readonly PlanChange[],
  context: ChangeContext,
  at: Instant,
  cause: DateChange['cause'],
): Map<ReleaseId, DateChange> {
  const dates = new Map<ReleaseId, DateChange>();
  for (const change of changes) {
    const { kind } = change;
    if (kind === 'edited' || kind === 'confirmed') continue;
    if (kind === 'added' || kind === 'restored') {
      // Put back: what it comes from is what was promised before, wherever its cancelled entry
      // stood.
      const { to } = change;
      const promised = lastPromised(to.id, context);
      const from = promised ?? ('from' in change ? change.from.due : undefined);
      const { due, reason, announced } = to;
      if (from !== undefined)
        dates.set(to.id, {
          at,
          kind: 'restored',
          from,
          to: due,
          promised: promised !== undefined,
          reason,
          announced,
          cause,
        });
      else if (to.immediate)
        dates.set(to.id, {
          at,
          kind: 'added',
          from: due,
          to: due,
          promised: false,
          reason,
          announced,
          cause,
        });
      continue;
    }
    const { from } = change;
    const to = 'to' in change ? change.to : from;
    const { reason, announced } =
      (change.kind === 'moved' && wordsFor(from, to, changes, context)) || to;
    dates.set(from.id, {
      at,
      kind,
      from: from.due,
      to: to.due,
      promised: isPromise(from, context),
      reason,
      announced,
      cause,
    });
  }
  return dates;
}
