// A content bundle (稿件): the folder of one release, read and checked as it is. What takes time that
// nobody can foretell, its text and its pictures, is looked at in a thread. For what channels make
// of it see channel-item.ts, channel-checks.ts.
import { createHash } from 'node:crypto';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { z } from 'zod';
import type { Asset } from '../channels/channel.ts';
import { messageOf, systemCode } from '../lib/errors.ts';
import { oddCharacter } from '../lib/plain-text.ts';
import { type InThread, inThread } from '../lib/threads.ts';
import type { PlanIssue } from '../plan/issues.ts';
import type { Release } from '../plan/types.ts';
import { parseYaml } from '../plan/yaml.ts';
import { makeAsset } from './asset.ts';
import { BUNDLE_LIMITS, isTooLong, WIDEST } from './bundle-limits.ts';
import { HEAD_BYTES } from './file-kind.ts';
import { RenderedContents } from './render-cache.ts';
import type { ContentInput, Rendered } from './rendered.ts';

/** So many bytes are hashed in one go: a few milliseconds. */
const SLICE = 1_000_000;
/** Nobody reads more at once. */
const MOST_FLAWS = 50;

const frontMatter = z.strictObject({
  title: z.string('text').trim().min(1, 'text').max(300, 'text'),
  summary: z.string('text').trim().min(1, 'text').max(300, 'text').optional(),
  author: z.string('text').trim().min(1, 'text').max(300, 'text').optional(),
  source: z.string('text').trim().min(1, 'text').max(300, 'text').optional(),
});

/** A bundle as it is in its folder. */
export interface Bundle {
  readonly folder: string;
  /** sha256 over every file's name and bytes. */
  readonly digest: string;
  readonly title: string;
  readonly summary: string | undefined;
  readonly author: string | undefined;
  readonly source: string | undefined;
  /** Markdown. */
  readonly body: string;
  /** The line of release.md on which the body begins. */
  readonly bodyLine: number;
  readonly weibo: string | undefined;
  /** The body in the forms that channels ask for. */
  readonly rendered: Rendered;
  readonly cover: Asset | undefined;
  readonly pictures: readonly Asset[];
  readonly attachments: readonly Asset[];
}

/** Something wrong in a bundle, at a line of a file. */
export interface ContentIssue {
  readonly file: string;
  readonly line: number;
  /** A code of i18n/ and what belongs in it. */
  readonly code: string;
  readonly detail?: string | undefined;
  /** Of the plan file kind, for front matter. */
  readonly problem?: PlanIssue | undefined;
}

export type Loaded =
  | { readonly state: 'missing' }
  | { readonly state: 'flawed'; readonly flaws: readonly ContentIssue[] }
  | { readonly state: 'ready'; readonly bundle: Bundle };

/** The folder of a release's bundle, below the content folder. */
export function folderOf(release: Pick<Release, 'id' | 'indicator' | 'period' | 'kind'>): string {
  if (release.indicator !== undefined && release.period !== undefined) {
    return join(
      release.indicator,
      release.kind === 'interpretation' ? `${release.period}.interpretation` : release.period,
    );
  }
  return join('notices', release.id);
}

/**
 * Reads the bundle in a folder. Links and sub-folders are refused; file names starting with a dot
 * or ending in ~ are passed over.
 */
