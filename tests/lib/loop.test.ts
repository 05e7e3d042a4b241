import { expect, test } from 'vitest';
import { doing, type LoopPause, watchLoop } from '../../src/lib/event-loop-watch.ts';
import { until } from '../helpers/clock.ts';

/** Holds the event loop, and the processor. */
function hold(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end; );
}

test('a pause of the event loop is told with how long it was and with what ran; a short one is not', async () => {
  const pauses: LoopPause[] = [];
  const watch = watchLoop({ onPause: (pause) => pauses.push(pause), pauseMs: 200 });
  let finish = (): void => undefined;
  const waiting = doing('wait for an answer', () => new Promise<void>((done) => (finish = done)));
  await doing('a short one', () => hold(20));
  await doing('draw a picture', () => hold(500));
  await until(() => pauses.length > 0, 'the pause is told');
  watch.stop();
  finish();
  await waiting;
  expect(pauses[0]?.ms).toBeGreaterThan(400);
  expect(pauses[0]?.busyMs).toBeGreaterThan(50);
  expect(pauses[0]?.doing).toEqual(['draw a picture', 'wait for an answer']);
});
