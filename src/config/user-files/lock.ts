import { randomBytes } from 'node:crypto';
import { lstat, lutimes, mkdir, readlink, symlink, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive } from './is-alive.js';

const TOUCH_MS = 5000;
const STALE_MS = 120_000;

export interface LockOptions {
  signal?: AbortSignal;
  /** Called once when somebody else holds the lock; what it returns is called when the wait is over. */
  onWait?: (pid: number) => () => void;
}

/**
 * Runs `work` while this process alone holds `path`. The lock is a symbolic link whose target names its owner:
 * made in one step together with its content, so that no waiter ever sees a lock without an owner.
 */
export async function withLock<T>(
  path: string,
  work: () => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  const me = `${process.pid}.${randomBytes(6).toString('hex')}`;
  let waited: (() => void) | undefined;
  try {
    for (;;) {
      options.signal?.throwIfAborted();
      if (await take(path, me)) break;
      const owner = await ownerOf(path);
      if (owner === undefined) continue;
      if (owner.stale) await breakStale(path, owner.target);
      else {
        waited ??= options.onWait?.(owner.pid);
        await delay(50, undefined, options.signal ? { signal: options.signal } : {});
      }
    }
  } finally {
    waited?.();
  }
  const touch = setInterval(() => void lutimes(path, new Date(), new Date()).catch(() => {}), TOUCH_MS);
  touch.unref();
  try {
    return await work();
  } finally {
    clearInterval(touch);
    if ((await ownerOf(path))?.target === me) await unlink(path).catch(() => {});
  }
}

async function take(path: string, me: string): Promise<boolean> {
  try {
    await symlink(me, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function ownerOf(path: string): Promise<{ target: string; pid: number; stale: boolean } | undefined> {
  try {
    const target = await readlink(path);
    const pid = Number.parseInt(target, 10);
    const age = Date.now() - (await lstat(path)).mtimeMs;
    return { target, pid, stale: !(pid > 0) || !isAlive(pid) || age > STALE_MS };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Two waiters may see the same dead owner: a second lock lets one of them remove it, never the next owner's. */
async function breakStale(path: string, target: string): Promise<void> {
  const breaking = `${path}.breaking`;
  if (!(await take(breaking, `${process.pid}`))) {
    const other = await ownerOf(breaking);
    if (other?.stale) await unlink(breaking).catch(() => {});
    else await delay(10);
    return;
  }
  try {
    const now = await ownerOf(path);
    if (now?.stale && now.target === target) await unlink(path);
  } finally {
    await unlink(breaking).catch(() => {});
  }
}
