// The year's table as somebody brings it to the desk: read, and turned into the plan that it
// becomes, with what they say of it. For putting it into force see edit.ts, for reading tables
// import-export/.
import { basename, join, relative } from 'node:path';
import { languageIn, type Messages } from '../../i18n/index.ts';
import type { TableInput } from '../../import-export/bring-table.ts';
import type { Choices, PlannedDate, TablePlan } from '../../import-export/plan-from-table.ts';
import { RequestError } from '../../lib/request-error.ts';
import { inThread, THREAD_LIMITS } from '../../lib/threads.ts';
import { isId } from '../../plan/schema.ts';
import type { Assumption, Leftover } from '../../plan/table-columns.ts';
import { dateIn, yearIn } from '../../plan/time.ts';
import type { LocalDate } from '../../plan/types.ts';
import { readSources } from '../../plan-files/sources.ts';
import type { Desk } from '../shell/desk.ts';

/** A table that was brought: the plan of its one year, and what wants a person's eye. */
export interface BroughtTable extends TablePlan {
  /**
   * What was read, to be given again with other choices; as JSON, which the thread reads and
   * writes.
   */
  readonly read: string;
  readonly title: string | undefined;
  /** As the table says it. */
  readonly saidAnnounced: LocalDate | undefined;
  readonly assumptions: readonly Assumption[];
  readonly leftovers: readonly Leftover[];
}

/** @throws RequestError with every line that cannot be read */
export async function broughtTable(
  { app, log }: Desk,
  from: TableInput['from'],
  choices: Choices,
  words: Messages,
): Promise<BroughtTable> {
  const { config } = app;
  const w = words.table;
  const workdays = (await readSources(config.paths)).filter(
    (file) => basename(file.name) === 'workdays.yaml',
  );
  const asked = {
    from,
    choices: { isOfTitle: true, ...choices },
    channels: [...config.channels.keys()],
    workdays,
    language: languageIn(words),
  };
  const answer = await inThread('table', asked);
  if (!answer.ok && answer.why !== 'failed')
    throw new RequestError(422, 'table-heavy', w.heavy(THREAD_LIMITS.ms / 1000), {
      hint: w.heavyHow,
    });
  if (!answer.ok) {
    log(new Error(`a table was not read: ${answer.message}`), '/desk/plan/table');
    throw new RequestError(422, 'table-odd', w.odd, { hint: w.oddHow });
  }
  const made = answer.value;
  if (!made.ok) throw new RequestError(422, 'table', w.unread, { lines: made.lines });
  const [plan, other] = made.plans;
  if (!plan) throw new RequestError(422, 'table', w.unread);
  if (other)
    throw new RequestError(
      422,
      'several-years',
      w.severalYears(made.plans.map((one) => one.year)),
      { hint: w.severalYearsHow },
    );
  const { announced: saidAnnounced, ...rest } = made;
  return { ...rest, ...plan, saidAnnounced };
}

/**
 * The dates that are past, or nearer than there is time to prepare them: nobody is surprised by
 * what comes out at once.
 */
export function nearDates({ app }: Desk, dates: readonly PlannedDate[]): PlannedDate[] {
  const now = app.clock.now();
  const { byId } = app.planService.calendar();
  return dates.filter(
    ({ due, lead, window, given, isInterpretation, status }) =>
      !isInterpretation &&
      status !== 'cancelled' &&
      due < now + lead &&
      due + window >= now &&
      byId.get(given as never)?.due !== due,
  );
}

/** Ids that are none, or stand twice. */
export function wrongIds(ids: ReadonlyMap<string, string>): {
  bad: readonly string[];
  twice: readonly string[];
} {
  const all = [...ids.values()];
  return {
    bad: all.filter((id) => !isId(id)),
    twice: all.filter((id, index) => all.indexOf(id) !== index),
  };
}

/**
 * The file that a year's plan becomes: a new one, or that of the example or of a plan that nobody
 * was told of yet.
 * @throws RequestError where the year has a plan already
 */
export function fileFor({ app }: Desk, year: number, words: Messages): string {
  const { root, plan } = app.config.paths;
  const calendar = app.planService.calendar();
  const there = calendar.plans.find((one) => one.year === year);
  const name = join(relative(root, plan), `${year}.yaml`);
  if (!there) return name;
  const files = new Set(
    calendar.releases
      .filter((one) => yearIn(one.due, one.timezone) === year)
      .map((one) => one.where.file),
  );
  const isOpen = there.announced > dateIn(app.clock.now(), calendar.timezone) && files.size === 1;
  if (!there.sample && !isOpen)
    throw new RequestError(409, 'year-there', words.table.yearThere(year, there.announced), {
      hint: words.table.yearThereHow,
    });
  return (
    calendar.releases.find((one) => one.where.file.endsWith(`${year}.yaml`))?.where.file ?? name
  );
}
