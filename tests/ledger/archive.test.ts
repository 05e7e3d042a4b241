// The ledger to a file and back, and from nothing: never a second publication, whatever happened
// since the backup.

import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  forgetPublications,
  isAnybodyAlive,
  readBackup,
  writeBackup,
} from '../../src/ledger/backup.ts';
import { instant } from '../../src/lib/instant.ts';
import { releaseWave } from '../../src/publish/release.ts';
import { stage } from '../../src/publish/stage.ts';
import { probe } from '../../src/publish/verify.ts';
import { Reconciler } from '../../src/queue/reconcile.ts';
import { piecesOf, publishedSink } from '../../src/site/published/published-backup.ts';
import { type Bureau, DUE, makeBureau, never, on } from '../helpers/bureau.ts';
import { until } from '../helpers/clock.ts';

let bureau: Bureau;
beforeEach(async () => {
  bureau = await makeBureau('2026-07-19T10:00:05+08:00');
  await bureau.apply();
  await bureau.content();
  for (const channel of ['website', 'catalogue'])
    await stage(bureau.app.publishDeps, on(channel), never);
});
afterEach(() => bureau.close());

async function lines(): Promise<string[]> {
  const all: string[] = [];
  for await (const line of writeBackup(bureau.app.redis, bureau.clock.now())) all.push(line);
  return all;
}
const published = (): string => join(bureau.app.config.paths.var, 'published');
async function linesWithFiles(): Promise<string[]> {
  const all: string[] = [];
  for await (const line of writeBackup(bureau.app.redis, bureau.clock.now(), piecesOf(published())))
    all.push(line);
  return all;
}
async function publish(): Promise<void> {
  bureau.clock.turnTo('2026-07-20T09:59:59+08:00');
  const waves = ['website', 'catalogue'].map((channel) =>
    releaseWave(bureau.app.publishDeps, channel, Date.parse(DUE) as never, never),
  );
  await until(() => bureau.clock.waiting(DUE) >= 2, 'armed');
  bureau.clock.turnTo('2026-07-20T09:59:59.999+08:00');
  await until(() => bureau.clock.waiting(DUE) >= 2, 'waiting for T');
  bureau.clock.turnTo(DUE);
  const ticking = setInterval(() => bureau.clock.turnTo(bureau.clock.now() + 10), 10);
  await Promise.all(waves);
  clearInterval(ticking);
}
/** As if Redis had been lost: everything of this bureau, and only of it. */
async function lose(): Promise<void> {
  const { client, prefix } = bureau.app.redis;
  const keys = await client.keys(`${prefix}:*`);
  await client.del(...keys.filter((key) => !key.includes(':worker:') && !key.includes(':calls:')));
}

