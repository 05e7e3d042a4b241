// Every instant that was ever announced for a release, and how each of them ended. A promise ends
// with words or by being kept, and in no other way: a release that vanishes from the plan stays
// promised. The service keeps the book in Redis, the watchdog a copy of its own on disk. Knows
// nothing of the states of publications. For what nothing answers for see alerts/audit-promises.ts.

import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type Instant, instant } from '../lib/instant.ts';
import { dateIn, yearIn } from '../plan/time.ts';
import {
  type Calendar,
  type DateChange,
  isAnnounced,
  type PublicationId,
  publicationId,
  type Release,
  type ReleaseId,
} from '../plan/types.ts';
import type { RedisHandle } from '../redis/connection.ts';
import { type KeyName, keyOf } from '../redis/keys.ts';

const HOWS = ['public', 'moved', 'cancelled', 'withdrawn', 'archived'] as const;

const promise = z.object({
  /** The instant that was announced. */
  due: z.number(),
  /** Since when it is a promise: it may have been put back after it was due. */
  since: z.number(),
  /** So long after it the release is missed, ms. */
  grace: z.number(),
  channels: z.array(z.string()),
  /** Those that the plan has taken off since. */
  dropped: z.array(z.string()).optional(),
  /** Since when it is public, by channel, as it was last seen. */
  seen: z.record(z.string(), z.number()).default({}),
  /** Taken down by a person, in words, by channel. */
  withdrawn: z.record(z.string(), z.object({ at: z.number(), reason: z.string() })).default({}),
  ended: z.object({ how: z.enum(HOWS), at: z.number(), reason: z.string() }).optional(),
});
/** One announced instant of a release. */
export type Promised = z.output<typeof promise>;
type Ended = NonNullable<Promised['ended']>;

const promised = z.object({
  name: z.object({ zh: z.string(), en: z.string().optional() }),
  timezone: z.string(),
  /** The release that it interprets: it goes where that one goes. */
  follows: z.string().optional(),
  /** One an instant: what is announced again after it ended is open again. */
  promises: z.array(promise),
});
/** All that was promised of one release. */
export type PromisedRelease = z.output<typeof promised>;
export type Promises = ReadonlyMap<ReleaseId, PromisedRelease>;

/** After so long what is public is taken for kept, and not looked at again, ms. */
const KEPT_MS = 86_400_000;
/** What was due longer ago is history, ms. */
const LOOK_BACK_MS = 400 * 86_400_000;

/** Which plans are announced by now: with another of these the same calendar promises more. */
export function announcedYears(calendar: Calendar, now: Instant): string {
  const today = dateIn(now, calendar.timezone);
  return calendar.plans
    .filter((plan) => isAnnounced(plan, today))
    .map(({ year }) => year)
    .join();
}

/**
 * What belongs in the book once a calendar is in force.
 * @returns only what changes
 */
export function noted(
  before: Promises,
  calendar: Calendar,
  now: Instant,
): Map<ReleaseId, PromisedRelease> {
  const changed = new Map<ReleaseId, PromisedRelease>();
  const today = dateIn(now, calendar.timezone);
  const secret = new Set(
    calendar.plans.filter((plan) => !isAnnounced(plan, today)).map(({ year }) => year),
  );
  const archived = new Set(calendar.plans.filter((plan) => plan.archived).map(({ year }) => year));
  const ended = (one: Promised, timezone: string): Promised =>
    putAway(one, timezone, archived, now);
  for (const release of calendar.releases) {
    const old = before.get(release.id);
    const stands =
      release.status !== 'cancelled' &&
      release.status !== 'provisional' &&
      !(secret.size > 0 && secret.has(yearIn(release.due, release.timezone)));
    // A book that is new was not there when they were announced: it counts from the instant itself.
    const since = before.size === 0 ? instant(Math.min(now, release.due)) : now;
    const promises = promisesOf(release, old, stands, calendar, now, since).map((one) =>
      ended(one, release.timezone),
    );
    if (promises.length === 0) continue;
    const { id, name, timezone, follows } = release;
    const next = promised.parse({ name, timezone, follows, promises });
    if (JSON.stringify(old) !== JSON.stringify(next)) changed.set(id, next);
  }
  for (const [id, old] of before) {
    if (calendar.byId.has(id)) continue;
    const promises = old.promises.map((one) =>
      ended(leftBehind(one, old, calendar, now), old.timezone),
    );
    if (promises.some((one, index) => one !== old.promises[index]))
      changed.set(id, { ...old, promises });
  }
  return changed;
}

