// The desk's pages: which address shows what, who may open it, and what its forms do. Every change is a form that works without a script.
// Not for how pages look (pages/) nor for programs (api/).
import type { Hono } from 'hono';
import { Refused } from '../desk.ts';
import type { Desk, DeskEnv } from '../desk.ts';
import { contentRoutes } from './content.ts';
import { planRoutes } from './plan.ts';
import { recordRoutes } from './records.ts';
import { releaseRoutes } from './releases.ts';
import { routingFor } from './routing.ts';
import type { Guarded } from '../roles.ts';
import { selfRoutes } from './self.ts';

/** Serves `/desk`. */
export function deskPages(desk: Desk): { app: Hono<DeskEnv>; guarded: Guarded[] } {
  const routing = routingFor(desk);
  for (const routes of [selfRoutes, releaseRoutes, planRoutes, contentRoutes, recordRoutes]) routes(routing);
  routing.app.notFound((context) => {
    throw new Refused(404, 'not-found', context.var.words.desk.refused.notFound);
  });
  return { app: routing.app, guarded: routing.guarded };
}
