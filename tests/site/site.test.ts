import { mkdtemp, readFile, readlink, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as breath } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Bundle } from '../../src/content/bundle.ts';
import { itemOf } from '../../src/content/channel-item.ts';
import { renderText } from '../../src/content/markdown.ts';
import { messagesFor } from '../../src/i18n/index.ts';
import { instant } from '../../src/lib/instant.ts';
import { readPlan } from '../../src/plan/read-all.ts';
import { type ReleaseId, releaseId } from '../../src/plan/types.ts';
import { SiteBuilder } from '../../src/site/editions/site-builder.ts';
import { startWeb } from '../../src/site/serve/server.ts';
import { DUE, GDP, PLAN } from '../helpers/bureau.ts';
import { ManualClock } from '../helpers/clock.ts';
import { testSite } from '../helpers/site.ts';

const { calendar } = readPlan([{ name: 'p.yaml', text: PLAN }], undefined);
const bundle: Bundle = {
  folder: '/x',
  digest: 'd'.repeat(64),
  title: '二季度地区生产总值',
  summary: '同比增长 5.8%',
  author: undefined,
  source: undefined,
  body: '正文 **5.8%**',
  bodyLine: 1,
  weibo: undefined,
  rendered: renderText('正文 **5.8%**', 'd'.repeat(64)),
  cover: undefined,
  pictures: [],
  attachments: [],
};
const due = instant(Date.parse(DUE));
let around: string;
let folder: string;
let press: SiteBuilder;
let clock: ManualClock;

beforeEach(async () => {
  around = await mkdtemp(join(tmpdir(), 'banli-site-'));
  folder = join(around, 'site');
  clock = new ManualClock('2026-07-20T09:00:00+08:00');
  press = new SiteBuilder(
    folder,
    () => calendar,
    {
      bureau: { zh: '测试统计局', en: 'Test Bureau' },
      publicUrl: 'http://127.0.0.1/',
      sample: false,
    },
    clock,
  );
  await press.refresh();
});
afterEach(() => rm(around, { recursive: true, force: true }));

async function stage(id = GDP): Promise<{ release: typeof GDP; digest: string }> {
  const release = calendar.byId.get(id);
  if (!release) throw new Error('no release');
  return {
    release: id,
    digest: await press.stage(
      itemOf(release, bundle, 'website', { url: press.urlOf(id), bureau: '局' }),
    ),
  };
}

test('an edition changes pages, lists and calendar together, by one rename', async () => {
  const web = await startWeb({
    root: join(folder, 'current'),
    host: '127.0.0.1',
    port: 0,
    words: messagesFor('zh'),
  });
  try {
    const get = async (path: string) => {
      const answer = await fetch(`http://127.0.0.1:${web.port}/${path}`);
      return { status: answer.status, text: await answer.text(), headers: answer.headers };
    };
    const { edition } = await press.prepare(due, [await stage()]);
    expect((await get('releases/gdp.2026-Q2/')).status).toBe(404);
    expect((await get('')).text).not.toContain('href="releases/gdp.2026-Q2/"');
    expect((await get('calendar.json')).text).toContain('"status":"confirmed"');
    expect((await get(`../editions/${edition}/index.html`)).status).toBe(404);
    expect((await get('%2e%2e/staged/gdp.2026-Q2')).status).toBe(404);
    clock.turnTo(DUE);
    await press.flip(edition);
    expect((await get('releases/gdp.2026-Q2/')).text).toContain('<strong>5.8%</strong>');
    expect((await get('en/releases/gdp.2026-Q2/')).text).toContain('Reference period');
    expect((await get('')).text).toContain('href="releases/gdp.2026-Q2/"');
    expect(
      JSON.parse((await get('calendar.json')).text).releases.find(
        (one: { id: string }) => one.id === GDP,
      ).status,
    ).toBe('published');
    const page = await get('');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(
      (
        await fetch(`http://127.0.0.1:${web.port}/`, {
          headers: { 'if-none-match': page.headers.get('etag') ?? '' },
        })
      ).status,
    ).toBe(304);
  } finally {
    await web.close();
  }
});

test('an edition prepared before another came out holds both when it goes out', async () => {
  const q1 = releaseId('gdp.2026-Q1');
  const { edition: first } = await press.prepare(due, [await stage(q1)]);
  const { edition: second } = await press.prepare(due, [await stage()]);
  await press.flip(first);
  await press.flip(second);
  expect([...((await press.current())?.releases.keys() ?? [])].sort()).toEqual([q1, GDP]);
});

