// The content of a release as the desk edits it: its folder read and written whole, the versions before kept, and who brought it in.
// Not for reading it into channels: content/.
import { randomUUID } from 'node:crypto';
import { cp, lstat, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { BUNDLE_LIMITS, folderOf, loadBundle } from '../content/bundle.ts';
import type { Loaded } from '../content/bundle.ts';
import type { Release } from '../plan/types.ts';
import { plainDocument } from '../plan/yaml.ts';
import { inThread } from '../rendering/rendering.ts';
import { systemCode } from '../words/error.ts';
import type { Words } from '../words/index.ts';
import { Refused, writing } from './desk.ts';
import type { Desk, Who } from './desk.ts';

/** The text of a release, as a form has it. */
export interface Draft {
  readonly title: string;
  readonly summary: string;
  readonly author: string;
  readonly source: string;
  readonly body: string;
  readonly weibo: string;
}

export type Files = ReadonlyMap<string, Buffer>;

/** A content that was there before. */
export interface Version {
  readonly id: string;
  /** Epoch ms of when it was replaced. */
  readonly at: number;
  readonly digest: string;
}

const TEXT = 'release.md';
const WEIBO = 'weibo.txt';
/** What a file may be called: nothing that leads elsewhere, nothing hidden. */
const NAME = /^[^./\\~\u0000-\u001f][^/\\\u0000-\u001f]{0,150}$/;

/** Every file of a release's folder. */
export async function filesOf({ house }: Desk, release: Release): Promise<Map<string, Buffer>> {
  const folder = join(house.config.paths.content, folderOf(release));
  const files = new Map<string, Buffer>();
  for (const name of (await readdir(folder).catch(() => [])).sort())
    if (NAME.test(name) && (await lstat(join(folder, name))).isFile()) files.set(name, await readFile(join(folder, name)));
  return files;
}

/** The text as a form shows it, right or wrong as it may be. */
export function draftOf(files: Files): Draft {
  const text = (files.get(TEXT)?.toString('utf8') ?? '').replace(/^\ufeff/, '').replaceAll('\r\n', '\n');
  const match = /^---\n([\s\S]*?)\n---(?:\n|$)/.exec(text);
  const head = headOf(match?.[1] ?? '');
  const field = (name: string): string => (typeof head[name] === 'string' ? head[name] : '');
  return {
    title: field('title'),
    summary: field('summary'),
    author: field('author'),
    source: field('source'),
    body: match ? text.slice(match[0].length) : text,
    weibo: files.get(WEIBO)?.toString('utf8') ?? '',
  };
}

/**
 * Front matter as far as it can be read: what is wrong with it is said beside the form. What is no YAML (a title that begins with `*`)
 * is shown as it stands, so that it can be mended there.
 */
function headOf(text: string): Readonly<Record<string, unknown>> {
  if (text.length > BUNDLE_LIMITS.headCharacters) return {};
  const document = plainDocument(text);
  if (!document) return Object.fromEntries([...text.matchAll(/^([a-z]+):[ \t]*(.*)$/gm)].map((match) => [match[1], match[2]?.trim()]));
  const read: unknown = document.toJS();
  return typeof read === 'object' && read !== null ? (read as Record<string, unknown>) : {};
}

/** A form's text as files. */
export function textFiles({ body, weibo, ...head }: Draft): Map<string, Buffer> {
  const said = Object.fromEntries(Object.entries(head).filter(([, value]) => value.trim() !== ''));
  const files = new Map([[TEXT, Buffer.from(`---\n${stringify(said, { lineWidth: 0 })}---\n${body.replaceAll('\r\n', '\n')}`)]]);
  if (weibo.trim() !== '') files.set(WEIBO, Buffer.from(weibo.replaceAll('\r\n', '\n')));
  return files;
}

/** What was uploaded as files of a bundle; a zip is opened, its one folder left out. @throws Refused where a name or the size won't do */
export async function uploaded(files: readonly File[], words: Words): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>();
  let left: number = BUNDLE_LIMITS.bytes;
  const add = (name: string, content: Buffer): void => {
    left -= content.length;
    if (left < 0 || found.size >= BUNDLE_LIMITS.files) throw new Refused(413, 'bundle-too-large', words.flaw('bundle-too-large', undefined));
    if (!NAME.test(name)) throw new Refused(422, 'file-name', words.desk.content.badName(name));
    found.set(name, content);
  };
  for (const file of files) {
    const content = Buffer.from(await file.arrayBuffer());
    if (!/\.zip$/i.test(file.name)) add(basename(file.name), content);
    else for (const [name, part] of await opened(content, words)) add(name, part);
  }
  return found;
}

