// Five thousand odd requests at every route of site, desk and API: none is a fault of ours, shows
// our insides, is slow, or stays in memory. A failing one is told with its seed: BANLI_FUZZ_SEED
// makes the same requests again.
import { connect } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { api } from '../../src/desk/api.ts';
import { deskPages } from '../../src/desk/pages.ts';
import type { Random } from '../chaos/random.ts';
import { PEOPLE, type Watched, watched } from '../helpers/alarm.ts';
import { type TestDesk, testDesk, type Visitor } from '../helpers/desk.ts';
import { chance } from '../simulation/random.ts';

const REQUESTS = 5000;
const AT_ONCE = 8;
/**
 * An answer that takes longer, ms, is asked for again when nothing else is asked; one that always
 * does is a fault.
 */
const SLOW_MS = 1000;
/**
 * An answer that has not ended by then, ms, never will: told with its request, not by the test's
 * own time running out.
 */
const NEVER_MS = 20_000;
const fresh = Number(process.env.BANLI_FUZZ_SEED ?? 0) || Math.floor(Math.random() * 2 ** 31);

let bureau: Watched;
let desk: TestDesk;
let everybody: Visitor;
let token: string;
const logged: unknown[] = [];

beforeAll(async () => {
  bureau = await watched('2026-07-15T10:00:00+08:00', { more: PEOPLE });
  desk = await testDesk(bureau, (error) => logged.push(error));
  await bureau.content();
  await bureau.app.siteBuilder.refresh();
  await desk.person('quan', 'editor', 'reviewer', 'chief', 'operator', 'admin');
  everybody = await desk.signIn('quan');
  token = await desk.token(
    'quan',
    'read',
    'texts',
    'plan',
    'content',
    'approve',
    'operate',
    'people',
  );
});
afterAll(async () => {
  await desk?.close();
  await bureau?.close();
});

interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer | undefined;
}

