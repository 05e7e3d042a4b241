// The verdict of a chaos run, from what the channels' stand-ins, the site and the inbox saw, and from nothing that Banli says of itself.
import { GRACE_MS } from './scenario.ts';
import type { SiteObserver } from './observer.ts';

export interface Inspected {
  readonly items: readonly { channel: string; key: string; publicSince: string; times: number }[];
  readonly calls: readonly { channel: string; route: string; at: string; status: number }[];
  readonly mails: readonly { subject: string; at: string; text: string }[];
}

/** A release as the scenario left it: one that was moved or cancelled may lawfully have come out at either instant, or not at all. */
export interface Expected {
  readonly id: string;
  readonly channels: readonly string[];
  /** Never before this, epoch ms. */
  readonly earliest: number;
  readonly latest: number;
  readonly cancelled: boolean;
}

export interface Verdict {
  readonly publications: number;
  readonly public: number;
  readonly early: readonly string[];
  readonly doubled: readonly string[];
  readonly lost: readonly string[];
  readonly silent: readonly string[];
  /** The latest that a website publication was, whatever hit it, and however long; no channel's fault delays the website. Milliseconds. */
  readonly worstRecoveryMs: number;
  /** The same of those that nothing but a killed worker can have hit. */
  readonly worstAfterKillMs: number;
}

/** A clock's tick: the kernel's time of a rename is as coarse as that. */
const TICK_MS = 5;

interface Sight {
  readonly since: number;
  readonly times: number;
}

/** @param onlyKilled whether nothing but a kill of a worker was under way around an instant */
export function judge(expected: readonly Expected[], inspected: Inspected, site: SiteObserver, onlyKilled: (at: number) => boolean): Verdict {
  const items = new Map(inspected.items.map((item) => [`${item.key}@${item.channel}`, { since: Date.parse(item.publicSince), times: item.times }]));
  const sightOf = (id: string, channel: string): Sight | undefined => {
    const since = site.seen.get(id);
    return channel === 'website' ? (since === undefined ? undefined : { since, times: 1 }) : items.get(`${id}@${channel}`);
  };
  const told = (id: string): boolean => inspected.mails.some((mail) => mail.text.includes(`（${id}）`) || mail.text.includes(`(${id})`));
  const early: string[] = [];
  const doubled: string[] = [];
  const lost: string[] = [];
  const silent: string[] = [];
  const website: number[] = [];
  const afterKill: number[] = [];
  const all = expected.flatMap((release) => release.channels.map((channel) => ({ release, channel, seen: sightOf(release.id, channel) })));
  for (const { release, channel, seen } of all) {
    const publication = `${release.id}@${channel}`;
    // Not public: then somebody must have been told, unless it was taken out of the plan.
    if (!seen && !release.cancelled && !told(release.id)) lost.push(publication);
    if (!seen) continue;
    const late = seen.since - release.latest;
    if (seen.since < release.earliest - (channel === 'website' ? TICK_MS : 0)) early.push(`${publication} ${seen.since - release.earliest} ms`);
    if (seen.times > 1) doubled.push(publication);
    if (late > GRACE_MS && !told(release.id)) silent.push(`${publication} +${late} ms`);
    if (channel !== 'website' || release.cancelled) continue;
    website.push(late);
    if (onlyKilled(release.latest)) afterKill.push(late);
  }
  lost.push(...[...site.vanished].map((id) => `${id}@website vanished`));
  return {
    publications: all.length,
    public: all.filter(({ seen }) => seen).length,
    early,
    doubled,
    lost,
    silent,
    worstRecoveryMs: Math.round(Math.max(0, ...website)),
    worstAfterKillMs: Math.round(Math.max(0, ...afterKill)),
  };
}
