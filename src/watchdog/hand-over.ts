// One watchdog a folder: a new one takes over, and the one before ends with the round that it is
// in, so that nothing is told twice.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * One that was watching here may need so long to end its round, ms; one that hangs is not waited
 * for longer.
 */
const HAND_OVER_MS = 20_000;
const HAND_OVER_LOOK_MS = 50;

/**
 * From now on the process of this id watches in this folder; resolves when the one before has
 * ended.
 * @param id begins with the process's number and `-`
 */
export async function takeOver(folder: string, id: string): Promise<void> {
  const owner = join(folder, 'owner');
  await mkdir(folder, { recursive: true }).catch(() => undefined);
  const before = await readFile(owner, 'utf8').catch(() => '');
  await writeFile(owner, id).catch(() => undefined);
  await ended(Number(before.split('-')[0]));
}

/**
 * False once another has taken over, or the folder is gone. With an unreadable disk this one stays.
 */
export function isOwner(folder: string, id: string): Promise<boolean> {
  return readFile(join(folder, 'owner'), 'utf8').then(
    (owner) => owner === id || owner === '',
    (error: unknown) => (error as { code?: string }).code !== 'ENOENT',
  );
}

/** Waits until a process of this machine has ended, as long as one may take to hand over. */
async function ended(pid: number): Promise<void> {
  if (!(pid > 1) || pid === process.pid) return;
  for (
    const until = performance.now() + HAND_OVER_MS;
    performance.now() < until;
    await sleep(HAND_OVER_LOOK_MS)
  ) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
  }
}
