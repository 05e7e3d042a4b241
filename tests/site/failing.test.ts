// What cannot be made or removed never keeps the rest from coming out: one release, one page, one
// old edition.
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Call } from '../../src/channels/channel.ts';
import { websiteChannel } from '../../src/channels/website.ts';
import { instant } from '../../src/lib/instant.ts';
import { type Calendar, publicationId, type ReleaseId, releaseId } from '../../src/plan/types.ts';
import { versionFrom } from '../../src/site/editions/code-version.ts';
import { SiteBuilder } from '../../src/site/editions/site-builder.ts';
import { folderNameOf } from '../../src/site/model.ts';
import { temporary } from '../helpers/folder.ts';
import { marksOf, type TestSite, testSite } from '../helpers/site.ts';

/** A folder that even its owner cannot remove, as another user's is. */
const locked = vi.hoisted(() => ({ path: undefined as string | undefined }));
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  const refuse = (path: unknown): void => {
    if (locked.path !== undefined && path === locked.path)
      throw Object.assign(new Error(`EACCES: permission denied, rm '${locked.path}'`), {
        code: 'EACCES',
      });
  };
  return {
    ...real,
    rm: async (...args: Parameters<typeof real.rm>) => {
      refuse(args[0]);
      return real.rm(...args);
    },
  };
});

let site: TestSite;
beforeEach(() => {
  locked.path = undefined;
});
afterEach(async () => {
  locked.path = undefined;
  await site?.close();
});

const DUE = instant(Date.parse('2026-07-20T10:00:00+08:00'));
const never = new AbortController().signal;
const call = ({ release, digest }: { release: ReleaseId; digest: string }): Call => ({
  publication: publicationId(release, 'website'),
  release,
  due: DUE,
  since: DUE,
  staged: { digest },
  looks: 0,
});
/** Nothing is left of what a release is made of, neither with the site nor beside it. */
async function loseContent(id: string): Promise<void> {
  for (const path of [
    join(site.folder, 'staged', id),
    join(dirname(site.folder), 'published', 'content', id),
  ])
    await rm(path, { recursive: true });
}

describe('a release that cannot be made (14.40)', () => {
  test('is left out of the edition, and of every list in it; the others come out, and only it is tried again', async () => {
    site = await testSite('2026-07-20T09:59:56+08:00');
    const [good, bad] = [await site.stage('gdp.2026-Q2'), await site.stage('cpi.2026-06')];
    await loseContent('cpi.2026-06');
    const channel = websiteChannel('website', site.press, site.clock);
    await channel.arm?.([call(good), call(bad)], DUE, never);
    site.clock.turnTo('2026-07-20T10:00:00+08:00');
    expect(await channel.release(call(bad), never)).toMatchObject({
      class: 'again',
      why: { code: 'site-render', detail: expect.stringContaining('ENOENT') as string },
    });
    expect(await channel.release(call(good), never)).toMatchObject({ class: 'done' });
    expect((await site.get('releases/gdp.2026-Q2/')).text).toContain(marksOf('gdp.2026-Q2').body);
    expect((await site.get('releases/cpi.2026-06/')).status).toBe(404);
    for (const path of ['', 'atom.xml', 'calendar.json', 'releases.json', 'search.json'])
      expect((await site.get(path)).text, path).not.toContain('releases/cpi.2026-06');
    expect(await channel.lookup(call(bad), never)).toEqual({ class: 'not-public' });
    // Its content is there again.
    const again = await site.stage('cpi.2026-06');
    await channel.arm?.([call(again)], DUE, never);
    expect(await channel.release(call(again), never)).toMatchObject({ class: 'done' });
  });

  test('when the edition is rendered again for what came out meanwhile: it is not called done', async () => {
    site = await testSite('2026-07-20T09:59:56+08:00');
    const [good, bad] = [await site.stage('gdp.2026-Q2'), await site.stage('cpi.2026-06')];
    const channel = websiteChannel('website', site.press, site.clock);
    await channel.arm?.([call(good), call(bad)], DUE, never);
    // Pages are made by now: only another edition asks for the content.
    await site.press.refresh();
    await loseContent('cpi.2026-06');
    site.clock.turnTo('2026-07-20T10:00:00+08:00');
    expect(await channel.release(call(good), never)).toMatchObject({ class: 'done' });
    expect(await channel.release(call(bad), never)).toMatchObject({
      class: 'again',
      why: { code: 'site-render' },
    });
  });

  test('a release that was withdrawn is found gone, not public', async () => {
    site = await testSite('2026-07-20T10:00:00+08:00');
    const staged = await site.stage('gdp.2026-Q2');
    await site.publish('gdp.2026-Q2');
    const channel = websiteChannel('website', site.press, site.clock);
    expect(await channel.lookup(call(staged), never)).toMatchObject({ class: 'public' });
    await loseContent('gdp.2026-Q2');
    expect(await channel.withdraw(call(staged), never, '口径调整')).toEqual({ class: 'done' });
    expect(await channel.lookup(call(staged), never)).toEqual({
      class: 'gone',
      why: { code: 'withdrawn' },
    });
  });

  test('a public page whose content is lost stays as it was while others come out', async () => {
    const warned: string[] = [];
    site = await testSite('2026-07-20T10:00:00+08:00');
    const press = new SiteBuilder(
      site.folder,
      site.calendar,
      { ...site.options, warn: (event, message) => warned.push(`${event} ${message}`) },
      site.clock,
    );
    await press.flip(
      (await press.prepare(site.clock.now(), [await site.stage('cpi.2026-05')])).edition,
    );
    await loseContent('cpi.2026-05');
    await press.flip(
      (await press.prepare(site.clock.now(), [await site.stage('cpi.2026-06')])).edition,
    );
    expect((await site.get('releases/cpi.2026-06/')).status).toBe(200);
    expect((await site.get('releases/cpi.2026-05/')).text).toContain(marksOf('cpi.2026-05').body);
    expect(warned.join('\n')).toContain('site-page cpi.2026-05');
  });
});

