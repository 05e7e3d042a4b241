// Logs are events with fields, one line an event, never a secret. The event names are the methods' first arguments in this project.
import { pino } from 'pino';
import type { Logger } from 'pino';

/** Whatever is called so in a field is not written out. */
const SECRET = ['secret', 'password', 'accessToken', 'access_token', 'token', 'authorization'];

export function makeLog(level: string, file?: string): Logger {
  const options = { level, base: { pid: process.pid }, redact: { paths: SECRET.flatMap((name) => [name, `*.${name}`]), censor: '***' } };
  if (!file) return pino(options);
  // Written at once: a buffered log would be flushed for ever at the end of the process when the disk is full.
  const target = pino.destination({ dest: file, mkdir: true, sync: true, maxLength: 1_000_000 });
  // A log that can't be written must not end the service that it tells of.
  target.on('error', () => undefined);
  return pino(options, target);
}

export type { Logger };
