// The desk's pages: which address shows what, who may open it, and what its forms do. Every change is a form that works without a script.
// Not for how pages look (pages/) nor for programs (api.ts).
import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import type { Handler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { getCookie, setCookie } from 'hono/cookie';
import { html } from 'hono/html';
import { streamSSE } from 'hono/streaming';
import { z } from 'zod';
import { BUNDLE_LIMITS } from '../content/bundle.ts';
import { showProblem } from '../plan/problems.ts';
import { minuteIn, yearIn } from '../plan/time.ts';
import type { Release } from '../plan/types.ts';
import { PUBLIC } from '../ledger/states.ts';
import type { Words } from '../words/index.ts';
import { acknowledgeAs } from './api.ts';
import type { Guarded } from './api.ts';
import { hindrance, standingOf } from './approvals.ts';
import { asset } from './assets.ts';
import { cardsOf, incidentsOf, todayOf } from './cards.ts';
import { draftOf, filesOf, restoreVersion, saveContent, textFiles, uploaded, versionsOf } from './content.ts';
import { DEEDS, deeds, doDeed, releaseWith } from './deeds.ts';
import { Refused } from './desk.ts';
import type { Desk, DeskContext, DeskEnv } from './desk.ts';
import { journalCsv, journalQuery, searchJournal } from './journal.ts';
import { confirmMain, releaseMain, todayMain } from './pages/releases.ts';
import { contentMain, formMain, previewMain as contentPreview } from './pages/content.ts';
import { frame } from './pages/frame.ts';
import type { Html, Message } from './pages/frame.ts';
import { codeMain, incidentsMain, journalMain, meMain, peopleMain, signInMain } from './pages/people.ts';
import { editorMain, moveMain, noticeMain, planMain, previewMain, ruleMain } from './pages/plan.ts';
import type { Rule } from './pages/plan.ts';
import { addPerson, changePerson, issueToken, newPerson, newToken, personChange, revokeToken, tokensFor } from './people.ts';
import { cancelled, moved, planFiles, preview, problemsNow, savePlan, withNotice, withRule } from './plan-edit.ts';
import type { PlanFile } from './plan-edit.ts';
import { previews } from './preview.ts';
import { rulesOf } from './rules.ts';
import type { Permission } from './roles.ts';
import { newTotp } from './secrets.ts';
import { addressOf, allow, dropSession, keepLanguage, keepSession, languageOf, sessionSecret } from './session.ts';
import { changePassword, enter, enterCode, Oidc, setTotp, tellChanged } from './sign-in.ts';
import type { Entered } from './sign-in.ts';

const SMALL_BYTES = 2_000_000;
/** A message waits so long for the page that shows it, seconds. */
const MESSAGE_S = 60;
/** How often the journal is looked at for those who watch, ms. */
const LIVE_MS = 1000;
const EVENTS_SHOWN = 40;
const FORM_DAYS_MS = 45 * 86_400_000;

const message = z.object({ kind: z.enum(['good', 'bad']), text: z.string(), lines: z.array(z.string()).optional() });
type Form = Readonly<Record<string, string>>;

/** What the desk's pages promise a browser. @param nonce of the editor's own styles */
function policy(nonce?: string): string {
  const styles = nonce ? `'self' 'nonce-${nonce}'` : "'self'";
  return `default-src 'none'; script-src 'self'; style-src ${styles}; img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`;
}

/** Serves `/desk`. */
export function deskPages(desk: Desk): { app: Hono<DeskEnv>; guarded: Guarded[] } {
  const { house } = desk;
  const { accounts, planner, config, clock } = house;
  const guarded: Guarded[] = [];
  const app = new Hono<DeskEnv>();
  const oidc = new Oidc(desk);

  app.use(async (context, next) => {
    context.set('words', languageOf(context, desk.words));
    await next();
    const { headers } = context.res;
    if (!headers.has('content-security-policy')) headers.set('content-security-policy', policy());
    for (const [name, value] of Object.entries(SECURITY)) if (!headers.has(name)) headers.set(name, value);
    if (config.site.publicUrl.startsWith('https:')) headers.set('strict-transport-security', 'max-age=31536000');
  });
  app.onError((error, context) => {
    const { words } = context.var;
    const refused = error instanceof Refused;
    if (!refused) desk.log(error, context.req.path);
    const status = refused ? error.status : 500;
    const text = refused ? [error.message, error.hint].filter(Boolean).join('。') : words.desk.refused.failed;
    const page = { title: words.desk.refused.title, at: '?', message: { kind: 'bad' as const, text, lines: refused ? error.lines : [] } };
    return context.html(frame({ words, bureau: config.bureau.zh, who: context.var.who, main: heading(words.desk.refused.title), ...page }), status);
  });

  const toSignIn = (context: DeskContext): Response =>
    context.redirect(`/desk/sign-in?next=${encodeURIComponent(context.req.method === 'GET' ? `/desk${context.req.path}` : '/desk/')}`, 303);
  const limits = (bytes: number) =>
    bodyLimit({
      maxSize: bytes,
      onError: () => {
        throw new Refused(413, 'too-large', desk.words.desk.refused.tooLarge);
      },
    });
  const guard = (method: 'get' | 'post', path: string, permission: Permission | 'own', handler: Handler<DeskEnv>, bytes = SMALL_BYTES): void => {
    guarded.push({ method, path, permission });
    app.on(method.toUpperCase(), path, limits(bytes), allow(desk, permission, toSignIn), handler);
  };
  const show = async (
    context: DeskContext,
    at: string,
    title: string,
    main: Html,
    more: { message?: Message; scripts?: string[]; nonce?: string } = {},
  ): Promise<Response> => {
    const { words, who } = context.var;
    const id = context.req.query('said');
    const kept = id === undefined ? undefined : message.safeParse(await accounts.take(id)).data;
    if (more.nonce) context.header('Content-Security-Policy', policy(more.nonce));
    return context.html(frame({ words, bureau: config.bureau.zh, who, title, at, main, ...more, message: more.message ?? kept }));
  };
  /** Goes on to a page that says what came of it: reloading it does nothing again. */
  const go = async (
    context: DeskContext,
    to: string,
    text: string,
    lines: readonly string[] = [],
    kind: Message['kind'] = 'good',
  ): Promise<Response> => {
    const id = randomUUID();
    await accounts.keep(id, { kind, text, lines }, MESSAGE_S);
    return context.redirect(`${to}${to.includes('?') ? '&' : '?'}said=${id}`, 303);
  };
  const formOf = async (context: DeskContext): Promise<Form> =>
    Object.fromEntries(
      Object.entries(await context.req.parseBody({ all: true })).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
    );
  const listOf = async (context: DeskContext, name: string): Promise<string[]> => {
    const value = (await context.req.parseBody({ all: true }))[name];
    return [value].flat().filter((one) => typeof one === 'string');
  };
  const param = (context: DeskContext, name: string): string => context.req.param(name) ?? '';
  const titled = (release: Release, words: Words): string =>
    `${release.name.zh}${release.follows ? `（${words.site.interpretation}）` : ''}${release.period ? ` ${words.site.periodName(release.period)}` : ''}`;

  // Before signing in.
  app.get('/assets/:name', (context) => asset(context));
  app.get('/language/:code', (context) => {
    keepLanguage(context, context.req.param('code') === 'en' ? 'en' : 'zh');
    const from = context.req.header('referer');
    const path = from ? new URL(from).pathname : '/desk/';
    return context.redirect(path.startsWith('/desk/') ? path : '/desk/', 303);
  });
  app.get('/sign-in', (context) => {
    const { words } = context.var;
    return show(context, '', words.desk.signIn.title, signInMain(nextOf(context.req.query('next')), config.desk.oidc !== undefined, words));
  });
  const entered = (context: DeskContext, came: Entered, next: string): Response | Promise<Response> => {
    const { words } = context.var;
    const w = words.desk.signIn;
    switch (came.state) {
      case 'in':
        keepSession(desk, context, came.secret);
        return context.redirect(next, 303);
      case 'code':
        return show(context, '', w.code, codeMain(came.ticket, next, words));
      case 'wrong':
      case 'locked':
        context.status(came.state === 'locked' ? 429 : 401);
        return show(context, '', w.title, signInMain(next, config.desk.oidc !== undefined, words), {
          message: { kind: 'bad', text: came.state === 'locked' ? w.locked : w.wrong },
        });
    }
  };
  app.post('/sign-in', limits(SMALL_BYTES), async (context) => {
    const { name = '', password = '', next } = await formOf(context);
    return entered(context, await enter(desk, name.trim().slice(0, 64), password.slice(0, 1000), addressOf(context)), nextOf(next));
  });
  app.post('/sign-in/code', limits(SMALL_BYTES), async (context) => {
    const { ticket = '', code = '', next } = await formOf(context);
    return entered(context, await enterCode(desk, ticket, code, addressOf(context)), nextOf(next));
  });
  app.get('/oidc', async (context) => {
    const { url, ticket } = await oidc.begin();
    setCookie(context, 'banli-oidc', ticket, { httpOnly: true, sameSite: 'Lax', path: '/desk/oidc', maxAge: 300, secure: url.startsWith('https:') });
    return context.redirect(url, 303);
  });
  app.get('/oidc/back', async (context) => {
    const { words } = context.var;
    const w = words.desk.signIn;
    const sorry = (text: string): Promise<Response> => {
      context.status(401);
      return show(context, '', w.title, signInMain('/desk/', true, words), { message: { kind: 'bad', text } });
    };
    try {
      const secret = await oidc.finish(new URL(context.req.url).search, getCookie(context, 'banli-oidc') ?? '', addressOf(context));
      if (secret === undefined) return await sorry(w.noAccount);
      keepSession(desk, context, secret);
      return context.redirect('/desk/', 303);
    } catch (error) {
      if (error instanceof Refused) throw error;
      desk.log(error, context.req.path);
      return sorry(w.oidcFailed);
    }
  });

  // Oneself.
  guard('post', '/sign-out', 'own', async (context) => {
    const secret = sessionSecret(desk, context);
    if (secret !== undefined) await accounts.close(secret);
    await house.journal.append('signed-out', '', context.var.who.account.name, clock.now());
    dropSession(desk, context);
    return context.redirect('/desk/sign-in', 303);
  });
  const me = async (context: DeskContext, more: { message?: Message; made?: string } = {}): Promise<Response> => {
    const { who, words } = context.var;
    const totp = who.account.totp === undefined && who.account.password !== undefined ? await newTotp(who.account.name, config.bureau.zh) : undefined;
    const view = { totp, tokens: await tokensFor(desk, who), timezone: planner.calendar().timezone, made: more.made };
    return show(context, 'me/', words.desk.me.title, meMain(who, view, words), more.message ? { message: more.message } : {});
  };
  guard('get', '/me/', 'own', (context) => me(context));
  guard('post', '/me/password', 'own', async (context) => {
    const { who, words } = context.var;
    const { old = '', new: password = '' } = await formOf(context);
    await changePassword(desk, who, old, password, words);
    return go(context, '/desk/sign-in', words.desk.me.changed);
  });
  guard('post', '/me/totp', 'own', async (context) => {
    const { who, words } = context.var;
    const { secret = '', code = '' } = await formOf(context);
    if (!/^[A-Z2-7]{32}$/.test(secret)) throw new Refused(422, 'input', words.desk.refused.wrongInput);
    await setTotp(desk, who, secret, code, words);
    return go(context, '/desk/sign-in', words.desk.me.totpDone);
  });
  guard('post', '/me/tokens', 'own', async (context) => {
    const { who, words } = context.var;
    const input = parsed(newToken, { ...(await formOf(context)), scopes: await listOf(context, 'scopes') }, words);
    return me(context, { made: (await issueToken(desk, who, input)).secret });
  });
  guard('post', '/me/tokens/:id/revoke', 'own', async (context) => {
    const { who, words } = context.var;
    await revokeToken(desk, who, param(context, 'id'), words);
    return go(context, '/desk/me/', words.desk.done);
  });

  // Today, and one release.
  guard('get', '/', 'read', async (context) => {
    const { who, words } = context.var;
    return show(context, '', words.desk.today.title, todayMain(await todayOf(desk, who, words), who, words));
  });
  guard('get', '/events', 'read', (context) =>
    streamSSE(context, async (stream) => {
      let { last } = await house.journal.since(undefined);
      while (!stream.aborted && !stream.closed) {
        const seen: Awaited<ReturnType<typeof house.journal.since>> = await house.journal.since(last);
        last = seen.last;
        await stream.writeSSE({ event: seen.events.length > 0 ? 'changed' : 'quiet', data: String(seen.events.length) });
        await stream.sleep(LIVE_MS);
      }
    }),
  );
  guard('get', '/releases/:id', 'read', async (context) => {
    const { who, words } = context.var;
    const { release } = await releaseWith(desk, param(context, 'id'), words);
    const [card] = await cardsOf(desk, who, [release], words);
    if (!card) throw new Refused(404, 'unknown-release', words.cli.unknownRelease(release.id));
    const flaws = await flawsOf(desk, release, words);
    const events = await searchJournal(desk, journalQuery.parse({ subject: release.id, limit: EVENTS_SHOWN }));
    return show(context, '', card.name, releaseMain({ card, release, standing: await standingOf(desk, release), flaws, events }, who, words));
  });
  for (const name of DEEDS) {
    const deed = deeds[name];
    guard('get', `/releases/:id/${name}`, deed.permission, async (context) => {
      const { who, words } = context.var;
      const { release, entries } = await releaseWith(desk, param(context, 'id'), words);
      const [card] = await cardsOf(desk, who, [release], words);
      const fit = new Set<string>(deed.fits(entries, release, clock.now()).map(({ publication }) => publication));
      const early = name === 'publish' && clock.now() < release.due ? words.desk.tooEarly(minuteIn(release.due, release.timezone)) : undefined;
      const why = name === 'approve' ? hindrance(await standingOf(desk, release), who, words) : undefined;
      const lanes = card?.lanes.filter(({ publication }) => fit.has(publication)) ?? [];
      const options = { lanes, reason: deed.reason, oneChannel: deed.oneChannel, early, hindrance: why };
      return show(context, '', words.desk.deeds[name], card ? confirmMain(name, card, options, who, words) : heading(''));
    });
    guard('post', `/releases/:id/${name}`, deed.permission, async (context) => {
      const { who, words } = context.var;
      const { reason, channel } = await formOf(context);
      const id = param(context, 'id');
      const done = await doDeed(desk, who, name, id, { reason: reason?.trim(), channel: channel || undefined }, words);
      return go(
        context,
        `/desk/releases/${id}`,
        words.desk.done,
        done.map(({ said }) => said),
      );
    });
  }

  // The plan.
  const showPreview = async (context: DeskContext, { name, text }: PlanFile, why: string, again: string): Promise<Response> => {
    const { who, words } = context.var;
    const seen = await preview(desk, name, text, words);
    return show(context, 'plan/', words.desk.plan.previewTitle, previewMain(seen, why, again, who, words));
  };
  guard('get', '/plan/', 'read', async (context) => {
    const { who, words } = context.var;
    const calendar = planner.calendar();
    const years = [...new Set(calendar.releases.map((one) => yearIn(one.due, calendar.timezone)))].sort((a, b) => a - b);
    const asked = Number(context.req.query('year'));
    const year = years.includes(asked)
      ? asked
      : (years.find((one) => one === yearIn(clock.now(), calendar.timezone)) ?? years[0] ?? yearIn(clock.now(), calendar.timezone));
    const view = { calendar, years, year, files: await planFiles(desk), problems: await problemsNow(desk) };
    return show(context, 'plan/', words.desk.plan.title, planMain(view, who, words));
  });
  for (const kind of ['postpone', 'cancel'] as const) {
    guard('get', `/releases/:id/${kind}`, 'plan', async (context) => {
      const { who, words } = context.var;
      const { release } = await releaseWith(desk, param(context, 'id'), words);
      return show(context, 'plan/', words.desk.deeds[kind], moveMain(release, kind, who, words));
    });
    guard('post', `/releases/:id/${kind}`, 'plan', async (context) => {
      const { who, words } = context.var;
      const { release } = await releaseWith(desk, param(context, 'id'), words);
      const form = await formOf(context);
      const reason = form.reason?.trim() ?? '';
      if (reason === '') {
        const bad = { kind: 'bad' as const, text: words.desk.refused.reasonMissing, lines: [words.desk.refused.reasonMissingHow] };
        return show(context, 'plan/', words.desk.deeds[kind], moveMain(release, kind, who, words, form), { message: bad });
      }
      const at = `${form.date ?? ''} ${(form.time ?? '').slice(0, 5)}`;
      const file = kind === 'postpone' ? await moved(desk, release, at, reason, words) : await cancelled(desk, release, reason, words);
      return showPreview(context, file, `${titled(release, words)} ${words.desk.deeds[kind]}：${reason}`, `/desk/releases/${release.id}/${kind}`);
    });
  }
  const channels = [...config.channels.keys()];
  guard('get', '/plan/notice', 'plan', async (context) =>
    show(context, 'plan/', context.var.words.desk.plan.notice, noticeMain(await editable(desk), channels, context.var.who, context.var.words)),
  );
  guard('post', '/plan/notice', 'plan', async (context) => {
    const { words } = context.var;
    const { id = '', zh = '', en = '', date = '', time = '', category = '', file = '' } = await formOf(context);
    const notice = {
      id: id.trim(),
      zh: zh.trim(),
      en: en.trim(),
      at: `${date} ${time.slice(0, 5)}`,
      channels: await listOf(context, 'channels'),
      category: category.trim(),
    };
    return showPreview(context, await withNotice(desk, file, notice, words), `${words.desk.plan.notice}：${zh.trim()}`, '/desk/plan/notice');
  });
  guard('get', '/plan/rule', 'plan', async (context) => {
    const { who, words } = context.var;
    const rules: Rule[] = rulesOf(await editable(desk));
    return show(context, 'plan/', words.desk.plan.rule, ruleMain(rules, who, words));
  });
  guard('post', '/plan/rule', 'plan', async (context) => {
    const { words } = context.var;
    const { file = '', indicator = '', due = '' } = await formOf(context);
    return showPreview(context, await withRule(desk, file, indicator, due, words), `${words.desk.plan.rule}：${indicator}`, '/desk/plan/rule');
  });
  const editor = async (context: DeskContext, text?: string, bad?: Message): Promise<Response> => {
    const { who, words } = context.var;
    const name = context.req.query('name') ?? '';
    const file = (await planFiles(desk)).find((one) => one.name === name);
    if (!file) throw new Refused(404, 'unknown-file', words.desk.plan.unknownFile(name));
    const problems = (await problemsNow(desk)).filter((one) => one.file === name);
    const nonce = randomUUID();
    const main = editorMain(file, text ?? file.text, problems, who, words);
    return show(context, 'plan/', words.desk.plan.editor(name), main, { scripts: ['editor.js'], nonce, ...(bad ? { message: bad } : {}) });
  };
  guard('get', '/plan/file', 'read', (context) => editor(context));
  guard('get', '/plan/schema.json', 'read', (context) => asset(context, 'schema.json'));
  guard('post', '/plan/file', 'plan', async (context) => {
    const { words, who } = context.var;
    const name = context.req.query('name') ?? '';
    const form = await formOf(context);
    const text = (form.text ?? '').replaceAll('\r\n', '\n');
    const seen = await preview(desk, name, text, words);
    // What was typed stands: the file that it was begun from is no longer there.
    if (form.base !== seen.file.base)
      return editor(context, text, { kind: 'bad', text: words.desk.plan.changedMeanwhile, lines: [words.desk.plan.changedMeanwhileHow] });
    return show(
      context,
      'plan/',
      words.desk.plan.previewTitle,
      previewMain(seen, '', `/desk/plan/file?name=${encodeURIComponent(name)}`, who, words),
    );
  });
  guard('post', '/plan/save', 'plan', async (context) => {
    const { words, who } = context.var;
    const { file = '', text = '', base = '', why = '' } = await formOf(context);
    await savePlan(desk, who, file, text.replaceAll('\r\n', '\n'), base, why.trim() || words.desk.save, words);
    return go(context, '/desk/plan/', words.desk.plan.saved);
  });

  // Content.
  guard('get', '/content/', 'read', async (context) => {
    const { who, words } = context.var;
    const now = clock.now();
    const near = planner
      .calendar()
      .releases.filter(({ due, status }) => due > now - 7 * 86_400_000 && due < now + FORM_DAYS_MS && status !== 'cancelled');
    return show(context, 'content/', words.desk.content.title, contentMain(await cardsOf(desk, who, near, words), words));
  });
  guard('get', '/content/:id', 'content', async (context) => {
    const { who, words } = context.var;
    const { release, entries } = await releaseWith(desk, param(context, 'id'), words);
    const files = await filesOf(desk, release);
    const view = {
      release,
      name: titled(release, words),
      draft: draftOf(files),
      files: [...files.keys()].filter((name) => name !== 'release.md' && name !== 'weibo.txt'),
      flaws: (await flawsOf(desk, release, words)) ?? [],
      versions: await versionsOf(desk, release),
      isPublic: entries.some(({ state }) => PUBLIC.includes(state)),
    };
    return show(context, 'content/', words.desk.content.title, formMain(view, who, words));
  });
  guard(
    'post',
    '/content/:id',
    'content',
    async (context) => {
      const { who, words } = context.var;
      const { release } = await releaseWith(desk, param(context, 'id'), words);
      const form = await formOf(context);
      const sent = [(await context.req.parseBody({ all: true })).upload].flat().filter((one) => one instanceof File && one.size > 0) as File[];
      const files = await filesOf(desk, release);
      for (const name of await listOf(context, 'remove')) files.delete(name);
      files.delete('weibo.txt');
      const { title = '', summary = '', author = '', source = '', body = '', weibo = '' } = form;
      for (const [name, content] of textFiles({ title, summary, author, source, body, weibo })) files.set(name, content);
      // A bundle that brings its own text brings all of it.
      for (const [name, content] of await uploaded(sent, words)) files.set(name, content);
      return saved(context, release, await saveContent(desk, who, release, files));
    },
    BUNDLE_LIMITS.bytes + SMALL_BYTES,
  );
  guard('post', '/content/:id/restore', 'content', async (context) => {
    const { who, words } = context.var;
    const { release } = await releaseWith(desk, param(context, 'id'), words);
    const { version = '' } = await formOf(context);
    return saved(context, release, await restoreVersion(desk, who, release, version, words));
  });
  const saved = async (context: DeskContext, release: Release, after: Awaited<ReturnType<typeof saveContent>>): Promise<Response> => {
    const { words } = context.var;
    const w = words.desk.content;
    const to = `/desk/content/${release.id}`;
    if (after.state === 'ready') return go(context, to, w.saved);
    return go(context, to, after.state === 'flawed' ? w.savedFlawed : w.noText, (await flawsOf(desk, release, words)) ?? [], 'bad');
  };
  const shows = previews(desk);
  guard('get', '/content/:id/preview', 'read', async (context) => {
    const { words } = context.var;
    const { release } = await releaseWith(desk, param(context, 'id'), words);
    const flaws = await flawsOf(desk, release, words);
    const shown = await shows.channels(release, words);
    return show(
      context,
      'content/',
      words.desk.preview.title,
      contentPreview(release, titled(release, words), shown, flaws ?? [words.desk.release.contentMissing], words),
    );
  });
  guard('get', '/preview/releases/:id/', 'read', (context) => shows.website(context, param(context, 'id')));
  guard('get', '/preview/releases/:id/wechat', 'read', (context) => shows.wechat(context, param(context, 'id')));
  guard('get', '/preview/releases/:id/cover', 'read', (context) => shows.cover(context, param(context, 'id')));
  guard('get', '/preview/releases/:id/files/:name', 'read', (context) => shows.file(context, param(context, 'id'), param(context, 'name')));
  // A page of the preview finds the public site's style where the site has it.
  guard('get', '/preview/:name{(style\\.css|site\\.js)}', 'read', (context) => context.redirect(`/${param(context, 'name')}`));

  // Incidents, journal, people.
  guard('get', '/incidents/', 'read', async (context) => {
    const { who, words } = context.var;
    return show(context, 'incidents/', words.desk.incidents.title, incidentsMain(await incidentsOf(desk, words), who, words));
  });
  guard('post', '/incidents/:id/ack', 'operate', async (context) => {
    const { who, words } = context.var;
    await acknowledgeAs(desk, who.account.name, param(context, 'id'), words);
    return go(context, '/desk/incidents/', words.desk.incidents.acknowledged);
  });
  const journal = async (context: DeskContext) => {
    const query = parsed(journalQuery, given(context.req.query()), context.var.words);
    return { query, events: await searchJournal(desk, query) };
  };
  guard('get', '/journal/', 'read', async (context) => {
    const { query, events } = await journal(context);
    return show(context, 'journal/', context.var.words.desk.journal.title, journalMain(events, query, context.var.words));
  });
  guard('get', '/journal/export.csv', 'read', async (context) => {
    const { events } = await journal(context);
    return context.body(journalCsv(events, context.var.words), 200, {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="journal.csv"',
    });
  });
  guard('get', '/people/', 'people', async (context) => {
    const { who, words } = context.var;
    return show(context, 'people/', words.desk.people.title, peopleMain(await accounts.all(), who, words));
  });
  guard('post', '/people/', 'people', async (context) => {
    const { who, words } = context.var;
    const input = parsed(newPerson, { ...given(await formOf(context)), roles: await listOf(context, 'roles') }, words);
    await addPerson(desk, who.account.name, input, words);
    return go(context, '/desk/people/', words.desk.people.saved);
  });
  guard('post', '/people/:name', 'people', async (context) => {
    const { who, words } = context.var;
    const form = given(await formOf(context));
    const change = { ...form, roles: await listOf(context, 'roles'), disabled: form.disabled === 'yes', resetTotp: form.resetTotp === 'yes' };
    await changePerson(desk, who.account.name, param(context, 'name'), parsed(personChange, change, words), words);
    await tellChanged(desk, param(context, 'name'), who.account.name);
    return go(context, '/desk/people/', words.desk.people.saved);
  });
  app.notFound((context) => {
    throw new Refused(404, 'not-found', context.var.words.desk.refused.notFound);
  });
  return { app, guarded };
}

const SECURITY: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
};

