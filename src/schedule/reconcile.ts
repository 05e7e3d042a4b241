// Plan + ledger → what the ledger lacks and which jobs must wait in the queues. `compare` and `jobsFor` are pure; `Reconciler`
// carries them out and can be run at any time, any number of times. Not for doing the jobs: publish/.
import type { Change, Entry, Ledger } from '../ledger/ledger.ts';
import type { State } from '../ledger/states.ts';
import { longestLead } from '../plan/calendar.ts';
import { duration, instant, partsOf, publicationId } from '../plan/types.ts';
import type { Calendar, Instant, PublicationId, Release } from '../plan/types.ts';
import type { JobQueues, Wanted } from './queues.ts';
import { sliceOf } from './wave.ts';

/** Jobs further ahead than this are not in the queues yet; reconcile runs every minute and tops them up. */
export const HORIZON = duration(3 * 86_400_000);
/** A release job wakes this long before T, to hold what is staged and fire on a precise timer. */
export const ARM_MS = 2000;
/** The website's wakes earlier: the edition is rendered in this time. */
const ARM_WEBSITE_MS = 4000;

/** What the ledger needs to agree with the plan. */
export interface Differences {
  readonly create: readonly { publication: PublicationId; release: Release }[];
  readonly move: readonly { publication: PublicationId; due: Instant }[];
  readonly cancel: readonly PublicationId[];
  /** Closed, yet the plan wants them in the future: put back if they were cancelled. */
  readonly restore: readonly { publication: PublicationId; due: Instant }[];
}

/** Compares the calendar with the ledger's two indexes. */
export function compare(
  calendar: Calendar,
  open: ReadonlyMap<PublicationId, Instant>,
  closed: ReadonlyMap<PublicationId, Instant>,
  now: Instant,
): Differences {
  const create: { publication: PublicationId; release: Release }[] = [];
  const move: { publication: PublicationId; due: Instant }[] = [];
  const restore: { publication: PublicationId; due: Instant }[] = [];
  let unmet = open.size;
  const wanted = new Set<PublicationId>();
  for (const release of calendar.releases) {
    if (release.status === 'cancelled') continue;
    for (const channel of release.settings.channels) {
      const publication = publicationId(release.id, channel);
      const due = open.get(publication);
      if (due === undefined) {
        if (!closed.has(publication)) create.push({ publication, release });
        else if (release.due > now) restore.push({ publication, due: release.due });
        continue;
      }
      unmet--;
      wanted.add(publication);
      if (due !== release.due) move.push({ publication, due: release.due });
    }
  }
  const cancel = unmet === 0 ? [] : [...open.keys()].filter((publication) => !wanted.has(publication));
  return { create, move, cancel, restore };
}

/** The job that releases a publication's part of its wave: shortly before T, or at `notBefore` if that is later. */
export function waveJob(publication: PublicationId, due: Instant, notBefore: Instant): Wanted {
  const { channel } = partsOf(publication);
  const slice = sliceOf(publication);
  const at = instant(Math.max(due - (channel === 'website' ? ARM_WEBSITE_MS : ARM_MS), notBefore));
  return { id: `${channel}~${due}~${slice}~${at}`, data: { channel, due, slice }, at };
}

/** The jobs that must wait in the queues for these open publications. */
export function jobsFor(entries: readonly Entry[], calendar: Calendar, now: Instant): { stage: Wanted[]; release: Wanted[]; verify: Wanted[] } {
  const stage: Wanted[] = [];
  const verify: Wanted[] = [];
  const waves = new Map<string, Wanted>();
  for (const entry of entries) {
    const { release: id } = partsOf(entry.publication);
    const release = calendar.byId.get(id);
    if (!release) continue;
    switch (entry.state) {
      case 'planned': {
        const at = instant(Math.max(entry.due - release.settings.lead, entry.retryAt ?? 0));
        if (at <= now + HORIZON) stage.push({ id: entry.publication, data: { publication: entry.publication }, at });
        break;
      }
      case 'staged': {
        const wave = waveJob(entry.publication, entry.due, entry.retryAt ?? instant(0));
        if (wave.at <= now + HORIZON) waves.set(wave.id, wave);
        break;
      }
      case 'releasing':
      case 'doubtful':
      case 'public':
        verify.push({ id: entry.publication, data: { publication: entry.publication, look: 0 }, at: now });
        break;
      default:
    }
  }
  return { stage, release: [...waves.values()], verify };
}

