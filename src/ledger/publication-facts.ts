// What is known of a publication beside its state: why it stands still, what its channel gave back,
// why it may be public. Not for what follows from it: publish.
import { z } from 'zod';

/**
 * Why a publication stands still: a code that i18n/ turns into a sentence, with what belongs in it.
 */
export const reasonSchema = z.object({
  code: z.string(),
  detail: z.string().optional(),
  /** When a person said so, epoch ms. */
  at: z.number().optional(),
  /** Of a doubt: where a look says that it is not public, it is a person's, and not sent again. */
  final: z.boolean().optional(),
});
export type Reason = z.output<typeof reasonSchema>;

/** A person's doing. */
export const BY_HAND: Reason = { code: 'by-operator' };

/**
 * Why a person holds something, with their words if there were any: another date, or doubt that is
 * over, takes them from nobody.
 */
export function wordsOfHold(reason: Reason | undefined): Reason {
  return reason?.code === BY_HAND.code ? reason : BY_HAND;
}

/** What a channel gave back. */
export const receipt = z.object({
  /** The channel's own ids, as it needs them for lookup and withdrawal. */
  ids: z.record(z.string(), z.string()),
  url: z.string().optional(),
  /** Since when it is public, epoch ms; absent while the channel has only accepted it. */
  publicAt: z.number().optional(),
});
export type Receipt = z.output<typeof receipt>;

/**
 * Why a publication may be public although its state does not say so. While it stands, ledger.lua
 * refuses to send; only a definite answer of the call, a look with authority, or a person's word
 * takes it away.
 */
export const unsettled = z.object({
  /**
   * A call was about to be made; it was public; the ledger is younger than its due instant; writes
   * were forgotten.
   */
  why: z.enum(['intent', 'shown', 'birth', 'refused']),
  at: z.number(),
  /** The earliest instant at which it may have been sent; absent where that is `at`. */
  from: z.number().optional(),
  /** What was sent, so that it is this that is looked for, whatever has been staged since. */
  staged: z.unknown().optional(),
  digest: z.string().optional(),
});
export type Unsettled = z.output<typeof unsettled>;
