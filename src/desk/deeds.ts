// What a person can do about one release, each with who may, when it fits, and what it asks for: pages, API and the tests of who may what read
// this one table. Not for what happens then: publish/, plan-edit.ts.
import { z } from 'zod';
import type { Entry } from '../ledger/ledger.ts';
import { PUBLIC } from '../ledger/states.ts';
import { minuteIn } from '../plan/time.ts';
import { partsOf, publicationId } from '../plan/types.ts';
import type { Release, ReleaseId } from '../plan/types.ts';
import { holdBack, isWanted, publishNow, retryHeld, settle } from '../publish/act.ts';
import type { Acted, Hand } from '../publish/act.ts';
import { correct, withdraw } from '../publish/amend.ts';
import type { Amended } from '../publish/amend.ts';
import type { Words } from '../words/index.ts';
import { approve, mustBeSeen } from './approvals.ts';
import { Refused } from './desk.ts';
import type { Desk, Done, Who } from './desk.ts';
import type { Permission } from './roles.ts';

export const DEEDS = ['publish', 'retry', 'hold', 'is-public', 'not-public', 'approve', 'correct', 'withdraw'] as const;
export type DeedName = (typeof DEEDS)[number];

export interface DeedInput {
  readonly reason?: string | undefined;
  readonly channel?: string | undefined;
  /** Of the content that whoever does it has seen. */
  readonly digest?: string | undefined;
}

interface Deed {
  readonly permission: Permission;
  /** Whether the public will read a reason, so that there has to be one. */
  readonly reason: boolean;
  /** Whether one channel alone can be meant. */
  readonly oneChannel: boolean;
  /** The publications that it would change; none: it does not fit now. */
  fits(entries: readonly Entry[], release: Release, now: number): readonly Entry[];
  run(desk: Desk, who: Who, release: Release, entries: readonly Entry[], input: DeedInput, words: Words): Promise<Done[]>;
}

/** Of what may be public already a person says first whether it is. */
const settled = (entries: readonly Entry[]): readonly Entry[] => entries.filter(({ unsettled }) => unsettled === undefined);

const inState =
  (...states: readonly string[]) =>
  (entries: readonly Entry[]): readonly Entry[] =>
    entries.filter(({ state }) => states.includes(state));

/** It may be public already, nothing is under way, and a person can look. */
const inDoubt = (entries: readonly Entry[]): readonly Entry[] =>
  entries.filter(({ unsettled, state }) => unsettled !== undefined && ['held', 'doubtful', 'bygone'].includes(state));

export const deeds: Readonly<Record<DeedName, Deed>> = {
  publish: {
    permission: 'operate',
    reason: false,
    oneChannel: true,
    // Shown before T too: whoever presses it then reads why it can't be.
    fits: (entries, release, now) =>
      settled([
        ...inState('held', 'bygone', 'planned', ...(now < release.due ? ['staged'] : []))(entries),
        ...entries.filter((entry) => entry.state === 'cancelled' && now >= release.due && isWanted(release, entry)),
      ]),
    run: (desk, who, release, entries, _, words) =>
      acted(who, entries, words, 'publish', (entry, hand) => publishNow(desk.house.parts, release, entry, hand)),
  },
  retry: {
    permission: 'operate',
    reason: false,
    oneChannel: true,
    fits: inState('held'),
    run: async (desk, who, release, entries, __, words) => {
      const done = await acted(who, entries, words, 'retry', (entry, hand) => retryHeld(desk.house.parts, entry, hand));
      // Before its time nothing comes of it in seconds.
      if (desk.house.clock.now() >= release.due) return done;
      return done.map((one) => (one.outcome === 'asked' ? { ...one, said: `${channelOf(one, words)}：${words.acts.results['let-go'] ?? ''}` } : one));
    },
  },
  hold: {
    permission: 'operate',
    reason: false,
    oneChannel: true,
    fits: inState('planned', 'staged', 'armed'),
    run: (desk, who, _, entries, __, words) => acted(who, entries, words, 'hold', (entry, hand) => holdBack(desk.house.parts, entry, hand)),
  },
  'is-public': {
    permission: 'operate',
    reason: false,
    oneChannel: true,
    fits: inDoubt,
    run: (desk, who, _, entries, __, words) => acted(who, entries, words, 'is-public', (entry, hand) => settle(desk.house.parts, entry, true, hand)),
  },
  'not-public': {
    permission: 'operate',
    reason: false,
    oneChannel: true,
    fits: inDoubt,
    run: (desk, who, _, entries, __, words) =>
      acted(who, entries, words, 'not-public', (entry, hand) => settle(desk.house.parts, entry, false, hand)),
  },
  approve: {
    permission: 'approve',
    reason: false,
    oneChannel: false,
    // What is staged, since the plan may ask for approvals afterwards; what is public too: a correction needs the same.
    fits: (entries, release) =>
      release.settings.approval === 'none' ? [] : entries.filter(({ state }) => state !== 'cancelled' && state !== 'withdrawn'),
    run: async (desk, who, release, _, { digest }, words) => [await approve(desk, who, release, digest, words)],
  },
  correct: {
    permission: 'operate',
    reason: true,
    oneChannel: false,
    fits: inState(...PUBLIC),
    async run(desk, who, release, _, { reason = '', digest }, words) {
      const { parts, journal, clock } = desk.house;
      const loaded = await parts.load(release);
      if (loaded.state !== 'ready') throw new Refused(409, 'content', words.desk.approvals.noContent);
      mustBeSeen(loaded.bundle.digest, digest, words);
      const done = await correct(parts, release, loaded.bundle, reason);
      if (done.some(({ answer }) => answer.class === 'done'))
        await journal.append('corrected', release.id, who.account.name, clock.now(), { reason, digest: loaded.bundle.digest, from: who.from });
      return done.map((one) => amended(one, words, words.amend.corrected));
    },
  },
  withdraw: {
    permission: 'operate',
    reason: true,
    oneChannel: true,
    fits: inState(...PUBLIC),
    async run(desk, who, release, entries, { reason = '' }, words) {
      const channels = entries.map(({ publication }) => partsOf(publication).channel);
      const done = await withdraw(desk.house.parts, release, channels, reason, handOf(who, 'withdraw'));
      return done.map((one) => amended(one, words, words.amend.withdrawn));
    },
  },
};

