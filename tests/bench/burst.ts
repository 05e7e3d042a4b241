// 10,000 publications at one instant, shared by several worker processes, beside plain BullMQ with
// as many. Not for one process: bench.ts.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type ConnectionOptions, Queue } from 'bullmq';
import { Heartbeat } from '../../src/ledger/worker-heartbeats.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { instant } from '../../src/lib/instant.ts';
import { Queues } from '../../src/queue/queues.ts';
import { waveJob } from '../../src/queue/reconcile.ts';
import type { RedisHandle } from '../../src/redis/connection.ts';
import { calendarOf, noop, partsOn, round, staged } from './parts.ts';

const WORKER = fileURLToPath(new URL('./burst-worker.js', import.meta.url));

/** What one worker process did; instants are ms after T. */
export interface Share {
  readonly calls: number;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly receiptsMs: number;
}
/** What a worker process is told. */
export interface Task {
  readonly mode: 'banli' | 'plain';
  readonly folder: string;
  readonly prefix: string;
  readonly count: number;
  readonly due: number;
}

export async function burstOver(
  redis: RedisHandle,
  folder: string,
  count: number,
): Promise<object> {
  const rows: Record<string, object> = {};
  for (const workers of [1, 2, 4]) {
    const banli = await banliOver(
      { ...redis, prefix: `{bench-burst-${workers}}` },
      folder,
      count,
      workers,
    );
    const plain = await plainOver(
      { ...redis, prefix: `{bench-plain-${workers}}` },
      folder,
      count,
      workers,
    );
    rows[`${workers}`] = {
      calls: banli.map(({ calls }) => calls),
      lastCallMs: round(Math.max(...banli.map(({ lastMs }) => lastMs))),
      lastReceiptMs: round(Math.max(...banli.map(({ receiptsMs }) => receiptsMs))),
      earliestMs: round(Math.min(...banli.map(({ firstMs }) => firstMs))),
      plainBullmqLastMs: round(Math.max(...plain.map(({ lastMs }) => lastMs))),
      plainBullmqCalls: plain.map(({ calls }) => calls),
    };
  }
  return { publications: count, overWorkers: rows };
}

async function banliOver(
  handle: RedisHandle,
  folder: string,
  count: number,
  workers: number,
): Promise<Share[]> {
  const heartbeat = new Heartbeat(handle, () => undefined, 5000);
  const due = Math.ceil(Date.now() / 1000) * 1000 + 12_000;
  const calendar = calendarOf(count, () => due, 'catalogue');
  const parts = partsOn(
    handle,
    heartbeat,
    calendar,
    noop('catalogue', () => undefined),
  );
  const ids = await staged(parts, calendar, () => ({ key: 'k' }));
  const queues = new Queues(
    handle,
    () => systemClock.now(),
    () => undefined,
  );
  const jobs = new Map(
    ids.map((id) => waveJob(id, instant(due), instant(0))).map((job) => [job.id, job]),
  );
  await queues.add('release', [...jobs.values()]);
  const shares = await run({ mode: 'banli', folder, prefix: handle.prefix, count, due }, workers);
  const states = new Set(
    [...(await parts.ledger.getAll(ids)).values()].map((entry) => entry.state),
  );
  if (states.size !== 1 || !states.has('public'))
    throw new Error(`not all public: ${[...states].join()}`);
  await queues.close(1000);
  return shares;
}

async function plainOver(
  handle: RedisHandle,
  folder: string,
  count: number,
  workers: number,
): Promise<Share[]> {
  const connection = handle.client as unknown as ConnectionOptions;
  const queue = new Queue('plain', { connection, prefix: handle.prefix });
  const due = Math.ceil(Date.now() / 1000) * 1000 + 10_000;
  for (let start = 0; start < count; start += 1000)
    await queue.addBulk(
      Array.from({ length: 1000 }, (_, index) => ({
        name: 'j',
        data: {},
        opts: {
          jobId: `j${start + index}`,
          delay: Math.max(0, due - Date.now()),
          removeOnComplete: true,
        },
      })),
    );
  const shares = await run({ mode: 'plain', folder, prefix: handle.prefix, count, due }, workers);
  await queue.close();
  return shares;
}

/** Starts the workers, waits until all calls are made, and asks each for its share. */
async function run(task: Task, workers: number): Promise<Share[]> {
  const children = Array.from({ length: workers }, () =>
    spawn(process.execPath, [WORKER, JSON.stringify(task)], { stdio: ['pipe', 'pipe', 'inherit'] }),
  );
  const shares = children.map(
    (child) =>
      new Promise<Share>((done, failed) => {
        let text = '';
        child.stdout.on('data', (chunk: Buffer) => {
          text += chunk.toString();
        });
        child.once('close', (code) =>
          code === 0
            ? done(JSON.parse(text.trim().split('\n').at(-1) ?? '') as Share)
            : failed(new Error(`worker ended ${code}`)),
        );
      }),
  );
  await systemClock.sleepUntil(instant(task.due + 6000));
  for (const child of children) child.stdin.end();
  const all = await Promise.all(shares);
  const calls = all.reduce((sum, share) => sum + share.calls, 0);
  if (calls !== task.count) throw new Error(`${task.mode}: ${calls} calls of ${task.count}`);
  return all;
}
