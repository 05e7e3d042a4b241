// The verdict of a chaos run, from what the channels' stand-ins, the site and the inbox saw, and
// from what people wrote; nothing that Banli says of itself counts, but for which plan its public
// calendar shows. Which way each stamp errs: observer.ts for the website; the stand-ins note a
// request when it has arrived, which is later than it was sent, and so they err towards late as
// well.
import type { Given } from './crew.ts';
import { type Entry, NEEDED, type Version } from './plans.ts';
import type { Sight } from './sight.ts';

export interface Inspected {
  readonly items: readonly { channel: string; key: string; publicSince: string; times: number }[];
  readonly calls: readonly { channel: string; route: string; at: string; status: number }[];
  readonly mails: readonly { subject: string; at: string; text: string }[];
}

/** Everything that is judged. */
export interface Evidence {
  readonly versions: readonly Version[];
  readonly inspected: Inspected;
  readonly site: ReadonlyMap<string, Sight>;
  /** When each version was seen in force; those that are not here were refused, or overtaken. */
  readonly inForce: ReadonlyMap<number, number>;
  readonly vanished: ReadonlySet<string>;
  readonly unmarked: readonly number[];
  readonly given: readonly Given[];
  /** Releases that a person's own doing may have delayed: they do not count as slow recoveries. */
  readonly delayed: ReadonlySet<string>;
  readonly graceMs: number;
  /** Whether nothing but a kill of a worker was under way around an instant. */
  readonly onlyKilled: (at: number) => boolean;
}

export interface Verdict {
  readonly publications: number;
  readonly public: number;
  readonly early: readonly string[];
  readonly doubled: readonly string[];
  readonly lost: readonly string[];
  readonly silent: readonly string[];
  /** Came out though it was cancelled, not on that channel, or not approved. */
  readonly unapproved: readonly string[];
  /** Plans that had to be refused and came into force. */
  readonly accepted: readonly string[];
  /** Plans that had to be refused and were. */
  readonly refused: number;
  /**
   * The latest that a website publication was, whatever hit it, and however long; no channel's
   * fault delays the website. Milliseconds.
   */
  readonly worstRecoveryMs: number;
  /** The same of those that nothing but a killed worker can have hit. */
  readonly worstAfterKillMs: number;
  /** The latest on the website: where to look first. */
  readonly slowest: readonly string[];
}

/**
 * How long after a plan was replaced something may still come out by it: an intent that was written
 * before takes as long as a call (5 s), and a stand-in that was stopped (7 s) sees it only then.
 */
const ON_ITS_WAY_MS = 12_000;

interface Publication {
  readonly id: string;
  readonly channel: string;
  readonly seen: (Sight & { readonly times: number }) | undefined;
}

export function judge(evidence: Evidence): Verdict {
  const verdict = {
    early: [] as string[],
    doubled: [] as string[],
    lost: [] as string[],
    silent: [] as string[],
    unapproved: [] as string[],
  };
  const website: { readonly publication: string; readonly late: number }[] = [];
  const afterKill: number[] = [];
  const { final, promised } = outcome(evidence);
  const publications = allOf(evidence, final);
  for (const { id, channel, seen } of publications) {
    const publication = `${id}@${channel}`;
    const entry = final.get(id);
    if (!seen) {
      // Not public: then somebody must have been told once it was due, unless it was taken out of
      // the plan with words.
      if (
        entry &&
        promised.has(id) &&
        !entry.cancelled &&
        entry.channels.includes(channel) &&
        !toldAfter(evidence, id, entry.due)
      )
        verdict.lost.push(publication);
      continue;
    }
    if (seen.times > 1) verdict.doubled.push(publication);
    const live = versionsAt(evidence, seen.by);
    const leave = live.flatMap((version) => {
      const own = version.entries.get(id);
      return own && !own.gone
        ? [{ ...own, since: saidSince(evidence.versions, version.number, id) }]
        : [];
    });
    const due = leave.filter((own) => own.due <= seen.by);
    if (due.length === 0) {
      const before =
        leave.length === 0
          ? 'never promised'
          : `${seen.by - Math.min(...leave.map((own) => own.due))} ms`;
      verdict.early.push(`${publication} ${before}`);
      continue;
    }
    if (!due.some((own) => mayGo(own, id, channel, seen.by, evidence.given)))
      verdict.unapproved.push(publication);
    // Late is what came later than every instant that may have been in force, and than the writing
    // of it.
    const late = seen.after - Math.max(...due.map((own) => Math.max(own.due, own.since)));
    if (late > evidence.graceMs && !toldAfter(evidence, id, Math.min(...due.map((own) => own.due))))
      verdict.silent.push(`${publication} +${late} ms`);
    if (channel !== 'website' || evidence.delayed.has(id)) continue;
    website.push({ publication, late });
    if (due.every((own) => evidence.onlyKilled(own.due))) afterKill.push(late);
  }
  verdict.lost.push(...[...evidence.vanished].map((id) => `${id}@website vanished`));
  const bad = evidence.versions.filter((version) => version.bad !== undefined);
  const accepted = bad
    .filter((version) => evidence.inForce.has(version.number))
    .map((version) => `plan ${version.number}: ${version.bad}`);
  return {
    ...verdict,
    publications: publications.length,
    public: publications.filter(({ seen }) => seen).length,
    accepted: [...accepted, ...evidence.unmarked.map(() => 'the year is gone')],
    refused: bad.length - accepted.length,
    worstRecoveryMs: Math.round(Math.max(0, ...website.map(({ late }) => late))),
    worstAfterKillMs: Math.round(Math.max(0, ...afterKill)),
    slowest: website
      .sort((a, b) => b.late - a.late)
      .slice(0, 10)
      .map(({ publication, late }) => `${publication} +${Math.round(late)} ms`),
  };
}

