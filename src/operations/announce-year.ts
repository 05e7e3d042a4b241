// A year's plan made known: the day from which the public sees it, and the notice that says so with
// the year's table. What the plan files and the notice become; command line and desk write them.
import { parseDocument } from 'yaml';
import type { Messages } from '../i18n/index.ts';
import { writeTable } from '../import-export/files.ts';
import type { Instant } from '../lib/instant.ts';
import { RequestError } from '../lib/request-error.ts';
import { toDay, weekdayOf } from '../plan/days.ts';
import type { PlanIssue, SourceFile } from '../plan/issues.ts';
import { hasErrors, type ReadPlan, readPlan } from '../plan/read-all.ts';
import { dateIn, minuteIn } from '../plan/time.ts';
import { type LocalDate, type Release, releaseId } from '../plan/types.ts';
import { OWN_DAY } from '../plan/workdays.ts';
import { grafted } from '../plan-files/edit-lines.ts';

/** What somebody wishes. */
export interface AnnounceWish {
  readonly year: number;
  /** The day from which the public sees it, in the plan's time zone; undefined: today. */
  readonly on: LocalDate | undefined;
  /** When the notice comes out on that day, `HH:mm`. */
  readonly at: string;
}

/** What it is decided by. */
export interface AnnounceContext {
  readonly channels: readonly string[] | undefined;
  readonly now: Instant;
  readonly words: Messages;
  /** What the rules of change say of the new plan. */
  rules(next: ReadPlan): Promise<readonly PlanIssue[]>;
}

/** What would be done. */
export interface Announcement {
  readonly year: number;
  readonly on: LocalDate;
  readonly notice: Release;
  /** `YYYY-MM-DD HH:mm`, in the plan's time zone. */
  readonly due: string;
  readonly next: ReadPlan;
  /** The plan files that become others, whole. */
  readonly files: readonly SourceFile[];
  /** That nobody works on that day, in a sentence. */
  readonly dayOff: string | undefined;
  /** That releases of the year are due before the public knows of them, in a sentence. */
  readonly unknownBefore: string | undefined;
}

/**
 * Nothing is written.
 * @param plan without errors
 * @returns or what is wrong with the plan that it would become
 * @throws RequestError where the year has no plan, an example, or one that is announced, or the day
 *   will not do
 */
export async function announcementOf(
  plan: ReadPlan,
  wish: AnnounceWish,
  context: AnnounceContext,
): Promise<Announcement | { readonly problems: readonly PlanIssue[] }> {
  const { words, now, channels } = context;
  const w = words.announce;
  const { year, at } = wish;
  const own = planOf(plan, year, words);
  const today = dateIn(now, own.timezone);
  const on = wish.on ?? today;
  if (on < today) throw new RequestError(422, 'past', w.past(on));
  const id = noticeId(year);
  if (plan.calendar.byId.has(releaseId(id)))
    throw new RequestError(409, 'announced', w.already(year));
  const name = w.notice(own.title, year);
  const files = plan.files.map((file) => announced(plan, file, { year, on, at, id, name }));
  const next = readPlan(files, channels);
  if (hasErrors(next.problems)) return { problems: next.problems.filter(isError) };
  const notice = next.calendar.byId.get(releaseId(id));
  // It belongs into the plan of its own year, which may not be there.
  if (!notice) throw noPlan(plan, Number(on.slice(0, 4)), words);
  const due = minuteIn(notice.due, notice.timezone);
  if (notice.due < now + notice.settings.lead)
    throw new RequestError(422, 'too-near', w.tooNear(due));
  const problems = (await context.rules(next)).filter(isError);
  if (problems.length > 0) return { problems };
  const before = new Map(plan.files.map((file) => [file.name, file.text]));
  const changed = files.filter((file) => before.get(file.name) !== file.text);
  const early = beforeAnnounced(next, year).length;
  return {
    year,
    on,
    notice,
    due,
    next,
    files: changed,
    dayOff: dayOffOf(plan, on, words),
    unknownBefore: early > 0 ? w.unknownBefore(on, early) : undefined,
  };
}

