// A second, slow reading of the plan language: every rule by walking over days one at a time with
// Date. Shares no code with src/.
/** True for a day (YYYY-MM-DD) that is worked. */
export type Works = (day: string) => boolean;

const DAY = 86_400_000;
export const plus = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * DAY).toISOString().slice(0, 10);
const weekday = (day: string): number => new Date(day).getUTCDay();
const NAMES = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** Last day of a period as SDMX writes it. */
export function endOf(period: string): string {
  const year = period.slice(0, 4);
  const tail = period.slice(5);
  if (tail === '') return `${year}-12-31`;
  if (tail.startsWith('Q'))
    return (
      { Q1: `${year}-03-31`, Q2: `${year}-06-30`, Q3: `${year}-09-30`, Q4: `${year}-12-31` }[
        tail
      ] ?? ''
    );
  if (tail.startsWith('S')) return tail === 'S1' ? `${year}-06-30` : `${year}-12-31`;
  let day = `${period}-28`;
  while (plus(day, 1).slice(0, 7) === period) day = plus(day, 1);
  return day;
}

/** All days of the month that lies so many months after the one in which a day lies. */
function monthAfter(day: string, months: number): string[] {
  let [year = 0, month = 0] = day.split('-').map(Number);
  for (let left = months; left > 0; left--) {
    month++;
    if (month === 13) [year, month] = [year + 1, 1];
  }
  const name = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}`;
  const days: string[] = [];
  for (let at = `${name}-01`; at.slice(0, 7) === name; at = plus(at, 1)) days.push(at);
  return days;
}

type Closed = 'stay' | 'next' | 'previous';
function open(day: string, closed: Closed, works: Works): string {
  let at = day;
  while (closed !== 'stay' && !works(at)) at = plus(at, closed === 'next' ? 1 : -1);
  return at;
}

/** A rule as YAML says it, and the last day of its period → the day. */
export function slowDay(
  rule: Record<string, unknown>,
  end: string,
  works: Works,
  other: (id: string) => string,
): string {
  const closed = (rule['if-closed'] ?? 'stay') as Closed;
  const month = monthAfter(end, (rule.month as number | undefined) ?? 1);
  const lastOf = (days: string[]): string => days[days.length - 1] ?? '';
  if ('day' in rule)
    return open(
      rule.day === 'last' ? lastOf(month) : (month[(rule.day as number) - 1] ?? lastOf(month)),
      closed,
      works,
    );
  if ('working-day' in rule) {
    const n = rule['working-day'] as number;
    const worked = month.filter(works);
    const inOrder = n > 0 ? worked : worked.reverse();
    return inOrder[Math.abs(n) - 1] ?? inOrder[inOrder.length - 1] ?? '';
  }
  if ('weekday' in rule) {
    const { nth, day } = rule.weekday as { nth: number | 'last'; day: string };
    const days = month.filter((one) => NAMES[weekday(one)] === day);
    return open((nth === 'last' ? undefined : days[nth - 1]) ?? lastOf(days), closed, works);
  }
  if ('days-after' in rule) return open(plus(end, rule['days-after'] as number), closed, works);
  if ('working-days-after' in rule)
    return walk(end, rule['working-days-after'] as number, 1, works);
  if ('date' in rule) {
    const [m = 0, d = 0] = (rule.date as string).split('-').map(Number);
    const days = monthAfter(`${Number(end.slice(0, 4))}-12-31`, m);
    return open(days[d - 1] ?? lastOf(days), closed, works);
  }
  if ('same-as' in rule) return other(rule['same-as'] as string);
  const [key, step] = 'before' in rule ? (['before', -1] as const) : (['after', 1] as const);
  const to = rule[key] as { indicator: string; 'working-days': number };
  return walk(other(to.indicator), to['working-days'], step, works);
}

function walk(from: string, count: number, step: 1 | -1, works: Works): string {
  let at = from;
  for (let left = count; left > 0; ) {
    at = plus(at, step);
    if (works(at)) left--;
  }
  return at;
}
