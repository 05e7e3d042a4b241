// Reference periods as bureaus write them in their tables, mostly without a year: 11月, 1—11月, 三季度,
// 上半年, 全年 → as SDMX writes them. The year follows from the row's date; what is cumulative from its
// indicator's other rows. For periods that no table says see assemble.ts.
import { toDay } from '../plan/days.ts';
import {
  covers,
  lastDay,
  MONTHS,
  type Period,
  parsePeriod,
  periodContaining,
} from '../plan/period.ts';
import type { Frequency, LocalDate } from '../plan/types.ts';

/**
 * What a cell says: `from` to `to` counted in its unit, 1 being the first of a year; or a period
 * that is complete as it stands.
 */
export type SaidPeriod =
  | { readonly exact: Period }
  | {
      readonly unit: Frequency;
      readonly from: number;
      readonly to: number;
      readonly year: number | 'before' | undefined;
    };

/** A cell and the date of its row. */
export interface DatedText {
  readonly said: SaidPeriod;
  readonly date: LocalDate;
}

const ORDER: readonly Frequency[] = ['M', 'Q', 'S', 'A'];
/**
 * Some figures come out days before their period ends, none so many: the next such period is a year
 * away.
 */
const EARLY_DAYS = 10;
const NUMERALS = ['一', '二', '三', '四', '五', '六', '七', '八', '九', '十', '十一', '十二'];
const NUMBER = '(\\d{1,2}|十[一二]?|[一二三四五六七八九])';
const TO = '[-~至到]';
const AND = '[、，,和及与暨]';
const MONTH = new RegExp(`^${NUMBER}月(?:份|末|当月)?$`);
const MONTHS_TO = new RegExp(`^${NUMBER}月?份?${TO}${NUMBER}月(?:份|累计)?$`);
/** 11月及1—11月: the month, and what it adds up to. */
const MONTH_AND = new RegExp(
  `^(?:${NUMBER}月份?${AND})(?:1${TO})${NUMBER}月份?$|^1${TO}${NUMBER}月份?${AND}${NUMBER}月份?$`,
);
const QUARTER = new RegExp(`^第?${NUMBER}季度?$|^Q([1-4])$`, 'i');
const QUARTERS_TO = new RegExp(
  `^第?${NUMBER}(?:季度?)?${TO}第?${NUMBER}季度?(?:累计)?$|^前${NUMBER}(?:个)?季度$`,
);

/** @returns undefined where it says no period */
export function saidPeriod(text: string): SaidPeriod | undefined {
  const plain = text
    .normalize('NFKC')
    .replace(/\s+/g, '')
    .replace(/[—–―‒−～〜]+/g, '-');
  const exact = exactPeriod(plain);
  if (exact) return { exact };
  const [, digits, rest = ''] = /^(?:(\d{4})(?:年|(?=\D|$)))?(.*)$/.exec(plain) ?? [];
  const last = /^(上年|去年|上一年)(.*)$/.exec(rest);
  const year = digits ? Number(digits) : last ? 'before' : undefined;
  const body = (last?.[2] ?? rest).replace(/^度(?=.)/, '');
  const made = spanOf(body, year !== undefined);
  return made && { ...made, year };
}

/** As SDMX writes it, or as a spreadsheet keeps a month: by its first day. */
function exactPeriod(plain: string): Period | undefined {
  const sdmx = plain
    .toUpperCase()
    .replace(/^(\d{4})(Q\d|S\d)$/, '$1-$2')
    .replace(/^(\d{4}-\d{2})-01$/, '$1')
    .replace(/^(\d{4})(-\d{2})\.\.\1-(\d{2})$/, '$1$2..$3');
  return parsePeriod(sdmx);
}

