// What a person can do about one release, each with who may, when it fits, and what it asks for:
// pages, API and the tests of who may what read this one table. Not for what happens then:
// publish/, desk/plan/edit.ts.
import { z } from 'zod';
import type { App } from '../app/app.ts';
import type { Messages } from '../i18n/index.ts';
import type { LedgerEntry } from '../ledger/ledger.ts';
import { open } from '../ledger/manual-tasks.ts';
import {
  CLOSED,
  HOLDABLE_BY_PERSON,
  PUBLIC,
  PUBLISHABLE_BY_PERSON,
  SETTLEABLE_BY_PERSON,
} from '../ledger/states.ts';
import { wholeRelease } from '../ledger/tombstones.ts';
import { RequestError } from '../lib/request-error.ts';
import { parsePublicationId, publicationId, type Release } from '../plan/types.ts';
import { holdBack, isWanted, publishNow, retryHeld, settleDoubt } from '../publish/commands.ts';
import {
  correctPublished,
  doneByHand,
  withdrawPublished,
} from '../publish/correct-and-withdraw.ts';
import { sayDone } from '../publish/served-by-hand.ts';
import { approveContent, mustBeSeen } from './approvals.ts';
import { mustBeTaken } from './correction.ts';
import { acted, amended, channelOf, handOf } from './each-publication.ts';
import { mayBePublishedLate, settled } from './publish-late.ts';
import { type LeftTasks, releaseWith } from './release-with.ts';
import { type Actor, type OperationResult, standing } from './result.ts';
import type { Permission } from './roles.ts';
import { byPerson, isYourTurn, mayBeSaidDone, type ServedChannels } from './served-by-hand.ts';

export const OPERATIONS = [
  'publish',
  'retry',
  'hold',
  'is-public',
  'not-public',
  'approve',
  'correct',
  'withdraw',
  'by-hand',
  'done',
] as const;
export type OperationName = (typeof OPERATIONS)[number];

export interface OperationInput {
  readonly reason?: string | undefined;
  readonly channel?: string | undefined;
  /** Of the content that whoever does it has seen. */
  readonly digest?: string | undefined;
  /** Where it is to be seen, and what else there is to say of it: the receipt of `done`. */
  readonly url?: string | undefined;
  readonly note?: string | undefined;
  /** The newest task to be done by hand that they have seen, by its instant, epoch ms. */
  readonly seen?: number | undefined;
}

interface Operation {
  readonly permission: Permission;
  /**
   * A reason that the public will read, so that there has to be one; or one for colleagues, who may
   * do without.
   */
  readonly reason: 'public' | 'colleagues' | undefined;
  /** Whether one channel alone can be meant. */
  readonly oneChannel: boolean;
  /** The publications that it would change; none: it does not fit now. */
  fits(
    entries: readonly LedgerEntry[],
    release: Release,
    now: number,
    left: LeftTasks,
    channels: ServedChannels,
  ): readonly LedgerEntry[];
  /**
   * What keeps it from being done though it may fit.
   * @param all the release's publications @param wanted those that it would change
   * @throws RequestError
   */
  mustBeAllowed?(
    app: App,
    release: Release,
    all: readonly LedgerEntry[],
    wanted: readonly LedgerEntry[],
    words: Messages,
  ): Promise<void>;
  run(
    app: App,
    who: Actor,
    release: Release,
    entries: readonly LedgerEntry[],
    input: OperationInput,
    words: Messages,
  ): Promise<OperationResult[]>;
}

const inState =
  (...states: readonly string[]) =>
  (entries: readonly LedgerEntry[]): readonly LedgerEntry[] =>
    entries.filter(({ state }) => states.includes(state));

/** It may be public already, nothing is under way, and a person can look. */
const inDoubt = (entries: readonly LedgerEntry[]): readonly LedgerEntry[] =>
  entries.filter(
    ({ unsettled, state }) => unsettled !== undefined && SETTLEABLE_BY_PERSON.includes(state),
  );

