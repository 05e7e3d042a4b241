// The judge of a chaos run, on evidence made by hand: each way of breaking a promise is found, and
// what people may do is not.
import { expect, test } from 'vitest';
import type { Entry, Version } from '../chaos/plans.ts';
import { type Evidence, judge, type Verdict } from '../chaos/verdict.ts';

/** Instants in milliseconds; the release `a` is due at 100 s on the website and at Weibo. */
const S = 1000;
const A: Entry = { due: 100 * S, channels: ['website', 'weibo'] };
const iso = (at: number): string => new Date(at).toISOString();

/** Plans, each with what `a` says, when it was written, and whether it had to be refused. */
function versions(...all: readonly (Partial<Entry> & { at: number })[]): Version[] {
  return all.map(({ at, ...more }, number) => {
    const entry = { ...A, ...more };
    return { number, writtenAt: at, entries: new Map([['a', entry]]), bad: entry.bad };
  });
}

/** A run in which `a` came out everywhere at 100 s, but for what is said. */
function run(
  said: Partial<Evidence> & {
    site?: Evidence['site'];
    weibo?: number;
    times?: number;
    letters?: readonly number[];
  } = {},
): Verdict {
  const { weibo = 100 * S, times = 1, letters = [], ...more } = said;
  return judge({
    versions: versions({ at: 0 }),
    inForce: new Map([[0, 1 * S]]),
    inspected: {
      items: weibo < 0 ? [] : [{ channel: 'weibo', key: 'a', publicSince: iso(weibo), times }],
      calls: [],
      mails: letters.map((at) => ({ subject: '未按时', at: iso(at), text: '公告（a）未按时公开' })),
    },
    site: new Map([['a', { after: 100 * S, by: 100 * S + 3 }]]),
    vanished: new Set(),
    unmarked: [],
    given: [],
    delayed: new Set(),
    graceMs: 20 * S,
    onlyKilled: () => false,
    ...more,
  });
}
/** What is wrong, by kind. */
const wrong = ({ early, doubled, lost, silent, unapproved, accepted }: Verdict) =>
  Object.fromEntries(
    Object.entries({ early, doubled, lost, silent, unapproved, accepted }).filter(
      ([, list]) => list.length > 0,
    ),
  );

test('everything at its instant: nothing is wrong', () => {
  expect(wrong(run())).toEqual({});
  expect(run()).toMatchObject({ publications: 2, public: 2, refused: 0, worstRecoveryMs: 0 });
});

test('early is what was certainly seen before: a millisecond, and no coarser', () => {
  expect(wrong(run({ weibo: 100 * S - 1 }))).toEqual({ early: ['a@weibo -1 ms'] });
  expect(wrong(run({ site: new Map([['a', { after: 99 * S, by: 100 * S - 20 }]]) }))).toEqual({
    early: ['a@website -20 ms'],
  });
  // Seen only at T, whenever it was that the look before had ended.
  expect(wrong(run({ site: new Map([['a', { after: 50 * S, by: 100 * S }]]) }))).toEqual({});
});

test('what nobody promised is early whenever it comes out', () => {
  expect(
    wrong(
      run({
        site: new Map([
          ['b', { after: 1, by: 2 }],
          ['a', { after: 100 * S, by: 100 * S }],
        ]),
      }),
    ),
  ).toEqual({ early: ['b@website never promised'] });
});

test('twice is doubled; a page that vanishes is lost; nothing and no letter is lost', () => {
  expect(wrong(run({ times: 2 }))).toEqual({ doubled: ['a@weibo'] });
  expect(wrong(run({ vanished: new Set(['a']) }))).toEqual({ lost: ['a@website vanished'] });
  expect(wrong(run({ weibo: -1 }))).toEqual({ lost: ['a@weibo'] });
});

test('a warning of before T does not say that it is missed (14.23); a letter after T does', () => {
  expect(wrong(run({ weibo: -1, letters: [90 * S] }))).toEqual({ lost: ['a@weibo'] });
  expect(wrong(run({ weibo: -1, letters: [120 * S] }))).toEqual({});
  expect(wrong(run({ weibo: 130 * S }))).toEqual({ silent: ['a@weibo +30000 ms'] });
  expect(wrong(run({ weibo: 130 * S, letters: [121 * S] }))).toEqual({});
});

test('moved later with words, and seen in force: the old instant is early', () => {
  const moved = {
    versions: versions({ at: 0 }, { at: 50 * S, due: 150 * S, was: 100 * S }),
    inForce: new Map([
      [0, S],
      [1, 51 * S],
    ]),
  };
  const out = (at: number) => ({
    ...moved,
    weibo: at,
    site: new Map([['a', { after: at, by: at }]]),
  });
  expect(wrong(run(out(100 * S)))).toEqual({ early: ['a@website -50000 ms', 'a@weibo -50000 ms'] });
  expect(wrong(run(out(150 * S)))).toEqual({});
  // Written, and never seen in force: it was refused, or not. Either instant is lawful.
  expect(wrong(run({ ...out(100 * S), inForce: new Map([[0, S]]) }))).toEqual({});
  // A request that was on its way when the plan changed.
  const close = {
    versions: versions({ at: 0 }, { at: 98 * S, due: 150 * S, was: 100 * S }),
    inForce: new Map([
      [0, S],
      [1, 99 * S],
    ]),
  };
  expect(wrong(run(close))).toEqual({});
});

