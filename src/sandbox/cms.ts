// A stand-in for a CMS or the government catalogue that takes Standard Webhooks: signature,
// time-stamp, idempotency key, at once or as draft then publish. Written to the receivers' own
// documentation.
import type { Context, Hono } from 'hono';
import { Webhook } from 'standardwebhooks';
import { z } from 'zod';
import { fakeServer } from './fake-server.ts';
import type { SandboxState } from './state.ts';

const payload = z.object({
  type: z.literal('release.published'),
  id: z.string(),
  publication: z.string(),
  due: z.string(),
  title: z.string(),
  summary: z.string(),
  html: z.string(),
  url: z.string(),
  category: z.string(),
  attachments: z.array(
    z.object({ name: z.string(), sha256: z.string(), bytes: z.number(), url: z.string() }),
  ),
});
type Payload = z.output<typeof payload>;

/** Receivers refuse an older or newer time-stamp (Standard Webhooks). */
const TOLERANCE_MS = 300_000;

export function cmsStandIn(world: SandboxState, secret: string): Hono {
  const app = fakeServer(world, 'catalogue', (context) =>
    context.json({ error: 'internal error' }, 500),
  );
  const checker = new Webhook(secret);
  const drafts = new Map<string, Payload>();
  const published = new Map<string, { id: string; url: string; key: string }>();
  const stateOf = (id: string): object => ({
    id,
    url: published.get(id)?.url,
    state: 'published',
    publicSince: world.items.find((item) => item.channel === 'catalogue' && item.key === id)
      ?.publicSince,
  });

  const guarded = async (
    context: Context,
    run: (body: unknown, key: string) => Response,
  ): Promise<Response> => {
    const text = await context.req.text();
    const header = (name: string): string => context.req.header(name) ?? '';
    const sentAt = Number(header('webhook-timestamp')) * 1000;
    const wanted = checker.sign(header('webhook-id'), new Date(sentAt), text);
    if (Math.abs(world.now() - sentAt) > TOLERANCE_MS)
      return context.json({ error: 'time-stamp more than 5 minutes off' }, 401);
    if (!header('webhook-signature').split(' ').includes(wanted))
      return context.json({ error: 'bad signature' }, 401);
    let body: unknown;
    try {
      body = text === '' ? undefined : JSON.parse(text);
    } catch {
      return context.json({ error: 'not JSON' }, 400);
    }
    return run(body, header('idempotency-key'));
  };
  const publish = (context: Context, body: Payload, key: string): Response => {
    const before = published.get(body.id);
    if (before?.key === key) return context.json({ id: before.id, url: before.url }, 409);
    const item = world.publish('catalogue', body.id, body.title, body.html, body.url);
    published.set(body.id, { id: body.id, url: `https://zwgk.example/${body.id}`, key });
    return context.json(
      { id: body.id, url: `https://zwgk.example/${body.id}`, publicSince: item.publicSince },
      201,
    );
  };

  app.post('/catalogue', (context) =>
    guarded(context, (body, key) => {
      const read = payload.safeParse(body);
      return read.success
        ? publish(context, read.data, key)
        : context.json({ error: 'bad payload' }, 422);
    }),
  );
  app.put('/catalogue/:id', (context) =>
    guarded(context, (body) => {
      const read = payload.safeParse(body);
      if (!read.success) return context.json({ error: 'bad payload' }, 422);
      drafts.set(read.data.id, read.data);
      return context.json({ id: read.data.id, state: 'draft' });
    }),
  );
  app.post('/catalogue/:id/publish', (context) =>
    guarded(context, (_, key) => {
      const draft = drafts.get(context.req.param('id') ?? '');
      return draft ? publish(context, draft, key) : context.json({ error: 'no such draft' }, 404);
    }),
  );
  app.get('/catalogue/:id', (context) =>
    guarded(context, () => {
      const id = context.req.param('id') ?? '';
      if (published.has(id)) return context.json(stateOf(id));
      return drafts.has(id)
        ? context.json({ id, state: 'draft' })
        : context.json({ error: 'not found' }, 404);
    }),
  );
  app.get('/catalogue', (context) =>
    guarded(context, () => {
      const found = [...published].find(([, one]) => one.key === context.req.query('key'));
      return found ? context.json(stateOf(found[0])) : context.json({ error: 'not found' }, 404);
    }),
  );
  app.delete('/catalogue/:id', (context) =>
    guarded(context, () => {
      world.withdraw('catalogue', context.req.param('id') ?? '');
      return context.json({ state: 'withdrawn' });
    }),
  );
  return app;
}
