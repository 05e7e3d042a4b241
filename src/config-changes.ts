// What is written in the configuration now, beside what this process was started with. Not for reading it: config.ts.
import type { Config } from './config.ts';
import { BanliError } from './words/error.ts';

/** Parts of the configuration, as banli.yaml names them. */
const PARTS = ['bureau', 'language', 'paths', 'redis', 'site', 'desk', 'channels', 'mail', 'alerts', 'watchdog', 'schedule', 'log'] as const;

export type ConfigChange =
  | { readonly what: 'same' }
  /** These parts, or secrets of theirs, are in force after a restart. */
  | { readonly what: 'changed'; readonly parts: readonly string[] }
  /** Started anew, it would not start. */
  | { readonly what: 'wrong'; readonly message: string };

/** Reads the configuration again. */
export function configChange(config: Config): ConfigChange {
  try {
    const now = config.again();
    const parts = PARTS.filter((part) => written(now[part]) !== written(config[part]));
    return parts.length === 0 ? { what: 'same' } : { what: 'changed', parts };
  } catch (error) {
    if (!(error instanceof BanliError)) throw error;
    return { what: 'wrong', message: error.message };
  }
}

/** Maps with their entries; functions by nothing. */
function written(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) => (one instanceof Map ? [...one] : one)) ?? '';
}