/** The releases of a year that are due before the day on which its plan is announced. */
export function beforeAnnounced({ plans, calendar }: ReadPlan, year: number): readonly Release[] {
  const announced = plans.find((one) => one.year === year)?.announced;
  if (announced === undefined) return [];
  return calendar.releases.filter(({ due, timezone, status }) => {
    const date = dateIn(due, timezone);
    return status !== 'cancelled' && date.startsWith(`${year}-`) && date < announced;
  });
}

const isError = ({ severity }: PlanIssue): boolean => severity === 'error';

/** The id of the notice that makes a year's plan known. */
export const noticeId = (year: number): string => `calendar-${year}`;

function noPlan(plan: ReadPlan, year: number, words: Messages): RequestError {
  const years = plan.plans.map((one) => one.year);
  return new RequestError(404, 'no-year', words.tables.noYear(year, years));
}

function planOf(plan: ReadPlan, year: number, words: Messages): ReadPlan['plans'][number] {
  const own = plan.plans.find((one) => one.year === year);
  if (!own) throw noPlan(plan, year, words);
  if (own.sample) throw new RequestError(409, 'sample', words.announce.sample(year));
  return own;
}

/**
 * A plan file with the day on which its year becomes public, and the notice where it is the plan of
 * the notice's own year.
 */
function announced(
  plan: ReadPlan,
  file: SourceFile,
  { year, on, at, id, name }: { year: number; on: string; at: string; id: string; name: string },
): SourceFile {
  const isOwn = plan.plans.find((one) => one.year === year)?.files.includes(file.name) === true;
  const ofNotice = plan.plans.find((one) => one.year === Number(on.slice(0, 4)))?.files[0];
  if (!isOwn && file.name !== ofNotice) return file;
  const document = parseDocument(file.text);
  const before = document.toString({ lineWidth: 0 });
  if (isOwn) document.set('announced', on);
  if (file.name === ofNotice)
    document.setIn(
      ['notices', id],
      document.createNode({ name: { zh: name }, at: `${on} ${at}`, category: '公告' }),
    );
  const after = document.toString({ lineWidth: 0 });
  return { ...file, text: grafted(file.text, before, after) };
}

function dayOffOf({ workdays }: ReadPlan, on: LocalDate, words: Messages): string | undefined {
  const day = toDay(on);
  if (workdays.isWorking(day)) return undefined;
  const holiday = workdays.nameOf(day);
  return words.announce.dayOff(
    on,
    words.site.weekdayLong(weekdayOf(day)),
    holiday === OWN_DAY ? words.desk.dates.ownDayOff : holiday,
  );
}

/** The text of the notice, and the year's table beside it, as readers get it. */
export async function noticeFiles(
  { next, year, on, notice }: Announcement,
  now: Instant,
  words: Messages,
): Promise<Map<string, Buffer>> {
  const w = words.announce;
  const workbook = `${w.file(year)}.xlsx`;
  const markdown = (await writeTable('md', next.calendar, year, now, words, true)).toString('utf8');
  const text = w.text({
    name: notice.name.zh,
    year,
    on,
    title: next.plans.find((one) => one.year === year)?.title ?? '',
    table: tableIn(markdown),
    files: [workbook],
  });
  return new Map([
    ['release.md', Buffer.from(text)],
    [workbook, await writeTable('xlsx', next.calendar, year, now, words, true)],
  ]);
}

/** The year's table out of what was written as Markdown: its rows, and the notes below. */
function tableIn(markdown: string): string {
  const lines = markdown.split('\n');
  const from = lines.findIndex((line) => line.startsWith('|'));
  const to = lines.findIndex((line, index) => index > from && line.startsWith('## '));
  return lines
    .slice(from, to < 0 ? undefined : to)
    .join('\n')
    .trim();
}
