// The watchdog sees from outside what a service cannot tell: that it is dead, hung, cut off, or
// that the public does not see what was due.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeTransports, type Transports } from '../../src/alerts/deliver-letters.ts';
import { makeChannel } from '../../src/app/make-channels.ts';
import { sandboxEnv } from '../../src/cli/sandbox.ts';
import { type Config, loadConfig } from '../../src/config/load.ts';
import { messagesFor } from '../../src/i18n/index.ts';
import { makeLog } from '../../src/lib/log.ts';
import { change } from '../../src/publish/deps.ts';
import { releaseWave } from '../../src/publish/release.ts';
import { stage } from '../../src/publish/stage.ts';
import { startInbox } from '../../src/sandbox/inbox.ts';
import { startWeb, type WebServer } from '../../src/site/serve/server.ts';
import { memoryTokens } from '../../src/watchdog/channel-tokens.ts';
import { requestAcknowledgement, watchdogIncidents } from '../../src/watchdog/store.ts';
import { Watchdog } from '../../src/watchdog/watchdog.ts';
import { type Watched, watched } from '../helpers/alarm.ts';
import { DUE, never, on, PLAN } from '../helpers/bureau.ts';

let bureau: Watched;
let web: WebServer;
let dog: Watchdog;
let read: number;
const opened: Transports[] = [];

/** A watchdog beside a bureau whose site is served; `more` changes its configuration. */
async function begin(
  start: string,
  more: Partial<Config> = {},
  watchdog: Partial<Config['watchdog']> = {},
): Promise<void> {
  bureau = await watched(start, {
    plan: PLAN.replace('[website, catalogue, wechat, weibo]', '[website, catalogue]'),
  });
  web = await startWeb({
    root: join(bureau.folder, 'var', 'site', 'current'),
    host: '127.0.0.1',
    port: 0,
    words: messagesFor('zh'),
  });
  await makeDog(more, watchdog);
  read = 0;
}

async function makeDog(
  more: Partial<Config> = {},
  watchdog: Partial<Config['watchdog']> = {},
): Promise<void> {
  const site = `http://127.0.0.1:${web.port}/`;
  const config: Config = {
    ...bureau.config,
    watchdog: { ...bureau.config.watchdog, site, disk: 0, ...watchdog },
    ...more,
  };
  const tokens = memoryTokens();
  const channels = new Map(
    [...config.channels].flatMap(([name, one]) =>
      one.kind === 'website' || one.kind === 'email' || one.kind === 'module'
        ? []
        : [[name, makeChannel(name, one, tokens(name), bureau.clock)] as const],
    ),
  );
  const ways = makeTransports(config.mail, config.alerts.ways, bureau.clock);
  opened.push(ways);
  dog = new Watchdog({
    config,
    clock: bureau.clock,
    ways,
    log: makeLog('silent'),
    channels,
  });
  await dog.start();
}

afterEach(async () => {
  for (const ways of opened.splice(0)) for (const way of ways.values()) way.close();
  await web.close();
  await bureau.close();
});

/** One look at a time. @returns the subjects of what then arrived */
async function at(iso: string): Promise<string[]> {
  bureau.clock.turnTo(`${iso}+08:00`);
  await dog.round();
  const subjects = bureau.sandbox.mails.slice(read).map(({ subject }) => subject);
  read = bureau.sandbox.mails.length;
  return subjects;
}
/** The service has swept so many seconds ago. */
async function pulse(secondsAgo: number): Promise<void> {
  const { client, prefix } = bureau.app.redis;
  const [seconds] = await client.time();
  await client.set(`${prefix}:pulse`, Number(seconds) - secondsAgo);
}

