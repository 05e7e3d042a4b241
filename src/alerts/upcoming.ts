// What will go wrong unless somebody acts, days before T: content and approvals, credentials,
// quotas, a plan that ends. Pure but for the readiness that it is handed. Not for what stands still
// after its staging: overdue.ts.
import type { Delivery } from '../ledger/delivery.ts';
import type { IncidentItem } from '../ledger/incident.ts';
import type { LedgerEntry } from '../ledger/ledger.ts';
import type { PreflightNote } from '../ledger/preflight-notes.ts';
import { type Instant, instant } from '../lib/instant.ts';
import { type ChannelLimit, conflictsOf } from '../plan/conflicts.ts';
import { toDate, toDay } from '../plan/days.ts';
import { dateIn, isoIn, localTimes, minuteIn, yearIn } from '../plan/time.ts';
import { type Calendar, parsePublicationId, type Release, type ReleaseId } from '../plan/types.ts';
import { stepWorking, type Workdays } from '../plan/workdays.ts';
import { type AlertConditions, type Cause, causeKey, join, plainCondition } from './conditions.ts';

/**
 * How long before T what is not ready is told: so many working days at the same time of day, so
 * many ms, or when it is to be staged.
 */
export type Before = { readonly workingDays: number } | { readonly ms: number } | 'lead';

/** The sweep sees so long after the staging time what could not be staged. */
const STAGED_MS = 60_000;
/** A warning so close to the staging time would come twice. */
const APART_MS = 600_000;
const DAY_MS = 86_400_000;
/** Nothing is looked at earlier than this before T, ms. */
export const FARTHEST_MS = 30 * DAY_MS;
/** A token is good enough if it lasts until the last release of these days. */
const TOKEN_MS = 14 * DAY_MS;
/** A channel that did not answer the daily question so often in a row is told. */
const SILENT = 3;

/** Ways to people are asked like channels, under this name. */
export const WAY = 'way:';
/** A way that has failed so often, and for so long, ms, is told by the others. */
const FAILED = { tries: 3, ms: APART_MS };

/** When a release that is not ready is told before its staging, earliest first. */
export function warningsOf(
  release: Release,
  before: readonly Before[],
  workdays: Workdays,
): readonly Instant[] {
  const known = worked.get(release);
  if (known?.before === before && known.workdays === workdays) return known.at;
  const at = workOut(release, before, workdays);
  worked.set(release, { before, workdays, at });
  return at;
}

/** What was worked out of each release: it is asked for at every look. */
const worked = new WeakMap<
  Release,
  { before: readonly Before[]; workdays: Workdays; at: readonly Instant[] }
>();

function workOut(release: Release, before: readonly Before[], workdays: Workdays): Instant[] {
  const staging = release.due - release.settings.lead;
  return before
    .flatMap((one): Instant[] => {
      if (one === 'lead') return [];
      if ('ms' in one) return [instant(release.due - one.ms)];
      const at = isoIn(release.due, release.timezone);
      const day = stepWorking(
        workdays,
        toDay(dateIn(release.due, release.timezone)),
        -one.workingDays,
      );
      const local = localTimes(release.timezone)(toDate(day), at.slice(11, 19));
      // A time that a clock change skips on that day: an exact number of days before does as well.
      return [typeof local === 'number' ? local : instant(release.due - one.workingDays * DAY_MS)];
    })
    .filter((at) => at < staging - APART_MS)
    .sort((a, b) => a - b);
}

/** The stage of a warning that comes from staging itself. */
export function stagingStage(before: readonly Before[]): number {
  return before.length;
}

/** What stands still of one release: the reason, by channel. */
export type Readiness = (
  release: Release,
  entries: readonly LedgerEntry[],
) => Promise<readonly Pick<IncidentItem, 'channels' | 'state' | 'code' | 'detail'>[]>;

/**
 * Releases whose content is missing or refused, or not approved, once a warning time has passed and
 * before their staging.
 */
export async function unreadyConditions(
  calendar: Calendar,
  entries: readonly LedgerEntry[],
  now: Instant,
  before: readonly Before[],
  workdays: Workdays,
  readiness: Readiness,
): Promise<AlertConditions> {
  const planned = new Map<ReleaseId, LedgerEntry[]>();
  for (const entry of entries) {
    const { release } = parsePublicationId(entry.publication);
    if (entry.state === 'planned') planned.set(release, [...(planned.get(release) ?? []), entry]);
  }
  const found: AlertConditions = new Map();
  for (const [id, own] of planned) {
    const release = calendar.byId.get(id);
    if (
      !release ||
      release.status === 'cancelled' ||
      now >= release.due - release.settings.lead + STAGED_MS
    )
      continue;
    const stage = warningsOf(release, before, workdays).filter((at) => at <= now).length;
    if (stage === 0) continue;
    const cause: Cause = { kind: 'unready', subject: dateIn(release.due, release.timezone) };
    for (const what of await readiness(release, own))
      join(found, cause, release, 'warning', stage, what);
  }
  return found;
}

