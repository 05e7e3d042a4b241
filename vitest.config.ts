import { statfsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Tests make some hundred thousand small files, and wait for the disk more than for anything else. */
const MEMORY = '/dev/shm';
const ENOUGH_BYTES = 2e9;

/** Whether there is a folder in memory with room for what tests put there at once. */
function hasRoomInMemory(): boolean {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize >= ENOUGH_BYTES;
  } catch {
    return false;
  }
}
// Whoever says a folder for temporary files gets it.
if (process.env.TMPDIR === undefined && hasRoomInMemory()) process.env.TMPDIR = MEMORY;

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    globalSetup: 'tests/helpers/redis.ts',
    // Most tests wait for a disk or a browser: two at a time on two cores, where Vitest itself would take one.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // No verdict: they end what hangs. A machine that is ten times as busy as usual still keeps within them.
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
