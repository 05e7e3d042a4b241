// Each channel of the configuration, made by its kind. Not for what a channel does: channels/.

import { type CallCounts, countsInMemory } from '../channels/call-budget.ts';
import type { Channel } from '../channels/channel.ts';
import { emailChannel } from '../channels/email.ts';
import { manualChannel } from '../channels/manual.ts';
import { moduleChannel } from '../channels/module.ts';
import { webhookChannel } from '../channels/webhook.ts';
import { type SitePress, websiteChannel } from '../channels/website.ts';
import type { TokenStore } from '../channels/wechat/api.ts';
import { wechatChannel } from '../channels/wechat/channel.ts';
import { weiboChannel } from '../channels/weibo.ts';
import { wordpressChannel } from '../channels/wordpress.ts';
import type { ChannelConfig } from '../config/channels.ts';
import type { Config } from '../config/load.ts';
import type { Clock } from '../lib/clock.ts';
import { callCounts } from '../redis/call-counts.ts';
import type { RedisHandle } from '../redis/connection.ts';
import { tokenStore } from '../redis/token-store.ts';

/** By name. @param readers what mailings to readers need */
export async function makeChannels(
  config: Config,
  siteBuilder: SitePress,
  redis: RedisHandle,
  clock: Clock,
  readers: Parameters<typeof emailChannel>[2],
): Promise<Map<string, Channel>> {
  const make = (name: string, one: ChannelConfig): Channel | Promise<Channel> => {
    switch (one.kind) {
      case 'website':
        return websiteChannel(name, siteBuilder, clock);
      case 'email':
        return emailChannel(name, one, readers);
      case 'module':
        return moduleChannel(name, one, clock);
      default:
        return makeChannel(name, one, tokenStore(redis, name), clock, callCounts(redis, name));
    }
  };
  const channels = new Map<string, Channel>();
  for (const [name, one] of config.channels) channels.set(name, await make(name, one));
  return channels;
}

/** A channel that needs nothing of this app. */
export function makeChannel(
  name: string,
  one: Exclude<ChannelConfig, { kind: 'website' | 'email' | 'module' }>,
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
