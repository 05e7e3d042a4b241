import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { App } from '../../src/app/app.ts';
import type { Channel } from '../../src/channels/channel.ts';
import type { LedgerEntry } from '../../src/ledger/ledger.ts';
import type { LedgerChange } from '../../src/ledger/ledger-change.ts';
import { publicationId, releaseId } from '../../src/plan/types.ts';
import { change, type PublishDeps } from '../../src/publish/deps.ts';
import { DuePoller } from '../../src/publish/poll-due.ts';
import { releaseWave } from '../../src/publish/release.ts';
import { restage } from '../../src/publish/restage.ts';
import { stage } from '../../src/publish/stage.ts';
import { probe } from '../../src/publish/verify.ts';
import { BODY, type Bureau, DUE, GDP, makeBureau, never, on, PLAN } from '../helpers/bureau.ts';
import { until } from '../helpers/clock.ts';

/** What a poll does about publications that a dead worker held armed or in the middle of a call. */
async function recover(
  parts: PublishDeps,
  entries: readonly LedgerEntry[],
  signal: AbortSignal,
): Promise<void> {
  for (const entry of entries) {
    if ((entry.state === 'armed' || entry.state === 'releasing') && !entry.receipt)
      await probe(parts, entry.publication, 0, signal);
  }
}

const ALL = ['website', 'catalogue', 'wechat', 'weibo'];
const STAGE_TIME = '2026-07-19T10:00:05+08:00';
let bureau: Bureau;

async function open(edit?: (yaml: string) => string): Promise<void> {
  bureau = await makeBureau(STAGE_TIME, PLAN, edit);
  await bureau.apply();
  await bureau.content();
}
beforeEach(() => open());
afterEach(() => bureau.close());

/**
 * Stages on the channels; a fresh WeChat picture needs a few seconds, so the clock goes on
 * meanwhile.
 */
async function stageAll(app: App = bureau.app, channels = ALL): Promise<void> {
  const staged = Promise.all(channels.map((channel) => stage(app.publishDeps, on(channel), never)));
  const ticking = setInterval(() => bureau.clock.turnTo(bureau.clock.now() + 1000), 20);
  await staged;
  clearInterval(ticking);
}

/** Arms all waves a second before T, then turns the clock to T. */
async function release(app: App = bureau.app, channels = ALL): Promise<void> {
  bureau.clock.turnTo('2026-07-20T09:59:59+08:00');
  // A day has passed since staging: a fresh token, so that a fault meets the call that it is meant
  // for.
  await app.channels.get('wechat')?.preflight(never);
  const due = Date.parse(DUE) as never;
  const waves = channels.map((channel) => releaseWave(app.publishDeps, channel, due, never));
  await until(
    () =>
      bureau.clock.waiting('2026-07-20T09:59:59.700+08:00') >=
      (channels.includes('website') ? 1 : 0),
    'armed',
  );
  bureau.clock.turnTo('2026-07-20T09:59:59.999+08:00');
  await until(() => bureau.clock.waiting(DUE) >= channels.length, 'waiting for T');
  expect(bureau.sandbox.world.items).toEqual([]);
  expect(await bureau.app.siteBuilder.current().then((current) => current?.releases.size)).toBe(0);
  bureau.clock.turnTo(DUE);
  const ticking = setInterval(() => bureau.clock.turnTo(bureau.clock.now() + 10), 10);
  await Promise.all(waves);
  clearInterval(ticking);
}

/** Looks again and again, as the verify queue would, until nothing is open. */
async function lookUntil(channel: string, wanted: string, app: App = bureau.app): Promise<void> {
  for (let looks = 0; looks < 20 && (await bureau.state(on(channel))) !== wanted; looks++) {
    bureau.clock.turnTo(bureau.clock.now() + 6000);
    await new Promise((done) => setTimeout(done, 30));
    await probe(app.publishDeps, on(channel), looks, never);
  }
  expect(await bureau.state(on(channel))).toBe(wanted);
}

const shown = (channel: string) =>
  bureau.sandbox.world.items.filter((item) => item.channel === channel);