export async function loadBundle(
  root: string,
  release: Pick<Release, 'id' | 'indicator' | 'period' | 'kind'>,
  threads: InThread = inThread,
): Promise<Loaded> {
  const folder = join(root, folderOf(release));
  let names: string[];
  try {
    names = (await readdir(folder)).filter((name) => !/^[.~]|~$/.test(name)).sort();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return { state: 'missing' };
    return {
      state: 'flawed',
      flaws: [
        {
          file: folder,
          line: 1,
          code: 'unreadable',
          detail: systemCode(error) ?? messageOf(error),
        },
      ],
    };
  }
  if (!names.includes('release.md')) return { state: 'missing' };
  const flaws: ContentIssue[] = [];
  const files = await readFiles(folder, names, flaws);
  const draft = files.has('release.md') ? draftOf(folder, files, flaws) : undefined;
  if (!draft) return { state: 'flawed', flaws: flaws.slice(0, MOST_FLAWS) };
  const digest = await digestFiles(files);
  const bundle = await finished(folder, files, draft, digest, threads, flaws);
  return flaws.length > 0 || !bundle
    ? { state: 'flawed', flaws: flaws.slice(0, MOST_FLAWS) }
    : { state: 'ready', bundle };
}

async function readFiles(
  folder: string,
  names: readonly string[],
  flaws: ContentIssue[],
): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  let bytes = 0;
  for (const name of names) {
    const path = join(folder, name);
    try {
      const info = await lstat(path);
      const odd = oddCharacter(name);
      if (odd) flaws.push({ file: folder, line: 1, code: 'odd-name', detail: odd.name });
      else if (!info.isFile()) flaws.push({ file: path, line: 1, code: 'not-a-file' });
      else if (bytes + info.size > BUNDLE_LIMITS.bytes || files.size >= BUNDLE_LIMITS.files)
        flaws.push({ file: path, line: 1, code: 'bundle-too-large' });
      else {
        const content = await readFile(path);
        bytes += content.length;
        files.set(name, content);
      }
    } catch (error) {
      flaws.push({
        file: path,
        line: 1,
        code: 'unreadable',
        detail: systemCode(error) ?? messageOf(error),
      });
    }
  }
  return files;
}

/** sha256 over every name, in their order, and byte, in slices between which other work goes on. */
export async function digestFiles(files: ReadonlyMap<string, Buffer>): Promise<string> {
  const hash = createHash('sha256');
  for (const [name, content] of files) {
    hash.update(`${name}\0${content.length}\0`);
    for (let from = 0; from < content.length; from += SLICE) {
      if (from > 0) await turn();
      hash.update(content.subarray(from, from + SLICE));
    }
  }
  return hash.digest('hex');
}

/** What release.md and weibo.txt say. */
type Draft = Pick<
  Bundle,
  'title' | 'summary' | 'author' | 'source' | 'body' | 'bodyLine' | 'weibo'
>;

function draftOf(
  folder: string,
  files: ReadonlyMap<string, Buffer>,
  flaws: ContentIssue[],
): Draft | undefined {
  const path = join(folder, 'release.md');
  const bytes = files.get('release.md') ?? Buffer.alloc(0);
  const text = isTooLong(bytes, BUNDLE_LIMITS.textBytes) ? undefined : textOf(bytes);
  if (text === undefined) {
    flaws.push({ file: path, line: 1, code: 'bundle-too-large' });
    return undefined;
  }
  checkCharacters(path, text, flaws);
  if (text.includes('\ufffd')) flaws.push({ file: path, line: 1, code: 'not-utf8' });
  const match = /^---\n([\s\S]*?)\n---(?:\n|$)/.exec(text);
  if (!match) {
    flaws.push({ file: path, line: 1, code: 'no-front-matter' });
    return undefined;
  }
  const head = headOf(path, match[1] ?? '', flaws);
  if (!head) return undefined;
  const body = text.slice(match[0].length);
  if (body.trim() === '') flaws.push({ file: path, line: 1, code: 'empty-body' });
  return {
    ...head,
    body,
    bodyLine: match[0].split('\n').length,
    weibo: weiboOf(folder, files.get('weibo.txt'), flaws),
  };
}

/** What no page, feed or mail can show, at its line. */
function checkCharacters(path: string, text: string, flaws: ContentIssue[]): void {
  const odd = oddCharacter(text);
  if (odd)
    flaws.push({
      file: path,
      line: text.slice(0, odd.at).split('\n').length,
      code: 'odd-character',
      detail: odd.name,
    });
}

