// Today and releases, and what can be done about one, for programs. Not for doing it:
// operations/operations.ts.
import { z } from '@hono/zod-openapi';
import { RequestError } from '../../lib/request-error.ts';
import { approvalStatus } from '../../operations/approvals.ts';
import {
  OPERATIONS,
  operationInput,
  operations,
  runOperation,
} from '../../operations/operations.ts';
import { releaseWith } from '../../operations/release-with.ts';
import { versionsOf } from '../content/versions.ts';
import { type ApiRouting, done, jsonBody, problem, releaseIdParam } from '../shell/api-route.ts';
import { incidentSummary, releaseSummary, summariesOf, todayOf } from './summaries.ts';

const today = z.object({
  incidents: z.array(incidentSummary),
  now: z.array(releaseSummary),
  week: z.array(releaseSummary),
  before: z.array(releaseSummary),
  older: z.array(releaseSummary),
});

export function releaseApi({ desk, router, route }: ApiRouting): void {
  const { app } = desk;
  router.openapi(
    route('read', {
      method: 'get',
      path: '/today',
      summary: 'What is due around now, and what needs somebody',
      responses: {
        200: jsonBody(today, 'today'),
      },
    }),
    async (context) => {
      const found = await todayOf(desk, context.var.who, context.var.words);
      return context.json(
        {
          incidents: [...found.incidents],
          now: [...found.now],
          week: [...found.week],
          before: [...found.before],
          older: [...found.older],
        },
        200,
      );
    },
  );
  router.openapi(
    route('read', {
      method: 'get',
      path: '/releases',
      summary: 'Releases, with their publications',
      request: { query: z.object({ from: z.iso.date().optional(), to: z.iso.date().optional() }) },
      responses: { 200: jsonBody(z.object({ releases: z.array(releaseSummary) }), 'releases') },
    }),
    async (context) => {
      const { from = '0000', to = '9999' } = context.req.valid('query');
      const all = await summariesOf(
        desk,
        context.var.who,
        app.planService.calendar().releases,
        context.var.words,
      );
      return context.json(
        { releases: all.filter(({ due }) => due.slice(0, 10) >= from && due.slice(0, 10) <= to) },
        200,
      );
    },
  );
  const standing = z.object({
    digest: z.string().optional(),
    author: z.string().optional(),
    next: z.string().optional(),
    given: z.array(z.object({ person: z.string(), step: z.string().optional(), at: z.number() })),
    void: z.array(z.object({ person: z.string(), at: z.number() })),
  });
  router.openapi(
    route('read', {
      method: 'get',
      path: '/releases/{id}',
      summary: 'One release: publications, approvals, versions of its content',
      request: { params: releaseIdParam },
      responses: {
        200: jsonBody(
          releaseSummary.extend({
            approvals: standing,
            versions: z.array(z.object({ id: z.string(), at: z.number(), digest: z.string() })),
          }),
          'the release',
        ),
        404: jsonBody(problem, 'unknown'),
      },
    }),
    async (context) => {
      const { who, words } = context.var;
      const { release } = await releaseWith(desk.app, context.req.valid('param').id, words);
      const [one] = await summariesOf(desk, who, [release], words);
      if (!one)
        throw new RequestError(404, 'unknown-release', words.cli.unknownRelease(release.id));
      const { digest, author, next, given, void: over } = await approvalStatus(desk.app, release);
      const approvals = {
        digest,
        author,
        next,
        given: given.map(({ person: by, step, at }) => ({ person: by, step, at })),
        void: over.map(({ person: by, at }) => ({ person: by, at })),
      };
      return context.json(
        { ...one, approvals, versions: [...(await versionsOf(desk, release))] },
        200,
      );
    },
  );
  for (const name of OPERATIONS)
    router.openapi(
      route(operations[name].permission, {
        method: 'post',
        path: `/releases/{id}/${name}`,
        summary: desk.words.desk.operations[name],
        request: {
          params: releaseIdParam,
          body: { content: { 'application/json': { schema: operationInput } } },
        },
        responses: {
          200: jsonBody(done, 'what came of it'),
          409: jsonBody(problem, 'does not fit now'),
          422: jsonBody(problem, 'something is missing'),
        },
      }),
      async (context) => {
        const { who, words } = context.var;
        return context.json(
          {
            done: await runOperation(
              desk.app,
              who,
              name,
              context.req.valid('param').id,
              context.req.valid('json'),
              words,
            ),
          },
          200,
        );
      },
    );
}
