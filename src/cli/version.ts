// Which version of Banli this is.
import { readFileSync } from 'node:fs';

/** Of the package that this was built from. */
export function version(): string {
  const about = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(about) as { version: string }).version;
}
