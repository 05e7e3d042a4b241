// What people do during a chaos run, from its seed: they move, cancel, put back, rename and
// mistype; they hold and publish; they break what they mean to mend. Not for doing it: crew.ts. All
// times are milliseconds from the start.
import type { Random } from './random.ts';
import type { Due } from './scenario.ts';

/**
 * Something that a person does. What Banli must refuse (`bad`) changes nothing, and is taken back
 * after `for`.
 */
export type Act = { readonly at: number } & (
  | { readonly what: 'move'; readonly id: string; readonly to: number }
  /**
   * To an instant that is past, or nearer than the lead: only with `immediate: true`. `to` counts
   * from the moment of writing.
   */
  | {
      readonly what: 'move-at-once';
      readonly id: string;
      readonly to: number;
      readonly immediate: boolean;
      readonly for: number;
    }
  | { readonly what: 'cancel'; readonly id: string }
  | {
      readonly what: 'put-back';
      readonly id: string;
      readonly to?: number;
      readonly immediate: boolean;
    }
  | { readonly what: 'add'; readonly due: Due; readonly provisional: boolean }
  | { readonly what: 'confirm'; readonly id: string; readonly to: number }
  | { readonly what: 'remove'; readonly id: string; readonly for: number }
  | { readonly what: 'rename'; readonly id: string; readonly for: number }
  | { readonly what: 'year-away'; readonly for: number }
  | { readonly what: 'channels'; readonly id: string; readonly channels: readonly string[] }
  | { readonly what: 'approval'; readonly id: string; readonly needs: 'one' | 'three' }
  | {
      readonly what: 'settings';
      readonly leadMs: number;
      readonly graceMs: number;
      readonly windowMs: number;
    }
  | {
      readonly what: 'content';
      readonly id: string;
      readonly how: 'changed' | 'broken' | 'away' | 'mended';
    }
  | {
      readonly what: 'ask';
      readonly id: string;
      readonly to: 'hold' | 'publish' | 'retry' | 'settle' | 'approve';
      readonly channel?: string;
    }
);

const ACT_MS = 5000;
/**
 * What is done about a release is done this long before it is due, at least: longer than the
 * longest lead, and the time to notice.
 */
const AHEAD_MS = 42_000;

interface Around {
  readonly random: Random;
  readonly at: number;
  readonly count: number;
  readonly some: () => string[];
}
type Made = readonly Act[];
type Make = (due: Due, around: Around) => Made;

const seconds = (ms: number): number => Math.round(ms / 1000) * 1000;
const how = (random: Random): number => random.between(1500, 5000);

/** What may be done about a release that is due in a while, and how often beside the others. */
const ABOUT_ONE: readonly (readonly [weight: number, make: Make])[] = [
  [
    12,
    ({ id, at: due }, { at, random }) => [
      { at, what: 'move', id, to: due + random.whole(1, 20) * 1000 },
    ],
  ],
  [
    6,
    ({ id, at: due }, { at, random }) => [
      {
        at,
        what: 'move',
        id,
        to: Math.max(seconds(at) + AHEAD_MS, due - random.whole(1, 20) * 1000),
      },
    ],
  ],
  [
    5,
    ({ id }, { at, random }) => [
      {
        at,
        what: 'move-at-once',
        id,
        to: -random.whole(1, 90) * 1000,
        immediate: false,
        for: how(random),
      },
    ],
  ],
  [
    5,
    ({ id }, { at, random }) => [
      {
        at,
        what: 'move-at-once',
        id,
        to: random.whole(2, 5) * 1000,
        immediate: false,
        for: how(random),
      },
    ],
  ],
  [
    5,
    ({ id }, { at, random }) => [
      { at, what: 'move-at-once', id, to: random.whole(-20, 5) * 1000, immediate: true, for: 0 },
    ],
  ],
  [6, ({ id }, { at }) => [{ at, what: 'cancel', id }]],
  [8, putBackBefore],
  [6, putBackAfter],
  [4, ({ id }, { at, random }) => [{ at, what: 'remove', id, for: how(random) }]],
  [4, ({ id }, { at, random }) => [{ at, what: 'rename', id, for: how(random) }]],
  [8, ({ id }, { at, some }) => [{ at, what: 'channels', id, channels: some() }]],
  [7, approvalRaised],
  [14, contentChanged],
];

/** What needs no release. */
const ABOUT_ALL: readonly (readonly [weight: number, make: (around: Around) => Made])[] = [
  [6, added],
  [4, ({ at, random }) => [{ at, what: 'year-away', for: how(random) }]],
  [
    5,
    ({ at, random }) => [
      {
        at,
        what: 'settings',
        leadMs: random.whole(10, 30) * 1000,
        graceMs: random.whole(15, 30) * 1000,
        windowMs: random.whole(300, 1200) * 1000,
      },
    ],
  ],
  [
    4,
    ({ at, random, some, count }) => [
      {
        at,
        what: 'add',
        due: { id: `late${count}`, at: seconds(at) - random.whole(5, 60) * 1000, channels: some() },
        provisional: false,
      },
    ],
  ],
];

