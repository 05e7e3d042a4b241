// Bringing the year's table: the form, what was read in it, and what would come of it. For reading
// it see table.ts.

import { z } from 'zod';
import type { Messages } from '../../i18n/index.ts';
import { lenientTime } from '../../import-export/lenient.ts';
import { type Choices, USUAL } from '../../import-export/plan-from-table.ts';
import type { Html } from '../../lib/html.ts';
import { RequestError } from '../../lib/request-error.ts';
import { isDate } from '../../plan/days.ts';
import { ID_LENGTH } from '../../plan/schema.ts';
import { dateIn } from '../../plan/time.ts';
import { bodyOf } from '../auth/session.ts';
import { oneAtATime } from '../shell/big-bodies.ts';
import type { Desk, DeskContext } from '../shell/desk.ts';
import type { Form, Routing } from '../shell/routing.ts';
import { planPreviewMain } from './pages.ts';
import { planFiles, preview } from './preview.ts';
import { sentenceOf } from './preview-routes.ts';
import { type BroughtTable, broughtTable, fileFor, nearDates, wrongIds } from './table.ts';
import { datesByMonth, reviewMain, tableMain } from './table-pages.ts';

/** The largest table that is taken, with the form around it, bytes. */
const TABLE_BYTES = 21_000_000;
/** What was read of one, in a form. */
const REVIEW_BYTES = 8_000_000;
const ID_FIELD = 'id.';
const NEAR_FIELD = 'near.';
const yearField = z.coerce.number().int().min(1900).max(2200);

export function tableRoutes({ desk, protectedRoute, show, refilled }: Routing): void {
  protectedRoute('get', '/plan/table', 'plan', (context) =>
    show(
      context,
      'plan/',
      context.var.words.table.title,
      tableMain(context.var.who, context.var.words),
    ),
  );
  const review = async (
    context: DeskContext,
    table: BroughtTable,
    all: BroughtTable,
    typed: Form,
  ): Promise<Html> => {
    const { who, words } = context.var;
    const file = fileFor(desk, table.year, words);
    const isThere = (await planFiles(desk)).some((one) => one.name === file);
    const plan = desk.app.planService.calendar().plans.find((one) => one.year === table.year);
    const replaces = isThere ? (plan?.sample === false ? 'open' : 'sample') : undefined;
    // A year that is still to come is not public by a slip of whoever brings its table.
    const now = dateIn(desk.app.clock.now(), USUAL.timezone);
    const before = `${table.year - 1}-12-31`;
    const today = now < before ? before : now;
    return reviewMain(
      table,
      { file, replaces, today, near: nearDates(desk, all.dates), typed },
      who,
      words,
    );
  };
  const read = async (context: DeskContext, form: Form): Promise<Response> => {
    const { words } = context.var;
    const w = words.table;
    const [file] = [(await bodyOf(context)).file]
      .flat()
      .filter((one) => one instanceof File && one.size > 0) as File[];
    const pasted = form.pasted ?? '';
    if (!file && pasted.trim() === '') throw new RequestError(422, 'nothing', w.nothing);
    const year = form.year?.trim() ? yearField.safeParse(form.year) : undefined;
    if (year && !year.success) throw new RequestError(422, 'year', w.badYear);
    const bytes = file
      ? new Uint8Array(await file.arrayBuffer())
      : new TextEncoder().encode(pasted);
    // What is copied out of a workbook has tabs between its cells.
    const table = await broughtTable(
      desk,
      { name: file?.name ?? 'pasted.tsv', bytes },
      { year: year?.data },
      words,
    );
    return show(
      context,
      'plan/',
      w.reviewTitle(table.year),
      await review(context, table, table, {}),
    );
  };
  protectedRoute(
    'post',
    '/plan/table',
    'plan',
    (context) =>
      refilled(
        context,
        'plan/',
        context.var.words.table.title,
        (form) => tableMain(context.var.who, context.var.words, form),
        (form) => oneAtATime(context, () => read(context, form)),
      ),
    TABLE_BYTES,
  );
  protectedRoute(
    'post',
    '/plan/table/review',
    'plan',
    (context) => {
      const { who, words } = context.var;
      const w = words.table;
      // With what was typed wrong, it is the same page once more: nobody chooses the file again.
      const page = async (form: Form): Promise<Html> => {
        const year = yearField.safeParse(form.year);
        const read = form.read ?? '';
        const table = year.success
          ? await broughtTable(desk, { read }, { year: year.data, at: timeIn(form) }, words).catch(
              onlyRefused,
            )
          : undefined;
        if (!table) return tableMain(who, words, form);
        return review(context, table, table, form);
      };
      const act = async (form: Form): Promise<Response> => {
        const year = yearField.safeParse(form.year);
        const read = form.read ?? '';
        if (!year.success) throw new RequestError(422, 'year', w.badYear);
        const choices = choicesIn(form, year.data, words);
        const all = await broughtTable(desk, { read }, { ...choices, near: undefined }, words);
        mustBeChosen(desk, all, form, words);
        const table = choices.near ? await broughtTable(desk, { read }, choices, words) : all;
        const seen = await preview(desk, fileFor(desk, table.year, words), table.text, words);
        const wrong = seen.problems.filter(({ severity }) => severity === 'error');
        if (wrong.length > 0) {
          const hint = wrong.some(({ code }) => code === 'long-past') ? { hint: w.pastHow } : {};
          const lines = [...new Set(wrong.map((one) => sentenceOf(one, words)))];
          throw new RequestError(422, 'plan-wrong', words.desk.plan.wrong, { lines, ...hint });
        }
        const dates = datesByMonth(table.dates, words);
        return show(
          context,
          'plan/',
          words.desk.plan.previewTitle,
          planPreviewMain(seen, w.why(table.year), '/desk/plan/table', who, words, [], dates),
        );
      };
      return oneAtATime(context, () => refilled(context, 'plan/', w.title, page, act));
    },
    REVIEW_BYTES,
  );
}

