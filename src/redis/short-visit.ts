// A short visit to a Redis that somebody else runs: it starts none, revives none, is not counted
// among its users, and waits for nothing long. For whoever looks from outside. Not for the service:
// connection.ts.
import { Redis } from 'ioredis';
import { externalClient, type RedisHandle } from './connection.ts';
import { socketPath } from './embedded-server.ts';
import type { RedisChoice } from './options.ts';

export type { RedisHandle };

const PATIENCE_MS = 3000;

/** Runs something with Redis open. @throws whatever Redis or the visit throws */
export async function visitRedis<T>(
  choice: RedisChoice,
  run: (handle: RedisHandle) => Promise<T>,
): Promise<T> {
  const limits = {
    connectionName: `watchdog-${process.pid}`,
    lazyConnect: true,
    connectTimeout: PATIENCE_MS,
    commandTimeout: PATIENCE_MS,
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
    retryStrategy: () => null,
  };
  const client = choice.external
    ? externalClient(limits.connectionName, choice.external, limits)
    : new Redis({ ...limits, path: socketPath(choice.folder) });
  client.on('error', () => undefined);
  const unused = (): never => {
    throw new Error('a visit opens no further clients');
  };
  try {
    await client.connect();
    return await run({
      prefix: choice.prefix,
      embedded: choice.external === undefined,
      mayForget: false,
      client,
      replicated: () => Promise.resolve(),
      open: unused,
      close: () => Promise.resolve(),
    });
  } finally {
    client.disconnect();
  }
}
