// The content of a release as the desk edits it: its folder read and written whole, the versions
// before kept, and who brought it in. Not for reading it into channels: content/.
import { randomUUID } from 'node:crypto';
import { lstat, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import { digestFiles, folderOf, type Loaded } from '../../content/bundle.ts';
import { BUNDLE_LIMITS, isTooLarge } from '../../content/bundle-limits.ts';
import { isFileName } from '../../content/file-name.ts';
import { draftBeside, isChangingPlaces, swap } from '../../content/swap-folders.ts';
import type { Messages } from '../../i18n/index.ts';
import { CLOSED, PUBLIC } from '../../ledger/states.ts';
import { systemCode } from '../../lib/errors.ts';
import { OWN_FILE, OWN_FOLDER } from '../../lib/private-folders.ts';
import { RequestError } from '../../lib/request-error.ts';
import { inThread } from '../../lib/threads.ts';
import { minuteIn } from '../../plan/time.ts';
import { parsePublicationId, publicationId, type Release } from '../../plan/types.ts';
import { plainDocument } from '../../plan/yaml.ts';
import { type Desk, type Principal, writing } from '../shell/desk.ts';
import { filesOfVersion, keepVersion } from './versions.ts';

/** The text of a release, as a form has it. */
export interface ContentDraft {
  readonly title: string;
  readonly summary: string;
  readonly author: string;
  readonly source: string;
  readonly body: string;
  readonly weibo: string;
}

export type Files = ReadonlyMap<string, Buffer>;

/** Nobody needs longer to put a content in its place, ms: whoever died at it holds up nobody. */
const LOCK_MS = 60_000;
/** Whoever saved last is looked for among so many events of a release. */
const LOOKED_BACK = 100;
const TEXT = 'release.md';
const WEIBO = 'weibo.txt';
/** What loadBundle passes over as well. */
const PASSED_OVER = /^[.~]/;

/** How often, and how long apart, a folder is read again that changes places meanwhile, ms. */
const READ_TIMES = 50;
const READ_MS = 10;

/** Every file of a release's folder. */
export function contentFiles({ app }: Desk, release: Release): Promise<Map<string, Buffer>> {
  return filesIn(join(app.config.paths.content, folderOf(release)));
}

/** What changes places just now, or is taken away while it is read, is looked at again. */
async function filesIn(folder: string): Promise<Map<string, Buffer>> {
  for (let times = 1; ; times++) {
    try {
      if (!(await isChangingPlaces(folder))) return await readAll(folder);
    } catch (error) {
      if (systemCode(error) !== 'ENOENT' || times >= READ_TIMES) throw error;
    }
    // Nobody who lives takes as long: it is read as it is.
    if (times >= READ_TIMES) return readAll(folder);
    await sleep(READ_MS);
  }
}

async function readAll(folder: string): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  for (const name of (await readdir(folder).catch(() => [])).sort())
    if (!PASSED_OVER.test(name) && (await lstat(join(folder, name))).isFile())
      files.set(name, await readFile(join(folder, name)));
  return files;
}

