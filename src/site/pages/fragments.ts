// Small pieces that several pages share: names, states in words and shape, times, lists. Not for
// whole pages.

import { html } from 'hono/html';
import { messagesFor, type SiteWords } from '../../i18n/index.ts';
import type { Html } from '../../lib/html.ts';
import { type Instant, instant } from '../../lib/instant.ts';
import { toDay, weekdayOf } from '../../plan/days.ts';
import { dateAndTimeIn, minuteIn } from '../../plan/time.ts';
import type { Language, LocalDate, Release } from '../../plan/types.ts';
import type { PublicRelease } from '../calendar-view.ts';
import { nameInLanguage, outAt, type PublicChange, pathOf, type ShownRelease } from '../model.ts';

/** A state's shape, beside its word: neither needs its colour. */
const MARKS: Readonly<Record<PublicRelease['status'], string>> = {
  provisional: '◌',
  confirmed: '●',
  postponed: '↷',
  'brought-forward': '↶',
  cancelled: '✕',
  sample: '◇',
  historical: '·',
  delayed: '△',
  published: '✓',
  corrected: '✎',
  withdrawn: '⊘',
};

export function tag(status: PublicRelease['status'], w: SiteWords): Html {
  return html`<span class="tag ${status}"><span class="mark" aria-hidden="true">${MARKS[status]}</span>${w.status(status)}</span>`;
}

/** Indicator, whether it is an interpretation, and period. */
export function releaseName(
  release: Pick<Release, 'name' | 'follows' | 'period'>,
  language: Language,
): string {
  const w = messagesFor(language).site;
  const name = nameInLanguage(release.name, language);
  const period = release.period === undefined ? '' : w.periodName(release.period);
  // A name that says its year already: “2026年统计公报”.
  const said = period !== '' && !name.includes(period) ? ` ${period}` : '';
  return `${name}${release.follows ? `（${w.interpretation}）` : ''}${said}`;
}

/** With a link to its page, once there is one. @param up the way to the root of this language */
export function linked({ release, shown }: PublicRelease, language: Language, up: string): Html {
  const name = releaseName(release, language);
  return shown ? html`<a href="${up}${pathOf(release)}">${name}</a>` : html`${name}`;
}

const MINUTE_MS = 60_000;

/** Of a release that is in no plan any more there is its time zone alone. */
export type Timing = { readonly release: Pick<Release, 'timezone'> } & Partial<
  Pick<PublicRelease, 'asked' | 'before' | 'sample'>
>;

/**
 * That it came out later than it was due, and by how much; nothing where it was in time. An instant
 * that was past already when it was said (`immediate`) could not be kept: then it counts from when
 * it was said. Of what was due before this site nobody knows.
 */
export function latenessOf(
  shown: ShownRelease,
  { release, asked, before, sample }: Timing,
  language: Language,
): string {
  if (before || sample || shown.since - Math.max(shown.due, asked ?? 0) < MINUTE_MS) return '';
  const words = messagesFor(language);
  return words.site.wasDue(
    minuteIn(instant(shown.due), release.timezone),
    words.span(outAt(shown) - shown.due),
  );
}

/** Of what is late: when it is to come out now. */
export function expectedIn({ expected, release }: PublicRelease, language: Language): string {
  const w = messagesFor(language).site;
  return expected === undefined
    ? w.expectedUnknown
    : w.expected(minuteIn(expected, release.timezone));
}

/**
 * What is to be said of when it comes out or came out: nothing where that is as it was promised.
 */
export function timingOf(one: PublicRelease, language: Language): string {
  if (one.status === 'delayed') return expectedIn(one, language);
  const { release, shown } = one;
  const late = shown ? latenessOf(shown, one, language) : '';
  return shown && late
    ? messagesFor(language).site.cameOut(minuteIn(outAt(shown), release.timezone), late)
    : '';
}

/** `2026-07-16 10:00`, for machines too. */
export function timeOf(at: Instant, timezone: string): Html {
  return html`<time datetime="${new Date(at).toISOString()}">${minuteIn(at, timezone)}</time>`;
}

export function whenIn(due: Instant, timezone: string, weekday: (iso: number) => string): string {
  const [date, time] = dateAndTimeIn(due, timezone);
  return `${date} ${weekday(weekdayOf(toDay(date as LocalDate)))} ${time}`;
}

/** From when to when, why, and since when that is known. */
export function tellDate(change: PublicChange, timezone: string, w: SiteWords): string {
  const what = {
    moved: w.moved(minuteIn(change.from, timezone), minuteIn(change.to, timezone)),
    restored: w.restored,
    cancelled: w.status('cancelled'),
  }[change.kind];
  return [
    what,
    change.reason && `${w.reason}：${change.reason}`,
    change.announced && w.announcedOn(change.announced),
  ]
    .filter(Boolean)
    .join(' · ');
}

/** Releases as rows: when, what, state. @param up the way to the root of this language */
export function rowsOf(
  releases: readonly PublicRelease[],
  language: Language,
  up: string,
  caption: string,
): Html {
  const w = messagesFor(language).site;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table class="rows"><caption>${caption}</caption><thead><tr><th scope="col">${w.due}</th><th scope="col">${w.title}</th><th scope="col">${w.category}</th><th scope="col">${w.state}</th></tr></thead><tbody>${releases.map(
    (one) => {
      const { release, changes, status } = one;
      const timing = timingOf(one, language);
      const told = changes.map(
        (change) => html`<br><span class="note">${tellDate(change, release.timezone, w)}</span>`,
      );
      return html`<tr data-indicator="${release.indicator ?? ''}" data-category="${release.settings.category}" data-frequency="${release.frequency ?? ''}" data-status="${status}" data-period="${release.period ?? ''}"><td class="when">${timeOf(release.due, release.timezone)}</td><td>${linked(one, language, up)}${release.briefing ? html`<br><span class="note">${w.briefing}：${release.briefing}</span>` : ''}${timing ? html`<br><span class="note">${timing}</span>` : ''}${told}</td><td>${release.settings.category}</td><td>${tag(status, w)}</td></tr>`;
    },
  )}</tbody></table></div>`;
}
