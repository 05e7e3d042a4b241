// Dates and times as people write them in spreadsheets → as the plan writes them. Undefined where
// it can be read in no way, or in two. For where in a table they stand see grid.ts, for periods
// periods.ts.
import { isDate } from '../plan/days.ts';
import type { Frequency, LocalDate } from '../plan/types.ts';

const two = (text: string | number): string => String(text).padStart(2, '0');

/**
 * `2023-01-17`, `2023/1/17`, `2023.1.17`, `2023年1月17日`, `20230117`; with a year given also `1月17日`,
 * `1/17`. Anything behind it is given back.
 */
export function lenientDate(
  text: string,
  year?: number,
): { date: LocalDate; rest: string } | undefined {
  const full =
    /^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?/.exec(text) ??
    /^(\d{4})(\d{2})(\d{2})(?!\d)/.exec(text);
  const short =
    full || year === undefined
      ? undefined
      : /^(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?!\d)/.exec(text);
  const [all, y, m, d] = full ?? (short ? [short[0], String(year), short[1], short[2]] : []);
  if (all === undefined || y === undefined || m === undefined || d === undefined) return undefined;
  const date = `${y}-${two(m)}-${two(d)}`;
  return isDate(date) ? { date, rest: text.slice(all.length).replace(/^[T\s]+/, '') } : undefined;
}

/** `10:00`, `9:30`, `09:30:00`, `上午9:30`, `下午3时`, `10点30分`. */
export function lenientTime(text: string): string | undefined {
  const match = /^(上午|下午)?\s*(\d{1,2})(?:[:：时点](\d{1,2})?)(?:[:：分](\d{1,2})?)?秒?$/.exec(
    text.trim(),
  );
  if (!match) return undefined;
  const [, half, h = '', m = '0', s] = match;
  const hour = Number(h) + (half === '下午' && Number(h) < 12 ? 12 : 0);
  if (hour > 23 || Number(m) > 59 || Number(s ?? 0) > 59) return undefined;
  return `${two(hour)}:${two(m)}${s && Number(s) > 0 ? `:${two(s)}` : ''}`;
}

/** What stands behind a date: `（周三）9:30`, `星期三`, or a time alone. */
export function lenientWeekday(text: string): { weekday: number | undefined; rest: string } {
  const match = /^[（(]?\s*(?:周|星期)([一二三四五六日天])\s*[)）]?\s*/.exec(text);
  if (!match) return { weekday: undefined, rest: text };
  return {
    weekday: WEEK.indexOf(match[1] === '天' ? '日' : (match[1] ?? '')) + 1,
    rest: text.slice(match[0].length),
  };
}

/** Words where a day would stand, and no mistyped one: 待定, 中旬, 2026年12月下旬. */
export function isUndated(text: string): boolean {
  return !/\d/.test(text) || /待定|另行|[上中下]旬|月[底末初]/.test(text);
}

const FREQUENCIES: Readonly<Record<string, Frequency>> = {
  M: 'M',
  Q: 'Q',
  S: 'S',
  A: 'A',
  月: 'M',
  月度: 'M',
  季: 'Q',
  季度: 'Q',
  半年: 'S',
  半年度: 'S',
  年: 'A',
  年度: 'A',
  MONTHLY: 'M',
  QUARTERLY: 'Q',
  'HALF-YEARLY': 'S',
  ANNUAL: 'A',
};

/** `M`, `月度`, `monthly` … */
export function lenientFrequency(text: string): Frequency | undefined {
  return FREQUENCIES[text.trim().toUpperCase()];
}

/** One date of a matrix's cell. */
export interface CellDate {
  readonly day: number;
  /** ISO weekday, if the cell says it. */
  readonly weekday: number | undefined;
  readonly time: string | undefined;
  /** A word behind it: 暂定, 取消 … */
  readonly note: string;
}

const WEEK = '一二三四五六日';

/**
 * A cell of a year matrix: `17/二 10:00`, `9日（周四）9:30`, `12`; several where several are there.
 * Undefined where something else is.
 */
export function lenientCell(text: string): CellDate[] | undefined {
  const plain = text.replace(/\s+/g, ' ').trim();
  if (/^(…|\.|-|—|–|\/|\*|无|none)*$/i.test(plain)) return [];
  const one =
    /(\d{1,2})(?: ?日)? ?(?:[/（(] ?(?:周|星期)?([一二三四五六日天]|[A-Z][a-z]{2}) ?[)）]?)? ?((?:上午|下午)?\d{1,2}(?:[:：]\d{2}(?:[:：]\d{2})?|[时点](?:\d{1,2}分?)?))? ?([（(]?[\u4e00-\u9fffa-z-]*[)）]?)[；;,，、]? ?/y;
  const found: CellDate[] = [];
  while (one.lastIndex < plain.length) {
    const match = one.exec(plain);
    const day = Number(match?.[1]);
    if (!match || day < 1 || day > 31) return undefined;
    const [, , week, time, note = ''] = match;
    const weekday =
      week === undefined
        ? undefined
        : WEEK.indexOf(week === '天' ? '日' : week) + 1 || ENGLISH.indexOf(week) + 1 || undefined;
    found.push({
      day,
      weekday,
      time: time === undefined ? undefined : lenientTime(time),
      note: note.replace(/[（()）]/g, ''),
    });
  }
  return found;
}

const ENGLISH = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
