// Serves the public edition. Only what lies under `current` can be reached. Not for making it:
// site/editions/.

import { existsSync, statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { dirname } from 'node:path';
import { serve } from '@hono/node-server';
import { serveStatic } from '@hono/node-server/serve-static';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { Messages } from '../../i18n/index.ts';
import { BanliError, systemCode } from '../../lib/errors.ts';
import { EVERY_ANSWER } from '../../lib/security-headers.ts';
import { PublicNow, tagOf, typeOf } from './edition-in-memory.ts';
import { securityOf } from './headers.ts';
import type { HealthReport } from './health-report.ts';

export interface WebServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Starts the site's server. Port 0 takes a free one. @throws BanliError when the port is in use */
export async function startWeb(options: {
  root: string;
  host: string;
  port: number;
  words: Messages;
  /** Pages that are not of the public edition, by their folder. */
  more?: ReadonlyMap<string, Hono>;
  /** How the service is; left out where there is none but this server. */
  health?: () => Promise<HealthReport>;
  /** Where some of these have a host of their own. */
  apart?: Apart | undefined;
  /** Hears of a fault of ours, which is answered with 500 and no more. */
  failed?: (error: Error, path: string) => void;
}): Promise<WebServer> {
  const app = new Hono();
  if (options.apart) app.use(keepApart(options.apart));
  for (const [folder, pages] of options.more ?? []) {
    app.get(folder, (context) => context.redirect(`${folder}/`, 301));
    // Mounted, not merged: what is not found there is its own to say.
    app.mount(folder, pages.fetch);
  }
  const now = new PublicNow(options.root);
  app.use(fromMemory(now));
  app.use(async (context, next) => {
    await next();
    for (const [name, value] of Object.entries(securityOf(context.req.path)))
      context.res.headers.set(name, value);
  });
  app.use(wholeUnlessOne);
  const { health } = options;
  app.get('/healthz', async (context) => {
    const vitals = (await health?.()) ?? { status: 'ok' as const };
    return context.json(vitals, vitals.status === 'ok' ? 200 : 503, NOT_KEPT);
  });
  app.get('/readyz', async (context) => {
    const vitals = (await health?.()) ?? { status: 'ok' as const };
    const site = existsSync(options.root) ? 'public' : 'not yet';
    return context.json(
      { ...vitals, site },
      vitals.status === 'ok' && site === 'public' ? 200 : 503,
      NOT_KEPT,
    );
  });
  app.use(unchanged);
  // Links on a page are relative to its folder.
  app.get('*', async (context, next) => {
    const { path } = context.req;
    return !path.endsWith('/') && now.isFolder(path) ? context.redirect(`${path}/`, 301) : next();
  });
  app.use(
    serveStatic({
      root: dirname(options.root),
      // One edition answers the whole of a request, whatever is made public meanwhile.
      rewriteRequestPath: (path) => `/${now.edition()}${path}`,
      precompressed: true,
      onFound(path, context) {
        context.header('ETag', tagOf(statSync(path)));
        const type = typeOf(path.replace(/\.br$/, ''));
        if (type) context.header('Content-Type', type);
        context.header('Cache-Control', now.cacheControl(context.req.path));
        context.header('Accept-Ranges', 'bytes');
      },
    }),
  );
  /** The site's own page, in the language of the address; a line of text before there is one. */
  const notFound = (context: Context): Response => {
    const { path } = context.req;
    // Among files that were brought in nothing is a page, this one neither.
    const page =
      securityOf(path) === securityOf('/')
        ? now.file(path.startsWith('/en/') ? '/en/404.html' : '/404.html', false)
        : undefined;
    if (!page) return context.text(NOT_FOUND, 404, { 'cache-control': 'no-cache' });
    const headers = {
      ...securityOf('/404.html'),
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
    };
    return new Response(page.bytes as Uint8Array<ArrayBuffer>, { status: 404, headers });
  };
  app.notFound(notFound);
  // A path that no disk has: below a file, or longer than any name.
  app.onError((error, context) => {
    if (NO_PATH.includes(systemCode(error) ?? '')) return notFound(context);
    // What the framework refuses by itself, such as dots in a path that remain after it was made
    // plain.
    if (error instanceof HTTPException) return error.getResponse();
    options.failed?.(error, context.req.path);
    return context.text('500', 500, NOT_KEPT);
  });
  return listenOn(app, options.host, options.port, options.words);
}

/**
 * Pages that answer on one host alone, where nothing of the public site does: nothing that anybody
 * publishes shares their origin.
 */
export interface Apart {
  readonly hostname: string;
  /** The folder that one is led to there. */
  readonly first: string;
  readonly folders: readonly string[];
  /** Folders that answer on both hosts. */
  readonly everywhere: readonly string[];
  /** Where the public site is, with a slash at the end. */
  readonly site: string;
}

function keepApart({ hostname, first, folders, everywhere, site }: Apart): MiddlewareHandler {
  return async (context, next) => {
    const { path } = context.req;
    const isIn = (one: string): boolean => path === one || path.startsWith(`${one}/`);
    if (everywhere.some(isIn)) return next();
    const host = `http://${context.req.header('host') ?? ''}`;
    const isThere = URL.canParse(host) && new URL(host).hostname === hostname;
    const isTheirs = folders.some(isIn);
    if (isThere === isTheirs) return next();
    if (isTheirs) return context.text(NOT_FOUND, 404, { 'cache-control': 'no-cache' });
    // As it was sent: what it means decoded may be no address.
    return context.redirect(
      path === '/' ? `${first}/` : `${site}${new URL(context.req.url).pathname.slice(1)}`,
      302,
    );
  };
}

const NOT_KEPT = { 'cache-control': 'no-store' };
const NOT_FOUND = '404 没有这个页面 / Not found';
const NO_PATH: readonly string[] = ['ENOTDIR', 'ENAMETOOLONG', 'ELOOP'];
/** What is answered at all; anything else is refused before anybody looks at it. */
const METHODS: readonly string[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const LONGEST_URL = 8000;

/**
 * These may stand in a path as they are (RFC 3986, 3.3); programs that write links encode them, and
 * files are looked for by their names.
 */
const AS_THEY_ARE = /%(?:2[1467BC]|3[ABD]|40)/gi;

/** An address with what need not be encoded in its path as it is. */
function plainly(url: string): string {
  const [path = '', ...query] = url.split('?');
  return [path.replace(AS_THEY_ARE, (one) => decodeURIComponent(one)), ...query].join('?');
}

/**
 * What makes a request none that anybody here could answer, as a status; undefined where it is
 * sound.
 */
function unsound(method: string, url: string): 400 | 405 | 414 | undefined {
  if (!METHODS.includes(method)) return 405;
  if (url.length > LONGEST_URL) return 414;
  // Neither a proxy's address, nor one that would lead to another host.
  if (!url.startsWith('/') || url.startsWith('//')) return 400;
  try {
    return decodeURIComponent(url.split('?')[0] ?? '').includes('\0') ? 400 : undefined;
  } catch {
    return 400;
  }
}

/** Whether an `If-None-Match` names a tag. */
function holds(header: string | undefined, tag: string | undefined): boolean {
  return header !== undefined && tag !== undefined && header.split(/,\s*/).includes(tag);
}

/**
 * Several ranges are answered with the whole, as RFC 9110 (14.2) leaves to a server; so is a unit
 * that is none.
 */
function isOneRange(range: string | undefined): boolean {
  return range !== undefined && /^bytes=(\d+-\d*|-\d+)$/.test(range.trim());
}

/** A range that is answered with the whole is not shown to whoever reads files. */
const wholeUnlessOne: MiddlewareHandler = async (context, next) => {
  const range = context.req.header('range');
  if (range !== undefined && !isOneRange(range)) {
    const headers = new Headers(context.req.raw.headers);
    headers.delete('range');
    context.req.raw = new Request(context.req.raw, { headers });
  }
  await next();
};

/** What is small and asked for whole comes from memory. */
function fromMemory(now: PublicNow): MiddlewareHandler {
  return async (context, next) => {
    const { method, path } = context.req;
    if (method !== 'GET' || isOneRange(context.req.header('range'))) return next();
    const found = now.file(path, /\bbr\b/.test(context.req.header('accept-encoding') ?? ''));
    if (!found) return next();
    const headers = {
      ...securityOf(path),
      ...found.headers,
      'cache-control': now.cacheControl(path),
    };
    if (holds(context.req.header('if-none-match'), found.headers.etag))
      return new Response(null, { status: 304, headers });
    const length = { 'content-length': String(found.bytes.length) };
    return new Response(found.bytes as Uint8Array<ArrayBuffer>, {
      status: 200,
      headers: { ...headers, ...length },
    });
  };
}

/** Whoever has it already is told so. */
const unchanged: MiddlewareHandler = async (context, next) => {
  await next();
  const { headers, status, body } = context.res;
  const tag = headers.get('etag');
  if (status !== 200 || tag === null || !holds(context.req.header('if-none-match'), tag)) return;
  await body?.cancel();
  headers.delete('content-length');
  context.res = new Response(null, { status: 304, headers });
};

/** Listens with a Hono app; resolves once the port is known. */
export function listenOn(
  app: { fetch: Hono['fetch'] },
  host: string,
  port: number,
  words: Messages,
): Promise<WebServer> {
  return new Promise((done, failed) => {
    const server = serve({ fetch: app.fetch, hostname: host, port }, (info) => {
      done({
        port: info.port,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            if ('closeAllConnections' in server) server.closeAllConnections();
          }),
      });
    });
    // Before anything of it is read, for site, desk and API alike.
    const [handle] = server.listeners('request') as ((
      request: IncomingMessage,
      response: ServerResponse,
    ) => void)[];
    server.removeAllListeners('request');
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      request.url = plainly(request.url ?? '');
      const status = unsound(request.method ?? '', request.url);
      if (status === undefined) return handle?.(request, response);
      response.writeHead(status, {
        ...EVERY_ANSWER,
        'content-type': 'text/plain; charset=utf-8',
        connection: 'close',
      });
      response.end(String(status));
    });
    server.once('error', (error) => {
      failed(
        systemCode(error) === 'EADDRINUSE'
          ? new BanliError('port-in-use', words.cli.portInUse(port), {
              hint: words.cli.portHow,
              cause: error,
            })
          : error,
      );
    });
  });
}
