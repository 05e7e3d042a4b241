// The public site's words, in Chinese.
import type { Frequency, PlanStatus } from '../../plan/types.ts';

const STATUS: Readonly<
  Record<
    PlanStatus | 'sample' | 'historical' | 'delayed' | 'published' | 'corrected' | 'withdrawn',
    string
  >
> = {
  provisional: '暂定',
  confirmed: '已确认',
  postponed: '推迟',
  'brought-forward': '提前',
  cancelled: '取消',
  sample: '示例',
  historical: '往期',
  delayed: '延迟发布',
  published: '已发布',
  corrected: '更正',
  withdrawn: '撤回',
};
const FREQUENCY: Readonly<Record<Frequency, string>> = {
  M: '月度',
  Q: '季度',
  S: '半年度',
  A: '年度',
};

export const zhSite = {
  calendar: '发布日历',
  next: '下一次发布',
  upcoming: '即将发布',
  latest: '最新发布',
  /** @param url where earlier releases are, if the bureau says so */
  historical: (url: string | undefined): [before: string, link: string, after: string] =>
    url === undefined
      ? ['标“往期”的发布在本网站启用以前，不在这里。', '', '']
      : ['标“往期”的发布在本网站启用以前，请到', '原网站', '查看。'],
  year: (year: number): string => `${year}年发布日程表`,
  changes: '日期变更',
  indicator: '指标',
  none: '……',
  month: (month: number): string => `${month}月`,
  status: (
    status:
      | PlanStatus
      | 'sample'
      | 'historical'
      | 'delayed'
      | 'published'
      | 'corrected'
      | 'withdrawn',
  ): string => STATUS[status],
  frequency: (frequency: Frequency): string => FREQUENCY[frequency],
  weekdayLong: (isoWeekday: number): string => `星期${'一二三四五六日'.charAt(isoWeekday - 1)}`,
  weekday: (isoWeekday: number): string => '一二三四五六日'.charAt(isoWeekday - 1),
  due: '发布时间',
  releasedAt: '发布于',
  delayedTitle: '延迟发布',
  delayedOf: (name: string): string => `延迟发布：${name}`,
  delayedLead: '以下内容没有按预告的时间发布。发布后会移到“最新发布”。',
  delayedBanner: (count: number): string => `有 ${count} 项没有按预告的时间发布`,
  expected: (at: string): string => `预计 ${at} 发布`,
  expectedUnknown: '发布时间待定',
  wasDue: (due: string, late: string): string => `原定 ${due}，晚了 ${late}`,
  outLate: (at: string, late: string): string => `${at}（${late}）`,
  cameOut: (at: string, late: string): string => `实际发布于 ${at}（${late}）`,
  period: '所属期',
  source: '来源',
  author: '作者',
  attachments: '附件',
  category: '类别',
  briefing: '新闻发布会',
  sample: '示例：以下数字为演示用，不是统计数据',
  examples: (which: 'all' | 'some'): string =>
    which === 'all'
      ? '示例：以下日期只作演示，没有公布，不作准'
      : '示例：标“示例”的日期只作演示，没有公布，不作准',
  exampleOf: (text: string): string => `示例：${text}`,
  back: '返回发布日历',
  other: 'English',
  otherLang: 'en',
  skip: '跳到正文',
  timesIn: (zone: string): string =>
    `以下均为${zone === 'Asia/Shanghai' ? '北京' : ` ${zone} `}时间`,
  moved: (from: string, to: string): string => `由 ${from} 改为 ${to}`,
  restored: '恢复发布',
  reason: '原因',
  announcedOn: (day: string): string => `${day} 公布`,
  interpretation: '解读',
  nothing: '暂无',
  correction: (at: string, reason: string): string => `${at} 更正：${reason}`,
  before: '更正前的版本',
  oldVersion: (at: string): string => `这是 ${at} 更正前的版本，仅供查考。`,
  newest: '看现在的版本',
  withdrawnOn: (at: string, reason: string): string => `本文已于 ${at} 撤回。原因：${reason}`,
  figures: '图中数据',
  chartOf: (title: string, names: readonly string[]): string =>
    `${title}：${names.join('、')}的折线图，数据见下表`,
  navigation: '网站导航',
  indicators: '指标',
  notices: '公告',
  search: '搜索',
  subscribe: '订阅',
  punctuality: '准时情况',
  list: (year: number): string => `${year}年全部发布`,
  monthOf: (year: number, month: number): string => `${year}年${month}月`,
  earlier: '上一期',
  later: '下一期',
  allPeriods: '全部各期',
  nextDate: '下一次',
  interprets: '本文解读',
  interpretedBy: '相关解读',
  publishedAt: '发布时间',
  title: '标题',
  state: '状态',
  frequencyLabel: '频率',
  all: '全部',
  filter: '筛选',
  shownOf: (shown: number, all: number): string => `显示 ${shown} / ${all} 项`,
  changesLead: '公布过的日期每一次变动都在这里：原定何时、改到何时、为什么、何时公布。',
  announced: '公布于',
  from: '原定',
  to: '改为',
  searchLead: '在标题、摘要和指标名称里查找。',
  searchLabel: '查找什么',
  searchNone: '没有找到。',
  searchFound: (count: number): string => `找到 ${count} 项`,
  searchNoScript: '搜索需要脚本。没有脚本时，请从指标页或全部发布里找。',
  subscribeLead: '把发布日程加到您的日历里，以后日期有变动会自动更新；也可以用阅读器接收新发布。',
  subscribeCalendar: '发布日程',
  subscribeAdd: '订阅到日历',
  subscribeFile: '地址',
  subscribeSteps: ['点“订阅到日历”', '在日历里点“订阅”', '日期自动更新'],
  subscribeHow: [
    '在手机或电脑上点“订阅到日历”，再在弹出的日历里点“订阅”（苹果手机、苹果电脑和 Outlook 都认得）。',
    '点了没有反应的（如安卓手机、微信里打开的），复制下面的地址，到日历的“添加订阅日历”或“从网络添加”里粘贴。',
    '只关心某一类或某个指标的，在下面选；不想看了，在日历里删掉这个订阅就行。',
  ],
  subscribeReader: '下面的地址供阅读器使用，有新发布时会自动出现：',
  subscribeNew: '新发布',
  subscribeData: '数据文件',
  subscribeFiles: {
    'calendar.json': '全部发布日程，给程序读',
    'releases.json': '已经公开的发布，给程序读',
    'punctuality.json': '各年的准时性',
    'openapi.json': '上面几个文件的格式说明（OpenAPI）',
    'catalog.jsonld': '数据目录，供开放数据平台收录（DCAT）',
  },
  about: (what: string): string => `：${what}`,
  whole: '全部',
  byCategory: '按类别',
  byIndicator: '按指标',
  asTable: (year: number, kind: string): string => `${year}年日程表（${kind}）`,
  punctualityLead:
    '“准时性”：实际发布日与最初公布的日期相差几天，0 天为准时。到期没有发布的，列在“逾期未发布”，不算准时。',
  punctualityColumns: {
    year: '年份',
    released: '已发布',
    overdue: '逾期未发布',
    onTime: '准时',
    mean: '平均晚（天）',
    worst: '最晚（天）',
  },
  countdown: '距发布还有',
  /** What a count-down counts, the largest first. */
  countdownUnits: '天,小时,分,秒',
  foot: { sponsor: '主办单位：', contact: '联系方式：', siteId: '网站标识码：' },
  notFound: '没有这个页面',
  notFoundLead:
    '地址可能写错了，页面已经移走，或者还没有到发布时间。接下来要发布的在这里，也可以搜索。',
  data: '供程序使用的日历（JSON）',
  periodName(id: string): string {
    const match = /^(\d{4})(?:-(?:(\d{2})|Q(\d)|S(\d)))?(?:\.\.(\d{2}))?$/.exec(id);
    if (!match) return id;
    const [, year, month, quarter, half, until] = match;
    if (month) return `${year}年${Number(month)}${until ? `—${Number(until)}` : ''}月`;
    if (quarter) return `${year}年${['一', '二', '三', '四'][Number(quarter) - 1]}季度`;
    if (half) return `${year}年${half === '1' ? '上' : '下'}半年`;
    return `${year}年`;
  },
};
export type SiteWords = typeof zhSite;
