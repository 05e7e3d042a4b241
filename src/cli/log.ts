// `banli log`: what the processes of a service wrote down, in words, or as it is for programs. Needs no Redis. For what happened to releases: journal.ts.
import { existsSync } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { z } from 'zod';
import { PlanMemory } from '../ledger/memory.ts';
import { KEPT_LOGS } from '../log.ts';
import { isoIn } from '../plan/time.ts';
import { instant } from '../plan/types.ts';
import { readGood } from '../planner.ts';
import type { Words } from '../words/index.ts';
import { contextOf, print } from './context.ts';
import { signalled } from './signalled.ts';

/** Of the service's processes, and of the watchdog. */
const FILES = ['banli.log', 'watchdog.log'];
const LOOK_MS = 500;
/** What pino writes; the rest belongs to the event. */
const line = z.looseObject({ level: z.number(), time: z.number(), pid: z.number(), msg: z.string() });
type Line = z.output<typeof line>;

export async function log(options: { follow?: boolean; json?: boolean; limit: string }, command: Command): Promise<number> {
  const context = contextOf(command);
  const { paths } = context.withoutSecrets().config;
  const folder = join(paths.var, 'log');
  const timezone = await zoneOf(paths.var);
  const say = (texts: readonly string[]): void => {
    for (const text of texts) print(options.json ? text : lineText(text, context.words, timezone));
  };
  const limit = Math.max(1, Number(options.limit) || 50);
  const all = (await Promise.all(FILES.map((name) => newest(join(folder, name), limit)))).flat();
  const shown = all.sort((a, b) => timeOf(a) - timeOf(b)).slice(-limit);
  if (shown.length === 0 && !options.follow) print(context.words.cli.noLog(folder));
  say(shown);
  if (options.follow) await follow(folder, say);
  return 0;
}

/** Of the plan in force, as the disk knows it; this machine's where there is none yet. */
async function zoneOf(folder: string): Promise<string> {
  const plan = await new PlanMemory(join(folder, 'plan.json')).read();
  const read = plan && readGood(plan);
  return read && read.plans.length > 0 ? read.calendar.timezone : Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** The last lines of a log, of those put aside too where it is short. */
async function newest(file: string, limit: number): Promise<string[]> {
  let lines: string[] = [];
  for (let at = 0; at <= KEPT_LOGS && lines.length < limit; at++) {
    const path = at === 0 ? file : `${file}.${at}`;
    if (!existsSync(path)) break;
    lines = [...linesOf(await readFile(path, 'utf8')), ...lines];
  }
  return lines.slice(-limit);
}

/** What is written from now on, until somebody ends it. */
async function follow(folder: string, say: (texts: readonly string[]) => void): Promise<void> {
  const stopping = new AbortController();
  void signalled().then(() => stopping.abort());
  const read = new Map<string, { ino: number; size: number }>();
  for (const name of FILES) {
    const about = await stat(join(folder, name)).catch(() => undefined);
    if (about) read.set(name, { ino: about.ino, size: about.size });
  }
  while (!stopping.signal.aborted) {
    for (const name of FILES) {
      const path = join(folder, name);
      const about = await stat(path).catch(() => undefined);
      if (!about) continue;
      const before = read.get(name);
      // Another file than before: the old one was put aside.
      const from = before?.ino === about.ino && about.size >= before.size ? before.size : 0;
      if (about.size === from) continue;
      const text = await part(path, from, about.size);
      const whole = text.lastIndexOf('\n') + 1;
      read.set(name, { ino: about.ino, size: from + Buffer.byteLength(text.slice(0, whole)) });
      say(linesOf(text.slice(0, whole)));
    }
    await sleep(LOOK_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
  }
}

async function part(path: string, from: number, to: number): Promise<string> {
  const file = await open(path);
  try {
    const bytes = Buffer.alloc(to - from);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, from);
    return bytes.subarray(0, bytesRead).toString();
  } finally {
    await file.close();
  }
}

const linesOf = (text: string): string[] => text.split('\n').filter((one) => one !== '');

function read(text: string): Line | undefined {
  try {
    return line.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

const timeOf = (text: string): number => read(text)?.time ?? 0;

/** Fields that are instants, epoch ms. */
const INSTANTS = ['due', 'retryAt'];

/** A line in words; one that nobody can read is shown as it is. Exported for tests. @param timezone the plan's */
export function lineText(text: string, words: Words, timezone: string): string {
  const found = read(text);
  if (!found) return text;
  const w = words.cli.log;
  const { level, time, pid: _, msg, code, detail, ...rest } = found;
  const mark = level >= 50 ? '✗' : level >= 40 ? '!' : ' ';
  const why = typeof code === 'string' ? words.reason(code, typeof detail === 'string' ? detail : undefined, msg) : '';
  const valueText = (key: string, value: unknown): string => {
    if (typeof value === 'number' && INSTANTS.includes(key)) return isoIn(instant(value), timezone).slice(0, 19).replace('T', ' ');
    return typeof value === 'string' ? value : JSON.stringify(value);
  };
  const more = Object.entries(rest).flatMap(([key, value]) =>
    value === undefined || value === '' ? [] : [`${w.keys[key] ?? key} ${valueText(key, value)}`],
  );
  return [`${isoIn(instant(time), timezone).slice(0, 19).replace('T', ' ')} ${mark} ${w.events[msg] ?? msg}`, ...more, why]
    .filter(Boolean)
    .join(' · ');
}
