// T − lead: everything slow or likely to fail, in private. Ends with the publication staged, or
// with the reason why not.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Channel, ChannelItem, NotDone } from '../channels/channel.ts';
import { type Bundle, type ContentIssue, folderOf, type Loaded } from '../content/bundle.ts';
import type { LedgerEntry } from '../ledger/ledger.ts';
import type { Reason } from '../ledger/publication-facts.ts';
import type { State } from '../ledger/states.ts';
import { assertNever } from '../lib/errors.ts';
import { instant } from '../lib/instant.ts';
import { type PublicationId, parsePublicationId, type Release } from '../plan/types.ts';
import {
  approvalLacking,
  backoff,
  change,
  doubtUnsettled,
  holdWith,
  isTooLate,
  laterBy,
  type PublishDeps,
} from './deps.ts';

const EARLY_MS = 60_000;
/** Staging is another's to try again after so long, ms: pictures take a while. */
const STAGING_MS = 20_000;
/** What waits for people is looked at again so often, should nobody say that something came, ms. */
const WAITING_MS = 30_000;
/**
 * What the plan does not ask for as the ledger has it waits so long to be brought into agreement,
 * ms.
 */
const AGREE_MS = 10_000;

/** Channels on which a release stands still for one reason. */
export interface Lacking {
  readonly channels: string[];
  readonly state: State;
  readonly code: string;
  readonly detail: string | undefined;
}

/** Stages one publication if it still is to be staged. Safe to run again at any time. */
export async function stage(
  parts: PublishDeps,
  publication: PublicationId,
  signal: AbortSignal,
): Promise<void> {
  const { release: id, channel: name } = parsePublicationId(publication);
  const [entry, release, channel] = [
    await parts.ledger.get(publication),
    parts.calendar().byId.get(id),
    parts.channels.get(name),
  ];
  if (entry?.state !== 'planned') return;
  if (entry.unsettled) return void (await doubtUnsettled(parts, entry));
  const asked =
    release?.status !== 'cancelled' &&
    release?.due === entry.due &&
    release.settings.channels.includes(name);
  if (!release || !channel || !asked)
    return parts.ledger.snooze([publication], laterBy(parts, AGREE_MS));
  const now = parts.clock.now();
  const from = entry.due - release.settings.lead;
  if (now < from - EARLY_MS || (entry.retryAt !== undefined && now < entry.retryAt))
    return parts.ledger.snooze([publication], instant(Math.max(from, entry.retryAt ?? 0)));
  if (isTooLate(parts, entry, release) && (await parts.load(release)).state !== 'ready')
    return parts.ledger.snooze([publication], laterBy(parts, WAITING_MS));
  // Nobody else takes it up meanwhile; should this worker die, somebody does then.
  await parts.ledger.snooze([publication], laterBy(parts, STAGING_MS));
  const bundle = await readBundle(parts, entry, release, channel);
  if (!bundle) return;
  if (isTooLate(parts, entry, release)) return holdWith(parts, entry, { code: 'too-late' });
  const item = parts.itemOf(release, bundle, name);
  const answer = await channel.stage(item, signal);
  if (answer.class !== 'staged') return notStaged(parts, entry, release, bundle, answer);
  const changed = await parts.ledger.change(
    change(parts, entry, 'staged', {
      staged: answer.record,
      digest: bundle.digest,
      made: madeWith(item),
      // One that waits for the release that it interprets goes on counting.
      ...(entry.reason?.code === 'parent-not-public' ? {} : { tries: null }),
      retryAt: null,
      reason: entry.reason?.code === 'by-operator' ? entry.reason : null,
    }),
  );
  if (!changed.ok) return;
  parts.log('staged', { publication, digest: bundle.digest });
  await parts.wake.release([publication], entry.due, parts.clock.now());
}

/**
 * Names what an item has from elsewhere than its content: where one of these changes, it is staged
 * anew.
 */
export function madeWith({ url, source, category }: ChannelItem): string {
  return createHash('sha256')
    .update(JSON.stringify([url, source, category]))
    .digest('hex')
    .slice(0, 16);
}

