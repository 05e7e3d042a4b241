// Everything that the desk does, for programs: `/api/v1`, described by OpenAPI from the same schemas that check it. Each route says who may.
// Not for doing any of it: deeds.ts, plan-edit.ts, content.ts, people.ts.
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { RouteConfig } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import { acknowledge } from '../alerts/incidents.ts';
import { BUNDLE_LIMITS } from '../content/bundle.ts';
import { showProblem } from '../plan/problems.ts';
import { tellChanges } from '../plan/tell.ts';
import { cancelled, moved, planFiles, preview, problemsNow, savePlan, withNotice, withRule } from './plan-edit.ts';
import { standingOf } from './approvals.ts';
import { card, cardsOf, incidentCard, incidentsOf, todayOf } from './cards.ts';
import { filesOf, restoreVersion, saveContent, uploaded, versionsOf } from './content.ts';
import { DEEDS, deedInput, deeds, doDeed, releaseWith } from './deeds.ts';
import { Refused } from './desk.ts';
import type { Desk, DeskContext, DeskEnv } from './desk.ts';
import { journalEvent, journalQuery, searchJournal } from './journal.ts';
import { addPerson, changePerson, issueToken, newPerson, newToken, person, personChange, revokeToken, shown, token, tokensFor } from './people.ts';
import { previews } from './preview.ts';
import type { Permission } from './roles.ts';
import { allow, languageOf } from './session.ts';
import { tellChanged } from './sign-in.ts';

/** A route, and what it asks for: the tests try each as each role. */
export interface Guarded {
  readonly method: string;
  readonly path: string;
  readonly permission: Permission | 'own';
}

const SMALL_BYTES = 2_000_000;
const problem = z
  .object({ code: z.string(), message: z.string(), hint: z.string().optional(), lines: z.array(z.string()).optional() })
  .openapi('Problem');
const json = <S extends z.ZodType>(schema: S, description: string) => ({ description, content: { 'application/json': { schema } } });
const done = z.object({ done: z.array(z.object({ subject: z.string(), outcome: z.string(), said: z.string() })) });
const releaseId = z.object({ id: z.string().openapi({ example: 'gdp.2026-Q2' }) });
const today = z.object({
  incidents: z.array(incidentCard),
  now: z.array(card),
  week: z.array(card),
  before: z.array(card),
  older: z.array(card),
});
const effect = z.object({ file: z.string(), base: z.string(), problems: z.array(z.string()), changes: z.array(z.string()), patch: z.string() });

