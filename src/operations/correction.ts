// What keeps a text from taking the place of what is public. Not for putting it there:
// publish/correct-and-withdraw.ts.
import type { Messages } from '../i18n/index.ts';
import type { LedgerEntry } from '../ledger/ledger.ts';
import { RequestError } from '../lib/request-error.ts';
import { parsePublicationId, type Release } from '../plan/types.ts';
import type { PublishDeps } from '../publish/deps.ts';

type Bundle = Parameters<PublishDeps['itemOf']>[1];

/** What the channels on which a release is public would refuse of a text, in words. */
export function refusedBy(
  parts: PublishDeps,
  release: Release,
  entries: readonly LedgerEntry[],
  bundle: Bundle,
  words: Messages,
): string[] {
  return entries.flatMap(({ publication }) => {
    const { channel: name } = parsePublicationId(publication);
    const channel = parts.channels.get(name);
    if (!channel) return [];
    return parts
      .flawsFor(channel, parts.itemOf(release, bundle, name), bundle)
      .map(({ code, detail }) => `${words.channel(name)}：${words.flaw(code, detail)}`);
  });
}

/** @throws RequestError where a channel on which it is public would refuse it */
export function mustBeTaken(
  parts: PublishDeps,
  release: Release,
  entries: readonly LedgerEntry[],
  bundle: Bundle,
  words: Messages,
): void {
  const lines = refusedBy(parts, release, entries, bundle, words);
  if (lines.length > 0)
    throw new RequestError(422, 'content', words.reason('content-refused', undefined, ''), {
      lines,
    });
}
