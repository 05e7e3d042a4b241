// The date of one release for programs: a cancelled one put back, a late one expected. Not for changing the plan: plan-edit.ts, expected.ts.
import { minuteIn } from '../../plan/time.ts';
import type { Release } from '../../plan/types.ts';
import { expectationOf, withExpected } from '../expected.ts';
import { fittingWith, mustDiffer } from '../fitting.ts';
import type { DeskContext } from '../desk.ts';
import { moved, promisedBefore, savePlan } from '../plan-edit.ts';
import type { PlanFile, Saved } from '../plan-edit.ts';
import { releaseId } from './frame.ts';
import type { Frame } from './frame.ts';
import { moveInput, savedAnswers, toldOf } from './plan-shapes.ts';

export function planDateApi({ desk, app, route }: Frame): void {
  const save = (context: DeskContext, { name, text, base }: PlanFile, why: string): Promise<Saved> =>
    savePlan(desk, context.var.who, name, text, base, why, context.var.words);
  const expect = async (context: DeskContext, release: Release, at: string | undefined): Promise<Saved> => {
    const { words } = context.var;
    mustDiffer(expectationOf(desk, release, words).at, at, words);
    const { expectedWhy, takeAway } = words.desk.dates;
    return save(context, await withExpected(desk, release, at, words), at === undefined ? takeAway : expectedWhy(at));
  };
  app.openapi(
    route('plan', {
      method: 'post',
      path: '/releases/{id}/restore',
      summary: 'Puts a cancelled release back, where no other time is given on the one that was promised before',
      request: { params: releaseId, body: { content: { 'application/json': { schema: moveInput.partial({ at: true }) } } } },
      responses: savedAnswers,
    }),
    async (context) => {
      const { words } = context.var;
      const { at, ...move } = context.req.valid('json');
      const release = await fittingWith(desk, context.req.valid('param').id, 'restore', words);
      const before = minuteIn(promisedBefore(desk, release) ?? release.due, release.timezone);
      const file = await moved(desk, release, { ...move, at: at ?? before }, words);
      return context.json(toldOf(desk, await save(context, file, move.reason), words), 200);
    },
  );
  app.openapi(
    route('plan', {
      method: 'post',
      path: '/releases/{id}/expected',
      summary: 'When a late release is expected now: the public reads it, and nothing moves',
      request: { params: releaseId, body: { content: { 'application/json': { schema: moveInput.pick({ at: true }) } } } },
      responses: savedAnswers,
    }),
    async (context) => {
      const { words } = context.var;
      const release = await fittingWith(desk, context.req.valid('param').id, 'expected', words);
      return context.json(toldOf(desk, await expect(context, release, context.req.valid('json').at), words), 200);
    },
  );
  app.openapi(
    route('plan', {
      method: 'delete',
      path: '/releases/{id}/expected',
      summary: 'Takes the expected time away',
      request: { params: releaseId },
      responses: savedAnswers,
    }),
    async (context) => {
      const { words } = context.var;
      const release = await fittingWith(desk, context.req.valid('param').id, 'expected', words);
      return context.json(toldOf(desk, await expect(context, release, undefined), words), 200);
    },
  );
}
