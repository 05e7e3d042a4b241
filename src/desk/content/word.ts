// A text that is brought to the desk as a Word file: what of it becomes the form's, and what has to
// be looked after by hand. Not for reading it: content/word.ts, which a thread does.
import { extname } from 'node:path';
import type { WordText } from '../../content/word.ts';
import type { Messages } from '../../i18n/index.ts';
import { RequestError } from '../../lib/request-error.ts';
import { inThread } from '../../lib/threads.ts';
import { type ContentDraft, draftOf, textFiles } from './edit.ts';

/** Names of pictures that came in so before: with another Word file they go. */
const WORD_PICTURE = /^word-(?:\d+|[0-9a-f]{8})\.(png|jpg|gif)$/;

/**
 * Takes the Word file out of what was brought, and puts its pictures in its place.
 * @throws RequestError where it cannot be read, or brings a second text
 */
async function takeWord(
  brought: Map<string, Buffer>,
  words: Messages,
): Promise<WordText | undefined> {
  const w = words.desk.content.word;
  const old = [...brought.keys()].find((name) =>
    ['.doc', '.wps'].includes(extname(name).toLowerCase()),
  );
  if (old !== undefined) throw new RequestError(422, 'word-old', w.old(old), { hint: w.oldHow });
  const [name, other] = [...brought.keys()].filter((one) => extname(one).toLowerCase() === '.docx');
  if (name === undefined) return undefined;
  if (other !== undefined || brought.has('release.md'))
    throw new RequestError(422, 'two-texts', w.two(name, other ?? 'release.md'));
  const answer = await inThread('word', { bytes: new Uint8Array(brought.get(name) ?? []) });
  if (!answer.ok && answer.why === 'failed')
    throw new RequestError(422, 'word', w.unread(name), { hint: w.unreadHow });
  if (!answer.ok || answer.value === 'too-large')
    throw new RequestError(413, 'word-heavy', w.heavy(name), { hint: w.heavyHow });
  if (answer.value === 'hidden')
    throw new RequestError(422, 'word-hidden', w.hidden(name), { hint: w.hiddenHow });
  brought.delete(name);
  for (const [picture, content] of answer.value.pictures)
    brought.set(picture, Buffer.from(content.buffer, content.byteOffset, content.length));
  return answer.value;
}

/**
 * The files of a text once those that were brought are among them; what a Word file says takes the
 * place of what was typed.
 */
export interface Brought {
  readonly draft: ContentDraft;
  /** What whoever brought them should know. */
  readonly said: readonly string[];
}

/**
 * Puts a form's text and what was brought with it into the files of a text. A bundle that brings
 * its own text brings all of it.
 * @throws RequestError where a Word file can't be read, or nobody has said a title
 */
export async function bring(
  files: Map<string, Buffer>,
  typed: ContentDraft,
  brought: Map<string, Buffer>,
  words: Messages,
): Promise<Brought> {
  const word = await takeWord(brought, words);
  const draft = word ? { ...typed, title: word.title ?? typed.title, body: word.body } : typed;
  if (draft.title.trim() === '' && !brought.has('release.md'))
    throw new RequestError(422, 'title-missing', words.desk.content.noTitle);
  if (word) for (const name of files.keys()) if (WORD_PICTURE.test(name)) files.delete(name);
  files.delete('weibo.txt');
  for (const [name, content] of [...textFiles(draft), ...brought]) files.set(name, content);
  const counts = draftOf(files).title;
  const isOther =
    typed.title.trim() !== '' && counts !== '' && typed.title.trim() !== counts.trim();
  const said = isOther ? [words.desk.content.titleCounts(counts, typed.title.trim())] : [];
  return { draft, said: word ? [...wordLines(word, words), ...said] : said };
}

/** What somebody has to look after who brought it. */
function wordLines({ left }: WordText, words: Messages): string[] {
  const w = words.desk.content.word;
  return [w.look, ...left.map(([what, count, sample]) => w.left[what](count, sample ?? ''))];
}
