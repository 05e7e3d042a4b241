// Every way that two workers, their deaths and stops, and lost answers can go: an exhaustive search
// over one publication on one channel. The ledger of the model allows exactly the steps of the
// product's own table; the rules of the workers are written here once more, by hand.
import { describe, expect, test } from 'vitest';
import { CLOSED, type State, TRANSITIONS } from '../../src/ledger/states.ts';

type Phase = 'idle' | 'armed' | 'intended' | 'sending' | 'answered' | 'accepted';
interface Worker {
  readonly phase: Phase;
  /** Of the attempt that it believes to be its own. */
  readonly fence: number;
  readonly life: 'runs' | 'stopped' | 'dead';
  /** Its lease: others count it as gone once it has run out, and it counts itself so before. */
  readonly lease: 'fresh' | 'stale' | 'gone';
}
interface World {
  readonly state: State;
  readonly fence: number;
  readonly owner: number | undefined;
  readonly receipt: boolean;
  /** How often the public saw it appear. */
  readonly shown: number;
  /** A request that has left and may still have its effect. */
  readonly flying: readonly number[];
  readonly workers: readonly [Worker, Worker];
  /** Deaths, stops and lost answers still to come. */
  readonly mischief: number;
  readonly told: boolean;
}

/** What makes a channel safe; without it the model must find the double. */
interface Rules {
  /** Asked right before the request leaves. */
  readonly guard: boolean;
  /** A dead worker's last call is waited out before anybody looks. */
  readonly waitOut: boolean;
  /** The ledger refuses who has an older attempt. */
  readonly fencing: boolean;
  /**
   * A second request for what is public already changes nothing (draft consumed, Idempotency-Key,
   * clientmsgid, rename).
   */
  readonly idempotent: boolean;
}

const START: Worker = { phase: 'idle', fence: 0, life: 'runs', lease: 'fresh' };
const allowed = new Set(TRANSITIONS.map(({ from, to }) => `${from} ${to}`));

/**
 * A change by a worker, as ledger.lua makes it: only from what the worker saw, only along the
 * table.
 */
function change(
  world: World,
  from: State,
  fence: number,
  to: State,
  rules: Rules,
  set: Partial<World> = {},
): World | undefined {
  if (!allowed.has(`${from} ${to}`)) throw new Error(`not in the table: ${from} → ${to}`);
  if (world.state !== from || (rules.fencing && world.fence !== fence)) return undefined;
  return { ...world, state: to, ...set };
}

const withWorker = (world: World, index: number, set: Partial<Worker>): World => ({
  ...world,
  workers: world.workers.map((worker, at) =>
    at === index ? { ...worker, ...set } : worker,
  ) as unknown as World['workers'],
});

function* steps(world: World, rules: Rules): Generator<World> {
  for (const index of [0, 1]) yield* stepsOf(world, index, rules);
  // A request on its way reaches the channel, at any time.
  for (const request of new Set(world.flying)) {
    const rest = world.flying.filter((_, at) => at !== world.flying.indexOf(request));
    const shown = rules.idempotent && world.shown > 0 ? world.shown : world.shown + 1;
    yield { ...world, flying: rest, shown };
  }
}

function* stepsOf(world: World, index: number, rules: Rules): Generator<World> {
  const worker = world.workers[index];
  if (!worker) return;
  const other = world.workers[1 - index];
  // Time goes on for whoever does not renew; one that runs renews, unless it has been cut off.
  if (worker.life !== 'runs' && worker.lease === 'fresh')
    yield withWorker(world, index, { lease: 'stale' });
  if (worker.life !== 'runs' && worker.lease === 'stale')
    yield withWorker(world, index, { lease: 'gone' });
  if (worker.life === 'stopped') yield withWorker(world, index, { life: 'runs' });
  if (worker.life === 'dead') yield withWorker(world, index, { ...START });
  if (worker.life !== 'runs') return;
  if (world.mischief > 0) {
    yield withWorker({ ...world, mischief: world.mischief - 1 }, index, {
      life: 'dead',
      phase: 'idle',
    });
    yield withWorker({ ...world, mischief: world.mischief - 1 }, index, { life: 'stopped' });
  }
  yield* work(world, index, worker, rules);
  if (worker.phase === 'idle' && other) yield* takeUp(world, index, worker, other, rules);
}

function* work(world: World, index: number, worker: Worker, rules: Rules): Generator<World> {
  const me = (to: World | undefined, set: Partial<Worker>): World | undefined =>
    to && withWorker(to, index, { lease: 'fresh', ...set });
  const given = (to: World | undefined, set: Partial<Worker>): World =>
    me(to, set) ?? withWorker(world, index, { phase: 'idle' });
  switch (worker.phase) {
    case 'idle':
      if (world.state === 'planned')
        yield given(change(world, 'planned', world.fence, 'staged', rules), {});
      if (world.state === 'staged')
        yield given(
          change(world, 'staged', world.fence, 'armed', rules, {
            fence: world.fence + 1,
            owner: index,
          }),
          {
            phase: 'armed',
            fence: world.fence + 1,
          },
        );
      return;
    case 'armed':
      return yield given(change(world, 'armed', worker.fence, 'releasing', rules), {
        phase: 'intended',
      });
    case 'intended':
      // The question right before the first byte: a stale worker gives back, which the fence may
      // refuse.
      if (rules.guard && worker.lease !== 'fresh')
        return yield given(
          change(world, 'releasing', worker.fence, 'staged', rules, { owner: undefined }),
          { phase: 'idle' },
        );
      return yield withWorker({ ...world, flying: [...world.flying, index] }, index, {
        phase: 'sending',
      });
    case 'sending':
      // The answer comes only once the request has had its effect; or it is lost, before or after
      // that.
      if (!world.flying.includes(index)) yield withWorker(world, index, { phase: 'answered' });
      if (world.mischief > 0) {
        const lost = { ...world, mischief: world.mischief - 1 };
        // Lost for good: the call ended, so what has not arrived by then never will.
        const ended = { ...lost, flying: lost.flying.filter((request) => request !== index) };
        yield given(
          change(ended, 'releasing', worker.fence, 'doubtful', rules, { owner: undefined }),
          { phase: 'idle' },
        );
      }
      return;
    case 'answered':
      return yield given(
        change(world, 'releasing', worker.fence, 'public', rules, {
          owner: undefined,
          receipt: true,
        }),
        { phase: 'idle' },
      );
    case 'accepted':
      return;
  }
}

