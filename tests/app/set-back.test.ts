// The site's folder is set back to how it was before (a backup of the disk), or Redis is, or one of
// them is lost, after something was corrected, withdrawn or rolled back: the newer word counts,
// whoever has it, and what people did in words is no incident.

import { readFileSync } from 'node:fs';
import { cp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Maintenance } from '../../src/app/maintenance.ts';
import { loadBundle } from '../../src/content/bundle.ts';
import { correctPublished, withdrawPublished } from '../../src/publish/correct-and-withdraw.ts';
import type { Watched } from '../helpers/alarm.ts';
import { BODY, GDP, on, PLAN } from '../helpers/bureau.ts';
import { gdpOf, outOnSite, SITE_ONLY, startAgain } from '../helpers/site-only.ts';

const HAND = { actor: 'wang', detail: {} };
let bureau: Watched;
beforeEach(async () => {
  bureau = await outOnSite();
});
afterEach(() => bureau.close());

const at = (name: string): string => join(bureau.folder, 'var', name);
const page = (): string => {
  try {
    return readFileSync(join(at('site'), 'current', 'releases', GDP, 'index.html'), 'utf8');
  } catch {
    return '';
  }
};
const shows = (): string =>
  page().includes('6.6%') ? '6.6' : page().includes('5.8%') ? '5.8' : 'neither';
const copyOf = (name: string, as: string): Promise<void> =>
  cp(at(name), join(bureau.folder, `${as}-${name}`), { recursive: true, verbatimSymlinks: true });
async function bring(name: string, as: string): Promise<void> {
  await rm(at(name), { recursive: true, force: true });
  await cp(join(bureau.folder, `${as}-${name}`), at(name), {
    recursive: true,
    verbatimSymlinks: true,
  });
}
const release = () => gdpOf(bureau);
async function correctTo(figure: string): Promise<void> {
  await bureau.content(BODY.replaceAll('5.8%', figure));
  const loaded = await loadBundle(bureau.config.paths.content, release());
  if (loaded.state !== 'ready') throw new Error(loaded.state);
  const done = await correctPublished(
    bureau.app.publishDeps,
    release(),
    loaded.bundle,
    '改正',
    HAND,
  );
  expect(done.map(({ answer }) => answer.class)).toEqual(['done']);
  await bureau.app.compareRecord();
}
async function takeDown(): Promise<void> {
  expect(
    (await withdrawPublished(bureau.app.publishDeps, release(), ['website'], '口径调整', HAND)).map(
      ({ answer }) => answer.class,
    ),
  ).toEqual(['done']);
  await bureau.app.compareRecord();
}
const restart = (time: string): Promise<Maintenance> => startAgain(bureau, time);
/** @returns subjects of letters that came */
async function sweeps(rounds: Maintenance, times: readonly string[]): Promise<string[]> {
  const before = bureau.sandbox.mails.length;
  for (const time of times) {
    bureau.clock.turnTo(`2026-07-20T${time}:00+08:00`);
    await rounds.poll().catch(() => undefined);
    await rounds.sweep();
    await bureau.post();
    await bureau.post();
  }
  return bureau.sandbox.mails
    .slice(before)
    .map(({ subject }) => subject.replace('[测试统计局] ', ''));
}
const LATER = ['12:01', '12:05', '12:10', '12:20', '13:20'];

test.each(['site and record', 'record alone, the site lost'])(
  'withdrawn, then %s of before: withdrawn still, and no false alarm',
  async (what) => {
    await copyOf('site', 'old');
    await copyOf('published', 'old');
    bureau.clock.turnTo('2026-07-20T11:00:00+08:00');
    await takeDown();
    if (what === 'site and record') {
      await bring('site', 'old');
      await bring('published', 'old');
    } else {
      await rm(at('site'), { recursive: true });
      await cp(
        join(bureau.folder, 'old-published', 'record.jsonl'),
        join(at('published'), 'record.jsonl'),
      );
    }
    const rounds = await restart('2026-07-20T12:00:00+08:00');
    expect([shows(), page().includes('口径调整')]).toEqual(['neither', true]);
    expect(await sweeps(rounds, LATER)).toEqual(['公开网站已从记录中恢复']);
    expect([shows(), await bureau.state(on('website'))]).toEqual(['neither', 'withdrawn']);
  },
);

