// `banli` as an operator runs it: the command itself, in Chinese, with what it printed.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const BANLI = fileURLToPath(new URL('../../scripts/banli.mjs', import.meta.url));

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  /** Both, what went to the output first. */
  readonly said: string;
}

/** @param config its folder @param env instead of this process's own */
export function banli(
  config: string,
  args: readonly string[],
  { cwd, env = process.env }: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Ran {
  const done = spawnSync(process.execPath, [BANLI, '--config', config, ...args], {
    cwd,
    encoding: 'utf8',
    env: { ...env, BANLI_LANG: 'zh' },
  });
  return {
    code: done.status,
    out: done.stdout,
    err: done.stderr,
    said: `${done.stdout}${done.stderr}`,
  };
}
