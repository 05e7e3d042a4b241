// Simulated time: a clock and queues that jump to whatever comes next as soon as all running work
// is asleep or done. The work itself is production's, on real Redis, HTTP and files. Not for what
// is rehearsed: rehearse.ts.
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Clock } from '../lib/clock.ts';
import { messageOf } from '../lib/errors.ts';
import { type Instant, instant } from '../lib/instant.ts';
import type { Handler, JobQueues, JobSpec, QueueName } from '../queue/queues.ts';

/** One running handler. It is idle from the moment it goes to sleep until it is woken. */
interface Task {
  idle: boolean;
}

interface Sleeper {
  readonly at: Instant;
  readonly task: Task | undefined;
  wake(): void;
}

interface Crew {
  readonly concurrency: number;
  readonly handler: Handler;
  active: number;
}

interface Round {
  readonly queue: QueueName;
  readonly data: object;
  /** Only on days that begin. */
  readonly daily: boolean;
  readonly ms: number;
}

const DAY_MS = 86_400_000;

/**
 * Runs jobs in simulated time. Rounds that come every few seconds run once after something
 * happened, since in between nothing can have changed.
 */
export class Simulation implements Clock, JobQueues {
  #now: Instant;
  readonly #tasks = new AsyncLocalStorage<Task>();
  readonly #running = new Set<Task>();
  #sleepers: Sleeper[] = [];
  readonly #jobs = new Map<QueueName, Map<string, JobSpec>>();
  readonly #crews = new Map<QueueName, Crew>();
  readonly #rounds: Round[] = [];
  #landmarks: Instant[];
  #happened = true;
  #changed: () => void = () => undefined;
  /** What a handler threw; production logs it and goes on, and so does this. */
  readonly failures: string[] = [];

  /**
   * @param landmarks instants at which the regular rounds have something to see even if no job runs
   */
  constructor(start: Instant, landmarks: readonly Instant[]) {
    this.#now = start;
    this.#landmarks = [...new Set(landmarks)].filter((at) => at > start).sort((a, b) => a - b);
  }

  now(): Instant {
    return this.#now;
  }

  sleepUntil(at: Instant, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (at <= this.#now) return Promise.resolve();
    return new Promise((done) => {
      const task = this.#tasks.getStore();
      this.#sleepers.push({ at, task, wake: done });
      if (task) task.idle = true;
      this.#changed();
    });
  }

  async add(name: QueueName, wanted: readonly JobSpec[]): Promise<void> {
    const jobs = this.#jobs.get(name) ?? new Map<string, JobSpec>();
    for (const job of wanted) if (!jobs.has(job.id)) jobs.set(job.id, job);
    this.#jobs.set(name, jobs);
    this.#changed();
  }

  ids(name: QueueName): Promise<Set<string>> {
    return Promise.resolve(new Set(this.#jobs.get(name)?.keys()));
  }

  async remove(name: QueueName, ids: readonly string[]): Promise<void> {
    for (const id of ids) this.#jobs.get(name)?.delete(id);
  }

  async every(queue: QueueName, _: string, ms: number, data: object): Promise<void> {
    this.#rounds.push({ queue, data, ms, daily: ms >= 60_000 });
  }

  keepSchedules(): Promise<void> {
    return Promise.resolve();
  }

  work(name: QueueName, concurrency: number, handler: Handler): void {
    this.#crews.set(name, { concurrency, handler, active: 0 });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /**
   * Runs everything that comes due up to an instant.
   * @param told called now and then, with the simulated time
   */
  async run(until: Instant, told: (now: Instant) => void, signal: AbortSignal): Promise<void> {
    for (let day = Number.NaN; ; ) {
      signal.throwIfAborted();
      this.#start();
      await this.#quiet();
      const round = this.#happened ? this.#nextRound() : Number.POSITIVE_INFINITY;
      const next = Math.min(this.#earliest(), round);
      if (next > until) return;
      this.#now = instant(Math.max(this.#now, next));
      const today = Math.floor(this.#now / DAY_MS);
      if (this.#now === round) {
        await this.#addRounds(today !== day);
        if (today !== day) told(this.#now);
        day = today;
      }
      this.#wake();
    }
  }

  /** The earliest sleeper, job or landmark; each day's beginning is one. */
  #earliest(): number {
    let earliest = Math.min(
      this.#landmarks[0] ?? Number.POSITIVE_INFINITY,
      (Math.floor(this.#now / DAY_MS) + 1) * DAY_MS,
    );
    for (const { at } of this.#sleepers) earliest = Math.min(earliest, at);
    for (const jobs of this.#jobs.values())
      for (const { at } of jobs.values()) if (at > this.#now) earliest = Math.min(earliest, at);
    return earliest;
  }

  #nextRound(): number {
    const ms = Math.min(...this.#rounds.filter((round) => !round.daily).map((round) => round.ms));
    return Number.isFinite(ms) ? (Math.floor(this.#now / ms) + 1) * ms : Number.POSITIVE_INFINITY;
  }

  async #addRounds(newDay: boolean): Promise<void> {
    this.#happened = false;
    for (const [index, { queue, data, daily }] of this.#rounds.entries())
      if (newDay || !daily) await this.add(queue, [{ id: `round-${index}`, data, at: this.#now }]);
  }

  #wake(): void {
    if (this.#now % DAY_MS === 0) this.#happened = true;
    while ((this.#landmarks[0] ?? Number.POSITIVE_INFINITY) <= this.#now) {
      this.#landmarks.shift();
      this.#happened = true;
    }
    const woken = this.#sleepers
      .filter((sleeper) => sleeper.at <= this.#now)
      .sort((a, b) => a.at - b.at);
    this.#sleepers = this.#sleepers.filter((sleeper) => sleeper.at > this.#now);
    for (const { task, wake } of woken) {
      if (task) task.idle = false;
      wake();
    }
  }

  /** Starts what is due, as many at once as the queue's workers would. */
  #start(): void {
    for (const [name, crew] of this.#crews) {
      const jobs = this.#jobs.get(name);
      if (!jobs) continue;
      for (const job of jobs.values()) {
        if (crew.active >= crew.concurrency) break;
        if (job.at > this.#now) continue;
        jobs.delete(job.id);
        void this.#run(crew, job);
      }
    }
  }

  async #run(crew: Crew, job: JobSpec): Promise<void> {
    const task: Task = { idle: false };
    this.#running.add(task);
    crew.active++;
    if (!job.id.startsWith('round-')) this.#happened = true;
    try {
      await this.#tasks.run(task, () => crew.handler(job.data));
    } catch (error) {
      this.failures.push(`${job.id}: ${messageOf(error)}`);
    }
    crew.active--;
    this.#running.delete(task);
    this.#changed();
  }

  /** Until everything that runs is asleep, and nothing more is due. */
  async #quiet(): Promise<void> {
    while ([...this.#running].some((task) => !task.idle)) {
      await new Promise<void>((done) => {
        this.#changed = done;
      });
      this.#start();
    }
  }
}
