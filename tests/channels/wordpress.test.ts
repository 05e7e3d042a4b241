// WordPress: nothing of a release is in it before T that a reader could find, and each comes out
// once, whatever is lost on the way or done in WordPress by somebody else.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { classifyWordpress } from '../../src/channels/wordpress-answers.ts';
import { loadConfig } from '../../src/config/load.ts';
import { loadBundle } from '../../src/content/bundle.ts';
import { messagesFor } from '../../src/i18n/index.ts';
import { runOperation } from '../../src/operations/operations.ts';
import { restage } from '../../src/publish/restage.ts';
import { SANDBOX } from '../../src/sandbox/sandbox.ts';
import { BODY, type Bureau, GDP, makeBureau, never, on, PLAN } from '../helpers/bureau.ts';
import { poll } from '../helpers/poll.ts';

const PASSWORD = 'SANDBOX_WORDPRESS_PASSWORD';
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
let bureau: Bureau;

async function begin(more = ''): Promise<void> {
  bureau = await makeBureau(
    '2026-07-19T10:00:05+08:00',
    PLAN.replace('[website, catalogue, wechat, weibo]', '[website, news]'),
    (yaml, ports) =>
      yaml.replace(
        'channels:\n',
        `channels:\n  news: { kind: wordpress, url: "http://127.0.0.1:${ports.wordpress}/", user: ${SANDBOX.wordpress.user}, password: { env: ${PASSWORD} }${more} }\n`,
      ),
  );
  await bureau.apply();
  await bureau.content();
}
beforeEach(() => begin());
afterEach(() => bureau.close());

const news = () => bureau.app.ledger.get(on('news'));
const draftId = async (): Promise<number> =>
  ((await news())?.staged as { id: number } | undefined)?.id ?? 0;
