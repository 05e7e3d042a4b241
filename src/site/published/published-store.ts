// What was published, kept apart from editions and from everything that can be made again: by
// digest what each page is made of, and an append-only record of what is public, what was corrected
// and what was withdrawn. Not for editions: site/editions/.
//
// Why a crash between any two steps does no harm:
//
// 1. Content is kept here when it is staged, before anything of it is public; the record does not
//    name it yet.
// 2. At T the edition is renamed into its place first and the record written after it, so that T
//    waits for no disk. The answer `done`, and with it the ledger's receipt, comes after the record:
//    what has a receipt is in the record. What died in between is in the public edition, from which
//    the record is completed; and where that is lost as well, the ledger has no receipt and sends
//    it again.
// 3. What a person does about what is public (correct, withdraw, roll back) is recorded first and
//    shown then: whoever looks next finishes it. A withdrawal is never undone, whatever other line
//    there is.
//
// So the record holds only what was public: what is restored from it is never early.

import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { copyFile, link, mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { moveInto, syncFiles, syncFolder } from '../../lib/durable-files.ts';
import { systemCode } from '../../lib/errors.ts';
import type { Instant } from '../../lib/instant.ts';
import type { ReleaseId } from '../../plan/types.ts';
import { folderNameOf, type ShownRelease, shownRelease } from '../model.ts';

const line = z.union([
  /** From when on it is known what came out and what did not. */
  z.object({ born: z.number() }),
  z.object({
    at: z.number(),
    what: z.enum(['published', 'corrected', 'withdrawn', 'rolled-back', 'found']),
    edition: z.string(),
    shown: shownRelease,
  }),
]);
type Line = z.output<typeof line>;
export type PublishedLine = Extract<Line, { shown: unknown }>;

/** What a person does about what is public. */
const BY_PEOPLE: readonly PublishedLine['what'][] = ['corrected', 'withdrawn', 'rolled-back'];

export class PublishedStore {
  readonly #folder: string;
  readonly #sync: boolean;
  readonly #recorded: ((lines: ReadonlyMap<ReleaseId, string>) => void) | undefined;
  #entries = new Map<ReleaseId, PublishedLine>();
  #born: number | undefined;
  #read = 0;
  #inode = 0;
  #writing: Promise<unknown> = Promise.resolve();

  /**
   * @param folder private
   * @param sync false where nobody will miss it
   * @param recorded hears of what was written, by release
   */
  constructor(
    folder: string,
    sync: boolean,
    recorded?: (lines: ReadonlyMap<ReleaseId, string>) => void,
  ) {
    this.#recorded = recorded;
    this.#folder = folder;
    this.#sync = sync;
  }

  /** What is public by the record, as it is to be shown. */
  entries(): ReadonlyMap<ReleaseId, PublishedLine> {
    this.#readMore();
    return this.#entries;
  }

  /** Another one whenever the record says more. */
  version(): string {
    this.#readMore();
    return `${this.#inode} ${this.#read}`;
  }

  born(): number | undefined {
    this.#readMore();
    return this.#born;
  }

  /** The record begins, if it has not yet. */
  async begin(at: Instant): Promise<void> {
    if (this.born() === undefined) await this.#append([{ born: at }]);
  }

  /** The record was begun at the latest by then. @returns whether that is news */
  async begunBy(at: Instant): Promise<boolean> {
    const born = this.born();
    if (born !== undefined && born <= at) return false;
    await this.#append([{ born: at }]);
    return true;
  }

  async append(said: readonly PublishedLine[]): Promise<void> {
    if (said.length === 0) return;
    const entries: PublishedLine[] = [];
    await this.#inTurn(() => {
      // A person's later word counts, by whatever clock it was said: one that was set back makes no
      // correction an old one.
      const known = this.entries();
      const later = (one: PublishedLine): PublishedLine => ({
        ...one,
        at: Math.max(one.at, (known.get(one.shown.id)?.at ?? 0) + 1),
      });
      entries.push(...said.map((one) => (BY_PEOPLE.includes(one.what) ? later(one) : one)));
      return entries.map((one) => JSON.stringify(one));
    });
    // What was found again is of long ago: whoever compares takes it over.
    const news = entries.filter(({ what }) => what !== 'found');
    this.#recorded?.(new Map(news.map((one) => [one.shown.id, JSON.stringify(one)])));
  }

  /** The newest line on each release. */
  lines(): Map<ReleaseId, string> {
    return new Map([...this.entries()].map(([id, one]) => [id, JSON.stringify(one)]));
  }

  /** What lines of a copy say that the record does not, or says less of. */
  newerIn(texts: Iterable<string>): PublishedLine[] {
    const known = this.entries();
    return [...texts].flatMap((text) => {
      const one = parsed(text);
      if (!one || 'born' in one) return [];
      const before = known.get(one.shown.id);
      return before && (!outdoes(one, before) || JSON.stringify(before) === JSON.stringify(one))
        ? []
        : [one];
    });
  }

  /** Lines as another record has them. */
  addText(lines: readonly string[]): Promise<void> {
    return lines.length > 0 ? this.#add(lines) : Promise.resolve();
  }

  #append(lines: readonly Line[]): Promise<void> {
    return this.#add(lines.map((one) => JSON.stringify(one)));
  }

  #add(lines: readonly string[]): Promise<void> {
    return this.#inTurn(() => lines);
  }

  #inTurn(lines: () => readonly string[]): Promise<void> {
    const turn = this.#writing.then(() => this.#write(lines()));
    this.#writing = turn.catch(() => undefined);
    return turn;
  }

  async #write(lines: readonly string[]): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const isNew = !existsSync(recordOf(this.#folder));
    const file = await open(recordOf(this.#folder), 'a+');
    try {
      // Whoever wrote last may have died in the middle of a line.
      const { size } = await file.stat();
      const last = Buffer.alloc(1);
      if (size > 0) await file.read(last, 0, 1, size - 1);
      const torn = size > 0 && last[0] !== 0x0a;
      await file.writeFile(`${torn ? '\n' : ''}${lines.map((one) => `${one}\n`).join('')}`);
      if (this.#sync) await file.datasync();
    } finally {
      await file.close();
    }
    if (isNew && this.#sync) await syncFolder(this.#folder);
  }

  #readMore(): void {
    const found = statSync(recordOf(this.#folder), { throwIfNoEntry: false });
    if (found && found.ino === this.#inode && found.size === this.#read) return;
    if (!found || found.ino !== this.#inode || found.size < this.#read) {
      [this.#entries, this.#born, this.#read, this.#inode] = [
        new Map(),
        undefined,
        0,
        found?.ino ?? 0,
      ];
      if (!found) return;
    }
    const more = readFileSync(recordOf(this.#folder)).subarray(this.#read);
    const whole = more.subarray(0, more.lastIndexOf(0x0a) + 1);
    this.#read += whole.length;
    for (const text of whole.toString('utf8').split('\n')) this.#take(parsed(text));
  }

  /**
   * The newest of a release counts, in whatever order the lines stand: restoring a backup adds
   * older ones. A withdrawal always counts.
   */
  #take(one: Line | undefined): void {
    if (!one) return;
    if ('born' in one) {
      this.#born = Math.min(one.born, this.#born ?? one.born);
      return;
    }
    const before = this.#entries.get(one.shown.id);
    if (!before || outdoes(one, before)) this.#entries.set(one.shown.id, one);
  }

  /**
   * Keeps what a staged release is made of, by second names of its files.
   * @param from its folder
   */
  async keep(release: ReleaseId, digest: string, from: string): Promise<void> {
    const to = this.#contentOf(release, digest);
    await place(from, to);
    if (this.#sync) await syncFolder(join(to, '..'));
  }

  /** Puts it back where it is lost. @returns false where it is not here */
  async restoreTo(release: ReleaseId, digest: string, to: string): Promise<boolean> {
    const from = this.#contentOf(release, digest);
    if (!existsSync(join(from, 'meta.json'))) return false;
    await place(from, to);
    return true;
  }

  has(release: ReleaseId, digest: string): boolean {
    return existsSync(this.#contentOf(release, digest));
  }

  #contentOf(release: ReleaseId, digest: string): string {
    return join(this.#folder, 'content', folderNameOf(release), digest);
  }
}

/** Whether a line counts in the place of another on the same release. */
function outdoes(one: PublishedLine, before: PublishedLine): boolean {
  const [gone, isGone] = [before.shown.withdrawn !== undefined, one.shown.withdrawn !== undefined];
  return gone === isGone ? before.at <= one.at : isGone;
}

const recordOf = (folder: string): string => join(folder, 'record.jsonl');

/** A line of the record; undefined where it was not written to its end. */
function parsed(text: string): Line | undefined {
  try {
    return line.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** The digests of everything that a page of a release shows or leads to. */
export const digestsOf = ({ digest, corrections = [] }: ShownRelease): string[] => [
  digest,
  ...corrections.map(({ was }) => was),
];

/** A folder of files under a second name, whole or not at all; in the place of what is there. */
async function place(from: string, to: string): Promise<void> {
  const draft = `${to}.${randomUUID()}`;
  try {
    // Whoever stages the same at this moment takes it away for an instant: then it is read again.
    await copyTree(from, draft).catch((error: unknown) => {
      if (systemCode(error) !== 'ENOENT') throw error;
      return rm(draft, { recursive: true, force: true }).then(() => copyTree(from, draft));
    });
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
  await moveInto(draft, to);
}

async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  const copied: string[] = [];
  for (const one of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, one.name), join(to, one.name)];
    if (one.isDirectory()) await copyTree(source, target);
    else if (one.isFile() && !(await isLinked(source, target))) {
      await copyFile(source, target);
      copied.push(target);
    }
  }
  await syncFiles(copied);
}

/** @returns false where the two lie on different file systems, or this one has no second names */
async function isLinked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (!['EXDEV', 'EPERM', 'ENOTSUP', 'EMLINK'].includes(systemCode(error) ?? '')) throw error;
    return false;
  }
}

/** Adds to a record the lines of another that it lacks. @returns how many */
export async function mergeRecords(from: string, into: string): Promise<number> {
  const linesOf = (path: string): string[] =>
    existsSync(path)
      ? readFileSync(path, 'utf8')
          .split('\n')
          .filter((text) => parsed(text) !== undefined)
      : [];
  const known = new Set(linesOf(recordOf(into)));
  const more = linesOf(recordOf(from)).filter((text) => !known.has(text));
  await new PublishedStore(into, true).addText(more);
  return more.length;
}

/**
 * The files that make up the record and what it names, below its folder; of a folder that is not
 * there, none.
 */
export async function* recordedFiles(folder: string): AsyncGenerator<string> {
  if (existsSync(recordOf(folder))) yield 'record.jsonl';
  const record = new PublishedStore(folder, false);
  const wanted = new Map<string, Set<string>>();
  for (const { shown: one } of record.entries().values()) {
    const name = folderNameOf(one.id);
    wanted.set(name, new Set([...(wanted.get(name) ?? []), ...digestsOf(one)]));
  }
  for (const [name, digests] of wanted)
    for (const digest of digests) yield* filesBelow(folder, join('content', name, digest));
  yield* filesBelow(folder, 'tombstones');
  yield* filesBelow(folder, 'by-hand');
}

async function* filesBelow(folder: string, path: string): AsyncGenerator<string> {
  for (const one of await readdir(join(folder, path), { withFileTypes: true }).catch(() => [])) {
    const inner = join(path, one.name);
    if (one.isDirectory()) yield* filesBelow(folder, inner);
    else if (one.isFile()) yield inner;
  }
}
