// Folders of editions: laid out from what is to lie in them, or from one that is there by changing
// what differs. Not for making what lies there: file-store.ts, release-page-store.ts.
import { mkdirSync, rmdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What lies in an edition: by its path there, its name in a store. */
export interface Contents {
  readonly files: ReadonlyMap<string, string>;
  readonly pages: ReadonlyMap<string, string>;
}

/** Where things are kept that editions hold second names of. */
interface Store {
  link(name: string, to: string): void;
  unlink(path: string): void;
}

export type Stores = Readonly<Record<keyof Contents, Store>>;

const KINDS = ['files', 'pages'] as const;
const NOTHING: Contents = { files: new Map(), pages: new Map() };

/**
 * Lays a folder out, a step at a time for whoever has other things to do meanwhile.
 * @param has what lies there; nothing in a new folder
 * @throws Error where a store lacks something
 */
export function* syncTree(
  folder: string,
  stores: Stores,
  want: Contents,
  has: Contents = NOTHING,
): Generator<void> {
  const [needed, there] = [foldersOf(want), foldersOf(has)];
  for (const path of needed) {
    if (there.has(path)) continue;
    mkdirSync(join(folder, path), { recursive: true });
    yield;
  }
  for (const kind of KINDS)
    for (const [path] of differing(has[kind], want[kind])) stores[kind].unlink(join(folder, path));
  for (const kind of KINDS)
    for (const [path, name] of differing(want[kind], has[kind])) {
      stores[kind].link(name, join(folder, path));
      yield;
    }
  // The deepest first.
  for (const path of [...there]
    .filter((one) => !needed.has(one))
    .sort((a, b) => b.length - a.length))
    rmdirSync(join(folder, path));
}

/** Of which the other has nothing, or something else. */
function differing(
  these: ReadonlyMap<string, string>,
  those: ReadonlyMap<string, string>,
): [path: string, name: string][] {
  const found: [string, string][] = [];
  for (const [path, name] of these) if (those.get(path) !== name) found.push([path, name]);
  return found;
}

/** Every folder below the root that something lies in, each after those around it. */
function foldersOf(contents: Contents): Set<string> {
  const folders = new Set<string>();
  const add = (path: string): void => {
    if (path === '.' || folders.has(path)) return;
    add(dirname(path));
    folders.add(path);
  };
  for (const kind of KINDS) for (const path of contents[kind].keys()) add(dirname(path));
  return folders;
}
