// What a form would change in the plan, shown before it is saved, with what deserves a second look.
// Not for any form of its own, nor for the YAML editor, which shows lines of its file.

import type { Messages } from '../../i18n/index.ts';
import { RequestError } from '../../lib/request-error.ts';
import type { PlanIssue } from '../../plan/issues.ts';
import type { DeskContext } from '../shell/desk.ts';
import type { Routing } from '../shell/routing.ts';
import { closedDays } from './closed-days.ts';
import { type FormNote, planPreviewMain } from './pages.ts';
import { type PlanFileText, preview } from './preview.ts';

export interface Previews {
  /**
   * @param again the form's own address
   * @param notes of the form's, said first
   * @throws RequestError where something is wrong with it
   */
  showPreview(
    context: DeskContext,
    file: PlanFileText,
    why: string,
    again: string,
    notes?: readonly FormNote[],
  ): Promise<Response>;
  /** What would become public at once if this were saved, in sentences. */
  wouldBePublic(file: PlanFileText, words: Messages): Promise<string[]>;
}

export function previewsOf({ desk, show }: Routing): Previews {
  return {
    async showPreview(context, { name, text }, why, again, notes = []) {
      const { who, words } = context.var;
      const seen = await preview(desk, name, text, words);
      const errors = seen.problems.filter(({ severity }) => severity === 'error');
      // Whoever fills in a form is told what is wrong, on it, and nothing of lines of a file.
      if (errors.length > 0)
        throw new RequestError(422, 'plan-wrong', words.desk.plan.wrong, {
          lines: [...new Set(errors.map((one) => sentenceOf(one, words)))],
        });
      const closed = closedDays(seen.changes, desk.app.planService.workdays(), words);
      const all =
        closed.length === 0
          ? notes
          : [...notes, { text: words.desk.dates.closedLead, lines: closed }];
      return show(
        context,
        'plan/',
        words.desk.plan.previewTitle,
        planPreviewMain(seen, why, again, who, words, all),
      );
    },
    async wouldBePublic({ name, text }, words) {
      const { problems } = await preview(desk, name, text, words);
      return problems
        .filter(({ code }) => code === 'immediate')
        .map((problem) => problem.say(words.plan).wrong);
    },
  };
}

/** What is wrong, without lines of a file. */
export function sentenceOf(problem: PlanIssue, words: Messages): string {
  const { wrong, expected } = problem.say(words.plan);
  return [wrong, expected].filter(Boolean).join('；');
}
