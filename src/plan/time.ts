// Local dates and times to instants and back, durations, and the words a plan writes them in. Not
// for "now".
import { DateTime, IANAZone } from 'luxon';
import { type Duration, type Instant, instant } from '../lib/instant.ts';
import type { LocalDate } from './types.ts';

/** Why a local time is no single instant. */
export interface Unclear {
  readonly kind: 'skipped' | 'repeated';
  /** Two readings of it, ISO 8601 with offset. */
  readonly readings: readonly [string, string];
}

/**
 * Reads local times in one zone; remembers what it worked out, since releases share days and hours.
 */
export function localTimes(timezone: string): (date: LocalDate, time: string) => Instant | Unclear {
  const known = new Map<string, Instant | Unclear>();
  return (date, time) => {
    const key = `${date} ${time}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const made = resolve(date, time, timezone);
    known.set(key, made);
    return made;
  };
}

function resolve(date: LocalDate, time: string, zone: string): Instant | Unclear {
  const wanted = `${date}T${time.length === 5 ? `${time}:00` : time}`;
  const read = DateTime.fromISO(wanted, { zone });
  if (read.toFormat("yyyy-MM-dd'T'HH:mm:ss") !== wanted) {
    const gap = DateTime.fromISO(`${date}T00:00:00`, { zone });
    const before = DateTime.fromISO(wanted, { zone: 'utc' })
      .minus({ minutes: read.offset })
      .setZone(zone);
    const after = DateTime.fromISO(wanted, { zone: 'utc' })
      .minus({ minutes: gap.offset })
      .setZone(zone);
    return { kind: 'skipped', readings: [iso(before), iso(after)] };
  }
  const offsets = read.getPossibleOffsets();
  if (offsets.length > 1) {
    const [first, second] = offsets.map(iso).sort();
    return { kind: 'repeated', readings: [first ?? '', second ?? ''] };
  }
  return read.toMillis() as Instant;
}

function iso(time: DateTime): string {
  return time.toISO({ suppressMilliseconds: true }) ?? '';
}

/** ISO 8601 with the zone's offset, to the second: `2026-07-16T10:00:00+08:00`. */
export function isoIn(at: Instant, timezone: string): string {
  return iso(DateTime.fromMillis(at, { zone: timezone }));
}

/** Instants already written out, by zone: a calendar's are shown over and over. */
const written = new Map<string, Map<Instant, string>>();
const REMEMBERED = 200_000;

/** `2026-07-16 10:00`, with seconds only where there are some. */
export function minuteIn(at: Instant, timezone: string): string {
  const known = written.get(timezone) ?? new Map<Instant, string>();
  const before = known.get(at);
  if (before !== undefined) return before;
  const time = DateTime.fromMillis(at, { zone: timezone });
  const text = time.toFormat(time.second === 0 ? 'yyyy-MM-dd HH:mm' : 'yyyy-MM-dd HH:mm:ss');
  if (known.size >= REMEMBERED) known.clear();
  written.set(timezone, known.set(at, text));
  return text;
}

/** `2026-07-16` and `10:00`, as `minuteIn` has them. */
export function dateAndTimeIn(
  at: Instant,
  timezone: string,
): readonly [date: string, time: string] {
  const text = minuteIn(at, timezone);
  return [text.slice(0, 10), text.slice(11)];
}

/**
 * Days begin with a minute in every zone since 1972: of one minute's instants one is worked out.
 */
const minuteOf = (at: Instant): Instant => instant(Math.floor(at / 60_000) * 60_000);

/** The civil day of an instant in a zone. */
export function dateIn(at: Instant, timezone: string): LocalDate {
  return minuteIn(minuteOf(at), timezone).slice(0, 10) as LocalDate;
}

/** The civil year of an instant in a zone. */
export function yearIn(at: Instant, timezone: string): number {
  return Number(minuteIn(minuteOf(at), timezone).slice(0, 4));
}

export function isTimezone(name: string): boolean {
  return IANAZone.isValidZone(name);
}

const UNITS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Reads `90s`, `5m`, `24h`, `3d` as milliseconds; undefined for anything else. */
export function parseDuration(text: string): Duration | undefined {
  const match = /^(\d{1,7})([smhd])$/.exec(text);
  if (!match) return undefined;
  return (Number(match[1]) * UNITS[match[2] as keyof typeof UNITS]) as Duration;
}

/** A duration as a plan writes it, in the largest unit that leaves nothing over: `36h`, `1d`. */
export function formatDuration(length: Duration): string {
  const units = Object.entries(UNITS).reverse();
  const [unit, ms] = units.find(([, size]) => length % size === 0) ?? ['s', UNITS.s];
  return `${length / ms}${unit}`;
}
