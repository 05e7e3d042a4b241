// Names the code that makes the site's files: another version of any module, package or runtime
// that can change a byte makes others. Not for what depends on the plan or on what is public:
// edition-files.ts.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Everything that is rendered is reached from these, by their imports. */
const ROOTS = [
  'edition-files',
  'release-page-store',
  'site-builder',
  '../../content/channel-item',
  '../../content/bundle',
];
/** What a module imports at run time, at once or later. */
const IMPORT =
  /\b(?:import|export)\s+(?!type\b)(?:[\w*{}\s,$]+?\s+from\s+)?["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)|\.resolve\(\s*["']([^"']+)["']\s*\)/g;

let known: string | undefined;

/** The same in every process of one installation. */
export function version(): string {
  known ??= versionFrom(
    ROOTS.map((name) => join(import.meta.dirname, `${name}${import.meta.filename.slice(-3)}`)),
  );
  return known;
}

/**
 * A name for what the modules, and whatever they import, are. Exported for tests.
 * @param roots paths of modules
 */
export function versionFrom(roots: readonly string[]): string {
  const { modules, packages } = reachedFrom(roots);
  const hash = createHash('sha256').update(process.version);
  for (const path of [...modules.keys()].sort()) hash.update(modules.get(path) ?? '');
  for (const name of [...packages].sort()) hash.update(`${name} ${versionOf(name)}\n`);
  // What packages import in their turn.
  const lock = above(import.meta.dirname, 'package-lock.json');
  if (lock !== undefined) hash.update(readFileSync(lock));
  return hash.digest('hex').slice(0, 12);
}

/** The modules of this app, by path, and the packages that some modules reach. */
function reachedFrom(roots: readonly string[]): {
  modules: Map<string, string>;
  packages: Set<string>;
} {
  const modules = new Map<string, string>();
  const packages = new Set<string>();
  const open = [...roots];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (modules.has(path)) continue;
    const text = readFileSync(path, 'utf8');
    modules.set(path, text);
    for (const [, first, later, resolved] of text.matchAll(IMPORT)) {
      const name = first ?? later ?? resolved ?? '';
      const near = join(dirname(path), name);
      // What stands in the text of a browser's script is none of ours, and part of that text.
      if (name.startsWith('.')) open.push(...(existsSync(near) ? [near] : []));
      else if (!name.startsWith('node:'))
        packages.add(name.split('/', name.startsWith('@') ? 2 : 1).join('/'));
    }
  }
  return { modules, packages };
}

function versionOf(name: string): string {
  const found = above(import.meta.dirname, join('node_modules', name, 'package.json'));
  if (found === undefined) return '';
  const { version: own } = JSON.parse(readFileSync(found, 'utf8')) as { version?: unknown };
  return String(own);
}

/** The nearest file of that name in this folder or one around it. */
function above(folder: string, name: string): string | undefined {
  const path = join(folder, name);
  if (existsSync(path)) return path;
  return dirname(folder) === folder ? undefined : above(dirname(folder), name);
}
