// How one publication stands in its hash in Redis: the short names of its fields, what is written
// and read of them. Not for changing one: ledger.ts.
import { type Instant, instant } from '../lib/instant.ts';
import type { PublicationId } from '../plan/types.ts';
import type { LedgerEntry } from './ledger.ts';
import {
  type Reason,
  type Receipt,
  reasonSchema,
  receipt,
  unsettled,
} from './publication-facts.ts';
import { toState } from './states.ts';

/** The fields that a change may set; null deletes. */
export interface Fields {
  worker?: string | null;
  digest?: string | null;
  staged?: unknown;
  made?: string | null;
  receipt?: Receipt | null;
  reason?: Reason | null;
  retryAt?: Instant | null;
  tries?: number | null;
  /** ms; how long before its due instant it is staged. */
  lead?: number;
  looks?: number | null;
  repeatable?: true | null;
  /** Counted by the ledger itself, with each intent; taken back where nothing was sent. */
  calls?: number | null;
  callFrom?: Instant | null;
}

/** Names in Redis, which every change sends. */
export const SHORT = {
  worker: 'w',
  digest: 'g',
  staged: 'c',
  receipt: 'r',
  reason: 'y',
  retryAt: 'n',
  tries: 'k',
  lead: 'l',
  looks: 'o',
  repeatable: 'p',
  made: 'm',
  calls: 'q',
  callFrom: 'v',
} as const;
/** What is read of a publication, in the order that `parseEntry` takes. */
export const READ = [...'sdfwgcrynkobupmqv'];

/** A field's value as it is written; '' deletes. */
export function writeField(name: string, value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value === true) return '1';
  return name === 'worker' || name === 'digest' || name === 'made'
    ? String(value)
    : JSON.stringify(value);
}

/** A publication as the ledger has it; undefined: it knows none. */
export function parseEntry(
  publication: PublicationId,
  row: readonly (string | null)[],
): LedgerEntry | undefined {
  const [
    state,
    due,
    fence,
    worker,
    digest,
    staged,
    gotReceipt,
    gotReason,
    retryAt,
    tries,
    looks,
    floor,
    mark,
    again,
    made,
    calls,
    callFrom,
  ] = row;
  const named = toState(state);
  if (!named) return undefined;
  return {
    publication,
    state: named,
    due: instant(Number(due)),
    notBefore: instant(Number(floor ?? due)),
    unsettled: mark ? unsettled.parse(JSON.parse(mark)) : undefined,
    repeatable: again === '1',
    looks: Number(looks ?? 0),
    fence: Number(fence ?? 0),
    worker: worker ?? undefined,
    digest: digest ?? undefined,
    staged: staged ? (JSON.parse(staged) as unknown) : undefined,
    made: made ?? undefined,
    receipt: gotReceipt ? receipt.parse(JSON.parse(gotReceipt)) : undefined,
    reason: gotReason ? reasonSchema.parse(JSON.parse(gotReason)) : undefined,
    retryAt: retryAt ? instant(Number(retryAt)) : undefined,
    tries: Number(tries ?? 0),
    calls: Number(calls ?? 0),
    callFrom: callFrom ? instant(Number(callFrom)) : undefined,
  };
}
