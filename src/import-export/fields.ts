// A release as the texts of its columns, and what the columns are called in files. Not for how a
// file holds them.

import { messagesFor } from '../i18n/index.ts';
import {
  FIELDS,
  HEADS,
  type Head,
  type TableColumn,
  type TextRow,
  type TextTable,
} from '../plan/table-columns.ts';
import { formatDuration, minuteIn, yearIn } from '../plan/time.ts';
import type { Calendar, Release } from '../plan/types.ts';

/** Columns that stand in every table, however alike their values are. */
const ALWAYS: readonly TableColumn[] = [
  'release',
  'indicator',
  'reference_period',
  'date',
  'time',
  'status',
  'name',
];

/** How the office works, and nothing that it announces. */
const OWN: readonly TableColumn[] = ['lead', 'grace', 'window', 'approval'];

/**
 * The releases due in a year, as text.
 * @param isPublic for readers: without what is the office's own, and reasons only of what readers
 *   know another date of
 */
export function textTable(calendar: Calendar, year: number, isPublic = false): TextTable {
  const rows = calendar.releases
    .filter((release) => yearIn(release.due, calendar.timezone) === year)
    .map((release) => (isPublic ? publicRow(release) : textRow(release)));
  const filled = FIELDS.filter((field) => rows.some((row) => row[field] !== undefined));
  const same = filled.filter(
    (field) => !ALWAYS.includes(field) && rows.every((row) => row[field] === rows[0]?.[field]),
  );
  const plan = calendar.plans.find((one) => one.year === year);
  return {
    head: { plan: plan?.title, timezone: calendar.timezone, announced: plan?.announced },
    common: Object.fromEntries(same.map((field) => [field, rows[0]?.[field]])),
    columns: filled.filter((field) => !same.includes(field)),
    rows,
  };
}

function textRow(release: Release): TextRow {
  const { settings, timezone } = release;
  const [date, time] = minuteIn(release.due, timezone).split(' ');
  return {
    release: release.id,
    indicator: release.indicator,
    reference_period: release.period,
    frequency: release.frequency,
    date,
    time,
    status: release.status,
    name: release.name.zh,
    name_en: release.name.en,
    category: settings.category,
    kind: release.kind,
    channels: settings.channels.join(' '),
    was: release.was === undefined ? undefined : minuteIn(release.was, timezone),
    expected: release.expected === undefined ? undefined : minuteIn(release.expected, timezone),
    reason: release.reason,
    change_announced: release.announced,
    briefing: release.briefing,
    lead: formatDuration(settings.lead),
    grace: formatDuration(settings.grace),
    window: formatDuration(settings.window),
    approval: settings.approval,
  };
}

function publicRow(release: Release): TextRow {
  const isKnown = release.was !== undefined || release.status === 'cancelled';
  const own: readonly string[] = isKnown ? OWN : [...OWN, 'reason', 'change_announced'];
  return Object.fromEntries(
    Object.entries(textRow(release)).filter(([name]) => !own.includes(name)),
  );
}

/** What a heading means, in either language; undefined for a column that Banli does not know. */
export function fieldOf(heading: string): TableColumn | undefined {
  return match(heading, FIELDS, (language, field) => [
    messagesFor(language).tables.fields[field],
    ...(ALIASES[field] ?? []),
  ]);
}

export function headOf(heading: string): Head | undefined {
  return match(heading, HEADS, (language, head) => [messagesFor(language).tables.heads[head]]);
}

/** What bureaus call the columns of their own tables. */
const ALIASES: Readonly<Partial<Record<TableColumn, readonly string[]>>> = {
  indicator: ['id', '编号', '代码', '指标代码'],
  reference_period: [
    'period',
    'reference period',
    '时期',
    '报告期',
    '统计期',
    '数据时期',
    '数据期',
    '数据所属期',
    '所属时期',
    '所属期间',
    '报告时期',
    '统计时期',
    '期别',
  ],
  frequency: ['周期', '发布频率', '频度', '频次', '发布周期'],
  date: [
    '发布日',
    '发布日期',
    '日期',
    '公布日期',
    '计划发布日期',
    '预计发布日期',
    '拟发布日期',
    '发布日程',
    'release date',
    'due',
  ],
  time: [
    '发布时间',
    '时刻',
    '公布时间',
    '计划发布时间',
    '预计发布时间',
    '拟发布时间',
    'release time',
  ],
  name: [
    '指标',
    '指标名称',
    '项目',
    '内容',
    '发布内容',
    '信息名称',
    '统计信息',
    '名称',
    '数据名称',
    '数据项目',
    '数据内容',
    '统计数据',
    '统计指标',
    '统计项目',
    '项目名称',
    '发布项目',
    '公布内容',
    '信息内容',
    '主要内容',
    '产品名称',
    'indicator name',
    'title',
  ],
  name_en: ['英文', 'english'],
  channels: ['发布渠道', '渠道', 'channel'],
  category: ['类别', '分类', '信息类别'],
  reason: ['备注原因', '变更原因'],
};

function match<T extends string>(
  heading: string,
  known: readonly T[],
  names: (language: 'zh' | 'en', one: T) => readonly string[],
): T | undefined {
  const wanted = heading.trim().toLowerCase();
  return known.find(
    (one) =>
      one === wanted ||
      (['zh', 'en'] as const).some((language) =>
        names(language, one).some((name) => name.toLowerCase() === wanted),
      ),
  );
}
