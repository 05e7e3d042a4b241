// Calendars to subscribe to (RFC 5545, RFC 7986): an event keeps its UID however often it moves, and its SEQUENCE rises at each move. Nothing in one
// says more of a release before T than the plan does. Not for the file that `plan export` writes: exchange/ics.ts.
import ical, { ICalCalendarMethod, ICalEventStatus } from 'ical-generator';
import type { ICalCalendar } from 'ical-generator';
import { DateTime } from 'luxon';
import { tzlib_get_ical_block } from 'timezones-ical-library';
import { minuteIn } from '../../plan/time.ts';
import type { Language } from '../../plan/types.ts';
import { wordsOf } from '../../words/index.ts';
import { nameIn } from '../model.ts';
import type { PublicRelease, View } from '../view.ts';
import { stampOf } from '../view.ts';

/** How long an event is shown as taking: a release is a moment. */
const EVENT_MIN = 15;
/** Clients ask again after this. */
const REFRESH_S = 3600;

const STATUS: Readonly<Record<PublicRelease['status'], ICalEventStatus>> = {
  provisional: ICalEventStatus.TENTATIVE,
  confirmed: ICalEventStatus.CONFIRMED,
  postponed: ICalEventStatus.CONFIRMED,
  'brought-forward': ICalEventStatus.CONFIRMED,
  published: ICalEventStatus.CONFIRMED,
  corrected: ICalEventStatus.CONFIRMED,
  withdrawn: ICalEventStatus.CANCELLED,
  cancelled: ICalEventStatus.CANCELLED,
};

/** Events that have been written, by what they say: of thousands only a few change. */
const written = new Map<string, string>();
const REMEMBERED = 50_000;

/** A calendar file of some releases. */
export function icsFeed(view: View, name: string, releases: readonly PublicRelease[], language: Language): string {
  const { timezone } = view.calendar;
  const calendar = ical({
    name,
    method: ICalCalendarMethod.PUBLISH,
    prodId: { company: 'Banli', product: 'release calendar', language: language === 'en' ? 'EN' : 'ZH' },
    ttl: REFRESH_S,
    timezone: { name: timezone, generator: (zone) => tzlib_get_ical_block(zone)[0] ?? null },
  });
  const whole = calendar.toString();
  const end = whole.lastIndexOf('END:VCALENDAR');
  // REFRESH-INTERVAL is what RFC 7986 has for X-PUBLISHED-TTL.
  const head = whole.slice(0, end);
  return `${head}${eventsOf(releases, view, language).join('')}${whole.slice(end)}\r\n`;
}

/** Where an event begins: no text of ours begins a line. */
const START = /(?<=\r\n)(?=BEGIN:VEVENT\r\n)/;

/** Each as its VEVENT. Those that are new are written together: a calendar around each would cost as much as the event. */
function eventsOf(releases: readonly PublicRelease[], view: View, language: Language): string[] {
  const keyOf = (one: PublicRelease): string => `${language} ${view.options.publicUrl} ${stampOf(one)}`;
  if (written.size + releases.length > REMEMBERED) written.clear();
  const fresh = releases.filter((one) => !written.has(keyOf(one)));
  const calendar = ical();
  for (const one of fresh) addEvent(calendar, one, view, language);
  const events = fresh.length > 0 ? calendar.toString().split(START).slice(1) : [];
  fresh.forEach((one, index) => {
    const event = events[index] ?? '';
    written.set(keyOf(one), `${event.slice(0, event.lastIndexOf('END:VEVENT'))}END:VEVENT\r\n`);
  });
  return releases.map((one) => written.get(keyOf(one)) ?? '');
}

function addEvent(calendar: ICalCalendar, one: PublicRelease, view: View, language: Language): void {
  const w = wordsOf(language).site;
  const { release, status, shown, changes } = one;
  const start = DateTime.fromMillis(release.due, { zone: release.timezone });
  const period = release.period === undefined ? '' : ` ${w.periodName(release.period)}`;
  const told = changes.map((change) =>
    [
      change.kind === 'moved' ? w.moved(minuteIn(change.from, release.timezone), minuteIn(change.to, release.timezone)) : w.status('cancelled'),
      change.reason,
    ]
      .filter(Boolean)
      .join('：'),
  );
  const last = changes.at(-1)?.announced ?? view.calendar.plans.find((plan) => plan.year === start.year)?.announced;
  calendar.createEvent({
    id: `${release.id}@${new URL(view.options.publicUrl).host}`,
    sequence: changes.length,
    start,
    end: start.plus({ minutes: EVENT_MIN }),
    // When the event came to say what it says, so that it is the same as long as it does.
    stamp: DateTime.fromISO(last ?? '2000-01-01', { zone: 'utc' }),
    timezone: release.timezone,
    summary: `${nameIn(release.name, language)}${release.follows ? `（${w.interpretation}）` : ''}${period}`,
    description: [w.status(status), ...told].join('\n'),
    status: STATUS[status],
    categories: [{ name: release.settings.category }],
    ...(release.briefing ? { location: release.briefing } : {}),
    url: shown ? `${view.options.publicUrl}releases/${release.id}/` : view.options.publicUrl,
  });
}
