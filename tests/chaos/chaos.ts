// `npm run chaos -- --seed N --minutes M`: a seeded script of faults against service, workers,
// Redis, channels and disk, while releases come due and people edit, hold and mistype. The last
// line is JSON; exit 0 only if nothing was early, doubled, lost, silent, stuck or without leave, and
// no plan came into force that had to be refused. The same seed runs the same script.
import { execFileSync, spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openApp } from '../../src/app/app.ts';
import { sandboxEnv, sandboxYaml } from '../../src/cli/sandbox.ts';
import { loadConfig } from '../../src/config/load.ts';
import { IN_HAND, type State } from '../../src/ledger/states.ts';
import { instant } from '../../src/lib/instant.ts';
import { makeLog } from '../../src/lib/log.ts';
import { People } from './crew.ts';
import type { Act } from './people.ts';
import { Plans } from './plans.ts';
import {
  answers,
  freePorts,
  redisCommand,
  redisProcess,
  sandboxProcess,
  secondService,
  toAll,
  watchdogProcess,
  workerProcess,
} from './processes.ts';
import { type Fault, scenarioOf } from './scenario.ts';
import { resolution, SiteSight } from './sight.ts';
import { type Inspected, judge } from './verdict.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '2' },
    workers: { type: 'string', default: '4' },
    // Machines alone fail, nobody edits and nothing is lost: to see which of the two a finding
    // comes from.
    machines: { type: 'boolean', default: false },
  },
});
const [seed, minutes, workers] = [
  Number(values.seed),
  Number(values.minutes),
  Number(values.workers),
];
const say = (text: string): void =>
  void process.stderr.write(`${((Date.now() - began) / 1000).toFixed(1).padStart(6)} s  ${text}\n`);
const began = Date.now();
/** How long anything may take to come up: no verdict. */
const START_MS = 180_000;
/** After the last release everything must have come to an end within this. */
const SETTLE_MS = Number(process.env.CHAOS_SETTLE ?? 150_000);

const folder = await mkdtemp(join(tmpdir(), 'banli-chaos-'));
const ports = await freePorts();
for (const name of ['config/plan', 'config-second', 'content/notices', 'var', 'redis'])
  await mkdir(join(folder, name), { recursive: true });
// A disk of its own under var/, where this user may mount one, with room for the editions of such a
// run: else it is never full.
const mounted =
  spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=700m', 'tmpfs', join(folder, 'var')], {
    stdio: 'ignore',
  }).status === 0;
const scenario = scenarioOf(seed, minutes, {
  workers,
  canFillDisk: mounted,
  people: !values.machines,
});

const plans = new Plans(join(folder, 'config', 'plan'));
const channelPorts = {
  wechat: ports.sandbox + 1,
  weibo: ports.sandbox + 2,
  catalogue: ports.sandbox + 3,
  smtp: ports.sandbox + 4,
};
const yaml = (port: number): string =>
  `bureau: { zh: 混沌市统计局 }\npaths: { plan: config/plan }\nsite: { publicUrl: "http://127.0.0.1:${ports.site}/", port: ${port} }\nredis: { url: "redis://127.0.0.1:${ports.redis}" }\nschedule: { sweep: 1s, reconcile: 5s }\nalerts: { before: [lead], remind: 3s, weekAhead: never, monthBack: never, planEnds: never }\nwatchdog: { every: 2s }\n${sandboxYaml(channelPorts, true)}\n`;
await writeFile(join(folder, 'config', 'banli.yaml'), yaml(ports.site));
await writeFile(join(folder, 'config-second', 'banli.yaml'), yaml(ports.second));

let stopped: (error: Error) => void = () => undefined;
const interrupted = new Promise<never>((_, reject) => {
  stopped = reject;
});
// Rejected before the script begins, it is heard there.
interrupted.catch(() => undefined);
const redis = redisProcess(join(folder, 'redis'), ports.redis);
const channels = sandboxProcess(folder, ports.sandbox, (why) =>
  stopped(new Error(`the channels' stand-ins ended: ${why}`)),
);
const crew = Array.from({ length: workers }, (_, index) => workerProcess(folder, index));
const watchdog = watchdogProcess(folder);
const site = new SiteSight(join(folder, 'var', 'site'));
const inspect = async (): Promise<Inspected> =>
  (await (await fetch(`http://127.0.0.1:${ports.sandbox}/inspect`)).json()) as Inspected;
await plans.write();
/** Everything is up: all instants of the scenario count from here. */
let start = 0;
const people = new People({ folder, start: () => start, plans, sight: site, inspect, say });
for (const due of scenario.dues) await people.content(due.id, 1);