/** The text as a form shows it, right or wrong as it may be. */
export function draftOf(files: Files): ContentDraft {
  const text = (files.get(TEXT)?.toString('utf8') ?? '')
    .replace(/^\ufeff/, '')
    .replaceAll('\r\n', '\n');
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
 * Front matter as far as it can be read: what is wrong with it is said beside the form. What is no
 * YAML (a title that begins with `*`) is shown as it stands, so that it can be mended there.
 */
function headOf(text: string): Readonly<Record<string, unknown>> {
  if (text.length > BUNDLE_LIMITS.headCharacters) return {};
  const document = plainDocument(text);
  if (!document)
    return Object.fromEntries(
      [...text.matchAll(/^([a-z]+):[ \t]*(.*)$/gm)].map((match) => [match[1], match[2]?.trim()]),
    );
  const read: unknown = document.toJS();
  return typeof read === 'object' && read !== null ? (read as Record<string, unknown>) : {};
}

/** A form's text as files. */
export function textFiles({ body, weibo, ...head }: ContentDraft): Map<string, Buffer> {
  const said = Object.fromEntries(Object.entries(head).filter(([, value]) => value.trim() !== ''));
  const files = new Map([
    [
      TEXT,
      Buffer.from(`---\n${stringify(said, { lineWidth: 0 })}---\n${body.replaceAll('\r\n', '\n')}`),
    ],
  ]);
  if (weibo.trim() !== '') files.set(WEIBO, Buffer.from(weibo.replaceAll('\r\n', '\n')));
  return files;
}

/** Whether a file takes a thread some time: it is unpacked. */
export const isArchive = ({ name }: File): boolean => /\.(zip|docx)$/i.test(name);

/**
 * What was uploaded as files of a bundle; a zip is opened, its one folder left out.
 * @throws RequestError where a name or the size won't do
 */
export async function uploaded(
  files: readonly File[],
  words: Messages,
): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>();
  let left: number = BUNDLE_LIMITS.bytes;
  const add = (name: string, content: Buffer): void => {
    left -= content.length;
    if (left < 0 || found.size >= BUNDLE_LIMITS.files)
      throw new RequestError(413, 'bundle-too-large', words.flaw('bundle-too-large', undefined));
    if (!isFileName(name))
      throw new RequestError(422, 'file-name', words.desk.content.badName(name.slice(0, 80)), {
        hint: words.desk.content.badNameHow,
      });
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
async function opened(content: Buffer, words: Messages): Promise<[string, Buffer][]> {
  const { files, bytes } = BUNDLE_LIMITS;
  const unpacked = await inThread('unpack', { bytes: content, limits: { files, bytes } });
  if (!unpacked.ok)
    throw new RequestError(422, 'zip', words.desk.content.badZip, { hint: unpacked.message });
  if (unpacked.value === 'too-large')
    throw new RequestError(413, 'bundle-too-large', words.flaw('bundle-too-large', undefined));
  return unpacked.value.map(([name, part]) => [
    name,
    Buffer.from(part.buffer, part.byteOffset, part.length),
  ]);
}

/** What whoever saves has seen and said. */
export interface Saving {
  /** Digest of the files that the change was made to; undefined: whatever is there is replaced. */
  readonly base?: string | undefined;
  /**
   * It is saved although it comes out at once by it, or approvals are void by it so near to T that
   * the release may be lost.
   */
  readonly sure?: boolean;
}

/** Names what is there now, for `Saving`: the digest of its files; '' where there are none. */
export async function contentBase(files: Files): Promise<string> {
  // What an editor leaves beside a file is none of a bundle's.
  const all = [...files]
    .filter(([name]) => !name.endsWith('~'))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return all.length === 0 ? '' : digestFiles(new Map(all));
}

/**
 * Puts content in the place of what is there, which is kept as a version. One at a time, whoever
 * asks.
 * @returns what Banli makes of it
 * @throws RequestError where it was changed since it was looked at, would come out at once, or
 *   would void approvals within the lead
 */
export async function saveContent(
  desk: Desk,
  who: Principal,
  release: Release,
  files: Files,
  words: Messages,
  saving: Saving = {},
): Promise<Loaded> {
  // More than is ever read, and so shown: nothing of it is kept.
  if (isTooLarge(files))
    throw new RequestError(413, 'bundle-too-large', words.flaw('bundle-too-large', undefined));
  const saved = await desk.app.incidents.alone(`content:${release.id}`, LOCK_MS, () =>
    saveNow(desk, who, release, files, words, saving),
  );
  if (!saved) throw new RequestError(409, 'busy', words.desk.refused.busy);
  await desk.contentChanged();
  return saved;
}

async function saveNow(
  desk: Desk,
  who: Principal,
  release: Release,
  files: Files,
  words: Messages,
  saving: Saving,
): Promise<Loaded> {
  const { planStore, journal, clock, publishDeps: parts, config } = desk.app;
  const folder = join(config.paths.content, folderOf(release));
  const there = await contentFiles(desk, release);
  const old = await contentBase(there);
  if (saving.base !== undefined && saving.base !== old)
    throw new RequestError(409, 'content-changed', await changedSaid(desk, release, words), {
      hint: words.desk.content.changedHow,
    });
  const now = clock.now();
  const next = await contentBase(files);
  if (!saving.sure && next !== old) {
    await askBeforeOut(desk, release, now, words);
    await askBeforeVoid(desk, release, old, now, words);
  }
  // Before it is there: whoever wrote it must not approve it, whatever fails after.
  if (next !== '' && next !== old) await planStore.setAuthor(release.id, next, who.account.name);
  await writing(words, dirname(folder), () => exchange(desk, release, folder, files, now));
  const after = await parts.load(release);
  const digest = after.state === 'ready' ? after.bundle.digest : undefined;
  if (digest !== undefined) await planStore.setAuthor(release.id, digest, who.account.name);
  const voided = (await planStore.approvalsOf(release.id))
    .filter((one) => one.digest === old && old !== digest)
    .map(({ person }) => person);
  await journal.append('content-saved', release.id, who.account.name, now, {
    ...(digest ? { digest } : {}),
    ...(voided.length > 0 ? { voidedApprovals: voided } : {}),
    files: [...files.keys()],
    from: who.from,
  });
  return after;
}

/** Who was there meanwhile, and when, as far as the journal knows. */
async function changedSaid({ app }: Desk, release: Release, words: Messages): Promise<string> {
  const last = (await app.journal.newest(LOOKED_BACK, release.id)).find(
    ({ event }) => event === 'content-saved',
  );
  return words.desk.content.changed(last?.actor, last && minuteIn(last.at, release.timezone));
}

/**
 * What is due and waits for its text comes out within seconds of being saved, half written or not:
 * that is said before.
 */
async function askBeforeOut(
  { app }: Desk,
  release: Release,
  now: number,
  words: Messages,
): Promise<void> {
  const { approval, window, channels } = release.settings;
  if (
    approval !== 'none' ||
    release.status === 'cancelled' ||
    now < release.due ||
    now > release.due + window
  )
    return;
  const entries = await app.ledger.getAll(
    channels.map((channel) => publicationId(release.id, channel)),
  );
  const waiting = [...entries.values()].filter(
    ({ state, unsettled }) =>
      (state === 'planned' || state === 'staged') && unsettled === undefined,
  );
  if (waiting.length === 0) return;
  const where = waiting
    .map(({ publication }) => words.channel(parsePublicationId(publication).channel))
    .join(words.desk.journal.details.and);
  throw new RequestError(
    409,
    'publishes-now',
    words.desk.content.outNow(minuteIn(release.due, release.timezone), where),
    {
      hint: words.desk.content.outNowHow,
    },
  );
}

/**
 * Approvals of what is there are void once it changes. Where there may be no time for others, that
 * is said before.
 */
async function askBeforeVoid(
  { app }: Desk,
  release: Release,
  old: string,
  now: number,
  words: Messages,
): Promise<void> {
  const { approval, lead } = release.settings;
  const left = release.due - now;
  if (approval === 'none' || left > lead) return;
  const given = (await app.planStore.approvalsOf(release.id)).filter(
    ({ digest }) => digest === old,
  );
  if (given.length === 0 || (left <= 0 && !(await waits(app, release)))) return;
  const people = [...new Set(given.map(({ person }) => person))].join('、');
  throw new RequestError(
    409,
    'approvals-void',
    words.desk.content.voids(people, left > 0 ? words.span(left) : undefined),
    {
      hint: words.desk.content.voidsHow,
    },
  );
}

/**
 * Whether it is still to come out somewhere: what is out needs no approval any more but that of its
 * correction.
 */
async function waits({ ledger }: Desk['app'], { id, settings }: Release): Promise<boolean> {
  const entries = await ledger.getAll(
    settings.channels.map((channel) => publicationId(id, channel)),
  );
  return [...entries.values()].some(
    ({ state }) => !PUBLIC.includes(state) && !CLOSED.includes(state),
  );
}

/**
 * Writes the files beside the folder, puts them in its place, and keeps what was there, whoever had
 * changed it until then.
 */
async function exchange(
  desk: Desk,
  release: Release,
  folder: string,
  files: Files,
  now: number,
): Promise<void> {
  await mkdir(dirname(folder), { recursive: true, mode: OWN_FOLDER });
  const draft = draftBeside(folder, randomUUID());
  try {
    await mkdir(draft, { mode: OWN_FOLDER });
    for (const [name, content] of files)
      await writeFile(join(draft, name), content, { mode: OWN_FILE });
    await swap(folder, draft, async (away) => {
      const old = await contentBase(await filesIn(away));
      if (old !== '') await keepVersion(desk, release, away, old, now);
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Brings a version back, as new content. */
export async function restoreVersion(
  desk: Desk,
  who: Principal,
  release: Release,
  id: string,
  words: Messages,
  saving: Saving = {},
): Promise<Loaded> {
  const files = await filesOfVersion(desk, release, id);
  if (!files) throw new RequestError(404, 'unknown-version', words.desk.content.unknownVersion);
  return saveContent(desk, who, release, files, words, saving);
}