const METHODS = [
  'GET',
  'GET',
  'GET',
  'POST',
  'POST',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'HEAD',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'NONSENSE',
];
const SITE = [
  '/',
  '/en/',
  '/indicators/gdp/',
  '/calendar/2026/',
  '/calendar.ics',
  '/atom.xml',
  '/feed.json',
  '/releases.json',
  '/healthz',
  '/style.css',
  '/act/x.y',
];
const PIECES = [
  '%00',
  '%0a',
  '%0d%0aX:1',
  '%2e%2e%2f',
  '../',
  '..\\',
  '%c0%af',
  '%ff',
  '%',
  '%zz',
  '//',
  '///evil.example/',
  '/.',
  '/./',
  '%20',
  '%25',
  '\u4e2d',
  'é',
  '*',
  '~',
  '?',
  '?a=b&a=c',
  '?next=//evil.example',
  '?name=../../etc/passwd',
  '?from=2026-99-99&to=',
  '?limit=-1',
  '?limit=1e9',
  ';a=b',
  '#x',
  'a'.repeat(300),
  'a/'.repeat(200),
  '__proto__',
  'constructor',
  'index.html',
  'index.html/',
  '.br',
  '.git/config',
  '[',
  '{',
  '"',
  "'",
  '<script>',
  '\ud800',
];
const VALUES = [
  '',
  ' ',
  '0',
  '-1',
  '1e309',
  'null',
  'true',
  '__proto__',
  'constructor',
  '*a',
  '&a *a',
  '{<<: *x}',
  '{',
  '[',
  '!!js/function x',
  '"',
  '\u0008',
  '\u000b',
  '\ufffe',
  '\ud83d',
  '\u202e',
  '中文',
  'x'.repeat(5000),
  '=1+1',
  '../../x',
  '%00',
  '\r\nX: 1',
  '2026-02-30 25:61',
  '2026-07-21 10:00',
  'gdp.2026-Q2',
  '2026.yaml',
  'website',
  'yes',
];
const NAMES = [
  'csrf',
  'reason',
  'channel',
  'digest',
  'at',
  'date',
  'time',
  'immediate',
  'text',
  'base',
  'file',
  'name',
  'why',
  'id',
  'zh',
  'en',
  'channels',
  'category',
  'indicator',
  'due',
  'title',
  'summary',
  'body',
  'weibo',
  'upload',
  'files',
  'version',
  'label',
  'scopes',
  'days',
  'roles',
  'display',
  'mail',
  'password',
  'confirm',
  'next',
  'remove',
  'sure',
  '__proto__',
  'constructor',
];
const HEADERS: readonly (readonly [string, readonly string[]])[] = [
  [
    'range',
    [
      'bytes=0-',
      'bytes=-1',
      'bytes=5-2',
      'bytes=0-1,3-4',
      'bytes=99999999999-',
      'lines=1',
      'bytes=a-b',
    ],
  ],
  ['if-none-match', ['*', '"x"', 'W/"x", "y"', '"']],
  ['if-modified-since', ['yesterday', '0']],
  ['accept-encoding', ['br', 'gzip;q=0', '*', 'br;q=2,,']],
  ['referer', ['no address', 'http://[', '//', 'http://evil.example/desk/', 'javascript:1']],
  [
    'cookie',
    ['banli=', 'banli=%00', 'banli-lang=xx; banli-lang=en', 'a=b;;;=', `banli=${'x'.repeat(3000)}`],
  ],
  ['authorization', ['Bearer', 'Bearer x', 'Bearer banli_x y', 'Basic eDp5', 'bearer \u00e9']],
  ['x-forwarded-for', ['1.2.3.4', ', ,', 'unknown', '::1, 2001:db8::1', 'x'.repeat(500)]],
  ['origin', ['null', 'http://evil.example', 'http://[']],
  ['sec-fetch-site', ['cross-site', 'same-origin', '']],
  ['idempotency-key', ['k', '', 'k'.repeat(2000), '__proto__']],
  ['host', ['evil.example', '', 'a b', '[::1']],
  ['x-csrf-token', ['', 'x']],
  [
    'content-type',
    [
      'text/plain',
      'application/json; charset=utf-7',
      'multipart/form-data',
      'multipart/form-data; boundary=',
      'application/x-www-form-urlencoded; charset=x',
      '',
    ],
  ],
  ['expect', ['100-continue', 'x']],
];

function pathOf(random: Random, routes: readonly string[]): string {
  const filled = random
    .pick(random.next() < 0.25 ? SITE : routes)
    .replace(/\{id\}|:id\b/g, () =>
      random.next() < 0.6
        ? 'gdp.2026-Q2'
        : encodeURIComponent(random.pick(VALUES).replace(/[\ud800-\udfff]/g, '?')),
    )
    .replace(/:name\{[^/]*\}/, 'style.css')
    .replace(/:\w+/g, () => (random.next() < 0.5 ? 'quan' : random.pick(PIECES)));
  if (random.next() < 0.4) return filled;
  const at = random.whole(0, filled.length);
  return `${filled.slice(0, at)}${random.pick(PIECES)}${filled.slice(at)}`;
}

