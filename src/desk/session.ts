// Who asks: a browser by its session, a program by its token; and what each may. Nothing passes that is not allowed by name.
// Not for signing in: sign-in.ts.
import { getConnInfo } from '@hono/node-server/conninfo';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { MiddlewareHandler } from 'hono';
import { wordsOf } from '../words/index.ts';
import type { Words } from '../words/index.ts';
import type { Desk, DeskContext, DeskEnv, Who } from './desk.ts';
import { Refused } from './desk.ts';
import { permissionsOf } from './roles.ts';
import type { Permission } from './roles.ts';

/** Methods that change nothing. */
const READING = ['GET', 'HEAD'];
const LANGUAGE_S = 365 * 86_400;

/** Whether the public reaches the desk by HTTPS; on this machine alone it may be without. */
const isSecure = (desk: Desk): boolean => desk.house.config.site.publicUrl.startsWith('https:') || desk.house.config.site.host !== '127.0.0.1';
const cookieOf = (desk: Desk): string => (isSecure(desk) ? '__Host-banli' : 'banli');

export function keepSession(desk: Desk, context: DeskContext, secret: string): void {
  setCookie(context, cookieOf(desk), secret, { httpOnly: true, secure: isSecure(desk), sameSite: 'Lax', path: '/' });
}

export function sessionSecret(desk: Desk, context: DeskContext): string | undefined {
  return getCookie(context, cookieOf(desk));
}

export function dropSession(desk: Desk, context: DeskContext): void {
  deleteCookie(context, cookieOf(desk), { path: '/', secure: isSecure(desk) });
}

export function keepLanguage(context: DeskContext, language: string): void {
  setCookie(context, 'banli-lang', language, { httpOnly: true, sameSite: 'Lax', path: '/', maxAge: LANGUAGE_S });
}

/** The address that a request comes from: what a proxy on this machine says, else the other end of the line. */
export function addressOf(context: DeskContext): string {
  let remote = '';
  try {
    remote = getConnInfo(context).remote.address ?? '';
  } catch {
    // Asked within this process, as tests do.
    return 'local';
  }
  const told = context.req.header('x-forwarded-for')?.split(',').at(-1)?.trim();
  return ['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(remote) && told ? told : remote;
}

/** Chinese unless the browser was told otherwise here. */
export function languageOf(context: DeskContext, words: Words): Words {
  const chosen = getCookie(context, 'banli-lang');
  return chosen === 'en' || chosen === 'zh' ? wordsOf(chosen) : words;
}

/** Who asks, if anybody. */
export async function whoAsks(desk: Desk, context: DeskContext): Promise<Who | undefined> {
  const { accounts, clock, config } = desk.house;
  const now = clock.now();
  const bearer = /^Bearer (\S+)$/.exec(context.req.header('authorization') ?? '')?.[1];
  if (bearer !== undefined) {
    const found = await accounts.tokenOf(bearer, now);
    if (!found) return undefined;
    const may = new Set([...permissionsOf(found.account)].filter((one) => found.token.scopes.includes(one)));
    return { account: found.account, may, csrf: '', via: 'token', from: addressOf(context), first: undefined };
  }
  const secret = sessionSecret(desk, context);
  const found = secret === undefined ? undefined : await accounts.signedIn(secret, now);
  if (!found) return undefined;
  const { account, session } = found;
  const unsafe = config.desk.totp === 'required' && account.password !== undefined && account.totp === undefined;
  const first = account.given ? 'password' : unsafe ? 'totp' : undefined;
  return { account, may: permissionsOf(account), csrf: session.csrf, via: 'session', from: addressOf(context), first };
}

/** A request that changes something must come from a page of ours. */
async function isOurs(context: DeskContext, who: Who): Promise<boolean> {
  if (READING.includes(context.req.method) || who.via === 'token') return true;
  if (!['same-origin', 'none', undefined].includes(context.req.header('sec-fetch-site'))) return false;
  const header = context.req.header('x-csrf-token');
  if (header !== undefined) return header === who.csrf;
  const form = (context.req.header('content-type') ?? '').includes('form') ? await context.req.parseBody({ all: true }) : {};
  return form.csrf === who.csrf;
}

/** Lets through whoever may do this; the others are told so, or asked to sign in. `own` is what concerns only oneself. */
export function allow(desk: Desk, permission: Permission | 'own', onStranger: (context: DeskContext) => Response): MiddlewareHandler<DeskEnv> {
  return async (context, next) => {
    const words = languageOf(context, desk.words);
    context.set('words', words);
    const who = await whoAsks(desk, context);
    if (!who) return onStranger(context);
    const w = words.desk.refused;
    if (permission === 'own' ? who.via === 'token' : !who.may.has(permission))
      throw new Refused(403, 'forbidden', w.forbidden, { hint: w.forbiddenHow });
    if (who.first === 'password' && permission !== 'own') throw new Refused(403, 'own-password', w.ownPassword, { hint: w.firstHow });
    if (who.first === 'totp' && permission !== 'own') throw new Refused(403, 'second-factor', w.secondFactor, { hint: w.firstHow });
    if (!(await isOurs(context, who))) throw new Refused(403, 'csrf', w.csrf, { hint: w.csrfHow });
    context.set('who', who);
    return next();
  };
}
