// What the public site is made from: the calendar, and what is public at an instant. Not for
// rendering: pages/.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type Instant, instant } from '../lib/instant.ts';
import { plainText } from '../lib/plain-text.ts';
import { dateIn, yearIn } from '../plan/time.ts';
import type {
  Calendar,
  DateChange,
  Language,
  LocalDate,
  Name,
  PlanStatus,
  Release,
  ReleaseId,
} from '../plan/types.ts';
import type { Theme } from './theme.ts';

/** What was written before characters were looked at may have some that no feed can carry. */
const text = z.string().transform(plainText);

/**
 * What a staged release knows about itself; it lies beside its pages and becomes public with them.
 */
const meta = z.object({
  id: z.string().transform((id) => id as ReleaseId),
  digest: z.string(),
  title: text,
  summary: text,
  name: z.object({ zh: text, en: text.optional() }),
  due: z.number(),
});
export type Meta = z.output<typeof meta>;

/** New content for what was public: since when, why, and the digest that it replaced. */
const correction = z.object({ at: z.number(), reason: text, was: z.string() });

/** One release in an edition. */
export const shownRelease = meta.extend({
  since: z.number(),
  /** The date that was announced first, where it moved since. */
  promised: z.number().optional(),
  indicator: z.string().optional(),
  /** Oldest first. */
  corrections: z.array(correction).optional(),
  withdrawn: z.object({ at: z.number(), reason: text }).optional(),
});
export type ShownRelease = z.output<typeof shownRelease>;

/** What an edition says of itself: which releases it holds. Public, as releases.json. */
const manifest = z.object({ edition: z.string(), releases: z.array(shownRelease) });
export type Manifest = z.output<typeof manifest>;

export interface SiteOptions {
  readonly bureau: Name;
  /** Address of the site's root, with a slash at the end. */
  readonly publicUrl: string;
  /** Marks every page as sample data. */
  readonly sample: boolean;
  /**
   * What of the plans in force says `sample: true`: every page says so. Told by the view, not by
   * whoever configures a site.
   */
  readonly examples?: 'all' | 'some' | undefined;
  /** Where releases from before this site are. */
  readonly earlier?: string | undefined;
  readonly theme?: Theme | undefined;
  /** Nobody will be served it: no brotli twins are made, and nothing waits for the disk. */
  readonly unserved?: boolean;
  /**
   * Names of the channels that are this site; `website` where nothing is said. A release on none of
   * them is never late here.
   */
  readonly channels?: readonly string[] | undefined;
  /** Hears of each line of the record, by release: a copy of it outlives this folder. */
  readonly recorded?: ((lines: ReadonlyMap<ReleaseId, string>) => void) | undefined;
  /** Told of what went wrong and stopped nothing, for the log. */
  readonly warn?: ((event: SiteTrouble, message: string) => void) | undefined;
}

/**
 * `site-tidy`: something old cannot be removed; `site-page`: a page cannot be made; `site-record`:
 * what came out could not be noted yet.
 */
export type SiteTrouble = 'site-tidy' | 'site-page' | 'site-record';

/** Everything that a page is rendered from. */
export interface SiteModel {
  readonly calendar: Calendar;
  readonly shown: ReadonlyMap<ReleaseId, ShownRelease>;
  readonly at: Instant;
  readonly options: SiteOptions;
  /**
   * Since when it is known what came out: what was due before is nobody's delay. Undefined where it
   * is not known.
   */
  readonly born?: number | undefined;
}

/** The calendar as far as the public may see it: plans whose day of announcement has come. */
export function announcedAt(calendar: Calendar, at: Instant): Calendar {
  const today = dateIn(at, calendar.timezone);
  const plans = calendar.plans.filter((plan) => plan.announced <= today);
  if (plans.length === calendar.plans.length) return calendar;
  const years = new Set(plans.map((plan) => plan.year));
  const releases = calendar.releases.filter((release) =>
    years.has(yearIn(release.due, calendar.timezone)),
  );
  return { ...calendar, title: plans.at(-1)?.title ?? '', plans, releases };
}

