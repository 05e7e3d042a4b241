// Who asks: a browser by its session, a program by its token; and what each may. Nothing passes
// that is not allowed by name. Not for signing in: sign-in.ts.
import { BlockList, isIP } from 'node:net';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context, MiddlewareHandler } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { type Messages, messagesFor } from '../../i18n/index.ts';
import { type Account, SESSION_MS } from '../../ledger/accounts.ts';
import { RequestError } from '../../lib/request-error.ts';
import { permissionsOf, type RequiredPermission } from '../../operations/roles.ts';
import type { Desk, DeskContext, DeskEnv, Principal } from '../shell/desk.ts';
import { noteRefusal } from './refused-requests.ts';

/** Methods that change nothing. */
const READING = ['GET', 'HEAD'];
const LANGUAGE_S = 365 * 86_400;

/** Whether the public reaches the desk by HTTPS; on this machine alone it may be without. */
const isSecure = (desk: Desk): boolean =>
  desk.app.config.desk.publicUrl.startsWith('https:') || desk.app.config.site.host !== '127.0.0.1';
const cookieOf = (desk: Desk): string => (isSecure(desk) ? '__Host-banli' : 'banli');

export function keepSession(desk: Desk, context: DeskContext, secret: string): void {
  setCookie(context, cookieOf(desk), secret, {
    httpOnly: true,
    secure: isSecure(desk),
    sameSite: 'Lax',
    path: '/',
  });
}

export function sessionSecret(desk: Desk, context: DeskContext): string | undefined {
  return getCookie(context, cookieOf(desk));
}

export function dropSession(desk: Desk, context: DeskContext): void {
  deleteCookie(context, cookieOf(desk), { path: '/', secure: isSecure(desk) });
}

export function keepLanguage(context: DeskContext, language: string): void {
  setCookie(context, 'banli-lang', language, {
    httpOnly: true,
    sameSite: 'Lax',
    path: '/',
    maxAge: LANGUAGE_S,
  });
}

/** Proxies that are believed, by the list that the configuration has. */
const believed = new WeakMap<readonly string[], BlockList>();

function isBelieved(address: string, proxies: readonly string[]): boolean {
  let list = believed.get(proxies);
  if (!list) {
    list = new BlockList();
    for (const one of proxies) {
      const [net = '', bits] = one.split('/');
      const family = isIP(net) === 6 ? 'ipv6' : 'ipv4';
      if (bits === undefined) list.addAddress(net, family);
      else list.addSubnet(net, Number(bits), family);
    }
    believed.set(proxies, list);
  }
  return isIP(address) !== 0 && list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/**
 * The address that a request comes from: the last one that a proxy we believe did not add itself
 * (`site.trustedProxies`).
 */
export function addressOf(trustedProxies: readonly string[], context: Context): string {
  let remote = '';
  try {
    remote = getConnInfo(context).remote.address ?? '';
  } catch {
    // Asked within this process, as tests do.
    return 'local';
  }
  const told = (context.req.header('x-forwarded-for') ?? '').split(',').map((one) => one.trim());
  let address = plain(remote);
  while (isBelieved(address, trustedProxies)) {
    const before = plain(told.pop() ?? '');
    if (isIP(before) === 0) break;
    address = before;
  }
  return address;
}

/** An IPv4 address as such, however the system writes it. */
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '');

/** Chinese unless the browser was told otherwise here. */
export function messagesOfBrowser(context: DeskContext, words: Messages): Messages {
  const chosen = getCookie(context, 'banli-lang');
  return chosen === 'en' || chosen === 'zh' ? messagesFor(chosen) : words;
}