test('an id of 260 characters comes out, is corrected and restored; its folder has a shorter name (14.40)', async () => {
  const long = releaseId(`${'x'.repeat(250)}.2026-Q2`);
  const name = folderNameOf(long);
  expect(Buffer.byteLength(name)).toBeLessThan(120);
  expect(folderNameOf('gdp.2026-Q2')).toBe('gdp.2026-Q2');
  site = await testSite('2026-07-20T10:00:00+08:00');
  const read = site.calendar();
  const releases = read.releases.map((one) =>
    one.id === 'gdp.2026-Q2' ? { ...one, id: long, indicator: 'x'.repeat(250) } : one,
  );
  const calendar: Calendar = {
    ...read,
    releases,
    byId: new Map(releases.map((one) => [one.id, one])),
  };
  const press = new SiteBuilder(site.folder, () => calendar, site.options, site.clock);
  const stage = (digest: string): Promise<string> =>
    press.stage({
      ...{
        publication: publicationId(long, 'website'),
        release: long,
        due: DUE,
        title: '标题',
        summary: '摘要',
        author: '',
        source: '局',
        category: '统计',
      },
      ...{
        url: press.urlOf(long),
        digest: digest.repeat(64),
        pictures: [],
        ownCover: undefined,
        attachments: [],
        html: () => `<p>正文${digest}</p>`,
      },
      ...{
        wechatHtml: () => '',
        plainText: () => '',
        weiboText: () => '',
        cover: () => Promise.reject(new Error('no cover')),
      },
    });
  expect(press.urlOf(long)).toBe(`https://tjj.example.cn/releases/${name}/`);
  const { edition, failed } = await press.prepare(DUE, [
    { release: long, digest: await stage('a') },
  ]);
  expect(failed.size).toBe(0);
  await press.flip(edition);
  await press.correct(long, await stage('b'), '录入有误');
  for (const path of ['', `indicators/${folderNameOf('x'.repeat(250))}/`]) {
    const page = (await site.get(path)).text;
    expect(page, path).toContain(`releases/${name}/`);
  }
  await rm(site.folder, { recursive: true });
  await press.ensure();
  expect((await site.get(`releases/${name}/`)).text).toContain('正文b');
  expect((await site.get(`releases/${name}.v1/`)).text).toContain('正文a');
});

test('an old edition that cannot be removed stops nothing: it is told, and removed once that is possible (14.30)', async () => {
  const warned: string[] = [];
  site = await testSite('2026-07-20T10:00:00+08:00');
  const press = new SiteBuilder(
    site.folder,
    site.calendar,
    { ...site.options, warn: (event, message) => warned.push(`${event} ${message}`) },
    site.clock,
  );
  const [oldest = ''] = await press.editions();
  locked.path = join(site.folder, 'editions', oldest);
  for (let minute = 1; minute <= 23; minute++) {
    site.clock.turnTo(Date.parse('2026-07-20T10:00:00+08:00') + minute * 180_000);
    await press.refresh();
  }
  expect(await press.editions()).toContain(oldest);
  // The others are removed all the same: the newest twenty, the one in the way, and the one that
  // came last.
  expect((await press.editions()).length).toBeLessThanOrEqual(22);
  expect(warned).toEqual([`site-tidy EACCES: permission denied, rm '${locked.path}'`]);
  await site.publish('gdp.2026-Q2');
  expect((await site.get('releases/gdp.2026-Q2/')).status).toBe(200);
  locked.path = undefined;
  // Another process tries it at once.
  await new SiteBuilder(site.folder, site.calendar, site.options, site.clock).refresh();
  expect(existsSync(join(site.folder, 'editions', oldest))).toBe(false);
});

describe('files of an older version are not kept (14.37)', () => {
  test('any module that is imported counts, however far away; types alone do not', async () => {
    const folder = temporary('version');
    await mkdir(join(folder, 'deep'));
    const write = (name: string, text: string): Promise<void> =>
      writeFile(join(folder, name), text);
    await write(
      'a.ts',
      "import { b } from './deep/b.ts';\nimport type { T } from './types.ts';\nexport const a = b;\n",
    );
    await write(
      'deep/b.ts',
      "export { c as b } from '../c.ts';\nconst later = () => import('../d.ts');\n",
    );
    await write('c.ts', 'export const c = 1;\n');
    await write('d.ts', 'export const d = 1;\n');
    await write('types.ts', 'export type T = 1;\n');
    const version = (): string => versionFrom([join(folder, 'a.ts')]);
    const first = version();
    expect(version()).toBe(first);
    await write('types.ts', 'export type T = 2;\n');
    expect(version()).toBe(first);
    for (const name of ['c.ts', 'd.ts', 'deep/b.ts', 'a.ts']) {
      const before = version();
      await write(name, `${await readFile(join(folder, name), 'utf8')}// changed\n`);
      expect(version(), name).not.toBe(before);
    }
  });
});