test('corrected, then site and record of before: corrected still, with its words', async () => {
  await copyOf('site', 'old');
  await copyOf('published', 'old');
  bureau.clock.turnTo('2026-07-20T11:00:00+08:00');
  await correctTo('6.6%');
  await bring('site', 'old');
  await bring('published', 'old');
  const rounds = await restart('2026-07-20T12:00:00+08:00');
  expect([shows(), page().includes('改正')]).toEqual(['6.6', true]);
  expect(await sweeps(rounds, LATER)).toEqual(['公开网站已从记录中恢复']);
});

test('the same, and its content was changed since: what cannot be shown as it was corrected is told, and not called over', async () => {
  await copyOf('site', 'old');
  await copyOf('published', 'old');
  bureau.clock.turnTo('2026-07-20T11:00:00+08:00');
  await correctTo('6.6%');
  await bureau.content(BODY.replaceAll('5.8%', '7.7%'));
  await bring('site', 'old');
  await bring('published', 'old');
  const rounds = await restart('2026-07-20T12:00:00+08:00');
  expect(page()).not.toContain('7.7%');
  expect(await sweeps(rounds, LATER)).toEqual([
    expect.stringContaining('公开后又看不到了'),
    expect.stringContaining('尚无人回应'),
  ]);
});

test('rolled back, then lost: what was shown last', async () => {
  const good = (await bureau.app.siteBuilder.current())?.edition ?? '';
  bureau.clock.turnTo('2026-07-20T11:00:00+08:00');
  await correctTo('6.6%');
  await bureau.app.siteBuilder.rollBack(good);
  expect(shows()).toBe('5.8');
  await bureau.app.compareRecord();
  // The text that was rolled back to is there again, as it would be.
  await bureau.content();
  for (const name of ['site', 'published']) await rm(at(name), { recursive: true });
  await restart('2026-07-20T12:00:00+08:00');
  expect(shows()).toBe('5.8');
});

test('corrected while the site is lost: the new text is shown, with its words', async () => {
  for (const name of ['site', 'published']) await rm(at(name), { recursive: true });
  bureau.clock.turnTo('2026-07-20T12:00:00+08:00');
  await bureau.content(BODY.replaceAll('5.8%', '6.6%'));
  const loaded = await loadBundle(bureau.config.paths.content, release());
  if (loaded.state !== 'ready') throw new Error(loaded.state);
  const done = await correctPublished(
    bureau.app.publishDeps,
    release(),
    loaded.bundle,
    '改正',
    HAND,
  );
  expect(done.map(({ answer }) => answer.class)).toEqual(['done']);
  expect([shows(), page().includes('改正')]).toEqual(['6.6', true]);
  const rounds = await restart('2026-07-20T12:00:30+08:00');
  expect((await sweeps(rounds, LATER)).filter((subject) => !subject.includes('恢复'))).toEqual([]);
  expect(shows()).toBe('6.6');
});

test('found by a ledger of before: what is shown again is the page that was found, and not what that ledger would have sent', async () => {
  const entry = await bureau.app.ledger.get(on('website'));
  // As a backup of before T has it: staged with another text, and the page found by a look.
  await bureau.app.redis.client.hset(
    `${bureau.app.redis.prefix}:pub:${on('website')}`,
    'g',
    'f'.repeat(64),
  );
  expect((await bureau.app.ledger.get(on('website')))?.digest).toBe('f'.repeat(64));
  const { client, prefix } = bureau.app.redis;
  await client.del(`${prefix}:site-record`);
  for (const name of ['site', 'published']) await rm(at(name), { recursive: true });
  await restart('2026-07-20T12:00:00+08:00');
  expect([entry?.receipt?.ids.page?.slice(0, 16).length, shows()]).toEqual([16, '5.8']);
});

