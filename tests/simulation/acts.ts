// What happens in a history: thirty to sixty acts of people, machines and channels, drawn from its
// seed. Pure data: an act can be left out and the others stay as they are. For what each does see
// history.ts.

import type { Random } from '../chaos/random.ts';
import { FAULTS, type Fault } from './outside.ts';
import type { Planned } from './plan-model.ts';
import { chance } from './random.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** One thing that happens at an instant. */
export type Act = { readonly at: number; readonly number: number } & What;

export type What =
  | {
      readonly kind: 'move';
      readonly release: string;
      readonly to: number;
      readonly words: boolean;
      readonly immediate: boolean;
    }
  | { readonly kind: 'cancel' | 'remove' | 'rename'; readonly release: string }
  | {
      readonly kind: 'put-back';
      readonly release: string;
      readonly to: number | undefined;
      readonly words: boolean;
    }
  | { readonly kind: 'confirm'; readonly release: string }
  | {
      readonly kind: 'add';
      readonly release: string;
      readonly to: number;
      readonly immediate: boolean;
      readonly notice: boolean;
    }
  | { readonly kind: 'channels'; readonly release: string; readonly channels: readonly string[] }
  | { readonly kind: 'approval'; readonly release: string; readonly approval: Planned['approval'] }
  | {
      readonly kind: 'lengths';
      readonly release: string;
      readonly lead: number;
      readonly grace: number;
      readonly window: number;
    }
  | { readonly kind: 'plan-broken' | 'year-away' | 'year-wrong' | 'plan-mended' }
  | {
      readonly kind: 'content';
      readonly release: string;
      readonly state: 'ready' | 'flawed' | 'missing';
    }
  | {
      readonly kind: 'approve';
      readonly release: string;
      readonly person: string;
      readonly old: boolean;
    }
  | {
      readonly kind: 'publish' | 'retry' | 'hold';
      readonly release: string;
      readonly channel: string;
    }
  | { readonly kind: 'settle'; readonly release: string; readonly channel: string }
  | { readonly kind: 'withdraw' | 'correct'; readonly release: string }
  | { readonly kind: 'die'; readonly who: number; readonly steps: number; readonly back: number }
  | { readonly kind: 'freeze'; readonly who: number; readonly steps: number; readonly ms: number }
  | { readonly kind: 'clock'; readonly who: number; readonly by: number; readonly ms: number }
  | { readonly kind: 'slow-redis'; readonly ms: number }
  | { readonly kind: 'failover'; readonly lag: number }
  | { readonly kind: 'redis-lost'; readonly restarts: boolean }
  | { readonly kind: 'redis-restored'; readonly age: number }
  | { readonly kind: 'site-lost' }
  | { readonly kind: 'queues-emptied' }
  | { readonly kind: 'queues-lossy'; readonly ms: number }
  | { readonly kind: 'disk-full' | 'unreadable'; readonly ms: number }
  | {
      readonly kind: 'mood';
      readonly channel: string;
      readonly faults: readonly Fault[];
      readonly often: number;
      readonly ms: number;
    }
  | { readonly kind: 'crowd' }
  | { readonly kind: 'bounce'; readonly address: string; readonly ms: number };

/** What a history begins with, and what happens in it. */
export interface Script {
  readonly seed: number;
  readonly start: number;
  readonly releases: readonly Planned[];
  readonly acts: readonly Act[];
}

/** In the morning, or so that it goes through somebody's quiet hours. */
const STARTS = ['2026-07-19T08:00:00+08:00', '2026-07-19T17:00:00+08:00'].map((text) =>
  Date.parse(text),
);
const OTHERS = ['catalogue', 'archive', 'wechat', 'followers', 'weibo'];
const PEOPLE = ['wang', 'li', 'zhao', 'qian'];

function firstPlan(random: Random, start: number): Planned[] {
  const instants = Array.from({ length: 5 }, () => start + random.whole(3 * 60, 11 * 60) * MINUTE);
  return Array.from({ length: random.whole(6, 9) }, (_, index): Planned => {
    const id = `r${index + 1}`;
    const notice = random.next() < 0.25;
    return {
      id: notice ? id : `${id}.2025`,
      notice,
      due: random.pick(instants),
      cancelled: false,
      provisional: random.next() < 0.15,
      immediate: false,
      channels: ['website', ...OTHERS.filter(() => random.next() < 0.45)],
      approval: random.pick(['none', 'none', 'none', 'one', 'three'] as const),
      ...lengths(random),
    };
  });
}