/** The files of an archive, unpacked in a thread: it may hold anything. */
async function opened(content: Buffer, words: Words): Promise<[string, Buffer][]> {
  const { files, bytes } = BUNDLE_LIMITS;
  const unpacked = await inThread('unpack', { bytes: content, limits: { files, bytes } });
  if (!unpacked.ok) throw new Refused(422, 'zip', words.desk.content.badZip, { hint: unpacked.message });
  if (unpacked.value === 'too-large') throw new Refused(413, 'bundle-too-large', words.flaw('bundle-too-large', undefined));
  return unpacked.value.map(([name, part]) => [name, Buffer.from(part.buffer, part.byteOffset, part.length)]);
}

/** Puts content in the place of what is there, which is kept as a version. @returns what Banli makes of it */
export async function saveContent(desk: Desk, who: Who, release: Release, files: Files, words: Words): Promise<Loaded> {
  const { paths } = desk.house.config;
  const { notebook, journal, clock, parts } = desk.house;
  const folder = join(paths.content, folderOf(release));
  const before = await parts.load(release);
  const now = clock.now();
  await writing(words, dirname(folder), () => exchange(desk, release, folder, before, files, now));
  const after = await loadBundle(paths.content, release);
  const digest = after.state === 'ready' ? after.bundle.digest : undefined;
  if (digest !== undefined) await notebook.setAuthor(release.id, digest, who.account.name);
  const old = before.state === 'ready' ? before.bundle.digest : undefined;
  const voided = (await notebook.approvalsOf(release.id)).filter((one) => one.digest === old && old !== digest).map(({ person }) => person);
  await journal.append('content-saved', release.id, who.account.name, now, {
    ...(digest ? { digest } : {}),
    ...(voided.length > 0 ? { voidedApprovals: voided } : {}),
    files: [...files.keys()],
    from: who.from,
  });
  await desk.contentChanged();
  return after;
}

/** Writes the files beside the folder, keeps what is there as a version, and puts the new ones in its place. */
async function exchange(desk: Desk, release: Release, folder: string, before: Loaded, files: Files, now: number): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  const draft = join(dirname(folder), `.${basename(folder)}.${randomUUID()}`);
  try {
    await mkdir(draft);
    for (const [name, content] of files) await writeFile(join(draft, name), content);
    await keepVersion(desk, release, folder, before, now);
    await replace(folder, draft);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** One rename away and one in: a reader finds the one or the other, or for a moment none, which is looked at again. */
async function replace(folder: string, draft: string): Promise<void> {
  const away = `${draft}.old`;
  const had = await rename(folder, away).then(
    () => true,
    (error: unknown) => {
      if (systemCode(error) === 'ENOENT') return false;
      throw error;
    },
  );
  await rename(draft, folder);
  if (had) await rm(away, { recursive: true, force: true });
}

function versionsFolder({ house }: Desk, release: Release): string {
  return join(house.config.paths.var, 'versions', release.id);
}

async function keepVersion(desk: Desk, release: Release, folder: string, before: Loaded, now: number): Promise<void> {
  if (before.state === 'missing') return;
  const digest = before.state === 'ready' ? before.bundle.digest.slice(0, 12) : 'flawed';
  const to = join(versionsFolder(desk, release), `${now}-${digest}`);
  await mkdir(dirname(to), { recursive: true });
  await cp(folder, to, { recursive: true, errorOnExist: false });
}

/** The versions before, newest first. */
export async function versionsOf(desk: Desk, release: Release): Promise<Version[]> {
  const names = await readdir(versionsFolder(desk, release)).catch(() => []);
  return names
    .flatMap((id): Version[] => {
      const match = /^(\d+)-([0-9a-f]{12}|flawed)$/.exec(id);
      return match ? [{ id, at: Number(match[1]), digest: match[2] ?? '' }] : [];
    })
    .sort((a, b) => b.at - a.at);
}

/** Brings a version back, as new content. */
export async function restoreVersion(desk: Desk, who: Who, release: Release, id: string, words: Words): Promise<Loaded> {
  if (!(await versionsOf(desk, release)).some((one) => one.id === id)) throw new Refused(404, 'unknown-version', words.desk.content.unknownVersion);
  const folder = join(versionsFolder(desk, release), id);
  const files = new Map<string, Buffer>();
  for (const name of await readdir(folder)) files.set(name, await readFile(join(folder, name)));
  return saveContent(desk, who, release, files, words);
}
