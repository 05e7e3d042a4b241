// Signing in and out, and what one signs in with, as pages. Not for deciding it:
// desk/auth/sign-in.ts.

import { getCookie, setCookie } from 'hono/cookie';
import type { Html } from '../../lib/html.ts';
import { RequestError } from '../../lib/request-error.ts';
import { newTotp } from '../auth/secrets.ts';
import {
  addressOf,
  bodyOf,
  dropSession,
  isFromElsewhere,
  keepLanguage,
  keepSession,
  sessionSecret,
} from '../auth/session.ts';
import {
  changePassword,
  confirmSelf,
  type Entered,
  enter,
  enterCode,
  Oidc,
  setTotp,
} from '../auth/sign-in.ts';
import { isAfterRestart } from '../settings/restart.ts';
import { serveAsset } from '../shell/assets.ts';
import type { DeskContext } from '../shell/desk.ts';
import {
  cameFrom,
  type Form,
  fieldsOf,
  parsed,
  type Routing,
  safeNextPage,
} from '../shell/routing.ts';
import { acceptInvitation, invitedBy, ownName } from './invitations.ts';
import { codeMain, meMain, signInMain, welcomeMain } from './pages.ts';
import { issueToken, newToken, revokeToken, tokensFor } from './people.ts';

/** The largest form of somebody who has not signed in, bytes. */
const SIGN_IN_BYTES = 20_000;
/** The seed of a second factor: 160 bits in base32. */
const SEED = /^[A-Z2-7]{32}$/;