/** What an idle worker takes up: a doubt, what a dead one held, a look afterwards. */
function* takeUp(
  world: World,
  index: number,
  worker: Worker,
  other: Worker,
  rules: Rules,
): Generator<World> {
  const gone =
    world.owner === undefined ||
    (world.owner === index ? worker.phase === 'idle' : other.lease === 'gone');
  const over = !rules.waitOut || !world.flying.includes(world.owner ?? 0);
  const bump = { fence: world.fence + 1, owner: undefined };
  const sees = world.shown > 0;
  if (world.state === 'armed' && gone)
    yield change(world, 'armed', world.fence, 'staged', rules, bump) ?? world;
  if (world.state === 'releasing' && gone && over)
    yield change(world, 'releasing', world.fence, 'doubtful', rules, bump) ?? world;
  if (world.state === 'doubtful') {
    // The look, or a channel that can't tell: then it is held, and told.
    yield (sees
      ? change(world, 'doubtful', world.fence, 'public', rules, { receipt: true })
      : change(world, 'doubtful', world.fence, 'staged', rules, bump)) ?? world;
    yield change(world, 'doubtful', world.fence, 'held', rules, { told: true }) ?? world;
  }
  if (world.state === 'public' && sees)
    yield change(world, 'public', world.fence, 'verified', rules) ?? world;
}

/** Walks everything that can happen. */
function search(
  rules: Rules,
  mischief: number,
): { worlds: number; doubled: number; stuck: World[]; ends: Set<string> } {
  const first: World = {
    state: 'planned',
    fence: 0,
    owner: undefined,
    receipt: false,
    shown: 0,
    flying: [],
    workers: [START, START],
    mischief,
    told: false,
  };
  const seen = new Set([JSON.stringify(first)]);
  const queue = [first];
  const before = new Map<string, string[]>();
  const finals: string[] = [];
  const ends = new Set<string>();
  let doubled = 0;
  for (let world = queue.pop(); world; world = queue.pop()) {
    const key = JSON.stringify(world);
    if (world.shown > 1) {
      doubled++;
      continue;
    }
    if (CLOSED.includes(world.state) || world.state === 'held') {
      finals.push(key);
      if (world.flying.length === 0)
        ends.add(`${world.state} ${world.shown} ${world.told ? 'told' : ''}`.trim());
    }
    for (const next of steps(world, rules)) {
      const id = JSON.stringify(next);
      before.set(id, [...(before.get(id) ?? []), key]);
      if (!seen.has(id)) {
        seen.add(id);
        queue.push(next);
      }
    }
  }
  const stuck = unreached([...seen], finals, before).map((id) => JSON.parse(id) as World);
  return { worlds: seen.size, doubled, stuck: stuck.filter((world) => world.shown <= 1), ends };
}

/** Worlds from which no end can be reached any more: something that is stuck for good. */
function unreached(
  all: readonly string[],
  ends: readonly string[],
  before: ReadonlyMap<string, readonly string[]>,
): string[] {
  const reaches = new Set(ends);
  for (const frontier = [...ends]; frontier.length > 0; ) {
    for (const one of before.get(frontier.pop() ?? '') ?? [])
      if (!reaches.has(one)) {
        reaches.add(one);
        frontier.push(one);
      }
  }
  return all.filter((id) => !reaches.has(id));
}

const ALL: Rules = { guard: true, waitOut: true, fencing: true, idempotent: false };

describe('two workers, three mishaps, one publication', () => {
  test('whatever happens, it is public once, or held and told; and no path is a dead end', () => {
    const found = search(ALL, 3);
    expect(found.worlds).toBeGreaterThan(2000);
    expect(found.doubled).toBe(0);
    expect(found.stuck).toEqual([]);
    // Held is for a person, who is told: whether the channel shows it or not.
    expect([...found.ends].sort()).toEqual(['held 0 told', 'held 1 told', 'verified 1']);
  });

  test.each([
    ['without the question before the first byte', { ...ALL, guard: false }],
    ["without waiting out a dead worker's last call", { ...ALL, waitOut: false }],
  ])('the model is sharp enough: %s it finds a double', (_, rules) => {
    expect(search(rules, 3).doubled).toBeGreaterThan(0);
  });

  test.each([
    ['without the question before the first byte', { ...ALL, guard: false, idempotent: true }],
    ["without waiting out a dead worker's last call", { ...ALL, waitOut: false, idempotent: true }],
  ])("each channel's own idempotence is a second wall: %s it still comes out once", (_, rules) => {
    const found = search(rules, 3);
    expect(found.doubled).toBe(0);
    expect(found.stuck).toEqual([]);
  });
});
