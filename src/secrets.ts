// Where secrets are: in the environment, in `.env` beside the configuration folder, in the file that systemd reads, in files of their own.
// Never in YAML, and never on a command line. Not for what is asked for: config.ts.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import type { Env } from './config.ts';
import type { Reveal } from './values.ts';
import { BanliError, systemCode } from './words/error.ts';
import { languageOf } from './words/environment.ts';
import { wordsOf } from './words/index.ts';

/** What the unit in docs/deploy reads; commands that are typed beside the service read it as well. */
const SYSTEMD_FILE = '/etc/banli.env';
const UNIT = '/etc/systemd/system/banli.service';
/** Anybody but the owner may do something with it; with a file of the system's, whoever is not in its group. */
const OPEN = { own: 0o077, system: 0o007 };

/** A secret that is asked for and not there. */
export interface MissingSecret {
  /** The setting, as `channels.wechat.secret`. */
  readonly what: string;
  readonly kind: 'env' | 'file';
  /** The variable, or the file's path. */
  readonly name: string;
  /** Why a file could not be read. */
  readonly code?: string | undefined;
}

/** How the service runs here: what a cure has to say follows it. */
export type Running = 'systemd' | 'container' | 'by hand';

export function howItRuns(env: Env): Running {
  if (env.BANLI_CONTAINER === '1') return 'container';
  return existsSync(UNIT) ? 'systemd' : 'by hand';
}

/** The file for secrets of an installation whose configuration folder lies in `root`. */
export const envFileOf = (root: string): string => join(root, '.env');

/**
 * The environment, and below it what the files say.
 * @throws BanliError where others of this machine may read one of them
 */
export function environmentOf(folder: string, env: Env): Env {
  const root = dirname(resolve(folder));
  return { ...read(SYSTEMD_FILE, OPEN.system, env), ...read(envFileOf(root), OPEN.own, env), ...env };
}

function read(path: string, open: number, env: Env): Env {
  try {
    const { mode } = statSync(path);
    if ((mode & open) !== 0) {
      throw new BanliError('open-secrets', wordsOf(languageOf(env)).cli.openSecrets(path), { hint: `chmod 600 ${path}` });
    }
    return parseEnv(readFileSync(path, 'utf8'));
  } catch (error) {
    // Not there, or for the service's own account alone.
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM'].includes(systemCode(error) ?? '')) return {};
    throw error;
  }
}

/** Reads secrets, and remembers which are not there: what is wrong with them is said once, of all. */
export class SecretReader {
  readonly missing: MissingSecret[] = [];
  readonly #root: string;
  readonly #env: Env;

  constructor(root: string, env: Env) {
    this.#root = root;
    this.#env = env;
  }

  /** The secret; what no door opens to where it is not there. */
  readonly reveal: Reveal = (what, where) => {
    if ('env' in where) {
      const value = this.#env[where.env];
      if (!value) this.missing.push({ what, kind: 'env', name: where.env });
      return value || NONE;
    }
    const name = resolve(this.#root, where.file);
    try {
      const value = readFileSync(name, 'utf8').trim();
      if (!value) this.missing.push({ what, kind: 'file', name });
      return value || NONE;
    } catch (error) {
      this.missing.push({ what, kind: 'file', name, code: systemCode(error) });
      return NONE;
    }
  };
}

/** Has the form of a secret, so that what is made with it can be made: it is never used. */
const NONE = 'bWlzc2luZw==';

/** All that are missing, a line each, and where to put them as this installation runs. */
export function missingSecrets(missing: readonly MissingSecret[], root: string, env: Env): BanliError {
  const words = wordsOf(languageOf(env)).cli;
  const lines = missing.map(({ what, name, code }) => `  ${what}（${name}${code ? ` ${code}` : ''}）`);
  const variables = missing.flatMap(({ kind, name }) => (kind === 'env' ? [name] : []));
  const files = missing.flatMap(({ kind, name }) => (kind === 'file' ? [name] : []));
  const running = howItRuns(env);
  const path = running === 'systemd' ? SYSTEMD_FILE : envFileOf(root);
  const cures = [
    ...(variables.length > 0 ? [words.secretHow(running, path, variables)] : []),
    ...(files.length > 0 ? [words.secretFileHow(files)] : []),
  ];
  return new BanliError('secret', [words.secretsMissing(missing.length), ...lines].join('\n'), { hint: cures.join('\n') });
}
