// A release's key series (`series.csv`: periods in the first column, a series in each further one)
// as a drawing and as the rows of its table. Drawn when the release is staged, so that a reader's
// browser draws nothing. Not for any page.

import type { ChannelItem } from '../../channels/channel.ts';
import { readCsv } from '../../import-export/csv.ts';
import { inThread } from '../../lib/threads.ts';

/** Name of the file in a bundle that is drawn. */
const SERIES = 'series.csv';
/** Name of the drawing beside it. */
export const DRAWING = 'series.svg';

export interface Series {
  readonly headings: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** More rows than this are no key series. */
const ROWS = 500;
const COLUMNS = 8;
/** A larger file is not read for one. */
const BYTES = 200_000;

/**
 * Undefined where the file is no series: fewer than two rows or columns, or something that is no
 * number.
 */
export function seriesOf(bytes: Buffer): Series | undefined {
  if (bytes.length > BYTES) return undefined;
  const [headings, ...rows] = cellsOf(bytes);
  if (
    !headings ||
    headings.length < 2 ||
    headings.length > COLUMNS ||
    rows.length < 2 ||
    rows.length > ROWS
  )
    return undefined;
  const sound = rows.every(
    (row) =>
      row.length === headings.length &&
      row.slice(1).every((cell) => cell.trim() === '' || Number.isFinite(Number(cell))),
  );
  return sound ? { headings, rows } : undefined;
}

/** None where the file is no table: it stays a file to download. */
function cellsOf(bytes: Buffer): readonly (readonly string[])[] {
  try {
    return readCsv(bytes, SERIES).cells;
  } catch {
    return [];
  }
}

/** The series as SVG, drawn in a thread. @throws Error where it takes longer than a thread may */
export async function draw(series: Series, title: string): Promise<string> {
  const drawn = await inThread('chart', { series, title });
  if (!drawn.ok) throw new Error(`${SERIES}: ${drawn.message}`);
  return drawn.value;
}

/** The figures that a release's chart shows, if it has one. */
export async function seriesIn(item: ChannelItem): Promise<Series | undefined> {
  const file = item.attachments.find(({ name }) => name === SERIES);
  return file && seriesOf(await file.read());
}

declare module '../../lib/threads.ts' {
  interface ThreadTasks {
    chart: { input: { series: Series; title: string }; output: string };
  }
}
