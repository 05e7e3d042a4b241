// Corrections, withdrawals and earlier editions: what the public reads afterwards, on each channel.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { open } from '../../src/ledger/manual-tasks.ts';
import type { Release } from '../../src/plan/types.ts';
import {
  type Amended,
  correctPublished,
  doneByHand,
  withdrawPublished,
} from '../../src/publish/correct-and-withdraw.ts';
import { releaseWave } from '../../src/publish/release.ts';
import { stage } from '../../src/publish/stage.ts';
import {
  BODY,
  type Bureau,
  DUE,
  GDP,
  makeBureau,
  NO_REPORTS,
  never,
  on,
  PLAN,
} from '../helpers/bureau.ts';

let bureau: Bureau;
let release: Release;
beforeEach(async () => {
  bureau = await makeBureau(
    '2026-07-20T09:59:00+08:00',
    PLAN.replace('[website, catalogue, wechat, weibo]', '[website, catalogue, weibo]'),
    NO_REPORTS,
  );
  await bureau.apply();
  await bureau.content();
  const found = bureau.app.planService.calendar().byId.get(GDP);
  if (!found) throw new Error('no release');
  release = found;
  for (const channel of release.settings.channels)
    await stage(bureau.app.publishDeps, on(channel), never);
  bureau.clock.turnTo(DUE);
  for (const channel of release.settings.channels)
    await releaseWave(bureau.app.publishDeps, channel, Date.parse(DUE) as never, never);
  expect(bureau.sandbox.world.items.map(({ channel }) => channel).sort()).toEqual([
    'catalogue',
    'weibo',
  ]);
});
afterEach(() => bureau.close());

const HAND = { actor: '张三', detail: {} };
const page = (path: string): Promise<string> =>
  readFile(join(bureau.folder, 'var', 'site', 'current', path), 'utf8').catch(() => 'absent');
const classes = (done: readonly Amended[]): Record<string, string> =>
  Object.fromEntries(done.map(({ channel, answer }) => [channel, answer.class]));
async function amend(text: string, reason: string): Promise<Record<string, string>> {
  await bureau.content(text);
  const loaded = await bureau.app.publishDeps.load(release);
  if (loaded.state !== 'ready') throw new Error('flawed');
  return classes(
    await correctPublished(bureau.app.publishDeps, release, loaded.bundle, reason, HAND),
  );
}

describe('a correction', () => {
  test('the page has the new content, says what was corrected and when, and the version before stays linked and marked', async () => {
    bureau.clock.turnTo('2026-07-21T15:30:00+08:00');
    expect(await amend(BODY.replaceAll('5.8%', '5.6%'), '增速有误')).toEqual({
      website: 'done',
      catalogue: 'cannot',
      weibo: 'cannot',
    });
    const now = await page('releases/gdp.2026-Q2/index.html');
    expect(now).toContain('同比增长 5.6%');
    expect(now).not.toContain('5.8%');
    expect(now).toContain('2026-07-21 15:30 更正：增速有误');
    expect(now).toContain('href="../gdp.2026-Q2.v1/"');
    const before = await page('releases/gdp.2026-Q2.v1/index.html');
    expect(before).toContain('同比增长 5.8%');
    expect(before).toContain('这是 2026-07-21 15:30 更正前的版本');
    expect(await page('en/releases/gdp.2026-Q2.v1/index.html')).toContain(
      'the version before the correction',
    );
    expect(await page('indicators/gdp/index.html')).toContain('更正');
    expect(await page('atom.xml')).toContain('<updated>2026-07-21T07:30:00.000Z</updated>');
    const json = JSON.parse(await page('calendar.json')) as {
      releases: { id: string; status: string; corrected?: object[]; published: string }[];
    };
    expect(json.releases.find(({ id }) => id === GDP)).toMatchObject({
      status: 'published',
      // It came out when it came out.
      published: '2026-07-20T02:00:00.000Z',
      corrected: [{ at: '2026-07-21T07:30:00.000Z', reason: '增速有误' }],
    });
  });

  test('what no program could correct is left for a person until they say it is done; the same text again leaves nothing', async () => {
    const { byHand, ledger } = bureau.app.publishDeps;
    await amend(BODY.replaceAll('5.8%', '5.6%'), '增速有误');
    const left = open(await byHand.all());
    expect([...left.keys()].sort()).toEqual([on('catalogue'), on('weibo')]);
    expect(left.get(on('weibo'))).toMatchObject({
      what: 'correct',
      reason: '增速有误',
      by: '张三',
    });
    const weibo = await ledger.get(on('weibo'));
    if (!weibo) throw new Error('no weibo');
    const seen = left.get(on('weibo'))?.at ?? 0;
    expect(await doneByHand(bureau.app.publishDeps, weibo, seen - 1, HAND)).toBe('changed');
    expect(await doneByHand(bureau.app.publishDeps, weibo, seen, HAND)).toBe('done');
    expect(await doneByHand(bureau.app.publishDeps, weibo, seen, HAND)).toBe('nothing');
    expect((await ledger.get(on('weibo')))?.state).toBe(weibo.state);
    await amend(BODY.replaceAll('5.8%', '5.6%'), '又来');
    expect([...open(await byHand.all()).keys()]).toEqual([on('catalogue')]);
  });

  test('a second one keeps both versions before; the same content again is none', async () => {
    await amend(BODY.replaceAll('5.8%', '5.6%'), '第一次');
    bureau.clock.turnTo('2026-07-22T10:00:00+08:00');
    await amend(BODY.replaceAll('5.8%', '5.7%'), '第二次');
    expect(await amend(BODY.replaceAll('5.8%', '5.7%'), '又来')).toMatchObject({
      website: 'cannot',
    });
    const now = await page('releases/gdp.2026-Q2/index.html');
    expect(now.indexOf('第二次')).toBeLessThan(now.indexOf('第一次'));
    expect(now).not.toContain('又来');
    expect(await page('releases/gdp.2026-Q2.v1/index.html')).toContain('5.8%');
    expect(await page('releases/gdp.2026-Q2.v2/index.html')).toContain('5.6%');
  });

  test('two at one moment are both kept, one after the other', async () => {
    const bundles = [];
    for (const value of ['5.6%', '5.7%']) {
      await bureau.content(BODY.replaceAll('5.8%', value));
      const loaded = await bureau.app.publishDeps.load(release);
      if (loaded.state !== 'ready') throw new Error('flawed');
      bundles.push(loaded.bundle);
    }
    const done = await Promise.all(
      bundles.map((bundle, index) =>
        correctPublished(bureau.app.publishDeps, release, bundle, `第${index + 1}次`, HAND),
      ),
    );
    expect(done.map((one) => classes(one).website)).toEqual(['done', 'done']);
    const now = await page('releases/gdp.2026-Q2/index.html');
    expect([now.includes('第1次'), now.includes('第2次')]).toEqual([true, true]);
    expect(await page('releases/gdp.2026-Q2.v1/index.html')).toContain('5.8%');
    expect(await page('releases/gdp.2026-Q2.v2/index.html')).toMatch(/5\.[67]%/);
  });

  test('and an earlier edition shown again brings back what it showed', async () => {
    const [wanted] = (await bureau.app.siteBuilder.editions()).slice(-1);
    bureau.clock.turnTo('2026-07-21T15:30:00+08:00');
    await amend(BODY.replaceAll('5.8%', '5.6%'), '其实没错');
    await bureau.app.siteBuilder.rollBack(wanted ?? '');
    expect(await page('releases/gdp.2026-Q2/index.html')).toContain('同比增长 5.8%');
    expect(await page('releases/gdp.2026-Q2.v1/index.html')).toBe('absent');
  });
});