/** Only ever a page of the desk. */
function nextOf(next: string | undefined): string {
  return next !== undefined && /^\/desk\/[\w./~-]*$/.test(next) && !next.includes('..') ? next : '/desk/';
}

/** Plan files, without the bureau's working days. */
async function editable(desk: Desk): Promise<PlanFile[]> {
  return (await planFiles(desk)).filter(({ name }) => !name.endsWith('workdays.yaml'));
}

/** What is wrong with a release's content, a line each; undefined where there is none. */
async function flawsOf({ house }: Desk, release: Release, words: Words): Promise<string[] | undefined> {
  const loaded = await house.parts.load(release);
  if (loaded.state === 'missing') return undefined;
  if (loaded.state === 'ready') return [];
  return loaded.flaws.map(({ file, line, code, detail, problem }) => {
    const name = file.split(/[/\\]/).at(-1) ?? file;
    return problem ? (showProblem({ ...problem, file: name, line }, words.plan).split('\n')[0] ?? '') : `${name}:${line} ${words.flaw(code, detail)}`;
  });
}

/** What was filled in. */
function given(form: Form): Record<string, string> {
  return Object.fromEntries(Object.entries(form).filter(([, value]) => value.trim() !== ''));
}

function parsed<S extends z.ZodType>(schema: S, value: unknown, words: Words): z.output<S> {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  throw new Refused(422, 'input', words.desk.refused.wrongInput, {
    lines: read.error.issues.map(({ path, message: why }) => `${path.join('.')}: ${why}`),
  });
}

const heading = (text: string): Html => html`<h1>${text}</h1>`;
