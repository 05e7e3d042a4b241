// The public site in memory: what a press does with folders, it does with a map. Shared by all
// processes, as `var/site` is.
import { pageOf, type SitePress } from '../../src/channels/website.ts';
import type { ManualTask } from '../../src/ledger/manual-tasks.ts';
import type { PublicationId, ReleaseId } from '../../src/plan/types.ts';
import type { SiteBuilder } from '../../src/site/editions/site-builder.ts';
import { contentOf, type Outside } from './outside.ts';
import type { Process } from './scheduler.ts';

/** The folder that all processes share. */
export class Site {
  readonly pages = new Map<string, string>();
  readonly editions = new Map<string, ReadonlyMap<ReleaseId, string>>();
  readonly releases = new Map<
    ReleaseId,
    { digest: string; since: number; withdrawn?: { at: number } }
  >();
  /** Publications that were withdrawn, noted where the site lives. */
  readonly tombstones = new Set<PublicationId>();
  /** When each was written, epoch ms. */
  readonly tombstoneTimes = new Map<PublicationId, number>();
  readonly held = new Set<PublicationId>();
  readonly byHand = new Map<PublicationId, ManualTask>();
  edition = 'empty';
  /** Everything that is public is gone, and with it what was made to become so. */
  lose(outside: Outside, now: number): void {
    for (const [release, { digest, withdrawn }] of this.releases)
      if (!withdrawn) outside.show('website', this.pages.get(digest) ?? release, 'vanished', now);
    for (const all of [this.pages, this.editions, this.releases]) all.clear();
  }

  /** Nothing can be written until then. */
  fullUntil = 0;
  count = 0;
}

const full = (): Error =>
  Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });

/** @param urlOf the address of a release's page */
export function pressOf(
  process: Process,
  site: Site,
  outside: Outside,
  urlOf: (release: string) => string,
): SitePress & Pick<SiteBuilder, 'putBack'> {
  const { scheduler } = process;
  const work = (least: number, most: number): Promise<void> =>
    new Promise((done) => {
      process.after(scheduler.random.whole(least, most), done);
    });
  const writable = (): void => {
    if (site.fullUntil > scheduler.now) throw full();
  };
  return {
    urlOf,
    async stage(item) {
      await work(1, 40);
      writable();
      const digest = pageOf(item.digest, item.due);
      site.pages.set(digest, item.title);
      return digest;
    },
    hasStaged: (_, digest) => Promise.resolve(site.pages.has(digest)),
    async prepare(_due, releases) {
      await work(5, 400);
      writable();
      const failed = new Map(
        releases.flatMap(({ release, digest }) =>
          site.pages.has(digest) ? [] : [[release, 'ENOENT']],
        ),
      );
      const edition = `e${++site.count}`;
      site.editions.set(
        edition,
        new Map(
          releases.flatMap(({ release, digest }) =>
            failed.has(release) ? [] : [[release, digest]],
          ),
        ),
      );
      return { edition, failed };
    },
    async flip(edition, guard) {
      await work(0, 5);
      if (guard && !guard()) return 'stale';
      writable();
      if (!site.editions.has(edition)) throw new Error(`edition ${edition} is not there`);
      for (const [release, digest] of site.editions.get(edition) ?? []) {
        const before = site.releases.get(release);
        if (before?.digest === digest && !before.withdrawn) continue;
        site.releases.set(release, { digest, since: before?.since ?? scheduler.now });
        outside.show(
          'website',
          site.pages.get(digest) ?? release,
          before && !before.withdrawn ? 'corrected' : 'shown',
          scheduler.now,
        );
      }
      site.edition = edition;
      await work(0, 5);
      return 'flipped';
    },
    async current() {
      return { edition: site.edition, releases: new Map(site.releases) };
    },
    async putBack(lost) {
      await work(5, 400);
      writable();
      const back = new Set<ReleaseId>();
      for (const { release, due, since, item } of lost) {
        if (!item || site.releases.has(release)) continue;
        const digest = pageOf(item.digest, due);
        const was = outside.shown.findLast(
          (one) => one.channel === 'website' && one.release === release && one.what !== 'vanished',
        );
        if (contentOf(item.title).version !== was?.version)
          throw new Error(`${release} comes back as another text`);
        site.pages.set(digest, item.title);
        site.releases.set(release, { digest, since });
        outside.show('website', item.title, 'again', scheduler.now);
        back.add(release);
      }
      return back;
    },
    async correct(release, digest) {
      await work(5, 400);
      writable();
      const before = site.releases.get(release);
      if (!before || before.withdrawn || before.digest === digest) return false;
      site.releases.set(release, { digest, since: before.since });
      outside.show('website', site.pages.get(digest) ?? release, 'corrected', scheduler.now);
      return true;
    },
    async withdraw(release, _reason, known) {
      await work(5, 400);
      writable();
      const before = site.releases.get(release);
      if (before?.withdrawn || (!before && !known)) return false;
      if (!before) {
        site.releases.set(release, {
          digest: '',
          since: known?.since ?? 0,
          withdrawn: { at: scheduler.now },
        });
        return true;
      }
      site.releases.set(release, { ...before, withdrawn: { at: scheduler.now } });
      outside.show(
        'website',
        `${release} #${contentOf(site.pages.get(before.digest) ?? '').version}`,
        'taken-down',
        scheduler.now,
      );
      return true;
    },
  };
}
