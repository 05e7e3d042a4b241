// What the site shows against what the ledger knows: each of the two is a witness for the other
// when one was lost or set back. Not for acting on it: maintenance.ts, site-keeper.ts.

import type { Journal } from '../ledger/journal.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { PlanStore } from '../ledger/plan-store.ts';
import type { SiteCopy } from '../ledger/site-record-copy.ts';
import { messageOf } from '../lib/errors.ts';
import { type Instant, instant } from '../lib/instant.ts';
import {
  type PublicationId,
  parsePublicationId,
  publicationId,
  type ReleaseId,
} from '../plan/types.ts';
import { isTakenDown } from '../publish/correct-and-withdraw.ts';
import { type PublishDeps, siteOf } from '../publish/deps.ts';
import { describeLost, itemAsOut, type Lost, lostPages } from '../publish/lost-pages.ts';
import type { ReconcileContext } from '../queue/compare-plan-and-ledger.ts';
import type { SiteBuilder } from '../site/editions/site-builder.ts';
import type { ShownRelease } from '../site/model.ts';

export interface SiteAndLedger {
  /**
   * Releases that were public at some time, by ledger, site and what was withdrawn: whatever one of
   * them has lost, the plan moves none of these.
   */
  published(): Promise<Set<ReleaseId>>;
  /**
   * What the site shows and the ledger has yet to send, without a doubt: the ledger was set back.
   */
  shownUnknown(): Promise<PublicationId[]>;
  /**
   * What the ledger knows of the site, and the site does not show: its folder was lost, or set
   * back. Undefined where it cannot be looked at.
   */
  lostPages(): Promise<Lost | undefined>;
  /**
   * Site's record and the copy of it in Redis know the same of each release from now on, the newer
   * of both.
   */
  compareRecord(): Promise<void>;
  /** Shows these again as they came out, where that is possible. @returns how many */
  putBackPages(lost: Lost): Promise<number>;
  /** What the ledger is brought into agreement by, besides the plan. */
  reconcileContext(now: Instant): Promise<ReconcileContext>;
}

export function siteAndLedger({
  ledger,
  journal,
  planStore,
  siteBuilder,
  siteCopy,
  publishDeps,
  hadLedger,
}: {
  readonly ledger: Ledger;
  readonly journal: Journal;
  readonly planStore: PlanStore;
  readonly siteBuilder: SiteBuilder;
  readonly siteCopy: SiteCopy;
  readonly publishDeps: PublishDeps;
  /** Whether this bureau is known to have had a ledger before this process began. */
  readonly hadLedger: () => boolean;
}): SiteAndLedger {
  const shownNow = async (): Promise<ReadonlyMap<ReleaseId, ShownRelease>> =>
    (await siteBuilder.current().catch(() => undefined))?.releases ?? new Map();
  return {
    async published() {
      const shown = (await shownNow()).keys();
      const withdrawn = [...(await publishDeps.withdrawn.all()).keys()].map(
        (publication) => parsePublicationId(publication).release,
      );
      return new Set([...(await ledger.publishedReleases()), ...shown, ...withdrawn]);
    },
    async shownUnknown() {
      const site = siteOf(publishDeps);
      if (site === undefined) return [];
      const waiting = await ledger.open();
      const all = [...(await shownNow()).keys()]
        .map((id) => publicationId(id, site))
        .filter((publication) => waiting.has(publication));
      const entries = [...(await ledger.getAll(all)).values()];
      return entries
        .filter(({ state, unsettled }) => (state === 'planned' || state === 'staged') && !unsettled)
        .map((entry) => entry.publication);
    },
    async lostPages() {
      const current = await siteBuilder.current().catch((error: unknown) => messageOf(error));
      if (typeof current === 'string') return undefined;
      return lostPages(
        publishDeps,
        new Set(current?.releases.keys()),
        siteBuilder.record.behind((await siteCopy.all()).values()),
      );
    },
    async compareRecord() {
      const copy = await siteCopy.all();
      const site = siteOf(publishDeps);
      if (site === undefined) return;
      await siteBuilder.record.catchUp(copy.values(), async (release, page) => {
        const entry = await ledger.get(publicationId(release, site));
        return entry && itemAsOut(publishDeps, entry, page);
      });
      // Tombstones outlive ledger and record: what was withdrawn is shown as withdrawn, whatever
      // else has come back.
      const current = await siteBuilder.current();
      for (const [publication, reason] of await publishDeps.withdrawn.all()) {
        const { release, channel } = parsePublicationId(publication);
        const page = channel === site ? current?.releases.get(release) : undefined;
        if (page && !page.withdrawn)
          await publishDeps.amending(() => siteBuilder.withdraw(release, reason));
      }
      const newer = [...siteBuilder.record.lines()].filter(
        ([release, line]) => copy.get(release) !== line,
      );
      const [own, known] = [siteBuilder.record.born(), await siteCopy.born()];
      if (known !== undefined && (own === undefined || known < own))
        await siteBuilder.record.begunBy(instant(known));
      else if (own !== undefined && own !== known) await siteCopy.setBorn(own);
      // What the record could not take over is the copy's to keep.
      const behind = new Set<string>(siteBuilder.record.behind(copy.values()));
      await siteCopy.put(new Map(newer.filter(([release]) => !behind.has(release))));
    },
    async putBackPages(lost) {
      return (await siteBuilder.putBack(await describeLost(publishDeps, journal, lost))).size;
    },
    async reconcileContext(now) {
      const site = siteOf(publishDeps);
      const shown = new Map(
        [...(await shownNow())].map(([id, { since }]) => [id as string, since]),
      );
      const plan = await planStore.plan();
      const [withdrawn, held] = [await publishDeps.withdrawn.all(), await publishDeps.held.all()];
      const doubtPlan = (): Promise<void> => planStore.doubtPlan();
      return {
        plannedAt: instant(plan?.at ?? now),
        afterRestore: plan?.afterRestore === true,
        hadLedger: shown.size > 0 || hadLedger(),
        withdrawn,
        isTakenDown: (entry) => isTakenDown(publishDeps, entry),
        held,
        site,
        shown,
        doubtPlan,
      };
    },
  };
}