const readers = () => bureau.sandbox.world.items.filter(({ channel }) => channel === 'wordpress');
async function post(method: string, path: string, body?: object): Promise<Response> {
  const secret = `${SANDBOX.wordpress.user}:${SANDBOX.wordpress.password}`;
  return fetch(`http://127.0.0.1:${bureau.sandbox.ports.wordpress}/wp-json/wp/v2/${path}`, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(secret).toString('base64')}`,
      'content-type': 'application/json',
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
}
async function throughT(polls = 12): Promise<void> {
  bureau.clock.turnTo('2026-07-20T09:59:50+08:00');
  await poll(bureau, polls);
}
const fault = (
  route: string,
  kind: 'drop-after' | 'drop-before' | '5xx' | '429',
  times = 1,
): void =>
  bureau.sandbox.world.setFault({
    channel: 'wordpress',
    route,
    kind,
    times,
    after: 0,
    seconds: 1,
  });

test('a draft before T, public at T and not before, under the release’s own address', async () => {
  await poll(bureau, 2);
  expect([(await news())?.state, readers()]).toEqual(['staged', []]);
  await throughT();
  expect(readers()).toMatchObject([
    { key: 'gdp.2026-Q2', times: 1, url: 'https://wordpress.example/gdp-2026-q2/' },
  ]);
  expect(Date.parse(readers()[0]?.publicSince ?? '')).toBeGreaterThanOrEqual(
    Date.parse('2026-07-20T10:00:00+08:00'),
  );
  expect(await news()).toMatchObject({
    state: 'verified',
    receipt: { url: 'https://wordpress.example/gdp-2026-q2/' },
  });
});

describe('pictures', () => {
  const text = `${BODY}\n![图](tu.png)\n\n[附表](table.csv)\n`;
  const files = { 'tu.png': PNG, 'table.csv': Buffer.from('a,b\n1,2\n') };
  test('are shown from the bureau’s own page: nothing lies in a library that everybody can list', async () => {
    await bureau.content(text, join('gdp', '2026-Q2'), files);
    await throughT();
    const page = 'http://127.0.0.1:8040/releases/gdp.2026-Q2/files';
    expect(readers()[0]?.html).toContain(`src="${page}/tu.png"`);
    expect(readers()[0]?.html).toContain(`href="${page}/table.csv"`);
    expect(bureau.sandbox.world.calls.filter(({ route }) => route.endsWith('/media'))).toEqual([]);
  });
  test('are uploaded where the bureau asks for it, under a name that nobody guesses', async () => {
    await bureau.close();
    await begin(', pictures: upload');
    await bureau.content(text, join('gdp', '2026-Q2'), files);
    await throughT();
    expect(readers()[0]?.html).toMatch(
      /src="https:\/\/wordpress\.example\/wp-content\/uploads\/[0-9a-f]{32}\.png"/,
    );
  });
});

describe('once', () => {
  test('a lost answer at T is looked up, and not sent again', async () => {
    await poll(bureau, 2);
    const id = await draftId();
    fault(`/posts/${id}`, 'drop-after');
    await throughT(20);
    expect((await news())?.state).toBe('verified');
    expect(readers().map(({ times }) => times)).toEqual([1]);
  });
  test('a call that never arrived is looked up, found a draft, and made again', async () => {
    await poll(bureau, 2);
    const id = await draftId();
    fault(`/posts/${id}`, 'drop-before');
    await throughT(20);
    expect((await news())?.state).toBe('verified');
    expect(readers().map(({ times }) => times)).toEqual([1]);
  });
  test('a draft whose answer was lost is taken up again, and not made twice', async () => {
    fault('/posts', 'drop-after', 2);
    await poll(bureau, 30);
    expect((await news())?.state).toBe('staged');
    const all = await (await post('GET', 'posts?status=draft&search=banli')).json();
    expect(all).toHaveLength(1);
  });
  test('what somebody published there by hand before T is told, and not written over', async () => {
    await poll(bureau, 2);
    const id = await draftId();
    await post('POST', `posts/${id}`, { status: 'publish', slug: 'another' });
    await bureau.content(BODY.replaceAll('5.8%', '6.0%'));
    const entry = await news();
    await restage(bureau.app.publishDeps, entry ? [entry] : []);
    await poll(bureau, 2);
    expect(await news()).toMatchObject({
      state: 'held',
      reason: { code: 'wordpress-taken', detail: 'publish' },
    });
  });
});

test('corrected in its place with the reason; withdrawn it is private, and a look says so', async () => {
  await throughT();
  const who = { account: { name: 'wang', roles: ['operator' as const] }, from: 'test' };
  const words = messagesFor('zh');
  await bureau.content(BODY.replaceAll('5.8%', '6.6%'));
  const release = bureau.app.planService.calendar().byId.get(GDP);
  const loaded = release && (await loadBundle(bureau.config.paths.content, release));
  if (loaded?.state !== 'ready') throw new Error('no content');
  await runOperation(
    bureau.app,
    who,
    'correct',
    GDP,
    { reason: '一处数字有误', digest: loaded.bundle.digest },
    words,
  );
  const [corrected] = await (await post('GET', 'posts?search=banli')).json();
  expect(corrected.content.raw).toContain('本文已更正：一处数字有误');
  expect(corrected.content.raw).toContain('6.6%');
  await runOperation(
    bureau.app,
    who,
    'withdraw',
    GDP,
    { reason: '口径调整', channel: 'news' },
    words,
  );
  expect(readers()[0]?.withdrawnAt).toBeDefined();
  expect((await news())?.state).toBe('withdrawn');
  const entry = await news();
  const found = await bureau.app.channels
    .get('news')
    ?.lookup(
      { ...entry, release: GDP, publication: on('news'), since: 0, looks: 0 } as never,
      never,
    );
  expect(found).toEqual({ class: 'gone', why: { code: 'withdrawn' } });
});

test('each answer of WordPress has its class', () => {
  const answer = (status: number, code?: string, headers = {}) =>
    classifyWordpress(
      {
        ok: true,
        status,
        headers,
        text: code ? JSON.stringify({ code }) : '<html>',
        date: undefined,
      },
      0,
    );
  expect(answer(200, undefined)).toBeUndefined();
  expect(answer(401, 'rest_cannot_edit')).toMatchObject({ class: 'refused' });
  expect(answer(404, 'rest_post_invalid_id')).toMatchObject({ class: 'refused' });
  expect(answer(503, undefined, { 'retry-after': '600' })).toMatchObject({
    class: 'again',
    afterMs: 600_000,
  });
  expect(answer(503)).toMatchObject({ class: 'doubtful' });
  expect(answer(500, 'rest_upload_sideload_error')).toMatchObject({ class: 'refused' });
  expect(answer(302)).toMatchObject({ class: 'refused' });
  expect(classifyWordpress({ ok: false, sent: false, why: 'ECONNREFUSED' }, 0)?.class).toBe(
    'again',
  );
  expect(classifyWordpress({ ok: false, sent: true, why: 'ECONNRESET' }, 0)?.class).toBe(
    'doubtful',
  );
});

test('a wrong password is told by name, before T; rights that are lacking too', async () => {
  const channel = bureau.app.channels.get('news');
  expect(await channel?.preflight(never)).toMatchObject({ wrong: [], account: 'banli' });
  Object.assign(bureau.config.channels.get('news') ?? {}, { password: 'wrong' });
  expect(await channel?.preflight(never)).toMatchObject({
    wrong: [{ code: 'wordpress-rights', detail: '401 rest_not_logged_in' }],
  });
});

test('an address without encryption is refused where the password would go over the network', async () => {
  const path = join(bureau.folder, 'config', 'banli.yaml');
  const yaml = await readFile(path, 'utf8');
  await writeFile(
    path,
    yaml.replace(
      `http://127.0.0.1:${bureau.sandbox.ports.wordpress}/`,
      'http://news.example.gov.cn/',
    ),
  );
  expect(() => loadConfig(join(bureau.folder, 'config'), {}, () => 'x')).toThrow(
    '应用密码不能明文传送',
  );
});
