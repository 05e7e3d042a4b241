// An interpretation waits for its release. Not for sending either: release.ts.
import type { Ledger, LedgerEntry } from '../ledger/ledger.ts';
import { type Instant, instant } from '../lib/instant.ts';
import { publicationId, type Release, type ReleaseId } from '../plan/types.ts';
import { backoff, change, type PublishDeps } from './deps.ts';

/** Of a wave, those that need not wait; the others are asked again later, longer each time. */
export async function afterParents<
  T extends { readonly entry: LedgerEntry; readonly release: Release },
>(parts: PublishDeps, channel: string, ready: readonly T[], now: Instant): Promise<T[]> {
  const followed = [...new Set(ready.flatMap(({ release }) => release.follows ?? []))];
  if (followed.length === 0) return [...ready];
  const out = await parentsOut(parts.ledger, channel, followed);
  const mayGo = ({ release }: T): boolean =>
    release.follows === undefined || out.has(release.follows);
  const orphans = ready.filter((one) => !mayGo(one));
  const later = (entry: LedgerEntry): Instant => instant(now + backoff(entry.tries));
  await parts.ledger.changeAll(
    orphans.map(({ entry }) =>
      change(parts, entry, 'planned', {
        retryAt: later(entry),
        tries: entry.tries + 1,
        reason: { code: 'parent-not-public' },
      }),
    ),
  );
  await Promise.all(orphans.map(({ entry }) => parts.wake.stage(entry.publication, later(entry))));
  return ready.filter(mayGo);
}

/**
 * Those that interpretations of a channel need not wait for: public here; or nobody's to send here
 * any more, since they came out before Banli, or before this channel was in the plan.
 */
async function parentsOut(
  ledger: Ledger,
  channel: string,
  followed: readonly ReleaseId[],
): Promise<ReadonlySet<ReleaseId>> {
  const shown = await ledger.publicSince();
  const states = await ledger.statesOf(followed.map((id) => publicationId(id, channel)));
  return new Set(
    followed.filter(
      (id) =>
        shown.has(publicationId(id, channel)) ||
        states.get(publicationId(id, channel)) === 'historical',
    ),
  );
}
