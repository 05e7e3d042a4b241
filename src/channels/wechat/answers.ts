// WeChat's errcodes → the classes of answer, in one table. WeChat answers errors with HTTP 200. Not
// for making calls: api.ts. Not for words: i18n/zh/wechat.ts has a sentence for each of them.

import { z } from 'zod';
import type { Instant } from '../../lib/instant.ts';
import { nextMidnight, nextMonth } from '../call-budget.ts';
import type { NotDone, Why } from '../channel.ts';

/** Reads and staging may be repeated; a releasing call never blindly. */
export type Phase = 'safe' | 'releasing';
/** Which kind of account it is: they have different mass sends. */
export type AccountKind = 'service' | 'subscription';

export const failure = z.object({ errcode: z.number(), errmsg: z.string().optional() });

export const CONSUMED = 40007;
export const ALREADY_SENT = 45065;

/** What follows an errcode. */
type Follows =
  /** The token: renew it once, repeat once. */
  | 'renew'
  /** It will never be accepted as it is. */
  | 'refused'
  /** Nothing happened: again soon, in a minute, in some minutes. */
  | 'soon'
  | 'in-a-minute'
  | 'in-minutes'
  /** Nothing known to be public: again, but only a few times. */
  | 'few'
  /** Allowed again at Beijing's next midnight, or when the account may send again. */
  | 'tomorrow'
  | 'next-send'
  /** It may have happened. */
  | 'doubtful'
  /** An earlier call for the same is under way: look a minute later. */
  | 'under-way';

/** At a read or while staging, and at a releasing call. */
type ByPhase = Readonly<Record<Phase, Follows>>;
const of = (safe: Follows, releasing: Follows, ...codes: number[]): [number, ByPhase][] =>
  codes.map((code) => [code, { safe, releasing }]);
const refused = (...codes: number[]): [number, ByPhase][] => of('refused', 'refused', ...codes);

const TABLE: ReadonlyMap<number, ByPhase> = new Map([
  ...of('renew', 'renew', 40001, 40014, 41001, 42001),
  // AppID, secret, address: what the token is asked with, or may be asked from. 89503: the account's
  // administrator has to confirm this address.
  ...refused(40002, 40013, 40125, 40164, 40243, 41002, 41004, 89503),
  // What the account lacks, or is barred from.
  ...refused(48001, 48003, 48004, 48008, 50002, 53500),
  // What is wrong with the article, its pictures or its lengths.
  ...refused(40004, 40005, 40006, 40009, 41040, 45001, 45002, 45003, 45004, 45005, 45008, 45110),
  ...refused(45166, 53503, 53504, 53505, 53506),
  // A request that WeChat will not take as it is made.
  ...refused(40008, 40033, 40035, 40059, 40097, 41005, 41006, 43001, 43002, 44003, 44004, 45064),
  ...refused(45067, 47001, 53502, 53600),
  // A fresh picture is unknown for some seconds. At submit the draft is gone, consumed by an earlier
  // call of ours or deleted by hand: only a look tells.
  ...of('soon', 'doubtful', CONSUMED),
  ...of('soon', 'doubtful', -1),
  // "System busy", also seen for wrong parameters.
  ...of('few', 'doubtful', 268_488_001, ALREADY_SENT),
  ...of('in-a-minute', 'under-way', 45066),
  ...of('tomorrow', 'tomorrow', 45009),
  ...of('next-send', 'next-send', 45028),
  ...of('in-a-minute', 'in-a-minute', 45011),
  ...of('in-minutes', 'in-minutes', 53501),
]);
/** An errcode that stands in no documentation. */
const UNKNOWN: ByPhase = { safe: 'few', releasing: 'doubtful' };

const MINUTE_MS = 60_000;
/** Published too often in a short time: no figure is documented. */
const OFTEN_MS = 5 * MINUTE_MS;
/** What may be repeated and is not understood is tried so often again. */
const FEW = 3;

export function whyOf(errcode: number, errmsg?: string): Why {
  return { code: `wechat-${errcode}`, detail: errmsg?.slice(0, 200) };
}

/** Whether it says that the token counts no more. */
export const asksForToken = (errcode: number | undefined): boolean =>
  errcode !== undefined && TABLE.get(errcode)?.safe === 'renew';

/** The class of an errcode that is not 0. A token that was renewed in vain is refused. */
export function classifyWechat(
  errcode: number,
  errmsg: string | undefined,
  phase: Phase,
  now: Instant,
  account: AccountKind,
): NotDone | { class: 'doubtful'; why: Why; afterMs?: number } {
  const why = whyOf(errcode, errmsg);
  switch ((TABLE.get(errcode) ?? UNKNOWN)[phase]) {
    case 'renew':
    case 'refused':
      return { class: 'refused', why };
    case 'soon':
      return { class: 'again', why };
    case 'in-a-minute':
      return { class: 'again', why, afterMs: MINUTE_MS };
    case 'in-minutes':
      return { class: 'again', why, afterMs: OFTEN_MS };
    case 'few':
      return { class: 'again', why, afterMs: MINUTE_MS, most: FEW };
    case 'tomorrow':
      return { class: 'quota', why, until: nextMidnight(now) };
    case 'next-send':
      return {
        class: 'quota',
        why,
        until: account === 'subscription' ? nextMidnight(now) : nextMonth(now),
      };
    case 'doubtful':
      return { class: 'doubtful', why };
    case 'under-way':
      return { class: 'doubtful', why, afterMs: MINUTE_MS };
  }
}