/** What somebody does who takes the queues for rubbish. */
const DELETE_QUEUES =
  "for _, key in ipairs(redis.call('KEYS', '*:queue:*')) do redis.call('DEL', key) end return 'OK'";

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
      return between(['CONFIG', 'SET', 'maxmemory', '1mb'], fault.for, [
        'CONFIG',
        'SET',
        'maxmemory',
        '0',
      ]);
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
      toAll(second, 'SIGKILL');
      return undefined;
    }
    case 'site-lost':
      rmSync(join(folder, 'var', 'site', ...(fault.all ? [] : ['current'])), {
        recursive: true,
        force: true,
        maxRetries: 5,
      });
      return undefined;
    case 'queues-lost':
      await redisCommand(ports.redis, 'EVAL', DELETE_QUEUES, '0');
      return undefined;
    case 'channel':
      await fetch(`http://127.0.0.1:${ports.sandbox}/faults`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          channel: fault.channel,
          route: fault.route,
          kind: fault.kind,
          times: fault.times,
          seconds: 7,
        }),
        signal: AbortSignal.timeout(3000),
      });
      return undefined;
  }
}

async function between(
  first: readonly string[],
  ms: number,
  then: readonly string[],
): Promise<void> {
  await redisCommand(ports.redis, ...first);
  await sleep(ms);
  await answers(
    async () => (await redisCommand(ports.redis, ...then)).startsWith('+'),
    then.join(' '),
  );
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

const counts: Record<string, number> = {};
const acts: Record<string, number> = {};
/** Everything of it but when. */
const said = (one: Act | Fault): string =>
  Object.entries(one)
    .filter(([key]) => key !== 'at')
    .map(([, value]) =>
      typeof value === 'number'
        ? Math.round(value)
        : typeof value === 'object'
          ? JSON.stringify(value)
          : value,
    )
    .join(' ');
async function play(): Promise<void> {
  const script = [
    ...scenario.acts.map((act) => ({
      at: act.at,
      text: said(act),
      run: () => {
        acts[act.what] = (acts[act.what] ?? 0) + 1;
        return people.do(act);
      },
    })),
    ...scenario.faults.map((fault) => ({
      at: fault.at,
      text: said(fault),
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
    running.push(
      step
        .run()
        .catch((error: unknown) =>
          say(`  (${step.text}: ${error instanceof Error ? error.message : String(error)})`),
        ),
    );
  }
  await Promise.all(running);
}

/** What a worker should have done with long ago, or should have begun. */
const MOVING: readonly State[] = ['staged', ...IN_HAND];

/**
 * Everything that can still happen has happened: nothing is open but what is held, and mails are
 * out.
 * @returns what was due long before and is neither out nor held, though everything lives again
 */
async function settle(): Promise<string[]> {
  const config = loadConfig(join(folder, 'config'), sandboxEnv);
  const app = await openApp(config, { log: makeLog('silent') });
  try {
    const going = async (): Promise<string[]> => {
      const open = await app.ledger.getAll([...(await app.ledger.open()).keys()]);
      const moving = [...open.values()].filter(
        (entry) =>
          entry.state !== 'held' && plans.entries.has(entry.publication.split('@')[0] ?? ''),
      );
      const letters = await app.incidents.deliveries();
      return [
        ...moving.map(
          (entry) =>
            `${entry.publication} ${entry.state} ${JSON.stringify(entry.reason ?? {})} ${entry.worker ?? ''}`,
        ),
        ...letters.map((letter) => `letter ${letter.subject}`),
      ];
    };
    await answers(async () => (await going()).length === 0, 'an end', SETTLE_MS).catch(async () => {
      for (const line of await going()) say(`still going: ${line}`);
    });
    const due = await app.ledger.open(undefined, instant(Date.now() - SETTLE_MS));
    return [...(await app.ledger.getAll([...due.keys()])).values()]
      .filter((entry) => MOVING.includes(entry.state))
      .map(({ publication, state, worker }) => `${publication} ${state} ${worker ?? ''}`);
  } finally {
    await app.close();
  }
}

/** Faults that no worker feels while it releases on the website. */
const HARMLESS: readonly Fault['what'][] = [
  'channel',
  'stop-channels',
  'kill-watchdog',
  'stop-watchdog',
];

/**
 * Around a due instant (epoch ms) at least one worker was killed, and nothing else of Redis,
 * processes or disk went wrong.
 */
function onlyKilled(due: number): boolean {
  const at = due - start;
  const near = scenario.faults.filter(
    (fault) =>
      !HARMLESS.includes(fault.what) &&
      fault.at < at + 10_000 &&
      fault.at + ('for' in fault ? fault.for : 0) > at - 12_000,
  );
  return near.length > 0 && near.every((fault) => fault.what === 'kill-worker');
}

/** Every instant that the plan names. */
function instants(): number[] {
  return [...plans.entries.values()].map(({ due }) => due);
}

/** No secret that the run used stands in any log or journal. */
async function leaks(): Promise<string[]> {
  const secrets = Object.values(sandboxEnv);
  const logs = await readdir(join(folder, 'var', 'log')).catch(() => []);
  const texts = await Promise.all(
    logs.map((name) => readFile(join(folder, 'var', 'log', name), 'utf8')),
  );
  const aof = (
    await readdir(join(folder, 'redis'), { recursive: true, withFileTypes: true })
  ).filter((entry) => entry.isFile());
  texts.push(
    ...(await Promise.all(
      aof.map((entry) => readFile(join(entry.parentPath, entry.name), 'latin1')),
    )),
  );
  return secrets
    .filter((secret) => texts.some((text) => text.includes(secret)))
    .map((secret) => `secret ${secret.slice(0, 6)}… in a log`);
}

let failed = true;
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => stopped(new Error(signal)));
try {
  redis.run();
  channels.run();
  await answers(async () => (await redisCommand(ports.redis, 'PING')).includes('PONG'), 'redis');
  await answers(async () => (await inspect()).items.length === 0, 'channels');
  for (const one of crew) one.run();
  watchdog.run();
  await answers(
    async () => (await fetch(`http://127.0.0.1:${ports.site}/healthz`)).ok,
    'the service',
    START_MS,
  );
  const instrument = await resolution(join(folder, 'probe'));
  if (instrument.before > 0)
    throw new Error(`the instrument sees what is not there yet: ${JSON.stringify(instrument)}`);
  say(`the instrument: ${JSON.stringify(instrument)} ms behind, never before`);
  site.start();
  start = Math.ceil(Date.now() / 1000) * 1000;
  plans.add(scenario.dues, start);
  const { number } = await plans.write();
  await answers(async () => site.inForce.has(number), 'the plan in force', START_MS);
  site.lookCloselyAt(instants());
  say(
    `seed ${seed}, ${minutes} min, ${workers} workers, ${scenario.dues.length} releases, ${scenario.faults.length} faults, ${scenario.acts.length} acts of people${mounted ? '' : '; no disk of its own: it is never full'}`,
  );
  const mending = setInterval(
    () => void people.mend().catch((error: unknown) => say(String(error))),
    2000,
  );
  const looking = setInterval(() => site.lookCloselyAt(instants()), 1000);
  await Promise.race([play(), interrupted]);
  await sleep(Math.max(0, start + scenario.end + 8000 - Date.now()));
  clearInterval(mending);
  clearInterval(looking);
  say('settling');
  const stuck = await settle();
  await site.stop();
  const seen = await inspect();
  const verdict = judge({
    versions: plans.versions,
    inspected: seen,
    site: site.seen,
    inForce: site.inForce,
    vanished: site.vanished,
    unmarked: site.unmarked,
    given: people.given,
    delayed: people.delayed,
    graceMs: plans.longestGraceMs,
    onlyKilled,
  });
  const leaked = await leaks();
  const { early, doubled, lost, silent, unapproved, accepted } = verdict;
  const wrong = [...early, ...doubled, ...lost, ...silent, ...unapproved];
  for (const [name, list] of Object.entries({
    early,
    doubled,
    lost,
    silent,
    unapproved,
    accepted,
    leaked,
    stuck,
  }))
    for (const one of list) process.stdout.write(`${name}: ${one}\n`);
  if (wrong.length > 0) explain(String(wrong[0]).split(' ')[0] ?? '', seen);
  failed = wrong.length + accepted.length + leaked.length + stuck.length > 0;
  const sum = (of: Record<string, number>): number =>
    Object.values(of).reduce((all, count) => all + count, 0);
  const print = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
  print({ faultsByKind: counts, actsByKind: acts, commands: people.answers, instrument });
  print({
    public: verdict.public,
    mails: seen.mails.length,
    plans: plans.versions.length,
    inForce: site.inForce.size,
    worstAfterKillMs: verdict.worstAfterKillMs,
    slowest: verdict.slowest,
  });
  print({
    seed,
    publications: verdict.publications,
    faults: sum(counts),
    acts: sum(acts),
    refused: verdict.refused,
    early: early.length,
    doubled: doubled.length,
    lost: lost.length,
    silent: silent.length,
    unapproved: unapproved.length,
    accepted: accepted.length,
    stuck: stuck.length,
    worstRecoveryMs: verdict.worstRecoveryMs,
  });
} finally {
  await Promise.all([...crew, watchdog].map((one) => one.end()));
  await channels.end();
  await redis.end();
  if (process.env.CHAOS_KEEP) process.stderr.write(`kept ${folder}\n`);
  else {
    if (mounted) execFileSync('umount', [join(folder, 'var')]);
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}
process.exit(failed ? 1 : 0);

/**
 * The one publication's journal, and what its channel saw: what a person needs to find the fault.
 */
function explain(publication: string, seen: Inspected): void {
  const main = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.js');
  const journal = spawnSync(
    process.execPath,
    [main, '-c', join(folder, 'config'), 'journal', publication, '--json'],
    {
      encoding: 'utf8',
      env: { ...process.env, ...sandboxEnv },
    },
  );
  process.stdout.write(
    `journal of ${publication} (seed ${seed}):\n${journal.stdout}${journal.stderr}`,
  );
  const [id, channel] = publication.split('@');
  process.stdout.write(
    `its channel saw: ${JSON.stringify(seen.items.filter((item) => item.key === id))}\n`,
  );
  process.stdout.write(
    `calls: ${JSON.stringify(seen.calls.filter((call) => call.channel === channel).slice(-30))}\n`,
  );
}
