// The entries of one plan file → indicators and notices, with what a schema can't look at: periods,
// channels, settings that are left out. Not for several files together: read.ts.

import { isDate } from './days.ts';
import { type ParsedFile, type PlanIssue, problemAt } from './issues.ts';
import { parsePeriod } from './period.ts';
import {
  type DueEntry,
  type ExceptionEntry,
  type IndicatorEntry,
  type NoticeEntry,
  type SettingsEntry,
} from './schema.ts';
import { parseDuration } from './time.ts';
import type {
  Due,
  Exception,
  Frequency,
  Indicator,
  LocalDate,
  Notice,
  Settings,
  Where,
} from './types.ts';
import { nearest } from './yaml.ts';

const DEFAULTS: Omit<Settings, 'channels'> = {
  at: '10:00',
  lead: parseDuration('24h') ?? (0 as never),
  grace: parseDuration('5m') ?? (0 as never),
  window: parseDuration('12h') ?? (0 as never),
  approval: 'none',
  category: '统计数据',
};

/** What a plan may name, and how strictly it is taken. */
export interface EntryOptions {
  readonly channels: readonly string[] | undefined;
  readonly inForce: boolean;
}

/**
 * Turns validated entries of one file into indicators and notices, looking at what a schema can't.
 */
export class EntryReader {
  readonly #file: ParsedFile;
  readonly #defaults: SettingsEntry;
  readonly #options: EntryOptions;
  readonly #problems: PlanIssue[];

  constructor(
    file: ParsedFile,
    defaults: SettingsEntry,
    options: EntryOptions,
    problems: PlanIssue[],
  ) {
    this.#file = file;
    this.#defaults = defaults;
    this.#options = options;
    this.#problems = problems;
  }

  indicator(id: string, entry: IndicatorEntry): Indicator {
    const path = ['indicators', id];
    const dates = new Map<string, Exception>();
    for (const [key, value] of Object.entries(entry.dates ?? {})) {
      this.#checkPeriod(key, entry.frequency, [...path, 'dates', key], 'key');
      dates.set(
        key,
        this.#exception(typeof value === 'string' ? { at: value } : value, [...path, 'dates', key]),
      );
    }
    const periods = (key: 'combine' | 'skip') =>
      (entry[key] ?? []).map((value, index) => {
        this.#checkPeriod(String(value), entry.frequency, [...path, key, index], 'value');
        if (key === 'combine' && !String(value).includes('..'))
          this.#add([...path, key, index], 'value', (w) => w.notCombined(String(value)));
        return String(value);
      });
    return {
      id,
      name: entry.name,
      frequency: entry.frequency,
      kind: entry.kind ?? 'figures',
      due: dueOf(entry.due),
      settings: this.#settings(entry, path),
      combine: periods('combine'),
      skip: periods('skip'),
      dates,
      briefing: entry.briefing,
      interpretation: this.#interpretation(entry),
      formerly: entry.formerly ?? [],
      where: { file: this.#file.source.name, path },
    };
  }

  notice(id: string, entry: NoticeEntry): Notice {
    const path = ['notices', id];
    const { interpretation: _, ...own } = entry;
    const exception = this.#exception(own, path);
    const at = exception.time === undefined ? {} : { at: exception.time };
    const { at: __, ...rest } = entry;
    return {
      id,
      name: entry.name,
      exception,
      settings: this.#settings({ ...rest, ...at }, path),
      interpretation: this.#interpretation(entry),
      where: { file: this.#file.source.name, path },
    };
  }

  checkChannels(names: readonly string[], path: Where['path']): void {
    names.forEach((name, index) => {
      const known = this.#options.inForce ? names : (this.#options.channels ?? names);
      if (!known.includes(name)) {
        this.#add([...path, 'channels', index], 'value', (w) =>
          w.unknownChannel(name, known, nearest(name, known)),
        );
      } else if (names.indexOf(name) !== index)
        this.#add([...path, 'channels', index], 'value', (w) => w.channelTwice(name));
    });
  }

  #settings(entry: SettingsEntry, path: Where['path']): Settings {
    if (entry.channels) this.checkChannels(entry.channels, path);
    const all = { ...this.#defaults, ...defined(entry) };
    const length = (key: 'lead' | 'grace' | 'window') =>
      (all[key] === undefined ? undefined : parseDuration(all[key])) ?? DEFAULTS[key];
    const channels =
      all.channels ?? (this.#options.channels?.length ? this.#options.channels : ['website']);
    return {
      at: all.at ?? DEFAULTS.at,
      channels: channels.includes('website')
        ? ['website', ...channels.filter((name) => name !== 'website')]
        : channels,
      lead: length('lead'),
      grace: length('grace'),
      window: length('window'),
      approval: all.approval ?? DEFAULTS.approval,
      category: all.category ?? DEFAULTS.category,
    };
  }

  #interpretation(entry: {
    interpretation?: { after: string } | undefined;
  }): Indicator['interpretation'] {
    const after = entry.interpretation && parseDuration(entry.interpretation.after);
    return after === undefined ? undefined : { after };
  }