test('withdrawn while the site is lost: it does not come back', async () => {
  for (const name of ['site', 'published']) await rm(at(name), { recursive: true });
  bureau.clock.turnTo('2026-07-20T12:00:00+08:00');
  await takeDown();
  const rounds = await restart('2026-07-20T12:00:30+08:00');
  await sweeps(rounds, LATER);
  expect([
    shows(),
    await bureau.state(on('website')),
    (await bureau.app.publishDeps.byHand.all()).size,
  ]).toEqual(['neither', 'withdrawn', 0]);
});

test('what people were told of as gone lasts through a restart, and while nobody can look at the site; the rest goes on', async () => {
  await bureau.content(BODY.replace('5.8%。\nauthor', '5.9%。\nauthor'));
  for (const name of ['site', 'published']) await rm(at(name), { recursive: true });
  const rounds = await restart('2026-07-20T12:00:00+08:00');
  expect(await sweeps(rounds, ['12:01', '12:10'])).toContainEqual(
    expect.stringContaining('公开后又看不到了'),
  );
  const again = await restart('2026-07-20T12:11:00+08:00');
  expect(await sweeps(again, ['12:12', '12:20'])).toEqual([]);
  await rm(at('site'), { recursive: true });
  await writeFile(at('site'), 'no folder');
  const blind = await restart('2026-07-20T12:21:00+08:00').catch(() => again);
  const told = await sweeps(blind, ['12:22', '12:25', '12:30']);
  expect(told.filter((subject) => subject.includes('已解决'))).toEqual([]);
  expect(told).toContainEqual(expect.stringContaining('网站'));
});

test('a release that is late when the record is lost is late still, and not of before this site', async () => {
  const plan = `${SITE_ONLY}notices:\n  late: { name: { zh: 迟到的公告 }, at: 2026-07-20 11:00, immediate: true, reason: 会后发布 }\n`;
  expect((await bureau.apply(plan)).ok).toBe(true);
  await bureau.at('2026-07-20T11:10:00+08:00');
  await bureau.app.compareRecord();
  await bureau.app.siteBuilder.refresh();
  const status = (): string | undefined => {
    const text = readFileSync(join(at('site'), 'current', 'calendar.json'), 'utf8');
    return (JSON.parse(text) as { releases: { id: string; status: string }[] }).releases.find(
      ({ id }) => id === 'late',
    )?.status;
  };
  expect(status()).toBe('delayed');
  for (const name of ['site', 'published']) await rm(at(name), { recursive: true });
  await restart('2026-07-20T12:00:00+08:00');
  expect(status()).toBe('delayed');
});

test('a channel that joins a release which is out is said so when the plan comes into force', async () => {
  bureau.clock.turnTo('2026-07-20T12:30:00+08:00');
  const rounds = await restart('2026-07-20T12:30:00+08:00');
  await writeFile(
    join(bureau.folder, 'config', 'plan', '2026.yaml'),
    PLAN.replace('[website, catalogue, wechat, weibo]', '[website, weibo]'),
  );
  await rounds.applyPlan();
  await bureau.post();
  const letter = bureau.mail('不会自动补发');
  expect(letter.text).toContain('地区生产总值（gdp.2026-Q2）：微博');
});

test('Redis lost after a withdrawal: no alarm about what was withdrawn in words', async () => {
  bureau.clock.turnTo('2026-07-20T11:00:00+08:00');
  await takeDown();
  const { client, prefix } = bureau.app.redis;
  await client.del(...(await client.keys(`${prefix}:*`)));
  const rounds = await restart('2026-07-20T12:00:00+08:00');
  await rounds.applyPlan();
  await rounds.reconcile();
  const told = await sweeps(rounds, LATER);
  expect(told.filter((subject) => /未按时发布|看不到了/.test(subject))).toEqual([]);
  expect(await bureau.state(on('website'))).toBe('withdrawn');
});