function bodyOf(random: Random): { type: string; body: Buffer } {
  const pairs = Array.from(
    { length: random.whole(0, 8) },
    () => [random.pick(NAMES), random.pick(VALUES)] as const,
  );
  const luck = random.next();
  if (luck < 0.3)
    return {
      type: 'application/x-www-form-urlencoded',
      body: Buffer.from(new URLSearchParams(pairs.map(([a, b]) => [a, b])).toString()),
    };
  if (luck < 0.55)
    return {
      type: 'application/json',
      body: Buffer.from(JSON.stringify(Object.fromEntries(pairs))),
    };
  if (luck < 0.65)
    return {
      type: 'application/json',
      body: Buffer.from(`${'['.repeat(random.whole(1, 5000))}${random.next() < 0.5 ? '' : ']'}`),
    };
  if (luck < 0.85) {
    const parts = pairs.map(([name, value]) => {
      const asFile =
        random.next() < 0.4
          ? `; filename="${random.pick(['x.zip', 'release.md', 'series.csv', 'a.png', '../x', 'y'.repeat(300), '', 'evil.html'])}"`
          : '';
      return `--b\r\ncontent-disposition: form-data; name="${name}"${asFile}\r\n\r\n${value}\r\n`;
    });
    return {
      type: 'multipart/form-data; boundary=b',
      body: Buffer.from(`${parts.join('')}${random.next() < 0.8 ? '--b--\r\n' : ''}`),
    };
  }
  return {
    type: random.pick(['application/octet-stream', 'application/json', 'text/plain']),
    body: Buffer.from(Array.from({ length: random.whole(0, 2000) }, () => random.whole(0, 255))),
  };
}

function requestOf(random: Random, routes: readonly string[]): Request {
  const headers = new Map<string, string>([['host', '127.0.0.1']]);
  const who = random.next();
  if (who < 0.5) {
    headers.set('cookie', everybody.cookie);
    if (random.next() < 0.9) headers.set('x-csrf-token', everybody.csrf);
  } else if (who < 0.8) headers.set('authorization', `Bearer ${token}`);
  const method = random.pick(METHODS);
  const sent = method === 'GET' && random.next() < 0.9 ? undefined : bodyOf(random);
  if (sent) headers.set('content-type', sent.type);
  for (let more = random.whole(0, 3); more > 0; more--) {
    const [name, values] = random.pick(HEADERS);
    headers.set(name, random.pick(values));
  }
  return { method, path: pathOf(random, routes), headers: [...headers], body: sent?.body };
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly ms: number;
}

/** As it stands, byte for byte: no library tidies it up. */
function send({ method, path, headers, body }: Request): Promise<Answer> {
  const { port } = new URL(desk.url);
  // What cannot stand in a request line would be another request.
  const target = path
    .replace(/[\s#]/g, (one) => encodeURIComponent(one))
    .replace(/[\ud800-\udfff]/g, '%EF%BF%BD');
  const head = [
    `${method} ${target.startsWith('/') ? target : `/${target}`} HTTP/1.1`,
    ...headers.map(([name, value]) => `${name}: ${value.replace(/[\r\n]/g, '')}`),
  ];
  if (body) head.push(`content-length: ${body.length}`);
  const began = performance.now();
  return new Promise((done) => {
    const socket = connect(Number(port), '127.0.0.1');
    const chunks: Buffer[] = [];
    const answered = (): string =>
      Buffer.concat(chunks)
        .toString('latin1')
        .replace(/^HTTP\/1\.1 100 [\s\S]*?\r\n\r\n/, '');
    const end = (): void => {
      clearTimeout(limit);
      socket.destroy();
      const text = answered();
      done({
        status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0),
        text,
        ms: performance.now() - began,
      });
    };
    const limit = setTimeout(() => {
      chunks.length = 0;
      end();
    }, NEVER_MS);
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      // A stream of events has no end; its head may come after "100 Continue", in a chunk of its
      // own.
      if (
        chunks.length < 4 &&
        /^HTTP[\s\S]*?content-type: text\/event-stream[\s\S]*\r\n\r\n/i.test(answered())
      )
        end();
    });
    socket.once('error', end);
    socket.once('close', end);
    socket.write(
      Buffer.concat([
        Buffer.from(`${head.join('\r\n')}\r\nconnection: close\r\n\r\n`),
        body ?? Buffer.alloc(0),
      ]),
    );
  });
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
function heapMb(): number {
  collect();
  return process.memoryUsage().heapUsed / 1e6;
}

const STACK = /\n\s+at .+:\d+:\d+|node_modules|\.ts:\d+/;

