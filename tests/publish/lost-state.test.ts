// Redis lost, set back or restored while the files say something else: what a reader who was told
// to break it did. Each round is a second or two of a service, with its own process's memory.
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type App, openApp } from '../../src/app/app.ts';
import { Maintenance } from '../../src/app/maintenance.ts';
import { makeLog } from '../../src/lib/log.ts';
import { holdBack, retryHeld } from '../../src/publish/commands.ts';
import { type Bureau, GDP, makeBureau, NO_REPORTS, never, on, PLAN } from '../helpers/bureau.ts';
import { ticking } from '../helpers/poll.ts';

let bureau: Bureau;
let running: Running[] = [];
afterEach(async () => {
  for (const one of running) await one.close();
  running = [];
  await bureau.close();
});

interface Running {
  readonly app: App;
  readonly rounds: Maintenance;
  go(rounds: number): Promise<void>;
  close(): Promise<void>;
}

/** A service that starts as `banli start` does. */
async function start(): Promise<Running> {
  const app = await openApp(bureau.config, { log: makeLog('silent'), clock: bureau.clock });
  await app.heartbeat.start();
  const rounds = new Maintenance(app, makeLog('silent'), never);
  await app.planService.follow();
  await rounds.applyPlan();
  await app.siteBuilder.refresh();
  await rounds.reconcile();
  const one: Running = {
    app,
    rounds,
    async go(count) {
      for (let round = 0; round < count; round++) {
        bureau.clock.turnTo(bureau.clock.now() + 2000);
        const turn = async (): Promise<void> => {
          await rounds.follow();
          await rounds.reconcile();
          await rounds.poll();
          await rounds.idle();
        };
        await ticking(bureau.clock, turn, 100);
      }
    },
    async close() {
      running = running.filter((other) => other !== one);
      await app.heartbeat.stop();
      await app.close();
    },
  };
  running.push(one);
  return one;
}

type Keys = ReadonlyMap<string, Buffer>;
const isOurs = (key: string): boolean => !/:(worker|calls):|:queue/.test(key);

async function snapshot(): Promise<Keys> {
  const { client, prefix } = bureau.app.redis;
  const found = new Map<string, Buffer>();
  for (const key of (await client.keys(`${prefix}:*`)).filter(isOurs)) {
    const bytes = await client.dumpBuffer(key);
    if (bytes) found.set(key, bytes);
  }
  return found;
}

/** Redis as it was before; all of it gone with nothing. */
async function setBack(to: Keys = new Map()): Promise<void> {
  const { client, prefix } = bureau.app.redis;
  const all = (await client.keys(`${prefix}:*`)).filter(isOurs);
  if (all.length > 0) await client.del(...all);
  for (const [key, bytes] of to) await client.restore(key, 0, bytes, 'REPLACE');
}

const save = (text: string): Promise<void> =>
  writeFile(join(bureau.folder, 'config', 'plan', '2026.yaml'), text);
const sentTo = (channel: string): number[] =>
  bureau.sandbox.world.items.filter((item) => item.channel === channel).map(({ times }) => times);
const dueIn = ({ app }: Running): string =>
  new Date(app.planService.calendar().byId.get(GDP)?.due ?? 0).toISOString();
const planOn = (channels: string, date = ''): string =>
  `${PLAN.replace('[website, catalogue, wechat, weibo]', channels)}${date ? `    dates: { 2026-Q2: ${date} }\n` : ''}`;

async function open(channels: string, at: string): Promise<Running> {
  bureau = await makeBureau(at, planOn(channels), NO_REPORTS);
  await bureau.content();
  const service = await start();
  await service.go(2);
  return service;
}

