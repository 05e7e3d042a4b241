// What a thread can be asked to do: everything that parses or renders what people send. Loaded in
// the thread only, and each part only when it is asked for. For asking see lib/threads.ts.
import type { CoverWords } from '../content/draw-cover.ts';
import type { FileKind } from '../content/file-kind.ts';
import type { Rendered } from '../content/rendered.ts';
import type { WordText } from '../content/word.ts';
import type { TableInput, TableOutput } from '../import-export/bring-table.ts';
import type { ArchiveLimits, Unpacked } from '../lib/unpack.ts';
import type { PlanInput, SaidProblem } from '../plan-files/long-plans.ts';
import type { Series } from '../site/build/chart.ts';
import type { LineChange } from '../site/page-lines.ts';

/** A text, and the files beside it. */
export interface ContentInput {
  readonly body: string;
  /** See renderText. */
  readonly mark: string;
  /** Of each the beginning, and how long the whole is. */
  readonly files: readonly {
    readonly name: string;
    readonly head: Uint8Array;
    readonly bytes: number;
  }[];
}

/** A text in every form; of each file its kind. */
export interface ContentOutput {
  readonly rendered: Rendered;
  readonly kinds: readonly FileKind[];
}

/** Says where in its input a task is: a file's name, or `body`. */
type At = (where: string) => void;

/** Each loads what it needs, which is not counted, and then does it. */
export const TASKS = {
  async content() {
    const [{ fileKind }, { renderText }] = await Promise.all([
      import('../content/file-kind.ts'),
      import('../content/render.ts'),
    ]);
    return ({ body, mark, files }: ContentInput, at: At): ContentOutput => {
      const kinds = files.map(({ name, head, bytes }) => {
        at(name);
        return fileKind(name, head, bytes);
      });
      at('body');
      return { rendered: renderText(body, mark), kinds };
    };
  },
  async cover() {
    const { renderCover: drawCover } = await import('../content/draw-cover.ts');
    return (words: CoverWords): Promise<Uint8Array> => drawCover(words);
  },
  async chart() {
    const { drawChart } = await import('../site/build/draw-chart.ts');
    return ({ series, title }: { series: Series; title: string }): string =>
      drawChart(series, title);
  },
  async compare() {
    const { changedLines } = await import('../site/page-lines.ts');
    return ({
      before,
      after,
      facts,
    }: {
      before: string;
      after: string;
      facts: readonly string[];
    }): LineChange[] | undefined => changedLines(before, after, facts);
  },
  async plan() {
    const [{ readPlan }, { sayInEveryLanguage: saidOf }] = await Promise.all([
      import('../plan/read-all.ts'),
      import('../plan-files/long-plans.ts'),
    ]);
    return ({ sources, channels }: PlanInput): SaidProblem[] =>
      readPlan(sources, channels).problems.map(saidOf);
  },
  async table() {
    const { bringTable } = await import('../import-export/bring-table.ts');
    return (input: TableInput): Promise<TableOutput> => bringTable(input);
  },
  async word() {
    const { readWord } = await import('../content/word.ts');
    return ({ bytes }: { bytes: Uint8Array }): Promise<WordText | 'too-large'> => readWord(bytes);
  },
  async unpack() {
    const { unpack } = await import('../lib/unpack.ts');
    return ({ bytes, limits }: { bytes: Uint8Array; limits: ArchiveLimits }): Promise<Unpacked> =>
      unpack(bytes, limits);
  },
};

type Work<K extends keyof typeof TASKS> = Awaited<ReturnType<(typeof TASKS)[K]>>;
/** What each is given, and what it gives back. */
export type Tasks = {
  [K in keyof typeof TASKS]: {
    input: Parameters<Work<K>>[0];
    output: Awaited<ReturnType<Work<K>>>;
  };
};
