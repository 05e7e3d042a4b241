// What an edition is to show of one release, from what it was asked to show, what is public of it
// already and what the plan says. Not for its pages: release-page-store.ts; nor for what is public:
// site/published/public-site.ts.
import type { LostPage } from '../../channels/website.ts';
import type { Instant } from '../../lib/instant.ts';
import type { Calendar, ReleaseId } from '../../plan/types.ts';
import { announcedDue } from '../calendar-view.ts';
import { changesOf, type ShownRelease } from '../model.ts';
import type { StagedReleases } from './staged-releases.ts';

/** A release as an edition is to show it, and what has become of it where it was public. */
export interface Showing {
  readonly release: ReleaseId;
  readonly digest: string;
  readonly corrected?: { readonly at: Instant; readonly reason: string };
  readonly withdrawn?: { readonly at: Instant; readonly reason: string };
  /** As an earlier edition had it. */
  readonly as?: ShownRelease;
}

/** Where its pages are staged, and the calendar. */
interface From {
  readonly staged: Pick<StagedReleases, 'meta'>;
  readonly calendar: Calendar;
}

/** What of one that was lost can be shown again. @throws Error where its pages cannot be found */
export function againAs(
  lost: LostPage,
  digests: readonly string[],
  { staged, calendar }: From,
): ShownRelease {
  const { release, due, since, contents, withdrawn } = lost;
  const digest = digests.at(-1) ?? '';
  if (withdrawn) {
    const name = calendar.byId.get(release)?.name ?? { zh: release };
    return {
      id: release,
      digest,
      title: name.zh,
      summary: '',
      name,
      due,
      since,
      ...plannedOf(release, calendar),
      withdrawn,
    };
  }
  const corrections = contents
    .slice(1)
    .map(({ at, reason }, index) => ({ at, reason, was: digests[index] ?? '' }));
  return {
    ...staged.meta(release, digest),
    since,
    ...plannedOf(release, calendar),
    ...(corrections.length > 0 ? { corrections } : {}),
  };
}

/**
 * A release in an edition from an instant on.
 * @param before as it is public now
 * @param from where its pages are staged, and the calendar
 */
export function shownAs(
  { release, digest, corrected, withdrawn, as }: Showing,
  before: ShownRelease | undefined,
  at: Instant,
  { staged, calendar }: From,
): ShownRelease {
  // Whoever prepared this edition may have stood still while it was withdrawn: what is withdrawn
  // stays so.
  if (before?.withdrawn && !withdrawn) return before;
  if (as) return as;
  // A tombstone needs nothing of what was withdrawn.
  if (before && withdrawn) return { ...before, withdrawn, summary: '' };
  const meta = staged.meta(release, digest);
  if (!before || (before.digest !== digest && !corrected))
    return { ...meta, since: at, ...plannedOf(release, calendar) };
  const corrections =
    corrected && before.digest !== digest
      ? [...(before.corrections ?? []), { ...corrected, was: before.digest }]
      : before.corrections;
  return { ...before, ...meta, ...(corrections ? { corrections } : {}) };
}

/** What the plan says of a release that it may not say for ever. */
function plannedOf(
  id: ReleaseId,
  calendar: Calendar,
): Pick<ShownRelease, 'promised' | 'indicator'> {
  const release = calendar.byId.get(id);
  if (!release) return {};
  const promised = announcedDue({ release, changes: changesOf(release, calendar) });
  return {
    ...(promised === release.due ? {} : { promised }),
    ...(release.indicator === undefined ? {} : { indicator: release.indicator }),
  };
}
