// A fault that repeats itself a thousand times a second is in the log once in a while, with a count.
import { expect, test } from 'vitest';
import { seldom } from '../../src/lib/throttled-log.ts';

test('the same message is passed on at once, then once in a while with how often it came', () => {
  let now = 0;
  const said: [number, string, number][] = [];
  const say = seldom(
    10_000,
    (message, times) => said.push([now, message, times]),
    () => now,
  );
  for (now = 0; now < 25_000; now += 10) say('refused');
  say('other');
  expect(said).toEqual([
    [0, 'refused', 1],
    [10_000, 'refused', 1000],
    [20_000, 'refused', 1000],
    [25_000, 'other', 1],
  ]);
});

test('different messages never wait for each other, and those long past are forgotten', () => {
  const said: string[] = [];
  const say = seldom(
    10_000,
    (message) => said.push(message),
    () => 0,
  );
  for (let index = 0; index < 600; index++) say(`job ${index}`);
  say('job 599');
  say('job 0');
  expect(said).toHaveLength(601);
  expect(said.at(-1)).toBe('job 0');
});
