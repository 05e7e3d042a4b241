// The public calendar at one instant, as every page and feed reads it: each release with its public
// status, by indicator, month and category, and how punctual it was. Not for how anything looks:
// pages/, feeds/.
import { createHash } from 'node:crypto';
import { messagesFor } from '../i18n/index.ts';
import { type Instant, instant } from '../lib/instant.ts';
import { groupBy } from '../plan/group.ts';
import { dateIn, localTimes, yearIn } from '../plan/time.ts';
import type {
  Calendar,
  Language,
  LocalDate,
  Name,
  PlanStatus,
  Release,
  ReleaseId,
} from '../plan/types.ts';
import {
  announcedAt,
  changesOf,
  isSample,
  outAt,
  type PublicChange,
  publicStatus,
  type ShownRelease,
  type SiteModel,
  type SiteOptions,
} from './model.ts';

/** The states that the public reads. */
export type PublicStatus =
  | PlanStatus
  | 'sample'
  | 'historical'
  | 'delayed'
  | 'published'
  | 'corrected'
  | 'withdrawn';

/** What the public reads of one release. */
export interface PublicRelease {
  readonly release: Release;
  readonly status: PublicStatus;
  /** Its page, once it is public. */
  readonly shown: ShownRelease | undefined;
  readonly changes: readonly PublicChange[];
  /**
   * Of what is late: when it is to come out now, as far as the bureau says so and that is not past.
   */
  readonly expected: Instant | undefined;
  /**
   * Of what was to come out at once (`immediate`): when that was said, which may be after its due
   * instant.
   */
  readonly asked: Instant | undefined;
  /**
   * Due before this site kept a record: it came out elsewhere, or is put up here by hand, and
   * nobody can say whether it was in time.
   */
  readonly before: boolean;
  /**
   * Its plan is an example (`sample: true`): its date was promised to nobody, is never late, and
   * never moved.
   */
  readonly sample: boolean;
}

/**
 * One indicator with all that is announced of it, oldest first; its interpretations are in it too.
 */
export interface IndicatorView {
  readonly id: string;
  /**
   * What it was called in earlier years: its page and its calendar stand at these addresses too.
   */
  readonly formerly: readonly string[];
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
  /** What is still to come, soonest first; what is due just now and not late yet is among it. */
  readonly coming: readonly PublicRelease[];
  /** What should be out by now and is not, the oldest first. */
  readonly delayed: readonly PublicRelease[];
  /** What came out and is in no plan any more, such as that of a year whose plan is archived. */
  readonly gone: readonly ShownRelease[];
  /** The newest of what has come out, newest first. */
  readonly latest: readonly PublicRelease[];
  /** Every promised date that moved, newest first. */
  readonly changes: readonly PublicChange[];
}

/** How many the front page has of what comes, of what came and of what moved. */
export const FRONT_PAGE_ROWS = 8;

