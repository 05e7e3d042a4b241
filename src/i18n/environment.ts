// The language of whoever sits at the terminal, and how Banli runs here. Light: loaded by every
// command before anything else.
import { existsSync } from 'node:fs';
import type { Language } from '../plan/types.ts';

/** The language of what a command says: `BANLI_LANG`, else Chinese. */
export function languageOfTerminal(env: Readonly<Record<string, string | undefined>>): Language {
  return env.BANLI_LANG?.startsWith('en') ? 'en' : 'zh';
}

const UNIT = '/etc/systemd/system/banli.service';

/** How the service runs here: what a cure has to say follows it. */
export type Running = 'systemd' | 'container' | 'by hand';

export function howItRuns(env: Readonly<Record<string, string | undefined>>): Running {
  if (env.BANLI_CONTAINER === '1') return 'container';
  return existsSync(UNIT) ? 'systemd' : 'by hand';
}

/** What is typed before a command's name, as docs/deploy and compose.yaml install it. */
export const COMMAND: Readonly<Record<Running, string>> = {
  'by hand': 'npx banli',
  container: 'docker compose exec banli banli',
  systemd: 'sudo -u banli node /opt/banli/scripts/banli.mjs --config /opt/banli/config',
};
