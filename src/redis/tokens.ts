// A channel's access token, shared by all workers through Redis. It is never logged nor journalled.
import type { TokenStore } from '../channels/wechat/api.ts';
import type { RedisHandle } from './connection.ts';

export function tokenStore(handle: RedisHandle, channel: string): TokenStore {
  const key = `${handle.prefix}:token:${channel}`;
  const { client } = handle;
  return {
    get: async () => (await client.get(key)) ?? undefined,
    set: async (token, forMs) => void (await client.set(key, token, 'PX', Math.ceil(forMs))),
    async drop(token) {
      if ((await client.get(key)) === token) await client.del(key);
    },
  };
}
