// Simulated time and simulated processes. Every operation of a process (a Redis command, a call, a
// sleep, a random number) passes through here; which of those that could go on does so is drawn
// from the seed. Nothing real happens in between: all that the production code does by itself runs
// in microtasks, which are over before the next step begins.
//
// 1. A step belongs to one process: `current` is set while its code runs, so that replaced globals
// know whose time it is. 2. Commands of one process take effect in the order they were sent; those
// of different processes mix as the seed says. 3. A process can be killed (nothing it waits for is
// ever answered, what it has sent stays sent) or stopped for a time (what it has sent takes effect,
// the answers wait). 4. Time moves only when nobody can go on. Rounds that come every second are
// passed over while nothing happens.

import type { Random } from '../chaos/random.ts';
import { chance } from './random.ts';

// Runs once every microtask is over. A turn of the real event loop would do as well, and cost five
// times as much.
const { nextTick } = process;

/**
 * Rounds go on for so long after something has happened, ms; then time jumps to the next thing that
 * will.
 */
const AWAKE_MS = 2600;
/** Everybody's rounds run for so long before what time jumps to, ms. */
const BEFORE_MS = 900;
/**
 * More turns than this without time moving: a process spins, or something is due that nobody does.
 */
const MOST_TURNS = 200_000;

interface Pending {
  readonly run: () => unknown;
  readonly done: (value: unknown) => void;
  readonly failed: (error: unknown) => void;
}

interface Timer {
  at: number;
  readonly order: number;
  readonly process: Process | undefined;
  readonly run: () => void;
  /** Comes again after so long, and is passed over while nothing happens. */
  readonly every: number | undefined;
  /** Nothing that rounds would have to look after. */
  readonly quiet: boolean;
  gone: boolean;
}

/** One simulated process. */
export class Process {
  readonly name: string;
  readonly scheduler: Scheduler;
  state: 'running' | 'stopped' | 'dead' = 'running';
  /** Its wall clock less the true time, ms. */
  skew = 0;
  /** Its commands to Redis wait until then. */
  delayedUntil = 0;
  /** Dies after so many further steps. */
  diesIn: number | undefined;
  /** Stops for so long after so many further steps. */
  stopsIn: { steps: number; readonly ms: number } | undefined;
  /** Called once it is dead. */
  died: () => void = () => undefined;
  readonly commands: Pending[] = [];
  /** What was answered while it was stopped. */
  readonly parked: (() => void)[] = [];

  constructor(scheduler: Scheduler, name: string) {
    this.scheduler = scheduler;
    this.name = name;
  }

  wall(): number {
    return this.scheduler.now + this.skew;
  }

  /**
   * A command on this process's connection: takes effect in order, at a step of the scheduler's
   * choice.
   */
  command<T>(run: () => T): Promise<T> {
    if (this.state === 'dead') return new Promise(() => undefined);
    return new Promise<T>((done, failed) => {
      this.commands.push({ run, done: done as (value: unknown) => void, failed });
    });
  }

  /** A timer of this process. */
  after(ms: number, run: () => void): { cancel(): void } {
    return this.scheduler.at(this.scheduler.now + Math.max(0, ms), run, this);
  }

  every(ms: number, run: () => void): { cancel(): void } {
    return this.scheduler.at(this.scheduler.now + ms, run, this, ms);
  }
}

export class Scheduler {
  now: number;
  /** Whose code is running. */
  current: Process | undefined;
  readonly seed: number;
  readonly processes: Process[] = [];
  steps = 0;
  #timers: Timer[] = [];
  #order = 0;
  #awakeUntil: number;
  #random: Random;
  #minute = Number.NaN;
  /** Turns of `run`. */
  #turns = 0;
  #sameTime = 0;
  /** Time has jumped over rounds: whoever lives is alive still. */
  jumped: (ms: number) => void = () => undefined;
  /** A process has been stopped, for so long, ms. */
  stopped: (process: Process, ms: number) => void = () => undefined;
  /** Asked before a step of a process. */
  beforeStep: (process: Process) => void = () => undefined;

  constructor(seed: number, start: number) {
    this.seed = seed;
    this.now = start;
    this.#awakeUntil = start + AWAKE_MS;
    this.#random = chance(seed, 'start');
  }

