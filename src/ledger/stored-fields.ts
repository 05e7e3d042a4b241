// A publication's fields as they lie in Redis, under short names, and back. Not for what they mean:
// ledger.ts, publication-facts.ts.

import { instant } from '../lib/instant.ts';
import type { PublicationId } from '../plan/types.ts';
import type { LedgerEntry } from './ledger.ts';
import type { Fields } from './ledger-change.ts';
import { reasonSchema, receipt, unsettled } from './publication-facts.ts';
import { toState } from './states.ts';

const SHORT = {
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
/** What is read of an entry, in this order. */
export const READ = [
  's',
  'd',
  'f',
  'w',
  'g',
  'c',
  'r',
  'y',
  'n',
  'k',
  'o',
  'b',
  'u',
  'p',
  'm',
  'q',
  'v',
];

/** Names and values, one after the other, as ledger.lua takes them. */
export function fieldsToStore(fields: Fields): string[] {
  return Object.entries(fields).flatMap(([name, value]) => [
    SHORT[name as keyof Fields],
    write(name, value),
  ]);
}

function write(name: string, value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value === true) return '1';
  return name === 'worker' || name === 'digest' || name === 'made'
    ? String(value)
    : JSON.stringify(value);
}

/** @param row the values of `READ` @returns undefined where there is no such publication */
export function entryFrom(
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
