// The addresses of a whole year: its table for the office, its plan made known, the year closed.
// Each shows what would come of it before anything is done.

import { writeTable } from '../../import-export/files.ts';
import { USUAL } from '../../import-export/plan-from-table.ts';
import { RequestError } from '../../lib/request-error.ts';
import { isDate } from '../../plan/days.ts';
import { dateIn } from '../../plan/time.ts';
import type { LocalDate } from '../../plan/types.ts';
import type { DeskContext } from '../shell/desk.ts';
import type { Form, Routing } from '../shell/routing.ts';
import { announceMain, closeMain, OFFICE_FORMATS } from './year-pages.ts';
import { announcementAt, announceYear, closeYear, closingAt } from './years.ts';

const TYPES: Readonly<Record<(typeof OFFICE_FORMATS)[number], string>> = {
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
};

export function yearRoutes({ desk, protectedRoute, show, go, refilled }: Routing): void {
  const { planService: planner, clock } = desk.app;
  /** @throws RequestError where there is no plan of that year */
  const yearOf = (context: DeskContext): number => {
    const asked = Number(context.req.query('year'));
    const years = planner.calendar().plans.map(({ year }) => year);
    if (years.includes(asked)) return asked;
    throw new RequestError(404, 'no-year', context.var.words.tables.noYear(asked || 0, years));
  };
  for (const format of OFFICE_FORMATS)
    protectedRoute('get', `/plan/table.${format}`, 'read', async (context) => {
      const { words } = context.var;
      const year = yearOf(context);
      const bytes = await writeTable(format, planner.calendar(), year, clock.now(), words, true);
      const name = encodeURIComponent(`${words.announce.file(year)}.${format}`);
      return context.body(new Uint8Array(bytes), 200, {
        'content-type': TYPES[format],
        'content-disposition': `attachment; filename*=UTF-8''${name}`,
      });
    });

  protectedRoute('get', '/plan/announce', 'plan', (context) => {
    const { who, words } = context.var;
    const year = yearOf(context);
    const { plans, timezone } = planner.calendar();
    const today = dateIn(clock.now(), timezone);
    const announced = plans.find((one) => one.year === year)?.announced ?? today;
    const [, on = today] = [announced, today].sort();
    const typed = { on, at: USUAL.at };
    const title = words.years.desk.announceTitle(year);
    return show(context, 'plan/', title, announceMain(year, typed, undefined, who, words));
  });
  protectedRoute('post', '/plan/announce', 'plan', async (context) => {
    const { who, words } = context.var;
    const w = words.years.desk;
    const year = yearOf(context);
    const typed = ({ on = '', at = '' }: Form) => ({ on, at });
    return refilled(
      context,
      'plan/',
      w.announceTitle(year),
      (form) => announceMain(year, typed(form), undefined, who, words),
      async (form) => {
        const { on, at } = typed(form);
        if (!isDate(on)) throw new RequestError(422, 'announced', words.table.badAnnounced);
        if (!/^\d\d:\d\d/.test(at)) throw new RequestError(422, 'time', words.table.badAt);
        const wish = { year, on: on as LocalDate, at: at.slice(0, 5) };
        if (form.base) {
          const unrecorded = await announceYear(desk, who, wish, form.base, words);
          const lines = unrecorded === undefined ? [] : [words.desk.plan.unrecorded(unrecorded)];
          return go(context, `/desk/plan/?year=${year}`, w.announcedNow(year, on), lines);
        }
        const seen = await announcementAt(desk, wish, words);
        const main = announceMain(year, typed(form), seen, who, words);
        return show(context, 'plan/', w.announceTitle(year), main);
      },
    );
  });

  protectedRoute('get', '/plan/close', 'plan', async (context) => {
    const { who, words } = context.var;
    const year = yearOf(context);
    const main = closeMain(year, await closingAt(desk, year, words), who, words);
    return show(context, 'plan/', words.years.desk.closeTitle(year), main);
  });
  protectedRoute('post', '/plan/close', 'plan', async (context) => {
    const { who, words } = context.var;
    const year = yearOf(context);
    const closing = await closeYear(desk, who, year, words);
    const w = words.years.desk;
    if (closing.kind === 'ready') return go(context, `/desk/plan/?year=${year}`, w.closedNow(year));
    return show(context, 'plan/', w.closeTitle(year), closeMain(year, closing, who, words));
  });
}
