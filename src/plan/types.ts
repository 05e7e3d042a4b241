// The words of the plan as types: what an operator wrote, and the dated releases that follow from
// it. Not for anything that has happened: that is the ledger's.
import type { Branded, Duration, Instant } from '../lib/instant.ts';

/** A day of the civil calendar, `YYYY-MM-DD`, without a time zone. */
export type LocalDate = Branded<string, 'LocalDate'>;
/** `gdp.2026-Q2`, `industry.2026-01..02`, `gdp.2026-Q2.interpretation`, or a notice's own id. */
export type ReleaseId = Branded<string, 'ReleaseId'>;
/** A release on one channel: `gdp.2026-Q2@wechat`. */
export type PublicationId = Branded<string, 'PublicationId'>;
export const releaseId = (text: string): ReleaseId => text as ReleaseId;

/** The id of a release's publication on a channel. */
export function publicationId(release: ReleaseId, channel: string): PublicationId {
  return `${release}@${channel}` as PublicationId;
}

/** Takes a publication's id apart; release ids and channel names never contain `@`. */
export function parsePublicationId(publication: PublicationId): {
  release: ReleaseId;
  channel: string;
} {
  const at = publication.lastIndexOf('@');
  return { release: releaseId(publication.slice(0, at)), channel: publication.slice(at + 1) };
}

/** SDMX CL_FREQ: monthly, quarterly, half-yearly, annual. */
export type Frequency = 'M' | 'Q' | 'S' | 'A';
export type Language = 'zh' | 'en';
export type Name = { readonly zh: string; readonly en?: string | undefined };
export type ApprovalRule = 'none' | 'one' | 'three';
export type Kind = 'figures' | 'bulletin' | 'notice' | 'interpretation';
export type IfClosed = 'stay' | 'next' | 'previous';
export type Weekday = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';

/** How the day of a release follows from its period: one form each, as in the plan language. */
export type Due =
  | {
      readonly form: 'day';
      readonly day: number | 'last';
      readonly month: number;
      readonly ifClosed: IfClosed;
    }
  | { readonly form: 'working-day'; readonly n: number; readonly month: number }
  | {
      readonly form: 'weekday';
      readonly nth: number | 'last';
      readonly day: Weekday;
      readonly month: number;
      readonly ifClosed: IfClosed;
    }
  | { readonly form: 'days-after'; readonly n: number; readonly ifClosed: IfClosed }
  | { readonly form: 'working-days-after'; readonly n: number }
  | {
      readonly form: 'date';
      readonly month: number;
      readonly day: number;
      readonly ifClosed: IfClosed;
    }
  | { readonly form: 'same-as'; readonly indicator: string }
  | { readonly form: 'before' | 'after'; readonly indicator: string; readonly workingDays: number };

/** What holds for an indicator or notice unless it says otherwise. */
export interface Settings {
  /** Time of day, `HH:mm` or `HH:mm:ss`, in the plan's time zone. */
  readonly at: string;
  readonly channels: readonly string[];
  readonly lead: Duration;
  readonly grace: Duration;
  readonly window: Duration;
  readonly approval: ApprovalRule;
  readonly category: string;
}

/** A date said outright in `dates:`, which wins over the rule. */
export interface Exception {
  /**
   * The new day and, if given, time of day; absent when only `cancelled` or `provisional` is said.
   */
  readonly date?: LocalDate | undefined;
  readonly time?: string | undefined;
  readonly was?: string | undefined;
  readonly reason?: string | undefined;
  readonly announced?: LocalDate | undefined;
  readonly cancelled: boolean;
  readonly provisional: boolean;
  /**
   * Said in so many words that a due instant that is past or too near is meant: it becomes public
   * at once.
   */
  readonly immediate: boolean;
  /** When it is expected now, where it is late; as written. */
  readonly expected?: string | undefined;
  /**
   * How long after this one its interpretation comes out, or that it has none, whatever the
   * indicator says.
   */
  readonly interpretation?: Duration | 'cancelled' | undefined;
}

export interface Indicator {
  readonly id: string;
  readonly name: Name;
  readonly frequency: Frequency;
  readonly kind: Kind;
  readonly due: Due;
  readonly settings: Settings;
  readonly combine: readonly string[];
  readonly skip: readonly string[];
  readonly dates: ReadonlyMap<string, Exception>;
  readonly briefing?: { readonly place: string } | undefined;
  readonly interpretation?: { readonly after: Duration } | undefined;
  /** Ids that earlier years' plans had for it. */
  readonly formerly: readonly string[];
  readonly where: Where;
}

