// The desk as the service mounts it: pages below /desk, the API below /api/v1. Not for either's own routes.
import type { Hono } from 'hono';
import { api } from './api/index.ts';
import type { Desk } from './desk.ts';
import { deskPages } from './web/index.ts';

export function deskApps(desk: Desk): Map<string, Hono> {
  // Their own context is theirs alone: whoever mounts them knows only that they answer.
  return new Map([
    ['/desk', deskPages(desk).app as unknown as Hono],
    ['/api/v1', api(desk).app as unknown as Hono],
  ]);
}