  /**
   * A new run of numbers each minute: what is drawn later does not hang on how often something was
   * drawn before.
   */
  get random(): Random {
    const minute = Math.floor(this.now / 60_000);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#random = chance(this.seed, 'minute', minute);
    }
    return this.#random;
  }

  spawn(name: string): Process {
    const process = new Process(this, name);
    this.processes.push(process);
    return process;
  }

  kill(process: Process): void {
    process.state = 'dead';
    process.commands.length = 0;
    process.parked.length = 0;
    this.#timers = this.#timers.filter((timer) => timer.process !== process);
    this.processes.splice(this.processes.indexOf(process), 1);
    this.happened(30_000);
    process.died();
  }

  stop(process: Process, forMs: number): void {
    if (process.state !== 'running') return;
    process.state = 'stopped';
    this.stopped(process, forMs);
    this.happened();
    this.at(this.now + forMs, () => {
      if (process.state !== 'stopped') return;
      process.state = 'running';
      for (const answer of process.parked.splice(0)) this.at(this.now, answer, process);
    });
  }

  /** Something has happened: rounds may see it. */
  happened(forMs = AWAKE_MS): void {
    this.#awakeUntil = Math.max(this.#awakeUntil, this.now + forMs);
  }

  at(
    at: number,
    run: () => void,
    process?: Process,
    every?: number,
    quiet = every !== undefined,
  ): { cancel(): void } {
    const timer: Timer = { at, order: this.#order++, process, run, every, quiet, gone: false };
    // Whoever answers one that died meanwhile answers nobody.
    if (process?.state !== 'dead') this.#timers.push(timer);
    return {
      cancel: () => {
        timer.gone = true;
      },
    };
  }

  /** At the next step, as part of something that happens already. */
  soon(run: () => void, process?: Process): void {
    this.at(this.now, run, process, undefined, true);
  }

  /** An instant at which rounds may have something to see though nothing happens. */
  tick(at: number): void {
    if (at > this.now) this.at(at, () => undefined, undefined, undefined, true);
  }

  /** Runs everything up to an instant. */
  async run(until: number): Promise<void> {
    for (;;) {
      if (this.#turns++ - this.#sameTime > MOST_TURNS)
        throw new Error(`time stands still at ${new Date(this.now).toISOString()}`);
      if (await this.#step()) continue;
      const next = this.#nextTime();
      if (next === undefined || next > until) {
        this.now = Math.max(this.now, until);
        return;
      }
      this.#moveTo(next);
      await this.#fire();
    }
  }

  /** @returns false where nobody can go on */
  async #step(): Promise<boolean> {
    const ready = this.processes.filter(
      (one) => one.commands.length > 0 && one.delayedUntil <= this.now,
    );
    if (ready.length === 0) return false;
    const process = ready.length === 1 ? (ready[0] as Process) : this.random.pick(ready);
    this.beforeStep(process);
    if (process.state === 'dead' || process.delayedUntil > this.now) return true;
    // Often all that was sent takes effect together, sometimes only the first of it.
    const many =
      this.random.next() < 0.7
        ? process.commands.length
        : this.random.whole(1, process.commands.length);
    const batch = process.commands.splice(0, many);
    this.steps++;
    const answers = batch.map((pending): (() => void) => {
      try {
        const value = pending.run();
        return () => pending.done(value);
      } catch (error) {
        return () => pending.failed(error);
      }
    });
    if (process.diesIn !== undefined && process.diesIn-- <= 0) {
      this.kill(process);
      return true;
    }
    if (process.stopsIn !== undefined && process.stopsIn.steps-- <= 0) {
      this.stop(process, process.stopsIn.ms);
      process.stopsIn = undefined;
    }
    await this.as(process, () => {
      for (const answer of answers) answer();
    });
    return true;
  }

  /** Runs code as a process, and all that follows from it at once. */
  async as(process: Process | undefined, run: () => void): Promise<void> {
    if (process?.state === 'dead') return;
    if (process?.state === 'stopped') {
      process.parked.push(run);
      return;
    }
    this.current = process;
    run();
    await new Promise<void>((done) => nextTick(done));
    this.current = undefined;
  }

  #nextTime(): number | undefined {
    let foreground = Number.POSITIVE_INFINITY;
    let background = Number.POSITIVE_INFINITY;
    this.#timers = this.#timers.filter((timer) => !timer.gone);
    for (const { at, every, process } of this.#timers) {
      if (process?.state === 'stopped') continue;
      if (every === undefined) foreground = Math.min(foreground, at);
      else background = Math.min(background, at);
    }
    for (const { commands, delayedUntil } of this.processes)
      if (commands.length > 0) foreground = Math.min(foreground, delayedUntil);
    if (background <= Math.min(foreground, this.#awakeUntil)) return Math.max(background, this.now);
    if (foreground === Number.POSITIVE_INFINITY) return undefined;
    return Math.max(foreground, this.now);
  }

  #moveTo(next: number): void {
    const jump = next - BEFORE_MS - this.now;
    if (jump > BEFORE_MS && this.now >= this.#awakeUntil - 1000) {
      this.now = next - BEFORE_MS;
      this.jumped(jump);
      for (const timer of this.#timers)
        if (timer.every !== undefined && timer.at < this.now) timer.at = this.now;
      this.#awakeUntil = Math.max(this.#awakeUntil, next);
      this.#sameTime = this.#turns;
      return;
    }
    if (next > this.now) this.#sameTime = this.#turns;
    this.now = next;
  }

  /** Everything whose time has come, in the order it was asked for. */
  async #fire(): Promise<void> {
    const due = this.#timers
      .filter((timer) => timer.at <= this.now && !timer.gone && timer.process?.state !== 'stopped')
      .sort((a, b) => a.at - b.at || a.order - b.order);
    for (const timer of due) {
      if (timer.gone || timer.process?.state === 'dead') continue;
      if (timer.every === undefined) timer.gone = true;
      else timer.at = this.now + timer.every;
      if (!timer.quiet) this.happened();
      await this.as(timer.process, timer.run);
    }
  }
}
