// The date of one release for programs: a cancelled one put back, a late one expected. Not for
// changing the plan: edit.ts, desk/releases/expected.ts.
import { minuteIn } from '../../plan/time.ts';
import type { Release } from '../../plan/types.ts';
import { expectationOf, withExpected } from '../releases/expected.ts';
import { fittingWith, mustDiffer } from '../releases/fitting.ts';
import { type ApiRouting, releaseIdParam } from '../shell/api-route.ts';
import type { DeskContext } from '../shell/desk.ts';
import { changesText, moveInput, savedAnswers } from './api-shapes.ts';
import { moved, promisedBefore } from './edit.ts';
import { type PlanFileText } from './preview.ts';
import { type Saved, savePlan } from './save.ts';

export function planDateApi({ desk, router, route }: ApiRouting): void {
  const save = (
    context: DeskContext,
    { name, text, base }: PlanFileText,
    why: string,
  ): Promise<Saved> => savePlan(desk, context.var.who, name, text, base, why, context.var.words);
  const expect = async (
    context: DeskContext,
    release: Release,
    at: string | undefined,
  ): Promise<Saved> => {
    const { words } = context.var;
    mustDiffer(expectationOf(desk, release, words).at, at, words);
    const { expectedWhy, takeAway } = words.desk.dates;
    return save(
      context,
      await withExpected(desk, release, at, words),
      at === undefined ? takeAway : expectedWhy(at),
    );
  };
  router.openapi(
    route('plan', {
      method: 'post',
      path: '/releases/{id}/restore',
      summary:
        'Puts a cancelled release back, where no other time is given on the one that was promised before',
      request: {
        params: releaseIdParam,
        body: { content: { 'application/json': { schema: moveInput.partial({ at: true }) } } },
      },
      responses: savedAnswers,
    }),
    async (context) => {
      const { words } = context.var;
      const { at, ...move } = context.req.valid('json');
      const release = await fittingWith(desk, context.req.valid('param').id, 'restore', words);
      const before = minuteIn(promisedBefore(desk, release) ?? release.due, release.timezone);
      const file = await moved(desk, release, { ...move, at: at ?? before }, words);
      return context.json(changesText(desk, await save(context, file, move.reason), words), 200);
    },
  );
  router.openapi(
    route('plan', {
      method: 'post',
      path: '/releases/{id}/expected',
      summary: 'When a late release is expected now: the public reads it, and nothing moves',
      request: {
        params: releaseIdParam,
        body: { content: { 'application/json': { schema: moveInput.pick({ at: true }) } } },
      },
      responses: savedAnswers,
    }),
    async (context) => {
      const { words } = context.var;
      const release = await fittingWith(desk, context.req.valid('param').id, 'expected', words);
      return context.json(
        changesText(desk, await expect(context, release, context.req.valid('json').at), words),
        200,
      );
    },
  );
  router.openapi(
    route('plan', {
      method: 'delete',
      path: '/releases/{id}/expected',
      summary: 'Takes the expected time away',
      request: { params: releaseIdParam },
      responses: savedAnswers,
    }),
    async (context) => {
      const { words } = context.var;
      const release = await fittingWith(desk, context.req.valid('param').id, 'expected', words);
      return context.json(changesText(desk, await expect(context, release, undefined), words), 200);
    },
  );
}
