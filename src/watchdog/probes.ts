// What the watchdog sees: the service's signs of life, the public site as a reader gets it, the
// channels' public side, the disk. Each look says what it saw or why it could not. Not for what
// follows from it: watchdog.ts.

import { statfs } from 'node:fs/promises';
import { z } from 'zod';
import type { Channel, ChannelItem } from '../channels/channel.ts';
import { http } from '../channels/http.ts';
import { IncidentStore } from '../ledger/incident-store.ts';
import { Ledger } from '../ledger/ledger.ts';
import { type GoodPlan, PlanStore } from '../ledger/plan-store.ts';
import { PromiseStore, type Promises } from '../ledger/promises.ts';
import type { Receipt } from '../ledger/publication-facts.ts';
import { livingWorkers, pulseAge } from '../ledger/worker-heartbeats.ts';
import { messageOf } from '../lib/errors.ts';
import type { Instant } from '../lib/instant.ts';
import { parseJson } from '../lib/parse-json.ts';
import type { Calendar, PublicationId, ReleaseId } from '../plan/types.ts';
import type { RedisHandle } from '../redis/short-visit.ts';

/** What Redis says of the service. */
export interface Inside {
  /** How long ago the last sweep ended, ms; undefined: none ever did. */
  readonly pulseAge: number | undefined;
  /** Whether any worker shows signs of life. */
  readonly alive: boolean;
  /** Whether a plan is in force at all: an empty Redis knows of none. */
  readonly hasPlan: boolean;
  /**
   * Releases at their instants (`toldKey`) of which a letter that was taken says that they are
   * late.
   */
  readonly told: ReadonlySet<string>;
  /** Something has been missed for a while, and no letter about it was taken by anybody. */
  readonly untold: boolean;
  /** The service's book of promises, and its version. */
  readonly promises: Promises;
  readonly version: string | undefined;
  readonly receipts: ReadonlyMap<PublicationId, Receipt>;
}

/** What the one who looks knows already, and wants to know. */
export interface Question {
  readonly now: Instant;
  /** The book of promises that it has read already. */
  readonly known: { readonly version: string | undefined; readonly promises: Promises } | undefined;
  /** Takes up the plan in force. */
  plan(plan: GoodPlan | undefined, history: () => Promise<Calendar['history']>): Promise<void>;
  /** Publications whose receipts it needs. */
  interest(): readonly PublicationId[];
}

/** A letter about something missed may take so long to be taken, ms. */
const TAKEN_MS = 180_000;

/** Reads what the service has left in Redis. */
export async function lookInside(handle: RedisHandle, question: Question): Promise<Inside> {
  const age = await pulseAge(handle);
  const living = await livingWorkers(handle);
  const planStore = new PlanStore(handle);
  const plan = await planStore.plan();
  await question.plan(plan, () => planStore.dateHistory());
  const book = new PromiseStore(handle);
  const version = await book.version();
  const { known } = question;
  const promises = known && known.version === version ? known.promises : await book.all();
  const entries = await new Ledger(handle).getAll(question.interest());
  return {
    pulseAge: age,
    alive: living > 0,
    hasPlan: plan !== undefined,
    ...(await toldInside(new IncidentStore(handle), question.now)),
    promises,
    version,
    receipts: new Map(
      [...entries.values()].flatMap(({ publication, receipt }) =>
        receipt ? [[publication, receipt] as const] : [],
      ),
    ),
  };
}

/**
 * What the service has told, by letters that somebody's mail server or robot took: an open incident
 * alone tells nobody.
 */
async function toldInside(
  book: IncidentStore,
  now: Instant,
): Promise<{ told: ReadonlySet<string>; untold: boolean }> {
  const open = [...(await book.incidents()).values()].filter((one) => one.severity === 'missed');
  const taken = await Promise.all(open.map((one) => book.taken(one.id)));
  const told = new Set(taken.flatMap((one) => [...one]));
  const untold = open.some((one, index) => {
    if (one.closedAt !== undefined || now - (one.missedAt ?? one.openedAt) < TAKEN_MS) return false;
    const own = taken[index] ?? new Set();
    const late = Object.entries(one.toldAs ?? {}).filter(([, as]) => as === 'late');
    return !own.has('') || (now - one.toldAt >= TAKEN_MS && late.some(([key]) => !own.has(key)));
  });
  return { told, untold };
}

const manifest = z.object({
  releases: z.array(
    z.object({
      id: z.string(),
      withdrawn: z.object({ at: z.number(), reason: z.string() }).optional(),
    }),
  ),
});

/** What the public site shows, and what it says was withdrawn. */
export type Site = ReadonlyMap<
  string,
  { readonly withdrawn?: { readonly at: number; readonly reason: string } | undefined }
>;

/** Looks at the public site as a reader does. @param site its address, with a slash at the end */
export async function lookAtSite(site: string): Promise<Site | { readonly why: string }> {
  const answer = await http(
    { method: 'GET', url: `${site}releases.json`, limitMs: 10_000 },
    new AbortController().signal,
  );
  if (!answer.ok) return { why: answer.why };
  if (answer.status !== 200) return { why: `HTTP ${answer.status}` };
  const read = manifest.safeParse(parseJson(answer.text));
  return read.success
    ? new Map(read.data.releases.map(({ id, ...rest }) => [id, rest]))
    : { why: 'releases.json' };
}

const LOOK_MS = 20_000;

/** Whether a channel shows a publication. */
export async function lookAtChannel(
  channel: Channel,
  publication: PublicationId,
  release: { readonly id: ReleaseId; readonly due: Instant },
  seen: {
    readonly item: ChannelItem | undefined;
    readonly receipt: Receipt | undefined;
    readonly looks: number;
  },
): Promise<'public' | 'not-public' | 'cannot-tell' | 'no-answer'> {
  const { id, due } = release;
  const call = { publication, release: id, due, since: due, staged: undefined, ...seen };
  const sighting = await channel
    .lookup(call, AbortSignal.timeout(LOOK_MS))
    .catch((error: unknown) => ({
      class: 'unknown' as const,
      why: { code: 'no-answer', detail: messageOf(error) },
    }));
  switch (sighting.class) {
    case 'public':
      return 'public';
    // Only whoever serves the channel can say.
    case 'handed':
      return 'cannot-tell';
    case 'unknown':
      return ['no-answer', 'http-status', 'http-answer'].includes(sighting.why.code)
        ? 'no-answer'
        : 'cannot-tell';
    default:
      return 'not-public';
  }
}

/** Free bytes where a folder lies. @returns the reason where it cannot be read */
export async function lookAtDisk(folder: string): Promise<number | { readonly why: string }> {
  return statfs(folder).then(
    (disk) => disk.bavail * disk.bsize,
    (error: unknown) => ({ why: messageOf(error) }),
  );
}
