// A text that was written in Word (.docx) → title, Markdown and pictures, and what could not be
// taken over. Runs in a thread: it may hold anything. Not for how Markdown is made of it:
// word-markdown.ts.
import { createHash } from 'node:crypto';
import mammoth from 'mammoth';
import { unpack } from '../lib/unzip.ts';
import { BUNDLE_LIMITS } from './bundle-limits.ts';
import { type Left, leftBehind } from './word-check.ts';
import { markdownOf } from './word-markdown.ts';

export interface WordText {
  readonly title: string | undefined;
  readonly body: string;
  readonly pictures: readonly (readonly [name: string, content: Uint8Array])[];
  /** How many of each were left behind; numbering, changes and comments wherever there are any. */
  readonly left: readonly Left[];
}

/** Of everything in it, unpacked. */
const WORD_LIMITS = { files: 2000, bytes: BUNDLE_LIMITS.bytes, isWhole: true };
/** Of the text alone, with all that Word writes around a word. */
const TEXT_BYTES = 20_000_000;
const ENDINGS: Readonly<Record<string, string>> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/jpg': 'jpg',
  'image/gif': 'gif',
};
const STYLES = [
  "p[style-name='Title'] => h1.title:fresh",
  "p[style-name='标题'] => h1.title:fresh",
  "p[style-name='Subtitle'] => p:fresh",
];

/**
 * @throws Error where it is no Word file
 * @returns too-large where it holds more than a text may, hidden where it hides words
 */
export async function readWord(bytes: Uint8Array): Promise<WordText | 'too-large' | 'hidden'> {
  const files = await unpack(bytes, WORD_LIMITS);
  if (files === 'too-large') return files;
  if (files.some(([name, { length }]) => name.endsWith('.xml') && length > TEXT_BYTES))
    return 'too-large';
  const pictures = new Map<string, readonly [name: string, content: Uint8Array]>();
  let [size, unknown] = [0, 0];
  const isFull = (): boolean => pictures.size > BUNDLE_LIMITS.files || size > BUNDLE_LIMITS.bytes;
  const convertImage = mammoth.images.imgElement(async ({ contentType, readAsBuffer }) => {
    const ending = ENDINGS[contentType];
    if (ending === undefined) {
      unknown++;
      return { src: '' };
    }
    if (isFull()) return { src: '' };
    const content = new Uint8Array(await readAsBuffer());
    // A picture that stands in several places is one file.
    const mark = createHash('sha256').update(content).digest('hex');
    const known = pictures.get(mark);
    if (known) return { src: known[0] };
    size += content.length;
    // By its content: a text that is kept without its pictures finds no other file's in their place.
    const name = `word-${mark.slice(0, 8)}.${ending}`;
    pictures.set(mark, [name, content]);
    return { src: name };
  });
  const { value, messages } = await mammoth.convertToHtml(
    { buffer: Buffer.from(bytes) },
    // What the file itself says of its styles is not followed: it may leave words out.
    { convertImage, styleMap: STYLES, includeEmbeddedStyleMap: false },
  );
  if (isFull()) return 'too-large';
  const made = markdownOf(value);
  if (made.body.length > BUNDLE_LIMITS.textBytes) return 'too-large';
  // Such as pictures that are not in the file but somewhere on its author's machine.
  unknown += messages.filter(({ type }) => type === 'error').length;
  const left = leftBehind(new Map(files), value, unknown);
  return left === 'hidden' ? left : { ...made, pictures: [...pictures.values()], left };
}

declare module '../lib/threads.ts' {
  interface ThreadTasks {
    word: { input: { bytes: Uint8Array }; output: WordText | 'too-large' | 'hidden' };
  }
}
