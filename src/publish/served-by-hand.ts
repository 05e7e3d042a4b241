// What a person says who serves a channel that no program can reach: that it is public there. Their
// word is the receipt. Not for who may say so, nor when: operations/served-by-hand.ts.
import type { LedgerEntry } from '../ledger/ledger.ts';
import { SAYABLE_BY_PERSON } from '../ledger/states.ts';
import type { Release } from '../plan/types.ts';
import type { OperationOutcome } from './commands.ts';
import { type AuditContext, change, markOf, type PublishDeps } from './deps.ts';
import { noteLookup } from './verify.ts';

/** Where it is to be seen, and what else they say of it. */
export interface Said {
  readonly url?: string | undefined;
  readonly note?: string | undefined;
}

/**
 * Notes that it is public from now on, by somebody's word.
 * 1. Refused before T, by the promise's floor too.
 * 2. Whatever state it stands in, it is noted as what may be public: should this process die here,
 *    nothing sends it, and a person is asked.
 * 3. The receipt, as after any look that has found it.
 */
export async function sayDone(
  parts: PublishDeps,
  release: Release,
  entry: LedgerEntry,
  { url, note }: Said,
  { actor, detail }: AuditContext,
): Promise<OperationOutcome> {
  const now = parts.clock.now();
  if (now < release.due || now < entry.notBefore) return 'too-early';
  if (!SAYABLE_BY_PERSON.includes(entry.state)) return 'skipped';
  const at = entry.state === 'doubtful' ? entry : await doubted(parts, entry);
  if (!at) return 'skipped';
  const ids: Record<string, string> = note ? { note } : {};
  const receipt = { ids, ...(url ? { url } : {}) };
  const said = { by: actor, settled: 'public', ...detail, ...(note ? { note } : {}) };
  await noteLookup(parts, at, receipt, { code: 'said-by-person' }, said);
  await parts.held.remove(entry.publication);
  return 'settled';
}

async function doubted(parts: PublishDeps, entry: LedgerEntry): Promise<LedgerEntry | undefined> {
  const mark = entry.unsettled ?? markOf(parts, entry, 'shown');
  const changed = await parts.ledger.change(
    change(
      parts,
      entry,
      'doubtful',
      { worker: null, looks: null, retryAt: null },
      { take: true, unsettled: mark },
    ),
  );
  if (!changed.ok) return undefined;
  return { ...entry, state: 'doubtful', fence: changed.fence, unsettled: mark };
}
