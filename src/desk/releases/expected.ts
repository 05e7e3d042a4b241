// When something late is expected now: what the public pages say of it, and the plan with another
// word about it. It moves nothing. Not for when that fits: desk/plan/date-operations.ts; nor for
// how the public reads it: site/pages/fragments.ts.
import { type Document, isMap } from 'yaml';
import type { Messages } from '../../i18n/index.ts';
import { RequestError } from '../../lib/request-error.ts';
import { localTimes, minuteIn } from '../../plan/time.ts';
import type { LocalDate, Release } from '../../plan/types.ts';
import { dropAll, edited, editPlace, placeIn, setAll } from '../plan/edit.ts';
import { type PlanFileText } from '../plan/preview.ts';
import type { Desk } from '../shell/desk.ts';

/** What the public pages say of a release that is late. */
export interface Expectation {
  /** As the plan has it, `YYYY-MM-DD HH:mm`. */
  readonly at: string | undefined;
  /** It is over, and the public pages no longer say it. */
  readonly isOver: boolean;
  readonly said: string;
}

export function expectationOf(
  { app }: Pick<Desk, 'app'>,
  release: Release,
  words: Messages,
): Expectation {
  const { expected, timezone } = release;
  const isOver = expected !== undefined && expected <= app.clock.now();
  const at = expected === undefined ? undefined : minuteIn(expected, timezone);
  return { at, isOver, said: expectedText(isOver ? undefined : at, words) };
}

/** The words of the public pages. */
export function expectedText(at: string | undefined, { site, desk }: Messages): string {
  return desk.dates.publicSays(
    site.status('delayed'),
    at === undefined ? site.expectedUnknown : site.expected(at),
  );
}

/**
 * The plan with the time at which a late release is expected.
 * @param at `YYYY-MM-DD HH:mm` in its time zone; undefined takes it away
 * @throws RequestError where that is over, or no later than it was due
 */
export function withExpected(
  desk: Desk,
  release: Release,
  at: string | undefined,
  words: Messages,
): Promise<PlanFileText> {
  const place = editPlace(release, words);
  if (at === undefined)
    return edited(desk, release.where.file, (document) => takeAway(document, place), words);
  const [date = '', time = ''] = at.split(' ');
  const meant = localTimes(release.timezone)(date as LocalDate, time);
  // What no clock shows is told by the plan's own check.
  if (typeof meant === 'number' && meant <= desk.app.clock.now()) {
    const { expectedPast, expectedPastHow } = words.desk.dates;
    throw new RequestError(422, 'expected-past', expectedPast(at), { hint: expectedPastHow });
  }
  return edited(
    desk,
    release.where.file,
    (document) => setAll(document, place, { expected: at }),
    words,
  );
}

/**
 * An entry that said nothing else is gone with it, and so is a list of dates that has none left.
 */
function takeAway(document: Document, place: ReturnType<typeof editPlace>): void {
  dropAll(document, place, ['expected']);
  for (const at of [place, place.slice(0, -1)]) {
    const own = placeIn(document, at);
    const left = document.getIn(own, true);
    if (!isMap(left) || left.items.length > 0) return;
    document.deleteIn(own);
  }
}
