// banli.yaml and `.env` as the desk writes them: whole or not at all, read by Banli's own reader
// before they take their place. Not for what is changed in them: fields.ts.
import { randomUUID } from 'node:crypto';
import {
  access,
  chmod,
  chown,
  constants,
  open,
  readFile,
  realpath,
  rename,
  rm,
  stat,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { withVariable } from '../../config/env-file.ts';
import type { Config } from '../../config/load.ts';
import { envFileOf } from '../../config/secrets.ts';
import type { Messages } from '../../i18n/index.ts';
import { syncFolder } from '../../lib/durable-files.ts';
import { BanliError, systemCode } from '../../lib/errors.ts';
import { RequestError } from '../../lib/request-error.ts';

const SECRET_MODE = 0o600;
const MODES = 0o777;

/** Where banli.yaml really is: whoever put a link there goes on with it. */
export const settingsPath = ({ installation }: Config): Promise<string> =>
  realpath(join(installation.folder, 'banli.yaml'));

/** Why this process cannot put another file in the place of one; undefined where it can. */
export async function cannotWrite(path: string, words: Messages): Promise<string | undefined> {
  const w = words.settings;
  const me = process.getuid?.();
  try {
    const { uid } = await stat(path);
    if (me !== undefined && me !== 0 && uid !== me) return w.otherOwner(path);
    await access(path, constants.W_OK);
    await access(dirname(path), constants.W_OK);
    return undefined;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    return w.readOnly(path);
  }
}

/** A text that lies beside a file, and then takes its place. */
interface Waiting {
  readonly draft: string;
  place(): Promise<void>;
  drop(): Promise<void>;
}

async function waiting(
  path: string,
  text: string | Uint8Array,
  mode: number | undefined,
): Promise<Waiting> {
  const before = await stat(path).catch(() => undefined);
  const draft = join(dirname(path), `.${basename(path)}.${randomUUID()}`);
  const drop = (): Promise<void> => rm(draft, { force: true });
  try {
    const file = await open(draft, 'wx', SECRET_MODE);
    try {
      await file.writeFile(text);
      await file.datasync();
    } finally {
      await file.close();
    }
    if (before && process.getuid?.() === 0) await chown(draft, before.uid, before.gid);
    await chmod(draft, mode ?? (before ? before.mode & MODES : 0o644));
  } catch (error) {
    await drop();
    throw error;
  }
  const place = async (): Promise<void> => {
    await rename(draft, path);
    await syncFolder(dirname(path));
  };
  return { draft, place, drop };
}

/** What is written at once. */
export interface Writing {
  /** The new text of banli.yaml. */
  readonly text: string;
  /** A secret, and the variable that it is to be in. */
  readonly secret: { readonly name: string; readonly value: string } | undefined;
  /** A file that the new text names, by its path; one of that name has these bytes already. */
  readonly beside: { readonly path: string; readonly bytes: Uint8Array } | undefined;
}

/**
 * Writes all of it, or nothing where the real reader refuses what it would come to.
 * @throws RequestError with what it says
 */
export async function writeSettings(
  config: Config,
  { text, secret, beside }: Writing,
  words: Messages,
): Promise<void> {
  const path = await settingsPath(config);
  const env = envFileOf(config.paths.root);
  const paths = [path, ...(secret ? [await realpath(env).catch(() => env)] : [])];
  for (const one of paths) {
    const why = await cannotWrite(one, words);
    if (why !== undefined) throw new RequestError(409, 'read-only', why);
  }
  const drafts: Waiting[] = [];
  try {
    // In the order in which they take their places: what banli.yaml names is there before it.
    if (beside) drafts.push(await waiting(beside.path, beside.bytes, undefined));
    if (secret)
      drafts.push(await waiting(paths[1] ?? env, await envText(env, secret, words), SECRET_MODE));
    const next = await waiting(path, text, undefined);
    drafts.push(next);
    const isNew = beside !== undefined && !(await stat(beside.path).catch(() => undefined));
    if (isNew) await drafts[0]?.place();
    try {
      mustBeRead(config, next.draft, secret ? { [secret.name]: secret.value } : {}, words);
    } catch (error) {
      if (isNew) await rm(beside.path, { force: true });
      throw error;
    }
    for (const one of drafts.slice(beside ? 1 : 0)) await one.place();
  } catch (error) {
    const code = systemCode(error);
    // A file that is mounted by itself cannot be replaced.
    if (['EROFS', 'EACCES', 'EPERM', 'EBUSY'].includes(code ?? ''))
      throw new RequestError(409, 'read-only', words.settings.readOnly(path));
    if (code === 'ENOSPC')
      throw new RequestError(409, 'disk-full', words.reason('disk-full', undefined, ''));
    throw error;
  } finally {
    for (const one of drafts) await one.drop();
  }
}

async function envText(
  path: string,
  { name, value }: { readonly name: string; readonly value: string },
  words: Messages,
): Promise<string> {
  const before = await readFile(path, 'utf8').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return '';
    throw error;
  });
  const text = withVariable(before, name, value);
  if (text === undefined) throw new RequestError(422, 'odd-password', words.settings.passwordOdd);
  return text;
}

function mustBeRead(
  config: Config,
  file: string,
  secrets: Readonly<Record<string, string>>,
  words: Messages,
): void {
  try {
    config.again({ file, secrets });
  } catch (error) {
    if (!(error instanceof BanliError)) throw error;
    throw new RequestError(422, 'settings', words.settings.wrong, {
      lines: [...error.message.split('\n'), ...(error.hint ? [error.hint] : [])],
    });
  }
}