export function selfRoutes(routing: Routing): void {
  const { desk, router, protectedRoute, limits, show, go, formOf, listOf, param, refilled } =
    routing;
  const { app } = desk;
  const { accounts, planService: planner, config, clock } = app;
  const oidc = new Oidc(desk);
  // Before signing in.
  router.get('/assets/:name', (context) => serveAsset(context));
  router.get('/language/:code', (context) => {
    keepLanguage(context, context.req.param('code') === 'en' ? 'en' : 'zh');
    return context.redirect(cameFrom(context), 303);
  });
  router.get('/sign-in', (context) => {
    const { words } = context.var;
    const next = safeNextPage(context.req.query('next'));
    const main = signInMain(next, config.desk.oidc !== undefined, words);
    const over = context.req.query('over') === 'yes' ? words.desk.signIn.over : undefined;
    // What it had is not sent to another address, nor read under another name of the cookie.
    const text = over ?? (isAfterRestart(next) ? words.settings.force.moved : undefined);
    return show(
      context,
      '',
      words.desk.signIn.title,
      main,
      text === undefined ? {} : { message: { kind: over ? 'bad' : 'good', text } },
    );
  });
  /** The session that this browser has had is over, whatever it goes on with. */
  const leave = async (context: DeskContext): Promise<void> => {
    const secret = sessionSecret(desk, context);
    if (secret !== undefined) await accounts.close(secret);
  };
  const entered = async (
    context: DeskContext,
    came: Entered,
    next: string,
    typed = '',
  ): Promise<Response> => {
    const { words } = context.var;
    const w = words.desk.signIn;
    switch (came.state) {
      case 'in':
        await leave(context);
        keepSession(desk, context, came.secret);
        return context.redirect(next, 303);
      case 'code':
        return show(context, '', w.code, codeMain(came.ticket, next, words));
      case 'wrong':
      case 'lapsed':
      case 'locked':
        context.status(came.state === 'locked' ? 429 : 401);
        // Where the password alone is no longer looked at, it is together with a code.
        return show(
          context,
          '',
          w.title,
          signInMain(next, config.desk.oidc !== undefined, words, came.state === 'locked', typed),
          {
            message: { kind: 'bad', text: w[came.state] },
          },
        );
    }
  };
  // Nobody is signed in by a page of another site.
  router.on(
    'POST',
    ['/sign-in', '/sign-in/code', '/welcome'],
    limits(SIGN_IN_BYTES),
    (context, next) => {
      const w = context.var.words.desk.refused;
      if (isFromElsewhere(desk, context))
        throw new RequestError(403, 'csrf', w.csrf, { hint: w.csrfHow });
      return next();
    },
  );
  router.post('/sign-in', async (context) => {
    const { name = '', password = '', code = '', next } = await formOf(context);
    const entry = {
      name: name.trim().slice(0, 64),
      password: password.slice(0, 1000),
      code: code.trim().slice(0, 20),
    };
    return entered(
      context,
      await enter(desk, entry, addressOf(config.site.trustedProxies, context)),
      safeNextPage(next),
      entry.name,
    );
  });
  router.post('/sign-in/code', async (context) => {
    const { ticket = '', code = '', next } = await formOf(context);
    return entered(
      context,
      await enterCode(desk, ticket, code, addressOf(config.site.trustedProxies, context)),
      safeNextPage(next),
    );
  });
  router.get('/welcome/:invitation', async (context) => {
    const { words } = context.var;
    const invitation = context.req.param('invitation');
    const account = await invitedBy(desk, invitation);
    const w = words.desk.invitation;
    if (!account) throw new RequestError(404, 'invitation-over', w.over, { hint: w.overHow });
    return show(context, '', w.title, welcomeMain(invitation, account, words));
  });
  router.post('/welcome', async (context) => {
    const { words } = context.var;
    const w = words.desk.invitation;
    const { invitation = '' } = fieldsOf(await bodyOf(context));
    const account = await invitedBy(desk, invitation);
    if (!account) throw new RequestError(404, 'invitation-over', w.over, { hint: w.overHow });
    return refilled(
      context,
      '',
      w.title,
      ({ display }) => welcomeMain(invitation, account, words, display),
      async ({ password = '', again = '', display = '' }) => {
        if (password !== again) throw new RequestError(422, 'differs', w.differs);
        const chosen = {
          password,
          display: account.display === account.name ? parsed(ownName, display.trim(), words) : '',
        };
        const { session } = await acceptInvitation(
          desk,
          invitation,
          chosen,
          addressOf(config.site.trustedProxies, context),
          words,
        );
        await leave(context);
        if (session === undefined) return go(context, '/desk/sign-in', w.withFactor);
        keepSession(desk, context, session);
        return context.redirect('/desk/', 303);
      },
    );
  });
  router.get('/oidc', async (context) => {
    const { url, ticket } = await oidc.begin();
    setCookie(context, 'banli-oidc', ticket, {
      httpOnly: true,
      sameSite: 'Lax',
      path: '/desk/oidc',
      maxAge: 300,
      secure: url.startsWith('https:'),
    });
    return context.redirect(url, 303);
  });
  router.get('/oidc/back', async (context) => {
    const { words } = context.var;
    const w = words.desk.signIn;
    const sorry = (text: string): Promise<Response> => {
      context.status(401);
      return show(context, '', w.title, signInMain('/desk/', true, words), {
        message: { kind: 'bad', text },
      });
    };
    try {
      const secret = await oidc.finish(
        new URL(context.req.url).search,
        getCookie(context, 'banli-oidc') ?? '',
        addressOf(config.site.trustedProxies, context),
      );
      if (secret === undefined) return await sorry(w.noAccount);
      keepSession(desk, context, secret);
      return context.redirect('/desk/', 303);
    } catch (error) {
      if (error instanceof RequestError) throw error;
      desk.log(error, context.req.path);
      return sorry(w.oidcFailed);
    }
  });

  // Oneself.
  protectedRoute('post', '/sign-out', 'first', async (context) => {
    await leave(context);
    const { account, from } = context.var.who;
    await app.journal.append('signed-out', '', account.name, clock.now(), { from });
    dropSession(desk, context);
    context.header('Clear-Site-Data', '"cache", "storage"');
    return context.redirect('/desk/sign-in', 303);
  });
  /**
   * @param secret of a second factor that is on the phone already: a wrong code must not make
   * another
   */
  const mePage = async (
    { var: { who, words } }: DeskContext,
    made?: string,
    secret?: string,
    isTokenAsked = false,
  ): Promise<Html> => {
    const totp =
      who.account.password !== undefined
        ? await newTotp(who.account.name, config.bureau.zh, secret)
        : undefined;
    const view = {
      totp,
      tokens: who.first === undefined ? await tokensFor(desk, who) : [],
      sessions: await accounts.sessionsOf(who.account, clock.now()),
      timezone: planner.calendar().timezone,
      made,
      isTokenAsked,
    };
    return meMain(who, view, words);
  };
  const me = async (context: DeskContext, made?: string): Promise<Response> =>
    show(context, 'me/', context.var.words.desk.me.title, await mePage(context, made));
  /** What a form of this page asks for; refused, the page is there again and says why. */
  const own = (context: DeskContext, act: (form: Form) => Promise<Response>): Promise<Response> =>
    refilled(
      context,
      'me/',
      context.var.words.desk.me.title,
      ({ secret, label }) =>
        mePage(
          context,
          undefined,
          SEED.test(secret ?? '') ? secret : undefined,
          label !== undefined,
        ),
      act,
    );
  protectedRoute('get', '/me/', 'first', (context) => me(context));
  // Whoever types a long text asks for nothing meanwhile: being asked for prolongs the session.
  protectedRoute('get', '/me/stay', 'first', (context) => context.body(null, 204));
  protectedRoute('post', '/me/password', 'first', (context) =>
    own(context, async ({ old = '', new: password = '' }) => {
      const { who, words } = context.var;
      keepSession(desk, context, await changePassword(desk, who, old, password, words));
      // On to the second factor, or to what there is to be done.
      return go(context, who.first === undefined ? '/desk/me/' : '/desk/', words.desk.me.changed);
    }),
  );
  protectedRoute('post', '/me/totp', 'first', (context) =>
    own(context, async ({ secret = '', code = '', confirm = '', present = '' }) => {
      const { who, words } = context.var;
      if (!SEED.test(secret)) throw new RequestError(422, 'input', words.desk.refused.wrongInput);
      keepSession(
        desk,
        context,
        await setTotp(desk, who, { secret, code, password: confirm, present }, words),
      );
      return go(context, who.first === undefined ? '/desk/me/' : '/desk/', words.desk.me.totpDone);
    }),
  );
  protectedRoute('post', '/me/sessions/end', 'own', async (context) => {
    const { who, words } = context.var;
    const ended = await accounts.closeOthers(
      who.account,
      sessionSecret(desk, context) ?? '',
      clock.now(),
    );
    await app.journal.append('sessions-ended', '', who.account.name, clock.now(), {
      from: who.from,
      ended,
    });
    return go(context, '/desk/me/', words.desk.me.sessionsEnded(ended));
  });
  protectedRoute('post', '/me/tokens', 'own', (context) =>
    own(context, async (form) => {
      const { who, words } = context.var;
      const input = parsed(newToken, { ...form, scopes: await listOf(context, 'scopes') }, words);
      await confirmSelf(desk, who, form.confirm, words);
      return me(context, (await issueToken(desk, who, input)).secret);
    }),
  );
  protectedRoute('post', '/me/tokens/:id/revoke', 'own', async (context) => {
    const { who, words } = context.var;
    await revokeToken(desk, who, param(context, 'id'), words);
    return go(context, '/desk/me/', words.desk.done);
  });
}
