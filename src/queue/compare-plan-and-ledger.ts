// What the ledger lacks of the plan, as the changes that bring the two into agreement. Pure. Not
// for making them, nor for the jobs: reconcile.ts.
import type { LedgerEntry } from '../ledger/ledger.ts';
import type { LedgerChange } from '../ledger/ledger-change.ts';
import { wordsOfHold } from '../ledger/publication-facts.ts';
import { type Instant, instant } from '../lib/instant.ts';
import {
  type Calendar,
  type PublicationId,
  parsePublicationId,
  publicationId,
  type Release,
} from '../plan/types.ts';

/** What the ledger needs to agree with the plan. */
export interface Differences {
  readonly create: readonly { publication: PublicationId; release: Release }[];
  readonly move: readonly { publication: PublicationId; release: Release }[];
  readonly cancel: readonly PublicationId[];
  /**
   * Closed, and the plan wants them: put back if they were cancelled, or moved if they were due
   * before our time.
   */
  readonly restore: readonly { publication: PublicationId; release: Release }[];
}

/** Compares the calendar with the ledger's two indexes. */
export function compare(
  calendar: Calendar,
  open: ReadonlyMap<PublicationId, Instant>,
  closed: ReadonlyMap<PublicationId, Instant>,
): Differences {
  const create: { publication: PublicationId; release: Release }[] = [];
  const move: { publication: PublicationId; release: Release }[] = [];
  const restore: { publication: PublicationId; release: Release }[] = [];
  let unmet = open.size;
  const wanted = new Set<PublicationId>();
  for (const release of calendar.releases) {
    if (release.status === 'cancelled') continue;
    for (const channel of release.settings.channels) {
      const publication = publicationId(release.id, channel);
      const due = open.get(publication);
      if (due === undefined) {
        const over = closed.get(publication);
        if (over !== undefined && over !== DONE) restore.push({ publication, release });
        else if (over === undefined) create.push({ publication, release });
        continue;
      }
      unmet--;
      wanted.add(publication);
      if (due !== release.due) move.push({ publication, release });
    }
  }
  const cancel =
    unmet === 0 ? [] : [...open.keys()].filter((publication) => !wanted.has(publication));
  return { create, move, cancel, restore };
}

/** What the reconciler has to know besides plan and ledger. */
export interface ReconcileContext {
  /**
   * When the plan in force was put into force: what it asked for at an instant before that is not
   * sent by itself.
   */
  readonly plannedAt: Instant;
  /**
   * Whether that was the first one after a restore: what it asks for at once may have been done
   * before.
   */
  readonly afterRestore: boolean;
  /**
   * Whether this bureau has had a ledger before this one: then what was due before may have been
   * sent by it.
   */
  readonly hadLedger: boolean;
  /** Withdrawn, and why, as the place where the site lives remembers it. */
  readonly withdrawn: ReadonlyMap<PublicationId, string>;
  /**
   * Whether one of these that the ledger calls public was taken down; what came out after its
   * withdrawal was not, and is left to a person.
   */
  isTakenDown(entry: LedgerEntry): Promise<boolean>;
  /** What a person holds, as the same place remembers it. */
  readonly held: { has(publication: PublicationId): boolean; keys(): Iterable<PublicationId> };
  /** Name of the channel that is the bureau's own site. */
  readonly site: string | undefined;
  /** What the site shows, by its own record, and since when: it outlives the ledger. */
  readonly shown: ReadonlyMap<string, number>;
  /** Nothing is let out by the plan that Redis has until the files have been read again. */
  doubtPlan(): Promise<void>;
}

/** What becomes of an entry that the plan has another day for, or has again; undefined: nothing. */
export function moveOf(
  entry: LedgerEntry,
  release: Release,
  context: RunContext,
  birth: Instant | undefined,
  now: Instant,
  actor: string,
): LedgerChange | undefined {
  // Due before our time, and the plan has not given it another day.
  if (entry.state === 'historical' && entry.due === release.due) return undefined;
  if (isOfBefore(entry, release, context)) {
    return entry.state === 'planned' ? bygoneOf(entry, release, context, now, actor) : undefined;
  }
  // A channel or release that is put back after T goes out only if the plan says so in so many
  // words. Of what is on another channel already it was not said now: that goes out by a person's
  // hand.
  const isSaid = release.immediate && !context.out.has(release.id);
  if (
    entry.state === 'cancelled' &&
    release.due <= context.plannedAt &&
    !isSaid &&
    !entry.unsettled
  )
    return undefined;
  // By the plan it is, or was before it moved, due before this ledger was born, whatever the ledger
  // that was restored says: it may have been sent.
  const isAsked = release.immediate && !context.afterRestore;
  const sentFrom = instant(Math.min(release.due, release.was ?? release.due));
  const ofBefore = birth !== undefined && sentFrom <= birth && entry.due > birth && !isAsked;
  // What a person holds is held on the new day too, until a person frees it.
  const isKept =
    (entry.state === 'held' && entry.reason?.code === 'by-operator') ||
    (entry.state === 'cancelled' && context.held.has(entry.publication));
  return {
    publication: entry.publication,
    from: entry,
    to: isKept ? 'held' : 'planned',
    due: release.due,
    lowerTo: ofBefore ? release.due : lowestFloor(release, entry, context),
    ...(ofBefore && !entry.unsettled
      ? { unsettled: { why: 'birth' as const, at: birth, from: sentFrom } }
      : {}),
    actor,
    at: now,
    set: {
      retryAt: null,
      reason: isKept ? wordsOfHold(entry.reason) : null,
      staged: null,
      worker: null,
      lead: release.settings.lead,
      looks: null,
      tries: null,
    },
    take: true,
    detail: { from: entry.due, to: release.due },
    plan: context.plan,
  };
}

