// Calendars to subscribe to (RFC 5545, RFC 7986): an event keeps its UID however often it moves,
// and its SEQUENCE rises at each move. Nothing in one says more of a release before T than the plan
// does. Not for the file that `plan export` writes: import-export/ics.ts.
import ICAL from 'ical.js';
import { DateTime } from 'luxon';
import { tzlib_get_ical_block } from 'timezones-ical-library';
import { messagesFor } from '../../i18n/index.ts';
import { minuteIn, yearIn } from '../../plan/time.ts';
import type { Language } from '../../plan/types.ts';
import { marked, type PublicRelease, stampsOf, type View } from '../calendar-view.ts';
import { pathOf } from '../model.ts';
import { releaseName, timingOf } from '../pages/fragments.ts';
import { cachedPart } from './part-cache.ts';

/** How long an event is shown as taking: a release is a moment. */
const EVENT_MIN = 15;
/** Clients ask again after this. */
const REFRESH = 'PT1H';

const STATUS: Readonly<Record<PublicRelease['status'], 'TENTATIVE' | 'CONFIRMED' | 'CANCELLED'>> = {
  provisional: 'TENTATIVE',
  confirmed: 'CONFIRMED',
  postponed: 'CONFIRMED',
  'brought-forward': 'CONFIRMED',
  sample: 'TENTATIVE',
  historical: 'CONFIRMED',
  delayed: 'TENTATIVE',
  published: 'CONFIRMED',
  corrected: 'CONFIRMED',
  withdrawn: 'CANCELLED',
  cancelled: 'CANCELLED',
};

/** Events that have been written, by language: of thousands only a few change. */
const written: Readonly<
  Record<Language, WeakMap<PublicRelease, { readonly of: string; readonly event: string }>>
> = {
  zh: new WeakMap(),
  en: new WeakMap(),
};

/** A calendar file of some releases. */
export function icsFeed(
  view: View,
  name: string,
  releases: readonly PublicRelease[],
  language: Language,
): string {
  const [head, end] = frame(view, marked(name, view, language), language);
  return `${head}${eventsOf(releases, view, language)}${end}`;
}

/** The calendar file of all releases, put together from its years. */
export function wholeCalendar(view: View, language: Language): Buffer {
  const [head, end] = frame(
    view,
    marked(view.calendar.title || messagesFor(language).site.calendar, view, language),
    language,
  );
  const years = [...view.years.values()].map((own) =>
    cachedPart(
      `ics ${language} ${view.options.publicUrl} ${announcedOf(view)} ${stampsOf(own)}`,
      () => eventsOf(own, view, language),
    ),
  );
  return Buffer.concat([Buffer.from(head), ...years, Buffer.from(end)]);
}

/** What stands before the events, and after them. */
function frame(view: View, name: string, language: Language): [string, string] {
  const { timezone } = view.calendar;
  const root = new ICAL.Component('vcalendar');
  const add = (property: string, value: unknown): void =>
    void root.addPropertyWithValue(property, value as string);
  add('version', '2.0');
  add('prodid', `-//Banli//release calendar//${language === 'en' ? 'EN' : 'ZH'}`);
  add('method', 'PUBLISH');
  add('name', name);
  add('x-wr-calname', name);
  add('x-wr-timezone', timezone);
  // REFRESH-INTERVAL is what RFC 7986 has for X-PUBLISHED-TTL.
  root.addPropertyWithValue('refresh-interval', REFRESH).setParameter('value', 'DURATION');
  add('x-published-ttl', REFRESH);
  const zone = tzlib_get_ical_block(timezone)[0];
  if (zone) root.addSubcomponent(new ICAL.Component(ICAL.parse(zone) as unknown[]));
  const empty = `${root.toString()}\r\n`;
  const end = empty.lastIndexOf('END:VCALENDAR');
  return [empty.slice(0, end), empty.slice(end)];
}

const eventsOf = (releases: readonly PublicRelease[], view: View, language: Language): string =>
  releases.map((one) => eventOf(one, view, language)).join('');

/** When each plan was announced: the stamp of what never moved. */
const announcedOf = (view: View): string =>
  view.calendar.plans.map(({ year, announced }) => `${year} ${announced}`).join();

/** A release's VEVENT. */
function eventOf(one: PublicRelease, view: View, language: Language): string {
  const said = saidOn(one, view);
  const of = `${said} ${view.options.publicUrl}`;
  const known = written[language].get(one);
  if (known?.of === of) return known.event;
  const event = `${eventIn(one, said, view, language).toString()}\r\n`;
  written[language].set(one, { of, event });
  return event;
}

/** When the event came to say what it says, so that it is the same as long as it does. */
function saidOn({ release, changes }: PublicRelease, { calendar }: View): string {
  const year = yearIn(release.due, release.timezone);
  return (
    changes.at(-1)?.announced ??
    calendar.plans.find((plan) => plan.year === year)?.announced ??
    '2000-01-01'
  );
}

function eventIn(one: PublicRelease, said: string, view: View, language: Language): ICAL.Component {
  const w = messagesFor(language).site;
  const { release, status, shown, changes, sample } = one;
  const event = new ICAL.Component('vevent');
  const add = (property: string, value: unknown): ICAL.Property =>
    event.addPropertyWithValue(property, value as string);
  const start = DateTime.fromMillis(release.due, { zone: release.timezone });
  const local = (time: DateTime): ICAL.Time =>
    ICAL.Time.fromDateTimeString(time.toFormat("yyyy-MM-dd'T'HH:mm:ss"));
  const told = changes.map((change) =>
    [
      change.kind === 'moved'
        ? w.moved(minuteIn(change.from, release.timezone), minuteIn(change.to, release.timezone))
        : w.status('cancelled'),
      change.reason,
    ]
      .filter(Boolean)
      .join('：'),
  );
  add('uid', `${release.id}@${new URL(view.options.publicUrl).host}`);
  add('sequence', changes.length);
  add('dtstamp', ICAL.Time.fromDateTimeString(`${said}T00:00:00Z`));
  add('dtstart', local(start)).setParameter('tzid', release.timezone);
  add('dtend', local(start.plus({ minutes: EVENT_MIN }))).setParameter('tzid', release.timezone);
  add(
    'summary',
    sample ? w.exampleOf(releaseName(release, language)) : releaseName(release, language),
  );
  add(
    'description',
    [w.status(status), timingOf(one, language), ...told].filter(Boolean).join('\n'),
  );
  add('status', STATUS[status]);
  add('categories', release.settings.category);
  if (release.briefing) add('location', release.briefing);
  add('url', shown ? `${view.options.publicUrl}${pathOf(release)}` : view.options.publicUrl);
  return event;
}