test.each([
  ['are broken', 'plan: [', '2026-07-22T02:00:00.000Z'],
  [
    'fit the newest plan alone',
    planOn('[website, catalogue]', '{ at: 2026-07-24, was: 2026-07-22, reason: 再推迟 }'),
    '2026-07-24T02:00:00.000Z',
  ],
])(
  'Redis is older after a restart, and the files %s: nothing goes out before what was promised last',
  async (_, files, promised) => {
    const service = await open('[website, catalogue]', '2026-07-19T10:00:05+08:00');
    const before = await snapshot();
    await save(
      planOn('[website, catalogue]', '{ at: 2026-07-22, was: 2026-07-20, reason: 核算推迟 }'),
    );
    await service.rounds.applyPlan();
    await service.close();
    await setBack(before);
    await save(files);
    const again = await start();
    await again.go(3);
    expect(dueIn(again)).toBe(promised);
    bureau.clock.turnTo('2026-07-20T09:59:50+08:00');
    await again.go(12);
    expect(sentTo('catalogue')).toEqual([]);
    expect([...((await again.app.siteBuilder.current())?.releases.keys() ?? [])]).toEqual([]);
  },
);

test.each([
  ['is edited further', (text: string) => text.replace('测试计划', '改了标题')],
  ['is the same', (text: string) => text],
])(
  'sent at once by `immediate`, Redis set back to before it, and the plan %s: not sent again',
  async (_, edit) => {
    const service = await open('[catalogue, weibo]', '2026-07-19T09:00:00+08:00');
    const before = await snapshot();
    const early = planOn(
      '[catalogue, weibo]',
      '{ at: 2026-07-19 10:30, was: 2026-07-20, immediate: true, reason: 会议提前 }',
    );
    await save(early);
    await service.rounds.applyPlan();
    bureau.clock.turnTo('2026-07-19T10:29:50+08:00');
    await service.go(12);
    expect([sentTo('catalogue'), sentTo('weibo')]).toEqual([[1], [1]]);
    bureau.clock.turnTo('2026-07-19T11:30:00+08:00');
    await setBack(before);
    await save(edit(early));
    await service.go(30);
    expect([sentTo('catalogue'), sentTo('weibo')]).toEqual([[1], [1]]);
  },
);

test('sent, Redis set back, and moved on with words: it is looked for from its first day, and not sent on the new one', async () => {
  const service = await open('[catalogue, weibo]', '2026-07-18T09:00:00+08:00');
  const before = await snapshot();
  await save(
    planOn('[catalogue, weibo]', '{ at: 2026-07-19 10:30, was: 2026-07-20, reason: 会议提前 }'),
  );
  await service.rounds.applyPlan();
  bureau.clock.turnTo('2026-07-19T10:29:50+08:00');
  await service.go(12);
  bureau.clock.turnTo('2026-07-19T11:30:00+08:00');
  await setBack(before);
  await save(
    planOn('[catalogue, weibo]', '{ at: 2026-07-22 10:00, was: 2026-07-19 10:30, reason: 推迟 }'),
  );
  await service.go(10);
  bureau.clock.turnTo('2026-07-22T09:59:50+08:00');
  await service.go(20);
  expect([sentTo('catalogue'), sentTo('weibo')]).toEqual([[1], [1]]);
});

test('Redis set back and the count of its changes lost too: the site shows that it was sent', async () => {
  const service = await open('[website, weibo]', '2026-07-19T10:00:05+08:00');
  const before = await snapshot();
  bureau.clock.turnTo('2026-07-20T09:59:50+08:00');
  await service.go(12);
  expect(sentTo('weibo')).toEqual([1]);
  await service.close();
  await setBack(before);
  await rm(join(bureau.folder, 'var', 'ledger.json'));
  bureau.clock.turnTo('2026-07-20T10:30:00+08:00');
  const again = await start();
  await again.go(15);
  expect(sentTo('weibo')).toEqual([1]);
  expect((await again.app.incidents.deliveries()).map(({ subject }) => subject)).toContain(
    '[测试统计局] 台账退回到了较早的样子',
  );
});

