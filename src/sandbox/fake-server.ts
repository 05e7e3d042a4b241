// The frame of every stand-in: logs each call, lets faults strike before or after its effect. Not
// for the channels' own rules.

import { setTimeout as sleep } from 'node:timers/promises';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { cut, type SandboxState } from './state.ts';

const BEFORE = ['refuse-connect', 'drop-before', '429', '403', '5xx', 'slow'] as const;
const AFTER = ['drop-after', 'error-after', 'half'] as const;

/** What each stand-in answers where the real one fails after the effect. */
export type ErrorAfter = (context: Context) => Response;

/** A Hono app whose calls are logged, and meet the faults set for its channel. */
export function fakeServer(world: SandboxState, channel: string, errorAfter: ErrorAfter): Hono {
  const app = new Hono();
  const faults: MiddlewareHandler = async (context, next) => {
    const route = context.req.path;
    const call = { channel, route, at: new Date(world.now()).toISOString(), status: 0 };
    world.calls.push(call);
    const before = world.fault(channel, route, BEFORE);
    if (before?.kind === 'refuse-connect' || before?.kind === 'drop-before') return cut(context);
    if (before?.kind === '429')
      return context.json({ error: 'too many requests' }, 429, { 'retry-after': '2' });
    if (before?.kind === '403') return context.text('Forbidden', 403);
    if (before?.kind === '5xx') return context.json({ error: 'bad gateway' }, 502);
    await next();
    call.status = context.res.status;
    if (before?.kind === 'slow') await sleep(before.seconds * 1000);
    const after = world.fault(channel, route, AFTER);
    if (after?.kind === 'drop-after') return cut(context);
    if (after?.kind === 'error-after') context.res = errorAfter(context);
    if (after?.kind === 'half') {
      const text = await context.res.text();
      context.res = new Response(text.slice(0, Math.floor(text.length / 2)), {
        status: 200,
        headers: { 'content-type': 'application/json' },
      });
    }
    return undefined;
  };
  app.use(faults);
  return app;
}
