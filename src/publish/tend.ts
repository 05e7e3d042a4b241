// The regular look over everything open: what a dead worker left is taken up, what changed on disk is staged again.
// Not for telling anybody: alerts/.
import type { Loaded } from '../content/bundle.ts';
import type { Entry } from '../ledger/ledger.ts';
import { partsOf } from '../plan/types.ts';
import type { ReleaseId } from '../plan/types.ts';
import { change } from './parts.ts';
import type { Parts } from './parts.ts';
import { look } from './verify.ts';

/** Publications that a dead worker held armed or in the middle of a call. */
export async function recover(parts: Parts, entries: readonly Entry[], signal: AbortSignal): Promise<void> {
  for (const entry of entries) {
    if ((entry.state === 'armed' || entry.state === 'releasing') && !entry.receipt) await look(parts, entry.publication, 0, signal);
  }
}

/** Content that changed after it was staged, or that mends what was refused: staged again, as long as T is not upon us. */
export async function restage(parts: Parts, entries: readonly Entry[]): Promise<void> {
  // The channels of a release share its bundle: it is read once a round.
  const bundles = new Map<ReleaseId, Loaded>();
  for (const entry of entries) {
    const refused = entry.state === 'held' && entry.digest !== undefined && entry.reason?.code !== 'by-operator';
    if (entry.state !== 'staged' && !refused && !(entry.state === 'planned' && entry.reason)) continue;
    const release = parts.calendar().byId.get(partsOf(entry.publication).release);
    if (!release || release.status === 'cancelled') continue;
    const loaded = bundles.get(release.id) ?? (await parts.load(release));
    bundles.set(release.id, loaded);
    if (loaded.state !== 'ready') continue;
    if (entry.state !== 'planned') {
      if (loaded.bundle.digest === entry.digest) continue;
      const changed = await parts.ledger.change(
        change(parts, entry, 'planned', { staged: null, reason: null, digest: null, retryAt: null }, { take: true }),
      );
      if (!changed.ok) continue;
    }
    await parts.wake.stage(entry.publication, parts.clock.now());
  }
}