/** What is asked for beside the release. */
export const deedInput = z.object({
  reason: z.string().trim().max(500).optional(),
  channel: z.string().optional(),
  digest: z.string().max(64).optional(),
});

/** A release with its publications. @throws Refused where there is none of that id */
export async function releaseWith(desk: Desk, id: string, words: Words): Promise<{ release: Release; entries: Entry[] }> {
  const release = desk.house.planner.calendar().byId.get(id as ReleaseId);
  if (!release) throw new Refused(404, 'unknown-release', words.cli.unknownRelease(id));
  // On a channel that the plan has dropped since it may be public all the same.
  const channels = [...new Set([...release.settings.channels, ...desk.house.channels.keys()])];
  const found = await desk.house.ledger.getAll(channels.map((channel) => publicationId(release.id, channel)));
  const isTheirs = (entry: Entry): boolean => release.settings.channels.includes(partsOf(entry.publication).channel) || PUBLIC.includes(entry.state);
  return { release, entries: [...found.values()].filter(isTheirs) };
}

/** Does it. @throws Refused with words for whoever asked */
export async function doDeed(desk: Desk, who: Who, name: DeedName, id: string, input: DeedInput, words: Words): Promise<Done[]> {
  const deed = deeds[name];
  const w = words.desk.refused;
  const { release, entries } = await releaseWith(desk, id, words);
  const channels = entries.map(({ publication }) => partsOf(publication).channel);
  if (input.channel !== undefined && ![...release.settings.channels, ...channels].includes(input.channel))
    throw new Refused(404, 'unknown-channel', words.cli.unknownChannel(input.channel), { hint: release.settings.channels.join(', ') });
  if (input.channel !== undefined && !deed.oneChannel) throw new Refused(422, 'all-channels', w.allChannels(words.desk.deeds[name]));
  if (deed.reason && !input.reason) throw new Refused(422, 'reason-missing', w.reasonMissing, { hint: w.reasonMissingHow });
  if (name === 'publish' && desk.house.clock.now() < release.due)
    throw new Refused(409, 'never-early', words.cli.neverEarly(minuteIn(release.due, release.timezone)), { hint: words.cli.neverEarlyHow });
  // What has no text cannot come out, whoever presses what.
  if (name === 'publish' && entries.every(({ state }) => state === 'planned') && (await desk.house.parts.load(release)).state !== 'ready')
    throw new Refused(409, 'content', words.desk.approvals.noContent);
  const wanted = deed.fits(
    entries.filter(({ publication }) => input.channel === undefined || publication === publicationId(release.id, input.channel)),
    release,
    desk.house.clock.now(),
  );
  if (wanted.length === 0 && name === 'publish' && settled(entries).length === 0)
    throw new Refused(409, 'unsettled', words.acts.results.unsettled ?? '');
  if (wanted.length === 0) throw new Refused(409, 'does-not-fit', w.doesNotFit(words.desk.deeds[name]), { hint: w.doesNotFitHow });
  return deed.run(desk, who, release, wanted, input, words);
}

const channelOf = ({ subject }: Done, words: Words): string => words.channel(partsOf(subject as Entry['publication']).channel);

function handOf(who: Who, deed: string): Hand {
  return { actor: who.account.name, detail: { desk: deed, from: who.from } };
}

async function acted(
  who: Who,
  entries: readonly Entry[],
  words: Words,
  deed: string,
  act: (entry: Entry, hand: Hand) => Promise<Acted>,
): Promise<Done[]> {
  const done: Done[] = [];
  for (const entry of entries) {
    const outcome = await act(entry, handOf(who, deed));
    const channel = words.channel(partsOf(entry.publication).channel);
    done.push({ subject: entry.publication, outcome, said: `${channel}：${words.acts.results[outcome] ?? outcome}` });
  }
  return done;
}

/** What came of a correction or withdrawal on one channel, in words. */
export function amended({ publication, channel, answer }: Amended, words: Words, said: (publication: string) => string): Done {
  if (answer.class === 'done') return { subject: publication, outcome: 'done', said: said(publication) };
  if (answer.class === 'not-public') return { subject: publication, outcome: 'not-public', said: words.amend.notPublic(publication) };
  if (answer.why.code === 'site-unchanged') return { subject: publication, outcome: 'unchanged', said: words.amend.unchanged(publication) };
  return {
    subject: publication,
    outcome: 'cannot',
    said: words.amend.cannot(publication, words.channel(channel), words.reason(answer.why.code, answer.why.detail, '')),
  };
}
