// Each channel of the configuration, made by its kind. Not for what a channel does: channels/.

import { type CallCounts, countsInMemory } from '../channels/call-budget.ts';
import type { Channel } from '../channels/channel.ts';
import { manualChannel } from '../channels/manual.ts';
import { webhookChannel } from '../channels/webhook.ts';
import { type SitePress, websiteChannel } from '../channels/website.ts';
import type { TokenStore } from '../channels/wechat/api.ts';
import { wechatChannel } from '../channels/wechat/channel.ts';
import { weiboChannel } from '../channels/weibo.ts';
import { wordpressChannel } from '../channels/wordpress.ts';
import type { ChannelConfig, Config } from '../config/load.ts';
import type { Clock } from '../lib/clock.ts';
import { callCounts } from '../redis/call-counts.ts';
import type { RedisHandle } from '../redis/connection.ts';
import { tokenStore } from '../redis/token-store.ts';

/** By name. */
export function makeChannels(
  config: Config,
  siteBuilder: SitePress,
  redis: RedisHandle,
  clock: Clock,
): Map<string, Channel> {
  return new Map(
    [...config.channels].map(([name, one]) => [
      name,
      one.kind === 'website'
        ? websiteChannel(name, siteBuilder, clock)
        : makeChannel(name, one, tokenStore(redis, name), clock, callCounts(redis, name)),
    ]),
  );
}

/** A channel that is not this app's own site. */
export function makeChannel(
  name: string,
  one: Exclude<ChannelConfig, { kind: 'website' }>,
  tokens: TokenStore,
  clock: Clock,
  counts: CallCounts = countsInMemory(),
): Channel {
  switch (one.kind) {
    case 'http':
      return webhookChannel(name, one, clock);
    case 'manual':
      return manualChannel(name);
    case 'wechat':
      return wechatChannel(name, one, tokens, clock, undefined, counts);
    case 'weibo':
      return weiboChannel(name, one, tokens, clock, undefined, counts);
    case 'wordpress':
      return wordpressChannel(name, one, clock);
  }
}