/** A promised date that changed, as the public is told of it. */
export interface PublicChange {
  readonly release: Release;
  readonly kind: Exclude<DateChange['kind'], 'removed' | 'added'>;
  readonly from: Instant;
  readonly to: Instant;
  readonly reason: string | undefined;
  readonly announced: LocalDate | undefined;
}

/** Whether the plan that has a release is an example, by which nobody was promised anything. */
export function isSample({ due }: Release, { plans, timezone }: Calendar): boolean {
  return plans.some(({ sample, year }) => sample && year === yearIn(due, timezone));
}

/**
 * Every change of a promised date of one release, oldest first: what Banli applied, and what the
 * plan itself says of before. An example promised none.
 */
export function changesOf(release: Release, calendar: Calendar): PublicChange[] {
  if (isSample(release, calendar)) return [];
  const changes: PublicChange[] = [];
  for (const { kind, from, to, promised, reason, announced } of calendar.history.get(release.id) ??
    [])
    if (promised && kind !== 'removed' && kind !== 'added')
      changes.push({ release, kind, from, to, reason, announced });
  const { was, due, reason, announced } = release;
  if (was !== undefined && !changes.some((change) => change.from === was))
    changes.push({ release, kind: 'moved', from: was, to: due, reason, announced });
  if (release.status === 'cancelled' && !changes.some((change) => change.kind === 'cancelled'))
    changes.push({ release, kind: 'cancelled', from: due, to: due, reason, announced });
  return changes;
}

/**
 * The status that the public reads: a date that moved with another one's (`same-as`) is postponed
 * as much as that one.
 */
export function publicStatus(
  release: Release,
  calendar: Calendar,
  changes = changesOf(release, calendar),
): PlanStatus {
  const first = changes.find((change) => change.kind === 'moved');
  if (release.status !== 'confirmed' || !first || first.from === release.due) return release.status;
  return release.due > first.from ? 'postponed' : 'brought-forward';
}

/** Longer names than this, in bytes, no longer fit into a path with what stands around them. */
const LONGEST_NAME = 120;

/**
 * The name of a release's or indicator's folder, in paths and in addresses: its id, or where that
 * is too long, its start and a hash.
 */
export function folderNameOf(id: string): string {
  if (Buffer.byteLength(id) <= LONGEST_NAME) return id;
  return `${id.slice(0, 60)}-${createHash('sha256').update(id).digest('hex').slice(0, 12)}`;
}

/** The address of a release's page below the root of its language. */
export const pathOf = ({ id }: { readonly id: string }): string => `releases/${folderNameOf(id)}/`;

export const LANGUAGES: readonly Language[] = ['zh', 'en'];

/** Read at once: an edition may hold thousands, and waiting for each takes ten times as long. */
export function readMeta(folder: string): Meta {
  return meta.parse(JSON.parse(readFileSync(join(folder, 'meta.json'), 'utf8')));
}

export function readManifest(folder: string): Manifest {
  return manifest.parse(JSON.parse(readFileSync(join(folder, 'releases.json'), 'utf8')));
}

const written = new WeakMap<ShownRelease, string>();

/** A manifest as releases.json: a line each, written once for what does not change. */
export function manifestText({ edition, releases }: Manifest): string {
  const lines = releases.map((one) => {
    const line = written.get(one) ?? JSON.stringify(one);
    written.set(one, line);
    return line;
  });
  return `{"edition":${JSON.stringify(edition)},"releases":[\n${lines.join(',\n')}\n]}\n`;
}

/** A name in a language, Chinese where there is no other. */
export function nameInLanguage(name: Name, language: Language): string {
  return language === 'en' ? (name.en ?? name.zh) : name.zh;
}

const MINUTE_MS = 60_000;

/** When it came out, to the minute; the due instant where that was kept to the minute. */
export function outAt({ since, due }: ShownRelease): Instant {
  return instant(since - due < MINUTE_MS ? due : since - (since % MINUTE_MS));
}
