// `npm run chaos -- --seed N --minutes M`: a seeded script of faults against service, workers, Redis, channels and disk, while releases come due.
// The last line is JSON; exit 0 only if nothing was early, doubled, lost or silent. The same seed runs the same script.
import { execFileSync, spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { DateTime } from 'luxon';
import { sandboxEnv, sandboxYaml } from '../../src/cli/sandbox.ts';
import { loadConfig } from '../../src/config.ts';
import { openHouse } from '../../src/house.ts';
import { makeLog } from '../../src/log.ts';
import { SiteObserver } from './observer.ts';
import { answers, freePorts, redisCommand, redisProcess, sandboxProcess, secondService, watchdogProcess, workerProcess } from './processes.ts';
import { scenarioOf } from './scenario.ts';
import type { Due, Edit, Fault } from './scenario.ts';
import { judge } from './verdict.ts';
import type { Expected, Inspected } from './verdict.ts';

const { values } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, minutes: { type: 'string', default: '2' }, workers: { type: 'string', default: '4' } },
});
const [seed, minutes, workers] = [Number(values.seed), Number(values.minutes), Number(values.workers)];
const say = (text: string): void => void process.stderr.write(`${((Date.now() - began) / 1000).toFixed(1).padStart(6)} s  ${text}\n`);
const began = Date.now();
const ZONE = 'Asia/Shanghai';
/** After the last release everything must have come to an end within this. */
const SETTLE_MS = Number(process.env.CHAOS_SETTLE ?? 150_000);

const folder = await mkdtemp(join(tmpdir(), 'banli-chaos-'));
const ports = await freePorts();
for (const name of ['config/plan', 'config-second', 'content/notices', 'var', 'redis']) await mkdir(join(folder, name), { recursive: true });
// A disk of its own under var/, where this user may mount one, with room for the editions of such a run: else it is never full.
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=700m', 'tmpfs', join(folder, 'var')], { stdio: 'ignore' }).status === 0;
const scenario = scenarioOf(seed, minutes, workers, mounted);
const start = Math.ceil(Date.now() / 1000) * 1000;

/** The plan as it stands, written whole at each edit. */
const plan = new Map<string, { due: Due; at: number; was?: number; cancelled?: boolean }>(scenario.dues.map((due) => [due.id, { due, at: due.at }]));
const clock = (at: number): string => DateTime.fromMillis(start + at, { zone: ZONE }).toFormat('yyyy-MM-dd HH:mm:ss');
async function writePlan(): Promise<void> {
  const { year } = DateTime.fromMillis(start, { zone: ZONE });
  const notices = [...plan.values()].map(({ due, at, was, cancelled }) => {
    const changed = was === undefined ? '' : `, was: ${clock(was)}, reason: 演练`;
    return `  ${due.id}: { name: { zh: 公告${due.id} }, at: ${clock(at)}${changed}${cancelled ? ', cancelled: true, reason: 演练' : ''}, channels: [${due.channels.join(', ')}] }\n`;
  });
  const text = `plan: 混沌\ntimezone: ${ZONE}\nyear: ${year}\nannounced: ${year - 1}-01-01\ndefaults: { lead: 15s, grace: 20s, window: 10m }\nnotices:\n${notices.join('')}`;
  await writeFile(join(folder, 'config', 'plan', 'plan.yaml'), text);
}
async function writeContent(id: string, version: number): Promise<void> {
  await mkdir(join(folder, 'content', 'notices', id), { recursive: true });
  const text = `---\ntitle: 公告 ${id} 第${version}稿\nsummary: 公告 ${id}，第 ${version} 稿。\n---\n\n正文 ${id}，第 ${version} 稿。\n`;
  await writeFile(join(folder, 'content', 'notices', id, 'release.md'), text);
}
await writePlan();
for (const due of scenario.dues) await writeContent(due.id, 1);
const channelPorts = { wechat: ports.sandbox + 1, weibo: ports.sandbox + 2, catalogue: ports.sandbox + 3, smtp: ports.sandbox + 4 };
const yaml = (port: number): string =>
  `bureau: { zh: 混沌市统计局 }\npaths: { plan: config/plan }\nsite: { publicUrl: "http://127.0.0.1:${ports.site}/", port: ${port} }\nredis: { url: "redis://127.0.0.1:${ports.redis}" }\nschedule: { sweep: 1s, reconcile: 5s }\nalerts: { before: [lead], remind: 3s, weekAhead: never, monthBack: never, planEnds: never }\nwatchdog: { every: 2s }\n${sandboxYaml(channelPorts)}\n`;
