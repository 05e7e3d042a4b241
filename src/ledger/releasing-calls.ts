// How often a channel is called to make one publication public, and how long is waited between the
// calls, whatever it answers. The count stands in the ledger, with each intent; ledger.lua refuses
// what is over it. Not for what an answer means: publish/call-outcome.ts.
// docs/adr/0009-three-calls.md says why these figures.
import { type Instant, instant } from '../lib/instant.ts';
import type { LedgerEntry } from './ledger.ts';
import type { Reason } from './publication-facts.ts';

/** So many releasing calls; then a person is asked. */
export const MOST_CALLS = 3;
/** Waits after the first call and after each later one, ms. */
const WAITS_MS = [10_000, 300_000] as const;
/** The last call within the window is made so long before its end, ms. */
const BEFORE_END_MS = 5000;

/**
 * When the next call may be made after the one that is made now.
 * @param calls how many have been made with this one
 * @param end of the window: a call is made before it rather than never
 */
export function nextCallFrom(now: Instant, calls: number, end: Instant): Instant {
  const [short, long] = WAITS_MS;
  const last = end - BEFORE_END_MS;
  const wait = calls <= 1 ? short : long;
  return instant(now + wait > last && now + short <= last ? last : now + wait);
}

/** Its calls are used up: nothing is sent before a person has said something. */
export const isUsedUp = ({ calls }: Pick<LedgerEntry, 'calls'>): boolean => calls >= MOST_CALLS;

/** A person has said something: what was called before counts no more. */
export const COUNT_ANEW = { calls: null, callFrom: null } as const;

/** What is staged is not sent before this. */
export function sendableFrom({ retryAt, callFrom }: LedgerEntry): Instant {
  return instant(Math.max(retryAt ?? 0, callFrom ?? 0));
}

const USED_UP = 'calls-used-up';

/** Why it is held once its calls are used up: with what the channel answered last. */
export function usedUp(last: Reason | undefined): Reason {
  const said = [last?.code, last?.detail].filter((part) => part !== undefined).join(' ');
  return said === '' ? { code: USED_UP } : { code: USED_UP, detail: said };
}

/** The code of what is wrong with a publication: where its calls are used up, of the last answer. */
export function causeCode(reason: Reason | undefined): string | undefined {
  return reason?.code === USED_UP ? (reason.detail?.split(' ')[0] ?? USED_UP) : reason?.code;
}
