// A cover picture for a release that brings none: title, key figure, period, drawn as SVG and
// turned into PNG. Letters are drawn as outlines from a shipped font, so that no font needs to be
// installed. Runs in a thread (threads/).

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Resvg } from '@resvg/resvg-js';

const WIDTH = 900;
/** WeChat's first article shows its cover at 2.35 : 1. */
const HEIGHT = 383;
const MARGIN = 56;

interface Outline {
  getAdvanceWidth(text: string, size: number): number;
  getPath(text: string, x: number, y: number, size: number): { toPathData(digits: number): string };
}

let font: Promise<Outline> | undefined;

async function loadFont(): Promise<Outline> {
  const { default: opentype } = await import('opentype.js');
  const file = createRequire(import.meta.url).resolve(
    '@fontsource/zcool-xiaowei/files/zcool-xiaowei-chinese-simplified-400-normal.woff',
  );
  const bytes = await readFile(file);
  return opentype.parse(
    bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer,
  );
}

/** What stands on a cover. */
export interface CoverWords {
  readonly title: string;
  readonly figure: string | undefined;
  readonly period: string;
  readonly bureau: string;
}

/** Draws a cover as PNG. The same words give the same picture. */
export async function renderCover(words: CoverWords): Promise<Uint8Array> {
  font ??= loadFont();
  const outline = await font;
  const line = (text: string, x: number, y: number, size: number, colour: string): string =>
    `<path fill="${colour}" d="${outline.getPath(text, x, y, size).toPathData(1)}"/>`;
  const room = WIDTH - 2 * MARGIN;
  const titles = wrap(outline, words.title, 44, room).slice(0, 2);
  const parts = [
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#0b3a63"/>`,
    `<rect x="${WIDTH - 250}" width="250" height="${HEIGHT}" fill="#0e4a7d"/>`,
    `<rect x="${MARGIN}" y="52" width="56" height="5" fill="#e2b04a"/>`,
    line(words.bureau, MARGIN, 100, 24, '#b9d0e6'),
    ...titles.map((text, index) => line(text, MARGIN, 168 + index * 58, 44, '#ffffff')),
    line(words.period, MARGIN, HEIGHT - 46, 26, '#b9d0e6'),
  ];
  if (words.figure) {
    const size = 72;
    parts.push(
      line(
        words.figure,
        WIDTH - MARGIN - outline.getAdvanceWidth(words.figure, size),
        HEIGHT - 42,
        size,
        '#e2b04a',
      ),
    );
  }
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">${parts.join('')}</svg>`;
  return new Uint8Array(new Resvg(svg).render().asPng());
}

function wrap(outline: Outline, text: string, size: number, room: number): string[] {
  const lines: string[] = [];
  let current = '';
  for (const char of text) {
    if (outline.getAdvanceWidth(current + char, size) > room) {
      lines.push(current);
      current = '';
    }
    current += char;
  }
  return current ? [...lines, current] : lines;
}

declare module '../lib/threads.ts' {
  interface ThreadTasks {
    cover: { input: CoverWords; output: Uint8Array };
  }
}
