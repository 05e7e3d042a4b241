// While a simulated process runs, the platform's clock, timers, chance and plan files are the
// simulation's. Outside of it they are what they were. Only for a process or thread of its own:
// production code is not changed for this.
import crypto from 'node:crypto';
import fs from 'node:fs';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';
import { IANAZone } from 'luxon';
import type { Random } from '../chaos/random.ts';
import type { Process } from './scheduler.ts';

/** What the replaced globals ask. */
export interface Ground {
  current(): Process | undefined;
  /** Steady time of the machine, ms. */
  steady(): number;
  random(): Random;
  /**
   * A file below /sim/, a folder's names, or undefined where there is none.
   * @throws Error with a `code`
   */
  read(path: string): string | undefined;
  list(path: string): readonly string[] | undefined;
}

let ground: Ground | undefined;
let installed = false;

const within = (): Process | undefined => ground?.current();
const absent = (path: string): Error =>
  Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' });
const ours = (path: unknown): path is string =>
  ground !== undefined && typeof path === 'string' && path.startsWith('/sim/');

/**
 * Replaces the globals once; from then on they belong to whichever simulation stands on the ground.
 */
export function standOn(next: Ground | undefined): void {
  ground = next;
  if (installed) return;
  installed = true;
  replaceTime();
  rememberZones();
  replaceChance();
  replaceFiles();
  syncBuiltinESMExports();
}

/** Whether a zone exists does not change while we run, and is asked for each line of each plan. */
function rememberZones(): void {
  const real = IANAZone.isValidZone.bind(IANAZone);
  const known = new Map<string, boolean>();
  IANAZone.isValidZone = (zone) => {
    const found = known.get(zone) ?? real(zone);
    known.set(zone, found);
    return found;
  };
}

function replaceTime(): void {
  const real = {
    now: Date.now,
    steady: performance.now.bind(performance),
    setTimeout,
    setInterval,
    clearTimeout,
    clearInterval,
  };
  Date.now = () => within()?.wall() ?? real.now();
  performance.now = () => (within() && ground ? ground.steady() : real.steady());
  const handle = (timer: { cancel(): void }): object => {
    const one = {
      cancel: () => timer.cancel(),
      ref: () => one,
      unref: () => one,
      hasRef: () => false,
      refresh: () => one,
    };
    return Object.assign(one, { [Symbol.toPrimitive]: () => 0 });
  };
  type Run = (...args: unknown[]) => void;
  const replaced = {
    setTimeout: (run: Run, ms = 0, ...args: unknown[]) => {
      const process = within();
      return process
        ? handle(process.after(ms, () => run(...args)))
        : real.setTimeout(run, ms, ...args);
    },
    setInterval: (run: Run, ms = 0, ...args: unknown[]) => {
      const process = within();
      return process
        ? handle(process.every(ms, () => run(...args)))
        : real.setInterval(run, ms, ...args);
    },
    clearTimeout: (timer: unknown) => clear(timer, real.clearTimeout as (one: unknown) => void),
    clearInterval: (timer: unknown) => clear(timer, real.clearInterval as (one: unknown) => void),
  };
  Object.assign(globalThis, replaced);
  const timeout = AbortSignal.timeout.bind(AbortSignal);
  // Stand-ins end within every limit by themselves.
  AbortSignal.timeout = (ms) => (within() ? new AbortController().signal : timeout(ms));
}

function clear(timer: unknown, real: (one: unknown) => void): void {
  if (timer && typeof timer === 'object' && 'cancel' in timer)
    (timer as { cancel(): void }).cancel();
  else real(timer);
}

function replaceChance(): void {
  const real = {
    uuid: crypto.randomUUID,
    bytes: crypto.randomBytes,
    math: Math.random,
    hostname: os.hostname,
  };
  const bytes = (size: number): Buffer => {
    const random = ground?.random();
    return Buffer.from(Array.from({ length: size }, () => random?.whole(0, 255) ?? 0));
  };
  Math.random = () => (within() && ground ? ground.random().next() : real.math());
  const uuid = (): string => {
    const hex = bytes(16).toString('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
  };
  Object.assign(crypto, {
    randomUUID: (...args: Parameters<typeof real.uuid>) => (within() ? uuid() : real.uuid(...args)),
    randomBytes: (size: number, ...rest: []) =>
      within() ? bytes(size) : real.bytes(size, ...rest),
  });
  Object.assign(os, { hostname: () => (within() ? 'machine' : real.hostname()) });
}

function replaceFiles(): void {
  const real = {
    readFile: promises.readFile,
    readdir: promises.readdir,
    stat: promises.stat,
    lstat: promises.lstat,
    readFileSync: fs.readFileSync,
    existsSync: fs.existsSync,
  };
  Object.assign(promises, {
    readFile: async (path: unknown, ...rest: never[]) =>
      ours(path) ? textOf(path) : real.readFile(path as string, ...rest),
    readdir: async (path: unknown, ...rest: never[]) =>
      ours(path) ? namesIn(path) : real.readdir(path as string, ...rest),
    stat: async (path: unknown, ...rest: never[]) =>
      ours(path) ? about(path) : real.stat(path as string, ...rest),
    lstat: async (path: unknown, ...rest: never[]) =>
      ours(path) ? about(path) : real.lstat(path as string, ...rest),
  });
  Object.assign(fs, {
    readFileSync: (path: unknown, ...rest: never[]) =>
      ours(path) ? textOf(path) : real.readFileSync(path as string, ...rest),
    existsSync: (path: unknown) =>
      ours(path) ? ground?.read(path) !== undefined : real.existsSync(path as string),
  });
}

function textOf(path: string): string {
  const text = ground?.read(path);
  if (text === undefined) throw absent(path);
  return text;
}

function about(path: string): object {
  const size = textOf(path).length;
  return { size, isFile: () => true, isDirectory: () => false };
}

function namesIn(path: string): string[] {
  const names = ground?.list(path);
  if (names === undefined) throw absent(path);
  return [...names];
}
