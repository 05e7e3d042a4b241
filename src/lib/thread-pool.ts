// Threads that work on what people send, each piece of work with a limit on time and memory: over
// it the thread ends, the work is answered for, and nobody else notices. For what they work on see
// threads/.
import { setImmediate as turn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

export interface ThreadLimits {
  /** Longest time for one piece of work: on the clock, and of the processor. */
  readonly ms: number;
  /** Largest heap of a thread, MB. */
  readonly memoryMb: number;
  /** Most threads at once. */
  readonly threads: number;
  /** A thread that has had nothing to do for so long ends. */
  readonly idleMs: number;
}

/** What became of a piece of work. `at` is where in it the thread last said that it was. */
export type ThreadAnswer<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false;
      readonly why: 'time' | 'memory' | 'failed';
      readonly at: string | undefined;
      readonly message: string;
    };

/** What a thread says; threads/entry.ts is the other end. */
export type ThreadMessage =
  | { readonly say: 'ready' }
  /** What the work needs is loaded: from now on its time is counted. */
  | { readonly say: 'begun' }
  | { readonly say: 'at'; readonly at: string }
  | { readonly say: 'done'; readonly value: unknown }
  | { readonly say: 'failed'; readonly message: string };

interface Job {
  readonly task: string;
  readonly input: unknown;
  readonly answer: (answer: ThreadAnswer<unknown>) => void;
  at: string | undefined;
  /** Threads that died of it for no known reason. */
  crashes: number;
}

interface Thread {
  readonly worker: Worker;
  ready: boolean;
  job: Job | undefined;
  clock: NodeJS.Timeout | undefined;
}

/**
 * The time that a job may take is counted in so many steps: a process that was stopped for a while
 * counts one.
 */
const STEPS = 10;
/** On a machine that has no processor for it, a job may take so many times as long on the clock. */
const STARVED = 12;

export class ThreadPool {
  readonly #file: URL;
  readonly #limits: ThreadLimits;
  readonly #threads = new Set<Thread>();
  readonly #queue: Job[] = [];
  readonly #ending = new Set<Promise<unknown>>();
  #closed = false;

  /** @param file the threads' program, as JavaScript */
  constructor(file: URL, limits: ThreadLimits) {
    this.#file = file;
    this.#limits = limits;
  }

  /** Has a piece of work done. Never rejects: what goes wrong is an answer. */
  run(task: string, input: unknown): Promise<ThreadAnswer<unknown>> {
    return new Promise((answer) => {
      if (this.#closed) {
        answer({ ok: false, why: 'failed', at: undefined, message: 'closed' });
        return;
      }
      this.#queue.push({ task, input, answer, at: undefined, crashes: 0 });
      this.#next();
    });
  }

  /** Ends all threads. What is still asked of them is answered as failed. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const job of this.#queue.splice(0))
      job.answer({ ok: false, why: 'failed', at: undefined, message: 'closed' });
    for (const thread of this.#threads)
      this.#end(thread, { ok: false, why: 'failed', at: undefined, message: 'closed' });
    await Promise.all(this.#ending);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Gives waiting work to threads that have none, and starts one where all are busy. */
  #next(): void {
    for (const thread of this.#threads) {
      if (!thread.ready || thread.job) continue;
      const job = this.#queue.shift();
      if (!job) {
        this.#rest(thread);
        return;
      }
      this.#give(thread, job);
    }
    const starting = [...this.#threads].filter(({ ready }) => !ready).length;
    if (this.#queue.length > starting && this.#threads.size < this.#limits.threads) this.#start();
  }

  #start(): void {
    const worker = new Worker(this.#file, {
      resourceLimits: {
        maxOldGenerationSizeMb: this.#limits.memoryMb,
        maxYoungGenerationSizeMb: 32,
      },
    });
    const thread: Thread = { worker, ready: false, job: undefined, clock: undefined };
    this.#threads.add(thread);
    worker.on('message', (message: ThreadMessage) => this.#heard(thread, message));
    worker.once('error', (error: Error & { code?: string }) => this.#died(thread, error));
    worker.once('exit', (code) => this.#died(thread, new Error(`exit ${code}`)));
  }

  #give(thread: Thread, job: Job): void {
    thread.job = job;
    thread.worker.ref();
    clearTimeout(thread.clock);
    thread.worker.postMessage({ task: job.task, input: job.input });
  }

  #count(thread: Thread, job: Job): void {
    clearTimeout(thread.clock);
    const { ms } = this.#limits;
    const before = process.cpuUsage();
    let steps = 0;
    thread.clock = setInterval(() => {
      steps++;
      const { user, system } = process.cpuUsage(before);
      // Of all threads together: what it cannot have used itself is not held against it.
      const used = (user + system) / 1000 / [...this.#threads].filter((one) => one.job).length;
      if ((steps >= STEPS && used >= ms) || steps >= STEPS * STARVED)
        void this.#overTime(thread, job);
    }, ms / STEPS);
  }

  async #overTime(thread: Thread, job: Job): Promise<void> {
    // Where this process was the one that was busy, the answer lies waiting.
    for (let turns = 0; turns < 2; turns++) await turn();
    if (thread.job === job)
      this.#end(thread, {
        ok: false,
        why: 'time',
        at: job.at,
        message: `> ${this.#limits.ms / 1000} s`,
      });
  }

  #heard(thread: Thread, message: ThreadMessage): void {
    const { job } = thread;
    switch (message.say) {
      case 'ready':
        thread.ready = true;
        break;
      case 'begun':
        if (job) this.#count(thread, job);
        return;
      case 'at':
        if (job) job.at = message.at;
        return;
      case 'done':
        job?.answer({ ok: true, value: message.value });
        thread.job = undefined;
        break;
      case 'failed':
        job?.answer({ ok: false, why: 'failed', at: job.at, message: message.message });
        thread.job = undefined;
    }
    this.#next();
  }

  /** Nothing to do: it keeps no process alive, and ends after a while. */
  #rest(thread: Thread): void {
    clearTimeout(thread.clock);
    thread.worker.unref();
    thread.clock = setTimeout(() => this.#end(thread, undefined), this.#limits.idleMs);
    thread.clock.unref();
  }

  #died(thread: Thread, error: Error & { code?: string }): void {
    if (!this.#threads.has(thread)) return;
    const { job } = thread;
    const isMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
    if (job && !isMemory && job.crashes++ === 0) {
      thread.job = undefined;
      this.#queue.unshift(job);
      this.#end(thread, undefined);
      return;
    }
    const message = isMemory ? `> ${this.#limits.memoryMb} MB` : error.message;
    if (!job && !thread.ready) this.#cannotStart(message);
    this.#end(thread, { ok: false, why: isMemory ? 'memory' : 'failed', at: job?.at, message });
  }

  /** The program itself does not load: whoever waits is told so. */
  #cannotStart(message: string): void {
    for (const job of this.#queue.splice(0))
      job.answer({ ok: false, why: 'failed', at: undefined, message });
  }

  #end(thread: Thread, answer: ThreadAnswer<unknown> | undefined): void {
    this.#threads.delete(thread);
    clearTimeout(thread.clock);
    if (answer) thread.job?.answer(answer);
    const ending = thread.worker.terminate();
    this.#ending.add(ending);
    void ending.finally(() => this.#ending.delete(ending));
    if (!this.#closed) this.#next();
  }
}
