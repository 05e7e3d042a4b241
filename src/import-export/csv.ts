// Calendars as CSV and back: UTF-8 with a mark for Excel; read also as Chinese Excel saves it (GB
// 18030). Lines with # are words about the table.
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { HEADS, type TextTable } from '../plan/table-columns.ts';
import type { Grid } from './grid-types.ts';

export function writeCsv(table: TextTable): string {
  const said = [
    ...HEADS.flatMap((head) =>
      table.head[head] === undefined ? [] : [`# ${head}: ${table.head[head]}`],
    ),
    ...Object.entries(table.common).map(([field, value]) => `# ${field}: ${value ?? ''}`),
  ];
  const rows = stringify(
    [table.columns, ...table.rows.map((row) => table.columns.map((column) => row[column] ?? ''))],
    {
      record_delimiter: 'windows',
      // A cell that a spreadsheet would take for a formula begins with an apostrophe.
      escape_formulas: true,
    },
  );
  return `\ufeff${said.map((line) => `${line}\r\n`).join('')}${rows}`;
}

/** @throws Error of csv-parse where quotes do not close */
export function readCsv(bytes: Buffer, name: string): Grid {
  const text = decode(bytes).replace(/^\ufeff/, '');
  const delimiter = delimiterOf(text);
  // One record a line of `lines`: what stands in # lines is not split at commas.
  const records: { record: string[]; line: number }[] = [];
  const lines = text.split(/\r?\n/);
  const isSaid = (line: string): boolean => line.startsWith('#');
  const start = lines.findIndex((line) => line.trim() !== '' && !isSaid(line));
  const body =
    start < 0
      ? ''
      : lines
          .slice(start)
          .filter((line, index) => index === 0 || !isSaid(line))
          .join('\n');
  lines.forEach((line, index) => {
    if (isSaid(line)) records.push({ record: [line], line: index + 1 });
  });
  const parsed = parse(body, {
    delimiter,
    relax_column_count: true,
    skip_empty_lines: true,
    info: true,
    bom: true,
  }) as unknown as {
    record: string[];
    info: { lines: number };
  }[];
  for (const { record, info } of parsed)
    records.push({ record: record.map(unescaped), line: Math.max(start, 0) + info.lines });
  return {
    name,
    cells: records.map(({ record }) => record),
    place: (row) => String(records[row]?.line ?? row + 1),
  };
}

/** A cell as it was before writeCsv kept it from being a formula. */
const unescaped = (cell: string): string =>
  cell.replace(/^'(?=[=+\-@\t\r\uff1d\uff0b\uff0d\uff20])/, '');

/** UTF-8, or GB 18030 as Chinese Windows saves it. */
export function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}

/** A title above the table has none, or few. */
const LOOKED_AT = 20;

function delimiterOf(text: string): string {
  const lines = text
    .split(/\r?\n/)
    .filter((one) => one.trim() !== '' && !one.startsWith('#'))
    .slice(0, LOOKED_AT);
  const most = (delimiter: string): number =>
    Math.max(0, ...lines.map((line) => line.split(delimiter).length));
  return (
    [',', '\t', ';']
      .map((delimiter) => ({ delimiter, count: most(delimiter) }))
      .sort((a, b) => b.count - a.count)[0]?.delimiter ?? ','
  );
}
