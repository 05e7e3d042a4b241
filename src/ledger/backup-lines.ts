// What the lines of a backup are, and how they are read. Not for what is done with them: backup.ts.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { parseJson } from '../lib/parse-json.ts';

/**
 * Written first; a version of the format that is not known is refused. The first one held no files.
 */
export const HEAD = { banli: 'archive', version: 2 } as const;
const head = z.object({
  banli: z.literal(HEAD.banli),
  version: z.union([z.literal(1), z.literal(HEAD.version)]),
  at: z.number(),
});
/**
 * A piece of a file: its path below the folder of what was published, where in it the piece begins,
 * bytes, and the piece.
 */
const piece = z.object({
  file: z.string().regex(/^(?!\/)(?!(.*\/)?\.\.?(\/|$))[^\\\0]+$/),
  at: z.number().int().nonnegative().default(0),
  base64: z.base64(),
});
export type ArchivePiece = z.output<typeof piece>;

/** Where the files of a backup go. Nothing of it counts before `commit`. */
export interface FileSink {
  put(one: ArchivePiece): Promise<void>;
  /** @returns how many files there are now that were not there before, or say more */
  commit(): Promise<number>;
  discard(): Promise<void>;
}
const line = z.discriminatedUnion('type', [
  z.object({ key: z.string(), type: z.literal('string'), value: z.string() }),
  z.object({ key: z.string(), type: z.literal('hash'), value: z.record(z.string(), z.string()) }),
  z.object({ key: z.string(), type: z.literal('list'), value: z.array(z.string()) }),
  z.object({ key: z.string(), type: z.literal('set'), value: z.array(z.string()) }),
  z.object({
    key: z.string(),
    type: z.literal('stream'),
    value: z.array(z.tuple([z.string(), z.array(z.string())])),
  }),
]);
export type Line = z.output<typeof line>;

/** Whether a text is the first line of a backup. */
export const isHead = (text: string): boolean => head.safeParse(parseJson(text)).success;

/**
 * The lines of a backup, its files handed on, and what it is known by; or the number of the first
 * line that is none.
 */
export async function parseBackup(
  lines: AsyncIterable<string> | Iterable<string>,
  files: FileSink | undefined,
): Promise<
  | { readonly parsed: readonly Line[]; readonly takenAt: number; readonly digest: string }
  | { readonly line: number }
> {
  const parsed: Line[] = [];
  const hash = createHash('sha256');
  let [takenAt, number] = [0, 0];
  for await (const text of lines) {
    number++;
    hash.update(`${text}\n`);
    const value = parseJson(text);
    if (number === 1) {
      const first = head.safeParse(value);
      if (!first.success) return { line: number };
      takenAt = first.data.at;
    } else if (typeof value === 'object' && value !== null && 'file' in value) {
      const one = piece.safeParse(value);
      if (!one.success) return { line: number };
      await files?.put(one.data);
    } else {
      const one = line.safeParse(value);
      if (!one.success) return { line: number };
      parsed.push(one.data);
    }
  }
  return number === 0 ? { line: 1 } : { parsed, takenAt, digest: hash.digest('hex') };
}
