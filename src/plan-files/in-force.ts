// The plan in force, read again from the texts that it was put into force with. Not for putting one
// into force: app/plan-service.ts.
import type { GoodPlan } from '../ledger/plan-store.ts';
import { readOnce } from '../lib/parse-cache.ts';
import { type ReadPlan, readPlan } from '../plan/read-all.ts';

/** The plan in force, read as it was accepted. */
export function readGood({
  files,
  channels,
  notices,
}: Pick<GoodPlan, 'files' | 'channels' | 'notices'>): ReadPlan {
  return goodIn(JSON.stringify({ files, channels, notices }));
}

const goodIn = readOnce((text) => {
  const { files, channels, notices } = JSON.parse(text) as GoodPlan;
  return readPlan(files, channels, notices, true);
}, 1);