function spanOf(
  body: string,
  hasYear: boolean,
): { unit: Frequency; from: number; to: number } | undefined {
  const within = (unit: Frequency, from: number, to: number) =>
    from >= 1 && from <= to && to <= 12 / MONTHS[unit] ? { unit, from, to } : undefined;
  const month = MONTH.exec(body);
  if (month) return within('M', numberOf(month[1]), numberOf(month[1]));
  const months = MONTHS_TO.exec(body);
  if (months) return within('M', numberOf(months[1]), numberOf(months[2]));
  const both = MONTH_AND.exec(body);
  if (both) {
    const [one, other] = both.slice(1).filter((part) => part !== undefined);
    return one === other ? within('M', numberOf(one), numberOf(one)) : undefined;
  }
  const quarter = QUARTER.exec(body);
  if (quarter)
    return within('Q', numberOf(quarter[1] ?? quarter[2]), numberOf(quarter[1] ?? quarter[2]));
  const quarters = QUARTERS_TO.exec(body);
  if (quarters)
    return quarters[3]
      ? within('Q', 1, numberOf(quarters[3]))
      : within('Q', numberOf(quarters[1]), numberOf(quarters[2]));
  const half = /^(上|下)半年度?$/.exec(body);
  if (half) return half[1] === '上' ? { unit: 'S', from: 1, to: 1 } : { unit: 'S', from: 2, to: 2 };
  if (/^(全年|年度|年|全年度)$/.test(body) || (hasYear && /^度?$/.test(body)))
    return { unit: 'A', from: 1, to: 1 };
  return undefined;
}

function numberOf(text = ''): number {
  return /^\d+$/.test(text) ? Number(text) : NUMERALS.indexOf(text) + 1;
}

/** The period of each of an indicator's rows. @param frequency that the table says itself */
export function periodsOf(rows: readonly DatedText[], frequency: Frequency | undefined): string[] {
  const own = rows.map(spanAt);
  const often = frequency ?? frequencyIn(rows);
  const made = own.map(({ period, isExact }) =>
    isExact ? period : (endingWith(period, often) ?? period),
  );
  return made.map((period, index) => {
    const said = own[index]?.period;
    if (!said) return period.id;
    // Its own once more, where another row has the part of it that it would stand for.
    const isTaken =
      period.id !== said.id &&
      made.some(
        (other, at) => at !== index && other.id === period.id && own[at]?.period.id === other.id,
      );
    if (isTaken && !isCumulative(said)) return said.id;
    return isJanuaryFebruary(said) &&
      !own[index]?.isExact &&
      !own.some((one) => one.period.first === said.first && one.period.last === said.first)
      ? said.id
      : period.id;
  });
}

const isCumulative = (period: Period): boolean =>
  period.frequency === 'M' && period.first !== period.last;
const isJanuaryFebruary = (period: Period): boolean =>
  period.frequency === 'M' && period.first % 12 === 0 && period.last === period.first + 1;

/** What the text says, in the year that its row's date gives it. */
function spanAt({ said, date }: DatedText): { period: Period; isExact: boolean } {
  if ('exact' in said) return { period: said.exact, isExact: true };
  const inYear = (year: number): Period => spanIn(said.unit, said.from, said.to, year);
  const due = Number(date.slice(0, 4));
  if (said.year === 'before') return { period: inYear(due - 1), isExact: false };
  if (said.year !== undefined) return { period: inYear(said.year), isExact: false };
  const [latest] = [due, due - 1]
    .map(inYear)
    .filter((period) => lastDay(period) <= toDay(date) + EARLY_DAYS);
  return { period: latest ?? inYear(due - 1), isExact: false };
}

function spanIn(unit: Frequency, from: number, to: number, year: number): Period {
  const size = MONTHS[unit];
  const first = periodContaining(unit, year * 12 + (from - 1) * size);
  const last = periodContaining(unit, year * 12 + (to - 1) * size);
  return from === to ? first : (parsePeriod(`${first.id}..${last.id.slice(5)}`) ?? last);
}

/**
 * How often an indicator comes out: as the shortest of its periods says. Up to the end of a quarter
 * may be either, a few of them are quarters.
 */
function frequencyIn(rows: readonly DatedText[]): Frequency {
  const open = rows.filter(
    ({ said }) =>
      !('exact' in said) &&
      said.unit === 'M' &&
      said.from === 1 &&
      said.to > 1 &&
      said.to % 3 === 0,
  );
  const units = rows
    .filter((row) => !open.includes(row))
    .map(({ said }) => ('exact' in said ? said.exact.frequency : said.unit));
  const shortest = ORDER.find((one) => units.includes(one));
  if (open.length === 0 || shortest === 'M' || shortest === 'Q') return shortest ?? 'M';
  return open.length > 1 ? 'Q' : 'M';
}

/**
 * What counts from January on stands for the period of the indicator's frequency that it ends with:
 * 上半年 beside 一季度 is the second quarter.
 */
function endingWith(said: Period, often: Frequency): Period | undefined {
  if (said.first % 12 !== 0 || Math.floor(said.first / 12) !== Math.floor(said.last / 12))
    return undefined;
  const ending = periodContaining(often, said.last);
  return ending.last === said.last && covers(said, ending) ? ending : undefined;
}
