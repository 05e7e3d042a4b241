// Calendars as a workbook and back: first the year matrix as the bureaus print it, then the list
// with everything in it.
import ExcelJS from 'exceljs';
import type { Messages } from '../i18n/index.ts';
import { unpack } from '../lib/unzip.ts';
import { HEADS, type TableColumn, type TextTable } from '../plan/table-columns.ts';
import type { Calendar } from '../plan/types.ts';
import type { Grid } from './grid-types.ts';
import { TABLE_LIMITS } from './limits.ts';
import { matrixText } from './matrix-text.ts';

const FONT = 'Microsoft YaHei';
const LINE: Partial<ExcelJS.Border> = { style: 'thin', color: { argb: 'FF9AA7B4' } };
const BOX: Partial<ExcelJS.Borders> = { top: LINE, left: LINE, bottom: LINE, right: LINE };
const HEADING: ExcelJS.Fill = { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FFE3ECF5' } };
const MIDDLE: Partial<ExcelJS.Alignment> = {
  vertical: 'middle',
  horizontal: 'center',
  wrapText: true,
};
/** Widths in characters. */
const WIDE: Readonly<Partial<Record<TableColumn, number>>> = {
  release: 30,
  name: 34,
  name_en: 34,
  reason: 26,
  channels: 34,
  was: 18,
  expected: 18,
};

export async function writeXlsx(
  calendar: Calendar,
  year: number,
  table: TextTable,
  words: Messages,
): Promise<Buffer> {
  const book = new ExcelJS.Workbook();
  book.creator = 'Banli';
  addMatrix(book, calendar, year, words);
  addList(book, table, words);
  return Buffer.from(await book.xlsx.writeBuffer());
}

function addMatrix(
  book: ExcelJS.Workbook,
  calendar: Calendar,
  year: number,
  words: Messages,
): void {
  const matrix = matrixText(calendar, year, words);
  const sheet = book.addWorksheet(String(year), {
    views: [{ state: 'frozen', xSplit: 2, ySplit: 2 }],
    pageSetup: {
      paperSize: 9,
      orientation: 'landscape',
      fitToPage: true,
      fitToWidth: 1,
      fitToHeight: 0,
      printTitlesRow: '1:2',
      margins: { left: 0.4, right: 0.4, top: 0.5, bottom: 0.5, header: 0.2, footer: 0.2 },
    },
  });
  const width = matrix.headings.length;
  sheet.columns = matrix.headings.map((_, column) => ({
    width: column === 0 ? 34 : column === 1 ? 9 : 10.5,
  }));
  const title = sheet.addRow([matrix.title]);
  sheet.mergeCells(1, 1, 1, width);
  title.height = 34;
  title.getCell(1).font = { name: FONT, size: 16, bold: true };
  title.getCell(1).alignment = MIDDLE;
  const headings = sheet.addRow([...matrix.headings]);
  headings.height = 24;
  style(headings, width, { bold: true, fill: HEADING });
  for (const cells of matrix.rows) {
    const row = sheet.addRow([...cells]);
    style(row, width, {});
    row.getCell(1).alignment = {
      vertical: 'middle',
      horizontal: 'left',
      indent: 1,
      wrapText: true,
    };
    const lines = Math.max(
      1,
      ...cells.slice(2).flatMap((cell) =>
        cell
          .split('\n')
          .map((line) => Math.ceil(line.length / 9))
          .reduce((sum, one) => sum + one, 0),
      ),
    );
    row.height = Math.max(30, lines * 15 + 4);
  }
  for (const note of matrix.notes) {
    const row = sheet.addRow([note]);
    sheet.mergeCells(row.number, 1, row.number, width);
    row.getCell(1).font = { name: FONT, size: 9, color: { argb: 'FF526173' } };
  }
}

function style(
  row: ExcelJS.Row,
  width: number,
  options: { bold?: boolean; fill?: ExcelJS.Fill },
): void {
  for (let column = 1; column <= width; column++) {
    const cell = row.getCell(column);
    cell.border = BOX;
    cell.alignment = MIDDLE;
    cell.font = { name: FONT, size: 10, bold: options.bold ?? false };
    if (options.fill) cell.fill = options.fill;
  }
}

function addList(book: ExcelJS.Workbook, table: TextTable, words: Messages): void {
  const { tables } = words;
  const sheet = book.addWorksheet(tables.list, {
    pageSetup: {
      paperSize: 9,
      orientation: 'landscape',
      fitToPage: true,
      fitToWidth: 1,
      fitToHeight: 0,
    },
  });
  const columns = [...table.columns, ...(Object.keys(table.common) as TableColumn[])];
  for (const head of HEADS)
    if (table.head[head] !== undefined)
      sheet.addRow([tables.heads[head], table.head[head]]).font = { name: FONT, size: 10 };
  const headings = sheet.addRow(columns.map((column) => tables.fields[column]));
  style(headings, columns.length, { bold: true, fill: HEADING });
  sheet.autoFilter = {
    from: { row: headings.number, column: 1 },
    to: { row: headings.number, column: columns.length },
  };
  sheet.views = [{ state: 'frozen', ySplit: headings.number }];
  for (const row of table.rows)
    sheet.addRow(columns.map((column) => row[column] ?? '')).font = { name: FONT, size: 10 };
  columns.forEach((column, index) => {
    // Text everywhere: a spreadsheet that makes a date of 2026-01 loses the period.
    Object.assign(sheet.getColumn(index + 1), { width: WIDE[column] ?? 13, numFmt: '@' });
  });
}

/** A workbook is an archive of some files a sheet. */
const ARCHIVE = { files: 2000, bytes: TABLE_LIMITS.unpackedBytes };

/** Every sheet of a workbook as text. @throws Error of exceljs where it is none */
export async function readXlsx(bytes: Buffer): Promise<Grid[]> {
  await checkSize(bytes);
  const book = new ExcelJS.Workbook();
  await book.xlsx.load(bytes as unknown as ArrayBuffer);
  return book.worksheets.map((sheet) => {
    const cells: string[][] = [];
    // A cell at the sheet's far corner makes it a million rows of sixteen thousand cells.
    const width = Math.min(sheet.columnCount, TABLE_LIMITS.columns);
    let last = 0;
    sheet.eachRow((_, number) => {
      last = number;
    });
    if (last > TABLE_LIMITS.rows)
      throw new Error(`${sheet.name}: > ${TABLE_LIMITS.rows} 行 / rows`);
    for (let number = 1; number <= last; number++) {
      const row = sheet.getRow(number);
      cells.push(
        Array.from({ length: width }, (_, column) => textOf(row.getCell(column + 1), sheet)),
      );
    }
    return {
      name: sheet.name,
      cells,
      place: (row, column) => `${sheet.name}!${sheet.getColumn(column + 1).letter}${row + 1}`,
    };
  });
}

/**
 * What comes out of the archive, counted, before exceljs unpacks it.
 * @throws Error where it is too much, or no archive
 */
async function checkSize(bytes: Buffer): Promise<void> {
  if ((await unpack(bytes, ARCHIVE)) === 'too-large')
    throw new Error(`> ${TABLE_LIMITS.unpackedBytes / 1e6} MB`);
}

/** What a person sees in a cell, dates written out. A title over merged cells is there once. */
function textOf(cell: ExcelJS.Cell, sheet: ExcelJS.Worksheet): string {
  const across =
    cell.isMerged &&
    cell.master.address !== cell.address &&
    String(cell.master.row) === String(cell.row) &&
    sheet.columnCount > 1;
  if (across) return '';
  const { value } = cell.master;
  if (value instanceof Date) return dateText(value);
  if (
    typeof value === 'object' &&
    value !== null &&
    'result' in value &&
    value.result instanceof Date
  )
    return dateText(value.result);
  return value === null || value === undefined ? '' : cell.master.text.trim();
}

/** Excel's dates are wall clock; a time alone lies on its day 0. */
function dateText(value: Date): string {
  const rounded = new Date(Math.round(value.getTime() / 1000) * 1000).toISOString();
  const [date, time = ''] = [rounded.slice(0, 10), rounded.slice(11, 19)];
  if (date < '1900-01-02') return time;
  return time === '00:00:00' ? date : `${date} ${time}`;
}
