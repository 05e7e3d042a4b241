// The regular look over everything open: what changed on disk is staged again. Not for what a dead
// worker left (poll-due.ts). Not for telling anybody: alerts/.
import type { Bundle, Loaded } from '../content/bundle.ts';
import type { LedgerEntry } from '../ledger/ledger.ts';
import { COUNT_ANEW } from '../ledger/releasing-calls.ts';
import { parsePublicationId, type Release, type ReleaseId } from '../plan/types.ts';
import { approvalLacking, change, doubtUnsettled, type PublishDeps } from './deps.ts';
import { callOf } from './release.ts';
import { madeWith } from './stage.ts';

/** Machine trouble, and not what a person did to the text. */
const UNREADABLE = 'unreadable';

/**
 * Content that changed after it was staged, that mends what was refused, or that was taken away:
 * staged again, or not at all. What may be public already is looked up instead, whatever the text
 * says now.
 */
export async function restage(parts: PublishDeps, entries: readonly LedgerEntry[]): Promise<void> {
  // The channels of a release share its bundle: it is read once a round.
  const bundles = new Map<ReleaseId, Loaded>();
  for (const entry of entries) {
    const release = parts.calendar().byId.get(parsePublicationId(entry.publication).release);
    if (!release || release.status === 'cancelled' || !hangsOnContent(entry)) continue;
    const loaded = bundles.get(release.id) ?? (await parts.load(release));
    bundles.set(release.id, loaded);
    if (loaded.state === 'ready') await restageWith(parts, entry, loaded.bundle, release);
    else if (entry.state === 'staged' && isByPerson(parts, loaded))
      await backToPlanned(parts, entry);
  }
}

/** Staged, refused for what it says, or waiting for something. */
function hangsOnContent({ state, digest, reason }: LedgerEntry): boolean {
  if (state === 'held') return digest !== undefined && reason?.code !== 'by-operator';
  return state === 'staged' || (state === 'planned' && reason !== undefined);
}

/**
 * Taken away or broken by whoever writes it; a disk that cannot be read is no reason to give up
 * what is staged.
 */
function isByPerson(parts: PublishDeps, loaded: Exclude<Loaded, { state: 'ready' }>): boolean {
  return loaded.state === 'missing'
    ? parts.hasContentFolder()
    : loaded.flaws.every(({ code }) => code !== UNREADABLE);
}

async function restageWith(
  parts: PublishDeps,
  entry: LedgerEntry,
  bundle: Bundle,
  release: Release,
): Promise<void> {
  const { digest } = bundle;
  if (entry.state !== 'planned') {
    // The plan may have come to ask for approvals since: those who could give them hear of it
    // before T.
    const isLacking =
      entry.state === 'staged' && (await approvalLacking(parts, release, digest)) !== undefined;
    // The site's address or the bureau's name may be others since.
    const made = madeWith(
      parts.itemOf(release, bundle, parsePublicationId(entry.publication).channel),
    );
    const isSame =
      digest === entry.digest &&
      (entry.state !== 'staged' || entry.made === undefined || entry.made === made);
    if (isSame && !isLacking && (await isThere(parts, entry))) return;
    // What may be public is not sent again for a typo that was mended: it is looked up, or waits
    // for a person's word.
    if (entry.unsettled)
      return void (entry.state === 'staged' && (await doubtUnsettled(parts, entry)));
    if (!(await backToPlanned(parts, entry))) return;
  }
  await parts.wake.stage(entry.publication, parts.clock.now());
}

/** False where what was staged is lost: somebody emptied a folder, or a disk was replaced. */
async function isThere(parts: PublishDeps, entry: LedgerEntry): Promise<boolean> {
  const channel = parts.channels.get(parsePublicationId(entry.publication).channel);
  if (entry.state !== 'staged' || !channel?.isStaged) return true;
  // A disk that cannot be asked is no reason to give up what is staged.
  return channel.isStaged(callOf(entry)).catch(() => true);
}

async function backToPlanned(parts: PublishDeps, entry: LedgerEntry): Promise<boolean> {
  const set = {
    staged: null,
    made: null,
    reason: null,
    digest: null,
    retryAt: null,
    // What a person has mended is another call; one that waits for its next call goes on waiting.
    ...(entry.state === 'held' ? COUNT_ANEW : {}),
  };
  return (await parts.ledger.change(change(parts, entry, 'planned', set, { take: true }))).ok;
}
