// The sandbox: stand-ins for WeChat, Weibo, a CMS and an inbox, each on its own port of 127.0.0.1,
// with a page that shows what readers of each see. For rehearsals, demo and tests. Never reachable
// from another machine.
import { readFileSync } from 'node:fs';
import { Hono } from 'hono';
import { html, raw } from 'hono/html';
import { DateTime } from 'luxon';
import { type Messages, messagesFor } from '../i18n/index.ts';
import { BanliError, systemCode } from '../lib/errors.ts';
import { listenOn } from '../site/serve/server.ts';
import { cmsStandIn } from './cms.ts';
import { type Inbox, type Mail, startInbox } from './inbox.ts';
import { robotStandIns } from './robots.ts';
import { fault, SandboxState } from './state.ts';
import { type WechatRules, wechatStandIn } from './wechat.ts';
import { weiboStandIn } from './weibo.ts';
import { wordpressStandIn } from './wordpress.ts';

/** What the stand-ins accept; nothing here is a secret of anything real. */
export const SANDBOX = {
  appId: 'wx-sandbox',
  wechatSecret: 'sandbox-wechat-secret',
  weiboToken: 'sandbox-weibo-token',
  weiboApp: { key: '1000000001', secret: 'sandbox-weibo-app-secret' },
  safeDomain: '127.0.0.1',
  /** Kept for documentation (RFC 5737): nobody has it. */
  rip: '203.0.113.7',
  wordpress: { user: 'banli', password: 'sandbox-wordpress-password' },
  webhookSecret: 'whsec_c2FuZGJveC1zZWNyZXQtb2YtYmFubGktMDEyMzQ1Njc=',
  robots: {
    wecom: 'sandbox-wecom-key',
    dingtalk: 'sandbox-dingtalk-token',
    dingtalkSecret: 'SECsandbox-dingtalk',
    webhook: 'whsec_c2FuZGJveC1hbGVydHMtb2YtYmFubGktMDEyMzQ1Njc=',
  },
} as const;