/** Who asks, if anybody. */
export async function whoAsks(desk: Desk, context: DeskContext): Promise<Principal | undefined> {
  const { accounts, clock, config } = desk.app;
  const now = clock.now();
  const from = addressOf(config.site.trustedProxies, context);
  const firstOf = (account: Account): Principal['first'] => {
    const lacksFactor =
      config.desk.totp === 'required' &&
      account.password !== undefined &&
      account.totp === undefined;
    return account.given ? 'password' : lacksFactor ? 'totp' : undefined;
  };
  const bearer = /^Bearer (\S+)$/.exec(context.req.header('authorization') ?? '')?.[1];
  if (bearer !== undefined) {
    const found = await accounts.tokenOf(bearer, now);
    if (!found) return undefined;
    const { account, token } = found;
    const may = new Set([...permissionsOf(account)].filter((one) => token.scopes.includes(one)));
    return {
      account,
      may,
      csrf: '',
      via: 'token',
      from,
      since: token.created,
      left: token.expires - now,
      first: firstOf(account),
    };
  }
  const secret = sessionSecret(desk, context);
  const found = secret === undefined ? undefined : await accounts.signedIn(secret, now);
  if (!found) return undefined;
  const { account, session } = found;
  const left = session.since + SESSION_MS - now;
  return {
    account,
    may: permissionsOf(account),
    csrf: session.csrf,
    via: 'session',
    from,
    since: session.since,
    left,
    first: firstOf(account),
  };
}

/** Whether a browser says that another site sent it. */
export function isFromElsewhere({ app }: Pick<Desk, 'app'>, context: DeskContext): boolean {
  const site = context.req.header('sec-fetch-site');
  if (site !== undefined) return !['same-origin', 'none'].includes(site);
  const origin = context.req.header('origin');
  if (origin === undefined) return false;
  const ours = [context.req.header('host'), new URL(app.config.desk.publicUrl).host];
  return !URL.canParse(origin) || !ours.includes(new URL(origin).host);
}

/**
 * No form of the desk has more fields: a body of two megabytes could have hundreds of thousands,
 * and reading them takes the time of everybody.
 */
const MOST_FIELDS = 2000;
/** Each part of a form with files says what it is. */
const PART = Buffer.from('Content-Disposition');
/** What is typed in one form, in all: a plan file has at most a million bytes. UTF-16 units. */
const MOST_TYPED = 1_300_000;

type Body = Record<string, string | File | (string | File)[]>;

/**
 * What a form sends, fields and files. Of one request it is read once.
 * @throws RequestError where it cannot be read, or is more than a form has
 */
export function bodyOf(context: DeskContext): Promise<Body> {
  const before = bodies.get(context.req);
  if (before) return before;
  const read = readBody(context);
  bodies.set(context.req, read);
  return read;
}

const bodies = new WeakMap<object, Promise<Body>>();

async function readBody(context: DeskContext): Promise<Body> {
  const type = context.req.header('content-type') ?? '';
  const isPlain = /^application\/x-www-form-urlencoded\b/i.test(type);
  const body = isPlain ? fieldsIn(await context.req.text(), context) : await partsIn(context, type);
  const typed = Object.values(body).flat();
  if (typed.reduce((sum, one) => sum + (typeof one === 'string' ? one.length : 0), 0) > MOST_TYPED)
    throw tooLarge(context);
  return body;
}

const tooLarge = (context: DeskContext): RequestError =>
  new RequestError(413, 'too-large', context.var.words.desk.refused.tooLarge);

async function partsIn(context: DeskContext, type: string): Promise<Body> {
  if (!/^multipart\/form-data\b/i.test(type)) return {};
  const bytes = Buffer.from(await context.req.arrayBuffer());
  let parts = 0;
  for (let at = bytes.indexOf(PART); at >= 0; at = bytes.indexOf(PART, at + PART.length))
    if (++parts > MOST_FIELDS) throw tooLarge(context);
  const body = new Map<string, string | File | (string | File)[]>();
  const form = await new Response(bytes, { headers: { 'content-type': type } })
    .formData()
    .catch(() => undefined);
  if (!form) throw new RequestError(400, 'input', context.var.words.desk.refused.wrongInput);
  for (const [name, value] of form) {
    const before = body.get(name);
    body.set(name, before === undefined ? value : [before, value].flat());
  }
  return Object.fromEntries(body);
}

