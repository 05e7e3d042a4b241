// A wrong history made short: acts are left out, many at first and then one by one, as long as the
// same kind of wrong remains (ddmin, Zeller and Hildebrandt 2002). What is drawn for each act and
// each minute does not hang on the others.
import type { Script } from './acts.ts';
import type { Outcome } from './history.ts';
import type { Wrong } from './oracle.ts';

/** At most so many histories are lived for it. */
const MOST = 150;

export async function shrink(
  script: Script,
  live: (script: Script) => Promise<Outcome>,
  kinds: readonly Wrong[],
): Promise<{ script: Script; outcome: Outcome; lived: number }> {
  let best = { script, outcome: await live(script) };
  const wanted = best.outcome.failures.find(({ wrong }) => kinds.includes(wrong))?.wrong;
  let lived = 1;
  if (wanted === undefined) return { ...best, lived };
  for (let parts = 2; best.script.acts.length > 1 && lived < MOST; ) {
    const { acts } = best.script;
    const size = Math.ceil(acts.length / parts);
    let shorter: typeof best | undefined;
    for (let start = 0; start < acts.length && !shorter && lived < MOST; start += size) {
      const candidate = { ...script, acts: [...acts.slice(0, start), ...acts.slice(start + size)] };
      const outcome = await live(candidate);
      lived++;
      if (outcome.failures.some((failure) => failure.wrong === wanted))
        shorter = { script: candidate, outcome };
    }
    if (shorter) {
      best = shorter;
      parts = Math.max(2, parts - 1);
    } else if (size === 1) break;
    else parts = Math.min(acts.length, parts * 2);
  }
  return { ...best, lived };
}
