// Incidents, journal, people and tokens for programs. Not for who may what: operations/roles.ts.
import { z } from '@hono/zod-openapi';
import { confirmSelf } from '../auth/sign-in.ts';
import { acknowledgeAs } from '../incidents/incidents.ts';
import { createInvitation } from '../people/invitations.ts';
import {
  addPerson,
  changePerson,
  issueToken,
  newPerson,
  newToken,
  person,
  personChange,
  revokeToken,
  shownPerson,
  token,
  tokensFor,
} from '../people/people.ts';
import { incidentSummary, incidentsOf } from '../releases/summaries.ts';
import {
  API_BODY_BYTES,
  type ApiRouting,
  done,
  jsonBody,
  problem,
  releaseIdParam,
} from '../shell/api-route.ts';
import { journalEvent, journalQuery, searchJournal } from './journal.ts';

/** One's own password, asked for again in a session; a token needs none. */
const confirm = { confirm: z.string().max(1000).optional() };

export function recordApi({ desk, router, route }: ApiRouting): void {
  const { app } = desk;
  router.openapi(
    route('read', {
      method: 'get',
      path: '/incidents',
      summary: 'What is open',
      responses: { 200: jsonBody(z.object({ incidents: z.array(incidentSummary) }), 'incidents') },
    }),
    async (context) => context.json({ incidents: await incidentsOf(desk, context.var.words) }, 200),
  );
  router.openapi(
    route('operate', {
      method: 'post',
      path: '/incidents/{id}/ack',
      summary: 'Somebody looks after it: nobody else is asked',
      request: { params: releaseIdParam },
      responses: { 200: jsonBody(done, 'done'), 404: jsonBody(problem, 'unknown') },
    }),
    async (context) => {
      const { who, words } = context.var;
      const { id } = context.req.valid('param');
      await acknowledgeAs(desk, { name: who.account.name, from: who.from }, id, words);
      return context.json(
        { done: [{ subject: id, outcome: 'acknowledged', message: words.acts.acknowledged(id) }] },
        200,
      );
    },
  );
  router.openapi(
    route('read', {
      method: 'get',
      path: '/journal',
      summary: 'What happened, newest first',
      request: { query: journalQuery },
      responses: { 200: jsonBody(z.object({ events: z.array(journalEvent) }), 'events') },
    }),
    async (context) =>
      context.json({ events: await searchJournal(desk, context.req.valid('query')) }, 200),
  );
  router.openapi(
    route('people', {
      method: 'get',
      path: '/people',
      summary: 'Everybody',
      responses: { 200: jsonBody(z.object({ people: z.array(person) }), 'people') },
    }),
    async (context) => context.json({ people: (await app.accounts.all()).map(shownPerson) }, 200),
  );
  router.openapi(
    route(
      'people',
      {
        method: 'post',
        path: '/people',
        summary: 'Adds a person; with `invite`, answers a link by which they choose their password',
        request: {
          body: {
            content: {
              'application/json': {
                schema: newPerson.extend(confirm).extend({ invite: z.boolean().default(false) }),
              },
            },
          },
        },
        responses: {
          200: jsonBody(person.extend({ invitation: z.string().optional() }), 'added'),
          409: jsonBody(problem, 'exists'),
          422: jsonBody(problem, 'wrong'),
        },
      },
      API_BODY_BYTES,
      true,
    ),
    async (context) => {
      const { who, words } = context.var;
      const { confirm: password, invite: invites, ...input } = context.req.valid('json');
      await confirmSelf(desk, who, password, words);
      const by = { name: who.account.name, from: who.from };
      const added = await addPerson(desk, by, input, words);
      return context.json(
        {
          ...shownPerson(added),
          ...(invites ? { invitation: await createInvitation(desk, by, added) } : {}),
        },
        200,
      );
    },
  );
  router.openapi(
    route('people', {
      method: 'patch',
      path: '/people/{id}',
      summary: 'Changes what a person may do, or their password',
      request: {
        params: releaseIdParam,
        body: { content: { 'application/json': { schema: personChange.extend(confirm) } } },
      },
      responses: { 200: jsonBody(person, 'changed'), 404: jsonBody(problem, 'unknown') },
    }),
    async (context) => {
      const { who, words } = context.var;
      const { confirm: password, ...input } = context.req.valid('json');
      await confirmSelf(desk, who, password, words);
      const changed = await changePerson(
        desk,
        { name: who.account.name, from: who.from },
        context.req.valid('param').id,
        input,
        words,
      );
      return context.json(shownPerson(changed), 200);
    },
  );
  router.openapi(
    route('own', {
      method: 'get',
      path: '/tokens',
      summary: "One's own tokens",
      responses: { 200: jsonBody(z.object({ tokens: z.array(token) }), 'tokens') },
    }),
    async (context) => context.json({ tokens: await tokensFor(desk, context.var.who) }, 200),
  );
  router.openapi(
    route('own', {
      method: 'post',
      path: '/tokens',
      summary: 'A token for a program; shown this once',
      request: { body: { content: { 'application/json': { schema: newToken.extend(confirm) } } } },
      responses: { 200: jsonBody(token.extend({ secret: z.string() }), 'the token') },
    }),
    async (context) => {
      const { confirm: password, ...input } = context.req.valid('json');
      await confirmSelf(desk, context.var.who, password, context.var.words);
      const made = await issueToken(desk, context.var.who, input);
      return context.json({ ...made.token, secret: made.secret }, 200);
    },
  );
  router.openapi(
    route('own', {
      method: 'delete',
      path: '/tokens/{id}',
      summary: 'Revokes a token',
      request: { params: releaseIdParam },
      responses: { 204: { description: 'revoked' } },
    }),
    async (context) => {
      await revokeToken(desk, context.var.who, context.req.valid('param').id, context.var.words);
      return context.body(null, 204);
    },
  );
}
