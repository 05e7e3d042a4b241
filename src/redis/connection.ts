// Opens Redis as configured, refuses one whose settings can lose data, and closes it in order. Not
// for what is stored there.
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { BanliError, messageOf } from '../lib/errors.ts';
import { ensureEmbedded, stopEmbedded } from './embedded-server.ts';
import type { ExternalRedis, RedisChoice } from './options.ts';

export type RedisClient = Redis | Cluster;

const ATTEMPTS = 3;
/** The name of each handle's shared client: so many are the users of the server. */
const USER = 'banli-user';

/** An open Redis: clients are made from it, closed by it. */
export interface RedisHandle {
  readonly prefix: string;
  readonly embedded: boolean;
  /**
   * Whether it may forget what it has acknowledged: after a failover, or with settings that the
   * operator accepted.
   */
  readonly mayForget: boolean;
  /** The shared client for short commands. */
  readonly client: RedisClient;
  /**
   * Resolves once enough replicas have what the shared client has written so far; at once where
   * none are asked for.
   * @throws Error when they have not in a second
   */
  replicated(): Promise<void>;
  /** A client of its own, e.g. for blocking reads or subscriptions; closed with the handle. */
  open(): RedisClient;
  close(): Promise<void>;
}

/**
 * Opens Redis and checks that it can be trusted.
 * @param stopWhenLast stop an embedded server at `close` if no other Banli process uses it
 * @throws BanliError naming the setting that can lose data, or saying that Redis can't be reached
 */
