import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    globalSetup: 'tests/helpers/redis.ts',
    // No verdict: they end what hangs. A machine that is ten times as busy as usual still keeps within them.
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
