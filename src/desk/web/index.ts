// The desk's pages: which address shows what, who may open it, and what its forms do. Every change is a form that works without a script.
// Not for how pages look (pages/) nor for programs (api/).
import type { Hono } from 'hono';
import { Refused } from '../desk.ts';
import type { Desk, DeskEnv } from '../desk.ts';
import { channelRoutes } from './channels.ts';
import { contentRoutes } from './content.ts';
import { planRoutes } from './plan.ts';
import { planDateRoutes } from './plan-dates.ts';
import { tableRoutes } from './table.ts';
import { recordRoutes } from './records.ts';
import { releaseRoutes } from './releases.ts';
import { routingFor } from './routing.ts';
import type { Guarded } from '../roles.ts';
import { selfRoutes } from './self.ts';
import { settingsRoutes } from './settings.ts';

/** Serves `/desk`. */
export function deskPages(desk: Desk): { app: Hono<DeskEnv>; guarded: Guarded[] } {
  const routing = routingFor(desk);
  for (const routes of [
    selfRoutes,
    releaseRoutes,
    planRoutes,
    planDateRoutes,
    tableRoutes,
    contentRoutes,
    channelRoutes,
    recordRoutes,
    settingsRoutes,
  ])
    routes(routing);
  routing.app.notFound((context) => {
    throw new Refused(404, 'not-found', context.var.words.desk.refused.notFound);
  });
  return { app: routing.app, guarded: routing.guarded };
}
