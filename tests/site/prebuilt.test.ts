// The spare edition: what is laid out from it is what is laid out from nothing, whatever was
// published, corrected, withdrawn or moved.
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { cp, lutimes, mkdir, readdir, readFile, rm, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { releaseId } from '../../src/plan/types.ts';
import { SiteBuilder } from '../../src/site/editions/site-builder.ts';
import { temporary } from '../helpers/folder.ts';
import { marksOf, type TestSite, testSite, YEAR } from '../helpers/site.ts';

let site: TestSite;
afterEach(() => site.close());

/**
 * Everything in an edition but its own name: files by their bytes, symlinks by where they lead and
 * the page there, empty folders too.
 */
function treeOf(folder: string, edition: string): Record<string, string> {
  const root = join(folder, 'editions', edition);
  // A table's bytes have the moment in them when it was made.
  const bytes = (path: string): string =>
    path.endsWith('.xlsx')
      ? 'a table'
      : readFileSync(path).toString('latin1').replaceAll(edition, 'this edition');
  const found: Record<string, string> = {};
  const walk = (path: string): void => {
    const names = readdirSync(join(root, path));
    if (names.length === 0) found[path] = 'empty';
    for (const name of names) {
      const inner = join(path, name);
      const kind = lstatSync(join(root, inner));
      if (kind.isSymbolicLink())
        found[inner] =
          `${readlinkSync(join(root, inner)).replace(/\.\w{8}$/, '')} ${bytes(join(root, inner, 'index.html'))}`;
      else if (kind.isDirectory()) walk(inner);
      else found[inner] = bytes(join(root, inner));
    }
  };
  walk('.');
  return found;
}

/**
 * The tree of the same edition made by another process that remembers nothing and finds nothing
 * that was made before, but the staged releases.
 */
async function treeFromNothing(
  releases: Parameters<SiteBuilder['prepare']>[1],
): Promise<Record<string, string>> {
  const folder = join(temporary('site'), 'site');
  for (const name of ['site', 'published'])
    await cp(join(dirname(site.folder), name), join(dirname(folder), name), {
      recursive: true,
      verbatimSymlinks: true,
    });
  for (const made of ['shelf', 'pages']) await rm(join(folder, made), { recursive: true });
  vi.resetModules();
  const fresh = await import('../../src/site/editions/site-builder.ts');
  const press: SiteBuilder = new fresh.SiteBuilder(folder, site.calendar, site.options, site.clock);
  return treeOf(folder, (await press.prepare(site.clock.now(), releases)).edition);
}

/** The next edition from the spare, which is seen to be used. */
async function fromSpare(releases: Parameters<SiteBuilder['prepare']>[1] = []): Promise<string> {
  await site.press.makePrebuilt();
  expect(await readdir(join(site.folder, 'spares'))).toHaveLength(1);
  const { edition } = await site.press.prepare(site.clock.now(), releases);
  expect(await readdir(join(site.folder, 'spares'))).toEqual([]);
  return edition;
}

async function same(releases: Parameters<SiteBuilder['prepare']>[1] = []): Promise<void> {
  const edition = await fromSpare(releases);
  const tree = treeOf(site.folder, edition);
  expect(Object.keys(tree).length).toBeGreaterThan(40);
  expect(tree).toEqual(await treeFromNothing(releases));
  await site.press.flip(edition);
}

test('an edition from the spare is to the byte the one from nothing: new releases, corrections, withdrawals, and a plan that lost what it had', async () => {
  site = await testSite('2026-07-20T10:00:00+08:00');
  await same([await site.stage('cpi.2026-05'), await site.stage('cpi.2026-06')]);
  await same([await site.stage('gdp.2026-Q2')]);
  expect((await site.get('releases/gdp.2026-Q2/')).text).toContain(marksOf('gdp.2026-Q2').body);
  const better = await site.stage('cpi.2026-05', { digest: 'f'.repeat(64), body: '更正后的正文' });
  await site.press.correct(better.release, better.digest, '数据有误');
  await same();
  expect((await site.get('releases/cpi.2026-05.v1/')).text).toContain(marksOf('cpi.2026-05').body);
  await site.press.withdraw(releaseId('gdp.2026-Q2'), '口径调整');
  await same();
  // Without the indicator and its folders, and with another.
  await site.plan(YEAR.replaceAll('gdp:', 'income:').replace('地区生产总值', '居民收入'));
  await same();
  expect((await site.get('indicators/gdp/')).status).toBe(404);
  expect((await site.get('indicators/income/')).status).toBe(200);
});

test('what was prepared and not made public is in no edition that is laid out from it', async () => {
  site = await testSite('2026-07-20T09:00:00+08:00');
  await site.press.prepare(site.clock.now(), [await site.stage('gdp.2026-Q2')]);
  const edition = await fromSpare();
  await site.press.flip(edition);
  expect((await site.get('releases/gdp.2026-Q2/')).status).toBe(404);
  const said = Object.values(treeOf(site.folder, edition)).join('\n');
  for (const mark of Object.values(marksOf('gdp.2026-Q2')))
    expect(said).not.toContain(Buffer.from(mark).toString('latin1'));
});

test('a spare that another process tidied away is done without; those of ended processes are tidied after a day', async () => {
  site = await testSite('2026-07-20T10:00:00+08:00');
  const spares = join(site.folder, 'spares');
  await site.press.makePrebuilt();
  await rm(spares, { recursive: true });
  await site.publish('cpi.2026-06');
  expect((await site.get('releases/cpi.2026-06/')).status).toBe(200);
  await site.press.makePrebuilt();
  const [own = ''] = await readdir(spares);
  await mkdir(join(spares, 'of-a-dead-one', 'releases'), { recursive: true });
  const old = new Date(site.clock.now() - 2 * 86_400_000);
  for (const name of [own, 'of-a-dead-one']) await utimes(join(spares, name), old, old);
  await site.press.refresh();
  expect(await readdir(spares)).toEqual([]);
  expect(
    await readFile(join(site.folder, 'current', 'releases', 'cpi.2026-06', 'index.html'), 'utf8'),
  ).toContain(marksOf('cpi.2026-06').body);
});

test('a release that is in no plan any more keeps its page, and one that was withdrawn its notice instead', async () => {
  site = await testSite('2026-07-20T10:00:00+08:00');
  await site.publish('gdp.2026-Q2', 'gdp.2026-Q1');
  await site.press.withdraw(releaseId('gdp.2026-Q2'), '口径调整');
  await site.plan(YEAR.replaceAll('gdp:', 'income:'));
  const kept = (await site.get('releases/gdp.2026-Q1/')).text;
  expect(kept).toContain(marksOf('gdp.2026-Q1').body);
  expect(kept).not.toContain('<!--');
  const gone = (await site.get('releases/gdp.2026-Q2/')).text;
  expect(gone).toContain('口径调整');
  for (const mark of Object.values(marksOf('gdp.2026-Q2'))) expect(gone).not.toContain(mark);
});

test('pages and files that no edition leads to any more are removed; what is public stays', async () => {
  site = await testSite('2026-07-20T10:00:00+08:00');
  const pages = async (): Promise<number> =>
    (await readdir(join(site.folder, 'pages'))).filter((name) => !name.endsWith('.link')).length;
  await site.publish('cpi.2026-05');
  // The page of May leads to June from now on: two languages of each, and May without June in
  // editions of before.
  await site.publish('cpi.2026-06');
  expect(await pages()).toBe(6);
  for (let second = 1; second <= 20; second++) {
    site.clock.turnTo(`2026-07-20T10:00:${String(second).padStart(2, '0')}+08:00`);
    await site.press.refresh();
  }
  // The editions of before are beyond the newest twenty now, and old. A process that begins looks
  // for what they held.
  site.clock.turnTo('2026-07-20T10:05:00+08:00');
  const old = new Date(site.clock.now() - 240_000);
  for (const name of await readdir(join(site.folder, 'pages')))
    await lutimes(join(site.folder, 'pages', name), old, old);
  await new SiteBuilder(site.folder, site.calendar, site.options, site.clock).refresh();
  expect(await pages()).toBe(4);
  for (const id of ['cpi.2026-05', 'cpi.2026-06'])
    expect((await site.get(`releases/${id}/`)).text).toContain(marksOf(id).body);
});
