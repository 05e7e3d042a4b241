// A release whose date can be put back or expected now, or the words why not: for pages and API
// alike. Not for what then changes: desk/plan/edit.ts, expected.ts.

import type { Messages } from '../../i18n/index.ts';
import { RequestError } from '../../lib/request-error.ts';
import { releaseWith } from '../../operations/release-with.ts';
import type { Release } from '../../plan/types.ts';
import { siteOf } from '../../publish/deps.ts';
import { dateOperationsFor } from '../plan/date-operations.ts';
import type { Desk } from '../shell/desk.ts';

/** @throws RequestError where it does not fit now */
export async function fittingWith(
  desk: Desk,
  id: string,
  operation: 'restore' | 'expected',
  words: Messages,
): Promise<Release> {
  const { release, entries } = await releaseWith(desk.app, id, words);
  const { app } = desk;
  if (
    dateOperationsFor(release, entries, app.clock.now(), siteOf(app.publishDeps)).includes(
      operation,
    )
  )
    return release;
  const { plan, refused, dates } = words.desk;
  if (release.follows !== undefined)
    throw new RequestError(409, 'follows', plan.follows(release.follows));
  const why =
    operation === 'expected'
      ? dates.notLate
      : release.status === 'cancelled'
        ? dates.withdrawn
        : dates.notCancelled;
  throw new RequestError(409, 'does-not-fit', why, { hint: refused.doesNotFitHow });
}

/** @throws RequestError where the expected time is as it was */
export function mustDiffer(
  before: string | undefined,
  after: string | undefined,
  { desk: { dates } }: Messages,
): void {
  if (before === after)
    throw new RequestError(
      422,
      'nothing-changed',
      after === undefined ? dates.expectedNone : dates.expectedSame,
    );
}
