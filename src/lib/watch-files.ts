// Watches folders and files that people edit. What cannot be watched (a symlink that leads to
// itself, a folder that may not be read, no watches left) is told, and from then on everything is
// looked at again every minute instead.
import { watch } from 'chokidar';

/**
 * Below a watched folder so many levels are looked at: content/<indicator>/<period>/<file>, and one
 * to spare.
 */
const DEPTH = 4;
const RESCAN_MS = 60_000;
/** A folder that cannot be walked to its end must not keep the service from starting. */
const READY_MS = 10_000;
/** A burst of changes is one change. */
const BURST_MS = 100;

export interface WatchOptions {
  /** Told of what cannot be watched; each message once. */
  readonly failed?: (error: unknown) => void;
  readonly rescanMs?: number;
}

/**
 * Calls back, a moment after the last of a burst of changes, when anything in these folders or
 * files changes. Resolves once every change from now on is seen, or what cannot be seen is known.
 */
export async function watchFiles(
  paths: readonly string[],
  changed: () => void,
  { failed, rescanMs = RESCAN_MS }: WatchOptions = {},
): Promise<{ close(): Promise<void> }> {
  let burst: NodeJS.Timeout | undefined;
  let rescan: NodeJS.Timeout | undefined;
  let limit: NodeJS.Timeout | undefined;
  const told = new Set<string>();
  const watcher = watch([...paths], {
    ignoreInitial: true,
    depth: DEPTH,
    awaitWriteFinish: { stabilityThreshold: 200, pollInterval: 50 },
  });
  watcher.on('all', () => {
    clearTimeout(burst);
    burst = setTimeout(changed, BURST_MS);
  });
  // Without a listener an error of a watcher ends the process.
  watcher.on('error', (error: unknown) => {
    rescan ??= setInterval(changed, rescanMs);
    const message = String(error);
    if (!told.has(message)) failed?.(error);
    told.add(message);
  });
  await new Promise<void>((done) => {
    limit = setTimeout(done, READY_MS);
    watcher.once('ready', done);
  });
  clearTimeout(limit);
  return {
    async close() {
      clearTimeout(burst);
      clearInterval(rescan);
      await watcher.close();
    },
  };
}
