// Plan files that are long and wrong are read in a thread: this process goes on meanwhile, and
// reads the same sentences. Not for what each mistake says: plan.test.ts.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { messagesFor } from '../../src/i18n/index.ts';
import { ThreadPool } from '../../src/lib/thread-pool.ts';
import { closeThreads } from '../../src/lib/threads.ts';
import { showProblem } from '../../src/plan/issues.ts';
import { readPlan } from '../../src/plan/read-all.ts';
import { mistakesInLong } from '../../src/plan-files/long-plans.ts';
import { watched } from '../helpers/alarm.ts';
import { PLAN } from '../helpers/bureau.ts';
import { testDesk } from '../helpers/desk.ts';

const HEAD = 'plan: 甲\ntimezone: Asia/Shanghai\nyear: 2026\nannounced: 2025-12-01\nindicators:\n';
const wrongLines = Array.from(
  { length: 1200 },
  (_, at) => `  a${at}: { name: { zh: 甲 }, frequency: X, duue: 1 }`,
).join('\n');
const WRONG = [{ name: '2026.yaml', text: `${HEAD}${wrongLines}\n` }];
const soundLines = Array.from(
  { length: 1000 },
  (_, at) => `  a${at}: { name: { zh: 甲 }, frequency: A, due: { date: 12-30 } }`,
).join('\n');

afterAll(closeThreads);

/** How often this process did something else until it was answered. */
async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  let done = false;
  const turn = (): void => {
    turns++;
    if (!done) setImmediate(turn);
  };
  setImmediate(turn);
  await work();
  done = true;
  return turns;
}

test('the same 201 problems in either language as where they are read in place, and other work goes on meanwhile', async () => {
  const expected = readPlan(WRONG, ['website']).problems;
  let found: Awaited<ReturnType<typeof mistakesInLong>> = [];
  const turns = await turnsDuring(async () => {
    found = await mistakesInLong(WRONG, ['website']);
  });
  expect(found).toHaveLength(201);
  for (const language of ['zh', 'en'] as const) {
    const words = messagesFor(language).plan;
    expect(found.map((one) => showProblem(one, words))).toEqual(
      expected.map((one) => showProblem(one, words)),
    );
  }
  expect(turns).toBeGreaterThan(50);
});

test('nothing is wrong with what is long and sound; what is short is read in place', async () => {
  const text = `${HEAD}${soundLines}\n`;
  expect(text.length).toBeGreaterThan(40_000);
  expect(await mistakesInLong([{ name: '2026.yaml', text }], ['website'])).toEqual([]);
  expect(await mistakesInLong([{ name: '2026.yaml', text: 'plan: [' }], ['website'])).toEqual([]);
});

test('a file on disk and a text in the editor are refused with their lines', async () => {
  const bureau = await watched('2026-07-15T10:00:00+08:00', { plan: PLAN });
  const desk = await testDesk(bureau);
  try {
    await desk.person('wang', 'operator');
    const authorization = `Bearer ${await desk.token('wang', 'plan')}`;
    const ask = (): Promise<{ status: number; text: string }> =>
      desk.send('/api/v1/plan/check', {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify({ file: 'config/plan/2026.yaml', text: WRONG[0]?.text }),
      });
    const checked = await ask();
    expect(checked.status).toBe(200);
    expect(checked.text).toContain('config/plan/2026.yaml:6:');
    await writeFile(join(bureau.folder, 'config', 'plan', '2026.yaml'), WRONG[0]?.text ?? '');
    const { planService: planner, clock } = bureau.app;
    const applied = await planner.apply(clock.now(), new Set());
    expect(applied).toMatchObject({ ok: false });
    expect(applied.ok ? 0 : applied.problems.length).toBe(201);
    expect(planner.calendar().releases.length).toBeGreaterThan(0);
  } finally {
    await desk.close();
    await bureau.close();
  }
});

test('what a busy machine could not read in time is read again: only an answer is remembered', async () => {
  const text = `${HEAD}${soundLines}\n# again\n`;
  const files = [{ name: '2026.yaml', text }];
  const reading = vi
    .spyOn(ThreadPool.prototype, 'run')
    .mockResolvedValueOnce({ ok: false, why: 'time', at: undefined, message: '' });
  try {
    expect(
      (await mistakesInLong(files, ['website'])).map(
        (one) => one.say(messagesFor('zh').plan).wrong,
      ),
    ).toEqual(['5 秒内读不完这些文件']);
    expect(await mistakesInLong(files, ['website'])).toEqual([]);
    expect(reading).toHaveBeenCalledTimes(2);
  } finally {
    reading.mockRestore();
  }
});
