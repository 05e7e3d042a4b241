// Folders of editions: laid out from what is to lie in them, or from one that is there by changing what differs. Not for making what lies there:
// shelf.ts, staged.ts.
import { mkdirSync, rmdirSync, symlinkSync, unlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Shelf } from './shelf.ts';

/** What lies in an edition, by its path there. */
export interface Contents {
  /** Files, by their names on the shelf. */
  readonly files: ReadonlyMap<string, string>;
  /** Symlinks, by where they lead. */
  readonly links: ReadonlyMap<string, string>;
}

const NOTHING: Contents = { files: new Map(), links: new Map() };

/**
 * Lays a folder out, a step at a time for whoever has other things to do meanwhile.
 * @param has what lies there; nothing in a new folder
 * @throws Error where the shelf lacks a file
 */
export function* laying(folder: string, shelf: Shelf, want: Contents, has: Contents = NOTHING): Generator<void> {
  const [needed, there] = [foldersOf(want), foldersOf(has)];
  for (const path of needed) {
    if (there.has(path)) continue;
    mkdirSync(join(folder, path), { recursive: true });
    yield;
  }
  for (const path of differing(has.files, want.files)) shelf.unlink(join(folder, path));
  for (const path of differing(has.links, want.links)) unlinkSync(join(folder, path));
  for (const path of differing(want.files, has.files)) {
    shelf.link(want.files.get(path) ?? '', join(folder, path));
    yield;
  }
  for (const path of differing(want.links, has.links)) {
    symlinkSync(want.links.get(path) ?? '', join(folder, path));
    yield;
  }
  // The deepest first.
  for (const path of [...there].filter((one) => !needed.has(one)).sort((a, b) => b.length - a.length)) rmdirSync(join(folder, path));
}

/** Paths of which the other has nothing, or something else. */
function differing(these: ReadonlyMap<string, string>, those: ReadonlyMap<string, string>): string[] {
  const paths: string[] = [];
  for (const [path, what] of these) if (those.get(path) !== what) paths.push(path);
  return paths;
}

/** Every folder below the root that something lies in, each after those around it. */
function foldersOf({ files, links }: Contents): Set<string> {
  const folders = new Set<string>();
  const add = (path: string): void => {
    if (path === '.' || folders.has(path)) return;
    add(dirname(path));
    folders.add(path);
  };
  for (const path of files.keys()) add(dirname(path));
  for (const path of links.keys()) add(dirname(path));
  return folders;
}
