// Dates found in a file → the table that a plan is inferred from: which indicator, which period,
// what is an interpretation of what. What the file does not say is worked out where there is one
// natural answer, and told. Not for reading files: the formats.

import { messagesFor } from '../i18n/index.ts';
import { duration } from '../lib/instant.ts';
import { toDay } from '../plan/days.ts';
import { groupBy } from '../plan/group.ts';
import type { Table, TableRow } from '../plan/infer/table.ts';
import { lastDay, MONTHS, type Period, parsePeriod, periodContaining } from '../plan/period.ts';
import { ID } from '../plan/schema.ts';
import type {
  AssembleTrouble,
  Assumption,
  FoundDate,
  Head,
  TableColumn,
  TextRow,
} from '../plan/table-columns.ts';
import { formatDuration, isTimezone, localTimes, parseDuration } from '../plan/time.ts';
import type { ApprovalRule, Frequency, Kind, PlanStatus } from '../plan/types.ts';
import { isBlank } from './leftovers.ts';
import { lenientDate, lenientFrequency, lenientTime } from './lenient.ts';
import { nameFor } from './names.ts';
import { periodsOf, type SaidPeriod, saidPeriod } from './periods.ts';

export interface Assembled {
  readonly table: Table;
  readonly assumptions: readonly Assumption[];
  readonly troubles: readonly AssembleTrouble[];
}

export interface AssembleOptions {
  /** For dates without a time. */
  readonly at: string;
  readonly timezone: string;
}

/** A row on its way: the period may still be unknown. */
interface Draft {
  readonly found: FoundDate;
  readonly indicator: string;
  readonly row: TableRow;
  readonly said: SaidPeriod | undefined;
}

const INTERPRETATION = '.interpretation';

export function assemble(
  head: Readonly<Partial<Record<Head, string>>>,
  found: readonly FoundDate[],
  options: AssembleOptions,
): Assembled {
  const troubles: AssembleTrouble[] = [];
  const assumptions: Assumption[] = [];
  const timezone = head.timezone ?? options.timezone;
  if (!isTimezone(timezone)) troubles.push({ what: 'bad-timezone', place: '', text: timezone });
  const isFollower = (one: FoundDate): boolean =>
    one.fields.release?.endsWith(INTERPRETATION) === true;
  const base = found.filter((one) => !isFollower(one));
  const ids = idsOf(base);
  const drafts = base.map((one) => draftOf(one, ids, options, troubles));
  const untimed = found.filter((one) => one.time === undefined).length;
  if (untimed > 0) assumptions.push({ what: 'time', count: untimed, time: options.at });
  const rows = withPeriods(drafts, assumptions);
  const followers = new Map(
    found
      .filter(isFollower)
      .map((one) => [one.fields.release?.slice(0, -INTERPRETATION.length) ?? '', one]),
  );
  return {
    table: {
      title: head.plan,
      timezone,
      announced: head.announced === undefined ? undefined : lenientDate(head.announced)?.date,
      rows:
        troubles.length > 0
          ? []
          : rows.map((row) => withInterpretation(row, followers, timezone, options.at)),
    },
    assumptions,
    troubles,
  };
}

/** The id of each row's indicator, by what the table calls it. */
function idsOf(
  found: readonly FoundDate[],
): (fields: TextRow) => { id: string; en: string | undefined } {
  const made = new Map<string, { id: string; en: string | undefined }>();
  const taken = new Set<string>();
  for (const { fields } of found) {
    const said = saidId(fields);
    if (said) taken.add(said);
  }
  for (const { fields } of found) {
    const name = calledIn(fields) ?? '';
    if (saidId(fields) || made.has(name)) continue;
    const given = nameFor(name, taken);
    made.set(name, given);
    taken.add(given.id);
  }
  return (fields) => {
    const said = saidId(fields);
    return said
      ? { id: said, en: undefined }
      : (made.get(calledIn(fields) ?? '') ?? { id: 'indicator', en: undefined });
  };
}

/** What the table calls it: in a column of its own, or where its id would stand. */
function calledIn({ name, indicator, release }: TextRow): string | undefined {
  return name ?? indicator ?? release?.split('.')[0];
}

