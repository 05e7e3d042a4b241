// The public site's words, in English.
import type { Frequency, PlanStatus } from '../../plan/types.ts';
import type { SiteWords } from '../zh/site.ts';

const STATUS: Readonly<Record<PlanStatus | 'published', string>> = {
  provisional: 'provisional',
  confirmed: 'confirmed',
  postponed: 'postponed',
  'brought-forward': 'brought forward',
  cancelled: 'cancelled',
  published: 'published',
};
const FREQUENCY: Readonly<Record<Frequency, string>> = { M: 'monthly', Q: 'quarterly', S: 'half-yearly', A: 'annual' };
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export const enSite: SiteWords = {
  calendar: 'Release calendar',
  next: 'Next release',
  upcoming: 'Upcoming',
  latest: 'Latest releases',
  year: (year) => `Release schedule ${year}`,
  changes: 'Changes of date',
  indicator: 'Indicator',
  none: '……',
  month: (month) => MONTHS[month - 1] ?? '',
  status: (status) => STATUS[status],
  frequency: (frequency) => FREQUENCY[frequency],
  weekdayLong: (isoWeekday) => ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'][isoWeekday - 1] ?? '',
  weekday: (isoWeekday) => ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'][isoWeekday - 1] ?? '',
  due: 'Release time',
  releasedAt: 'Released',
  period: 'Reference period',
  source: 'Source',
  author: 'Author',
  attachments: 'Attachments',
  category: 'Category',
  briefing: 'Press briefing',
  sample: 'Sample: the figures below are for demonstration and are no statistics',
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
  data: 'Machine-readable calendar (JSON)',
  periodName: (id) => id,
};
