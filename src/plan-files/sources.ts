// The plan files as they lie on the disk: their names and texts. Not for what they mean: plan/; nor
// for which are in force: app/plan-service.ts.
import { isUtf8 } from 'node:buffer';
import { lstat, readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { systemCode } from '../lib/errors.ts';
import type { SourceFile } from '../plan/issues.ts';
import { FILE_BYTES } from '../plan/yaml.ts';

export interface PlanPaths {
  readonly root: string;
  readonly plan: string;
  readonly workdays: string;
}

/**
 * The plan files, those of the archive, and, if there is one, the bureau's working days. What
 * cannot be read is among them, with why: it is a problem of the plan like any other.
 */
export async function readSources(paths: PlanPaths): Promise<SourceFile[]> {
  const files = [
    ...(await readFolder(paths, paths.plan)),
    ...(await readFolder(paths, join(paths.plan, ARCHIVE))),
  ];
  const own = await readSource(paths.root, paths.workdays);
  return own === undefined ? files : [...files, own];
}

const ARCHIVE = 'archive';

const isPlanFile = (name: string): boolean =>
  /\.ya?ml$/.test(name) && !['banli.yaml', 'workdays.yaml'].includes(name) && !name.startsWith('.');

async function readFolder(paths: PlanPaths, folder: string): Promise<SourceFile[]> {
  try {
    const names = (await readdir(folder)).filter(isPlanFile).sort();
    const files = await Promise.all(
      names.map((name) => readSource(paths.root, join(folder, name))),
    );
    return files.filter((file) => file !== undefined);
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    // Without an archive there is nothing to read in it.
    if (folder !== paths.plan && (code === 'ENOENT' || code === 'ENOTDIR')) return [];
    return [{ name: `${relative(paths.root, folder)}/`, text: '', unreadable: code }];
  }
}

/** One file; undefined where there is none. */
async function readSource(root: string, path: string): Promise<SourceFile | undefined> {
  const name = relative(root, path);
  try {
    // Asked first: a pipe would be waited for, and a picture of a gigabyte read.
    const about = await stat(path);
    if (!about.isFile())
      return { name, text: '', unreadable: about.isDirectory() ? 'EISDIR' : 'not-a-file' };
    if (about.size > FILE_BYTES) return { name, text: '', unreadable: 'EFBIG' };
    const bytes = Buffer.from(await readFile(path));
    // As an editor on Chinese Windows saves it: read as UTF-8, every name would be rubbish, and
    // public.
    return isUtf8(bytes)
      ? { name, text: bytes.toString('utf8') }
      : { name, text: '', unreadable: 'not-utf8' };
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    const gone = code === 'ENOENT' && (await lstat(path).catch(() => undefined)) === undefined;
    return gone ? undefined : { name, text: '', unreadable: code };
  }
}
