// How large a table of dates may be: the largest bureau's year has a few thousand rows. What is
// larger is refused before anything is made of it, since whoever asked waits for the answer.

export const TABLE_LIMITS = {
  rows: 20_000,
  columns: 500,
  cellCharacters: 1000,
  lineCharacters: 100_000,
  textBytes: 5_000_000,
  unpackedBytes: 100_000_000,
};

/** @throws Error in words where a text is larger, or has a longer line */
export function checkText(bytes: Buffer): void {
  if (bytes.length > TABLE_LIMITS.textBytes)
    throw new Error(`> ${TABLE_LIMITS.textBytes / 1e6} MB`);
  let from = 0;
  let lines = 0;
  for (let end = bytes.indexOf(10); ; end = bytes.indexOf(10, from)) {
    lines++;
    if ((end < 0 ? bytes.length : end) - from > TABLE_LIMITS.lineCharacters * 3)
      throw new Error(`${lines}: > ${TABLE_LIMITS.lineCharacters}`);
    if (end < 0) return;
    from = end + 1;
  }
}

/**
 * Cells that are no longer than anything that is read from one.
 * @throws Error in words where there are more rows or columns
 */
export function withinLimits(cells: readonly (readonly string[])[]): string[][] {
  const { rows, columns, cellCharacters } = TABLE_LIMITS;
  if (cells.length > rows) throw new Error(`> ${rows} 行 / rows`);
  return cells.map((row) => {
    if (row.length > columns) throw new Error(`> ${columns} 列 / columns`);
    return row.map((cell) => (cell.length > cellCharacters ? cell.slice(0, cellCharacters) : cell));
  });
}