test('flipping twice is harmless, and a calendar change keeps what is public', async () => {
  const { edition } = await press.prepare(due, [await stage()]);
  await press.flip(edition);
  await press.flip(edition);
  expect(await readlink(join(folder, 'current'))).toContain(edition);
  await press.refresh();
  expect(await readFile(join(folder, 'current', 'releases', GDP, 'index.html'), 'utf8')).toContain(
    '5.8%',
  );
});

test('a port in use is said so', async () => {
  const web = await startWeb({
    root: folder,
    host: '127.0.0.1',
    port: 0,
    words: messagesFor('zh'),
  });
  await expect(
    startWeb({ root: folder, host: '127.0.0.1', port: web.port, words: messagesFor('zh') }),
  ).rejects.toThrow(`端口 ${web.port} 已被占用`);
  await web.close();
});

test('the public pages tell Chinese and English readers the same dates', async () => {
  const zh = await readFile(join(folder, 'current', 'index.html'), 'utf8');
  const en = await readFile(join(folder, 'current', 'en', 'index.html'), 'utf8');
  expect(zh).toContain('下一次发布');
  expect(en).toContain('Next release');
  for (const page of [zh, en]) expect(page).toContain('2026-07-20');
});

test('many processes flip at once, again and again: nothing that was public is ever missing from what is', async () => {
  const presses = [
    press,
    ...['b', 'c'].map(
      () =>
        new SiteBuilder(
          folder,
          () => calendar,
          { bureau: { zh: '局' }, publicUrl: 'http://127.0.0.1/', sample: false },
          clock,
        ),
    ),
  ];
  const ids = calendar.releases.map((release) => release.id);
  const staged = await Promise.all(ids.map((id) => stage(id)));
  const seen = new Set<ReleaseId>();
  const lost: string[] = [];
  const look = async (): Promise<void> => {
    const shown = (await press.current())?.releases;
    for (const id of seen) if (!shown?.has(id)) lost.push(id);
    for (const id of shown?.keys() ?? []) seen.add(id);
  };
  let going = true;
  const looking = (async () => {
    for (; going; await breath()) await look();
  })();
  // Each release by another process, while the others show the calendar anew.
  await Promise.all(
    presses.map(async (one, index) => {
      for (let turn = 0; turn < 12; turn++) {
        const own = turn < 2 ? staged[index + turn * 2] : undefined;
        await one.flip((await one.prepare(due, own ? [own] : [])).edition);
        await one.refresh();
      }
    }),
  );
  going = false;
  await looking;
  await look();
  expect(lost).toEqual([]);
  expect([...seen].sort()).toEqual([...ids].sort());
});

test('a claimant that dies before its rename is finished by the next one; woken late, it takes nothing back', async () => {
  const { edition: first } = await press.prepare(due, [await stage()]);
  const base = (await readlink(join(folder, 'current'))).split('/').at(-1) ?? '';
  // As it leaves things: the claim made, the rename not.
  await symlink(first, join(folder, 'claims', base));
  const other = new SiteBuilder(
    folder,
    () => calendar,
    { bureau: { zh: '局' }, publicUrl: 'http://127.0.0.1/', sample: false },
    clock,
  );
  await other.refresh();
  expect((await press.current())?.releases.has(GDP)).toBe(true);
  const now = await readlink(join(folder, 'current'));
  expect(now).not.toContain(first);
  await press.flip(first);
  expect((await press.current())?.releases.has(GDP)).toBe(true);
});

test('a process that may no longer send does not flip', async () => {
  const before = await readlink(join(folder, 'current'));
  const { edition } = await press.prepare(due, [await stage()]);
  expect(await press.flip(edition, () => false)).toBe('stale');
  expect(await readlink(join(folder, 'current'))).toBe(before);
  expect(await press.flip(edition)).toBe('flipped');
});

test('a notice is no indicator, and its page does not call it one', async () => {
  const site = await testSite('2026-10-08T09:00:00+08:00');
  try {
    await site.publish('census', 'gdp.2026-Q2');
    expect((await site.get('releases/gdp.2026-Q2/')).text).toContain(
      '<dt>指标</dt><dd>地区生产总值</dd>',
    );
    expect((await site.get('releases/census/')).text).not.toContain('<dt>指标</dt>');
  } finally {
    await site.close();
  }
});
