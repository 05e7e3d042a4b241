// The walls of the promise, each by a short story of what people, restores and lost state did to it
// before. The numbers are those of the list of ways in which it was broken.

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type ConnectionOptions, Queue } from 'bullmq';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { App } from '../../src/app/app.ts';
import { readBackup, writeBackup } from '../../src/ledger/backup.ts';
import { type PublicationId, publicationId, releaseId } from '../../src/plan/types.ts';
import { holdBack, publishNow, retryHeld, settleDoubt } from '../../src/publish/commands.ts';
import { correctPublished } from '../../src/publish/correct-and-withdraw.ts';
import { change } from '../../src/publish/deps.ts';
import { lookIfDue } from '../../src/publish/poll-due.ts';
import { releaseWave } from '../../src/publish/release.ts';
import { restage } from '../../src/publish/restage.ts';
import { stage } from '../../src/publish/stage.ts';
import { probe } from '../../src/publish/verify.ts';
import { BODY, type Bureau, DUE, GDP, makeBureau, never, on, PLAN } from '../helpers/bureau.ts';
import { until } from '../helpers/clock.ts';
import { poll, ticking } from '../helpers/poll.ts';

const STAGE_TIME = '2026-07-19T10:00:05+08:00';
const due = Date.parse(DUE) as never;
const TWO = ['website', 'catalogue'];
let bureau: Bureau;

async function open(edit?: (yaml: string) => string, plan = PLAN): Promise<void> {
  bureau = await makeBureau(STAGE_TIME, plan, edit);
  await bureau.apply();
  await bureau.content();
}
beforeEach(() => open());
afterEach(() => bureau.close());

const withPlan = (more: string): string =>
  PLAN.replace('if-closed: next }\n', `if-closed: next }\n${more}`);
const shown = (channel: string) =>
  bureau.sandbox.world.items.filter((item) => item.channel === channel).map(({ times }) => times);
const entryOf = async (publication: PublicationId, app: App = bureau.app) => {
  const entry = await app.ledger.get(publication);
  if (!entry) throw new Error(`${publication} is not in the ledger`);
  return entry;
};
const hand = { actor: '王敏', detail: {} };

async function stageAll(channels = TWO): Promise<void> {
  await ticking(bureau.clock, () =>
    Promise.all(channels.map((channel) => stage(bureau.app.publishDeps, on(channel), never))),
  );
}
/** Everything due at T on these channels, at T. */
async function release(channels = TWO): Promise<void> {
  bureau.clock.turnTo(DUE);
  await bureau.app.channels.get('wechat')?.preflight(never);
  await ticking(
    bureau.clock,
    () =>
      Promise.all(
        channels.map((channel) => releaseWave(bureau.app.publishDeps, channel, due, never)),
      ),
    10,
  );
}

