// Plan + ledger → what the ledger lacks and which jobs must wait in the queues. `compare` and
// `jobsFor` are pure; `Reconciler` carries them out and can be run at any time, any number of
// times. Not for doing the jobs: publish/.

import type { Changed, Ledger, LedgerChange, LedgerEntry } from '../ledger/ledger.ts';
import { wordsOfHold } from '../ledger/publication-facts.ts';
import { PUBLIC, type State } from '../ledger/states.ts';
import { duration, type Instant, instant } from '../lib/instant.ts';
import { longestLead } from '../plan/calendar.ts';
import {
  type Calendar,
  type PublicationId,
  parsePublicationId,
  publicationId,
  type Release,
} from '../plan/types.ts';
import type { JobQueues, JobSpec } from './queues.ts';
import { sliceOf } from './release-waves.ts';

/**
 * Jobs further ahead than this are not in the queues yet; reconcile runs every minute and tops them
 * up.
 */
export const HORIZON = duration(3 * 86_400_000);
/** A release job wakes this long before T, to hold what is staged and fire on a precise timer. */
export const ARM_MS = 2000;
/** The website's wakes earlier: the edition is rendered in this time. */
const ARM_WEBSITE_MS = 4000;
const BATCH = 1000;
/** In the place of the due instant of a closed publication that has come out. */
export const DONE = instant(-1);

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

/**
 * The job that releases a publication's part of its wave: shortly before T, or at `notBefore` if
 * that is later.
 */
export function waveJob(publication: PublicationId, due: Instant, notBefore: Instant): JobSpec {
  const { channel } = parsePublicationId(publication);
  const slice = sliceOf(publication);
  const at = instant(Math.max(due - (channel === 'website' ? ARM_WEBSITE_MS : ARM_MS), notBefore));
  return { id: `${channel}~${due}~${slice}~${at}`, data: { channel, due, slice }, at };
}

/**
 * The job that stages a publication. Its id holds the instant: one that is asked for at another
 * time is another job.
 */
export function stageJobOf(publication: PublicationId, at: Instant): JobSpec {
  return { id: `${publication}~${at}`, data: { publication }, at };
}

/** The jobs that must wait in the queues for these open publications. */
export function jobsFor(
  entries: readonly LedgerEntry[],
  calendar: Calendar,
  now: Instant,
): { stage: JobSpec[]; release: JobSpec[] } {
  const stage: JobSpec[] = [];
  const waves = new Map<string, JobSpec>();
  for (const entry of entries) {
    const { release: id } = parsePublicationId(entry.publication);
    const release = calendar.byId.get(id);
    if (!release) continue;
    if (entry.state === 'planned') {
      const at = instant(Math.max(entry.due - release.settings.lead, entry.retryAt ?? 0));
      if (at <= now + HORIZON) stage.push(stageJobOf(entry.publication, at));
    } else if (entry.state === 'staged') {
      const wave = waveJob(entry.publication, entry.due, entry.retryAt ?? instant(0));
      if (wave.at <= now + HORIZON) waves.set(wave.id, wave);
    }
  }
  return { stage, release: [...waves.values()] };
}

const MOVABLE: readonly State[] = ['planned', 'staged', 'armed', 'held', 'bygone', 'cancelled'];
/** What may become withdrawn by what is remembered where the site lives. */
const WITHDRAWABLE: readonly State[] = [
  'planned',
  'staged',
  'doubtful',
  'held',
  'cancelled',
  'bygone',
  'public',
  'verified',
];
/** What would be sent, now or once a person frees it. */
const DOUBTABLE: readonly State[] = ['planned', 'staged', 'held', 'cancelled'];
/** What a person held and would go out, now or once it has been looked up. */
const HOLDABLE: readonly State[] = ['planned', 'staged', 'armed', 'doubtful'];
const CANCELLABLE: readonly State[] = ['planned', 'staged', 'armed', 'held'];

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

/** With the releases that the ledger knows, and those of which something is public. */
type RunContext = ReconcileContext & {
  readonly plan: string;
  readonly known: ReadonlySet<Release['id']>;
  readonly out: ReadonlySet<Release['id']>;
};

/** Makes ledger and queues agree with the plan. */
export class Reconciler {
  readonly #ledger: Ledger;
  readonly #queues: JobQueues;
  readonly #context: (now: Instant) => Promise<ReconcileContext>;

  constructor(
    ledger: Ledger,
    queues: JobQueues,
    context: (now: Instant) => Promise<ReconcileContext>,
  ) {
    this.#ledger = ledger;
    this.#queues = queues;
    this.#context = context;
  }

