// The files of a zip archive. Runs in a thread. An archive may claim to hold less than it does:
// what comes out is counted, and it ends there.
import { configure, type FileEntry, Uint8ArrayReader, ZipReader } from '@zip.js/zip.js';

// It runs in a thread already, and none of its own would end with that one.
configure({ useWebWorkers: false });

export interface ArchiveLimits {
  readonly files: number;
  /** Of everything in it, unpacked. */
  readonly bytes: number;
  /**
   * Whether it is another's format, of which every part may be read: nothing is passed over then,
   * and names stay whole.
   */
  readonly isWhole?: boolean;
}

/** Name and content of each file, its one top folder left out. */
export type Unpacked = [name: string, content: Uint8Array][] | 'too-large';

/**
 * So many entries are looked at, folders and what systems leave there counted in: one takes some 50
 * bytes of an archive.
 */
const ENTRIES = 10_000;

/**
 * @throws Error where it is no archive, or holds something else than it says: another length,
 * another checksum, one file within another
 */
export async function unpack(archive: Uint8Array, limits: ArchiveLimits): Promise<Unpacked> {
  const reader = new ZipReader(new Uint8ArrayReader(archive), {
    checkCrc32: true,
    checkOverlappingEntry: true,
    filenameValidation: 'tolerant',
    decodeText: nameOf,
  });
  const files: FileEntry[] = [];
  let claimed = 0;
  let seen = 0;
  for await (const entry of reader.getEntriesGenerator()) {
    if (++seen > ENTRIES) return 'too-large';
    // What systems leave in archives.
    const isLeft = !limits.isWhole && /(^|\/)(__MACOSX\/|\.[^./])/.test(entry.filename);
    if (entry.directory || isLeft) continue;
    files.push(entry);
    claimed += entry.uncompressedSize;
    if (files.length > limits.files || claimed > limits.bytes) return 'too-large';
  }
  if (new Set(files.map(({ filename }) => filename)).size < files.length)
    throw new Error('two files of one name');
  const tops = new Set(
    files.map(({ filename: name }) =>
      name.includes('/') ? name.slice(0, name.indexOf('/') + 1) : '',
    ),
  );
  const [top = ''] = tops.size === 1 && !limits.isWhole ? tops : [''];
  const found: [string, Uint8Array][] = [];
  for (const file of files) found.push([file.filename.slice(top.length), await contentOf(file)]);
  return found;
}

/** As long as it says, and not one byte more is unpacked. */
async function contentOf(file: FileEntry): Promise<Uint8Array> {
  const content = new Uint8Array(file.uncompressedSize);
  let at = 0;
  const wrong = (): Error => new Error(`${file.filename}: ≠ ${content.length} B`);
  await file.getData(
    new WritableStream<Uint8Array>({
      write(chunk) {
        if (at + chunk.length > content.length) throw wrong();
        content.set(chunk, at);
        at += chunk.length;
      },
    }),
  );
  if (at !== content.length) throw wrong();
  return content;
}

/**
 * Names that do not say how they are written: as UTF-8 by macOS, in the system's own code by
 * Chinese Windows.
 */
function nameOf(bytes: Uint8Array, encoding: string): string {
  if (encoding === 'utf-8') return new TextDecoder().decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}
