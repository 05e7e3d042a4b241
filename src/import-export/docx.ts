// The year matrix as a Word file, as the office prints and circulates it: landscape A4, the plan's
// own order, its notes below. Not for reading one: html.ts.
import {
  AlignmentType,
  BorderStyle,
  Document,
  Packer,
  PageOrientation,
  Paragraph,
  Table,
  TableCell,
  TableRow,
  TextRun,
  VerticalAlign,
  WidthType,
} from 'docx';
import type { Messages } from '../i18n/index.ts';
import type { Calendar } from '../plan/types.ts';
import { matrixText } from './matrix-text.ts';

/**
 * Songti and Heiti stand on every machine of a Chinese office; elsewhere another face takes their
 * place.
 */
const FACE = {
  text: { ascii: 'Times New Roman', eastAsia: '宋体' },
  head: { ascii: 'Arial', eastAsia: '黑体' },
};
/** In half points. */
const SIZE = { title: 36, head: 18, text: 16, note: 16 };
/** Of A4 in landscape, twentieths of a point. */
const PAGE = { width: 11_906, height: 16_838, margin: 720 };
/** Shares of the width, in percent: what, how often, and twelve months. */
const WIDE = { name: 17, often: 6, month: 77 / 12 };

export async function writeDocx(
  calendar: Calendar,
  year: number,
  words: Messages,
): Promise<Buffer> {
  const { title, headings, rows, notes } = matrixText(calendar, year, words);
  const line = (text: string, size: number, bold = false): Paragraph =>
    new Paragraph({
      alignment: AlignmentType.CENTER,
      children: [new TextRun({ text, size, bold, font: bold ? FACE.head : FACE.text })],
    });
  const shareOf = (column: number): number =>
    column === 0 ? WIDE.name : column === 1 ? WIDE.often : WIDE.month;
  const cell = (text: string, column: number, isHead: boolean): TableCell =>
    new TableCell({
      width: { size: shareOf(column), type: WidthType.PERCENTAGE },
      verticalAlign: VerticalAlign.CENTER,
      children: text.split('\n').map((part) => line(part, isHead ? SIZE.head : SIZE.text, isHead)),
    });
  const rowOf = (cells: readonly string[], isHead: boolean): TableRow =>
    new TableRow({
      tableHeader: isHead,
      cantSplit: true,
      children: cells.map((text, column) => cell(text, column, isHead)),
    });
  const border = { style: BorderStyle.SINGLE, size: 4, color: '808080' };
  const table = new Table({
    width: { size: 100, type: WidthType.PERCENTAGE },
    borders: {
      top: border,
      bottom: border,
      left: border,
      right: border,
      insideHorizontal: border,
      insideVertical: border,
    },
    rows: [rowOf(headings, true), ...rows.map((cells) => rowOf(cells, false))],
  });
  const said = notes.map(
    (text) =>
      new Paragraph({
        spacing: { before: 80 },
        children: [new TextRun({ text, size: SIZE.note, font: FACE.text })],
      }),
  );
  const { width, height, margin } = PAGE;
  const document = new Document({
    creator: 'Banli',
    title,
    sections: [
      {
        properties: {
          page: {
            size: { width, height, orientation: PageOrientation.LANDSCAPE },
            margin: { top: margin, bottom: margin, left: margin, right: margin },
          },
        },
        children: [new Paragraph({ ...centred(title), spacing: { after: 200 } }), table, ...said],
      },
    ],
  });
  return Packer.toBuffer(document);
}

const centred = (title: string) => ({
  alignment: AlignmentType.CENTER,
  children: [new TextRun({ text: title, size: SIZE.title, bold: true, font: FACE.head })],
});