export function viewOf(model: SiteModel): View {
  const calendar = announcedAt(model.calendar, model.at);
  const releases = calendar.releases.map((release): PublicRelease => {
    const shown = model.shown.get(release.id);
    const sample = isSample(release, calendar);
    const changes = changesOf(release, calendar);
    const isLate = !shown && model.at >= (lateFrom(release, model) ?? Number.POSITIVE_INFINITY);
    const said = isLate ? expectedOf(release) : undefined;
    const expected = said !== undefined && said > model.at ? said : undefined;
    const asked = askedAt(release, shown, calendar);
    // What the plan asked for at once was asked of Banli.
    const before = asked === undefined && model.born !== undefined && release.due < model.born;
    const planned = publicStatus(release, calendar, changes);
    const instead = sample ? 'sample' : before ? 'historical' : planned;
    const status = shown
      ? outAs(shown)
      : isLate
        ? 'delayed'
        : planned === 'cancelled'
          ? planned
          : instead;
    return asBefore({ release, shown, changes, expected, asked, before, sample, status });
  });
  const isComing = ({ release, status, shown }: PublicRelease): boolean =>
    status !== 'cancelled' &&
    (release.due > model.at ||
      (!shown && model.at < (lateFrom(release, model) ?? Number.NEGATIVE_INFINITY)));
  const current = currentIds(calendar);
  const indicators = [
    ...groupBy(
      releases.filter(({ release }) => release.indicator !== undefined),
      ({ release }) => current(release.indicator ?? ''),
    ),
  ].map(([id, own]): IndicatorView => {
    const ofNow = own.filter(({ release }) => release.indicator === id);
    const head = (ofNow.find(({ release }) => !release.follows) ?? ofNow[0] ?? own[0])?.release;
    const formerly = [
      ...new Set(calendar.plans.flatMap(({ renamed }) => [...renamed.keys()])),
    ].filter((old) => old !== id && current(old) === id);
    return {
      id,
      formerly,
      name: head?.name ?? { zh: id },
      category: head?.settings.category ?? '',
      frequency: head?.frequency,
      releases: own,
    };
  });
  return {
    calendar,
    options: withExamples(model.options, calendar),
    at: model.at,
    releases,
    byId: new Map(releases.map((one) => [one.release.id, one])),
    indicators,
    notices: releases.filter(({ release }) => release.indicator === undefined && !release.follows),
    categories: groupBy(releases, ({ release }) => release.settings.category),
    years: groupBy(releases, ({ release }) => yearIn(release.due, calendar.timezone)),
    months: groupBy(releases, ({ release }) => dateIn(release.due, calendar.timezone).slice(0, 7)),
    coming: releases.filter(isComing),
    delayed: releases.filter(({ status }) => status === 'delayed'),
    gone: [...model.shown.values()].filter(({ id }) => !model.calendar.byId.has(id)),
    latest: newestBy(({ shown }) => (shown ? outAt(shown) : 0), releases, FRONT_PAGE_ROWS),
    changes: releases.flatMap(({ changes }) => changes).sort((a, b) => b.to - a.to),
  };
}

function outAs({ withdrawn, corrections }: ShownRelease): PublicStatus {
  return withdrawn ? 'withdrawn' : corrections ? 'corrected' : 'published';
}

/** Pages say which of the plans are examples. */
function withExamples(options: SiteOptions, { plans }: Calendar): SiteOptions {
  const count = plans.filter(({ sample }) => sample).length;
  return count === 0 ? options : { ...options, examples: count === plans.length ? 'all' : 'some' };
}

/**
 * What an indicator is called now, by the id that some year's plan has for it: a year may rename
 * what an earlier one renamed.
 */
function currentIds({ plans }: Calendar): (id: string) => string {
  return (id) => plans.reduce((now, { renamed }) => renamed.get(now) ?? renamed.get(id) ?? now, id);
}

/**
 * The instant from which a release that is not out is late to the public; undefined where it never
 * is on this site.
 */
function lateFrom(
  release: Release,
  { born, options, calendar }: Pick<SiteModel, 'born' | 'options' | 'calendar'>,
): Instant | undefined {
  if (isSample(release, calendar)) return undefined;
  const isOurs = (options.channels ?? ['website']).some((name) =>
    release.settings.channels.includes(name),
  );
  // What the plan asked for at once was promised when it was asked for, however long past its time.
  const promised = Math.max(release.due, askedAt(release, undefined, calendar) ?? 0);
  if (!isOurs || release.status === 'cancelled' || born === undefined || promised < born)
    return undefined;
  return instant(promised + release.settings.grace);
}

/** When the bureau says that something late will come out. */
function expectedOf(
  release: Release & { readonly expected?: Instant | undefined },
): Instant | undefined {
  return release.expected;
}

/**
 * The first instant after that of a model at which it reads otherwise though nobody does anything.
 */
export function nextChangeOf(model: SiteModel): Instant | undefined {
  const { calendar, shown, at } = model;
  let next = Number.POSITIVE_INFINITY;
  const see = (when: number | undefined): void => {
    if (when !== undefined && when > at && when < next) next = when;
  };
  for (const { announced, year } of calendar.plans) {
    see(beginningOf(announced, calendar.timezone));
    // The front page is that of the year that is running.
    see(beginningOf(`${year}-01-01` as LocalDate, calendar.timezone));
  }
  for (const release of calendar.releases) {
    if (shown.has(release.id)) continue;
    const late = lateFrom(release, model);
    see(late);
    if (late !== undefined && late <= at) see(expectedOf(release));
  }
  return Number.isFinite(next) ? instant(next) : undefined;
}

