// What was published, in pieces for a backup and back from one: nothing that is there is lost,
// replaced or made older by it. Not for the backup's own lines: ledger/backup.ts.
import { randomUUID } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncFiles, syncFolder } from '../../lib/durable-files.ts';
import { mergeRecords, recordedFiles } from './published-store.ts';

/** Bytes of a piece. */
const PIECE = 786_432;
const RECORD = 'record.jsonl';

interface Piece {
  readonly file: string;
  readonly at: number;
  readonly base64: string;
}

/** Every file that the record names, a piece at a time. @param folder of what was published */
export async function* piecesOf(folder: string): AsyncGenerator<Piece> {
  for await (const file of recordedFiles(folder)) {
    const handle = await open(join(folder, file));
    try {
      // What is added meanwhile is the next backup's.
      const { size } = await handle.stat();
      for (let at = 0; at < size || at === 0; at += PIECE) {
        const { buffer, bytesRead } = await handle.read(
          Buffer.alloc(Math.max(1, Math.min(PIECE, size - at))),
          0,
          undefined,
          at,
        );
        yield { file, at, base64: buffer.subarray(0, bytesRead).toString('base64') };
      }
    } finally {
      await handle.close();
    }
  }
}

/**
 * Takes the pieces of a backup beside the folder, and puts what is missing there into it once the
 * whole backup is read.
 */
export function publishedSink(folder: string): {
  put(one: Piece): Promise<void>;
  commit(): Promise<number>;
  discard(): Promise<void>;
} {
  const beside = `${folder}.${randomUUID()}`;
  const discard = (): Promise<void> => rm(beside, { recursive: true, force: true });
  return {
    async put({ file, at, base64 }) {
      const path = join(beside, file);
      await mkdir(dirname(path), { recursive: true });
      const handle = await open(path, existsSync(path) ? 'r+' : 'w');
      try {
        await handle.write(Buffer.from(base64, 'base64'), 0, undefined, at);
      } finally {
        await handle.close();
      }
    },
    async commit() {
      if (!existsSync(beside)) return 0;
      await mkdir(folder, { recursive: true });
      // Content before the record that names it.
      const placed = await placeMissing(beside, folder);
      const lines = await mergeRecords(beside, folder);
      await discard();
      return placed + (lines > 0 ? 1 : 0);
    },
    discard,
  };
}

/** Moves every file to where there is none, or an empty one. */
async function placeMissing(from: string, to: string): Promise<number> {
  let placed = 0;
  for (const { name, isFolder } of await entriesOf(from)) {
    const [source, target] = [join(from, name), join(to, name)];
    if (isFolder) {
      await mkdir(target, { recursive: true });
      placed += await placeMissing(source, target);
    } else if (name !== RECORD && !statSync(target, { throwIfNoEntry: false })?.size) {
      await syncFiles([source]);
      await rename(source, target);
      placed++;
    }
  }
  await syncFolder(to);
  return placed;
}

async function entriesOf(folder: string): Promise<{ name: string; isFolder: boolean }[]> {
  return (await readdir(folder, { withFileTypes: true })).map((one) => ({
    name: one.name,
    isFolder: one.isDirectory(),
  }));
}