test.each([
  // Number 421 asks for the stream of events with "Expect: 100-continue", which this test once
  // waited for until its time ran out.
  [2006812057, 440],
  // Number 2957 ends in "//.", which the framework refuses before any page hears of it.
  [1852394649, 2960],
  // Number 4062 sends nothing, with a content type that is empty: the framework then asks no
  // schema.
  [500846453, 4070],
  [fresh, REQUESTS],
])('odd requests: BANLI_FUZZ_SEED=%d, %d of them', { timeout: 180_000 }, async (seed, requests) => {
  logged.length = 0;
  const errors = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  // What ends the session that is used, or the account, comes in tests of its own.
  const routes = [
    ...deskPages(desk.desk).guarded.map(({ path }) => `/desk${path}`),
    ...api(desk.desk).guarded.map(({ path }) => `/api/v1${path}`),
  ]
    .filter((path) => !/sign-out|\/me\/(password|totp|sessions)/.test(path))
    .concat(
      '/desk/sign-in',
      '/desk/language/en',
      '/desk/oidc/back',
      '/desk/assets/desk.js',
      '/api/v1/openapi.json',
    );
  const wrong: string[] = [];
  const heaps: number[] = [];
  const statuses = new Map<number, number>();
  const one = async (number: number): Promise<void> => {
    const request = requestOf(chance(seed, 'fuzz', number), routes);
    const answer = await send(request);
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    const told = `${number}: ${request.method} ${request.path.slice(0, 120)} ${JSON.stringify(request.headers).slice(0, 200)} ${request.body?.toString('utf8').slice(0, 200) ?? ''}`;
    if (answer.status >= 500 || answer.status === 0) wrong.push(`${answer.status} at ${told}`);
    if (
      STACK.test(answer.text.slice(0, 20_000)) &&
      !/script|json/.test(/content-type: (.*)/i.exec(answer.text)?.[1] ?? '')
    )
      wrong.push(`insides at ${told}`);
    if (/access-control-allow/i.test(answer.text.split('\r\n\r\n')[0] ?? ''))
      wrong.push(`CORS at ${told}`);
    if (answer.ms > SLOW_MS && answer.status !== 0) slow.push({ request, told });
  };
  const slow: { readonly request: Request; readonly told: string }[] = [];
  const askAgain = async ({ request, told }: (typeof slow)[number]): Promise<void> => {
    let least = Number.POSITIVE_INFINITY;
    for (let again = 0; again < 5 && least > SLOW_MS; again++)
      least = Math.min(least, (await send(request)).ms);
    if (least > SLOW_MS) wrong.push(`${Math.round(least)} ms at ${told}`);
  };
  for (let number = 0; number < requests; number += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => one(number + index)));
    for (const each of slow.splice(0)) await askAgain(each);
    if (number % 1000 < AT_ONCE) heaps.push(heapMb());
  }
  if (process.env.BANLI_FUZZ_LOOK)
    process.stdout.write(
      [
        ...new Set(
          logged.map((one) =>
            String((one as Error)?.stack ?? one)
              .split('\n')
              .slice(0, 6)
              .join('\n'),
          ),
        ),
      ].join('\n\n'),
    );
  expect(wrong).toEqual([]);
  expect(
    logged.map((one) =>
      String((one as Error)?.stack ?? one)
        .split('\n')
        .slice(0, 4)
        .join(' | '),
    ),
  ).toEqual([]);
  expect(errors.mock.calls).toEqual([]);
  if (requests < REQUESTS) return;
  // It was let in, turned away, and did not find: it reached what it is about.
  for (const status of [200, 303, 400, 401, 403, 404])
    expect([status, (statuses.get(status) ?? 0) > 20]).toEqual([status, true]);
  // From the second thousand on nothing is kept of what was asked.
  expect((heaps.at(-1) ?? 0) - (heaps[1] ?? 0)).toBeLessThan(40);
});
