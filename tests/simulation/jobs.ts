// BullMQ's queues in memory, as far as their answers go: an id that is there, waiting or running,
// is not added again; a job of a worker that dies comes back after a while; all of it can be lost.
// Jobs are hints: acts of a history lose and double them.
import type { Handler, JobQueues, JobSpec, QueueName } from '../../src/queue/queues.ts';
import type { Process, Scheduler } from './scheduler.ts';

interface Job extends JobSpec {
  /** Who runs it. */
  owner: Process | undefined;
}

interface Crew {
  readonly process: Process;
  readonly queue: QueueName;
  readonly concurrency: number;
  readonly handler: Handler;
  active: number;
}

/** A job of a worker that is gone is taken up again after so long, ms. */
const STALLED_MS = 20_000;

/** What stands in Redis of the queues. */
export class JobServer {
  readonly #scheduler: Scheduler;
  readonly #jobs = new Map<QueueName, Map<string, Job>>();
  #crews: Crew[] = [];
  readonly #rounds = new Map<string, { cancel(): void }>();
  /** Of the jobs that are added until then, so many are lost, and so many run twice. */
  lossy: { until: number; lost: number; doubled: number } = { until: 0, lost: 0, doubled: 0 };
  /** What a handler threw; production logs it and goes on. */
  readonly failures: string[] = [];

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  /** Everything is gone, the regular rounds too. */
  clear(): void {
    this.#jobs.clear();
    for (const round of this.#rounds.values()) round.cancel();
    this.#rounds.clear();
  }

  of(name: QueueName): Map<string, Job> {
    const found = this.#jobs.get(name) ?? new Map<string, Job>();
    this.#jobs.set(name, found);
    return found;
  }

  add(name: QueueName, wanted: readonly JobSpec[]): void {
    const { now, random } = this.#scheduler;
    for (const job of wanted) {
      if (this.of(name).has(job.id)) continue;
      const luck = this.lossy.until > now ? random.next() : 1;
      if (luck < this.lossy.lost) continue;
      this.of(name).set(job.id, { ...job, owner: undefined });
      this.#scheduler.at(Math.max(now, job.at), () => this.#dispatch(name));
      if (luck < this.lossy.lost + this.lossy.doubled) this.#again(name, job);
    }
  }

  /** The same job once more, somewhat later: as after a stall that was none. */
  #again(name: QueueName, job: JobSpec): void {
    this.#scheduler.at(
      Math.max(this.#scheduler.now, job.at) + this.#scheduler.random.whole(0, 5000),
      () => {
        const twin = { ...job, id: `${job.id}#again` };
        this.of(name).set(twin.id, { ...twin, owner: undefined });
        this.#dispatch(name);
      },
    );
  }

  every(name: QueueName, id: string, ms: number, data: object): void {
    const key = `${name} ${id}`;
    if (this.#rounds.has(key)) return;
    const run = (): void => {
      this.of(name).set(`repeat-${id}`, {
        id: `repeat-${id}`,
        data,
        at: this.#scheduler.now as JobSpec['at'],
        owner: this.of(name).get(`repeat-${id}`)?.owner,
      });
      this.#dispatch(name);
    };
    this.#rounds.set(key, this.#scheduler.at(this.#scheduler.now, run, undefined, ms));
  }

  work(crew: Crew): void {
    this.#crews.push(crew);
    this.#dispatch(crew.queue);
  }

  /** A process is gone: what it ran comes back. */
  leave(process: Process): void {
    this.#crews = this.#crews.filter((crew) => crew.process !== process);
    this.stall(process);
  }

  /**
   * A process does not renew what it runs, for it is gone or stopped: after a while others run
   * that.
   */
  stall(process: Process): void {
    this.#scheduler.at(this.#scheduler.now + STALLED_MS, () => {
      if (process.state === 'running') return;
      for (const [name, jobs] of this.#jobs) {
        for (const job of jobs.values()) if (job.owner === process) job.owner = undefined;
        this.#dispatch(name);
      }
    });
  }

  #dispatch(name: QueueName): void {
    for (const job of this.of(name).values()) {
      if (job.owner || job.at > this.#scheduler.now) continue;
      const free = this.#crews.filter(
        ({ queue, process, active, concurrency }) =>
          queue === name && process.state === 'running' && active < concurrency,
      );
      if (free.length === 0) return;
      this.#run(
        name,
        free.length === 1 ? (free[0] as Crew) : this.#scheduler.random.pick(free),
        job,
      );
    }
  }

  #run(name: QueueName, crew: Crew, job: Job): void {
    job.owner = crew.process;
    crew.active++;
    const over = (): void => {
      crew.active--;
      if (this.of(name).get(job.id)?.owner === crew.process) this.of(name).delete(job.id);
      this.#scheduler.soon(() => this.#dispatch(name));
    };
    const begin = (): void => {
      crew.handler(job.data).then(over, (error: unknown) => {
        this.failures.push(`${name} ${job.id}: ${String(error)}`);
        over();
      });
    };
    // Nobody is asked whether something happened: the job's coming due was it, a round is none.
    this.#scheduler.soon(begin, crew.process);
  }
}

/** A process's view of the queues. */
export function queuesOf(process: Process, server: JobServer): JobQueues {
  const schedules = new Map<string, { name: QueueName; ms: number; data: object }>();
  return {
    add: (name, wanted) => process.command(() => server.add(name, wanted)),
    ids: (name) => process.command(() => new Set(server.of(name).keys())),
    remove: (name, ids) =>
      process.command(() => {
        for (const id of ids) if (!server.of(name).get(id)?.owner) server.of(name).delete(id);
      }),
    every: (name, id, ms, data) => {
      schedules.set(id, { name, ms, data });
      return process.command(() => server.every(name, id, ms, data));
    },
    keepSchedules: () =>
      process.command(() => {
        for (const [id, { name, ms, data }] of schedules) server.every(name, id, ms, data);
      }),
    work: (queue, concurrency, handler) =>
      server.work({ process, queue, concurrency, handler, active: 0 }),
    close: () => Promise.resolve(),
  };
}
