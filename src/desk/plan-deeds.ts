// What the plan lets a person change about the date of one release, and when each fits: buttons, pages and API read this one answer. Not for changing
// it: plan-edit.ts, expected.ts; nor for what is done about a release outside the plan: deeds.ts.
import type { Entry } from '../ledger/ledger.ts';
import { PUBLIC } from '../ledger/states.ts';
import { partsOf } from '../plan/types.ts';
import type { Instant, Release } from '../plan/types.ts';

export type PlanDeed = 'postpone' | 'cancel' | 'restore' | 'expected';

/** Still to come out; what was due before Banli kept the plan is nobody's delay. */
const WAITING: readonly string[] = ['planned', 'staged', 'armed', 'releasing', 'doubtful', 'held'];

/** @param site the channel that the public pages belong to, where there is one */
export function planDeedsOf(release: Release, entries: readonly Entry[], now: Instant, site: string | undefined): PlanDeed[] {
  if (release.follows !== undefined) return [];
  // Nor does another day bring back what was withdrawn.
  const isOut = entries.some(({ state }) => PUBLIC.includes(state) || state === 'withdrawn');
  if (release.status === 'cancelled') return isOut ? [] : ['restore'];
  return [...(isOut ? [] : (['postpone', 'cancel'] as const)), ...(isLate(release, entries, now, site) ? (['expected'] as const) : [])];
}

/** Whether the public pages say that it is late: past T and its grace, and not to be seen there. */
export function isLate(release: Release, entries: readonly Entry[], now: Instant, site: string | undefined): boolean {
  if (release.status === 'cancelled' || now <= release.due + release.settings.grace) return false;
  return entries.some(({ publication, state }) => partsOf(publication).channel === site && WAITING.includes(state));
}
