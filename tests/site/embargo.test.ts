// Embargo: whatever address is asked for, feeds and small twins included, holds no byte of a
// release before its due instant; at it, everything does.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import type { Asset } from '../../src/channels/channel.ts';
import { releaseId } from '../../src/plan/types.ts';
import { PublicNow } from '../../src/site/serve/edition-in-memory.ts';
import { until } from '../helpers/clock.ts';
import { marksOf, type TestSite, testSite } from '../helpers/site.ts';

let site: TestSite;
afterEach(() => site.close());

const ID = 'gdp.2026-Q2';
const file = (name: string, text: string): Asset => ({
  name,
  type: 'text/csv',
  sha256: createHash('sha256').update(text).digest('hex'),
  bytes: text.length,
  read: () => Promise.resolve(Buffer.from(text)),
});
const SECRETS = [
  ...Object.values(marksOf(ID)),
  '机密附件.csv',
  'secret-figures-42',
  `releases/${ID}/`,
];

/** Every file that can be reached below the public root, by its path. */
function reachable(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? reachable(path) : [path];
  });
}

/**
 * Asks for everything there is, and for what there should not be.
 * @returns where a secret was found
 */
async function leaks(): Promise<string[]> {
  const root = join(site.folder, 'current');
  const paths = reachable(root).map((path) => path.slice(root.length + 1));
  const guesses = [
    `releases/${ID}/`,
    `releases/${ID}/index.html`,
    `releases/${ID}/files/${encodeURIComponent('机密附件.csv')}`,
    `en/releases/${ID}/`,
    'editions/',
    'staged/',
    'shelf/',
    '..%2fstaged',
  ];
  const found: string[] = [];
  for (const path of [
    ...paths.map((one) => one.split('/').map(encodeURIComponent).join('/')),
    ...guesses,
  ]) {
    const answer = await site.get(path, { 'accept-encoding': 'identity' });
    const guessed = guesses.includes(path) && answer.status !== 404;
    if (
      guessed ||
      SECRETS.some(
        (secret) =>
          answer.text.includes(secret) ||
          (answer.status === 200 && decodeURIComponent(path).includes(secret)),
      )
    )
      found.push(path);
  }
  for (const path of paths.filter((one) => one.endsWith('.br'))) {
    const text = brotliDecompressSync(readFileSync(join(root, path))).toString('utf8');
    if (SECRETS.some((secret) => text.includes(secret))) found.push(`${path} (brotli)`);
  }
  return found;
}

test('before T nothing, at T everything, by one rename', async () => {
  site = await testSite('2026-07-20T09:59:00+08:00');
  const staged = await site.stage(ID, {
    attachments: [file('机密附件.csv', 'secret-figures-42\n')],
  });
  expect(await leaks()).toEqual([]);
  const due = site.calendar().byId.get(staged.release)?.due;
  if (due === undefined) throw new Error('no release');
  const { edition } = await site.press.prepare(due, [staged]);
  expect(await leaks()).toEqual([]);
  site.clock.turnTo('2026-07-20T10:00:00+08:00');
  expect(await leaks()).toEqual([]);
  await site.press.flip(edition);
  const shown = await leaks();
  for (const path of [
    'index.html',
    'atom.xml',
    'rss.xml',
    'feed.json',
    'search.json',
    'releases.json',
    'calendar.json',
    'catalog.jsonld',
    'sitemap-2026.xml',
    'en/index.html',
    `releases/${ID}/index.html`,
  ])
    expect(shown, path).toContain(path);
  expect((await site.get(`releases/${ID}/files/${encodeURIComponent('机密附件.csv')}`)).text).toBe(
    'secret-figures-42\n',
  );
});

