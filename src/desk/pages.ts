// The desk's pages: which address shows what, who may open it, and what its forms do. Every change
// is a form that works without a script. Not for how pages look (pages/) nor for programs (api/).
import type { Hono } from 'hono';
import { RequestError } from '../lib/request-error.ts';
import type { RoutePermission } from '../operations/roles.ts';
import { whoAsks } from './auth/session.ts';
import { byHandRoutes } from './by-hand/routes.ts';
import { channelRoutes } from './channels/routes.ts';
import { contentRoutes } from './content/routes.ts';
import { recordRoutes } from './journal/routes.ts';
import { selfRoutes } from './people/self-routes.ts';
import { planDateRoutes } from './plan/date-routes.ts';
import { planRoutes } from './plan/routes.ts';
import { tableRoutes } from './plan/table-routes.ts';
import { yearRoutes } from './plan/year-routes.ts';
import { releaseRoutes } from './releases/routes.ts';
import { settingsRoutes } from './settings/routes.ts';
import type { Desk, DeskEnv } from './shell/desk.ts';
import { rightAddress } from './shell/right-address.ts';
import { routingFor } from './shell/routing.ts';

/** Serves `/desk`. */
export function deskPages(desk: Desk): { router: Hono<DeskEnv>; guarded: RoutePermission[] } {
  const routing = routingFor(desk);
  for (const routes of [
    selfRoutes,
    releaseRoutes,
    planRoutes,
    planDateRoutes,
    tableRoutes,
    yearRoutes,
    contentRoutes,
    byHandRoutes,
    channelRoutes,
    recordRoutes,
    settingsRoutes,
  ])
    routes(routing);
  const { router } = routing;
  router.notFound(async (context) => {
    const pages = router.routes.filter(
      ({ method, path }) => method === 'GET' && !path.includes('*'),
    );
    const right =
      context.req.method === 'GET' &&
      rightAddress(
        context.req.path,
        pages.map(({ path }) => path),
      );
    if (right) return context.redirect(`/desk${right}${new URL(context.req.url).search}`, 302);
    // Whoever is signed in keeps the way to everything else.
    const who = await whoAsks(desk, context);
    if (who) context.set('who', who);
    throw new RequestError(404, 'not-found', context.var.words.desk.refused.notFound);
  });
  return { router: routing.router, guarded: routing.guarded };
}
