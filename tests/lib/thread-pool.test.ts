// The pool alone, with a program of its own: what ends a thread ends that piece of work, and
// nothing else.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { type ThreadLimits, ThreadPool } from '../../src/lib/thread-pool.ts';
import { temporary } from '../helpers/folder.ts';

const PROGRAM = `import { parentPort, threadId } from 'node:worker_threads';
import { existsSync, writeFileSync } from 'node:fs';
const say = (message) => parentPort.postMessage(message);
parentPort.on('message', ({ task, input }) => {
  say({ say: 'begun' });
  say({ say: 'at', at: 'line 7' });
  if (task === 'spin') for (;;);
  if (task === 'eat') for (const all = []; ; ) all.push('x'.repeat(1000) + all.length);
  if (task === 'die') process.exit(3);
  if (task === 'die-once' && !existsSync(input)) { writeFileSync(input, ''); process.exit(3); }
  if (task === 'throw') return say({ say: 'failed', message: 'no' });
  say({ say: 'done', value: task === 'thread' ? threadId : 'fine' });
});
say({ say: 'ready' });
`;

const pools: ThreadPool[] = [];
afterEach(() => Promise.all(pools.splice(0).map((pool) => pool.close())));

async function open(
  limits: Partial<ThreadLimits> = {},
  program = PROGRAM,
): Promise<{ pool: ThreadPool; folder: string }> {
  const folder = temporary('threads');
  const file = join(folder, 'program.mjs');
  await writeFile(file, program);
  const pool = new ThreadPool(pathToFileURL(file), {
    ms: 300,
    memoryMb: 32,
    threads: 1,
    idleMs: 60_000,
    ...limits,
  });
  pools.push(pool);
  return { pool, folder };
}

test('what takes too long, too much memory, or ends its thread is answered with where it was; the next piece of work is done all the same', async () => {
  const { pool, folder } = await open({ threads: 2 });
  const { pool: patient } = await open({ ms: 60_000 });
  const answers = await Promise.all([
    pool.run('spin', undefined),
    pool.run('fine', undefined),
    patient.run('eat', undefined),
    pool.run('die', undefined),
    pool.run('throw', undefined),
    pool.run('die-once', join(folder, 'died')),
    pool.run('fine', undefined),
  ]);
  expect(answers).toEqual([
    { ok: false, why: 'time', at: 'line 7', message: '> 0.3 s' },
    { ok: true, value: 'fine' },
    { ok: false, why: 'memory', at: 'line 7', message: '> 32 MB' },
    { ok: false, why: 'failed', at: 'line 7', message: 'exit 3' },
    { ok: false, why: 'failed', at: 'line 7', message: 'no' },
    // A thread that ends for no known reason is given the same work once more.
    { ok: true, value: 'fine' },
    { ok: true, value: 'fine' },
  ]);
});

test('the event loop goes on while a thread is busy', async () => {
  const { pool } = await open();
  let ticks = 0;
  const timer = setInterval(() => ticks++, 5);
  await pool.run('spin', undefined);
  clearInterval(timer);
  expect(ticks).toBeGreaterThan(5);
});

test('one thread does one thing after the other, and a thread with nothing to do ends', async () => {
  const { pool } = await open({ idleMs: 1 });
  const first = await pool.run('thread', undefined);
  await expect
    .poll(
      async () =>
        (await pool.run('thread', undefined)).ok &&
        JSON.stringify(await pool.run('thread', undefined)),
    )
    .not.toBe(JSON.stringify(first));
});

test('a program that cannot be loaded is an answer, not an exception', async () => {
  const { pool } = await open({}, 'throw new Error("broken");');
  expect(await Promise.all([pool.run('fine', undefined), pool.run('fine', undefined)])).toEqual([
    { ok: false, why: 'failed', at: undefined, message: 'broken' },
    { ok: false, why: 'failed', at: undefined, message: 'broken' },
  ]);
});

test('closed, it answers what it was asked', async () => {
  const { pool } = await open({ ms: 60_000 });
  const asked = [pool.run('spin', undefined), pool.run('fine', undefined)];
  await pool.close();
  expect(await Promise.all([...asked, pool.run('fine', undefined)])).toEqual(
    Array.from({ length: 3 }, () =>
      expect.objectContaining({ ok: false, why: 'failed', message: 'closed' }),
    ),
  );
});
