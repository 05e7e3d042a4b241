// Redis that answers and writes nothing: workers wait a moment, and go on by themselves.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type Instant, instant } from '../../src/lib/instant.ts';
import { Queues } from '../../src/queue/queues.ts';
import { openRedis } from '../../src/redis/connection.ts';
import { until } from '../helpers/clock.ts';
import { temporary } from '../helpers/folder.ts';

/** Long enough for Redis to be full before. */
const DUE_MS = 3000;
const now = (): Instant => instant(Date.now());

test('a full Redis is asked for jobs a few times a second, not thousands; what waits is done once there is room', async () => {
  const handle = await openRedis(
    { external: undefined, folder: temporary('full'), prefix: '{t}' },
    { stopWhenLast: true },
  );
  const said: string[] = [];
  const done: unknown[] = [];
  const queues = new Queues(handle, now, (message) => said.push(message));
  try {
    for (const name of ['stage', 'release', 'verify'] as const)
      queues.work(name, 8, (data) => Promise.resolve(void done.push(data)));
    const add = (id: string, ms = 0): Promise<void> =>
      queues.add('stage', [{ id, data: { id }, at: instant(now() + ms) }]);
    await add('before');
    await until(() => done.length === 1, 'done with room');
    // They come due when nobody can take them.
    await Promise.all(Array.from({ length: 50 }, (_, index) => add(`waiting ${index}`, DUE_MS)));
    await handle.client.config('SET', 'maxmemory', '1mb');
    await expect(add('full')).rejects.toThrow('OOM');
    await until(() => said.some((message) => message.startsWith('OOM')), 'asked and refused');
    const before = said.length;
    await sleep(2000);
    // Three workers that ask four times a second, and a few that were under way. A slow machine asks
    // less often, never more.
    expect(said.length - before).toBeLessThan(3 * 4 * 2 + 12);
    await handle.client.config('SET', 'maxmemory', '0');
    await add('after');
    const ids = (): Set<string> => new Set(done.map((data) => (data as { id: string }).id));
    await until(() => ids().size === 52, 'all done after it was full');
  } finally {
    await queues.close(2000);
    await handle.close();
  }
});