await writeFile(join(folder, 'config', 'banli.yaml'), yaml(ports.site));
await writeFile(join(folder, 'config-second', 'banli.yaml'), yaml(ports.second));

const redis = redisProcess(join(folder, 'redis'), ports.redis);
const channels = sandboxProcess(folder, ports.sandbox);
const crew = Array.from({ length: workers }, (_, index) => workerProcess(folder, index));
const watchdog = watchdogProcess(folder);
const site = new SiteObserver(join(folder, 'var', 'site'));
const inspect = async (): Promise<Inspected> => (await (await fetch(`http://127.0.0.1:${ports.sandbox}/inspect`)).json()) as Inspected;

async function breakIt(fault: Fault): Promise<void> {
  switch (fault.what) {
    case 'kill-worker':
      return crew[fault.worker]?.killFor(fault.for);
    case 'stop-worker':
      return crew[fault.worker]?.stopFor(fault.for);
    case 'kill-watchdog':
      return watchdog.killFor(fault.for);
    case 'stop-watchdog':
      return watchdog.stopFor(fault.for);
    case 'kill-redis':
      return redis.killFor(fault.for);
    case 'stop-channels':
      return channels.stopFor(fault.for);
    case 'redis-full':
      return between(['CONFIG', 'SET', 'maxmemory', '1mb'], fault.for, ['CONFIG', 'SET', 'maxmemory', '0']);
    case 'redis-readonly':
      return between(['REPLICAOF', '127.0.0.1', '1'], fault.for, ['REPLICAOF', 'NO', 'ONE']);
    case 'redis-slow':
      await redisCommand(ports.redis, 'CLIENT', 'PAUSE', String(Math.round(fault.for)), 'ALL');
      return undefined;
    case 'disk-full':
      return fillDisk(fault.for);
    case 'second-service': {
      const second = secondService(folder);
      await sleep(fault.for);
      second.kill('SIGKILL');
      return undefined;
    }
    case 'channel':
      await fetch(`http://127.0.0.1:${ports.sandbox}/faults`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ channel: fault.channel, route: fault.route, kind: fault.kind, times: fault.times, seconds: 7 }),
        signal: AbortSignal.timeout(3000),
      });
      return undefined;
  }
}

async function between(first: readonly string[], ms: number, then: readonly string[]): Promise<void> {
  await redisCommand(ports.redis, ...first);
  await sleep(ms);
  await answers(async () => (await redisCommand(ports.redis, ...then)).startsWith('+'), then.join(' '));
}

async function fillDisk(ms: number): Promise<void> {
  const path = join(folder, 'var', 'filler');
  try {
    for (let block = 0; block < 100; block++) await appendFile(path, Buffer.alloc(10_000_000));
  } catch {
    // Full, as meant.
  }
  await sleep(ms);
  rmSync(path, { force: true });
}

async function change(edit: Edit): Promise<void> {
  const own = edit.what === 'add' ? undefined : plan.get(edit.id);
  if (edit.what === 'add') {
    await writeContent(edit.due.id, 1);
    plan.set(edit.due.id, { due: edit.due, at: edit.due.at });
  } else if (own && edit.what === 'move' && edit.to !== own.at) plan.set(edit.id, { ...own, at: edit.to, was: own.at });
  else if (own && edit.what === 'cancel') plan.set(edit.id, { ...own, cancelled: true });
  else if (edit.what === 'content') return writeContent(edit.id, 2);
  await writePlan();
}

/**
 * What an operator does who reads the mail "the plan was refused": an edit that came after its release was public (the service was stopped
 * just then) is taken back, so that the edits after it can come into force.
 */
