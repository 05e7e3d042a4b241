// `banli log`: what the processes of a service wrote down, in words, or as it is for programs.
// Needs no Redis. For what happened to releases: journal.ts.
import { existsSync } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { z } from 'zod';
import type { Messages } from '../i18n/index.ts';
import { PlanMemory } from '../ledger/memory-on-disk.ts';
import { instant } from '../lib/instant.ts';
import { KEPT_LOGS } from '../lib/log.ts';
import { isoIn } from '../plan/time.ts';
import { type Calendar, releaseId } from '../plan/types.ts';
import { readGood } from '../plan-files/in-force.ts';
import { titled } from '../site/names.ts';
import { contextOf, print } from './context.ts';
import { signalled } from './signals.ts';

/** Of the service's processes, and of the watchdog. */
const FILES = ['banli.log', 'watchdog.log'];
const LOOK_MS = 500;
/** What pino writes; the rest belongs to the event. */
const line = z.looseObject({
  level: z.number(),
  time: z.number(),
  pid: z.number(),
  msg: z.string(),
});
type Line = z.output<typeof line>;

export async function log(
  options: { follow?: boolean; json?: boolean; limit: string },
  command: Command,
): Promise<number> {
  const context = contextOf(command);
  const { paths } = context.withoutSecrets().config;
  const folder = join(paths.var, 'log');
  const { timezone, calendar } = await planOf(paths.var);
  const say = (texts: readonly string[]): void => {
    for (const text of texts)
      print(options.json ? text : lineText(text, context.words, timezone, calendar));
  };
  const limit = Math.max(1, Number(options.limit) || 50);
  const all = (await Promise.all(FILES.map((name) => newest(join(folder, name), limit)))).flat();
  const shown = all.sort((a, b) => timeOf(a) - timeOf(b)).slice(-limit);
  if (shown.length === 0 && !options.follow) print(context.words.cli.noLog(folder));
  say(shown);
  if (options.follow) await follow(folder, say);
  return 0;
}

/** The plan in force, as the disk knows it; this machine's time zone where there is none yet. */
async function planOf(
  folder: string,
): Promise<{ readonly timezone: string; readonly calendar?: Calendar }> {
  const plan = await new PlanMemory(join(folder, 'plan.json')).read();
  const read = plan && readGood(plan);
  if (!read || read.plans.length === 0)
    return { timezone: Intl.DateTimeFormat().resolvedOptions().timeZone };
  return { timezone: read.calendar.timezone, calendar: read.calendar };
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
/** Fields that are lengths of time, ms. */
const SPANS = ['ms', 'busyMs', 'lateMs'];
/** Lists, written with commas. */
const LISTS = ['parts', 'secrets', 'doing'];
/** What programs need, and no reader. */
const UNTOLD = ['jobs'];
/** Counts that say nothing where they are nought. */
const COUNTS = ['created', 'moved', 'cancelled'];
/** A digest is told by its beginning. */
const DIGEST_LENGTH = 12;

/**
 * A line in words; one that nobody can read is shown as it is. Exported for tests.
 * @param timezone the plan's
 * @param calendar for names of releases
 */
export function lineText(
  text: string,
  words: Messages,
  timezone: string,
  calendar?: Calendar,
): string {
  const found = read(text);
  if (!found) return text;
  const w = words.cli.log;
  const { level, time, pid: _, msg, code, detail, ...rest } = found;
  const mark = level >= 50 ? '✗' : level >= 40 ? '!' : ' ';
  const why =
    typeof code === 'string'
      ? words.reason(code, typeof detail === 'string' ? detail : undefined, msg)
      : '';
  const more = Object.entries(rest).flatMap(([key, value]) => {
    const isNothing =
      value === undefined ||
      value === '' ||
      UNTOLD.includes(key) ||
      (value === 0 && COUNTS.includes(key));
    return isNothing ? [] : [fieldText(key, value, words, timezone, calendar)];
  });
  return [
    `${isoIn(instant(time), timezone).slice(0, 19).replace('T', ' ')} ${mark} ${w.events[msg] ?? msg}`,
    ...more,
    why,
  ]
    .filter(Boolean)
    .join(' · ');
}

function fieldText(
  key: string,
  value: unknown,
  words: Messages,
  timezone: string,
  calendar: Calendar | undefined,
): string {
  const w = words.cli.log;
  if (key === 'publication' && typeof value === 'string')
    return publicationText(value, words, calendar);
  if (key === 'channel' && typeof value === 'string') return words.channel(value);
  if (key === 'changes' && value === 0) return w.unchanged;
  return `${w.keys[key] ?? key} ${valueText(key, value, words, timezone)}${w.units[key] ?? ''}`;
}

/** The release by its name, and the channel. */
function publicationText(
  publication: string,
  words: Messages,
  calendar: Calendar | undefined,
): string {
  const [id = '', channel] = publication.split('@');
  const release = calendar?.byId.get(releaseId(id));
  return `${release ? words.cli.channelAs(titled(release, words), id) : id}${channel === undefined ? '' : ` · ${words.channel(channel)}`}`;
}

function valueText(key: string, value: unknown, words: Messages, timezone: string): string {
  const w = words.cli.log;
  const named = w.values[key] ?? {};
  if (typeof value === 'number' && INSTANTS.includes(key))
    return isoIn(instant(value), timezone).slice(0, 19).replace('T', ' ');
  // Whoever waits for a second sees its tenths.
  if (typeof value === 'number' && SPANS.includes(key))
    return Math.abs(value) < 10_000 ? w.seconds((value / 1000).toFixed(1)) : words.span(value);
  if (typeof value !== 'string')
    return Array.isArray(value) ? value.map(String).join(w.between) : JSON.stringify(value);
  if (key === 'digest') return value.slice(0, DIGEST_LENGTH);
  if (key === 'secrets')
    return value
      .split(', ')
      .map((one) => secretText(one, words))
      .join(w.between);
  if (LISTS.includes(key))
    return value
      .split(', ')
      .map((one) => named[one] ?? one)
      .join(w.between);
  return (key === 'kind' ? words.letters.kinds : named)[value] ?? value;
}

/** Whose secret it is: of `channels.wechat.secret` the channel. */
function secretText(secret: string, words: Messages): string {
  const [part = '', name] = secret.split('.');
  return part === 'channels' && name !== undefined
    ? words.channel(name)
    : (words.cli.log.values.parts?.[part] ?? secret);
}
