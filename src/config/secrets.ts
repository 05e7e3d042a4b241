// Where secrets are: in the environment, in `.env` beside the configuration folder, in the file
// that systemd reads, in files of their own. Never in YAML, and never on a command line. Not for
// what is asked for: load.ts.
import { readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { howItRuns, languageOfTerminal, type Running } from '../i18n/environment.ts';
import { messagesFor } from '../i18n/index.ts';
import { BanliError, systemCode } from '../lib/errors.ts';
import type { Env } from './env-file.ts';
import type { Reveal } from './values.ts';

/**
 * What the unit in docs/deploy reads; commands that are typed beside the service read it as well.
 */
const SYSTEMD_FILE = '/etc/banli.env';
/**
 * Anybody but the owner may do something with it; with a file of the system's, whoever is not in
 * its group.
 */
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

/** The file for secrets of an installation whose configuration folder lies in `root`. */
export const envFileOf = (root: string): string => join(root, '.env');

/** Where a variable is changed that a line in `.env` cannot change. */
export interface Elsewhere {
  readonly running: Running;
  /** The file; empty where it is the environment that Banli is started in. */
  readonly path: string;
}

/**
 * Undefined where `.env` says what a variable is: nothing that counts more does, and the file
 * outlives the process.
 */
export function setElsewhere(name: string, env: Env): Elsewhere | undefined {
  const running = howItRuns(env);
  if (running === 'container') return { running, path: '.env' };
  if (env[name] === undefined) return undefined;
  return { running, path: running === 'systemd' ? SYSTEMD_FILE : '' };
}

/**
 * The environment, and below it what the files say.
 * @throws BanliError where others of this machine may read one of them
 */
export function environmentOf(folder: string, env: Env): Env {
  const root = dirname(resolve(folder));
  return {
    ...read(SYSTEMD_FILE, OPEN.system, env),
    ...read(envFileOf(root), OPEN.own, env),
    ...env,
  };
}

function read(path: string, open: number, env: Env): Env {
  try {
    const { mode } = statSync(path);
    if ((mode & open) !== 0) {
      throw new BanliError(
        'open-secrets',
        messagesFor(languageOfTerminal(env)).cli.openSecrets(path),
        { hint: `chmod 600 ${path}` },
      );
    }
    return parseEnv(readFileSync(path, 'utf8'));
  } catch (error) {
    // Not there, or for the service's own account alone.
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM'].includes(systemCode(error) ?? '')) return {};
    throw error;
  }
}

/**
 * The environment without what it was given from the files: when they are read again, they say what
 * such a secret is by then. systemd, for one, puts the whole of its file into the environment of
 * the service, where it stays as it was.
 */
export function environmentApart(folder: string, env: Env): Env {
  const fromFiles = environmentOf(folder, {});
  return Object.fromEntries(
    Object.entries(env).filter(([name, value]) => fromFiles[name] !== value),
  );
}

/**
 * Reads secrets, and remembers which are not there: what is wrong with them is said once, of all.
 */
export class SecretReader {
  readonly missing: MissingSecret[] = [];
  /** What was found, by the setting that asks for it. */
  readonly found = new Map<string, string>();
  readonly #root: string;
  readonly #env: Env;

  constructor(root: string, env: Env) {
    this.#root = root;
    this.#env = env;
  }

  /** The secret; what no door opens to where it is not there. */
  readonly reveal: Reveal = (what, where) => {
    const value = this.#read(what, where);
    if (value === '') return NONE;
    this.found.set(what, value);
    return value;
  };

  /** Empty where it is not there, which is noted. */
  #read(what: string, where: Parameters<Reveal>[1]): string {
    if ('env' in where) {
      const value = this.#env[where.env] ?? '';
      if (value === '') this.missing.push({ what, kind: 'env', name: where.env });
      return value;
    }
    const name = resolve(this.#root, where.file);
    try {
      const value = readFileSync(name, 'utf8').trim();
      if (value === '') this.missing.push({ what, kind: 'file', name });
      return value;
    } catch (error) {
      this.missing.push({ what, kind: 'file', name, code: systemCode(error) });
      return '';
    }
  }
}

/** Has the form of a secret, so that what is made with it can be made: it is never used. */
const NONE = 'bWlzc2luZw==';

/** All that are missing, a line each, and where to put them as this installation runs. */
export function missingSecrets(
  missing: readonly MissingSecret[],
  root: string,
  env: Env,
): BanliError {
  const words = messagesFor(languageOfTerminal(env)).cli;
  const lines = missing.map(
    ({ what, name, code }) => `  ${what}（${name}${code ? ` ${code}` : ''}）`,
  );
  const variables = missing.flatMap(({ kind, name }) => (kind === 'env' ? [name] : []));
  const files = missing.flatMap(({ kind, name }) => (kind === 'file' ? [name] : []));
  const running = howItRuns(env);
  const path = running === 'systemd' ? SYSTEMD_FILE : envFileOf(root);
  const cures = [
    ...(variables.length > 0 ? [words.secretHow(running, path, variables)] : []),
    ...(files.length > 0 ? [words.secretFileHow(files)] : []),
  ];
  return new BanliError('secret', [words.secretsMissing(missing.length), ...lines].join('\n'), {
    hint: cures.join('\n'),
  });
}
