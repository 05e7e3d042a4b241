// Plan files as text → plans, or every problem with its line. Not for reading files from disk, nor
// for dates: calendar.ts.
import { isDate } from './days.ts';
import { type ParsedFile, type PlanIssue, problemAt, type SourceFile } from './issues.ts';
import { type EntryOptions, EntryReader } from './read-entries.ts';
import { ID_LENGTH, type PlanFile, planFile } from './schema.ts';
import { isTimezone } from './time.ts';
import type { Indicator, LocalDate, Notice, Plan, Where } from './types.ts';
import { nearest, parseYaml } from './yaml.ts';

/** Limits of the plan language; a file's size is yaml.ts's. */
export const PLAN_LIMITS = { indicators: 10_000, releases: 200_000 } as const;

/** What reading gave: plans only when there is no error (warnings may stand beside them). */
export interface PlanReading {
  readonly plans: readonly Plan[];
  readonly problems: readonly PlanIssue[];
  readonly files: ReadonlyMap<string, ParsedFile>;
}

/** Files in `archive/` hold years that are over. */
const isInArchive = (name: string): boolean => /(^|\/)archive\/[^/]*$/.test(name);

/**
 * Reads plan files in name order, the archive's apart. Files that name the same year, or none, are
 * one plan.
 * @param channels the channels that the configuration has: `channels` left out means all of them,
 *   and any other is an error. Undefined takes any name, and left out means the website
 * @param inForce the plan is in force already: channels that are configured no more, and ids of any
 *   length, are taken as they are
 */
export function readPlans(
  sources: readonly SourceFile[],
  channels: readonly string[] | undefined,
  inForce = false,
): PlanReading {
  const options: EntryOptions = { channels, inForce };
  const files = new Map<string, ParsedFile>();
  const problems: PlanIssue[] = [];
  const groups = new Map<number, Part[]>();
  const byName = [...sources].sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const folder of [
    byName.filter(({ name }) => isInArchive(name)),
    byName.filter(({ name }) => !isInArchive(name)),
  ]) {
    let year: number | undefined;
    for (const source of folder) {
      const parsed = parseYaml(source, planFile, problems, options);
      if (!parsed) continue;
      files.set(source.name, parsed.file);
      year = parsed.entry.year ?? year;
      if (year === undefined)
        problems.push(problemAt(parsed.file, ['year'], 'key', (w) => w.missingTop('year')));
      else groups.set(year, [...(groups.get(year) ?? []), parsed]);
    }
  }
  const plans: Plan[] = [];
  for (const [planYear, parts] of groups) {
    const plan = merge(planYear, parts, options, problems);
    if (plan) plans.push(plan);
  }
  const failed = problems.some((problem) => problem.severity === 'error');
  return { plans: failed ? [] : plans.sort((a, b) => a.year - b.year), problems, files };
}

interface Part {
  readonly file: ParsedFile;
  readonly entry: PlanFile;
}

/** Whether the files of a year say that it is over. */
function isArchived(parts: readonly Part[], problems: PlanIssue[]): boolean {
  const said = ({ file, entry }: Part): boolean =>
    isInArchive(file.source.name) || entry.archived === true;
  const other = parts.find((part) => said(part) !== (parts[0] !== undefined && said(parts[0])));
  if (other)
    problems.push(
      problemAt(other.file, ['archived'], 'key', (w) =>
        w.halfArchived(parts[0]?.file.source.name ?? ''),
      ),
    );
  return parts.some(said);
}

