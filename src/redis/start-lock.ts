// The lock under which an embedded server is started or stopped. One that a dead process left is
// taken over, also where the new process has the dead one's pid: a container's first process always
// has the pid 1. For the server see embedded-server.ts.
import { randomUUID } from 'node:crypto';
import { lstat, lutimes, readFile, readlink, rename, rm, symlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { BanliError, systemCode } from '../lib/errors.ts';

const LOOK_MS = 20;
/**
 * A holder touches its lock so often; one that nobody can ask about has ended after `silentMs`
 * without.
 */
const TOUCH_MS = 500;
const SILENT_MS = 5000;

/** Who holds a lock. Empty where the system does not say. */
interface Holder {
  readonly pid: number;
  /** The boot of the machine, and the pid namespace (a container's own). */
  readonly boot: string;
  readonly space: string;
  /** When the process began, in ticks since the boot: tells two with one pid apart. */
  readonly began: string;
  readonly token: string;
}

/** Locks that this process holds. */
const held = new Set<string>();

/**
 * Waits for the lock, and takes it.
 * @returns gives it back
 * @throws BanliError where another holds it for longer than `limitMs`
 */
export async function takeStartLock(path: string, limitMs: number): Promise<() => Promise<void>> {
  const mine = await holderOf(process.pid, randomUUID());
  const text = textOf(mine);
  for (const until = performance.now() + limitMs; performance.now() < until; await sleep(LOOK_MS)) {
    // The holder is the target of a symlink: made in one step, and needing no room on a full disk.
    try {
      await symlink(text, path);
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
      await removeDead(path);
      continue;
    }
    held.add(mine.token);
    const touching = setInterval(() => void touch(path).catch(() => undefined), TOUCH_MS);
    touching.unref();
    return async () => {
      clearInterval(touching);
      held.delete(mine.token);
      // Another may have taken it for dead: then it is not ours to remove.
      if ((await targetOf(path)) === text) await rm(path, { force: true });
    };
  }
  throw new BanliError(
    'redis-lock',
    `另一个进程一直占着 ${path} / another process holds the start lock`,
    {
      hint: `确认没有别的颁历在启动后删除 ${path}`,
    },
  );
}

function touch(path: string): Promise<void> {
  const now = new Date();
  return lutimes(path, now, now);
}

/** Moved away before it is removed, and put back where it was not the dead one any more. */
async function removeDead(path: string): Promise<void> {
  const target = await targetOf(path);
  if (target === undefined || !(await isDead(path, target))) return;
  const away = `${path}.${randomUUID()}`;
  try {
    await rename(path, away);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw error;
  }
  if ((await targetOf(away)) === target) await rm(away, { force: true });
  else await rename(away, path);
}

async function isDead(path: string, target: string): Promise<boolean> {
  const holder = parseHolder(target);
  if (!holder) return true;
  const here = await holderOf(process.pid, '');
  if (holder.boot !== here.boot && holder.boot !== '') return true;
  // In another container nobody can ask for its process.
  if (holder.space !== here.space && holder.space !== '') return isSilent(path);
  if (holder.pid === process.pid) return !held.has(holder.token);
  if (!isAlive(holder.pid)) return true;
  return holder.began !== '' && holder.began !== (await beginOf(holder.pid));
}

async function isSilent(path: string): Promise<boolean> {
  const info = await lstat(path).catch(() => undefined);
  return info !== undefined && Date.now() - info.mtimeMs > SILENT_MS;
}

async function holderOf(pid: number, token: string): Promise<Holder> {
  const [boot, space, began] = await Promise.all([
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => ''),
    readlink('/proc/self/ns/pid').catch(() => ''),
    beginOf(pid),
  ]);
  return { pid, boot: boot.trim(), space, began, token };
}

/** The 22nd field of `stat`; the second, the program's name, may hold anything. */
async function beginOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

const textOf = ({ pid, boot, space, began, token }: Holder): string =>
  [pid, boot, space, began, token].join('|');

/** An earlier version wrote the pid alone. */
function parseHolder(text: string): Holder | undefined {
  const [pid = '', boot = '', space = '', began = '', token = ''] = text.split('|');
  return /^\d+$/.test(pid) ? { pid: Number(pid), boot, space, began, token } : undefined;
}

function targetOf(path: string): Promise<string | undefined> {
  return readlink(path).catch(() => undefined);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}
