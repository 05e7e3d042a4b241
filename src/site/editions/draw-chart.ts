// A release's key series as an SVG drawing. Runs in a thread (threads/). For what a series is see
// chart.ts.
import { init } from 'echarts';
import type { Series } from './chart.ts';
import { drawingSize, panelsOf } from './chart-panels.ts';

/** Told apart by shape as well as by colour; each has a contrast of 3:1 on white. */
const COLOURS = ['#0b4f8a', '#a3471a', '#14633a', '#6a3d9a', '#8a5a00', '#9b1c1c', '#3b6b7a'];
const SHAPES = ['circle', 'rect', 'triangle', 'diamond', 'pin', 'arrow', 'roundRect'];

/** Room for title and legend, below everything, and for each panel's unit, px. */
const TOP = 68;
const BOTTOM = 12;
const UNIT = 30;
/** And for the periods below each, where that is not counted by the library. */
const PERIODS = 28;

const axesOf = (panel: number): { xAxisIndex: number; yAxisIndex: number } => ({
  xAxisIndex: panel,
  yAxisIndex: panel,
});

/** The series as SVG. */
export function drawChart({ headings, rows }: Series, title: string): string {
  const size = drawingSize(headings);
  const panels = panelsOf(headings);
  const names = headings.slice(1);
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...size });
  // Beside each other they have the same left edge, so that periods stand below one another.
  const left =
    panels.length > 1 ? { left: 76, containLabel: false } : { left: 16, containLabel: true };
  const room = (size.height - TOP - BOTTOM) / panels.length;
  chart.setOption({
    animation: false,
    backgroundColor: '#ffffff',
    color: COLOURS,
    textStyle: {
      fontFamily: 'PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif',
      color: '#16212e',
    },
    title: { text: title, left: 16, top: 12, textStyle: { fontSize: 16 } },
    legend: { top: 44, left: 16, itemGap: 18 },
    grid: panels.map((_, at) => ({
      ...left,
      right: 24,
      top: TOP + UNIT + at * room,
      height: room - UNIT - (panels.length > 1 ? PERIODS : 0),
    })),
    xAxis: panels.map((_, gridIndex) => ({
      gridIndex,
      type: 'category',
      data: rows.map((row) => row[0] ?? ''),
      axisLabel: { color: '#526173' },
    })),
    yAxis: panels.map(({ unit }, gridIndex) => ({
      gridIndex,
      type: 'value',
      scale: true,
      name: unit,
      nameTextStyle: { color: '#526173', align: 'left' },
      axisLabel: { color: '#526173' },
    })),
    series: names.map((name, index) => ({
      name,
      type: 'line',
      ...axesOf(panels.findIndex(({ columns }) => columns.includes(index))),
      symbol: SHAPES[index % SHAPES.length] ?? 'circle',
      symbolSize: 8,
      connectNulls: false,
      data: rows.map((row) =>
        (row[index + 1] ?? '').trim() === '' ? null : Number(row[index + 1]),
      ),
    })),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}
