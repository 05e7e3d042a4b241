// One variable of an `.env` file put in or changed, as text: every other line stays. Not for
// reading secrets, nor where they are: secrets.ts.
import { isDeepStrictEqual, parseEnv } from 'node:util';

/** What may name a variable in a file that shells and containers read too. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
/**
 * In this order, each with what means something else between two of it: a shell that reads the file
 * runs what it finds between backticks.
 */
const QUOTES: readonly (readonly [quote: string, not: RegExp])[] = [
  ["'", /'/],
  ['"', /["$`\\]/],
];

/**
 * @returns undefined where the file cannot say it: a value with both quotation marks, or a file
 * that is read otherwise than line by line
 */
export function withVariable(text: string, name: string, value: string): string | undefined {
  const quote = QUOTES.find(([, not]) => !not.test(value))?.[0];
  if (quote === undefined || !NAME.test(name)) return undefined;
  const line = `${name}=${quote}${value}${quote}`;
  const isIt = new RegExp(`^\\s*(export\\s+)?${name}\\s*=`);
  const lines = text.split('\n');
  const at = lines.findIndex((one) => isIt.test(one));
  const kept = lines.filter((one, index) => index === at || !isIt.test(one));
  const before = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  const next =
    at < 0 ? `${before}${line}\n` : kept.map((one) => (isIt.test(one) ? line : one)).join('\n');
  return isDeepStrictEqual({ ...parseEnv(next) }, { ...parseEnv(text), [name]: value })
    ? next
    : undefined;
}

export type Env = Readonly<Record<string, string | undefined>>;
