// What a text becomes before it is known where it goes: made once by markdown.ts in a thread, and
// put together here by joining strings, so that no process that has deadlines parses what people
// send.
import type { FileKind } from './file-kind.ts';

/**
 * A picture that the text shows, or a file that it leads to: its file name and the line in the text
 * (from 1).
 */
export interface FileReference {
  readonly name: string;
  readonly line: number;
}

/** A piece of a text: words as they are, the address of a picture, or the source of the figures. */
export type TextPiece = string | { readonly picture: string } | { readonly source: true };

/** A text in every form that a channel may ask for. */
export interface Rendered {
  /** For the website; pictures lie under `files/`. */
  readonly html: string;
  /** For WeChat, with inline styles; it gives pictures addresses of its own. */
  readonly wechat: readonly TextPiece[];
  /** In order. */
  readonly pictures: readonly FileReference[];
  /** Files beside the text that it leads to. */
  readonly links: readonly FileReference[];
  /** The first sentences as plain words, for a summary that nobody wrote. */
  readonly start: string;
  /** The whole as words alone, for whoever copies it and for letters. */
  readonly plain: string;
}

/** WeChat's HTML, once it is known where its pictures lie. */
export function wechatText(
  { wechat }: Rendered,
  source: string,
  pictureUrl: (name: string) => string,
): string {
  return wechat
    .map((piece) => {
      if (typeof piece === 'string') return piece;
      return escaped('picture' in piece ? pictureUrl(piece.picture) : source);
    })
    .join('');
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** Bytes that it takes in memory, roughly. */
export function renderedBytes({ html, wechat, pictures, plain }: Rendered): number {
  const inline = wechat.reduce(
    (sum, piece) => sum + (typeof piece === 'string' ? piece.length : 50),
    0,
  );
  return 2 * (html.length + plain.length + inline) + pictures.length * 100;
}

/** A text, and the files beside it. */
export interface ContentInput {
  readonly body: string;
  /** See renderText. */
  readonly mark: string;
  /** Of each the beginning, and how long the whole is. */
  readonly files: readonly {
    readonly name: string;
    readonly head: Uint8Array;
    readonly bytes: number;
  }[];
}

/** A text in every form; of each file its kind. */
export interface ContentOutput {
  readonly rendered: Rendered;
  readonly kinds: readonly FileKind[];
}

declare module '../lib/threads.ts' {
  interface ThreadTasks {
    content: { input: ContentInput; output: ContentOutput };
  }
}
