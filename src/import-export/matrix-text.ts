// The year matrix as texts: what stands in each cell, wherever it is shown. Not for which release
// belongs where: plan/matrix.ts.

import type { Messages } from '../i18n/index.ts';
import { toDay, weekdayOf } from '../plan/days.ts';
import { matrixOf } from '../plan/matrix.ts';
import { minuteIn } from '../plan/time.ts';
import type { Calendar, LocalDate, Release } from '../plan/types.ts';

export interface MatrixText {
  readonly title: string;
  readonly headings: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly notes: readonly string[];
}

const MONTHS = Array.from({ length: 12 }, (_, index) => index + 1);

export function matrixText(calendar: Calendar, year: number, words: Messages): MatrixText {
  const { site, tables } = words;
  const zh = words.lang === 'zh-CN';
  const nameOf = (release: Release): string =>
    zh ? release.name.zh : (release.name.en ?? release.name.zh);
  const shown = matrixOf(calendar, year);
  const moved = calendar.releases.filter(
    (release) =>
      minuteIn(release.due, calendar.timezone).startsWith(`${year}-`) && release.was !== undefined,
  );
  return {
    title: calendar.plans.find((plan) => plan.year === year)?.title ?? site.year(year),
    headings: [tables.fields.name, tables.fields.frequency, ...MONTHS.map(site.month)],
    rows: shown.map(({ head, cells }) => [
      `${nameOf(head)}${head.follows ? `（${site.interpretation}）` : ''}`,
      head.frequency ? site.frequency(head.frequency) : head.settings.category,
      ...MONTHS.map(
        (month) =>
          cells
            .get(month)
            ?.map((release) => cellText(release, calendar.timezone, words))
            .join('\n') ?? site.none,
      ),
    ]),
    notes: [
      `${site.timesIn(calendar.timezone)}${zh ? '；' : '; '}${tables.noneMeans}`,
      ...moved.map((release) => {
        const [from, to] = [release.was ?? release.due, release.due].map((at) =>
          minuteIn(at, calendar.timezone),
        );
        return `${nameOf(release)} ${release.period === undefined ? '' : site.periodName(release.period)}: ${site.moved(from ?? '', to ?? '')}${release.reason ? `（${site.reason}：${release.reason}）` : ''}`;
      }),
    ],
  };
}

/** `17/二 10:00`, with a word where it is not simply confirmed. */
function cellText(release: Release, timezone: string, { site }: Messages): string {
  const [date = '', time = ''] = minuteIn(release.due, timezone).split(' ');
  const note = release.status === 'confirmed' ? '' : ` ${site.status(release.status)}`;
  return `${Number(date.slice(8))}/${site.weekday(weekdayOf(toDay(date as LocalDate)))} ${time}${note}`;
}
