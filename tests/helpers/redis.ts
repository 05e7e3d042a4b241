// One embedded Redis for the whole test run; each test has its own prefix in it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { ensureEmbedded, stopEmbedded } from '../../src/redis/embedded.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    redisFolder: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'banli-test-'));
  await ensureEmbedded(folder);
  project.provide('redisFolder', folder);
  return async () => {
    await stopEmbedded(folder);
    await rm(folder, { recursive: true, force: true });
  };
}