/** An id that the table says: of the indicator, else of the release without its period. */
function saidId(fields: TextRow): string | undefined {
  const id = fields.indicator ?? fields.release?.split('.')[0];
  return id !== undefined && ID.test(id) ? id : undefined;
}

function draftOf(
  found: FoundDate,
  ids: ReturnType<typeof idsOf>,
  options: AssembleOptions,
  troubles: AssembleTrouble[],
): Draft {
  const { fields, place } = found;
  const { id, en } = ids(fields);
  const zh = calledIn(fields);
  const trouble = (
    what: AssembleTrouble['what'],
    field: TableColumn | undefined,
    text: string,
  ): void => void troubles.push({ what, place: (field && found.places?.[field]) ?? place, text });
  if (zh === undefined) trouble('no-name', undefined, found.date);
  const periodText =
    fields.reference_period === undefined || isBlank(fields.reference_period)
      ? undefined
      : fields.reference_period;
  const said = periodText === undefined ? undefined : saidPeriod(periodText);
  if (periodText !== undefined && said === undefined)
    trouble('bad-period', 'reference_period', periodText);
  const status = fields.status === undefined ? undefined : statusOf(fields.status);
  if (fields.status !== undefined && status === undefined)
    trouble('bad-status', 'status', fields.status);
  const was = fields.was === undefined ? undefined : wasOf(fields.was, found.time ?? options.at);
  if (fields.was !== undefined && was === undefined) trouble('bad-was', 'was', fields.was);
  const expected =
    fields.expected === undefined ? undefined : wasOf(fields.expected, found.time ?? options.at);
  if (fields.expected !== undefined && expected === undefined)
    trouble('bad-expected', 'expected', fields.expected);
  const one = <T extends string>(field: TableColumn, allowed: readonly T[]): T | undefined => {
    const text = fields[field];
    const value = allowed.find((known) => known === text);
    if (text !== undefined && value === undefined) trouble('bad-value', field, text);
    return value;
  };
  const length = (field: TableColumn): string | undefined => {
    const text = fields[field];
    return one(field, text !== undefined && parseDuration(text) !== undefined ? [text] : []);
  };
  const nameEn = fields.name_en ?? en;
  const row: TableRow = {
    place,
    indicator: id,
    name: nameEn === undefined ? { zh: zh ?? '' } : { zh: zh ?? '', en: nameEn },
    period: undefined,
    date: found.date,
    time: found.time ?? options.at,
    // A table that was announced is a promise, also where the holidays of its year are not known
    // yet.
    status: status ?? 'confirmed',
    was,
    expected,
    reason: fields.reason,
    announced:
      fields.change_announced === undefined
        ? undefined
        : lenientDate(fields.change_announced)?.date,
    kind: one('kind', KINDS),
    category: fields.category,
    channels: fields.channels?.split(/[\s,，、]+/).filter(Boolean),
    briefing: fields.briefing,
    lead: length('lead'),
    grace: length('grace'),
    window: length('window'),
    approval: one('approval', APPROVALS),
  };
  return { found, indicator: id, row, said };
}

const KINDS: readonly Kind[] = ['figures', 'bulletin', 'notice', 'interpretation'];
const APPROVALS: readonly ApprovalRule[] = ['none', 'one', 'three'];
const STATUSES: readonly PlanStatus[] = [
  'provisional',
  'confirmed',
  'postponed',
  'brought-forward',
  'cancelled',
];

function statusOf(text: string): PlanStatus | undefined {
  const plain = text.trim().toLowerCase();
  // 15日左右: a day that may still change.
  if (/^(左右|前后|预计|暂|拟)$/.test(plain)) return 'provisional';
  return STATUSES.find(
    (status) =>
      status === plain ||
      (['zh', 'en'] as const).some(
        (language) => messagesFor(language).site.status(status).toLowerCase() === plain,
      ),
  );
}

function wasOf(text: string, at: string): string | undefined {
  const read = lenientDate(text);
  const time = read?.rest ? lenientTime(read.rest) : at;
  return read && time ? `${read.date} ${time}` : undefined;
}

/**
 * Gives each row its period: as said, else the last one that had ended by its date. A row said to
 * be a notice has none.
 */
