// WeChat's errcodes → the classes of answer. WeChat answers errors with HTTP 200. Not for making
// calls: api.ts.

import { DateTime } from 'luxon';
import { z } from 'zod';
import { type Instant, instant } from '../../lib/instant.ts';
import type { NotDone, Why } from '../channel.ts';

/** Reads and staging may be repeated; a releasing call never blindly. */
export type Phase = 'safe' | 'releasing';

export const failure = z.object({ errcode: z.number(), errmsg: z.string().optional() });

/** Token refused: renew once, repeat once. */
export const RENEW: readonly number[] = [40001, 40014, 41001, 42001];
export const CONSUMED = 40007;
export const ALREADY_SENT = 45065;

const REFUSED: readonly number[] = [
  40013, 40125, 41004, 40164, 48001, 48004, 50002, 45001, 45002, 45003, 45004, 45005, 45008, 45166,
  53500, 53501, 53502, 53503, 53504, 53505, 53506, 40004, 40005, 40006, 40009,
];

export function whyOf(errcode: number, errmsg?: string): Why {
  return { code: `wechat-${errcode}`, detail: errmsg?.slice(0, 200) };
}

/** The class of an errcode that is not 0 and asks for no new token. */
export function classifyWechat(
  errcode: number,
  errmsg: string | undefined,
  phase: Phase,
  now: Instant,
): NotDone | { class: 'doubtful'; why: Why } {
  const why = whyOf(errcode, errmsg);
  if (REFUSED.includes(errcode) || RENEW.includes(errcode)) return { class: 'refused', why };
  switch (errcode) {
    case 45009:
      return { class: 'quota', why, until: midnight(now, 'day') };
    case 45028:
      return { class: 'quota', why, until: midnight(now, 'month') };
    case 45011:
    case 45066:
      return { class: 'again', why, afterMs: 60_000 };
    default:
      return phase === 'releasing' ? { class: 'doubtful', why } : { class: 'again', why };
  }
}

/** WeChat counts its quotas by Beijing days and months. */
function midnight(now: Instant, unit: 'day' | 'month'): Instant {
  return instant(DateTime.fromMillis(now, { zone: 'Asia/Shanghai' }).endOf(unit).toMillis() + 1);
}
