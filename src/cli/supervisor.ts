// Keeps processes running: each is started again when it ends, after waits that grow while it
// fails. For which processes there are, and what they do, see start.ts. Light: the process that
// supervises loads nothing else.
import { type ChildProcess, spawn } from 'node:child_process';

/** What a kept process says to the one that keeps it, over the channel between them. */
export type KeptSays =
  | {
      readonly say: 'ready';
      readonly url?: string;
      readonly watched?: boolean;
      readonly notes?: readonly string[];
    }
  | { readonly say: 'alive' }
  /** The settings have changed: everything is to be started anew. */
  | { readonly say: 'restart' };

export interface KeptProgram {
  readonly name: string;
  /** Arguments of this Node. */
  readonly args: readonly string[];
  /**
   * A session of its own, without a channel: it outlives this process, and is healthy as long as it
   * runs.
   */
  readonly apart?: boolean;
  /** Told of everything that it says. */
  readonly heard?: (said: KeptSays) => void;
}

/** Waits between starts, ms, and when they begin anew. */
export interface Patience {
  readonly firstMs: number;
  readonly longestMs: number;
  /** Alive for so long, the next wait is the first again. */
  readonly healthyMs: number;
  /** Looked at so often; silent for so many looks, it hangs, and is killed. */
  readonly lookMs: number;
  readonly silentLooks: number;
  /** Failed so often in a row, nothing can be hoped for. */
  readonly mostFailures: number;
}

export const PATIENCE: Patience = {
  firstMs: 1000,
  longestMs: 30_000,
  healthyMs: 60_000,
  lookMs: 1000,
  silentLooks: 20,
  mostFailures: 20,
};

/** What happened to a kept process. */
export interface KeptEvent {
  readonly name: string;
  readonly what: 'ended' | 'hung';
  readonly why: string;
  /** It is started again after this. */
  readonly waitMs: number;
}

type Ready = KeptSays & { readonly say: 'ready' };

export class KeptProcess {
  readonly #program: KeptProgram;
  readonly #patience: Patience;
  readonly #tell: (event: KeptEvent) => void;
  #child: ChildProcess | undefined;
  #again: NodeJS.Timeout | undefined;
  #looking: NodeJS.Timeout | undefined;
  #stopping = false;
  /** It ends because somebody asked for it, which is no failure. */
  #restarting = false;
  /** It was ready once. */
  #hasLived = false;
  #failures = 0;
  /** Resolves when it is ready for the first time. */
  readonly ready: Promise<Ready>;
  /**
   * Resolves, with the reason, when it cannot live: it never was ready, or it failed too often in a
   * row.
   */
  readonly lost: Promise<string>;
  #resolveReady: (message: Ready) => void = () => undefined;
  #resolveLost: (why: string) => void = () => undefined;

  constructor(program: KeptProgram, tell: (event: KeptEvent) => void, patience = PATIENCE) {
    this.#program = program;
    this.#patience = patience;
    this.#tell = tell;
    this.ready = new Promise((done) => {
      this.#resolveReady = done;
    });
    this.lost = new Promise((done) => {
      this.#resolveLost = done;
    });
    this.#hasLived = program.apart ?? false;
  }

  /** Its pid now. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  start(): void {
    if (this.#stopping) return;
    clearTimeout(this.#again);
    this.#again = undefined;
    const { args, apart = false } = this.#program;
    const child = spawn(
      process.execPath,
      [...args],
      apart
        ? { detached: true, stdio: 'ignore' }
        : { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
    );
    if (apart) child.unref();
    else this.#listen(child);
    this.#child = child;
    const began = performance.now();
    const ended = (why: string): void => {
      if (this.#child !== child) return;
      this.#child = undefined;
      clearInterval(this.#looking);
      if (!this.#stopping) this.#ended(why, performance.now() - began);
    };
    child.once('error', (error) => ended(error.message));
    child.once('exit', (code, signal) => ended(signal ?? `exit ${code}`));
  }

  /** What it says. One that was ready and then says nothing any more hangs, and is killed. */
  #listen(child: ChildProcess): void {
    let isReady = false;
    let silent = 0;
    child.on('message', (message: KeptSays) => {
      silent = 0;
      this.#program.heard?.(message);
      if (message.say !== 'ready') return;
      isReady = true;
      this.#hasLived = true;
      this.#resolveReady(message);
    });
    // Counted in looks and not in time: when every process of a machine stood still, none hangs.
    this.#looking = setInterval(() => {
      if (!isReady || ++silent < this.#patience.silentLooks) return;
      this.#tell({ name: this.#program.name, what: 'hung', why: 'silent', waitMs: 0 });
      silent = 0;
      child.kill('SIGKILL');
    }, this.#patience.lookMs);
  }

  #ended(why: string, livedMs: number): void {
    if (this.#restarting) {
      this.#restarting = false;
      this.start();
      return;
    }
    const { firstMs, longestMs, healthyMs, mostFailures } = this.#patience;
    if (livedMs >= healthyMs) this.#failures = 0;
    const waitMs = Math.min(firstMs * 2 ** this.#failures++, longestMs);
    if (!this.#hasLived || this.#failures > mostFailures) {
      this.#resolveLost(why);
      return;
    }
    this.#tell({ name: this.#program.name, what: 'ended', why, waitMs });
    this.#again = setTimeout(() => this.start(), waitMs);
    if (this.#program.apart) this.#again.unref();
  }

  /**
   * Ends it and starts it again at once: it is told to nobody and counts as no failure. One that
   * was never started stays so.
   */
  async restart(limitMs: number): Promise<void> {
    if (this.#stopping) return;
    // It waits for its next start already, which then comes now.
    if (this.#again !== undefined) this.start();
    else if (this.#child) {
      this.#restarting = true;
      await this.#end(limitMs);
    }
  }

  /** Asks it to end, and makes it after `limitMs`. It is not started again. */
  async stop(limitMs: number): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#again);
    await this.#end(limitMs);
  }

  async #end(limitMs: number): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((done) => child.once('exit', done));
    // One apart keeps nobody alive, but for its end.
    child.ref();
    child.kill('SIGTERM');
    const limit = setTimeout(() => child.kill('SIGKILL'), limitMs);
    await ended;
    clearTimeout(limit);
  }
}