function withPeriods(drafts: readonly Draft[], assumptions: Assumption[]): TableRow[] {
  const rows: TableRow[] = [];
  for (const own of groupBy(drafts, (draft) => draft.indicator).values()) {
    const often = own
      .map(({ found }) => lenientFrequency(found.fields.frequency ?? ''))
      .find((one) => one !== undefined);
    const said = own.flatMap(({ row, said }) => (said ? [{ row, said, date: row.date }] : []));
    const periods = periodsOf(said, often);
    rows.push(...said.map(({ row }, index) => ({ ...row, period: periods[index] })));
    const without = own.filter((draft) => draft.said === undefined).map(({ row }) => row);
    rows.push(...without.filter(isNotice));
    const unsaid = without.filter((row) => !isNotice(row));
    const [first] = unsaid;
    if (!first) continue;
    const name = first.name.zh;
    const frequency = often ?? frequencyOf(unsaid.length);
    assumptions.push({ what: 'periods', name, frequency });
    for (const { row, period } of periodsFor(unsaid, frequency)) {
      rows.push({ ...row, period: period.id });
      if (period.id.includes('..')) assumptions.push({ what: 'combined', name, period: period.id });
    }
  }
  // In the table's own order, so that the plan's is the table's.
  const order = new Map(
    drafts.map(({ row }, index) => [`${row.place} ${row.date} ${row.indicator}`, index]),
  );
  const at = (row: TableRow): number => order.get(`${row.place} ${row.date} ${row.indicator}`) ?? 0;
  return rows.sort((a, b) => at(a) - at(b));
}

function isNotice(row: TableRow): boolean {
  return row.kind === 'notice' || (row.kind === undefined && /公告|通知/.test(row.name.zh));
}

/** A year's count of releases → how often it comes out. */
function frequencyOf(count: number): Frequency {
  if (count >= 7) return 'M';
  return count >= 3 ? 'Q' : count === 2 ? 'S' : 'A';
}

function periodsFor(
  rows: readonly TableRow[],
  frequency: Frequency,
): { row: TableRow; period: Period }[] {
  const size = MONTHS[frequency];
  const sorted = [...rows].sort((a, b) => (a.date < b.date ? -1 : 1));
  const made: { row: TableRow; period: Period }[] = [];
  let after = Number.POSITIVE_INFINITY;
  // From the last to the first, so that one that came out early never takes the period of the one
  // before it.
  for (const row of sorted.reverse()) {
    const month = Number(row.date.slice(0, 4)) * 12 + Number(row.date.slice(5, 7)) - 1;
    let period = periodContaining(frequency, month);
    if (period.first >= after) period = periodContaining(frequency, after - 1);
    while (lastDay(period) > toDay(row.date))
      period = periodContaining(frequency, period.first - size);
    after = period.first;
    made.push({ row, period });
  }
  return made.reverse().map((one, index) => ({
    ...one,
    period: combinedStart(one.period, made[index - 1]?.period, frequency, made.length),
  }));
}

/**
 * January and February come out together in March, as Chinese monthly figures do: where January has
 * none of its own.
 */
function combinedStart(
  period: Period,
  before: Period | undefined,
  frequency: Frequency,
  count: number,
): Period {
  const isFebruary = frequency === 'M' && period.first % 12 === 1;
  if (!isFebruary || count < 7 || before?.first === period.first - 1) return period;
  return parsePeriod(`${period.id.slice(0, 4)}-01..02`) ?? period;
}

function withInterpretation(
  row: TableRow,
  followers: ReadonlyMap<string, FoundDate>,
  timezone: string,
  at: string,
): TableRow {
  const follower = followers.get(
    row.period === undefined ? row.indicator : `${row.indicator}.${row.period}`,
  );
  if (!follower) return row;
  const toInstant = localTimes(timezone);
  const [due, then] = [
    toInstant(row.date, row.time),
    toInstant(follower.date, follower.time ?? at),
  ];
  if (typeof due !== 'number' || typeof then !== 'number' || then <= due) return row;
  const cancelled =
    statusOf(follower.fields.status ?? '') === 'cancelled' && row.status !== 'cancelled';
  return {
    ...row,
    interpretation: formatDuration(duration(then - due)),
    interpretationCancelled: cancelled,
  };
}
