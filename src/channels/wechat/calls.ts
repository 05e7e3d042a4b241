// WeChat's calls of which an account has so many a day, by Beijing's days: its own table, as it
// stands for new accounts. Older ones may have more: `callsPerDay` in banli.yaml. Not for counting
// them: channels/call-budget.ts.

export const WECHAT_CALLS = {
  'draft/add': 1000,
  'draft/get': 500,
  'draft/delete': 1000,
  'draft/count': 1000,
  'freepublish/submit': 100,
  'freepublish/get': 100,
  'freepublish/batchget': 100,
  'freepublish/delete': 10,
  'message/mass/sendall': 100,
} as const;

export type WechatCall = keyof typeof WECHAT_CALLS;
export type CallsPerDay = Readonly<Partial<Record<WechatCall, number>>>;

/** What an account has of each. */
export const callsPerDay = (more: CallsPerDay = {}): Readonly<Record<WechatCall, number>> => ({
  ...WECHAT_CALLS,
  ...more,
});