function lengths(random: Random): Pick<Planned, 'lead' | 'grace' | 'window'> {
  return {
    lead: random.pick([10, 30, 60, 120]) * MINUTE,
    grace: random.pick([1, 5, 15]) * MINUTE,
    window: random.pick([20, 120, 720]) * MINUTE,
  };
}

/** The script of a seed. @param kinds only such acts, and fewer */
export function scriptOf(seed: number, kinds?: readonly What['kind'][]): Script {
  const random = chance(seed, 'script');
  const start = random.pick(STARTS);
  const releases = firstPlan(random, start);
  const last = Math.max(...releases.map(({ due }) => due));
  const count = kinds ? random.whole(8, 20) : random.whole(30, 60);
  const acts = Array.from({ length: count }, (_, index): Act => {
    const own = chance(seed, 'act', index);
    const focus = own.pick(releases);
    const at = instantOf(own, focus, start, last);
    const what = drawn(own, focus, releases, kinds);
    return { at: own.next() < 0.5 ? at : bestAt(own, focus, what, at), number: index, ...what };
  });
  return { seed, start, releases, acts: acts.sort((a, b) => a.at - b.at || a.number - b.number) };
}

function drawn(
  random: Random,
  focus: Planned,
  all: readonly Planned[],
  kinds: readonly What['kind'][] | undefined,
): What {
  for (;;) {
    const what = whatOf(random, focus, all);
    if (!kinds || kinds.includes(what.kind)) return what;
  }
}

/** Most of what matters happens near a due instant. */
function instantOf(
  random: Random,
  { due, lead, grace }: Planned,
  start: number,
  last: number,
): number {
  const luck = random.next();
  if (luck < 0.3) return due + random.whole(-12_000, 20_000);
  if (luck < 0.45) return due + random.whole(-15 * MINUTE, 15 * MINUTE);
  if (luck < 0.55) return due - lead + random.whole(-90_000, 90_000);
  if (luck < 0.65) return due + grace + random.whole(-90_000, 600_000);
  return start + random.whole(10 * MINUTE, last - start + HOUR);
}

/** Where an act of its kind does most harm. */
function bestAt(random: Random, { due }: Planned, what: What, at: number): number {
  switch (what.kind) {
    case 'mood':
    case 'clock':
      return due - random.whole(1000, 60_000);
    case 'content':
    case 'settle':
    case 'retry':
    case 'publish':
      return due + random.whole(5000, 30 * MINUTE);
    case 'freeze':
      // Between an intent and what follows from it.
      return what.steps === 0 ? due - random.whole(0, 4000) : due - random.whole(0, 400);
    case 'slow-redis':
      return due - random.whole(0, 4000);
    case 'die':
    case 'failover':
      return due + random.whole(-2000, 1000);
    case 'redis-lost':
    case 'redis-restored':
    case 'crowd':
      return due + random.whole(1000, 10 * MINUTE);
    case 'move':
    case 'cancel':
    case 'channels':
    case 'approval':
      return due - random.whole(0, 2000);
    default:
      return at;
  }
}

/** Later, earlier, into the past, into the lead, onto another's instant. */
function elsewhen(random: Random, { due, lead }: Planned, all: readonly Planned[]): number {
  const whole = (at: number): number => Math.floor(at / MINUTE) * MINUTE;
  const luck = random.next();
  if (luck < 0.25) return whole(due + random.whole(1, 600) * MINUTE);
  if (luck < 0.5) return whole(due - random.whole(1, 600) * MINUTE);
  if (luck < 0.65) return whole(due - 24 * HOUR);
  if (luck < 0.8) return whole(due - random.next() * lead);
  if (luck < 0.9) return random.pick(all).due;
  return whole(due + 24 * HOUR);
}

const mostly = (random: Random): boolean => random.next() < 0.8;

function whatOf(random: Random, focus: Planned, all: readonly Planned[]): What {
  const luck = random.next();
  if (luck < 0.34) return planAct(random, focus, all);
  if (luck < 0.6) return deskAct(random, focus);
  if (luck < 0.8) return machineAct(random);
  return channelAct(random, focus);
}