function fieldsIn(text: string, context: DeskContext): Body {
  let fields = 1;
  for (let at = text.indexOf('&'); at >= 0; at = text.indexOf('&', at + 1))
    if (++fields > MOST_FIELDS) throw tooLarge(context);
  const body = new Map<string, string | string[]>();
  for (const [name, value] of new URLSearchParams(text)) {
    const before = body.get(name);
    body.set(name, before === undefined ? value : [before, value].flat());
  }
  return Object.fromEntries(body);
}

/** A request that changes something must come from a page of ours. */
async function isOurs(desk: Desk, context: DeskContext, who: Principal): Promise<boolean> {
  if (READING.includes(context.req.method) || who.via === 'token') return true;
  if (isFromElsewhere(desk, context)) return false;
  const header = context.req.header('x-csrf-token');
  if (header !== undefined) return header === who.csrf;
  const form = (context.req.header('content-type') ?? '').includes('form')
    ? await bodyOf(context)
    : {};
  return form.csrf === who.csrf;
}

/** What whoever may not go on is answered. */
export interface Turned {
  /** Where the routes stand, for the journal. */
  readonly at: '/desk' | '/api/v1';
  /** Nobody is signed in. */
  stranger(context: DeskContext): Response;
  /** Something has to be done first. Undefined: it is refused. */
  first?(context: DeskContext): Response | undefined;
}

/**
 * The one gate of pages and API: who it is and what they may, before a byte of what they send is
 * read. Lets through whoever may do this; the others are told so, or asked to sign in.
 */
export function allow(
  desk: Desk,
  permission: RequiredPermission,
  turned: Turned,
): MiddlewareHandler<DeskEnv> {
  return async (context, next) => {
    const words = messagesOfBrowser(context, desk.words);
    context.set('words', words);
    const who = await whoAsks(desk, context);
    if (!who) return turned.stranger(context);
    const w = words.desk.refused;
    // Programs have the API, where each of their scopes is asked for.
    if (turned.at === '/desk' && who.via === 'token') {
      const refused = new RequestError(403, 'forbidden', w.forbidden, { hint: w.tokensHow });
      await noteRefusal(desk, context, turned.at, who, refused);
      throw refused;
    }
    if (who.first !== undefined && permission !== 'first') {
      const answer = turned.first?.(context);
      if (answer) return answer;
      const refused =
        who.first === 'password'
          ? new RequestError(403, 'own-password', w.ownPassword, { hint: w.firstHow })
          : new RequestError(403, 'second-factor', w.secondFactor, { hint: w.firstHow });
      await noteRefusal(desk, context, turned.at, who, refused);
      throw refused;
    }
    if (
      permission === 'own' || permission === 'first'
        ? who.via === 'token'
        : !who.may.has(permission)
    ) {
      const refused = new RequestError(403, 'forbidden', w.forbidden, { hint: w.forbiddenHow });
      await noteRefusal(desk, context, turned.at, who, refused);
      throw refused;
    }
    context.set('who', who);
    await next();
    // What is refused further in: a form of another site's, a step that needs a new sign-in.
    if (context.error instanceof RequestError && context.error.status === 403)
      await noteRefusal(desk, context, turned.at, who, context.error);
    return undefined;
  };
}

/**
 * What changes something comes from a page of ours: asked once it is known who sends it, and that
 * it is not too much.
 */
export function ours(desk: Desk): MiddlewareHandler<DeskEnv> {
  return async (context, next) => {
    const { who, words } = context.var;
    const w = words.desk.refused;
    if (!(await isOurs(desk, context, who)))
      throw new RequestError(403, 'csrf', w.csrf, { hint: w.csrfHow });
    return next();
  };
}
