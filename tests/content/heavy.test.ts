// What people send may be anything: it costs its own release an issue, and nobody else their time.
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, describe, expect, test } from 'vitest';
import { loadBundle } from '../../src/content/bundle.ts';
import { toWeibo, weiboLength } from '../../src/content/weibo-text.ts';
import { type InThread, openThreads } from '../../src/lib/threads.ts';
import type { Release } from '../../src/plan/types.ts';
import { BODY } from '../helpers/bureau.ts';
import { temporary } from '../helpers/folder.ts';

const release = {
  id: 'gdp.2026-Q2',
  indicator: 'gdp',
  period: '2026-Q2',
  kind: 'figures',
} as unknown as Release;
const hasty = openThreads({ ms: 300 });
const small = openThreads({ ms: 60_000, memoryMb: 24 });
const patient = openThreads({ ms: 60_000 });
afterAll(() => Promise.all([hasty, small, patient].map((one) => one.close())));

async function folderOf(files: Record<string, string | Buffer>): Promise<string> {
  const root = temporary('heavy');
  await mkdir(join(root, 'gdp', '2026-Q2'), { recursive: true });
  for (const [name, content] of Object.entries(files))
    await writeFile(join(root, 'gdp', '2026-Q2', name), content);
  return root;
}

/** What is wrong with a bundle, as `file:line code detail`. */
async function issues(
  files: Record<string, string | Buffer>,
  threads: InThread = patient.inThread,
): Promise<string[] | string> {
  const loaded = await loadBundle(await folderOf(files), release, threads);
  if (loaded.state !== 'flawed') return loaded.state;
  return loaded.flaws.map(({ file, line, code, detail }) =>
    `${file.split('/').at(-1)}:${line} ${code} ${detail ?? ''}`.trim(),
  );
}

/**
 * How often other work of this process had its turn meanwhile: a count, since how long a turn takes
 * is the machine's.
 */
async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  const timer = setInterval(() => turns++, 5);
  await work();
  clearInterval(timer);
  return turns;
}

const head = '---\ntitle: 题\n---\n';
const LINKS = 'http://t.cn/a1 '.repeat(1500);
const TABLE = `${head}\n|甲|乙|丙|丁|戊|\n|-|-|-|-|-|\n${'|1|2|3|4|5|\n'.repeat(30_000)}`;

test('a weibo.txt of 1,500 short links is refused at the line where it is too long, and would be cut at once (14.38)', async () => {
  expect(await issues({ 'release.md': BODY, 'weibo.txt': LINKS.replaceAll(' ', '\n') })).toEqual([
    'weibo.txt:134 weibo-text-long 2000',
  ]);
  const begun = performance.now();
  const text = toWeibo(LINKS, '题', '', 'https://tjj.example.cn/releases/gdp.2026-Q2/');
  // It took 62 s. A generous bound: how busy the machine is decides nothing here.
  expect(performance.now() - begun).toBeLessThan(25_000);
  expect(weiboLength(text)).toBe(130);
  expect(text).toMatch(
    /^(http:\/\/t\.cn\/a1 ){11}http:\/… https:\/\/tjj\.example\.cn\/releases\/gdp\.2026-Q2\/$/,
  );
});

describe('a text that takes longer than a thread may (14.38)', () => {
  test('is told at its line; meanwhile other work goes on', async () => {
    let told: unknown;
    const turns = await turnsDuring(async () => {
      told = await issues({ 'release.md': TABLE }, hasty.inThread);
    });
    expect(told).toEqual(['release.md:4 content-too-heavy > 0.3 s']);
    expect(turns).toBeGreaterThan(5);
  });
  test('or more memory, is told too', async () => {
    expect(await issues({ 'release.md': `${TABLE}|0|0|0|0|0|\n` }, small.inThread)).toEqual([
      'release.md:4 content-too-heavy > 24 MB',
    ]);
  });
  test('is not tried again at each look, and another release beside it is rendered', async () => {
    let asked = 0;
    const counting: InThread = (task, input) => {
      asked++;
      return hasty.inThread(task, input);
    };
    const root = await folderOf({ 'release.md': `${TABLE}|6|7|8|9|0|\n` });
    for (let look = 0; look < 3; look++)
      expect(await loadBundle(root, release, counting)).toMatchObject({ state: 'flawed' });
    expect(asked).toBe(1);
    expect(await issues({ 'release.md': BODY })).toBe('ready');
  });
});

test('the same content is rendered once, however often it is looked at', async () => {
  let asked = 0;
  const counting: InThread = (task, input) => {
    asked++;
    return patient.inThread(task, input);
  };
  const root = await folderOf({ 'release.md': `${BODY}\n只此一次。\n` });
  const looks = await Promise.all(
    Array.from({ length: 4 }, () => loadBundle(root, release, counting)),
  );
  expect(looks.map(({ state }) => state)).toEqual(['ready', 'ready', 'ready', 'ready']);
  expect(asked).toBe(1);
});