const MOVABLE: readonly State[] = ['planned', 'staged', 'armed', 'held'];

/** Makes ledger and queues agree with the plan. */
export class Reconciler {
  readonly #ledger: Ledger;
  readonly #queues: JobQueues;

  constructor(ledger: Ledger, queues: JobQueues) {
    this.#ledger = ledger;
    this.#queues = queues;
  }

  /** @returns how many publications were created, moved and cancelled, and how many jobs were added. */
  async run(calendar: Calendar, now: Instant, actor: string): Promise<{ created: number; moved: number; cancelled: number; jobs: number }> {
    const [open, closed] = await Promise.all([this.#ledger.open(), this.#ledger.closed()]);
    const differences = compare(calendar, open, closed, now);
    const created = await this.#create(differences, now, actor);
    const moved = await this.#move(differences, now, actor);
    const cancelled = await this.#cancel(differences, now, actor);
    const jobs = await this.enqueue(calendar, now);
    return { created, moved, cancelled, jobs };
  }

  /** Puts into the queues what is missing there, takes out what has no reason to be there. */
  async enqueue(calendar: Calendar, now: Instant): Promise<number> {
    const near = await this.#ledger.open(undefined, instant(now + HORIZON + longestLead(calendar)));
    const entries = await this.#ledger.getAll([...near.keys()]);
    const wanted = jobsFor([...entries.values()], calendar, now);
    let added = 0;
    for (const name of ['stage', 'release', 'verify'] as const) {
      const there = await this.#queues.ids(name);
      const missing = wanted[name].filter((job) => !there.has(job.id));
      await this.#queues.add(name, missing);
      added += missing.length;
      if (name === 'verify') continue;
      const ids = new Set(wanted[name].map((job) => job.id));
      await this.#queues.remove(
        name,
        [...there].filter((id) => !ids.has(id)),
      );
    }
    return added;
  }

  async #create({ create }: Differences, now: Instant, actor: string): Promise<number> {
    for (let start = 0; start < create.length; start += 1000) {
      const batch = create.slice(start, start + 1000);
      await this.#ledger.changeAll(
        batch.map(({ publication, release }) => ({ publication, from: undefined, to: 'planned' as const, due: release.due, actor, at: now })),
      );
    }
    // A due instant that is past in a ledger that has just learnt of it: it may be public already, so look before anything else.
    const past = new Map(create.filter(({ release }) => release.due <= now).map(({ publication, release }) => [publication, release]));
    const entries = await this.#ledger.getAll([...past.keys()]);
    await this.#ledger.changeAll(
      [...entries.values()]
        .filter((entry) => entry.state === 'planned')
        .map((entry) => {
          const release = past.get(entry.publication);
          const late = release !== undefined && now - release.due > release.settings.window;
          const to = late && !entry.publication.endsWith('@website') ? ('bygone' as const) : ('doubtful' as const);
          return { publication: entry.publication, from: entry, to, actor, at: now };
        }),
    );
    return create.length;
  }

  async #move({ move, restore }: Differences, now: Instant, actor: string): Promise<number> {
    const all = [...move, ...restore];
    const entries = await this.#ledger.getAll(all.map(({ publication }) => publication));
    const changes: Change[] = [];
    for (const { publication, due } of all) {
      const entry = entries.get(publication);
      if (!entry || !(MOVABLE.includes(entry.state) || entry.state === 'cancelled')) continue;
      const set = { retryAt: null, reason: null, staged: null, worker: null };
      changes.push({ publication, from: entry, to: 'planned', due, actor, at: now, set, take: true, detail: { from: entry.due, to: due } });
    }
    await this.#ledger.changeAll(changes);
    return changes.length;
  }

  async #cancel({ cancel }: Differences, now: Instant, actor: string): Promise<number> {
    const entries = [...(await this.#ledger.getAll(cancel)).values()].filter((entry) => MOVABLE.includes(entry.state));
    await this.#ledger.changeAll(
      entries.map((entry) => ({ publication: entry.publication, from: entry, to: 'cancelled' as const, actor, at: now, take: true })),
    );
    return entries.length;
  }
}
