import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

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
