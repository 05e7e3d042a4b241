// `npm run bench`: every figure beside its yardstick, in the same run; the last line is JSON.
// `npm run bench -- memory` takes one row alone. Never a test: nothing depends on it.
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ConnectionOptions, Queue, Worker } from 'bullmq';
import { websiteChannel } from '../../src/channels/website.ts';
import { quantile } from '../../src/cli/demo-watch.ts';
import { itemOf } from '../../src/content/channel-item.ts';
import { Ledger } from '../../src/ledger/ledger.ts';
import { Heartbeat } from '../../src/ledger/worker-heartbeats.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { instant } from '../../src/lib/instant.ts';
import { change } from '../../src/publish/deps.ts';
import { releaseWave } from '../../src/publish/release.ts';
import { Queues } from '../../src/queue/queues.ts';
import { Reconciler } from '../../src/queue/reconcile.ts';
import { openRedis } from '../../src/redis/connection.ts';
import { SiteBuilder } from '../../src/site/editions/site-builder.ts';
import { burstOver } from './burst.ts';
import { inferMany, rehearseMany } from './calendar.ts';
import { bundleOf, calendarOf, ms, noop, partsOn, round, staged } from './parts.ts';
import { siteBench } from './site.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'banli-bench-'));
const never = new AbortController().signal;
const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);
const say = (name: string, row: object): void =>
  void process.stderr.write(`${name}  ${JSON.stringify(row)}\n`);

const redis = await openRedis(
  { external: undefined, folder: join(folder, 'redis'), prefix: '{bench}' },
  { stopWhenLast: true },
);

/** Plain BullMQ: delayed jobs with a processor that only notes the time. */
async function plainBullmq(due: readonly number[], concurrency: number): Promise<number[]> {
  const connection = redis.client as unknown as ConnectionOptions;
  const name = `plain-${due.length}`;
  const queue = new Queue(name, { connection, prefix: '{bench}:plain' });
  const late: number[] = [];
  for (let start = 0; start < due.length; start += 1000) {
    await queue.addBulk(
      due.slice(start, start + 1000).map((at, index) => ({
        name: 'j',
        data: { at },
        opts: {
          jobId: `j${start + index}`,
          delay: Math.max(0, at - Date.now()),
          removeOnComplete: true,
        },
      })),
    );
  }
  await new Promise<void>((done) => {
    const worker = new Worker(
      name,
      async (job) => {
        late.push(ms() - (job.data as { at: number }).at);
        if (late.length === due.length) setTimeout(() => void worker.close().then(() => done()), 0);
      },
      { connection, prefix: '{bench}:plain', concurrency },
    );
  });
  await queue.close();
  return sorted(late);
}

/** One release at T, again and again: how late is the rename? */
async function lateness(times: number): Promise<object> {
  const heartbeat = new Heartbeat(redis, () => undefined, 5000);
  await heartbeat.start();
  const late: number[] = [];
  const spacing = 1200;
  const start = Math.ceil(Date.now() / 1000) * 1000 + 4000;
  const calendar = calendarOf(times, (index) => start + index * spacing, 'website');
  const site = join(folder, 'site');
  const press = new SiteBuilder(
    site,
    () => calendar,
    { bureau: { zh: '局' }, publicUrl: 'http://127.0.0.1/', sample: false },
    systemClock,
  );
  const flip = press.flip.bind(press);
  let due = 0;
  press.flip = async (edition, guard) => {
    const done = await flip(edition, guard);
    if (due > 0) late.push(ms() - due);
    return done;
  };
  await press.refresh();
  const parts = partsOn(redis, heartbeat, calendar, websiteChannel('website', press, systemClock));
  const digests = new Map<string, string>();
  for (const release of calendar.releases)
    digests.set(
      release.id,
      await press.stage(
        itemOf(release, bundleOf('二季度地区生产总值'), 'website', {
          url: press.urlOf(release.id),
          bureau: '局',
        }),
      ),
    );
  await staged(parts, calendar, (release) => ({ digest: digests.get(release.id) }));
  const plain = plainBullmq(
    calendar.releases.map((release) => release.due + spacing / 2),
    1,
  );
  for (const release of calendar.releases) {
    due = release.due;
    await releaseWave(parts, 'website', release.due, never);
  }
  const yardstick = await plain;
  await heartbeat.stop();
  const all = sorted(late);
  return {
    runs: all.length,
    minMs: round(all[0] ?? 0),
    p50Ms: round(quantile(all, 0.5)),
    slowest: late
      .map((value, index) => ({ index, ms: round(value) }))
      .sort((a, b) => b.ms - a.ms)
      .slice(0, 3),
    p99Ms: round(quantile(all, 0.99)),
    maxMs: round(all.at(-1) ?? 0),
    plainBullmqP50Ms: round(quantile(yardstick, 0.5)),
    plainBullmqP99Ms: round(quantile(yardstick, 0.99)),
  };
}

