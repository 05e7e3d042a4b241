// What a person does about a publication: publish now, try again, hold. Never early, and never blindly twice. Not for who may (cli/, desk/).
import type { Change, Entry } from '../ledger/ledger.ts';
import { publicationId } from '../plan/types.ts';
import type { Release } from '../plan/types.ts';
import type { Parts } from './parts.ts';

const BY_HAND = { code: 'by-operator' } as const;
/** Held because nobody knows whether it is public: look before anything else. */
const UNKNOWN = ['cannot-tell', 'vanished', 'worker-died'];

/** Who does it, and how: both stand in the journal. */
export interface Hand {
  readonly actor: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** `skipped`: the state does not allow it, or changed meanwhile. */
export type Acted = 'asked' | 'held' | 'skipped' | 'too-early';

/** Stages at once what its approval was the last thing to wait for; before its lead begins, staging comes by itself. */
export async function stageApproved(parts: Parts, release: Release): Promise<void> {
  const now = parts.clock.now();
  if (now < release.due - release.settings.lead) return;
  for (const channel of release.settings.channels) {
    const entry = await parts.ledger.get(publicationId(release.id, channel));
    if (entry?.state === 'planned') await parts.wake.stage(entry.publication, now);
  }
}

/** Publishes what is due and stands still. Held in doubt: the person says that it is not public. */
export async function publishNow(parts: Parts, release: Release, entry: Entry, hand: Hand): Promise<Acted> {
  const now = parts.clock.now();
  if (now < release.due) return 'too-early';
  if (entry.state !== 'held' && entry.state !== 'bygone' && entry.state !== 'planned') return 'skipped';
  if (!(await move(parts, entry, 'planned', hand, { reason: BY_HAND, retryAt: null, staged: null }))) return 'skipped';
  await parts.wake.stage(entry.publication, now);
  return 'asked';
}

/** Tries again what is held: looks first where the outcome is unknown. */
export async function retryHeld(parts: Parts, entry: Entry, hand: Hand): Promise<Acted> {
  const now = parts.clock.now();
  if (entry.state !== 'held') return 'skipped';
  const doubt = UNKNOWN.includes(entry.reason?.code ?? '');
  const done = doubt
    ? await move(parts, entry, 'doubtful', hand)
    : await move(parts, entry, 'planned', hand, { reason: BY_HAND, retryAt: null, staged: null });
  if (!done) return 'skipped';
  await (doubt ? parts.wake.verify(entry.publication, 0, now) : parts.wake.stage(entry.publication, now));
  return 'asked';
}

/** Holds what is not on its way yet, until a person frees it. */
export async function holdBack(parts: Parts, entry: Entry, hand: Hand): Promise<Acted> {
  const can = entry.state === 'planned' || entry.state === 'staged' || entry.state === 'armed';
  return can && (await move(parts, entry, 'held', hand, { reason: BY_HAND, worker: null })) ? 'held' : 'skipped';
}

async function move(parts: Parts, entry: Entry, to: Change['to'], { actor, detail }: Hand, set: Change['set'] = {}): Promise<boolean> {
  const changed = await parts.ledger.change({
    publication: entry.publication,
    from: entry,
    to,
    set,
    take: true,
    actor,
    at: parts.clock.now(),
    detail,
  });
  return changed.ok;
}