describe('a withdrawal', () => {
  test('a tombstone with the reason on the website, and gone from each channel that can', async () => {
    bureau.clock.turnTo('2026-07-21T09:00:00+08:00');
    const done = await withdrawPublished(
      bureau.app.publishDeps,
      release,
      release.settings.channels,
      '口径有误',
      HAND,
    );
    expect(classes(done)).toEqual({ website: 'done', catalogue: 'done', weibo: 'done' });
    const now = await page('releases/gdp.2026-Q2/index.html');
    expect(now).toContain('本文已于 2026-07-21 09:00 撤回。原因：口径有误');
    for (const path of [
      'releases/gdp.2026-Q2/index.html',
      'en/releases/gdp.2026-Q2/index.html',
      'search.json',
      'atom.xml',
      'feed.json',
      'releases.json',
      'index.html',
    ])
      expect(await page(path), path).not.toContain('5.8%');
    expect(await page('releases/gdp.2026-Q2/files')).toBe('absent');
    expect(await page('calendar/2026/index.html')).toContain('撤回');
    expect(bureau.sandbox.world.items.every(({ withdrawnAt }) => withdrawnAt !== undefined)).toBe(
      true,
    );
    for (const channel of release.settings.channels)
      expect(await bureau.state(on(channel))).toBe('withdrawn');
    const [event] = await bureau.app.journal.newest(1, on('website'));
    expect(event).toMatchObject({
      event: 'withdrawn',
      actor: '张三',
      detail: { reason: '口径有误' },
    });
    // Once is enough, and what is not public cannot be withdrawn.
    expect(
      classes(
        await withdrawPublished(
          bureau.app.publishDeps,
          release,
          release.settings.channels,
          '再来',
          HAND,
        ),
      ),
    ).toEqual({
      website: 'not-public',
      catalogue: 'not-public',
      weibo: 'not-public',
    });
  });

  test('and no other day brings it back: the plan says so', async () => {
    await withdrawPublished(
      bureau.app.publishDeps,
      release,
      release.settings.channels,
      '口径有误',
      HAND,
    );
    const moved = await bureau.apply(
      PLAN.replace(
        'if-closed: next }\n',
        'if-closed: next }\n    dates: { 2026-Q2: { at: 2026-07-25 10:00, was: 2026-07-20 10:00, reason: 重发 } }\n',
      ),
    );
    expect(moved.ok ? [] : moved.problems.map(({ code }) => code)).toEqual(['published-fixed']);
  });

  test('of one channel leaves the others', async () => {
    await withdrawPublished(bureau.app.publishDeps, release, ['weibo'], '重复', HAND);
    expect(
      await Promise.all(
        ['website', 'catalogue', 'weibo'].map((channel) => bureau.state(on(channel))),
      ),
    ).toEqual(['public', 'public', 'withdrawn']);
    expect(await page('releases/gdp.2026-Q2/index.html')).toContain('5.8%');
  });
});