/** Many publications due at one instant, a channel that does nothing: when is the last one done? */
async function burst(count: number): Promise<object> {
  const heartbeat = new Heartbeat(redis, () => undefined, 5000);
  await heartbeat.start();
  const due = Math.ceil(Date.now() / 1000) * 1000 + 8000;
  const calendar = calendarOf(count, () => due, 'catalogue');
  let lastCall = 0;
  const parts = partsOn(
    redis,
    heartbeat,
    calendar,
    noop('catalogue', () => {
      lastCall = ms();
    }),
  );
  const ids = await staged(parts, calendar, () => ({ key: 'k' }));
  await systemClock.sleepUntil(instant(due - 2000));
  await releaseWave(parts, 'catalogue', instant(due), never);
  const written = ms();
  const states = new Set(
    [...(await parts.ledger.getAll(ids)).values()].map((entry) => entry.state),
  );
  const yard = Math.ceil(Date.now() / 1000) * 1000 + 6000;
  const plain = await plainBullmq(
    Array.from({ length: count }, () => yard),
    64,
  );
  await heartbeat.stop();
  const receipts = written - due;
  return {
    publications: count,
    states: [...states],
    lastCallMs: round(lastCall - due),
    lastReceiptMs: round(receipts),
    plainBullmqLastMs: round(plain.at(-1) ?? 0),
    share: round((lastCall - due) / (plain.at(-1) ?? 1)),
  };
}

/**
 * Read, validate and expand a plan of many monthly indicators, in a process of its own so that its
 * memory is its own.
 */
async function bigPlan(): Promise<object> {
  const files = Array.from({ length: 5 }, (_, file) => {
    const head =
      file === 0 ? 'plan: x\ntimezone: Asia/Shanghai\nyear: 2026\nannounced: 2026-01-01\n' : '';
    const lines = Array.from(
      { length: 2000 },
      (__, index) =>
        `  i${file}-${index}:\n    name: { zh: 指标${index} }\n    frequency: M\n    due: { day: ${1 + (index % 28)}, month: +1, if-closed: next }\n`,
    );
    return { name: `f${file}.yaml`, text: `${head}indicators:\n${lines.join('')}` };
  });
  await writeFile(join(folder, 'plans.json'), JSON.stringify(files));
  const script = `const { readPlan } = await import(${JSON.stringify(new URL('../../src/app/plan-service.js', import.meta.url).href)});
const files = JSON.parse(require('node:fs').readFileSync(${JSON.stringify(join(folder, 'plans.json'))}, 'utf8'));
const start = performance.now();
const { calendar, problems } = readPlan(files, ['website']);
console.log(JSON.stringify({ releases: calendar.releases.length, problems: problems.length, ms: Math.round(performance.now() - start), rssMb: Math.round(process.resourceUsage().maxRSS / 1024) }));`;
  const runs: { ms: number; rssMb: number; releases: number; problems: number }[] = [];
  for (let run = 0; run < 3; run++)
    runs.push(
      JSON.parse(
        await output(process.execPath, ['-e', `(async () => {${script}})()`]),
      ) as (typeof runs)[number],
    );
  return runs.sort((a, b) => a.ms - b.ms)[1] ?? {};
}