export interface Notice {
  readonly id: string;
  readonly name: Name;
  readonly exception: Exception;
  readonly settings: Settings;
  readonly interpretation?: { readonly after: Duration } | undefined;
  readonly where: Where;
}

/** A place in a plan file: the file, and the path of keys inside it. */
export interface Where {
  readonly file: string;
  readonly path: readonly (string | number)[];
}

/** One year's plan, read and valid by itself; its dates are not worked out yet. */
export interface Plan {
  readonly title: string;
  readonly timezone: string;
  readonly year: number;
  readonly announced: LocalDate;
  /**
   * An example that came with Banli: nobody was promised anything by it, and it may be changed and
   * replaced without words.
   */
  readonly sample: boolean;
  /** Nothing in it is due any more: kept for its pages and counts. */
  readonly archived: boolean;
  readonly indicators: ReadonlyMap<string, Indicator>;
  readonly notices: ReadonlyMap<string, Notice>;
  /** Ids of earlier years, and what each is called now. */
  readonly renamed: ReadonlyMap<string, string>;
  /** Names of the files that it is written in. */
  readonly files: readonly string[];
  readonly where: Where;
}

/** Whether the public was told by then: an example tells nobody anything. */
export function isAnnounced(
  { announced, sample }: Pick<Plan, 'announced' | 'sample'>,
  today: LocalDate,
): boolean {
  return !sample && announced <= today;
}

export type PlanStatus =
  | 'provisional'
  | 'confirmed'
  | 'postponed'
  | 'brought-forward'
  | 'cancelled';

/** One dated release, as the calendar has it. */
export interface Release {
  readonly id: ReleaseId;
  readonly indicator: string | undefined;
  readonly period: string | undefined;
  readonly due: Instant;
  readonly status: PlanStatus;
  readonly kind: Kind;
  readonly name: Name;
  readonly frequency: Frequency | undefined;
  readonly settings: Settings;
  readonly timezone: string;
  readonly reason?: string | undefined;
  readonly was?: Instant | undefined;
  /** Its due instant may be past or nearer than its lead: an operator said so, with a reason. */
  readonly immediate: boolean;
  /** When it is expected now, where it is late. Told to the public; moves nothing. */
  readonly expected?: Instant | undefined;
  /** The day the change of date was made known. */
  readonly announced?: LocalDate | undefined;
  readonly briefing?: string | undefined;
  /** The release that this one interprets; refused without that one public. */
  readonly follows?: ReleaseId | undefined;
  readonly where: Where;
}

/** One change of a release's date, as it was applied. */
export interface DateChange {
  /** When it was applied. */
  readonly at: Instant;
  /** `added`: it came with `immediate`, so that it is known when that was said. */
  readonly kind: 'moved' | 'cancelled' | 'restored' | 'removed' | 'added';
  readonly from: Instant;
  readonly to: Instant;
  /** True when the date that went was announced; a provisional one is nobody's promise. */
  readonly promised: boolean;
  readonly reason?: string | undefined;
  /** The day the change was made known. */
  readonly announced?: LocalDate | undefined;
  /** What moved it: the plan's own text, or working days that were announced meanwhile. */
  readonly cause: 'plan' | 'working-days';
}

/** All dated releases, in order of due instant, then id. */
export interface Calendar {
  readonly title: string;
  readonly timezone: string;
  /** The plans that it follows from, in order of year. */
  readonly plans: readonly Pick<
    Plan,
    'year' | 'title' | 'announced' | 'sample' | 'archived' | 'renamed'
  >[];
  readonly releases: readonly Release[];
  readonly byId: ReadonlyMap<ReleaseId, Release>;
  /** Every change of a date since Banli keeps the plan, oldest first. */
  readonly history: ReadonlyMap<ReleaseId, readonly DateChange[]>;
}

/** A sentence about something wrong: what is wrong, what was expected, what to write instead. */
export interface Sentence {
  readonly wrong: string;
  readonly expected?: string | undefined;
  readonly write?: string | undefined;
}

/** One difference between the calendar that runs and the one that would. */
export type PlanChange =
  | { readonly kind: 'added'; readonly to: Release }
  | { readonly kind: 'removed'; readonly from: Release }
  | {
      readonly kind: 'moved' | 'cancelled' | 'restored' | 'confirmed' | 'edited';
      readonly from: Release;
      readonly to: Release;
    };
