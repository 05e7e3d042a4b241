// For each rule that can be taken away (switches.ts) a short story that goes wrong without it and
// well with it. Some hang on what a process does at the very step at which it is stopped: those are
// told for several steps.
import type { Act, Script, What } from './acts.ts';
import type { Planned } from './plan-model.ts';

const MINUTE = 60_000;
const START = Date.parse('2026-07-19T08:00:00+08:00');
const DUE = START + 180 * MINUTE;
/** With this one the content is there from the beginning, and approved where it has to be. */
const SEED = 2;

/** An act, so long before (−) or after T, ms. */
type Moment = readonly [after: number, what: What];

function story(
  channels: readonly string[],
  moments: readonly Moment[],
  more: Partial<Planned> = {},
  seed = SEED,
): Script {
  const release: Planned = {
    id: 'r1.2025',
    notice: false,
    due: DUE,
    cancelled: false,
    provisional: false,
    immediate: false,
    channels: ['website', ...channels],
    approval: 'none',
    lead: 30 * MINUTE,
    grace: 5 * MINUTE,
    window: 120 * MINUTE,
    ...more,
  };
  const acts = moments
    .map(([after, what], number): Act => ({ at: DUE + after, number, ...what }))
    .sort((a, b) => a.at - b.at);
  return { seed, start: START, releases: [release], acts };
}

const release = 'r1.2025';
const steps = (most: number): readonly number[] =>
  Array.from({ length: most }, (_, index) => index + 1);
const both = (act: (who: number) => What): readonly What[] => [act(0), act(1)];

export const STORIES: Readonly<Record<string, readonly Script[]>> = {
  floor: [
    story(
      ['weibo'],
      both((who) => ({ kind: 'clock', who, by: 60_000, ms: 10 * MINUTE })).map(
        (act): Moment => [-2 * MINUTE, act],
      ),
    ),
  ],
  lowering: [
    story(
      [],
      [
        [
          -120 * MINUTE,
          { kind: 'move', release, to: DUE - 110 * MINUTE, words: true, immediate: false },
        ],
      ],
    ),
  ],
  // The plan says that it is cancelled; whoever put it into force dies before the ledger agrees.
  // Which of the two is to send hangs on the seed.
  plan: steps(12).map((seed) =>
    story(
      ['weibo'],
      [
        [-1310, { kind: 'die', who: 0, steps: 10, back: 90_000 }],
        [-1500, { kind: 'freeze', who: 1, steps: 0, ms: 15_000 }],
        [-1300, { kind: 'cancel', release }],
      ],
      {},
      SEED + seed,
    ),
  ),
  approvals: [
    story(['weibo'], [[-10 * MINUTE, { kind: 'content', release, state: 'ready' }]], {
      approval: 'three',
    }),
  ],
  unsettled: [
    story(
      ['archive'],
      [
        [
          -MINUTE,
          { kind: 'mood', channel: 'archive', faults: ['broken-after'], often: 1, ms: 10 * MINUTE },
        ],
        [20 * MINUTE, { kind: 'content', release, state: 'ready' }],
      ],
    ),
  ],
  // The answer is lost, and others fill what the channel shows of its posts; twenty minutes later
  // it takes the same text again.
  'cannot-tell': [
    story(
      ['weibo'],
      [
        [-MINUTE, { kind: 'mood', channel: 'weibo', faults: ['lost-after'], often: 1, ms: 90_000 }],
        [3000, { kind: 'crowd' }],
        [10 * MINUTE, { kind: 'content', release, state: 'ready' }],
      ],
    ),
  ],
  birth: [story(['wechat'], [[8000, { kind: 'redis-lost', restarts: true }]])],
  // A hold is acknowledged, and lost by the replica that takes over.
  forgotten: [
    story(
      ['weibo'],
      [
        [-20_050, { kind: 'failover', lag: 900 }],
        [-20_000, { kind: 'hold', release, channel: 'weibo' }],
      ],
    ),
  ],
  // Whichever of the two has it in hand.
  'stale-worker': steps(12).flatMap((count) =>
    both((who) => ({ kind: 'freeze', who, steps: count, ms: 25 * MINUTE })).map((act) =>
      story(['weibo'], [[-100, act]]),
    ),
  ),
  poll: [story(['weibo'], [[-20_000, { kind: 'queues-emptied' }]])],
  letters: [story(['weibo'], [[-60 * MINUTE, { kind: 'content', release, state: 'missing' }]])],
  'site-lost': [story(['weibo'], [[20 * MINUTE, { kind: 'site-lost' }]])],
  'year-gone': [story(['weibo'], [[-60 * MINUTE, { kind: 'year-away' }]])],
};
