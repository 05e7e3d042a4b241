// This year's plan files → next year's: the same rules and words; exceptions stay behind, combined
// and skipped periods move on by a year. Not for what the new dates come to: calendar.ts,
// conflicts.ts.
import { type Document, isMap, isScalar, isSeq, type Pair, Scalar, type YAMLMap } from 'yaml';
import { isDate } from './days.ts';
import type { ParsedFile, SourceFile } from './issues.ts';
import type { LocalDate } from './types.ts';

/** A new plan file, and what of the old one did not go with it. */
export interface NextYear {
  readonly files: readonly SourceFile[];
  /** `indicator period` of exceptions left behind. */
  readonly dropped: readonly string[];
  /** `indicator period` of dates that the old plan gave for the new year already. */
  readonly kept: readonly string[];
  /** `indicator period` of periods that are skipped, moved on by a year: worth a look. */
  readonly skipped: readonly string[];
  readonly notices: readonly string[];
}

/**
 * @param files those of the plan of the year `from`, in order of name
 * @param announced the day from which the public sees the new plan; left out, a year after the old
 *   one
 */
export function nextYear(
  files: readonly ParsedFile[],
  from: number,
  to: number,
  announced?: LocalDate,
): NextYear {
  const told = {
    dropped: [] as string[],
    kept: [] as string[],
    skipped: [] as string[],
    notices: [] as string[],
  };
  const made = files.map(({ source, document }): SourceFile => {
    const copy = document.clone() as Document;
    moveHead(copy, from, to, announced);
    for (const { id, map } of entries(copy, 'indicators')) {
      movePeriods(map, 'combine', to - from);
      for (const period of movePeriods(map, 'skip', to - from))
        told.skipped.push(`${id} ${period}`);
      const { kept, dropped } = sortDates(map, to);
      told.kept.push(...kept.map((period) => `${id} ${period}`));
      told.dropped.push(...dropped.map((period) => `${id} ${period}`));
    }
    told.notices.push(...entries(copy, 'notices').map(({ id }) => id));
    copy.delete('notices');
    return { name: renamed(source.name, from, to), text: written(copy, from, to) };
  });
  return { files: made, ...told };
}

/** Title, year, day of announcement. */
function moveHead(document: Document, from: number, to: number, day?: LocalDate): void {
  const title: unknown = document.get('plan');
  if (typeof title === 'string') document.set('plan', title.replaceAll(String(from), String(to)));
  const announced: unknown = document.get('announced');
  if (typeof announced === 'string')
    document.set('announced', day ?? existing(later(announced, to - from)));
  document.set('year', to);
  document.delete('archived');
  document.delete('sample');
}

/** Moves the periods of a list on, and gives them back as they are then. */
function movePeriods(indicator: YAMLMap, key: 'combine' | 'skip', years: number): string[] {
  const list = indicator.get(key);
  if (!isSeq(list)) return [];
  const moved = list.items.map((item) => later(textOf(item), years));
  list.items = moved.map((text) => new Scalar(/^\d{4}$/.test(text) ? Number(text) : text));
  return moved;
}

/** Takes out the exceptions, but for dates that lie in the new year already. */
function sortDates(indicator: YAMLMap, to: number): { kept: string[]; dropped: string[] } {
  const dates = indicator.get('dates');
  if (!isMap(dates)) return { kept: [], dropped: [] };
  const stays = ({ value }: Pair): boolean =>
    textOf(isMap(value) ? value.get('at') : value).startsWith(`${to}-`);
  const [kept, dropped] = [dates.items.filter(stays), dates.items.filter((pair) => !stays(pair))];
  dates.items = kept;
  if (kept.length === 0) indicator.delete('dates');
  return {
    kept: kept.map(({ key }) => textOf(key)),
    dropped: dropped.map(({ key }) => textOf(key)),
  };
}

/**
 * As an operator writes it: `month: +1`, no blanks inside brackets, the new year in the words at
 * the top.
 */
function written(document: Document, from: number, to: number): string {
  return document
    .toString({ lineWidth: 0 })
    .replaceAll(/\bmonth: (\d)/g, 'month: +$1')
    .replaceAll(/\b(combine|skip|channels): \[ ([^[\]\n]*) \]/g, '$1: [$2]')
    .replace(/^(#.*\n)+/, (words) => words.replaceAll(String(from), String(to)));
}

function textOf(node: unknown): string {
  return String((isScalar(node) ? node.value : node) ?? '');
}

/** Every year that a period or a date names, moved on. */
function later(text: string, years: number): string {
  return text.replaceAll(/\d{4}/g, (year) => String(Number(year) + years));
}

function entries(
  document: Document,
  key: 'indicators' | 'notices',
): { id: string; map: YAMLMap }[] {
  const all = document.get(key);
  if (!isMap(all)) return [];
  return all.items.flatMap((item) =>
    isMap(item.value) ? [{ id: textOf(item.key), map: item.value }] : [],
  );
}

/** 29 February of a year that has none becomes the 28th. */
function existing(date: string): string {
  return isDate(date) ? date : date.replace(/29$/, '28');
}

/** Never into the archive. */
function renamed(archivable: string, from: number, to: number): string {
  const name = archivable.replace(/(^|\/)archive\/([^/]+)$/, '$1$2');
  if (name.includes(String(from))) return name.replaceAll(String(from), String(to));
  return name.replace(/([^/]+)$/, `${to}-$1`);
}
