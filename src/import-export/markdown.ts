// Calendars as Markdown and back: the year matrix to look at, the list below it to work with.

import type { Messages } from '../i18n/index.ts';
import { HEADS, type TextTable } from '../plan/table-columns.ts';
import type { Calendar } from '../plan/types.ts';
import type { Grid } from './grid-types.ts';
import { matrixText } from './matrix-text.ts';

export function writeMarkdown(
  calendar: Calendar,
  year: number,
  table: TextTable,
  words: Messages,
): string {
  const { tables } = words;
  const matrix = matrixText(calendar, year, words);
  const said = [
    ...HEADS.flatMap((head) =>
      table.head[head] === undefined || head === 'plan'
        ? []
        : [`- ${tables.heads[head]}：${table.head[head]}`],
    ),
    ...Object.entries(table.common).map(
      ([field, value]) => `- ${tables.fields[field as keyof typeof tables.fields]}：${value ?? ''}`,
    ),
  ];
  return [
    `# ${matrix.title}`,
    '',
    ...gridLines([matrix.headings, ...matrix.rows]),
    '',
    ...matrix.notes.map((note) => `${note}\n`),
    `## ${tables.list}`,
    '',
    ...(table.head.plan === undefined ? [] : [`- ${tables.heads.plan}：${table.head.plan}`]),
    ...said,
    '',
    ...gridLines([
      table.columns.map((column) => tables.fields[column]),
      ...table.rows.map((row) => table.columns.map((column) => row[column] ?? '')),
    ]),
    '',
  ].join('\n');
}

function gridLines(rows: readonly (readonly string[])[]): string[] {
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell) => cell.replaceAll('\\', '\\\\').replaceAll('|', '\\|').replaceAll('\n', '<br>')).join(' | ')} |`;
  return rows.flatMap((row, index) =>
    index === 0 ? [line(row), `|${row.map(() => '---').join('|')}|`] : [line(row)],
  );
}

/** Every table of a Markdown file, each with the lines before it. */
export function readMarkdown(bytes: Buffer, name: string): Grid[] {
  const grids: { cells: string[][]; lines: number[] }[] = [];
  let open: { cells: string[][]; lines: number[] } = { cells: [], lines: [] };
  let inTable = false;
  bytes
    .toString('utf8')
    .split(/\r?\n/)
    .forEach((line, index) => {
      const isRow = /^\s*\|.*\|\s*$/.test(line);
      if (inTable && !isRow) {
        grids.push(open);
        open = { cells: [], lines: [] };
      }
      inTable = isRow;
      if (line.trim() === '' || /^\s*\|[\s\-:|]+\|\s*$/.test(line)) return;
      open.cells.push(isRow ? cellsOf(line) : [line]);
      open.lines.push(index + 1);
    });
  if (inTable) grids.push(open);
  const after = inTable ? [] : open.cells.map(([line = '']) => line);
  return grids.map(({ cells, lines }, index) => ({
    name,
    cells,
    place: (row) => String(lines[row] ?? row + 1),
    after: index === grids.length - 1 ? after : [],
  }));
}

function cellsOf(line: string): string[] {
  const inner = line.trim().slice(1, -1);
  return (inner.match(/(?:\\.|[^|\\])*(?:\||$)/g) ?? [])
    .slice(0, inner.endsWith('|') ? undefined : -1)
    .map((cell) => cell.replace(/\|$/, '').trim().replaceAll('<br>', '\n').replace(/\\(.)/g, '$1'));
}
