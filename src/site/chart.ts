// A release's key series (`series.csv`: periods in the first column, a series in each further one) as a drawing and as the rows of its table. Drawn when
// the release is staged, so that a reader's browser draws nothing. Not for any page.
import { readCsv } from '../exchange/csv.ts';

/** Name of the file in a bundle that is drawn. */
export const SERIES = 'series.csv';
/** Name of the drawing beside it. */
export const DRAWING = 'series.svg';

export interface Series {
  readonly headings: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** More rows than this are no key series. */
const ROWS = 500;
const COLUMNS = 8;
const SIZE = { width: 900, height: 420 };
/** Told apart by shape as well as by colour; each has a contrast of 3:1 on white. */
const COLOURS = ['#0b4f8a', '#a3471a', '#14633a', '#6a3d9a', '#8a5a00', '#9b1c1c', '#3b6b7a'];
const SHAPES = ['circle', 'rect', 'triangle', 'diamond', 'pin', 'arrow', 'roundRect'];

/** Undefined where the file is no series: fewer than two rows or columns, or something that is no number. */
export function seriesOf(bytes: Buffer): Series | undefined {
  const [headings, ...rows] = readCsv(bytes, SERIES).cells;
  if (!headings || headings.length < 2 || headings.length > COLUMNS || rows.length < 2 || rows.length > ROWS) return undefined;
  const sound = rows.every(
    (row) => row.length === headings.length && row.slice(1).every((cell) => cell.trim() === '' || Number.isFinite(Number(cell))),
  );
  return sound ? { headings, rows } : undefined;
}

/** The series as SVG. */
export async function draw({ headings, rows }: Series, title: string): Promise<string> {
  // Loaded only where there is something to draw.
  const echarts = await import('echarts');
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, ...SIZE });
  chart.setOption({
    animation: false,
    backgroundColor: '#ffffff',
    color: COLOURS,
    textStyle: { fontFamily: 'PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif', color: '#16212e' },
    title: { text: title, left: 16, top: 12, textStyle: { fontSize: 16 } },
    legend: { top: 44, left: 16, itemGap: 18 },
    grid: { left: 16, right: 24, top: 84, bottom: 16, containLabel: true },
    xAxis: { type: 'category', data: rows.map((row) => row[0] ?? ''), axisLabel: { color: '#526173' } },
    yAxis: { type: 'value', scale: true, axisLabel: { color: '#526173' } },
    series: headings.slice(1).map((name, index) => ({
      name,
      type: 'line',
      symbol: SHAPES[index % SHAPES.length] ?? 'circle',
      symbolSize: 8,
      connectNulls: false,
      data: rows.map((row) => ((row[index + 1] ?? '').trim() === '' ? null : Number(row[index + 1]))),
    })),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}
