// What an incident says beside its releases: a union with one member for each thing that can be
// wrong, so that whoever writes the letter takes no text apart. For the incident itself see
// incident.ts, for the sentences alerts/templates/describe-incident.ts.

import { z } from 'zod';

const about = z.discriminatedUnion('what', [
  /** The plan's files are wrong; every mistake, as it is shown. */
  z.object({ what: z.literal('plan-refused'), mistakes: z.string() }),
  /** A machine's clock is not Redis's: Redis's less the machine's. */
  z.object({ what: z.literal('clock-apart'), behindMs: z.number() }),
  /** More releases on a channel in a span of time than it takes. */
  z.object({
    what: z.literal('quota'),
    per: z.string(),
    /** `2026-07` or `2026-07-15`, as the plan's time zone has it. */
    span: z.string(),
    planned: z.number(),
    most: z.number(),
  }),
  z.object({ what: z.literal('plan-ends'), nextYear: z.string() }),
  z.object({ what: z.literal('engine-paused'), ms: z.number(), during: z.string() }),
  /** How a ledger came to know less than it did; how many releases are only looked up. */
  z.object({ what: z.literal('ledger-reborn'), how: z.string(), count: z.number().optional() }),
  /** Letters do not go out by a way; `refused`: an address is refused for good. */
  z.object({ what: z.literal('mail-fails'), refused: z.boolean(), error: z.string() }),
  /** The service says nothing; `hung`: its process is there. */
  z.object({ what: z.literal('service-silent'), hung: z.boolean(), ms: z.number() }),
  z.object({ what: z.literal('redis-unreachable'), why: z.string() }),
  /** `left` is as it is shown. */
  z.object({ what: z.literal('disk-full'), left: z.string() }),
  z.object({ what: z.literal('site-unreachable'), why: z.string() }),
  /** What a channel is entered with ends before its last release: `2026-07-15 10:00`. */
  z.object({ what: z.literal('token-ends'), at: z.string() }),
  /** A channel is not ready: a code that i18n/ turns into a sentence, with what belongs in it. */
  z.object({
    what: z.literal('channel-unready'),
    code: z.string(),
    detail: z.string().optional(),
  }),
  /** Somebody has still to correct or take down by hand; the reason as the public reads it. */
  z.object({
    what: z.literal('by-hand'),
    task: z.enum(['correct', 'withdraw']),
    reason: z.string(),
  }),
  /** It came out before the plan cancelled it, or moved it to another day. */
  z.object({ what: z.literal('otherwise'), planned: z.enum(['cancelled', 'moved']) }),
]);
export type AboutIncident = z.output<typeof about>;

/** What version 0.1.0 wrote: a code and one text that was taken apart by its kind. */
const former = z.object({
  kind: z.string(),
  code: z.string().default(''),
  detail: z.string().default(''),
  items: z.array(z.unknown()).default([]),
});

/** `about` of what is stored, in whichever form. */
export const aboutStored = about.optional();

/** Puts `about` in the place of `code` and `detail`; anything else stays as it is. */
export function fromFormerAbout(stored: unknown): unknown {
  const read = former.safeParse(stored);
  if (!read.success || (stored as { about?: unknown }).about !== undefined) return stored;
  return { ...(stored as object), about: aboutFormer(read.data) };
}

function aboutFormer({
  kind,
  code,
  detail,
  items,
}: z.output<typeof former>): AboutIncident | undefined {
  const [first = '', second = '', third = ''] = detail.split('|');
  switch (kind) {
    case 'plan':
      return { what: 'plan-refused', mistakes: detail };
    case 'clock':
      return { what: 'clock-apart', behindMs: Number(detail) };
    case 'quota':
      return {
        what: 'quota',
        per: code,
        span: first,
        planned: Number(second),
        most: Number(third),
      };
    case 'plan-ends':
      return { what: 'plan-ends', nextYear: detail };
    case 'engine':
      return { what: 'engine-paused', ms: Number(first), during: second };
    case 'ledger-reborn':
      return code === ''
        ? undefined
        : {
            what: 'ledger-reborn',
            how: code,
            count: detail === '' ? undefined : Number(detail),
          };
    case 'mail':
      return { what: 'mail-fails', refused: code === 'refused', error: detail };
    case 'service':
      return { what: 'service-silent', hung: code === 'hung', ms: Number(detail) };
    case 'redis':
      return { what: 'redis-unreachable', why: detail };
    case 'disk':
      return { what: 'disk-full', left: detail };
    case 'site':
      return { what: 'site-unreachable', why: detail };
    case 'channel':
      if (code === '' && items.length > 0) return undefined;
      return code === 'token-ends'
        ? { what: 'token-ends', at: detail.slice(0, 16).replace('T', ' ') }
        : { what: 'channel-unready', code, detail: detail || undefined };
    case 'by-hand':
      return {
        what: 'by-hand',
        task: code === 'withdraw' ? 'withdraw' : 'correct',
        reason: detail,
      };
    case 'otherwise':
      return { what: 'otherwise', planned: code === 'cancelled' ? 'cancelled' : 'moved' };
    default:
      return undefined;
  }
}