export async function openRedis(
  choice: RedisChoice,
  options: { stopWhenLast: boolean; log?: (message: string) => void },
): Promise<RedisHandle> {
  const embedded = choice.external === undefined;
  const socket = embedded
    ? (await ensureEmbedded(choice.folder, choice.throwaway)).socket
    : undefined;
  const clients: RedisClient[] = [];
  let reviving: Promise<unknown> | undefined;
  const make = (extra: RedisOptions = {}, name = `banli-${process.pid}`): RedisClient => {
    const client = socket
      ? new Redis({ ...common(name, extra), path: socket })
      : externalClient(name, choice.external as ExternalRedis, extra);
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
  // Another user of the embedded server may be stopping it at this very moment: then it is started
  // again.
  for (let attempt = 1; ; attempt++) {
    const client = make({ retryStrategy: () => null });
    client.removeAllListeners('close');
    try {
      await client.ping();
      break;
    } catch (error) {
      if (embedded && attempt < ATTEMPTS) await ensureEmbedded(choice.folder, choice.throwaway);
      else
        throw new BanliError(
          'redis-down',
          `连不上 Redis：${messageOf(error)} / Redis cannot be reached`,
          {
            hint: '检查 config/banli.yaml 的 redis，或删去它改用内嵌 Redis',
            cause: error,
          },
        );
    } finally {
      client.disconnect();
      clients.length = 0;
    }
  }
  const shared = make({}, USER);
  if (choice.external) {
    await refuseUnsafe(shared, choice.external.accept);
    await refuseUnreplicated(shared, choice.external);
  }
  let closed = false;
  return {
    prefix: choice.prefix,
    embedded,
    mayForget: choice.external !== undefined && mayForget(choice.external),
    client: shared,
    open: () => make(),
    replicated: () => untilReplicated(shared, choice.external?.replicas ?? 0),
    async close() {
      if (closed) return;
      closed = true;
      for (const one of clients) one.removeAllListeners('close');
      const last = options.stopWhenLast && socket !== undefined && (await isLast(shared));
      for (const one of clients) one.disconnect();
      if (last) await stopEmbedded(choice.folder, socket);
    },
  };
}

function mayForget({ sentinels, cluster, accept }: ExternalRedis): boolean {
  return sentinels !== undefined || cluster !== undefined || accept.length > 0;
}

function common(name: string, extra: RedisOptions): RedisOptions {
  return {
    connectionName: name,
    maxRetriesPerRequest: null,
    enableReadyCheck: true,
    connectTimeout: 5000,
    retryStrategy: (times: number) => Math.min(50 * 2 ** Math.min(times, 6), 2000),
    ...extra,
  };
}

/** A client of an external Redis. */
export function externalClient(
  name: string,
  choice: ExternalRedis,
  extra: RedisOptions,
): RedisClient {
  const secrets = {
    ...(choice.username ? { username: choice.username } : {}),
    ...(choice.password ? { password: choice.password } : {}),
    ...(choice.tls ? { tls: {} } : {}),
  };
  if (choice.cluster) {
    return new Cluster([...choice.cluster], {
      redisOptions: { ...common(name, extra), ...secrets },
      ...(extra.retryStrategy ? { clusterRetryStrategy: extra.retryStrategy } : {}),
    });
  }
  if (choice.sentinels)
    return new Redis({
      ...common(name, extra),
      ...secrets,
      sentinels: [...choice.sentinels],
      name: choice.master ?? 'mymaster',
    });
  return new Redis(choice.url ?? 'redis://127.0.0.1:6379', { ...common(name, extra), ...secrets });
}

/** The settings that decide whether an acknowledged write can vanish, and what each must be. */
const SAFE: Readonly<Record<string, { allowed: readonly string[]; why: string }>> = {
  'maxmemory-policy': {
    allowed: ['noeviction'],
    why: '内存满时会丢弃数据 / may throw data away when memory is full',
  },
  appendonly: { allowed: ['yes'], why: '重启会丢数据 / loses data at a restart' },
  appendfsync: {
    allowed: ['always'],
    why: '断电可能丢掉已确认的写入 / a power cut may lose acknowledged writes',
  },
};

async function refuseUnsafe(client: RedisClient, accepted: readonly string[]): Promise<void> {
  const nodes = client instanceof Cluster ? client.nodes('master') : [client];
  for (const node of nodes) {
    for (const [setting, { allowed, why }] of Object.entries(SAFE)) {
      if (accepted.includes(setting)) continue;
      const answer = await node.config('GET', setting).catch((error: unknown) => {
        throw new BanliError(
          'redis-config',
          `不能读取 Redis 的设置 ${setting}：${messageOf(error)}`,
          {
            hint: `确认它是 ${allowed.join('/')} 后，在 redis.accept 里写上 ${setting}`,
            cause: error,
          },
        );
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

/**
 * A failover forgets what the replica that takes over had not got yet: refused unless writes wait
 * for replicas, or the operator takes the risk by name.
 */
async function refuseUnreplicated(client: RedisClient, choice: ExternalRedis): Promise<void> {
  if (choice.accept.includes('replicas')) return;
  const unsafe = choice.cluster
    ? await hasReplicas(client)
    : choice.sentinels !== undefined && (choice.replicas ?? 0) < 1;
  if (!unsafe) return;
  throw new BanliError(
    'redis-unsafe',
    '主从切换会丢失还没复制的写入 / a failover forgets writes that were not replicated',
    {
      hint: choice.cluster
        ? '集群里没有办法等副本确认；若明知风险仍要使用，在 redis.accept 里写上 replicas'
        : '写上 redis.replicas: 1，每次写入等一个副本确认；或在 redis.accept 里写上 replicas',
    },
  );
}

async function hasReplicas(client: RedisClient): Promise<boolean> {
  const nodes = client instanceof Cluster ? client.nodes('master') : [client];
  const infos = await Promise.all(nodes.map((node) => node.info('replication')));
  return infos.some((info) => Number(/connected_slaves:(\d+)/.exec(info)?.[1] ?? 0) > 0);
}

const REPLICATED_MS = 1000;

async function untilReplicated(client: RedisClient, replicas: number): Promise<void> {
  if (replicas === 0 || client instanceof Cluster) return;
  const got = await client.wait(replicas, REPLICATED_MS);
  if (got < replicas) throw new Error(`only ${got} of ${replicas} replicas have the write`);
}

/**
 * Leaves, and tells whether that was the last user, of this process or any other. Leaving comes
 * first: two that end in the same moment would each still count the other. False where the server
 * goes meanwhile: another one stopped it.
 */
async function isLast(client: RedisClient): Promise<boolean> {
  const gone = new Promise<undefined>((done) => client.once('close', () => done(undefined)));
  const left = client.client('SETNAME', 'banli-left').then(() => client.client('LIST'));
  const list = await Promise.race([left.catch(() => undefined), gone]);
  return list !== undefined && !String(list).includes(`name=${USER} `);
}
