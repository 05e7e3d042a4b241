// A rule of the plan as an office says it, in English. For the rules themselves see plan/rules.ts.
import type { Frequency, IfClosed, Weekday } from '../../plan/types.ts';
import type { RulesWords } from '../zh/rules.ts';

const WEEKDAYS: Readonly<Record<Weekday, string>> = {
  mon: 'Monday',
  tue: 'Tuesday',
  wed: 'Wednesday',
  thu: 'Thursday',
  fri: 'Friday',
  sat: 'Saturday',
  sun: 'Sunday',
};
const CLOSED: Readonly<Record<IfClosed, string>> = {
  next: ', or the next working day',
  previous: ', or the working day before',
  stay: ', also on a closed day',
};
const ENDED: Readonly<Record<Frequency, string>> = {
  M: 'month',
  Q: 'quarter',
  S: 'half-year',
  A: 'year',
};

function ordinal(n: number): string {
  const ending = n % 100 >= 11 && n % 100 <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');
  return `${n}${ending}`;
}

function monthOf(month: number, frequency: Frequency): string {
  if (month === 0)
    return frequency === 'M' ? 'the same month' : `the last month of the ${ENDED[frequency]}`;
  return month === 1
    ? `the month after the ${ENDED[frequency]}`
    : `the ${ordinal(month)} month after the ${ENDED[frequency]}`;
}

export const enRules: RulesWords = {
  due(due, frequency, nameOf) {
    switch (due.form) {
      case 'day':
        return `the ${due.day === 'last' ? 'last day' : ordinal(due.day)} of ${monthOf(due.month, frequency)}${CLOSED[due.ifClosed]}`;
      case 'working-day':
        return `the ${due.n === -1 ? 'last' : due.n < 0 ? `${ordinal(-due.n)} last` : ordinal(due.n)} working day of ${monthOf(due.month, frequency)}`;
      case 'weekday':
        return `the ${due.nth === 'last' ? 'last' : ordinal(due.nth)} ${WEEKDAYS[due.day]} of ${monthOf(due.month, frequency)}${CLOSED[due.ifClosed]}`;
      case 'days-after':
        return `${due.n} days after the ${ENDED[frequency]}${CLOSED[due.ifClosed]}`;
      case 'working-days-after':
        return `${due.n} working days after the ${ENDED[frequency]}`;
      case 'date':
        return `${due.day}/${due.month} of the next year${CLOSED[due.ifClosed]}`;
      case 'same-as':
        return `on the day of ${nameOf(due.indicator)}`;
      case 'before':
        return `${due.workingDays} working days before ${nameOf(due.indicator)}`;
      case 'after':
        return `${due.workingDays} working days after ${nameOf(due.indicator)}`;
    }
  },
};
