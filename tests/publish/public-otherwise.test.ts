// What is public, or comes out, other than plan and people say: old words let nothing out, and
// somebody is always asked about what is left. Each was found by a reader who was told to break it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { type App, openApp } from '../../src/app/app.ts';
import { Maintenance } from '../../src/app/maintenance.ts';
import { type Bundle, loadBundle } from '../../src/content/bundle.ts';
import { messagesFor } from '../../src/i18n/index.ts';
import type { LedgerEntry } from '../../src/ledger/ledger.ts';
import { type ManualTask, open } from '../../src/ledger/manual-tasks.ts';
import { makeLog } from '../../src/lib/log.ts';
import { releaseWith } from '../../src/operations/release-with.ts';
import type { PublicationId } from '../../src/plan/types.ts';
import { holdBack, publishNow, retryHeld } from '../../src/publish/commands.ts';
import {
  type Amended,
  channelsWith,
  correctPublished,
  doneByHand,
  withdrawPublished,
} from '../../src/publish/correct-and-withdraw.ts';
import { stage } from '../../src/publish/stage.ts';
import { PEOPLE, type Watched, watched } from '../helpers/alarm.ts';
import { BODY, GDP, never, on, PLAN } from '../helpers/bureau.ts';
import { poll } from '../helpers/poll.ts';
import { gdpOf } from '../helpers/site-only.ts';

const HAND = { actor: 'wang', detail: {} };
let bureau: Watched;
const started: App[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const one of started.splice(0)) {
    await one.heartbeat.stop();
    await one.close();
  }
  await bureau.close();
});

const planOf = (channels: string): string =>
  PLAN.replace('[website, catalogue, wechat, weibo]', channels);
/** Channels are left out: all that are configured. */
const OMITTED = PLAN.replace('channels: [website, catalogue, wechat, weibo], ', '');
const dated = (plan: string, entry: string): string =>
  `${plan}    dates:\n      2026-Q2: { ${entry} }\n`;
const shown = (): string[] =>
  bureau.sandbox.world.items
    .map(({ channel, times, withdrawnAt }) => `${channel} ${times} ${withdrawnAt ? 'down' : 'up'}`)
    .sort();
const page = (): string =>
  readFileSync(
    join(bureau.folder, 'var', 'site', 'current', 'releases', GDP, 'index.html'),
    'utf8',
  );
const entryOf = async (channel: string): Promise<LedgerEntry> => {
  const entry = await bureau.app.ledger.get(on(channel));
  if (!entry) throw new Error(`nothing on ${channel}`);
  return entry;
};
const tasks = async (): Promise<ReadonlyMap<PublicationId, ManualTask>> =>
  open(await bureau.app.publishDeps.byHand.all());
const answers = (done: readonly Amended[]): (readonly [string, string, boolean])[] =>
  done.map(({ channel, answer, left }) => [channel, answer.class, left] as const);

/** Codes of what is wrong with a plan; empty where it is in force now. */
async function wrongWith(plan: string): Promise<string[]> {
  const applied = await bureau.apply(plan);
  return applied.ok
    ? []
    : applied.problems.filter(({ severity }) => severity === 'error').map(({ code }) => code ?? '');
}

/** A service goes on from a time, for so many minutes. @returns the letters that come */
async function goOn(from: string, minutes: number, step = 5, app = bureau.app): Promise<string[]> {
  const rounds = new Maintenance(app, makeLog('silent'), never);
  const letters: string[] = [];
  for (let minute = 0; minute <= minutes; minute += step) {
    const time = new Date(Date.parse(from) + minute * 60_000).toISOString();
    bureau.clock.turnTo(time);
    await rounds.applyPlan();
    await rounds.reconcile();
    await rounds.restage();
    await poll(bureau, 3);
    await rounds.poll();
    await rounds.idle();
    letters.push(...(await bureau.at(time)));
  }
  return letters;
}

async function textWith(figure: string): Promise<Bundle> {
  await bureau.content(BODY.replaceAll('5.8%', figure));
  const loaded = await loadBundle(bureau.config.paths.content, gdpOf(bureau));
  if (loaded.state !== 'ready') throw new Error(loaded.state);
  return loaded.bundle;
}

/** Out at ten o'clock on all channels of a plan. */
async function out(plan: string, polls = 20): Promise<void> {
  bureau = await watched('2026-07-20T09:00:00+08:00', { more: PEOPLE, plan });
  await bureau.content();
  bureau.clock.turnTo('2026-07-20T09:59:50+08:00');
  await poll(bureau, polls);
}