describe('backup and restore', () => {
  test('what was there is there again: states, receipts, journal, plan in force', async () => {
    await publish();
    await probe(bureau.app.publishDeps, on('catalogue'), 0, never);
    const before = await bureau.app.ledger.getAll(['website', 'catalogue', 'wechat'].map(on));
    const events = await bureau.app.journal.newest(1000);
    const saved = await lines();
    await lose();
    expect(
      await readBackup(bureau.app.redis, bureau.app.ledger, saved, bureau.clock.now()),
    ).toMatchObject({ ok: true, events: events.length });
    const after = await bureau.app.ledger.getAll(['website', 'catalogue'].map(on));
    expect(after.get(on('catalogue'))).toEqual({
      ...before.get(on('catalogue')),
      worker: undefined,
    });
    expect(after.get(on('website'))?.receipt).toEqual(before.get(on('website'))?.receipt);
    // The restoration notes its doubts after the events that it put back.
    expect((await bureau.app.journal.newest(1000)).slice(-events.length)).toEqual(events);
    expect((await bureau.app.planStore.plan())?.files[0]?.text).toContain('地区生产总值');
    expect((await bureau.app.ledger.publicSince()).get(on('catalogue'))).toBe(
      before.get(on('catalogue'))?.receipt?.publicAt,
    );
  });

  test('published after the backup was taken: asked first, and not sent again', async () => {
    const saved = await lines();
    await publish();
    expect(bureau.sandbox.world.items.map((item) => item.times)).toEqual([1]);
    await lose();
    expect(
      await readBackup(bureau.app.redis, bureau.app.ledger, saved, bureau.clock.now()),
    ).toMatchObject({ ok: true });
    for (const channel of ['website', 'catalogue']) {
      expect(await bureau.state(on(channel))).toBe('doubtful');
      await probe(bureau.app.publishDeps, on(channel), 0, never);
      expect(await bureau.state(on(channel))).toBe('verified');
    }
    expect(bureau.sandbox.world.items.map((item) => item.times)).toEqual([1]);
  });

  test('goes into an empty ledger only, and takes nothing for a backup that is none', async () => {
    const saved = await lines();
    expect(
      await readBackup(bureau.app.redis, bureau.app.ledger, saved, bureau.clock.now()),
    ).toEqual({ ok: false, why: 'not-empty' });
    await lose();
    expect(
      await readBackup(bureau.app.redis, bureau.app.ledger, ['hello'], bureau.clock.now()),
    ).toEqual({
      ok: false,
      why: 'not-an-archive',
      line: 1,
    });
    expect(
      await readBackup(
        bureau.app.redis,
        bureau.app.ledger,
        [saved[0] ?? '', '{"key":"x"}'],
        bureau.clock.now(),
      ),
    ).toEqual({
      ok: false,
      why: 'not-an-archive',
      line: 2,
    });
    expect((await bureau.app.ledger.open()).size).toBe(0);
  });

  test('holds no token of a channel, and knows whether somebody is at work', async () => {
    await bureau.app.channels.get('wechat')?.preflight(never);
    expect((await lines()).join('\n')).not.toMatch(/token-/);
    expect(await isAnybodyAlive(bureau.app.redis)).toBe(true);
    await bureau.app.heartbeat.stop();
    expect(await isAnybodyAlive(bureau.app.redis)).toBe(false);
  });
});

test('a service wrote to the journal of an empty Redis before anybody restored the backup: both are there, each event once', async () => {
  const { app, clock } = bureau;
  const backup = await lines();
  const before = (await app.journal.newest(1000)).reverse().map(({ id }) => id);
  expect(before.length).toBeGreaterThan(3);
  await forgetPublications(app.redis);
  await app.redis.client.del(`${app.redis.prefix}:journal`);
  await app.journal.append('service-started', '', 'worker', clock.now());
  const [since] = await app.journal.newest(1);
  for (let time = 0; time < 2; time++) {
    expect(await readBackup(app.redis, app.ledger, backup, clock.now())).toMatchObject({
      ok: true,
      events: before.length,
    });
    const events = (await app.journal.newest(1000)).reverse();
    expect(events.map(({ id }) => id)).toEqual(expect.arrayContaining(before));
    expect(events.slice(0, before.length).map(({ id }) => id)).toEqual(before);
    expect(events.filter(({ id }) => id === since?.id)).toHaveLength(1);
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    await forgetPublications(app.redis);
  }
});

test('rebuilt from nothing: what the channels show is public, and is not sent again', async () => {
  await publish();
  await forgetPublications(bureau.app.redis);
  expect((await bureau.app.ledger.publicSince()).size).toBe(0);
  await new Reconciler(bureau.app.ledger, bureau.app.queues, (now) =>
    bureau.app.reconcileContext(now),
  ).run(bureau.app.planService.calendar(), bureau.clock.now(), 'test');
  for (const channel of ['website', 'catalogue']) {
    await probe(bureau.app.publishDeps, on(channel), 0, never);
    expect(await bureau.state(on(channel))).toBe('verified');
  }
  expect(bureau.sandbox.world.items.map((item) => item.times)).toEqual([1]);
});

