// What kind of file stands beside a text: by its name and by its content, and both must say the
// same. Runs in a thread: it reads what people send.
import { extname } from 'node:path';
import { imageSize } from 'image-size';

/** A file beside a text, or what is wrong with it: a code of i18n/. */
export type FileKind =
  | { readonly use: 'picture' | 'attachment'; readonly type: string }
  | {
      readonly use: 'none';
      readonly flaw:
        | 'unknown-file'
        | 'not-a-picture'
        | 'picture-large'
        | 'picture-pixels'
        | 'not-what-it-says';
    };

/**
 * What a file is, and how large a picture, stands in its beginning: after what a camera or an
 * editor wrote about it.
 */
export const HEAD_BYTES = 2_000_000;

/** No channel takes a larger picture (WeChat: 10 MB), and no reader waits for one. */
const PICTURE_BYTES = 20_000_000;
/**
 * Each reader's browser makes four bytes of each: a small file may ask for gigabytes. Larger than
 * any camera of a bureau takes.
 */
const PIXELS = 60_000_000;
const PICTURE_NAMES: readonly string[] = ['.png', '.jpg', '.jpeg', '.gif'];
const PICTURE_TYPES: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  gif: 'image/gif',
};

/** Any reader of PDF looks for its mark so far into the file (ISO 32000-2, annex I). */
const PDF_HEAD_BYTES = 1024;
const ATTACHMENTS: Readonly<
  Record<string, { readonly type: string; readonly is: (content: Buffer) => boolean }>
> = {
  '.xlsx': {
    type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    is: (content) => content.subarray(0, 4).toString('latin1') === 'PK\u0003\u0004',
  },
  '.pdf': {
    type: 'application/pdf',
    is: (content) => content.subarray(0, PDF_HEAD_BYTES).includes('%PDF-'),
  },
  // Text in any code; in UTF-16, which says so first, every other byte may be 0.
  '.csv': {
    type: 'text/csv; charset=utf-8',
    is: (content) =>
      !content.includes(0) || /^(fffe|feff)/.test(content.subarray(0, 2).toString('hex')),
  },
};

/**
 * A name that promises nothing that channels take is not looked into.
 * @param head its first HEAD_BYTES
 * @param bytes how long the whole is
 */
export function fileKind(name: string, head: Uint8Array, bytes: number): FileKind {
  const ending = extname(name).toLowerCase();
  const attachment = ATTACHMENTS[ending];
  if (attachment) {
    const content = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
    return attachment.is(content)
      ? { use: 'attachment', type: attachment.type }
      : { use: 'none', flaw: 'not-what-it-says' };
  }
  if (!PICTURE_NAMES.includes(ending)) return { use: 'none', flaw: 'unknown-file' };
  if (bytes > PICTURE_BYTES) return { use: 'none', flaw: 'picture-large' };
  const picture = pictureIn(head);
  if (!picture) return { use: 'none', flaw: 'not-a-picture' };
  return picture.pixels > PIXELS
    ? { use: 'none', flaw: 'picture-pixels' }
    : { use: 'picture', type: picture.type };
}

/** Its media type and size; undefined where it is none that a channel takes. */
function pictureIn(
  head: Uint8Array,
): { readonly type: string; readonly pixels: number } | undefined {
  try {
    const { type: kind = '', width, height } = imageSize(head);
    const type = PICTURE_TYPES[kind];
    return type === undefined ? undefined : { type, pixels: width * height };
  } catch {
    return undefined;
  }
}
