// A text as an office writes it in Word: title, headings, bold, lists, a plain table, one with
// merged cells, a picture, a link.
import {
  Document,
  ExternalHyperlink,
  HeadingLevel,
  ImageRun,
  Packer,
  Paragraph,
  Table,
  TableCell,
  TableRow,
  TextRun,
} from 'docx';

/** One red point. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==',
  'base64',
);

const cell = (text: string, span: { columnSpan?: number; rowSpan?: number } = {}): TableCell =>
  new TableCell({ ...span, children: [new Paragraph(text)] });
const row = (...texts: string[]): TableRow =>
  new TableRow({ children: texts.map((text) => cell(text)) });

export function wordFile(more: readonly Paragraph[] = []): Promise<Buffer> {
  const document = new Document({
    numbering: {
      config: [{ reference: 'points', levels: [{ level: 0, format: 'decimal', text: '%1.' }] }],
    },
    sections: [
      {
        children: [
          new Paragraph({ text: '2026年二季度地区生产总值', heading: HeadingLevel.TITLE }),
          new Paragraph({ text: '一、总体情况', heading: HeadingLevel.HEADING_1 }),
          new Paragraph({
            children: [
              new TextRun('初步核算，'),
              new TextRun({ text: '同比增长5.8%。', bold: true }),
              new TextRun('其中'),
              new TextRun({ text: '工业', bold: true }),
              new TextRun('增加值*见附表，a<b_c。'),
            ],
          }),
          new Paragraph('1. 不是列表'),
          new Paragraph({ text: '（一）分产业', heading: HeadingLevel.HEADING_2 }),
          new Paragraph({ text: '第一产业', bullet: { level: 0 } }),
          new Paragraph({ text: '农业', bullet: { level: 1 } }),
          new Paragraph({ text: '第二产业', bullet: { level: 0 } }),
          new Paragraph({ text: '先', numbering: { reference: 'points', level: 0 } }),
          new Paragraph({ text: '后', numbering: { reference: 'points', level: 0 } }),
          new Table({ rows: [row('指标', '增速|%'), row('第一产业', '3.1')] }),
          new Paragraph(''),
          new Table({
            rows: [
              new TableRow({
                children: [cell('指标', { rowSpan: 2 }), cell('二季度', { columnSpan: 2 })],
              }),
              row('绝对量', '增速<%>'),
              row('总值', '100', '5.8'),
            ],
          }),
          new Paragraph({
            children: [
              new ImageRun({ type: 'png', data: PNG, transformation: { width: 9, height: 9 } }),
            ],
          }),
          new Paragraph({
            children: [
              new ExternalHyperlink({
                link: 'https://www.stats.gov.cn/',
                children: [new TextRun('国家统计局')],
              }),
            ],
          }),
          ...more,
        ],
      },
    ],
  });
  return Packer.toBuffer(document);
}
