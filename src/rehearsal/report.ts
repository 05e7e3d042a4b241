// What a rehearsal came to, out of what the stand-ins, the site, the inbox and the journal saw. Not
// for how it is told: cli/rehearse.ts.

import type { App } from '../app/app.ts';
import type { Config } from '../config/load.ts';
import { type Reason, reasonSchema as reasonOf } from '../ledger/publication-facts.ts';
import type { Instant } from '../lib/instant.ts';
import {
  type Calendar,
  type PublicationId,
  publicationId,
  type Release,
  type ReleaseId,
} from '../plan/types.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';

/** A publication that did not come out by itself and in time. */
export interface NotOut {
  readonly publication: PublicationId;
  readonly due: Instant;
  readonly state: string;
  readonly reason: Reason | undefined;
}

export interface Rehearsal {
  readonly from: Instant;
  readonly to: Instant;
  /** Of real time. */
  readonly seconds: number;
  readonly releases: number;
  readonly publications: number;
  readonly public: number;
  readonly early: readonly PublicationId[];
  readonly doubled: readonly PublicationId[];
  readonly late: readonly PublicationId[];
  readonly notOut: readonly NotOut[];
  readonly contentMissing: readonly { readonly release: ReleaseId; readonly due: Instant }[];
  /** Releases that wait for an approval; a rehearsal takes it as given. */
  readonly approvals: number;
  /** When a channel's limit was hit, and by what. */
  readonly limits: readonly {
    readonly at: Instant;
    readonly publication: PublicationId;
    readonly reason: Reason;
  }[];
  readonly mails: readonly { readonly at: string; readonly to: string; readonly subject: string }[];
  /** False: nobody would be told of anything. */
  readonly mailConfigured: boolean;
  /** What the code threw: faults of Banli, not of the plan. */
  readonly failures: readonly string[];
}

export interface RehearsalEvidence {
  readonly config: Config;
  readonly calendar: Calendar;
  readonly app: App;
  readonly sandboxes: ReadonlyMap<string, Sandbox>;
  readonly missing: ReadonlySet<ReleaseId>;
  readonly failures: readonly string[];
  readonly from: Instant;
  readonly to: Instant;
  readonly seconds: number;
}

/** Answers that a channel gives when its limit is used up. */
const LIMIT_CODES = [
  'wechat-45009',
  'wechat-45028',
  'weibo-10022',
  'weibo-10023',
  'weibo-10024',
  'weibo-20016',
];

export async function reportOf(seen: RehearsalEvidence): Promise<Rehearsal> {
  const { calendar, app } = seen;
  const wanted = calendar.releases.filter((release) => release.status !== 'cancelled');
  const publications = wanted.flatMap((release) =>
    release.settings.channels.map((channel) => ({
      release,
      channel,
      id: publicationId(release.id, channel),
    })),
  );
  const entries = await app.ledger.getAll(publications.map(({ id }) => id));
  const shown = await publicOf(seen);
  const early: PublicationId[] = [];
  const doubled: PublicationId[] = [];
  const late: PublicationId[] = [];
  const notOut: NotOut[] = [];
  for (const { release, channel, id } of publications) {
    const one = shown(release, channel);
    const entry = entries.get(id);
    if (!one)
      notOut.push({
        publication: id,
        due: release.due,
        state: entry?.state ?? 'absent',
        reason: entry?.reason,
      });
    else if (one.since < release.due) early.push(id);
    else if (one.since > release.due + release.settings.grace) late.push(id);
    if (one && one.times > 1) doubled.push(id);
  }
  const [first] = seen.sandboxes.values();
  return {
    from: seen.from,
    to: seen.to,
    seconds: seen.seconds,
    releases: wanted.length,
    publications: publications.length,
    public: publications.length - notOut.length,
    early,
    doubled,
    late,
    notOut,
    contentMissing: wanted
      .filter(({ id }) => seen.missing.has(id))
      .map(({ id, due }) => ({ release: id, due })),
    approvals: wanted.filter(({ settings }) => settings.approval !== 'none').length,
    limits: await limitsHit(app),
    mails: (first?.mails ?? []).map(({ at, to, subject }) => ({ at, to, subject })),
    mailConfigured: seen.config.mail !== undefined,
    failures: seen.failures,
  };
}

/** What a reader of a channel saw of a release: since when, how often. */
async function publicOf({
  config,
  app,
  sandboxes,
}: RehearsalEvidence): Promise<
  (release: Release, channel: string) => { since: number; times: number } | undefined
> {
  const site = await app.siteBuilder.current();
  const items = new Map<string, { since: number; times: number }>();
  for (const [name, sandbox] of sandboxes) {
    const kind = config.channels.get(name)?.kind;
    const called = kind === 'http' ? 'catalogue' : kind;
    for (const item of sandbox.world.items)
      if (item.channel === called)
        items.set(`${item.key}@${name}`, {
          since: Date.parse(item.publicSince),
          times: item.times,
        });
  }
  return (release, channel) => {
    if (config.channels.get(channel)?.kind !== 'website')
      return items.get(`${release.id}@${channel}`);
    const page = site?.releases.get(release.id);
    return page && { since: page.since, times: 1 };
  };
}

async function limitsHit(app: App): Promise<Rehearsal['limits']> {
  const events = await app.journal.newest(Number.POSITIVE_INFINITY);
  return events.reverse().flatMap(({ at, subject, detail }) => {
    const reason = reasonOf.safeParse(detail);
    return reason.success && LIMIT_CODES.includes(reason.data.code)
      ? [{ at, publication: subject as PublicationId, reason: reason.data }]
      : [];
  });
}
