// A withdrawal whose process dies at any step, or that meets what comes out at that moment. Both
// were found by a reader who was told to break it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { Maintenance } from '../../src/app/maintenance.ts';
import { open } from '../../src/ledger/manual-tasks.ts';
import { makeLog } from '../../src/lib/log.ts';
import { withdrawPublished } from '../../src/publish/correct-and-withdraw.ts';
import { PEOPLE, type Watched, watched } from '../helpers/alarm.ts';
import { GDP, never, on, PLAN } from '../helpers/bureau.ts';
import { poll } from '../helpers/poll.ts';
import { gdpOf } from '../helpers/site-only.ts';

const HAND = { actor: 'wang', detail: {} };
let bureau: Watched;
afterEach(() => bureau.close());

/** Up or down, by channel. */
const shown = (): Record<string, string> =>
  Object.fromEntries(
    bureau.sandbox.world.items.map(({ channel, withdrawnAt }) => [
      channel,
      withdrawnAt ? 'down' : 'up',
    ]),
  );
const isOffSite = (): boolean =>
  readFileSync(
    join(bureau.folder, 'var', 'site', 'current', 'releases', GDP, 'index.html'),
    'utf8',
  ).includes('口径调整');
const tasks = async (): Promise<string[]> => [
  ...open(await bureau.app.publishDeps.byHand.all()).keys(),
];

/** Out on all but Weibo, whose quota is used up until 11:00. */
async function waitingForWeibo(channels: string): Promise<void> {
  bureau = await watched('2026-07-20T09:00:00+08:00', {
    more: PEOPLE,
    plan: PLAN.replace('[website, catalogue, wechat, weibo]', channels),
  });
  await bureau.content();
  bureau.sandbox.world.setFault({
    channel: 'weibo',
    route: '',
    kind: 'quota',
    times: 1,
    after: 0,
    seconds: 1,
  });
  bureau.clock.turnTo('2026-07-20T09:59:50+08:00');
  await poll(bureau, 10);
  expect([await bureau.state(on('wechat')), await bureau.state(on('weibo'))]).toEqual([
    'verified',
    'staged',
  ]);
}

/** Another process goes on until afternoon. */
async function goOn(): Promise<void> {
  const rounds = new Maintenance(await bureau.another(), makeLog('silent'), never);
  for (const minute of [11, 30, 59, 61, 65, 120, 240]) {
    bureau.clock.turnTo(
      new Date(Date.parse('2026-07-20T10:00:00+08:00') + minute * 60_000).toISOString(),
    );
    await rounds.applyPlan();
    await rounds.reconcile();
    await rounds.sweep();
    await rounds.poll();
    await rounds.idle();
    await poll(bureau, 3);
  }
}

/**
 * Everything that a withdrawal does to the world, in the order in which it does it; the one with
 * this number, and all after it, fail.
 */
function diesAt(number: number): { done(): number } {
  const { publishDeps: parts } = bureau.app;
  let count = 0;
  const dying = (holder: object, name: string): void => {
    const run = (holder as Record<string, (...args: unknown[]) => Promise<unknown>>)[name]?.bind(
      holder,
    );
    if (!run) throw new Error(`no ${name}`);
    vi.spyOn(holder as Record<string, () => Promise<unknown>>, name).mockImplementation((async (
      ...args: unknown[]
    ) => {
      if (++count >= number) throw new Error('died here');
      return run(...args);
    }) as never);
  };
  dying(parts.withdrawn, 'add');
  dying(parts.byHand, 'put');
  dying(parts.ledger, 'change');
  for (const name of ['website', 'wechat']) dying(parts.channels.get(name) ?? {}, 'withdraw');
  return { done: () => count };
}

test('whichever step it dies at: once the site says that it was withdrawn, Weibo gets nothing more, and WeChat is down or somebody is asked', async () => {
  let steps = 0;
  for (let number = 1; ; number++) {
    await waitingForWeibo('[website, wechat, weibo]');
    bureau.clock.turnTo('2026-07-20T10:10:00+08:00');
    const died = diesAt(number);
    const ended = await withdrawPublished(
      bureau.app.publishDeps,
      gdpOf(bureau),
      ['website', 'wechat', 'weibo'],
      '口径调整',
      HAND,
    ).then(
      () => 'done',
      () => 'died',
    );
    vi.restoreAllMocks();
    await goOn();
    const { wechat, weibo } = shown();
    const seen = {
      number,
      off: isOffSite(),
      wechat: wechat === 'down' || (await tasks()).includes(on('wechat')),
      weibo,
    };
    if (seen.off) expect(seen).toEqual({ number, off: true, wechat: true, weibo: undefined });
    if (ended === 'done') {
      expect([seen.off, shown()]).toEqual([true, { wechat: 'down' }]);
      expect(await tasks()).toEqual([]);
      steps = died.done();
      break;
    }
    await bureau.close();
  }
  // It was killed at every one of them.
  expect(steps).toBeGreaterThan(6);
});

test('what is due while another channel is being taken down does not come out', async () => {
  await waitingForWeibo('[weibo, wechat]');
  bureau.clock.turnTo('2026-07-20T10:59:57+08:00');
  const { publishDeps: parts } = bureau.app;
  const wechat = parts.channels.get('wechat');
  const down = wechat?.withdraw.bind(wechat);
  if (!wechat || !down) throw new Error('no WeChat');
  vi.spyOn(wechat, 'withdraw').mockImplementation(async (...args) => {
    // WeChat takes its time, and Weibo's hour begins.
    await poll(bureau, 5);
    return down(...args);
  });
  const done = await withdrawPublished(parts, gdpOf(bureau), ['weibo', 'wechat'], '口径调整', HAND);
  await goOn();
  expect(done.map(({ channel, answer, left }) => [channel, answer.class, left])).toEqual([
    ['weibo', 'called-off', false],
    ['wechat', 'done', false],
  ]);
  expect([shown(), await tasks()]).toEqual([{ wechat: 'down' }, []]);
});

test('what is being sent at that moment is left to a person, though its answer comes afterwards', async () => {
  await waitingForWeibo('[weibo, wechat]');
  bureau.clock.turnTo('2026-07-20T10:59:57+08:00');
  const { publishDeps: parts } = bureau.app;
  const weibo = parts.channels.get('weibo');
  const send = weibo?.release.bind(weibo);
  if (!weibo || !send) throw new Error('no Weibo');
  let answer: () => void = () => undefined;
  const under = new Promise<void>((sending) => {
    const held = new Promise<void>((go) => {
      answer = go;
    });
    vi.spyOn(weibo, 'release').mockImplementation(async (...args) => {
      const done = await send(...args);
      sending();
      await held;
      return done;
    });
  });
  const polled = poll(bureau, 5);
  await under;
  const done = await withdrawPublished(parts, gdpOf(bureau), ['weibo', 'wechat'], '口径调整', HAND);
  answer();
  await polled;
  await goOn();
  expect(done.map(({ channel, answer: { class: what }, left }) => [channel, what, left])).toEqual([
    ['weibo', 'not-public', true],
    ['wechat', 'done', false],
  ]);
  expect([shown(), await tasks()]).toEqual([{ weibo: 'up', wechat: 'down' }, [on('weibo')]]);
});
