// Serves the public edition. Only what lies under `current` can be reached. Not for making it: edition.ts.
import { serve } from '@hono/node-server';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';
import { etag } from 'hono/etag';
import { secureHeaders } from 'hono/secure-headers';
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
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
      strictTransportSecurity: false,
    }),
  );
  app.get('/healthz', (context) => context.text('ok'));
  app.use(etag());
  // A reader never waits for an old page: everything is asked for again, and answered 304 when unchanged.
  app.use(serveStatic({ root: options.root, onFound: (_, context) => context.header('Cache-Control', 'no-cache') }));
  app.notFound((context) => context.text('404 没有这个页面 / Not found', 404));
  return listen(app, options.host, options.port, options.words);
}

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