describe('the service', () => {
  beforeEach(() => begin('2026-07-06T09:00:00+08:00'));

  test('lives and works: silence', async () => {
    await bureau.rounds.sweep();
    expect(await at('2026-07-06T09:00:10')).toEqual([]);
    expect(await at('2026-07-06T09:00:20')).toEqual([]);
  });

  test('has stopped sweeping though its workers show signs of life: it hangs', async () => {
    await pulse(41);
    expect(await at('2026-07-06T09:01:00')).toEqual(['[测试统计局 看门狗] 颁历的服务没有反应']);
    expect(bureau.mail('没有反应').text).toContain('npx banli start');
    expect(await at('2026-07-06T09:01:10')).toEqual([]);
    await pulse(0);
    expect(await at('2026-07-06T09:10:00')).toEqual(['[测试统计局 看门狗] 已解决：颁历的服务']);
    expect(bureau.sandbox.mails[1]?.inReplyTo).toBe(bureau.sandbox.mails[0]?.messageId);
  });

  test('is dead: no worker shows signs of life', async () => {
    await bureau.app.heartbeat.stop();
    await pulse(39);
    expect(await at('2026-07-06T09:00:39')).toEqual([]);
    await pulse(45);
    expect(await at('2026-07-06T09:00:45')).toEqual(['[测试统计局 看门狗] 颁历的服务没有在运行']);
  });

  test('a watchdog that is started again tells nothing twice', async () => {
    await pulse(60);
    expect(await at('2026-07-06T09:01:00')).toHaveLength(1);
    await makeDog();
    expect(await at('2026-07-06T09:01:10')).toEqual([]);
  });

  test('acknowledged by the command: nobody else is asked', async () => {
    await pulse(60);
    await at('2026-07-06T09:01:00');
    const folder = join(bureau.config.paths.var, 'watchdog');
    const [incident] = (await watchdogIncidents(folder)).values();
    await requestAcknowledgement(folder, incident?.id ?? '', '王敏');
    await at('2026-07-06T09:01:10');
    expect([...(await watchdogIncidents(folder)).values()][0]?.acknowledged?.by).toBe('王敏');
  });

  test('one that takes over waits for the round of the one before: what that tells is not told again', async () => {
    await pulse(60);
    expect(await at('2026-07-06T09:01:00')).toHaveLength(1);
    const folder = join(bureau.config.paths.var, 'watchdog');
    const [owner, state] = [join(folder, 'owner'), join(folder, 'state.json')].map((path) =>
      JSON.stringify(path),
    );
    // The one before, in a process of its own: told to end, it closes the incident with its last
    // round.
    const script = `const fs = require('node:fs'); fs.writeFileSync(${owner}, process.pid + '-before'); console.log('watching');
const timer = setInterval(() => { if (fs.readFileSync(${owner}, 'utf8').endsWith('-before')) return; clearInterval(timer);
setTimeout(() => fs.writeFileSync(${state}, '{"incidents":{},"outbox":[]}'), 300); }, 10);`;
    const before = spawn(process.execPath, ['-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(before.stdout, 'data');
    await makeDog();
    await pulse(0);
    expect(await at('2026-07-06T09:01:10')).toEqual([]);
    if (before.exitCode === null) await once(before, 'exit');
    expect(before.exitCode).toBe(0);
  });

  test('another watchdog takes over, and this one ends', async () => {
    expect(await dog.isOwner()).toBe(true);
    const first = dog;
    await makeDog();
    expect(await first.isOwner()).toBe(false);
    expect(await dog.isOwner()).toBe(true);
  });
});

describe('Redis', () => {
  test('of its own that is not there for forty seconds: no service runs', async () => {
    await begin('2026-07-06T09:00:00+08:00', {}, {});
    await makeDog({ paths: { ...bureau.config.paths, var: join(bureau.folder, 'elsewhere') } });
    expect(await at('2026-07-06T09:00:00')).toEqual([]);
    expect(await at('2026-07-06T09:00:39')).toEqual([]);
    expect(await at('2026-07-06T09:00:40')).toEqual(['[测试统计局 看门狗] 颁历的服务没有在运行']);
  });

  test('of somebody else that cannot be reached', async () => {
    await begin('2026-07-06T09:00:00+08:00', { redis: { url: 'redis://127.0.0.1:1', accept: [] } });
    await at('2026-07-06T09:00:00');
    expect(await at('2026-07-06T09:00:40')).toEqual(['[测试统计局 看门狗] Redis 连不上']);
    await makeDog();
    await pulse(0);
    expect(await at('2026-07-06T09:02:00')).toEqual(['[测试统计局 看门狗] 已解决：Redis']);
  });
});

describe('what the public sees', () => {
  /** T is 10:00, the grace five minutes; the watchdog looks twenty seconds later. */
  beforeEach(async () => {
    await begin('2026-07-19T10:00:05+08:00');
    await bureau.content();
    for (const channel of ['website', 'catalogue'])
      await stage(bureau.app.publishDeps, on(channel), never);
    await pulse(0);
  });

  test('is all that was due: silence', async () => {
    bureau.clock.turnTo(DUE);
    for (const channel of ['website', 'catalogue'])
      await releaseWave(bureau.app.publishDeps, channel, Date.parse(DUE) as never, never);
    expect(await at('2026-07-20T10:05:20')).toEqual([]);
    // Each channel is asked once, and not again once it has been seen there.
    const asked = bureau.sandbox.world.calls.length;
    expect(await at('2026-07-20T10:07:00')).toEqual([]);
    expect(bureau.sandbox.world.calls.length).toBe(asked);
  });

  test('is not what the service believes: it did not publish, and said nothing', async () => {
    expect(await at('2026-07-20T10:05:19')).toEqual([]);
    expect(await at('2026-07-20T10:05:20')).toEqual([
      '[测试统计局 看门狗] 未按时发布：地区生产总值（gdp.2026-Q2）',
    ]);
    expect(bureau.mail('未按时').text).toContain('网站、政府信息公开目录：公开处看不到');
  });

  test('is told by the service already: not told twice', async () => {
    bureau.clock.turnTo('2026-07-20T10:05:00+08:00');
    await bureau.rounds.sweep();
    await bureau.post();
    read = bureau.sandbox.mails.length;
    expect(await at('2026-07-20T10:05:20')).toEqual([]);
  });

  test('with Redis gone it goes on by the plan on disk, or by the last that it saw', async () => {
    expect(await at('2026-07-20T09:59:00')).toEqual([]);
    await rm(join(bureau.folder, 'config', 'plan', '2026.yaml'));
    await writeFile(join(bureau.folder, 'config', 'plan', '2026.yaml'), 'plan: [broken');
    await makeDog({ redis: { url: 'redis://127.0.0.1:1', accept: [] } });
    expect(await at('2026-07-20T10:05:20')).toEqual([
      '[测试统计局 看门狗] 未按时发布：地区生产总值（gdp.2026-Q2）',
    ]);
  });

  test('what the plan cancels in words is not missed', async () => {
    expect(await at('2026-07-20T09:00:00')).toEqual([]);
    const applied = await bureau.apply(
      `${PLAN.replace('[website, catalogue, wechat, weibo]', '[website, catalogue]')}    dates: { 2026-Q2: { cancelled: true, reason: 不再发布, announced: 2026-07-20 } }\n`,
    );
    expect(applied.ok).toBe(true);
    expect(await at('2026-07-20T10:05:20')).toEqual([]);
  });
});

describe('it says so too when it cannot look', () => {
  test('at the public site', async () => {
    await begin('2026-07-06T09:00:00+08:00', {}, { site: 'http://127.0.0.1:1/' });
    await pulse(0);
    expect(await at('2026-07-06T09:00:00')).toEqual([]);
    await pulse(0);
    expect(await at('2026-07-06T09:00:40')).toEqual(['[测试统计局 看门狗] 看门狗看不到公开网站']);
    expect(bureau.mail('看不到公开网站').text).toContain('ECONNREFUSED');
    await makeDog();
    expect(await at('2026-07-06T09:01:40')).toEqual(['[测试统计局 看门狗] 已解决：公开网站']);
  });

  test('at a channel', async () => {
    await begin('2026-07-19T10:00:05+08:00');
    await bureau.content();
    for (const channel of ['website', 'catalogue'])
      await stage(bureau.app.publishDeps, on(channel), never);
    bureau.clock.turnTo(DUE);
    for (const channel of ['website', 'catalogue'])
      await releaseWave(bureau.app.publishDeps, channel, Date.parse(DUE) as never, never);
    bureau.sandbox.world.setFault({
      channel: 'catalogue',
      route: '',
      kind: '5xx',
      times: 100,
      after: 0,
      seconds: 0,
    });
    for (const time of ['10:06:00', '10:07:00']) {
      await pulse(0);
      expect(await at(`2026-07-20T${time}`)).toEqual([]);
    }
    await pulse(0);
    expect(await at('2026-07-20T10:08:00')).toEqual([
      '[测试统计局 看门狗] 政府信息公开目录需要处理：看门狗查不到它的公开内容',
    ]);
  });

  test('(14.26) at a channel, until it answers again: then it is over, however long it took', async () => {
    await begin('2026-07-19T10:00:05+08:00');
    await bureau.content();
    for (const channel of ['website', 'catalogue'])
      await stage(bureau.app.publishDeps, on(channel), never);
    bureau.clock.turnTo(DUE);
    for (const channel of ['website', 'catalogue'])
      await releaseWave(bureau.app.publishDeps, channel, Date.parse(DUE) as never, never);
    bureau.sandbox.world.setFault({
      channel: 'catalogue',
      route: '',
      kind: '5xx',
      times: 12,
      after: 0,
      seconds: 0,
    });
    const subjects: string[] = [];
    for (let minute = 6; minute < 60; minute++) {
      await pulse(0);
      subjects.push(...(await at(`2026-07-20T10:${String(minute).padStart(2, '0')}:00`)));
    }
    for (const hour of ['11', '12']) {
      await pulse(0);
      subjects.push(...(await at(`2026-07-20T${hour}:00:00`)));
    }
    expect(subjects).toEqual([
      '[测试统计局 看门狗] 政府信息公开目录需要处理：看门狗查不到它的公开内容',
      '[测试统计局 看门狗] 已解决：政府信息公开目录',
    ]);
  });
});

describe('its own copy of the promises', () => {
  const folder = () => join(bureau.config.paths.var, 'watchdog');
  const gone = { redis: { url: 'redis://127.0.0.1:1', accept: [] } };

  test('outlives a Redis that is gone, with no plan on disk', async () => {
    await begin('2026-07-19T10:00:05+08:00');
    await at('2026-07-20T09:00:00');
    await makeDog(gone);
    await rm(join(bureau.folder, 'config', 'plan', '2026.yaml'));
    expect(await at('2026-07-20T10:05:20')).toContain(
      '[测试统计局 看门狗] 未按时发布：地区生产总值（gdp.2026-Q2）',
    );
  });

  test('(14.15) outlives a plan in force that has lost the year without a word', async () => {
    await begin('2026-07-19T10:00:05+08:00');
    await pulse(0);
    expect(await at('2026-07-20T09:00:00')).toEqual([]);
    const next = PLAN.replaceAll('2026', '2027').replace('2025-12-26', '2026-07-01');
    await bureau.app.planStore.setPlan(
      { files: [{ name: 'plan/2027.yaml', text: next }], at: bureau.clock.now() },
      new Map(),
    );
    await pulse(0);
    expect(await at('2026-07-20T09:10:00')).toEqual([]);
    await pulse(0);
    expect(await at('2026-07-20T10:05:20')).toEqual([
      '[测试统计局 看门狗] 未按时发布：地区生产总值（gdp.2026-Q2）',
    ]);
    expect(bureau.mail('未按时').text).toContain('已公布，却从计划里消失了，没有说明改期或取消');
  });

  test('outlives the loss of everything that Redis held', async () => {
    await begin('2026-07-19T10:00:05+08:00');
    await pulse(0);
    await at('2026-07-20T09:00:00');
    const { client, prefix } = bureau.app.redis;
    for (const key of await client.keys(`${prefix}:*`)) await client.del(key);
    await pulse(0);
    expect(await at('2026-07-20T10:05:19')).toEqual([]);
    await pulse(0);
    expect(await at('2026-07-20T10:05:20')).toEqual([
      '[测试统计局 看门狗] 未按时发布：地区生产总值（gdp.2026-Q2）',
    ]);
  });

  test('(14.13) does not take the ledger at its word that something was cancelled: only the plan has words', async () => {
    await begin('2026-07-19T10:00:05+08:00');
    for (const channel of ['website', 'catalogue']) {
      const entry = await bureau.app.ledger.get(on(channel));
      if (entry) await bureau.app.ledger.change(change(bureau.app.publishDeps, entry, 'cancelled'));
    }
    await pulse(0);
    expect(await at('2026-07-20T10:05:20')).toEqual([
      '[测试统计局 看门狗] 未按时发布：地区生产总值（gdp.2026-Q2）',
    ]);
  });

  test('once seen in public is remembered, over a restart and without the channel', async () => {
    await begin('2026-07-19T10:00:05+08:00');
    await bureau.content();
    for (const channel of ['website', 'catalogue'])
      await stage(bureau.app.publishDeps, on(channel), never);
    bureau.clock.turnTo(DUE);
    for (const channel of ['website', 'catalogue'])
      await releaseWave(bureau.app.publishDeps, channel, Date.parse(DUE) as never, never);
    await pulse(0);
    expect(await at('2026-07-20T10:05:20')).toEqual([]);
    bureau.sandbox.world.setFault({
      channel: 'catalogue',
      route: '',
      kind: '5xx',
      times: 100,
      after: 0,
      seconds: 0,
    });
    await makeDog();
    for (const time of ['10:06:00', '10:08:00', '10:10:00', '10:12:00']) {
      await pulse(0);
      expect(await at(`2026-07-20T${time}`)).toEqual([]);
    }
  });

  test('(14.32) a file that is empty or broken is put aside, and the watch goes on', async () => {
    await begin('2026-07-06T09:00:00+08:00');
    for (const text of ['', '{"incidents":', '{"incidents":[],"outbox":7}']) {
      await writeFile(join(folder(), 'state.json'), text);
      expect(await watchdogIncidents(folder())).toEqual(new Map());
      await makeDog();
      expect(await readFile(join(folder(), 'state.json.broken'), 'utf8')).toBe(text);
    }
    await pulse(60);
    expect(await at('2026-07-06T09:01:00')).toEqual(['[测试统计局 看门狗] 颁历的服务没有反应']);
  });

  test('(14.32) acknowledgements with hostile names change nothing and are removed', async () => {
    await begin('2026-07-06T09:00:00+08:00');
    await pulse(60);
    await at('2026-07-06T09:01:00');
    await mkdir(join(folder(), 'acks', 'a folder'), { recursive: true });
    await writeFile(join(folder(), 'acks', '..%2Fstate.json'), '王敏');
    await writeFile(join(folder(), 'acks', 'no-such-incident'), '王敏');
    await requestAcknowledgement(folder(), '../state.json', '王敏');
    await pulse(60);
    expect(await at('2026-07-06T09:01:10')).toEqual([]);
    expect(await readdir(join(folder(), 'acks'))).toEqual([]);
    expect(
      [...(await watchdogIncidents(folder())).values()].map(({ kind, acknowledged }) => [
        kind,
        acknowledged,
      ]),
    ).toEqual([['service', undefined]]);
  });
});

describe('what the service could not tell', () => {
  test('(14.24) its letter fails: the watchdog writes by its own ways, and the ping says fail until somebody has taken one', async () => {
    await begin('2026-07-19T10:00:05+08:00');
    // The service's mail server is down; the watchdog's is another.
    const own = await startInbox(0, () => bureau.clock.now());
    const { mail } = bureau.config;
    if (!mail) throw new Error('no mail');
    await makeDog(
      { mail: { ...mail, port: own.port } },
      { ping: `http://127.0.0.1:${bureau.sandbox.ports.robots}/ping/1234` },
    );
    await bureau.sandbox.inbox.down();
    bureau.clock.turnTo('2026-07-20T10:05:00+08:00');
    await bureau.rounds.sweep();
    await bureau.post();
    expect((await bureau.app.incidents.incidents()).size).toBe(1);
    await pulse(0);
    await at('2026-07-20T10:05:20');
    expect(own.mails.map(({ subject }) => subject)).toEqual([
      '[测试统计局 看门狗] 未按时发布：地区生产总值（gdp.2026-Q2）',
    ]);
    await pulse(0);
    await at('2026-07-20T10:08:00');
    const pings = () =>
      bureau.sandbox.world.messages.filter(({ to }) => to === 'ping').map(({ text }) => text);
    expect(pings()).toEqual(['ok', 'fail']);
    await bureau.sandbox.inbox.up();
    await bureau.post();
    await pulse(0);
    await at('2026-07-20T10:08:10');
    expect(pings()).toEqual(['ok', 'fail', 'ok']);
    // It is not over because the service has told it at last.
    expect(own.mails).toHaveLength(1);
    await own.close();
  });
});

describe('somebody looks before T', () => {
  test('what the site shows too early is told at once, without patience, once', async () => {
    await begin('2026-07-19T10:00:05+08:00');
    let releases: object[] = [];
    const site = createServer((_, answer) =>
      answer.end(JSON.stringify({ edition: 'x', releases })),
    ).listen(0, '127.0.0.1');
    await once(site, 'listening');
    await makeDog({}, { site: `http://127.0.0.1:${(site.address() as AddressInfo).port}/` });
    await pulse(0);
    expect(await at('2026-07-20T09:00:00')).toEqual([]);
    releases = [{ id: 'gdp.2026-Q2' }];
    await pulse(0);
    expect(await at('2026-07-20T09:00:10')).toEqual([
      '[测试统计局 看门狗] 提前公开：地区生产总值（gdp.2026-Q2），发布时间还没到',
    ]);
    const { text } = bureau.mail('提前公开');
    expect(text).toContain('距发布还有：60 分钟');
    expect(text).toContain('网站：发布时间还没到，公众已经能看到');
    expect(text).toContain('npx banli withdraw gdp.2026-Q2 --channel website --reason "提前公开"');
    await pulse(0);
    expect(await at('2026-07-20T09:00:20')).toEqual([]);
    releases = [];
    await pulse(0);
    expect(await at('2026-07-20T09:00:30')).toEqual(['[测试统计局 看门狗] 已解决：地区生产总值']);
    site.close();
  });

  test('a channel that shows it in the last hour: asked once, and what it cannot tell is not held against it', async () => {
    await begin('2026-07-19T10:00:05+08:00');
    await bureau.content();
    await pulse(0);
    expect(await at('2026-07-20T08:59:00')).toEqual([]);
    const asked = () =>
      bureau.sandbox.world.calls.filter(({ channel }) => channel === 'catalogue').length;
    expect(asked()).toBe(0);
    for (const time of ['09:00:10', '09:02:00', '09:30:00']) {
      await pulse(0);
      expect(await at(`2026-07-20T${time}`)).toEqual([]);
    }
    expect(asked()).toBe(1);
  });
});

test('a disk that is nearly full', async () => {
  await begin('2026-07-06T09:00:00+08:00', {}, { disk: 1_000_000_000_000 });
  await pulse(0);
  expect(await at('2026-07-06T09:00:00')).toEqual([
    expect.stringMatching(/^\[测试统计局 看门狗\] 磁盘快满了：还剩 \d+ MB$/),
  ]);
  await pulse(0);
  expect(await at('2026-07-06T09:00:10')).toEqual([]);
});

test('its own end shows: it calls the dead man’s switch at each round, and says when it can reach nobody', async () => {
  await begin('2026-07-06T09:00:00+08:00');
  await makeDog({}, { ping: `http://127.0.0.1:${bureau.sandbox.ports.robots}/ping/1234` });
  await pulse(0);
  await at('2026-07-06T09:00:00');
  await bureau.sandbox.inbox.down();
  await pulse(60);
  for (const time of ['00:10', '00:30', '01:00', '02:00']) await at(`2026-07-06T09:${time}`);
  expect(bureau.sandbox.world.messages.map(({ to, text }) => `${to} ${text}`)).toEqual([
    'ping ok',
    'ping ok',
    'ping ok',
    'ping fail',
    'ping fail',
  ]);
  // The letter is not lost.
  await bureau.sandbox.inbox.up();
  expect(await at('2026-07-06T09:12:00')).toEqual(['[测试统计局 看门狗] 颁历的服务没有反应']);
});

test('its state is a small file that only its owner can read', async () => {
  await begin('2026-07-06T09:00:00+08:00');
  await pulse(60);
  await at('2026-07-06T09:01:00');
  const text = await readFile(join(bureau.config.paths.var, 'watchdog', 'state.json'), 'utf8');
  expect(Object.keys(JSON.parse(text) as object)).toEqual([
    'incidents',
    'outbox',
    'taken',
    'plan',
    'promises',
    'seen',
  ]);
  for (const secret of Object.values(sandboxEnv)) expect(text).not.toContain(secret);
  expect(loadConfig(join(bureau.folder, 'config'), sandboxEnv).watchdog).toMatchObject({
    every: 10_000,
    patience: 40_000,
    disk: 200,
    ping: undefined,
  });
});

describe('(14) a letter of the watchdog about what is still wrong', () => {
  const DAY_MS = 86_400_000;
  const START = Date.parse('2026-07-06T09:01:00+08:00');
  const DEAD = '[测试统计局 看门狗] 颁历的服务没有反应';

  /** A look every six hours, with the service hanging. */
  async function days(from: number, to: number): Promise<string[]> {
    const arrived: string[] = [];
    for (let day = from; day < to; day += 0.25) {
      await pulse(60);
      arrived.push(
        ...(await at(new Date(START + day * DAY_MS + 8 * 3_600_000).toISOString().slice(0, 19))),
      );
    }
    return arrived.filter((subject) => subject === DEAD);
  }
  beforeEach(() => begin('2026-07-06T09:00:00+08:00'));

  test('waits for longer than five days of broken mail, and arrives once', async () => {
    await bureau.sandbox.inbox.down();
    expect(await days(0, 6)).toEqual([]);
    await bureau.sandbox.inbox.up();
    expect(await days(6, 8)).toEqual([DEAD]);
  });

  test('goes to whoever is configured now, if its reader was renamed', async () => {
    await bureau.sandbox.inbox.down();
    expect(await days(0, 1)).toEqual([]);
    await bureau.sandbox.inbox.up();
    const people = bureau.config.alerts.people.map((one) => ({
      ...one,
      name: '李雷',
      mail: ['lilei@example.cn'],
    }));
    await makeDog({ alerts: { ...bureau.config.alerts, people } });
    expect(await days(1, 3)).toEqual([DEAD]);
    expect(bureau.mail('没有反应').to).toBe('lilei@example.cn');
  });

  test('is written anew, once, if it is gone from the outbox and nobody took it', async () => {
    await bureau.sandbox.inbox.down();
    expect(await days(0, 1)).toEqual([]);
    const path = join(bureau.config.paths.var, 'watchdog', 'state.json');
    await writeFile(
      path,
      JSON.stringify({ ...JSON.parse(await readFile(path, 'utf8')), outbox: [] }),
    );
    await bureau.sandbox.inbox.up();
    await makeDog();
    expect(await days(1, 3)).toEqual([DEAD]);
    // What was taken is remembered over a restart.
    await makeDog();
    expect(await days(3, 4)).toEqual([]);
  });
});

test('(14) service and watchdog side by side, mail broken for six days: each tells the miss once when mail works', async () => {
  await begin('2026-07-19T10:00:05+08:00');
  bureau.clock.turnTo('2026-07-20T09:00:00+08:00');
  await dog.round();
  await bureau.sandbox.inbox.down();
  const told: string[] = [];
  for (let hours = 0; hours < 24 * 8; hours += 3) {
    if (hours === 24 * 6) await bureau.sandbox.inbox.up();
    told.push(
      ...(await bureau.at(
        new Date(Date.parse('2026-07-20T10:06:00+08:00') + hours * 3_600_000).toISOString(),
      )),
    );
    await dog.round();
  }
  // Each of them wrote while nobody could hear the other.
  expect(told.filter((one) => one.includes('未按时'))).toEqual([
    'operator@example.cn: 未按时发布：地区生产总值（gdp.2026-Q2）',
    'operator@example.cn: [测试统计局 看门狗] 未按时发布：地区生产总值（gdp.2026-Q2）',
  ]);
});
