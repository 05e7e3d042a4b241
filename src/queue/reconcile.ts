// Plan + ledger → what the ledger lacks and which jobs must wait in the queues. `compare` and
// `jobsFor` are pure; `Reconciler` carries them out and can be run at any time, any number of
// times. Not for doing the jobs: publish/.

import type { Ledger, LedgerEntry } from '../ledger/ledger.ts';
import type { Changed } from '../ledger/ledger-change.ts';
import { sendableFrom } from '../ledger/releasing-calls.ts';
import {
  CANCELLABLE,
  DOUBTABLE,
  HOLDABLE,
  MOVABLE,
  PUBLIC,
  UNSENT,
  WITHDRAWABLE,
} from '../ledger/states.ts';
import { releasesThatAreOver, wholeReleasesIn } from '../ledger/tombstones.ts';
import { duration, type Instant, instant } from '../lib/instant.ts';
import { longestLead } from '../plan/calendar.ts';
import {
  type Calendar,
  type PublicationId,
  parsePublicationId,
  publicationId,
  type Release,
} from '../plan/types.ts';
import {
  compare,
  createOf,
  type Differences,
  DONE,
  moveOf,
  type ReconcileContext,
  type RunContext,
  wordsOf,
} from './compare-plan-and-ledger.ts';
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
      const wave = waveJob(entry.publication, entry.due, sendableFrom(entry));
      if (wave.at <= now + HORIZON) waves.set(wave.id, wave);
    }
  }
  return { stage, release: [...waves.values()] };
}

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
    const over = releasesThatAreOver(asked.withdrawn, shown);
    const context: RunContext = { ...asked, plan, known, out, over };
    const differences = compare(calendar, open, closed);
    const created = await this.#create(differences, context, now, actor);
    const { birth } = await this.#ledger.self();
    if (birth !== undefined) await this.#holdAgain(context, now, actor);
    const moved = await this.#move(differences, context, birth, now, actor);
    const cancelled = await this.#cancel(differences, context, now, actor);
    const members = [...open.keys(), ...closed.keys()];
    await this.#withdraw(context, members, now, actor);
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
    all: readonly PublicationId[],
    now: Instant,
    actor: string,
  ): Promise<void> {
    const whole = wholeReleasesIn(withdrawn);
    // With its release: what has not been sent. What may have been is a question for a person.
    const members = new Map(
      all.flatMap((publication) => {
        const reason = whole.get(parsePublicationId(publication).release);
        return reason === undefined || withdrawn.has(publication)
          ? []
          : [[publication, reason] as const];
      }),
    );
    const states = await this.#ledger.statesOf([...withdrawn.keys(), ...members.keys()]);
    const wrong = [...states].flatMap(([publication, state]) =>
      (members.has(publication) ? UNSENT : WITHDRAWABLE).includes(state) ? [publication] : [],
    );
    const entries = [...(await this.#ledger.getAll(wrong)).values()];
    const over: LedgerEntry[] = [];
    for (const entry of entries) {
      const isOver = members.has(entry.publication)
        ? entry.unsettled === undefined
        : !PUBLIC.includes(entry.state) || (await isTakenDown(entry));
      if (isOver) over.push(entry);
    }
    await this.#ledger.changeAll(
      over.map((entry) => ({
        publication: entry.publication,
        from: entry,
        to: 'withdrawn' as const,
        actor,
        at: now,
        take: true,
        detail: wordsOf(new Map([...withdrawn, ...members]), entry.publication),
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

function countOk(answers: readonly Changed[]): number {
  return answers.filter(({ ok }) => ok).length;
}