/**
 * Versions that may have been in force at an instant: written before it, and replaced by none that
 * was seen long enough before it.
 */
function versionsAt({ versions, inForce }: Evidence, at: number): Version[] {
  let replaced = -1;
  for (const version of versions) {
    const since = inForce.get(version.number);
    if (version.bad === undefined && since !== undefined && since < at - ON_ITS_WAY_MS)
      replaced = version.number;
  }
  // A plan that had to be refused promises nothing.
  return versions.filter(
    (version) => version.number >= replaced && version.writtenAt <= at && version.bad === undefined,
  );
}

/**
 * Since when a release has stood in the plans as it does in this one: other lines that were written
 * meanwhile change nothing of it, and neither does a plan that was refused.
 */
function saidSince(versions: readonly Version[], number: number, id: string): number {
  const said = versions
    .filter((version) => version.number <= number && version.bad === undefined)
    .reverse();
  const own = JSON.stringify(said[0]?.entries.get(id));
  const other = said.findIndex((version) => JSON.stringify(version.entries.get(id)) !== own);
  return said.at(other === -1 ? -1 : other - 1)?.writtenAt ?? 0;
}

/**
 * Each release as the last plan in force has it, and those that were ever promised by one that was
 * seen in force.
 */
function outcome({ versions, inForce }: Evidence): {
  final: Map<string, Entry>;
  promised: Set<string>;
} {
  const final = new Map<string, Entry>();
  const promised = new Set<string>();
  for (const version of versions) {
    if (version.bad !== undefined || !inForce.has(version.number)) continue;
    for (const [id, entry] of version.entries) {
      final.set(id, entry);
      promised.add(id);
    }
  }
  return { final, promised };
}

function allOf({ inspected, site }: Evidence, final: ReadonlyMap<string, Entry>): Publication[] {
  const all = new Map<string, Publication>();
  const put = (id: string, channel: string, seen: Publication['seen']): void =>
    void all.set(`${id}@${channel}`, { id, channel, seen });
  for (const [id, { channels }] of final)
    for (const channel of channels) put(id, channel, undefined);
  // What came out is judged whether or not anybody promised it.
  for (const [id, seen] of site) put(id, 'website', { ...seen, times: 1 });
  for (const { key, channel, publicSince, times } of inspected.items) {
    const at = Date.parse(publicSince);
    put(key, channel, { after: at, by: at, times });
  }
  return [...all.values()];
}

/** Whether a version lets this out on this channel. */
function mayGo(
  entry: Entry,
  id: string,
  channel: string,
  at: number,
  given: readonly Given[],
): boolean {
  const approvals = new Set(
    given.filter((one) => one.id === id && one.at <= at).map((one) => one.by),
  ).size;
  return (
    !entry.cancelled &&
    entry.channels.includes(channel) &&
    approvals >= NEEDED[entry.approval ?? 'none']
  );
}

/**
 * Whether a letter names this release, at its instant or later: a warning of before does not say
 * that it is missed.
 */
function toldAfter({ inspected }: Evidence, id: string, due: number): boolean {
  return inspected.mails.some(
    (mail) =>
      Date.parse(mail.at) >= due &&
      (mail.text.includes(`（${id}）`) || mail.text.includes(`(${id})`)),
  );
}
