// The public calendar at one instant, as every page and feed reads it: each release with its public status, by indicator, month and category, and
// how punctual it was. Not for how anything looks: pages/, feeds/.
import { createHash } from 'node:crypto';
import { groupBy } from '../plan/group.ts';
import { dateIn, yearIn } from '../plan/time.ts';
import type { Calendar, Instant, Name, PlanStatus, Release, ReleaseId } from '../plan/types.ts';
import { announcedAt, changesOf, publicStatus } from './model.ts';
import type { PublicChange, Shown, SiteModel, SiteOptions } from './model.ts';

/** The states that the public reads. */
export type PublicState = PlanStatus | 'published' | 'corrected' | 'withdrawn';

/** What the public reads of one release. */
export interface PublicRelease {
  readonly release: Release;
  readonly status: PublicState;
  /** Its page, once it is public. */
  readonly shown: Shown | undefined;
  readonly changes: readonly PublicChange[];
}

/** One indicator with all that is announced of it, oldest first; its interpretations are in it too. */
export interface IndicatorView {
  readonly id: string;
  readonly name: Name;
  readonly category: string;
  readonly frequency: Release['frequency'];
  readonly releases: readonly PublicRelease[];
}

export interface View {
  readonly calendar: Calendar;
  readonly options: SiteOptions;
  readonly at: Instant;
  /** In order of due instant. */
  readonly releases: readonly PublicRelease[];
  readonly byId: ReadonlyMap<ReleaseId, PublicRelease>;
  readonly indicators: readonly IndicatorView[];
  readonly notices: readonly PublicRelease[];
  readonly categories: ReadonlyMap<string, readonly PublicRelease[]>;
  readonly years: readonly number[];
  /** `YYYY-MM` of the due instant, in order. */
  readonly months: ReadonlyMap<string, readonly PublicRelease[]>;
  /** What is still to come, soonest first. */
  readonly coming: readonly PublicRelease[];
  /** The newest of what has come out, newest first. */
  readonly latest: readonly PublicRelease[];
  /** Every promised date that moved, newest first. */
  readonly changes: readonly PublicChange[];
}

/** How many the front page has of what comes, of what came and of what moved. */
export const LISTED = 8;

export function viewOf(model: SiteModel): View {
  const calendar = announcedAt(model.calendar, model.at);
  const releases = calendar.releases.map((release): PublicRelease => {
    const shown = model.shown.get(release.id);
    const changes = changesOf(release, calendar);
    const out = shown?.withdrawn ? 'withdrawn' : shown?.corrections ? 'corrected' : 'published';
    return { release, shown, changes, status: shown ? out : publicStatus(release, calendar) };
  });
  const indicators = [
    ...groupBy(
      releases.filter(({ release }) => release.indicator !== undefined),
      ({ release }) => release.indicator ?? '',
    ),
  ].map(([id, own]): IndicatorView => {
    const head = own.find(({ release }) => !release.follows)?.release ?? own[0]?.release;
    return { id, name: head?.name ?? { zh: id }, category: head?.settings.category ?? '', frequency: head?.frequency, releases: own };
  });
  return {
    calendar,
    options: model.options,
    at: model.at,
    releases,
    byId: new Map(releases.map((one) => [one.release.id, one])),
    indicators,
    notices: releases.filter(({ release }) => release.indicator === undefined && !release.follows),
    categories: groupBy(releases, ({ release }) => release.settings.category),
    years: [...new Set(releases.map(({ release }) => yearIn(release.due, calendar.timezone)))].sort((a, b) => a - b),
    months: groupBy(releases, ({ release }) => dateIn(release.due, calendar.timezone).slice(0, 7)),
    coming: releases.filter(({ release, status }) => release.due > model.at && status !== 'cancelled'),
    latest: releases
      .filter((one) => one.shown)
      .sort((a, b) => b.release.due - a.release.due || (a.release.id < b.release.id ? -1 : 1))
      .slice(0, LISTED),
    changes: releases.flatMap(({ changes }) => changes).sort((a, b) => b.to - a.to),
  };
}

/** All that a page can show of a release: it changes when any of it does. */
export function stampOf({ release, status, shown, changes }: PublicRelease): string {
  const moves = changes.map(({ kind, from, to, reason, announced }) => `${kind} ${from} ${to} ${reason ?? ''} ${announced ?? ''}`).join();
  const out = shown ? `${shown.digest} ${shown.since} ${shown.withdrawn?.at ?? ''}` : '';
  const { zh, en } = release.name;
  return `${release.id} ${release.due} ${status} ${out} ${moves} ${zh} ${en ?? ''} ${release.settings.category} ${release.briefing ?? ''}`;
}

/** A category's name in addresses: its own may be in any script. */
export function slugOf(category: string): string {
  return createHash('sha256').update(category).digest('hex').slice(0, 8);
}

/** The European statistical system's punctuality: whole days between the announced date and the day it came out. */
export interface Punctuality {
  readonly year: number;
  readonly released: number;
  readonly onTime: number;
  /** The latest of them, days. */
  readonly worstDays: number;
  readonly meanDays: number;
}

/** The date that was announced first: what a promise is measured by. */
export function announcedDue({ release, changes }: PublicRelease): Instant {
  const moved = changes.filter((change) => change.kind === 'moved');
  return moved[0]?.from ?? release.due;
}

const DAY_MS = 86_400_000;

/** By year of the announced date, oldest first. Only what has come out counts. */
export function punctualityOf(releases: readonly PublicRelease[], timezone: string): Punctuality[] {
  const out = releases.filter((one) => one.shown !== undefined);
  const days = (one: PublicRelease): number => {
    const [promised, actual] = [announcedDue(one), one.shown?.since ?? 0].map((at) => Date.parse(dateIn(at as Instant, timezone)));
    return Math.round(((actual ?? 0) - (promised ?? 0)) / DAY_MS);
  };
  return [...groupBy(out, (one) => yearIn(announcedDue(one), timezone))]
    .sort(([a], [b]) => a - b)
    .map(([year, own]) => {
      const late = own.map(days);
      return {
        year,
        released: own.length,
        onTime: late.filter((one) => one <= 0).length,
        worstDays: Math.max(0, ...late),
        meanDays: Math.round((late.reduce((sum, one) => sum + Math.max(0, one), 0) / own.length) * 100) / 100,
      };
    });
}
