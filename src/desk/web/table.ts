// Bringing the year's table: the form, what was read in it, and what would come of it. Not for reading it: ../table.ts.
import { z } from 'zod';
import { Refused } from '../desk.ts';
import type { DeskContext } from '../desk.ts';
import { previewMain } from '../pages/plan.ts';
import { reviewMain, tableMain } from '../pages/table.ts';
import { planFiles, preview } from '../plan-edit.ts';
import { bodyOf } from '../session.ts';
import { fileFor, tableOf, withIds } from '../table.ts';
import { SMALL_BYTES } from './routing.ts';
import type { Form, Routing } from './routing.ts';

/** The largest table that is taken, with the form around it, bytes. */
const TABLE_BYTES = 21_000_000;
const ID_FIELD = 'id.';
const yearField = z.coerce.number().int().min(1900).max(2200);

export function tableRoutes({ desk, guard, show, refilled }: Routing): void {
  guard('get', '/plan/table', 'plan', (context) =>
    show(context, 'plan/', context.var.words.table.title, tableMain(context.var.who, context.var.words)),
  );
  const read = async (context: DeskContext, form: Form): Promise<Response> => {
    const { who, words } = context.var;
    const w = words.table;
    const [file] = [(await bodyOf(context)).file].flat().filter((one) => one instanceof File && one.size > 0) as File[];
    const pasted = form.pasted ?? '';
    if (!file && pasted.trim() === '') throw new Refused(422, 'nothing', w.nothing);
    const year = form.year?.trim() ? yearField.safeParse(form.year) : undefined;
    if (year && !year.success) throw new Refused(422, 'year', w.badYear);
    const bytes = file ? new Uint8Array(await file.arrayBuffer()) : new TextEncoder().encode(pasted);
    // What is copied out of a workbook has tabs between its cells.
    const table = await tableOf(desk, file?.name ?? 'pasted.tsv', bytes, year?.data, words);
    const name = fileFor(desk, table.year, words);
    const isThere = (await planFiles(desk)).some((one) => one.name === name);
    return show(context, 'plan/', w.reviewTitle(table.year), reviewMain(table, name, isThere, who, words));
  };
  guard(
    'post',
    '/plan/table',
    'plan',
    (context) =>
      refilled(
        context,
        'plan/',
        context.var.words.table.title,
        (form) => tableMain(context.var.who, context.var.words, form),
        (form) => read(context, form),
      ),
    TABLE_BYTES,
  );
  guard(
    'post',
    '/plan/table/review',
    'plan',
    (context) => {
      const { who, words } = context.var;
      const w = words.table;
      return refilled(
        context,
        'plan/',
        w.title,
        (form) => tableMain(who, words, form),
        async (form) => {
          const year = yearField.safeParse(form.year);
          if (!year.success) throw new Refused(422, 'year', w.badYear);
          const ids = Object.entries(form).flatMap(([key, value]) =>
            key.startsWith(ID_FIELD) ? [[key.slice(ID_FIELD.length), value.trim()] as const] : [],
          );
          const text = withIds((form.text ?? '').replaceAll('\r\n', '\n'), new Map(ids), words);
          const seen = await preview(desk, fileFor(desk, year.data, words), text, words);
          return show(context, 'plan/', words.desk.plan.previewTitle, previewMain(seen, w.why(year.data), '/desk/plan/table', who, words));
        },
      );
    },
    SMALL_BYTES,
  );
}