/** The service starts again with other channels configured. */
async function startedWith(channels: ReadonlyMap<string, never>): Promise<App> {
  const app = await openApp(
    { ...bureau.config, channels: new Map(channels) },
    { log: makeLog('silent'), clock: bureau.clock },
  );
  started.push(app);
  await app.heartbeat.start();
  await app.planService.follow();
  const rounds = new Maintenance(app, makeLog('silent'), never);
  await rounds.applyPlan();
  await rounds.reconcile();
  await rounds.poll();
  await rounds.idle();
  return app;
}
const configured = (): ReadonlyMap<string, never> =>
  bureau.config.channels as ReadonlyMap<string, never>;

test('withdrawn, then a channel that was taken off before T is put back: an old `immediate` sends nothing', async () => {
  bureau = await watched('2026-07-20T08:00:00+08:00', {
    more: PEOPLE,
    plan: planOf('[weibo, wechat]'),
  });
  await bureau.content();
  const moved = 'at: 2026-07-20 09:00, was: 2026-07-20 10:00, immediate: true, reason: 会议提前';
  expect(await wrongWith(dated(planOf('[weibo, wechat]'), moved))).toEqual([]);
  expect(await wrongWith(dated(planOf('[weibo]'), moved))).toEqual([]);
  bureau.clock.turnTo('2026-07-20T08:59:50+08:00');
  await poll(bureau, 12);
  expect(shown()).toEqual(['weibo 1 up']);
  bureau.clock.turnTo('2026-07-20T11:00:00+08:00');
  expect(
    answers(
      await withdrawPublished(bureau.app.publishDeps, gdpOf(bureau), ['weibo'], '数据有误', HAND),
    ),
  ).toEqual([['weibo', 'done', false]]);
  bureau.clock.turnTo('2026-07-20T12:00:00+08:00');
  expect(await wrongWith(dated(planOf('[weibo, wechat]'), moved))).toEqual([]);
  await goOn('2026-07-20T12:01:00+08:00', 60);
  expect(shown()).toEqual(['weibo 1 down']);
});

test('freed by a person before T, and the service was down for three days: a person has to decide', async () => {
  bureau = await watched('2026-07-20T08:00:00+08:00', { more: PEOPLE, plan: planOf('[weibo]') });
  await bureau.content();
  await poll(bureau, 4);
  const { publishDeps: parts } = bureau.app;
  expect(await holdBack(parts, await entryOf('weibo'), HAND)).toBe('held');
  expect(await retryHeld(parts, await entryOf('weibo'), HAND)).toBe('asked');
  await poll(bureau, 4);
  const letters = await goOn('2026-07-23T10:00:00+08:00', 10);
  expect([shown(), (await entryOf('weibo')).reason?.code]).toEqual([[], 'too-late']);
  expect(letters.join()).toContain('未按时发布：地区生产总值');
  // Said now, it is a decision.
  expect(await retryHeld(parts, await entryOf('weibo'), HAND)).toBe('asked');
  await goOn('2026-07-23T10:20:00+08:00', 5);
  expect(shown()).toEqual(['weibo 1 up']);
});

test('corrected and corrected back: nobody is asked for the text between; corrected anew, they are', async () => {
  await out(planOf('[website, weibo]'));
  const { publishDeps: parts } = bureau.app;
  bureau.clock.turnTo('2026-07-20T11:00:00+08:00');
  await correctPublished(parts, gdpOf(bureau), await textWith('6.6%'), '改正', HAND);
  expect([...(await tasks()).keys()]).toEqual([on('weibo')]);
  bureau.clock.turnTo('2026-07-20T11:10:00+08:00');
  await correctPublished(parts, gdpOf(bureau), await textWith('5.8%'), '原文无误', HAND);
  expect([[...(await tasks()).keys()], page().includes('5.8%')]).toEqual([[], true]);
  bureau.clock.turnTo('2026-07-20T11:20:00+08:00');
  await correctPublished(parts, gdpOf(bureau), await textWith('6.7%'), '还是有误', HAND);
  expect([...(await tasks()).values()].map(({ reason }) => reason)).toEqual(['还是有误']);
});

