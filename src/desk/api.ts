// Everything that the desk does, for programs: `/api/v1`, described by OpenAPI from the same
// schemas that check it. Each route says who may. Not for doing any of it:
// operations/operations.ts, desk/plan/edit.ts, desk/content/api.ts, people/people.ts.
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { RoutePermission } from '../operations/roles.ts';
import { contentApi } from './content/api.ts';
import { recordApi } from './journal/api.ts';
import { planApi } from './plan/api.ts';
import { planDateApi } from './plan/date-api.ts';
import { releaseApi } from './releases/api.ts';
import { frameFor } from './shell/api-route.ts';
import type { Desk, DeskEnv } from './shell/desk.ts';

/** Serves `/api/v1`. */
export function api(desk: Desk): { router: OpenAPIHono<DeskEnv>; guarded: RoutePermission[] } {
  const frame = frameFor(desk);
  for (const routes of [releaseApi, planApi, planDateApi, contentApi, recordApi]) routes(frame);
  const { router, guarded } = frame;
  router.openAPIRegistry.registerComponent('securitySchemes', 'token', {
    type: 'http',
    scheme: 'bearer',
  });
  // Written once: it depends on nothing but the settings, and anybody may ask for it.
  let written: string | undefined;
  router.get('/openapi.json', (context) => {
    written ??= JSON.stringify(
      router.getOpenAPI31Document({
        openapi: '3.1.0',
        info: { title: desk.words.desk.api.title, version: '1' },
        servers: [{ url: `${desk.app.config.desk.publicUrl}api/v1` }],
      }),
    );
    return context.body(written, 200, { 'content-type': 'application/json' });
  });
  return { router, guarded };
}
