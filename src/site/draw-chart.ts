// A release's key series as an SVG drawing. Runs in a thread (rendering/). For what a series is see chart.ts.
import { init } from 'echarts';
import type { Series } from './chart.ts';

const SIZE = { width: 900, height: 420 };
/** Told apart by shape as well as by colour; each has a contrast of 3:1 on white. */
const COLOURS = ['#0b4f8a', '#a3471a', '#14633a', '#6a3d9a', '#8a5a00', '#9b1c1c', '#3b6b7a'];
const SHAPES = ['circle', 'rect', 'triangle', 'diamond', 'pin', 'arrow', 'roundRect'];

/** The series as SVG. */
export function drawChart({ headings, rows }: Series, title: string): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...SIZE });
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
