// Calendars as iCalendar (RFC 5545) and back. An event is a release; what iCalendar has no property
// for stands in X-BANLI-…. Times are UTC, so that no client needs a time zone to be right.
import ICAL from 'ical.js';
import type { Messages } from '../i18n/index.ts';
import { type Instant, instant } from '../lib/instant.ts';
import {
  FIELDS,
  type FoundDate,
  HEADS,
  type Head,
  type TableColumn,
  type TextRow,
  type TextTable,
} from '../plan/table-columns.ts';
import { isoIn, minuteIn } from '../plan/time.ts';
import { type Calendar, type LocalDate, type Release, releaseId } from '../plan/types.ts';

const STATUS = {
  provisional: 'TENTATIVE',
  confirmed: 'CONFIRMED',
  postponed: 'CONFIRMED',
  'brought-forward': 'CONFIRMED',
  cancelled: 'CANCELLED',
} as const;
/** Said by iCalendar's own properties. */
const OWN: readonly TableColumn[] = ['release', 'date', 'time'];

const propertyOf = (field: TableColumn | Head): string => `x-banli-${field.replaceAll('_', '-')}`;

/** @param now when the file is made (DTSTAMP) */
export function writeIcs(
  calendar: Calendar,
  table: Pick<TextTable, 'head' | 'rows'>,
  now: Instant,
  words: Messages,
): string {
  const root = new ICAL.Component('vcalendar');
  root.addPropertyWithValue('version', '2.0');
  root.addPropertyWithValue('prodid', '-//Banli//release calendar//ZH');
  root.addPropertyWithValue('x-wr-calname', table.head.plan ?? words.site.calendar);
  root.addPropertyWithValue('x-wr-timezone', calendar.timezone);
  for (const head of HEADS)
    if (table.head[head] !== undefined)
      root.addPropertyWithValue(propertyOf(head), table.head[head]);
  const rows = new Map(table.rows.map((row) => [row.release, row]));
  for (const release of calendar.releases) {
    const row = rows.get(release.id);
    if (row) root.addSubcomponent(eventOf(release, row, now, words));
  }
  return `${root.toString()}\r\n`;
}

function eventOf(release: Release, row: TextRow, now: Instant, { site }: Messages): ICAL.Component {
  const event = new ICAL.Component('vevent');
  const add = (name: string, value: unknown): void =>
    void event.addPropertyWithValue(name, value as string);
  add('uid', `${release.id}@banli`);
  add('dtstamp', utc(now));
  add('dtstart', utc(release.due));
  const period = release.period === undefined ? '' : ` ${site.periodName(release.period)}`;
  add(
    'summary',
    `${release.name.zh}${release.follows ? `（${site.interpretation}）` : ''}${period}`,
  );
  const moved =
    release.was === undefined
      ? []
      : [
          site.moved(
            minuteIn(release.was, release.timezone),
            minuteIn(release.due, release.timezone),
          ),
        ];
  const said = [...moved, ...(release.reason ? [`${site.reason}：${release.reason}`] : [])];
  if (said.length > 0) add('description', said.join('\n'));
  add('categories', release.settings.category);
  add('status', STATUS[release.status]);
  if (release.briefing) add('location', release.briefing);
  for (const field of FIELDS)
    if (row[field] !== undefined && !OWN.includes(field)) add(propertyOf(field), row[field]);
  return event;
}

function utc(at: Instant): ICAL.Time {
  return ICAL.Time.fromJSDate(new Date(at), true);
}

/**
 * The events of a file; of a calendar that Banli did not write, their summaries.
 * @throws Error of ical.js where it is none
 */
export function readIcs(
  text: string,
  timezone: string,
): { head: Partial<Record<Head, string>>; found: FoundDate[] } {
  const root = new ICAL.Component(ICAL.parse(text) as unknown[]);
  const head: Partial<Record<Head, string>> = {};
  const of = (component: ICAL.Component, name: string): string | undefined =>
    component.getFirstPropertyValue(name)?.toString();
  for (const one of HEADS) {
    const value = of(root, propertyOf(one));
    if (value !== undefined) head[one] = value;
  }
  const zone = head.timezone ?? of(root, 'x-wr-timezone') ?? timezone;
  const found = root.getAllSubcomponents('vevent').flatMap((event): FoundDate[] => {
    const start = event.getFirstPropertyValue('dtstart');
    if (!(start instanceof ICAL.Time)) return [];
    const uid = of(event, 'uid') ?? '';
    const fields: Partial<Record<TableColumn, string>> = {};
    for (const field of FIELDS) {
      const value = of(event, propertyOf(field));
      if (value !== undefined) fields[field] = value;
    }
    if (uid.endsWith('@banli')) fields.release = releaseId(uid.slice(0, -'@banli'.length));
    fields.name ??= of(event, 'summary');
    // A start in UTC is an instant; one without a zone is the calendar's own wall clock.
    const floating = start.zone?.tzid !== 'UTC';
    const iso = floating ? start.toString() : isoIn(instant(start.toJSDate().getTime()), zone);
    const time = start.isDate ? undefined : iso.slice(11, 19).replace(/:00$/, '');
    return [{ place: uid, date: iso.slice(0, 10) as LocalDate, time, fields }];
  });
  return { head: { ...head, timezone: zone }, found };
}