/**
 * When it was said that a release is to come out at once. Where that was before it was noted, it
 * came out when it was asked for.
 */
function askedAt(
  { id, immediate }: Release,
  shown: ShownRelease | undefined,
  { history }: Calendar,
): Instant | undefined {
  if (!immediate) return undefined;
  return history.get(id)?.at(-1)?.at ?? (shown && instant(shown.since));
}

/** The first moment of a day. */
function beginningOf(day: Parameters<ReturnType<typeof localTimes>>[0], timezone: string): Instant {
  const found = localTimes(timezone)(day, '00:00');
  return typeof found === 'number' ? found : instant(Date.parse(found.readings[1]));
}

/** The newest of what has come out, newest first, and in order of ids where they are as new. */
export function newestBy(
  when: (one: PublicRelease) => number,
  releases: readonly PublicRelease[],
  count: number,
): PublicRelease[] {
  const before = (a: PublicRelease, b: PublicRelease): number =>
    when(b) - when(a) || (a.release.id < b.release.id ? -1 : 1);
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

/**
 * The same object as long as it says the same, so that whatever was worked out from it can be found
 * by it.
 */
function asBefore(one: PublicRelease): PublicRelease {
  const before = seen.get(one.release);
  const { shown, status, expected, asked } = one;
  const isBefore = before?.before === one.before && before.sample === one.sample;
  const isSame =
    isBefore &&
    before?.shown === shown &&
    before?.status === status &&
    before.expected === expected &&
    before.asked === asked;
  if (isSame && movesOf(before) === movesOf(one)) return before;
  seen.set(one.release, one);
  return one;
}

function movesOf({ changes }: PublicRelease): string {
  if (changes.length === 0) return '';
  return changes
    .map(
      ({ kind, from, to, reason, announced }) =>
        `${kind} ${from} ${to} ${reason ?? ''} ${announced ?? ''}`,
    )
    .join();
}

const stamps = new WeakMap<PublicRelease, string>();

/** Names all that a page can show of a release: it changes when any of it does. */
export function stampOf(one: PublicRelease): string {
  const known = stamps.get(one);
  if (known !== undefined) return known;
  // All of it but where the plan says so, and how it is sent.
  const { where: _, settings, ...release } = one.release;
  const stamp = shortDigest([
    JSON.stringify([
      release,
      settings.category,
      one.status,
      one.shown,
      one.expected,
      one.asked,
      one.before,
      one.sample,
    ]),
    movesOf(one),
  ]);
  stamps.set(one, stamp);
  return stamp;
}

const together = new WeakMap<readonly PublicRelease[], string>();

/**
 * Names some releases with all that a page can show of them. The lists of a view are asked about
 * again and again.
 */
export function stampsOf(releases: readonly PublicRelease[]): string {
  const known = together.get(releases);
  if (known !== undefined) return known;
  const stamp = shortDigest(releases.map(stampOf));
  together.set(releases, stamp);
  return stamp;
}

/** A title that says of an example that it is one. */
export function marked(
  title: string,
  { options }: Pick<View, 'options'>,
  language: Language,
): string {
  return options.examples === 'all' ? messagesFor(language).site.exampleOf(title) : title;
}

/** A short name of what it is given. */
export function shortDigest(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 24);
}

/** A category's name in addresses: its own may be in any script. */
export function slugOf(category: string): string {
  return createHash('sha256').update(category).digest('hex').slice(0, 8);
}

/** The date that was announced first: what a promise is measured by. */
export function announcedDue({
  release,
  changes,
}: Pick<PublicRelease, 'release' | 'changes'>): Instant {
  const moved = changes.filter((change) => change.kind === 'moved');
  return moved[0]?.from ?? release.due;
}