/** Serves `/api/v1`. */
export function api(desk: Desk): { app: OpenAPIHono<DeskEnv>; guarded: Guarded[] } {
  const { house } = desk;
  const guarded: Guarded[] = [];
  const app = new OpenAPIHono<DeskEnv>({
    defaultHook: (result, context) => {
      if (result.success) return undefined;
      const lines = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
      return context.json({ code: 'input', message: languageOf(context as DeskContext, desk.words).desk.refused.wrongInput, lines }, 422);
    },
  });
  app.onError((error, context) => refusal(desk, error, context));
  app.notFound((context) => context.json({ code: 'not-found', message: desk.words.desk.refused.notFound }, 404));
  app.use(async (context, next) => {
    await next();
    context.header('Cache-Control', 'no-store');
    context.header('X-Content-Type-Options', 'nosniff');
  });
  const stranger = (context: DeskContext): Response => {
    context.header('WWW-Authenticate', 'Bearer');
    return context.json({ code: 'sign-in', message: context.var.words.desk.refused.signIn }, 401);
  };
  const limit = (bytes: number): MiddlewareHandler =>
    bodyLimit({ maxSize: bytes, onError: (context) => context.json({ code: 'too-large', message: desk.words.desk.refused.tooLarge }, 413) });

  /** A route's description with its guards: limits first, then who, then once. */
  function route<P extends string, const R extends Omit<RouteConfig, 'path'> & { path: P }>(
    permission: Permission | 'own',
    config: R,
    bytes = SMALL_BYTES,
  ): R & { middleware: MiddlewareHandler<DeskEnv>[] } {
    guarded.push({ method: config.method, path: config.path, permission });
    return createRoute({
      security: [{ token: [] }],
      'x-permission': permission,
      ...config,
      middleware: [limit(bytes), allow(desk, permission, stranger), once(desk)],
    });
  }

  app.openapi(
    route('read', {
      method: 'get',
      path: '/today',
      summary: 'What is due around now, and what needs somebody',
      responses: {
        200: json(today, 'today'),
      },
    }),
    async (context) => {
      const found = await todayOf(desk, context.var.who, context.var.words);
      return context.json(
        { incidents: [...found.incidents], now: [...found.now], week: [...found.week], before: [...found.before], older: [...found.older] },
        200,
      );
    },
  );
  app.openapi(
    route('read', {
      method: 'get',
      path: '/releases',
      summary: 'Releases, with their lanes',
      request: { query: z.object({ from: z.iso.date().optional(), to: z.iso.date().optional() }) },
      responses: { 200: json(z.object({ releases: z.array(card) }), 'releases') },
    }),
    async (context) => {
      const { from = '0000', to = '9999' } = context.req.valid('query');
      const all = await cardsOf(desk, context.var.who, house.planner.calendar().releases, context.var.words);
      return context.json({ releases: all.filter(({ due }) => due.slice(0, 10) >= from && due.slice(0, 10) <= to) }, 200);
    },
  );
  const standing = z.object({
    digest: z.string().optional(),
    author: z.string().optional(),
    next: z.string().optional(),
    given: z.array(z.object({ person: z.string(), step: z.string().optional(), at: z.number() })),
    void: z.array(z.object({ person: z.string(), at: z.number() })),
  });
  app.openapi(
    route('read', {
      method: 'get',
      path: '/releases/{id}',
      summary: 'One release: lanes, approvals, versions of its content',
      request: { params: releaseId },
      responses: {
        200: json(
          card.extend({ approvals: standing, versions: z.array(z.object({ id: z.string(), at: z.number(), digest: z.string() })) }),
          'the release',
        ),
        404: json(problem, 'unknown'),
      },
    }),
    async (context) => {
      const { who, words } = context.var;
      const { release } = await releaseWith(desk, context.req.valid('param').id, words);
      const [one] = await cardsOf(desk, who, [release], words);
      if (!one) throw new Refused(404, 'unknown-release', words.cli.unknownRelease(release.id));
      const { digest, author, next, given, void: over } = await standingOf(desk, release);
      const approvals = {
        digest,
        author,
        next,
        given: given.map(({ person: by, step, at }) => ({ person: by, step, at })),
        void: over.map(({ person: by, at }) => ({ person: by, at })),
      };
      return context.json({ ...one, approvals, versions: [...(await versionsOf(desk, release))] }, 200);
    },
  );
  for (const name of DEEDS)
    app.openapi(
      route(deeds[name].permission, {
        method: 'post',
        path: `/releases/{id}/${name}`,
        summary: desk.words.desk.deeds[name],
        request: { params: releaseId, body: { content: { 'application/json': { schema: deedInput } } } },
        responses: { 200: json(done, 'what came of it'), 409: json(problem, 'does not fit now'), 422: json(problem, 'something is missing') },
      }),
      async (context) => {
        const { who, words } = context.var;
        return context.json({ done: await doDeed(desk, who, name, context.req.valid('param').id, context.req.valid('json'), words) }, 200);
      },
    );
  const saved = { 200: json(effect, 'what changed'), 409: json(problem, 'changed meanwhile'), 422: json(problem, 'wrong') };
  const moveInput = z.object({ at: z.string().regex(/^\d{4}-\d\d-\d\d \d\d:\d\d$/), reason: z.string().trim().min(1).max(500) });
  app.openapi(
    route('plan', {
      method: 'post',
      path: '/releases/{id}/postpone',
      summary: 'Another time for a release, with the reason that the public reads',
      request: { params: releaseId, body: { content: { 'application/json': { schema: moveInput } } } },
      responses: saved,
    }),
    async (context) => {
      const { who, words } = context.var;
      const { at, reason } = context.req.valid('json');
      const { release } = await releaseWith(desk, context.req.valid('param').id, words);
      const { name, text, base } = await moved(desk, release, at, reason, words);
      return context.json(told(await savePlan(desk, who, name, text, base, reason, words), context), 200);
    },
  );
  app.openapi(
    route('plan', {
      method: 'post',
      path: '/releases/{id}/cancel',
      summary: 'Takes a release out of the plan, with the reason that the public reads',
      request: { params: releaseId, body: { content: { 'application/json': { schema: moveInput.pick({ reason: true }) } } } },
      responses: saved,
    }),
    async (context) => {
      const { who, words } = context.var;
      const { reason } = context.req.valid('json');
      const { release } = await releaseWith(desk, context.req.valid('param').id, words);
      const { name, text, base } = await cancelled(desk, release, reason, words);
      return context.json(told(await savePlan(desk, who, name, text, base, reason, words), context), 200);
    },
  );
  app.openapi(
    route('read', {
      method: 'get',
      path: '/plan',
      summary: 'The plan files as they are, and what is wrong with them',
      responses: {
        200: json(
          z.object({ files: z.array(z.object({ name: z.string(), text: z.string(), base: z.string() })), problems: z.array(z.string()) }),
          'files',
        ),
      },
    }),
    async (context) => {
      const problems = (await problemsNow(desk)).map((one) => showProblem(one, context.var.words.plan));
      return context.json({ files: [...(await planFiles(desk))], problems }, 200);
    },
  );
  const planInput = z.object({ file: z.string(), text: z.string().max(1_000_000) });
  app.openapi(
    route('plan', {
      method: 'post',
      path: '/plan/check',
      summary: 'What a new text of a plan file would change; nothing is written',
      request: { body: { content: { 'application/json': { schema: planInput } } } },
      responses: {
        200: json(effect.extend({ marks: z.array(z.object({ line: z.number(), column: z.number(), message: z.string() })) }), 'what would change'),
      },
    }),
    async (context) => {
      const { file, text } = context.req.valid('json');
      const seen = await preview(desk, file, text, context.var.words);
      const marks = seen.problems
        .filter((one) => one.file === file)
        .map((one) => ({ line: one.line, column: one.column, message: showProblem(one, context.var.words.plan).split('\n')[0] ?? '' }));
      return context.json({ ...told(seen, context), marks }, 200);
    },
  );
  app.openapi(
    route('plan', {
      method: 'put',
      path: '/plan',
      summary: 'Writes a plan file and puts it into force',
      request: {
        body: { content: { 'application/json': { schema: planInput.extend({ base: z.string(), why: z.string().trim().min(1).max(200) }) } } },
      },
      responses: saved,
    }),
    async (context) => {
      const { file, text, base, why } = context.req.valid('json');
      return context.json(told(await savePlan(desk, context.var.who, file, text, base, why, context.var.words), context), 200);
    },
  );
  const noticeInput = z.object({
    file: z.string(),
    id: z.string(),
    zh: z.string().trim().min(1),
    en: z.string().default(''),
    at: moveInput.shape.at,
    channels: z.array(z.string()).default([]),
    category: z.string().default(''),
  });
  app.openapi(
    route('plan', {
      method: 'post',
      path: '/plan/notices',
      summary: 'One more notice',
      request: { body: { content: { 'application/json': { schema: noticeInput } } } },
      responses: saved,
    }),
    async (context) => {
      const { who, words } = context.var;
      const { file, ...notice } = context.req.valid('json');
      const { name, text, base } = await withNotice(desk, file, notice, words);
      return context.json(told(await savePlan(desk, who, name, text, base, `${words.desk.plan.notice}：${notice.zh}`, words), context), 200);
    },
  );
  app.openapi(
    route('plan', {
      method: 'post',
      path: '/plan/rules',
      summary: 'Another rule for an indicator, as the plan language writes it',
      request: { body: { content: { 'application/json': { schema: z.object({ file: z.string(), indicator: z.string(), due: z.string() }) } } } },
      responses: saved,
    }),
    async (context) => {
      const { who, words } = context.var;
      const { file, indicator, due } = context.req.valid('json');
      const { name, text, base } = await withRule(desk, file, indicator, due, words);
      return context.json(told(await savePlan(desk, who, name, text, base, `${words.desk.plan.rule}：${indicator}`, words), context), 200);
    },
  );
  const contentState = z.object({ state: z.string(), digest: z.string().optional(), files: z.array(z.string()), flaws: z.array(z.string()) });
  app.openapi(
    route('read', {
      method: 'get',
      path: '/releases/{id}/content',
      summary: 'The files of a release, and what is wrong with them',
      request: { params: releaseId },
      responses: { 200: json(contentState, 'content') },
    }),
    async (context) => {
      const { words } = context.var;
      const { release } = await releaseWith(desk, context.req.valid('param').id, words);
      return context.json(stateOf(await house.parts.load(release), [...(await filesOf(desk, release)).keys()], context), 200);
    },
  );
  app.openapi(
    route(
      'content',
      {
        method: 'put',
        path: '/releases/{id}/content',
        summary: 'Puts a bundle (its files, or a zip of them) in the place of what is there',
        request: {
          params: releaseId,
          body: { content: { 'multipart/form-data': { schema: z.object({ files: z.any().openapi({ type: 'string', format: 'binary' }) }) } } },
        },
        responses: { 200: json(contentState, 'content'), 413: json(problem, 'too large'), 422: json(problem, 'wrong') },
      },
      BUNDLE_LIMITS.bytes + SMALL_BYTES,
    ),
    async (context) => {
      const { who, words } = context.var;
      const { release } = await releaseWith(desk, context.req.valid('param').id, words);
      const sent = (await context.req.parseBody({ all: true })).files;
      const files = await uploaded(
        [sent].flat().filter((one) => one instanceof File),
        words,
      );
      return context.json(stateOf(await saveContent(desk, who, release, files), [...files.keys()], context), 200);
    },
  );
  app.openapi(
    route('content', {
      method: 'post',
      path: '/releases/{id}/content/restore',
      summary: 'Brings a version back, as new content',
      request: { params: releaseId, body: { content: { 'application/json': { schema: z.object({ version: z.string() }) } } } },
      responses: { 200: json(contentState, 'content'), 404: json(problem, 'unknown') },
    }),
    async (context) => {
      const { who, words } = context.var;
      const { release } = await releaseWith(desk, context.req.valid('param').id, words);
      const after = await restoreVersion(desk, who, release, context.req.valid('json').version, words);
      return context.json(stateOf(after, [...(await filesOf(desk, release)).keys()], context), 200);
    },
  );
  const channelPreview = z.object({
    channel: z.string(),
    kind: z.string(),
    refused: z.array(z.string()),
    weibo: z.object({ text: z.string(), length: z.number() }).optional(),
  });
  app.openapi(
    route('read', {
      method: 'get',
      path: '/releases/{id}/preview',
      summary: 'What each channel would show or refuse; pages at /desk/preview/releases/{id}/ and …/wechat',
      request: { params: releaseId },
      responses: { 200: json(z.object({ channels: z.array(channelPreview) }), 'channels') },
    }),
    async (context) => {
      const { release } = await releaseWith(desk, context.req.valid('param').id, context.var.words);
      const shownBy = await previews(desk).channels(release, context.var.words);
      return context.json({ channels: shownBy.map(({ channel, kind, refused, weibo }) => ({ channel, kind, refused: [...refused], weibo })) }, 200);
    },
  );
  app.openapi(
    route('read', {
      method: 'get',
      path: '/incidents',
      summary: 'What is open',
      responses: { 200: json(z.object({ incidents: z.array(incidentCard) }), 'incidents') },
    }),
    async (context) => context.json({ incidents: await incidentsOf(desk, context.var.words) }, 200),
  );
  app.openapi(
    route('operate', {
      method: 'post',
      path: '/incidents/{id}/ack',
      summary: 'Somebody looks after it: nobody else is asked',
      request: { params: releaseId },
      responses: { 200: json(done, 'done'), 404: json(problem, 'unknown') },
    }),
    async (context) => {
      const { who, words } = context.var;
      const { id } = context.req.valid('param');
      await acknowledgeAs(desk, who.account.name, id, words);
      return context.json({ done: [{ subject: id, outcome: 'acknowledged', said: words.acts.acknowledged(id) }] }, 200);
    },
  );
  app.openapi(
    route('read', {
      method: 'get',
      path: '/journal',
      summary: 'What happened, newest first',
      request: { query: journalQuery },
      responses: { 200: json(z.object({ events: z.array(journalEvent) }), 'events') },
    }),
    async (context) => context.json({ events: await searchJournal(desk, context.req.valid('query')) }, 200),
  );
  app.openapi(
    route('people', {
      method: 'get',
      path: '/people',
      summary: 'Everybody',
      responses: { 200: json(z.object({ people: z.array(person) }), 'people') },
    }),
    async (context) => context.json({ people: (await house.accounts.all()).map(shown) }, 200),
  );
  app.openapi(
    route('people', {
      method: 'post',
      path: '/people',
      summary: 'Adds a person',
      request: { body: { content: { 'application/json': { schema: newPerson } } } },
      responses: { 200: json(person, 'added'), 409: json(problem, 'exists'), 422: json(problem, 'wrong') },
    }),
    async (context) => context.json(shown(await addPerson(desk, context.var.who.account.name, context.req.valid('json'), context.var.words)), 200),
  );
  app.openapi(
    route('people', {
      method: 'patch',
      path: '/people/{id}',
      summary: 'Changes what a person may do, or their password',
      request: { params: releaseId, body: { content: { 'application/json': { schema: personChange } } } },
      responses: { 200: json(person, 'changed'), 404: json(problem, 'unknown') },
    }),
    async (context) => {
      const { who, words } = context.var;
      const changed = await changePerson(desk, who.account.name, context.req.valid('param').id, context.req.valid('json'), words);
      await tellChanged(desk, changed.name, who.account.name);
      return context.json(shown(changed), 200);
    },
  );
  app.openapi(
    route('own', {
      method: 'get',
      path: '/tokens',
      summary: "One's own tokens",
      responses: { 200: json(z.object({ tokens: z.array(token) }), 'tokens') },
    }),
    async (context) => context.json({ tokens: await tokensFor(desk, context.var.who) }, 200),
  );
  app.openapi(
    route('own', {
      method: 'post',
      path: '/tokens',
      summary: 'A token for a program; shown this once',
      request: { body: { content: { 'application/json': { schema: newToken } } } },
      responses: { 200: json(token.extend({ secret: z.string() }), 'the token') },
    }),
    async (context) => {
      const made = await issueToken(desk, context.var.who, context.req.valid('json'));
      return context.json({ ...made.token, secret: made.secret }, 200);
    },
  );
  app.openapi(
    route('own', {
      method: 'delete',
      path: '/tokens/{id}',
      summary: 'Revokes a token',
      request: { params: releaseId },
      responses: { 204: { description: 'revoked' } },
    }),
    async (context) => {
      await revokeToken(desk, context.var.who, context.req.valid('param').id, context.var.words);
      return context.body(null, 204);
    },
  );
  app.openAPIRegistry.registerComponent('securitySchemes', 'token', { type: 'http', scheme: 'bearer' });
  app.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: { title: desk.words.desk.api.title, version: '1' },
    servers: [{ url: `${house.config.site.publicUrl}api/v1` }],
  });
  return { app, guarded };
}

