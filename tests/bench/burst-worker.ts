// One worker process of burst.ts: takes its share until its standard input ends, then says what it
// did.
import { once } from 'node:events';
import { type ConnectionOptions, Worker } from 'bullmq';
import { releaseJob } from '../../jobs/release.ts';
import { Heartbeat } from '../../src/ledger/worker-heartbeats.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { Queues } from '../../src/queue/queues.ts';
import { openRedis } from '../../src/redis/connection.ts';
import type { Share, Task } from './burst.ts';
import { calendarOf, ms, noop, partsOn } from './parts.ts';

const task = JSON.parse(process.argv[2] ?? '{}') as Task;
const redis = await openRedis(
  { external: undefined, folder: task.folder, prefix: task.prefix },
  { stopWhenLast: false },
);
let [calls, first, last, receipts] = [0, Number.POSITIVE_INFINITY, 0, 0];
const called = (): void => {
  const late = ms() - task.due;
  calls++;
  first = Math.min(first, late);
  last = Math.max(last, late);
};
const closers: (() => Promise<unknown>)[] = [];
if (task.mode === 'banli') {
  const heartbeat = new Heartbeat(redis, () => undefined, 5000);
  await heartbeat.start();
  const calendar = calendarOf(task.count, () => task.due, 'catalogue');
  const release = releaseJob(
    partsOn(redis, heartbeat, calendar, noop('catalogue', called)),
    new AbortController().signal,
  );
  const queues = new Queues(
    redis,
    () => systemClock.now(),
    () => undefined,
  );
  queues.work('release', 64, async (job) => {
    await release(job);
    receipts = ms() - task.due;
  });
  closers.push(
    () => queues.close(1000),
    () => heartbeat.stop(),
  );
} else {
  const connection = redis.client as unknown as ConnectionOptions;
  const worker = new Worker('plain', () => Promise.resolve(called()), {
    connection,
    prefix: task.prefix,
    concurrency: 64,
  });
  closers.push(() => worker.close());
}
process.stdin.resume();
await once(process.stdin, 'end');
for (const close of closers) await close();
await redis.close();
process.stdout.write(
  `${JSON.stringify({ calls, firstMs: Number.isFinite(first) ? first : 0, lastMs: last, receiptsMs: receipts } satisfies Share)}\n`,
);
process.exit(0);
