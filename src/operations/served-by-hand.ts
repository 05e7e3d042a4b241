// When somebody may say that they have published on a channel that a person serves. Not for noting
// it: publish/served-by-hand.ts.
import type { App } from '../app/app.ts';
import { type Channel, YOUR_TURN } from '../channels/channel.ts';
import type { Messages } from '../i18n/index.ts';
import type { LedgerEntry } from '../ledger/ledger.ts';
import { SAYABLE_BY_PERSON } from '../ledger/states.ts';
import { RequestError } from '../lib/request-error.ts';
import { minuteIn } from '../plan/time.ts';
import { parsePublicationId, type Release } from '../plan/types.ts';

/** The channels, as far as it matters who publishes there. */
export type ServedChannels = ReadonlyMap<string, Pick<Channel, 'isServedByHand'>>;

/** It is due, and whoever serves its channel is to publish it now. */
export const isYourTurn = ({ state, reason }: LedgerEntry): boolean =>
  state === 'held' && reason?.code === YOUR_TURN;

/** Those on channels that a person serves, and not public as far as is known. */
export const byPerson = (
  entries: readonly LedgerEntry[],
  channels: ServedChannels,
): readonly LedgerEntry[] =>
  entries.filter(
    ({ publication, state }) =>
      SAYABLE_BY_PERSON.includes(state) &&
      channels.get(parsePublicationId(publication).channel)?.isServedByHand === true,
  );

/** @throws RequestError before T: nothing is public early, whoever says so */
export function mayBeSaidDone(
  app: App,
  release: Release,
  _: readonly LedgerEntry[],
  wanted: readonly LedgerEntry[],
  words: Messages,
): Promise<void> {
  const isEarly =
    wanted.length > 0 &&
    wanted.every(({ notBefore }) => app.clock.now() < Math.max(release.due, notBefore));
  if (!isEarly) return Promise.resolve();
  throw new RequestError(
    409,
    'never-early',
    words.cli.neverEarly(minuteIn(release.due, release.timezone)),
    { hint: words.manual.earlyHow },
  );
}
