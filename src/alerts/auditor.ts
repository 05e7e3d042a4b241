// The service's side of the audit: keeps the book of promises up to date with the plan in force and
// with what is public, and says what is left over. For what counts as left over see audit.ts.
import type { JournalEvent } from '../ledger/journal.ts';
import type { IncidentBook } from '../ledger/incidents.ts';
import { announcedYears, dueNow, kept, noted } from '../ledger/promises.ts';
import type { PromiseBook, PromisedRelease, Promises } from '../ledger/promises.ts';
import { publicationId } from '../plan/types.ts';
import type { Calendar, Instant, PublicationId, ReleaseId } from '../plan/types.ts';
import { audit } from './audit.ts';
import type { LeftOver } from './audit.ts';

const LOCK_MS = 20_000;
/** What was public and is not in the ledger any more is being looked up again; so long it may take, ms. */
const LOOK_UP_MS = 300_000;

/** A book that somebody else has changed (it may have been restored) is noted again after so long, ms. */
const AGAIN_MS = 60_000;

type Withdrawn = ReadonlyMap<PublicationId, { readonly at: number; readonly reason: string }>;

export class Auditor {
  readonly #book: PromiseBook;
  readonly #incidents: IncidentBook;
  #read: { version: string | undefined; promises: Promises } | undefined;
  /** The calendar that the book is up to date with, and the plans of it that were announced. */
  #noted: { calendar: Calendar; years: string; at: Instant } | undefined;
  /** Since when what was public is not. */
  readonly #vanished = new Map<PublicationId, Instant>();

  constructor(book: PromiseBook, incidents: IncidentBook) {
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
    if (same && (now - before.at < AGAIN_MS || (await this.#book.version()) === this.#read?.version)) return;
    const done = await this.#change((promises) => noted(promises, calendar, now));
    if (done) this.#noted = { calendar, years, at: now };
  }

  /** What was promised and nothing answers for. @param events of the journal since the last look */
  async leftOver(calendar: Calendar, events: readonly JournalEvent[], now: Instant): Promise<LeftOver[]> {
    let promises = await this.promises();
    const due = dueNow(promises, now).flatMap(({ release, promise }) => promise.channels.map((channel) => publicationId(release, channel)));
    const since = await this.#book.publicSince(due);
    const withdrawn = withdrawnIn(events);
    const seen = (all: Promises): Map<ReleaseId, PromisedRelease> =>
      kept(
        all,
        (publication) => since.get(publication),
        (publication) => withdrawn.get(publication),
        now,
      );
    if (seen(promises).size > 0 && (await this.#change(seen))) promises = this.#read?.promises ?? promises;
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
    return this.#patient(left, now);
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
  #patient(left: readonly LeftOver[], now: Instant): LeftOver[] {
    const vanished = left.filter(({ why }) => why === 'promise-vanished');
    const gone = new Set(vanished.flatMap(({ release, channels }) => channels.map((channel) => publicationId(release, channel))));
    for (const publication of this.#vanished.keys()) if (!gone.has(publication)) this.#vanished.delete(publication);
    for (const publication of gone) if (!this.#vanished.has(publication)) this.#vanished.set(publication, now);
    return left.filter(
      ({ why, release, channels }) =>
        why !== 'promise-vanished' || channels.some((channel) => now - (this.#vanished.get(publicationId(release, channel)) ?? now) >= LOOK_UP_MS),
    );
  }
}

/** What people took down since, with their words. */
function withdrawnIn(events: readonly JournalEvent[]): Withdrawn {
  const found = new Map<PublicationId, { at: number; reason: string }>();
  for (const { event, subject, at, detail } of events) {
    const reason = (detail as { reason?: unknown } | undefined)?.reason;
    if (event === 'withdrawn' && typeof reason === 'string' && reason !== '') found.set(subject as PublicationId, { at, reason });
  }
  return found;
}
