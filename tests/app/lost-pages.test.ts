// The site's folder and its record are lost together, and Redis is not: the ledger still knows what
// was public. It is shown again as it came out, or somebody is told; it never ends in silence, and
// never shows a text that nobody published.
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Maintenance } from '../../src/app/maintenance.ts';
import { loadBundle } from '../../src/content/bundle.ts';
import { correctPublished, withdrawPublished } from '../../src/publish/correct-and-withdraw.ts';
import type { Watched } from '../helpers/alarm.ts';
import { BODY, GDP, on } from '../helpers/bureau.ts';
import { poll } from '../helpers/poll.ts';
import { gdpOf, outOnSite, siteOnly, startAgain } from '../helpers/site-only.ts';

const HAND = { actor: 'wang', detail: {} };
let bureau: Watched;
beforeEach(async () => {
  bureau = await outOnSite();
});
afterEach(() => bureau.close());

const release = () => gdpOf(bureau);
/** To the minute: the ledger knows when the answer came, a moment after the rename. */
const page = (): string =>
  readFileSync(
    join(bureau.folder, 'var', 'site', 'current', 'releases', GDP, 'index.html'),
    'utf8',
  ).replace(/(datePublished":"[^:]+:\d\d):[\d.]+Z/, '$1Z');
const hasPage = (): boolean => {
  try {
    return page() !== '';
  } catch {
    return false;
  }
};

/** Both folders are gone, and the service starts again on the Redis that was kept. */
async function loseSite(at: string): Promise<Maintenance> {
  for (const name of ['site', 'published'])
    await rm(join(bureau.folder, 'var', name), { recursive: true });
  return startAgain(bureau, at);
}

/** @returns letters as "to: subject" */
async function sweepAt(rounds: Maintenance, iso: string): Promise<string[]> {
  const before = bureau.sandbox.mails.length;
  bureau.clock.turnTo(iso);
  await rounds.poll();
  await rounds.sweep();
  await bureau.post();
  await bureau.post();
  return bureau.sandbox.mails
    .slice(before)
    .map(({ to, subject }) => `${to}: ${subject.replace('[测试统计局] ', '')}`);
}

test('it is shown again to the byte, since when it was public, and that is told', async () => {
  const before = page();
  const rounds = await loseSite('2026-07-20T12:00:00+08:00');
  expect(page()).toBe(before);
  expect((await bureau.app.siteBuilder.current())?.releases.get(GDP)?.since).toBeLessThan(
    Date.parse('2026-07-20T10:01:00+08:00'),
  );
  expect(await sweepAt(rounds, '2026-07-20T12:10:00+08:00')).toEqual([
    expect.stringContaining('公开网站已从记录中恢复'),
  ]);
  expect(await sweepAt(rounds, '2026-07-21T13:00:00+08:00')).toEqual([]);
});

test('a text that was changed since is not shown in its place; the loss is told, and not called over while it lasts', async () => {
  await bureau.content(BODY.replace('5.8%。\nauthor', '5.9%。\nauthor'));
  const rounds = await loseSite('2026-07-20T12:00:00+08:00');
  expect(hasPage()).toBe(false);
  await sweepAt(rounds, '2026-07-20T12:01:00+08:00');
  expect(await sweepAt(rounds, '2026-07-20T12:10:00+08:00')).toContainEqual(
    expect.stringContaining('公开后又看不到了'),
  );
  const later = await sweepAt(rounds, '2026-07-22T12:00:00+08:00');
  expect(later.filter((subject) => subject.includes('已解决'))).toEqual([]);
  // Its text is put back: the page is there again, and only then is it over.
  await bureau.content();
  const end = await sweepAt(rounds, '2026-07-22T12:30:00+08:00');
  expect(hasPage()).toBe(true);
  expect(end).toContainEqual(expect.stringContaining('已解决'));
});

test('what was public for long is looked at as well', async () => {
  await bureau.at('2026-07-22T12:00:00+08:00');
  await bureau.content(BODY.replace('5.8%。\nauthor', '5.9%。\nauthor'));
  const rounds = await loseSite('2026-09-01T12:00:00+08:00');
  await sweepAt(rounds, '2026-09-01T12:01:00+08:00');
  expect(await sweepAt(rounds, '2026-09-01T12:10:00+08:00')).toContainEqual(
    expect.stringContaining('公开后又看不到了'),
  );
});

test('a correction stays a correction, with its words', async () => {
  bureau.clock.turnTo('2026-07-20T11:00:00+08:00');
  await bureau.content(BODY.replaceAll('5.8%', '5.9%'));
  const loaded = await loadBundle(bureau.config.paths.content, release());
  if (loaded.state !== 'ready') throw new Error(loaded.state);
  expect(
    (
      await correctPublished(bureau.app.publishDeps, release(), loaded.bundle, '数据有误', {
        actor: 'wang',
        detail: {},
      })
    ).map(({ answer }) => answer.class),
  ).toEqual(['done']);
  const detail = { reason: '数据有误', digest: loaded.bundle.digest };
  await bureau.app.journal.append('corrected', GDP, 'wang', bureau.clock.now(), detail);
  await loseSite('2026-07-20T12:00:00+08:00');
  expect(page()).toContain('5.9%');
  expect(page()).toContain('数据有误');
});

test('what was withdrawn stays withdrawn, and says so', async () => {
  bureau.clock.turnTo('2026-07-20T11:00:00+08:00');
  expect(
    (await withdrawPublished(bureau.app.publishDeps, release(), ['website'], '口径调整', HAND)).map(
      ({ answer }) => answer.class,
    ),
  ).toEqual(['done']);
  const before = page();
  await loseSite('2026-07-20T12:00:00+08:00');
  expect(page()).not.toContain('5.8%');
  expect(page()).toContain('口径调整');
  expect(before).toContain('口径调整');
});

test('what was staged when it was lost comes out on time', async () => {
  await bureau.close();
  bureau = await siteOnly();
  await poll(bureau, 3);
  expect(await bureau.state(on('website'))).toBe('staged');
  const rounds = await loseSite('2026-07-20T09:30:00+08:00');
  await rounds.reconcile();
  bureau.clock.turnTo('2026-07-20T09:59:50+08:00');
  await poll(bureau, 40);
  expect(hasPage()).toBe(true);
  expect(page()).toContain('5.8%');
});
