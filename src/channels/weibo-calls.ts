// How many calls a day Weibo takes, of all kinds together. Not for counting them:
// call-budget.ts.

/** Of an ordinary app, for one user, by Weibo's own table. */
const ORDINARY = 100;
/** They are counted together. */
export const ALL_CALLS = 'all';

/** @param more as banli.yaml has it, where the app has more */
export const weiboCallsPerDay = (more: unknown): number =>
  typeof more === 'number' ? more : ORDINARY;
