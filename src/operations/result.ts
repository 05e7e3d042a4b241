// Who does something to a release, and what came of it on each publication. Not for doing it:
// operations.ts.
import type { Messages } from '../i18n/index.ts';
import type { Account } from '../ledger/accounts.ts';
import type { LedgerEntry } from '../ledger/ledger.ts';
import { parsePublicationId } from '../plan/types.ts';

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

/** How a release stands on each channel now: what there is to say where nothing fits. */
export const standing = (entries: readonly LedgerEntry[], words: Messages): string =>
  words.desk.refused.standsAs(
    entries.map(({ publication, state }) => [
      words.channel(parsePublicationId(publication).channel),
      words.state(state),
    ]),
  );
