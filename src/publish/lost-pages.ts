// What the ledger has public on the bureau's own site, and the site does not show: its folder was
// lost while Redis was not. It is shown again as it came out, from where pages are kept or from the
// content where that is still the same. Not for a site whose record is there:
// site/editions/repair.ts.
import { z } from 'zod';
import type { ChannelItem } from '../channels/channel.ts';
import { type LostPage, pageOf } from '../channels/website.ts';
import type { Journal, JournalEvent } from '../ledger/journal.ts';
import type { LedgerEntry } from '../ledger/ledger.ts';
import type { State } from '../ledger/states.ts';
import { instant } from '../lib/instant.ts';
import {
  type PublicationId,
  parsePublicationId,
  publicationId,
  type ReleaseId,
} from '../plan/types.ts';
import { type PublishDeps, siteOf } from './deps.ts';

const texts = z.object({ digest: z.string().optional(), reason: z.string().optional() });

/** What came out so shortly ago may just be being shown, ms. */
const UNDER_WAY_MS = 60_000;

/** Publications on the site that the ledger knows better than the site does. */
export interface Lost {
  /** Public by the ledger, and not to be seen. */
  readonly pages: readonly PublicationId[];
  /** Withdrawn, and the site does not say so. */
  readonly tombstones: readonly PublicationId[];
  /** Shown as they were before they were corrected, and what they should show is nowhere. */
  readonly behind: readonly PublicationId[];
}

/**
 * Reads all that ever came out: for once a minute.
 * @param shown what the site shows, withdrawn or not; undefined: it could not be looked at
 * @param behind what it shows as it was before
 * @returns undefined where nobody can tell
 */
export async function lostPages(
  parts: PublishDeps,
  shown: ReadonlySet<string> | undefined,
  behind: readonly ReleaseId[] = [],
): Promise<Lost | undefined> {
  const site = siteOf(parts);
  if (site === undefined) return { pages: [], tombstones: [], behind: [] };
  if (!shown) return undefined;
  const now = parts.clock.now();
  const isMissing = (publication: PublicationId, since: number): boolean => {
    const { release, channel } = parsePublicationId(publication);
    return channel === site && !shown.has(release) && now - since > UNDER_WAY_MS;
  };
  const missing = (all: ReadonlyMap<PublicationId, number>): PublicationId[] =>
    [...all].flatMap(([id, since]) => (isMissing(id, since) ? [id] : []));
  const [pages, over] = [
    missing(await parts.ledger.publicSince()),
    missing(await parts.ledger.closed()),
  ];
  const states =
    over.length === 0 ? new Map<PublicationId, State>() : await parts.ledger.statesOf(over);
  const older = behind
    .map((release) => publicationId(release, site))
    .filter((publication) => !pages.includes(publication));
  return {
    pages,
    behind: older,
    tombstones: over.filter((publication) => states.get(publication) === 'withdrawn'),
  };
}

/** Everything that is known of them, to show them again. */
export async function describeLost(
  parts: PublishDeps,
  journal: Journal,
  { pages, tombstones }: Omit<Lost, 'behind'>,
): Promise<LostPage[]> {
  const publicSince = await parts.ledger.publicSince();
  const entries = await parts.ledger.getAll([...pages, ...tombstones]);
  const events = [...(await journal.newest(Number.MAX_SAFE_INTEGER))].reverse();
  const corrections = correctionsIn(events, entries);
  const withdrawn = new Map(
    events.flatMap(({ event, subject, at, detail }) =>
      event === 'withdrawn' ? [[subject, { at, ...textsOf(detail) }]] : [],
    ),
  );
  const found: LostPage[] = [];
  for (const [publication, entry] of entries) {
    const { release: id } = parsePublicationId(publication);
    const { due, receipt } = entry;
    const since = instant(publicSince.get(publication) ?? receipt?.publicAt ?? due);
    const contents = contentsOf(entry, since, corrections.get(id) ?? []);
    const gone = tombstones.includes(publication);
    const said = withdrawn.get(publication);
    if (gone && said)
      found.push({
        release: id,
        due,
        since,
        contents,
        item: undefined,
        withdrawn: { at: said.at, reason: said.reason ?? '' },
      });
    else if (!gone)
      found.push({
        release: id,
        due,
        since,
        contents,
        item: await itemAsOut(parts, entry, contents.at(-1)?.page),
      });
  }
  return found;
}

type Contents = LostPage['contents'];

/**
 * What was sent, and what replaced it. A ledger that was born later, or comes from a backup, knows
 * what it found there, and not what it was made of.
 */
function contentsOf(
  { due, digest, receipt }: LedgerEntry,
  at: number,
  corrections: Contents,
): Contents {
  const own = digest === undefined ? undefined : pageOf(digest, due);
  const found = receipt?.ids.page;
  if (
    own !== undefined &&
    (found === undefined || found === own || corrections.some(({ page }) => page === found))
  )
    return [{ page: own, at, reason: '' }, ...corrections];
  const last = corrections.at(-1)?.page ?? receipt?.ids.page;
  return last === undefined ? [] : [{ page: last, at, reason: '' }];
}

/** What replaced what, by release, oldest first. */
function correctionsIn(
  events: readonly JournalEvent[],
  entries: ReadonlyMap<PublicationId, LedgerEntry>,
): Map<ReleaseId, Contents> {
  const dues = new Map(
    [...entries].map(([publication, { due }]) => [parsePublicationId(publication).release, due]),
  );
  const found = new Map<ReleaseId, Contents>();
  for (const { event, subject, at, detail } of events) {
    const id = subject as ReleaseId;
    const due = dues.get(id);
    const { digest, reason = '' } = textsOf(detail);
    if (event !== 'corrected' || digest === undefined || due === undefined) continue;
    found.set(id, [...(found.get(id) ?? []), { page: pageOf(digest, due), at, reason }]);
  }
  return found;
}

const textsOf = (detail: unknown): { digest?: string; reason?: string } =>
  texts.safeParse(detail).data ?? {};

/** The content as a page is made of it, if it is to the byte what came out. */
export async function itemAsOut(
  parts: PublishDeps,
  entry: LedgerEntry,
  page: string | undefined,
): Promise<ChannelItem | undefined> {
  const { release: id, channel } = parsePublicationId(entry.publication);
  const release = parts.calendar().byId.get(id);
  if (!release || release.due !== entry.due) return undefined;
  const loaded = await parts.load(release);
  return loaded.state === 'ready' && pageOf(loaded.bundle.digest, entry.due) === page
    ? parts.itemOf(release, loaded.bundle, channel)
    : undefined;
}
