// A rule of the plan as an office says it, in Chinese. For the rules themselves see plan/rules.ts.
import type { Due, Frequency, IfClosed, Weekday } from '../../plan/types.ts';

const WEEKDAYS: Readonly<Record<Weekday, string>> = {
  mon: '周一',
  tue: '周二',
  wed: '周三',
  thu: '周四',
  fri: '周五',
  sat: '周六',
  sun: '周日',
};
const CLOSED: Readonly<Record<IfClosed, string>> = {
  next: '，遇休息日顺延',
  previous: '，遇休息日提前',
  stay: '，遇休息日不变',
};
const ENDED: Readonly<Record<Frequency, string>> = { M: '月份', Q: '季度', S: '半年', A: '年度' };

/** The month in which it comes out, counted from the last of its period. */
function monthOf(month: number, frequency: Frequency): string {
  if (frequency === 'A')
    return month === 0 ? '当年12月' : month <= 12 ? `次年${month}月` : `第三年${month - 12}月`;
  if (frequency === 'M') return month === 0 ? '当月' : month === 1 ? '次月' : `之后第${month}个月`;
  const ended = frequency === 'Q' ? '季' : '半年';
  return month === 0
    ? `${ended}末当月`
    : month === 1
      ? `${ended}后首月`
      : `${ended}后第${month}个月`;
}

export const zhRules = {
  /** `次月10日，遇休息日顺延`. @param nameOf what an indicator is called */
  due(due: Due, frequency: Frequency, nameOf: (id: string) => string): string {
    switch (due.form) {
      case 'day':
        return `${monthOf(due.month, frequency)}${due.day === 'last' ? '最后一天' : `${due.day}日`}${CLOSED[due.ifClosed]}`;
      case 'working-day':
        return `${monthOf(due.month, frequency)}${due.n === -1 ? '最后一个工作日' : due.n < 0 ? `倒数第${-due.n}个工作日` : `第${due.n}个工作日`}`;
      case 'weekday':
        return `${monthOf(due.month, frequency)}${due.nth === 'last' ? '最后一个' : `第${due.nth}个`}${WEEKDAYS[due.day]}${CLOSED[due.ifClosed]}`;
      case 'days-after':
        return `${ENDED[frequency]}结束后第${due.n}天${CLOSED[due.ifClosed]}`;
      case 'working-days-after':
        return `${ENDED[frequency]}结束后第${due.n}个工作日`;
      case 'date':
        return `次年${due.month}月${due.day}日${CLOSED[due.ifClosed]}`;
      case 'same-as':
        return `与${nameOf(due.indicator)}同一天`;
      case 'before':
        return `比${nameOf(due.indicator)}早${due.workingDays}个工作日`;
      case 'after':
        return `比${nameOf(due.indicator)}晚${due.workingDays}个工作日`;
    }
  },
};
export type RulesWords = typeof zhRules;
