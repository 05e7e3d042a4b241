// The language of whoever sits at the terminal. Light: loaded by every command before anything else.
import type { Language } from '../plan/types.ts';

/** The language of what a command says: `BANLI_LANG`, else Chinese. */
export function languageOf(env: Readonly<Record<string, string | undefined>>): Language {
  return env.BANLI_LANG?.startsWith('en') ? 'en' : 'zh';
}