  #exception(entry: ExceptionEntry, path: Where['path']): Exception {
    const [date, time] = (entry.at ?? '').split(/[ T]/);
    for (const key of ['at', 'was', 'announced', 'expected'] as const) {
      const day = entry[key]?.slice(0, 10);
      if (day !== undefined && !isDate(day))
        this.#add([...path, key], 'value', (w) => w.noSuchDay(day));
    }
    if (entry.was !== undefined && entry.reason === undefined)
      this.#add(path, 'key', (w) => w.reasonMissing('was'));
    if (entry.cancelled === true && entry.reason === undefined)
      this.#add(path, 'key', (w) => w.reasonMissing('cancelled'));
    if (entry.immediate === true && entry.reason === undefined)
      this.#add(path, 'key', (w) => w.reasonMissing('immediate'));
    if (entry.interpretation !== undefined && entry.reason === undefined)
      this.#add(path, 'key', (w) => w.reasonMissing('interpretation'));
    return {
      date: date ? (date as LocalDate) : undefined,
      time,
      was: entry.was,
      reason: entry.reason,
      announced: entry.announced as LocalDate | undefined,
      cancelled: entry.cancelled ?? false,
      provisional: entry.provisional ?? false,
      immediate: entry.immediate ?? false,
      expected: entry.expected,
      interpretation:
        entry.interpretation === 'cancelled'
          ? entry.interpretation
          : parseDuration(entry.interpretation ?? ''),
    };
  }

  #checkPeriod(text: string, frequency: Frequency, path: Where['path'], at: 'key' | 'value'): void {
    const period = parsePeriod(text);
    if (!period) this.#add(path, at, (w) => w.expectedValue(text, 'period'));
    else if (period.frequency !== frequency)
      this.#add(path, at, (w) => w.periodFrequency(text, frequency));
  }

  #add(path: Where['path'], at: 'key' | 'value', say: PlanIssue['say']): void {
    this.#problems.push(problemAt(this.#file, path, at, say));
  }
}

function defined<T extends object>(entry: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(entry).filter(([, value]) => value !== undefined),
  ) as Partial<T>;
}

function dueOf(entry: DueEntry): Due {
  if ('day' in entry)
    return { form: 'day', day: entry.day, month: entry.month, ifClosed: entry['if-closed'] };
  if ('working-day' in entry)
    return { form: 'working-day', n: entry['working-day'], month: entry.month };
  if ('weekday' in entry)
    return { form: 'weekday', ...entry.weekday, month: entry.month, ifClosed: entry['if-closed'] };
  if ('days-after' in entry)
    return { form: 'days-after', n: entry['days-after'], ifClosed: entry['if-closed'] };
  if ('working-days-after' in entry)
    return { form: 'working-days-after', n: entry['working-days-after'] };
  if ('date' in entry) {
    const [month, day] = entry.date.split('-').map(Number);
    return { form: 'date', month: month ?? 1, day: day ?? 1, ifClosed: entry['if-closed'] };
  }
  if ('same-as' in entry) return { form: 'same-as', indicator: entry['same-as'] };
  const [form, to] =
    'before' in entry ? (['before', entry.before] as const) : (['after', entry.after] as const);
  return { form, indicator: to.indicator, workingDays: to['working-days'] };
}
