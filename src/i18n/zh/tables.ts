// What is said of tables of dates, in Chinese: column names, what can't be read in a file, how sure
// a rule is, what clashes in a year.

import { groupBy } from '../../plan/group.ts';
import {
  type Certainty,
  type Finding,
  hasRhythm,
  type TableIssue,
} from '../../plan/infer/table.ts';
import { periodRuns } from '../../plan/period.ts';
import type {
  Assumption,
  FileTrouble,
  Head,
  Leftover,
  TableColumn,
} from '../../plan/table-columns.ts';
import type { Frequency } from '../../plan/types.ts';
import { zhSite } from './site.ts';

const FIELDS: Readonly<Record<TableColumn, string>> = {
  release: '发布编号',
  indicator: '指标编号',
  reference_period: '所属期',
  frequency: '频率',
  date: '日期',
  time: '时间',
  status: '状态',
  name: '名称',
  name_en: '英文名称',
  category: '类别',
  kind: '种类',
  channels: '渠道',
  was: '原定时间',
  expected: '预计时间',
  reason: '原因',
  change_announced: '变更公布日',
  briefing: '新闻发布会',
  lead: '提前准备',
  grace: '宽限',
  window: '补发时限',
  approval: '审批',
};
const HEADS: Readonly<Record<Head, string>> = {
  plan: '计划标题',
  timezone: '时区',
  announced: '计划公布日',
};
const TROUBLES: Readonly<Record<FileTrouble['what'], (text: string) => string>> = {
  'bad-date': (text) => `“${text}”不是日期，请写作 2026-04-17 或 2026年4月17日`,
  'bad-time': (text) => `“${text}”不是时间，请写作 09:30`,
  'bad-cell': (text) => `读不懂“${text}”，请写作 17日 或 17/二 10:00；没有发布写“……”`,
  'wrong-weekday': (text) => `星期与日期不符：${text}`,
  'no-such-day': (text) => `日历上没有 ${text} 这一天`,
  'no-table': () =>
    '没有找到表格：要么一行一次发布（表头有“名称”和“日期”），要么指标为行、月份为列',
  'unknown-headings': (text) =>
    `找到了一张表，第一行是“${text}”，看不出哪一列是名称、哪一列是日期；请把这两列的表头写成“指标名称”“发布日期”（或者指标为行、1月到12月为列）`,
  'no-year': () => '表里没有写年份，请写进表题，例如“2027年……日程表”',
  'bad-period': (text) =>
    `看不出“${text}”是哪一期，可以写 11月、1—11月、三季度、上半年、全年，或带上年份：2026年11月`,
  'bad-status': (text) => `不认识的状态“${text}”，只能是 暂定、已确认、推迟、提前、取消`,
  'bad-expected': (text) => `预计时间“${text}”不对，请写作 2026-04-17 15:00`,
  'bad-was': (text) => `原定时间“${text}”不对，请写作 2026-04-17 10:00`,
  'bad-value': (text) =>
    `不认识“${text}”，这一列是颁历导出时写的，请照原样（例如 24h、none、bulletin）`,
  'bad-timezone': (text) => `没有名为“${text}”的时区，例如 Asia/Shanghai`,
  'no-name': (text) => `${text} 这一行没有指标名称`,
  unreadable: (text) => `打不开这个文件（${text}）`,
  'unknown-format': () =>
    '只能读 .xlsx、.docx、.csv、.html、.ics、.md 文件；旧的 .xls、.doc、.wps 请另存为 .xlsx 或 .docx',
  'not-a-document': () =>
    '这不是 Word 文档（.docx），或者文件已损坏；请在 Word 或 WPS 里重新另存为 .docx',
  'not-a-workbook': () =>
    '这不是 Excel 工作簿（.xlsx），或者文件已损坏；请在 Excel 里重新另存为 .xlsx',
  'sheets-differ': (text) => `两张表不一致，另一张里没有这个日期：${text}。请改成一致，或只留一张`,
};
const CERTAINTY: Readonly<Record<Certainty, string>> = {
  sure: '规律明显',
  likely: '大致有规律',
  guess: '看不准',
};
const placed = (place: string): string => {
  const [, table, row, column] = / (\d+):(\d+):(\d+)$/.exec(place) ?? [];
  if (table !== undefined) return `第${table}个表第${row}行第${column}列`;
  return /^\d+$/.test(place) ? `第${place}行` : place;
};
const at = (place: string): string => (place === '' ? '' : `${placed(place)}  `);
const periodOf = (period: string | undefined): string =>
  period === undefined ? '' : zhSite.periodName(period);
