// What a thread can be asked to do: everything that parses or renders what people send. Loaded in
// the thread only, and each part only when it is asked for. For asking see lib/threads.ts.
import type { ThreadTasks } from '../lib/threads.ts';

/** Says where in its input a task is: a file's name, or `body`. */
type At = (where: string) => void;

type Work<T extends { input: unknown; output: unknown }> = (
  input: T['input'],
  at: At,
) => T['output'] | Promise<T['output']>;

/** Each loads what it needs, which is not counted, and then does it. */
export const TASKS: { readonly [K in keyof ThreadTasks]: () => Promise<Work<ThreadTasks[K]>> } = {
  async content() {
    const [{ fileKind }, { renderText }] = await Promise.all([
      import('../content/file-kind.ts'),
      import('../content/markdown.ts'),
    ]);
    return ({ body, mark, files }, at) => {
      const kinds = files.map(({ name, head, bytes }) => {
        at(name);
        return fileKind(name, head, bytes);
      });
      at('body');
      return { rendered: renderText(body, mark), kinds };
    };
  },
  async cover() {
    const { renderCover } = await import('../content/draw-cover.ts');
    return (words) => renderCover(words);
  },
  async chart() {
    const { drawChart } = await import('../site/editions/draw-chart.ts');
    return ({ series, title }) => drawChart(series, title);
  },
  async compare() {
    const { changedLines } = await import('../site/page-differences.ts');
    return ({ before, after, facts }) => changedLines(before, after, facts);
  },
  async plan() {
    const [{ readPlan }, { sayInEveryLanguage }] = await Promise.all([
      import('../plan/read-all.ts'),
      import('../plan-files/long-plans.ts'),
    ]);
    return ({ sources, channels }) => readPlan(sources, channels).problems.map(sayInEveryLanguage);
  },
  async table() {
    const { bringTable } = await import('../import-export/bring-table.ts');
    return (input) => bringTable(input);
  },
  async word() {
    const { readWord } = await import('../content/word.ts');
    return ({ bytes }) => readWord(bytes);
  },
  async unpack() {
    const { unpack } = await import('../lib/unzip.ts');
    return ({ bytes, limits }) => unpack(bytes, limits);
  },
};