describe('what was published is in the backup (14.34)', () => {
  const page = (): Promise<string> =>
    readFile(
      join(bureau.app.config.paths.var, 'site', 'current', 'releases', 'gdp.2026-Q2', 'index.html'),
      'utf8',
    );

  test('the ledger restored and all of var lost: after the restoration nothing that was released is missing', async () => {
    await publish();
    const before = await page();
    expect(before).toContain('5.8%');
    const saved = await linesWithFiles();
    expect(
      saved.filter((line) => line.startsWith('{"file":"content/')).length,
    ).toBeGreaterThanOrEqual(3);
    for (const folder of ['site', 'published'])
      await rm(join(bureau.app.config.paths.var, folder), { recursive: true });
    await lose();
    const sink = publishedSink(published());
    expect(
      await readBackup(bureau.app.redis, bureau.app.ledger, saved, bureau.clock.now(), sink),
    ).toMatchObject({ ok: true });
    expect(await bureau.app.siteBuilder.ensure()).toBe('restored');
    expect(await page()).toBe(before);
    expect(await readdir(bureau.app.config.paths.var)).not.toContainEqual(
      expect.stringMatching(/^published\./),
    );
  });

  test('a backup that is older takes nothing back of what came out, or was withdrawn, since', async () => {
    const early = await linesWithFiles();
    await publish();
    const middle = await linesWithFiles();
    await bureau.app.siteBuilder.withdraw('gdp.2026-Q2' as never, '口径有误');
    const record = await readFile(join(published(), 'record.jsonl'), 'utf8');
    for (const saved of [early, middle]) {
      await lose();
      const sink = publishedSink(published());
      expect(
        await readBackup(bureau.app.redis, bureau.app.ledger, saved, bureau.clock.now(), sink),
      ).toMatchObject({ ok: true, files: 0 });
      expect(await readFile(join(published(), 'record.jsonl'), 'utf8')).toBe(record);
    }
    await rm(join(bureau.app.config.paths.var, 'site'), { recursive: true });
    bureau.clock.turnTo(instant(bureau.clock.now() + 60_000));
    expect(await bureau.app.siteBuilder.ensure()).toBe('restored');
    expect(await page()).toContain('口径有误');
    expect(await page()).not.toContain('5.8%');
  });

  test('a backup of the first format is read, and one with a path that leads elsewhere is none', async () => {
    const saved = await lines();
    await lose();
    const first = [(saved[0] ?? '').replace('"version":2', '"version":1'), ...saved.slice(1)];
    expect(
      await readBackup(
        bureau.app.redis,
        bureau.app.ledger,
        first,
        bureau.clock.now(),
        publishedSink(published()),
      ),
    ).toMatchObject({ ok: true });
    await lose();
    for (const file of ['../outside', '/outside', 'content/../../outside', 'a\\b', '.']) {
      const bad = [...saved, JSON.stringify({ file, at: 0, base64: 'eA==' })];
      expect(
        await readBackup(
          bureau.app.redis,
          bureau.app.ledger,
          bad,
          bureau.clock.now(),
          publishedSink(published()),
        ),
        file,
      ).toEqual({
        ok: false,
        why: 'not-an-archive',
        line: saved.length + 1,
      });
    }
  });

  test('tokens of programs are restored with the people who made them (14.37)', async () => {
    const { accounts } = bureau.app;
    const { secret } = await accounts.issue(
      { name: 'zhang', secrets: 0 },
      '目录同步',
      ['releases:read'],
      bureau.clock.now(),
      instant(bureau.clock.now() + 86_400_000),
    );
    const before = await accounts.tokens();
    expect(before).toHaveLength(1);
    const saved = await lines();
    expect(saved.join('\n')).not.toContain(secret);
    await lose();
    expect(await accounts.tokens()).toEqual([]);
    await readBackup(bureau.app.redis, bureau.app.ledger, saved, bureau.clock.now());
    expect(await accounts.tokens()).toEqual(before);
  });
});
