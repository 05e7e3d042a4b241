// What is said of tables of dates, in Chinese: column names, what can't be read in a file, how sure a rule is, what clashes in a year.
import type { Assumption, Field, FileTrouble, Head } from '../../exchange/types.ts';
import type { Certainty, Finding, TableTrouble } from '../../plan/infer/table.ts';
import type { Frequency } from '../../plan/types.ts';

const FIELDS: Readonly<Record<Field, string>> = {
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
const HEADS: Readonly<Record<Head, string>> = { plan: '计划标题', timezone: '时区', announced: '计划公布日' };
const TROUBLES: Readonly<Record<FileTrouble['what'], (text: string) => string>> = {
  'bad-date': (text) => `“${text}”不是日期，请写作 2026-04-17 或 2026年4月17日`,
  'bad-time': (text) => `“${text}”不是时间，请写作 09:30`,
  'bad-cell': (text) => `读不懂“${text}”，请写作 17/二 10:00；没有发布写“……”`,
  'wrong-weekday': (text) => `星期与日期不符：${text}`,
  'no-such-day': (text) => `日历上没有 ${text} 这一天`,
  'no-table': () => '没有找到表格：要么一行一次发布（表头有“名称”和“日期”），要么指标为行、月份为列',
  'no-year': () => '表里没有写年份，请加 --year 2026',
  'bad-period': (text) => `“${text}”不是所属期，请写作 2026-03、2026-Q1、2026-S1、2026，合并写 2026-01..02`,
  'bad-status': (text) => `不认识的状态“${text}”，只能是 暂定、已确认、推迟、提前、取消`,
  'bad-expected': (text) => `预计时间“${text}”不对，请写作 2026-04-17 15:00`,
  'bad-was': (text) => `原定时间“${text}”不对，请写作 2026-04-17 10:00`,
  'bad-value': (text) => `不认识“${text}”，请写计划里的写法（例如 24h、none、bulletin）`,
  'bad-timezone': (text) => `没有名为“${text}”的时区，例如 Asia/Shanghai`,
  'no-name': (text) => `${text} 这一行没有指标名称`,
  unreadable: (text) => `打不开这个文件（${text}）`,
  'unknown-format': () => '只能读 .xlsx、.docx、.csv、.html、.ics、.md 文件；旧的 .xls、.doc、.wps 请另存为 .xlsx 或 .docx',
  'not-a-document': () => '这不是 Word 文档（.docx），或者文件已损坏；请在 Word 或 WPS 里重新另存为 .docx',
  'not-a-workbook': () => '这不是 Excel 工作簿（.xlsx），或者文件已损坏；请在 Excel 里重新另存为 .xlsx',
  'sheets-differ': (text) => `两张表不一致，另一张里没有这个日期：${text}。请改成一致，或只留一张`,
};
const CERTAINTY: Readonly<Record<Certainty, string>> = { sure: '很有把握', likely: '大致可靠', guess: '仅供参考' };
const FREQUENCY: Readonly<Record<Frequency, string>> = { M: '月度', Q: '季度', S: '半年度', A: '年度' };

export const zhTables = {
  fields: FIELDS,
  heads: HEADS,
  list: '明细',
  noneMeans: '“……”表示当月没有发布',
  wrongFile: (name: string): string => `${name} 有读不懂的地方：`,
  trouble: (one: FileTrouble): string => `${one.place ? `${one.place}  ` : ''}${TROUBLES[one.what](one.text)}`,
  tableTrouble(one: TableTrouble): string {
    switch (one.what) {
      case 'empty':
        return '表里没有一个日期';
      case 'twice':
        return `${one.second}  ${one.release} 已经在 ${one.first} 出现过，请删去一个或改所属期`;
      case 'mixed-frequency':
        return `${one.place}  ${one.indicator} 的所属期 ${one.period} 与它上面的频率不同，请分成两个指标`;
      case 'bad-period':
        return `${one.place}  ${TROUBLES['bad-period'](one.period)}`;
      case 'overlap':
        return `${one.place}  所属期 ${one.period} 与 ${one.other} 重叠`;
      case 'not-kept':
        return `${one.place}  ${one.release} 无法用计划写出，请报告这个问题`;
    }
  },
  assumption(one: Assumption): string {
    switch (one.what) {
      case 'time':
        return `有 ${one.count} 个日期没有时间，按 ${one.time} 写（可用 --at 指定）`;
      case 'periods':
        return `${one.indicator}：表里没有所属期，按${FREQUENCY[one.frequency]}、取发布时已结束的最近一期`;
      case 'combined':
        return `${one.indicator}：一月没有单独发布，按 1—2 月合并（${one.period}）`;
    }
  },
  head: (year: number): string => `${year}年发布计划。由 banli 从表格推出：每条规则后面写明它给出了几个日期。`,
  title: (year: number): string => `${year}年统计信息发布计划`,
  finding: (one: Finding): string =>
    `${one.byRule}/${one.dates} 个日期合规则，${CERTAINTY[one.certainty]}${one.rivals.length > 0 ? `；也合 ${one.rivals.join('、')}` : ''}${one.plain ? `；不参照别的指标，最多合 ${one.plain.byRule}/${one.dates} 个（${one.plain.due}）` : ''}`,
  noReason: '原表未写原因',
  foundColumns: ['指标', '规则', '合规则', '例外', '不发', '把握'],
  certainty: (one: Certainty): string => CERTAINTY[one],
  total: (dates: number, byRule: number): string => `共 ${dates} 个日期，规则给出 ${byRule} 个，例外 ${dates - byRule} 个。读回核对：与表完全一致。`,
  noFile: (path: string): string => `没有 ${path} 这个文件`,
  written: (path: string): string => `已写入 ${path}`,
  exists: (path: string): string => `${path} 已经存在，没有覆盖`,
  existsHow: '请换一个文件名（--out），或先移走原来的文件',
  severalYears: (years: readonly number[]): string => `表里有 ${years.join('、')} 年的日期，一份计划只管一年`,
  severalYearsHow: '用 --out 目录 写成几个文件，或用 --year 只取一年',
  needFormat: '请说明格式：--csv、--xlsx、--docx、--ics 或 --md，只选一种',
  needOut: '表格文件要写到文件里',
  needOutHow: '例如 --out 2026.xlsx',
  noYear: (year: number, known: readonly number[]): string => `没有 ${year} 年的计划，只有 ${known.join('、')} 年`,
};
export type TablesWords = typeof zhTables;