test('what a person has to take down by hand is told by mail, once, and that it is over', async () => {
  await out(planOf('[website, wechat]'));
  bureau.sandbox.world.setFault({
    channel: 'wechat',
    route: 'freepublish/delete',
    kind: '5xx',
    times: 50,
    after: 0,
    seconds: 1,
  });
  bureau.clock.turnTo('2026-07-20T11:00:00+08:00');
  await withdrawPublished(
    bureau.app.publishDeps,
    gdpOf(bureau),
    ['website', 'wechat'],
    '口径',
    HAND,
  );
  expect(await goOn('2026-07-20T11:01:00+08:00', 10)).toEqual([]);
  const letters = await goOn('2026-07-20T11:16:00+08:00', 120, 20);
  expect(
    letters.filter((one) => one.includes('请到微信后台手工撤下：地区生产总值（gdp.2026-Q2）'))
      .length,
  ).toBeGreaterThan(0);
  expect(bureau.sandbox.mails.at(-1)?.text).toContain('公众可能还看得到（原因：口径）');
  const [task] = [...(await tasks()).values()];
  expect(
    await doneByHand(bureau.app.publishDeps, await entryOf('wechat'), task?.at ?? 0, HAND),
  ).toBe('done');
  expect((await goOn('2026-07-20T14:00:00+08:00', 5)).join()).toContain('已解决：地区生产总值');
});

test('a roll-back that stood still while it was withdrawn does not show the text again, not for a moment', async () => {
  await out(planOf('[website]'), 12);
  const good = (await bureau.app.siteBuilder.current())?.edition ?? '';
  bureau.clock.turnTo('2026-07-20T11:00:00+08:00');
  await correctPublished(
    bureau.app.publishDeps,
    gdpOf(bureau),
    await textWith('6.6%'),
    '改正',
    HAND,
  );
  bureau.clock.turnTo('2026-07-20T11:30:00+08:00');
  const other = await bureau.another();
  let go = (): void => undefined;
  const gate = new Promise<void>((done) => {
    go = done;
  });
  let rolling: Promise<unknown> = Promise.resolve();
  await new Promise<void>((reached) => {
    const flip = other.siteBuilder.flip.bind(other.siteBuilder);
    const spy = vi.spyOn(other.siteBuilder, 'flip').mockImplementation(async (...args) => {
      spy.mockRestore();
      reached();
      await gate;
      return flip(...args);
    });
    rolling = other.publishDeps.amending(() => other.siteBuilder.rollBack(good));
  });
  // It stands still for longer than its lock lasts.
  await bureau.app.redis.client.del(`${bureau.app.redis.prefix}:lock:amend`);
  bureau.clock.turnTo('2026-07-20T11:31:00+08:00');
  expect(
    answers(
      await withdrawPublished(bureau.app.publishDeps, gdpOf(bureau), ['website'], '口径调整', HAND),
    ),
  ).toEqual([['website', 'done', false]]);
  go();
  await rolling;
  expect([page().includes('口径调整'), /5\.8%|6\.6%/.test(page())]).toEqual([true, false]);
});

test.each([
  ['cancelled', 'cancelled: true, reason: 数据有误', '计划却说它取消了'],
  [
    'moved',
    'at: 2026-07-24 10:00, was: 2026-07-20 10:00, reason: 延期',
    '计划却说它 2026-07-24 10:00 才发布',
  ],
])(
  '%s with words while its only channel is in doubt, and then it is found to be public: told, and the plan can be put back',
  async (_, entry, said) => {
    bureau = await watched('2026-07-20T09:00:00+08:00', { more: PEOPLE, plan: planOf('[weibo]') });
    await bureau.content();
    bureau.sandbox.world.setFault({
      channel: 'weibo',
      route: 'share',
      kind: 'drop-after',
      times: 1,
      after: 0,
      seconds: 1,
    });
    bureau.sandbox.world.setFault({
      channel: 'weibo',
      route: 'user_timeline',
      kind: '5xx',
      times: 8,
      after: 0,
      seconds: 1,
    });
    bureau.clock.turnTo('2026-07-20T09:59:50+08:00');
    await poll(bureau, 8);
    expect(await bureau.state(on('weibo'))).toBe('doubtful');
    expect(await wrongWith(dated(planOf('[weibo]'), entry))).toEqual([]);
    const letters = await goOn('2026-07-20T10:02:00+08:00', 60);
    expect(letters.join()).toContain('已经公开，计划却不是这样说的：地区生产总值（gdp.2026-Q2）');
    expect(bureau.sandbox.mails.some(({ text }) => text.includes(said))).toBe(true);
    // As it was, word for word.
    expect(await wrongWith(planOf('[weibo]'))).toEqual([]);
    expect((await goOn('2026-07-20T12:00:00+08:00', 10)).join()).toContain('已解决');
    expect(shown()).toEqual(['weibo 1 up']);
  },
);

