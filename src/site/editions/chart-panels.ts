// How the drawing of a key series is divided: a panel for each unit, and how large it becomes. Not
// for drawing: draw-chart.ts.

/** Series of one unit, which share an axis: figures of two units on one would say nothing. */
interface Panel {
  readonly unit: string;
  /** Which series, from 0. */
  readonly columns: readonly number[];
}

/** A panel for each unit that the headings name, as in `用电量（亿千瓦时）`, in their order. */
export function panelsOf(headings: readonly string[]): Panel[] {
  const panels = new Map<string, number[]>();
  headings.slice(1).forEach((heading, column) => {
    const unit = /[（(]([^（()）]+)[)）]\s*$/.exec(heading)?.[1] ?? '';
    panels.set(unit, [...(panels.get(unit) ?? []), column]);
  });
  return [...panels].map(([unit, columns]) => ({ unit, columns }));
}

const WIDTH = 900;
/** Of a drawing with one panel, and of each further panel, px. */
const HEIGHT = 420;
const FURTHER = 250;

/** Size of the drawing, px. */
export function drawingSize(headings: readonly string[]): { width: number; height: number } {
  return { width: WIDTH, height: HEIGHT + FURTHER * (panelsOf(headings).length - 1) };
}