/**
 * The bundle, if it is there, sound, approved, and nothing that this channel would refuse; else the
 * reason is noted.
 */
async function readBundle(
  parts: PublishDeps,
  entry: LedgerEntry,
  release: Release,
  channel: Channel,
): Promise<Bundle | undefined> {
  const read = await readinessOf(parts, release, await parts.load(release), channel);
  return 'bundle' in read ? read.bundle : note(parts, entry, read.reason);
}

/**
 * Whether a release's content can go to a channel, or why not: missing, wrong, not what the channel
 * takes, not approved.
 */
async function readinessOf(
  parts: PublishDeps,
  release: Release,
  loaded: Loaded,
  channel: Channel,
): Promise<{ bundle: Bundle } | { reason: Reason }> {
  switch (loaded.state) {
    case 'missing':
      return { reason: { code: 'content-missing', detail: join(folderOf(release), 'release.md') } };
    case 'flawed':
      return { reason: { code: 'content-flawed', detail: detailOf(loaded.flaws) } };
    case 'ready': {
      const { bundle } = loaded;
      const flaws = parts.flawsFor(channel, parts.itemOf(release, bundle, channel.name), bundle);
      if (flaws.length > 0) return { reason: { code: 'content-refused', detail: detailOf(flaws) } };
      const reason = await approvalLacking(parts, release, bundle.digest);
      return reason ? { reason } : { bundle };
    }
    default:
      return assertNever(loaded);
  }
}

/**
 * Each flaw as `file:line code detail`, which i18n/ turns into a sentence; the file from its
 * content folder on.
 */
function detailOf(flaws: readonly ContentIssue[]): string {
  return flaws
    .map(({ file, line, code, detail }) =>
      `${file.split(/[/\\]/).slice(-3).join('/')}:${line} ${code} ${detail ?? ''}`.trim(),
    )
    .join('\n');
}

/**
 * On which channels a release's content cannot go yet, and why.
 * @param entries its publications that are not staged
 */
export async function lackingOf(
  parts: PublishDeps,
  release: Release,
  entries: readonly LedgerEntry[],
): Promise<Lacking[]> {
  const loaded = await parts.load(release);
  const lacking: Lacking[] = [];
  for (const entry of entries) {
    const { channel: name } = parsePublicationId(entry.publication);
    const channel = parts.channels.get(name);
    const read = channel && (await readinessOf(parts, release, loaded, channel));
    if (read && 'reason' in read)
      lacking.push({
        channels: [name],
        state: entry.state,
        code: read.reason.code,
        detail: read.reason.detail,
      });
  }
  return lacking;
}

/** Leaves it planned with a reason; the sweep tells the operators, new content stages it. */
async function note(parts: PublishDeps, entry: LedgerEntry, reason: Reason): Promise<undefined> {
  const notNextBefore = laterBy(parts, WAITING_MS);
  const same = entry.reason?.code === reason.code && entry.reason.detail === reason.detail;
  if (same) await parts.ledger.snooze([entry.publication], notNextBefore);
  else await parts.ledger.change(change(parts, entry, 'planned', { reason }, { notNextBefore }));
  return undefined;
}

async function notStaged(
  parts: PublishDeps,
  entry: LedgerEntry,
  release: Release,
  bundle: Bundle,
  answer: NotDone,
): Promise<void> {
  const now = parts.clock.now();
  const often = answer.class === 'again' && entry.tries >= (answer.most ?? Number.MAX_SAFE_INTEGER);
  if (answer.class === 'refused' || often)
    return holdWith(parts, { ...entry, digest: bundle.digest }, answer.why);
  const retryAt =
    answer.class === 'quota'
      ? answer.until
      : instant(now + Math.max(answer.afterMs ?? 0, backoff(entry.tries)));
  if (retryAt > entry.due + release.settings.window) return holdWith(parts, entry, answer.why);
  parts.log('again', { publication: entry.publication, ...answer.why, retryAt });
  await parts.ledger.change(
    change(parts, entry, 'planned', { retryAt, reason: answer.why, tries: entry.tries + 1 }),
  );
  await parts.wake.stage(entry.publication, retryAt);
}
