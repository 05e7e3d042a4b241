// A Word file that is small and holds much: nothing of it becomes more than a text may be.
import { expect, test } from 'vitest';
import { readWord } from '../../src/content/word.ts';
import { paragraph, pictureOf, redPoint, relationTo, wordFileOf } from '../helpers/word.ts';

const TITLE = paragraph('2026年二季度地区生产总值');
const cell = (text: string): string => `<w:tc>${paragraph(text)}</w:tc>`;
const row = (...cells: string[]): string => `<w:tr>${cells.join('')}</w:tr>`;
const table = (...rows: string[]): string => `<w:tbl>${rows.join('')}</w:tbl>`;

test('a table with one very long row does not make every row as long', async () => {
  const long = row(...Array.from({ length: 1000 }, (_, index) => cell(`列${index}`)));
  const rows = Array.from({ length: 1000 }, (_, index) => row(cell(`行${index}`)));
  const text = await readWord(wordFileOf(TITLE + table(long, ...rows)));
  if (typeof text === 'string') throw new Error(text);
  expect(text.body.length).toBeLessThan(50_000);
  expect(text.body).toContain('| 列999 |');
  expect(text.body).toContain('| 行999 |');
});

test('a table of the usual size is filled up, so that it reads well', async () => {
  const text = await readWord(
    wordFileOf(TITLE + table(row(cell('指标'), cell('增速')), row(cell('工业')))),
  );
  if (typeof text === 'string') throw new Error(text);
  expect(text.body).toContain('| 指标 | 增速 |\n| --- | --- |\n| 工业 |  |');
});

test('more text than a release may have is too large, and so is what takes seconds to look through', async () => {
  expect(await readWord(wordFileOf(TITLE + paragraph('数'.repeat(500_001))))).toBe('too-large');
  expect(await readWord(wordFileOf('<w:p/>'.repeat(4_000_000)))).toBe('too-large');
});

test('a picture that stands in many places is one file; more than a bundle may hold is too large', async () => {
  const one = { 'word/media/a.png': redPoint() };
  const text = await readWord(
    wordFileOf(TITLE + pictureOf('m').repeat(400), one, relationTo('m', 'media/a.png')),
  );
  if (typeof text === 'string') throw new Error(text);
  expect(text.pictures.map(([name]) => name)).toEqual(['word-bc09c259.png']);
  expect(text.body.match(/word-[0-9a-f]{8}\.png/g)).toHaveLength(400);

  const all = Array.from({ length: 102 }, (_, index) => index);
  const many = wordFileOf(
    TITLE + all.map((index) => pictureOf(`m${index}`)).join(''),
    Object.fromEntries(all.map((index) => [`word/media/${index}.png`, redPoint(index)])),
    all.map((index) => relationTo(`m${index}`, `media/${index}.png`)).join(''),
  );
  expect(await readWord(many)).toBe('too-large');
});

test('a part counts wherever it is: also in a folder whose name begins with a dot', async () => {
  const hidden = wordFileOf(
    TITLE + pictureOf('m'),
    { 'word/.m/a.png': redPoint(101_000_000) },
    relationTo('m', '.m/a.png'),
  );
  expect(await readWord(hidden)).toBe('too-large');
});
