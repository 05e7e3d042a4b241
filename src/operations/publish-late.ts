// What keeps a release from being published by hand though a person may ask for it. Not for
// publishing: publish/commands.ts.
import type { App } from '../app/app.ts';
import type { Messages } from '../i18n/index.ts';
import type { LedgerEntry } from '../ledger/ledger.ts';
import { UNSENT } from '../ledger/states.ts';
import { RequestError } from '../lib/request-error.ts';
import { minuteIn } from '../plan/time.ts';
import type { Release } from '../plan/types.ts';

/** Of which it is known whether they are public. */
export const settled = (entries: readonly LedgerEntry[]): readonly LedgerEntry[] =>
  entries.filter(({ unsettled }) => unsettled === undefined);

/**
 * @param all the release's publications
 * @param wanted those that would be published
 * @throws RequestError before T, after a withdrawal, without a text, and where all may be public
 */
export async function mayBePublishedLate(
  app: App,
  release: Release,
  all: readonly LedgerEntry[],
  wanted: readonly LedgerEntry[],
  words: Messages,
): Promise<void> {
  if (app.clock.now() < release.due)
    throw new RequestError(
      409,
      'never-early',
      words.cli.neverEarly(minuteIn(release.due, release.timezone)),
      { hint: words.cli.neverEarlyHow },
    );
  for (const { publication } of wanted)
    if (await app.publishDeps.withdrawn.has(publication))
      throw new RequestError(409, 'withdrawn', words.reason('withdrawn', undefined, ''));
  // What has no text cannot come out, whoever presses what; nor is anything let go of for it.
  const isBare = wanted.length > 0 && wanted.every(({ state }) => UNSENT.includes(state));
  if (isBare && (await app.publishDeps.load(release)).state !== 'ready')
    throw new RequestError(409, 'content', words.desk.approvals.noContent);
  if (wanted.length === 0 && settled(all).length === 0)
    throw new RequestError(409, 'unsettled', words.acts.results.unsettled ?? '');
}
