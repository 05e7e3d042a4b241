// Who is told what, by which way, and when they must not be disturbed. Not for what they are told:
// templates/.
import { createHash } from 'node:crypto';
import type { Severity } from '../ledger/incident.ts';
import { type Instant, instant } from '../lib/instant.ts';
import { minuteIn } from '../plan/time.ts';
import type { Language } from '../plan/types.ts';

/** One who can be told. The order of people is the order in which they are asked. */
export interface Person {
  readonly name: string;
  /** Each gets a mail of its own. */
  readonly mail: readonly string[];
  readonly language: Language;
  /** Names of ways, by severity; `mail` is one. */
  readonly ways: Readonly<Record<Severity, readonly string[]>>;
  /** Minutes of the local day from which and until which only what is missed may disturb. */
  readonly quiet: { readonly from: number; readonly to: number } | undefined;
}

/** The way that everybody with an address has. */
export const MAIL = 'mail';
/** The event of a letter about what is no incident; it reaches people too who are in no list. */
export const NOTICE = 'notice';

/** Somebody who is in no list, and whom something concerns. */
export function reached(name: string, address: string, language: Language): Person {
  return {
    name,
    mail: [address],
    language,
    ways: { missed: [MAIL], warning: [MAIL], report: [MAIL] },
    quiet: undefined,
  };
}

const DAY_MIN = 1440;
const MINUTE_MS = 60_000;

/**
 * Those who hear of something once `level` people are to know. Whoever has no way for it is passed
 * over.
 */
export function peopleFor(
  people: readonly Person[],
  severity: Severity,
  level = Number.POSITIVE_INFINITY,
): Person[] {
  return people.filter((person) => person.ways[severity].length > 0).slice(0, level);
}

/**
 * At once, whatever any clock says: one that is ahead must not keep a letter that others could
 * send.
 */
const AT_ONCE = instant(0);

/**
 * When a letter may go out: at once, or at the end of the person's quiet hours. What is missed
 * never waits.
 * @param timezone of the plan
 */
export function notBefore(
  person: Person,
  severity: Severity,
  now: Instant,
  timezone: string,
): Instant {
  const { quiet } = person;
  if (!quiet || severity === 'missed') return AT_ONCE;
  const [hours, minutes] = minuteIn(now, timezone).slice(11, 16).split(':').map(Number);
  const minute = (hours ?? 0) * 60 + (minutes ?? 0);
  const inside =
    quiet.from <= quiet.to
      ? minute >= quiet.from && minute < quiet.to
      : minute >= quiet.from || minute < quiet.to;
  if (!inside) return AT_ONCE;
  const left = (quiet.to - minute + DAY_MIN) % DAY_MIN;
  return instant(now - (now % MINUTE_MS) + left * MINUTE_MS);
}

/** A person in ids of letters: the same as long as the name is. */
export function personKey(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 8);
}
