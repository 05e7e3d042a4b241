// What the API's routes about the plan take and answer, said once. Not for any route: api.ts,
// date-api.ts.
import { z } from '@hono/zod-openapi';
import type { Messages } from '../../i18n/index.ts';
import { tellChanges } from '../../i18n/plan-changes.ts';
import { showProblem } from '../../plan/issues.ts';
import { jsonBody, problem } from '../shell/api-route.ts';
import type { Desk } from '../shell/desk.ts';
import { closedDays } from './closed-days.ts';
import { type Preview } from './preview.ts';
import { type Saved } from './save.ts';

export const effect = z.object({
  file: z.string(),
  base: z.string(),
  problems: z.array(z.string()),
  changes: z.array(z.string()),
  patch: z.string(),
  notes: z.array(z.string()).openapi({
    description:
      'What deserves a second look: days that are not worked, and what a new rule leaves as it was',
  }),
  unrecorded: z
    .string()
    .optional()
    .openapi({ description: 'In force, but git kept no version of it, for this reason' }),
});

export const savedAnswers = {
  200: jsonBody(effect, 'what changed'),
  409: jsonBody(problem, 'changed meanwhile'),
  422: jsonBody(problem, 'wrong'),
};

export const reasonInput = z.string().trim().min(1).max(300);
export const immediateInput = z
  .boolean()
  .default(false)
  .describe('the time may be past or nearer than the lead: it becomes public at once');
export const moveInput = z.object({
  at: z.string().regex(/^\d{4}-\d\d-\d\d \d\d:\d\d$/),
  reason: reasonInput,
  immediate: immediateInput,
});

/** @param more what is to be said besides */
export function changesText(
  { app }: Desk,
  seen: Preview & Partial<Saved>,
  words: Messages,
  more: readonly string[] = [],
): z.output<typeof effect> {
  const problems = seen.problems.map((one) => showProblem(one, words.plan));
  const { file, patch, unrecorded } = seen;
  const changes = tellChanges(seen.changes, words.changes);
  const notes = [...more, ...closedDays(seen.changes, app.planService.workdays(), words)];
  return {
    file: file.name,
    base: file.base,
    problems,
    changes,
    patch,
    notes,
    ...(unrecorded === undefined ? {} : { unrecorded }),
  };
}
