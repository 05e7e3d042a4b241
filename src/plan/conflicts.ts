// A year's calendar → what in it will give trouble, before anybody is promised anything. Nothing
// here is an error. Not for one release alone: check.
import { toDay } from './days.ts';
import { groupBy } from './group.ts';
import { dateIn, minuteIn } from './time.ts';
import type { Calendar, LocalDate, Release } from './types.ts';
import type { Workdays } from './workdays.ts';

/** How much a channel takes, by its own rules. */
export interface ChannelLimit {
  readonly channel: string;
  readonly per: 'hour' | 'day' | 'month';
  readonly most: number;
}

export type PlanConflict =
  | {
      readonly kind: 'crowded';
      readonly date: LocalDate;
      readonly releases: readonly Release[];
      readonly most: number;
    }
  | {
      readonly kind: 'closed';
      readonly date: LocalDate;
      readonly release: Release;
      readonly holiday: string | undefined;
    }
  | {
      readonly kind: 'quota';
      readonly span: string;
      readonly limit: ChannelLimit;
      readonly releases: readonly Release[];
    }
  | { readonly kind: 'briefings'; readonly first: Release; readonly second: Release };

/** More releases on one day than this are much for one person. */
export const CROWDED = 6;
/** Two briefings closer than this clash, unless they are one: same time, same place. */
const BRIEFING_MS = 2 * 3_600_000;
/** Of `2026-07-20 10:00`. */
const SPANS = { hour: 13, day: 10, month: 7 } as const;

/** All of one year's, in order of date. */
export function conflictsOf(
  calendar: Calendar,
  year: number,
  workdays: Workdays,
  limits: readonly ChannelLimit[],
  most = CROWDED,
): PlanConflict[] {
  const local = (release: Release): string => minuteIn(release.due, calendar.timezone);
  const releases = calendar.releases.filter(
    (release) => release.status !== 'cancelled' && local(release).startsWith(`${year}-`),
  );
  const found: { at: string; conflict: PlanConflict }[] = [];
  for (const [date, own] of groupBy(releases, (release) => dateIn(release.due, calendar.timezone)))
    if (own.length > most)
      found.push({ at: date, conflict: { kind: 'crowded', date, releases: own, most } });
  for (const release of releases) {
    const date = dateIn(release.due, calendar.timezone);
    if (!workdays.isWorking(toDay(date)))
      found.push({
        at: date,
        conflict: { kind: 'closed', date, release, holiday: workdays.nameOf(toDay(date)) },
      });
  }
  for (const limit of limits) {
    const own = releases.filter((release) => release.settings.channels.includes(limit.channel));
    for (const [span, together] of groupBy(own, (release) =>
      local(release).slice(0, SPANS[limit.per]),
    ))
      if (together.length > limit.most)
        found.push({ at: span, conflict: { kind: 'quota', span, limit, releases: together } });
  }
  const briefings = releases.filter((release) => release.briefing !== undefined);
  briefings.forEach((second, index) => {
    for (const first of briefings.slice(0, index)) {
      const one = first.due === second.due && first.briefing === second.briefing;
      if (!one && second.due - first.due < BRIEFING_MS)
        found.push({ at: local(second), conflict: { kind: 'briefings', first, second } });
    }
  });
  return found
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
    .map(({ conflict }) => conflict);
}