/** Everything that can be reached under the public root, through links too, as text. */
async function publicBytes(root = join(bureau.folder, 'var', 'site', 'current')): Promise<string> {
  const texts = await Promise.all(
    (await readdir(root)).map(async (name) => {
      const path = join(root, name);
      return (await stat(path)).isDirectory() ? publicBytes(path) : readFile(path, 'utf8');
    }),
  );
  return texts.join('\n');
}

describe('a release on four channels', () => {
  test('is public on each once, at T and not a millisecond before', async () => {
    await stageAll();
    for (const channel of ALL) expect(await bureau.state(on(channel))).toBe('staged');
    expect(await publicBytes()).not.toContain('5.8%');
    await release();
    expect(await publicBytes()).toContain('1234.5');
    for (const channel of ['website', 'catalogue', 'weibo'])
      expect(await bureau.state(on(channel))).toBe('public');
    for (const channel of ALL) await lookUntil(channel, 'verified');
    for (const channel of ALL.slice(1)) {
      expect(shown(channel).map(({ key, times }) => ({ key, times }))).toEqual([
        { key: GDP, times: 1 },
      ]);
      expect(Date.parse(shown(channel)[0]?.publicSince ?? '')).toBeGreaterThanOrEqual(
        Date.parse(DUE),
      );
    }
  });

  test('is queued for T as soon as it is staged, however shortly before', async () => {
    bureau.clock.turnTo('2026-07-20T09:59:30+08:00');
    await stage(bureau.app.publishDeps, on('website'), never);
    const due = Date.parse(DUE);
    expect([...(await bureau.app.queues.ids('release'))]).toEqual([
      `website~${due}~0~${due - 4000}`,
    ]);
  });

  test('writes intent before the call and the receipt after it, in the journal', async () => {
    await stageAll(bureau.app, ['website']);
    await release(bureau.app, ['website']);
    const events = (await bureau.app.journal.newest(20, on('website')))
      .map((one) => one.event)
      .reverse();
    expect(events).toEqual(['planned', 'staged', 'armed', 'intent', 'published']);
  });

  test('run by two workers at once, is published once', async () => {
    const other = await bureau.another();
    await stageAll();
    bureau.clock.turnTo(DUE);
    await bureau.app.channels.get('wechat')?.preflight(never);
    const due = Date.parse(DUE) as never;
    const ticking = setInterval(() => bureau.clock.turnTo(bureau.clock.now() + 20), 10);
    await Promise.all(
      [bureau.app, other].flatMap((app) =>
        ALL.map((channel) => releaseWave(app.publishDeps, channel, due, never)),
      ),
    );
    clearInterval(ticking);
    for (const channel of ALL) await lookUntil(channel, 'verified');
    expect(bureau.sandbox.world.items.map((item) => item.times)).toEqual([1, 1, 1]);
    const submits = bureau.sandbox.world.calls.filter((call) =>
      /submit|share\.json|\/catalogue$/.test(call.route),
    );
    expect(submits.map((call) => call.route).sort()).toEqual([
      '/2/statuses/share.json',
      '/catalogue',
      '/cgi-bin/freepublish/submit',
    ]);
  });
});

describe('an answer that is lost after the effect', () => {
  const routes = {
    catalogue: '/catalogue',
    wechat: 'freepublish/submit',
    weibo: 'share.json',
  } as const;
  for (const [channel, route] of Object.entries(routes)) {
    for (const kind of ['drop-after', 'error-after', 'half'] as const) {
      test(`${kind} on ${channel}: found on the channel, never sent twice`, async () => {
        await stageAll(bureau.app, ['website', channel]);
        bureau.sandbox.world.setFault({ channel, route, kind, times: 1, after: 0, seconds: 0 });
        await release(bureau.app, ['website', channel]);
        await lookUntil(channel, 'verified');
        expect(shown(channel).map((item) => item.times)).toEqual([1]);
        expect(
          bureau.sandbox.world.calls.filter(
            (call) => call.channel === channel && call.route.endsWith(route),
          ).length,
        ).toBe(1);
      });
    }
  }

  test('a request that never arrived is sent again once the channel says that it is not public', async () => {
    await stageAll(bureau.app, ['website', 'catalogue']);
    bureau.sandbox.world.setFault({
      channel: 'catalogue',
      route: '/catalogue',
      kind: 'drop-before',
      times: 1,
      after: 0,
      seconds: 0,
    });
    await release(bureau.app, ['website', 'catalogue']);
    expect(await bureau.state(on('catalogue'))).toBe('doubtful');
    await lookUntil('catalogue', 'staged');
    // Not at once: 10 s after the first call.
    bureau.clock.turnTo(bureau.clock.now() + 10_000);
    await releaseWave(bureau.app.publishDeps, 'catalogue', Date.parse(DUE) as never, never);
    await lookUntil('catalogue', 'verified');
    expect(shown('catalogue').map((item) => item.times)).toEqual([1]);
  });
});

