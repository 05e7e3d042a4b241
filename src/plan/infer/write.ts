// Indicators and notices with their rules → the text of a plan file, as an operator would have
// written it. Not for finding the rules.
import { Document } from 'yaml';
import type { Due, Frequency, IfClosed, Kind, LocalDate, Name } from '../types.ts';

/** Settings as a plan writes them; undefined leaves the key out. */
export interface SettingsText {
  readonly at?: string | undefined;
  readonly channels?: readonly string[] | undefined;
  readonly lead?: string | undefined;
  readonly grace?: string | undefined;
  readonly window?: string | undefined;
  readonly approval?: string | undefined;
  readonly category?: string | undefined;
}

/** A line under `dates:`, or what a notice says of its date. */
export interface ExceptionText {
  readonly at?: string | undefined;
  readonly was?: string | undefined;
  readonly expected?: string | undefined;
  readonly immediate?: true | undefined;
  readonly reason?: string | undefined;
  readonly announced?: string | undefined;
  readonly cancelled?: true | undefined;
  readonly provisional?: true | undefined;
  readonly interpretation?: string | undefined;
}

export interface IndicatorText {
  readonly id: string;
  readonly name: Name;
  readonly frequency: Frequency;
  readonly due: Due;
  readonly kind: Kind | undefined;
  readonly settings: SettingsText;
  readonly combine: readonly string[];
  readonly skip: readonly string[];
  readonly dates: ReadonlyMap<string, ExceptionText>;
  readonly briefing: string | undefined;
  readonly interpretation: string | undefined;
  /** Said beside the rule. */
  readonly comment: string;
}

export interface NoticeSource {
  readonly id: string;
  readonly name: Name;
  readonly settings: SettingsText;
  readonly date: ExceptionText;
  readonly interpretation: string | undefined;
}

export interface PlanText {
  readonly head: string;
  readonly title: string;
  readonly timezone: string;
  readonly year: number;
  readonly announced: LocalDate;
  readonly defaults: SettingsText;
  readonly indicators: readonly IndicatorText[];
  readonly notices: readonly NoticeSource[];
}

/** The whole file. */
export function writePlan(plan: PlanText): string {
  const lines = [
    `# ${plan.head}`,
    `plan: ${flow(plan.title)}`,
    `timezone: ${plan.timezone}`,
    `year: ${plan.year}`,
    `announced: ${plan.announced}`,
    ...block('defaults', settingsLines(plan.defaults)),
    ...block('indicators', plan.indicators.flatMap(indicatorLines)),
    ...block('notices', plan.notices.flatMap(noticeLines)),
  ];
  return `${lines.join('\n')}\n`;
}

function block(key: string, inner: readonly string[]): string[] {
  return inner.length === 0
    ? []
    : ['', `${key}:`, ...inner.map((line) => (line === '' ? '' : `  ${line}`))];
}

function indicatorLines(one: IndicatorText, index: number): string[] {
  const inner = [
    `name: ${flow(one.name)}`,
    `frequency: ${one.frequency}`,
    `due: ${writeDue(one.due)}${one.comment ? ` # ${one.comment}` : ''}`,
    ...(one.kind === 'bulletin' ? ['kind: bulletin'] : []),
    ...settingsLines(one.settings),
    ...(one.combine.length > 0 ? [`combine: ${flow(one.combine)}`] : []),
    ...(one.skip.length > 0 ? [`skip: ${flow(one.skip)}`] : []),
    ...(one.dates.size > 0
      ? [
          'dates:',
          ...[...one.dates].map(([period, value]) => `  ${period}: ${writeException(value)}`),
        ]
      : []),
    ...(one.briefing === undefined ? [] : [`briefing: ${flow({ place: one.briefing })}`]),
    ...(one.interpretation === undefined
      ? []
      : [`interpretation: ${flow({ after: one.interpretation })}`]),
  ];
  return [...(index === 0 ? [] : ['']), `${one.id}:`, ...inner.map((line) => `  ${line}`)];
}

function noticeLines(one: NoticeSource, index: number): string[] {
  const { at: _, ...settings } = one.settings;
  const inner = [
    `name: ${flow(one.name)}`,
    ...Object.entries(defined(one.date)).map(([key, value]) => `${key}: ${flow(value)}`),
    ...settingsLines(settings),
    ...(one.interpretation === undefined
      ? []
      : [`interpretation: ${flow({ after: one.interpretation })}`]),
  ];
  return [...(index === 0 ? [] : ['']), `${one.id}:`, ...inner.map((line) => `  ${line}`)];
}

function settingsLines(settings: SettingsText): string[] {
  return Object.entries(defined(settings)).map(
    ([key, value]) => `${key}: ${key === 'at' ? `"${String(value)}"` : flow(value)}`,
  );
}

function writeException(value: ExceptionText): string {
  const { at, ...rest } = defined(value);
  return at !== undefined && Object.keys(rest).length === 0 ? at : flow(defined(value));
}

/** A rule in the words of the plan language: `{ day: 10, month: +1, if-closed: next }`. */
export function writeDue(due: Due): string {
  const closed = 'ifClosed' in due ? closedOf(due.ifClosed) : {};
  const month = 'month' in due && due.form !== 'date' ? { month: due.month } : {};
  const entry = ((): object => {
    switch (due.form) {
      case 'day':
        return { day: due.day, ...month, ...closed };
      case 'working-day':
        return { 'working-day': due.n, ...month };
      case 'weekday':
        return { weekday: { nth: due.nth, day: due.day }, ...month, ...closed };
      case 'days-after':
        return { 'days-after': due.n, ...closed };
      case 'working-days-after':
        return { 'working-days-after': due.n };
      case 'date':
        return {
          date: `${String(due.month).padStart(2, '0')}-${String(due.day).padStart(2, '0')}`,
          ...closed,
        };
      case 'same-as':
        return { 'same-as': due.indicator };
      case 'before':
      case 'after':
        return { [due.form]: { indicator: due.indicator, 'working-days': due.workingDays } };
    }
  })();
  return flow(entry).replace(/\bmonth: (\d)/, 'month: +$1');
}

function closedOf(ifClosed: IfClosed): { 'if-closed'?: IfClosed } {
  return ifClosed === 'stay' ? {} : { 'if-closed': ifClosed };
}

/** A value on one line, quoted only where YAML needs it. */
function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  return new Document(value).toString({ lineWidth: 0, collectionStyle: 'flow' }).trim();
}

function defined<T extends object>(value: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}
