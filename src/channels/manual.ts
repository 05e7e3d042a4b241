// A channel that no program can reach: a newspaper, the radio, the printed yearbook, a notice
// screen, a platform without an interface. At T − lead its text is ready to copy; at T whoever
// serves it is told, and their word is the receipt. Not for telling them: app/turn-letters.ts; nor
// for what they say: publish/served-by-hand.ts.
import { z } from 'zod';
import { type Channel, YOUR_TURN } from './channel.ts';

export interface ManualOptions {
  /** Who serves it, by mail; nobody said: the first who hears of warnings. */
  readonly mail: readonly string[];
  /** What they have to do there, in their own words. */
  readonly how?: string | undefined;
}

/** What lies ready: of exactly this content. */
const record = z.object({ digest: z.string(), title: z.string() });

/** What every channel does from T on where a person publishes. */
export const servedByHand = {
  isServedByHand: true,
  // A worker that may be taken for dead hands nothing over: the one that takes its place does.
  release: ({ guard }) =>
    Promise.resolve(
      guard && !guard()
        ? { class: 'again', why: { code: 'worker-stale' } }
        : { class: 'handed', why: { code: YOUR_TURN } },
    ),
  lookup: ({ receipt }) =>
    Promise.resolve(
      receipt?.publicAt === undefined
        ? { class: 'handed', why: { code: YOUR_TURN } }
        : { class: 'unknown', why: { code: 'said-by-person' } },
    ),
  withdraw: () => Promise.resolve({ class: 'cannot', why: { code: 'served-by-hand' } }),
} satisfies Partial<Channel>;

export function manualChannel(name: string): Channel {
  return {
    name,
    kind: 'manual',
    stage: ({ digest, title }) =>
      Promise.resolve({
        class: 'staged',
        record: { digest, title } satisfies z.output<typeof record>,
      }),
    ...servedByHand,
    preflight: () => Promise.resolve({ wrong: [], notes: [{ code: 'served-by-hand' }] }),
  };
}