function textOf(bytes: Buffer): string {
  return bytes
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .replaceAll('\r\n', '\n');
}

function headOf(
  path: string,
  text: string,
  flaws: ContentIssue[],
): Pick<Draft, 'title' | 'summary' | 'author' | 'source'> | undefined {
  if (text.length > BUNDLE_LIMITS.headCharacters) {
    flaws.push({
      file: path,
      line: 1,
      code: 'front-matter-long',
      detail: `${text.length}/${BUNDLE_LIMITS.headCharacters}`,
    });
    return undefined;
  }
  const problems: PlanIssue[] = [];
  try {
    const parsed = parseYaml({ name: path, text }, frontMatter, problems);
    for (const problem of problems)
      flaws.push({ file: path, line: problem.line + 1, code: 'front-matter', problem });
    if (!parsed) return undefined;
    const { title, summary, author, source } = parsed.entry;
    return { title, summary, author, source };
  } catch (error) {
    // Brackets in brackets, deeper than the library can follow.
    flaws.push({ file: path, line: 2, code: 'front-matter', detail: messageOf(error) });
    return undefined;
  }
}

function weiboOf(
  folder: string,
  bytes: Buffer | undefined,
  flaws: ContentIssue[],
): string | undefined {
  if (!bytes) return undefined;
  const most = BUNDLE_LIMITS.weiboCharacters;
  const text = bytes
    .subarray(0, (most + 1) * WIDEST)
    .toString('utf8')
    .trim();
  checkCharacters(join(folder, 'weibo.txt'), text, flaws);
  const characters = [...text];
  if (bytes.length <= (most + 1) * WIDEST && characters.length <= most) return text;
  const line = characters.slice(0, most).filter((char) => char === '\n').length + 1;
  flaws.push({
    file: join(folder, 'weibo.txt'),
    line,
    code: 'weibo-text-long',
    detail: String(most),
  });
  return undefined;
}

/** What a thread is given of a file, which is copied for it. */
const beginningOf = (content: Buffer): Uint8Array =>
  content.length > HEAD_BYTES ? new Uint8Array(content.subarray(0, HEAD_BYTES)) : content;

/** Texts that were rendered before, by the digest of their bundle. */
const contents = new RenderedContents();

/** The bundle, once its text is rendered and its files are looked at. */
async function finished(
  folder: string,
  files: ReadonlyMap<string, Buffer>,
  draft: Draft,
  digest: string,
  threads: InThread,
  flaws: ContentIssue[],
): Promise<Bundle | undefined> {
  const others = [...files].filter(([name]) => name !== 'release.md' && name !== 'weibo.txt');
  const input: ContentInput = {
    body: draft.body,
    mark: digest,
    files: others.map(([name, content]) => ({
      name,
      head: beginningOf(content),
      bytes: content.length,
    })),
  };
  const made = await contents.of(input, threads);
  if (!made.ok) {
    const inBody = made.at === undefined || made.at === 'body';
    const [file, line] = inBody ? ['release.md', draft.bodyLine] : [made.at, 1];
    flaws.push({ file: join(folder, file), line, code: 'content-too-heavy', detail: made.message });
    return undefined;
  }
  const pictures: Asset[] = [];
  const attachments: Asset[] = [];
  let cover: Asset | undefined;
  for (const [index, [name, content]] of others.entries()) {
    const kind = made.value.kinds[index];
    if (!kind) continue;
    if (kind.use === 'none')
      flaws.push({ file: join(folder, name), line: 1, code: kind.flaw, detail: name });
    else if (kind.use === 'attachment') attachments.push(makeAsset(name, kind.type, content));
    else if (/^cover\./.test(name)) cover = makeAsset(name, kind.type, content);
    else pictures.push(makeAsset(name, kind.type, content));
  }
  return { ...draft, folder, digest, rendered: made.value.rendered, cover, pictures, attachments };
}