export const operations: Readonly<Record<OperationName, Operation>> = {
  publish: {
    permission: 'operate',
    reason: undefined,
    oneChannel: true,
    // Shown before T too: whoever presses it then reads why it can't be.
    fits: (entries, release, now) =>
      // Of what may be public already a person says first whether it is.
      settled([
        ...inState(...PUBLISHABLE_BY_PERSON, ...(now < release.due ? ['staged'] : []))(entries),
        ...entries.filter(
          (entry) => entry.state === 'cancelled' && now >= release.due && isWanted(release, entry),
        ),
      ]),
    mustBeAllowed: mayBePublishedLate,
    run: (app, who, release, entries, _, words) =>
      acted(who, entries, words, 'publish', (entry, hand) =>
        publishNow(app.publishDeps, release, entry, hand),
      ),
  },
  retry: {
    permission: 'operate',
    reason: undefined,
    oneChannel: true,
    fits: (entries) => inState('held')(entries).filter((entry) => !isYourTurn(entry)),
    run: async (app, who, release, entries, __, words) => {
      const done = await acted(who, entries, words, 'retry', (entry, hand) =>
        retryHeld(app.publishDeps, entry, hand),
      );
      // Before its time nothing comes of it in seconds.
      if (app.clock.now() >= release.due) return done;
      return done.map((one) =>
        one.outcome === 'asked'
          ? { ...one, message: `${channelOf(one, words)}：${words.acts.results['let-go'] ?? ''}` }
          : one,
      );
    },
  },
  hold: {
    permission: 'operate',
    reason: 'colleagues',
    oneChannel: true,
    fits: inState(...HOLDABLE_BY_PERSON),
    run: (app, who, _, entries, { reason }, words) =>
      acted(who, entries, words, 'hold', (entry, hand) =>
        holdBack(app.publishDeps, entry, {
          ...hand,
          detail: { ...hand.detail, ...(reason ? { reason } : {}) },
        }),
      ),
  },
  'is-public': {
    permission: 'operate',
    reason: undefined,
    oneChannel: true,
    // On a channel that a person serves `done` says the same, and more.
    fits: (entries) => inDoubt(entries).filter((entry) => !isYourTurn(entry)),
    run: (app, who, _, entries, __, words) =>
      acted(who, entries, words, 'is-public', (entry, hand) =>
        settleDoubt(app.publishDeps, entry, true, hand),
      ),
  },
  'not-public': {
    permission: 'operate',
    reason: undefined,
    oneChannel: true,
    fits: inDoubt,
    run: (app, who, _, entries, __, words) =>
      acted(who, entries, words, 'not-public', (entry, hand) =>
        settleDoubt(app.publishDeps, entry, false, hand),
      ),
  },
  approve: {
    permission: 'approve',
    reason: undefined,
    oneChannel: false,
    // What is staged, since the plan may ask for approvals afterwards; what is public too: a
    // correction needs the same.
    fits: (entries, release) =>
      release.settings.approval === 'none'
        ? []
        : entries.filter(({ state }) => state !== 'cancelled' && state !== 'withdrawn'),
    run: async (app, who, release, _, { digest }, words) => [
      await approveContent(app, who, release, digest, words),
    ],
  },
  correct: {
    permission: 'operate',
    reason: 'public',
    oneChannel: false,
    fits: inState(...PUBLIC),
    async run(app, who, release, entries, { reason = '', digest }, words) {
      const { publishDeps: parts, journal, clock } = app;
      const loaded = await parts.load(release);
      if (loaded.state !== 'ready')
        throw new RequestError(409, 'content', words.desk.approvals.noContent);
      mustBeSeen(loaded.bundle.digest, digest, words);
      await mustBeTaken(parts, release, entries, loaded.bundle, words);
      const done = await correctPublished(
        parts,
        release,
        loaded.bundle,
        reason,
        handOf(who, 'correct'),
      );
      if (done.some(({ answer, left }) => answer.class === 'done' || left))
        await journal.append('corrected', release.id, who.account.name, clock.now(), {
          reason,
          digest: loaded.bundle.digest,
          from: who.from,
        });
      return done.map((one) => amended(one, release, words, words.amend.corrected));
    },
  },
  withdraw: {
    permission: 'operate',
    reason: 'public',
    oneChannel: true,
    // What has not come out yet is called off with it; what a channel works on comes out yet, and a
    // person has to take it down there.
    fits: (entries) =>
      entries.some(({ state }) => PUBLIC.includes(state))
        ? entries.filter(({ state }) => PUBLIC.includes(state) || !CLOSED.includes(state))
        : [],
    async run(app, who, release, entries, { reason = '', channel }, words) {
      const channels = entries.map(({ publication }) => parsePublicationId(publication).channel);
      // Before anything else: it stays so on a channel that joins afterwards.
      if (channel === undefined)
        await app.publishDeps.withdrawn.add(wholeRelease(release.id), app.clock.now(), reason);
      const done = await withdrawPublished(
        app.publishDeps,
        release,
        channels,
        reason,
        handOf(who, 'withdraw'),
      );
      return done.map((one) => amended(one, release, words, words.amend.withdrawn));
    },
  },
  'by-hand': {
    permission: 'operate',
    reason: 'colleagues',
    oneChannel: true,
    fits: (entries, _, __, left) => entries.filter(({ publication }) => left.has(publication)),
    async run(app, who, _, entries, { reason, seen }, words) {
      const done: OperationResult[] = [];
      const w = words.desk.refused;
      if (seen === undefined) throw new RequestError(422, 'seen-missing', w.seenMissing);
      const left = open(await app.publishDeps.byHand.all());
      if (entries.some(({ publication }) => (left.get(publication)?.at ?? 0) > seen))
        throw new RequestError(409, 'changed-meanwhile', w.taskChanged, { hint: w.taskChangedHow });
      for (const entry of entries) {
        const { publication } = entry;
        const isDone =
          (await doneByHand(
            app.publishDeps,
            entry,
            left.get(publication)?.at ?? 0,
            handOf(who, 'by-hand'),
          )) === 'done';
        if (isDone)
          await app.journal.append('done-by-hand', publication, who.account.name, app.clock.now(), {
            ...(reason ? { reason } : {}),
            from: who.from,
          });
        const message = words.desk.byHand[isDone ? 'done' : 'nothing'](
          words.channel(parsePublicationId(publication).channel),
        );
        done.push({ subject: publication, outcome: isDone ? 'done' : 'skipped', message });
      }
      return done;
    },
  },
  done: {
    permission: 'operate',
    reason: undefined,
    oneChannel: true,
    fits: (entries, _, __, ___, channels) => byPerson(entries, channels),
    mustBeAllowed: mayBeSaidDone,
    run: (app, who, release, entries, { url, note }, words) =>
      acted(who, entries, words, 'done', (entry, hand) =>
        sayDone(app.publishDeps, release, entry, { url, note }, hand),
      ),
  },
};