test.each([
  ['named in the plan', planOf('[website, weibo]')],
  ['left out in the plan', OMITTED],
])(
  'a channel (%s) is taken out of banli.yaml, then the release is withdrawn: somebody is asked to take it down there',
  async (_, plan) => {
    await out(plan);
    bureau.clock.turnTo('2026-07-21T11:00:00+08:00');
    const app = await startedWith(new Map([...configured()].filter(([name]) => name !== 'weibo')));
    // The desk knows of it, and so does the withdrawal.
    const { entries } = await releaseWith(app, GDP, messagesFor('zh'));
    expect(entries.map(({ publication }) => publication)).toContain(on('weibo'));
    const done = await withdrawPublished(
      app.publishDeps,
      gdpOf({ app } as Watched),
      await channelsWith(app.publishDeps, gdpOf({ app } as Watched)),
      '数据有误',
      HAND,
    );
    expect(answers(done)).toContainEqual(['weibo', 'cannot', true]);
    expect([...(await tasks()).keys()]).toEqual([on('weibo')]);
    expect(await bureau.state(on('weibo'))).toBe('verified');
  },
);

test('the website gets another name in banli.yaml: what is public on it is withdrawn all the same, and stays so', async () => {
  await out(OMITTED);
  bureau.clock.turnTo('2026-07-21T11:00:00+08:00');
  const app = await startedWith(
    new Map([...configured()].map(([name, one]) => [name === 'website' ? 'web' : name, one])),
  );
  const release = gdpOf({ app } as Watched);
  await withdrawPublished(
    app.publishDeps,
    release,
    await channelsWith(app.publishDeps, release),
    '数据有误',
    HAND,
  );
  expect(page()).toContain('数据有误');
  await goOn('2026-07-21T11:05:00+08:00', 10, 5, app);
  expect([
    page().includes('数据有误'),
    page().includes('5.8%'),
    shown().filter((one) => one.endsWith('up')),
  ]).toEqual([true, false, []]);
});

test('ticked off while WeChat still works on it, and then it comes out: somebody is asked again', async () => {
  bureau = await watched('2026-07-20T09:00:00+08:00', {
    more: PEOPLE,
    plan: planOf('[website, wechat]'),
  });
  await bureau.content();
  bureau.clock.turnTo('2026-07-20T09:59:50+08:00');
  for (let count = 0; count < 60 && (await bureau.state(on('wechat'))) !== 'releasing'; count++)
    await poll(bureau, 1);
  const { publishDeps: parts } = bureau.app;
  const done = await withdrawPublished(
    parts,
    gdpOf(bureau),
    ['website', 'wechat'],
    '数据有误',
    HAND,
  );
  expect(answers(done)).toContainEqual(['wechat', 'not-public', true]);
  const [task] = [...(await tasks()).values()];
  expect(shown()).toEqual([]);
  // WeChat shows nothing yet: there is nothing to take down.
  expect(await doneByHand(parts, await entryOf('wechat'), task?.at ?? 0, HAND)).toBe('done');
  expect([...(await tasks()).keys()]).toEqual([]);
  await poll(bureau, 10);
  const letters = await goOn('2026-07-20T10:06:00+08:00', 60, 10);
  expect([shown(), [...(await tasks()).keys()]]).toEqual([['wechat 1 up'], [on('wechat')]]);
  expect(letters.join()).toContain('请到微信后台手工撤下');
});

test('corrected and ticked off while WeChat still works on it: it comes out as it was sent, and somebody is asked again', async () => {
  bureau = await watched('2026-07-20T09:00:00+08:00', {
    more: PEOPLE,
    plan: planOf('[website, wechat]'),
  });
  await bureau.content();
  bureau.clock.turnTo('2026-07-20T09:59:50+08:00');
  for (let count = 0; count < 60 && (await bureau.state(on('wechat'))) !== 'releasing'; count++)
    await poll(bureau, 1);
  const { publishDeps: parts } = bureau.app;
  await correctPublished(parts, gdpOf(bureau), await textWith('6.6%'), '改正', HAND);
  const [task] = [...(await tasks()).values()];
  expect(await doneByHand(parts, await entryOf('wechat'), task?.at ?? 0, HAND)).toBe('done');
  await poll(bureau, 20);
  expect([
    shown(),
    [...(await tasks()).values()].map(({ what, reason }) => [what, reason]),
  ]).toEqual([['wechat 1 up'], [['correct', '改正']]]);
});

