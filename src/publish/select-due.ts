// What of a wave may be sent: asked when it is taken up, and the plan once more with the intents. Not
// for taking and sending it: release.ts.

import type { LedgerEntry } from '../ledger/ledger.ts';
import type { Fields, LedgerChange } from '../ledger/ledger-change.ts';
import { isUsedUp, sendableFrom, usedUp } from '../ledger/releasing-calls.ts';
import type { Instant } from '../lib/instant.ts';
import { type PublicationId, parsePublicationId } from '../plan/types.ts';
import { sliceOf } from '../queue/release-waves.ts';
import type { Held } from './call-outcome.ts';
import {
  change,
  doubtUnsettled,
  holdWith,
  isTooLate,
  laterBy,
  objectionTo,
  type PublishDeps,
} from './deps.ts';
import { afterParents } from './interpretations.ts';

/** What the plan no longer asks for waits so long for the ledger to be brought into agreement. */
const AGREE_MS = 5000;

/**
 * What of a wave is staged and may go out. What may not, an interpretation before its release, and
 * what is too late are dealt with here.
 */
export async function selectDue(
  parts: PublishDeps,
  channel: string,
  due: Instant,
  slice: number | undefined,
): Promise<Held[]> {
  const mine = (id: PublicationId): boolean =>
    parsePublicationId(id).channel === channel && (slice === undefined || sliceOf(id) === slice);
  const ids = [...(await parts.ledger.open(due, due)).keys()].filter(mine);
  const now = parts.clock.now();
  const staged = [...(await parts.ledger.getAll(ids)).values()].filter(
    // What waits for the website goes on as soon as that is out, and not only when it was to try
    // again.
    (entry) =>
      entry.state === 'staged' &&
      (sendableFrom(entry) <= Math.max(now, due) || entry.reason?.code === 'website-late'),
  );
  const [doubtful, certain] = split(
    staged,
    (entry) => entry.unsettled !== undefined && (!entry.repeatable || isUsedUp(entry)),
  );
  for (const entry of doubtful) await doubtUnsettled(parts, entry);
  const [spent, callable] = split(certain, isUsedUp);
  for (const entry of spent) await holdWith(parts, entry, usedUp(entry.reason));
  const allowed = await withoutObjection(parts, channel, callable);
  const ready = await afterParents(parts, channel, allowed, now);
  const [late, timely] = split(ready, ({ entry, release }) => isTooLate(parts, entry, release));
  await parts.ledger.changeAll(
    late.map(({ entry }) => change(parts, entry, 'held', { reason: { code: 'too-late' } })),
  );
  return timely;
}

/**
 * Those that the plan in force lets go out; the others are taken back to be staged again, or to
 * agree with the plan.
 */
export async function withoutObjection(
  parts: PublishDeps,
  channel: string,
  entries: readonly LedgerEntry[],
): Promise<Held[]> {
  const calendar = parts.calendar();
  const held: Held[] = [];
  const back: LedgerChange[] = [];
  // Asked together: shortly before T there is no time for one after the other.
  const judged = await Promise.all(
    entries.map(async (entry) => {
      const release = calendar.byId.get(parsePublicationId(entry.publication).release);
      return { entry, release, objection: await objectionTo(parts, entry, release, channel) };
    }),
  );
  for (const { entry, release, objection } of judged) {
    if (!objection && release) {
      held.push({ entry, release });
      continue;
    }
    parts.log('fell-out', { publication: entry.publication, ...objection });
    const reason = objection?.code === 'plan-changed' ? null : (objection ?? null);
    const set: Fields = { worker: null, retryAt: null, reason };
    back.push(
      change(parts, entry, 'planned', set, { take: true, notNextBefore: laterBy(parts, AGREE_MS) }),
    );
  }
  await parts.ledger.changeAll(back);
  return held;
}

/** Those for which it holds, and the others. */
export function split<T>(all: readonly T[], test: (one: T) => boolean): [T[], T[]] {
  return [all.filter(test), all.filter((one) => !test(one))];
}
