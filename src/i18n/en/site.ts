// The public site's words, in English.
import type { Frequency, PlanStatus } from '../../plan/types.ts';
import type { SiteWords } from '../zh/site.ts';

const STATUS: Readonly<
  Record<
    PlanStatus | 'sample' | 'historical' | 'delayed' | 'published' | 'corrected' | 'withdrawn',
    string
  >
> = {
  provisional: 'provisional',
  confirmed: 'confirmed',
  postponed: 'postponed',
  'brought-forward': 'brought forward',
  cancelled: 'cancelled',
  sample: 'example',
  historical: 'earlier',
  delayed: 'delayed',
  published: 'published',
  corrected: 'corrected',
  withdrawn: 'withdrawn',
};
const FREQUENCY: Readonly<Record<Frequency, string>> = {
  M: 'monthly',
  Q: 'quarterly',
  S: 'half-yearly',
  A: 'annual',
};
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export const enSite: SiteWords = {
  calendar: 'Release calendar',
  next: 'Next release',
  upcoming: 'Upcoming',
  latest: 'Latest releases',
  historical: (url) =>
    url === undefined
      ? ['“Earlier” releases came out before this site was there.', '', '']
      : [
          '“Earlier” releases came out before this site was there: ',
          'the former site',
          ' has them.',
        ],
  year: (year) => `Release schedule ${year}`,
  changes: 'Changes of date',
  indicator: 'Indicator',
  none: '……',
  month: (month) => MONTHS[month - 1] ?? '',
  status: (status) => STATUS[status],
  frequency: (frequency) => FREQUENCY[frequency],
  weekdayLong: (isoWeekday) =>
    ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'][
      isoWeekday - 1
    ] ?? '',
  weekday: (isoWeekday) => ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'][isoWeekday - 1] ?? '',
  due: 'Release time',
  releasedAt: 'Released',
  delayedTitle: 'Delayed',
  delayedOf: (name) => `Delayed: ${name}`,
  delayedLead:
    'These did not come out at the announced time. Once they do, they are under “Latest releases”.',
  delayedBanner: (count) => `${count} releases did not come out at the announced time`,
  expected: (at) => `expected ${at}`,
  expectedUnknown: 'new time not known yet',
  wasDue: (due, late) => `due ${due}, ${late} late`,
  outLate: (at, late) => `${at} (${late})`,
  cameOut: (at, late) => `came out ${at} (${late})`,
  period: 'Reference period',
  source: 'Source',
  author: 'Author',
  attachments: 'Attachments',
  category: 'Category',
  briefing: 'Press briefing',
  sample: 'Sample: the figures below are for demonstration and are no statistics',
  examples: (which) =>
    which === 'all'
      ? 'Example: the dates below are for demonstration, were not announced, and hold nobody to anything'
      : 'Example: dates marked “example” are for demonstration, were not announced, and hold nobody to anything',
  exampleOf: (text) => `Example: ${text}`,
  back: 'Back to the release calendar',
  other: '中文',
  otherLang: 'zh-CN',
  skip: 'Skip to content',
  timesIn: (zone) => `All times are ${zone === 'Asia/Shanghai' ? 'Beijing time' : zone}`,
  moved: (from, to) => `from ${from} to ${to}`,
  restored: 'restored',
  reason: 'Reason',
  announcedOn: (day) => `announced ${day}`,
  interpretation: 'interpretation',
  nothing: 'none yet',
  correction: (at, reason) => `Corrected on ${at}: ${reason}`,
  before: 'the version before',
  oldVersion: (at) => `This is the version before the correction of ${at}, kept for the record.`,
  newest: 'See the present version',
  withdrawnOn: (at, reason) => `This was withdrawn on ${at}. Reason: ${reason}`,
  figures: 'Figures of the chart',
  chartOf: (title, names) =>
    `${title}: line chart of ${names.join(', ')}; the figures are in the table below`,
  navigation: 'Site',
  indicators: 'Indicators',
  notices: 'Notices',
  search: 'Search',
  subscribe: 'Subscribe',
  punctuality: 'Punctuality',
  list: (year) => `All releases of ${year}`,
  monthOf: (year, month) => `${MONTHS[month - 1] ?? ''} ${year}`,
  earlier: 'Earlier period',
  later: 'Later period',
  allPeriods: 'All periods',
  nextDate: 'next',
  interprets: 'Interpretation of',
  interpretedBy: 'Interpretation',
  publishedAt: 'Released',
  title: 'Title',
  state: 'State',
  frequencyLabel: 'Frequency',
  all: 'all',
  filter: 'Filter',
  shownOf: (shown, all) => `${shown} of ${all} shown`,
  changesLead:
    'Every change of an announced date: from when, to when, why, and when that was announced.',
  announced: 'Announced',
  from: 'From',
  to: 'To',
  searchLead: 'Searches titles, summaries and names of indicators.',
  searchLabel: 'What to look for',
  searchNone: 'Nothing found.',
  searchFound: (count) => `${count} found`,
  searchNoScript:
    'The search needs a script. Without one, look under Indicators or in the list of all releases.',
  subscribeLead:
    'Put the calendar into that of your phone or computer, where dates that move are updated by themselves; or follow new releases in a reader.',
  subscribeCalendar: 'Release dates',
  subscribeAdd: 'Subscribe in your calendar',
  subscribeFile: 'address',
  subscribeSteps: ['Choose “Subscribe”', 'Confirm in the calendar', 'Dates stay current'],
  subscribeHow: [
    'On a telephone or computer choose “Subscribe in your calendar”, and confirm there (Apple devices and Outlook know it).',
    'Where nothing happens, copy the address below and paste it in your calendar, under “add from the internet” or “other calendars, from URL”.',
    'For one category or indicator alone choose it below. To end it, delete the subscription in your calendar.',
  ],
  subscribeReader: 'For feed readers, where new releases turn up by themselves:',
  subscribeNew: 'New releases',
  subscribeFiles: {
    'calendar.json': 'the whole calendar, for programs',
    'releases.json': 'what is public, for programs',
    'punctuality.json': 'punctuality by year',
    'openapi.json': 'what these files hold (OpenAPI)',
    'catalog.jsonld': 'a catalogue for open-data portals (DCAT)',
  },
  about: (what) => `: ${what}`,
  subscribeData: 'Data',
  whole: 'all',
  byCategory: 'By category',
  byIndicator: 'By indicator',
  asTable: (year, kind) => `Schedule of ${year} (${kind})`,
  punctualityLead:
    "The European statistical system's punctuality: days between the date announced first and the day of release; 0 is punctual. What is overdue is counted by itself, and is not punctual.",
  punctualityColumns: {
    year: 'Year',
    released: 'Released',
    overdue: 'Overdue',
    onTime: 'Punctual',
    mean: 'Mean delay (days)',
    worst: 'Longest (days)',
  },
  countdown: 'Due in',
  countdownUnits: ' d, h, min, s',
  foot: { sponsor: 'Run by: ', contact: 'Contact: ', siteId: 'Site ID: ' },
  notFound: 'No such page',
  notFoundLead:
    'The address may be mistyped, the page may have moved, or the release is not due yet. What comes next stands below; there is a search, too.',
  data: 'Machine-readable calendar (JSON)',
  periodName: (id) => id,
};