async function mend(): Promise<void> {
  const text = await readFile(join(folder, 'var', 'site', 'current', 'calendar.json'), 'utf8').catch(() => '{"releases":[]}');
  const { releases } = JSON.parse(text) as { releases: { id: string; due: string }[] };
  let mended = false;
  for (const { id, due } of releases) {
    const own = plan.get(id);
    const inForce = Date.parse(due) - start;
    if (!own || !site.seen.has(id) || (own.at === inForce && !own.cancelled)) continue;
    say(`edit of ${id} came too late: taken back`);
    plan.set(id, { due: own.due, at: inForce });
    mended = true;
  }
  if (mended) await writePlan();
}

const counts: Record<string, number> = {};
async function play(): Promise<void> {
  const script = [
    ...scenario.edits.map((edit) => ({ at: edit.at, text: `edit ${edit.what} ${'id' in edit ? edit.id : edit.due.id}`, run: () => change(edit) })),
    ...scenario.faults.map((fault) => ({
      at: fault.at,
      text: Object.entries(fault)
        .filter(([key]) => key !== 'at')
        .map(([, value]) => (typeof value === 'number' ? Math.round(value) : value))
        .join(' '),
      run: () => {
        const kind = fault.what === 'channel' ? `${fault.kind}` : fault.what;
        counts[kind] = (counts[kind] ?? 0) + 1;
        return breakIt(fault);
      },
    })),
  ].sort((a, b) => a.at - b.at);
  const running: Promise<void>[] = [];
  for (const step of script) {
    await sleep(Math.max(0, start + step.at - Date.now()));
    say(step.text);
    // A fault that finds its victim dead already is no fault; an edit must succeed.
    running.push(step.run().catch((error: unknown) => say(`  (${step.text}: ${error instanceof Error ? error.message : String(error)})`)));
  }
  await Promise.all(running);
}

/** Everything that can still happen has happened: nothing is open but what is held, and mails are out. */
async function settle(): Promise<void> {
  const config = loadConfig(join(folder, 'config'), sandboxEnv);
  const house = await openHouse(config, { log: makeLog('silent') });
  try {
    const going = async (): Promise<string[]> => {
      const open = await house.ledger.getAll([...(await house.ledger.open()).keys()]);
      const moving = [...open.values()].filter((entry) => entry.state !== 'held');
      const letters = await house.incidents.deliveries();
      return [
        ...moving.map((entry) => `${entry.publication} ${entry.state} ${JSON.stringify(entry.reason ?? {})} ${entry.worker ?? ''}`),
        ...letters.map((letter) => `letter ${letter.subject}`),
      ];
    };
    await answers(async () => (await going()).length === 0, 'an end', SETTLE_MS).catch(async () => {
      for (const line of await going()) say(`still going: ${line}`);
    });
  } finally {
    await house.close();
  }
}

function expected(): Expected[] {
  return [...plan.values()].map(({ due, at, was, cancelled }) => ({
    id: due.id,
    channels: due.channels,
    earliest: start + Math.min(at, was ?? at),
    latest: start + Math.max(at, was ?? at),
    cancelled: cancelled === true,
  }));
}

/** Faults that no worker feels while it releases on the website. */
const HARMLESS: readonly Fault['what'][] = ['channel', 'stop-channels', 'kill-watchdog', 'stop-watchdog'];

/** Around a due instant (epoch ms) at least one worker was killed, and nothing else of Redis, processes or disk went wrong. */
function onlyKilled(due: number): boolean {
  const at = due - start;
  const near = scenario.faults.filter(
    (fault) => !HARMLESS.includes(fault.what) && fault.at < at + 10_000 && fault.at + ('for' in fault ? fault.for : 0) > at - 12_000,
  );
  return near.length > 0 && near.every((fault) => fault.what === 'kill-worker');
}

