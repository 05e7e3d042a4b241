// The desk as the service mounts it: pages below /desk, the API below /api/v1. Not for either's own
// routes.
import type { Hono } from 'hono';
import { ownHostOf } from '../config/hosts.ts';
import { type Config } from '../config/load.ts';
import type { Apart } from '../site/serve/server.ts';
import { api } from './api.ts';
import { deskPages } from './pages.ts';
import type { Desk } from './shell/desk.ts';

const PAGES = '/desk';
const API = '/api/v1';

export function deskApps(desk: Desk): Map<string, Hono> {
  // Their own context is theirs alone: whoever mounts them knows only that they answer.
  return new Map([
    [PAGES, deskPages(desk).router as unknown as Hono],
    [API, api(desk).router as unknown as Hono],
  ]);
}

/** Keeps the desk to its own host, where it has one. */
export function apartOf(config: Pick<Config, 'site' | 'desk'>): Apart | undefined {
  const hostname = ownHostOf(config);
  return hostname === undefined
    ? undefined
    : {
        hostname,
        first: PAGES,
        folders: [PAGES, API],
        everywhere: ['/act', '/healthz', '/readyz'],
        site: config.site.publicUrl,
      };
}
