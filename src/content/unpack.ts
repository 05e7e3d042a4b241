// The files of a zip archive. Runs in a thread: an archive can claim less than it holds.
import { unzipSync } from 'fflate';

export interface ArchiveLimits {
  readonly files: number;
  readonly bytes: number;
}

/** Name and content of each file, its one top folder left out. */
export type Unpacked = [name: string, content: Uint8Array][] | 'too-large';

/** What it claims to hold is counted before anything is unpacked. @throws Error where it is no archive */
export function unpack(archive: Uint8Array, limits: ArchiveLimits): Unpacked {
  let bytes = 0;
  let count = 0;
  const fits = (): boolean => bytes <= limits.bytes && count <= limits.files;
  const parts = unzipSync(archive, {
    filter({ name, originalSize }) {
      // What systems leave in archives.
      if (name.endsWith('/') || /(^|\/)(__MACOSX\/|\.[^./])/.test(name)) return false;
      bytes += originalSize;
      count++;
      return fits();
    },
  });
  if (!fits()) return 'too-large';
  const names = Object.keys(parts);
  const tops = new Set(names.map((name) => (name.includes('/') ? name.slice(0, name.indexOf('/') + 1) : '')));
  const [top = ''] = tops.size === 1 ? tops : [''];
  return names.map((name) => [name.slice(top.length), parts[name] ?? new Uint8Array()]);
}
