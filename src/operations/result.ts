// Who does something to a release, and what came of it on each publication. Not for doing it:
// operations.ts.
import type { Account } from '../ledger/accounts.ts';

/** What came of an operation on one publication, in words. */
export interface OperationResult {
  readonly subject: string;
  readonly outcome: string;
  readonly message: string;
}

/** Whoever does it, and from where: both stand in the journal. */
export interface Actor {
  readonly account: Pick<Account, 'name' | 'roles'>;
  /** An address, or `cli`. */
  readonly from: string;
  /** What the journal says of how it was done, where that is not at the desk. */
  readonly detail?: Readonly<Record<string, unknown>>;
}