/** Of what cannot be read there is no page of its own. */
function onlyRefused(error: unknown): undefined {
  if (!(error instanceof RequestError)) throw error;
}

const timeIn = (form: Form): string | undefined =>
  form.at === undefined ? undefined : lenientTime(form.at);

/** What somebody says of the table. @throws RequestError */
function choicesIn(form: Form, year: number, words: Messages): Choices {
  const w = words.table;
  const ids = new Map(fieldsBy(form, ID_FIELD));
  const { bad, twice } = wrongIds(ids);
  if (bad.length > 0)
    throw new RequestError(422, 'id', w.idsWrong(bad), { hint: w.idsWrongHow(ID_LENGTH) });
  if (twice.length > 0)
    throw new RequestError(409, 'id-taken', w.idsTwice(twice), { hint: w.idsTwiceHow });
  const { title = '', announced = '' } = form;
  if (title.trim() === '') throw new RequestError(422, 'title', w.noTitle);
  if (!isDate(announced)) throw new RequestError(422, 'announced', w.badAnnounced);
  const at = timeIn(form);
  if (form.at !== undefined && at === undefined) throw new RequestError(422, 'time', w.badAt);
  const chosen = fieldsBy(form, NEAR_FIELD);
  const of = (what: string): ReadonlySet<string> =>
    new Set(chosen.filter(([, value]) => value === what).map(([release]) => release));
  const near = { reason: form.reason?.trim() ?? '', now: of('now'), out: of('out') };
  if (near.now.size > 0 && near.reason === '')
    throw new RequestError(422, 'reason-missing', w.nearReasonMissing);
  return {
    year,
    at,
    title: title.trim(),
    announced,
    ids,
    near: near.now.size + near.out.size > 0 ? near : undefined,
  };
}

function fieldsBy(form: Form, prefix: string): [key: string, value: string][] {
  return Object.entries(form).flatMap(([key, value]) =>
    key.startsWith(prefix) ? [[key.slice(prefix.length), value.trim()]] : [],
  );
}

/**
 * Nothing with a date in it is left out, and nothing comes out at once, before somebody has said
 * so.
 * @throws RequestError
 */
function mustBeChosen(desk: Desk, all: BroughtTable, form: Form, words: Messages): void {
  const w = words.table;
  if (all.leftovers.some(({ isDated }) => isDated) && form.drop !== 'yes')
    throw new RequestError(422, 'not-taken', w.dropMissing, { hint: w.dropMissingHow });
  const open = nearDates(desk, all.dates).filter(
    ({ given }) => !['now', 'out'].includes(form[`${NEAR_FIELD}${given}`] ?? ''),
  );
  if (open.length > 0)
    throw new RequestError(422, 'near', w.nearMissing(open.length), { hint: w.nearLead });
}
