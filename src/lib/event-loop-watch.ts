// Measures the event loop of its process: how long nothing could run, and what was being done. A
// release has one moment; whatever holds the loop then makes it late. For work with limits see
// thread-pool.ts.

/** A time in which this process ran nothing that waited. */
export interface LoopPause {
  readonly ms: number;
  /**
   * Processor time that the process used meanwhile, all its threads together. Much less than `ms`:
   * not the process was busy, but it was stopped, or the machine had no processor for it.
   */
  readonly busyMs: number;
  /** What was under way, the longest first. */
  readonly doing: readonly string[];
}

export interface LoopOptions {
  readonly onPause: (pause: LoopPause) => void;
  /** Shorter ones are not told, ms. */
  readonly pauseMs?: number;
}

const EVERY_MS = 50;
const PAUSE_MS = 250;

/** What is under way in this process, and since when. */
const underWay = new Set<{ readonly label: string; readonly since: number }>();
/**
 * What began and ended since the last look, without letting anything else run: most likely what
 * held the loop.
 */
let atOnce: { label: string; ms: number }[] = [];

/** Does something under a name, by which a pause of the loop is told. */
export async function doing<T>(label: string, work: () => T | Promise<T>): Promise<T> {
  const one = { label, since: performance.now() };
  underWay.add(one);
  try {
    const result = work();
    const ms = performance.now() - one.since;
    if (ms > EVERY_MS) atOnce.push({ label, ms });
    return await result;
  } finally {
    underWay.delete(one);
  }
}

/** Looks twenty times a second how late it is itself. Keeps no process alive. */
export function watchLoop({ onPause, pauseMs = PAUSE_MS }: LoopOptions): { stop(): void } {
  let last = performance.now();
  let cpu = process.cpuUsage();
  const timer = setInterval(() => {
    const now = performance.now();
    const ms = now - last - EVERY_MS;
    const used = process.cpuUsage(cpu);
    if (ms > pauseMs)
      onPause({ ms, busyMs: (used.user + used.system) / 1000, doing: namesOf(now) });
    last = now;
    cpu = process.cpuUsage();
    atOnce = [];
  }, EVERY_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

function namesOf(now: number): string[] {
  const open = [...underWay].map(({ label, since }) => ({ label, ms: now - since }));
  return [
    ...new Set(
      [...atOnce.sort((a, b) => b.ms - a.ms), ...open.sort((a, b) => b.ms - a.ms)].map(
        ({ label }) => label,
      ),
    ),
  ];
}