  /**
   * @param plan version of the plan that the calendar is of: the ledger refuses what a plan asks
   *   that is in force no more
   * @returns how many publications were created, moved and cancelled, and how many jobs were added
   */
  async run(
    calendar: Calendar,
    now: Instant,
    actor: string,
    plan = '',
  ): Promise<{ created: number; moved: number; cancelled: number; jobs: number }> {
    const asked = await this.#context(now);
    if (await this.#ledger.hasForgotten()) {
      // Lost or set back: its plan may be one of before, too.
      await asked.doubtPlan();
      await this.#ledger.beginAgain(now, actor);
    }
    const [open, closed, shown] = await Promise.all([
      this.#ledger.open(),
      this.#ledger.closed(),
      this.#ledger.publicSince(),
    ]);
    for (const publication of shown.keys())
      if (closed.has(publication)) closed.set(publication, DONE);
    const known = new Set(
      [...open.keys(), ...closed.keys()].map(
        (publication) => parsePublicationId(publication).release,
      ),
    );
    // What was withdrawn was out, too.
    const out = new Set(
      [...shown.keys(), ...asked.withdrawn.keys()].map(
        (publication) => parsePublicationId(publication).release,
      ),
    );
    const context: RunContext = { ...asked, plan, known, out };
    const differences = compare(calendar, open, closed);
    const created = await this.#create(differences, context, now, actor);
    const { birth } = await this.#ledger.self();
    if (birth !== undefined) await this.#holdAgain(context, now, actor);
    const moved = await this.#move(differences, context, birth, now, actor);
    const cancelled = await this.#cancel(differences, context, now, actor);
    await this.#withdraw(context, now, actor);
    if (birth !== undefined) await this.#doubtShown(calendar, context, birth, actor);
    const jobs = await this.enqueue(calendar, now);
    return { created, moved, cancelled, jobs };
  }

  /** Puts into the queues what is missing there, takes out what has no reason to be there. */
  async enqueue(calendar: Calendar, now: Instant): Promise<number> {
    // What is in the queues is read first: a job that is added while the ledger is read is not
    // there, and so not taken out.
    const there = {
      stage: await this.#queues.ids('stage'),
      release: await this.#queues.ids('release'),
    };
    const near = await this.#ledger.open(undefined, instant(now + HORIZON + longestLead(calendar)));
    const entries = await this.#ledger.getAll([...near.keys()]);
    const wanted = jobsFor([...entries.values()], calendar, now);
    let added = 0;
    for (const name of ['stage', 'release'] as const) {
      const missing = wanted[name].filter((job) => !there[name].has(job.id));
      await this.#queues.add(name, missing);
      added += missing.length;
      const ids = new Set(wanted[name].map((job) => job.id));
      await this.#queues.remove(
        name,
        [...there[name]].filter((id) => !ids.has(id)),
      );
    }
    return added;
  }

  async #create(
    { create }: Differences,
    context: RunContext,
    now: Instant,
    actor: string,
  ): Promise<number> {
    let created = 0;
    for (let start = 0; start < create.length; start += BATCH) {
      const batch = create.slice(start, start + BATCH);
      const made = await this.#ledger.changeAll(
        batch.map(({ publication, release }) =>
          createOf(publication, release, context, now, actor),
        ),
      );
      created += countOk(made);
      const again = new Set(
        batch.flatMap(({ publication }) => (context.held.has(publication) ? [publication] : [])),
      );
      if (again.size > 0) await this.#holdAgain({ held: again }, now, actor);
    }
    return created;
  }

  async #move(
    { move, restore }: Differences,
    context: RunContext,
    birth: Instant | undefined,
    now: Instant,
    actor: string,
  ): Promise<number> {
    const all = [...move, ...restore];
    const states = await this.#ledger.statesOf(all.map(({ publication }) => publication));
    const entries = await this.#ledger.getAll(
      all
        .map(({ publication }) => publication)
        .filter((one) => MOVABLE.includes(states.get(one) ?? 'verified')),
    );
    const changes = all.flatMap(({ publication, release }) => {
      const entry = entries.get(publication);
      return (entry && moveOf(entry, release, context, birth, now, actor)) ?? [];
    });
    return countOk(await this.#ledger.changeAll(changes));
  }

  /** Withdrawn stays withdrawn, whatever an older ledger says. */
  async #withdraw(
    { withdrawn, isTakenDown }: RunContext,
    now: Instant,
    actor: string,
  ): Promise<void> {
    const states = await this.#ledger.statesOf([...withdrawn.keys()]);
    const wrong = [...states].flatMap(([publication, state]) =>
      WITHDRAWABLE.includes(state) ? [publication] : [],
    );
    const entries = [...(await this.#ledger.getAll(wrong)).values()];
    const over: LedgerEntry[] = [];
    for (const entry of entries)
      if (!PUBLIC.includes(entry.state) || (await isTakenDown(entry))) over.push(entry);
    await this.#ledger.changeAll(
      over.map((entry) => ({
        publication: entry.publication,
        from: entry,
        to: 'withdrawn' as const,
        actor,
        at: now,
        take: true,
        detail: wordsOf(withdrawn, entry.publication),
      })),
    );
  }

  /** What a person held before this ledger was born is held until a person frees it. */
  async #holdAgain({ held }: Pick<RunContext, 'held'>, now: Instant, actor: string): Promise<void> {
    const states = await this.#ledger.statesOf([...held.keys()]);
    const free = [...states].flatMap(([publication, state]) =>
      HOLDABLE.includes(state) ? [publication] : [],
    );
    // What somebody has freed since, here or on another machine, stays free.
    const entries = [...(await this.#ledger.getAll(free)).values()].filter(
      ({ reason }) => reason?.code !== 'by-operator',
    );
    const set = { reason: { code: 'by-operator' } } as const;
    await this.#ledger.changeAll(
      entries.map((entry) => ({
        publication: entry.publication,
        from: entry,
        to: 'held' as const,
        set,
        actor,
        at: now,
        take: true,
      })),
    );
  }

  /** What the site showed before this ledger was born may have been sent on every channel. */
  async #doubtShown(
    calendar: Calendar,
    { shown }: RunContext,
    birth: Instant,
    actor: string,
  ): Promise<void> {
    const before = [...shown].flatMap(([id, since]) =>
      since <= birth ? (calendar.byId.get(id as Release['id']) ?? []) : [],
    );
    const all = before.flatMap(({ id, settings }) =>
      settings.channels.map((channel) => publicationId(id, channel)),
    );
    const states = await this.#ledger.statesOf(all);
    const open = all.filter((publication) =>
      DOUBTABLE.includes(states.get(publication) ?? 'verified'),
    );
    await this.#ledger.unsettle(open, { why: 'birth', at: birth }, actor);
  }

  async #cancel(
    { cancel }: Differences,
    { plan }: RunContext,
    now: Instant,
    actor: string,
  ): Promise<number> {
    // What may be public already is a question for a person, whatever the plan says by now.
    const isAsked = (entry: LedgerEntry): boolean =>
      entry.state === 'held' && entry.unsettled !== undefined;
    const entries = [...(await this.#ledger.getAll(cancel)).values()].filter(
      (entry) => CANCELLABLE.includes(entry.state) && !isAsked(entry),
    );
    return countOk(
      await this.#ledger.changeAll(
        entries.map((entry) => ({
          publication: entry.publication,
          from: entry,
          to: 'cancelled' as const,
          actor,
          at: now,
          take: true,
          plan,
        })),
      ),
    );
  }
}