/**
 * The example had another day for it: what the plan that takes its place says is long past was
 * before our time.
 */
function isOfBefore(
  { state, unsettled }: LedgerEntry,
  { id, due, settings, immediate }: Release,
  { plannedAt, out }: RunContext,
): boolean {
  if (state !== 'planned' && state !== 'historical') return false;
  return due + settings.window < plannedAt && !immediate && !unsettled && !out.has(id);
}

/** Due before Banli kept this plan: nothing is sent, and nobody is told that it is missed. */
function bygoneOf(
  entry: LedgerEntry,
  release: Release,
  context: RunContext,
  now: Instant,
  actor: string,
): LedgerChange {
  return {
    publication: entry.publication,
    from: entry,
    to: 'historical',
    due: release.due,
    lowerTo: release.due,
    actor,
    at: now,
    set: { retryAt: null, reason: null, staged: null, worker: null, looks: null, tries: null },
    take: true,
    detail: { from: entry.due, to: release.due },
    plan: context.plan,
  };
}

/**
 * A publication that the ledger does not know. It is in one call what it has to be: nothing is
 * planned first and doubted afterwards.
 */
export function createOf(
  publication: PublicationId,
  release: Release,
  context: RunContext,
  now: Instant,
  actor: string,
): LedgerChange {
  const base = {
    publication,
    from: undefined,
    due: release.due,
    actor,
    at: now,
    set: { lead: release.settings.lead },
    plan: context.plan,
  };
  const reason = context.withdrawn.get(publication) ?? context.over.get(release.id);
  if (reason !== undefined)
    return { ...base, to: 'withdrawn', ...(reason ? { detail: { reason } } : {}) };
  const isSite = parsePublicationId(publication).channel === context.site;
  const late = now - release.due > release.settings.window;
  // What the site shows it says itself; what another channel has had, only somebody who sent it
  // before can doubt.
  const as = isSite || (context.hadLedger && !late) ? 'doubtful' : 'historical';
  // It was promised for an earlier instant, and may have been sent then.
  const sentFrom = instant(
    Math.min(release.due, release.was ?? release.due, context.shown.get(release.id) ?? release.due),
  );
  // A channel that joins what is on others already goes out by a person's hand: `immediate` was
  // said of the release, and not of it.
  const isKnown = context.known.has(release.id);
  const added = release.due <= context.plannedAt && (!release.immediate || isKnown);
  return { ...base, to: added ? 'historical' : 'planned', born: { sentFrom, as } };
}

/**
 * How far the plan in force allows a due instant to be brought forward. That it is neither past nor
 * too near was judged when its words came into force, which may have been before this version of
 * the plan: then they are still there.
 */
function lowestFloor(
  release: Release,
  entry: LedgerEntry,
  { plannedAt }: ReconcileContext,
): Instant {
  if (release.immediate || (release.was === entry.due && release.reason !== undefined))
    return release.due;
  return plannedAt;
}

/** Why it was withdrawn: what is withdrawn in words is no broken promise. */
export function wordsOf(
  withdrawn: ReadonlyMap<PublicationId, string>,
  publication: PublicationId,
): { reason: string } | undefined {
  const reason = withdrawn.get(publication);
  return reason ? { reason } : undefined;
}

/** In the place of the due instant of a closed publication that has come out. */
export const DONE = instant(-1);

/** With the releases that the ledger knows, and those of which something is public. */
export type RunContext = ReconcileContext & {
  readonly plan: string;
  readonly known: ReadonlySet<Release['id']>;
  readonly out: ReadonlySet<Release['id']>;
  /** Withdrawn, and why: on no channel that joins them does anything of these come out. */
  readonly over: ReadonlyMap<Release['id'], string>;
};
