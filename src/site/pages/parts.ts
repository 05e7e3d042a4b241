// Small pieces that several pages share: names, states in words and shape, times, lists. Not for whole pages.
import { html } from 'hono/html';
import { toDay, weekdayOf } from '../../plan/days.ts';
import { minuteIn } from '../../plan/time.ts';
import type { Instant, Language, LocalDate, Release } from '../../plan/types.ts';
import { wordsOf } from '../../words/index.ts';
import type { SiteWords } from '../../words/index.ts';
import type { PublicChange } from '../model.ts';
import { nameIn } from '../model.ts';
import type { PublicRelease } from '../view.ts';
import type { Html } from './layout.ts';

/** A state's shape, beside its word: neither needs its colour. */
const MARKS: Readonly<Record<PublicRelease['status'], string>> = {
  provisional: '◌',
  confirmed: '●',
  postponed: '↷',
  'brought-forward': '↶',
  cancelled: '✕',
  published: '✓',
  corrected: '✎',
  withdrawn: '⊘',
};

export function tag(status: PublicRelease['status'], w: SiteWords): Html {
  return html`<span class="tag ${status}"><span class="mark" aria-hidden="true">${MARKS[status]}</span>${w.status(status)}</span>`;
}

/** Indicator, whether it is an interpretation, and period. */
export function nameOf(release: Pick<Release, 'name' | 'follows' | 'period'>, language: Language): string {
  const w = wordsOf(language).site;
  return `${nameIn(release.name, language)}${release.follows ? `（${w.interpretation}）` : ''}${release.period ? ` ${w.periodName(release.period)}` : ''}`;
}

/** With a link to its page, once there is one. @param up the way to the root of this language */
export function linked({ release, shown }: PublicRelease, language: Language, up: string): Html {
  const name = nameOf(release, language);
  return shown ? html`<a href="${up}releases/${release.id}/">${name}</a>` : html`${name}`;
}

/** `2026-07-16 10:00`, for machines too. */
export function timeOf(at: Instant, timezone: string): Html {
  return html`<time datetime="${new Date(at).toISOString()}">${minuteIn(at, timezone)}</time>`;
}

export function whenIn(due: Instant, timezone: string, weekday: (iso: number) => string): string {
  const [date = '', time = ''] = minuteIn(due, timezone).split(' ');
  return `${date} ${weekday(weekdayOf(toDay(date as LocalDate)))} ${time}`;
}

/** From when to when, why, and since when that is known. */
export function tellDate(change: PublicChange, timezone: string, w: SiteWords): string {
  const what = {
    moved: w.moved(minuteIn(change.from, timezone), minuteIn(change.to, timezone)),
    restored: w.restored,
    cancelled: w.status('cancelled'),
  }[change.kind];
  return [what, change.reason && `${w.reason}：${change.reason}`, change.announced && w.announcedOn(change.announced)].filter(Boolean).join(' · ');
}

/** Releases as rows: when, what, state. @param up the way to the root of this language */
export function rowsOf(releases: readonly PublicRelease[], language: Language, up: string, caption: string): Html {
  const w = wordsOf(language).site;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table class="rows"><caption>${caption}</caption><thead><tr><th scope="col">${w.due}</th><th scope="col">${w.title}</th><th scope="col">${w.category}</th><th scope="col">${w.state}</th></tr></thead><tbody>${releases.map(
    (one) => {
      const { release, changes, status } = one;
      const told = changes.map((change) => html`<br><span class="note">${tellDate(change, release.timezone, w)}</span>`);
      return html`<tr data-indicator="${release.indicator ?? ''}" data-category="${release.settings.category}" data-frequency="${release.frequency ?? ''}" data-status="${status}" data-period="${release.period ?? ''}"><td class="when">${timeOf(release.due, release.timezone)}</td><td>${linked(one, language, up)}${release.briefing ? html`<br><span class="note">${w.briefing}：${release.briefing}</span>` : ''}${told}</td><td>${release.settings.category}</td><td>${tag(status, w)}</td></tr>`;
    },
  )}</tbody></table></div>`;
}
