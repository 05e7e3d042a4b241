// `npm run simulate -- --seed N --histories M`: simulated histories, two at a time, until all are
// lived or, with `--first`, one is wrong. The last line says what was found; a wrong one is told as
// a story.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { scriptOf } from './acts.ts';
import { live, type Outcome } from './history.ts';
import { WRONGS, type Wrong } from './oracle.ts';
import { chance } from './random.ts';
import { shrink } from './shrink.ts';
import { STORIES } from './stories.ts';
import { storyOf } from './story.ts';
import { SWITCHES } from './switches.ts';
import type { Without } from './world.ts';

interface Lived {
  readonly history: number;
  readonly acts: number;
  readonly publications: number;
  readonly wrong: readonly Wrong[];
  readonly digest: string;
}

/** The seed of the n-th history of a run. */
function seedOf(seed: number, history: number): number {
  return chance(seed, 'history', history).whole(1, 2_000_000_000);
}

async function one(
  seed: number,
  history: number,
  rule: string | undefined,
  kept: boolean,
): Promise<{ lived: Lived; outcome: Outcome }> {
  const { without, acts } = SWITCHES[rule ?? ''] ?? {};
  const outcome = await live(scriptOf(seedOf(seed, history), acts), kept ? {} : without);
  const wrong = outcome.failures.map((failure) => failure.wrong);
  return {
    outcome,
    lived: {
      history,
      acts: outcome.acts,
      publications: outcome.publications,
      wrong,
      digest: outcome.digest,
    },
  };
}

async function tell(
  seed: number,
  history: number,
  kinds: readonly Wrong[],
  rule: string | undefined,
  kept: boolean,
): Promise<void> {
  const { without, acts } = SWITCHES[rule ?? ''] ?? {};
  const { script: short, outcome } = await shrink(
    scriptOf(seedOf(seed, history), acts),
    (script) => live(script, kept ? {} : without),
    kinds,
  );
  process.stdout.write(`\n${storyOf(short, outcome, `--seed ${seed} --history ${history}`)}\n`);
}

interface Options {
  readonly seed: number;
  readonly histories: number;
  readonly first: boolean;
  /** These alone. */
  readonly picked: readonly number[] | undefined;
  readonly stories: number;
  readonly seconds: number | undefined;
  readonly kinds: readonly Wrong[];
  /** A rule that is taken away (switches.ts). */
  readonly rule: string | undefined;
  readonly log: boolean;
  readonly kept: boolean;
  readonly sharp: string | undefined;
}

function options(): Options {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      histories: { type: 'string', default: '100' },
      // One, or several with commas between them.
      history: { type: 'string' },
      first: { type: 'boolean', default: false },
      stories: { type: 'string', default: '3' },
      seconds: { type: 'string' },
      // Only these kinds of wrong are told and make it fail.
      only: { type: 'string' },
      without: { type: 'string' },
      // What comes of a rule's own story with the rule and without it (stories.ts).
      sharp: { type: 'string' },
      // The same histories as without the rule, and the rule in its place.
      kept: { type: 'boolean', default: false },
      // Everything that happened, line by line.
      log: { type: 'boolean', default: false },
    },
  });
  return {
    seed: Number(values.seed),
    histories: Number(values.histories),
    picked: values.history?.split(',').map(Number),
    first: values.first,
    stories: Number(values.stories),
    seconds: values.seconds === undefined ? undefined : Number(values.seconds),
    rule: values.without,
    log: values.log,
    kept: values.kept,
    sharp: values.sharp,
    kinds:
      values.only === undefined
        ? WRONGS
        : WRONGS.filter((kind) => values.only?.split(',').includes(kind)),
  };
}

/** Lives histories in as many threads as there are cores, in order of being free. */
function liveAll(
  { seed, histories, first, seconds, kinds, rule, kept }: Options,
  each: (lived: Lived) => void,
): Promise<void> {
  let next = 0;
  let stop = false;
  const until =
    seconds === undefined ? Number.POSITIVE_INFINITY : performance.now() + seconds * 1000;
  const threads = Math.max(1, Math.min(availableParallelism(), histories));
  const thread = (): Promise<void> =>
    new Promise((done, failed) => {
      const worker = new Worker(new URL(import.meta.url), {
        workerData: { seed, rule, kept },
        argv: [],
        resourceLimits: { maxYoungGenerationSizeMb: 128 },
      });
      const more = (): void => {
        if (next >= histories || stop || performance.now() > until) worker.postMessage('end');
        else worker.postMessage(next++);
      };
      worker.on('message', (lived: Lived) => {
        each(lived);
        if (first && lived.wrong.some((kind) => kinds.includes(kind))) stop = true;
        more();
      });
      worker.on('error', failed);
      worker.on('exit', () => done());
      more();
    });
  return Promise.all(Array.from({ length: threads }, thread)).then(() => undefined);
}

/** A rule's story, with the rule and then without it: what was wrong each time. */
async function sharpness(rule: string): Promise<void> {
  const stories = STORIES[rule] ?? [];
  const wrongs = async (without: Without): Promise<Wrong[]> => {
    const found = new Set<Wrong>();
    for (const script of stories)
      for (const { wrong } of (await live(script, without)).failures) found.add(wrong);
    return [...found];
  };
  const kept = await wrongs({});
  process.stdout.write(
    `${JSON.stringify({ rule, stories: stories.length, kept, without: await wrongs(SWITCHES[rule]?.without ?? {}) })}\n`,
  );
}

async function main(): Promise<void> {
  const chosen = options();
  if (chosen.sharp !== undefined) return sharpness(chosen.sharp);
  const { seed, picked, stories, kinds, rule } = chosen;
  if (rule !== undefined && !SWITCHES[rule])
    throw new Error(`${rule} is none of ${Object.keys(SWITCHES).join(', ')}`);
  const all: Lived[] = [];
  if (picked === undefined) await liveAll(chosen, (lived) => all.push(lived));
  for (const history of picked ?? []) {
    const { lived, outcome } = await one(seed, history, rule, chosen.kept);
    all.push(lived);
    if (chosen.log)
      process.stdout.write(`${outcome.log.join('\n')}\n${outcome.thrown.join('\n')}\n`);
  }
  const wrong = all
    .filter((lived) => lived.wrong.some((kind) => kinds.includes(kind)))
    .sort((a, b) => a.history - b.history);
  for (const lived of wrong)
    process.stdout.write(`history ${lived.history}: ${lived.wrong.join(' ')}\n`);
  for (const lived of wrong.slice(0, stories))
    await tell(seed, lived.history, kinds, rule, chosen.kept);
  const sum = (of: (lived: Lived) => number): number =>
    all.reduce((total, lived) => total + of(lived), 0);
  const counts = Object.fromEntries(
    WRONGS.map((kind) => [
      kind,
      sum((lived) => lived.wrong.filter((found) => found === kind).length),
    ]),
  );
  const verdict = {
    seed,
    histories: all.length,
    acts: sum((lived) => lived.acts),
    publications: sum((lived) => lived.publications),
    ...counts,
  };
  process.stdout.write(`${JSON.stringify(verdict)}\n`);
  process.exitCode = wrong.length > 0 ? 1 : 0;
}

if (isMainThread) await main();
else {
  const { seed, rule, kept } = workerData as {
    seed: number;
    rule: string | undefined;
    kept: boolean;
  };
  parentPort?.on('message', (history: number | 'end') => {
    if (history === 'end') parentPort?.close();
    else void one(seed, history, rule, kept).then(({ lived }) => parentPort?.postMessage(lived));
  });
}
