// The public site's words, in Chinese.
import type { Frequency, PlanStatus } from '../../plan/types.ts';

const STATUS: Readonly<Record<PlanStatus | 'published', string>> = {
  provisional: '暂定',
  confirmed: '已确认',
  postponed: '推迟',
  'brought-forward': '提前',
  cancelled: '取消',
  published: '已发布',
};
const FREQUENCY: Readonly<Record<Frequency, string>> = { M: '月度', Q: '季度', S: '半年度', A: '年度' };

export const zhSite = {
  calendar: '发布日历',
  next: '下一次发布',
  upcoming: '即将发布',
  latest: '最新发布',
  year: (year: number): string => `${year}年发布日程表`,
  changes: '日期变更',
  indicator: '指标',
  none: '……',
  month: (month: number): string => `${month}月`,
  status: (status: PlanStatus | 'published'): string => STATUS[status],
  frequency: (frequency: Frequency): string => FREQUENCY[frequency],
  weekdayLong: (isoWeekday: number): string => `星期${'一二三四五六日'.charAt(isoWeekday - 1)}`,
  weekday: (isoWeekday: number): string => '一二三四五六日'.charAt(isoWeekday - 1),
  due: '发布时间',
  releasedAt: '发布于',
  period: '所属期',
  source: '来源',
  author: '作者',
  attachments: '附件',
  category: '类别',
  briefing: '新闻发布会',
  sample: '示例：以下数字为演示用，不是统计数据',
  back: '返回发布日历',
  other: 'English',
  otherLang: 'en',
  skip: '跳到正文',
  timesIn: (zone: string): string => `以下均为${zone === 'Asia/Shanghai' ? '北京' : ` ${zone} `}时间`,
  moved: (from: string, to: string): string => `由 ${from} 改为 ${to}`,
  restored: '恢复发布',
  reason: '原因',
  announcedOn: (day: string): string => `${day} 公布`,
  interpretation: '解读',
  nothing: '暂无',
  data: '机器可读的日历（JSON）',
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
