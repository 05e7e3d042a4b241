// Logs are events with fields, one line an event, never a secret. The events: lib/log-events.ts. A
// file that has grown is put aside, whichever process sees it first; the others go on in the new
// one. For reading it see cli/log.ts.
import { existsSync, fstatSync, renameSync, statSync } from 'node:fs';
import { type DestinationStream, type Logger, pino } from 'pino';
import type { EventLog } from './log-events.ts';

/** Whatever is called so in a field is not written out. */
const SECRET = ['secret', 'password', 'accessToken', 'access_token', 'token', 'authorization'];
/**
 * Put aside at this size, bytes, and so many are kept: with the one that is written, 60 MB at the
 * most.
 */
const LARGEST = 10_000_000;
export const KEPT_LOGS = 5;
const LOOK_MS = 60_000;

type Destination = ReturnType<typeof pino.destination>;

export function makeLog(level: string, file?: string): Logger & EventLog {
  const options = {
    level,
    base: { pid: process.pid },
    redact: { paths: SECRET.flatMap((name) => [name, `*.${name}`]), censor: '***' },
  };
  if (!file) return pino(options);
  // Written at once: a buffered log would be flushed for ever at the end of the process when the
  // disk is full.
  const target = pino.destination({
    dest: file,
    mkdir: true,
    sync: true,
    maxLength: 1_000_000,
    mode: 0o640,
  });
  // A log that can't be written must not end the service that it tells of.
  target.on('error', () => undefined);
  setInterval(() => turn(file, target), LOOK_MS).unref();
  return pino(options, target as DestinationStream);
}

/**
 * Puts a file aside that has grown, or goes on in the one that another process has begun. Exported
 * for tests.
 */
export function turn(
  file: string,
  target: Pick<Destination, 'reopen'> & { readonly fd?: number },
  largest = LARGEST,
): void {
  try {
    if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > largest) putAside(file);
    const now = statSync(file, { throwIfNoEntry: false });
    if (target.fd === undefined || target.fd < 0) return;
    if (now?.ino !== fstatSync(target.fd).ino) target.reopen();
  } catch {
    // It is written on where it was.
  }
}

/**
 * Out of the way first: of two processes one moves it, and the other finds nothing or something
 * small.
 */
function putAside(file: string): void {
  const aside = `${file}.${process.pid}`;
  renameSync(file, aside);
  for (let at = KEPT_LOGS; at > 1; at--)
    if (existsSync(`${file}.${at - 1}`)) renameSync(`${file}.${at - 1}`, `${file}.${at}`);
  renameSync(aside, `${file}.1`);
}
