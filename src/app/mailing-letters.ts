// When a mailing to readers is over: who did not get their letter, or may not have, once. Not for the
// mailing itself: channels/email.ts.
import type { MailingStore } from '../ledger/mailings.ts';
import { parsePublicationId } from '../plan/types.ts';
import type { ServiceLetters } from './service-letters.ts';

/** So many readers are named in a letter about a mailing. */
const READERS_SHOWN = 50;

/** What is over, and not told yet. */
export type EndedMailings = Pick<MailingStore, 'untold' | 'read' | 'told'>;

export async function tellMailings(
  mailings: EndedMailings,
  letters: Pick<ServiceLetters, 'tell'>,
): Promise<void> {
  for (const publication of await mailings.untold()) {
    const readers = [...((await mailings.read(publication))?.readers ?? [])];
    const without = readers.filter(([, { state }]) => state === 'refused');
    const doubtful = readers.filter(([, { state }]) => state === 'doubtful');
    if (without.length + doubtful.length > 0)
      await letters.tell(({ manual, channel }) => {
        const { release, channel: name } = parsePublicationId(publication);
        return [
          manual.mailingHead(channel(name), release, without.length, doubtful.length),
          manual.mailingFact(
            [...without, ...doubtful]
              .slice(0, READERS_SHOWN)
              .map(([to, { why = '' }]) => `${to}：${why}`),
          ),
        ];
      });
    await mailings.told(publication);
  }
}
