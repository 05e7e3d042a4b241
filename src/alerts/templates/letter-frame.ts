// The frame of every mail: one style, readable on a phone, inlined for mail programs; and the short
// form for robots. Not for what a mail says.

import { html } from 'hono/html';
import juice from 'juice';
import type { Messages } from '../../i18n/index.ts';
import type { Html } from '../../lib/html.ts';

const STYLE = `
  body { font-family: "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; color: #1d2733; font-size: 15px; line-height: 1.6; max-width: 640px; margin: 0 auto; padding: 12px; }
  h1 { font-size: 19px; margin: 0 0 8px; }
  h2 { font-size: 16px; margin: 20px 0 4px; padding-top: 12px; border-top: 1px solid #d9e0e8; }
  p { margin: 4px 0; }
  li { margin: 4px 0; }
  .bad { color: #a3201d; } .good { color: #1c6b3a; }
  .part { margin: 8px 0; padding: 8px 12px; background: #f4f6f9; border-left: 4px solid #a3201d; }
  .over { border-left-color: #1c6b3a; }
  pre { background: #1d2733; color: #ffffff; padding: 8px 12px; margin: 4px 0; white-space: pre-wrap; font-size: 14px; }
  .acts { margin: 16px 0 4px; }
  .act { display: inline-block; margin: 0 8px 8px 0; padding: 9px 16px; border-radius: 6px; background: #0b4f8a; color: #ffffff; text-decoration: none; }
  .hold { background: #7a5200; }
  table { border-collapse: collapse; width: 100%; margin: 8px 0; font-size: 14px; }
  th { text-align: left; border-bottom: 2px solid #5a6775; padding: 5px 8px 5px 0; white-space: nowrap; }
  td { border-bottom: 1px solid #d9e0e8; padding: 5px 8px 5px 0; vertical-align: top; }
  .when { white-space: nowrap; }
  .small { color: #5a6775; font-size: 13px; }
  .foot { color: #5a6775; font-size: 13px; margin-top: 20px; border-top: 1px solid #d9e0e8; padding-top: 8px; }
`;
/** WeCom takes 4,096 bytes of Markdown; some are left for the frame. */
const BRIEF_BYTES = 3900;

/** A whole mail as HTML. */
export function framed(
  words: Messages,
  subject: string,
  heading: string,
  tone: 'good' | 'bad' | 'plain',
  body: Html | readonly Html[],
  foot: string,
): string {
  const page = html`<!doctype html><html lang="${words.lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${subject}</title></head><body>
<h1 class="${tone}">${heading}</h1>
${body}
<p class="foot">${foot}</p></body></html>`;
  return juice.inlineContent(String(page), STYLE);
}

/** Markdown of what robots take: whole lines only, as many as fit. */
export function briefOf(heading: string, lines: readonly string[]): string {
  const said = [`**${heading}**`];
  let bytes = Buffer.byteLength(said[0] ?? '');
  for (const line of lines) {
    bytes += Buffer.byteLength(line) + 1;
    if (bytes > BRIEF_BYTES) return [...said, '…'].join('\n');
    said.push(line);
  }
  return said.join('\n').trimEnd();
}