/**
 * Channels that said at the last asking that something is wrong, or whose token ends before it is
 * needed for the last time in two weeks.
 */
export function preflightConditions(
  calendar: Calendar,
  notes: ReadonlyMap<string, PreflightNote>,
  now: Instant,
): AlertConditions {
  const found: AlertConditions = new Map();
  for (const [name, note] of notes) {
    const [wrong] = note.wrong;
    if (name.startsWith(WAY)) {
      const cause: Cause = { kind: 'mail', subject: name.slice(WAY.length) };
      if (wrong && note.silent >= SILENT)
        found.set(
          causeKey(cause),
          plainCondition(cause, calendar.timezone, {
            what: 'mail-fails',
            refused: wrong.code === 'refused',
            error: wrong.detail ?? '',
          }),
        );
      continue;
    }
    const channel = name;
    const cause: Cause = { kind: 'channel', subject: channel };
    const last = calendar.releases.filter(
      (release) =>
        release.due > now &&
        release.due <= now + TOKEN_MS &&
        release.status !== 'cancelled' &&
        release.settings.channels.includes(channel),
    );
    const needed = last.at(-1)?.due;
    if (wrong && (note.silent === 0 || note.silent >= SILENT))
      found.set(
        causeKey(cause),
        plainCondition(cause, calendar.timezone, { what: 'channel-unready', ...wrong }),
      );
    else if (needed !== undefined && note.goodUntil !== undefined && note.goodUntil < needed)
      found.set(
        causeKey(cause),
        plainCondition(cause, calendar.timezone, {
          what: 'token-ends',
          at: minuteIn(instant(note.goodUntil), calendar.timezone),
        }),
      );
  }
  return found;
}

/** More releases on a channel within a month, from now on, than it takes by its own rules. */
export function quotaConditions(
  calendar: Calendar,
  now: Instant,
  workdays: Workdays,
  limits: readonly ChannelLimit[],
): AlertConditions {
  const found: AlertConditions = new Map();
  const today = dateIn(now, calendar.timezone);
  const until = dateIn(instant(now + 31 * DAY_MS), calendar.timezone);
  for (const year of new Set([today, until].map((date) => Number(date.slice(0, 4))))) {
    for (const conflict of conflictsOf(calendar, year, workdays, limits)) {
      if (conflict.kind !== 'quota') continue;
      const day = conflict.span.slice(0, 10);
      if (day < today.slice(0, day.length) || day > until) continue;
      const { channel, per, most } = conflict.limit;
      const cause: Cause = { kind: 'quota', subject: channel };
      found.set(
        `${causeKey(cause)}:${conflict.span}`,
        plainCondition(cause, calendar.timezone, {
          what: 'quota',
          per,
          span: conflict.span,
          planned: conflict.releases.length,
          most,
        }),
      );
    }
  }
  return found;
}

/** No plan reaches so far ahead. @param ahead ms; undefined: never told */
export function planEndConditions(
  calendar: Calendar,
  now: Instant,
  ahead: number | undefined,
): AlertConditions {
  const last = Math.max(...calendar.plans.map((plan) => plan.year));
  if (
    ahead === undefined ||
    calendar.plans.length === 0 ||
    yearIn(instant(now + ahead), calendar.timezone) <= last
  )
    return new Map();
  const cause: Cause = { kind: 'plan-ends', subject: String(last) };
  return new Map([
    [
      causeKey(cause),
      plainCondition(cause, calendar.timezone, { what: 'plan-ends', nextYear: String(last + 1) }),
    ],
  ]);
}

/**
 * Ways by which letters have not gone out for ten minutes; addresses and robots that refuse them,
 * at once.
 */
export function mailConditions(
  deliveries: readonly Delivery[],
  now: Instant,
  timezone: string,
): AlertConditions {
  const found: AlertConditions = new Map();
  for (const { way, address, tries, at, error, refused } of deliveries) {
    const cause: Cause = { kind: 'mail', subject: (refused ? address : undefined) ?? way };
    if (refused || (tries >= FAILED.tries && now - at >= FAILED.ms))
      found.set(
        causeKey(cause),
        plainCondition(cause, timezone, {
          what: 'mail-fails',
          refused: refused === true,
          error: error ?? '',
        }),
      );
  }
  return found;
}