test('Redis emptied while the service is stopped: the ledger is there again within two rounds, and nobody is told of a miss that is none', async () => {
  const service = await open('[website, catalogue]', '2026-07-19T10:00:05+08:00');
  bureau.clock.turnTo('2026-07-20T09:59:50+08:00');
  await service.go(12);
  expect(sentTo('catalogue')).toEqual([1]);
  await service.close();
  bureau.clock.turnTo('2026-07-20T10:30:00+08:00');
  await setBack();
  const again = await start();
  await again.go(2);
  expect(await bureau.state(on('website'))).toMatch(/doubtful|public|verified/);
  await again.rounds.sweep();
  await again.go(10);
  await again.rounds.sweep();
  expect([
    await bureau.state(on('website')),
    await bureau.state(on('catalogue')),
    sentTo('catalogue'),
  ]).toEqual(['verified', 'verified', [1]]);
  expect((await again.app.incidents.deliveries()).map(({ subject }) => subject)).toEqual([
    '[测试统计局] 台账退回到了较早的样子',
  ]);
});

test('a channel that joins after the release went out waits for a person, whatever the entry says of the release', async () => {
  const immediate = '{ at: 2026-07-19 10:30, was: 2026-07-20, immediate: true, reason: 会议提前 }';
  const service = await open('[website, catalogue]', '2026-07-19T09:00:00+08:00');
  await save(planOn('[website, catalogue]', immediate));
  await service.rounds.applyPlan();
  bureau.clock.turnTo('2026-07-19T10:29:50+08:00');
  await service.go(12);
  expect(sentTo('catalogue')).toEqual([1]);
  bureau.clock.turnTo('2026-07-19T14:00:00+08:00');
  await save(planOn('[website, catalogue, weibo]', immediate));
  await service.rounds.applyPlan();
  await service.go(6);
  expect([await bureau.state(on('weibo')), sentTo('weibo')]).toEqual(['historical', []]);
});

test('a note of the plan that is gone or could not be written is written again; one that says nothing is none', async () => {
  const service = await open('[website, catalogue]', '2026-07-19T10:00:05+08:00');
  const note = join(bureau.folder, 'var', 'plan.json');
  await rm(note);
  await service.go(1);
  expect(await readFile(note, 'utf8')).toContain('测试计划');
  await service.close();
  await setBack();
  await writeFile(note, JSON.stringify({ files: [], at: 1, seq: 9 }));
  const again = await start();
  await again.go(2);
  expect(dueIn(again)).toBe('2026-07-20T02:00:00.000Z');
});

test('the folder of what is held cannot be read: everything else goes on', async () => {
  const service = await open('[website, catalogue]', '2026-07-19T10:00:05+08:00');
  await writeFile(join(bureau.folder, 'var', 'held'), '');
  bureau.clock.turnTo('2026-07-20T09:59:50+08:00');
  await service.go(12);
  expect(sentTo('catalogue')).toEqual([1]);
});

test('this process knows a newer plan than the disk: that one is put back', async () => {
  const service = await open('[website, catalogue]', '2026-07-19T10:00:05+08:00');
  const note = join(bureau.folder, 'var', 'plan.json');
  const older = await readFile(note, 'utf8');
  await save(
    planOn('[website, catalogue]', '{ at: 2026-07-22, was: 2026-07-20, reason: 核算推迟 }'),
  );
  await service.rounds.applyPlan();
  await setBack();
  await writeFile(note, older);
  await save('plan: [');
  await service.go(3);
  expect(dueIn(service)).toBe('2026-07-22T02:00:00.000Z');
});

test('what a person held and has freed since stays free, though the note of it stays behind', async () => {
  const service = await open('[website, catalogue]', '2026-07-19T10:00:05+08:00');
  const hand = { actor: '王敏', detail: {} };
  const entry = async () => (await service.app.ledger.get(on('catalogue'))) as never;
  expect(await holdBack(service.app.publishDeps, await entry(), hand)).toBe('held');
  const note = await readFile(join(bureau.folder, 'var', 'held', on('catalogue')), 'utf8');
  expect(await retryHeld(service.app.publishDeps, await entry(), hand)).toBe('asked');
  // As another machine has it, where the hold was made.
  await writeFile(join(bureau.folder, 'var', 'held', on('catalogue')), note);
  await service.go(3);
  expect(await bureau.state(on('catalogue'))).not.toBe('held');
});
