// Changes of a calendar → sentences that an operator reads. Many new releases of one indicator are
// one line. Not for what may change: plan/change.ts.

import type { Instant } from '../lib/instant.ts';
import { toDay, weekdayOf } from '../plan/days.ts';
import { minuteIn } from '../plan/time.ts';
import type { LocalDate, PlanChange, Release } from '../plan/types.ts';
import type { ChangeWords } from './index.ts';

/** More than so many of one indicator, added or removed, are told in one line. */
const TOLD_SINGLY = 3;

/** One line each, in order of kind and then of date. */
export function tellChanges(changes: readonly PlanChange[], words: ChangeWords): string[] {
  return words.order.flatMap((kind) => {
    const own = changes.filter((change) => change.kind === kind);
    return kind === 'added' || kind === 'removed'
      ? tellMany(
          kind,
          own.map((change) => ('to' in change ? change.to : change.from)),
          words,
        )
      : own.map((change) => tellChange(change, words));
  });
}

/** What kind of change how often: `推迟 1，取消 2`. */
export function countChanges(changes: readonly PlanChange[], words: ChangeWords): string {
  const counts = words.order
    .map((kind) => [kind, changes.filter((change) => change.kind === kind).length] as const)
    .filter(([, count]) => count > 0);
  return words.count(counts);
}

function tellMany(
  kind: 'added' | 'removed',
  releases: readonly Release[],
  words: ChangeWords,
): string[] {
  const groups = new Map<string, Release[]>();
  for (const release of releases) {
    // Interpretations are told apart from what they interpret.
    const key = `${release.indicator ?? release.id} ${release.kind === 'interpretation'}`;
    groups.set(key, [...(groups.get(key) ?? []), release]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first, last] = [group[0], group.at(-1)];
    if (!first || !last || group.length <= TOLD_SINGLY)
      return group.map((release) =>
        words[kind](nameOf(release, words), when(release.due, release)),
      );
    return [
      words.many(
        kind,
        words.named(first.name, first.kind === 'interpretation'),
        group.length,
        when(first.due, first),
        when(last.due, last),
      ),
    ];
  });
}

/** One change in a sentence. */
export function tellChange(change: PlanChange, words: ChangeWords): string {
  switch (change.kind) {
    case 'added':
      return words.added(nameOf(change.to, words), when(change.to.due, change.to));
    case 'removed':
      return words.removed(nameOf(change.from, words), when(change.from.due, change.from));
    case 'moved': {
      const { from, to } = change;
      return words.moved(
        nameOf(to, words),
        when(from.due, from),
        when(to.due, to),
        daysBetween(from, to),
        from.status === 'provisional',
        to.reason,
      );
    }
    case 'confirmed':
      return words.confirmed(nameOf(change.to, words), when(change.to.due, change.to));
    case 'cancelled':
      return words.cancelled(
        nameOf(change.to, words),
        when(change.from.due, change.from),
        change.to.reason,
      );
    case 'restored':
      return words.restored(nameOf(change.to, words), when(change.to.due, change.to));
    case 'edited':
      return words.edited(nameOf(change.to, words), editsOf(change.from, change.to, words));
  }
}

function nameOf(release: Release, words: ChangeWords): string {
  return words.release(release.name, release.period, release.kind === 'interpretation', release.id);
}

function when(at: Instant, release: Release): { date: string; weekday: number; time: string } {
  const [date = '', time = ''] = minuteIn(at, release.timezone).split(' ');
  return { date, weekday: weekdayOf(toDay(date as LocalDate)), time };
}

/** Civil days from the old date to the new one. */
function daysBetween(from: Release, to: Release): number {
  const day = (release: Release): number => toDay(when(release.due, release).date as LocalDate);
  return day(to) - day(from);
}

function editsOf(from: Release, to: Release, words: ChangeWords): string[] {
  const pairs: readonly (readonly [keyof ChangeWords['keys'], unknown, unknown])[] = [
    ['name', from.name.zh, to.name.zh],
    ['name-en', from.name.en, to.name.en],
    ['status', words.status(from.status), words.status(to.status)],
    ['was', from.was, to.was],
    ['reason', from.reason, to.reason],
    ['announced', from.announced, to.announced],
    ['expected', from.expected, to.expected],
    ['immediate', words.yes(from.immediate), words.yes(to.immediate)],
    ['briefing', from.briefing, to.briefing],
    ['kind', words.releaseKinds[from.kind], words.releaseKinds[to.kind]],
    [
      'channels',
      from.settings.channels.map(words.channel).join(' '),
      to.settings.channels.map(words.channel).join(' '),
    ],
    ['category', from.settings.category, to.settings.category],
    ['approval', words.approvals[from.settings.approval], words.approvals[to.settings.approval]],
    ['lead', words.span(from.settings.lead), words.span(to.settings.lead)],
    ['grace', words.span(from.settings.grace), words.span(to.settings.grace)],
    ['window', words.span(from.settings.window), words.span(to.settings.window)],
  ];
  return pairs
    .filter(([, before, after]) => before !== after)
    .map(([key, before, after]) => {
      const shown = (value: unknown): string | undefined =>
        value === undefined
          ? undefined
          : key === 'was' || key === 'expected'
            ? minuteIn(value as Instant, to.timezone)
            : String(value);
      return words.edit(words.keys[key], shown(before), shown(after));
    });
}
