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
import { zipSync } from 'fflate';

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

/** A Word file as somebody may make it by hand: the text's XML, and any other part. */
export function wordFileOf(
  body: string,
  parts: Readonly<Record<string, Uint8Array>> = {},
  relations = '',
): Uint8Array {
  const text = new TextEncoder();
  const of = 'http://schemas.openxmlformats.org';
  return zipSync({
    '[Content_Types].xml': text.encode(
      `<Types xmlns="${of}/package/2006/content-types"><Default Extension="png" ContentType="image/png"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`,
    ),
    '_rels/.rels': text.encode(
      `<Relationships xmlns="${of}/package/2006/relationships"><Relationship Id="r" Type="${of}/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`,
    ),
    'word/_rels/document.xml.rels': text.encode(
      `<Relationships xmlns="${of}/package/2006/relationships">${relations}</Relationships>`,
    ),
    'word/document.xml': text.encode(
      `<w:document xmlns:w="${of}/wordprocessingml/2006/main" xmlns:r="${of}/officeDocument/2006/relationships" xmlns:a="${of}/drawingml/2006/main" xmlns:pic="${of}/drawingml/2006/picture" xmlns:wp="${of}/drawingml/2006/wordprocessingDrawing"><w:body>${body}</w:body></w:document>`,
    ),
    ...parts,
  });
}

export const paragraph = (text: string): string => `<w:p><w:r><w:t>${text}</w:t></w:r></w:p>`;
/** A picture that stands in the text, by the name of its relation. */
export const pictureOf = (id: string): string =>
  `<w:p><w:r><w:drawing><wp:inline><wp:docPr id="1" name="x" descr="x"/><a:graphic><a:graphicData><pic:pic><pic:blipFill><a:blip r:embed="${id}"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>`;
export const relationTo = (id: string, target: string): string =>
  `<Relationship Id="${id}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="${target}"/>`;
/** One red point, and as many bytes behind it as anybody wants. */
export const redPoint = (more = 0): Uint8Array => Buffer.concat([PNG, Buffer.alloc(more)]);
