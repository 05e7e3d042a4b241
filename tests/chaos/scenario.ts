// What a seed stands for: which releases are due when, what people do, what breaks. All times are
// milliseconds from the start. Not for doing it.
import { type Act, actsOf } from './people.ts';
import { Random } from './random.ts';

export const CHANNELS = ['website', 'catalogue', 'wechat', 'weibo'] as const;
export const LEAD_MS = 15_000;
export const GRACE_MS = 20_000;

/** A release of the run. */
export interface Due {
  readonly id: string;
  readonly at: number;
  readonly channels: readonly string[];
}

/** Something that breaks; `for` how long. */
export type Fault = { readonly at: number } & (
  | { readonly what: 'kill-worker'; readonly worker: number; readonly for: number }
  | { readonly what: 'stop-worker'; readonly worker: number; readonly for: number }
  | { readonly what: 'kill-watchdog'; readonly for: number }
  | { readonly what: 'stop-watchdog'; readonly for: number }
  | { readonly what: 'kill-redis'; readonly for: number }
  | { readonly what: 'redis-full'; readonly for: number }
  | { readonly what: 'redis-readonly'; readonly for: number }
  | { readonly what: 'redis-slow'; readonly for: number }
  | { readonly what: 'stop-channels'; readonly for: number }
  | { readonly what: 'disk-full'; readonly for: number }
  | { readonly what: 'second-service'; readonly for: number }
  /** The website's folder is lost: the link alone, or everything. */
  | { readonly what: 'site-lost'; readonly all: boolean }
  /** Every key of every queue is deleted under the running service. */
  | { readonly what: 'queues-lost' }
  | {
      readonly what: 'channel';
      readonly channel: string;
      readonly route: string;
      readonly kind: string;
      readonly times: number;
    }
);

export interface Scenario {
  readonly dues: readonly Due[];
  readonly acts: readonly Act[];
  readonly faults: readonly Fault[];
  /** When the last release is due. */
  readonly end: number;
}

/** Releases begin after this: their plan is in force by then, and earlier than its lead. */
const FIRST_MS = 40_000;
/** People begin after this. */
const PEOPLE_MS = 3000;
const WAVE_MS = 4000;
const FAULT_MS = 2300;
/** Nothing breaks in the last so many seconds: what was broken can mend. */
const CALM_MS = 5000;

/** Calls that make something public, and one of staging; faults strike these. */
const ROUTES: readonly (readonly [channel: string, route: string])[] = [
  ['wechat', 'freepublish/submit'],
  ['wechat', 'freepublish/submit'],
  ['wechat', 'draft/add'],
  ['wechat', 'freepublish/get'],
  ['weibo', 'share.json'],
  ['weibo', 'share.json'],
  ['weibo', 'user_timeline'],
  ['catalogue', '/catalogue'],
  ['catalogue', '/catalogue'],
];
const KINDS = [
  'refuse-connect',
  'drop-before',
  'drop-after',
  'drop-after',
  'error-after',
  'slow',
  'half',
  '429',
  '5xx',
  'token-expired',
];

export interface Setting {
  /** How many there are; the first is the service. */
  readonly workers: number;
  readonly canFillDisk: boolean;
  /**
   * Whether people edit, hold and mistype while it runs, and whether what they keep can be lost.
   */
  readonly people: boolean;
}

export function scenarioOf(
  seed: number,
  minutes: number,
  { workers, canFillDisk, people }: Setting,
): Scenario {
  const random = new Random(seed);
  const end = FIRST_MS + minutes * 60_000;
  const dues: Due[] = [];
  const some = (): string[] => ['website', ...CHANNELS.slice(1).filter(() => random.next() < 0.65)];
  for (
    let at = FIRST_MS, wave = 0;
    at <= end;
    at += Math.round(random.between(0.5, 1.5) * WAVE_MS), wave++
  ) {
    // To the second, as a plan can say it; several releases of a wave share their instant.
    const second = Math.round(at / 1000) * 1000;
    for (let index = 0; index < random.whole(1, 6); index++)
      dues.push({ id: `r${wave}-${index}`, at: second, channels: some() });
  }
  const acts = people ? actsOf(random, dues, PEOPLE_MS, end, some) : [];
  return {
    dues,
    acts,
    faults: faultsOf(random, end, breakages(random, workers, canFillDisk, people)),
    end,
  };
}

type Made = Fault extends infer F ? (F extends Fault ? Omit<F, 'at'> : never) : never;

/** What may break, how often beside the others, and for how long. */
function breakages(
  random: Random,
  workers: number,
  canFillDisk: boolean,
  lose: boolean,
): readonly (readonly [weight: number, make: () => Made])[] {
  const worker = (): number => random.whole(0, workers - 1);
  const kill = (): Made => ({
    what: 'kill-worker',
    worker: worker(),
    for: random.between(100, 3000),
  });
  return [
    [20, kill],
    // A third of the stops outlast a job's lock (15 s) and every lease.
    [
      12,
      () => ({
        what: 'stop-worker',
        worker: worker(),
        for: random.next() < 0.33 ? random.between(16_000, 24_000) : random.between(200, 9000),
      }),
    ],
    [2, () => ({ what: 'kill-watchdog', for: random.between(100, 3000) })],
    [2, () => ({ what: 'stop-watchdog', for: random.between(1000, 20_000) })],
    [6, () => ({ what: 'kill-redis', for: random.between(100, 3000) })],
    [4, () => ({ what: 'redis-full', for: random.between(500, 4000) })],
    [4, () => ({ what: 'redis-readonly', for: random.between(500, 4000) })],
    [4, () => ({ what: 'redis-slow', for: random.between(300, 3500) })],
    [4, () => ({ what: 'stop-channels', for: random.between(300, 7000) })],
    [3, () => (canFillDisk ? { what: 'disk-full', for: random.between(500, 5000) } : kill())],
    [2, () => ({ what: 'second-service', for: random.between(3000, 12_000) })],
    [lose ? 2 : 0, () => ({ what: 'site-lost', all: random.next() < 0.5 })],
    [lose ? 2 : 0, () => ({ what: 'queues-lost' })],
    [41, () => channelFault(random)],
  ];
}

function channelFault(random: Random): Made {
  const [channel, route] = random.pick(ROUTES);
  const kind = random.pick(KINDS);
  return {
    what: 'channel',
    channel,
    route: kind === 'token-expired' && channel === 'weibo' ? 'nothing' : route,
    kind,
    times: random.whole(1, 3),
  };
}

function faultsOf(random: Random, end: number, kinds: ReturnType<typeof breakages>): Fault[] {
  const faults: Fault[] = [];
  const all = kinds.reduce((sum, [weight]) => sum + weight, 0);
  for (let at = FIRST_MS - 5000; at < end - CALM_MS; at += random.between(0.3, 1.7) * FAULT_MS) {
    let left = random.next() * all;
    const chosen = kinds.find(([weight]) => {
      left -= weight;
      return left < 0;
    });
    if (chosen) faults.push({ at, ...chosen[1]() });
  }
  return faults;
}
