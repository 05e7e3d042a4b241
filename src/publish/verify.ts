// Looking at the channel: after a doubt, after an accepted call, and once after each publication.
// Also takes up what a dead worker left behind. Never sends anything itself, and nothing is sent
// again but after a look that says with authority that it is not public, or a person's word.
import type { LookupResult, Why } from '../channels/channel.ts';
import type { LedgerEntry } from '../ledger/ledger.ts';
import type { Unsettled } from '../ledger/publication-facts.ts';
import { isUsedUp, sendableFrom, usedUp } from '../ledger/releasing-calls.ts';
import { assertNever } from '../lib/errors.ts';
import { instant } from '../lib/instant.ts';
import { type PublicationId, parsePublicationId, type Release } from '../plan/types.ts';
import { askCorrectionAgain } from './correct-and-withdraw.ts';
import {
  backoff,
  change,
  holdWith,
  isTooLate,
  laterBy,
  markOf,
  type PublishDeps,
  siteOf,
  wakeFollowers,
} from './deps.ts';
import { callOf } from './release.ts';
import { noteWait } from './wait-for-look.ts';

/**
 * Waits between looks, seconds: after 2, 5, 10, 20, 40 s in all, as WeChat asks, then each minute.
 */
const LOOK_SECONDS = [3, 5, 10, 20, 60];
/** After so many looks without an answer a doubt is held for a person: about ten minutes. */
const MOST_LOOKS = 15;
/** What is only slow to show is asked for less and less: each ten minutes, and then each hour. */
const SLOW_SECONDS = [600, 3600];
const SLOW_LOOKS = 6;
/**
 * What was accepted and still does not show is a person's to look at after so many: a few hours.
 */
const ACCEPTED_LOOKS = MOST_LOOKS + SLOW_LOOKS + 6;
/**
 * A call that the channel refuses twice tells at once; that one could not be made so often will not
 * help either.
 */
const MOST_REPEATS = 8;
/** A channel that answers so will answer so again; but a fresh post may take two looks to show. */
const HELD_AFTER: Readonly<Record<string, number>> = {
  'no-lookup': 0,
  'timeline-full': 2,
  'nothing-to-look-for': 0,
};
/** A dead worker may have written its intent so long before T, ms, and its clock may differ. */
const INTENT_MS = 1000;
/** A channel that is configured no more may come back, ms. */
const UNCONFIGURED_MS = 60_000;

/**
 * Looks at one publication, and takes it a step further.
 * @param looks how often it has been looked for, as whoever asks knows
 */
export async function probe(
  parts: PublishDeps,
  publication: PublicationId,
  looks: number,
  signal: AbortSignal,
): Promise<void> {
  const entry = await takeOver(parts, publication);
  const channel = parts.channels.get(parsePublicationId(publication).channel);
  if (!channel) return parts.ledger.snooze([publication], laterBy(parts, UNCONFIGURED_MS));
  if (!entry) return;
  const release = parts.calendar().byId.get(parsePublicationId(publication).release);
  const before = Math.max(looks, entry.looks);
  const nothingStaged = callOf(entry).staged === undefined && entry.state === 'doubtful';
  const loaded = nothingStaged && release ? await parts.load(release) : undefined;
  const item =
    release && loaded?.state === 'ready'
      ? parts.itemOf(release, loaded.bundle, channel.name)
      : undefined;
  const sighting = await channel.lookup({ ...callOf(entry, before), item }, signal);
  const again = (): Promise<void> => lookAgain(parts, entry, before, sighting);
  switch (sighting.class) {
    case 'public':
      return noteLookup(parts, entry, sighting.receipt);
    case 'gone':
      return gone(parts, entry, sighting);
    case 'pending':
      return before >= (entry.state === 'doubtful' ? MOST_LOOKS : ACCEPTED_LOOKS)
        ? holdWith(parts, entry, { code: 'cannot-tell' })
        : again();
    case 'not-public':
      return notSeen(parts, entry, release, before, again);
    case 'repeatable':
      return repeat(parts, entry, release, sighting.why);
    case 'unknown':
      return unknown(parts, entry, before, sighting.why, again);
    default:
      return assertNever(sighting);
  }
}

/** The next look, later each time. */
async function lookAgain(
  parts: PublishDeps,
  entry: LedgerEntry,
  looks: number,
  sighting: LookupResult,
): Promise<void> {
  const slow = SLOW_SECONDS[looks < MOST_LOOKS + SLOW_LOOKS ? 0 : 1] ?? 3600;
  const seconds =
    looks < MOST_LOOKS ? (LOOK_SECONDS[Math.min(looks, LOOK_SECONDS.length - 1)] ?? 60) : slow;
  const notBefore = 'notBefore' in sighting ? sighting.notBefore : undefined;
  const at = instant(Math.max(laterBy(parts, seconds * 1000), notBefore ?? 0));
  if (entry.state === 'releasing') await noteWait(parts, entry, sighting, at);
  await parts.ledger.noteLook({ publication: entry.publication, looks }, at);
  await parts.wake.verify(entry.publication, looks + 1, at);
}

