// A channel's access token, shared by all workers through Redis. It is never logged nor journalled.

import type { TokenStore } from '../channels/wechat/api.ts';
import type { RedisHandle } from './connection.ts';
import { keyOf } from './keys.ts';
import { deleteIf } from './lock.ts';

export function tokenStore(handle: RedisHandle, channel: string): TokenStore {
  const key = keyOf(handle, `token:${channel}`);
  const { client } = handle;
  return {
    get: async () => (await client.get(key)) ?? undefined,
    set: async (token, forMs) => void (await client.set(key, token, 'PX', Math.ceil(forMs))),
    // Another worker may have renewed it meanwhile: that one stays.
    drop: async (token) => void (await deleteIf(client, key, token)),
  };
}
