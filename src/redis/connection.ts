// Opens Redis as configured, refuses one whose settings can lose data, and closes it in order. Not for what is stored there.
import { Cluster, Redis } from 'ioredis';
import type { RedisOptions } from 'ioredis';
import { BanliError, messageOf } from '../words/error.ts';
import { ensureEmbedded, stopEmbedded } from './embedded.ts';
import type { ExternalRedis, RedisChoice } from './options.ts';

export type RedisClient = Redis | Cluster;

/** An open Redis: clients are made from it, closed by it. */
export interface RedisHandle {
  readonly prefix: string;
  readonly embedded: boolean;
  /** The shared client for short commands. */
  readonly client: RedisClient;
  /** A client of its own, e.g. for blocking reads or subscriptions; closed with the handle. */
  open(): RedisClient;
  close(): Promise<void>;
}

/**
 * Opens Redis and checks that it can be trusted.
 * @param stopWhenLast stop an embedded server at `close` if no other Banli process uses it
 * @throws BanliError naming the setting that can lose data, or saying that Redis can't be reached
 */
export async function openRedis(choice: RedisChoice, options: { stopWhenLast: boolean; log?: (message: string) => void }): Promise<RedisHandle> {
  const embedded = choice.external === undefined;
  const socket = embedded ? (await ensureEmbedded(choice.folder, choice.throwaway)).socket : undefined;
  const clients: RedisClient[] = [];
  let reviving: Promise<unknown> | undefined;
  const make = (extra: RedisOptions = {}): RedisClient => {
    const client = socket ? new Redis({ ...common(extra), path: socket }) : external(choice.external as ExternalRedis, extra);
    client.on('error', (error: unknown) => options.log?.(messageOf(error)));
    if (embedded) {
      client.on('close', () => {
        if (reviving) return;
        reviving = ensureEmbedded(choice.folder, choice.throwaway)
          .catch((error: unknown) => options.log?.(messageOf(error)))
          .finally(() => {
            reviving = undefined;
          });
      });
    }
    clients.push(client);
    return client;
  };
  const client = make({ retryStrategy: () => null });
  try {
    await client.ping();
  } catch (error) {
    client.disconnect();
    throw new BanliError('redis-down', `连不上 Redis：${messageOf(error)} / Redis cannot be reached`, {
      hint: '检查 config/banli.yaml 的 redis，或删去它改用内嵌 Redis',
      cause: error,
    });
  }
  client.disconnect();
  clients.length = 0;
  const shared = make();
  if (choice.external) await refuseUnsafe(shared, choice.external.accept);
  let closed = false;
  return {
    prefix: choice.prefix,
    embedded,
    client: shared,
    open: () => make(),
    async close() {
      if (closed) return;
      closed = true;
      for (const one of clients) one.removeAllListeners('close');
      const last = options.stopWhenLast && socket !== undefined && (await isLast(shared));
      for (const one of clients) one.disconnect();
      if (last) await stopEmbedded(socket);
    },
  };
}

function common(extra: RedisOptions): RedisOptions {
  return {
    connectionName: `banli-${process.pid}`,
    maxRetriesPerRequest: null,
    enableReadyCheck: true,
    connectTimeout: 5000,
    retryStrategy: (times: number) => Math.min(50 * 2 ** Math.min(times, 6), 2000),
    ...extra,
  };
}

function external(choice: ExternalRedis, extra: RedisOptions): RedisClient {
  const secrets = {
    ...(choice.username ? { username: choice.username } : {}),
    ...(choice.password ? { password: choice.password } : {}),
    ...(choice.tls ? { tls: {} } : {}),
  };
  if (choice.cluster) {
    return new Cluster([...choice.cluster], {
      redisOptions: { ...common(extra), ...secrets },
      ...(extra.retryStrategy ? { clusterRetryStrategy: extra.retryStrategy } : {}),
    });
  }
  if (choice.sentinels) return new Redis({ ...common(extra), ...secrets, sentinels: [...choice.sentinels], name: choice.master ?? 'mymaster' });
  return new Redis(choice.url ?? 'redis://127.0.0.1:6379', { ...common(extra), ...secrets });
}

/** The settings that decide whether an acknowledged write can vanish, and what each must be. */
const SAFE: Readonly<Record<string, { allowed: readonly string[]; why: string }>> = {
  'maxmemory-policy': { allowed: ['noeviction'], why: '内存满时会丢弃数据 / may throw data away when memory is full' },
  appendonly: { allowed: ['yes'], why: '重启会丢数据 / loses data at a restart' },
  appendfsync: { allowed: ['always'], why: '断电可能丢掉已确认的写入 / a power cut may lose acknowledged writes' },
};

async function refuseUnsafe(client: RedisClient, accepted: readonly string[]): Promise<void> {
  const nodes = client instanceof Cluster ? client.nodes('master') : [client];
  for (const node of nodes) {
    for (const [setting, { allowed, why }] of Object.entries(SAFE)) {
      if (accepted.includes(setting)) continue;
      const answer = await node.config('GET', setting).catch((error: unknown) => {
        throw new BanliError('redis-config', `不能读取 Redis 的设置 ${setting}：${messageOf(error)}`, {
          hint: `确认它是 ${allowed.join('/')} 后，在 redis.accept 里写上 ${setting}`,
          cause: error,
        });
      });
      const value = (answer as string[])[1] ?? '';
      if (!allowed.includes(value)) {
        throw new BanliError('redis-unsafe', `Redis 的 ${setting} 是 “${value}”：${why}`, {
          hint: `改为 ${setting} ${allowed.join('/')}；若明知风险仍要使用，在 redis.accept 里写上 ${setting}`,
        });
      }
    }
  }
}

/** True when no other process's Banli clients are connected. */
async function isLast(client: RedisClient): Promise<boolean> {
  const list = await client.client('LIST').catch(() => '');
  const owners = String(list).matchAll(/name=banli-(\d+)/g);
  return ![...owners].some(([, pid]) => pid !== String(process.pid));
}
