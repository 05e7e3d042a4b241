// What was published outlives the site: whatever of var/site is lost or broken, it is made again
// from the record, never early and never without what was corrected or withdrawn.
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import {
  appendFile,
  mkdir,
  readdir,
  readFile,
  readlink,
  rm,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { Asset } from '../../src/channels/channel.ts';
import { PublicationNotes } from '../../src/ledger/disk-notes.ts';
import { instant } from '../../src/lib/instant.ts';
import { releaseId } from '../../src/plan/types.ts';
import { SiteBuilder } from '../../src/site/editions/site-builder.ts';
import { temporary } from '../helpers/folder.ts';
import { marksOf, type TestSite, testSite } from '../helpers/site.ts';

let site: TestSite;
afterEach(() => site.close());

const GDP = releaseId('gdp.2026-Q2');
const published = (): string => join(dirname(site.folder), 'published');
const record = (): string => join(published(), 'record.jsonl');
const anotherProcess = (): SiteBuilder =>
  new SiteBuilder(site.folder, site.calendar, site.options, site.clock);
const later = (seconds: number): void =>
  site.clock.turnTo(instant(site.clock.now() + seconds * 1000));
const file = (name: string, text: string): Asset => ({
  name,
  type: 'text/csv',
  sha256: createHash('sha256').update(text).digest('hex'),
  bytes: text.length,
  read: () => Promise.resolve(Buffer.from(text)),
});

/**
 * Everything that a reader can reach, by its path: through every symlink. A table's bytes have the
 * moment in them when it was made.
 */
function everything(): Record<string, string> {
  const root = join(site.folder, 'current');
  const edition = readlinkSync(root).split('/').at(-1) ?? '';
  const found: Record<string, string> = {};
  const walk = (path: string): void => {
    for (const name of readdirSync(join(root, path))) {
      const inner = join(path, name);
      const isFile =
        lstatSync(join(root, inner)).isFile() ||
        inner.endsWith('index.html') ||
        inner.includes('/files/');
      if (!isFile) walk(inner);
      else if (!name.endsWith('.xlsx'))
        found[inner] = readFileSync(join(root, inner))
          .toString('latin1')
          .replaceAll(edition, 'this edition');
      else found[inner] = 'a table';
    }
  };
  walk('.');
  return found;
}

/**
 * A site with something published, corrected, withdrawn, with an attachment and a chart, and
 * something staged for later.
 */
async function fullSite(): Promise<void> {
  site = await testSite('2026-07-20T10:00:00+08:00');
  const series = file('series.csv', '季度,值\n2026-Q1,1\n2026-Q2,2\n');
  const staged = await site.stage('gdp.2026-Q2', {
    attachments: [series, file('附件.csv', 'a,b\n')],
  });
  await site.press.flip((await site.press.prepare(site.clock.now(), [staged])).edition);
  await site.publish('cpi.2026-05', 'cpi.2026-06');
  const better = await site.stage('cpi.2026-05', { digest: 'f'.repeat(64), body: '更正后的正文' });
  await site.press.correct(better.release, better.digest, '数据有误');
  await site.press.withdraw(releaseId('cpi.2026-06'), '口径调整');
  await site.stage('cpi.2026-07');
}

describe('var/site is lost whole (14.34)', () => {
  test('to the byte: releases, attachments, charts, corrections with the version before, tombstones, lists and feeds', async () => {
    await fullSite();
    const before = everything();
    expect(Object.keys(before)).toEqual(
      expect.arrayContaining([
        'releases/gdp.2026-Q2/files/series.svg',
        'releases/cpi.2026-05.v1/index.html',
      ]),
    );
    await rm(site.folder, { recursive: true });
    const press = anotherProcess();
    expect(await press.ensure()).toBe('restored');
    expect(everything()).toEqual(before);
    expect(await press.ensure()).toBe('sound');
  });

  test('by the process that made it as well; and the next release comes out with all that was public', async () => {
    await fullSite();
    await rm(site.folder, { recursive: true });
    site.clock.turnTo('2026-08-10T10:00:00+08:00');
    await site.publish('cpi.2026-07');
    expect(await site.press.ensure()).toBe('restored');
    for (const id of ['gdp.2026-Q2', 'cpi.2026-07'])
      expect((await site.get(`releases/${id}/`)).text).toContain(marksOf(id).body);
    expect((await site.get('releases/cpi.2026-05/')).text).toContain('更正后的正文');
    expect((await site.get('releases/cpi.2026-06/')).text).toContain('口径调整');
  });

  test('nothing of what is staged and not due is shown, nor what a record says of the future', async () => {
    await fullSite();
    const due = Date.parse('2026-08-10T10:00:00+08:00');
    const { shown } = JSON.parse(
      (await readFile(record(), 'utf8'))
        .split('\n')
        .find((line) => line.includes('"gdp.2026-Q2"')) ?? '',
    ) as {
      shown: object;
    };
    const line = {
      at: site.clock.now() - 60_000,
      what: 'published',
      edition: 'x',
      shown: { ...shown, id: 'gdp.2026-Q3', due, since: due },
    };
    await appendFile(record(), `${JSON.stringify(line)}\n`);
    await rm(site.folder, { recursive: true });
    await anotherProcess().ensure();
    const said = JSON.stringify(everything());
    expect(said).not.toContain(Buffer.from(marksOf('cpi.2026-07').body).toString('latin1'));
    expect(said).not.toContain('releases/gdp.2026-Q3/');
    // Nothing of what was withdrawn either.
    expect(said).not.toContain(Buffer.from(marksOf('cpi.2026-06').body).toString('latin1'));
  });

  test('and with it the record: what the site still shows is recorded again', async () => {
    await fullSite();
    await rm(published(), { recursive: true });
    later(10);
    expect(await anotherProcess().ensure()).toBe('sound');
    const before = everything();
    await rm(site.folder, { recursive: true });
    await anotherProcess().ensure();
    expect(everything()).toEqual(before);
  });
});

describe('the public edition is broken', () => {
  const current = (): string => join(site.folder, 'current');
  test.each<[string, () => Promise<unknown>]>([
    ['the link is lost', () => rm(current())],
    [
      'the link leads nowhere',
      async () => rm(join(site.folder, await readlink(current())), { recursive: true }),
    ],
    ['a folder stands in its place', async () => rm(current()).then(() => mkdir(current()))],
    ['its manifest is empty', () => truncate(join(current(), 'releases.json'))],
    ['the front page is empty', () => truncate(join(current(), 'index.html'))],
    ['a feed is cut short', () => truncate(join(current(), 'atom.xml'), 100)],
    ['a page is empty', () => truncate(join(current(), 'releases', GDP, 'index.html'))],
    ['a page is lost', () => rm(join(current(), 'releases', GDP))],
    ['all pages are lost', () => rm(join(site.folder, 'pages'), { recursive: true })],
    ['the front page is lost', () => rm(join(current(), 'index.html'))],
  ])('%s: restored, told once, and to the byte', async (_, breakIt) => {
    await fullSite();
    const before = everything();
    later(120);
    expect(await site.press.ensure()).toBe('sound');
    await breakIt();
    later(61);
    expect(await site.press.ensure()).toBe('restored');
    expect(await site.press.ensure()).toBe('sound');
    expect(everything()).toEqual(before);
  });

  test('a look-up restores it as well, and says what is public', async () => {
    await fullSite();
    await rm(current());
    const shown = await anotherProcess().current();
    expect(shown?.releases.get(GDP)?.due).toBe(Date.parse('2026-07-20T10:00:00+08:00'));
    expect(shown?.releases.get(releaseId('cpi.2026-06'))?.withdrawn).toBeDefined();
  });
});

test.each([
  'shelf',
  'pages',
  'staged',
  'spares',
  'claims',
  'sums',
  'shelf.sizes',
  'pages.sizes',
  'next',
])('%s is lost between the preparation and T: everything comes out all the same', async (name) => {
  site = await testSite('2026-07-20T09:59:58+08:00');
  const staged = await site.stage('gdp.2026-Q2', { attachments: [file('附件.csv', 'a,b\n')] });
  const { edition } = await site.press.prepare(instant(Date.parse('2026-07-20T10:00:00+08:00')), [
    staged,
  ]);
  await rm(join(site.folder, name === 'next' ? `next.${edition}` : name), {
    recursive: true,
    force: true,
  });
  site.clock.turnTo('2026-07-20T10:00:00+08:00');
  expect(await site.press.flip(edition)).toBe('flipped');
  await site.press.ensure();
  later(61);
  await site.press.ensure();
  expect((await site.get('releases/gdp.2026-Q2/')).text).toContain(marksOf('gdp.2026-Q2').body);
  expect(
    (await site.get(`releases/gdp.2026-Q2/files/${encodeURIComponent('附件.csv')}`)).text,
  ).toBe('a,b\n');
  await site.publish('cpi.2026-06');
  expect((await site.get('releases/cpi.2026-06/')).status).toBe(200);
});

describe('a process dies between two steps', () => {
  test('after the rename and before the record: the record is completed from what is public', async () => {
    await fullSite();
    const before = await readFile(record(), 'utf8');
    // As if the last two writers had died before they noted it, the second in the middle of a line.
    const lines = before.trimEnd().split('\n');
    const published = lines.filter((line) => line.includes('"published"'));
    await writeFile(
      record(),
      `${lines.filter((line) => !line.includes('gdp.2026-Q2')).join('\n')}\n${published[0]?.slice(0, 40)}`,
    );
    later(10);
    expect(await anotherProcess().ensure()).toBe('sound');
    await rm(site.folder, { recursive: true });
    await anotherProcess().ensure();
    expect((await site.get('releases/gdp.2026-Q2/')).text).toContain(marksOf('gdp.2026-Q2').body);
    expect((await site.get('releases/cpi.2026-05/')).text).toContain('更正后的正文');
  });

  test('after a withdrawal was recorded and before it was shown: whoever looks next shows it', async () => {
    site = await testSite('2026-07-20T10:00:00+08:00');
    await site.publish('gdp.2026-Q2');
    const line = JSON.parse(
      (await readFile(record(), 'utf8')).trimEnd().split('\n').at(-1) ?? '',
    ) as { shown: object };
    const withdrawn = { at: site.clock.now(), reason: '口径调整' };
    await appendFile(
      record(),
      `${JSON.stringify({ ...line, at: site.clock.now(), what: 'withdrawn', shown: { ...line.shown, withdrawn } })}\n`,
    );
    later(10);
    expect(await anotherProcess().ensure()).toBe('restored');
    const { text } = await site.get('releases/gdp.2026-Q2/');
    expect(text).toContain('口径调整');
    expect(text).not.toContain(marksOf('gdp.2026-Q2').body);
  });
});

test('what was withdrawn stays so, whatever earlier edition is shown again', async () => {
  site = await testSite('2026-07-20T10:00:00+08:00');
  await site.publish('gdp.2026-Q2');
  const [edition] = (await site.press.editions()).slice(-1);
  await site.press.withdraw(GDP, '口径调整');
  await site.press.rollBack(edition ?? '');
  expect((await site.get('releases/gdp.2026-Q2/')).text).toContain('口径调整');
  await rm(site.folder, { recursive: true });
  await anotherProcess().ensure();
  expect((await site.get('releases/gdp.2026-Q2/')).text).not.toContain(marksOf('gdp.2026-Q2').body);
});

test('tombstones of every channel are files beside the record, noted once, and read even when cut short', async () => {
  site = await testSite('2026-07-20T10:00:00+08:00');
  const folder = join(temporary('published'), 'published');
  const stones = new PublicationNotes(join(folder, 'tombstones'));
  expect(await stones.all()).toEqual(new Map());
  const long = `${'x'.repeat(260)}@wechat`;
  for (const one of ['gdp.2026-Q2@website', 'gdp.2026-Q2@weibo', long])
    await stones.add(one as never, site.clock.now(), '口径调整');
  await stones.add('gdp.2026-Q2@weibo' as never, site.clock.now(), '又来');
  expect(await readFile(join(folder, 'tombstones', 'gdp.2026-Q2@weibo'), 'utf8')).toContain(
    '口径调整',
  );
  await truncate(join(folder, 'tombstones', 'gdp.2026-Q2@website'));
  expect(Object.fromEntries(await stones.all())).toEqual({
    'gdp.2026-Q2@website': '',
    'gdp.2026-Q2@weibo': '口径调整',
    [long]: '口径调整',
  });
  expect(await readdir(join(folder, 'tombstones'))).toHaveLength(3);
});
