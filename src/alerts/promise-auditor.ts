// The service's side of the audit: keeps the book of promises up to date with the plan in force and
// with what is public, and says what is left over. For what counts as left over see
// audit-promises.ts.

import type { IncidentStore } from '../ledger/incident-store.ts';
import type { JournalEvent } from '../ledger/journal.ts';
import {
  announcedYears,
  dueNow,
  noted,
  type PromisedRelease,
  type PromiseStore,
  type Promises,
  settledPromises,
} from '../ledger/promises.ts';
import type { Instant } from '../lib/instant.ts';
import {
  type Calendar,
  type PublicationId,
  parsePublicationId,
  publicationId,
  type ReleaseId,
} from '../plan/types.ts';
import { audit, type LeftOver } from './audit-promises.ts';

const LOCK_MS = 20_000;
/**
 * What was public and is not in the ledger any more is being looked up again; so long it may take,
 * ms.
 */
const LOOK_UP_MS = 300_000;

/**
 * A book that somebody else has changed (it may have been restored) is noted again after so long,
 * ms.
 */
const AGAIN_MS = 60_000;

/** What is known of the bureau's own site. */
export interface SiteNow {
  /** Public by the ledger, and the public does not see it; undefined: it could not be looked at. */
  readonly lost: readonly PublicationId[] | undefined;
  /** What people have been told of as gone, and that is not over. */
  readonly gone: ReadonlySet<PublicationId>;
  /**
   * What was withdrawn, and why, as it is noted where the site lives: whatever the journal has
   * lost.
   */
  readonly tombstones: ReadonlyMap<PublicationId, string>;
}

type Withdrawn = ReadonlyMap<PublicationId, { readonly at: number; readonly reason: string }>;

export class Auditor {
  readonly #book: PromiseStore;
  readonly #incidents: IncidentStore;
  #read: { version: string | undefined; promises: Promises } | undefined;
  /** The calendar that the book is up to date with, and the plans of it that were announced. */
  #noted: { calendar: Calendar; years: string; at: Instant } | undefined;
  /** Since when what was public is not. */
  readonly #vanished = new Map<PublicationId, Instant>();

  constructor(book: PromiseStore, incidents: IncidentStore) {
    this.#book = book;
    this.#incidents = incidents;
  }

