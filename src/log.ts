// Logs are events with fields, one line an event, never a secret. The event names are the methods' first arguments in this project.
import { pino } from 'pino';
import type { Logger } from 'pino';

/** Whatever is called so in a field is not written out. */
const SECRET = ['secret', 'password', 'accessToken', 'access_token', 'token', 'authorization'];

export function makeLog(level: string, file?: string): Logger {
  const options = { level, base: { pid: process.pid }, redact: { paths: SECRET.flatMap((name) => [name, `*.${name}`]), censor: '***' } };
  return file ? pino(options, pino.destination({ dest: file, mkdir: true, sync: false })) : pino(options);
}

export type { Logger };
