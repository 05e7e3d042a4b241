// A content bundle (稿件): the folder of one release, read and checked as it is. Not for what channels make of it: item.ts, checks.ts.
import { createHash } from 'node:crypto';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { imageSize } from 'image-size';
import { z } from 'zod';
import type { Asset } from '../channels/channel.ts';
import { parseYaml } from '../plan/yaml.ts';
import type { Problem } from '../plan/problems.ts';
import type { Release } from '../plan/types.ts';
import { messageOf, systemCode } from '../words/error.ts';

/** Limits of a bundle: files and bytes in all, and of its text. */
export const BUNDLE_LIMITS = { files: 100, bytes: 100_000_000, textBytes: 500_000 } as const;

const PICTURES: Readonly<Record<string, string>> = { png: 'image/png', jpg: 'image/jpeg', gif: 'image/gif' };
const ATTACHMENTS: Readonly<Record<string, string>> = {
  '.xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  '.pdf': 'application/pdf',
  '.csv': 'text/csv; charset=utf-8',
};

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
  readonly cover: Asset | undefined;
  readonly pictures: readonly Asset[];
  readonly attachments: readonly Asset[];
}

/** Something wrong in a bundle, at a line of a file. */
export interface Flaw {
  readonly file: string;
  readonly line: number;
  /** A code of words/ and what belongs in it. */
  readonly code: string;
  readonly detail?: string | undefined;
  /** Of the plan file kind, for front matter. */
  readonly problem?: Problem | undefined;
}

export type Loaded =
  | { readonly state: 'missing' }
  | { readonly state: 'flawed'; readonly flaws: readonly Flaw[] }
  | { readonly state: 'ready'; readonly bundle: Bundle };

/** The folder of a release's bundle, below the content folder. */
export function folderOf(release: Pick<Release, 'id' | 'indicator' | 'period' | 'kind'>): string {
  if (release.indicator !== undefined && release.period !== undefined) {
    return join(release.indicator, release.kind === 'interpretation' ? `${release.period}.interpretation` : release.period);
  }
  return join('notices', release.id);
}

/** Reads the bundle in a folder. Links and sub-folders are refused; file names starting with a dot or ending in ~ are passed over. */
export async function loadBundle(root: string, release: Pick<Release, 'id' | 'indicator' | 'period' | 'kind'>): Promise<Loaded> {
  const folder = join(root, folderOf(release));
  const flaws: Flaw[] = [];
  let names: string[];
  try {
    names = (await readdir(folder)).filter((name) => !/^[.~]|~$/.test(name)).sort();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return { state: 'missing' };
    return { state: 'flawed', flaws: [{ file: folder, line: 1, code: 'unreadable', detail: systemCode(error) ?? messageOf(error) }] };
  }
  if (!names.includes('release.md')) return { state: 'missing' };
  const files = new Map<string, Buffer>();
  const hash = createHash('sha256');
  let bytes = 0;
  for (const name of names) {
    const path = join(folder, name);
    try {
      const info = await lstat(path);
      if (!info.isFile()) flaws.push({ file: path, line: 1, code: 'not-a-file' });
      else if (bytes + info.size > BUNDLE_LIMITS.bytes || files.size >= BUNDLE_LIMITS.files)
        flaws.push({ file: path, line: 1, code: 'bundle-too-large' });
      else {
        const content = await readFile(path);
        bytes += content.length;
        files.set(name, content);
        hash.update(`${name}\0${content.length}\0`).update(content);
      }
    } catch (error) {
      flaws.push({ file: path, line: 1, code: 'unreadable', detail: systemCode(error) ?? messageOf(error) });
    }
  }
  const made = files.has('release.md') ? assemble(folder, files, hash.digest('hex'), flaws) : undefined;
  return flaws.length > 0 || !made ? { state: 'flawed', flaws } : { state: 'ready', bundle: made };
}

function assemble(folder: string, files: ReadonlyMap<string, Buffer>, digest: string, flaws: Flaw[]): Bundle | undefined {
  const path = join(folder, 'release.md');
  const text = (files.get('release.md') ?? Buffer.alloc(0))
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .replaceAll('\r\n', '\n');
  if (text.includes('\ufffd')) flaws.push({ file: path, line: 1, code: 'not-utf8' });
  if (text.length > BUNDLE_LIMITS.textBytes) flaws.push({ file: path, line: 1, code: 'bundle-too-large' });
  const match = /^---\n([\s\S]*?)\n---(?:\n|$)/.exec(text);
  if (!match) {
    flaws.push({ file: path, line: 1, code: 'no-front-matter' });
    return undefined;
  }
  const problems: Problem[] = [];
  const parsed = parseYaml({ name: path, text: match[1] ?? '' }, frontMatter, problems);
  for (const problem of problems) flaws.push({ file: path, line: problem.line + 1, code: 'front-matter', problem });
  if (!parsed) return undefined;
  const pictures: Asset[] = [];
  const attachments: Asset[] = [];
  let cover: Asset | undefined;
  for (const [name, content] of files) {
    const extension = extname(name).toLowerCase();
    if (name === 'release.md' || name === 'weibo.txt') continue;
    const type = ATTACHMENTS[extension];
    if (type !== undefined) {
      attachments.push(asset(name, type, content));
      continue;
    }
    const picture = pictureType(content);
    if (picture === undefined)
      flaws.push({ file: join(folder, name), line: 1, code: /\.(png|jpe?g|gif)$/i.test(name) ? 'not-a-picture' : 'unknown-file', detail: name });
    else if (/^cover\./.test(name)) cover = asset(name, picture, content);
    else pictures.push(asset(name, picture, content));
  }
  const body = text.slice(match[0].length);
  if (body.trim() === '') flaws.push({ file: path, line: 1, code: 'empty-body' });
  const { title, summary, author, source } = parsed.entry;
  const weibo = files.get('weibo.txt')?.toString('utf8').trim();
  return { folder, digest, title, summary, author, source, body, bodyLine: match[0].split('\n').length, weibo, cover, pictures, attachments };
}

/** By content, never by name. */
function pictureType(content: Buffer): string | undefined {
  try {
    return PICTURES[imageSize(content).type ?? ''];
  } catch {
    return undefined;
  }
}

export function asset(name: string, type: string, content: Buffer): Asset {
  return { name, type, bytes: content.length, sha256: createHash('sha256').update(content).digest('hex'), read: () => Promise.resolve(content) };
}