function output(command: string, args: readonly string[]): Promise<string> {
  return new Promise((done, failed) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    child.once('close', (code) =>
      code === 0 ? done(text) : failed(new Error(`${command} ended ${code}`)),
    );
  });
}

/** Reconcile many publications of which none has changed. */
async function reconcileMany(count: number): Promise<object> {
  const handle = { ...redis, prefix: '{bench-reconcile}' };
  const calendar = calendarOf(count, (index) => Date.now() + 30 * 86_400_000 + index, 'website');
  const queues = new Queues(
    handle,
    () => systemClock.now(),
    () => undefined,
  );
  const reconciler = new Reconciler(new Ledger(handle), queues, (now) =>
    Promise.resolve({
      plannedAt: now,
      afterRestore: false,
      hadLedger: false,
      held: new Set<never>(),
      withdrawn: new Map(),
      isTakenDown: () => Promise.resolve(true),
      site: 'website',
      shown: new Map(),
      doubtPlan: () => Promise.resolve(),
    }),
  );
  await reconciler.run(calendar, systemClock.now(), 'bench');
  const took: number[] = [];
  for (let run = 0; run < 5; run++) {
    const start = performance.now();
    const done = await reconciler.run(calendar, systemClock.now(), 'bench');
    took.push(performance.now() - start);
    if (done.created + done.moved + done.cancelled !== 0) throw new Error('something changed');
  }
  await queues.close(1000);
  return {
    publications: count,
    medianMs: round(quantile(sorted(took), 0.5)),
    maxMs: round(Math.max(...took)),
  };
}

/**
 * Redis memory of a publication, all in (hash, indexes, journal, jobs), at three points of its
 * life.
 */
async function memory(count: number): Promise<object> {
  const handle = { ...redis, prefix: '{bench-memory}' };
  const used = async (): Promise<number> =>
    Number(/used_memory:(\d+)/.exec(String(await redis.client.info('memory')))?.[1]);
  const heartbeat = new Heartbeat(handle, () => undefined, 5000);
  await heartbeat.start();
  const before = await used();
  const each = async (): Promise<number> => Math.round(((await used()) - before) / count);
  const calendar = calendarOf(count, () => Date.now() + 60_000, 'wechat');
  const channel = noop('wechat', () => undefined);
  const parts = partsOn(handle, heartbeat, calendar, channel);
  const record = {
    mediaId: 'm'.repeat(43),
    title: '2026年二季度地区生产总值及三次产业增加值',
    url: 'https://tjj.example.gov.cn/releases/gdp.2026-Q2/',
  };
  const ids = await staged(parts, calendar, () => record);
  const stagedBytes = await each();
  const move = async (
    to: 'armed' | 'releasing' | 'public' | 'verified',
    set: Parameters<typeof change>[3],
    extra: Parameters<typeof change>[4],
  ): Promise<void> => {
    for (let start = 0; start < ids.length; start += 1000) {
      const entries = [...(await parts.ledger.getAll(ids.slice(start, start + 1000))).values()];
      await parts.ledger.changeAll(entries.map((entry) => change(parts, entry, to, set, extra)));
    }
  };
  const receipt = {
    ids: { publishId: '2247483649', articleId: 'a'.repeat(43) },
    url: `https://mp.weixin.example/s/${'a'.repeat(22)}`,
    publicAt: Date.now(),
  };
  await move('armed', { worker: heartbeat.id }, { take: true });
  await move('releasing', {}, {});
  await move('public', { receipt, worker: null }, { publicAt: systemClock.now() });
  const queues = new Queues(
    handle,
    () => systemClock.now(),
    () => undefined,
  );
  await queues.add(
    'verify',
    ids.map((id) => ({
      id,
      data: { publication: id, look: 0 },
      at: instant(Date.now() + 3_600_000),
    })),
  );
  const publicBytes = await each();
  await move('verified', { staged: null }, {});
  await queues.remove('verify', ids);
  const verifiedBytes = await each();
  await queues.close(1000);
  await heartbeat.stop();
  return {
    publications: count,
    stagedBytes,
    publicWithItsJobBytes: publicBytes,
    verifiedWithJournalBytes: verifiedBytes,
  };
}

