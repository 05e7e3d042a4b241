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
  /** By civil year of the due instant, in order. */
  readonly years: ReadonlyMap<number, readonly PublicRelease[]>;
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
    return asBefore({ release, shown, changes, status: shown ? out : publicStatus(release, calendar, changes) });
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
    years: groupBy(releases, ({ release }) => yearIn(release.due, calendar.timezone)),
    months: groupBy(releases, ({ release }) => dateIn(release.due, calendar.timezone).slice(0, 7)),
    coming: releases.filter(({ release, status }) => release.due > model.at && status !== 'cancelled'),
    latest: newestBy(({ release }) => release.due, releases, LISTED),
    changes: releases.flatMap(({ changes }) => changes).sort((a, b) => b.to - a.to),
  };
}

/** The newest of what has come out, newest first, and in order of ids where they are as new. */
export function newestBy(when: (one: PublicRelease) => number, releases: readonly PublicRelease[], count: number): PublicRelease[] {
  const before = (a: PublicRelease, b: PublicRelease): number => when(b) - when(a) || (a.release.id < b.release.id ? -1 : 1);
  const newest: PublicRelease[] = [];
  for (const one of releases) {
    const last = newest[count - 1];
    if (!one.shown || (last && before(last, one) < 0)) continue;
    const place = newest.findIndex((other) => before(one, other) < 0);
    newest.splice(place < 0 ? newest.length : place, 0, one);
    newest.length = Math.min(newest.length, count);
  }
  return newest;
}

/** What was public of each release when somebody looked last. */
const seen = new WeakMap<Release, PublicRelease>();

/** The same object as long as it says the same, so that whatever was worked out from it can be found by it. */
function asBefore(one: PublicRelease): PublicRelease {
  const before = seen.get(one.release);
  if (before && before.shown === one.shown && before.status === one.status && movesOf(before) === movesOf(one)) return before;
  seen.set(one.release, one);
  return one;
}

function movesOf({ changes }: PublicRelease): string {
  if (changes.length === 0) return '';
  return changes.map(({ kind, from, to, reason, announced }) => `${kind} ${from} ${to} ${reason ?? ''} ${announced ?? ''}`).join();
}

const stamps = new WeakMap<PublicRelease, string>();

/** Names all that a page can show of a release: it changes when any of it does. */
export function stampOf(one: PublicRelease): string {
  const known = stamps.get(one);
  if (known !== undefined) return known;
  // All of it but where the plan says so, and how it is sent.
  const { where: _, settings, ...release } = one.release;
  const stamp = digestOf([JSON.stringify([release, settings.category, one.status, one.shown]), movesOf(one)]);
  stamps.set(one, stamp);
  return stamp;
}

const together = new WeakMap<readonly PublicRelease[], string>();

/** Names some releases with all that a page can show of them. The lists of a view are asked about again and again. */
export function stampsOf(releases: readonly PublicRelease[]): string {
  const known = together.get(releases);
  if (known !== undefined) return known;
  const stamp = digestOf(releases.map(stampOf));
  together.set(releases, stamp);
  return stamp;
}

/** A short name of what it is given. */
export function digestOf(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 24);
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

/** The year of the announced date, and days between it and the day of release. */
interface Delay {
  readonly year: number;
  readonly days: number;
}
const delays = new WeakMap<PublicRelease, Delay>();

function delayOf(one: PublicRelease, timezone: string): Delay {
  const known = delays.get(one);
  if (known) return known;
  const day = (at: number): number => Date.parse(dateIn(at as Instant, timezone));
  const promised = announcedDue(one);
  const delay = { year: yearIn(promised, timezone), days: Math.round((day(one.shown?.since ?? 0) - day(promised)) / DAY_MS) };
  delays.set(one, delay);
  return delay;
}

/** By year of the announced date, oldest first. Only what has come out counts. @param timezone the calendar's */
export function punctualityOf(releases: readonly PublicRelease[], timezone: string): Punctuality[] {
  const out = releases.filter((one) => one.shown !== undefined).map((one) => delayOf(one, timezone));
  return [...groupBy(out, ({ year }) => year)]
    .sort(([a], [b]) => a - b)
    .map(([year, own]) => {
      const late = own.map(({ days }) => days);
      return {
        year,
        released: own.length,
        onTime: late.filter((one) => one <= 0).length,
        worstDays: Math.max(0, ...late),
        meanDays: Math.round((late.reduce((sum, one) => sum + Math.max(0, one), 0) / own.length) * 100) / 100,
      };
    });
}
