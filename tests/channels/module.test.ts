// A channel of the bureau's own, by the example that the docs lead to: as public as any other, once,
// and never believed when it throws.
import { chmod, cp, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { moduleChannel } from '../../src/channels/module.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { type Bureau, makeBureau, never, on, PLAN } from '../helpers/bureau.ts';
import { poll } from '../helpers/poll.ts';

const EXAMPLE = join(import.meta.dirname, '../../examples/notice-board/channel.mjs');
/** The screen, by its own rules; `cut`: the next answers are lost after their effect. */
const screen = { items: new Map<string, { shown: boolean; text: string }>(), times: 0, cut: 0 };
let server: Server;
let bureau: Bureau;

beforeEach(async () => {
  Object.assign(screen, { items: new Map(), times: 0, cut: 0 });
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const [, , id = '', verb] = decodeURIComponent(request.url ?? '').split('/');
    const item = screen.items.get(id);
    const say = (status: number, value: object = {}): void => {
      if (verb === 'show' && screen.cut-- > 0) return void request.socket.destroy();
      response.writeHead(status).end(JSON.stringify(value));
    };
    if (request.headers.authorization !== 'Bearer screen-token') return say(401);
    if (request.method === 'PUT') {
      screen.items.set(id, { shown: false, text: (JSON.parse(body) as { text: string }).text });
      return say(200);
    }
    if (!item) return say(404);
    if (request.method === 'DELETE') screen.items.delete(id);
    if (request.method === 'POST') {
      item.shown = true;
      screen.times++;
    }
    return say(200, { shown: item.shown });
  }).listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const { port } = server.address() as AddressInfo;
  bureau = await makeBureau(
    '2026-07-19T10:00:05+08:00',
    PLAN.replace('[website, catalogue, wechat, weibo]', '[website, screen]'),
    (yaml) =>
      yaml.replace(
        'channels:\n',
        `channels:\n  screen: { kind: module, path: ${EXAMPLE}, options: { url: "http://127.0.0.1:${port}" }, secret: { env: SANDBOX_WEIBO_TOKEN } }\n`,
      ),
  );
  const own = bureau.app.config.channels.get('screen');
  if (own?.kind !== 'module') throw new Error('no module');
  const channel = await moduleChannel('screen', { ...own, secret: 'screen-token' }, bureau.clock);
  (bureau.app.channels as Map<string, typeof channel>).set('screen', channel);
  await bureau.apply();
  await bureau.content();
});
afterEach(async () => {
  await bureau.close();
  server.closeAllConnections();
  server.close();
});
async function throughT(polls = 14): Promise<void> {
  bureau.clock.turnTo('2026-07-20T09:59:50+08:00');
  await poll(bureau, polls);
}

test('the example: hidden before T, shown at T, looked up, taken away', async () => {
  await poll(bureau, 2);
  expect(screen.items.get('gdp.2026-Q2')).toMatchObject({ shown: false });
  await throughT();
  expect(screen.items.get('gdp.2026-Q2')).toMatchObject({ shown: true });
  expect([screen.times, await bureau.state(on('screen'))]).toEqual([1, 'verified']);
  const channel = bureau.app.channels.get('screen');
  const call = { publication: on('screen'), release: 'gdp.2026-Q2' } as never;
  expect(await channel?.withdraw(call, never, '口径')).toEqual({ class: 'done' });
  expect(await channel?.lookup(call, never)).toEqual({ class: 'not-public' });
  expect(await channel?.preflight(never)).toEqual({ wrong: [], notes: [] });
});

test('a lost answer at T is looked up, and not sent again', async () => {
  await poll(bureau, 2);
  screen.cut = 1;
  await throughT(20);
  expect([screen.times, await bureau.state(on('screen'))]).toEqual([1, 'verified']);
});

test('what a module throws, or answers that is none, is a doubt at T, and never "not public"', async () => {
  const path = join(bureau.folder, 'bad.mjs');
  await writeFile(
    path,
    `export default () => ({ stage() { throw new Error('x') }, release: () => ({ class: 'ok' }),
      lookup: async () => ({}), withdraw() { throw new Error('y') }, preflight() { throw new Error('z') } });`,
    { mode: 0o600 },
  );
  const bad = await moduleChannel('bad', { path, options: {} }, systemClock);
  const all = await Promise.all([
    bad.stage({} as never, never),
    bad.release({} as never, never),
    bad.lookup({} as never, never),
    bad.withdraw({} as never, never, ''),
  ]);
  expect(all.map((one) => one.class)).toEqual(['again', 'doubtful', 'unknown', 'cannot']);
  expect((await bad.preflight(never)).wrong).toEqual([{ code: 'module-failed', detail: 'z' }]);
});

test('a file that others may write, that is not there, or that is no channel is not run', async () => {
  const path = join(bureau.folder, 'own.mjs');
  const load = () => moduleChannel('own', { path, options: {} }, systemClock);
  await expect(load()).rejects.toThrow('ENOENT');
  await cp(EXAMPLE, path);
  await chmod(path, 0o666);
  await expect(load()).rejects.toThrow('chmod go-w');
  await writeFile(path, 'export default () => ({ stage() {} });');
  await chmod(path, 0o600);
  await expect(load()).rejects.toThrow('release, lookup, withdraw, preflight?');
});