describe('nothing goes out before its floor, nor without leave', () => {
  test('the ledger itself refuses an intent before the promised instant, whoever asks (14.1)', async () => {
    await stageAll();
    const { ledger, publishDeps: parts } = bureau.app;
    const staged = await entryOf(on('catalogue'));
    const taken = await ledger.change(
      change(parts, staged, 'armed', { worker: parts.workers.id }, { take: true }),
    );
    if (!taken.ok) throw new Error('not armed');
    bureau.clock.turnTo('2026-07-20T09:59:59.699+08:00');
    const intent = () =>
      ledger.change(change(parts, { ...staged, state: 'armed', fence: taken.fence }, 'releasing'));
    expect(await intent()).toMatchObject({ ok: false, state: 'armed', wall: 'early' });
    bureau.clock.turnTo('2026-07-20T09:59:59.700+08:00');
    expect(await intent()).toMatchObject({ ok: true });
  });

  test('the floor rises with the plan and is not lowered beyond what its words allow (14.1)', async () => {
    const { ledger, publishDeps: parts } = bureau.app;
    const entry = await entryOf(on('catalogue'));
    const to = (at: string, lowerTo?: string) => ({
      ...change(parts, entry, 'planned'),
      due: Date.parse(at) as never,
      ...(lowerTo ? { lowerTo: Date.parse(lowerTo) as never } : {}),
    });
    expect(await ledger.change(to('2026-07-19T12:00:00+08:00'))).toMatchObject({
      ok: false,
      wall: 'floor',
    });
    expect(
      await ledger.change(to('2026-07-19T12:00:00+08:00', '2026-07-20T09:00:00+08:00')),
    ).toMatchObject({ ok: false, wall: 'floor' });
    expect(await ledger.change(to('2026-07-21T10:00:00+08:00'))).toMatchObject({ ok: true });
    expect((await entryOf(on('catalogue'))).notBefore).toBe(
      Date.parse('2026-07-21T10:00:00+08:00'),
    );
  });

  test('a date dragged into the past changes nothing; said in so many words, it comes out at once (14.1)', async () => {
    const to = (more: string) =>
      withPlan(
        `    dates:\n      2026-Q2: { at: 2026-07-19 09:00, was: 2026-07-20 10:00, reason: 提前${more} }\n`,
      );
    expect((await bureau.apply(to(''))).ok).toBe(false);
    await poll(bureau, 3);
    expect(bureau.sandbox.world.items).toEqual([]);
    expect((await entryOf(on('catalogue'))).due).toBe(due);
    expect((await bureau.apply(to(', immediate: true'))).ok).toBe(true);
    await until(async () => {
      await poll(bureau);
      return shown('catalogue').length > 0;
    }, 'public');
    expect(shown('catalogue')).toEqual([1]);
  });

  test('cancelled in the plan in force, and its worker died before the ledger agreed: nobody sends it at T (14.2)', async () => {
    await stageAll();
    // Into force by a service that dies before it brings the ledger into agreement.
    const other = await bureau.another();
    const { writeFile } = await import('node:fs/promises');
    await writeFile(
      join(bureau.folder, 'config', 'plan', '2026.yaml'),
      withPlan('    dates: { 2026-Q2: { cancelled: true, reason: 并入年报 } }\n'),
    );
    expect((await other.planService.apply(bureau.clock.now(), new Set())).ok).toBe(true);
    expect(await bureau.state(on('catalogue'))).toBe('staged');
    await bureau.app.planService.follow();
    await release();
    expect(shown('catalogue')).toEqual([]);
    expect(await bureau.app.siteBuilder.current().then((current) => current?.releases.size)).toBe(
      0,
    );
  });

  test('approvals asked for after staging hold it back; its own author and a correction count like anybody else (14.3)', async () => {
    await stageAll();
    const strict = PLAN.replace('window: 12h', 'window: 12h, approval: one');
    expect((await bureau.apply(strict)).ok).toBe(true);
    await release();
    expect(shown('catalogue')).toEqual([]);
    expect((await entryOf(on('catalogue'))).reason).toEqual({
      code: 'approval-missing',
      detail: '0/1',
    });
    const { planStore, publishDeps: parts, planService: planner } = bureau.app;
    const gdp = planner.calendar().byId.get(GDP);
    const loaded = gdp && (await parts.load(gdp));
    if (loaded?.state !== 'ready' || !gdp) throw new Error('no content');
    const { digest } = loaded.bundle;
    await planStore.setAuthor(GDP, digest, '李雷');
    await planStore.approve(GDP, digest, '李雷', bureau.clock.now());
    expect(await parts.approvals(GDP, digest)).toBe(0);
    await planStore.approve(GDP, digest, '韩梅', bureau.clock.now());
    await stageAll();
    await release();
    expect(shown('catalogue')).toEqual([1]);
    await bureau.content(BODY.replace('5.8%', '5.9%'));
    const changed = await parts.load(gdp);
    if (changed.state !== 'ready') throw new Error('no content');
    const answers = await correctPublished(parts, gdp, changed.bundle, '核实后修正', {
      actor: 'wang',
      detail: {},
    });
    expect(answers.map(({ answer }) => answer)).toEqual(
      gdp.settings.channels.map(() => ({
        class: 'cannot',
        why: { code: 'approval-missing', detail: '0/1' },
      })),
    );
  });
});

