// The public site in memory: what a press does with folders, it does with a map. Shared by all processes, as `var/site` is.
import type { SitePress } from '../../src/channels/website.ts';
import type { PublicationId, ReleaseId } from '../../src/plan/types.ts';
import { contentOf } from './outside.ts';
import type { Outside } from './outside.ts';
import type { Process } from './scheduler.ts';

/** The folder that all processes share. */
export class Site {
  readonly pages = new Map<string, string>();
  readonly editions = new Map<string, ReadonlyMap<ReleaseId, string>>();
  readonly releases = new Map<ReleaseId, { digest: string; since: number; withdrawn?: { at: number } }>();
  /** Publications that were withdrawn, noted where the site lives. */
  readonly tombstones = new Set<PublicationId>();
  readonly held = new Set<PublicationId>();
  edition = 'empty';
  /** Nothing can be written until then. */
  fullUntil = 0;
  count = 0;
}

const full = (): Error => Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });

/** @param urlOf the address of a release's page */
export function pressOf(process: Process, site: Site, outside: Outside, urlOf: (release: string) => string): SitePress {
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
      const digest = `${item.digest}-${item.due}`;
      site.pages.set(digest, item.title);
      return digest;
    },
    async prepare(_due, releases) {
      await work(5, 400);
      writable();
      const edition = `e${++site.count}`;
      site.editions.set(edition, new Map(releases.map(({ release, digest }) => [release, digest])));
      return { edition, failed: new Map() };
    },
    async flip(edition, guard) {
      await work(0, 5);
      if (guard && !guard()) return 'stale';
      writable();
      for (const [release, digest] of site.editions.get(edition) ?? []) {
        const before = site.releases.get(release);
        if (before?.digest === digest && !before.withdrawn) continue;
        site.releases.set(release, { digest, since: before?.since ?? scheduler.now });
        outside.show('website', site.pages.get(digest) ?? release, before && !before.withdrawn ? 'corrected' : 'shown', scheduler.now);
      }
      site.edition = edition;
      await work(0, 5);
      return 'flipped';
    },
    async current() {
      return { edition: site.edition, releases: new Map(site.releases) };
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
    async withdraw(release) {
      await work(5, 400);
      writable();
      const before = site.releases.get(release);
      if (!before || before.withdrawn) return false;
      site.releases.set(release, { ...before, withdrawn: { at: scheduler.now } });
      outside.show('website', `${release} #${contentOf(site.pages.get(before.digest) ?? '').version}`, 'taken-down', scheduler.now);
      return true;
    },
  };
}