describe('a worker that dies', () => {
  test('after its intent: another one looks, and does not send what is public already', async () => {
    const dead = await bureau.another();
    await stageAll(dead, ['website', 'weibo']);
    await release(dead, ['website']);
    bureau.clock.turnTo(DUE);
    // It armed, wrote its intent, sent, and died before the receipt.
    const staged = await dead.ledger.get(on('weibo'));
    if (!staged) throw new Error('not staged');
    const armed = await dead.ledger.change(
      change(dead.publishDeps, staged, 'armed', { worker: dead.heartbeat.id }, { take: true }),
    );
    const entry = await dead.ledger.get(on('weibo'));
    if (!armed.ok || !entry) throw new Error('not armed');
    await dead.ledger.change(change(dead.publishDeps, entry, 'releasing'));
    await dead.channels.get('weibo')?.release(
      {
        publication: on('weibo'),
        release: GDP,
        due: entry.due,
        staged: entry.staged,
        since: entry.due,
        looks: 0,
      },
      never,
    );
    const left = async () => [...(await bureau.app.ledger.getAll([on('weibo')])).values()];
    await recover(bureau.app.publishDeps, await left(), never);
    expect(await bureau.state(on('weibo'))).toBe('releasing');
    await dead.heartbeat.stop();
    await recover(bureau.app.publishDeps, await left(), never);
    await lookUntil('weibo', 'verified');
    expect(shown('weibo').map((item) => item.times)).toEqual([1]);
  });

  test('while armed: its publications are given back and published by another', async () => {
    const dead = await bureau.another();
    await stageAll(dead, ['website']);
    const staged = await dead.ledger.get(on('website'));
    if (!staged) throw new Error('not staged');
    await dead.ledger.change(
      change(dead.publishDeps, staged, 'armed', { worker: dead.heartbeat.id }, { take: true }),
    );
    await dead.heartbeat.stop();
    await recover(
      bureau.app.publishDeps,
      [...(await bureau.app.ledger.getAll([on('website')])).values()],
      never,
    );
    expect(await bureau.state(on('website'))).toBe('staged');
    await release(bureau.app, ['website']);
    expect(await bureau.state(on('website'))).toBe('public');
  });

  test('SIGTERM while armed: what it holds is given back at once, and another one can have it', async () => {
    await stageAll();
    bureau.clock.turnTo('2026-07-20T09:59:59+08:00');
    const stopping = new AbortController();
    const wave = releaseWave(
      bureau.app.publishDeps,
      'catalogue',
      Date.parse(DUE) as never,
      stopping.signal,
    );
    await until(async () => (await bureau.state(on('catalogue'))) === 'armed', 'armed');
    expect(bureau.app.publishDeps.claimed.has(on('catalogue'))).toBe(true);
    stopping.abort(new Error('stopping'));
    await expect(wave).rejects.toThrow('stopping');
    expect(await bureau.app.ledger.get(on('catalogue'))).toMatchObject({
      state: 'staged',
      worker: undefined,
      retryAt: undefined,
    });
    expect(bureau.app.publishDeps.claimed.size).toBe(0);
    await release(await bureau.another());
    expect(shown('catalogue').map((item) => item.times)).toEqual([1]);
  });

  test('a wave that failed on Redis leaves what it held to a later round of the same worker', async () => {
    await stageAll();
    const { publishDeps: parts, ledger } = bureau.app;
    const [entry] = [await ledger.get(on('catalogue'))];
    if (!entry) throw new Error('not staged');
    // As such a wave leaves it: armed in the ledger, by a worker that lives and no longer knows of
    // it.
    await ledger.change(
      change(parts, entry, 'armed', { worker: parts.workers.id }, { take: true }),
    );
    const again = await ledger.get(on('catalogue'));
    await recover(parts, again ? [again] : [], never);
    expect(await bureau.state(on('catalogue'))).toBe('staged');
    // But not while the wave is at it.
    const armed = await ledger.change(
      change(
        parts,
        { ...entry, fence: (again?.fence ?? 0) + 1 },
        'armed',
        { worker: parts.workers.id },
        { take: true },
      ),
    );
    expect(armed.ok).toBe(true);
    parts.claimed.add(on('catalogue'));
    const held = await ledger.get(on('catalogue'));
    await recover(parts, held ? [held] : [], never);
    expect(await bureau.state(on('catalogue'))).toBe('armed');
    parts.claimed.clear();
  });

  test('what a wave could not even give back: its worker takes it up, though another one looks first each second', async () => {
    await stageAll();
    const { publishDeps: parts, channels } = bureau.app;
    const catalogue = channels.get('catalogue');
    if (!catalogue) throw new Error('no catalogue');
    const unready: Channel = { ...catalogue, arm: () => Promise.reject(new Error('no disk')) };
    // Redis goes when the wave has failed: what it armed stays armed by a worker that lives.
    const ledger = new Proxy(parts.ledger, {
      get(target, name) {
        if (name === 'changeAll')
          return (changes: readonly LedgerChange[]) =>
            changes.some(({ to }) => to === 'staged')
              ? Promise.reject(new Error('no Redis'))
              : target.changeAll(changes);
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const wave = releaseWave(
      { ...parts, ledger, channels: new Map([...channels, ['catalogue', unready]]) },
      'catalogue',
      Date.parse(DUE) as never,
      never,
    );
    await expect(wave).rejects.toThrow('no Redis');
    expect(await bureau.state(on('catalogue'))).toBe('armed');

    const failures: unknown[] = [];
    const attend = (deps: PublishDeps): DuePoller =>
      new DuePoller(deps, never, (error) => failures.push(error));
    const [own, other] = [attend(parts), attend((await bureau.another()).publishDeps)];
    for (let second = 0; second < 8; second++) {
      bureau.clock.turnTo(bureau.clock.now() + 1000);
      for (const one of [other, own]) {
        await one.poll();
        await one.idle();
      }
    }
    expect(failures).toEqual([]);
    expect(await bureau.state(on('catalogue'))).toBe('staged');
    expect([...parts.letGo]).toEqual([]);
  });

  test('what a wave is still preparing is no orphan: a round meanwhile takes nothing away from it', async () => {
    await stageAll(bureau.app, ['website']);
    const { publishDeps: parts, ledger, channels, journal } = bureau.app;
    const website = channels.get('website');
    if (!website) throw new Error('no website');
    const rounds: string[] = [];
    const slow: Channel = {
      ...website,
      async arm(...wanted) {
        const entry = await ledger.get(on('website'));
        await recover(parts, entry ? [entry] : [], never);
        rounds.push(entry?.state ?? 'none');
        await website.arm?.(...wanted);
      },
    };
    await release(
      {
        ...bureau.app,
        publishDeps: { ...parts, channels: new Map([...channels, ['website', slow]]) },
      },
      ['website'],
    );
    expect(rounds).toEqual(['armed']);
    expect(await bureau.state(on('website'))).toBe('public');
    expect((await journal.newest(20, on('website'))).map((one) => one.event)).not.toContain(
      'given-back',
    );
  });

  test("a dead worker's last call is waited out: armed is taken up, releasing not yet", async () => {
    await stageAll();
    const { ledger, publishDeps: parts } = bureau.app;
    const other = await bureau.another();
    bureau.clock.turnTo(DUE);
    for (const channel of ['catalogue', 'weibo']) {
      const entry = await ledger.get(on(channel));
      if (!entry) throw new Error('not staged');
      const taken = await ledger.change(
        change(other.publishDeps, entry, 'armed', { worker: other.heartbeat.id }, { take: true }),
      );
      if (channel === 'weibo' && taken.ok)
        await ledger.change(
          change(other.publishDeps, { ...entry, state: 'armed', fence: taken.fence }, 'releasing'),
        );
    }
    // Dead: its shorter key has run out, the longer one not.
    await other.heartbeat.stop();
    const calls = `${bureau.app.redis.prefix}:calls:${other.heartbeat.id}`;
    await bureau.app.redis.client.set(calls, '1');
    const round = async (): Promise<void> =>
      recover(parts, [...(await ledger.getAll([on('catalogue'), on('weibo')])).values()], never);
    await round();
    expect([await bureau.state(on('catalogue')), await bureau.state(on('weibo'))]).toEqual([
      'staged',
      'releasing',
    ]);
    await bureau.app.redis.client.del(calls);
    await round();
    expect(await bureau.state(on('weibo'))).toBe('doubtful');
  });

  test('an old fence changes nothing', async () => {
    await stageAll(bureau.app, ['website']);
    const entry = await bureau.app.ledger.get(on('website'));
    if (!entry) throw new Error('not staged');
    await bureau.app.ledger.change(
      change(bureau.app.publishDeps, entry, 'armed', {}, { take: true }),
    );
    await bureau.app.ledger.change({
      ...change(
        bureau.app.publishDeps,
        { ...entry, state: 'armed', fence: entry.fence + 1 },
        'staged',
      ),
    });
    const late = await bureau.app.ledger.change(
      change(bureau.app.publishDeps, entry, 'armed', {}, { take: true }),
    );
    expect(late).toEqual({ ok: false, state: 'staged', fence: entry.fence + 1 });
  });
});

describe('what stands in the way', () => {
  test('no content: it stays planned with the reason, and is staged when the content comes', async () => {
    const empty = await makeBureau(STAGE_TIME);
    try {
      await empty.apply();
      await stage(empty.app.publishDeps, on('website'), never);
      expect((await empty.app.ledger.get(on('website')))?.reason).toEqual({
        code: 'content-missing',
        detail: 'gdp/2026-Q2/release.md',
      });
      await empty.content();
      await restage(empty.app.publishDeps, [
        ...(await empty.app.ledger.getAll([on('website')])).values(),
      ]);
      expect([...(await empty.app.queues.ids('stage'))]).toContain(
        `${on('website')}~${Date.parse(STAGE_TIME)}`,
      );
      await stage(empty.app.publishDeps, on('website'), never);
      expect(await empty.state(on('website'))).toBe('staged');
    } finally {
      await empty.close();
    }
  });

  test('a title that WeChat would refuse is told with file and line when it is staged', async () => {
    await bureau.content(BODY.replace('2026年二季度地区生产总值', '二'.repeat(33)));
    await stage(bureau.app.publishDeps, on('wechat'), never);
    const entry = await bureau.app.ledger.get(on('wechat'));
    expect(entry?.state).toBe('planned');
    expect(entry?.reason?.detail).toMatch(/gdp\/2026-Q2\/release\.md:2 wechat-title-long 33\/32$/);
  });

  test("WeChat's audit refuses: held, and never sent again by itself", async () => {
    await stageAll(bureau.app, ['website', 'wechat']);
    bureau.sandbox.world.setFault({
      channel: 'wechat',
      route: 'freepublish/submit',
      kind: 'audit-refused',
      times: 1,
      after: 0,
      seconds: 0,
    });
    await release(bureau.app, ['website', 'wechat']);
    await lookUntil('wechat', 'held');
    expect((await bureau.app.ledger.get(on('wechat')))?.reason?.code).toBe('wechat-audit');
  });

  test('an expired token is renewed once and the call repeated', async () => {
    await stageAll(bureau.app, ['website', 'wechat']);
    bureau.sandbox.world.setFault({
      channel: 'wechat',
      route: 'freepublish/submit',
      kind: 'token-expired',
      times: 1,
      after: 0,
      seconds: 0,
    });
    await release(bureau.app, ['website', 'wechat']);
    await lookUntil('wechat', 'verified');
    expect(shown('wechat').map((item) => item.times)).toEqual([1]);
  });

  test("more posts since T than Weibo's timeline shows: its receipt has to do, and it is not asked for ever", async () => {
    await stageAll();
    await release();
    const { weibo } = bureau.sandbox.ports;
    for (let post = 0; post < 5; post++) {
      const body = new URLSearchParams({
        access_token: 'sandbox-weibo-token',
        rip: '203.0.113.7',
        status: `别的微博 ${post} http://127.0.0.1/`,
      });
      expect(
        (await fetch(`http://127.0.0.1:${weibo}/2/statuses/share.json`, { method: 'POST', body }))
          .status,
      ).toBe(200);
    }
    expect(await bureau.state(on('weibo'))).toBe('public');
    await probe(bureau.app.publishDeps, on('weibo'), 0, never);
    expect(await bureau.state(on('weibo'))).toBe('verified');
    const [event] = await bureau.app.journal.newest(1, on('weibo'));
    expect(event).toMatchObject({ event: 'verified', detail: { byReceipt: 'timeline-full' } });
  });

  test('429 at T: nothing happened, and it is tried again after Retry-After', async () => {
    await stageAll(bureau.app, ['website', 'catalogue']);
    bureau.sandbox.world.setFault({
      channel: 'catalogue',
      route: '/catalogue',
      kind: '429',
      times: 1,
      after: 0,
      seconds: 0,
    });
    await release(bureau.app, ['website', 'catalogue']);
    const entry = await bureau.app.ledger.get(on('catalogue'));
    expect(entry?.state).toBe('staged');
    expect((entry?.retryAt ?? 0) - Date.parse(DUE)).toBeGreaterThanOrEqual(2000);
  });

  test('held between arming and T: the edition goes out without it', async () => {
    await stageAll(bureau.app, ['website']);
    bureau.clock.turnTo('2026-07-20T09:59:58+08:00');
    const wave = releaseWave(bureau.app.publishDeps, 'website', Date.parse(DUE) as never, never);
    await until(() => bureau.clock.waiting(DUE) === 1, 'armed');
    const entry = await bureau.app.ledger.get(on('website'));
    if (!entry) throw new Error('not armed');
    await bureau.app.ledger.change(
      change(
        bureau.app.publishDeps,
        entry,
        'held',
        { reason: { code: 'by-operator' } },
        { take: true },
      ),
    );
    bureau.clock.turnTo(DUE);
    await wave;
    expect(await bureau.state(on('website'))).toBe('held');
    expect(await publicBytes()).not.toContain('5.8%');
  });

  test('what is held on the website is held everywhere', async () => {
    await stageAll(bureau.app, ['website', 'weibo']);
    const entry = await bureau.app.ledger.get(on('website'));
    if (!entry) throw new Error('not staged');
    await bureau.app.ledger.change(
      change(
        bureau.app.publishDeps,
        entry,
        'held',
        { reason: { code: 'by-operator' } },
        { take: true },
      ),
    );
    bureau.clock.turnTo(DUE);
    await releaseWave(bureau.app.publishDeps, 'weibo', Date.parse(DUE) as never, never);
    expect((await bureau.app.ledger.get(on('weibo')))?.reason?.code).toBe('website-held');
    expect(shown('weibo')).toEqual([]);
  });

  test('two waves of one instant in one worker: each comes out with its own edition', async () => {
    // Added within a day of T: with a lead of its own it is no nearer than that; and nothing of it
    // in the past.
    const two = `${PLAN}  cpi: { name: { zh: 物价 }, frequency: Q, due: { same-as: gdp }, lead: 1h, skip: [2025-Q4, 2026-Q1] }\n`;
    expect((await bureau.apply(two)).ok).toBe(true);
    await bureau.content(BODY, join('cpi', '2026-Q2'));
    const cpi = publicationId(releaseId('cpi.2026-Q2'), 'website');
    await stage(bureau.app.publishDeps, on('website'), never);
    bureau.clock.turnTo('2026-07-20T09:59:58+08:00');
    const due = Date.parse(DUE) as never;
    const first = releaseWave(bureau.app.publishDeps, 'website', due, never);
    await until(async () => (await bureau.state(on('website'))) === 'armed', 'the first is armed');
    // Staged only now: a wave of its own.
    await stage(bureau.app.publishDeps, cpi, never);
    const second = releaseWave(bureau.app.publishDeps, 'website', due, never);
    await until(() => bureau.clock.waiting('2026-07-20T09:59:59.700+08:00') === 2, 'both wait');
    bureau.clock.turnTo('2026-07-20T09:59:59.999+08:00');
    await until(() => bureau.clock.waiting(DUE) === 2, 'both wait for T');
    bureau.clock.turnTo(DUE);
    await Promise.all([first, second]);
    expect([...((await bureau.app.siteBuilder.current())?.releases.keys() ?? [])].sort()).toEqual([
      'cpi.2026-Q2',
      'gdp.2026-Q2',
    ]);
    for (const publication of [on('website'), cpi]) {
      await probe(bureau.app.publishDeps, publication, 0, never);
      expect(await bureau.state(publication)).toBe('verified');
    }
  });

  test('found later than the window: held for a person', async () => {
    bureau.clock.turnTo('2026-07-20T22:00:01+08:00');
    await stage(bureau.app.publishDeps, on('website'), never);
    expect((await bureau.app.ledger.get(on('website')))?.reason?.code).toBe('too-late');
  });

  test('approvals are counted for exactly this content', async () => {
    const strict = await makeBureau(
      STAGE_TIME,
      (await readFile(join(bureau.folder, 'config', 'plan', '2026.yaml'), 'utf8')).replace(
        'window: 12h',
        'window: 12h, approval: one',
      ),
    );
    try {
      await strict.apply();
      await strict.content();
      await stage(strict.app.publishDeps, on('website'), never);
      expect((await strict.app.ledger.get(on('website')))?.reason).toEqual({
        code: 'approval-missing',
        detail: '0/1',
      });
      const release = strict.app.planService.calendar().byId.get(GDP);
      const loaded = release && (await strict.app.publishDeps.load(release));
      if (loaded?.state !== 'ready') throw new Error('no content');
      await strict.app.planStore.approve(GDP, loaded.bundle.digest, '张三', strict.clock.now());
      await stage(strict.app.publishDeps, on('website'), never);
      expect(await strict.state(on('website'))).toBe('staged');
    } finally {
      await strict.close();
    }
  });
});

test('a ledger that was lost asks the channels before it sends', async () => {
  await stageAll();
  await release();
  for (const channel of ALL) await lookUntil(channel, 'verified');
  const keys = await bureau.app.redis.client.keys(`${bureau.config.prefix}:*`);
  await bureau.app.redis.client.del(keys);
  await bureau.app.planService.apply(bureau.clock.now(), new Set());
  await bureau.reconciler.run(bureau.app.planService.calendar(), bureau.clock.now(), 'test');
  for (const channel of ALL) {
    expect(await bureau.state(on(channel))).toBe('doubtful');
    await lookUntil(channel, 'verified');
  }
  expect(bureau.sandbox.world.items.map((item) => item.times)).toEqual([1, 1, 1]);
});

describe('other ways to be released', () => {
  const reopen = async (edit: (yaml: string) => string): Promise<void> => {
    await bureau.close();
    await open(edit);
  };

  test('a mass send whose answer is lost is found by its clientmsgid, and sent once', async () => {
    await reopen((yaml) => yaml.replace('appId: wx-sandbox', 'appId: wx-sandbox, mode: mass'));
    await stageAll(bureau.app, ['website', 'wechat']);
    bureau.sandbox.world.setFault({
      channel: 'wechat',
      route: 'sendall',
      kind: 'drop-after',
      times: 1,
      after: 0,
      seconds: 0,
    });
    await release(bureau.app, ['website', 'wechat']);
    expect(await bureau.state(on('wechat'))).toBe('doubtful');
    await lookUntil('wechat', 'staged');
    bureau.clock.turnTo(bureau.clock.now() + 10_000);
    await releaseWave(bureau.app.publishDeps, 'wechat', Date.parse(DUE) as never, never);
    await lookUntil('wechat', 'verified');
    expect(shown('wechat').map((item) => item.times)).toEqual([1]);
  });

  test('draft-only: the draft waits in the account, and it is a person’s turn', async () => {
    await reopen((yaml) =>
      yaml.replace('appId: wx-sandbox', 'appId: wx-sandbox, mode: draft-only'),
    );
    await stageAll(bureau.app, ['website', 'wechat']);
    await release(bureau.app, ['website', 'wechat']);
    expect((await bureau.app.ledger.get(on('wechat')))?.reason?.code).toBe('your-turn');
    expect(bureau.sandbox.world.calls.some((call) => /submit|sendall/.test(call.route))).toBe(
      false,
    );
  });

  for (const lookup of ['id', 'key']) {
    test(`a catalogue that takes drafts first, asked by ${lookup} after a lost answer`, async () => {
      await reopen((yaml) =>
        yaml.replace('kind: http,', `kind: http, mode: draft-then-publish, lookup: ${lookup},`),
      );
      await stageAll(bureau.app, ['website', 'catalogue']);
      expect(shown('catalogue')).toEqual([]);
      bureau.sandbox.world.setFault({
        channel: 'catalogue',
        route: '/publish',
        kind: 'drop-after',
        times: 1,
        after: 0,
        seconds: 0,
      });
      await release(bureau.app, ['website', 'catalogue']);
      await lookUntil('catalogue', 'verified');
      expect(shown('catalogue').map((item) => item.times)).toEqual([1]);
    });
  }

  test('a receiver that cannot be asked: a doubt is held, never guessed', async () => {
    await reopen((yaml) => yaml.replace('kind: http,', 'kind: http, lookup: none,'));
    await stageAll(bureau.app, ['website', 'catalogue']);
    bureau.sandbox.world.setFault({
      channel: 'catalogue',
      route: '/catalogue',
      kind: 'drop-after',
      times: 1,
      after: 0,
      seconds: 0,
    });
    await release(bureau.app, ['website', 'catalogue']);
    await lookUntil('catalogue', 'held');
    expect((await bureau.app.ledger.get(on('catalogue')))?.reason).toMatchObject({
      code: 'cannot-tell',
    });
    expect(shown('catalogue').map((item) => item.times)).toEqual([1]);
  });
});

test('an interpretation waits until what it interprets is public', async () => {
  await bureau.close();
  bureau = await makeBureau(
    '2026-07-20T10:59:00+08:00',
    PLAN.replace(
      'if-closed: next }',
      'if-closed: next }\n    interpretation: { after: 1h }',
    ).replace('[website, catalogue, wechat, weibo]', '[website]'),
  );
  await bureau.apply();
  await bureau.content(BODY, join('gdp', '2026-Q2.interpretation'));
  const id = publicationId(releaseId('gdp.2026-Q2.interpretation'), 'website');
  const due = Date.parse('2026-07-20T11:00:00+08:00');
  const wave = async (): Promise<string | undefined> => {
    await stage(bureau.app.publishDeps, id, never);
    await releaseWave(bureau.app.publishDeps, 'website', due as never, never);
    return bureau.state(id);
  };
  bureau.clock.turnTo(due);
  expect(await wave()).toBe('planned');
  expect((await bureau.app.ledger.get(id))?.reason?.code).toBe('parent-not-public');
  await bureau.content();
  for (let looks = 0; looks < 3; looks++)
    await probe(bureau.app.publishDeps, on('website'), looks, never);
  await stage(bureau.app.publishDeps, on('website'), never);
  await releaseWave(bureau.app.publishDeps, 'website', Date.parse(DUE) as never, never);
  bureau.clock.turnTo(due + 31_000);
  expect(await wave()).toBe('public');
});
