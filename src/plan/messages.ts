// What has to be said of a plan, as the functions that say it: i18n/ has each in every language. So
// the plan names what is wrong, with what belongs in the sentence, and writes none.
import type { ApprovalRule, Frequency, Name, Sentence } from './types.ts';

/** Where an entry is written, and what it has to say besides. */
export interface PlanEntryPlace {
  readonly period: string | undefined;
  /** It says `immediate` already, of an earlier instant. */
  readonly isOld: boolean;
  readonly at: string | undefined;
  readonly was: string | undefined;
}

export interface PlanMessages {
  nearWithoutWords(one: ToldRelease, past: boolean, lead: number, place: PlanEntryPlace): Sentence;
  longPast(one: ToldRelease, window: number, period: string | undefined): Sentence;
  skipPast(id: string, name: Name, periods: readonly string[]): Sentence;
  immediateTooEarly(one: ToldRelease, lead: number): Sentence;
  yearGone(year: number, count: number, file: string, renamed: number | undefined): Sentence;
  indicatorGone(id: string, name: Name, count: number, renamed: string | undefined): Sentence;
  interpretationMoved(id: string, was: string, now: string, period: string | undefined): Sentence;
  interpretationGone(id: string, was: string, period: string | undefined): Sentence;
  unconfirmed(id: string, due: string): Sentence;
  announcedLater(year: number, was: string, now: string): Sentence;
  sampleLater(year: number, announced: string): Sentence;
  archivedDue(year: number, first: ToldRelease, count: number): Sentence;
  approvalLowered(
    one: ToldRelease,
    lead: number,
    before: ApprovalRule,
    after: ApprovalRule,
  ): Sentence;
  readonly error: string;
  readonly warning: string;
  readonly aStructure: string;
  summary(errors: number, warnings: number, releases: number): string;
  unknownKey(key: string, known: readonly string[], near: string | undefined): Sentence;
  missing(key: string): Sentence;
  missingTop(key: string): Sentence;
  badDue(absent: boolean): Sentence;
  expectedValue(value: string, code: string): Sentence;
  oneOf(value: string, allowed: readonly string[], near: string | undefined): Sentence;
  yaml(code: string, detail: string): Sentence;
  readonly wideColon: Sentence;
  readonly noAliases: Sentence;
  tooLong(seconds: number): Sentence;
  tooLarge(limit: number): Sentence;
  tooManyIndicators(count: number, limit: number): Sentence;
  tooManyReleases(count: number, limit: number): Sentence;
  saidTwice(key: string, file: string): Sentence;
  idTwice(id: string, file: string): Sentence;
  formerlyTaken(old: string, other: string): Sentence;
  releaseTwice(id: string, file: string): Sentence;
  unknownChannel(name: string, known: readonly string[], near: string | undefined): Sentence;
  channelTwice(name: string): Sentence;
  unknownIndicator(id: string, near: string | undefined): Sentence;
  circular(id: string, other: string): Sentence;
  noSuchDay(day: string): Sentence;
  reasonMissing(key: 'was' | 'cancelled' | 'immediate' | 'interpretation'): Sentence;
  notCombined(text: string): Sentence;
  periodFrequency(text: string, frequency: Frequency): Sentence;
  noDayOfOther(id: string, period: string): Sentence;
  outsideYear(what: string, date: string, year: number): Sentence;
  dateOfCombined(period: string, whole: string): Sentence;
  dateOfSkipped(period: string): Sentence;
  dateOfNoPeriod(period: string, year: number): Sentence;
  unclearTime(
    time: string,
    kind: 'skipped' | 'repeated',
    readings: readonly [string, string],
  ): Sentence;
  readonly wasIsSame: Sentence;
  readonly expectedTooEarly: Sentence;
  readonly noInterpretation: Sentence;
  idTooLong(length: number, most: number): Sentence;
  halfArchived(file: string): Sentence;
  unshowable(name: string): Sentence;
  readonly tooDeep: Sentence;
  moreProblems(count: number): Sentence;
  unreadable(what: 'folder' | 'file', code: string): Sentence;
  publishedFixed(id: string, day: string): Sentence;
  movedWithoutWords: (
    id: string,
    was: string,
    now: string,
    wasWrong: boolean,
    place: {
      period: string | undefined;
    },
  ) => Sentence;
  removedWithoutWords: (
    id: string,
    was: string,
    place: {
      period: string | undefined;
    },
  ) => Sentence;
}

/** What a sentence says of a release. */
export interface ToldRelease {
  readonly id: string;
  readonly zh: string;
  readonly en: string;
  readonly period: string | undefined;
  readonly interpretation: boolean;
  /** Local time. */
  readonly due: string;
  readonly channels: readonly string[];
}