/** What is asked for beside the release. */
export const operationInput = z.object({
  reason: z.string().trim().max(500).optional(),
  channel: z.string().optional(),
  digest: z.string().max(64).optional(),
  seen: z.coerce.number().optional(),
  url: z
    .url({ protocol: /^https?$/ })
    .max(2000)
    .optional(),
  note: z.string().trim().max(500).optional(),
});

/** Does it. @throws RequestError with words for whoever asked */
export async function runOperation(
  app: App,
  who: Actor,
  name: OperationName,
  id: string,
  input: OperationInput,
  words: Messages,
): Promise<OperationResult[]> {
  const operation = operations[name];
  const w = words.desk.refused;
  const { release, entries, left } = await releaseWith(app, id, words);
  const channels = entries.map(({ publication }) => parsePublicationId(publication).channel);
  // By its name, as people know it, or by its id.
  const channel = [...release.settings.channels, ...channels].find(
    (one) => one === input.channel || words.channel(one) === input.channel,
  );
  if (input.channel !== undefined && channel === undefined)
    throw new RequestError(404, 'unknown-channel', words.cli.unknownChannel(input.channel), {
      hint: release.settings.channels.join(', '),
    });
  if (input.channel !== undefined && !operation.oneChannel)
    throw new RequestError(422, 'all-channels', w.allChannels(words.desk.operations[name]));
  if (operation.reason === 'public' && !input.reason)
    throw new RequestError(422, 'reason-missing', w.reasonMissing, { hint: w.reasonMissingHow });
  const wanted = operation.fits(
    entries.filter(
      ({ publication }) =>
        channel === undefined || publication === publicationId(release.id, channel),
    ),
    release,
    app.clock.now(),
    left,
    app.channels,
  );
  await operation.mustBeAllowed?.(app, release, entries, wanted, words);
  if (wanted.length === 0)
    throw new RequestError(409, 'does-not-fit', w.doesNotFit(words.desk.operations[name]), {
      hint: standing(entries, words),
    });
  return operation.run(app, who, release, wanted, { ...input, channel }, words);
}