function putBackBefore({ id, at: due }: Due, { at, random }: Around): Made {
  const cancel: Act = { at, what: 'cancel', id };
  const back = at + random.between(500, 9000);
  if (random.next() < 0.5) return [cancel, { at: back, what: 'put-back', id, immediate: false }];
  return [
    cancel,
    { at: back, what: 'put-back', id, to: due + random.whole(5, 30) * 1000, immediate: false },
  ];
}

function putBackAfter({ id, at: due }: Due, { at, random }: Around): Made {
  return [
    { at, what: 'cancel', id },
    { at: due + random.between(500, 15_000), what: 'put-back', id, immediate: random.next() < 0.6 },
  ];
}

function approvalRaised({ id, at: due }: Due, { at, random }: Around): Made {
  const raised: Act = {
    at: random.next() < 0.5 ? at : due - random.between(2000, 14_000),
    what: 'approval',
    id,
    needs: random.pick(['one', 'three']),
  };
  if (random.next() < 0.4) return [raised];
  const given = due + random.between(-12_000, 12_000);
  return [raised, { at: Math.max(given, raised.at + 1000), what: 'ask', id, to: 'approve' }];
}

function contentChanged({ id, at: due }: Due, { at, random }: Around): Made {
  const when = Math.max(at, due - random.between(3000, 18_000));
  const broken = random.pick(['changed', 'changed', 'broken', 'away'] as const);
  const first: Act = { at: when, what: 'content', id, how: broken };
  if (broken === 'changed' || random.next() < 0.3) return [first];
  return [first, { at: when + random.between(1000, 30_000), what: 'content', id, how: 'mended' }];
}

function added({ at, random, some, count }: Around): Made {
  const provisional = random.next() < 0.5;
  const due = {
    id: `added${count}`,
    at: seconds(at) + random.whole(46, 60) * 1000,
    channels: some(),
  };
  const add: Act = { at, what: 'add', due, provisional };
  // Confirmed, some of them on another day: a provisional date is nobody's promise and needs no
  // words.
  return provisional
    ? [add, { at: at + 4000, what: 'confirm', id: due.id, to: due.at + random.whole(0, 1) * 6000 }]
    : [add];
}

/** What an operator asks of a release around its instant, whether or not it makes sense. */
function asked({ id, at: due, channels }: Due, random: Random): Made {
  const to = random.pick([
    'hold',
    'publish',
    'publish',
    'retry',
    'retry',
    'settle',
    'settle',
  ] as const);
  const channel = random.next() < 0.6 ? random.pick(channels) : undefined;
  const at = due + random.between(-14_000, 30_000);
  const ask = (when: number, what: typeof to): Act => ({
    at: when,
    what: 'ask',
    id,
    to: what,
    ...(channel ? { channel } : {}),
  });
  // A person cannot settle before they have had time to look.
  if (to === 'settle') return [ask(due + random.between(50_000, 70_000), 'settle')];
  return to === 'hold' && random.next() < 0.7
    ? [ask(at, 'hold'), ask(at + random.between(3000, 20_000), 'retry')]
    : [ask(at, to)];
}

function weighed<T>(random: Random, all: readonly (readonly [weight: number, make: T])[]): T {
  let left = random.next() * all.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, make] of all) {
    left -= weight;
    if (left < 0) return make;
  }
  throw new Error('nothing to pick from');
}

/** @param from when people begin @param end when the last release is due */
export function actsOf(
  random: Random,
  dues: readonly Due[],
  from: number,
  end: number,
  some: () => string[],
): Act[] {
  const acts: Act[] = [];
  const touched = new Set<string>();
  for (let at = from, count = 0; at < end; at += random.between(0.5, 1.5) * ACT_MS, count++) {
    const around = { random, at, count, some };
    if (random.next() < 0.2) {
      if (at < end - AHEAD_MS) acts.push(...weighed(random, ABOUT_ALL)(around));
      continue;
    }
    if (random.next() < 0.3) {
      const near = dues.filter((due) => Math.abs(due.at - at) < 12_000);
      if (near.length > 0) acts.push(...asked(random.pick(near), random));
      continue;
    }
    const later = dues.filter(
      (due) => due.at > at + AHEAD_MS - 10_000 && due.at < at + 80_000 && !touched.has(due.id),
    );
    if (later.length === 0) continue;
    const due = random.pick(later);
    touched.add(due.id);
    acts.push(...weighed(random, ABOUT_ONE)(due, around));
  }
  return acts
    .filter((act) => act.at < end + 5000 || act.what === 'ask')
    .sort((a, b) => a.at - b.at);
}
