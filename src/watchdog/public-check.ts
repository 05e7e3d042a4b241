// What the watchdog sees in public of what was promised: the site as a reader gets it, the channels
// as they answer. It remembers what it saw; it looks before T as well, for what must not be there
// yet. For what follows see watchdog.ts.
import { audit, type LeftOver } from '../alerts/audit-promises.ts';
import type { Channel, ChannelItem } from '../channels/channel.ts';
import type { Config } from '../config/load.ts';
import { loadBundle } from '../content/bundle.ts';
import { itemOf } from '../content/channel-item.ts';
import { toldKey } from '../ledger/incident.ts';
import { dueNow, type Promised, settledPromises } from '../ledger/promises.ts';
import type { Receipt } from '../ledger/publication-facts.ts';
import type { Clock } from '../lib/clock.ts';
import { type Instant, instant } from '../lib/instant.ts';
import {
  type Calendar,
  type PublicationId,
  parsePublicationId,
  publicationId,
  type ReleaseId,
} from '../plan/types.ts';
import { lookAtChannel, type Site } from './probes.ts';
import type { WatchStore } from './store.ts';

/** The service tells what is missed itself; the watchdog looks so long after the grace, ms. */
const AFTER_MS = 20_000;
/** A channel is asked again after so long, ms; after some looks less often. */
const CHANNEL_MS = 60_000;
const SELDOM_MS = 600_000;
const OFTEN = 10;
/** A channel that did not answer so often is told. */
const FAILED = 3;
/** So long before T a channel is asked whether it shows it already, ms. */
const BEFORE_MS = 3_600_000;
/** Clocks may differ by so much before something counts as early, ms. */
const APART_MS = 2000;

interface EyeParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly channels: ReadonlyMap<string, Channel>;
  readonly store: WatchStore;
}

/** What the look inside said, as far as it could look. */
export interface Known {
  readonly calendar: Calendar;
  /** Whether the calendar is the one in force. */
  readonly inForce: boolean;
  readonly told: ReadonlySet<string>;
  readonly receipts: ReadonlyMap<PublicationId, Receipt>;
}

/** The last look at one publication on a channel other than the website. */
interface Sight {
  readonly looks: number;
  readonly last: number;
  readonly result: 'public' | 'not-public' | 'cannot-tell' | 'no-answer';
}

/** Something that the public sees before its time. */
export interface Early {
  readonly release: ReleaseId;
  readonly due: number;
  readonly channels: readonly string[];
}

export class PublicCheck {
  readonly #parts: EyeParts;
  /** Looks at what was due, and at what is not due yet. */
  readonly #sights = new Map<PublicationId, Sight>();
  readonly #before = new Map<PublicationId, Sight>();

  constructor(parts: EyeParts) {
    this.#parts = parts;
  }

  /**
   * What is late and nobody has told: by the watchdog's own copy of the promises, and by what it
   * sees itself.
   * @param own releases of its own open incidents: those it goes on looking for, told or not
   */
  async late(
    site: Site | undefined,
    known: Known,
    own: ReadonlySet<string>,
    now: Instant,
  ): Promise<LeftOver[]> {
    const { store } = this.#parts;
    const told = (release: ReleaseId, due: number): boolean =>
      !own.has(release) && known.told.has(toldKey(release, due));
    const unknown = await this.#lookForAll(site, known, told, now);
    const publicAt = (publication: PublicationId): number | undefined => {
      const { release, channel } = parsePublicationId(publication);
      // The site is read at each look: what it does not show now is not public now.
      const gone = site !== undefined && this.#isSite(channel) && !site.has(release);
      return gone ? undefined : store.seenAt(publication);
    };
    const withdrawn = (publication: PublicationId) => {
      const { release, channel } = parsePublicationId(publication);
      return this.#isSite(channel) ? site?.get(release)?.withdrawn : undefined;
    };
    await store.change((promises) => settledPromises(promises, publicAt, withdrawn, now));
    const evidence = {
      // What it could not find out is not held against anybody.
      publicAt: (one: PublicationId) => publicAt(one) ?? (unknown.has(one) ? 0 : undefined),
      stands: (release: ReleaseId, due: number) =>
        !known.inForce || isPlanned(known.calendar, release, due),
      patience: AFTER_MS,
    };
    return audit(store.promises(), evidence, now).filter(
      (one) => one.late && !told(one.release, one.due),
    );
  }

