// What the watchdog sees: the service's signs of life, the public site as a reader gets it, the channels' public side, the disk. Each look says what
// it saw or why it could not. Not for what follows from it: watchdog.ts.
import { statfs } from 'node:fs/promises';
import { z } from 'zod';
import type { Channel, Item } from '../channels/channel.ts';
import { http, json } from '../channels/http.ts';
import { IncidentBook } from '../ledger/incidents.ts';
import { Ledger } from '../ledger/ledger.ts';
import type { Receipt } from '../ledger/ledger.ts';
import { Notebook } from '../ledger/notebook.ts';
import type { GoodPlan } from '../ledger/notebook.ts';
import type { State } from '../ledger/states.ts';
import type { PublicationId, Release } from '../plan/types.ts';
import { publicationId } from '../plan/types.ts';
import type { RedisHandle } from '../redis/visit.ts';
import { messageOf } from '../words/error.ts';

/** What Redis says of the service. */
export interface Inside {
  /** How long ago the last sweep ended, ms; undefined: none ever did. */
  readonly pulseAge: number | undefined;
  /** Whether any worker shows signs of life. */
  readonly alive: boolean;
  /** Releases that an open incident of the service tells as missed. */
  readonly told: ReadonlySet<string>;
  readonly entries: ReadonlyMap<PublicationId, { readonly state: State; readonly receipt: Receipt | undefined }>;
}

/** Reads what the service has left in Redis. @param interest the releases whose publications are asked for, by the plan in force */
export async function lookInside(handle: RedisHandle, interest: (plan: GoodPlan | undefined) => Promise<readonly Release[]>): Promise<Inside> {
  const { client, prefix } = handle;
  const [seconds] = await client.time();
  const pulse = await client.get(`${prefix}:pulse`);
  const skews = Object.keys(await client.hgetall(`${prefix}:skews`));
  const living = await Promise.all(skews.map((worker) => client.exists(`${prefix}:worker:${worker}`)));
  const incidents = [...(await new IncidentBook(handle).incidents()).values()];
  const plan = await new Notebook(handle).plan();
  const releases = await interest(plan);
  const ledger = new Ledger(handle);
  const entries = await ledger.getAll(releases.flatMap((release) => release.settings.channels.map((channel) => publicationId(release.id, channel))));
  return {
    pulseAge: pulse === null ? undefined : Math.max(0, (Number(seconds) - Number(pulse)) * 1000),
    alive: living.some((one) => one === 1),
    told: new Set(incidents.filter((one) => one.severity === 'missed').flatMap((one) => one.items.map((item) => item.release))),
    entries,
  };
}

const manifest = z.object({ releases: z.array(z.object({ id: z.string() })) });

/** The ids that the public site shows now. @param site its address, with a slash at the end */
export async function lookAtSite(site: string): Promise<ReadonlySet<string> | { readonly why: string }> {
  const answer = await http({ method: 'GET', url: `${site}releases.json`, limitMs: 10_000 }, new AbortController().signal);
  if (!answer.ok) return { why: answer.why };
  if (answer.status !== 200) return { why: `HTTP ${answer.status}` };
  const read = manifest.safeParse(json(answer.text));
  return read.success ? new Set(read.data.releases.map(({ id }) => id)) : { why: 'releases.json' };
}

const LOOK_MS = 20_000;

/** Whether a channel shows a publication. */
export async function lookAtChannel(
  channel: Channel,
  publication: PublicationId,
  release: Release,
  seen: { readonly item: Item | undefined; readonly receipt: Receipt | undefined; readonly looks: number },
): Promise<'public' | 'not-public' | 'cannot-tell' | 'no-answer'> {
  const call = { publication, release: release.id, due: release.due, staged: undefined, receipt: seen.receipt, looks: seen.looks, item: seen.item };
  const sighting = await channel.lookup(call, AbortSignal.timeout(LOOK_MS)).catch((error: unknown) => ({
    class: 'unknown' as const,
    why: { code: 'no-answer', detail: messageOf(error) },
  }));
  switch (sighting.class) {
    case 'public':
      return 'public';
    case 'unknown':
      return sighting.why.code === 'no-answer' || sighting.why.code === 'http-status' ? 'no-answer' : 'cannot-tell';
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
