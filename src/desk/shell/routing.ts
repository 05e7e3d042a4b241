// What every page of the desk is served with: guards, limits, messages, forms, and how a refusal
// looks. Not for any page's own address.

import { randomUUID } from 'node:crypto';
import { type Handler, Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { html } from 'hono/html';
import { z } from 'zod';
import type { Messages } from '../../i18n/index.ts';
import type { Html } from '../../lib/html.ts';
import { RequestError } from '../../lib/request-error.ts';
import { PRIVATE_ANSWER } from '../../lib/security-headers.ts';
import type { RequiredPermission, RoutePermission } from '../../operations/roles.ts';
import { showProblem } from '../../plan/issues.ts';
import type { Release } from '../../plan/types.ts';
import { named } from '../../site/names.ts';
import { allow, bodyOf, messagesOfBrowser, ours, sessionSecret } from '../auth/session.ts';
import { largeOnesInTurn } from './big-bodies.ts';
import { type Desk, type DeskContext, type DeskEnv, mustBeShowable } from './desk.ts';
import { frame, type PageFrame, type PageMessage } from './frame.ts';

/** The largest form with a text in it and no files, bytes. */
export const PAGE_BODY_BYTES = 2_000_000;
/**
 * The largest of any other: each field takes the time of everybody, before anything of it is looked
 * at.
 */
const FORM_BYTES = 100_000;
/** A message waits so long for the page that shows it, seconds. */
const MESSAGE_S = 60;

const message = z.object({
  kind: z.enum(['good', 'bad']),
  text: z.string(),
  lines: z.array(z.string()).optional(),
});
export type Form = Readonly<Record<string, string>>;

/** What the desk's pages promise a browser. @param nonce of the editor's own styles */
export function policy(nonce?: string): string {
  const styles = nonce ? `'self' 'nonce-${nonce}'` : "'self'";
  return `default-src 'none'; script-src 'self'; style-src ${styles}; img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`;
}

/** More of a page than its title and its main part; see `Frame`. */
type Shown = Partial<Pick<PageFrame, 'message' | 'scripts' | 'nonce' | 'seen'>>;

/** What routes are made with. */
export interface Routing {
  readonly desk: Desk;
  readonly router: Hono<DeskEnv>;
  /** Every address with what it asks for. */
  readonly guarded: RoutePermission[];
  /** An address that only those may open who may. */
  protectedRoute(
    method: 'get' | 'post',
    path: string,
    permission: RequiredPermission,
    handler: Handler<DeskEnv>,
    bytes?: number,
  ): void;
  limits(bytes: number): MiddlewareHandler;
  show(
    context: DeskContext,
    at: string,
    title: string,
    main: Html,
    more?: Shown,
  ): Promise<Response>;
  /** Goes on to a page that says what came of it: reloading it does nothing again. */
  go(
    context: DeskContext,
    to: string,
    text: string,
    lines?: readonly string[],
    kind?: PageMessage['kind'],
  ): Promise<Response>;
  formOf(context: DeskContext): Promise<Form>;
  listOf(context: DeskContext, name: string): Promise<string[]>;
  /** Does what a form asks for; refused, its page is shown again with what was typed and why. */
  refilled(
    context: DeskContext,
    at: string,
    title: string,
    page: (form: Form) => Html | Promise<Html>,
    act: (form: Form) => Promise<Response>,
  ): Promise<Response>;
  param(context: DeskContext, name: string): string;
}

export function routingFor(desk: Desk): Routing {
  const { app } = desk;
  const { accounts, config } = app;
  const guarded: RoutePermission[] = [];
  const router = new Hono<DeskEnv>();

  const secure = ({ headers }: Response): void => {
    if (!headers.has('content-security-policy')) headers.set('content-security-policy', policy());
    for (const [name, value] of Object.entries(PRIVATE_ANSWER))
      if (!headers.has(name)) headers.set(name, value);
    if (config.desk.publicUrl.startsWith('https:'))
      headers.set('strict-transport-security', 'max-age=31536000');
  };
  router.use(async (context, next) => {
    context.set('words', messagesOfBrowser(context, desk.words));
    await next();
    secure(context.res);
  });
  router.onError((error, context) => {
    const { words } = context.var;
    const refused = error instanceof RequestError;
    // An invitation's address is what it is good for.
    if (!refused) desk.log(error, context.req.path.replace(/(\/welcome\/).+/, '$1…'));
    const status = refused ? error.status : 500;
    const text = refused
      ? [error.message, error.hint].filter(Boolean).join('。')
      : words.desk.refused.failed;
    const isNowhere = refused && error.code === 'not-found';
    const title = isNowhere ? error.message : words.desk.refused.title;
    const page = {
      title,
      at: '?',
      message: isNowhere
        ? undefined
        : { kind: 'bad' as const, text, lines: refused ? error.lines : [] },
    };
    const refusal = context.html(
      frame({
        words,
        bureau: named(config.bureau, words),
        who: context.var.who,
        main: isNowhere
          ? html`${heading(title)}<p>${words.desk.refused.notFoundHow} <a href="/desk/">${words.desk.nav.today}</a></p>`
          : heading(title),
        ...page,
      }),
      status,
    );
    // Where no route was found, this is made after everything else.
    return Promise.resolve(refusal).then((response) => {
      secure(response);
      return response;
    });
  });

  // Whoever was sending a form comes back to its page.
  const toSignIn = (context: DeskContext): Response => {
    if (isStream(context)) return context.body(null, 204);
    const next =
      context.req.method === 'GET'
        ? `/desk${context.req.path}${new URL(context.req.url).search}`
        : cameFrom(context);
    // Somebody who was in the middle of something hears why they are here.
    const over =
      context.req.method === 'GET' && sessionSecret(desk, context) === undefined ? '' : '&over=yes';
    return context.redirect(
      `/desk/sign-in?next=${encodeURIComponent(safeNextPage(next))}${over}`,
      303,
    );
  };
  const limits = (bytes: number) =>
    bodyLimit({
      maxSize: bytes,
      onError: () => {
        throw new RequestError(413, 'too-large', desk.words.desk.refused.tooLarge);
      },
    });
  const inTurn = largeOnesInTurn();
  // Who may, then how much, then whether it comes from here: nothing is read of what somebody sends
  // who may not.
  const protectedRoute = (
    method: 'get' | 'post',
    path: string,
    permission: RequiredPermission,
    handler: Handler<DeskEnv>,
    bytes = FORM_BYTES,
  ): void => {
    guarded.push({ method, path, permission });
    const first = (context: DeskContext): Response =>
      isStream(context) ? context.body(null, 204) : context.redirect('/desk/me/', 303);
    router.on(
      method.toUpperCase(),
      path,
      allow(desk, permission, { at: '/desk', stranger: toSignIn, first }),
      inTurn,
      limits(bytes),
      ours(desk),
      handler,
    );
  };
  const show = async (
    context: DeskContext,
    at: string,
    title: string,
    main: Html,
    more: Shown = {},
  ): Promise<Response> => {
    const { words, who } = context.var;
    const id = context.req.query('said');
    const kept =
      id === undefined ? undefined : message.safeParse(await accounts.take('message', id)).data;
    if (more.nonce) context.header('Content-Security-Policy', policy(more.nonce));
    return context.html(
      frame({
        words,
        bureau: named(config.bureau, words),
        who,
        title,
        at,
        main,
        ...more,
        message: more.message ?? kept,
      }),
    );
  };
  /** Goes on to a page that says what came of it: reloading it does nothing again. */
  const go = async (
    context: DeskContext,
    to: string,
    text: string,
    lines: readonly string[] = [],
    kind: PageMessage['kind'] = 'good',
  ): Promise<Response> => {
    const id = randomUUID();
    await accounts.keep('message', id, { kind, text, lines }, MESSAGE_S);
    return context.redirect(`${to}${to.includes('?') ? '&' : '?'}said=${id}`, 303);
  };
  const formOf = async (context: DeskContext): Promise<Form> => {
    const form = fieldsOf(await bodyOf(context));
    mustBeShowable(form, context.var.words);
    return form;
  };
  const listOf = async (context: DeskContext, name: string): Promise<string[]> => {
    const value = (await bodyOf(context))[name];
    return [value].flat().filter((one) => typeof one === 'string');
  };
  const refilled: Routing['refilled'] = async (context, at, title, page, act) => {
    const form = fieldsOf(await bodyOf(context));
    try {
      mustBeShowable(form, context.var.words);
      return await act(form);
    } catch (error) {
      // What takes long to write into a page stays in the browser, which has it still.
      if (!(error instanceof RequestError) || isHeavy(Object.values(form))) throw error;
      context.status(error.status);
      const text = [error.message, error.hint].filter(Boolean).join('。');
      return show(context, at, title, await page(form), {
        message: { kind: 'bad', text, lines: [...error.lines] },
      });
    }
  };
  const param = (context: DeskContext, name: string): string => context.req.param(name) ?? '';

  return {
    desk,
    router,
    guarded,
    protectedRoute,
    limits,
    show,
    go,
    formOf,
    listOf,
    refilled,
    param,
  };
}

/**
 * What would take the time of everybody to be written into a page: each of these characters is five
 * there.
 */
export function isHeavy(texts: readonly string[]): boolean {
  let signs = 0;
  for (const text of texts) {
    for (const sign of ['&', '<', '>', '"', "'"]) {
      for (let at = text.indexOf(sign); at >= 0; at = text.indexOf(sign, at + 1))
        if (++signs > MOST_SIGNS) return true;
    }
  }
  return texts.reduce((sum, { length }) => sum + length, 0) > MOST_SHOWN;
}

/** Signs that HTML writes as several, and UTF-16 units, of one form. */
const MOST_SIGNS = 100_000;
const MOST_SHOWN = 1_300_000;

/**
 * A page that waits for events is told to ask no more, and not led to a page: whoever signed out in
 * another tab has it open still.
 */
const isStream = (context: DeskContext): boolean =>
  context.req.header('accept')?.includes('text/event-stream') ?? false;

/** Only ever a page of the desk, with what was asked of it. */
export function safeNextPage(next: string | undefined): string {
  return next !== undefined &&
    /^\/desk\/[\w./~-]*(\?[\w.~%&=+-]*)?$/.test(next) &&
    !next.includes('..')
    ? next
    : '/desk/';
}

/** The page of the desk that a browser came from, as far as it says so. */
export function cameFrom(context: DeskContext): string {
  const from = context.req.header('referer');
  if (from === undefined || !URL.canParse(from)) return '/desk/';
  const { pathname, search } = new URL(from);
  return safeNextPage(`${pathname}${search}`);
}

/**
 * What is wrong with a release's content, a line each; undefined where there is none.
 * @param byChannel whether what its channels would refuse is wrong too
 */
export async function flawsOf(
  { app }: Desk,
  release: Release,
  words: Messages,
  byChannel = true,
): Promise<string[] | undefined> {
  const loaded = await app.publishDeps.load(release);
  if (loaded.state === 'missing') return undefined;
  if (loaded.state === 'ready' && !byChannel) return [];
  if (loaded.state === 'ready')
    // What a channel would refuse keeps it from going out there just as well.
    return release.settings.channels.flatMap((name) => {
      const channel = app.channels.get(name);
      if (!channel) return [];
      const found = app.publishDeps.flawsFor(
        channel,
        app.publishDeps.itemOf(release, loaded.bundle, name),
        loaded.bundle,
      );
      return found.map(
        ({ file, line, code, detail }) =>
          `${words.channel(name)}：${file.split(/[/\\]/).at(-1) ?? file}:${line} ${words.flaw(code, detail)}`,
      );
    });
  return loaded.flaws.map(({ file, line, code, detail, problem }) => {
    const name = file.split(/[/\\]/).at(-1) ?? file;
    return problem
      ? (showProblem({ ...problem, file: name, line }, words.plan).split('\n')[0] ?? '')
      : `${name}:${line} ${words.flaw(code, detail)}`;
  });
}

/** The fields of a form, without its files. */
export function fieldsOf(body: Awaited<ReturnType<typeof bodyOf>>): Form {
  return Object.fromEntries(
    Object.entries(body).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value]] : [],
    ),
  );
}

/** What was filled in. */
export function given(form: Form): Record<string, string> {
  return Object.fromEntries(Object.entries(form).filter(([, value]) => value.trim() !== ''));
}

export function parsed<S extends z.ZodType>(
  schema: S,
  value: unknown,
  words: Messages,
): z.output<S> {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  throw new RequestError(422, 'input', words.desk.refused.wrongInput, {
    lines: read.error.issues.map((issue) => issueText(issue, words)),
  });
}

/** What is wrong with one field, by its label. */
function issueText(issue: z.core.$ZodIssue, words: Messages): string {
  const w = words.desk.fields;
  const key = String(issue.path.at(-1) ?? '');
  const what =
    issue.code === 'too_big'
      ? w.most(Number(issue.maximum), issue.origin)
      : issue.code === 'too_small'
        ? w.least(Number(issue.minimum), issue.origin)
        : w.wrong;
  return `${w.names[key] ?? key}${what}`;
}

export const heading = (text: string): Html => html`<h1>${text}</h1>`;
