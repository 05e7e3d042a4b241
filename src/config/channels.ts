// What `channels:` of banli.yaml may say, by kind, and what is made of it with its secrets. Not for
// the channels themselves: channels/.
import { resolve } from 'node:path';
import { z } from 'zod';
import type { EmailOptions } from '../channels/email.ts';
import type { ManualOptions } from '../channels/manual.ts';
import type { ModuleOptions } from '../channels/module.ts';
import type { WebhookOptions } from '../channels/webhook.ts';
import type { WechatOptions } from '../channels/wechat/api.ts';
import type { WeiboOptions } from '../channels/weibo.ts';
import type { WordpressOptions } from '../channels/wordpress.ts';
import { messagesFor } from '../i18n/index.ts';
import type { Language } from '../plan/types.ts';
import { mailAddress, type Reveal, secret, text, url } from './values.ts';
import { wechatEntry, wechatOptions } from './wechat.ts';

/** The press, and not the public: for more there are services that do nothing else. */
const MOST_READERS = 2000;
const oneAddress = mailAddress.refine((one) => !/[,;，；]/.test(one), 'address');

export const channelEntry = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('website') }),
  z.strictObject({
    kind: z.literal('http'),
    url,
    secret,
    mode: z.enum(['post', 'draft-then-publish']).default('post'),
    lookup: z.enum(['id', 'key', 'none']).default('id'),
  }),
  wechatEntry,
  z.strictObject({
    kind: z.literal('weibo'),
    accessToken: secret.optional(),
    app: z.strictObject({ key: text, secret }).optional(),
    safeDomain: text,
    rip: text.optional().describe('the public address of this machine: Weibo asks for it'),
    callsPerDay: z
      .number('count')
      .int('count')
      .min(1, 'count')
      .optional()
      .describe('where the app has more calls a day than an ordinary one'),
    baseUrl: url.default('https://api.weibo.com'),
  }),
  z.strictObject({
    kind: z.literal('manual'),
    mail: z
      .union([mailAddress.transform((one) => [one]), z.array(mailAddress)], 'address')
      .default([]),
    how: text.optional(),
  }),
  z.strictObject({
    kind: z.literal('wordpress'),
    url,
    user: text,
    password: secret,
    pictures: z.enum(['site', 'upload']).default('site'),
    categories: z.array(z.number('count').int('count').min(1, 'count')).default([]),
  }),
  z.strictObject({
    kind: z.literal('email'),
    to: z.array(oneAddress, 'address').min(1, 'address').max(MOST_READERS, 'address'),
    perMinute: z.number('count').int('count').min(1, 'count').max(1000, 'count').default(30),
  }),
  z.strictObject({
    kind: z.literal('module'),
    path: text,
    options: z.record(z.string(), z.unknown()).default({}),
    secret: secret.optional(),
  }),
]);

export type ChannelConfig =
  | { readonly kind: 'website' }
  | ({ readonly kind: 'http' } & WebhookOptions)
  | ({ readonly kind: 'wechat' } & WechatOptions)
  | ({ readonly kind: 'weibo' } & WeiboOptions)
  | ({ readonly kind: 'manual' } & ManualOptions)
  | ({ readonly kind: 'wordpress' } & WordpressOptions)
  | ({ readonly kind: 'email' } & EmailOptions)
  | ({ readonly kind: 'module' } & ModuleOptions);

export function revealChannel(
  name: string,
  one: z.output<typeof channelEntry>,
  reveal: Reveal,
  language: Language,
  root: string,
): ChannelConfig {
  switch (one.kind) {
    case 'website':
    case 'manual':
    case 'email':
      return one;
    case 'http': {
      const { secret: where, ...rest } = one;
      return { ...rest, secret: reveal(`channels.${name}.secret`, where) };
    }
    case 'wechat':
      return wechatOptions(one, reveal(`channels.${name}.secret`, one.secret));
    case 'module':
      return {
        ...one,
        path: resolve(root, one.path),
        secret: one.secret && reveal(`channels.${name}.secret`, one.secret),
      };
    case 'wordpress':
      return {
        ...one,
        password: reveal(`channels.${name}.password`, one.password),
        corrected: messagesFor(language).manual.corrected,
      };
    case 'weibo': {
      const { accessToken: where, app, ...rest } = one;
      return {
        ...rest,
        accessToken: where && reveal(`channels.${name}.accessToken`, where),
        app: app && { key: app.key, secret: reveal(`channels.${name}.app.secret`, app.secret) },
      };
    }
  }
}
