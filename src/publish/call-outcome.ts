// What the answer of one releasing call makes of its publication. Not for making the call:
// release.ts.
import type { ReleaseAnswer } from '../channels/channel.ts';
import type { LedgerEntry } from '../ledger/ledger.ts';
import type { Fields, LedgerChange } from '../ledger/ledger-change.ts';
import type { Unsettled } from '../ledger/publication-facts.ts';
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
  const sent = ['done', 'accepted', 'doubtful'].includes(answer.class)
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
      const retryAt =
        answer.class === 'quota'
          ? answer.until
          : instant(now + Math.max(answer.afterMs ?? 0, backoff(entry.tries)));
      if (retryAt > due + release.settings.window)
        return to('held', { reason: answer.why }, nothing, settled);
      if (entry.repeatable)
        return to('doubtful', { reason: answer.why, retryAt }, () =>
          parts.wake.verify(publication, 0, retryAt),
        );
      parts.log('again', { publication, ...answer.why, retryAt });
      const again = (): Promise<void> => parts.wake.release([publication], due, retryAt);
      return to('staged', { retryAt, reason: answer.why, tries: entry.tries + 1 }, again, settled);
    }
    case 'refused':
      parts.log('held', { publication, ...answer.why });
      return to('held', { reason: answer.why }, nothing, settled);
    case 'doubtful':
      parts.log('doubtful', { publication, ...answer.why });
      return to('doubtful', { reason: answer.why, retryAt: null }, () =>
        parts.wake.verify(publication, 0, instant(now + 1000)),
      );
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

/** A publication of the wave, held by this worker. */
export interface Held {
  readonly entry: LedgerEntry;
  readonly release: Release;
}