test('withdrawn, and the website, dropped from the plan before T, is put back with an old `immediate`: its page does not come out, nor at a press', async () => {
  bureau = await watched('2026-07-20T08:00:00+08:00', {
    more: PEOPLE,
    plan: planOf('[website, weibo]'),
  });
  await bureau.content();
  const moved = 'at: 2026-07-20 09:00, was: 2026-07-20 10:00, immediate: true, reason: 会议提前';
  expect(await wrongWith(dated(planOf('[website, weibo]'), moved))).toEqual([]);
  expect(await wrongWith(dated(planOf('[weibo]'), moved))).toEqual([]);
  bureau.clock.turnTo('2026-07-20T08:59:50+08:00');
  await poll(bureau, 12);
  bureau.clock.turnTo('2026-07-20T11:00:00+08:00');
  await withdrawPublished(bureau.app.publishDeps, gdpOf(bureau), ['weibo'], '数据有误', HAND);
  bureau.clock.turnTo('2026-07-20T12:00:00+08:00');
  expect(await wrongWith(dated(planOf('[website, weibo]'), moved))).toEqual([]);
  const letters = await goOn('2026-07-20T12:01:00+08:00', 30);
  expect([
    await bureau.state(on('website')),
    letters.filter((one) => one.includes('未按时发布')),
  ]).toEqual(['withdrawn', []]);
  expect(
    await publishNow(bureau.app.publishDeps, gdpOf(bureau), await entryOf('website'), HAND),
  ).toBe('skipped');
});

test('an interpretation whose release a person holds: one letter, and none that says it is resolved', async () => {
  const plan = planOf('[weibo]').replace(
    'if-closed: next }',
    'if-closed: next }\n    interpretation: { after: 2h }',
  );
  bureau = await watched('2026-07-20T08:00:00+08:00', { more: PEOPLE, plan });
  await bureau.content();
  await bureau.content(
    BODY.replace('二季度地区生产总值', '二季度解读'),
    join('gdp', '2026-Q2.interpretation'),
  );
  await poll(bureau, 4);
  await holdBack(bureau.app.publishDeps, await entryOf('weibo'), HAND);
  await goOn('2026-07-20T09:59:50+08:00', 100, 20);
  bureau.clock.turnTo('2026-07-20T11:59:50+08:00');
  await poll(bureau, 12);
  const letters = await goOn('2026-07-20T12:01:00+08:00', 45, 1);
  expect(letters.filter((one) => one.includes('已解决'))).toEqual([]);
});

test('the site gets another address while everything is staged: what goes out leads to the new one', async () => {
  bureau = await watched('2026-07-20T08:00:00+08:00', { more: PEOPLE, plan: PLAN });
  await bureau.content();
  await poll(bureau, 6);
  expect(
    await Promise.all(['catalogue', 'wechat', 'weibo'].map((name) => bureau.state(on(name)))),
  ).toEqual(['staged', 'staged', 'staged']);
  const { config } = bureau;
  Object.assign(bureau, {
    config: { ...config, site: { ...config.site, publicUrl: 'http://127.0.0.1:8040/new/' } },
  });
  bureau.clock.turnTo('2026-07-20T08:30:00+08:00');
  const app = await openApp(bureau.config, { log: makeLog('silent'), clock: bureau.clock });
  started.push(app);
  await app.heartbeat.start();
  await app.planService.follow();
  const rounds = new Maintenance(app, makeLog('silent'), never);
  await rounds.reconcile();
  await rounds.restage();
  for (const name of ['catalogue', 'weibo']) await stage(app.publishDeps, on(name), never);
  const made = await Promise.all(
    ['catalogue', 'weibo'].map(async (name) =>
      JSON.stringify((await app.ledger.get(on(name)))?.staged),
    ),
  );
  expect(
    made.map((one) => [one.includes('http://127.0.0.1:8040/new/'), one.includes('8040/releases')]),
  ).toEqual([
    [true, false],
    [true, false],
  ]);
  // Once, and not at every round.
  await rounds.restage();
  expect(await Promise.all(['catalogue', 'weibo'].map((name) => bureau.state(on(name))))).toEqual([
    'staged',
    'staged',
  ]);
});