/** What becomes of an entry that the plan has another day for, or has again; undefined: nothing. */
function moveOf(
  entry: LedgerEntry,
  release: Release,
  context: RunContext,
  birth: Instant | undefined,
  now: Instant,
  actor: string,
): LedgerChange | undefined {
  // Due before our time, and the plan has not given it another day.
  if (entry.state === 'bygone' && entry.due === release.due) return undefined;
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
  if (state !== 'planned' && state !== 'bygone') return false;
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
    to: 'bygone',
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
function createOf(
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
  if (context.withdrawn.has(publication))
    return { ...base, to: 'withdrawn', detail: wordsOf(context.withdrawn, publication) };
  const isSite = parsePublicationId(publication).channel === context.site;
  const late = now - release.due > release.settings.window;
  // What the site shows it says itself; what another channel has had, only somebody who sent it
  // before can doubt.
  const as = isSite || (context.hadLedger && !late) ? 'doubtful' : 'bygone';
  // It was promised for an earlier instant, and may have been sent then.
  const sentFrom = instant(
    Math.min(release.due, release.was ?? release.due, context.shown.get(release.id) ?? release.due),
  );
  // A channel that joins what is on others already goes out by a person's hand: `immediate` was
  // said of the release, and not of it.
  const isKnown = context.known.has(release.id);
  const added = release.due <= context.plannedAt && (!release.immediate || isKnown);
  return { ...base, to: added ? 'bygone' : 'planned', born: { sentFrom, as } };
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
function wordsOf(
  withdrawn: ReadonlyMap<PublicationId, string>,
  publication: PublicationId,
): { reason: string } | undefined {
  const reason = withdrawn.get(publication);
  return reason ? { reason } : undefined;
}

function countOk(answers: readonly Changed[]): number {
  return answers.filter(({ ok }) => ok).length;
}
