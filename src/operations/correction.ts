// What keeps a text from taking the place of what is public. Not for putting it there:
// publish/correct-and-withdraw.ts.
import type { Messages } from '../i18n/index.ts';
import type { LedgerEntry } from '../ledger/ledger.ts';
import { RequestError } from '../lib/request-error.ts';
import { parsePublicationId, type Release } from '../plan/types.ts';
import { approvalLacking, type PublishDeps } from '../publish/deps.ts';

type Bundle = Parameters<PublishDeps['itemOf']>[1];

/**
 * Why a text cannot take the place of what is public, in words: what is missing of its approvals,
 * and what the channels on which the release is public would refuse.
 */
export async function refusedBy(
  parts: PublishDeps,
  release: Release,
  entries: readonly LedgerEntry[],
  bundle: Bundle,
  words: Messages,
): Promise<string[]> {
  const lacking = await approvalLacking(parts, release, bundle.digest);
  const w = words.desk.compare;
  const unapproved = lacking
    ? [w.approveFirst(words.reason(lacking.code, lacking.detail, ''))]
    : [];
  const refused = entries.flatMap(({ publication }) => {
    const { channel: name } = parsePublicationId(publication);
    const channel = parts.channels.get(name);
    if (!channel) return [];
    return parts
      .flawsFor(channel, parts.itemOf(release, bundle, name), bundle)
      .map(({ code, detail }) => `${words.channel(name)}：${words.flaw(code, detail)}`);
  });
  return [...unapproved, ...refused];
}

/** @throws RequestError saying what keeps it from being corrected */
export async function mustBeTaken(
  parts: PublishDeps,
  release: Release,
  entries: readonly LedgerEntry[],
  bundle: Bundle,
  words: Messages,
): Promise<void> {
  const lines = await refusedBy(parts, release, entries, bundle, words);
  if (lines.length > 0)
    throw new RequestError(422, 'content', words.desk.compare.cannot, { lines });
}