/**
 * The channel cannot say: what it gave a receipt for has to do with that; a doubt is held for a
 * person in the end.
 */
async function unknown(
  parts: PublishDeps,
  entry: LedgerEntry,
  looks: number,
  why: Why,
  again: () => Promise<void>,
): Promise<void> {
  // Asking for ever would only use up the channel's calls.
  if (entry.state === 'public' && (why.code in HELD_AFTER || looks >= MOST_LOOKS))
    return noteLookup(parts, entry, entry.receipt ?? { ids: {} }, why);
  if (entry.state === 'doubtful' && looks >= (HELD_AFTER[why.code] ?? MOST_LOOKS))
    return holdWith(parts, entry, { code: 'cannot-tell', detail: why.code });
  if (entry.state === 'releasing' && looks >= ACCEPTED_LOOKS)
    return holdWith(parts, entry, { code: 'cannot-tell', detail: why.code });
  return again();
}

/**
 * The entry if it is this one's turn to be looked at; what a dead worker held armed goes back, its
 * intent becomes a doubt.
 */
async function takeOver(
  parts: PublishDeps,
  publication: PublicationId,
): Promise<LedgerEntry | undefined> {
  const entry = await parts.ledger.get(publication);
  if (!entry) return undefined;
  const { state, worker, receipt } = entry;
  if (state === 'public' || state === 'doubtful' || (state === 'releasing' && receipt))
    return entry;
  if (state !== 'armed' && state !== 'releasing') return undefined;
  // What is armed was not sent; what is releasing may be under way, though its worker be dead: its
  // last call is waited out before the look.
  if (worker !== undefined && (await isHeld(parts, publication, state, worker))) return undefined;
  // Where Redis may forget, so near T an intent may have been written and lost.
  const sent =
    state === 'releasing' ||
    entry.unsettled !== undefined ||
    (parts.mayForget && parts.clock.now() >= entry.due - INTENT_MS);
  const to = sent ? 'doubtful' : 'staged';
  const reason = { code: 'worker-died', detail: worker };
  const mark = sent && !entry.unsettled ? markOf(parts, entry, 'intent') : undefined;
  const changed = await parts.ledger.change(
    change(
      parts,
      entry,
      to,
      { worker: null, reason: sent ? reason : null, looks: null },
      {
        take: true,
        ...(mark ? { unsettled: mark } : {}),
      },
    ),
  );
  if (!changed.ok) return undefined;
  parts.log(to === 'staged' ? 'given-back' : 'doubtful', { publication, ...reason });
  if (to === 'doubtful')
    return {
      ...entry,
      state: to,
      fence: changed.fence,
      looks: 0,
      ...(mark ? { unsettled: mark } : {}),
    };
  await parts.wake.release([publication], entry.due, parts.clock.now());
  return undefined;
}

/** Whether whoever armed it, or is calling with it, still lives and has it in hand. */
export function isHeld(
  parts: PublishDeps,
  publication: PublicationId,
  state: 'armed' | 'releasing',
  worker: string,
): Promise<boolean> {
  // Its own: a wave that failed on Redis could not even give back what it held.
  if (worker === parts.workers.id) return Promise.resolve(parts.claimed.has(publication));
  return state === 'armed' ? parts.workers.alive(worker) : parts.workers.mayBeCalling(worker);
}

/**
 * The channel shows it: a doubt is settled, a publication verified.
 * @param unseen why only its receipt vouches for it
 */
export async function noteLookup(
  parts: PublishDeps,
  entry: LedgerEntry,
  receipt: NonNullable<LedgerEntry['receipt']>,
  unseen?: Why,
  detail?: object,
): Promise<void> {
  const publicAt = instant(receipt.publicAt ?? parts.clock.now());
  let at = entry;
  if (at.state !== 'public') {
    const set = { receipt, reason: null, worker: null, retryAt: null, looks: null };
    // Of a call of this ledger it is known whether it came out late; what was due before it was
    // born may only be found late.
    const told = {
      ...detail,
      ...(at.state === 'doubtful' && at.unsettled?.why === 'intent' ? { publicAt } : {}),
    };
    const changed = await parts.ledger.change(
      change(parts, at, 'public', set, {
        publicAt,
        unsettled: 'settled',
        ...(Object.keys(told).length > 0 ? { detail: told } : {}),
      }),
    );
    if (!changed.ok) return;
    parts.log('published', { publication: at.publication, due: at.due, lateMs: publicAt - at.due });
    await wakeFollowers(
      parts,
      at.publication,
      parts.calendar().byId.get(parsePublicationId(at.publication).release),
    );
    at = { ...at, state: 'public', receipt };
    await askCorrectionAgain(parts, at, publicAt);
  }
  const merged = {
    ...at.receipt,
    ...receipt,
    ids: { ...at.receipt?.ids, ...receipt.ids },
    publicAt: at.receipt?.publicAt ?? publicAt,
  };
  await parts.ledger.change(
    change(
      parts,
      at,
      'verified',
      { receipt: merged, staged: null, worker: null },
      unseen ? { detail: { byReceipt: unseen.code } } : {},
    ),
  );
  parts.log('verified', { publication: at.publication });
}