const LEFT: Readonly<Record<Leftover['why'], (about: string) => string>> = {
  'other-year': (about) =>
    /^\d+$/.test(about) ? `不是${about}年的日期` : `这一列的标题“${about}”不是这张表的年份`,
  'no-date': () => '这一行没有读到日期',
  'undated-cell': () => '没有写哪一天，定下来以后再补进计划',
  column: (about) => (about === '' ? '这一列没有标题' : `“${about}”这一列不是计划里的内容`),
  above: () => '表头以上的文字',
  below: () => '表后的文字',
  sheet: () => '这里没有找到日程表',
  more: () => '没有一一列出',
};
const FREQUENCY: Readonly<Record<Frequency, string>> = {
  M: '月度',
  Q: '季度',
  S: '半年度',
  A: '年度',
};

export const zhTables = {
  fields: FIELDS,
  heads: HEADS,
  list: '明细',
  noneMeans: '“……”表示当月没有发布',
  wrongFile: (name: string): string => `${name} 有读不懂的地方：`,
  /** @param where it is read: what can be done is another thing at the desk */
  trouble: (one: FileTrouble, where: 'cli' | 'desk' = 'cli'): string =>
    `${at(one.place)}${'of' in one && one.of ? `${one.of.trim()}：` : ''}${TROUBLES[one.what](one.text)}${one.what === 'no-year' ? (where === 'cli' ? '，或加 --year 2027' : '，或填下面的“年份”') : ''}`,
  left: ({ place, text, why, about, name, count }: Leftover): string =>
    `${at(place)}${name}${text === '' ? `${count} 格文字` : `“${text}”${count > 1 ? `（${count} 格）` : ''}`}：${LEFT[why](about)}`,
  leftLead: (count: number): string => `表里有 ${count} 处没有读进去：`,
  /** Indicators that lack the same periods are one line. */
  skips: (findings: readonly Finding[]): string[] =>
    [
      ...groupBy(
        findings.filter((one) => one.skips.length > 0),
        ({ skips }) => skips.join(' '),
      ).values(),
    ].map((own) => {
      const periods = periodRuns(own[0]?.skips ?? []).map(([from, to]) =>
        to === undefined ? periodOf(from) : `${periodOf(from)}至${periodOf(to)}`,
      );
      return `${own.map(({ name }) => name.zh).join('、')}${own.length > 1 ? `（${own.length} 项）` : ''} ${periods.join('、')}`;
    }),
  skipsLead: '不发（表里没有这些期）：',
  tableTrouble(one: TableIssue): string {
    switch (one.what) {
      case 'empty':
        return '表里没有一个日期';
      case 'twice':
        return `${at(one.second)}${one.name.zh}${periodOf(one.period)}已经在 ${placed(one.first)} 出现过，请删去一个，或改其中一个的报告期`;
      case 'mixed-frequency':
        return `${at(one.place)}${one.name.zh}：${periodOf(one.period)}和它别的各期长短不一样（月、季、半年、年），请分成两个指标`;
      case 'bad-period':
        return `${at(one.place)}${TROUBLES['bad-period'](one.period)}`;
      case 'overlap':
        return `${at(one.place)}${one.name.zh}：${periodOf(one.period)}与${periodOf(one.other)}重叠`;
      case 'not-kept':
        return `${at(one.place)}${one.name.zh}${periodOf(one.period)}无法用计划写出，请报告这个问题`;
    }
  },
  /** Many alike are one sentence. */
  assumptions(all: readonly Assumption[], where: 'cli' | 'desk' = 'cli'): string[] {
    const names = (one: readonly { name: string }[]): string =>
      `${one.map(({ name }) => name).join('、')}${one.length > 1 ? `（${one.length} 项）` : ''}`;
    const times = all.filter((one) => one.what === 'time');
    const periods = groupBy(
      all.filter((one) => one.what === 'periods'),
      ({ frequency }) => frequency,
    );
    const combined = all.filter((one) => one.what === 'combined');
    return [
      ...times.map(
        ({ count, time }) =>
          `有 ${count} 个日期没有写时间，按 ${time} 算${where === 'cli' ? '（可用 --at 指定）' : '，可以在下面改'}`,
      ),
      ...[...periods].map(
        ([often, own]) =>
          `表里没有写是哪一期，按${FREQUENCY[often]}、发布时已结束的最近一期算：${names(own)}`,
      ),
      ...(combined.length > 0 ? [`一月没有单独发布，按 1—2 月合并算：${names(combined)}`] : []),
    ];
  },
  head: (year: number): string =>
    `${year}年发布计划。由 banli 从表格推出：每条规则后面写明它给出了几个日期。`,
  title: (year: number): string => `${year}年统计信息发布计划`,
  finding: (one: Finding): string =>
    !hasRhythm(one)
      ? `${one.dates > 1 ? `${one.dates} 个日期` : '只有一个日期'}，看不出规律`
      : `${one.byRule}/${one.dates} 个日期合规律，${CERTAINTY[one.certainty]}${one.rivals.length > 0 ? `；也合 ${one.rivals.join('、')}` : ''}${one.plain ? `；不参照别的指标，最多合 ${one.plain.byRule}/${one.dates} 个（${one.plain.due}）` : ''}`,
  noReason: '原表未写原因',
  foundColumns: ['指标', '编号', '规律', '合规律', '逐个写明', '不发', '把握'],
  /** Two columns: how many dates keep to the rhythm, and how sure it is. */
  rhythm: (one: Finding): readonly [string, string] =>
    hasRhythm(one)
      ? [`${one.byRule}/${one.dates}`, CERTAINTY[one.certainty]]
      : ['—', one.dates > 1 ? '看不出规律' : '只有一个日期'],
  announced: (day: string): string =>
    `表里没有写哪一天公布，公布日（announced）按 ${day} 写，请改成实际的一天。`,
  /** @param isWhole nothing that stands in the table was left out */
  total: (dates: number, byRule: number, isWhole: boolean): string =>
    `共 ${dates} 个日期${byRule > 0 ? `，其中 ${byRule} 个合规律，其余逐个写明` : ''}。${isWhole ? '与表核对过，一个不差。' : '读进去的日期与表核对过，都一样；没有读进去的列在上面。'}`,
  noFile: (path: string): string => `没有 ${path} 这个文件`,
  written: (path: string): string => `已写入 ${path}`,
  /** @param others years that have a plan too */
  exported: (year: number, others: readonly number[]): string =>
    `导出的是 ${year} 年的发布日历${others.length > 0 ? `；要 ${others.join('、')} 年的，加 --year` : ''}`,
  exists: (path: string): string => `${path} 已经存在，没有覆盖`,
  existsHow: '请换一个文件名（--out），或先移走原来的文件',
  severalYears: (years: readonly number[]): string =>
    `表里有 ${years.join('、')} 年的日期，一份计划只管一年`,
  severalYearsHow: '用 --out 目录 写成几个文件，或用 --year 只取一年',
  needFormat: '请说明格式：--csv、--xlsx、--docx、--ics 或 --md，只选一种',
  needOut: '表格文件要写到文件里',
  needOutHow: '例如 --out 2026.xlsx',
  noYear: (year: number, known: readonly number[]): string =>
    `没有 ${year} 年的计划，只有 ${known.join('、')} 年`,
};
export type TablesWords = typeof zhTables;
