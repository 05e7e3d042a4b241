// How many publications each kind of channel takes in an hour, a day, a month, by its own published
// rules. Not for keeping to them: the channel itself refuses, and says until when.
import type { ChannelLimit } from '../plan/conflicts.ts';
import { type CallsPerDay, callsPerDay } from './wechat/calls.ts';
import { weiboCallsPerDay } from './weibo-calls.ts';

/** What of a channel's configuration its limits depend on. */
export interface LimitedChannel {
  readonly kind: string;
  readonly mode?: string | undefined;
  readonly account?: 'service' | 'subscription' | undefined;
  /** WeChat's by call, Weibo's of all together. */
  readonly callsPerDay?: CallsPerDay | number | undefined;
}

export function limitsOf(
  channels: Iterable<readonly [name: string, channel: LimitedChannel]>,
): ChannelLimit[] {
  return [...channels].flatMap(([channel, one]): ChannelLimit[] => {
    if (one.kind === 'weibo')
      return [
        { channel, per: 'hour', most: 30 },
        // A publication takes two calls: the post, and the look at it.
        { channel, per: 'day', most: Math.floor(weiboCallsPerDay(one.callsPerDay) / 2) },
      ];
    if (one.kind !== 'wechat') return [];
    if (one.mode === 'publish') {
      // A publication takes one submit, and two looks until it shows.
      const calls = callsPerDay(typeof one.callsPerDay === 'object' ? one.callsPerDay : {});
      const most = Math.min(calls['freepublish/submit'], Math.floor(calls['freepublish/get'] / 2));
      return [{ channel, per: 'day', most }];
    }
    if (one.mode !== 'mass') return [];
    return one.account === 'subscription'
      ? [{ channel, per: 'day', most: 1 }]
      : [
          { channel, per: 'day', most: 1 },
          { channel, per: 'month', most: 4 },
        ];
  });
}
