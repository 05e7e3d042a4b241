// A release whose date can be put back or expected now, or the words why not: for pages and API alike. Not for what then changes: plan-edit.ts,
// expected.ts.
import { siteOf } from '../publish/parts.ts';
import type { Release } from '../plan/types.ts';
import type { Words } from '../words/index.ts';
import { releaseWith } from './deeds.ts';
import { Refused } from './desk.ts';
import type { Desk } from './desk.ts';
import { planDeedsOf } from './plan-deeds.ts';

/** @throws Refused where it does not fit now */
export async function fittingWith(desk: Desk, id: string, deed: 'restore' | 'expected', words: Words): Promise<Release> {
  const { release, entries } = await releaseWith(desk, id, words);
  const { house } = desk;
  if (planDeedsOf(release, entries, house.clock.now(), siteOf(house.parts)).includes(deed)) return release;
  const { plan, refused, dates } = words.desk;
  if (release.follows !== undefined) throw new Refused(409, 'follows', plan.follows(release.follows));
  const why = deed === 'expected' ? dates.notLate : release.status === 'cancelled' ? dates.withdrawn : dates.notCancelled;
  throw new Refused(409, 'does-not-fit', why, { hint: refused.doesNotFitHow });
}

/** @throws Refused where the expected time is as it was */
export function mustDiffer(before: string | undefined, after: string | undefined, { desk: { dates } }: Words): void {
  if (before === after) throw new Refused(422, 'nothing-changed', after === undefined ? dates.expectedNone : dates.expectedSame);
}
