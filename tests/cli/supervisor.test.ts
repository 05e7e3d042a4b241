// Processes that are kept: started again when they end, hang, or are killed; given up where they
// never were ready.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import {
  type KeptEvent,
  KeptProcess,
  type KeptSays,
  type Patience,
} from '../../src/cli/supervisor.ts';
import { until } from '../helpers/clock.ts';
import { temporary } from '../helpers/folder.ts';

/** Notes each start; `mood` says what it then does. */
const PROGRAM = `import { appendFileSync, readFileSync } from 'node:fs';
const [folder] = process.argv.slice(2);
appendFileSync(folder + '/starts', process.pid + '\\n');
const mood = readFileSync(folder + '/mood', 'utf8');
if (mood === 'fail') process.exit(1);
if (mood === 'asks') process.send?.({ say: 'restart' });
process.on('SIGTERM', () => mood === 'stubborn' || process.exit(0));
process.send?.({ say: 'ready', url: 'http://x/' });
if (mood === 'hang') for (;;);
setInterval(() => process.send?.({ say: 'alive' }), 10);
`;
const QUICK: Patience = {
  firstMs: 1,
  longestMs: 4,
  healthyMs: 60_000,
  lookMs: 20,
  silentLooks: 50,
  mostFailures: 5,
};

let kept: KeptProcess | undefined;
afterEach(() => kept?.stop(0));

async function keep(mood: string, patience: Partial<Patience> = {}, apart = false) {
  const heard: string[] = [];
  const folder = temporary('kept');
  const events: KeptEvent[] = [];
  const feel = (text: string): Promise<void> => writeFile(join(folder, 'mood'), text);
  await writeFile(join(folder, 'program.mjs'), PROGRAM);
  await feel(mood);
  const program = {
    name: 'engine',
    args: [join(folder, 'program.mjs'), folder],
    apart,
    heard: ({ say }: KeptSays) => void heard.push(say),
  };
  kept = new KeptProcess(program, (event) => events.push(event), { ...QUICK, ...patience });
  kept.start();
  const starts = async (): Promise<number> =>
    (await readFile(join(folder, 'starts'), 'utf8').catch(() => '')).split('\n').length - 1;
  return { kept, events, feel, starts, heard };
}

test('one that is killed is started again, and what it said when it was ready is known', async () => {
  const one = await keep('well');
  expect(await one.kept.ready).toMatchObject({ url: 'http://x/' });
  const { pid } = one.kept;
  process.kill(pid ?? 0, 'SIGKILL');
  await until(async () => (await one.starts()) === 2, 'started again');
  expect(one.kept.pid).not.toBe(pid);
  expect(one.events).toEqual([{ name: 'engine', what: 'ended', why: 'SIGKILL', waitMs: 1 }]);
});

test('one that fails again and again waits longer each time, and is given up in the end', async () => {
  const one = await keep('well');
  await one.kept.ready;
  await one.feel('fail');
  process.kill(one.kept.pid ?? 0, 'SIGKILL');
  expect(await one.kept.lost).toBe('exit 1');
  expect(one.events.map(({ waitMs }) => waitMs)).toEqual([1, 2, 4, 4, 4]);
  expect(await one.starts()).toBe(6);
});

test('after a while of health the waits begin anew', async () => {
  const one = await keep('well', { healthyMs: 0 });
  await one.kept.ready;
  for (let times = 2; times <= 4; times++) {
    process.kill(one.kept.pid ?? 0, 'SIGKILL');
    await until(
      async () => (await one.starts()) === times && one.kept.pid !== undefined,
      'started again',
    );
  }
  expect(one.events.map(({ waitMs }) => waitMs)).toEqual([1, 1, 1]);
});

test('one that never is ready is not tried again: whoever started it has to know', async () => {
  const one = await keep('fail');
  expect(await one.kept.lost).toBe('exit 1');
  expect(await one.starts()).toBe(1);
});

test('one that hangs is killed and started again', async () => {
  const one = await keep('hang');
  await one.kept.ready;
  await one.feel('well');
  await until(async () => (await one.starts()) === 2, 'started again');
  expect(one.events).toEqual([
    { name: 'engine', what: 'hung', why: 'silent', waitMs: 0 },
    { name: 'engine', what: 'ended', why: 'SIGKILL', waitMs: 1 },
  ]);
});

test('stopped it is not started again, even where it does not want to end; one apart needs no channel', async () => {
  const one = await keep('stubborn');
  await one.kept.ready;
  await one.kept.stop(50);
  expect(one.kept.pid).toBeUndefined();
  expect(one.events).toEqual([]);
  const apart = await keep('well', {}, true);
  await until(async () => (await apart.starts()) === 1, 'started');
  process.kill(apart.kept.pid ?? 0, 'SIGKILL');
  await until(async () => (await apart.starts()) === 2, 'started again');
});

test('restarted it is started again at once: nobody is told, and it counts as no failure', async () => {
  // A failure more would be the last.
  const one = await keep('well', { mostFailures: 0, firstMs: 60_000 });
  await one.kept.ready;
  for (const mood of ['well', 'stubborn', 'well']) {
    const { pid } = one.kept;
    const before = await one.starts();
    await one.feel(mood);
    await one.kept.restart(50);
    await until(async () => (await one.starts()) === before + 1, 'started again');
    expect(one.kept.pid).not.toBe(pid);
    expect(await Promise.race([one.kept.lost, Promise.resolve('goes on')])).toBe('goes on');
  }
  expect(one.events).toEqual([]);
});

test('restarted while it waits for its next start, it starts now and once; stopped or never started, it stays so', async () => {
  const one = await keep('well', { firstMs: 60_000 });
  await one.kept.ready;
  process.kill(one.kept.pid ?? 0, 'SIGKILL');
  await until(() => one.events.length === 1, 'ended');
  await one.kept.restart(50);
  await until(async () => (await one.starts()) === 2, 'started again');
  await one.kept.stop(1000);
  await one.kept.restart(50);
  expect([one.kept.pid, await one.starts()]).toEqual([undefined, 2]);
  const never = new KeptProcess(
    { name: 'watchdog', args: ['-e', ''], apart: true },
    () => undefined,
    QUICK,
  );
  await never.restart(50);
  expect(never.pid).toBeUndefined();
});

test('what it says is heard: that everything is to be started anew, too', async () => {
  const one = await keep('asks');
  await one.kept.ready;
  expect(one.heard.slice(0, 2)).toEqual(['restart', 'ready']);
});
