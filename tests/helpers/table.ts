// A file read as the table that it means.
import { type Assembled, assemble } from '../../src/import-export/assemble.ts';
import { readDates } from '../../src/import-export/files.ts';
import type { FileTrouble, Leftover } from '../../src/plan/table-columns.ts';

interface ReadTable extends Omit<Assembled, 'troubles'> {
  readonly leftovers: readonly Leftover[];
  readonly troubles: readonly FileTrouble[];
}

export async function readTable(
  bytes: Buffer,
  name: string,
  options: { readonly year: number | undefined; readonly at: string; readonly timezone: string },
): Promise<ReadTable> {
  const { head, found, leftovers, troubles } = await readDates(bytes, name, options);
  const made = assemble(head, found, options);
  return { ...made, leftovers, troubles: [...troubles, ...made.troubles] };
}