test('readers who ask all the time see one edition or the other, and never a mixture', async () => {
  site = await testSite('2026-07-20T10:00:00+08:00');
  const staged = await site.stage(ID);
  const { edition } = await site.press.prepare(site.clock.now(), [staged]);
  const seen: { path: string; after: boolean; whole: boolean }[] = [];
  let stop = false;
  const paths = ['', 'atom.xml', 'calendar.json', `releases/${ID}/`];
  const readers = paths.map(async (path) => {
    while (!stop) {
      const answer = await fetch(`${site.url}${path}`);
      const text = await answer.text();
      const after = path.startsWith('releases/')
        ? answer.status === 200
        : text.includes(`releases/${ID}/`);
      seen.push({
        path,
        after,
        whole:
          Number(answer.headers.get('content-length') ?? Buffer.byteLength(text)) >= 0 &&
          /(<\/html>|<\/feed>|\}|404.*)\s*$/.test(text),
      });
    }
  });
  /** Each reader has come back with this many pages more. */
  const more = async (pages: number): Promise<void> => {
    const before = seen.length;
    const by = (path: string): number =>
      seen.slice(before).filter((one) => one.path === path).length;
    await until(() => paths.every((path) => by(path) >= pages), 'readers go on');
  };
  await more(3);
  await site.press.flip(edition);
  // The answers that were on their way at the flip may be of before it; those after them may not.
  await more(3);
  stop = true;
  await Promise.all(readers);
  expect(seen.every(({ whole }) => whole)).toBe(true);
  for (const path of new Set(seen.map((one) => one.path))) {
    const own = seen.filter((one) => one.path === path).map(({ after }) => after);
    expect(own[0]).toBe(false);
    expect(own.at(-1)).toBe(true);
    // Once seen, never gone again.
    expect(own.lastIndexOf(false)).toBeLessThan(own.indexOf(true));
  }
});

test('what is withdrawn is gone with the next look: pages of releases, and what quotes them, are asked for again each time', async () => {
  site = await testSite('2026-07-20T10:00:00+08:00');
  const texts = [
    'releases/gdp.2026-Q2/',
    'en/releases/gdp.2026-Q2/',
    'atom.xml',
    'rss.xml',
    'feed.json',
    'search.json',
  ];
  await site.publish('gdp.2026-Q2');
  const tags: string[] = [];
  for (const path of texts) {
    const { headers, status } = await site.get(path);
    expect([path, status, headers.get('cache-control')]).toEqual([path, 200, 'no-cache']);
    tags.push(headers.get('etag') ?? '');
    expect([path, (await site.get(path, { 'if-none-match': tags.at(-1) ?? '' })).status]).toEqual([
      path,
      304,
    ]);
  }
  // The site's own style and front page are kept for a while as before.
  for (const path of ['', 'style.css'])
    expect((await site.get(path)).headers.get('cache-control')).toContain('max-age=');
  await site.press.withdraw(releaseId('gdp.2026-Q2'), '数据有误');
  for (const [index, path] of texts.entries())
    expect([path, (await site.get(path, { 'if-none-match': tags[index] ?? '' })).status]).toEqual([
      path,
      200,
    ]);
});

test('what browsers and proxies may keep never outlives the next due instant; the same again is 304; parts of a file are served', async () => {
  site = await testSite('2026-07-20T10:00:00+08:00');
  const first = await site.get('');
  expect(first.headers.get('cache-control')).toMatch(
    /^(no-cache|public, max-age=([1-9]|[1-5]\d|60), must-revalidate)$/,
  );
  const again = await site.get('', { 'if-none-match': first.headers.get('etag') ?? '' });
  expect(again.status).toBe(304);
  expect(again.text).toBe('');
  const part = await site.get('style.css', { range: 'bytes=0-4', 'accept-encoding': 'identity' });
  expect(part.status).toBe(206);
  expect(part.text).toBe(':root');
  // Several ranges, or what is none, are answered with the whole; one beyond the end with its
  // length.
  const whole = await site.get('style.css', { 'accept-encoding': 'identity' });
  for (const range of ['bytes=0-1,3-4', 'lines=1', 'bytes=a-b', 'bytes=-'])
    expect([
      range,
      await site.get('style.css', { range, 'accept-encoding': 'identity' }),
    ]).toMatchObject([range, { status: 200, text: whole.text }]);
  const beyond = await site.get('style.css', {
    range: 'bytes=99999999-',
    'accept-encoding': 'identity',
  });
  expect([beyond.status, beyond.headers.get('content-range')]).toEqual([
    416,
    `bytes */${Buffer.byteLength(whole.text)}`,
  ]);
  const small = await fetch(site.url, { headers: { 'accept-encoding': 'br' } });
  expect(small.headers.get('content-encoding')).toBe('br');
  expect(await small.text()).toBe(first.text);
  const folder = await site.get('indicators');
  expect([folder.status, folder.headers.get('location')]).toEqual([301, '/indicators/']);
  expect((await site.get('nowhere/')).status).toBe(404);
});

test('paths that nobody has are not remembered, however many are asked for', async () => {
  site = await testSite('2026-07-20T10:00:00+08:00');
  const now = new PublicNow(join(site.folder, 'current'));
  expect(now.file('/style.css', false)?.bytes.length).toBeGreaterThan(100);
  for (let number = 0; number < 20_000; number++)
    expect(now.file(`/nowhere/${number}/`, number % 2 === 0)).toBeUndefined();
  expect(now.kept).toBe(1);
});