  /**
   * Every announced instant of the calendar in force goes into the book, every one that has words
   * ends. May be called as often as one likes.
   */
  async note(calendar: Calendar, now: Instant): Promise<void> {
    const years = announcedYears(calendar, now);
    const before = this.#noted;
    const same = before?.calendar === calendar && before.years === years;
    if (
      same &&
      (now - before.at < AGAIN_MS || (await this.#book.version()) === this.#read?.version)
    )
      return;
    const done = await this.#change((promises) => noted(promises, calendar, now));
    if (done) this.#noted = { calendar, years, at: now };
  }

  /**
   * What was promised and nothing answers for.
   * @param events of the journal since the last look
   * @returns undefined where the events could not be taken into the book: they have to be read
   *   again
   */
  async leftOver(
    calendar: Calendar,
    events: readonly JournalEvent[],
    site: SiteNow,
    now: Instant,
  ): Promise<LeftOver[] | undefined> {
    // Nobody can look: what was gone is gone still for all that is known.
    const lost = site.lost ?? [...site.gone];
    let promises = await this.promises();
    const due = dueNow(promises, now).flatMap(({ release, promise }) =>
      promise.channels.map((channel) => publicationId(release, channel)),
    );
    const since = await this.#book.publicSince(due);
    for (const publication of lost) since.delete(publication);
    const withdrawn = withdrawnIn(events);
    const toldOn = (publication: PublicationId): { at: number; reason: string } | undefined => {
      const reason = site.tombstones.get(publication);
      return reason ? { at: now, reason } : undefined;
    };
    const seen = (all: Promises): Map<ReleaseId, PromisedRelease> =>
      settledPromises(
        all,
        (publication) => since.get(publication),
        (publication) => withdrawn.get(publication) ?? toldOn(publication),
        now,
      );
    if (seen(promises).size > 0) {
      if (!(await this.#change(seen))) return undefined;
      promises = this.#read?.promises ?? promises;
    }
    const left = audit(
      promises,
      {
        publicAt: (publication) => since.get(publication),
        stands: (release, instant) => {
          const planned = calendar.byId.get(release);
          return planned !== undefined && planned.status !== 'cancelled' && planned.due === instant;
        },
      },
      now,
    );
    return this.#patient([...left, ...lostLater(lost, promises, left, calendar)], site.gone, now);
  }

  /** Everything that is in the book. */
  async promises(): Promise<Promises> {
    const version = await this.#book.version();
    if (this.#read && this.#read.version === version) return this.#read.promises;
    const promises = await this.#book.all();
    this.#read = { version, promises };
    return promises;
  }

  /** @returns false where another process was at it; then the next round does it */
  async #change(work: (promises: Promises) => Map<ReleaseId, PromisedRelease>): Promise<boolean> {
    const done = await this.#incidents.alone('promises', LOCK_MS, async () => {
      const before = await this.promises();
      const changed = work(before);
      if (changed.size === 0) return true;
      const version = await this.#book.put(changed);
      this.#read = { version, promises: new Map([...before, ...changed]) };
      return true;
    });
    return done ?? false;
  }

  /** A ledger that is made anew looks everything up again: that takes a while. */
  #patient(left: readonly LeftOver[], told: ReadonlySet<PublicationId>, now: Instant): LeftOver[] {
    const vanished = left.filter(({ why }) => why === 'promise-vanished');
    const gone = new Set(
      vanished.flatMap(({ release, channels }) =>
        channels.map((channel) => publicationId(release, channel)),
      ),
    );
    for (const publication of this.#vanished.keys())
      if (!gone.has(publication)) this.#vanished.delete(publication);
    for (const publication of gone)
      if (!this.#vanished.has(publication)) this.#vanished.set(publication, now);
    // What people have been told of lasts as long as it lasts, whoever looks.
    const isOver = (publication: PublicationId): boolean =>
      told.has(publication) || now - (this.#vanished.get(publication) ?? now) >= LOOK_UP_MS;
    return left.filter(
      ({ why, release, channels }) =>
        why !== 'promise-vanished' ||
        channels.some((channel) => isOver(publicationId(release, channel))),
    );
  }
}

/**
 * What was kept and looked at no more, or promised before this ledger was there, until it was lost.
 */
function lostLater(
  lost: readonly PublicationId[],
  promises: Promises,
  left: readonly LeftOver[],
  calendar: Calendar,
): LeftOver[] {
  const found: LeftOver[] = [];
  for (const publication of lost) {
    const { release, channel } = parsePublicationId(publication);
    if (left.some((one) => one.release === release && one.channels.includes(channel))) continue;
    const known = promises.get(release);
    const planned = calendar.byId.get(release);
    const due = planned?.due ?? known?.promises.at(-1)?.due ?? 0;
    const { name, timezone } = known ??
      planned ?? { name: { zh: release }, timezone: calendar.timezone };
    found.push({
      release,
      name,
      timezone,
      due,
      channels: [channel],
      why: 'promise-vanished',
      late: true,
    });
  }
  return found;
}

/** What people took down since, with their words. */
function withdrawnIn(events: readonly JournalEvent[]): Withdrawn {
  const found = new Map<PublicationId, { at: number; reason: string }>();
  for (const { event, subject, at, detail } of events) {
    const reason = (detail as { reason?: unknown } | undefined)?.reason;
    if (event === 'withdrawn' && typeof reason === 'string' && reason !== '')
      found.set(subject as PublicationId, { at, reason });
  }
  return found;
}
