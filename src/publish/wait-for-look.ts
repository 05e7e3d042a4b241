// What a channel took and cannot be asked about for long, because its calls for looks are used up:
// noted, so that people hear that it was sent, and not that it is missed. Not for looking: verify.ts.
import type { LookupResult } from '../channels/channel.ts';
import type { LedgerEntry } from '../ledger/ledger.ts';
import type { Instant } from '../lib/instant.ts';
import { minuteIn } from '../plan/time.ts';
import { change, type PublishDeps } from './deps.ts';

/** It was sent, and can be looked at only from the time in its detail on. */
const LOOKED_AT_LATER = 'looked-at-later';
/** A look that has to wait so long is told, ms. */
const LONG_MS = 3_600_000;

/**
 * Notes that a publication under way has to wait so long for a look, or that it need wait no more.
 * @param at when the next look is
 */
export async function noteWait(
  parts: PublishDeps,
  entry: LedgerEntry,
  sighting: LookupResult,
  at: Instant,
): Promise<void> {
  const isLong = sighting.class === 'unknown' && at - parts.clock.now() >= LONG_MS;
  const reason = isLong
    ? { code: LOOKED_AT_LATER, detail: minuteIn(at, parts.calendar().timezone) }
    : null;
  const before = entry.reason?.code === LOOKED_AT_LATER ? entry.reason.detail : undefined;
  if (before === reason?.detail) return;
  await parts.ledger.change(change(parts, entry, 'releasing', { reason, retryAt: at }));
}