/**
 * The channel took it and refused or removed it: never shown, it may be sent anew once mended; else
 * that is a person's to say.
 */
async function gone(
  parts: PublishDeps,
  entry: LedgerEntry,
  { why, shown }: Extract<LookupResult, { class: 'gone' }>,
): Promise<void> {
  if (why.code === 'withdrawn' && entry.state !== 'releasing') {
    await parts.ledger.change(
      change(parts, entry, 'withdrawn', { worker: null }, { take: true, detail: { seen: true } }),
    );
    return;
  }
  await holdWith(parts, entry, why, {
    unsettled: shown === false ? 'settled' : shownMark(parts, entry),
  });
}

/** It was public once, and may be still. */
function shownMark(parts: PublishDeps, entry: LedgerEntry): Unsettled {
  return markOf(parts, { staged: callOf(entry).staged, digest: entry.digest }, 'shown');
}

/**
 * The channel refuses a second call for what it has had: the same call again finds out, and sends
 * nothing twice.
 */
async function repeat(
  parts: PublishDeps,
  entry: LedgerEntry,
  release: Release | undefined,
  why: Why,
): Promise<void> {
  const sent = entry.unsettled;
  const loaded = release && (await parts.load(release));
  const same =
    loaded?.state === 'ready' && sent?.staged !== undefined && loaded.bundle.digest === sent.digest;
  const often = isUsedUp(entry) || entry.tries >= MOST_REPEATS;
  if (
    entry.state !== 'doubtful' ||
    !same ||
    sent.why !== 'intent' ||
    often ||
    isTooLate(parts, entry, release)
  )
    return holdWith(parts, entry, { code: 'cannot-tell', detail: why.code });
  // The mark stays: only what comes of the call takes it away.
  const retryAt = entry.tries === 0 ? null : laterBy(parts, backoff(entry.tries));
  const set = {
    staged: sent.staged,
    digest: sent.digest ?? null,
    reason: null,
    retryAt,
    looks: null,
    tries: entry.tries + 1,
    repeatable: true as const,
  };
  const changed = await parts.ledger.change(change(parts, entry, 'staged', set, { take: true }));
  const from = sendableFrom({ ...entry, retryAt: retryAt ?? parts.clock.now() });
  if (changed.ok) await parts.wake.release([entry.publication], entry.due, from);
}

/** The channel says with authority that it is not public. */
async function notSeen(
  parts: PublishDeps,
  entry: LedgerEntry,
  release: Release | undefined,
  looks: number,
  again: () => Promise<void>,
): Promise<void> {
  if (entry.state === 'public' || entry.state === 'releasing') {
    if (looks < MOST_LOOKS) return again();
    return holdWith(
      parts,
      entry,
      { code: 'vanished' },
      { unsettled: entry.unsettled ?? shownMark(parts, entry) },
    );
  }
  const isSite = parsePublicationId(entry.publication).channel === siteOf(parts);
  // Another ledger may have sent it and a person may have taken it down since: nothing of that time
  // is sent by itself. The website alone may: its rename can be repeated.
  const ofBefore = entry.unsettled?.why === 'birth' && entry.due <= entry.unsettled.at;
  const late = isTooLate(parts, entry, release);
  if (ofBefore && late && isSite)
    return void (await parts.ledger.change(
      change(parts, entry, 'historical', {}, { unsettled: 'settled' }),
    ));
  if (ofBefore && !isSite) return holdWith(parts, entry, { code: 'birth-not-found' });
  if (late) return holdWith(parts, entry, { code: 'too-late' }, { unsettled: 'settled' });
  if (entry.reason?.final) {
    const { code, detail } = entry.reason;
    return holdWith(parts, entry, { code, detail }, { unsettled: 'settled' });
  }
  if (isUsedUp(entry))
    return holdWith(parts, entry, usedUp(entry.reason), { unsettled: 'settled' });
  return backToStaged(parts, entry);
}

/** It is known not to be public: it is released as it was staged, or staged anew. */
async function backToStaged(parts: PublishDeps, entry: LedgerEntry): Promise<void> {
  const to = entry.staged === undefined ? 'planned' : 'staged';
  const changed = await parts.ledger.change(
    change(
      parts,
      entry,
      to,
      { reason: null, retryAt: null, looks: null },
      { take: true, unsettled: 'settled' },
    ),
  );
  if (!changed.ok) return;
  const now = parts.clock.now();
  const from = sendableFrom({ ...entry, retryAt: now });
  await (to === 'staged'
    ? parts.wake.release([entry.publication], entry.due, from)
    : parts.wake.stage(entry.publication, now));
}
