// Tokens that people have authorised a channel with: in Redis for every worker, and a copy beside
// the watchdog, which asks nothing of Redis.

import { join } from 'node:path';
import type { Config } from '../config/load.ts';
import type { Clock } from '../lib/clock.ts';
import type { Instant } from '../lib/instant.ts';
import type { RedisHandle } from '../redis/connection.ts';
import { keyOf } from '../redis/keys.ts';
import { tokenStore } from '../redis/token-store.ts';
import { forgetToken, leaveToken, tokenLeft } from '../watchdog/channel-tokens.ts';

export interface ChannelAuthorizations {
  /**
   * Hands a channel's token to every worker, and leaves the watchdog, which asks nothing of Redis,
   * a copy.
   * @param until ms UTC
   */
  keepAuthorization(channel: string, token: string, until: Instant): Promise<void>;
  /** The channel goes by what the configuration has. */
  forgetAuthorization(channel: string): Promise<void>;
  /** A Redis that is new, or was restored, is handed what the watchdog has a copy of. */
  takeLeftAuthorizations(): Promise<void>;
}

export function channelAuthorizations(
  config: Config,
  redis: RedisHandle,
  clock: Clock,
): ChannelAuthorizations {
  const folder = join(config.paths.var, 'watchdog');
  return {
    async keepAuthorization(channel, token, until) {
      await tokenStore(redis, channel).set(token, until - clock.now());
      await leaveToken(folder, channel, { token, until });
    },
    async forgetAuthorization(channel) {
      await redis.client.del(keyOf(redis, `token:${channel}`));
      await forgetToken(folder, channel);
    },
    async takeLeftAuthorizations() {
      for (const [name, one] of config.channels) {
        const tokens = tokenStore(redis, name);
        if (one.kind !== 'weibo' || (await tokens.get()) !== undefined) continue;
        const left = await tokenLeft(folder, name, clock);
        if (left) await tokens.set(left.token, left.until - clock.now());
      }
    },
  };
}
