// Serves the public edition. Only what lies under `current` can be reached. Not for making it: edition.ts.
import { serve } from '@hono/node-server';
import { serveStatic } from '@hono/node-server/serve-static';
import { readFileSync, readlinkSync, statSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { Hono } from 'hono';
import type { MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import { systemClock } from '../schedule/clock.ts';
import { BanliError, systemCode } from '../words/error.ts';
import type { Words } from '../words/index.ts';

export interface WebServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Starts the site's server. Port 0 takes a free one. @throws BanliError when the port is in use */
export async function startWeb(options: {
  root: string;
  host: string;
  port: number;
  words: Words;
  /** Pages that are not of the public edition, by their folder. */
  more?: ReadonlyMap<string, Hono>;
}): Promise<WebServer> {
  const app = new Hono();
  for (const [folder, pages] of options.more ?? []) app.route(folder, pages);
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        scriptSrc: ["'self'"],
        connectSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
      strictTransportSecurity: false,
    }),
  );
  app.get('/healthz', (context) => context.text('ok'));
  app.use(unchanged);
  const now = new PublicNow(options.root);
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
        const { ino, mtimeMs, size } = statSync(path);
        context.header('ETag', `"${ino.toString(36)}-${Math.round(mtimeMs).toString(36)}-${size.toString(36)}"`);
        const type = TYPES[extname(path.replace(/\.br$/, ''))];
        if (type) context.header('Content-Type', type);
        context.header('Cache-Control', now.cacheControl());
        context.header('Accept-Ranges', 'bytes');
      },
    }),
  );
  app.notFound((context) => context.text('404 没有这个页面 / Not found', 404));
  return listen(app, options.host, options.port, options.words);
}

/** Kinds of file that bureaus attach and the server's own list lacks. */
const TYPES: Readonly<Record<string, string>> = {
  '.xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  '.xls': 'application/vnd.ms-excel',
  '.docx': 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  '.doc': 'application/msword',
  '.jsonld': 'application/ld+json',
};

/** Nothing is kept longer than this by browsers and proxies, and never beyond the next due instant. */
const LONGEST_S = 60;

/** What is public at this moment: which edition, and until when it is sure to be. */
class PublicNow {
  readonly #root: string;
  #read: { edition: string; dues: readonly number[] } = { edition: '', dues: [] };

  /** @param root the symlink to the public edition */
  constructor(root: string) {
    this.#root = root;
  }

  edition(): string {
    try {
      return readlinkSync(this.#root);
    } catch {
      return 'none';
    }
  }

  isFolder(path: string): boolean {
    return statSync(join(dirname(this.#root), this.edition(), decodeURI(path)), { throwIfNoEntry: false })?.isDirectory() ?? false;
  }

  cacheControl(): string {
    const now = systemClock.now();
    const next = this.#dues().find((due) => due > now) ?? Number.POSITIVE_INFINITY;
    const seconds = Math.max(0, Math.min(LONGEST_S, Math.floor((next - now) / 1000)));
    return seconds === 0 ? 'no-cache' : `public, max-age=${seconds}, must-revalidate`;
  }

  /** Due instants of the public calendar, in order; read once an edition. */
  #dues(): readonly number[] {
    const edition = this.edition();
    if (edition !== this.#read.edition) {
      const { releases } = JSON.parse(readFileSync(join(dirname(this.#root), edition, 'calendar.json'), 'utf8')) as { releases: { due: string }[] };
      this.#read = { edition, dues: releases.map(({ due }) => Date.parse(due)) };
    }
    return this.#read.dues;
  }
}

/** Whoever has it already is told so. */
const unchanged: MiddlewareHandler = async (context, next) => {
  await next();
  const { headers, status, body } = context.res;
  const tag = headers.get('etag');
  if (status !== 200 || tag === null || !(context.req.header('if-none-match') ?? '').split(/,\s*/).includes(tag)) return;
  await body?.cancel();
  headers.delete('content-length');
  context.res = new Response(null, { status: 304, headers });
};

/** Listens with a Hono app; resolves once the port is known. */
export function listen(app: { fetch: Hono['fetch'] }, host: string, port: number, words: Words): Promise<WebServer> {
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
    server.once('error', (error) => {
      failed(
        systemCode(error) === 'EADDRINUSE'
          ? new BanliError('port-in-use', words.cli.portInUse(port), { hint: words.cli.portHow, cause: error })
          : error,
      );
    });
  });
}
