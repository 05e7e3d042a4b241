// What every route of the API is made with: its description, limits, who may, once; and how a
// refusal reads. Not for any route.
import { createHash } from 'node:crypto';
import { createRoute, OpenAPIHono, type RouteConfig, z } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import { RequestError } from '../../lib/request-error.ts';
import { NO_PAGE, PRIVATE_ANSWER } from '../../lib/security-headers.ts';
import type { RequiredPermission, RoutePermission } from '../../operations/roles.ts';
import { allow, bodyOf, messagesOfBrowser, ours } from '../auth/session.ts';
import { largeOnesInTurn } from './big-bodies.ts';
import { type Desk, type DeskContext, type DeskEnv, mustBeShowable } from './desk.ts';

/** A plan's text is the largest of what is sent as JSON. */
export const PLAN_BODY_BYTES = 2_000_000;
export const API_BODY_BYTES = 100_000;
/** So much that is wrong is told at once. */
const MOST_LINES = 50;
export const problem = z
  .object({
    code: z.string(),
    message: z.string(),
    hint: z.string().optional(),
    lines: z.array(z.string()).optional(),
  })
  .openapi('Problem');
export const jsonBody = <S extends z.ZodType>(schema: S, description: string) => ({
  description,
  content: { 'application/json': { schema } },
});
export const done = z.object({
  done: z.array(z.object({ subject: z.string(), outcome: z.string(), message: z.string() })),
});
export const releaseIdParam = z.object({ id: z.string().openapi({ example: 'gdp.2026-Q2' }) });
/** What routes are made with. */
export type ApiRouting = ReturnType<typeof frameFor>;

export function frameFor(desk: Desk) {
  const guarded: RoutePermission[] = [];
  const router = new OpenAPIHono<DeskEnv>({
    defaultHook: (result, context) => {
      if (result.success) return undefined;
      const lines = result.error.issues
        .slice(0, MOST_LINES)
        .map(({ path, message }) => `${path.join('.')}: ${message}`);
      return context.json(
        {
          code: 'input',
          message: messagesOfBrowser(context as DeskContext, desk.words).desk.refused.wrongInput,
          lines,
        },
        422,
      );
    },
  });
  router.onError((error, context) => refusal(desk, error, context));
  router.notFound((context) =>
    context.json({ code: 'not-found', message: desk.words.desk.refused.notFound }, 404),
  );
  router.use(async (context, next) => {
    await next();
    for (const [name, value] of Object.entries(PRIVATE_ANSWER)) context.header(name, value);
    context.header('Content-Security-Policy', NO_PAGE);
  });
  const stranger = (context: DeskContext): Response => {
    context.header('WWW-Authenticate', 'Bearer');
    return context.json({ code: 'sign-in', message: context.var.words.desk.refused.signIn }, 401);
  };
  const limit = (bytes: number): MiddlewareHandler =>
    bodyLimit({
      maxSize: bytes,
      onError: (context) =>
        context.json({ code: 'too-large', message: desk.words.desk.refused.tooLarge }, 413),
    });

  const inTurn = largeOnesInTurn();
  /**
   * A route's description with its guards: who may, then how much, then whether it comes from here,
   * then once.
   */
  function route<P extends string, const R extends Omit<RouteConfig, 'path'> & { path: P }>(
    permission: RequiredPermission,
    config: R,
    bytes = API_BODY_BYTES,
    answersSecret = permission === 'own',
  ): R & { middleware: MiddlewareHandler<DeskEnv>[] } {
    guarded.push({ method: config.method, path: config.path, permission });
    return createRoute({
      security: [{ token: [] }],
      'x-permission': permission,
      ...withBodyRequired(config),
      // An answer with a secret in it (a token, an invitation) is not kept for answering again.
      middleware: [
        allow(desk, permission, { at: '/api/v1', stranger }),
        inTurn,
        limit(bytes),
        ours(desk),
        showable,
        ...(answersSecret ? [] : [once(desk)]),
      ],
    });
  }

  return { desk, router, route, guarded };
}

/**
 * The same description, with its body said to be required. The framework checks no optional body
 * that is sent without its content type: it hands the route an empty object instead, whatever the
 * schema says.
 */
function withBodyRequired<R extends Omit<RouteConfig, 'path'>>(config: R): R {
  const { request } = config;
  return request?.body
    ? { ...config, request: { ...request, body: { ...request.body, required: true } } }
    : config;
}

/** What went wrong, as a program reads it. Only a fault of ours is in the log. */
function refusal(desk: Desk, error: Error, context: Context<DeskEnv>): Response {
  if (error instanceof RequestError) {
    const { status, code, message, hint, lines } = error;
    return context.json(
      { code, message, ...(hint ? { hint } : {}), ...(lines.length > 0 ? { lines } : {}) },
      status,
    );
  }
  if (error instanceof HTTPException)
    return context.json(
      { code: 'input', message: desk.words.desk.refused.wrongInput, lines: [error.message] },
      error.status,
    );
  desk.log(error, context.req.path);
  return context.json({ code: 'failed', message: desk.words.desk.refused.failed }, 500);
}

/** Every byte that was sent, as a short name. */
async function sentOf(context: Context<DeskEnv>): Promise<string> {
  const hash = createHash('sha256');
  if (!(context.req.header('content-type') ?? '').includes('form'))
    return hash.update(await context.req.text()).digest('hex');
  for (const [name, value] of Object.entries(await bodyOf(context)))
    for (const one of [value].flat()) {
      const bytes =
        typeof one === 'string' ? Buffer.from(one) : Buffer.from(await one.arrayBuffer());
      hash
        .update(JSON.stringify([name, typeof one === 'string' ? '' : one.name, bytes.length]))
        .update(bytes);
    }
  return hash.digest('hex');
}

/**
 * What is sent as JSON has no character that cannot be shown; of a plan's text its own reader says
 * in which line. What is no JSON at all is refused by the route's own schema.
 */
const showable: MiddlewareHandler<DeskEnv> = async (context, next) => {
  if ((context.req.header('content-type') ?? '').includes('json')) {
    const sent: unknown = await context.req.json().catch(() => undefined);
    const isObject = typeof sent === 'object' && sent !== null && !Array.isArray(sent);
    mustBeShowable(isObject ? { ...sent, text: undefined } : sent, context.var.words);
  }
  return next();
};

/**
 * With an `Idempotency-Key` a request is carried out once in a day, and answered the same as often
 * as it is made.
 */
function once({ app, words }: Desk): MiddlewareHandler<DeskEnv> {
  return async (context, next) => {
    const key = context.req.header('idempotency-key');
    if (key === undefined || context.req.method === 'GET') return next();
    const { name } = context.var.who.account;
    const request = `${context.req.method} ${context.req.path} ${await sentOf(context)}`;
    const claimed = await app.accounts.once(name, key, request);
    if (claimed === 'busy')
      return context.json({ code: 'busy', message: words.desk.refused.busy }, 409);
    if (claimed === 'other')
      return context.json({ code: 'other-request', message: words.desk.refused.otherRequest }, 422);
    if (claimed !== 'claimed')
      return context.body(claimed.body, claimed.status as 200, {
        'content-type': 'application/json',
        'idempotent-replay': 'true',
      });
    try {
      await next();
    } finally {
      const { res } = context;
      // What was refused or failed may be asked for again.
      const answer = res.ok ? { status: res.status, body: await res.clone().text() } : undefined;
      await app.accounts.answered(name, key, request, answer);
    }
    return undefined;
  };
}