  /**
   * Looks for everything that should be public by now, and remembers what it sees.
   * @returns what it could not find out
   */
  async #lookForAll(
    site: Site | undefined,
    known: Known,
    told: (release: ReleaseId, due: number) => boolean,
    now: Instant,
  ): Promise<Set<PublicationId>> {
    const { store } = this.#parts;
    const unknown = new Set<PublicationId>();
    const asked = new Set<PublicationId>();
    const seen: PublicationId[] = [];
    for (const { release, channel, publication, due } of this.#expected(now)) {
      let result: Sight['result'] = 'cannot-tell';
      if (this.#isSite(channel)) result = siteShows(site, release);
      else if (store.seenAt(publication) !== undefined) continue;
      else if (!told(release, due)) {
        asked.add(publication);
        result = await this.#sight(this.#sights, publication, due, known, now);
      }
      if (result === 'public') seen.push(publication);
      else if (result !== 'not-public') unknown.add(publication);
    }
    // What is not asked any more has nothing to say: a channel that failed once is not told for
    // ever.
    for (const publication of this.#sights.keys())
      if (!asked.has(publication)) this.#sights.delete(publication);
    await store.noteSeen(seen, now);
    return unknown;
  }

  /** Every publication that should be public by now. */
  #expected(
    now: Instant,
  ): { release: ReleaseId; channel: string; publication: PublicationId; due: number }[] {
    return dueNow(this.#parts.store.promises(), now)
      .filter(
        ({ promise }) => now >= Math.max(promise.due, promise.since) + promise.grace + AFTER_MS,
      )
      .flatMap(({ release, promise }) =>
        promise.channels.map((channel) => ({
          release,
          channel,
          publication: publicationId(release, channel),
          due: promise.due,
        })),
      );
  }

  /**
   * What the site shows before its time, and what a channel shows within the last hour before it.
   */
  async early(site: Site | undefined, known: Known): Promise<Early[]> {
    const { clock, store, config } = this.#parts;
    // Asked after the look: what came out while it was looking is not early.
    const now = clock.now();
    const found: Early[] = [];
    const websites = [...config.channels].flatMap(([name, { kind }]) =>
      kind === 'website' ? [name] : [],
    );
    for (const [id, { withdrawn }] of site ?? []) {
      const floor = withdrawn ? undefined : this.#floor(id as ReleaseId, known);
      if (floor !== undefined && floor > now + APART_MS)
        found.push({ release: id as ReleaseId, due: floor, channels: websites });
    }
    const soon = new Set<PublicationId>();
    for (const { release, promise } of soonDue(store, now)) {
      for (const channel of promise.channels) {
        const publication = publicationId(release, channel);
        if (this.#isSite(channel) || store.seenAt(publication) !== undefined) continue;
        soon.add(publication);
        const before = this.#before.get(publication);
        // Asked once; what was seen is looked at until it is gone.
        if (before && before.result !== 'public') continue;
        const result = await this.#sight(this.#before, publication, promise.due, known, now);
        if (result === 'public' && clock.now() + APART_MS < promise.due)
          found.push({ release, due: promise.due, channels: [channel] });
      }
    }
    for (const publication of this.#before.keys())
      if (!soon.has(publication)) this.#before.delete(publication);
    return found;
  }

  /** Channels that do not answer again and again. */
  unanswered(): string[] {
    const failing = [...this.#sights].filter(
      ([, sight]) => sight.result === 'no-answer' && sight.looks >= FAILED,
    );
    return [...new Set(failing.map(([publication]) => parsePublicationId(publication).channel))];
  }

  /** Publications whose receipts help to find them. */
  interest(now: Instant): PublicationId[] {
    const { store } = this.#parts;
    return dueNow(store.promises(), now).flatMap(({ release, promise }) =>
      promise.channels
        .filter((channel) => !this.#isSite(channel))
        .map((channel) => publicationId(release, channel)),
    );
  }

  #isSite(channel: string): boolean {
    return this.#parts.config.channels.get(channel)?.kind === 'website';
  }

  /**
   * Nothing of a release may be public before the last instant that is promised of it, or planned.
   */
  #floor(release: ReleaseId, { calendar }: Known): number | undefined {
    const open = (this.#parts.store.promises().get(release)?.promises ?? [])
      .filter((one) => !one.ended)
      .map(({ due }) => due);
    const planned = calendar.byId.get(release);
    const all = planned && planned.status !== 'cancelled' ? [...open, planned.due as number] : open;
    return all.length === 0 ? undefined : Math.max(...all);
  }

  async #sight(
    sights: Map<PublicationId, Sight>,
    publication: PublicationId,
    due: number,
    known: Known,
    now: Instant,
  ): Promise<Sight['result']> {
    const { release, channel: name } = parsePublicationId(publication);
    const channel = this.#parts.channels.get(name);
    if (!channel) return 'cannot-tell';
    const before = sights.get(publication);
    if (before && now - before.last < (before.looks < OFTEN ? CHANNEL_MS : SELDOM_MS))
      return before.result;
    const looks = before?.looks ?? 0;
    const result = await lookAtChannel(
      channel,
      publication,
      { id: release, due: instant(due) },
      {
        item: await this.#item(release, name, known),
        receipt: known.receipts.get(publication),
        looks,
      },
    );
    sights.set(publication, { looks: looks + 1, last: now, result });
    return result;
  }

  /** The content, where a channel has nothing but that to be looked for by. */
  async #item(
    id: ReleaseId,
    channel: string,
    { calendar }: Known,
  ): Promise<ChannelItem | undefined> {
    const { config } = this.#parts;
    const release = calendar.byId.get(id);
    if (!release) return undefined;
    const loaded = await loadBundle(config.paths.content, release);
    if (loaded.state !== 'ready') return undefined;
    return itemOf(release, loaded.bundle, channel, {
      url: `${config.site.publicUrl}releases/${id}/`,
      bureau: config.bureau.zh,
    });
  }
}

function siteShows(site: Site | undefined, release: ReleaseId): Sight['result'] {
  if (!site) return 'no-answer';
  return site.has(release) ? 'public' : 'not-public';
}

function isPlanned(calendar: Calendar, id: ReleaseId, due: number): boolean {
  const release = calendar.byId.get(id);
  return release !== undefined && release.status !== 'cancelled' && release.due === due;
}

function soonDue(
  store: WatchStore,
  now: Instant,
): { readonly release: ReleaseId; readonly promise: Promised }[] {
  const later = dueNow(store.promises(), instant(now + BEFORE_MS));
  return later.filter(({ promise }) => promise.due > now + APART_MS);
}
