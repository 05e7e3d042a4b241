// One embedded Redis for the whole test run; each test has its own prefix in it. And the threads'
// program, built once: a thread loads JavaScript only.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { TestProject } from 'vitest/node';
import { openRedis } from '../../src/redis/connection.ts';
import { stopEmbedded } from '../../src/redis/embedded-server.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    redisFolder: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const program = await buildThreads();
  const folder = await mkdtemp(join(tmpdir(), 'banli-test-'));
  // A user of it for the whole run: it does not end with whichever bureau is the last one open for
  // a moment.
  const keeper = await openRedis(
    { external: undefined, folder, prefix: '{keeper}' },
    { stopWhenLast: false },
  );
  project.provide('redisFolder', folder);
  return async () => {
    await keeper.close();
    await stopEmbedded(folder);
    await rm(folder, { recursive: true, force: true });
    await rm(program, { force: true });
  };
}

/** In `node_modules`, where it finds the packages. */
async function buildThreads(): Promise<string> {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const program = join(root, 'node_modules', '.banli', `threads.${process.pid}.mjs`);
  await build({
    entryPoints: [join(root, 'src', 'threads', 'entry.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
  });
  process.env.BANLI_THREAD_PROGRAM = program;
  return program;
}