interface Memory {
  /** kB that it holds, what it shares with others counted whole. */
  readonly resident: number;
  /**
   * kB that it holds, what it shares (the program of Node itself) divided among those who share it.
   */
  readonly own: number;
}

async function memoryOf(pid: string): Promise<Memory> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  const kb = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0);
  return { resident: kb('Rss'), own: kb('Pss') };
}

/**
 * Start to ready: the sample plan, the embedded Redis, and what all processes hold in memory then.
 */
async function startUp(): Promise<object> {
  const home = join(folder, 'home');
  await mkdir(join(home, 'config', 'plan'), { recursive: true });
  await mkdir(join(home, 'content'), { recursive: true });
  await writeFile(
    join(home, 'config', 'plan', '2026.yaml'),
    (await readFile(join(root, 'config', 'plan', '2026.yaml'), 'utf8'))
      .replace('[website, catalogue, wechat, weibo]', '[website]')
      .replace('[website, wechat, weibo]', '[website]'),
  );
  await writeFile(
    join(home, 'config', 'banli.yaml'),
    'bureau: { zh: 局 }\nsite: { port: 0 }\nchannels: { website: { kind: website } }\n',
  );
  const runs: { readyMs: number; residentMb: number; ownMb: number }[] = [];
  for (let run = 0; run < 3; run++) {
    await rm(join(home, 'var'), { recursive: true, force: true });
    const start = performance.now();
    const child = spawn(
      process.execPath,
      [join(root, 'scripts', 'banli.mjs'), '--config', join(home, 'config'), 'start'],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const ended = new Promise((done) => child.once('close', done));
    await new Promise<void>((done) =>
      child.stdout.on('data', (chunk: Buffer) =>
        chunk.toString().includes('http://') ? done() : undefined,
      ),
    );
    const readyMs = performance.now() - start;
    const pids = (await output('sh', ['-c', `pgrep -f '${home}/' || true`]))
      .trim()
      .split('\n')
      .filter(Boolean);
    const memory = await Promise.all(pids.map(memoryOf));
    child.kill('SIGTERM');
    await ended;
    const sum = (of: (one: Memory) => number): number =>
      Math.round(memory.reduce((total, one) => total + of(one), 0) / 1024);
    runs.push({
      readyMs: round(readyMs),
      residentMb: sum(({ resident }) => resident),
      ownMb: sum(({ own }) => own),
    });
  }
  return runs.sort((a, b) => a.readyMs - b.readyMs)[1] ?? {};
}

const figures: Record<string, object> = {};
const only = process.argv[2];
for (const [name, run] of [
  ['lateness', () => lateness(50)],
  ['burst', () => burst(10_000)],
  ['workers', () => burstOver(redis, join(folder, 'redis'), 10_000)],
  ['site', () => siteBench(join(folder, 'public'), 10_000)],
  ['bureau', () => siteBench(join(folder, 'public-small'), 1000)],
  ['plan', bigPlan],
  ['infer', () => inferMany(500)],
  ['rehearsal', () => rehearseMany(84)],
  ['reconcile', () => reconcileMany(100_000)],
  ['memory', () => memory(10_000)],
  ['start', startUp],
] as const) {
  if (only !== undefined && only !== name) continue;
  figures[name] = await run();
  say(name, figures[name]);
}
await redis.close();
await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
process.stdout.write(
  `${JSON.stringify({ machine: { cpu: cpus()[0]?.model, cores: cpus().length, memoryGb: Math.round(totalmem() / 2 ** 30), node: process.versions.node }, ...figures })}\n`,
);
process.exit(0);
