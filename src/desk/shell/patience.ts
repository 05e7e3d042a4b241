// How long a page waits for what is being read or drawn for the first time. Not for limits on the
// work itself: threads/.
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * ms. Then the page says that it is still being done; the work goes on, and the next page has it.
 */
const PATIENCE_MS = 700;

/** @returns undefined where it takes longer */
export async function withinPatience<T>(work: Promise<T>): Promise<T | undefined> {
  const over = new AbortController();
  try {
    return await Promise.race([
      work,
      sleep(PATIENCE_MS, undefined, { signal: over.signal, ref: false }).catch(() => undefined),
    ]);
  } finally {
    over.abort();
  }
}