/** The promises of a release that the calendar has. */
function promisesOf(
  release: Release,
  old: PromisedRelease | undefined,
  stands: boolean,
  calendar: Calendar,
  now: Instant,
  since: Instant,
): Promised[] {
  const { due, settings } = release;
  const { grace, channels } = settings;
  const fresh: Promised = { due, since, grace, channels: [...channels], seen: {}, withdrawn: {} };
  const promises = (old?.promises ?? []).map((one): Promised => {
    if (stands && one.due === due) {
      if (!one.ended) return { ...one, grace, ...channelsOf(one, release, now) };
      // Put back: what was promised again must come again.
      return one.ended.how === 'moved' || one.ended.how === 'cancelled' ? fresh : one;
    }
    const ended = one.ended ?? wordsFor(one.due, release, calendar, now);
    return ended ? { ...one, ended } : one;
  });
  if (!stands || promises.some((one) => one.due === due)) return promises;
  // What was over before Banli kept this plan was promised by others.
  return old || due + settings.window > now ? [...promises, fresh] : promises;
}

/**
 * A channel that joins so shortly after the instant, ms, is missed there: whoever adds it means
 * this release, or a clock is wrong.
 */
const JOIN_MS = 3_600_000;

/**
 * A channel that joins long after the instant was never promised it, unless the plan says so; one
 * that was taken off and comes back was.
 */
function channelsOf(
  one: Promised,
  { immediate, settings }: Release,
  now: Instant,
): Pick<Promised, 'channels' | 'dropped'> {
  const ever = [...new Set([...one.channels, ...(one.dropped ?? [])])];
  const channels = settings.channels.filter(
    (channel) => one.due + JOIN_MS > now || immediate || ever.includes(channel),
  );
  const dropped = ever.filter((channel) => !channels.includes(channel));
  return { channels, dropped: dropped.length > 0 ? dropped : undefined };
}

/** The words by which a promised instant was taken back, or none. */
function wordsFor(
  due: number,
  release: Release,
  calendar: Calendar,
  now: Instant,
): Ended | undefined {
  const own = ownWords(due, release, calendar.history.get(release.id) ?? [], now);
  if (own || release.follows === undefined) return own;
  // An interpretation has no date of its own: it moves as what it interprets does.
  const parent = calendar.byId.get(release.follows);
  if (!parent) return undefined;
  if (parent.status === 'cancelled' && parent.reason)
    return { how: 'cancelled', at: now, reason: parent.reason };
  return release.due === due
    ? undefined
    : { how: 'moved', at: now, reason: parent.reason ?? release.follows };
}

function ownWords(
  due: number,
  release: Release,
  history: readonly DateChange[],
  now: Instant,
): Ended | undefined {
  if (release.status === 'cancelled' && release.reason)
    return { how: 'cancelled', at: now, reason: release.reason };
  for (const { kind, from, reason, at } of [...history].reverse()) {
    if (from !== due || (kind !== 'moved' && kind !== 'cancelled')) continue;
    return reason ? { how: kind, at, reason } : undefined;
  }
  const { was, reason } = release;
  return was === due && release.due !== due && reason
    ? { how: 'moved', at: now, reason }
    : undefined;
}

/** A promise of a release that the calendar no longer has. */
function leftBehind(
  one: Promised,
  old: PromisedRelease,
  calendar: Calendar,
  now: Instant,
): Promised {
  // Interpretations are dropped with their rule; what they interpret still stands.
  const dropped =
    !one.ended && old.follows !== undefined && calendar.byId.has(old.follows as ReleaseId);
  return dropped
    ? { ...one, ended: { how: 'cancelled', at: now, reason: old.follows ?? '' } }
    : one;
}

/** A year that was put away in so many words promises nothing more, once it is over. */
function putAway(
  one: Promised,
  timezone: string,
  archived: ReadonlySet<number>,
  now: Instant,
): Promised {
  if (one.ended || archived.size === 0 || one.due + one.grace >= now) return one;
  const year = yearIn(instant(one.due), timezone);
  return archived.has(year)
    ? { ...one, ended: { how: 'archived', at: now, reason: String(year) } }
    : one;
}

/** Promises that were due by now and have not ended. */
export function dueNow(
  promises: Promises,
  now: Instant,
): { readonly release: ReleaseId; readonly promise: Promised }[] {
  const found: { release: ReleaseId; promise: Promised }[] = [];
  for (const [release, { promises: all }] of promises)
    for (const one of all)
      if (!one.ended && one.due <= now && one.due > now - LOOK_BACK_MS)
        found.push({ release, promise: one });
  return found;
}