/** Takes an incident in hand for somebody. @throws Refused where there is none of that id */
export async function acknowledgeAs({ house }: Desk, name: string, id: string, words: Desk['words']): Promise<void> {
  const now = house.clock.now();
  const found = await acknowledge(house.incidents, id, name, now, (event, subject, detail) =>
    house.journal.append(event, subject, name, now, detail),
  );
  if (!found) throw new Refused(404, 'unknown-incident', words.acts.unknownIncident(id));
}

function told(seen: Awaited<ReturnType<typeof preview>>, context: DeskContext): z.output<typeof effect> {
  const { words } = context.var;
  const problems = seen.problems.map((one) => showProblem(one, words.plan));
  return { file: seen.file.name, base: seen.file.base, problems, changes: tellChanges(seen.changes, words.changes), patch: seen.patch };
}

function stateOf(loaded: Awaited<ReturnType<Desk['house']['parts']['load']>>, files: string[], context: DeskContext): z.output<typeof contentShape> {
  const flaws = loaded.state === 'flawed' ? loaded.flaws.map(({ line, code, detail }) => `${line} ${context.var.words.flaw(code, detail)}`) : [];
  return { state: loaded.state, ...(loaded.state === 'ready' ? { digest: loaded.bundle.digest } : {}), files, flaws };
}
const contentShape = z.object({ state: z.string(), digest: z.string().optional(), files: z.array(z.string()), flaws: z.array(z.string()) });

