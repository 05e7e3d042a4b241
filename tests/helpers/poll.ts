// What a running service does by itself, by a clock that is turned: time that goes on during a
// call, and the poll of each second.
import { expect } from 'vitest';
import { DuePoller } from '../../src/publish/poll-due.ts';
import { type Bureau, never } from './bureau.ts';
import type { ManualClock } from './clock.ts';

/** Runs something while the clock goes on, by `step` ms at a time. */
export async function ticking<T>(
  clock: ManualClock,
  run: () => Promise<T>,
  step = 1000,
): Promise<T> {
  const timer = setInterval(() => clock.turnTo(clock.now() + step), 15);
  try {
    return await run();
  } finally {
    clearInterval(timer);
  }
}

/**
 * The service's own round of a moment: what the ledger says is to be done. Nothing of it may fail.
 */
export async function poll({ app, clock }: Bureau, times = 1): Promise<void> {
  const failures: unknown[] = [];
  const attendant = new DuePoller(app.publishDeps, never, (error) => failures.push(error));
  for (let at = 0; at < times; at++) {
    clock.turnTo(clock.now() + 2000);
    await attendant.poll();
    await ticking(clock, () => attendant.idle(), 100);
  }
  expect(failures).toEqual([]);
}