/** Files of one year → one plan. */
function merge(
  year: number,
  parts: readonly Part[],
  options: EntryOptions,
  problems: PlanIssue[],
): Plan | undefined {
  const first = parts[0];
  if (!first) return undefined;
  const top = <K extends 'plan' | 'timezone' | 'announced' | 'defaults'>(
    key: K,
  ): PlanFile[K] | undefined => {
    const found = parts.filter((part) => part.entry[key] !== undefined);
    const [one, two] = found;
    if (one && two && JSON.stringify(one.entry[key]) !== JSON.stringify(two.entry[key])) {
      problems.push(
        problemAt(two.file, [key], 'key', (w) => w.saidTwice(key, one.file.source.name)),
      );
    }
    if (!one && key !== 'defaults')
      problems.push(problemAt(first.file, [key], 'key', (w) => w.missingTop(key)));
    return one?.entry[key];
  };
  const title = top('plan') ?? '';
  const timezone = top('timezone') ?? 'UTC';
  const announced = top('announced') ?? '1970-01-01';
  const defaults = top('defaults') ?? {};
  const zoned = parts.find((part) => part.entry.timezone !== undefined) ?? first;
  if (!isTimezone(timezone))
    problems.push(
      problemAt(zoned.file, ['timezone'], 'value', (w) => w.expectedValue(timezone, 'timezone')),
    );
  const dated = parts.find((part) => part.entry.announced !== undefined) ?? first;
  if (!isDate(announced))
    problems.push(problemAt(dated.file, ['announced'], 'value', (w) => w.noSuchDay(announced)));

  const indicators = new Map<string, Indicator>();
  const notices = new Map<string, Notice>();
  const takenBy = new Map<string, string>();
  for (const { file, entry } of parts) {
    const claim = (id: string, path: Where['path']): void => {
      const other = takenBy.get(id);
      if (other !== undefined)
        problems.push(problemAt(file, path, 'key', (w) => w.idTwice(id, other)));
      if (id.length > ID_LENGTH && !options.inForce)
        problems.push(problemAt(file, path, 'key', (w) => w.idTooLong(id.length, ID_LENGTH)));
      takenBy.set(id, file.source.name);
    };
    const reader = new EntryReader(file, defaults, options, problems);
    if (entry.defaults?.channels) reader.checkChannels(entry.defaults.channels, ['defaults']);
    for (const [id, value] of Object.entries(entry.indicators ?? {})) {
      claim(id, ['indicators', id]);
      indicators.set(id, reader.indicator(id, value));
    }
    for (const [id, value] of Object.entries(entry.notices ?? {})) {
      claim(id, ['notices', id]);
      notices.set(id, reader.notice(id, value));
    }
  }
  if (indicators.size > PLAN_LIMITS.indicators) {
    problems.push(
      problemAt(first.file, ['indicators'], 'key', (w) =>
        w.tooManyIndicators(indicators.size, PLAN_LIMITS.indicators),
      ),
    );
  }
  checkReferences(indicators, parts, problems);
  const renamed = renamedIn(indicators, parts, problems);
  const files = parts.map(({ file }) => file.source.name);
  const archived = isArchived(parts, problems);
  const sample = parts.some(({ entry }) => entry.sample === true);
  const where = { file: first.file.source.name, path: [] };
  return {
    title,
    timezone,
    year,
    announced: announced as LocalDate,
    sample,
    archived,
    indicators,
    notices,
    renamed,
    files,
    where,
  };
}

function checkReferences(
  indicators: ReadonlyMap<string, Indicator>,
  parts: readonly { file: ParsedFile }[],
  problems: PlanIssue[],
): void {
  const fileOf = new Map(parts.map(({ file }) => [file.source.name, file]));
  for (const one of indicators.values()) {
    if (!('indicator' in one.due)) continue;
    const file = fileOf.get(one.where.file);
    const other = one.due.indicator;
    if (!file) continue;
    if (!indicators.has(other)) {
      const known = [...indicators.keys()];
      problems.push(
        problemAt(file, [...one.where.path, 'due'], 'key', (w) =>
          w.unknownIndicator(other, nearest(other, known)),
        ),
      );
    } else if (isCircular(one, indicators)) {
      problems.push(
        problemAt(file, [...one.where.path, 'due'], 'key', (w) => w.circular(one.id, other)),
      );
    }
  }
}

/**
 * What was called otherwise in earlier years: by one name now, and none that this year uses itself.
 */
function renamedIn(
  indicators: ReadonlyMap<string, Indicator>,
  parts: readonly { file: ParsedFile }[],
  problems: PlanIssue[],
): Map<string, string> {
  const fileOf = new Map(parts.map(({ file }) => [file.source.name, file]));
  const renamed = new Map<string, string>();
  for (const { id, formerly, where } of indicators.values()) {
    const file = fileOf.get(where.file);
    formerly.forEach((old, index) => {
      const other = renamed.get(old) ?? (indicators.has(old) ? old : undefined);
      if (other !== undefined && file)
        problems.push(
          problemAt(file, [...where.path, 'formerly', index], 'value', (w) =>
            w.formerlyTaken(old, other),
          ),
        );
      renamed.set(old, id);
    });
  }
  return renamed;
}

function isCircular(start: Indicator, indicators: ReadonlyMap<string, Indicator>): boolean {
  const seen = new Set<string>();
  for (
    let at: Indicator | undefined = start;
    at && 'indicator' in at.due;
    at = indicators.get(at.due.indicator)
  ) {
    if (seen.has(at.id)) return true;
    seen.add(at.id);
  }
  return false;
}
