// Everything that the desk does, for programs: `/api/v1`, described by OpenAPI from the same schemas that check it. Each route says who may.
// Not for doing any of it: deeds.ts, plan-edit.ts, content.ts, people.ts.
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Desk, DeskEnv } from '../desk.ts';
import type { Guarded } from '../roles.ts';
import { contentApi } from './content.ts';
import { frameFor } from './frame.ts';
import { planApi } from './plan.ts';
import { planDateApi } from './plan-dates.ts';
import { recordApi } from './records.ts';
import { releaseApi } from './releases.ts';

/** Serves `/api/v1`. */
export function api(desk: Desk): { app: OpenAPIHono<DeskEnv>; guarded: Guarded[] } {
  const frame = frameFor(desk);
  for (const routes of [releaseApi, planApi, planDateApi, contentApi, recordApi]) routes(frame);
  const { app, guarded } = frame;
  app.openAPIRegistry.registerComponent('securitySchemes', 'token', { type: 'http', scheme: 'bearer' });
  app.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: { title: desk.words.desk.api.title, version: '1' },
    servers: [{ url: `${desk.house.config.desk.publicUrl}api/v1` }],
  });
  return { app, guarded };
}
