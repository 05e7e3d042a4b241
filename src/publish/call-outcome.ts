// What the answer of one releasing call makes of its publication. Not for making the call:
// release.ts.
import type { ReleaseAnswer } from '../channels/channel.ts';
import type { LedgerEntry } from '../ledger/ledger.ts';
import type { Fields, LedgerChange } from '../ledger/ledger-change.ts';
import type { Unsettled } from '../ledger/publication-facts.ts';
import { isUsedUp, nextCallFrom, usedUp } from '../ledger/releasing-calls.ts';
import { assertNever } from '../lib/errors.ts';
import { instant } from '../lib/instant.ts';
import type { Release } from '../plan/types.ts';
import { backoff, change, markOf, type PublishDeps, wakeFollowers } from './deps.ts';

/** A change for the ledger, and what has to happen next. */
export interface Outcome {
  readonly change: LedgerChange;
  /** What may be public by it; undefined where nothing can be. */
  readonly sent: Unsettled | undefined;
  after(): Promise<void>;
}

/** What an answer means for the ledger, and what has to happen next. */
export function outcome(
  parts: PublishDeps,
  { entry, release }: Held,
  answer: ReleaseAnswer,
): Outcome {
  const { publication, due } = entry;
  const now = parts.clock.now();
  const nothing = (): Promise<void> => Promise.resolve();
  const sent = ['done', 'accepted', 'handed', 'doubtful'].includes(answer.class)
    ? markOf(parts, entry, 'refused')
    : undefined;
  // A repeated call that was refused, put off or not made says nothing of the first one.
  const settled = entry.repeatable ? {} : { unsettled: 'settled' as const };
  const to = (
    state: LedgerChange['to'],
    set: Fields,
    after: () => Promise<void> = nothing,
    extra: Partial<LedgerChange> = {},
  ): Outcome => ({
    change: change(parts, entry, state, { worker: null, ...set }, extra),
    sent,
    after,
  });
  switch (answer.class) {
    case 'done':
      parts.log('published', { publication, due, lateMs: now - due });
      return to(
        'public',
        { receipt: answer.receipt, reason: null, retryAt: null, tries: null },
        () => afterRelease(parts, entry, release),
        {
          unsettled: 'settled',
          publicAt: instant(answer.receipt.publicAt ?? now),
        },
      );
    case 'accepted':
      return to('releasing', { receipt: answer.receipt, retryAt: instant(now + 2000) }, () =>
        parts.wake.verify(publication, 0, instant(now + 2000)),
      );
    case 'again':
    case 'quota': {
      const isSent = answer.sent !== false;
      const named = answer.class === 'quota' ? answer.until : now + (answer.afterMs ?? 0);
      const end = instant(due + release.settings.window);
      const own = isSent ? nextCallFrom(now, entry.calls, end) : now + backoff(entry.tries);
      const retryAt = instant(Math.max(named, own));
      const count = isSent ? {} : { calls: entry.calls - 1, callFrom: null };
      if (isSent && isUsedUp(entry) && !entry.repeatable) {
        parts.log('held', { publication, ...usedUp(answer.why) });
        return to('held', { reason: usedUp(answer.why) }, nothing, settled);
      }
      if (retryAt > end) return to('held', { reason: answer.why, ...count }, nothing, settled);
      if (entry.repeatable)
        return to('doubtful', { reason: answer.why, retryAt, ...count }, () =>
          parts.wake.verify(publication, 0, retryAt),
        );
      parts.log('again', { publication, ...answer.why, retryAt });
      const again = (): Promise<void> => parts.wake.release([publication], due, retryAt);
      const set = { retryAt, reason: answer.why, tries: entry.tries + 1, ...count };
      return to('staged', set, again, settled);
    }
    case 'refused':
      parts.log('held', { publication, ...answer.why });
      return to('held', { reason: answer.why }, nothing, settled);
    case 'handed':
      // The mark of the intent stays: from here on it may be public by somebody's hand.
      parts.log('held', { publication, ...answer.why });
      return to('held', { reason: answer.why, retryAt: null });
    case 'doubtful': {
      parts.log('doubtful', { publication, ...answer.why });
      const lookAt = instant(now + (answer.afterMs ?? 1000));
      return to(
        'doubtful',
        {
          reason: { ...answer.why, ...(answer.final ? { final: true } : {}) },
          retryAt: answer.afterMs === undefined ? null : lookAt,
        },
        () => parts.wake.verify(publication, 0, lookAt),
      );
    }
    default:
      return assertNever(answer);
  }
}

/** It is looked for; and what waits for the website is woken by it. */
async function afterRelease(
  parts: PublishDeps,
  { publication, due }: LedgerEntry,
  release: Release,
): Promise<void> {
  const now = parts.clock.now();
  await parts.wake.verify(publication, 0, now);
  if (now > due + WEBSITE_MS) await wakeFollowers(parts, publication, release);
}

/** How long a wave waits at T for the website's receipt before it gives its publications back. */
export const WEBSITE_MS = 10_000;

/** A publication of the wave, held by this worker; at the call it counts that call. */
export interface Held {
  readonly entry: LedgerEntry;
  readonly release: Release;
}
