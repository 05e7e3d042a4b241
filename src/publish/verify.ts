// Looking at the channel: after a doubt, after an accepted call, and once after each publication. Also takes up what a dead
// worker left behind. Never sends anything itself.
import type { Why } from '../channels/channel.ts';
import type { Entry } from '../ledger/ledger.ts';
import { instant, partsOf } from '../plan/types.ts';
import type { PublicationId, Release } from '../plan/types.ts';
import { never } from '../words/error.ts';
import { change, hold } from './parts.ts';
import type { Parts } from './parts.ts';
import { callOf } from './release.ts';

/** Waits between looks, seconds: after 2, 5, 10, 20, 40 s in all, as WeChat asks, then each minute. */
const LOOK_SECONDS = [3, 5, 10, 20, 60];
/** After so many looks without an answer a doubt is held for a person: about ten minutes. */
const MOST_LOOKS = 15;
/** A channel that answers so will answer so again; but a fresh post may take two looks to show. */
const HELD_AFTER: Readonly<Record<string, number>> = { 'no-lookup': 0, 'timeline-full': 2 };

/** Looks at one publication, and takes it a step further. */
export async function look(parts: Parts, publication: PublicationId, looks: number, signal: AbortSignal): Promise<void> {
  const entry = await takeOver(parts, publication);
  const channel = parts.channels.get(partsOf(publication).channel);
  const release = parts.calendar().byId.get(partsOf(publication).release);
  if (!entry || !channel || !release) return;
  const again = (): Promise<void> => {
    const seconds = LOOK_SECONDS[Math.min(looks, LOOK_SECONDS.length - 1)] ?? 60;
    return parts.wake.verify(publication, looks + 1, instant(parts.clock.now() + seconds * 1000));
  };
  const loaded = entry.staged === undefined && entry.state === 'doubtful' ? await parts.load(release) : undefined;
  const item = loaded?.state === 'ready' ? parts.itemOf(release, loaded.bundle, channel.name) : undefined;
  const sighting = await channel.lookup({ ...callOf(entry, looks), item }, signal);
  switch (sighting.class) {
    case 'public':
      return seen(parts, entry, sighting.receipt);
    case 'gone':
      return hold(parts, entry, sighting.why);
    case 'pending':
      return entry.state === 'doubtful' && looks >= MOST_LOOKS ? hold(parts, entry, { code: 'cannot-tell' }) : again();
    case 'not-public':
      return notSeen(parts, entry, release, looks, again);
    case 'unknown':
      // The channel gave its receipt and can say no more: that has to do. Asking for ever would only use up its calls.
      if (entry.state === 'public' && (sighting.why.code in HELD_AFTER || looks >= MOST_LOOKS))
        return seen(parts, entry, entry.receipt ?? { ids: {} }, sighting.why);
      if (entry.state === 'doubtful' && looks >= (HELD_AFTER[sighting.why.code] ?? MOST_LOOKS))
        return hold(parts, entry, { code: 'cannot-tell', detail: sighting.why.code });
      return again();
    default:
      return never(sighting);
  }
}

/** The entry if it is this one's turn to be looked at; what a dead worker held armed goes back, its intent becomes a doubt. */
async function takeOver(parts: Parts, publication: PublicationId): Promise<Entry | undefined> {
  const entry = await parts.ledger.get(publication);
  if (!entry) return undefined;
  const { state, worker, receipt } = entry;
  if (state === 'public' || state === 'doubtful' || (state === 'releasing' && receipt)) return entry;
  if (state !== 'armed' && state !== 'releasing') return undefined;
  // What is armed was not sent; what is releasing may be under way, though its worker be dead: its last call is waited out before the look.
  if (worker !== undefined && (await isHeld(parts, publication, state, worker))) return undefined;
  const to = state === 'armed' ? 'staged' : 'doubtful';
  const reason = { code: 'worker-died', detail: worker };
  const changed = await parts.ledger.change(change(parts, entry, to, { worker: null, reason: to === 'doubtful' ? reason : null }, { take: true }));
  if (!changed.ok) return undefined;
  parts.log(to === 'staged' ? 'given-back' : 'doubtful', { publication, ...reason });
  if (to === 'doubtful') return { ...entry, state: to, fence: changed.fence };
  await parts.wake.release([publication], entry.due, parts.clock.now());
  return undefined;
}

function isHeld(parts: Parts, publication: PublicationId, state: 'armed' | 'releasing', worker: string): Promise<boolean> {
  // Its own: a wave that failed on Redis could not even give back what it held.
  if (worker === parts.workers.id) return Promise.resolve(parts.holding.has(publication));
  return state === 'armed' ? parts.workers.alive(worker) : parts.workers.mayBeCalling(worker);
}

/** The channel shows it: a doubt is settled, a publication verified. @param unseen why only its receipt vouches for it */
async function seen(parts: Parts, entry: Entry, receipt: NonNullable<Entry['receipt']>, unseen?: Why): Promise<void> {
  const publicAt = instant(receipt.publicAt ?? parts.clock.now());
  let at = entry;
  if (at.state !== 'public') {
    const changed = await parts.ledger.change(change(parts, at, 'public', { receipt, reason: null, worker: null }, { publicAt }));
    if (!changed.ok) return;
    parts.log('published', { publication: at.publication, due: at.due, lateMs: publicAt - at.due });
    at = { ...at, state: 'public', receipt };
  }
  const merged = { ...at.receipt, ...receipt, ids: { ...at.receipt?.ids, ...receipt.ids }, publicAt: at.receipt?.publicAt ?? publicAt };
  await parts.ledger.change(
    change(parts, at, 'verified', { receipt: merged, staged: null, worker: null }, unseen ? { detail: { byReceipt: unseen.code } } : {}),
  );
  parts.log('verified', { publication: at.publication });
}

/** The channel says that it is not public. */
async function notSeen(parts: Parts, entry: Entry, release: Release, looks: number, again: () => Promise<void>): Promise<void> {
  const late = parts.clock.now() - entry.due > release.settings.window;
  if (entry.state === 'public' || entry.state === 'releasing') {
    return looks >= MOST_LOOKS ? hold(parts, entry, { code: 'vanished' }) : again();
  }
  // Never tried by this ledger, and long past: it was before our time.
  if (entry.fence === 0 && late) return void (await parts.ledger.change(change(parts, entry, 'bygone')));
  if (late) return hold(parts, entry, { code: 'too-late' });
  const to = entry.staged === undefined ? 'planned' : 'staged';
  const changed = await parts.ledger.change(change(parts, entry, to, { reason: null, retryAt: null }, { take: true }));
  if (!changed.ok) return;
  const now = parts.clock.now();
  await (to === 'staged' ? parts.wake.release([entry.publication], entry.due, now) : parts.wake.stage(entry.publication, now));
}
