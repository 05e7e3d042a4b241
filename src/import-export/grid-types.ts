// A table of text as every reader of tables has it, and what one was read as. Not for reading:
// grid.ts.
import type { FoundDate, GridTrouble } from '../plan/table-columns.ts';

/** Cells as text, row by row; `place` names a cell as people do. */
export interface Grid {
  readonly name: string;
  readonly cells: readonly (readonly string[])[];
  place(row: number, column: number): string;
  /** Lines that follow it. */
  readonly after?: readonly string[] | undefined;
}

/** What one of the two kinds of tables was read as. */
export interface GridReading {
  readonly kind: 'list' | 'matrix' | 'none';
  readonly found: readonly FoundDate[];
  readonly troubles: readonly GridTrouble[];
}
