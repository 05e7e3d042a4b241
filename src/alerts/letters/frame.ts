// The frame of every mail: one style, readable on a phone, inlined for mail programs. Not for what a mail says.
import { html } from 'hono/html';
import juice from 'juice';
import type { Words } from '../../words/index.ts';

const STYLE = `
  body { font-family: "PingFang SC", "Microsoft YaHei", sans-serif; color: #1d2733; font-size: 15px; line-height: 1.6; max-width: 640px; margin: 0 auto; padding: 12px; }
  h1 { font-size: 19px; margin: 0 0 4px; }
  h2 { font-size: 16px; margin: 20px 0 4px; padding-top: 12px; border-top: 1px solid #d9e0e8; }
  p { margin: 4px 0; }
  li { margin: 4px 0; }
  .bad { color: #a3201d; } .good { color: #1c6b3a; }
  .part { margin: 8px 0; padding: 8px 12px; background: #f4f6f9; border-left: 4px solid #a3201d; }
  pre { background: #1d2733; color: #ffffff; padding: 8px 12px; white-space: pre-wrap; font-size: 14px; }
  .foot { color: #5a6775; font-size: 13px; margin-top: 20px; border-top: 1px solid #d9e0e8; padding-top: 8px; }
`;

export type Html = ReturnType<typeof html>;

/** A whole mail as HTML. */
export function framed(words: Words, subject: string, heading: string, tone: 'good' | 'bad' | 'plain', body: Html | readonly Html[]): string {
  const page = html`<!doctype html><html lang="${words.lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${subject}</title></head><body>
<h1 class="${tone}">${heading}</h1>
${body}
<p class="foot">${words.letters.foot}</p></body></html>`;
  return juice.inlineContent(String(page), STYLE);
}