describe('nothing is sent twice', () => {
  /** The answer is lost after the effect, and nobody can be asked: held. */
  async function lostAnswer(): Promise<void> {
    await bureau.close();
    await open((yaml) => yaml.replace('kind: http,', 'kind: http, lookup: none,'));
    await stageAll();
    bureau.sandbox.world.setFault({
      channel: 'catalogue',
      route: '/catalogue',
      kind: 'drop-after',
      times: 1,
      after: 0,
      seconds: 0,
    });
    await release();
    await probe(bureau.app.publishDeps, on('catalogue'), 0, never);
    expect(await entryOf(on('catalogue'))).toMatchObject({
      state: 'held',
      unsettled: { why: 'intent' },
    });
    expect(shown('catalogue')).toEqual([1]);
  }
  const tryAll = async (): Promise<void> => {
    await restage(bureau.app.publishDeps, [await entryOf(on('catalogue'))]);
    await stageAll(['catalogue']);
    await release(['catalogue']);
    await poll(bureau, 3);
  };

  test('a typo is mended in the text of what is held in doubt: it is not sent again (14.5)', async () => {
    await lostAnswer();
    await bureau.content(BODY.replace('综合处', '综合统计处'));
    await tryAll();
    expect(shown('catalogue')).toEqual([1]);
    expect((await entryOf(on('catalogue'))).unsettled).toBeDefined();
  });

  test('what is held in doubt is given another date: it is looked up, and not sent again (14.6)', async () => {
    await lostAnswer();
    const later = withPlan(
      '    dates:\n      2026-Q2: { at: 2026-07-22 15:00, was: 2026-07-20 10:00, reason: 系统检修 }\n',
    );
    await bureau.app.ledger.change({
      ...change(bureau.app.publishDeps, await entryOf(on('catalogue')), 'planned', {
        staged: null,
      }),
      due: Date.parse('2026-07-22T15:00:00+08:00') as never,
    });
    await bureau.apply(later);
    await poll(bureau, 3);
    bureau.clock.turnTo('2026-07-22T15:00:05+08:00');
    await stageAll(['catalogue']);
    await releaseWave(
      bureau.app.publishDeps,
      'catalogue',
      Date.parse('2026-07-22T15:00:00+08:00') as never,
      never,
    );
    expect(shown('catalogue')).toEqual([1]);
  });

  test('every button of a person is refused until they say what they saw; then it counts (settle)', async () => {
    await lostAnswer();
    const { publishDeps: parts, planService: planner } = bureau.app;
    const gdp = planner.calendar().byId.get(GDP);
    if (!gdp) throw new Error('no release');
    expect(await publishNow(parts, gdp, await entryOf(on('catalogue')), hand)).toBe('unsettled');
    expect(await retryHeld(parts, await entryOf(on('catalogue')), hand)).toBe('asked');
    await probe(parts, on('catalogue'), 0, never);
    expect(await bureau.state(on('catalogue'))).toBe('held');
    expect(await settleDoubt(parts, await entryOf(on('catalogue')), true, hand)).toBe('settled');
    expect(await entryOf(on('catalogue'))).toMatchObject({
      state: 'verified',
      unsettled: undefined,
    });
    expect(shown('catalogue')).toEqual([1]);
  });

  test('a person says that it is not public: it goes out, once more and no more (settle)', async () => {
    await bureau.close();
    await open((yaml) => yaml.replace('kind: http,', 'kind: http, lookup: none,'));
    await stageAll();
    bureau.sandbox.world.setFault({
      channel: 'catalogue',
      route: '/catalogue',
      kind: 'drop-before',
      times: 1,
      after: 0,
      seconds: 0,
    });
    await release();
    await probe(bureau.app.publishDeps, on('catalogue'), 0, never);
    expect(shown('catalogue')).toEqual([]);
    expect(
      await settleDoubt(bureau.app.publishDeps, await entryOf(on('catalogue')), false, hand),
    ).toBe('settled');
    await stageAll(['catalogue']);
    await release(['catalogue']);
    expect(shown('catalogue')).toEqual([1]);
  });

  test('a person says so of what another one holds: it stays held until somebody frees it (simulated, seed 1 history 1051)', async () => {
    const { publishDeps: parts, ledger } = bureau.app;
    await stageAll(['catalogue']);
    expect(await holdBack(parts, await entryOf(on('catalogue')), hand)).toBe('held');
    bureau.clock.turnTo('2026-07-20T10:20:00+08:00');
    // As after a restore: what was due before may have been sent.
    await ledger.unsettle([on('catalogue')], { why: 'birth', at: bureau.clock.now() }, 'test');
    expect(await settleDoubt(parts, await entryOf(on('catalogue')), false, hand)).toBe('settled');
    await poll(bureau, 3);
    expect(await entryOf(on('catalogue'))).toMatchObject({
      state: 'held',
      reason: { code: 'by-operator' },
      unsettled: undefined,
    });
    expect(shown('catalogue')).toEqual([]);
    expect(await retryHeld(parts, await entryOf(on('catalogue')), hand)).toBe('asked');
    await stageAll(['catalogue']);
    await release(['catalogue']);
    expect(shown('catalogue')).toEqual([1]);
  });

  test('the ledger is lost within the hours of a mass send: nothing is sent again by itself (14.7)', async () => {
    await bureau.close();
    await open((yaml) => yaml.replace('appId: wx-sandbox', 'appId: wx-sandbox, mode: mass'));
    await stageAll(['website', 'wechat']);
    await release(['website', 'wechat']);
    // WeChat takes a few seconds.
    await ticking(bureau.clock, () => until(() => shown('wechat').length > 0, 'sent'));
    expect(shown('wechat')).toEqual([1]);
    await lose();
    await bureau.app.planService.apply(bureau.clock.now(), new Set());
    await bureau.reconciler.run(bureau.app.planService.calendar(), bureau.clock.now(), 'test');
    expect(await bureau.state(on('wechat'))).toBe('doubtful');
    await poll(bureau, 4);
    await stageAll(['wechat']);
    await release(['wechat']);
    expect(shown('wechat')).toEqual([1]);
    expect(await entryOf(on('wechat'))).toMatchObject({
      state: 'held',
      unsettled: { why: 'birth' },
    });
  });

  test('the id by which a mass send is known comes from the content: staging again does not change it (14.7)', async () => {
    await bureau.close();
    await open((yaml) => yaml.replace('appId: wx-sandbox', 'appId: wx-sandbox, mode: mass'));
    await stageAll(['wechat']);
    const first = (await entryOf(on('wechat'))).staged as { mediaId: string; clientmsgid: string };
    await bureau.app.ledger.change(
      change(bureau.app.publishDeps, await entryOf(on('wechat')), 'planned', { staged: null }),
    );
    await stageAll(['wechat']);
    const second = (await entryOf(on('wechat'))).staged as typeof first;
    expect(second.mediaId).not.toBe(first.mediaId);
    expect(second.clientmsgid).toBe(first.clientmsgid);
    expect(first.clientmsgid).toMatch(/^[0-9a-f]{32}$/);
  });

  test('a first reconcile leaves nothing planned that an older ledger may have sent, even for a moment (14.8)', async () => {
    await stageAll();
    await release();
    await lose();
    await bureau.app.planService.apply(bureau.clock.now(), new Set());
    await bureau.reconciler.run(bureau.app.planService.calendar(), bureau.clock.now(), 'test');
    const events = (await bureau.app.journal.newest(1000, on('catalogue'))).map(
      ({ event }) => event,
    );
    expect(events).toEqual(['doubted']);
  });

  test('what a person holds is held by a rebuilt or an older ledger too, until a person frees it', async () => {
    const saved: string[] = [];
    for await (const line of writeBackup(bureau.app.redis, bureau.clock.now())) saved.push(line);
    await stageAll();
    expect(await holdBack(bureau.app.publishDeps, await entryOf(on('catalogue')), hand)).toBe(
      'held',
    );
    await lose();
    await bureau.apply();
    expect(await entryOf(on('catalogue'))).toMatchObject({
      state: 'held',
      reason: { code: 'by-operator' },
    });
    await lose();
    expect(
      await readBackup(bureau.app.redis, bureau.app.ledger, saved, bureau.clock.now()),
    ).toMatchObject({ ok: true });
    await bureau.apply();
    expect(await entryOf(on('catalogue'))).toMatchObject({
      state: 'held',
      reason: { code: 'by-operator' },
    });
    // The text of others goes on.
    expect(await bureau.state(on('website'))).toBe('planned');
    expect(await retryHeld(bureau.app.publishDeps, await entryOf(on('catalogue')), hand)).toBe(
      'asked',
    );
    await lose();
    await bureau.apply();
    expect(await bureau.state(on('catalogue'))).toBe('planned');
  });

  test('restored from a backup that had it held, with the text mended since: it is not sent again (14.9)', async () => {
    await stageAll();
    const entry = await entryOf(on('catalogue'));
    await bureau.app.ledger.change(
      change(
        bureau.app.publishDeps,
        entry,
        'held',
        { reason: { code: 'http-status', detail: '422' } },
        { take: true },
      ),
    );
    const saved: string[] = [];
    for await (const line of writeBackup(bureau.app.redis, bureau.clock.now())) saved.push(line);
    await bureau.content(BODY.replace('综合处', '综合统计处'));
    await restage(bureau.app.publishDeps, [await entryOf(on('catalogue'))]);
    await stageAll(['catalogue']);
    await release();
    expect(shown('catalogue')).toEqual([1]);
    await lose();
    expect(
      await readBackup(bureau.app.redis, bureau.app.ledger, saved, bureau.clock.now()),
    ).toMatchObject({ ok: true });
    expect(await entryOf(on('catalogue'))).toMatchObject({
      state: 'held',
      unsettled: { why: 'birth' },
    });
    await restage(bureau.app.publishDeps, [await entryOf(on('catalogue'))]);
    await poll(bureau, 2);
    await stageAll(['catalogue']);
    await release(['catalogue']);
    expect(shown('catalogue')).toEqual([1]);
  });

  test("Tuesday's backup on Thursday, after a date that was brought forward: the files count, and nothing is sent again (14.9)", async () => {
    const saved: string[] = [];
    for await (const line of writeBackup(bureau.app.redis, bureau.clock.now())) saved.push(line);
    // Brought forward with words, and published.
    const early = withPlan(
      '    dates:\n      2026-Q2: { at: 2026-07-19 18:00, was: 2026-07-20 10:00, reason: 提前, immediate: true }\n',
    );
    expect((await bureau.apply(early)).ok).toBe(true);
    const at = Date.parse('2026-07-19T18:00:00+08:00') as never;
    await stageAll();
    bureau.clock.turnTo(at);
    await ticking(
      bureau.clock,
      () =>
        Promise.all(TWO.map((channel) => releaseWave(bureau.app.publishDeps, channel, at, never))),
      10,
    );
    expect(shown('catalogue')).toEqual([1]);
    bureau.clock.turnTo('2026-07-20T08:00:00+08:00');
    await lose();
    expect(
      await readBackup(bureau.app.redis, bureau.app.ledger, saved, bureau.clock.now()),
    ).toMatchObject({ ok: true });
    // The restored ledger believes that it is due at 10; the files say that it was due yesterday.
    await bureau.app.planService.follow();
    expect((await bureau.apply(early)).ok).toBe(true);
    await poll(bureau, 3);
    await stageAll(['catalogue']);
    await release();
    expect(shown('catalogue')).toEqual([1]);
    expect(await bureau.state(on('catalogue'))).toBe('verified');
  });

  test('Redis forgets its last writes: an intent that it no longer knows of is looked up, not sent again (14.11)', async () => {
    await stageAll();
    const { client, prefix } = bureau.app.redis;
    const keys = await client.keys(`${prefix}:*`);
    const kept = await Promise.all(
      keys.map(async (key) => [key, await client.dumpBuffer(key)] as const),
    );
    await release();
    expect(shown('catalogue')).toEqual([1]);
    // As it was before: staged, nothing intended.
    const now = await client.keys(`${prefix}:*`);
    await client.del(...now.filter((key) => !/:(worker|calls):/.test(key)));
    for (const [key, bytes] of kept)
      if (bytes && !/:(worker|calls):/.test(key)) await client.restore(key, 0, bytes, 'REPLACE');
    expect(await bureau.state(on('catalogue'))).toBe('staged');
    await release(['catalogue']);
    expect(shown('catalogue')).toEqual([1]);
    expect(await bureau.app.ledger.hasForgotten()).toBe(true);
    await bureau.app.ledger.beginAgain(bureau.clock.now(), 'test');
    await poll(bureau, 3);
    expect(await bureau.state(on('catalogue'))).toBe('verified');
    expect(shown('catalogue')).toEqual([1]);
  });

  test('an answer that the ledger refuses leaves what was sent to be looked up (14.11)', async () => {
    await stageAll();
    const { publishDeps: parts, ledger } = bureau.app;
    const catalogue = parts.channels.get('catalogue');
    if (!catalogue) throw new Error('no catalogue');
    // While the call is under way somebody puts the publication back to planned, as a failover did
    // that forgot the intent.
    const slow: typeof catalogue = {
      ...catalogue,
      async release(...call) {
        const answer = await catalogue.release(...call);
        const entry = await entryOf(on('catalogue'));
        const { client, prefix } = bureau.app.redis;
        await client.hset(
          `${prefix}:pub:${entry.publication}`,
          's',
          'planned',
          'f',
          entry.fence + 1,
        );
        await client.hdel(`${prefix}:pub:${entry.publication}`, 'u');
        return answer;
      },
    };
    const broken = { ...parts, channels: new Map([...parts.channels, ['catalogue', slow]]) };
    bureau.clock.turnTo(DUE);
    await ticking(
      bureau.clock,
      () => Promise.all(TWO.map((channel) => releaseWave(broken, channel, due, never))),
      10,
    );
    expect(await entryOf(on('catalogue'))).toMatchObject({
      state: 'planned',
      unsettled: { why: 'refused' },
    });
    await stageAll(['catalogue']);
    expect((await ledger.get(on('catalogue')))?.state).toBe('doubtful');
    await probe(parts, on('catalogue'), 0, never);
    expect(await bureau.state(on('catalogue'))).toBe('verified');
    expect(shown('catalogue')).toEqual([1]);
  });

  test('a worker whose sign of life had gone since its intent does not send, though it is fresh again (14.12)', async () => {
    await stageAll();
    const { publishDeps: parts, heartbeat, redis } = bureau.app;
    const before = heartbeat.freshSince();
    await redis.client.del(`${redis.prefix}:worker:${heartbeat.id}`);
    await until(() => heartbeat.freshSince() !== before, 'renewed');
    expect(heartbeat.fresh()).toBe(true);
    const catalogue = parts.channels.get('catalogue');
    if (!catalogue) throw new Error('no catalogue');
    // The key goes between the intent and the call.
    let since = 1;
    const workers = {
      ...parts.workers,
      id: heartbeat.id,
      fresh: () => true,
      freshSince: () => since,
      alive: () => Promise.resolve(true),
    };
    const gone: typeof catalogue = {
      ...catalogue,
      async arm() {
        await Promise.resolve();
      },
      release(call, signal) {
        since = 2;
        return catalogue.release(call, signal);
      },
    };
    bureau.clock.turnTo(DUE);
    await ticking(bureau.clock, () => releaseWave(parts, 'website', due, never), 10);
    await ticking(
      bureau.clock,
      () =>
        releaseWave(
          { ...parts, workers, channels: new Map([...parts.channels, ['catalogue', gone]]) },
          'catalogue',
          due,
          never,
        ),
      10,
    );
    expect(shown('catalogue')).toEqual([]);
    expect(await bureau.state(on('catalogue'))).toBe('staged');
  });
});

