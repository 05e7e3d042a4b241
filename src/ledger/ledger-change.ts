// A change of one publication as its caller asks for it, what may be refused, and how ledger.lua is
// handed it. Not for what may follow what: states.ts, ledger.lua.

import { type Instant } from '../lib/instant.ts';
import { type PublicationId } from '../plan/types.ts';
import { type KeyName } from '../redis/keys.ts';
import type { LedgerEntry } from './ledger.ts';
import { type Reason, type Receipt, type Unsettled } from './publication-facts.ts';
import { MOST_CALLS } from './releasing-calls.ts';
import { CLOSED, eventOf, PUBLIC, type State } from './states.ts';
import { fieldsToStore } from './stored-fields.ts';

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

/** A change of one publication, from the state and fence that the caller saw. */
export interface LedgerChange {
  readonly publication: PublicationId;
  /** Undefined: it must not exist yet. */
  readonly from: Pick<LedgerEntry, 'state' | 'fence'> | undefined;
  readonly to: State;
  readonly due?: Instant;
  /**
   * The earliest instant to which a due instant may be brought forward: what the plan's words
   * allow.
   */
  readonly lowerTo?: Instant;
  readonly take?: boolean;
  readonly publicAt?: Instant;
  readonly set?: Fields;
  /**
   * Of an intent, and of whatever follows from the plan: the version of it that this was decided
   * by.
   */
  readonly plan?: string | undefined;
  /** `settled`: it is known for certain whether it is public. */
  readonly unsettled?: Unsettled | 'settled';
  /** Nothing is to be done about it before this. */
  readonly notNextBefore?: Instant;
  /**
   * Of a new one: the earliest instant at which an older ledger may have sent it, and the state
   * that it then begins in.
   */
  readonly born?: { readonly sentFrom: Instant; readonly as: 'doubtful' | 'historical' };
  /** Not worth a line in the journal. */
  readonly quiet?: boolean;
  readonly actor: string;
  readonly at: Instant;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** The walls of ledger.lua, by the name that it refuses with. */
export type Wall = 'forgotten' | 'unsettled' | 'calls' | 'wait' | 'plan' | 'early' | 'floor';

/**
 * What became of a change: done with its fence, or the state that it is in, and the wall that it
 * ran against.
 */
export type Changed =
  | { readonly ok: true; readonly fence: number }
  | { readonly ok: false; readonly state: string; readonly fence: number; readonly wall?: Wall };

/**
 * Keys and arguments of ledger.lua for one change.
 * @param now what the script takes for the time @param seen changes that this process has seen
 */
export function scriptArgs(
  change: LedgerChange,
  key: (name: KeyName) => string,
  now: 'redis' | 'caller',
  seen: number,
): (string | number)[] {
  const event = change.from === undefined ? change.to : eventOf(change.from.state, change.to);
  const wasPublic = change.from !== undefined && PUBLIC.includes(change.from.state);
  const shown = change.publicAt ?? (wasPublic && !PUBLIC.includes(change.to) ? '-' : '');
  const mark = change.unsettled;
  return [
    key(`pub:${change.publication}`),
    key('open'),
    key('closed'),
    key('public'),
    key('journal'),
    key('wake'),
    key('ledger'),
    key('plan-version'),
    change.publication,
    change.from?.state ?? '',
    change.from?.fence ?? '',
    change.to,
    change.due ?? '',
    change.take ? '1' : '',
    CLOSED.includes(change.to) ? 'closed' : 'open',
    shown,
    change.quiet ? '' : event,
    change.actor,
    change.at,
    change.detail ? JSON.stringify(change.detail) : '',
    now === 'caller' ? '1' : '',
    change.notNextBefore ?? '',
    change.plan ?? '',
    mark === undefined ? '' : mark === 'settled' ? '-' : JSON.stringify(mark),
    change.lowerTo ?? '',
    seen || '',
    change.born?.sentFrom ?? '',
    change.born?.as ?? '',
    MOST_CALLS,
    ...fieldsToStore(change.set ?? {}),
  ];
}
