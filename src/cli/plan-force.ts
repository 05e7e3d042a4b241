// The plan on disk beside the plan in force, looked at without starting anything and without
// secrets. Not for putting it into force.

import { compareWithForce } from '../app/plan-service.ts';
import { Ledger } from '../ledger/ledger.ts';
import { PlanStore } from '../ledger/plan-store.ts';
import type { Instant } from '../lib/instant.ts';
import { openAmong } from '../operations/close-year.ts';
import type { PlanIssue } from '../plan/issues.ts';
import { EMPTY, type ReadPlan } from '../plan/read-all.ts';
import type { Release, ReleaseId } from '../plan/types.ts';
import { readGood } from '../plan-files/in-force.ts';
import { visitRedis } from '../redis/short-visit.ts';
import type { Context } from './context.ts';

/**
 * Of these releases, those that have not ended on every channel, and on which channels they have
 * not.
 */
export function openNow(
  context: Pick<Context, 'withoutSecrets'>,
  releases: readonly Release[],
): Promise<Map<ReleaseId, readonly string[]>> {
  const { redis, prefix, paths } = context.withoutSecrets().config;
  return visitRedis({ external: redis, folder: `${paths.var}/redis`, prefix }, (handle) =>
    openAmong(new Ledger(handle), releases),
  );
}

/**
 * What the rules of change say of a plan; undefined where Redis cannot be reached, and so nobody
 * knows what is in force.
 */
export async function againstForce(
  context: Pick<Context, 'withoutSecrets'>,
  next: ReadPlan,
  now: Instant,
): Promise<readonly PlanIssue[] | undefined> {
  try {
    const { redis, prefix, paths } = context.withoutSecrets().config;
    return await visitRedis(
      { external: redis, folder: `${paths.var}/redis`, prefix },
      async (handle) => {
        const planStore = new PlanStore(handle);
        const good = await planStore.plan();
        const force = good
          ? { ...readGood(good).calendar, history: await planStore.dateHistory() }
          : EMPTY;
        return compareWithForce(next, force, now, await new Ledger(handle).publishedReleases())
          .problems;
      },
    );
  } catch {
    return undefined;
  }
}
