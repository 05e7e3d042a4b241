// A channel of the kind `wechat` in banli.yaml, and what the adapter is handed of it. Not for the
// other kinds: load.ts.
import { z } from 'zod';
import type { WechatOptions } from '../channels/wechat/api.ts';
import { WECHAT_CALLS, type WechatCall } from '../channels/wechat/calls.ts';
import { parseDuration } from '../plan/time.ts';
import { length, secret, text, url } from './values.ts';

export const wechatEntry = z.strictObject({
  kind: z.literal('wechat'),
  appId: text,
  secret,
  mode: z.enum(['publish', 'mass', 'draft-only']).default('publish'),
  account: z.enum(['service', 'subscription']).default('service'),
  author: z.string().default(''),
  baseUrl: url.default('https://api.weixin.qq.com'),
  commentsOpen: z.boolean().default(false),
  draftLeaves: length
    .default('3m')
    .describe('so long after it was submitted a draft may still lie in the box'),
  callsPerDay: z
    .partialRecord(
      z.enum(Object.keys(WECHAT_CALLS) as [WechatCall]),
      z.number('count').int('count').min(1, 'count'),
    )
    .optional()
    .describe('where the account has more calls a day than a new one'),
});

/** @param secret the account's AppSecret */
export function wechatOptions(
  { draftLeaves, ...rest }: z.output<typeof wechatEntry>,
  appSecret: string,
): { readonly kind: 'wechat' } & WechatOptions {
  return { ...rest, draftLeavesMs: parseDuration(draftLeaves) ?? 180_000, secret: appSecret };
}