/** No secret that the run used stands in any log or journal. */
async function leaks(): Promise<string[]> {
  const secrets = Object.values(sandboxEnv);
  const logs = await readdir(join(folder, 'var', 'log')).catch(() => []);
  const texts = await Promise.all(logs.map((name) => readFile(join(folder, 'var', 'log', name), 'utf8')));
  const aof = (await readdir(join(folder, 'redis'), { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  texts.push(...(await Promise.all(aof.map((entry) => readFile(join(entry.parentPath, entry.name), 'latin1')))));
  return secrets.filter((secret) => texts.some((text) => text.includes(secret))).map((secret) => `secret ${secret.slice(0, 6)}… in a log`);
}

let failed = true;
let stopped: (error: Error) => void = () => undefined;
const interrupted = new Promise<never>((_, reject) => {
  stopped = reject;
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped(new Error(signal)));
try {
  redis.run();
  channels.run();
  await answers(async () => (await redisCommand(ports.redis, 'PING')).includes('PONG'), 'redis');
  await answers(async () => (await inspect()).items.length === 0, 'channels');
  for (const one of crew) one.run();
  watchdog.run();
  await answers(async () => (await fetch(`http://127.0.0.1:${ports.site}/healthz`)).ok, 'the service');
  site.start();
  say(
    `seed ${seed}, ${minutes} min, ${workers} workers, ${scenario.dues.length} releases, ${scenario.faults.length} faults, ${scenario.edits.length} edits${mounted ? '' : '; no disk of its own: it is never full'}`,
  );
  const mending = setInterval(() => void mend().catch((error: unknown) => say(String(error))), 2000);
  await Promise.race([play(), interrupted]);
  await sleep(Math.max(0, start + scenario.end + 8000 - Date.now()));
  clearInterval(mending);
  say('settling');
  await settle().catch((error: unknown) => say(String(error)));
  site.stop();
  const seen = await inspect();
  const verdict = judge(expected(), seen, site, onlyKilled);
  const leaked = await leaks();
  const wrong = [...verdict.early, ...verdict.doubled, ...verdict.lost, ...verdict.silent];
  for (const [name, list] of Object.entries({ early: verdict.early, doubled: verdict.doubled, lost: verdict.lost, silent: verdict.silent, leaked }))
    for (const one of list) process.stdout.write(`${name}: ${one}\n`);
  if (wrong.length > 0) explain(String(wrong[0]).split(' ')[0] ?? '', seen);
  failed = wrong.length + leaked.length > 0;
  const faults = Object.values(counts).reduce((sum, count) => sum + count, 0);
  process.stdout.write(
    `${JSON.stringify({ faultsByKind: counts, public: verdict.public, mails: seen.mails.length, worstAfterKillMs: verdict.worstAfterKillMs })}\n`,
  );
  process.stdout.write(
    `${JSON.stringify({ seed, publications: verdict.publications, faults, early: verdict.early.length, doubled: verdict.doubled.length, lost: verdict.lost.length, silent: verdict.silent.length, worstRecoveryMs: verdict.worstRecoveryMs })}\n`,
  );
} finally {
  await Promise.all([...crew, watchdog].map((one) => one.end()));
  await channels.end();
  await redis.end();
  if (process.env.CHAOS_KEEP) writeFileSync('/dev/stderr', `kept ${folder}\n`);
  else {
    if (mounted) execFileSync('umount', [join(folder, 'var')]);
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}
process.exit(failed ? 1 : 0);

/** The one publication's journal, and what its channel saw: what a person needs to find the fault. */
function explain(publication: string, seen: Inspected): void {
  const main = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.js');
  const journal = spawnSync(process.execPath, [main, '-c', join(folder, 'config'), 'journal', publication, '--json'], {
    encoding: 'utf8',
    env: { ...process.env, ...sandboxEnv },
  });
  process.stdout.write(`journal of ${publication} (seed ${seed}):\n${journal.stdout}${journal.stderr}`);
  const [id, channel] = publication.split('@');
  process.stdout.write(`its channel saw: ${JSON.stringify(seen.items.filter((item) => item.key === id))}\n`);
  process.stdout.write(`calls: ${JSON.stringify(seen.calls.filter((call) => call.channel === channel).slice(-30))}\n`);
}