export interface Sandbox {
  readonly ports: {
    readonly page: number;
    readonly wechat: number;
    readonly weibo: number;
    readonly catalogue: number;
    readonly smtp: number;
    readonly robots: number;
    readonly wordpress: number;
  };
  readonly world: SandboxState;
  readonly mails: readonly Mail[];
  readonly inbox: Inbox;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
const UNLIMITED = Number.MAX_SAFE_INTEGER;

export async function startSandbox(
  options: {
    ports?: Partial<Sandbox['ports']>;
    now?: () => number;
    language?: 'zh' | 'en';
    account?: WechatRules['account'];
    safeDomain?: string;
    /** When a draft of WeChat's leaves the box; at submit, if it is not said. */
    drafts?: WechatRules['drafts'];
    /** What a fifth mass send of a month comes to. */
    fifth?: WechatRules['fifth'];
    /** No quotas: for a load that no account would take. */
    generous?: boolean;
  } = {},
): Promise<Sandbox> {
  const now = options.now ?? Date.now;
  const words = messagesFor(options.language ?? 'zh');
  const world = new SandboxState(now);
  const opened: { close(): Promise<void> }[] = [];
  const kept = async <S extends { close(): Promise<void> }>(starting: Promise<S>): Promise<S> => {
    const server = await starting;
    opened.push(server);
    return server;
  };
  const serve = (app: Hono, port: number | undefined) =>
    kept(listenOn(app, HOST, port ?? 0, words));
  const close = async (): Promise<void> => {
    await Promise.all(opened.splice(0).map((server) => server.close()));
  };
  const wechat = wechatStandIn(world, {
    appId: SANDBOX.appId,
    secret: SANDBOX.wechatSecret,
    account: options.account ?? 'service',
    generous: options.generous === true,
    drafts: options.drafts,
    fifth: options.fifth,
  });
  const weibo = weiboStandIn(world, {
    accessToken: SANDBOX.weiboToken,
    app: SANDBOX.weiboApp,
    safeDomain: options.safeDomain ?? SANDBOX.safeDomain,
    hourly: options.generous ? UNLIMITED : 30,
    daily: options.generous ? UNLIMITED : 100,
  });
  try {
    const inbox = await kept(startInbox(options.ports?.smtp ?? 0, now));
    const ports = {
      page: (await serve(pageOf(world, inbox.mails, words), options.ports?.page)).port,
      wechat: (await serve(wechat, options.ports?.wechat)).port,
      weibo: (await serve(weibo, options.ports?.weibo)).port,
      catalogue: (await serve(cmsStandIn(world, SANDBOX.webhookSecret), options.ports?.catalogue))
        .port,
      wordpress: (await serve(wordpressStandIn(world, SANDBOX.wordpress), options.ports?.wordpress))
        .port,
      smtp: inbox.port,
      robots: (await serve(robotStandIns(world, SANDBOX.robots), options.ports?.robots)).port,
    };
    return { ports, world, mails: inbox.mails, inbox, close };
  } catch (error) {
    // All of it or nothing: what listens on would keep the process alive after its error was told.
    await close();
    const taken =
      systemCode(error) === 'EADDRINUSE'
        ? error
        : error instanceof BanliError
          ? error.cause
          : undefined;
    if (systemCode(taken) !== 'EADDRINUSE') throw error;
    const { port } = taken as { port?: number };
    throw new BanliError('port-in-use', words.cli.portInUse(port ?? 0), {
      hint: words.cli.sandbox.portHow,
      cause: error,
    });
  }
}

function pageOf(world: SandboxState, mails: readonly Mail[], words: Messages): Hono {
  const app = new Hono();
  app.get('/inspect', (context) =>
    context.json({
      items: world.items.map(({ channel, key, title, publicSince, times, withdrawnAt }) => ({
        channel,
        key,
        title,
        publicSince,
        times,
        ...(withdrawnAt ? { withdrawnAt } : {}),
      })),
      calls: world.calls,
      mails: mails.map(({ to, subject, at, text }) => ({ to, subject, at, text })),
      messages: world.messages,
    }),
  );
  app.post('/faults', async (context) => {
    const read = fault.safeParse(await context.req.json().catch(() => undefined));
    if (!read.success)
      return context.json(
        { error: read.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`) },
        422,
      );
    world.setFault(read.data);
    return context.json({ ok: true });
  });
  app.get('/mails/:index', (context) => {
    const mail = mails[Number(context.req.param('index'))];
    return mail
      ? context.html(mail.html || `<pre>${mail.text}</pre>`, 200, {
          'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
        })
      : context.notFound();
  });
  app.get('/', (context) => context.html(String(front(world, mails, words))));
  return app;
}

const STYLE = readFileSync(new URL('./public/sandbox.css', import.meta.url), 'utf8');

/** An ISO instant as a clock in Beijing shows it, to the millisecond. */
const beijing = (iso: string): string =>
  DateTime.fromISO(iso, { zone: 'Asia/Shanghai' }).toFormat('MM-dd HH:mm:ss.SSS');

/** What readers of each channel see. Reloads itself every other second. */
function front(
  world: SandboxState,
  mails: readonly Mail[],
  words: Messages,
): ReturnType<typeof html> {
  const w = words.cli.sandbox;
  const column = (channel: string) => {
    const items = world.items.filter((item) => item.channel === channel).reverse();
    return html`<section class="${channel}"><h2>${w.names[channel] ?? channel}（${items.length}）</h2>${items.length === 0 ? html`<p>${w.empty}</p>` : ''}
${items.map((item) => html`<article><h3>${item.title}</h3><small>${item.key} · ${w.since} ${beijing(item.publicSince)}${item.withdrawnAt ? ` · ${w.withdrawn}` : ''}</small>${item.times > 1 ? html`<span class="twice">${w.times(item.times)}</span>` : ''}${item.html ? html`<details><summary>…</summary><div class="body">${raw(item.html)}</div></details>` : ''}</article>`)}</section>`;
  };
  return html`<!doctype html><html lang="${words.lang}"><head><meta charset="utf-8"><meta http-equiv="refresh" content="2"><meta name="viewport" content="width=device-width"><title>${w.title}</title><style>${raw(STYLE)}</style></head>
<body><header><h1>${w.title}</h1><p>${w.lead} <a href="/inspect" style="color:#fff">/inspect</a></p></header><main>${['wechat', 'weibo', 'catalogue', 'wordpress'].map(column)}
<section class="inbox"><h2>${w.inbox}（${mails.length}）</h2>${mails.length === 0 ? html`<p>${w.empty}</p>` : ''}${[...mails.entries()].reverse().map(([index, mail]) => html`<article><h3><a href="/mails/${index}">${mail.subject}</a></h3><small>${mail.to} · ${beijing(mail.at)}</small></article>`)}</section>
${world.messages.length === 0 ? '' : html`<section class="inbox"><h2>${w.messages}（${world.messages.length}）</h2>${[...world.messages].reverse().map((one) => html`<article><small>${one.to} · ${beijing(one.at)}</small><pre>${one.text}</pre></article>`)}</section>`}</main></body></html>`;
}
