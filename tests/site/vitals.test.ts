// What `/healthz` and `/readyz` say: of Redis, of the workers, of the sweep.
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { healthReport } from '../../src/app/health.ts';
import { messagesFor } from '../../src/i18n/index.ts';
import { startWeb, type WebServer } from '../../src/site/serve/server.ts';
import { type Watched, watched } from '../helpers/alarm.ts';

let bureau: Watched;
let server: WebServer;
afterEach(async () => {
  await server?.close();
  await bureau?.close();
});

async function open(): Promise<
  (path: string) => Promise<{ status: number; body: Record<string, unknown> }>
> {
  bureau = await watched('2026-07-15T10:00:00+08:00');
  const { app } = bureau;
  server = await startWeb({
    root: join(app.config.paths.var, 'site', 'current'),
    host: '127.0.0.1',
    port: 0,
    words: messagesFor('zh'),
    health: () => healthReport(app.redis, app.config.schedule.sweep),
  });
  return async (path) => {
    const answer = await fetch(`http://127.0.0.1:${server.port}${path}`);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
}

test('well with a worker and a sweep, ready with an edition; without either it says what is missing', async () => {
  const ask = await open();
  // Nothing was swept yet.
  expect(await ask('/healthz')).toEqual({
    status: 503,
    body: { status: 'failing', redis: 'ok', workers: 1, sweepAgeSeconds: null },
  });
  await bureau.rounds.sweep();
  const well = await ask('/healthz');
  expect(well).toEqual({
    status: 200,
    body: { status: 'ok', redis: 'ok', workers: 1, sweepAgeSeconds: expect.any(Number) as number },
  });
  expect(well.body.sweepAgeSeconds).toBeLessThan(30);
  expect(await ask('/readyz')).toMatchObject({
    status: 200,
    body: { status: 'ok', site: 'public' },
  });
  // An address where nothing is public yet.
  const current = join(bureau.app.config.paths.var, 'site', 'current');
  await rename(current, `${current}.away`);
  expect(await ask('/readyz')).toMatchObject({
    status: 503,
    body: { status: 'ok', site: 'not yet' },
  });
  expect(await ask('/healthz')).toMatchObject({ status: 200 });
  await rename(`${current}.away`, current);
  expect(await ask('/readyz')).toMatchObject({
    status: 200,
    body: { status: 'ok', site: 'public' },
  });
  // Its worker is gone.
  await bureau.app.heartbeat.stop();
  expect(await ask('/healthz')).toMatchObject({
    status: 503,
    body: { status: 'failing', workers: 0 },
  });
  // It lives, and has not looked at anything for a minute.
  await bureau.app.heartbeat.start();
  const [seconds] = await bureau.app.redis.client.time();
  await bureau.app.redis.client.set(
    `${bureau.app.redis.prefix}:pulse`,
    String(Number(seconds) - 60),
  );
  expect(await ask('/healthz')).toMatchObject({
    status: 503,
    body: { status: 'failing', workers: 1 },
  });
});
