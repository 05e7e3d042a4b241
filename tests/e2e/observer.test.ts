// The instrument by which a chaos run calls a release early, tried on flips of our own. It may err
// towards late, and never towards early.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Flip, MARK, SiteObserver } from '../chaos/observer.ts';
import { until } from '../helpers/clock.ts';
import { temporary } from '../helpers/folder.ts';

/** A site of our own: each edition holds releases and a plan's mark. */
function site() {
  const root = temporary('flips');
  const edition = (name: string, releases: readonly string[], mark?: number): void => {
    mkdirSync(join(root, name));
    writeFileSync(
      join(root, name, 'releases.json'),
      JSON.stringify({ releases: releases.map((id) => ({ id })) }),
    );
    const marks = mark === undefined ? [] : [{ id: MARK, name: { zh: `第${mark}版` } }];
    writeFileSync(join(root, name, 'calendar.json'), JSON.stringify({ releases: marks }));
  };
  const flip = (name: string): void => {
    symlinkSync(name, join(root, 'next'));
    renameSync(join(root, 'next'), join(root, 'current'));
  };
  return { root, edition, flip };
}

/**
 * An observer whose clock is turned by hand, and which reads a clock that goes on by a millisecond
 * at each reading.
 */
function byHand(root: string) {
  const flips: Flip[] = [];
  let now = 0;
  const observer = new SiteObserver(
    root,
    (one) => flips.push(one),
    () => now++,
  );
  return {
    flips,
    lookAt(at: number) {
      now = at;
      observer.look();
    },
  };
}
const T = 1_000_000;

test('a flip 20 ms early is seen as early, by its instant', () => {
  const { root, edition, flip } = site();
  const { flips, lookAt } = byHand(root);
  edition('one', ['a'], 4);
  lookAt(T - 30);
  flip('one');
  lookAt(T - 20);
  expect(flips).toEqual([{ after: T - 30, by: T - 19, shown: ['a'], mark: 4 }]);
});

test('a flip at T is never early: however slow the look was, and however late its thread woke', () => {
  const { root, edition, flip } = site();
  const { flips, lookAt } = byHand(root);
  edition('one', ['a']);
  edition('two', ['a', 'b']);
  flip('one');
  lookAt(T - 500);
  // Looked last long before T, and again long after.
  flip('two');
  lookAt(T + 40);
  expect(flips[1]).toEqual({ after: T - 500, by: T + 41, shown: ['a', 'b'], mark: undefined });
});

test('the same edition twice is one flip; a link that is gone for a while changes nothing', () => {
  const { root, edition, flip } = site();
  const { flips, lookAt } = byHand(root);
  lookAt(1);
  edition('one', ['a']);
  flip('one');
  lookAt(10);
  lookAt(20);
  renameSync(join(root, 'current'), join(root, 'lost'));
  lookAt(30);
  renameSync(join(root, 'lost'), join(root, 'current'));
  lookAt(40);
  expect(flips.map(({ by }) => by)).toEqual([11]);
});

/**
 * Flips links in a process of its own, each so many milliseconds from a whole number of 50 ms, by
 * the system's clock.
 */
const FLIPPER = `import { renameSync, symlinkSync } from 'node:fs';
const [root, offset, count] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
for (let n = 0; n < count; n++) {
  const at = (Math.floor(Date.now() / 50) + 2) * 50;
  while (Date.now() < at + offset);
  symlinkSync('e' + n, root + '/next');
  renameSync(root + '/next', root + '/current');
  console.log(n, at);
}`;

/** @returns by how much each flip was seen before its instant; those are not early that were not */
async function flipped(offset: number, count: number): Promise<number[]> {
  const { root, edition } = site();
  for (let n = 0; n < count; n++) edition(`e${n}`, [], n);
  const script = join(root, 'flipper.mjs');
  writeFileSync(script, FLIPPER);
  const seen = new Map<number, number>();
  const observer = new SiteObserver(root, ({ by, mark }) => seen.set(mark ?? -1, by));
  observer.start();
  const child = spawn(process.execPath, [script, root, String(offset), String(count)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let told = '';
  child.stdout.on('data', (chunk: Buffer) => {
    told += chunk.toString();
  });
  await once(child, 'close');
  await until(() => seen.has(count - 1), 'the last flip is seen');
  observer.stop();
  const instants = new Map(
    told
      .trim()
      .split('\n')
      .map((line) => line.split(' ').map(Number) as [number, number]),
  );
  return [...seen].map(([n, by]) => by - (instants.get(n) ?? 0));
}

test('fifty real flips at T by another process: none is seen early', async () => {
  const early = (await flipped(0, 50)).filter((lag) => lag < 0);
  expect(early).toEqual([]);
});

test('real flips 20 ms early by another process are seen as early', async () => {
  // A machine may be so busy that this process sleeps through the 20 ms: some are seen late, and
  // that is the one way it may err.
  let early: number[] = [];
  await until(async () => {
    early = (await flipped(-20, 20)).filter((lag) => lag < 0);
    return early.length > 0;
  }, 'a flip 20 ms early is seen as early');
  expect(Math.min(...early)).toBeGreaterThanOrEqual(-20);
});
