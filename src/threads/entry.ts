// A thread's program: does one piece of work after the other and says where it is. For what can be
// asked see tasks.ts, for limits lib/thread-pool.ts.
import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import type { ThreadMessage } from '../lib/thread-pool.ts';
import { TASKS } from './tasks.ts';

const port = parentPort;
if (!port) throw new Error('this is the program of a thread');
/**
 * On Linux the priority is this thread's alone: what people send makes no release late, however
 * heavy it is.
 */
const AFTER_OTHERS = 10;
try {
  if (process.platform === 'linux') setPriority(0, AFTER_OTHERS);
} catch {
  // Not allowed here: it works as quickly as everything else.
}

const say = (message: ThreadMessage, transfer: ArrayBuffer[] = []): void =>
  port.postMessage(message, transfer);

port.on('message', ({ task, input }: { task: string; input: unknown }) => {
  const load = TASKS[task as keyof typeof TASKS] as () => Promise<
    (input: unknown, at: (where: string) => void) => unknown
  >;
  void (async () => {
    try {
      const work = await load();
      say({ say: 'begun' });
      const value = await work(input, (at) => say({ say: 'at', at }));
      say({ say: 'done', value }, buffersIn(value));
    } catch (error) {
      say({ say: 'failed', message: error instanceof Error ? error.message : String(error) });
    }
  })();
});
say({ say: 'ready' });

/** No answer has bytes further down than this. */
const DEEPEST = 4;

/** Bytes are handed over, not copied, wherever in an answer they are: files of an archive, pictures. */
function buffersIn(value: unknown): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>();
  const visit = (one: unknown, depth: number): void => {
    if (one instanceof Uint8Array) {
      if (one.buffer instanceof ArrayBuffer && one.byteLength === one.buffer.byteLength)
        found.add(one.buffer);
    } else if (typeof one === 'object' && one !== null && !ArrayBuffer.isView(one) && depth > 0)
      for (const part of Object.values(one)) visit(part, depth - 1);
  };
  visit(value, DEEPEST);
  return [...found];
}
