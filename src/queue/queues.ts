// The five BullMQ queues: timers that can be thrown away. What is to happen stands in plan and
// ledger. Not for doing it: jobs/.
import { type ConnectionOptions, Queue, Worker } from 'bullmq';
import { messageOf } from '../lib/errors.ts';
import type { Instant } from '../lib/instant.ts';
import type { RedisHandle } from '../redis/connection.ts';

export const QUEUES = ['stage', 'release', 'verify', 'mail', 'maintenance'] as const;
export type QueueName = (typeof QUEUES)[number];
/**
 * As versions before called the queue of maintenance; its scheduler would add jobs that nobody
 * takes.
 */
const FORMER = 'tend';

/** A job to be there: its id makes adding it twice harmless; ids hold no colon. */
export interface JobSpec {
  readonly id: string;
  readonly data: object;
  /** When it comes due. */
  readonly at: Instant;
}

/** A scheduler that has missed so many of its turns is put back. */
const LOST = 3;

/** Redis answers, and writes nothing: full, a replica, a disk that fails, or still loading. */
const REFUSED = /^(OOM|READONLY|MISCONF|NOREPLICAS|LOADING|CLUSTERDOWN)\b/;
/** How long a worker then asks for no jobs, ms. */
const REST_MS = 250;

export type Handler = (data: unknown) => Promise<void>;

/** Adds, lists and removes jobs, and runs the workers: all that the app asks of a timer. */
export interface JobQueues {
  add(name: QueueName, wanted: readonly JobSpec[]): Promise<void>;
  /** Ids of the jobs that are there, running ones too. */
  ids(name: QueueName): Promise<Set<string>>;
  /** Removes jobs that are not running; those that are end by themselves. */
  remove(name: QueueName, ids: readonly string[]): Promise<void>;
  /** A job every so many milliseconds, whoever runs it. */
  every(name: QueueName, id: string, ms: number, data: object): Promise<void>;
  /** Puts back what `every` was asked for and is not in the queues any more. */
  keepSchedules(): Promise<void>;
  /**
   * Starts a worker. A job whose handler throws is logged and gone; reconcile puts back what still
   * must happen.
   */
  work(name: QueueName, concurrency: number, handler: Handler): void;
  /** Stops taking jobs; waits up to the limit for running ones. */
  close(limitMs: number): Promise<void>;
}

/** The queues in Redis. */
export class Queues implements JobQueues {
  readonly #queues: Readonly<Record<QueueName, Queue>>;
  readonly #workers: Worker[] = [];
  readonly #schedules = new Map<string, { name: QueueName; ms: number; data: object }>();
  #formerGone: Promise<void> | undefined;
  #isClosing = false;
  readonly #connection: ConnectionOptions;
  readonly #prefix: string;
  readonly #now: () => Instant;
  readonly #log: (message: string) => void;

  constructor(handle: RedisHandle, now: () => Instant, log: (message: string) => void) {
    // BullMQ's connection types are its own copy of ioredis's; at run time they are the same
    // clients.
    this.#connection = handle.client as unknown as ConnectionOptions;
    this.#prefix = `${handle.prefix}:queue`;
    this.#now = now;
    this.#log = log;
    const make = (name: QueueName): Queue => {
      const queue = new Queue(name, {
        connection: this.#connection,
        prefix: this.#prefix,
        defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
      });
      queue.on('error', (error) => log(messageOf(error)));
      return queue;
    };
    this.#queues = {
      stage: make('stage'),
      release: make('release'),
      verify: make('verify'),
      mail: make('mail'),
      maintenance: make('maintenance'),
    };
  }

  async add(name: QueueName, wanted: readonly JobSpec[]): Promise<void> {
    const now = this.#now();
    for (let start = 0; start < wanted.length; start += 1000) {
      await this.#queues[name].addBulk(
        wanted.slice(start, start + 1000).map(({ id, data, at }) => ({
          name,
          data,
          opts: { jobId: id, delay: Math.max(0, at - now) },
        })),
      );
    }
  }

  async ids(name: QueueName): Promise<Set<string>> {
    return new Set(
      await this.#queues[name].getRanges(['delayed', 'wait', 'active', 'prioritized'], 0, -1),
    );
  }

  async remove(name: QueueName, ids: readonly string[]): Promise<void> {
    await Promise.all(
      ids.map((id) =>
        this.#queues[name].remove(id).catch((error: unknown) => this.#log(messageOf(error))),
      ),
    );
  }

  async every(name: QueueName, id: string, ms: number, data: object): Promise<void> {
    if (name === 'maintenance') {
      this.#formerGone ??= this.#dropFormer();
      await this.#formerGone;
    }
    this.#schedules.set(id, { name, ms, data });
    await this.#queues[name].upsertJobScheduler(
      id,
      { every: ms },
      { name, data, opts: { removeOnComplete: true, removeOnFail: true } },
    );
  }

  /** Removes what a version before left in the queue of another name. */
  async #dropFormer(): Promise<void> {
    const former = new Queue(FORMER, { connection: this.#connection, prefix: this.#prefix });
    former.on('error', (error) => this.#log(messageOf(error)));
    await former.obliterate({ force: true });
    await former.close();
  }

  async keepSchedules(): Promise<void> {
    for (const [id, { name, ms, data }] of this.#schedules) {
      const there = await this.#queues[name].getJobScheduler(id);
      // One whose time is long past has lost its job.
      if (there && (there.next ?? 0) > this.#now() - LOST * ms) continue;
      this.#log(`${name} ${id}: put back`);
      await this.every(name, id, ms, data);
    }
  }

  work(name: QueueName, concurrency: number, handler: Handler): void {
    const worker = new Worker(name, (job) => handler(job.data), {
      connection: this.#connection,
      prefix: this.#prefix,
      concurrency,
      lockDuration: 15_000,
      stalledInterval: 10_000,
      maxStalledCount: 3,
      // After a connection was lost it would ask for jobs again only after 15 s.
      runRetryDelay: 1000,
    });
    worker.on('error', (error) => {
      this.#log(messageOf(error));
      if (REFUSED.test(messageOf(error))) this.#rest(worker);
    });
    worker.on('failed', (job, error) => this.#log(`${name} ${job?.id ?? ''}: ${messageOf(error)}`));
    this.#workers.push(worker);
  }

  /**
   * Asks for no jobs for a moment: where Redis refuses to write, BullMQ asks again at once, and
   * again, thousands of times a second.
   */
  #rest(worker: Worker): void {
    if (worker.isPaused() || this.#isClosing) return;
    const failed = (error: unknown): void => this.#log(messageOf(error));
    void worker
      .pause(true)
      .then(() => {
        setTimeout(() => {
          if (!this.#isClosing) void worker.resume();
        }, REST_MS).unref();
      })
      .catch(failed);
  }

  async close(limitMs: number): Promise<void> {
    this.#isClosing = true;
    const timeout = new Promise<void>((done) => setTimeout(done, limitMs).unref());
    await Promise.race([
      Promise.allSettled(this.#workers.map((worker) => worker.close())),
      timeout,
    ]);
    await Promise.race([
      Promise.allSettled(Object.values(this.#queues).map((queue) => queue.close())),
      timeout,
    ]);
  }
}
