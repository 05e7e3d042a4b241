// The plan for programs: its files, what a new text would change, dates moved, notices, rules. Not
// for changing it: edit.ts.
import { z } from '@hono/zod-openapi';
import { RequestError } from '../../lib/request-error.ts';
import { releaseWith } from '../../operations/release-with.ts';
import { showProblem } from '../../plan/issues.ts';
import { type ApiRouting, jsonBody, PLAN_BODY_BYTES, releaseIdParam } from '../shell/api-route.ts';
import {
  changesText,
  effect,
  immediateInput,
  moveInput,
  reasonInput,
  savedAnswers,
} from './api-shapes.ts';
import { APPROVAL_RULES, cancelled, moved, withNotice } from './edit.ts';
import { largeInTurn, planFiles, preview, problemsNow } from './preview.ts';
import { withRule } from './rule-edit.ts';
import { savePlan } from './save.ts';

export function planApi({ desk, router, route }: ApiRouting): void {
  router.openapi(
    route('plan', {
      method: 'post',
      path: '/releases/{id}/postpone',
      summary: 'Another time for a release, with the reason that the public reads',
      request: {
        params: releaseIdParam,
        body: { content: { 'application/json': { schema: moveInput } } },
      },
      responses: savedAnswers,
    }),
    async (context) => {
      const { who, words } = context.var;
      const { reason, ...move } = context.req.valid('json');
      const { release } = await releaseWith(desk.app, context.req.valid('param').id, words);
      const { name, text, base } = await moved(desk, release, { ...move, reason }, words);
      return context.json(
        changesText(
          desk,
          await savePlan(desk, who, name, text, base, reason, words),
          context.var.words,
        ),
        200,
      );
    },
  );
  router.openapi(
    route('plan', {
      method: 'post',
      path: '/releases/{id}/cancel',
      summary: 'Takes a release out of the plan, with the reason that the public reads',
      request: {
        params: releaseIdParam,
        body: { content: { 'application/json': { schema: moveInput.pick({ reason: true }) } } },
      },
      responses: savedAnswers,
    }),
    async (context) => {
      const { who, words } = context.var;
      const { reason } = context.req.valid('json');
      const { release } = await releaseWith(desk.app, context.req.valid('param').id, words);
      const { name, text, base } = await cancelled(desk, release, reason, words);
      return context.json(
        changesText(
          desk,
          await savePlan(desk, who, name, text, base, reason, words),
          context.var.words,
        ),
        200,
      );
    },
  );
  router.openapi(
    route('read', {
      method: 'get',
      path: '/plan',
      summary: 'The plan files as they are, and what is wrong with them',
      responses: {
        200: jsonBody(
          z.object({
            files: z.array(z.object({ name: z.string(), text: z.string(), base: z.string() })),
            problems: z.array(z.string()),
          }),
          'files',
        ),
      },
    }),
    async (context) => {
      const problems = (await problemsNow(desk)).map((one) =>
        showProblem(one, context.var.words.plan),
      );
      return context.json({ files: [...(await planFiles(desk))], problems }, 200);
    },
  );
  const planInput = z.object({ file: z.string(), text: z.string().max(1_000_000) });
  router.openapi(
    route(
      'plan',
      {
        method: 'post',
        path: '/plan/check',
        summary: 'What a new text of a plan file would change; nothing is written',
        request: { body: { content: { 'application/json': { schema: planInput } } } },
        responses: {
          200: jsonBody(
            effect.extend({
              marks: z.array(
                z.object({ line: z.number(), column: z.number(), message: z.string() }),
              ),
            }),
            'what would change',
          ),
        },
      },
      PLAN_BODY_BYTES,
    ),
    async (context) => {
      const { file, text } = context.req.valid('json');
      await largeInTurn(desk, 'check', text, context.var.words);
      const seen = await preview(desk, file, text, context.var.words);
      const marks = seen.problems
        .filter((one) => one.file === file)
        .map((one) => ({
          line: one.line,
          column: one.column,
          message: showProblem(one, context.var.words.plan).split('\n')[0] ?? '',
        }));
      return context.json({ ...changesText(desk, seen, context.var.words), marks }, 200);
    },
  );
  router.openapi(
    route(
      'plan',
      {
        method: 'put',
        path: '/plan',
        summary: 'Writes a plan file and puts it into force',
        request: {
          body: {
            content: {
              'application/json': {
                schema: planInput.extend({
                  base: z.string(),
                  why: z.string().trim().min(1).max(200),
                }),
              },
            },
          },
        },
        responses: savedAnswers,
      },
      PLAN_BODY_BYTES,
    ),
    async (context) => {
      const { file, text, base, why } = context.req.valid('json');
      return context.json(
        changesText(
          desk,
          await savePlan(desk, context.var.who, file, text, base, why, context.var.words),
          context.var.words,
        ),
        200,
      );
    },
  );
  const noticeInput = z.object({
    file: z.string(),
    id: z.string(),
    zh: z.string().trim().min(1),
    en: z.string().default(''),
    at: moveInput.shape.at,
    channels: z.array(z.string().max(40)).max(50).default([]),
    category: z.string().default(''),
    immediate: immediateInput,
    reason: reasonInput.optional().describe('why at once'),
    approval: z.enum(APPROVAL_RULES).optional().describe('left out: as the plan has it'),
  });
  router.openapi(
    route('plan', {
      method: 'post',
      path: '/plan/notices',
      summary: 'One more notice',
      request: { body: { content: { 'application/json': { schema: noticeInput } } } },
      responses: savedAnswers,
    }),
    async (context) => {
      const { who, words } = context.var;
      const {
        file,
        immediate: atOnce,
        reason: why,
        approval,
        ...notice
      } = context.req.valid('json');
      if (atOnce && why === undefined)
        throw new RequestError(422, 'reason-missing', words.desk.refused.reasonMissing, {
          hint: words.desk.refused.reasonMissingHow,
        });
      const { name, text, base } = await withNotice(
        desk,
        file,
        { ...notice, immediate: atOnce ? why : undefined, approval },
        words,
      );
      return context.json(
        changesText(
          desk,
          await savePlan(
            desk,
            who,
            name,
            text,
            base,
            `${words.desk.plan.notice}：${notice.zh}`,
            words,
          ),
          context.var.words,
        ),
        200,
      );
    },
  );
  const ruleInput = z.object({
    file: z.string(),
    indicator: z.string(),
    due: z.string(),
    reason: reasonInput.optional().describe('why promised dates move, where any do'),
  });
  router.openapi(
    route('plan', {
      method: 'post',
      path: '/plan/rules',
      summary:
        'Another rule for an indicator, as the plan language writes it, from now on: what is past keeps its dates',
      request: { body: { content: { 'application/json': { schema: ruleInput } } } },
      responses: savedAnswers,
    }),
    async (context) => {
      const { who, words } = context.var;
      const { reason: why = '', ...rule } = context.req.valid('json');
      const { moves, kept, file } = await withRule(desk, { ...rule, reason: why }, words);
      if (moves.length > 0 && why === '')
        throw new RequestError(422, 'reason-missing', words.desk.refused.reasonMissing, {
          hint: words.desk.refused.reasonMissingHow,
          lines: moves,
        });
      const said = [words.desk.plan.rule, rule.indicator, why].filter(Boolean).join('：');
      return context.json(
        changesText(
          desk,
          await savePlan(desk, who, file.name, file.text, file.base, said, words),
          words,
          kept,
        ),
        200,
      );
    },
  );
}