/** Everything in Redis, and only that. */
async function lose(): Promise<void> {
  const { client, prefix } = bureau.app.redis;
  const keys = await client.keys(`${prefix}:*`);
  await client.del(...keys.filter((key) => !/:(worker|calls):/.test(key)));
}

describe('nothing is lost', () => {
  test('Redis is emptied under a running service: the plan is in force again within a second, and what is due comes out', async () => {
    const { Maintenance } = await import('../../src/app/maintenance.ts');
    const { makeLog } = await import('../../src/lib/log.ts');
    const rounds = new Maintenance(bureau.app, makeLog('silent'), never);
    await rounds.applyPlan();
    await lose();
    await rounds.follow();
    await ticking(bureau.clock, () => rounds.poll(false), 100);
    expect(await bureau.app.planStore.planVersion()).toBe(bureau.app.planService.version());
    // The poll stages by itself what is to be staged by now; it is waited for, whoever is first.
    await ticking(bureau.clock, () => rounds.idle(), 100);
    expect(await bureau.state(on('catalogue'))).toMatch(/^(planned|staged)$/);
    await stageAll();
    expect(await bureau.state(on('catalogue'))).toBe('staged');
    await release();
    expect(shown('catalogue')).toEqual([1]);
  });

  test('what was due before our time and is given a day to come is released on it (14.14)', async () => {
    const old = releaseId('gdp.2026-Q1');
    expect(await bureau.state(publicationId(old, 'weibo'))).toBe('historical');
    const entry = await entryOf(publicationId(old, 'weibo'));
    const moved = withPlan(
      '    dates:\n      2026-Q1: { at: 2026-07-25 15:00, was: 2026-04-20 10:00, reason: 补发 }\n',
    );
    expect((await bureau.apply(moved)).ok).toBe(true);
    expect(entry.unsettled).toMatchObject({ why: 'birth' });
    expect(await entryOf(publicationId(old, 'weibo'))).toMatchObject({
      state: 'planned',
      due: Date.parse('2026-07-25T15:00:00+08:00'),
    });
  });

  test('a release that is moved earlier has its jobs at the new instant (14.17)', async () => {
    const early = withPlan(
      '    dates:\n      2026-Q2: { at: 2026-07-22 10:00, was: 2026-07-20 10:00, reason: 系统检修 }\n',
    );
    await bureau.apply(early);
    const back = withPlan(
      '    dates:\n      2026-Q2: { at: 2026-07-21 10:00, was: 2026-07-22 10:00, reason: 检修提前完成 }\n',
    );
    expect((await bureau.apply(back)).ok).toBe(true);
    const at = Date.parse('2026-07-20T10:00:00+08:00');
    expect([...(await bureau.app.queues.ids('stage'))].sort()).toEqual(
      ['catalogue', 'website', 'wechat', 'weibo'].map((channel) => `${on(channel)}~${at}`).sort(),
    );
  });

  test('every job is lost, at every step: the ledger is polled, and it comes out all the same (14.18, 14.20, 14.21)', async () => {
    for (const key of await bureau.app.redis.client.keys(`${bureau.config.prefix}:queue:*`))
      await bureau.app.redis.client.del(key);
    await poll(bureau, 2);
    for (const channel of TWO)
      await until(async () => (await bureau.state(on(channel))) === 'staged', `${channel} staged`);
    bureau.clock.turnTo('2026-07-20T09:59:56+08:00');
    await poll(bureau, 6);
    bureau.clock.turnTo('2026-07-20T10:00:01+08:00');
    await poll(bureau, 8);
    for (const channel of TWO)
      await until(
        async () => (await bureau.state(on(channel))) === 'verified',
        `${channel} verified`,
      );
    expect(shown('catalogue')).toEqual([1]);
    expect(
      Date.parse(
        bureau.sandbox.world.items.find(({ channel }) => channel === 'catalogue')?.publicSince ??
          '',
      ),
    ).toBeGreaterThanOrEqual(due);
  });

  test('whoever still has the plan of before cancels nothing by it (14.4)', async () => {
    const other = await bureau.another();
    const old = [other.planService.calendar(), other.planService.version()] as const;
    const more = `${PLAN}notices:\n  census: { name: { zh: 公告 }, at: 2026-07-25 09:00, channels: [website] }\n`;
    expect((await bureau.apply(more)).ok).toBe(true);
    const census = publicationId(releaseId('census'), 'website');
    expect(await bureau.state(census)).toBe('planned');
    const { Reconciler } = await import('../../src/queue/reconcile.ts');
    const late = new Reconciler(other.ledger, other.queues, (now) => other.reconcileContext(now));
    expect(await late.run(old[0], bureau.clock.now(), 'late', old[1])).toMatchObject({
      created: 0,
      moved: 0,
      cancelled: 0,
    });
    expect(await bureau.state(census)).toBe('planned');
  });

  test('a job that was added while the ledger was read stays (14.19)', async () => {
    const { queues, ledger, planService: planner } = bureau.app;
    const late = {
      id: `${on('website')}~1`,
      data: { publication: on('website') },
      at: bureau.clock.now(),
    };
    const read = ledger.open.bind(ledger);
    ledger.open = async (...span) => {
      await queues.add('stage', [late]);
      return read(...span);
    };
    await bureau.reconciler.enqueue(planner.calendar(), bureau.clock.now());
    expect([...(await queues.ids('stage'))]).toContain(late.id);
  });

  test('regular rounds whose keys were deleted are put back (14.21)', async () => {
    const { queues, redis } = bureau.app;
    await queues.every('maintenance', 'sweep', 5000, { kind: 'sweep' });
    const keys = () => redis.client.keys(`${redis.prefix}:queue:maintenance:*`);
    await redis.client.del(...(await keys()));
    expect(await keys()).toEqual([]);
    await queues.keepSchedules();
    expect((await keys()).some((key) => key.includes('sweep'))).toBe(true);
  });

  test('the queue of maintenance had another name: what a version before left in it is removed', async () => {
    const { queues, redis } = bureau.app;
    const former = new Queue('tend', {
      connection: redis.client as unknown as ConnectionOptions,
      prefix: `${redis.prefix}:queue`,
    });
    await former.upsertJobScheduler('sweep', { every: 5000 }, { name: 'tend' });
    await former.close();
    const keys = () => redis.client.keys(`${redis.prefix}:queue:tend:*`);
    expect(await keys()).not.toEqual([]);
    await queues.every('maintenance', 'sweep', 5000, { kind: 'sweep' });
    expect(await keys()).toEqual([]);
  });

  test('looks at one pending article never multiply, however many jobs ask (14.27)', async () => {
    await stageAll(['website', 'wechat']);
    await release(['website', 'wechat']);
    expect((await entryOf(on('wechat'))).state).toBe('releasing');
    const { publishDeps: parts } = bureau.app;
    const gets = () =>
      bureau.sandbox.world.calls.filter(({ route }) => route.includes('freepublish/get')).length;
    const pending: typeof parts = {
      ...parts,
      channels: new Map(
        [...parts.channels].map(([name, one]) => [
          name,
          { ...one, lookup: count(() => ({ class: 'pending' as const })) },
        ]),
      ),
    };
    let looks = 0;
    function count<T>(answer: () => T): () => Promise<T> {
      return () => {
        looks++;
        return Promise.resolve(answer());
      };
    }
    for (let second = 0; second < 3600; second++) {
      bureau.clock.turnTo(bureau.clock.now() + 1000);
      // Ten chains at once, as retries and rounds left them before.
      if (second % 60 === 0)
        await Promise.all(
          Array.from({ length: 10 }, (_, at) => lookIfDue(pending, on('wechat'), at, never)),
        );
    }
    expect(gets()).toBe(0);
    expect(looks).toBeGreaterThan(10);
    // At the same instant several may look at once; a minute apart there are sixty chances.
    expect(looks).toBeLessThanOrEqual(200);
  });

  test("whatever the site's channel is called, the others wait for it (14.35)", async () => {
    await bureau.close();
    await open((yaml) => yaml.replace('website:', 'portal:'), PLAN.replace('website', 'portal'));
    await stageAll(['portal', 'catalogue']);
    const entry = await entryOf(on('portal'));
    await bureau.app.ledger.change(
      change(
        bureau.app.publishDeps,
        entry,
        'held',
        { reason: { code: 'by-operator' } },
        { take: true },
      ),
    );
    await release(['catalogue']);
    expect((await entryOf(on('catalogue'))).reason?.code).toBe('website-held');
    expect(shown('catalogue')).toEqual([]);
  });

  test('a text that was taken away after staging does not go out; a disk that is gone holds up nothing', async () => {
    await stageAll();
    await rm(join(bureau.folder, 'content', 'gdp'), { recursive: true });
    const staged = async () => [...(await bureau.app.ledger.getAll(TWO.map(on))).values()];
    await restage(bureau.app.publishDeps, await staged());
    expect(await bureau.state(on('catalogue'))).toBe('planned');
    await bureau.content();
    await stageAll();
    await rm(join(bureau.folder, 'content'), { recursive: true });
    await restage(bureau.app.publishDeps, await staged());
    expect(await bureau.state(on('catalogue'))).toBe('staged');
  });
});
