// What the API's routes about the plan take and answer, said once. Not for any route: plan.ts, plan-dates.ts.
import { z } from '@hono/zod-openapi';
import { showProblem } from '../../plan/problems.ts';
import { tellChanges } from '../../plan/tell.ts';
import type { Words } from '../../words/index.ts';
import { closedDays } from '../closed-days.ts';
import type { Desk } from '../desk.ts';
import type { Preview, Saved } from '../plan-edit.ts';
import { json, problem } from './frame.ts';

export const effect = z.object({
  file: z.string(),
  base: z.string(),
  problems: z.array(z.string()),
  changes: z.array(z.string()),
  patch: z.string(),
  notes: z.array(z.string()).openapi({ description: 'What deserves a second look: days that are not worked, and what a new rule leaves as it was' }),
  unrecorded: z.string().optional().openapi({ description: 'In force, but git kept no version of it, for this reason' }),
});

export const savedAnswers = { 200: json(effect, 'what changed'), 409: json(problem, 'changed meanwhile'), 422: json(problem, 'wrong') };

export const reason = z.string().trim().min(1).max(300);
export const immediate = z.boolean().default(false).describe('the time may be past or nearer than the lead: it becomes public at once');
export const moveInput = z.object({ at: z.string().regex(/^\d{4}-\d\d-\d\d \d\d:\d\d$/), reason, immediate });

/** @param more what is to be said besides */
export function toldOf({ house }: Desk, seen: Preview & Partial<Saved>, words: Words, more: readonly string[] = []): z.output<typeof effect> {
  const problems = seen.problems.map((one) => showProblem(one, words.plan));
  const { file, patch, unrecorded } = seen;
  const changes = tellChanges(seen.changes, words.changes);
  const notes = [...more, ...closedDays(seen.changes, house.planner.workdays(), words)];
  return { file: file.name, base: file.base, problems, changes, patch, notes, ...(unrecorded === undefined ? {} : { unrecorded }) };
}