/** What went wrong, as a program reads it. Only a fault of ours is in the log. */
function refusal(desk: Desk, error: Error, context: Context<DeskEnv>): Response {
  if (error instanceof Refused) {
    const { status, code, message, hint, lines } = error;
    return context.json({ code, message, ...(hint ? { hint } : {}), ...(lines.length > 0 ? { lines } : {}) }, status);
  }
  if (error instanceof HTTPException)
    return context.json({ code: 'input', message: desk.words.desk.refused.wrongInput, lines: [error.message] }, error.status);
  desk.log(error, context.req.path);
  return context.json({ code: 'failed', message: desk.words.desk.refused.failed }, 500);
}

/** With an `Idempotency-Key` a request is carried out once in a day, and answered the same as often as it is made. */
function once({ house, words }: Desk): MiddlewareHandler<DeskEnv> {
  return async (context, next) => {
    const key = context.req.header('idempotency-key');
    if (key === undefined || context.req.method === 'GET') return next();
    const { name } = context.var.who.account;
    const request = `${context.req.method} ${context.req.path} ${(context.req.header('content-type') ?? '').includes('json') ? await context.req.text() : ''}`;
    const claimed = await house.accounts.once(name, key, request);
    if (claimed === 'busy') return context.json({ code: 'busy', message: words.desk.refused.busy }, 409);
    if (claimed === 'other') return context.json({ code: 'other-request', message: words.desk.refused.otherRequest }, 422);
    if (claimed !== 'claimed')
      return context.body(claimed.body, claimed.status as 200, { 'content-type': 'application/json', 'idempotent-replay': 'true' });
    try {
      await next();
    } finally {
      const { res } = context;
      // What was refused or failed may be asked for again.
      const answer = res.ok ? { status: res.status, body: await res.clone().text() } : undefined;
      await house.accounts.answered(name, key, request, answer);
    }
    return undefined;
  };
}