function planAct(random: Random, focus: Planned, all: readonly Planned[]): What {
  const release = focus.id;
  const luck = random.next();
  if (luck < 0.3)
    return {
      kind: 'move',
      release,
      to: elsewhen(random, focus, all),
      words: mostly(random),
      immediate: random.next() < 0.2,
    };
  if (luck < 0.42) return { kind: 'cancel', release };
  if (luck < 0.55)
    return {
      kind: 'put-back',
      release,
      to: random.next() < 0.5 ? undefined : elsewhen(random, focus, all),
      words: random.next() < 0.5,
    };
  if (luck < 0.6) return { kind: 'confirm', release };
  if (luck < 0.66)
    return {
      kind: 'add',
      release: `n${random.whole(1, 99)}`,
      to: elsewhen(random, focus, all),
      immediate: random.next() < 0.3,
      notice: random.next() < 0.5,
    };
  if (luck < 0.74)
    return {
      kind: 'channels',
      release,
      channels: ['website', ...OTHERS.filter(() => random.next() < 0.45)],
    };
  if (luck < 0.82)
    return { kind: 'approval', release, approval: random.pick(['none', 'one', 'three'] as const) };
  if (luck < 0.87) return { kind: 'lengths', release, ...lengths(random) };
  if (luck < 0.9) return { kind: random.pick(['remove', 'rename'] as const), release };
  if (luck < 0.96)
    return { kind: random.pick(['plan-broken', 'year-away', 'year-wrong'] as const) };
  return { kind: 'plan-mended' };
}

function deskAct(random: Random, focus: Planned): What {
  const release = focus.id;
  const channel = random.pick(focus.channels);
  const luck = random.next();
  if (luck < 0.3)
    return {
      kind: 'content',
      release,
      state: random.pick(['ready', 'ready', 'ready', 'flawed', 'missing'] as const),
    };
  if (luck < 0.5)
    return { kind: 'approve', release, person: random.pick(PEOPLE), old: random.next() < 0.1 };
  if (luck < 0.6) return { kind: 'publish', release, channel };
  if (luck < 0.72) return { kind: 'retry', release, channel };
  if (luck < 0.8) return { kind: 'hold', release, channel };
  if (luck < 0.88) return { kind: 'settle', release, channel };
  return { kind: random.pick(['withdraw', 'correct'] as const), release };
}

function machineAct(random: Random): What {
  const luck = random.next();
  const who = random.whole(0, 1);
  if (luck < 0.35)
    return { kind: 'die', who, steps: random.whole(0, 60), back: random.whole(2, 120) * 1000 };
  if (luck < 0.5) return { kind: 'freeze', who, ...freezing(random) };
  if (luck < 0.58)
    return {
      kind: 'clock',
      who,
      by: random.pick([-90_000, -5000, 3000, 60_000, 600_000]),
      ms: random.whole(1, 20) * MINUTE,
    };
  if (luck < 0.66) return { kind: 'slow-redis', ms: random.whole(500, 8000) };
  if (luck < 0.74) return { kind: 'failover', lag: random.whole(20, 900) };
  if (luck < 0.78) return { kind: 'redis-lost', restarts: random.next() < 0.5 };
  if (luck < 0.82) return { kind: 'redis-restored', age: random.whole(1, 120) * MINUTE };
  if (luck < 0.87) return { kind: 'queues-emptied' };
  if (luck < 0.92) return { kind: 'queues-lossy', ms: random.whole(1, 60) * MINUTE };
  if (luck >= 0.975) return { kind: 'site-lost' };
  return {
    kind: random.pick(['disk-full', 'unreadable'] as const),
    ms: random.whole(1, 30) * MINUTE,
  };
}

/**
 * At once, or between an intent and what follows from it: for so long that others take over, or
 * until Weibo takes the same text again.
 */
function freezing(random: Random): { steps: number; ms: number } {
  if (random.next() < 0.4)
    return { steps: 0, ms: random.pick([500, 2500, 3500, 6000, 15_000, 120_000]) };
  return { steps: random.whole(1, 10), ms: random.pick([15_000, 120_000, 25 * MINUTE]) };
}

function channelAct(random: Random, focus: Planned): What {
  const luck = random.next();
  if (luck < 0.12) return { kind: 'crowd' };
  if (luck < 0.25)
    return {
      kind: 'bounce',
      address: random.pick(['*', 'wang@sim.example', 'li@sim.example']),
      ms: random.pick([5, 60, 12 * 60]) * MINUTE,
    };
  const count = random.whole(1, 3);
  return {
    kind: 'mood',
    channel: random.pick(focus.channels.length > 1 ? focus.channels.slice(1) : OTHERS),
    faults: Array.from({ length: count }, () => random.pick(FAULTS)),
    often: random.pick([0.3, 0.7, 1]),
    ms: random.whole(1, 90) * MINUTE,
  };
}
