// Says the same thing once in a while, however often it happens: a fault that lasts must not fill
// the disk with its own report. Not for what is said to people: alerts/.
import { LRUCache } from 'lru-cache';

/** More different messages than this are not remembered. */
const MOST = 500;

/**
 * Passes a message on at once, and the same one again only after so long, then with how often it
 * came since.
 * @param ms how long the same message is kept back
 * @param say `times` is 1 where it came once
 */
export function seldom(
  ms: number,
  say: (message: string, times: number) => void,
  now: () => number = () => performance.now(),
): (message: string) => void {
  const known = new LRUCache<string, { readonly since: number; times: number }>({ max: MOST });
  return (message) => {
    const before = known.get(message);
    if (before && now() - before.since < ms) {
      before.times++;
      return;
    }
    known.set(message, { since: now(), times: 0 });
    say(message, (before?.times ?? 0) + 1);
  };
}