test('moved into the past without `immediate` changes nothing (14.1): public by it is early, in force it is accepted', () => {
  const bad = versions(
    { at: 0 },
    { at: 50 * S, due: 40 * S, was: 100 * S, bad: 'past' },
    { at: 55 * S },
  );
  const at50 = { weibo: 51 * S, site: new Map([['a', { after: 51 * S, by: 51 * S }]]) };
  expect(
    wrong(
      run({
        versions: bad,
        inForce: new Map([
          [0, S],
          [1, 51 * S],
        ]),
        ...at50,
      }),
    ),
  ).toEqual({
    early: ['a@website -49000 ms', 'a@weibo -49000 ms'],
    accepted: ['plan 1: past'],
  });
  expect(
    run({
      versions: bad,
      inForce: new Map([
        [0, S],
        [2, 56 * S],
      ]),
    }),
  ).toMatchObject({ early: [], accepted: [], refused: 1 });
  // With the word it may go at once.
  const said = versions({ at: 0 }, { at: 50 * S, due: 40 * S, was: 100 * S, immediate: true });
  expect(
    wrong(
      run({
        versions: said,
        inForce: new Map([
          [0, S],
          [1, 51 * S],
        ]),
        ...at50,
      }),
    ),
  ).toEqual({});
});

test('cancelled and sent all the same (14.2), off a channel, or not approved (14.3): without leave', () => {
  const after = (more: Partial<Entry>) => ({
    versions: versions({ at: 0 }, { at: 50 * S, ...more }),
    inForce: new Map([
      [0, S],
      [1, 51 * S],
    ]),
  });
  expect(wrong(run(after({ cancelled: true })))).toEqual({ unapproved: ['a@website', 'a@weibo'] });
  expect(wrong(run(after({ channels: ['website'] })))).toEqual({ unapproved: ['a@weibo'] });
  expect(wrong(run(after({ approval: 'one' })))).toEqual({ unapproved: ['a@website', 'a@weibo'] });
  const given = [{ id: 'a', by: '甲', at: 60 * S }];
  expect(wrong(run({ ...after({ approval: 'one' }), given }))).toEqual({});
  expect(wrong(run({ ...after({ approval: 'three' }), given }))).toEqual({
    unapproved: ['a@website', 'a@weibo'],
  });
});

test('cancelled: nobody waits for it; put back and never out: lost (14.13)', () => {
  const none = { weibo: -1, site: new Map() };
  const cancelled = versions({ at: 0 }, { at: 50 * S, cancelled: true }, { at: 60 * S });
  expect(
    wrong(
      run({
        ...none,
        versions: cancelled.slice(0, 2),
        inForce: new Map([
          [0, S],
          [1, 51 * S],
        ]),
      }),
    ),
  ).toEqual({});
  expect(
    wrong(
      run({
        ...none,
        versions: cancelled,
        inForce: new Map([
          [0, S],
          [1, 51 * S],
          [2, 61 * S],
        ]),
      }),
    ),
  ).toEqual({ lost: ['a@website', 'a@weibo'] });
});

test('a line or a whole year that is gone cancels nothing (14.15)', () => {
  const none = { weibo: -1, site: new Map() };
  const gone = versions({ at: 0 }, { at: 50 * S, gone: true, bad: 'its line is gone' });
  expect(wrong(run({ ...none, versions: gone, unmarked: [51 * S] }))).toEqual({
    lost: ['a@website', 'a@weibo'],
    accepted: ['the year is gone'],
  });
});

test('a plan written at T plus something is late only from then on', () => {
  const back = {
    versions: versions(
      { at: 0 },
      { at: 50 * S, cancelled: true },
      { at: 130 * S, immediate: true },
    ),
    inForce: new Map([
      [0, S],
      [1, 51 * S],
      [2, 131 * S],
    ]),
  };
  expect(
    wrong(
      run({ ...back, weibo: 133 * S, site: new Map([['a', { after: 132 * S, by: 132 * S }]]) }),
    ),
  ).toEqual({});
});

test('a plan that is written again with other lines in it makes nothing less late', () => {
  const again = {
    versions: versions({ at: 0 }, { at: 125 * S }),
    inForce: new Map([
      [0, S],
      [1, 126 * S],
    ]),
  };
  expect(wrong(run({ ...again, weibo: 130 * S }))).toEqual({ silent: ['a@weibo +30000 ms'] });
});