test.each([
  ['an alias of nothing', '---\ntitle: *重要* 数据\n---\n正文\n', /^release\.md:2 front-matter/],
  [
    'brackets in brackets',
    `---\ntitle: ${'['.repeat(9000)}\n---\n正文\n`,
    /^release\.md:\d+ front-matter/,
  ],
  [
    'a head without end',
    `---\ntitle: 题\n${'x'.repeat(20_000)}\n---\n正文\n`,
    /^release\.md:1 front-matter-long/,
  ],
  ['no end of the head', `---\n${'a\n'.repeat(200_000)}`, /^release\.md:1 no-front-matter/],
  ['a text of 40 MB', `${head}${'字'.repeat(14_000_000)}`, /^release\.md:1 bundle-too-large/],
  ['a binary', Buffer.alloc(1_000_000, 0xff), /^release\.md:1 (not-utf8|bundle-too-large)/],
])('release.md with %s is told in words', async (_, text, issue) => {
  expect((await issues({ 'release.md': text }))[0]).toMatch(issue);
});

test.each([
  ['quotations', '>'.repeat(100_000)],
  ['lists', Array.from({ length: 600 }, (_, depth) => `${' '.repeat(2 * depth)}- a`).join('\n')],
  ['brackets', '['.repeat(50_000)],
  ['pictures', '!['.repeat(30_000)],
  ['tags', '<div><b>'.repeat(20_000)],
  ['comments', '<!--'.repeat(50_000)],
  ['styles', `<td ${'style="text-align:left" '.repeat(5000)}>`],
  ['entities', '&#x26;'.repeat(50_000)],
  ['missing pictures', '![a](b.png)\n\n'.repeat(5000)],
  ['ten thousand rows', `|甲|乙|\n|-|-|\n${'|1|2|\n'.repeat(10_000)}`],
])('a text of nothing but %s is rendered, or told to be too heavy', async (_, text) => {
  const answer = await issues({ 'release.md': `${head}${text}\n` });
  expect(
    answer === 'ready' ||
      (Array.isArray(answer) && answer.every((one) => one.includes('content-too-heavy'))),
  ).toBe(true);
});

describe('an archive', () => {
  const limits = { files: 100, bytes: 1_000_000 };
  const zeros = zipSync({ 'a.csv': new Uint8Array(50_000_000) }, { level: 9 });
  test('that holds more than is allowed is not unpacked', async () => {
    expect(await patient.inThread('unpack', { bytes: zeros, limits })).toEqual({
      ok: true,
      value: 'too-large',
    });
  });
  test('that claims to hold less than it does is refused, and not unpacked first', async () => {
    const lying = zeros.slice();
    const view = new DataView(lying.buffer);
    // The uncompressed size, in the local header and in the directory at the end.
    view.setUint32(22, 1000, true);
    view.setUint32(lying.length - 22 - 51 + 24, 1000, true);
    expect(await hasty.inThread('unpack', { bytes: lying, limits })).toMatchObject({
      ok: false,
      why: 'failed',
    });
  });
  test('that lost a bit on its way is refused', async () => {
    const broken = zipSync({ 'a.csv': Buffer.from('2026-01,1.5') }, { level: 0 });
    broken[30 + 'a.csv'.length] = 0x33;
    expect(await patient.inThread('unpack', { bytes: broken, limits })).toMatchObject({
      ok: false,
      why: 'failed',
    });
  });
  test('of which two entries are the same bytes is refused', async () => {
    const twice = zipSync({ 'a.csv': Buffer.from('1'), 'b.csv': Buffer.from('1') }, { level: 0 });
    const view = new DataView(twice.buffer);
    const directory = view.getUint32(twice.length - 22 + 16, true);
    // The second entry leads to where the first lies.
    view.setUint32(directory + 46 + 'a.csv'.length + 42, 0, true);
    expect(await patient.inThread('unpack', { bytes: twice, limits })).toMatchObject({
      ok: false,
      why: 'failed',
    });
  });
  test('of Chinese Windows has the names that it was given, and so has one of macOS', async () => {
    const named = (name: Buffer): Uint8Array => {
      const placeholder = 'x'.repeat(name.length);
      const archive = Buffer.from(zipSync({ [placeholder]: Buffer.from('1') }));
      for (let at = archive.indexOf(placeholder); at !== -1; at = archive.indexOf(placeholder, at))
        name.copy(archive, at);
      return archive;
    };
    const gbk = Buffer.from([0xca, 0xfd, 0xbe, 0xdd, ...Buffer.from('.csv')]);
    for (const name of [gbk, Buffer.from('数据.csv')])
      expect(await patient.inThread('unpack', { bytes: named(name), limits })).toEqual({
        ok: true,
        value: [['数据.csv', new Uint8Array([0x31])]],
      });
  });
  test('that is none is refused', async () => {
    expect(await patient.inThread('unpack', { bytes: new Uint8Array(100), limits })).toMatchObject({
      ok: false,
      why: 'failed',
    });
  });
});

test('threads that read what people send come after the rest of their process', async () => {
  const niceOf = (thread: string): number =>
    Number(readFileSync(`/proc/self/task/${thread}/stat`, 'utf8').split(') ')[1]?.split(' ')[16]);
  const threads = openThreads();
  expect((await threads.inThread('plan', { sources: [], channels: [] })).ok).toBe(true);
  const nice = readdirSync('/proc/self/task').map(niceOf);
  await threads.close();
  expect(nice).toContain(10);
  expect(getPriority(0)).toBe(0);
});
