// What the plan lets a person change about the date of one release, and when each fits: buttons,
// pages and API read this one answer. Not for changing it: edit.ts, desk/releases/expected.ts; nor
// for what is done about a release outside the plan: operations/operations.ts.
import type { LedgerEntry } from '../../ledger/ledger.ts';
import { OPEN, PUBLIC } from '../../ledger/states.ts';
import type { Instant } from '../../lib/instant.ts';
import { parsePublicationId, type Release } from '../../plan/types.ts';

export type DateOperation = 'postpone' | 'cancel' | 'restore' | 'expected';

/** @param site the channel that the public pages belong to, where there is one */
export function dateOperationsFor(
  release: Release,
  entries: readonly LedgerEntry[],
  now: Instant,
  site: string | undefined,
): DateOperation[] {
  if (release.follows !== undefined) return [];
  // Nor does another day bring back what was withdrawn.
  const isOut = entries.some(({ state }) => PUBLIC.includes(state) || state === 'withdrawn');
  if (release.status === 'cancelled') return isOut ? [] : ['restore'];
  return [
    ...(isOut ? [] : (['postpone', 'cancel'] as const)),
    ...(isOverdueOnSite(release, entries, now, site) ? (['expected'] as const) : []),
  ];
}

/** Whether the public pages say that it is late: past T and its grace, and not to be seen there. */
export function isOverdueOnSite(
  release: Release,
  entries: readonly LedgerEntry[],
  now: Instant,
  site: string | undefined,
): boolean {
  if (release.status === 'cancelled' || now <= release.due + release.settings.grace) return false;
  return entries.some(
    ({ publication, state }) =>
      parsePublicationId(publication).channel === site && OPEN.includes(state),
  );
}