/** What was seen in public, or taken down in words. @returns only what changes */
export function settledPromises(
  promises: Promises,
  publicAt: (publication: PublicationId) => number | undefined,
  withdrawn: (publication: PublicationId) => { at: number; reason: string } | undefined,
  now: Instant,
): Map<ReleaseId, PromisedRelease> {
  const changed = new Map<ReleaseId, PromisedRelease>();
  for (const { release, promise: one } of dueNow(promises, now)) {
    const seen = { ...one.seen };
    const down = { ...one.withdrawn };
    for (const channel of one.channels) {
      const publication = publicationId(release, channel);
      const at = publicAt(publication);
      if (at !== undefined) seen[channel] ??= at;
      const words = withdrawn(publication);
      if (words) down[channel] ??= words;
    }
    const next: Promised = { ...one, seen, withdrawn: down };
    if (one.channels.every((channel) => down[channel]))
      next.ended = { how: 'withdrawn', at: now, reason: Object.values(down)[0]?.reason ?? '' };
    else if (
      now > one.due + KEPT_MS &&
      one.channels.every((channel) => down[channel] ?? publicAt(publicationId(release, channel)))
    )
      next.ended = { how: 'public', at: now, reason: '' };
    if (JSON.stringify(next) === JSON.stringify(one)) continue;
    const whole = changed.get(release) ?? promises.get(release);
    if (whole)
      changed.set(release, {
        ...whole,
        promises: whole.promises.map((other) => (other.due === one.due ? next : other)),
      });
  }
  return changed;
}

/**
 * Two copies of the book as one: of each instant what happened last, and nothing lost of either.
 * @returns only what changes of the own one
 */
export function joined(own: Promises, other: Promises): Map<ReleaseId, PromisedRelease> {
  const changed = new Map<ReleaseId, PromisedRelease>();
  for (const [id, theirs] of other) {
    const mine = own.get(id);
    if (!mine) {
      changed.set(id, theirs);
      continue;
    }
    const byDue = new Map(mine.promises.map((one) => [one.due, one]));
    for (const one of theirs.promises) {
      const before = byDue.get(one.due);
      const newer =
        !before ||
        lastOf(one) > lastOf(before) ||
        (one.ended && !before.ended && one.since <= before.since);
      // What each has seen by itself stays; what a person took down is taken down for both.
      const withdrawn = { ...before?.withdrawn, ...one.withdrawn };
      byDue.set(one.due, { ...(newer ? one : before), seen: before?.seen ?? one.seen, withdrawn });
    }
    const promises = [...byDue.values()];
    if (JSON.stringify(promises) !== JSON.stringify(mine.promises))
      changed.set(id, { ...theirs, promises });
  }
  return changed;
}

/** When something last happened to a promise. */
function lastOf(one: Promised): number {
  return one.ended?.at ?? one.since;
}

/** The book as text and back, by release. What another version wrote otherwise is passed over. */
export function readPromises(
  entries: Readonly<Record<string, unknown>>,
): Map<ReleaseId, PromisedRelease> {
  return new Map(
    Object.entries(entries).flatMap(([id, value]): [ReleaseId, PromisedRelease][] => {
      const read = promised.safeParse(value);
      return read.success ? [[id as ReleaseId, read.data]] : [];
    }),
  );
}

/** The service's book, in Redis. */
export class PromiseStore {
  readonly #handle: RedisHandle;

  constructor(handle: RedisHandle) {
    this.#handle = handle;
  }

  #key(name: KeyName): string {
    return keyOf(this.#handle, name);
  }

  /** Another one whenever anything in the book has changed; undefined: nothing was ever written. */
  async version(): Promise<string | undefined> {
    return (await this.#handle.client.get(this.#key('promises:version'))) ?? undefined;
  }

  async all(): Promise<Map<ReleaseId, PromisedRelease>> {
    const all = await this.#handle.client.hgetall(this.#key('promises'));
    return readPromises(
      Object.fromEntries(
        Object.entries(all).map(([id, text]) => [id, JSON.parse(text) as unknown]),
      ),
    );
  }

  /** @returns the version that the book has now */
  async put(changed: Promises): Promise<string> {
    const version = randomUUID();
    const all = this.#handle.client.multi();
    for (const [id, one] of changed) all.hset(this.#key('promises'), id, JSON.stringify(one));
    all.set(this.#key('promises:version'), version);
    await all.exec();
    await this.#handle.replicated();
    return version;
  }

  /** Since when each of these is public, by its receipt; those that are not are left out. */
  async publicSince(publications: readonly PublicationId[]): Promise<Map<PublicationId, number>> {
    if (publications.length === 0) return new Map();
    const scores = await this.#handle.client.zmscore(this.#key('public'), ...publications);
    return new Map(
      publications.flatMap((one, index): [PublicationId, number][] => {
        const score = scores[index];
        return score === null || score === undefined ? [] : [[one, Number(score)]];
      }),
    );
  }
}
