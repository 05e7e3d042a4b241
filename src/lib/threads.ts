// Has what people send parsed and rendered in threads of this process, which start when they are
// first needed. For what can be asked see threads/tasks.ts, for the threads lib/thread-pool.ts.
import { pathToFileURL } from 'node:url';
import { type ThreadAnswer, type ThreadLimits, ThreadPool } from './thread-pool.ts';
import type { ArchiveLimits, Unpacked } from './unzip.ts';

export const THREAD_LIMITS: ThreadLimits = { ms: 5000, memoryMb: 256, threads: 2, idleMs: 60_000 };

/**
 * What a thread can be asked to do: each folder adds its own, and threads/tasks.ts does them all.
 */
export interface ThreadTasks {
  unpack: { input: { bytes: Uint8Array; limits: ArchiveLimits }; output: Unpacked };
}

/** Asks a thread. */
export type InThread = <K extends keyof ThreadTasks>(
  task: K,
  input: ThreadTasks[K]['input'],
) => Promise<ThreadAnswer<ThreadTasks[K]['output']>>;

/** Threads of one's own. */
export function openThreads(limits: Partial<ThreadLimits> = {}): {
  inThread: InThread;
  close(): Promise<void>;
} {
  const pool = new ThreadPool(programFile(), { ...THREAD_LIMITS, ...limits });
  return {
    inThread: (task, input) => pool.run(task, input) as Promise<never>,
    close: () => pool.close(),
  };
}

let shared: ReturnType<typeof openThreads> | undefined;

/** The threads that all of this process share. */
export const inThread: InThread = (task, input) => {
  shared ??= openThreads();
  return shared.inThread(task, input);
};

/** Ends the shared threads; they start anew when they are needed again. */
export async function closeThreads(): Promise<void> {
  const closing = shared;
  shared = undefined;
  await closing?.close();
}

/**
 * A thread loads JavaScript only. Run from sources, by tests, its program was built by
 * tests/helpers/redis.ts.
 */
function programFile(): URL {
  const built = process.env.BANLI_THREAD_PROGRAM;
  return import.meta.url.endsWith('.ts') && built !== undefined
    ? pathToFileURL(built)
    : new URL('../threads/entry.js', import.meta.url);
}
