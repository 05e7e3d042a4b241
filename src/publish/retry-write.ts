// A write to Redis that has to be made, tried again while Redis changes over. Not for what is
// written.
import { laterBy, type PublishDeps } from './deps.ts';

/** How long, and how often, a write is tried again that Redis refused. */
const INSIST_MS = 200;

const INSIST_TIMES = 50;

/**
 * A Redis that refuses writes for a moment (full, read-only, starting) is asked again: what is
 * known must not be lost to that.
 */
export async function retryWrite<T>(
  parts: PublishDeps,
  signal: AbortSignal,
  act: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await act();
    } catch (error) {
      if (attempt === INSIST_TIMES || signal.aborted) throw error;
      await parts.clock.sleepUntil(laterBy(parts, INSIST_MS), signal);
    }
  }
}
